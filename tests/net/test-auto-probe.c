/* Tests of the probe that chooses: with children that follow a script, and with real ones.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/ts-auto-probe.h"
#include "net/ntp/ts-ntp-probe.h"
#include "net/tcp/ts-tcp-probe.h"
#include "net/ts-probe-factory.h"
#include "wire/ts-wire.h"

#include "test-fake-probe.h"
#include "test-ntp-peer.h"
#include "test-outcome.h"
#include "test-real-server.h"
#include "../core/test-cases.h"

/* For a test that wants the one to have failed before the other's turn comes, and the other way round. */
#define LONG_HEAD_START_NS  LONG_NS
#define SHORT_HEAD_START_NS (10 * TS_NS_PER_MS)

static const TsAddress target = { .scheme = TS_SCHEME_ANY, .host = (char *) "host.example", .port = TS_DEFAULT_PORT };

/* Ends what @child is asked, well where @error (transfer full) is %NULL. */
static void
answer (FakeProbe *child,
        GError *error)
{
  const TsSample sample = { .offset_ns = ts_probe_get_protocol (TS_PROBE (child)) };

  fake_probe_end (child, &sample, error);
}

static GError *
refused (const char *message)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, message);
}

typedef struct
{
  FakeProbe *tcp;
  FakeProbe *ntp;
  Outcome outcome;
} Fixture;

static void
set_up (Fixture *fixture,
        gint64 head_start_ns)
{
  *fixture = (Fixture) { .tcp = fake_probe_new (), .ntp = fake_probe_new () };
  fixture->tcp->min_interval_ns = 1;
  fixture->tcp->default_interval_ns = 2;
  ts_probe_set_protocol (TS_PROBE (fixture->ntp), TS_PROTOCOL_NTP);
  ts_probe_set_remote (TS_PROBE (fixture->ntp), "192.0.2.2:123");
  fixture->ntp->min_interval_ns = 5;
  fixture->ntp->default_interval_ns = 10;
  fixture->outcome.probe = ts_auto_probe_new (&target, TS_PROBE (fixture->tcp), TS_PROBE (fixture->ntp),
                                              head_start_ns);
  g_assert_cmpstr (ts_probe_get_target (fixture->outcome.probe)->host, ==, target.host);
  g_assert_cmpint (ts_probe_get_protocol (fixture->outcome.probe), ==, TS_PROTOCOL_UNKNOWN);
  g_assert_null (ts_probe_get_remote (fixture->outcome.probe));
}

static void
tear_down (Fixture *fixture)
{
  outcome_clear (&fixture->outcome);
  g_assert_finalize_object (fixture->tcp);
  g_assert_finalize_object (fixture->ntp);
}

static void
assert_chosen (Fixture *fixture,
               FakeProbe *child)
{
  TEST_WAIT (fixture->outcome.is_done);
  g_assert_no_error (fixture->outcome.error);
  g_assert_cmpint (fixture->outcome.sample.offset_ns, ==, ts_probe_get_protocol (TS_PROBE (child)));
  g_assert_cmpint (ts_probe_get_protocol (fixture->outcome.probe), ==, ts_probe_get_protocol (TS_PROBE (child)));
  g_assert_cmpstr (ts_probe_get_remote (fixture->outcome.probe), ==, ts_probe_get_remote (TS_PROBE (child)));
  g_assert_cmpint (ts_probe_get_min_interval_ns (fixture->outcome.probe), ==, child->min_interval_ns);
  g_assert_cmpint (ts_probe_get_default_interval_ns (fixture->outcome.probe), ==, child->default_interval_ns);
}

/* Asks once more: @child alone is. */
static void
assert_kept (Fixture *fixture,
             FakeProbe *child)
{
  FakeProbe *other = child == fixture->tcp ? fixture->ntp : fixture->tcp;
  guint n_exchanges = other->n_exchanges;

  begin (&fixture->outcome, NULL);
  answer (child, NULL);
  assert_chosen (fixture, child);
  g_assert_cmpuint (other->n_exchanges, ==, n_exchanges);
}

static void
test_tcp_in_time (void)
{
  Fixture fixture;

  set_up (&fixture, LONG_HEAD_START_NS);
  begin (&fixture.outcome, NULL);
  answer (fixture.tcp, NULL);
  assert_chosen (&fixture, fixture.tcp);
  g_assert_cmpuint (fixture.ntp->n_exchanges, ==, 0);
  for (guint n = 0; n < 5; n++)
    assert_kept (&fixture, fixture.tcp);
  tear_down (&fixture);
}

