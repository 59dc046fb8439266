/* Tests of what the probe over TLS says of servers that are none, and that it says nothing to them in the clear.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>

#include "test-tls-outcome.h"
#include "test-tls-peer.h"
#include "../core/test-cases.h"

/* For what is to time out: long enough to connect on a machine that is busy. */
#define TEST_TIMEOUT_NS (300 * TS_NS_PER_MS)

/* What a scripted server does, in order: waits for the ClientHello, says something, does what else there is to do,
 * and listens to the end. */
typedef struct
{
  const char *name;
  const char *reply;
  gsize length;
  gboolean (*go_on) (int fd); /* (nullable): whether to listen then */
  GQuark (*get_domain) (void);
  int code;
  const char *saying;
} Stranger;

static void
act_stranger (TestPeer *peer,
              int fd,
              guint n)
{
  const Stranger *stranger = peer->data;

  test_await_hello (fd);
  test_peer_send (fd, stranger->reply, stranger->length);
  if (stranger->go_on == NULL || stranger->go_on (fd))
    test_listen_to_the_end (fd);
}

static gboolean
say_no_more (int fd)
{
  shutdown (fd, SHUT_WR);
  return TRUE;
}

static gboolean
reset (int fd)
{
  test_peer_reset_at_close (fd);
  return FALSE;
}

/* So that only the deadline of the whole handshake ends it. */
static gboolean
drip (int fd)
{
  const guint8 header[] = { 0x16, 3, 3, 0x40, 0 };
  struct pollfd poll_fd = { .fd = fd, .events = POLLRDHUP };

  for (gsize i = 0; poll (&poll_fd, 1, 5) == 0; i++)
    test_peer_send (fd, i < sizeof header ? &header[i] : (const guint8 *) "\x02", 1);
  return TRUE;
}

#define REPLY(text) text, sizeof text - 1

#define NOT_TLS       ": it does not speak TLS, or broke off the handshake"
#define NOT_OFFERED   ": it closed the connection during the TLS handshake"
#define NOT_CONNECTED " did not accept a connection within 0.3 s"
#define NOT_IN_TIME   " did not finish the TLS handshake within 0.3 s"

static const Stranger strangers[] = {
  { "classic", REPLY ("1696295878.123456789.1696295878.123458123"), say_no_more,
    g_tls_error_quark, G_TLS_ERROR_MISC, NOT_TLS },
  { "refusal-in-the-clear", REPLY ("TSyn\x01\x03\x00\x03" "cookie!!" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                   "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), say_no_more,
    g_tls_error_quark, G_TLS_ERROR_MISC, NOT_TLS },
  { "web", REPLY ("HTTP/1.1 400 Bad Request\r\n\r\n"), NULL, g_tls_error_quark, G_TLS_ERROR_MISC, NOT_TLS },
  { "closes", REPLY (""), say_no_more, g_tls_error_quark, G_TLS_ERROR_NOT_TLS, NOT_OFFERED },
  { "resets", REPLY (""), reset, g_tls_error_quark, G_TLS_ERROR_NOT_TLS, NOT_OFFERED },
  { "half-a-record", REPLY ("\x16\x03\x03\x00\x50\x02"), say_no_more, g_tls_error_quark, G_TLS_ERROR_NOT_TLS, NOT_TLS },
  { "alert", REPLY ("\x15\x03\x03\x00\x02\x02\x46"), NULL, g_tls_error_quark, G_TLS_ERROR_MISC,
    ": the TLS handshake failed: " },
  { "silent", REPLY (""), NULL, g_io_error_quark, G_IO_ERROR_TIMED_OUT, NOT_IN_TIME },
  { "silent-later", REPLY ("\x16\x03\x03\x00\x50\x02"), NULL, g_io_error_quark, G_IO_ERROR_TIMED_OUT, NOT_IN_TIME },
  { "drips", REPLY (""), drip, g_io_error_quark, G_IO_ERROR_TIMED_OUT, NOT_IN_TIME },
};

static void
test_stranger (gconstpointer data)
{
  const Stranger *stranger = &strangers[GPOINTER_TO_SIZE (data)];
  gboolean times_out = stranger->code == G_IO_ERROR_TIMED_OUT && stranger->get_domain == g_io_error_quark;
  TestPeer *peer = test_peer_new (act_stranger, stranger);
  Outcome outcome = outcome_new (peer->port, times_out ? TEST_TIMEOUT_NS : LONG_NS);

  /* Twice: nothing of the first attempt is left over, nor does the next dare to do without TLS. */
  for (guint i = 0; i < 2; i++)
    {
      /* A machine that is busy may not even connect in time. */
      do
        run (&outcome);
      while (outcome.error != NULL && strstr (outcome.error->message, NOT_CONNECTED) != NULL);
      assert_says (&outcome, stranger->get_domain (), stranger->code, stranger->saying);
    }
  g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_UNKNOWN);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* Asserts that the client says nothing, but goodbye. */
static void
hear_nothing (GIOStream *tls,
              gconstpointer data)
{
  guint8 byte;

  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (tls), &byte, 1, NULL, NULL), <=, 0);
}

