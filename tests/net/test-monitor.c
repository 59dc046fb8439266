/* Tests of the monitor: when it measures, and what it tells.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-schedule.h"

#include "test-fake-network.h"
#include "test-monitor-fixture.h"

static void
test_new (Fixture *fixture,
          gconstpointer data)
{
  gint64 interval_ns;

  g_assert_cmpint (ts_monitor_get_state (fixture->monitor), ==, TS_MONITOR_STOPPED);
  g_object_get (fixture->monitor, "interval-ns", &interval_ns, NULL);
  g_assert_cmpint (interval_ns, ==, TS_NS_PER_S);
  g_assert_true (ts_monitor_get_probe (fixture->monitor) == TS_PROBE (fixture->probe));
  g_assert_true (ts_monitor_get_clock (fixture->monitor) == fixture->clock);
  g_assert_cmpuint (ts_history_get_length (history_of (fixture)), ==, 0);
  g_assert_null (ts_monitor_get_error (fixture->monitor));
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 0);
  assert_events (fixture, "");
}

static void
test_start (Fixture *fixture,
            gconstpointer data)
{
  ts_monitor_start (fixture->monitor);
  assert_events (fixture, "1");
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 0);

  ts_monitor_start (fixture->monitor);
  ts_monitor_resume (fixture->monitor);
  ts_monitor_retry (fixture->monitor);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);
  assert_events (fixture, "");

  answer (fixture);
  assert_events (fixture, "2s");
  assert_last_entry (fixture, TS_ENTRY_SAMPLE);
  g_assert_cmpuint (ts_history_get_n_samples (history_of (fixture)), ==, 1);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, TS_NS_PER_S);
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);

  /* Starting it while it runs does nothing. */
  ts_monitor_start (fixture->monitor);
  g_assert_false (is_under_way (fixture));
  assert_events (fixture, "");
}

static void
test_start_paused (Fixture *fixture,
                   gconstpointer data)
{
  ts_monitor_start_paused (fixture->monitor);
  assert_events (fixture, "4");
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 0);
  g_assert_cmpuint (ts_history_get_length (history_of (fixture)), ==, 0);
  ts_monitor_resume (fixture->monitor);
  assert_events (fixture, "1");
  answer (fixture);
  assert_events (fixture, "2s");
}

static void
count_name (guint *n_notifications)
{
  (*n_notifications)++;
}

static void
test_name (Fixture *fixture,
           gconstpointer data)
{
  guint n_notifications = 0;

  g_signal_connect_swapped (fixture->monitor, "notify::name", G_CALLBACK (count_name), &n_notifications);
  g_assert_cmpstr (ts_monitor_get_name (fixture->monitor), ==, "time.example");
  ts_monitor_set_name (fixture->monitor, "Lab");
  g_object_set (fixture->monitor, "name", "Lab", NULL);
  g_assert_cmpstr (ts_monitor_get_name (fixture->monitor), ==, "Lab");
  g_assert_cmpuint (n_notifications, ==, 1);
  ts_monitor_set_name (fixture->monitor, "");
  g_assert_cmpstr (ts_monitor_get_name (fixture->monitor), ==, "time.example");
  ts_monitor_set_name (fixture->monitor, NULL);
  g_assert_cmpuint (n_notifications, ==, 2);
}

/* An interval counts from the start of an exchange: one that took longer is followed at once. */
static void
test_repeats (Fixture *fixture,
              gconstpointer data)
{
  ts_monitor_start (fixture->monitor);
  for (guint i = 1; i <= 5; i++)
    {
      TEST_WAIT (fixture->probe->n_exchanges == i);
      ts_clock_advance (fixture->clock, i % 2 == 0 ? TS_NS_PER_S : TS_NS_PER_S + 1);
      answer (fixture);
      g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 0);
    }
  TEST_WAIT (fixture->probe->n_exchanges == 6);
  assert_events (fixture, "12sssss");
  g_assert_cmpuint (ts_history_get_n_samples (history_of (fixture)), ==, 5);
}

