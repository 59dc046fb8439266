/* Tests of the probe over TLS: whom it measures, whose certificate it takes, and how it is stopped.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <poll.h>

#include "test-tls-outcome.h"
#include "test-tls-peer.h"
#include "../core/test-cases.h"

/* Several exchanges on one connection, and nothing else on the wire than TLS. */
static void
test_serves (gconstpointer data)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  TestTap plan = { .port = server->port, .n_passed_back = G_MAXSIZE };
  TestPeer *tap = test_peer_new (test_tap_act, &plan);
  g_autoptr (GTlsDatabase) trust = test_load_trust ();
  Outcome outcome = outcome_new_as (data, tap->port, LONG_NS, trust);
  g_autofree char *remote = ts_address_join ("127.0.0.1", tap->port);

  for (guint i = 0; i < 10; i++)
    run_well (&outcome);
  g_assert_cmpint (test_tls_server_get_n_accepted (server), ==, 1);
  g_assert_cmpstr (ts_probe_get_remote (outcome.probe), ==, remote);
  outcome_clear (&outcome);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  test_peer_free (tap);
  test_tls_server_free (server);
}

/* t4 is when the kernel had the answer, not when a main loop that was busy came to read it. */
static void
test_stamps (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  Outcome outcome = outcome_new (server->port, LONG_NS);
  gint64 back_ns;
  int busy_ms = 1;

  run_well (&outcome);
  /* The longer the main loop is away, the surer the answer has come when it is back. */
  do
    {
      begin (&outcome, NULL);
      poll (NULL, 0, busy_ms *= 2);
      back_ns = test_now_ns ();
      TEST_WAIT (outcome.is_done);
      g_assert_no_error (outcome.error);
      g_assert_cmpint (busy_ms, <, 1000 * 1000);
    }
  while (outcome.sample.exchange.t4_ns >= back_ns);
  g_assert_cmpint (test_tls_server_get_n_accepted (server), ==, 1);
  outcome_clear (&outcome);
  test_tls_server_free (server);
}

static const struct
{
  const char *name;
  gboolean trusts_authority; /* else what the system trusts */
  const char *saying;
} certificates[] = {
  { "expired.pem", TRUE, ": its certificate expired on 2021-02-03 04:05 UTC, and this computer’s clock says 2" },
  { "early.pem", TRUE, ": its certificate is valid from 2110-02-03 04:05 UTC on, and this computer’s clock says 2" },
  { "other-host.pem", TRUE, ": its certificate is for clock.example, time.example, 192.0.2.1, and not for 127.0.0.1" },
  { "self-signed.pem", TRUE, ": its certificate is signed only by itself (“CN=Time Sync test server”)" },
  { "stranger.pem", TRUE,
    ": its certificate is from an authority that is not trusted here: “CN=Nobody knows this authority”" },
  { "server.pem", FALSE,
    ": its certificate is from an authority that is not trusted here: “CN=Time Sync test authority”" },
};

static void
test_certificate (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TestTlsServer *server = test_tls_server_new_on (0, certificates[i].name, LONG_NS, LONG_NS);
  TestTap plan = { .port = server->port, .n_passed_back = G_MAXSIZE };
  TestPeer *tap = test_peer_new (test_tap_act, &plan);
  g_autoptr (GTlsDatabase) trust = certificates[i].trusts_authority ? test_load_trust () : NULL;
  Outcome outcome = outcome_new_as ("127.0.0.1", tap->port, LONG_NS, trust);

  for (guint n = 1; n <= 2; n++)
    {
      run_badly (&outcome, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, certificates[i].saying);
      TEST_WAIT (test_tls_server_get_n_ended (server) == n);
    }
  outcome_clear (&outcome);
  test_peer_free (tap);
  test_tls_server_free (server);
}

/* A server that went while the connection idled: the exchange is made on a new one. */
static void
test_restarts (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  guint16 port = server->port;
  Outcome outcome = outcome_new (port, LONG_NS);

  for (guint i = 0; i < 3; i++)
    {
      run_well (&outcome);
      test_tls_server_free (server);
      server = test_tls_server_new_on (port, "server.pem", LONG_NS, LONG_NS);
    }
  run_well (&outcome);

  /* Not so one that has become somebody else. */
  test_tls_server_free (server);
  server = test_tls_server_new_on (port, "stranger.pem", LONG_NS, LONG_NS);
  run_badly (&outcome, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, ": its certificate is from an authority");
  outcome_clear (&outcome);
  test_tls_server_free (server);
}

static void
run_cancelled (Outcome *outcome,
               guint n_turns)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  begin (outcome, cancellable);
  for (guint turn = 0; turn < n_turns && !outcome->is_done; turn++)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  TEST_WAIT (outcome->is_done);
  if (outcome->error != NULL)
    g_assert_error (outcome->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* It holds on to nothing. */
  g_assert_finalize_object (g_steal_pointer (&cancellable));
}

static void
say_nothing (TestPeer *peer,
             int fd,
             guint n)
{
  test_await_hello (fd);
  test_listen_to_the_end (fd);
}

static void
test_cancel_handshake (void)
{
  TestPeer *peer = test_peer_new (say_nothing, NULL);
  Outcome outcome = outcome_new (peer->port, LONG_NS);

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      begin (&outcome, cancellable);
      TEST_WAIT (g_atomic_int_get (&peer->n_accepted) == (gint) i + 1);
      g_cancellable_cancel (cancellable);
      TEST_WAIT (outcome.is_done);
      g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      TEST_WAIT (g_atomic_int_get (&peer->n_served) == (gint) i + 1);
    }
  outcome_clear (&outcome);
  test_peer_free (peer);
}

/* After any number of turns of the main loop, and then an exchange that is not cancelled. */
static void
test_cancel_at_any_time (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  guint n_descriptors = test_count_descriptors ();
  Outcome outcome = outcome_new (server->port, LONG_NS);

  for (guint n_turns = 0; n_turns < 40; n_turns++)
    {
      run_cancelled (&outcome, n_turns);
      if (n_turns % 8 == 7)
        run_well (&outcome);
    }
  outcome_clear (&outcome);
  TEST_WAIT (test_count_descriptors () <= n_descriptors + 1);
  test_tls_server_free (server);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!test_has_tls ())
    return 0;
  g_test_add_data_func ("/tls-probe/serves/address", "127.0.0.1", test_serves);
  g_test_add_data_func ("/tls-probe/serves/name", "localhost", test_serves);
  g_test_add_func ("/tls-probe/stamps", test_stamps);
  ADD_CASES ("/tls-probe/certificate/", certificates, test_certificate);
  g_test_add_func ("/tls-probe/restarts", test_restarts);
  g_test_add_func ("/tls-probe/cancel/handshake", test_cancel_handshake);
  g_test_add_func ("/tls-probe/cancel/at-any-time", test_cancel_at_any_time);
  return g_test_run ();
}
