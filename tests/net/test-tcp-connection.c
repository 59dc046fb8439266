/* Tests of the TCP probe's connections: how they are made and kept, and how they end.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <poll.h>

#include "net/probe/ts-probe-words.h"

#include "test-resolver.h"
#include "test-tcp-fixture.h"
#include "../core/test-cases.h"

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

/* What comes unasked makes the kept connection useless, even if it stays open. */
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

  run (&outcome);
  assert_proves (&outcome, 0);
  assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED, "127.0.0.1:");
  g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, 2);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* A new connection is made after a silence at least this long. */
#define SILENCE_NS (250 * TS_NS_PER_MS)

/* What a NAT that forgets, a power cut or a move to another network leaves: a connection on which nothing comes. */
typedef struct
{
  int held[8]; /* connections that are open and silent */
  int n_held;
} SilencePlan;

static void
answer_one_and_hold (TestPeer *peer,
                     int fd,
                     guint n)
{
  SilencePlan *plan = (SilencePlan *) peer->data;

  test_peer_answer_one (fd);
  /* By fcntl(), which the thread sanitizer does not see: dup() it takes for a race with who had that number before. */
  plan->held[plan->n_held++] = fcntl (fd, F_DUPFD_CLOEXEC, 0);
}

/* No sample is lost: a new connection is made beside the silent one. */
static void
test_forgotten (void)
{
  SilencePlan plan = { 0 };
  TestPeer *peer = test_peer_new (answer_one_and_hold, &plan);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (gint n = 1; n <= 3; n++)
    {
      gint64 began_ns = test_now_ns ();

      run (&outcome);
      assert_proves (&outcome, 0);
      /* What came on the new connection was asked there. */
      if (n > 1)
        g_assert_cmpint (outcome.sample.exchange.t1_ns, >=, began_ns + SILENCE_NS);
      g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, n);
    }
  outcome_clear (&outcome);
  test_peer_free (peer);
  for (int i = 0; i < plan.n_held; i++)
    close (plan.held[i]);
}

/* A slow answer on the kept connection still counts if the new one brings none. */
static void
answer_late (TestPeer *peer,
             int fd,
             guint n)
{
  TsFrame request, answer;

  if (n > 0 || !test_peer_answer_one (fd) || !test_peer_receive (fd, &request))
    return;
  answer = test_answer_to (&request);
  /* The new connection waits in the queue, and is not accepted until this one is served. */
  poll (&(struct pollfd) { .fd = peer->fd, .events = POLLIN }, 1, -1);
  test_peer_send_frame (fd, &answer);
}

static void
test_slow (void)
{
  TestPeer *peer = test_peer_new (answer_late, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  run (&outcome);
  run (&outcome);
  assert_proves (&outcome, 0);
  g_assert_cmpint (outcome.sample.delay_ns, >=, SILENCE_NS);
  outcome_clear (&outcome);
  test_peer_free (peer);
}

static void
refuse_for_a_minute (TestPeer *peer,
                     int fd,
                     guint n)
{
  TsFrame request;

  if (n > 0)
    test_peer_answer_one (fd);
  else if (test_peer_receive (fd, &request))
    test_peer_send_frame (fd, &(TsFrame) {
                                .version = TS_FRAME_VERSION,
                                .kind = TS_FRAME_REFUSAL,
                                .flags = TS_REFUSAL_TOO_MANY_REQUESTS,
                                .cookie = request.cookie,
                                .retry_after_ms = 60000,
                              });
}

/* A server that says for how long it wants to be left alone is not even connected to before that. */
static void
test_retry_after (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_fake (1800000000 * TS_NS_PER_S);
  TestPeer *peer = test_peer_new (refuse_for_a_minute, NULL);
  Outcome outcome = { .probe = new_probe ("127.0.0.1", peer->port, LONG_NS, clock) };

  g_assert_cmpint (ts_probe_get_min_interval_ns (outcome.probe), <, TS_NS_PER_S);
  assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, "too many requests");
  g_assert_cmpint (ts_probe_get_min_interval_ns (outcome.probe), >=, 60 * TS_NS_PER_S);
  g_assert_cmpint (ts_probe_get_min_interval_ns (outcome.probe), <, 61 * TS_NS_PER_S);
  ts_clock_advance (clock, 59 * TS_NS_PER_S);
  assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, "too many requests");
  g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, 1);
  g_assert_cmpint (ts_probe_get_min_interval_ns (outcome.probe), <, 2 * TS_NS_PER_S);
  ts_clock_advance (clock, 1 * TS_NS_PER_S);
  run (&outcome);
  g_assert_cmpint (g_atomic_int_get (&peer->n_accepted), ==, 2);
  g_assert_cmpint (ts_probe_get_min_interval_ns (outcome.probe), <, TS_NS_PER_S);
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

  assert_fails (&outcome, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "did not answer within 0.05 s");
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

/* A socket that listens, whose queue is full and from which nothing is accepted. */
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
                    "did not accept a connection within 0.05 s");
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

