/* Tests of ts-wire: frames, classic answers, and telling them apart.
 *
 * docs/protocol.md is this program's one argument: the examples in it are the vectors here.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-wire.h"

#include <string.h>

#include "measure/ts-time.h"
#include "test-cases.h"
#include "test-protocol.h"

#define N_ROUNDS 20000

#define RECEIVE_NS  G_GINT64_CONSTANT (1696295878123456789)
#define TRANSMIT_NS G_GINT64_CONSTANT (1696295878123458123)
#define CLASSIC     "1696295878.123456789.1696295878.123458123"

static char *protocol; /* (nullable): docs/protocol.md */

static const struct
{
  const char *name;
  const char *hex;
  TsFrame frame;
} vectors[] = {
  { "request",
    "54 53 79 6e 01 01 00 01  9f 3c 5a 1e 7b 2d 40 86"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00",
    { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .flags = TS_FRAME_WANTS_PREVIOUS_TRANSMIT,
      .cookie = G_GUINT64_CONSTANT (0x9f3c5a1e7b2d4086) } },
  { "answer",
    "54 53 79 6e 01 02 00 07  9f 3c 5a 1e 7b 2d 40 86"
    "17 8a 74 1d 21 82 09 15  17 8a 74 1d 21 82 0e 4b"
    "17 8a 74 1c e5 e7 47 b9  00 00 00 00 00 26 25 a0"
    "00 00 00 03 00 00 00 00  5d 1f 0b 7a 93 e6 c2 48",
    { .version = TS_FRAME_VERSION, .kind = TS_FRAME_ANSWER,
      .flags = TS_FRAME_RECEIVE_IS_KERNEL_STAMP | TS_FRAME_HAS_PREVIOUS_TRANSMIT | TS_FRAME_IS_SYNCHRONIZED,
      .cookie = G_GUINT64_CONSTANT (0x9f3c5a1e7b2d4086), .receive_ns = RECEIVE_NS, .transmit_ns = TRANSMIT_NS,
      .previous_transmit_ns = G_GINT64_CONSTANT (1696295877123459001), .max_error_ns = 2500000,
      .clock_generation = 3, .server_id = G_GUINT64_CONSTANT (0x5d1f0b7a93e6c248) } },
  { "refusal",
    "54 53 79 6e 01 03 00 02  9f 3c 5a 1e 7b 2d 40 86"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00  ff ff ff ff ff ff ff ff"
    "00 00 00 00 00 00 75 30  5d 1f 0b 7a 93 e6 c2 48",
    { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REFUSAL, .flags = TS_REFUSAL_TOO_MANY_REQUESTS,
      .cookie = G_GUINT64_CONSTANT (0x9f3c5a1e7b2d4086), .max_error_ns = G_MAXUINT64, .retry_after_ms = 30000,
      .server_id = G_GUINT64_CONSTANT (0x5d1f0b7a93e6c248) } },
  { "shutdown",
    "54 53 79 6e 01 03 00 03  00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00  ff ff ff ff ff ff ff ff"
    "00 00 00 00 00 00 03 e8  5d 1f 0b 7a 93 e6 c2 48",
    { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REFUSAL, .flags = TS_REFUSAL_SHUTTING_DOWN,
      .max_error_ns = G_MAXUINT64, .retry_after_ms = 1000, .server_id = G_GUINT64_CONSTANT (0x5d1f0b7a93e6c248) } },
  { "sealed-request-2",
    "54 53 79 6e 01 01 00 03  9f 3c 5a 1e 7b 2d 40 86"
    "17 8a 74 1c e6 4b 1a 6a  17 8a 74 1d 20 04 89 d8"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00",
    { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST,
      .flags = TS_FRAME_WANTS_PREVIOUS_TRANSMIT | TS_FRAME_WANTS_TRANSCRIPT,
      .cookie = G_GUINT64_CONSTANT (0x9f3c5a1e7b2d4086), .receive_ns = G_GINT64_CONSTANT (1696295877130001002),
      .transmit_ns = G_GINT64_CONSTANT (1696295878098455000) } },
  { "seal-request",
    "54 53 79 6e 01 04 00 00  01 23 45 67 89 ab cd ef"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00",
    { .version = TS_FRAME_VERSION, .kind = TS_FRAME_SEAL_REQUEST, .cookie = G_GUINT64_CONSTANT (0x0123456789abcdef) } },
  { "no-key",
    "54 53 79 6e 01 03 00 05  01 23 45 67 89 ab cd ef"
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00  ff ff ff ff ff ff ff ff"
    "00 00 00 00 00 00 00 00  5d 1f 0b 7a 93 e6 c2 48",
    { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REFUSAL, .flags = TS_REFUSAL_NO_SIGNING_KEY,
      .cookie = G_GUINT64_CONSTANT (0x0123456789abcdef), .max_error_ns = G_MAXUINT64,
      .server_id = G_GUINT64_CONSTANT (0x5d1f0b7a93e6c248) } },
};