/* A burst, then the interval give or take a tenth; a start begins another burst, a failure ends it. */
static void
test_burst (Fixture *fixture,
            gconstpointer data)
{
  gint64 least_ns = G_MAXINT64, greatest_ns = 0;

  ts_monitor_set_punctual (fixture->monitor, FALSE);
  ts_monitor_start (fixture->monitor);
  for (guint i = 0; i < 1000; i++)
    {
      gint64 next_ns;

      answer (fixture);
      next_ns = ts_monitor_get_until_next_ns (fixture->monitor);
      if (i < TS_SCHEDULE_BURST - 1)
        g_assert_cmpint (next_ns, ==, TS_SCHEDULE_BURST_PAUSE_NS);
      else
        {
          least_ns = MIN (least_ns, next_ns);
          greatest_ns = MAX (greatest_ns, next_ns);
        }
      ts_monitor_retry (fixture->monitor);
    }
  g_assert_cmpint (least_ns, >=, TS_NS_PER_S * 9 / 10);
  g_assert_cmpint (least_ns, <, TS_NS_PER_S * 92 / 100);
  g_assert_cmpint (greatest_ns, <=, TS_NS_PER_S * 11 / 10);
  g_assert_cmpint (greatest_ns, >, TS_NS_PER_S * 108 / 100);

  answer (fixture);
  ts_monitor_stop (fixture->monitor);
  ts_monitor_start (fixture->monitor);
  answer (fixture);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, TS_SCHEDULE_BURST_PAUSE_NS);
  ts_monitor_retry (fixture->monitor);
  lose (fixture);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), >=, TS_NS_PER_S * 9 / 10);
}

/* What the probe asks for holds, whatever the user or the burst would like; unless the user chose, so does what is
 * usual for it. */
static void
test_intervals_of_probe (Fixture *fixture,
                         gconstpointer data)
{
  ts_monitor_set_punctual (fixture->monitor, FALSE);
  fixture->probe->min_interval_ns = 2 * TS_NS_PER_S;
  fixture->probe->default_interval_ns = 16 * TS_NS_PER_S;
  ts_monitor_start (fixture->monitor);
  answer (fixture);
  g_assert_cmpint (ts_monitor_get_interval_ns (fixture->monitor), ==, 16 * TS_NS_PER_S);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 2 * TS_NS_PER_S);
  for (guint i = 1; i < TS_SCHEDULE_BURST; i++)
    {
      ts_monitor_retry (fixture->monitor);
      answer (fixture);
    }
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), >=, 14 * TS_NS_PER_S);

  ts_monitor_set_interval_ns (fixture->monitor, TS_NS_PER_S);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 2 * TS_NS_PER_S);
  fixture->probe->min_interval_ns = 4 * TS_NS_PER_S;
  ts_monitor_retry (fixture->monitor);
  answer (fixture);
  g_assert_cmpint (ts_monitor_get_interval_ns (fixture->monitor), ==, TS_NS_PER_S);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 4 * TS_NS_PER_S);
}

/* With a clock that runs by itself, it needs nothing but the main context. */
static void
test_system_clock (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  Fixture fixture = { .probe = fake_probe_new (), .clock = clock };
  gint64 started_ns[4];

  fixture.monitor = ts_monitor_new (TS_PROBE (fixture.probe), clock);
  ts_monitor_set_interval_ns (fixture.monitor, TS_SCHEDULE_MIN_INTERVAL_NS);
  ts_monitor_set_punctual (fixture.monitor, TRUE);
  ts_monitor_start (fixture.monitor);
  for (guint i = 0; i < G_N_ELEMENTS (started_ns); i++)
    {
      TEST_WAIT (is_under_way (&fixture));
      started_ns[i] = ts_clock_get_monotonic_ns (clock);
      answer (&fixture);
      g_assert_cmpint (ts_monitor_get_until_next_ns (fixture.monitor), <=, TS_SCHEDULE_MIN_INTERVAL_NS);
      /* Timers count in milliseconds, and each start is seen a little after it happened. */
      if (i > 1)
        g_assert_cmpint (started_ns[i] - started_ns[0], >=,
                         (gint64) (i - 1) * (TS_SCHEDULE_MIN_INTERVAL_NS - TS_NS_PER_MS));
    }
  ts_monitor_stop (fixture.monitor);
  g_assert_finalize_object (fixture.monitor);
  g_assert_finalize_object (fixture.probe);
}

