/* Tests of the NTP probe against real and scripted servers on the loopback interface.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/ntp/ts-ntp-probe.h"
#include "net/ts-probe-factory.h"
#include "ntp/ts-ntp-responder.h"

#include "test-ntp-peer.h"
#include "test-outcome.h"
#include "test-resolver.h"
#include "../core/test-cases.h"

#define FAKE_NOW_NS (1800000000 * TS_NS_PER_S)

/* The first instant of era 1: 2036-02-07 06:28:16 UTC. */
#define ERA_1_NS (G_GINT64_CONSTANT (2085978496) * TS_NS_PER_S)

static TsProbe *
new_probe (const char *host,
           guint16 port,
           gint64 timeout_ns,
           TsClock *clock)
{
  TsAddress target = { .scheme = TS_SCHEME_NTP, .host = (char *) host, .port = port };
  TsProbe *probe = ts_probe_new (&target, timeout_ns, clock);

  g_assert_true (TS_IS_NTP_PROBE (probe));
  return probe;
}

typedef struct
{
  TsClock *clock; /* the client's and the server's */
  TestNtpPeer *peer;
  Outcome outcome;
} Fixture;

static void
set_up (Fixture *fixture,
        TsClock *clock, /* (transfer full) */
        gint64 timeout_ns,
        TestNtpScript script,
        gconstpointer data)
{
  *fixture = (Fixture) { .clock = clock };
  fixture->peer = test_ntp_peer_new ("127.0.0.1", 0, clock, script, data);
  fixture->outcome.probe = new_probe ("127.0.0.1", fixture->peer->port, timeout_ns, clock);
}

static void
tear_down (Fixture *fixture)
{
  outcome_clear (&fixture->outcome);
  test_ntp_peer_free (fixture->peer);
  g_assert_finalize_object (fixture->clock);
}

/* Our own responder, which has its own thread. */
static void
test_server (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autofree char *where = ts_address_join (real_servers[row].address, 0);
  g_autoptr (TsClock) server_clock = ts_clock_new_system (real_servers[row].shift_ns);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (GError) error = NULL;
  g_autofree char *remote = NULL;
  TsNtpResponder *responder;
  Outcome outcome = { 0 };

  if (test_skip_without (real_servers[row].address))
    return;
  responder = ts_ntp_responder_new (where, server_clock, NULL, 5, &error);
  g_assert_no_error (error);
  outcome.probe = new_probe (real_servers[row].address, ts_ntp_responder_get_port (responder), LONG_NS, clock);
  g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_UNKNOWN);
  g_assert_null (ts_probe_get_remote (outcome.probe));
  for (guint n = 0; n < 10; n++)
    {
      run (&outcome);
      assert_proves (&outcome, real_servers[row].shift_ns);
      g_assert_cmpint (ts_probe_get_protocol (outcome.probe), ==, TS_PROTOCOL_NTP);
      g_assert_true (outcome.sample.quality.is_known);
      g_assert_cmpuint (outcome.sample.quality.stratum, ==, 5);
      g_assert_cmpuint (outcome.sample.max_error_ns, <, 1500 * TS_NS_PER_MS);
      g_assert_cmpint (outcome.sample.exchange.precision_ns, >, 0);
      /* A first stamp or two may be those of a clock that ticks in milliseconds, by chance. */
      if (n >= 3)
        g_assert_cmpint (outcome.sample.exchange.precision_ns, <=, 2 * TS_NS_PER_US);
      g_assert_cmpint (outcome.sample.sources[1], ==, TS_STAMP_UNKNOWN);
      g_assert_cmpint (outcome.sample.sources[2], ==, TS_STAMP_UNKNOWN);
      g_assert_cmpint (outcome.sample.reading.real_ns, >=, outcome.sample.exchange.t4_ns);
    }
  remote = ts_address_join (real_servers[row].address, ts_ntp_responder_get_port (responder));
  g_assert_cmpstr (ts_probe_get_remote (outcome.probe), ==, remote);
  g_assert_cmpstr (ts_probe_get_target (outcome.probe)->host, ==, real_servers[row].address);
  outcome_clear (&outcome);
  ts_ntp_responder_free (responder);
}

/* Sooner or later an exchange has both stamps by the kernel, which switches stamping on in its own time. */
static void
test_kernel_stamps (void)
{
  gint64 deadline_us = test_get_deadline_us ();
  Fixture fixture;
  const TsSample *sample = &fixture.outcome.sample;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, test_ntp_answer_well, NULL);
  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      run (&fixture.outcome);
      assert_proves (&fixture.outcome, 0);
    }
  while (sample->sources[0] != TS_STAMP_KERNEL || sample->sources[3] != TS_STAMP_KERNEL);
  tear_down (&fixture);
}

/* Stamps cut off to milliseconds, though the field states 2⁻²³ s. */
static void
answer_coarsely (TestNtpPeer *peer,
                 const TsNtpPacket *request)
{
  TsNtpPacket answer = test_ntp_answer_to (peer, request);
  gint64 now_ns = ts_clock_get_now_ns (peer->clock);

  answer.receive = answer.transmit = ts_ntp_stamp_from_ns (now_ns - now_ns % TS_NS_PER_MS);
  test_ntp_peer_send_packet (peer, &answer);
}