static guint64
random_64 (void)
{
  return (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
}

static void
read_vector (gsize i,
             guint8 bytes[TS_FRAME_SIZE])
{
  test_protocol_read_hex (vectors[i].hex, strlen (vectors[i].hex), bytes, TS_FRAME_SIZE);
}

static void
assert_equal_frames (const TsFrame *a,
                     const TsFrame *b)
{
  g_assert_cmpuint (a->version, ==, b->version);
  g_assert_cmpuint (a->kind, ==, b->kind);
  g_assert_cmphex (a->flags, ==, b->flags);
  g_assert_cmphex (a->cookie, ==, b->cookie);
  g_assert_cmpint (a->receive_ns, ==, b->receive_ns);
  g_assert_cmpint (a->transmit_ns, ==, b->transmit_ns);
  g_assert_cmpint (a->previous_transmit_ns, ==, b->previous_transmit_ns);
  g_assert_cmphex (a->max_error_ns, ==, b->max_error_ns);
  g_assert_cmpuint (a->clock_generation, ==, b->clock_generation);
  g_assert_cmpuint (a->retry_after_ms, ==, b->retry_after_ms);
  g_assert_cmphex (a->server_id, ==, b->server_id);
}

/* Decodes a copy of exactly @length bytes, so that a sanitizer sees each byte read beyond it. A message is
 * reported with an error if it is malformed, and only then. */
static TsDecoded
decode_frame (const guint8 *bytes,
              gsize length,
              TsFrame *frame)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  g_autoptr (GError) error = NULL;
  TsDecoded decoded = ts_frame_decode (copy, length, frame, &error);

  if (decoded == TS_DECODED_MALFORMED)
    g_assert_error (error, TS_WIRE_ERROR, TS_WIRE_ERROR_MALFORMED);
  else
    g_assert_no_error (error);
  g_assert_cmpint (ts_frame_decode (copy, length, frame, NULL), ==, decoded);
  return decoded;
}

static TsDecoded
decode_classic (const char *text,
                gsize length,
                gboolean at_end,
                TsClassicAnswer *answer,
                GError **error)
{
  g_autofree guint8 *copy = g_memdup2 (text, length);
  g_autoptr (GError) told = NULL;
  TsDecoded decoded = ts_classic_decode (copy, length, at_end, answer, &told);

  g_assert_true ((decoded == TS_DECODED_MALFORMED) == (told != NULL));
  g_assert_true (told == NULL || g_utf8_validate (told->message, -1, NULL));
  if (told != NULL)
    g_propagate_error (error, g_steal_pointer (&told));
  return decoded;
}

static void
test_vector (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree guint8 *encoded = g_malloc (TS_FRAME_SIZE);
  guint8 bytes[TS_FRAME_SIZE];
  TsFrame frame;

  read_vector (i, bytes);
  g_assert_cmpint (decode_frame (bytes, sizeof bytes, &frame), ==, TS_DECODED_COMPLETE);
  assert_equal_frames (&frame, &vectors[i].frame);

  ts_frame_encode (&vectors[i].frame, encoded);
  g_assert_cmpmem (encoded, TS_FRAME_SIZE, bytes, sizeof bytes);
}

/* The documentation shows the same bytes, in a fenced block named after the vector. */
static void
test_vector_in_documentation (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  guint8 expected[TS_FRAME_SIZE], shown[TS_FRAME_SIZE];

  read_vector (i, expected);
  test_protocol_read_block (protocol, vectors[i].name, shown, sizeof shown);
  g_assert_cmpmem (shown, sizeof shown, expected, sizeof expected);
}

static void
test_classic_in_documentation (void)
{
  g_assert_nonnull (strstr (protocol, CLASSIC));
}

