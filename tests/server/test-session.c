/* Tests of a session: whatever the pieces in which bytes come, the answers are the same.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <netinet/in.h>
#include <string.h>

#include "answer/ts-session.h"
#include "measure/ts-time.h"
#include "seal/ts-transcript.h"

#include "../core/test-cases.h"
#include "test-key.h"

#define NOW_NS      (1700000000 * TS_NS_PER_S + 5)
#define ACCEPTED_NS (NOW_NS - 300)
#define STAMP_NS    (NOW_NS - 100)
#define SERVER_ID   G_GUINT64_CONSTANT (0xfedcba9876543210)
#define COOKIE      G_GUINT64_CONSTANT (0x0123456789abcdef)

typedef struct
{
  TsSessionService service;
  TsSession session;
  GByteArray *answers;
  gboolean goes_on;
} Fixture;

static void
fixture_init (Fixture *fixture)
{
  *fixture = (Fixture) {
    .service = { .clock = ts_clock_new_fake (NOW_NS), .server_id = SERVER_ID },
    .answers = g_byte_array_new (),
    .goes_on = TRUE,
  };
  memset (&fixture->session, 0xa5, sizeof fixture->session);
  ts_session_init (&fixture->session, ACCEPTED_NS);
}

static void
fixture_clear (Fixture *fixture)
{
  ts_session_clear (&fixture->session);
  g_assert_finalize_object (fixture->service.clock);
  g_byte_array_unref (fixture->answers);
}

/* Each piece lies in a block of its own size, for the sanitizer to see a read beyond it. */
static void
receive_at (Fixture *fixture,
            gconstpointer bytes,
            gsize length,
            gint64 stamp_ns)
{
  g_autofree guint8 *piece = NULL;
  TsReceiveStamp stamp = { .instant_ns = stamp_ns, .is_kernel = TRUE };

  if (length == 0 || !fixture->goes_on)
    return;
  piece = g_memdup2 (bytes, length);
  fixture->goes_on = ts_session_receive (&fixture->session, &fixture->service, piece, length, &stamp,
                                         fixture->answers);
}

static void
receive (Fixture *fixture,
         gconstpointer bytes,
         gsize length)
{
  receive_at (fixture, bytes, length, STAMP_NS);
}

static void
end_input (Fixture *fixture)
{
  if (fixture->goes_on)
    ts_session_end_of_input (&fixture->session, &fixture->service, fixture->answers);
}

static void
append_frame (GByteArray *stream,
              const TsFrame *frame)
{
  guint8 bytes[TS_FRAME_SIZE];

  ts_frame_encode (frame, bytes);
  g_byte_array_append (stream, bytes, sizeof bytes);
}

static void
append_request (GByteArray *stream,
                guint8 version,
                guint8 kind,
                guint64 cookie)
{
  append_frame (stream, &(TsFrame) { .version = version, .kind = kind, .cookie = cookie });
}