static void
test_coarse (void)
{
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, answer_coarsely, NULL);
  for (guint n = 0; n < 5; n++)
    {
      run (&fixture.outcome);
      assert_proves (&fixture.outcome, 0);
      g_assert_cmpint (fixture.outcome.sample.exchange.precision_ns, >=, TS_NS_PER_MS);
    }
  tear_down (&fixture);
}

static void
advance_and_answer (TestNtpPeer *peer,
                    const TsNtpPacket *request)
{
  ts_clock_advance (peer->clock, *(const gint64 *) peer->data);
  test_ntp_answer_well (peer, request);
}

/* How long after us the kernel says that the request left: a fake clock shows so when the stamp is read. */
static const struct
{
  const char *name;
  gint64 lag_ns;
  gboolean is_believed;
} lags[] = {
  { "soon", TS_NS_PER_MS, TRUE },
  { "late", TS_NS_PER_MS + 1, FALSE },
  { "very-late", TS_NS_PER_S, FALSE },
};

static void
test_transmit_lag (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  gint64 believed_ns = lags[row].is_believed ? lags[row].lag_ns : 0;
  gboolean is_seen = FALSE;
  Fixture fixture;

  set_up (&fixture, ts_clock_new_fake (FAKE_NOW_NS), LONG_NS, advance_and_answer, &lags[row].lag_ns);
  /* The stamp may be read before the server has its turn, and then lags by nothing. */
  for (guint n = 0; n < 100 && !is_seen; n++)
    {
      gint64 begun_ns = ts_clock_get_now_ns (fixture.clock);
      const TsSample *sample = &fixture.outcome.sample;

      run (&fixture.outcome);
      assert_proves (&fixture.outcome, 0);
      g_assert_true (sample->exchange.t1_ns == begun_ns || sample->exchange.t1_ns == begun_ns + believed_ns);
      g_assert_cmpint (sample->exchange.t4_ns, ==, begun_ns + lags[row].lag_ns);
      is_seen = sample->exchange.t1_ns == begun_ns + believed_ns &&
                sample->sources[0] == (lags[row].is_believed ? TS_STAMP_KERNEL : TS_STAMP_USER);
    }
  if (!is_seen)
    g_test_skip ("The kernel has no transmit stamps");
  tear_down (&fixture);
}

/* A request reveals nothing, and its number and port cannot be guessed. */
static void
test_requests (void)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) ports = g_hash_table_new (NULL, NULL);
  guint8 fixed[TS_NTP_PACKET_SIZE - 8] = { 4 << 3 | 3 };
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, test_ntp_answer_well, NULL);
  for (guint n = 0; n < 32; n++)
    {
      run (&fixture.outcome);
      assert_proves (&fixture.outcome, 0);
      g_assert_cmpmem (fixture.peer->requests[n], sizeof fixed, fixed, sizeof fixed);
      g_hash_table_add (numbers, fixture.peer->requests[n] + sizeof fixed);
      g_hash_table_add (ports, GUINT_TO_POINTER (fixture.peer->ports[n]));
    }
  g_assert_cmpuint (fixture.peer->n_requests, ==, 32);
  g_assert_cmpuint (g_hash_table_size (numbers), ==, 32);
  g_assert_cmpuint (g_hash_table_size (ports), >, 16);
  tear_down (&fixture);
}

/* What is wrong with an answer. */
typedef struct
{
  const char *name;
  const char *words;
  gsize length; /* 0: of a header */
  void (*spoil) (TsNtpPacket *answer);
} Fault;

static void spoil_nothing (TsNtpPacket *answer) { }
static void spoil_mode (TsNtpPacket *answer) { answer->mode = TS_NTP_MODE_BROADCAST; }
static void spoil_mode_client (TsNtpPacket *answer) { answer->mode = TS_NTP_MODE_CLIENT; }
static void spoil_version (TsNtpPacket *answer) { answer->version = 1; }
static void spoil_origin (TsNtpPacket *answer) { answer->origin ^= 1; }
static void spoil_origin_zero (TsNtpPacket *answer) { answer->origin = 0; }
static void spoil_receive (TsNtpPacket *answer) { answer->receive = 0; }
static void spoil_transmit (TsNtpPacket *answer) { answer->transmit = 0; }

static void
spoil_with_a_forged_kiss (TsNtpPacket *answer)
{
  answer->origin = 1;
  answer->stratum = 0;
  answer->leap = 3;
  answer->reference_id = TS_NTP_KISS_DENY;
}