static void
test_truncated_frames (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      guint8 bytes[2 * TS_FRAME_SIZE];
      TsFrame frame;

      read_vector (i, bytes);
      memset (bytes + TS_FRAME_SIZE, 0xa5, TS_FRAME_SIZE);
      for (gsize length = 0; length <= sizeof bytes; length++)
        {
          g_assert_cmpint (decode_frame (bytes, length, &frame), ==,
                           length < TS_FRAME_SIZE ? TS_DECODED_INCOMPLETE : TS_DECODED_COMPLETE);
          if (length >= TS_FRAME_SIZE)
            assert_equal_frames (&frame, &vectors[i].frame);
        }
      g_assert_cmpint (ts_frame_decode (NULL, 0, &frame, NULL), ==, TS_DECODED_INCOMPLETE);
    }
}

/* A wrong byte in the magic or the kind is known when it comes, and not before; any other byte is a value. */
static void
test_every_byte_of_a_frame (void)
{
  for (gsize at = 0; at < TS_FRAME_SIZE; at++)
    for (guint byte = 0; byte < 256; byte++)
      {
        guint8 bytes[TS_FRAME_SIZE], encoded[TS_FRAME_SIZE];
        gboolean is_wrong;
        TsFrame frame;

        read_vector (0, bytes);
        is_wrong = (at < 4 && byte != bytes[at]) || (at == 5 && (byte < 1 || byte > 4));
        bytes[at] = (guint8) byte;

        g_assert_cmpint (decode_frame (bytes, at, &frame), ==, TS_DECODED_INCOMPLETE);
        for (gsize length = at + 1; length < TS_FRAME_SIZE; length++)
          g_assert_cmpint (decode_frame (bytes, length, &frame), ==,
                           is_wrong ? TS_DECODED_MALFORMED : TS_DECODED_INCOMPLETE);
        g_assert_cmpint (decode_frame (bytes, TS_FRAME_SIZE, &frame), ==,
                         is_wrong ? TS_DECODED_MALFORMED : TS_DECODED_COMPLETE);
        if (is_wrong)
          continue;
        ts_frame_encode (&frame, encoded);
        g_assert_cmpmem (encoded, sizeof encoded, bytes, sizeof bytes);
      }
}

static void
test_random_frames (void)
{
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      TsFrame decoded, frame = {
        .version = (guint8) g_test_rand_int_range (0, 256),
        .kind = (guint8) g_test_rand_int_range (1, 5),
        .flags = (guint16) g_test_rand_int_range (0, 65536),
        .cookie = random_64 (),
        .receive_ns = (gint64) random_64 (),
        .transmit_ns = (gint64) random_64 (),
        .previous_transmit_ns = (gint64) random_64 (),
        .max_error_ns = random_64 (),
        .clock_generation = (guint32) random_64 (),
        .retry_after_ms = (guint32) random_64 (),
        .server_id = random_64 (),
      };
      guint8 bytes[TS_FRAME_SIZE];

      ts_frame_encode (&frame, bytes);
      g_assert_cmpint (decode_frame (bytes, sizeof bytes, &decoded), ==, TS_DECODED_COMPLETE);
      assert_equal_frames (&decoded, &frame);
    }
}

static const struct
{
  const char *name;
  const char *bytes;
  gsize length;
  TsWireForm form;
} beginnings[] = {
  { "nothing", "", 0, TS_WIRE_FORM_UNDECIDED },
  { "T", "T", 1, TS_WIRE_FORM_UNDECIDED },
  { "TS", "TS", 2, TS_WIRE_FORM_UNDECIDED },
  { "TSy", "TSy", 3, TS_WIRE_FORM_UNDECIDED },
  { "TSyn", "TSyn", 4, TS_WIRE_FORM_FRAMED },
  { "TSyn-and-more", "TSyn\1\1\0\0", 8, TS_WIRE_FORM_FRAMED },
  { "TSyn-of-a-stranger", "TSync!", 6, TS_WIRE_FORM_FRAMED },
  { "TLS", "\x16", 1, TS_WIRE_FORM_TLS },
  { "TLS-hello", "\x16\x03\x01\x02\x00\x01", 6, TS_WIRE_FORM_TLS },
  { "newline", "\n", 1, TS_WIRE_FORM_CLASSIC },
  { "NUL", "\0", 1, TS_WIRE_FORM_CLASSIC },
  { "lower-case", "tsyn", 4, TS_WIRE_FORM_CLASSIC },
  { "T-then-another", "Time", 4, TS_WIRE_FORM_CLASSIC },
  { "TS-then-another", "TSX", 3, TS_WIRE_FORM_CLASSIC },
  { "TSy-then-another", "TSyN", 4, TS_WIRE_FORM_CLASSIC },
  { "TLS-not-first", "T\x16", 2, TS_WIRE_FORM_CLASSIC },
  { "HTTP", "GET / HTTP/1.1\r\n", 16, TS_WIRE_FORM_CLASSIC },
};

