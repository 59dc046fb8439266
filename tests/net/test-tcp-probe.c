/* Tests of the TCP probe against real and scripted servers on the loopback interface.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>

#include "ts-tcp-probe.h"

#include "test-outcome.h"
#include "test-peer.h"
#include "test-real-server.h"
#include "test-resolver.h"
#include "../core/test-cases.h"

#define FAKE_NOW_NS (1700000000 * TS_NS_PER_S)

static void
run_well (Outcome *outcome)
{
  run (outcome);
  g_assert_no_error (outcome->error);
}

static TsProbe *
new_probe (const char *host,
           guint16 port,
           gint64 timeout_ns,
           TsClock *clock)
{
  g_autofree char *text = ts_address_join (host, port);
  g_autoptr (TsAddress) target = ts_address_parse (text, NULL);

  g_assert_nonnull (target);
  return ts_probe_new (target, timeout_ns, clock);
}

static Outcome
outcome_new (guint16 port,
             gint64 timeout_ns)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);

  return (Outcome) { .probe = new_probe ("127.0.0.1", port, timeout_ns, clock) };
}

static const struct
{
  const char *name;
  const char *address;
  gint64 shift_ns;
} servers[] = {
  { "right", "127.0.0.1", 0 },
  { "ahead", "127.0.0.1", 5 * TS_NS_PER_S },
  { "behind", "127.0.0.1", -3600 * TS_NS_PER_S },
  { "years-ahead", "127.0.0.1", G_GINT64_CONSTANT (1000000007) * TS_NS_PER_S },
  { "ipv6", "::1", 0 },
};

static void
test_server (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (TsClock) server_clock = ts_clock_new_system (servers[i].shift_ns);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autofree char *remote = NULL;
  TsServer *server;
  Outcome outcome = { 0 };

  if (g_str_equal (servers[i].address, "::1") && !test_has_ipv6 ())
    {
      g_test_skip ("This computer has no ::1");
      return;
    }
  server = test_start_server (server_clock, servers[i].address);
  outcome.probe = new_probe (servers[i].address, ts_server_get_port (server), LONG_NS, clock);
  g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_UNKNOWN);
  g_assert_null (ts_probe_get_remote (outcome.probe));

  for (guint n = 0; n < 10; n++)
    {
      run (&outcome);
      assert_proves (&outcome, servers[i].shift_ns);
      g_assert_true (outcome.sample.quality.is_known);
      g_assert_true ((outcome.sample.quality.leap == 3) == (outcome.sample.max_error_ns == TS_MAX_ERROR_UNKNOWN));
      g_assert_cmpint (outcome.sample.exchange.precision_ns, ==, 0);
      g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_FRAMED);
      /* All on one connection. */
      g_assert_cmpuint (ts_server_get_n_clients (server), ==, 1);
    }
  remote = ts_address_join (servers[i].address, ts_server_get_port (server));
  g_assert_cmpstr (ts_probe_get_remote (outcome.probe), ==, remote);
  g_assert_cmpstr (ts_probe_get_target (outcome.probe)->host, ==, servers[i].address);

  outcome_clear (&outcome);
  TEST_WAIT (ts_server_get_n_clients (server) == 0);
  ts_server_stop (server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (server);
}

/* Our own clock is wrong: the server is behind by as much. */
static void
test_wrong_here (void)
{
  g_autoptr (TsClock) server_clock = ts_clock_new_system (0);
  g_autoptr (TsClock) clock = ts_clock_new_system (42 * TS_NS_PER_S);
  g_autoptr (TsServer) server = test_start_server (server_clock, "127.0.0.1");
  Outcome outcome = { .probe = new_probe ("127.0.0.1", ts_server_get_port (server), LONG_NS, clock) };

  run (&outcome);
  assert_proves (&outcome, -42 * TS_NS_PER_S);
  ts_clock_step (clock, -42 * TS_NS_PER_S);
  run (&outcome);
  assert_proves (&outcome, 0);
  outcome_clear (&outcome);
}