/* Not the server's answer, as far as anybody can tell. */
static const Fault ignored[] = {
  { "one-byte", "not an NTP packet", 1, spoil_nothing },
  { "47-bytes", "not an NTP packet", 47, spoil_nothing },
  { "49-bytes", "not an NTP packet", 49, spoil_nothing },
  { "mode", "(NTP mode 5)", 0, spoil_mode },
  { "mode-client", "(NTP mode 3)", 0, spoil_mode_client },
  { "version", "(NTP 1)", 0, spoil_version },
  { "origin", "does not belong", 0, spoil_origin },
  { "origin-zero", "does not belong", 0, spoil_origin_zero },
  { "receive-zero", "no stamps", 0, spoil_receive },
  { "transmit-zero", "no stamps", 0, spoil_transmit },
  { "forged-kiss", "does not belong", 0, spoil_with_a_forged_kiss },
};

static void
answer_badly (TestNtpPeer *peer,
              const TsNtpPacket *request)
{
  const Fault *fault = peer->data;
  guint8 bytes[TS_NTP_PACKET_SIZE + 1] = { 0 };
  TsNtpPacket answer = test_ntp_answer_to (peer, request);

  fault->spoil (&answer);
  ts_ntp_packet_encode (&answer, bytes);
  test_ntp_peer_send (peer, bytes, fault->length > 0 ? fault->length : TS_NTP_PACKET_SIZE);
}

static void
answer_badly_then_well (TestNtpPeer *peer,
                        const TsNtpPacket *request)
{
  answer_badly (peer, request);
  test_ntp_answer_well (peer, request);
}