static void
test_failure (Fixture *fixture,
              gconstpointer data)
{
  ts_monitor_start (fixture->monitor);
  ts_clock_advance (fixture->clock, 77);
  lose (fixture);
  assert_events (fixture, "13f");
  g_assert_error (ts_monitor_get_error (fixture->monitor), G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  assert_last_entry (fixture, TS_ENTRY_LOST);
  g_assert_cmpint (ts_history_get (history_of (fixture), 0)->at_ns, ==, NOW_NS + 77);
  g_assert_cmpuint (ts_history_get_n_lost (history_of (fixture)), ==, 1);

  ts_monitor_retry (fixture->monitor);
  lose (fixture);
  assert_events (fixture, "f");

  ts_monitor_retry (fixture->monitor);
  assert_events (fixture, "");
  answer (fixture);
  assert_events (fixture, "2s");
  g_assert_null (ts_monitor_get_error (fixture->monitor));
  g_assert_cmpuint (ts_history_get_n_lost (history_of (fixture)), ==, 2);
  g_assert_cmpuint (ts_history_get_n_samples (history_of (fixture)), ==, 1);
}

static void
test_kinds_of_failure (Fixture *fixture,
                       gconstpointer data)
{
  const struct
  {
    GQuark domain;
    int code;
    TsEntryKind kind;
  } failures[] = {
    { TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED, TS_ENTRY_LOST },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, TS_ENTRY_LOST },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, TS_ENTRY_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, TS_ENTRY_REFUSED },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, TS_ENTRY_LOST },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, TS_ENTRY_LOST },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, TS_ENTRY_LOST },
    { TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_NEGATIVE_DELAY, TS_ENTRY_LOST },
  };

  ts_monitor_start (fixture->monitor);
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      if (i > 0)
        ts_monitor_retry (fixture->monitor);
      fail_with (fixture, failures[i].domain, failures[i].code);
      g_assert_error (ts_monitor_get_error (fixture->monitor), failures[i].domain, failures[i].code);
      assert_last_entry (fixture, failures[i].kind);
      g_assert_cmpuint (ts_history_get_n_lost (history_of (fixture)), ==, i + 1);
    }
}

/* Give or take a tenth. */
static void
assert_pause (Fixture *fixture,
              gint64 pause_ns,
              gint64 passed_ns)
{
  gint64 until_ns = ts_monitor_get_until_next_ns (fixture->monitor);

  g_assert_cmpint (until_ns, >=, pause_ns - pause_ns / 10 - passed_ns);
  g_assert_cmpint (until_ns, <=, pause_ns + pause_ns / 10 - passed_ns);
}

static void
test_backoff (Fixture *fixture,
              gconstpointer data)
{
  const gint64 pauses_s[] = { 1, 2, 4, 8, 16, 30, 30 };

  ts_monitor_set_punctual (fixture->monitor, FALSE);
  ts_monitor_start (fixture->monitor);
  for (gsize i = 0; i < G_N_ELEMENTS (pauses_s); i++)
    {
      if (i > 0)
        ts_monitor_retry (fixture->monitor);
      g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 0);
      lose (fixture);
      assert_pause (fixture, pauses_s[i] * TS_NS_PER_S, 0);
    }
  ts_clock_advance (fixture->clock, 12 * TS_NS_PER_S);
  assert_pause (fixture, 30 * TS_NS_PER_S, 12 * TS_NS_PER_S);
  ts_clock_advance (fixture->clock, 100 * TS_NS_PER_S);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 0);

  /* The step of a wall clock has no part in it. */
  ts_monitor_set_punctual (fixture->monitor, TRUE);
  ts_monitor_retry (fixture->monitor);
  answer (fixture);
  ts_clock_step (fixture->clock, -50 * TS_NS_PER_S);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, TS_NS_PER_S);
  ts_monitor_set_punctual (fixture->monitor, FALSE);

  /* What failed before a stop is forgotten by the next start. */
  ts_monitor_retry (fixture->monitor);
  lose (fixture);
  ts_monitor_retry (fixture->monitor);
  lose (fixture);
  assert_pause (fixture, 2 * TS_NS_PER_S, 0);
  ts_monitor_stop (fixture->monitor);
  ts_monitor_start (fixture->monitor);
  g_assert_null (ts_monitor_get_error (fixture->monitor));
  lose (fixture);
  assert_pause (fixture, TS_NS_PER_S, 0);
}