/* A server that stops says so; the next one at its address is found. */
static void
test_server_restarts (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  TsServer *server = test_start_server (clock, "127.0.0.1");
  guint16 port = ts_server_get_port (server);
  Outcome outcome = outcome_new (port, LONG_NS);
  g_autoptr (TsServer) next = ts_server_new (clock, NULL);

  run_well (&outcome);
  ts_server_stop (server);
  g_object_unref (server);
  assert_fails (&outcome, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refuses connections");

  test_serve (next, "127.0.0.1", port);
  run (&outcome);
  assert_proves (&outcome, 0);
  outcome_clear (&outcome);
}

static void
send_classic (int fd,
              gint64 receive_ns,
              guint n_decimals,
              const char *before,
              const char *after)
{
  char first[TS_TIME_TEXT_SIZE], second[TS_TIME_TEXT_SIZE];
  g_autofree char *text = NULL;

  ts_time_format_seconds (receive_ns, n_decimals, first);
  ts_time_format_seconds (test_now_ns (), n_decimals, second);
  text = g_strconcat (before, first, ".", second, after, NULL);
  test_peer_send (fd, text, strlen (text));
}

static void
classic_reads (TestPeer *peer,
               int fd,
               guint n)
{
  TsFrame request;

  if (test_peer_receive (fd, &request))
    send_classic (fd, test_now_ns (), 9, "", "");
}

/* Waits for the client to close, so that no reset can come. */
static void
classic_on_accept_drains (TestPeer *peer,
                          int fd,
                          guint n)
{
  send_classic (fd, test_now_ns (), 9, "", "\n");
  shutdown (fd, SHUT_WR);
  test_peer_await_end (fd);
}

static void
classic_on_accept (TestPeer *peer,
                   int fd,
                   guint n)
{
  send_classic (fd, test_now_ns (), 9, "", "");
}

/* The answer is on its way before the reset. */
static void
classic_resets (TestPeer *peer,
                int fd,
                guint n)
{
  TsFrame request;

  if (!test_peer_receive (fd, &request))
    return;
  send_classic (fd, test_now_ns (), 9, "", "");
  test_peer_reset_at_close (fd);
}

static void
classic_in_pieces (TestPeer *peer,
                   int fd,
                   guint n)
{
  char text[TS_CLASSIC_MAX_SIZE];
  gint64 receive_ns = test_now_ns ();
  gsize length = ts_classic_encode (receive_ns, test_now_ns (), text);

  for (gsize i = 0; i < length; i++)
    test_peer_send (fd, text + i, 1);
  /* A close would reset the connection, and bytes that wait for the client's acknowledgement with it. */
  shutdown (fd, SHUT_WR);
  test_peer_await_end (fd);
}

static const struct
{
  const char *name;
  TestScript script;
  guint n_rounds;
} classics[] = {
  { "reads", classic_reads, 20 },
  { "on-accept-drains", classic_on_accept_drains, 100 },
  { "on-accept", classic_on_accept, 500 },
  { "resets", classic_resets, 100 },
  { "in-pieces", classic_in_pieces, 10 },
};

static void
test_classic (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TestPeer *peer = test_peer_new (classics[i].script, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (guint n = 1; n <= classics[i].n_rounds; n++)
    {
      run (&outcome);
      assert_proves (&outcome, 0);
      g_assert_cmpint (outcome.sample.exchange.t2_ns, >=, outcome.sample.exchange.t1_ns);
      g_assert_cmpint (outcome.sample.exchange.t3_ns, <=, outcome.sample.exchange.t4_ns);
      g_assert_false (outcome.sample.quality.is_known);
      g_assert_cmpuint (outcome.sample.max_error_ns, ==, TS_MAX_ERROR_UNKNOWN);
      g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_CLASSIC);
      /* Each answer costs a connection. */
      g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, n);
    }
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* Returns: whether the kernel has connected one of our sockets to @port */
static gboolean
is_connected_to (guint16 port)
{
  for (int fd = 3; fd < 256; fd++)
    {
      struct sockaddr_in remote;
      socklen_t length = sizeof remote;

      if (getpeername (fd, (struct sockaddr *) &remote, &length) == 0 && remote.sin_family == AF_INET &&
          ntohs (remote.sin_port) == port)
        return TRUE;
    }
  return FALSE;
}

/* The kernel holds the end of the handshake back for 200 ms at most, for the request to go with it. */
#define MAX_LATE_NS (150 * TS_NS_PER_MS)
#define LATE_MS     60

/* The main loop of our program hangs for a while just when the connection comes up: the server must not be
 * able to stamp before t1 all the same. */
static void
test_late_main_loop (void)
{
  TestPeer *peer = test_peer_new (classic_on_accept, NULL);

  for (guint n = 0, n_valid = 0; n_valid < 5; n++)
    {
      Outcome outcome = outcome_new (peer->port, LONG_NS);
      gint64 connected_ns, late_ns;

      g_assert_cmpuint (n, <, 200);
      begin (&outcome, NULL);
      TEST_WAIT (is_connected_to (peer->port));
      connected_ns = test_now_ns ();
      poll (NULL, 0, LATE_MS);
      TEST_WAIT (outcome.is_done);
      late_ns = outcome.sample.exchange.t1_ns - connected_ns;
      /* Else the machine hung too. */
      if (late_ns >= LATE_MS * TS_NS_PER_MS && late_ns < MAX_LATE_NS)
        {
          assert_proves (&outcome, 0);
          n_valid++;
        }
      outcome_clear (&outcome);
    }
  test_peer_free (peer);
}

static void
classic_coarse (TestPeer *peer,
                int fd,
                guint n)
{
  const char *spaces[] = { "", "\n", " \r\n", "\t  \r\n" };
  TsFrame request;

  /* One digit more each time, with white space around. */
  if (test_peer_receive (fd, &request))
    send_classic (fd, test_now_ns (), 1 + n % 9, spaces[n % 4], spaces[n / 4 % 4]);
}

static void
test_classic_digits (void)
{
  TestPeer *peer = test_peer_new (classic_coarse, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);
  gint64 precision_ns = TS_NS_PER_S;

  for (guint n = 0; n < 9; n++)
    {
      precision_ns /= 10;
      run (&outcome);
      assert_proves (&outcome, 0);
      g_assert_cmpint (outcome.sample.exchange.precision_ns, ==, n == 8 ? 0 : precision_ns);
    }
  outcome_clear (&outcome);
  test_peer_free (peer);
}

#define WHOLE_ANSWER "1700000000.000000000.1700000000.000000000"

static void
say_beginning (TestPeer *peer,
               int fd,
               guint n)
{
  const guint8 *answer = g_bytes_get_data ((GBytes *) peer->data, NULL);
  TsFrame request;

  if (test_peer_receive (fd, &request))
    test_peer_send (fd, answer, n);
}

/* Cut off anywhere but in the last fraction, the answer is none. */
static void
test_truncated_classic (void)
{
  g_autoptr (GBytes) answer = g_bytes_new_static (WHOLE_ANSWER, strlen (WHOLE_ANSWER));
  g_autoptr (TsClock) clock = ts_clock_new_fake (FAKE_NOW_NS);
  TestPeer *peer = test_peer_new (say_beginning, answer);
  Outcome outcome = { .probe = new_probe ("127.0.0.1", peer->port, LONG_NS, clock) };

  for (gsize length = 0; length <= strlen (WHOLE_ANSWER); length++)
    if (length == 0)
      assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED, "closed before an answer came");
    else if (length < strlen (WHOLE_ANSWER) - 8)
      assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, "no time answer");
    else
      {
        run (&outcome);
        assert_proves (&outcome, 0);
      }
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static GBytes *
encoded (const TsFrame *frame)
{
  guint8 *bytes = g_malloc (TS_FRAME_SIZE);

  ts_frame_encode (frame, bytes);
  return g_bytes_new_take (bytes, TS_FRAME_SIZE);
}