static void
test_ignored (gconstpointer data)
{
  const Fault *fault = &ignored[GPOINTER_TO_SIZE (data)];
  const char *said = " sent an answer that was not accepted: it ";
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, answer_badly_then_well, fault);
  run (&fixture.outcome);
  assert_proves (&fixture.outcome, 0);
  tear_down (&fixture);

  set_up (&fixture, ts_clock_new_system (0), SHORT_NS, answer_badly, fault);
  do
    {
      run (&fixture.outcome);
      g_assert_false (fixture.outcome.is_sample);
    }
  /* A loaded machine may not have let us answer in time. */
  while (g_error_matches (fixture.outcome.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  g_assert_error (fixture.outcome.error, TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED);
  g_assert_nonnull (strstr (fixture.outcome.error->message, said));
  g_assert_nonnull (strstr (fixture.outcome.error->message, fault->words));
  g_assert_true (g_str_has_prefix (fixture.outcome.error->message, "127.0.0.1:"));
  tear_down (&fixture);
}

static void spoil_leap (TsNtpPacket *answer) { answer->leap = 3; }
static void spoil_stratum_0 (TsNtpPacket *answer) { answer->stratum = 0; }
static void spoil_stratum_16 (TsNtpPacket *answer) { answer->stratum = 16; }
static void spoil_order (TsNtpPacket *answer) { answer->transmit = answer->receive - 1000; }
static void spoil_distance (TsNtpPacket *answer) { answer->root_dispersion = 2 << 16; }
static void spoil_reference (TsNtpPacket *answer) { answer->reference = answer->transmit + 1; }
static void spoil_age (TsNtpPacket *answer) { answer->reference = answer->transmit - (G_GUINT64_CONSTANT (1) << 50); }

static void
spoil_stratum_init (TsNtpPacket *answer)
{
  answer->stratum = 0;
  answer->reference_id = TS_NTP_KISS_INIT;
}

/* The server's answer, and of no use. */
static const Fault unsuitable[] = {
  { "leap-3", "cannot be used: its clock is not synchronized (leap 3)", 0, spoil_leap },
  { "stratum-0", "it only sends the code ", 0, spoil_stratum_0 },
  { "stratum-0-init", "it only sends the code INIT", 0, spoil_stratum_init },
  { "stratum-16", "its clock is not synchronized (stratum 16)", 0, spoil_stratum_16 },
  { "order", "its answer left before the request came", 0, spoil_order },
  { "distance", "its clock may be 2.0 seconds off", 0, spoil_distance },
  { "reference", "its clock was last set in the future", 0, spoil_reference },
  { "reference-age", "its clock was last set 72 hours before", 0, spoil_age },
};

static void
test_unsuitable (gconstpointer data)
{
  const Fault *fault = &unsuitable[GPOINTER_TO_SIZE (data)];
  Fixture fixture;

  /* At once: its time is over long before the deadline. */
  set_up (&fixture, ts_clock_new_system (0), LONG_NS, answer_badly, fault);
  assert_fails (&fixture.outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_UNSUITABLE, fault->words);
  /* It may be better the next time, so it is asked again. */
  fixture.peer->script = test_ntp_answer_well;
  run (&fixture.outcome);
  assert_proves (&fixture.outcome, 0);
  tear_down (&fixture);
}

static void
answer_with_a_kiss (TestNtpPeer *peer,
                    const TsNtpPacket *request)
{
  const char *code = peer->data;
  TsNtpPacket answer = test_ntp_answer_to (peer, request);

  answer.leap = 3;
  answer.stratum = 0;
  answer.reference_id = TS_NTP_REFERENCE_ID (code[0], code[1], code[2], code[3]);
  /* RFC 5905 §7.4: the stamps have no meaning. */
  answer.receive = answer.transmit = 0;
  test_ntp_peer_send_packet (peer, &answer);
}

/* Once told to go away, the probe does. */
static void
test_kiss_stops (gconstpointer code)
{
  Fixture fixture;

  set_up (&fixture, ts_clock_new_fake (FAKE_NOW_NS), LONG_NS, answer_with_a_kiss, code);
  for (guint n = 0; n < 5; n++)
    {
      assert_fails (&fixture.outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, code);
      g_assert_nonnull (strstr (fixture.outcome.error->message, " does not want to be asked: it "));
      g_assert_cmpuint (fixture.peer->n_requests, ==, 1);
      ts_clock_advance (fixture.clock, 100000 * TS_NS_PER_S);
    }
  tear_down (&fixture);
}

/* Told to ask less often, it does so, twice as slowly each time, up to 1024 s. */
static void
test_kiss_slows_down (void)
{
  gint64 interval_ns = 100 * TS_NS_PER_MS;
  guint n_requests = 0;
  Fixture fixture;

  set_up (&fixture, ts_clock_new_fake (FAKE_NOW_NS), LONG_NS, answer_with_a_kiss, "RATE");
  g_assert_cmpint (ts_probe_get_min_interval_ns (fixture.outcome.probe), ==, interval_ns);
  g_assert_cmpint (ts_probe_get_default_interval_ns (fixture.outcome.probe), ==, TS_NS_PER_S);
  for (guint n = 0; n < 20; n++)
    {
      assert_fails (&fixture.outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, "asked too often (RATE)");
      g_assert_cmpuint (fixture.peer->n_requests, ==, ++n_requests);
      interval_ns = MIN (2 * interval_ns, 1024 * TS_NS_PER_S);
      g_assert_cmpint (ts_probe_get_min_interval_ns (fixture.outcome.probe), >=, interval_ns);
      g_assert_cmpint (ts_probe_get_min_interval_ns (fixture.outcome.probe), <, interval_ns + 10 * TS_NS_PER_MS);
      g_assert_cmpint (ts_probe_get_default_interval_ns (fixture.outcome.probe), >=, MAX (interval_ns, TS_NS_PER_S));

      ts_clock_advance (fixture.clock, interval_ns - 1);
      assert_fails (&fixture.outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, "asked too often (RATE)");
      g_assert_cmpuint (fixture.peer->n_requests, ==, n_requests);
      ts_clock_advance (fixture.clock, 1);
    }
  fixture.peer->script = test_ntp_answer_well;
  run (&fixture.outcome);
  assert_proves (&fixture.outcome, 0);
  g_assert_cmpint (ts_probe_get_min_interval_ns (fixture.outcome.probe), ==, interval_ns);
  tear_down (&fixture);
}

/* A server that answers again and again is asked more often again, down to what it allowed at first. */
static void
test_kiss_is_forgiven (void)
{
  gint64 interval_ns;
  guint n_answers = 0;
  Fixture fixture;

  set_up (&fixture, ts_clock_new_fake (FAKE_NOW_NS), LONG_NS, answer_with_a_kiss, "RATE");
  for (guint n = 0; n < 3; n++)
    {
      assert_fails (&fixture.outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, "RATE");
      ts_clock_advance (fixture.clock, 2 * ts_probe_get_min_interval_ns (fixture.outcome.probe));
    }
  fixture.peer->script = test_ntp_answer_well;
  for (interval_ns = 800 * TS_NS_PER_MS; interval_ns > 100 * TS_NS_PER_MS; n_answers++)
    {
      run (&fixture.outcome);
      assert_proves (&fixture.outcome, 0);
      g_assert_cmpint (ts_probe_get_min_interval_ns (fixture.outcome.probe), <=, interval_ns);
      interval_ns = ts_probe_get_min_interval_ns (fixture.outcome.probe);
    }
  /* Not at once: it would say RATE again. */
  g_assert_cmpuint (n_answers, >=, 3 * 8);
  g_assert_cmpuint (n_answers, <=, 3 * 32);
  tear_down (&fixture);
}

static void
test_port_closed (gconstpointer host)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autofree char *server = NULL;
  Outcome outcome = { 0 };
  guint16 port = 0;

  if (test_skip_without (host))
    return;
  close (test_ntp_bind (host, &port));
  outcome.probe = new_probe (host, port, LONG_NS, clock);
  server = ts_address_join (host, port);
  assert_fails (&outcome, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, server);
  g_assert_nonnull (strstr (outcome.error->message, "refuses NTP requests"));
  outcome_clear (&outcome);
}

static void
test_silent (void)
{
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), SHORT_NS, test_ntp_be_silent, NULL);
  for (guint n = 0; n < 5; n++)
    assert_fails (&fixture.outcome, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "did not answer NTP within 0.05 s");
  g_assert_cmpuint (fixture.peer->n_requests, ==, 5);
  tear_down (&fixture);
}

/* So many surely fit a receive buffer. */
#define N_GARBAGE 200