static void
count_notification (GObject *monitor,
                    GParamSpec *pspec,
                    gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_interval (Fixture *fixture,
               gconstpointer data)
{
  guint n_notifications = 0;

  g_signal_connect (fixture->monitor, "notify::interval-ns", G_CALLBACK (count_notification),
                    &n_notifications);
  ts_monitor_set_interval_ns (fixture->monitor, TS_NS_PER_S);
  g_assert_cmpuint (n_notifications, ==, 0);
  ts_monitor_set_interval_ns (fixture->monitor, 0);
  g_assert_cmpint (ts_monitor_get_interval_ns (fixture->monitor), ==, TS_SCHEDULE_MIN_INTERVAL_NS);
  ts_monitor_set_interval_ns (fixture->monitor, -1);
  g_assert_cmpuint (n_notifications, ==, 1);
  ts_monitor_set_interval_ns (fixture->monitor, G_MAXINT64);
  g_assert_cmpint (ts_monitor_get_interval_ns (fixture->monitor), ==, TS_SCHEDULE_MAX_INTERVAL_NS);
  g_assert_cmpuint (n_notifications, ==, 2);

  /* Neither before a start, nor while an exchange is under way, does a change begin one. */
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 0);
  ts_monitor_start (fixture->monitor);
  g_object_set (fixture->monitor, "interval-ns", 60 * TS_NS_PER_S, NULL);
  g_assert_cmpuint (n_notifications, ==, 3);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);

  /* It counts from the last exchange, so a shorter one may be over already. */
  answer (fixture);
  ts_clock_advance (fixture->clock, 10 * TS_NS_PER_S);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 50 * TS_NS_PER_S);
  ts_monitor_set_interval_ns (fixture->monitor, 20 * TS_NS_PER_S);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 10 * TS_NS_PER_S);
  settle ();
  g_assert_false (is_under_way (fixture));
  ts_monitor_set_interval_ns (fixture->monitor, 5 * TS_NS_PER_S);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 0);
  TEST_WAIT (is_under_way (fixture));

  /* Nor does it while paused. */
  answer (fixture);
  ts_monitor_pause (fixture->monitor);
  ts_clock_advance (fixture->clock, 100 * TS_NS_PER_S);
  ts_monitor_set_interval_ns (fixture->monitor, TS_NS_PER_S);
  settle ();
  g_assert_false (is_under_way (fixture));
}