static void
test_truncated_frame (void)
{
  const TsFrame frame = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_ANSWER, .cookie = 1 };
  g_autoptr (GBytes) answer = encoded (&frame);
  TestPeer *peer = test_peer_new (say_beginning, answer);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (gsize length = 0; length < TS_FRAME_SIZE; length++)
    assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED, "closed before an answer came");
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static void
say_text (TestPeer *peer,
          int fd,
          guint n)
{
  const char *text = peer->data;

  test_peer_send (fd, text, strlen (text));
  shutdown (fd, SHUT_WR);
  test_peer_await_end (fd);
}

/* Says it and waits for more: where the characters tell, nobody has to. */
static void
say_text_and_wait (TestPeer *peer,
                   int fd,
                   guint n)
{
  const char *text = peer->data;

  test_peer_send (fd, text, strlen (text));
  test_peer_await_end (fd);
}

static const struct
{
  const char *name;
  const char *text;
  TestScript script;
  const char *quoted;
} strangers[] = {
  { "HTTP", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", say_text_and_wait,
    "“HTTP/1.1 400 Bad Request\\x0d\\x0aConnec”" },
  { "SSH", "SSH-2.0-OpenSSH_9.2\r\n", say_text_and_wait, "“SSH-2.0-OpenSSH_9.2\\x0d\\x0a”" },
  { "escapes", "\x1b[31m\\\377\"%s\303\244", say_text_and_wait, "“\\x1b[31m\\x5c\\xff\"%s\\xc3\\xa4”" },
  { "TLS-alert", "\x15\x03\x03\x01", say_text_and_wait, "“\\x15\\x03\\x03\\x01”" },
  { "TLS-handshake", "\x16\x03\x03", say_text, "“\\x16\\x03\\x03”" },
  { "frame-of-a-stranger", "TSyncronous", say_text_and_wait, "“TSyncronous”" },
  { "almost-a-frame", "TSyX", say_text_and_wait, "“TSyX”" },
  { "one-number", "1700000000.5\n", say_text, "“1700000000.5\\x0a”" },
  { "white-space", "  \n", say_text, "“  \\x0a”" },
  { "ten-digits", "1700000000.1234567890.1700000000.5", say_text, "“1700000000.1234567890.1700000000”" },
  { "second-line", "1700000000.5.1700000000.5\nmore", say_text_and_wait,
    "“1700000000.5.1700000000.5\\x0amore”" },
};

static void
test_stranger (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TestPeer *peer = test_peer_new (strangers[i].script, strangers[i].text);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (guint n = 0; n < 3; n++)
    assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, strangers[i].quoted);
  g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_UNKNOWN);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static const struct
{
  const char *name;
  char filler;
  gboolean is_before;
} fillers[] = {
  { "spaces-before", ' ', TRUE },
  { "newlines-after", '\n', FALSE },
};

/* 128 bytes are an answer; one more is none, and it is not waited for its end. */
static void
test_longest (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (TsClock) clock = ts_clock_new_fake (FAKE_NOW_NS);

  for (guint excess = 0; excess <= 2; excess++)
    {
      gsize length = TS_CLASSIC_MAX_SIZE + excess, n_filled = length - strlen (WHOLE_ANSWER);
      g_autofree char *filler = g_strnfill (n_filled, fillers[i].filler);
      g_autofree char *text = fillers[i].is_before ? g_strconcat (filler, WHOLE_ANSWER, NULL)
                                                   : g_strconcat (WHOLE_ANSWER, filler, NULL);
      TestPeer *peer = test_peer_new (excess == 0 ? say_text : say_text_and_wait, text);
      Outcome outcome = { .probe = new_probe ("127.0.0.1", peer->port, LONG_NS, clock) };

      if (excess == 0)
        {
          run (&outcome);
          assert_proves (&outcome, 0);
        }
      else
        assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, "no time answer");
      outcome_clear (&outcome);
      test_peer_free (peer);
    }
}