static void
test_sniff (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree guint8 *copy = g_memdup2 (beginnings[i].bytes, beginnings[i].length);

  g_assert_cmpint (ts_wire_sniff (copy, beginnings[i].length), ==, beginnings[i].form);
}

/* Once a form is told, more bytes do not change it; the first byte tells all but those of "TSyn". */
static void
test_sniff_every_beginning (void)
{
  g_assert_cmpint (ts_wire_sniff (NULL, 0), ==, TS_WIRE_FORM_UNDECIDED);
  for (guint byte = 0; byte < 256; byte++)
    {
      guint8 *first = g_malloc (1);

      *first = (guint8) byte;
      g_assert_cmpint (ts_wire_sniff (first, 1), ==,
                       byte == 'T' ? TS_WIRE_FORM_UNDECIDED
                                   : byte == 0x16 ? TS_WIRE_FORM_TLS : TS_WIRE_FORM_CLASSIC);
      g_free (first);
    }
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      guint8 bytes[8] = { 'T', 'S', 'y', 'n', 1, 1, 0, 0 };
      TsWireForm before = TS_WIRE_FORM_UNDECIDED;

      bytes[g_test_rand_int_range (0, sizeof bytes)] = (guint8) g_test_rand_int_range (0, 256);
      for (gsize length = 0; length <= sizeof bytes; length++)
        {
          g_autofree guint8 *copy = g_memdup2 (bytes, length);
          TsWireForm form = ts_wire_sniff (copy, length);

          g_assert_true (before == TS_WIRE_FORM_UNDECIDED || form == before);
          g_assert_true (form != TS_WIRE_FORM_UNDECIDED || length < 4);
          before = form;
        }
    }
}

static const struct
{
  const char *name;
  const char *text;
  gint64 receive_ns;
  gint64 transmit_ns;
  gint64 precision_ns;
} answers[] = {
  { "nine-digits", CLASSIC, RECEIVE_NS, TRANSMIT_NS, 0 },
  { "eight-digits", "7.12345678.8.12345678", 7123456780, 8123456780, 10 },
  { "seven-digits", "7.1234567.8.1234567", 7123456700, 8123456700, 100 },
  { "six-digits", "7.123456.8.123456", 7123456000, 8123456000, 1000 },
  { "five-digits", "7.12345.8.12345", 7123450000, 8123450000, 10000 },
  { "four-digits", "7.1234.8.1234", 7123400000, 8123400000, 100000 },
  { "three-digits", "7.123.8.123", 7123000000, 8123000000, 1000000 },
  { "two-digits", "7.12.8.12", 7120000000, 8120000000, 10000000 },
  { "one-digit", "7.1.8.1", 7100000000, 8100000000, 100000000 },
  { "first-is-coarser", "7.1.8.123456789", 7100000000, 8123456789, 100000000 },
  { "second-is-coarser", "7.123456789.8.123", 7123456789, 8123000000, 1000000 },
  { "newline", CLASSIC "\n", RECEIVE_NS, TRANSMIT_NS, 0 },
  { "carriage-return", CLASSIC "\r\n", RECEIVE_NS, TRANSMIT_NS, 0 },
  { "white-space-around", " \t\r\n\f" CLASSIC " \t\r\n\f", RECEIVE_NS, TRANSMIT_NS, 0 },
  { "zero", "0.0.0.0", 0, 0, 100000000 },
  { "answer-before-request-is-not-ours-to-judge", "8.000000000.7.000000000", 8000000000, 7000000000, 0 },
  { "last-instant", "7258118400.000000000.7258118400.000000000", TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, 0 },
};

