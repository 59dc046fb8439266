/* Tests of ts-seal.
 *
 * docs/protocol.md is this program's one argument: the example in it is the vector here. Its signature is verified where
 * keys are tested.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-seal.h"

#include "test-protocol.h"

#define N_ROUNDS 2000

static char *protocol;

/* Decodes a copy of exactly @length bytes, so that a sanitizer sees each byte read beyond it. */
static TsDecoded
decode (const guint8 *bytes,
        gsize length,
        TsSeal *seal)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  g_autoptr (GError) error = NULL;
  TsDecoded decoded = ts_seal_decode (copy, length, seal, &error);

  if (decoded == TS_DECODED_MALFORMED)
    g_assert_error (error, TS_WIRE_ERROR, TS_WIRE_ERROR_MALFORMED);
  else
    g_assert_no_error (error);
  return decoded;
}

static void
test_vector (void)
{
  guint8 bytes[TS_SEAL_SIZE], encoded[TS_SEAL_SIZE];
  g_autofree char *key = NULL;
  TsSeal seal;

  test_protocol_read_block (protocol, "seal", bytes, sizeof bytes);
  g_assert_cmpint (decode (bytes, sizeof bytes, &seal), ==, TS_DECODED_COMPLETE);
  g_assert_cmphex (seal.cookie, ==, G_GUINT64_CONSTANT (0x0123456789abcdef));
  g_assert_cmpint (seal.instant_ns, ==, G_GINT64_CONSTANT (1696295878223344556));
  g_assert_cmpuint (seal.transcript.n_exchanges, ==, 2);
  key = ts_hex_encode (seal.key, sizeof seal.key);
  g_assert_cmpstr (key, ==, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  ts_seal_encode (&seal, encoded);
  g_assert_cmpmem (encoded, sizeof encoded, bytes, sizeof bytes);
}

/* A wrong byte in the first six is known when it comes; any other byte is a value, or ignored. */
static void
test_every_length_and_byte (void)
{
  guint8 bytes[TS_SEAL_SIZE];
  TsFrame frame;
  TsSeal seal;

  test_protocol_read_block (protocol, "seal", bytes, sizeof bytes);
  g_assert_cmpint (ts_seal_decode (NULL, 0, &seal, NULL), ==, TS_DECODED_INCOMPLETE);
  for (gsize length = 0; length < TS_SEAL_SIZE; length++)
    {
      guint8 kept = bytes[length];

      g_assert_cmpint (decode (bytes, length, &seal), ==, TS_DECODED_INCOMPLETE);
      bytes[length] ^= 0x41;
      g_assert_cmpint (decode (bytes, length + 1, &seal), ==,
                       length < 6 ? TS_DECODED_MALFORMED
                                  : length + 1 < TS_SEAL_SIZE ? TS_DECODED_INCOMPLETE : TS_DECODED_COMPLETE);
      bytes[length] = kept;
    }
  g_assert_cmpint (ts_frame_decode (bytes, sizeof bytes, &frame, NULL), ==, TS_DECODED_MALFORMED);
}

static void
test_round_trips (void)
{
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      guint8 bytes[TS_SEAL_SIZE], again[TS_SEAL_SIZE];
      TsSeal seal;

      test_protocol_read_block (protocol, "seal", bytes, sizeof bytes);
      for (guint i = 8; i < 160; i++)
        bytes[i] = (guint8) g_test_rand_int_range (0, 256);
      g_assert_cmpint (decode (bytes, sizeof bytes, &seal), ==, TS_DECODED_COMPLETE);
      ts_seal_encode (&seal, again);
      g_assert_cmpmem (again, sizeof again, bytes, sizeof bytes);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  protocol = test_protocol_load (argc, argv);

  g_test_add_func ("/seal/vector", test_vector);
  g_test_add_func ("/seal/every-length-and-byte", test_every_length_and_byte);
  g_test_add_func ("/seal/round-trips", test_round_trips);
  return g_test_run ();
}
