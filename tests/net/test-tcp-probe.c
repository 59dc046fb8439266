/* Tests of the TCP probe against real and scripted servers on the loopback interface: what it makes of what they say.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>

#include "test-real-server.h"
#include "test-tcp-fixture.h"
#include "../core/test-cases.h"

#define FAKE_NOW_NS (1700000000 * TS_NS_PER_S)

static void
test_server (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (TsClock) server_clock = ts_clock_new_system (real_servers[i].shift_ns);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autofree char *remote = NULL;
  TsServer *server;
  Outcome outcome = { 0 };

  if (test_skip_without (real_servers[i].address))
    return;
  server = test_start_server (server_clock, real_servers[i].address);
  outcome.probe = new_probe (real_servers[i].address, ts_server_get_port (server), LONG_NS, clock);
  g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_UNKNOWN);
  g_assert_null (ts_probe_get_remote (outcome.probe));

  for (guint n = 0; n < 10; n++)
    {
      run (&outcome);
      assert_proves (&outcome, real_servers[i].shift_ns);
      g_assert_true (outcome.sample.quality.is_known);
      g_assert_true ((outcome.sample.quality.leap == 3) == (outcome.sample.max_error_ns == TS_MAX_ERROR_UNKNOWN));
      g_assert_cmpint (outcome.sample.exchange.precision_ns, ==, 0);
      g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_FRAMED);
      /* All on one connection. */
      g_assert_cmpuint (ts_server_get_n_clients (server), ==, 1);
    }
  remote = ts_address_join (real_servers[i].address, ts_server_get_port (server));
  g_assert_cmpstr (ts_probe_get_remote (outcome.probe), ==, remote);
  g_assert_cmpstr (ts_probe_get_target (outcome.probe)->host, ==, real_servers[i].address);

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

  run (&outcome);
  assert_proves (&outcome, 0);
  ts_server_stop (server);
  g_object_unref (server);
  assert_fails (&outcome, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refuses connections");

  test_serve (next, "127.0.0.1", port);
  run (&outcome);
  assert_proves (&outcome, 0);
  outcome_clear (&outcome);
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

/* The kernel holds the end of the handshake back for 200 ms at most, so that the request goes with it. */
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
      assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, "not a time");
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

/* Says it and keeps the connection open: the characters alone are enough to judge it. */
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
    "“HTTP/1.1 400 Bad Request\\x0d\\x0aConnec…”" },
  { "SSH", "SSH-2.0-OpenSSH_9.2\r\n", say_text_and_wait, "“SSH-2.0-OpenSSH_9.2\\x0d\\x0a”" },
  { "escapes", "\x1b[31m\\\377\"%s\303\244", say_text_and_wait, "“\\x1b[31m\\x5c\\xff\"%s\\xc3\\xa4”" },
  { "TLS-alert", "\x15\x03\x03\x01", say_text_and_wait, "“\\x15\\x03\\x03\\x01”" },
  { "TLS-handshake", "\x16\x03\x03", say_text, "“\\x16\\x03\\x03”" },
  { "frame-of-a-stranger", "TSyncronous", say_text_and_wait, "“TSyncronous”" },
  { "almost-a-frame", "TSyX", say_text_and_wait, "“TSyX”" },
  { "one-number", "1700000000.5\n", say_text, "“1700000000.5\\x0a”" },
  { "white-space", "  \n", say_text, "“  \\x0a”" },
  { "ten-digits", "1700000000.1234567890.1700000000.5", say_text, "“1700000000.1234567890.1700000000…”" },
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
        assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, "not a time");
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
    ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "not a time" },
  { "wrong-version", 0, 2, TS_FRAME_ANSWER, 0, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "“TSyn\\x02\\x02" },
  { "version-0", 0, 0, TS_FRAME_ANSWER, 0, 0, 0,
    ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED, "not a time" },
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
  /* That connection is not used again, but the server may do better on the next. */
  run (&outcome);
  assert_proves (&outcome, 0);
  g_assert_cmpuint (outcome.sample.max_error_ns, ==, 12345);
  g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, 2);
  outcome_clear (&outcome);
  test_peer_free (peer);
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

  ADD_CASES ("/tcp-probe/server/", real_servers, test_server);
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
  g_test_add_func ("/tcp-probe/protocol-names", test_names);
  return g_test_run ();
}