static void
test_classic_good (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  gsize length = strlen (answers[i].text);
  g_autoptr (GError) error = NULL;
  TsClassicAnswer answer;

  /* Until the stream ends, each beginning may become more, the whole one too. */
  for (gsize n = 0; n <= length; n++)
    g_assert_cmpint (decode_classic (answers[i].text, n, FALSE, &answer, NULL), ==, TS_DECODED_INCOMPLETE);

  decode_classic (answers[i].text, length, TRUE, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpint (answer.receive_ns, ==, answers[i].receive_ns);
  g_assert_cmpint (answer.transmit_ns, ==, answers[i].transmit_ns);
  g_assert_cmpint (answer.precision_ns, ==, answers[i].precision_ns);
}

static const struct
{
  const char *name;
  const char *text;
  gboolean is_known_early; /* before the stream ends, by its characters or its stops */
  int time_code;           /* a #TsTimeError, or -1 where it is a %TS_WIRE_ERROR_MALFORMED */
} no_answers[] = {
  { "empty", "", FALSE, -1 },
  { "white-space-alone", " \r\n", FALSE, -1 },
  { "one-number", "1696295878.123456789", FALSE, -1 },
  { "two-stops", "1.2.3", FALSE, -1 },
  { "four-stops", "1.2.3.4.", TRUE, -1 },
  { "five-numbers", "1.2.3.4.5", TRUE, -1 },
  { "stops-alone", "...", FALSE, TS_TIME_ERROR_MALFORMED },
  { "no-receive-seconds", ".5.8.5", FALSE, TS_TIME_ERROR_MALFORMED },
  { "no-receive-fraction", "7..8.5", FALSE, TS_TIME_ERROR_MALFORMED },
  { "no-transmit-seconds", "7.5..5", FALSE, TS_TIME_ERROR_MALFORMED },
  { "no-transmit-fraction", "7.5.8.", FALSE, TS_TIME_ERROR_MALFORMED },
  { "ten-digits", "7.1234567890.8.5", FALSE, TS_TIME_ERROR_MALFORMED },
  { "ten-digits-of-transmit", "7.5.8.1234567890", FALSE, TS_TIME_ERROR_MALFORMED },
  { "plus", "+7.5.8.5", TRUE, -1 },
  { "minus", "-7.5.8.5", TRUE, -1 },
  { "minus-of-transmit", "7.5.-8.5", TRUE, -1 },
  { "exponent", "1.7e9.8.5", TRUE, -1 },
  { "comma", "7,5.8,5", TRUE, -1 },
  { "white-space-between", "7.5 8.5", TRUE, -1 },
  { "newline-between", "7.5.\n8.5", TRUE, -1 },
  { "two-answers", "7.5.8.5\n7.5.8.5\n", TRUE, -1 },
  { "vertical-tab", "7.5.8.5\v", TRUE, -1 },
  { "frame", "TSyn", TRUE, -1 },
  { "HTTP", "HTTP/1.1 400 Bad Request\r\n", TRUE, -1 },
  { "no-break-space", "\302\2407.5.8.5", TRUE, -1 },
  { "full-width-digits", "\357\274\227.5.8.5", TRUE, -1 },
  { "receive-just-after-2199", "7258118400.1.8.5", FALSE, TS_TIME_ERROR_OUT_OF_RANGE },
  { "receive-after-2199", "7258118401.0.8.5", FALSE, TS_TIME_ERROR_OUT_OF_RANGE },
  { "transmit-after-2199", "7.5.99999999999.5", FALSE, TS_TIME_ERROR_OUT_OF_RANGE },
  { "milliseconds-for-seconds", "1696295878123.5.1696295878123.5", FALSE, TS_TIME_ERROR_OUT_OF_RANGE },
};

static void
test_classic_bad (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  gsize length = strlen (no_answers[i].text);
  g_autoptr (GError) error = NULL;
  TsClassicAnswer answer;

  g_assert_cmpint (decode_classic (no_answers[i].text, length, FALSE, &answer, NULL), ==,
                   no_answers[i].is_known_early ? TS_DECODED_MALFORMED : TS_DECODED_INCOMPLETE);
  g_assert_cmpint (decode_classic (no_answers[i].text, length, TRUE, &answer, &error), ==, TS_DECODED_MALFORMED);
  if (no_answers[i].time_code < 0)
    g_assert_error (error, TS_WIRE_ERROR, TS_WIRE_ERROR_MALFORMED);
  else
    g_assert_error (error, TS_TIME_ERROR, no_answers[i].time_code);
}

/* What fills an answer up to a length, before it or after it, does not change its meaning. */
static const struct
{
  const char *name;
  char filler;
  gboolean is_before;
} fillers[] = {
  { "spaces-before", ' ', TRUE },
  { "newlines-after", '\n', FALSE },
  { "zeros-before", '0', TRUE },
};

static void
test_classic_length (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  for (gsize length = strlen (CLASSIC); length < 300; length++)
    {
      g_autofree char *text = g_malloc (length);
      gboolean fits = length <= TS_CLASSIC_MAX_SIZE;
      g_autoptr (GError) error = NULL;
      TsClassicAnswer answer;

      memset (text, fillers[i].filler, length);
      memcpy (fillers[i].is_before ? text + length - strlen (CLASSIC) : text, CLASSIC, strlen (CLASSIC));

      g_assert_cmpint (decode_classic (text, length, FALSE, &answer, NULL), ==,
                       fits ? TS_DECODED_INCOMPLETE : TS_DECODED_MALFORMED);
      g_assert_cmpint (decode_classic (text, length, TRUE, &answer, &error), ==,
                       fits ? TS_DECODED_COMPLETE : TS_DECODED_MALFORMED);
      if (!fits)
        {
          g_assert_error (error, TS_WIRE_ERROR, TS_WIRE_ERROR_MALFORMED);
          continue;
        }
      g_assert_cmpint (answer.receive_ns, ==, RECEIVE_NS);
      g_assert_cmpint (answer.transmit_ns, ==, TRANSMIT_NS);
    }
}

/* A stream cut off in the last fraction is still an answer, coarser by its precision; any other cut is none. */
static void
test_classic_truncated (void)
{
  gsize whole = strlen (CLASSIC);

  for (gsize length = 0; length < whole; length++)
    {
      TsClassicAnswer answer;
      TsDecoded decoded = decode_classic (CLASSIC, length, TRUE, &answer, NULL);

      if (length < whole - 8)
        g_assert_cmpint (decoded, ==, TS_DECODED_MALFORMED);
      else
        {
          g_assert_cmpint (decoded, ==, TS_DECODED_COMPLETE);
          g_assert_cmpint (answer.receive_ns, ==, RECEIVE_NS);
          g_assert_cmpint (TRANSMIT_NS - answer.transmit_ns, >=, 0);
          g_assert_cmpint (TRANSMIT_NS - answer.transmit_ns, <, answer.precision_ns);
        }
    }
}

/* Whatever is no digit, no stop and no white space is known at once. */
static void
test_classic_every_wrong_byte (void)
{
  for (gsize at = 0; at < strlen (CLASSIC); at++)
    for (guint byte = 0; byte < 256; byte++)
      {
        g_autofree char *text = g_strdup (CLASSIC);
        TsClassicAnswer answer;

        if (g_ascii_isdigit (byte) || byte == '.' || g_ascii_isspace (byte))
          continue;
        text[at] = (char) byte;
        g_assert_cmpint (decode_classic (text, at, FALSE, &answer, NULL), ==, TS_DECODED_INCOMPLETE);
        g_assert_cmpint (decode_classic (text, at + 1, FALSE, &answer, NULL), ==, TS_DECODED_MALFORMED);
        g_assert_cmpint (decode_classic (text, strlen (CLASSIC), TRUE, &answer, NULL), ==, TS_DECODED_MALFORMED);
      }
}

static void
test_classic_round_trips (void)
{
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      gint64 receive_ns = (gint64) (random_64 () % ((guint64) TS_INSTANT_MAX_NS + 1));
      gint64 transmit_ns = (gint64) (random_64 () % ((guint64) TS_INSTANT_MAX_NS + 1));
      g_autofree char *text = g_malloc (TS_CLASSIC_MAX_SIZE);
      gsize length = ts_classic_encode (receive_ns, transmit_ns, text);
      g_autoptr (GError) error = NULL;
      TsClassicAnswer answer;

      g_assert_cmpuint (length, ==, strlen (text));
      decode_classic (text, length, TRUE, &answer, &error);
      g_assert_no_error (error);
      g_assert_cmpint (answer.receive_ns, ==, receive_ns);
      g_assert_cmpint (answer.transmit_ns, ==, transmit_ns);
      g_assert_cmpint (answer.precision_ns, ==, 0);
    }
}