static const struct
{
  const char *name;
  const char *protocol;
} protocols[] = {
  { "none", NULL },
  { "other", "http/1.1" },
  { "next-version", "timesync/2" },
};

static void
test_protocol (gconstpointer data)
{
  TestTlsScript script = { .protocol = protocols[GPOINTER_TO_SIZE (data)].protocol, .serve = hear_nothing };
  TestPeer *peer = test_peer_new (test_tls_peer_act, &script);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  run_badly (&outcome, G_TLS_ERROR, G_TLS_ERROR_MISC, ": it speaks TLS, but not Time Sync over it");
  outcome_clear (&outcome);
  test_peer_free (peer);
}

typedef struct
{
  const char *name;
  gsize length; /* of the answer that is sent, where there is no text */
  guint16 refusal;
  const char *text;
  const char *in_the_clear;
  gboolean says_goodbye;
  TsProbeError code;
  const char *saying;
} Inside;

static const Inside insides[] = {
  { "goodbye", 0, 0, NULL, NULL, TRUE, TS_PROBE_ERROR_CLOSED, ": the connection was closed before an answer came" },
  { "hangs-up", 0, 0, NULL, NULL, FALSE, TS_PROBE_ERROR_CLOSED, ": the connection was closed before an answer came" },
  { "half-an-answer", 40, 0, NULL, NULL, TRUE, TS_PROBE_ERROR_CLOSED,
    ": the connection was closed before an answer came" },
  { "garbage", 0, 0, "?!", NULL, TRUE, TS_PROBE_ERROR_MALFORMED, ": the reply is not a time: “?!”" },
  { "classic", 0, 0, "1696295878.123456789.1696295878.123458123", NULL, TRUE, TS_PROBE_ERROR_MALFORMED,
    ": the reply is not a time: “1696295878.123456789.1696295878.…”" },
  { "too-many-connections", 64, 1, NULL, NULL, TRUE, TS_PROBE_ERROR_REFUSED,
    ": the server refused: too many connections" },
  { "shutting-down", 64, 3, NULL, NULL, TRUE, TS_PROBE_ERROR_REFUSED, ": the server refused: it is shutting down" },
};

static void
serve_inside (GIOStream *tls,
              gconstpointer data)
{
  const Inside *inside = data;
  GInputStream *input = g_io_stream_get_input_stream (tls);
  GOutputStream *output = g_io_stream_get_output_stream (tls);
  guint8 bytes[TS_FRAME_SIZE];
  TsFrame request, answer;

  g_input_stream_read_all (input, bytes, sizeof bytes, NULL, NULL, NULL);
  g_assert_cmpint (ts_frame_decode (bytes, sizeof bytes, &request, NULL), ==, TS_DECODED_COMPLETE);
  answer = test_answer_to (&request);
  if (inside->refusal != 0)
    {
      answer.kind = TS_FRAME_REFUSAL;
      answer.flags = inside->refusal;
    }
  ts_frame_encode (&answer, bytes);
  if (inside->text != NULL)
    g_output_stream_write_all (output, inside->text, strlen (inside->text), NULL, NULL, NULL);
  else
    g_output_stream_write_all (output, bytes, inside->length, NULL, NULL, NULL);
  if (inside->says_goodbye)
    g_io_stream_close (tls, NULL, NULL);
}