/* Both are asked then, and the first to answer wins; the other is told to stop, and waited for. */
static void
test_tcp_slow (gconstpointer winner)
{
  FakeProbe *first, *last;
  Fixture fixture;

  set_up (&fixture, SHORT_HEAD_START_NS);
  begin (&fixture.outcome, NULL);
  TEST_WAIT (fixture.ntp->task != NULL);
  g_assert_nonnull (fixture.tcp->task);
  first = g_str_equal (winner, "tcp") ? fixture.tcp : fixture.ntp;
  last = first == fixture.tcp ? fixture.ntp : fixture.tcp;
  answer (first, NULL);
  g_assert_true (fake_probe_is_cancelled (last));
  g_assert_false (fixture.outcome.is_done);
  fake_probe_lose (last);
  assert_chosen (&fixture, first);
  for (guint n = 0; n < 5; n++)
    assert_kept (&fixture, first);
  tear_down (&fixture);
}

/* NTP's turn comes at once, and not after the head start. */
static void
test_tcp_fails (void)
{
  Fixture fixture;

  set_up (&fixture, LONG_HEAD_START_NS);
  begin (&fixture.outcome, NULL);
  answer (fixture.tcp, refused ("tcp says no"));
  TEST_WAIT (fixture.ntp->task != NULL);
  answer (fixture.ntp, NULL);
  assert_chosen (&fixture, fixture.ntp);
  assert_kept (&fixture, fixture.ntp);
  tear_down (&fixture);
}