static void
test_classic_encode (void)
{
  g_autofree char *text = g_malloc (TS_CLASSIC_MAX_SIZE);

  g_assert_cmpuint (ts_classic_encode (RECEIVE_NS, TRANSMIT_NS, text), ==, strlen (CLASSIC));
  g_assert_cmpstr (text, ==, CLASSIC);
  ts_classic_encode (0, 1, text);
  g_assert_cmpstr (text, ==, "0.000000000.0.000000001");
  ts_classic_encode (G_MININT64, G_MAXINT64, text);
  g_assert_cmpstr (text, ==, "-9223372036.854775808.9223372036.854775807");
}

static void
test_random_bytes (void)
{
  static const char alphabet[] = "0123456789....TSyn \n";

  for (guint round = 0; round < 5 * N_ROUNDS; round++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 140);
      g_autofree char *text = g_malloc (length);
      guint odds = (guint) g_test_rand_int_range (1, 40);
      TsClassicAnswer answer;
      TsDecoded early, late;
      TsFrame frame;

      for (gsize i = 0; i < length; i++)
        text[i] = g_test_rand_int_range (0, (gint32) odds) > 0
                    ? alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)]
                    : (char) g_test_rand_int_range (0, 256);

      early = decode_classic (text, length, FALSE, &answer, NULL);
      late = decode_classic (text, length, TRUE, &answer, NULL);
      g_assert_cmpint (early, !=, TS_DECODED_COMPLETE);
      g_assert_cmpint (late, !=, TS_DECODED_INCOMPLETE);
      g_assert_true (early == TS_DECODED_INCOMPLETE || late == TS_DECODED_MALFORMED);
      decode_frame ((const guint8 *) text, length, &frame);
    }
}