static void
send_garbage_then_well (TestNtpPeer *peer,
                        const TsNtpPacket *request)
{
  for (guint n = 0; n < N_GARBAGE; n++)
    test_ntp_peer_send (peer, "garbage", 7);
  test_ntp_answer_well (peer, request);
}

static gboolean
count_turn (gpointer n_turns)
{
  ++*(guint *) n_turns;
  return G_SOURCE_CONTINUE;
}

/* A flood leaves others their turn. */
static void
test_flood (void)
{
  guint n_turns = 0;
  guint source_id;
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, send_garbage_then_well, NULL);
  begin (&fixture.outcome, NULL);
  TEST_WAIT (fixture.peer->n_requests == 1);
  g_assert_false (fixture.outcome.is_done);
  source_id = g_idle_add_full (G_PRIORITY_DEFAULT, count_turn, &n_turns, NULL);
  TEST_WAIT (fixture.outcome.is_done);
  g_source_remove (source_id);
  assert_proves (&fixture.outcome, 0);
  g_assert_cmpuint (n_turns, >=, N_GARBAGE / 64);
  tear_down (&fixture);
}

typedef struct
{
  TestNtpPeer peer; /* a copy: the thread's own */
  GThread *thread;  /* (nullable) */
  int is_over;      /* atomic */
} Flood;

static gpointer
flood (gpointer data)
{
  Flood *self = data;

  while (!g_atomic_int_get (&self->is_over))
    test_ntp_peer_send (&self->peer, "garbage", 7);
  return NULL;
}

static void
end_flood (Flood *self)
{
  g_atomic_int_set (&self->is_over, TRUE);
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
}

/* Of the last client. */
static void
begin_flood (TestNtpPeer *peer,
             const TsNtpPacket *request)
{
  Flood *self = (Flood *) peer->data;

  end_flood (self);
  self->peer = *peer;
  self->is_over = FALSE;
  self->thread = g_thread_new ("flood", flood, self);
}

/* Nor does one without end keep the deadline from its turn. */
static void
test_endless_flood (void)
{
  Flood self = { 0 };
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), 4 * SHORT_NS, begin_flood, &self);
  do
    run (&fixture.outcome);
  while (g_error_matches (fixture.outcome.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  g_assert_error (fixture.outcome.error, TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED);
  g_assert_nonnull (strstr (fixture.outcome.error->message, "not an NTP packet"));
  end_flood (&self);
  tear_down (&fixture);
}

/* Answers each request twice, and before that the last one again, from an hour ago. */
static void
repeat (TestNtpPeer *peer,
        const TsNtpPacket *request)
{
  TsNtpPacket answer;

  if (peer->n_requests > 1)
    {
      TsNtpPacket old;

      g_assert_true (ts_ntp_packet_decode (peer->requests[peer->n_requests - 2], TS_NTP_PACKET_SIZE, &old, NULL));
      answer = test_ntp_answer_to (peer, &old);
      answer.receive = answer.transmit -= G_GUINT64_CONSTANT (3600) << 32;
      answer.reference = answer.transmit;
      test_ntp_peer_send_packet (peer, &answer);
    }
  test_ntp_answer_well (peer, request);
  test_ntp_answer_well (peer, request);
}

static void
test_duplicates (void)
{
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, repeat, NULL);
  for (guint n = 0; n < 10; n++)
    {
      run (&fixture.outcome);
      assert_proves (&fixture.outcome, 0);
    }
  tear_down (&fixture);
}

static void
step_client (TestNtpPeer *peer,
             const TsNtpPacket *request)
{
  test_ntp_answer_well (peer, request);
  ts_clock_step ((TsClock *) peer->data, 3 * TS_NS_PER_S);
}

static void
test_clock_stepped (void)
{
  g_autoptr (TsClock) server_clock = ts_clock_new_system (0);
  TsClock *clock = ts_clock_new_system (0);
  TestNtpPeer *peer = test_ntp_peer_new ("127.0.0.1", 0, server_clock, step_client, clock);
  Outcome outcome = { .probe = new_probe ("127.0.0.1", peer->port, LONG_NS, clock) };

  assert_fails (&outcome, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_STEPPED, "127.0.0.1:");
  peer->script = test_ntp_answer_well;
  run (&outcome);
  assert_proves (&outcome, -3 * TS_NS_PER_S);
  outcome_clear (&outcome);
  test_ntp_peer_free (peer);
  g_assert_finalize_object (clock);
}

/* What both clocks show around the end of era 0. */
static const struct
{
  const char *name;
  gint64 client_ns;
  gint64 server_ns;
} eras[] = {
  { "both-before", ERA_1_NS - 2, ERA_1_NS - 1 },
  { "client-before", ERA_1_NS - TS_NS_PER_S, ERA_1_NS + TS_NS_PER_S },
  { "server-before", ERA_1_NS + TS_NS_PER_S, ERA_1_NS - TS_NS_PER_S },
  { "both-at", ERA_1_NS, ERA_1_NS },
  { "both-after", ERA_1_NS + 1, ERA_1_NS + 2 },
  { "client-of-1971", 40000000 * TS_NS_PER_S, ERA_1_NS + 1 },
  { "client-of-2090", G_GINT64_CONSTANT (3786912000) * TS_NS_PER_S, ERA_1_NS - 1 },
};