/* What a stream is made of: one letter for each part. */
static GByteArray *
build_stream (const char *parts)
{
  GByteArray *stream = g_byte_array_new ();

  for (guint64 i = 1; *parts != '\0'; parts++, i++)
    switch (*parts)
      {
      case 'r': /* a request */
        append_request (stream, TS_FRAME_VERSION, TS_FRAME_REQUEST, COOKIE + i);
        break;
      case 'w': /* one with flags and fields */
        append_frame (stream, &(TsFrame) { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .flags = 0xffff,
                                           .cookie = COOKIE + i, .receive_ns = -1, .transmit_ns = -1 });
        break;
      case 'v':
        append_request (stream, TS_FRAME_VERSION + 1, TS_FRAME_REQUEST, COOKIE + i);
        break;
      case '0':
        append_request (stream, TS_FRAME_VERSION, TS_FRAME_REQUEST, 0);
        break;
      case 'a':
        append_request (stream, TS_FRAME_VERSION, TS_FRAME_ANSWER, COOKIE + i);
        break;
      case 'f':
        append_request (stream, TS_FRAME_VERSION, TS_FRAME_REFUSAL, COOKIE + i);
        break;
      case 's':
        append_request (stream, TS_FRAME_VERSION, TS_FRAME_SEAL_REQUEST, COOKIE + i);
        break;
      case 't': /* for the transcript */
        append_frame (stream, &(TsFrame) { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .cookie = COOKIE + i,
                                           .flags = TS_FRAME_WANTS_TRANSCRIPT | TS_FRAME_WANTS_PREVIOUS_TRANSMIT,
                                           .receive_ns = (gint64) i, .transmit_ns = (gint64) (1000 + i) });
        break;
      case 'u': /* a seal of another version */
        append_request (stream, TS_FRAME_VERSION + 1, TS_FRAME_SEAL_REQUEST, COOKIE + i);
        break;
      case 'z': /* a seal without a cookie */
        append_request (stream, TS_FRAME_VERSION, TS_FRAME_SEAL_REQUEST, 0);
        break;
      case 'k':
        append_request (stream, TS_FRAME_VERSION, 77, COOKIE + i);
        break;
      case 'h': /* half a request */
        append_request (stream, TS_FRAME_VERSION, TS_FRAME_REQUEST, COOKIE + i);
        g_byte_array_set_size (stream, stream->len - TS_FRAME_SIZE / 2);
        break;
      case '1': /* all of one but a byte */
        append_request (stream, TS_FRAME_VERSION, TS_FRAME_REQUEST, COOKIE + i);
        g_byte_array_set_size (stream, stream->len - 1);
        break;
      case 'H':
        g_byte_array_append (stream, (const guint8 *) "GET / HTTP/1.1\r\nHost: time.example\r\n\r\n", 38);
        break;
      case 'L':
        g_byte_array_append (stream, (const guint8 *) "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
        break;
      case 'x':
        for (guint n = 0; n < 150; n++)
          g_byte_array_append (stream, &(guint8) { (guint8) (n * 37 + 200) }, 1);
        break;
      default: /* itself */
        g_byte_array_append (stream, (const guint8 *) parts, 1);
      }
  return stream;
}

#define CLASSIC_OF_STAMP    "1699999999.999999905.1700000000.000000005"
#define CLASSIC_OF_ACCEPTED "1699999999.999999705.1700000000.000000005"

G_STATIC_ASSERT (NOW_NS == 1700000000 * TS_NS_PER_S + 5);

static const struct
{
  const char *name;
  const char *parts;
  guint n_answers;     /* frames answered with stamps */
  guint n_refused;     /* then frames refused for their version */
  const char *classic; /* (nullable): then this */
  gboolean goes_on;    /* whether the session still goes on before the end of input */
} streams[] = {
  { "nothing", "", 0, 0, CLASSIC_OF_ACCEPTED, TRUE },
  { "request", "r", 1, 0, NULL, TRUE },
  { "two-requests", "rr", 2, 0, NULL, TRUE },
  { "three-requests", "rrr", 3, 0, NULL, TRUE },
  { "request-with-flags", "w", 1, 0, NULL, TRUE },
  { "then-one-with-flags", "rrwr", 4, 0, NULL, TRUE },
  { "with-flags-then-wrong-version", "wrv", 2, 1, NULL, FALSE },
  { "request-and-half", "rh", 1, 0, NULL, TRUE },
  { "half-a-request", "h", 0, 0, NULL, TRUE },
  { "a-byte-short", "1", 0, 0, NULL, TRUE },
  { "request-and-a-byte-short", "r1", 1, 0, NULL, TRUE },
  { "wrong-version", "v", 0, 1, NULL, FALSE },
  { "then-wrong-version", "rv", 1, 1, NULL, FALSE },
  { "nothing-after-wrong-version", "rvr", 1, 1, NULL, FALSE },
  { "zero-cookie", "0", 0, 0, NULL, FALSE },
  { "then-zero-cookie", "rr0", 2, 0, NULL, FALSE },
  { "nothing-after-zero-cookie", "r0r", 1, 0, NULL, FALSE },
  { "answer", "a", 0, 0, NULL, FALSE },
  { "then-answer", "ra", 1, 0, NULL, FALSE },
  { "then-refusal", "rf", 1, 0, NULL, FALSE },
  { "unknown-kind", "k", 0, 0, NULL, FALSE },
  { "then-unknown-kind", "rkr", 1, 0, NULL, FALSE },
  { "then-HTTP", "rH", 1, 0, NULL, FALSE },
  { "then-TLS", "rL", 1, 0, NULL, FALSE },
  { "then-garbage", "rx", 1, 0, NULL, FALSE },
  { "for-a-transcript-that-is-not-kept", "rtt", 3, 0, NULL, TRUE },
  { "seal-of-another-version", "ru", 1, 1, NULL, FALSE },
  { "seal-without-a-cookie", "rzr", 1, 0, NULL, FALSE },
  { "then-almost-a-frame", "rTSyX", 1, 0, NULL, FALSE },
  { "then-a-beginning", "rTSy", 1, 0, NULL, TRUE },
  { "T", "T", 0, 0, CLASSIC_OF_STAMP, TRUE },
  { "TS", "TS", 0, 0, CLASSIC_OF_STAMP, TRUE },
  { "TSy", "TSy", 0, 0, CLASSIC_OF_STAMP, TRUE },
  { "TSyn", "TSyn", 0, 0, NULL, TRUE },
  { "TSyX", "TSyX", 0, 0, CLASSIC_OF_STAMP, FALSE },
  { "TX", "TX", 0, 0, CLASSIC_OF_STAMP, FALSE },
  { "T-before-a-request", "Tr", 0, 0, CLASSIC_OF_STAMP, FALSE },
  { "newline", "\n", 0, 0, CLASSIC_OF_STAMP, FALSE },
  { "HTTP", "H", 0, 0, CLASSIC_OF_STAMP, FALSE },
  { "garbage", "x", 0, 0, CLASSIC_OF_STAMP, FALSE },
  { "classic-then-request", "\nr", 0, 0, CLASSIC_OF_STAMP, FALSE },
  { "TLS", "L", 0, 0, NULL, FALSE },
  { "TLS-byte", "\x16", 0, 0, NULL, FALSE },
  { "TLS-then-request", "\x16r", 0, 0, NULL, FALSE },
  { "T-then-TLS", "T\x16", 0, 0, CLASSIC_OF_STAMP, FALSE },
};

static GByteArray *
build_answers (gsize row)
{
  GByteArray *answers = g_byte_array_new ();

  for (guint i = 1; i <= streams[row].n_answers + streams[row].n_refused; i++)
    {
      gboolean is_refused = i > streams[row].n_answers;
      TsFrame frame = {
        .version = TS_FRAME_VERSION,
        .kind = is_refused ? TS_FRAME_REFUSAL : TS_FRAME_ANSWER,
        .flags = is_refused ? TS_REFUSAL_VERSION_NOT_SPOKEN : TS_FRAME_RECEIVE_IS_KERNEL_STAMP,
        .cookie = COOKIE + i,
        .receive_ns = is_refused ? 0 : STAMP_NS,
        .transmit_ns = is_refused ? 0 : NOW_NS,
        .max_error_ns = G_MAXUINT64,
        .server_id = SERVER_ID,
      };
      guint8 bytes[TS_FRAME_SIZE];

      ts_frame_encode (&frame, bytes);
      g_byte_array_append (answers, bytes, sizeof bytes);
    }
  if (streams[row].classic != NULL)
    g_byte_array_append (answers, (const guint8 *) streams[row].classic,
                         (guint) strlen (streams[row].classic));
  return answers;
}

/* Sends the stream in three pieces, of which some may be empty. */
static void
check_split (gsize row,
             const GByteArray *stream,
             const GByteArray *expected,
             gsize first,
             gsize second)
{
  Fixture fixture;

  fixture_init (&fixture);
  receive (&fixture, stream->data, first);
  receive (&fixture, stream->data + first, second - first);
  receive (&fixture, stream->data + second, stream->len - second);
  g_assert_cmpint (fixture.goes_on, ==, streams[row].goes_on);
  end_input (&fixture);
  end_input (&fixture);
  g_assert_cmpmem (fixture.answers->data, fixture.answers->len, expected->data, expected->len);
  fixture_clear (&fixture);
}

static void
test_every_split (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (GByteArray) stream = build_stream (streams[row].parts);
  g_autoptr (GByteArray) expected = build_answers (row);

  for (gsize first = 0; first <= stream->len; first++)
    for (gsize second = first; second <= stream->len; second++)
      check_split (row, stream, expected, first, second);
}

static void
test_single_bytes (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (GByteArray) stream = build_stream (streams[row].parts);
  g_autoptr (GByteArray) expected = build_answers (row);
  Fixture fixture;

  fixture_init (&fixture);
  for (gsize i = 0; i < stream->len; i++)
    receive (&fixture, stream->data + i, 1);
  g_assert_cmpint (fixture.goes_on, ==, streams[row].goes_on);
  end_input (&fixture);
  g_assert_cmpmem (fixture.answers->data, fixture.answers->len, expected->data, expected->len);
  fixture_clear (&fixture);
}

/* A long pipeline in random pieces, some of them of many requests. */
static void
test_random_pieces (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  const guint n_requests = 3000;

  for (guint64 i = 1; i <= n_requests; i++)
    append_request (stream, TS_FRAME_VERSION, TS_FRAME_REQUEST, i);
  for (guint round = 0; round < 20; round++)
    {
      Fixture fixture;
      gint max_piece = 1 << g_test_rand_int_range (1, 15);

      fixture_init (&fixture);
      for (gsize at = 0, piece; at < stream->len; at += piece)
        {
          piece = (gsize) g_test_rand_int_range (1, max_piece + 1);
          piece = MIN (piece, stream->len - at);
          receive (&fixture, stream->data + at, piece);
          /* Nothing that is whole waits. */
          g_assert_cmpuint (fixture.answers->len, ==, (at + piece) / TS_FRAME_SIZE * TS_FRAME_SIZE);
        }
      g_assert_true (fixture.goes_on);
      for (guint i = 0; i < n_requests; i++)
        {
          const guint8 *bytes = fixture.answers->data + i * TS_FRAME_SIZE;
          TsFrame answer;

          g_assert_cmpint (ts_frame_decode (bytes, TS_FRAME_SIZE, &answer, NULL), ==, TS_DECODED_COMPLETE);
          g_assert_cmpint (answer.kind, ==, TS_FRAME_ANSWER);
          g_assert_cmpuint (answer.cookie, ==, i + 1);
        }
      fixture_clear (&fixture);
    }
}

static TsFrame
decode_answer (Fixture *fixture)
{
  TsFrame answer = { 0 };

  g_assert_cmpuint (fixture->answers->len, ==, TS_FRAME_SIZE);
  g_assert_cmpint (ts_frame_decode (fixture->answers->data, fixture->answers->len, &answer, NULL), ==,
                   TS_DECODED_COMPLETE);
  return answer;
}

/* t2 of a frame is when its last byte came; t3 is never before it, whatever the clock does. */
static void
test_stamps (void)
{
  g_autoptr (GByteArray) request = build_stream ("r");
  TsFrame answer;
  Fixture fixture;

  fixture_init (&fixture);
  receive_at (&fixture, request->data, 63, STAMP_NS - 50);
  receive_at (&fixture, request->data + 63, 1, STAMP_NS);
  answer = decode_answer (&fixture);
  g_assert_cmpint (answer.receive_ns, ==, STAMP_NS);
  g_assert_cmpint (answer.transmit_ns, ==, NOW_NS);

  g_byte_array_set_size (fixture.answers, 0);
  ts_clock_step (fixture.service.clock, -TS_NS_PER_S);
  receive_at (&fixture, request->data, request->len, STAMP_NS);
  answer = decode_answer (&fixture);
  g_assert_cmpint (answer.receive_ns, ==, STAMP_NS);
  g_assert_cmpint (answer.transmit_ns, ==, STAMP_NS);
  fixture_clear (&fixture);
}

static void
test_stamp_of_user (void)
{
  g_autoptr (GByteArray) request = build_stream ("r");
  const TsReceiveStamp stamp = { .instant_ns = STAMP_NS, .is_kernel = FALSE };
  Fixture fixture;

  fixture_init (&fixture);
  ts_session_receive (&fixture.session, &fixture.service, request->data, request->len, &stamp,
                      fixture.answers);
  g_assert_cmpint (decode_answer (&fixture).flags, ==, 0);
  fixture_clear (&fixture);
}

/* What comes in one piece is admitted request by request all the same. */
static void
test_throttled_piece (void)
{
  const TsThrottleLimits limits = { .requests_per_second = 10 };
  const struct sockaddr_in peer = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  g_autoptr (GByteArray) stream = build_stream ("rrrrrrrrrrrrrrr");
  gboolean is_within_limit;
  TsFrame last = { 0 };
  Fixture fixture;

  fixture_init (&fixture);
  fixture.service.throttle = ts_throttle_new (&limits);
  fixture.session.address = ts_throttle_enter (fixture.service.throttle, (const struct sockaddr *) &peer,
                                               &is_within_limit);
  receive (&fixture, stream->data, stream->len);
  g_assert_false (fixture.goes_on);
  g_assert_cmpuint (fixture.answers->len, ==, 11 * TS_FRAME_SIZE);
  ts_frame_decode (fixture.answers->data + 10 * TS_FRAME_SIZE, TS_FRAME_SIZE, &last, NULL);
  g_assert_cmpuint (last.kind, ==, TS_FRAME_REFUSAL);
  g_assert_cmpuint (last.flags, ==, TS_REFUSAL_TOO_MANY_REQUESTS);
  g_assert_cmpuint (last.cookie, ==, COOKIE + 11);
  ts_throttle_leave (fixture.service.throttle, fixture.session.address);
  ts_throttle_free (fixture.service.throttle);
  fixture_clear (&fixture);
}

/* What a client says in flags and fields that we do not know is ignored. */
static void
test_unknown_fields (void)
{
  TsFrame request = {
    .version = TS_FRAME_VERSION,
    .kind = TS_FRAME_REQUEST,
    .flags = 0xffff,
    .cookie = COOKIE,
    .receive_ns = -1,
    .transmit_ns = -1,
    .previous_transmit_ns = -1,
    .max_error_ns = 7,
    .clock_generation = G_MAXUINT32,
    .retry_after_ms = G_MAXUINT32,
    .server_id = 9,
  };
  guint8 bytes[TS_FRAME_SIZE];
  TsFrame answer;
  Fixture fixture;

  ts_frame_encode (&request, bytes);
  fixture_init (&fixture);
  receive (&fixture, bytes, sizeof bytes);
  g_assert_true (fixture.goes_on);
  answer = decode_answer (&fixture);
  g_assert_cmpuint (answer.cookie, ==, COOKIE);
  g_assert_cmpuint (answer.flags, ==, TS_FRAME_RECEIVE_IS_KERNEL_STAMP);
  g_assert_cmpint (answer.previous_transmit_ns, ==, 0);
  g_assert_cmpuint (answer.clock_generation, ==, 0);
  g_assert_cmpuint (answer.retry_after_ms, ==, 0);
  g_assert_cmpuint (answer.server_id, ==, SERVER_ID);
  fixture_clear (&fixture);
}

/* What a classic client is told it arrived at: the piece that shows that it is classic. */
static void
test_classic_stamp (void)
{
  Fixture fixture;

  fixture_init (&fixture);
  receive_at (&fixture, "T", 1, NOW_NS - 200);
  g_assert_true (fixture.goes_on);
  g_assert_cmpuint (fixture.answers->len, ==, 0);
  receive_at (&fixture, "ime?", 4, NOW_NS - 100);
  g_assert_false (fixture.goes_on);
  g_assert_cmpmem (fixture.answers->data, fixture.answers->len, CLASSIC_OF_STAMP, strlen (CLASSIC_OF_STAMP));
  fixture_clear (&fixture);
}

static const struct
{
  const char *name;
  const char *parts;
  const char *classic; /* (nullable): the answer instead of a refusal */
} refusals[] = {
  { "nothing", "", CLASSIC_OF_ACCEPTED },
  { "beginning", "TSy", CLASSIC_OF_STAMP },
  { "magic", "TSyn", NULL },
  { "half-a-request", "h", NULL },
  { "request", "r", NULL },
  { "request-and-half", "rh", NULL },
};

static void
test_refuse (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (GByteArray) stream = build_stream (refusals[row].parts);

  for (guint reason = TS_REFUSAL_TOO_MANY_CONNECTIONS; reason <= TS_REFUSAL_SHUTTING_DOWN; reason++)
    {
      Fixture fixture;
      TsFrame refusal;

      fixture_init (&fixture);
      receive (&fixture, stream->data, stream->len);
      g_byte_array_set_size (fixture.answers, 0);
      ts_session_refuse (&fixture.session, &fixture.service, reason, fixture.answers);
      if (refusals[row].classic != NULL)
        g_assert_cmpmem (fixture.answers->data, fixture.answers->len,
                         refusals[row].classic, strlen (refusals[row].classic));
      else
        {
          refusal = decode_answer (&fixture);
          g_assert_cmpint (refusal.version, ==, TS_FRAME_VERSION);
          g_assert_cmpint (refusal.kind, ==, TS_FRAME_REFUSAL);
          g_assert_cmpint (refusal.flags, ==, reason);
          /* It answers no request. */
          g_assert_cmpuint (refusal.cookie, ==, 0);
          g_assert_cmpuint (refusal.server_id, ==, SERVER_ID);
          g_assert_cmpuint (refusal.retry_after_ms, ==, reason == TS_REFUSAL_VERSION_NOT_SPOKEN ? 0 : 1000);
        }
      fixture_clear (&fixture);
    }
}

/* A classic client that has its answer is not given another. */
static void
test_refuse_after_answer (void)
{
  Fixture fixture;

  fixture_init (&fixture);
  receive (&fixture, "\n", 1);
  ts_session_refuse (&fixture.session, &fixture.service, TS_REFUSAL_SHUTTING_DOWN, fixture.answers);
  g_assert_cmpmem (fixture.answers->data, fixture.answers->len, CLASSIC_OF_STAMP, strlen (CLASSIC_OF_STAMP));
  fixture_clear (&fixture);
}

static const struct
{
  const char *name;
  const char *parts;
} sealed_streams[] = {
  { "one", "ts" },
  { "in-turn", "tsttsrts" },
  { "some", "rtrrttrs" },
  { "none", "rrs" },
  { "first", "s" },
  { "twice", "tss" },
  { "only-asked", "ttt" },
};

/* What is to come back after the requests of a stream: the answers, and seals of what was said until then. */
static void
check_sealed (const GByteArray *stream,
              const GByteArray *answers,
              const char *parts,
              const guint8 *public_key)
{
  TsTranscript transcript = { 0 };
  const guint8 *request = stream->data, *answer = answers->data;

  for (; *parts != '\0'; parts++, request += TS_FRAME_SIZE)
    {
      TsFrame asked;
      TsSeal seal;

      g_assert_cmpint (ts_frame_decode (request, TS_FRAME_SIZE, &asked, NULL), ==, TS_DECODED_COMPLETE);
      if (*parts == 's')
        {
          g_assert_cmpuint (answer + TS_SEAL_SIZE - answers->data, <=, answers->len);
          g_assert_cmpint (ts_seal_decode (answer, TS_SEAL_SIZE, &seal, NULL), ==, TS_DECODED_COMPLETE);
          g_assert_cmphex (seal.cookie, ==, asked.cookie);
          g_assert_cmpint (seal.instant_ns, ==, NOW_NS);
          g_assert_cmpuint (seal.transcript.n_exchanges, ==, transcript.n_exchanges);
          g_assert_cmpmem (seal.transcript.hash, TS_SEAL_HASH_SIZE, transcript.hash, TS_SEAL_HASH_SIZE);
          g_assert_cmpmem (seal.key, TS_SEAL_KEY_SIZE, public_key, TS_SEAL_KEY_SIZE);
          g_assert_true (ts_seal_key_verify (public_key, answer, TS_SEAL_SIGNED_SIZE, seal.signature, NULL));
          answer += TS_SEAL_SIZE;
          continue;
        }
      g_assert_cmpuint (answer + TS_FRAME_SIZE - answers->data, <=, answers->len);
      if (*parts == 't')
        ts_transcript_add (&transcript, request, answer);
      answer += TS_FRAME_SIZE;
    }
  g_assert_true (answer == answers->data + answers->len);
}

/* Whatever the pieces, the seals are of what was said. Nothing is kept for a client that does not ask. */
static void
test_seal (gconstpointer data)
{
  const char *parts = sealed_streams[GPOINTER_TO_SIZE (data)].parts;
  g_autoptr (TsSealKey) key = test_key_load ();
  g_autoptr (GByteArray) stream = build_stream (parts);

  if (key == NULL)
    return;
  for (gsize piece = 1; piece <= stream->len; piece += piece < TS_FRAME_SIZE ? 21 : 43)
    {
      Fixture fixture;

      fixture_init (&fixture);
      fixture.service.key = key;
      for (gsize at = 0; at < stream->len; at += piece)
        receive (&fixture, stream->data + at, MIN (piece, stream->len - at));
      g_assert_true (fixture.goes_on);
      g_assert_true ((fixture.session.transcript != NULL) == (strchr (parts, 't') != NULL));
      check_sealed (stream, fixture.answers, parts, ts_seal_key_get_public (key));
      fixture_clear (&fixture);
    }
}

/* Without a key nothing is kept, and a seal is refused with the reason; what follows is ignored. */
static void
test_seal_without_key (void)
{
  g_autoptr (GByteArray) stream = build_stream ("ttsr");
  TsFrame refusal;
  Fixture fixture;

  fixture_init (&fixture);
  receive (&fixture, stream->data, stream->len);
  g_assert_false (fixture.goes_on);
  g_assert_null (fixture.session.transcript);
  g_assert_cmpuint (fixture.answers->len, ==, 3 * TS_FRAME_SIZE);
  ts_frame_decode (fixture.answers->data + 2 * TS_FRAME_SIZE, TS_FRAME_SIZE, &refusal, NULL);
  g_assert_cmpuint (refusal.kind, ==, TS_FRAME_REFUSAL);
  g_assert_cmpuint (refusal.flags, ==, TS_REFUSAL_NO_SIGNING_KEY);
  g_assert_cmpuint (refusal.cookie, ==, COOKIE + 3);
  g_assert_cmpuint (refusal.retry_after_ms, ==, 0);
  fixture_clear (&fixture);
}

/* A seal counts as 50 requests, or as half a bucket where that holds fewer. */
static void
test_seal_throttled (gconstpointer data)
{
  guint per_second = GPOINTER_TO_UINT (data);
  guint n_admitted = MAX (per_second / 50, 2);
  const TsThrottleLimits limits = { .requests_per_second = per_second };
  const struct sockaddr_in peer = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  g_autoptr (GByteArray) stream = build_stream ("sssssssssssssssssssssssss");
  g_autoptr (TsSealKey) key = test_key_load ();
  gboolean is_within_limit;
  TsFrame last;
  Fixture fixture;

  if (key == NULL)
    return;
  fixture_init (&fixture);
  fixture.service.key = key;
  fixture.service.throttle = ts_throttle_new (&limits);
  fixture.session.address = ts_throttle_enter (fixture.service.throttle, (const struct sockaddr *) &peer,
                                               &is_within_limit);
  receive (&fixture, stream->data, stream->len);
  g_assert_false (fixture.goes_on);
  g_assert_cmpuint (fixture.answers->len, ==, n_admitted * TS_SEAL_SIZE + TS_FRAME_SIZE);
  ts_frame_decode (fixture.answers->data + n_admitted * TS_SEAL_SIZE, TS_FRAME_SIZE, &last, NULL);
  g_assert_cmpuint (last.flags, ==, TS_REFUSAL_TOO_MANY_REQUESTS);
  ts_throttle_leave (fixture.service.throttle, fixture.session.address);
  ts_throttle_free (fixture.service.throttle);
  fixture_clear (&fixture);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/session/every-split/", streams, test_every_split);
  ADD_CASES ("/session/single-bytes/", streams, test_single_bytes);
  g_test_add_func ("/session/random-pieces", test_random_pieces);
  g_test_add_func ("/session/stamps", test_stamps);
  g_test_add_func ("/session/stamp-of-user", test_stamp_of_user);
  g_test_add_func ("/session/throttled-piece", test_throttled_piece);
  g_test_add_func ("/session/unknown-fields", test_unknown_fields);
  g_test_add_func ("/session/classic-stamp", test_classic_stamp);
  ADD_CASES ("/session/seal/", sealed_streams, test_seal);
  g_test_add_func ("/session/seal/without-key", test_seal_without_key);
  g_test_add_data_func ("/session/seal/throttled-1000", GUINT_TO_POINTER (1000), test_seal_throttled);
  g_test_add_data_func ("/session/seal/throttled-10", GUINT_TO_POINTER (10), test_seal_throttled);
  ADD_CASES ("/session/refuse/", refusals, test_refuse);
  g_test_add_func ("/session/refuse/after-answer", test_refuse_after_answer);
  return g_test_run ();
}