static void
test_plain_request (void)
{
  TsFrame frame = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .cookie = 1 };
  TsFrame answer = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_ANSWER, .receive_ns = 7, .server_id = 9 };
  guint8 request[TS_FRAME_SIZE], bytes[TS_FRAME_SIZE];

  ts_frame_encode (&frame, request);
  g_assert_true (ts_frame_is_plain_request (request));
  for (guint i = 0; i < 8; i++)
    {
      request[i] ^= 1;
      g_assert_false (ts_frame_is_plain_request (request));
      request[i] ^= 1;
    }
  request[15] = 0;
  g_assert_false (ts_frame_is_plain_request (request));

  frame.cookie = G_GUINT64_CONSTANT (0xfedcba9876543210);
  ts_frame_encode (&frame, request);
  ts_frame_encode (&answer, bytes);
  ts_frame_copy_cookie (bytes, request);
  g_assert_cmpint (ts_frame_decode (bytes, sizeof bytes, &answer, NULL), ==, TS_DECODED_COMPLETE);
  g_assert_cmphex (answer.cookie, ==, frame.cookie);
  g_assert_cmpint (answer.receive_ns, ==, 7);
  g_assert_cmphex (answer.server_id, ==, 9);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/wire/vector/", vectors, test_vector);
  if (argc > 1)
    {
      protocol = test_protocol_load (argc, argv);
      ADD_CASES ("/wire/vector-in-documentation/", vectors, test_vector_in_documentation);
      g_test_add_func ("/wire/vector-in-documentation/classic", test_classic_in_documentation);
    }
  g_test_add_func ("/wire/frame/truncated", test_truncated_frames);
  g_test_add_func ("/wire/frame/every-byte", test_every_byte_of_a_frame);
  g_test_add_func ("/wire/frame/random", test_random_frames);
  ADD_CASES ("/wire/sniff/", beginnings, test_sniff);
  g_test_add_func ("/wire/sniff/every-beginning", test_sniff_every_beginning);
  ADD_CASES ("/wire/classic/good/", answers, test_classic_good);
  ADD_CASES ("/wire/classic/bad/", no_answers, test_classic_bad);
  ADD_CASES ("/wire/classic/length/", fillers, test_classic_length);
  g_test_add_func ("/wire/classic/truncated", test_classic_truncated);
  g_test_add_func ("/wire/classic/every-wrong-byte", test_classic_every_wrong_byte);
  g_test_add_func ("/wire/classic/round-trips", test_classic_round_trips);
  g_test_add_func ("/wire/classic/encode", test_classic_encode);
  g_test_add_func ("/wire/random-bytes", test_random_bytes);
  g_test_add_func ("/wire/frame/plain-request", test_plain_request);
  return g_test_run ();
}