static void
test_era (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  TsClock *clock = ts_clock_new_fake (eras[row].client_ns);
  TsClock *server_clock = ts_clock_new_fake (eras[row].server_ns);
  TestNtpPeer *peer = test_ntp_peer_new ("127.0.0.1", 0, server_clock, test_ntp_answer_well, NULL);
  Outcome outcome = { .probe = new_probe ("127.0.0.1", peer->port, LONG_NS, clock) };

  run (&outcome);
  assert_proves (&outcome, eras[row].server_ns - eras[row].client_ns);
  g_assert_cmpint (outcome.sample.exchange.t2_ns, ==, eras[row].server_ns);
  g_assert_cmpint (outcome.sample.exchange.t1_ns, ==, eras[row].client_ns);
  outcome_clear (&outcome);
  test_ntp_peer_free (peer);
  g_assert_finalize_object (clock);
  g_assert_finalize_object (server_clock);
}

/* Two servers at one port of two addresses, and a name that has both. */
typedef struct
{
  TestResolver *resolver;
  TsClock *clock;
  TestNtpPeer *peers[2];
  Outcome outcome;
} Two;

static void
two_set_up (Two *two,
            TestNtpScript first,
            TestNtpScript second)
{
  static const char *const addresses[] = { "127.0.0.2", "127.0.0.1" };

  *two = (Two) { .resolver = test_resolver_install (addresses, 2), .clock = ts_clock_new_system (0) };
  while (two->peers[1] == NULL)
    {
      g_clear_pointer (&two->peers[0], test_ntp_peer_free);
      two->peers[0] = test_ntp_peer_new (addresses[0], 0, two->clock, first, NULL);
      two->peers[1] = test_ntp_peer_new (addresses[1], two->peers[0]->port, two->clock, second, NULL);
    }
  two->outcome.probe = new_probe ("two.example", two->peers[0]->port, LONG_NS, two->clock);
}

static void
two_tear_down (Two *two)
{
  outcome_clear (&two->outcome);
  g_clear_pointer (&two->peers[0], test_ntp_peer_free);
  g_clear_pointer (&two->peers[1], test_ntp_peer_free);
  g_object_unref (two->clock);
  test_resolver_remove (two->resolver);
}

static void
assert_remote (Two *two,
               const char *host)
{
  g_assert_true (g_str_has_prefix (ts_probe_get_remote (two->outcome.probe), host));
}

/* A silent address is not waited for, and the one that answered is asked alone from then on. */
static void
test_second_is_faster (void)
{
  Two two;

  two_set_up (&two, test_ntp_be_silent, test_ntp_answer_well);
  for (guint n = 1; n <= 5; n++)
    {
      run (&two.outcome);
      assert_proves (&two.outcome, 0);
      assert_remote (&two, "127.0.0.1:");
      g_assert_cmpuint (two.peers[0]->n_requests, ==, 1);
      g_assert_cmpuint (two.peers[1]->n_requests, ==, n);
    }
  g_assert_cmpuint (two.resolver->n_lookups, <=, 2);
  two_tear_down (&two);
}

/* What is wrong with the first of two addresses. */
static const Fault wrongs[] = {
  { .name = "closed" },
  { "unsuitable", NULL, 0, spoil_leap },
};

static void
test_second_is_better (gconstpointer data)
{
  const Fault *wrong = &wrongs[GPOINTER_TO_SIZE (data)];
  Two two;

  two_set_up (&two, answer_badly, test_ntp_answer_well);
  two.peers[0]->data = wrong;
  if (wrong->spoil == NULL)
    g_clear_pointer (&two.peers[0], test_ntp_peer_free);
  run (&two.outcome);
  assert_proves (&two.outcome, 0);
  assert_remote (&two, "127.0.0.1:");
  two_tear_down (&two);
}

/* If no address is any good, the error is what a server said, and not that another is silent. */
static void
test_neither (void)
{
  Two two;

  two_set_up (&two, test_ntp_be_silent, answer_badly);
  g_clear_pointer (&two.peers[0], test_ntp_peer_free);
  two.peers[1]->data = &wrongs[1];
  assert_fails (&two.outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_UNSUITABLE, "two.example:");
  g_assert_null (ts_probe_get_remote (two.outcome.probe));
  two_tear_down (&two);
}

/* An address that fails three times in a row is given up, and the name looked up again. */
static void
test_moves_on (void)
{
  guint n_lookups;
  Two two;

  two_set_up (&two, test_ntp_answer_well, test_ntp_answer_well);
  run (&two.outcome);
  assert_proves (&two.outcome, 0);
  assert_remote (&two, "127.0.0.2:");
  n_lookups = two.resolver->n_lookups;

  g_clear_pointer (&two.peers[0], test_ntp_peer_free);
  for (guint n = 0; n < 3; n++)
    assert_fails (&two.outcome, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "two.example:");
  g_assert_cmpuint (two.peers[1]->n_requests, ==, 0);
  g_assert_cmpuint (two.resolver->n_lookups, ==, n_lookups);
  run (&two.outcome);
  assert_proves (&two.outcome, 0);
  assert_remote (&two, "127.0.0.1:");
  g_assert_cmpuint (two.resolver->n_lookups, >, n_lookups);
  two_tear_down (&two);
}