typedef struct
{
  const char *name;
  guint64 cookie_change;
  guint8 version;
  guint8 kind;
  guint16 flags;
  gint64 receive_change_ns;
  gint64 transmit_change_ns;
  GQuark (*domain) (void);
  int code;
  const char *message_part;
} FrameCase;

static const FrameCase frame_cases[] = {
  { "wrong-cookie", 1, 1, TS_FRAME_ANSWER, 0, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "“TSyn\\x01\\x02" },
  { "cookie-of-other-order", G_GUINT64_CONSTANT (1) << 63, 1, TS_FRAME_ANSWER, 0, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "no time answer" },
  { "wrong-version", 0, 2, TS_FRAME_ANSWER, 0, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "“TSyn\\x02\\x02" },
  { "version-0", 0, 0, TS_FRAME_ANSWER, 0, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "no time answer" },
  { "request", 0, 1, TS_FRAME_REQUEST, 0, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "“TSyn\\x01\\x01" },
  { "kind-0", 0, 1, 0, 0, 0, 0, ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "“TSyn\\x01\\x00" },
  { "kind-4", 0, 1, 4, 0, 0, 0, ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "“TSyn\\x01\\x04" },
  { "too-many-connections", 0, 1, TS_FRAME_REFUSAL, 1, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_REFUSED, "too many connections" },
  { "too-many-requests", 0, 1, TS_FRAME_REFUSAL, 2, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_REFUSED, "too many requests" },
  { "shutting-down", 0, 1, TS_FRAME_REFUSAL, 3, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_REFUSED, "shutting down" },
  { "version-not-spoken", 0, 9, TS_FRAME_REFUSAL, 4, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_REFUSED, "another version" },
  { "unknown-reason", 0, 1, TS_FRAME_REFUSAL, 99, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_REFUSED, "without a known reason" },
  { "answer-before-request", 0, 1, TS_FRAME_ANSWER, 0, 0, -1,
    ts_exchange_error_quark, TS_EXCHANGE_ERROR_SERVER_REVERSED, "127.0.0.1:" },
  { "worked-longer-than-we-waited", 0, 1, TS_FRAME_ANSWER, 0, 0, 1000000 * TS_NS_PER_S,
    ts_exchange_error_quark, TS_EXCHANGE_ERROR_NEGATIVE_DELAY, "127.0.0.1:" },
  { "before-1970", 0, 1, TS_FRAME_ANSWER, 0, G_MININT64 / 2, G_MININT64 / 2,
    ts_exchange_error_quark, TS_EXCHANGE_ERROR_WILD_INSTANT, "127.0.0.1:" },
};

/* The first connection gets the frame of the case, later ones a good answer. */
static void
say_frame (TestPeer *peer,
           int fd,
           guint n)
{
  const FrameCase *wrong = peer->data;
  TsFrame request, frame;

  if (n > 0)
    {
      while (test_peer_answer_one (fd))
        ;
      return;
    }
  if (!test_peer_receive (fd, &request))
    return;
  frame = test_answer_to (&request);
  frame.cookie ^= wrong->cookie_change;
  frame.version = wrong->version;
  frame.kind = wrong->kind;
  frame.flags = wrong->flags;
  frame.receive_ns += wrong->receive_change_ns;
  frame.transmit_ns += wrong->transmit_change_ns;
  test_peer_send_frame (fd, &frame);
  test_peer_await_end (fd);
}

static void
test_frame (gconstpointer data)
{
  const FrameCase *wrong = &frame_cases[GPOINTER_TO_SIZE (data)];
  TestPeer *peer = test_peer_new (say_frame, wrong);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  assert_fails (&outcome, wrong->domain (), wrong->code, wrong->message_part);
  /* That connection is not trusted any more, but the server may do better on the next. */
  run (&outcome);
  assert_proves (&outcome, 0);
  g_assert_cmpuint (outcome.sample.max_error_ns, ==, 12345);
  g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, 2);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static void
frame_in_pieces (TestPeer *peer,
                 int fd,
                 guint n)
{
  TsFrame request;

  while (test_peer_receive (fd, &request))
    {
      TsFrame answer = test_answer_to (&request);
      guint8 bytes[TS_FRAME_SIZE];

      /* Flags and fields that nobody knows yet are of no concern. */
      answer.flags = 0xfffe;
      answer.retry_after_ms = G_MAXUINT32;
      ts_frame_encode (&answer, bytes);
      for (gsize i = 0; i < sizeof bytes; i++)
        test_peer_send (fd, bytes + i, 1);
    }
}