/* The next exchange may begin in the callback of the last one. */
static void
test_two_in_a_row (gconstpointer data)
{
  TestPeer *peer = test_peer_new (data == NULL ? classic_on_accept : frame_in_pieces, NULL);
  Outcome outcomes[2] = { outcome_new (peer->port, LONG_NS) };

  run_two_in_a_row (outcomes);
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
  { "xn--mnchen-3ya.example", G_RESOLVER_ERROR_NOT_FOUND, "The name “münchen.example” was not found" },
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

/* That no resolver answers is not the server's doing. */
static void
test_resolver_is_silent (void)
{
  TestResolver *resolver = test_resolver_install (NULL, 0);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  Outcome outcome = { .probe = new_probe ("silent.example", 1, SHORT_NS, clock) };

  resolver->is_silent = TRUE;
  assert_fails (&outcome, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE,
                "The name “silent.example” could not be looked up");
  g_assert_cmpstr (ts_probe_words_get_code (outcome.error), ==, "name-not-looked-up");
  outcome_clear (&outcome);
  test_resolver_remove (resolver);
}

static const struct
{
  const char *name;
  GQuark (*domain) (void);
  int code;
} failures[] = {
  { "closed", ts_probe_error_quark, TS_PROBE_ERROR_CLOSED },
  { "malformed", ts_probe_error_quark, TS_PROBE_ERROR_MALFORMED },
  { "refused", ts_probe_error_quark, TS_PROBE_ERROR_REFUSED },
  { "unsuitable", ts_probe_error_quark, TS_PROBE_ERROR_UNSUITABLE },
  { "name-not-found", g_resolver_error_quark, G_RESOLVER_ERROR_NOT_FOUND },
  { "name-not-looked-up", g_resolver_error_quark, G_RESOLVER_ERROR_INTERNAL },
  { "timed-out", g_io_error_quark, G_IO_ERROR_TIMED_OUT },
  { "connection-refused", g_io_error_quark, G_IO_ERROR_CONNECTION_REFUSED },
  { "unreachable", g_io_error_quark, G_IO_ERROR_HOST_UNREACHABLE },
  { "interrupted", g_io_error_quark, G_IO_ERROR_CANCELLED },
  { "certificate", g_tls_error_quark, G_TLS_ERROR_BAD_CERTIFICATE },
  { "tls", g_tls_error_quark, G_TLS_ERROR_EOF },
  { "impossible-stamps", ts_exchange_error_quark, TS_EXCHANGE_ERROR_NEGATIVE_DELAY },
  { "step-local", ts_exchange_error_quark, TS_EXCHANGE_ERROR_LOCAL_STEPPED },
  { "suspend", ts_exchange_error_quark, TS_EXCHANGE_ERROR_SUSPENDED },
  { "io", g_io_error_quark, G_IO_ERROR_NOT_SUPPORTED },
  { "io", g_file_error_quark, 0 },
};

static void
test_codes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (failures[i].domain (), failures[i].code, "in any language");

      g_assert_cmpstr (ts_probe_words_get_code (error), ==, failures[i].name);
    }
}

/* The second address is tried if the first one refuses, and is the one that is reported. */
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

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/tcp-connection/kept/", ends, test_kept_connection_ends);
  g_test_add_data_func ("/tcp-connection/kept/refused-and-closed", NULL, test_refusal_unasked);
  g_test_add_data_func ("/tcp-connection/kept/refused-and-open", "open", test_refusal_unasked);
  g_test_add_func ("/tcp-connection/kept/closed-twice", test_closed_twice);
  g_test_add_func ("/tcp-connection/kept/changes-protocol", test_changes_protocol);
  g_test_add_func ("/tcp-connection/kept/forgotten", test_forgotten);
  g_test_add_func ("/tcp-connection/kept/slow", test_slow);
  g_test_add_func ("/tcp-connection/retry-after", test_retry_after);
  ADD_CASES ("/tcp-connection/times-out/", silences, test_times_out);
  g_test_add_func ("/tcp-connection/times-out/connecting", test_connect_times_out);
  g_test_add_func ("/tcp-connection/times-out/next", test_after_timeout);
  g_test_add_func ("/tcp-connection/connection-refused", test_connection_refused);
  ADD_CASES ("/tcp-connection/name/", unknown_names, test_name_not_found);
  g_test_add_func ("/tcp-connection/name/resolver-is-silent", test_resolver_is_silent);
  g_test_add_func ("/tcp-connection/name/second-address", test_second_address);
  g_test_add_func ("/tcp-connection/codes", test_codes);
  g_test_add_func ("/tcp-connection/cancel/before", test_cancel_before);
  g_test_add_func ("/tcp-connection/cancel/connecting", test_cancel_connecting);
  g_test_add_func ("/tcp-connection/cancel/waiting", test_cancel_waiting);
  g_test_add_func ("/tcp-connection/cancel/at-any-time", test_cancel_at_any_time);
  g_test_add_data_func ("/tcp-connection/two-in-a-row/classic", NULL, test_two_in_a_row);
  g_test_add_data_func ("/tcp-connection/two-in-a-row/framed", "framed", test_two_in_a_row);
  g_test_add_func ("/tcp-connection/unref-under-way", test_unref_under_way);
  return g_test_run ();
}
