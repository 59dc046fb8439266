/* Takes values apart that are encoded by DER, the distinguished encoding of ASN.1.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-der.h"

/**
 * ts_der_take:
 * @der: (inout): values; the first is removed if it is taken
 * @tag: a tag of one byte
 * @value: (out caller-allocates): the contents of the first value
 *
 * Refuses lengths of more than three bytes and the indefinite length, which does not exist in DER (X.690, 10.1).
 *
 * Returns: whether the first value is complete and has that tag
 */
gboolean
ts_der_take (TsDer *der,
             guint8 tag,
             TsDer *value)
{
  gsize n_header = 2, length;

  if (der->length < 2 || der->bytes[0] != tag)
    return FALSE;
  length = der->bytes[1];
  if (length & 0x80)
    {
      guint n_bytes = length & 0x7f;

      if (n_bytes == 0 || n_bytes > 3 || der->length < 2 + n_bytes)
        return FALSE;
      length = 0;
      for (guint i = 0; i < n_bytes; i++)
        length = length << 8 | der->bytes[2 + i];
      n_header += n_bytes;
    }
  if (der->length - n_header < length)
    return FALSE;
  *value = (TsDer) { der->bytes + n_header, length };
  der->bytes += n_header + length;
  der->length -= n_header + length;
  return TRUE;
}
