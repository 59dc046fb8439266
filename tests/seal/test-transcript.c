/* Tests of ts-transcript: the hash of what was said.
 *
 * docs/protocol.md is this program's one argument: the example in it is the vector here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "seal/ts-transcript.h"

#include <string.h>

static char *protocol;

/* Reads the block of that name. Returns: how many bytes it has */
static gsize
read_block (const char *name,
            guint8 bytes[TS_SEAL_SIZE])
{
  g_autofree char *fence = g_strconcat ("```hex ", name, "\n", NULL);
  const char *text = strstr (protocol, fence);
  gsize n_digits = 0;

  g_assert_nonnull (text);
  memset (bytes, 0, TS_SEAL_SIZE);
  for (text += strlen (fence); *text != '`'; text++)
    {
      if (g_ascii_isspace (*text))
        continue;
      g_assert_true (g_ascii_isxdigit (*text));
      g_assert_cmpuint (n_digits, <, 2 * TS_SEAL_SIZE);
      bytes[n_digits / 2] = (guint8) (bytes[n_digits / 2] << 4 | g_ascii_xdigit_value (*text));
      n_digits++;
    }
  return n_digits / 2;
}

static char *
to_hex (const guint8 *bytes,
        gsize length)
{
  GString *hex = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);
  return g_string_free (hex, FALSE);
}

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
      guint8 request[TS_SEAL_SIZE], answer[TS_SEAL_SIZE];

      g_assert_cmpuint (read_block (request_name, request), ==, TS_FRAME_SIZE);
      g_assert_cmpuint (read_block (answer_name, answer), ==, TS_FRAME_SIZE);
      ts_transcript_add (&transcript, request, answer);
      hash = to_hex (transcript.hash, sizeof transcript.hash);
      g_assert_nonnull (strstr (protocol, hash));
      g_assert_cmpuint (transcript.n_exchanges, ==, i);
    }
  g_assert_cmpuint (read_block ("seal", bytes), ==, TS_SEAL_SIZE);
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
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, >, 1);
  g_file_get_contents (argv[1], &protocol, NULL, &error);
  g_assert_no_error (error);

  g_test_add_func ("/transcript/vector", test_transcript);
  g_test_add_func ("/transcript/tells-apart", test_transcript_tells_apart);
  return g_test_run ();
}