static void
test_states (void)
{
  const char *names[] = { "stopped", "starting", "measuring", "failing", "paused" };
  g_autoptr (GEnumClass) states = g_type_class_ref (TS_TYPE_MONITOR_STATE);

  g_assert_cmpuint (states->n_values, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (g_enum_get_value (states, (gint) i)->value_nick, ==, names[i]);
}

static void
limit_crossed (TsMonitor *monitor,
               gboolean is_outside,
               gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpint (ts_monitor_get_limit (monitor)->verdict, ==, is_outside ? TS_LIMIT_OUTSIDE : TS_LIMIT_INSIDE);
  g_string_append_c (fixture->events, is_outside ? 'C' : 'B');
}

static void
limit_changed (Fixture *fixture)
{
  g_string_append_c (fixture->events, 'l');
}

/* Every answer proves that the server is from 490 to 500 ns ahead. */
static void
answer_times (Fixture *fixture,
              guint n_samples)
{
  for (guint i = 0; i < n_samples; i++)
    {
      ts_clock_advance (fixture->clock, TS_NS_PER_S);
      ts_monitor_retry (fixture->monitor);
      answer (fixture);
    }
}

static void
test_limit (Fixture *fixture,
            gconstpointer data)
{
  gint64 limit_ns;

  g_signal_connect (fixture->monitor, "limit-crossed", G_CALLBACK (limit_crossed), fixture);
  g_signal_connect_swapped (fixture->monitor, "notify::limit-ns", G_CALLBACK (limit_changed), fixture);
  ts_monitor_start (fixture->monitor);
  answer_times (fixture, 3);
  g_assert_cmpint (ts_monitor_get_limit (fixture->monitor)->verdict, ==, TS_LIMIT_OPEN);
  assert_events (fixture, "12sss");

  ts_monitor_set_limit_ns (fixture->monitor, 400);
  ts_monitor_set_limit_ns (fixture->monitor, 400);
  answer_times (fixture, 2);
  assert_events (fixture, "lss");
  answer_times (fixture, 2);
  assert_events (fixture, "sCs");

  /* Neither a pause nor a loss is news, and a pause begins another row. */
  ts_monitor_pause (fixture->monitor);
  ts_monitor_resume (fixture->monitor);
  lose (fixture);
  answer_times (fixture, 3);
  assert_events (fixture, "413f2sss");

  ts_monitor_set_limit_samples (fixture->monitor, 1);
  g_object_set (fixture->monitor, "limit-ns", (gint64) 1, NULL);
  answer_times (fixture, 1);
  ts_monitor_set_limit_ns (fixture->monitor, G_MAXINT64);
  g_object_get (fixture->monitor, "limit-ns", &limit_ns, NULL);
  g_assert_cmpint (limit_ns, ==, TS_LIMIT_MAX_NS);
  answer_times (fixture, 1);
  assert_events (fixture, "lsCls");
}

/* What is said of the offset's sign stays for some seconds after the last sample, however much the error has grown. */
static void
test_certainty_is_held (Fixture *fixture,
                        gconstpointer data)
{
  TsEstimate now, later;

  ts_monitor_start (fixture->monitor);
  for (guint i = 1; i <= TS_SCHEDULE_BURST; i++)
    {
      ts_clock_advance (fixture->clock, TS_SCHEDULE_BURST_PAUSE_NS);
      answer (fixture);
      ts_monitor_retry (fixture->monitor);
    }
  ts_monitor_get_estimate (fixture->monitor, ts_clock_get_now_ns (fixture->clock), &now);
  ts_monitor_get_estimate (fixture->monitor, now.at_ns + 9 * TS_NS_PER_S, &later);
  g_assert_cmpint (ABS (later.estimate_ns), <, later.error_ns);
  g_assert_cmpint (later.lean, ==, TS_LEAN_PROBABLE);
  ts_monitor_get_estimate (fixture->monitor, now.at_ns + 11 * TS_NS_PER_S, &later);
  g_assert_cmpint (later.lean, ==, TS_LEAN_IN_STEP);
}

/* What is shown to people waits for the end of the burst, or of a second in which no more came. */
static void
test_settled (Fixture *fixture,
              gconstpointer data)
{
  TsEstimate estimate;
  gint64 now_ns = NOW_NS;

  ts_monitor_start (fixture->monitor);
  g_assert_false (ts_monitor_get_settled_estimate (fixture->monitor, now_ns, &estimate));
  for (guint i = 1; i <= TS_SCHEDULE_BURST; i++)
    {
      g_test_message ("sample %u", i);
      ts_clock_advance (fixture->clock, TS_SCHEDULE_BURST_PAUSE_NS);
      now_ns = ts_clock_get_now_ns (fixture->clock);
      answer (fixture);
      g_assert_true (ts_monitor_get_estimate (fixture->monitor, now_ns, &estimate));
      g_assert_cmpint (ts_monitor_get_settled_estimate (fixture->monitor, now_ns, &estimate), ==, i == TS_SCHEDULE_BURST);
      g_assert_true (ts_monitor_get_settled_estimate (fixture->monitor, now_ns + 2 * TS_NS_PER_S, &estimate));
      ts_monitor_retry (fixture->monitor);
    }
}

/* A failure ends it too. */
static void
test_settled_by_failure (Fixture *fixture,
                         gconstpointer data)
{
  TsEstimate estimate;

  ts_monitor_start (fixture->monitor);
  answer (fixture);
  g_assert_false (ts_monitor_get_settled_estimate (fixture->monitor, NOW_NS, &estimate));
  ts_monitor_retry (fixture->monitor);
  lose (fixture);
  g_assert_true (ts_monitor_get_settled_estimate (fixture->monitor, NOW_NS, &estimate));
}

/* Without a network nothing is lost, unless somebody was asked all the same. */
static void
test_offline (Fixture *fixture,
              gconstpointer data)
{
  const struct
  {
    GQuark domain;
    int code;
    gboolean went_away; /* the network, while the exchange was under way; else it was answered before without one */
    TsEntryKind kind;
  } cases[] = {
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, FALSE, TS_ENTRY_OFFLINE },
    { G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, TRUE, TS_ENTRY_OFFLINE },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, FALSE, TS_ENTRY_OFFLINE },
    { G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, TRUE, TS_ENTRY_OFFLINE },
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, TRUE, TS_ENTRY_OFFLINE },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, TRUE, TS_ENTRY_OFFLINE },
    /* In a network without a way out, or on this computer. */
    { G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, FALSE, TS_ENTRY_LOST },
    { G_IO_ERROR, G_IO_ERROR_TIMED_OUT, FALSE, TS_ENTRY_LOST },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, TRUE, TS_ENTRY_REFUSED },
    { TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, TRUE, TS_ENTRY_LOST },
  };
  g_autoptr (FakeNetwork) network = fake_network_new ();
  guint n_lost = 0;

  ts_monitor_set_network (fixture->monitor, G_NETWORK_MONITOR (network));
  ts_monitor_start (fixture->monitor);
  answer (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      network->is_available = cases[i].went_away;
      ts_monitor_retry (fixture->monitor);
      if (!cases[i].went_away)
        {
          answer (fixture);
          ts_monitor_retry (fixture->monitor);
        }
      network->is_available = FALSE;
      fail_with (fixture, cases[i].domain, cases[i].code);
      assert_last_entry (fixture, cases[i].kind);
      g_assert_cmpint (ts_monitor_is_offline (fixture->monitor), ==, cases[i].kind == TS_ENTRY_OFFLINE);
      n_lost += cases[i].kind != TS_ENTRY_OFFLINE;
    }
  g_assert_cmpuint (ts_history_get_n_lost (history_of (fixture)), ==, n_lost);

  /* The next request of a connection that was kept, too, has no network. */
  network->is_available = TRUE;
  ts_monitor_retry (fixture->monitor);
  answer (fixture);
  network->is_available = FALSE;
  ts_monitor_retry (fixture->monitor);
  fail_with (fixture, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  assert_last_entry (fixture, TS_ENTRY_OFFLINE);

  network->is_available = TRUE;
  ts_monitor_retry (fixture->monitor);
  fail_with (fixture, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND);
  assert_last_entry (fixture, TS_ENTRY_LOST);
  g_assert_false (ts_monitor_is_offline (fixture->monitor));
}

#define ADD(path, function) g_test_add ("/monitor/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("new", test_new);
  ADD ("start", test_start);
  ADD ("start-paused", test_start_paused);
  ADD ("name", test_name);
  ADD ("repeats", test_repeats);
  g_test_add_func ("/monitor/system-clock", test_system_clock);
  ADD ("failure", test_failure);
  ADD ("kinds-of-failure", test_kinds_of_failure);
  ADD ("backoff", test_backoff);
  ADD ("interval", test_interval);
  ADD ("burst", test_burst);
  ADD ("intervals-of-probe", test_intervals_of_probe);
  ADD ("limit", test_limit);
  ADD ("certainty-is-held", test_certainty_is_held);
  ADD ("settled", test_settled);
  ADD ("settled-by-failure", test_settled_by_failure);
  ADD ("offline", test_offline);
  g_test_add_func ("/monitor/states", test_states);
  return g_test_run ();
}