/* Of a name with very many addresses only some are asked. */
static void
test_many_addresses (void)
{
  const char *addresses[40];
  TestResolver *resolver;
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  guint16 port = 0;
  TestNtpPeer *peers[G_N_ELEMENTS (addresses)] = { NULL };
  Outcome outcome = { 0 };
  guint n_requests = 0;

  close (test_ntp_bind ("127.0.1.1", &port));
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      addresses[i] = g_strdup_printf ("127.0.1.%u", i + 1);
      peers[i] = test_ntp_peer_new (addresses[i], port, clock, answer_badly, &wrongs[1]);
    }
  resolver = test_resolver_install (addresses, G_N_ELEMENTS (addresses));
  outcome.probe = new_probe ("many.example", port, LONG_NS, clock);
  assert_fails (&outcome, TS_PROBE_ERROR, TS_PROBE_ERROR_UNSUITABLE, "many.example:");
  outcome_clear (&outcome);
  test_resolver_remove (resolver);
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      n_requests += peers[i] != NULL ? peers[i]->n_requests : 0;
      g_clear_pointer (&peers[i], test_ntp_peer_free);
      g_free ((char *) addresses[i]);
    }
  g_assert_cmpuint (n_requests, >=, 1);
  g_assert_cmpuint (n_requests, <=, 8);
}

static void
test_name_not_found (void)
{
  TestResolver *resolver = test_resolver_install (NULL, 0);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  Outcome outcome = { .probe = new_probe ("nowhere.example", TS_NTP_PORT, LONG_NS, clock) };

  for (guint n = 0; n < 4; n++)
    assert_fails (&outcome, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
                  "The name “nowhere.example” was not found");
  outcome_clear (&outcome);
  test_resolver_remove (resolver);
}

static void
test_cancel_before (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, test_ntp_answer_well, NULL);
  g_cancellable_cancel (cancellable);
  begin (&fixture.outcome, cancellable);
  TEST_WAIT (fixture.outcome.is_done);
  g_assert_error (fixture.outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fixture.peer->n_requests, ==, 0);
  tear_down (&fixture);
}

/* After any number of turns of the main loop: while resolving and waiting. */
static void
test_cancel_at_any_time (void)
{
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, test_ntp_be_silent, NULL);
  for (guint n_turns = 0; n_turns < 30; n_turns++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();

      begin (&fixture.outcome, cancellable);
      for (guint turn = 0; turn < n_turns; turn++)
        g_main_context_iteration (NULL, FALSE);
      g_cancellable_cancel (cancellable);
      g_assert_false (fixture.outcome.is_done);
      TEST_WAIT (fixture.outcome.is_done);
      g_assert_error (fixture.outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&fixture.outcome.error);
      /* What was being looked up ends in its own time. */
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  TEST_WAIT (G_OBJECT (fixture.outcome.probe)->ref_count == 1);
  tear_down (&fixture);
}

/* The next exchange may begin in the callback of the last one. */
static void
test_two_in_a_row (void)
{
  Outcome outcomes[2] = { 0 };
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, test_ntp_answer_well, NULL);
  outcomes[0].probe = fixture.outcome.probe;
  run_two_in_a_row (outcomes);
  assert_proves (&outcomes[0], 0);
  assert_proves (&outcomes[1], 0);
  tear_down (&fixture);
}

/* The exchange under way keeps the probe that its owner has let go. */
static void
test_unref_under_way (void)
{
  gpointer watched;
  Fixture fixture;

  set_up (&fixture, ts_clock_new_system (0), LONG_NS, test_ntp_answer_well, NULL);
  watched = fixture.outcome.probe;
  g_object_add_weak_pointer (watched, &watched);
  begin (&fixture.outcome, NULL);
  g_object_unref (fixture.outcome.probe);
  g_assert_nonnull (watched);
  TEST_WAIT (fixture.outcome.is_done && watched == NULL);
  assert_proves (&fixture.outcome, 0);
  test_ntp_peer_free (fixture.peer);
  g_assert_finalize_object (fixture.clock);
}

static const struct
{
  const char *name;
  gboolean is_near;
} addresses[] = {
  { "127.0.0.1", TRUE }, { "127.255.255.254", TRUE }, { "::1", TRUE },
  { "10.1.2.3", TRUE }, { "172.16.0.1", TRUE }, { "172.31.255.255", TRUE }, { "192.168.1.1", TRUE },
  { "169.254.7.7", TRUE }, { "fe80::1", TRUE }, { "fd12:3456::1", TRUE }, { "fc00::1", TRUE },
  { "192.0.2.1", FALSE }, { "172.32.0.1", FALSE }, { "172.15.255.255", FALSE }, { "11.0.0.1", FALSE },
  { "192.169.0.1", FALSE }, { "100.64.0.1", FALSE }, { "2001:db8::1", FALSE }, { "fe00::1", FALSE },
  { "ff02::1", FALSE }, { "::ffff:192.168.0.1", FALSE },
};

