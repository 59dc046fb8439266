/* Tests of ts-transcript: the hash of what was said.
 *
 * docs/protocol.md is this program's one argument: the example in it is the vector here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "seal/ts-transcript.h"

#include "test-protocol.h"

static char *protocol;

static void
test_transcript (void)
{
  TsTranscript transcript = { 0 };
  guint8 bytes[TS_SEAL_SIZE];

  for (guint i = 1; i <= 2; i++)
    {
      g_autofree char *request_name = g_strdup_printf ("sealed-request-%u", i);
      g_autofree char *answer_name = g_strdup_printf ("sealed-answer-%u", i);
      g_autofree char *hash = NULL;
      guint8 request[TS_FRAME_SIZE], answer[TS_FRAME_SIZE];

      test_protocol_read_block (protocol, request_name, request, sizeof request);
      test_protocol_read_block (protocol, answer_name, answer, sizeof answer);
      ts_transcript_add (&transcript, request, answer);
      hash = ts_hex_encode (transcript.hash, sizeof transcript.hash);
      g_assert_nonnull (strstr (protocol, hash));
      g_assert_cmpuint (transcript.n_exchanges, ==, i);
    }
  test_protocol_read_block (protocol, "seal", bytes, sizeof bytes);
  g_assert_cmpmem (bytes + 32, 32, transcript.hash, sizeof transcript.hash);
}

/* Any other request, answer, order or number of exchanges makes another H. */
static void
test_transcript_tells_apart (void)
{
  guint8 a[TS_FRAME_SIZE] = { 1 }, b[TS_FRAME_SIZE] = { 2 };
  TsTranscript once = { 0 }, swapped = { 0 }, twice = { 0 };

  ts_transcript_add (&once, a, b);
  ts_transcript_add (&swapped, b, a);
  twice = once;
  ts_transcript_add (&twice, a, b);
  g_assert_true (memcmp (once.hash, swapped.hash, sizeof once.hash) != 0);
  g_assert_true (memcmp (once.hash, twice.hash, sizeof once.hash) != 0);
  for (guint bit = 0; bit < 8 * TS_FRAME_SIZE; bit++)
    {
      TsTranscript other = { 0 };

      a[bit / 8] ^= (guint8) (1 << bit % 8);
      ts_transcript_add (&other, a, b);
      a[bit / 8] ^= (guint8) (1 << bit % 8);
      g_assert_true (memcmp (once.hash, other.hash, sizeof once.hash) != 0);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  protocol = test_protocol_load (argc, argv);

  g_test_add_func ("/transcript/vector", test_transcript);
  g_test_add_func ("/transcript/tells-apart", test_transcript_tells_apart);
  return g_test_run ();
}
