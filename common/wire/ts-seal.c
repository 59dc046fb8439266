/* The bytes of a seal.
 *
 *   0      4  5  6     8               16              24              32
 *   +------+--+--+-----+---------------+---------------+---------------+
 *   | TSyn |v |5 |  0  |    cookie     |  instant_ns   |  n_exchanges  |
 *   +------+--+--+-----+---------------+---------------+---------------+ 64
 *   |                      H of the transcript                         |
 *   +------------------------------------------------------------------+ 96
 *   |                      Ed25519 public key                          |
 *   +------------------------------------------------------------------+
 *   |                      signature of all above                      |
 *   |                                                                  |
 *   +------------------------------------------------------------------+ 160
 *   |                      zero                                        |
 *   +------------------------------------------------------------------+ 192
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-seal.h"

#include <string.h>

#include "wire/ts-big-endian.h"

#define COOKIE_OFFSET      8
#define INSTANT_OFFSET     16
#define N_EXCHANGES_OFFSET 24
#define HASH_OFFSET        32
#define KEY_OFFSET         64

static const guint8 beginning[6] = { 'T', 'S', 'y', 'n', TS_FRAME_VERSION, TS_FRAME_SEAL };

/**
 * ts_frame_wants_transcript:
 * @bytes: a request
 *
 * Returns: whether its exchange goes into the transcript
 */
gboolean
ts_frame_wants_transcript (const guint8 bytes[TS_FRAME_SIZE])
{
  return (bytes[7] & TS_FRAME_WANTS_TRANSCRIPT) != 0;
}

/**
 * ts_seal_encode:
 * @seal: a seal
 * @bytes: (out): receives its %TS_SEAL_SIZE bytes
 *
 * The first %TS_SEAL_SIGNED_SIZE bytes do not depend on the signature, so a server encodes the seal, signs these bytes
 * and encodes it again.
 */
void
ts_seal_encode (const TsSeal *seal,
                guint8 bytes[TS_SEAL_SIZE])
{
  memset (bytes, 0, TS_SEAL_SIZE);
  memcpy (bytes, beginning, sizeof beginning);
  ts_put_be64 (bytes + COOKIE_OFFSET, seal->cookie);
  ts_put_be64 (bytes + INSTANT_OFFSET, (guint64) seal->instant_ns);
  ts_put_be64 (bytes + N_EXCHANGES_OFFSET, seal->transcript.n_exchanges);
  memcpy (bytes + HASH_OFFSET, seal->transcript.hash, TS_SEAL_HASH_SIZE);
  memcpy (bytes + KEY_OFFSET, seal->key, TS_SEAL_KEY_SIZE);
  memcpy (bytes + TS_SEAL_SIGNED_SIZE, seal->signature, TS_SEAL_SIGNATURE_SIZE);
}

/**
 * ts_seal_decode:
 * @bytes: (array length=length): the bytes that have come so far
 * @length: how many bytes
 * @seal: (out caller-allocates): the seal, once it is complete
 * @error: return location for a %TS_WIRE_ERROR, set if the bytes are malformed
 *
 * Decodes the first %TS_SEAL_SIZE bytes. The first wrong byte shows that the beginning is wrong. The signature is not
 * verified, because it is one of the bytes as they came.
 *
 * Returns: whether the seal is complete
 */
TsDecoded
ts_seal_decode (const guint8 *bytes,
                gsize length,
                TsSeal *seal,
                GError **error)
{
  if (length > 0 && memcmp (bytes, beginning, MIN (length, sizeof beginning)) != 0)
    {
      g_set_error (error, TS_WIRE_ERROR, TS_WIRE_ERROR_MALFORMED, "Seal does not begin with “TSyn”, version 1, kind 5");
      return TS_DECODED_MALFORMED;
    }
  if (length < TS_SEAL_SIZE)
    return TS_DECODED_INCOMPLETE;

  *seal = (TsSeal) {
    .cookie = ts_get_be64 (bytes + COOKIE_OFFSET),
    .instant_ns = (gint64) ts_get_be64 (bytes + INSTANT_OFFSET),
    .transcript.n_exchanges = ts_get_be64 (bytes + N_EXCHANGES_OFFSET),
  };
  memcpy (seal->transcript.hash, bytes + HASH_OFFSET, TS_SEAL_HASH_SIZE);
  memcpy (seal->key, bytes + KEY_OFFSET, TS_SEAL_KEY_SIZE);
  memcpy (seal->signature, bytes + TS_SEAL_SIGNED_SIZE, TS_SEAL_SIGNATURE_SIZE);
  return TS_DECODED_COMPLETE;
}