static void
test_near (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  gboolean is_near = addresses[row].is_near;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (addresses[row].name);
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsProbe) probe = new_probe (addresses[row].name, TS_NTP_PORT, LONG_NS, clock);

  g_assert_true (ts_ntp_probe_is_near (address) == is_near);
  g_assert_cmpint (ts_probe_get_min_interval_ns (probe), ==, (is_near ? 100 : 2000) * TS_NS_PER_MS);
  g_assert_cmpint (ts_probe_get_default_interval_ns (probe), ==, (is_near ? 1 : 16) * TS_NS_PER_S);
}

static void
test_near_names (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsProbe) local = new_probe ("LocalHost", TS_NTP_PORT, LONG_NS, clock);
  g_autoptr (TsProbe) link = new_probe ("fe80::1%lo", TS_NTP_PORT, LONG_NS, clock);
  g_autoptr (TsProbe) other = new_probe ("time.example", TS_NTP_PORT, LONG_NS, clock);
  Two two;

  g_assert_cmpint (ts_probe_get_default_interval_ns (local), ==, TS_NS_PER_S);
  g_assert_cmpint (ts_probe_get_default_interval_ns (link), ==, TS_NS_PER_S);
  g_assert_cmpint (ts_probe_get_default_interval_ns (other), ==, 16 * TS_NS_PER_S);

  /* Where a name leads is known once it has answered. */
  two_set_up (&two, test_ntp_answer_well, test_ntp_answer_well);
  g_assert_cmpint (ts_probe_get_min_interval_ns (two.outcome.probe), ==, 2 * TS_NS_PER_S);
  run (&two.outcome);
  g_assert_cmpint (ts_probe_get_min_interval_ns (two.outcome.probe), ==, 100 * TS_NS_PER_MS);
  two_tear_down (&two);
}

static void
test_protocol_name (void)
{
  g_assert_cmpstr (ts_protocol_get_name (TS_PROTOCOL_NTP), ==, "ntp");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/ntp-probe/server/", real_servers, test_server);
  g_test_add_func ("/ntp-probe/kernel-stamps", test_kernel_stamps);
  ADD_CASES ("/ntp-probe/transmit-stamp/", lags, test_transmit_lag);
  g_test_add_func ("/ntp-probe/coarse", test_coarse);
  g_test_add_func ("/ntp-probe/requests", test_requests);
  ADD_CASES ("/ntp-probe/ignored/", ignored, test_ignored);
  ADD_CASES ("/ntp-probe/unsuitable/", unsuitable, test_unsuitable);
  g_test_add_data_func ("/ntp-probe/kiss/deny", "DENY", test_kiss_stops);
  g_test_add_data_func ("/ntp-probe/kiss/rstr", "RSTR", test_kiss_stops);
  g_test_add_func ("/ntp-probe/kiss/rate", test_kiss_slows_down);
  g_test_add_func ("/ntp-probe/kiss/forgiven", test_kiss_is_forgiven);
  g_test_add_data_func ("/ntp-probe/closed/ipv4", "127.0.0.1", test_port_closed);
  g_test_add_data_func ("/ntp-probe/closed/ipv6", "::1", test_port_closed);
  g_test_add_func ("/ntp-probe/silent", test_silent);
  g_test_add_func ("/ntp-probe/flood", test_flood);
  g_test_add_func ("/ntp-probe/flood/endless", test_endless_flood);
  g_test_add_func ("/ntp-probe/duplicates", test_duplicates);
  g_test_add_func ("/ntp-probe/clock-stepped", test_clock_stepped);
  ADD_CASES ("/ntp-probe/era/", eras, test_era);
  g_test_add_func ("/ntp-probe/name/second-is-faster", test_second_is_faster);
  ADD_CASES ("/ntp-probe/name/first-is-", wrongs, test_second_is_better);
  g_test_add_func ("/ntp-probe/name/neither", test_neither);
  g_test_add_func ("/ntp-probe/name/moves-on", test_moves_on);
  g_test_add_func ("/ntp-probe/name/many", test_many_addresses);
  g_test_add_func ("/ntp-probe/name/not-found", test_name_not_found);
  g_test_add_func ("/ntp-probe/cancel/before", test_cancel_before);
  g_test_add_func ("/ntp-probe/cancel/at-any-time", test_cancel_at_any_time);
  g_test_add_func ("/ntp-probe/two-in-a-row", test_two_in_a_row);
  g_test_add_func ("/ntp-probe/unref-under-way", test_unref_under_way);
  ADD_CASES ("/ntp-probe/interval/", addresses, test_near);
  g_test_add_func ("/ntp-probe/interval/names", test_near_names);
  g_test_add_func ("/ntp-probe/protocol-name", test_protocol_name);
  return g_test_run ();
}
