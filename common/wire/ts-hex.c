/* Bytes as hexadecimal digits.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-hex.h"

#include <string.h>

/**
 * ts_hex_encode:
 * @bytes: (array length=length): bytes
 * @length: how many
 *
 * Returns: (transfer full): two lower-case digits for each byte
 */
char *
ts_hex_encode (const guint8 *bytes,
               gsize length)
{
  static const char digits[] = "0123456789abcdef";
  char *text = g_malloc (2 * length + 1);

  for (gsize i = 0; i < length; i++)
    {
      text[2 * i] = digits[bytes[i] >> 4];
      text[2 * i + 1] = digits[bytes[i] & 15];
    }
  text[2 * length] = '\0';
  return text;
}

/**
 * ts_hex_decode:
 * @text: digits, of either case
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL if @text is not two hexadecimal digits for each byte
 */
GByteArray *
ts_hex_decode (const char *text)
{
  gsize length = strlen (text);
  g_autoptr (GByteArray) bytes = g_byte_array_sized_new ((guint) (length / 2));

  if (length % 2 != 0)
    return NULL;
  for (gsize i = 0; i < length; i += 2)
    {
      int high = g_ascii_xdigit_value (text[i]);
      int low = g_ascii_xdigit_value (text[i + 1]);
      guint8 byte = (guint8) ((guint) high << 4 | (guint) low);

      if (high < 0 || low < 0)
        return NULL;
      g_byte_array_append (bytes, &byte, 1);
    }
  return g_steal_pointer (&bytes);
}