static void
test_frame_in_pieces (void)
{
  TestPeer *peer = test_peer_new (frame_in_pieces, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (guint n = 0; n < 50; n++)
    {
      run (&outcome);
      assert_proves (&outcome, 0);
    }
  g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, 1);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* Ends of a connection that was kept, each after one good answer. */
static void
close_while_idle (TestPeer *peer,
                  int fd,
                  guint n)
{
  test_peer_answer_one (fd);
}

static void
reset_while_idle (TestPeer *peer,
                  int fd,
                  guint n)
{
  test_peer_answer_one (fd);
  test_peer_reset_at_close (fd);
}

/* As a server does that ends just when a request came: both frames may be there at once. */
static void
answer_and_refuse (TestPeer *peer,
                   int fd,
                   guint n)
{
  TsFrame request, answer;
  guint8 bytes[2 * TS_FRAME_SIZE];

  if (!test_peer_receive (fd, &request))
    return;
  answer = test_answer_to (&request);
  ts_frame_encode (&answer, bytes);
  answer = (TsFrame) {
    .version = TS_FRAME_VERSION,
    .kind = TS_FRAME_REFUSAL,
    .flags = TS_REFUSAL_SHUTTING_DOWN,
  };
  ts_frame_encode (&answer, bytes + TS_FRAME_SIZE);
  test_peer_send (fd, bytes, sizeof bytes);
}

static void
close_at_next_request (TestPeer *peer,
                       int fd,
                       guint n)
{
  TsFrame request;

  test_peer_answer_one (fd);
  test_peer_receive (fd, &request);
}

static void
reset_at_next_request (TestPeer *peer,
                       int fd,
                       guint n)
{
  TsFrame request;

  test_peer_answer_one (fd);
  test_peer_receive (fd, &request);
  test_peer_reset_at_close (fd);
}

static const struct
{
  const char *name;
  TestScript script;
  gboolean is_idle; /* it ends before the next request */
} ends[] = {
  { "closed-while-idle", close_while_idle, TRUE },
  { "reset-while-idle", reset_while_idle, TRUE },
  { "answered-and-refused", answer_and_refuse, TRUE },
  { "closed-at-request", close_at_next_request, FALSE },
  { "reset-at-request", reset_at_next_request, FALSE },
};

static void
test_kept_connection_ends (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TestPeer *peer = test_peer_new (ends[i].script, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (gint n = 1; n <= 20; n++)
    {
      run (&outcome);
      assert_proves (&outcome, 0);
      g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, n);
      if (ends[i].is_idle)
        TEST_WAIT (g_atomic_int_get (&peer->n_served) == n);
    }
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* Whom the client tells that it has read the answer. */
typedef struct
{
  gboolean is_open; /* whether the connection stays open after the refusal */
  int n_read;       /* atomic: how many answers the client has */
  int n_refused;    /* atomic */
} RefusalPlan;

static void
refuse_while_idle (TestPeer *peer,
                   int fd,
                   guint n)
{
  RefusalPlan *plan = (RefusalPlan *) peer->data;

  if (!test_peer_answer_one (fd))
    return;
  while (g_atomic_int_get (&plan->n_read) <= (gint) n)
    g_thread_yield ();
  test_peer_send_frame (fd, &(TsFrame) {
                              .version = TS_FRAME_VERSION,
                              .kind = TS_FRAME_REFUSAL,
                              .flags = TS_REFUSAL_SHUTTING_DOWN,
                            });
  if (!plan->is_open)
    shutdown (fd, SHUT_WR);
  g_atomic_int_inc (&plan->n_refused);
  test_peer_await_end (fd);
}

/* What comes unasked makes the kept connection useless, even where it stays open. */
static void
test_refusal_unasked (gconstpointer data)
{
  RefusalPlan plan = { .is_open = data != NULL };
  TestPeer *peer = test_peer_new (refuse_while_idle, &plan);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (gint n = 1; n <= 10; n++)
    {
      run (&outcome);
      assert_proves (&outcome, 0);
      g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, n);
      g_atomic_int_inc (&plan.n_read);
      TEST_WAIT (g_atomic_int_get (&plan.n_refused) == n);
    }
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static void
answer_once_then_close (TestPeer *peer,
                        int fd,
                        guint n)
{
  TsFrame request;

  if (n == 0)
    test_peer_answer_one (fd);
  test_peer_receive (fd, &request);
}

/* A new connection is tried once, not for ever. */
static void
test_closed_twice (void)
{
  TestPeer *peer = test_peer_new (answer_once_then_close, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  run_well (&outcome);
  assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED, "127.0.0.1:");
  g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, 2);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* Kept connections are not for servers that changed their protocol meanwhile. */
static void
framed_then_classic (TestPeer *peer,
                     int fd,
                     guint n)
{
  TsFrame request;

  if (n % 2 == 0)
    test_peer_answer_one (fd);
  else if (test_peer_receive (fd, &request))
    send_classic (fd, test_now_ns (), 9, "", "\n");
}

static void
test_changes_protocol (void)
{
  TestPeer *peer = test_peer_new (framed_then_classic, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (gint n = 1; n <= 6; n++)
    {
      run (&outcome);
      assert_proves (&outcome, 0);
      g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==,
                       n % 2 == 1 ? TS_PROTOCOL_FRAMED : TS_PROTOCOL_CLASSIC);
      TEST_WAIT (g_atomic_int_get (&peer->n_served) == n);
    }
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* Silent but for the connections whose number is not divisible by two. */
static void
silent_at_first (TestPeer *peer,
                 int fd,
                 guint n)
{
  if (n % 2 == 0)
    test_peer_await_end (fd);
  else
    while (test_peer_answer_one (fd))
      ;
}

/* Says a whole answer and does not close: more digits might follow. */
static void
classic_without_end (TestPeer *peer,
                     int fd,
                     guint n)
{
  send_classic (fd, test_now_ns (), 9, "", "\n");
  test_peer_await_end (fd);
}

static const struct
{
  const char *name;
  TestScript script;
} silences[] = {
  { "silent", silent_at_first },
  { "classic-without-end", classic_without_end },
};

static void
test_times_out (gconstpointer data)
{
  TestPeer *peer = test_peer_new (silences[GPOINTER_TO_SIZE (data)].script, NULL);
  Outcome outcome = outcome_new (peer->port, SHORT_NS);
  gint64 before_ns = g_get_monotonic_time () * TS_NS_PER_US;

  assert_fails (&outcome, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "did not answer within 0.05 seconds");
  /* Timers count in milliseconds. */
  g_assert_cmpint (g_get_monotonic_time () * TS_NS_PER_US - before_ns, >=, SHORT_NS - 2 * TS_NS_PER_MS);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* A late answer to a request that was given up is not taken for the next one's. */
static void
test_after_timeout (void)
{
  TestPeer *peer = test_peer_new (silent_at_first, NULL);
  Outcome outcome = outcome_new (peer->port, SHORT_NS);
  guint n_tries = 0;

  assert_fails (&outcome, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "127.0.0.1:");
  /* On a machine that is slow beyond measure the next one may time out too; it never is anything else. */
  do
    run (&outcome);
  while (g_error_matches (outcome.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) && ++n_tries < 100);
  assert_proves (&outcome, 0);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static void
test_connection_refused (void)
{
  guint16 port;
  int fd = test_open_bound (&port);
  Outcome outcome = outcome_new (port, LONG_NS);
  g_autofree char *message = g_strdup_printf ("127.0.0.1:%u refuses connections", port);

  for (guint n = 0; n < 3; n++)
    assert_fails (&outcome, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, message);
  g_assert_null (ts_probe_get_remote (outcome.probe));
  outcome_clear (&outcome);
  close (fd);
}

#define N_FILLERS 8

typedef struct
{
  int fd;
  guint16 port;
  int fillers[N_FILLERS];
} FullServer;

/* A socket that listens, whose queue is full and which nobody accepts from. */
static gboolean
full_server_open (FullServer *full)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct pollfd last = { .events = POLLOUT };

  full->fd = test_open_bound (&full->port);
  g_assert_cmpint (listen (full->fd, 0), ==, 0);
  address.sin_port = htons (full->port);
  for (guint i = 0; i < N_FILLERS; i++)
    {
      full->fillers[i] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      connect (full->fillers[i], (struct sockaddr *) &address, sizeof address);
    }
  last.fd = full->fillers[N_FILLERS - 1];
  return poll (&last, 1, 0) == 0;
}

static void
full_server_close (FullServer *full)
{
  close (full->fd);
  for (guint i = 0; i < N_FILLERS; i++)
    close (full->fillers[i]);
}

static void
test_connect_times_out (void)
{
  FullServer full;

  if (full_server_open (&full))
    {
      Outcome outcome = outcome_new (full.port, SHORT_NS);

      assert_fails (&outcome, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                    "did not accept a connection within 0.05 seconds");
      outcome_clear (&outcome);
    }
  else
    g_test_skip ("This kernel takes more connections than the backlog allows");
  full_server_close (&full);
}

static void
test_cancel_connecting (void)
{
  FullServer full;

  if (full_server_open (&full))
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Outcome outcome = outcome_new (full.port, LONG_NS);

      begin (&outcome, cancellable);
      for (guint turn = 0; turn < 20; turn++)
        g_main_context_iteration (NULL, FALSE);
      g_assert_false (outcome.is_done);
      g_cancellable_cancel (cancellable);
      TEST_WAIT (outcome.is_done);
      g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      outcome_clear (&outcome);
    }
  else
    g_test_skip ("This kernel takes more connections than the backlog allows");
  full_server_close (&full);
}

static void
test_cancel_before (void)
{
  TestPeer *peer = test_peer_new (silent_at_first, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  g_cancellable_cancel (cancellable);
  begin (&outcome, cancellable);
  TEST_WAIT (outcome.is_done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, 0);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* After any number of turns of the main loop: while resolving, connecting, waiting. */
static void
test_cancel_at_any_time (void)
{
  TestPeer *peer = test_peer_new (classic_without_end, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (guint n_turns = 0; n_turns < 30; n_turns++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      begin (&outcome, cancellable);
      for (guint turn = 0; turn < n_turns; turn++)
        g_main_context_iteration (NULL, FALSE);
      g_cancellable_cancel (cancellable);
      g_assert_false (outcome.is_done);
      TEST_WAIT (outcome.is_done);
      g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      /* It holds on to nothing. */
      g_assert_finalize_object (g_steal_pointer (&cancellable));
    }
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static void
test_cancel_waiting (void)
{
  TestPeer *peer = test_peer_new (silent_at_first, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  begin (&outcome, cancellable);
  TEST_WAIT (g_atomic_int_get (&peer->n_accepted) == 1);
  g_cancellable_cancel (cancellable);
  TEST_WAIT (outcome.is_done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* The connection went with it; the next exchange has its own, and so has the one after that. */
  run (&outcome);
  assert_proves (&outcome, 0);
  run (&outcome);
  assert_proves (&outcome, 0);
  g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, 2);

  /* A kept connection does not survive it either. */
  g_cancellable_reset (cancellable);
  begin (&outcome, cancellable);
  g_cancellable_cancel (cancellable);
  TEST_WAIT (outcome.is_done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  TEST_WAIT (g_atomic_int_get (&peer->n_served) == 2);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* The kernel turns stamping on a moment after the first socket asked for it. */
static void
test_kernel_stamps (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (5 * TS_NS_PER_S);
  g_autoptr (TsServer) server = test_start_server (clock, "127.0.0.1");
  Outcome outcome = outcome_new (ts_server_get_port (server), LONG_NS);
  const TsSample *sample = &outcome.sample;
  TsExchange before = { 0 };
  gint64 deadline_us = test_get_deadline_us ();

  do
    {
      before = sample->exchange;
      run (&outcome);
      assert_proves (&outcome, 5 * TS_NS_PER_S);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      g_assert_cmpint (sample->sources[2], ==, TS_STAMP_USER);
      g_assert_cmpint (sample->reading.real_ns, >=, sample->exchange.t4_ns);
      g_assert_false (sample->is_retransmitted);
    }
  while (sample->sources[0] != TS_STAMP_KERNEL || sample->sources[1] != TS_STAMP_KERNEL ||
         sample->sources[3] != TS_STAMP_KERNEL || sample->previous_t3_ns == 0);
  g_assert_cmpint (sample->previous_t4_ns, ==, before.t4_ns);
  g_assert_cmpint (sample->previous_t3_ns, >=, before.t3_ns);
  g_assert_cmpint (sample->previous_t3_ns - before.t4_ns, <=, 5 * TS_NS_PER_S);
  g_assert_true (sample->has_generation);
  g_assert_cmpuint (sample->server_id, !=, 0);
  outcome_clear (&outcome);
}

static void
framed_when_told (TestPeer *peer,
                  int fd,
                  guint n)
{
  int *is_told = (int *) peer->data;
  TsFrame request, answer;
  guint8 bytes[TS_FRAME_SIZE];

  while (test_peer_receive (fd, &request))
    {
      while (!g_atomic_int_get (is_told))
        g_usleep (1000);
      answer = test_answer_to (&request);
      ts_frame_encode (&answer, bytes);
      test_peer_send (fd, bytes, sizeof bytes);
    }
}

/* Our clock is set while the answer is awaited: not forward by so little that the stamps look reversed. */
static void
test_stepped_under_way (void)
{
  int is_told = FALSE;
  TestPeer *peer = test_peer_new (framed_when_told, &is_told);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  Outcome outcome = { .probe = new_probe ("127.0.0.1", peer->port, LONG_NS, clock) };

  begin (&outcome, NULL);
  TEST_WAIT (g_atomic_int_get (&peer->n_accepted) == 1);
  ts_clock_step (clock, TS_NS_PER_S);
  g_atomic_int_set (&is_told, TRUE);
  TEST_WAIT (outcome.is_done);
  g_assert_error (outcome.error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_STEPPED);
  run (&outcome);
  assert_proves (&outcome, -TS_NS_PER_S);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static void
begin_another (GObject *probe,
               GAsyncResult *result,
               gpointer user_data)
{
  Outcome *outcomes = user_data;

  got_exchange (probe, result, &outcomes[0]);
  begin (&outcomes[1], NULL);
}

/* The next exchange may begin in the callback of the last one. */
static void
test_two_in_a_row (gconstpointer data)
{
  TestPeer *peer = test_peer_new (data == NULL ? classic_on_accept : frame_in_pieces, NULL);
  Outcome outcomes[2] = { outcome_new (peer->port, LONG_NS) };

  outcomes[1].probe = outcomes[0].probe;
  ts_probe_exchange_async (outcomes[0].probe, NULL, begin_another, outcomes);
  TEST_WAIT (outcomes[1].is_done);
  assert_proves (&outcomes[0], 0);
  assert_proves (&outcomes[1], 0);
  g_assert_cmpint (outcomes[0].sample.exchange.t1_ns, <=, outcomes[1].sample.exchange.t1_ns);
  outcome_clear (&outcomes[0]);
  test_peer_free (peer);
}

/* The exchange under way keeps the probe that its owner has let go. */
static void
test_unref_under_way (void)
{
  TestPeer *peer = test_peer_new (frame_in_pieces, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);
  gpointer watched = outcome.probe;

  g_object_add_weak_pointer (watched, &watched);
  begin (&outcome, NULL);
  g_object_unref (outcome.probe);
  g_assert_nonnull (watched);
  TEST_WAIT (outcome.is_done && watched == NULL);
  assert_proves (&outcome, 0);
  TEST_WAIT (g_atomic_int_get (&peer->n_served) == 1);
  test_peer_free (peer);
}

static const struct
{
  const char *name;
  GResolverError failure;
  const char *message;
} unknown_names[] = {
  { "nowhere.example", G_RESOLVER_ERROR_NOT_FOUND, "The name “nowhere.example” was not found" },
  { "broken.example", G_RESOLVER_ERROR_TEMPORARY_FAILURE,
    "The name “broken.example” could not be looked up" },
};

static void
test_name_not_found (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TestResolver *resolver = test_resolver_install (NULL, 0);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  Outcome outcome = { .probe = new_probe (unknown_names[i].name, TS_DEFAULT_PORT, LONG_NS, clock) };

  resolver->failure = unknown_names[i].failure;
  run (&outcome);
  g_assert_error (outcome.error, G_RESOLVER_ERROR, (int) unknown_names[i].failure);
  g_assert_cmpstr (outcome.error->message, ==, unknown_names[i].message);
  g_assert_cmpuint (resolver->n_lookups, >, 0);
  outcome_clear (&outcome);
  test_resolver_remove (resolver);
}

/* The second address is tried where the first one refuses, and is the one that is told. */
static void
test_second_address (void)
{
  static const char *const addresses[] = { "127.0.0.2", "127.0.0.1" };
  TestResolver *resolver = test_resolver_install (addresses, G_N_ELEMENTS (addresses));
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  TestPeer *peer = test_peer_new (frame_in_pieces, NULL);
  g_autofree char *remote = ts_address_join ("127.0.0.1", peer->port);
  Outcome outcome = { .probe = new_probe ("two.example", peer->port, LONG_NS, clock) };

  run (&outcome);
  assert_proves (&outcome, 0);
  g_assert_cmpstr (ts_probe_get_remote (outcome.probe), ==, remote);
  outcome_clear (&outcome);
  test_resolver_remove (resolver);
  test_peer_free (peer);
}

static void
test_names (void)
{
  g_assert_cmpstr (ts_protocol_get_name (TS_PROTOCOL_UNKNOWN), ==, "unknown");
  g_assert_cmpstr (ts_protocol_get_name (TS_PROTOCOL_FRAMED), ==, "framed");
  g_assert_cmpstr (ts_protocol_get_name (TS_PROTOCOL_CLASSIC), ==, "classic");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/tcp-probe/server/", servers, test_server);
  g_test_add_func ("/tcp-probe/server/wrong-here", test_wrong_here);
  g_test_add_func ("/tcp-probe/server/restarts", test_server_restarts);
  g_test_add_func ("/tcp-probe/kernel-stamps", test_kernel_stamps);
  g_test_add_func ("/tcp-probe/stepped-under-way", test_stepped_under_way);
  ADD_CASES ("/tcp-probe/classic/", classics, test_classic);
  g_test_add_func ("/tcp-probe/classic/late-main-loop", test_late_main_loop);
  g_test_add_func ("/tcp-probe/classic/digits", test_classic_digits);
  g_test_add_func ("/tcp-probe/classic/truncated", test_truncated_classic);
  ADD_CASES ("/tcp-probe/classic/longest/", fillers, test_longest);
  ADD_CASES ("/tcp-probe/stranger/", strangers, test_stranger);
  g_test_add_func ("/tcp-probe/frame/truncated", test_truncated_frame);
  ADD_CASES ("/tcp-probe/frame/", frame_cases, test_frame);
  g_test_add_func ("/tcp-probe/frame/in-pieces", test_frame_in_pieces);
  ADD_CASES ("/tcp-probe/kept/", ends, test_kept_connection_ends);
  g_test_add_data_func ("/tcp-probe/kept/refused-and-closed", NULL, test_refusal_unasked);
  g_test_add_data_func ("/tcp-probe/kept/refused-and-open", "open", test_refusal_unasked);
  g_test_add_func ("/tcp-probe/kept/closed-twice", test_closed_twice);
  g_test_add_func ("/tcp-probe/kept/changes-protocol", test_changes_protocol);
  ADD_CASES ("/tcp-probe/times-out/", silences, test_times_out);
  g_test_add_func ("/tcp-probe/times-out/connecting", test_connect_times_out);
  g_test_add_func ("/tcp-probe/times-out/next", test_after_timeout);
  g_test_add_func ("/tcp-probe/connection-refused", test_connection_refused);
  ADD_CASES ("/tcp-probe/name/", unknown_names, test_name_not_found);
  g_test_add_func ("/tcp-probe/name/second-address", test_second_address);
  g_test_add_func ("/tcp-probe/cancel/before", test_cancel_before);
  g_test_add_func ("/tcp-probe/cancel/connecting", test_cancel_connecting);
  g_test_add_func ("/tcp-probe/cancel/waiting", test_cancel_waiting);
  g_test_add_func ("/tcp-probe/cancel/at-any-time", test_cancel_at_any_time);
  g_test_add_data_func ("/tcp-probe/two-in-a-row/classic", NULL, test_two_in_a_row);
  g_test_add_data_func ("/tcp-probe/two-in-a-row/framed", "framed", test_two_in_a_row);
  g_test_add_func ("/tcp-probe/unref-under-way", test_unref_under_way);
  g_test_add_func ("/tcp-probe/protocol-names", test_names);
  return g_test_run ();
}