/* The probe that fails first does not keep the other from answering. */
static void
test_one_fails (gconstpointer loser)
{
  FakeProbe *first, *last;
  Fixture fixture;

  set_up (&fixture, SHORT_HEAD_START_NS);
  begin (&fixture.outcome, NULL);
  TEST_WAIT (fixture.ntp->task != NULL);
  first = g_str_equal (loser, "tcp") ? fixture.tcp : fixture.ntp;
  last = first == fixture.tcp ? fixture.ntp : fixture.tcp;
  answer (first, refused ("no"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (fixture.outcome.is_done);
  answer (last, NULL);
  assert_chosen (&fixture, last);
  tear_down (&fixture);
}

/* Both are named; the cause is the one that tells more. */
static const struct
{
  const char *name;
  const char *tcp;
  const char *ntp;
  gboolean is_unsuitable;
  const char *words;
} failures[] = {
  { "network", "a refuses connections", "b did not answer NTP", FALSE,
    "a refuses connections, and b did not answer NTP" },
  { "server", "a refuses connections", "b cannot be used", TRUE, "a refuses connections, and b cannot be used" },
  { "name", "The name “a” was not found", "The name “a” was not found", FALSE, "The name “a” was not found" },
};

static void
test_both_fail (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  Fixture fixture;

  set_up (&fixture, LONG_HEAD_START_NS);
  /* A choice is never made of failures, however many. */
  for (guint n = 1; n <= 5; n++)
    {
      GError *error = refused (failures[row].ntp);

      if (failures[row].is_unsuitable)
        {
          error->domain = TS_PROBE_ERROR;
          error->code = TS_PROBE_ERROR_UNSUITABLE;
        }
      begin (&fixture.outcome, NULL);
      answer (fixture.tcp, refused (failures[row].tcp));
      TEST_WAIT (fixture.ntp->task != NULL);
      answer (fixture.ntp, error);
      TEST_WAIT (fixture.outcome.is_done);
      if (failures[row].is_unsuitable)
        g_assert_error (fixture.outcome.error, TS_PROBE_ERROR, TS_PROBE_ERROR_UNSUITABLE);
      else
        g_assert_error (fixture.outcome.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
      g_assert_cmpstr (fixture.outcome.error->message, ==, failures[row].words);
      g_assert_cmpuint (fixture.ntp->n_exchanges, ==, n);
      g_assert_cmpint (ts_probe_get_min_interval_ns (fixture.outcome.probe), ==, 5);
    }
  tear_down (&fixture);
}

static void
choose_ntp (Fixture *fixture)
{
  set_up (fixture, LONG_HEAD_START_NS);
  begin (&fixture->outcome, NULL);
  answer (fixture->tcp, refused ("no"));
  TEST_WAIT (fixture->ntp->task != NULL);
  answer (fixture->ntp, NULL);
  assert_chosen (fixture, fixture->ntp);
}

static void
fail_ntp (Fixture *fixture)
{
  begin (&fixture->outcome, NULL);
  g_assert_null (fixture->tcp->task);
  answer (fixture->ntp, refused ("ntp says no"));
  TEST_WAIT (fixture->outcome.is_done);
  g_assert_cmpstr (fixture->outcome.error->message, ==, "ntp says no");
}

/* After three failures in a row the choice is made again, after fewer it is not. */
static void
test_chosen_dies (void)
{
  Fixture fixture;

  choose_ntp (&fixture);
  for (guint n = 0; n < 3; n++)
    {
      fail_ntp (&fixture);
      fail_ntp (&fixture);
      assert_kept (&fixture, fixture.ntp);
    }
  for (guint n = 0; n < 3; n++)
    fail_ntp (&fixture);
  /* What succeeded last is still what is shown. */
  g_assert_cmpstr (ts_probe_get_remote (fixture.outcome.probe), ==, ts_probe_get_remote (TS_PROBE (fixture.ntp)));

  /* Both are asked again, but that it does not speak the other protocol says nothing about it. */
  begin (&fixture.outcome, NULL);
  answer (fixture.tcp, refused ("tcp says no"));
  TEST_WAIT (fixture.ntp->task != NULL);
  answer (fixture.ntp, refused ("ntp says no"));
  TEST_WAIT (fixture.outcome.is_done);
  g_assert_cmpstr (fixture.outcome.error->message, ==, "ntp says no");

  begin (&fixture.outcome, NULL);
  answer (fixture.tcp, NULL);
  assert_chosen (&fixture, fixture.tcp);
  assert_kept (&fixture, fixture.tcp);
  tear_down (&fixture);
}

/* What the user gave up is no failure. */
static void
test_cancelled_is_no_failure (void)
{
  Fixture fixture;

  choose_ntp (&fixture);
  for (guint n = 0; n < 5; n++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      begin (&fixture.outcome, cancellable);
      g_cancellable_cancel (cancellable);
      TEST_WAIT (fake_probe_is_cancelled (fixture.ntp));
      fake_probe_lose (fixture.ntp);
      TEST_WAIT (fixture.outcome.is_done);
      g_assert_error (fixture.outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_finalize_object (g_steal_pointer (&cancellable));
    }
  assert_kept (&fixture, fixture.ntp);
  tear_down (&fixture);
}

static void
test_cancel_race (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fixture fixture;

  set_up (&fixture, SHORT_HEAD_START_NS);
  begin (&fixture.outcome, cancellable);
  TEST_WAIT (fixture.ntp->task != NULL);
  g_cancellable_cancel (cancellable);
  TEST_WAIT (fake_probe_is_cancelled (fixture.tcp));
  g_assert_true (fake_probe_is_cancelled (fixture.ntp));
  fake_probe_lose (fixture.tcp);
  fake_probe_lose (fixture.ntp);
  TEST_WAIT (fixture.outcome.is_done);
  g_assert_error (fixture.outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Before NTP's turn, which then does not come. */
  g_cancellable_reset (cancellable);
  fixture.ntp->n_exchanges = 0;
  begin (&fixture.outcome, cancellable);
  g_cancellable_cancel (cancellable);
  TEST_WAIT (fake_probe_is_cancelled (fixture.tcp));
  fake_probe_lose (fixture.tcp);
  TEST_WAIT (fixture.outcome.is_done);
  g_assert_error (fixture.outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fixture.ntp->n_exchanges, ==, 0);

  /* And before anything. */
  begin (&fixture.outcome, cancellable);
  TEST_WAIT (fixture.outcome.is_done);
  g_assert_error (fixture.outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  tear_down (&fixture);
}

static TsProbe *
new_real_probe (guint16 tcp_port,
                guint16 ntp_port,
                TsClock *clock)
{
  const TsAddress tcp_target = { .scheme = TS_SCHEME_ANY, .host = (char *) "127.0.0.1", .port = tcp_port };
  const TsAddress ntp_target = { .scheme = TS_SCHEME_NTP, .host = (char *) "127.0.0.1", .port = ntp_port };
  g_autoptr (TsProbe) tcp = ts_tcp_probe_new (&tcp_target, LONG_NS, clock, NULL);
  g_autoptr (TsProbe) ntp = ts_ntp_probe_new (&ntp_target, LONG_NS, clock);

  return ts_auto_probe_new (&tcp_target, tcp, ntp, LONG_HEAD_START_NS);
}

static guint16
closed_udp_port (void)
{
  guint16 port = 0;

  close (test_ntp_bind ("127.0.0.1", &port));
  return port;
}

static void
test_real_tcp (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  TsServer *server = test_start_server (clock, "127.0.0.1");
  Outcome outcome = { .probe = new_real_probe (ts_server_get_port (server), closed_udp_port (), clock) };

  for (guint n = 0; n < 5; n++)
    {
      run (&outcome);
      assert_proves (&outcome, 0);
      g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_FRAMED);
    }
  outcome_clear (&outcome);
  g_object_unref (server);
}

static void
test_real_ntp (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  TestNtpPeer *peer = test_ntp_peer_new ("127.0.0.1", 0, clock, test_ntp_answer_well, NULL);
  guint16 port;
  int fd = test_open_bound (&port); /* which does not listen */
  Outcome outcome = { .probe = new_real_probe (port, peer->port, clock) };

  for (guint n = 0; n < 5; n++)
    {
      run (&outcome);
      assert_proves (&outcome, 0);
      g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_NTP);
      g_assert_true (outcome.sample.quality.is_known);
    }
  outcome_clear (&outcome);
  test_ntp_peer_free (peer);
  close (fd);
}

static void
test_real_neither (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  guint16 port;
  int fd = test_open_bound (&port); /* which does not listen */
  Outcome outcome = { .probe = new_real_probe (port, closed_udp_port (), clock) };

  assert_fails (&outcome, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, " refuses connections, and 127.0.0.1:");
  g_assert_true (g_str_has_suffix (outcome.error->message, " refuses NTP requests"));
  outcome_clear (&outcome);
  close (fd);
}

/* Which of the probes an address gets. */
static const struct
{
  const char *name;
  GType (*get_type) (void);
} kinds[] = {
  { "host.example", ts_auto_probe_get_type },
  { "192.0.2.1", ts_auto_probe_get_type },
  { "2001:db8::1", ts_auto_probe_get_type },
  { "host.example:10086", ts_tcp_probe_get_type },
  { "192.0.2.1:123", ts_tcp_probe_get_type },
  { "timesync://host.example", ts_tcp_probe_get_type },
  { "timesync://host.example:99", ts_tcp_probe_get_type },
  { "timesyncs://host.example", ts_tcp_probe_get_type },
  { "ntp://host.example", ts_ntp_probe_get_type },
  { "ntp://[2001:db8::1]:10123", ts_ntp_probe_get_type },
};

static void
test_kind (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsAddress) address = ts_address_parse (kinds[row].name, NULL);
  g_autoptr (TsProbe) probe = ts_probe_new (address, LONG_NS, clock);
  gboolean is_tcp = kinds[row].get_type == ts_tcp_probe_get_type;

  g_assert_true (G_TYPE_CHECK_INSTANCE_TYPE (probe, kinds[row].get_type ()));
  g_assert_cmpstr (ts_probe_get_target (probe)->host, ==, address->host);
  g_assert_cmpint (ts_probe_get_min_interval_ns (probe), ==, (is_tcp ? 50 : 2000) * TS_NS_PER_MS);
  /* Until NTP is chosen, the usual interval is that of Time Sync. */
  g_assert_cmpint (ts_probe_get_default_interval_ns (probe), ==,
                   (kinds[row].get_type == ts_ntp_probe_get_type ? 16 : 1) * TS_NS_PER_S);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/auto-probe/tcp-in-time", test_tcp_in_time);
  g_test_add_data_func ("/auto-probe/tcp-slow/ntp-wins", "ntp", test_tcp_slow);
  g_test_add_data_func ("/auto-probe/tcp-slow/tcp-wins", "tcp", test_tcp_slow);
  g_test_add_func ("/auto-probe/tcp-fails", test_tcp_fails);
  g_test_add_data_func ("/auto-probe/one-fails/tcp", "tcp", test_one_fails);
  g_test_add_data_func ("/auto-probe/one-fails/ntp", "ntp", test_one_fails);
  ADD_CASES ("/auto-probe/both-fail/", failures, test_both_fail);
  g_test_add_func ("/auto-probe/chosen-dies", test_chosen_dies);
  g_test_add_func ("/auto-probe/cancel/is-no-failure", test_cancelled_is_no_failure);
  g_test_add_func ("/auto-probe/cancel/race", test_cancel_race);
  g_test_add_func ("/auto-probe/real/tcp", test_real_tcp);
  g_test_add_func ("/auto-probe/real/ntp", test_real_ntp);
  g_test_add_func ("/auto-probe/real/neither", test_real_neither);
  ADD_CASES ("/auto-probe/kind/", kinds, test_kind);
  return g_test_run ();
}