/* What may be said inside TLS. */
static void
test_inside (gconstpointer data)
{
  const Inside *inside = &insides[GPOINTER_TO_SIZE (data)];
  TestTlsScript script = { .protocol = TS_TLS_PROTOCOL, .serve = serve_inside, .data = inside };
  TestPeer *peer = test_peer_new (test_tls_peer_act, &script);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (guint i = 0; i < 2; i++)
    run_badly (&outcome, TS_PROBE_ERROR, (int) inside->code, inside->saying);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* A server of the version before TLS 1.2, which is the library's to have or not; in a process of its own, for
 * only its environment tells the library so. */
static void
test_tls_1_1 (void)
{
  TestTlsScript script = { .protocol = TS_TLS_PROTOCOL, .serve = hear_nothing };
  TestPeer *peer;
  Outcome outcome;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  g_setenv ("G_TLS_GNUTLS_PRIORITY", "NORMAL:-VERS-ALL:+VERS-TLS1.1", TRUE);
  peer = test_peer_new (test_tls_peer_act, &script);
  outcome = outcome_new (peer->port, LONG_NS);
  run_badly (&outcome, G_TLS_ERROR, G_TLS_ERROR_MISC, ": it speaks only a version of TLS that is no longer safe");
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static void
speak_in_the_clear (GIOStream *tls,
                    gconstpointer data)
{
  g_autoptr (GIOStream) base = NULL;

  g_object_get (tls, "base-io-stream", &base, NULL);
  g_output_stream_write_all (g_io_stream_get_output_stream (base), "TSyn and so on", 14, NULL, NULL, NULL);
  test_listen_to_the_end (g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base))));
}

/* Once hands are shaken nothing is believed that does not come through TLS. */
static void
test_in_the_clear_later (void)
{
  TestTlsScript script = { .protocol = TS_TLS_PROTOCOL, .serve = speak_in_the_clear };
  TestPeer *peer = test_peer_new (test_tls_peer_act, &script);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  run_badly (&outcome, G_TLS_ERROR, G_TLS_ERROR_MISC, ": ");
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static void
listen_through_tls (GIOStream *tls,
                    gconstpointer data)
{
  guint8 bytes[256];

  while (g_input_stream_read (g_io_stream_get_input_stream (tls), bytes, sizeof bytes, NULL, NULL) > 0)
    ;
}

/* Hands are shaken, and then there is no answer. */
static void
test_answer_times_out (void)
{
  TestTlsScript script = { .protocol = TS_TLS_PROTOCOL, .serve = listen_through_tls };
  TestPeer *peer = test_peer_new (test_tls_peer_act, &script);
  Outcome outcome = outcome_new (peer->port, TEST_TIMEOUT_NS);

  /* A machine that is busy may not get so far in time. */
  do
    {
      run (&outcome);
      g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
    }
  while (!g_str_has_suffix (outcome.error->message, " did not answer within 0.3 s"));
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* The connection breaks off after any number of the server's bytes: it is said, and the next exchange is good. */
static void
test_cut_off (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  TestTap plan = { .port = server->port };
  TestPeer *tap = test_peer_new (test_tap_act, &plan);
  guint n_good = 0, n_bad = 0;

  for (gsize n_passed_back = 1; n_passed_back < 1800; n_passed_back += 61)
    {
      Outcome outcome = outcome_new (tap->port, LONG_NS);

      __atomic_store_n (&plan.n_passed_back, n_passed_back, __ATOMIC_RELAXED);
      run (&outcome);
      if (outcome.error != NULL)
        g_assert_nonnull (get_saying (&outcome));
      n_good += outcome.error == NULL;
      n_bad += outcome.error != NULL;
      outcome_clear (&outcome);
    }
  g_assert_cmpuint (n_good, >, 0);
  g_assert_cmpuint (n_bad, >, 0);
  test_peer_free (tap);
  test_tls_server_free (server);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!test_has_tls ())
    return 0;
  ADD_CASES ("/tls-strangers/before-hands-are-shaken/", strangers, test_stranger);
  ADD_CASES ("/tls-strangers/protocol/", protocols, test_protocol);
  ADD_CASES ("/tls-strangers/inside/", insides, test_inside);
  g_test_add_func ("/tls-strangers/tls-1.1", test_tls_1_1);
  g_test_add_func ("/tls-strangers/in-the-clear-later", test_in_the_clear_later);
  g_test_add_func ("/tls-strangers/answer-times-out", test_answer_times_out);
  g_test_add_func ("/tls-strangers/cut-off", test_cut_off);
  return g_test_run ();
}
