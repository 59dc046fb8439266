/* Tests of the monitor that is paused, stopped, asked again or let go, whatever it is doing.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-monitor-fixture.h"

static void
test_pause (Fixture *fixture,
            gconstpointer data)
{
  ts_monitor_pause (fixture->monitor);
  ts_monitor_resume (fixture->monitor);
  assert_events (fixture, "");
  g_assert_cmpuint (ts_history_get_length (history_of (fixture)), ==, 0);

  ts_monitor_start (fixture->monitor);
  answer (fixture);
  ts_clock_advance (fixture->clock, 50);
  ts_monitor_pause (fixture->monitor);
  ts_monitor_pause (fixture->monitor);
  assert_events (fixture, "12s4");
  assert_last_entry (fixture, TS_ENTRY_PAUSED);
  g_assert_cmpuint (ts_history_get_length (history_of (fixture)), ==, 2);
  g_assert_cmpint (ts_history_get (history_of (fixture), 1)->at_ns, ==, NOW_NS + 50);
  g_assert_cmpuint (ts_history_get_n_lost (history_of (fixture)), ==, 0);

  ts_clock_advance (fixture->clock, 1000 * TS_NS_PER_S);
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);

  ts_monitor_resume (fixture->monitor);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 2);
  answer (fixture);
  assert_events (fixture, "12s");

  /* From a pause to a stop, and to a start. */
  ts_monitor_pause (fixture->monitor);
  ts_monitor_stop (fixture->monitor);
  ts_monitor_resume (fixture->monitor);
  assert_events (fixture, "40");
  g_assert_false (is_under_way (fixture));
}

static void
test_stop_under_way (Fixture *fixture,
                     gconstpointer data)
{
  ts_monitor_start (fixture->monitor);
  g_assert_false (fake_probe_is_cancelled (fixture->probe));
  ts_monitor_stop (fixture->monitor);
  g_assert_true (fake_probe_is_cancelled (fixture->probe));
  ts_monitor_stop (fixture->monitor);
  assert_events (fixture, "10");

  /* What was given up counts as nothing, whatever it would have been. */
  answer (fixture);
  settle ();
  assert_events (fixture, "");
  g_assert_cmpuint (ts_history_get_length (history_of (fixture)), ==, 0);
  g_assert_null (ts_monitor_get_error (fixture->monitor));

  ts_monitor_start (fixture->monitor);
  ts_monitor_stop (fixture->monitor);
  lose (fixture);
  assert_events (fixture, "10");
  g_assert_cmpuint (ts_history_get_length (history_of (fixture)), ==, 0);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 2);
}

/* An operation that was cancelled may still succeed, or fail for another reason. */
static void
test_result_after_stop (Fixture *fixture,
                        gconstpointer data)
{
  ts_monitor_start (fixture->monitor);
  g_task_set_check_cancellable (fixture->probe->task, FALSE);
  ts_monitor_stop (fixture->monitor);
  answer (fixture);
  g_assert_cmpint (ts_monitor_get_state (fixture->monitor), ==, TS_MONITOR_STOPPED);
  assert_events (fixture, "10");

  ts_monitor_start (fixture->monitor);
  g_task_set_check_cancellable (fixture->probe->task, FALSE);
  ts_monitor_pause (fixture->monitor);
  lose (fixture);
  g_assert_cmpint (ts_monitor_get_state (fixture->monitor), ==, TS_MONITOR_PAUSED);
  assert_events (fixture, "14");
  assert_last_entry (fixture, TS_ENTRY_PAUSED);
}

static void
test_restart_under_way (Fixture *fixture,
                        gconstpointer data)
{
  gboolean by_pause = GPOINTER_TO_INT (data);

  ts_monitor_start (fixture->monitor);
  for (guint i = 0; i < 3; i++)
    if (by_pause)
      {
        ts_monitor_pause (fixture->monitor);
        ts_monitor_resume (fixture->monitor);
      }
    else
      {
        ts_monitor_stop (fixture->monitor);
        ts_monitor_start (fixture->monitor);
      }
  assert_events (fixture, by_pause ? "1414141" : "1010101");
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 0);

  /* The cancelled one ends, and the one that was asked for begins. */
  answer (fixture);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 2);
  g_assert_true (is_under_way (fixture));
  g_assert_cmpuint (ts_history_get_n_samples (history_of (fixture)), ==, 0);
  assert_events (fixture, "");

  answer (fixture);
  assert_events (fixture, "2s");
  g_assert_cmpuint (ts_history_get_n_samples (history_of (fixture)), ==, 1);
  g_assert_cmpuint (ts_history_get_n_lost (history_of (fixture)), ==, 0);
}

static void
test_retry (Fixture *fixture,
            gconstpointer data)
{
  ts_monitor_start (fixture->monitor);
  answer (fixture);
  ts_clock_advance (fixture->clock, TS_NS_PER_MS);
  ts_monitor_retry (fixture->monitor);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 2);
  ts_monitor_retry (fixture->monitor);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 2);
  answer (fixture);
  /* The interval begins again. */
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, TS_NS_PER_S);
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 2);
}

static void
restart (TsMonitor *monitor)
{
  ts_monitor_stop (monitor);
  ts_monitor_start (monitor);
}

static const struct
{
  const char *name;
  void (*act) (TsMonitor *monitor);
  TsMonitorState state; /* afterwards; not looked at if the exchange's own state stays */
  gboolean begins;      /* whether an exchange is under way afterwards */
} reactions[] = {
  { "stop", ts_monitor_stop, TS_MONITOR_STOPPED, FALSE },
  { "pause", ts_monitor_pause, TS_MONITOR_PAUSED, FALSE },
  { "restart", restart, TS_MONITOR_STARTING, TRUE },
  { "retry", ts_monitor_retry, TS_MONITOR_MEASURING, TRUE },
};

static void
test_sample_handler (Fixture *fixture,
                     gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  ts_monitor_start (fixture->monitor);
  fixture->in_handler = reactions[i].act;
  answer (fixture);
  fixture->in_handler = NULL;
  ts_clock_advance (fixture->clock, 100 * TS_NS_PER_S);
  settle ();
  g_assert_cmpint (ts_monitor_get_state (fixture->monitor), ==, reactions[i].state);
  g_assert_cmpint (is_under_way (fixture), ==, reactions[i].begins);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, reactions[i].begins ? 2 : 1);
}

static void
read_error (TsMonitor *monitor,
            const GError *error,
            gpointer user_data)
{
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpstr (error->message, ==, "told to fail");
}

/* Whatever the first handler does, the next one still gets the error of the signal. */
static void
test_failure_handler (Fixture *fixture,
                      gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_signal_connect (fixture->monitor, "failure", G_CALLBACK (read_error), NULL);
  ts_monitor_start (fixture->monitor);
  fixture->in_handler = reactions[i].act;
  lose (fixture);
  fixture->in_handler = NULL;
  ts_clock_advance (fixture->clock, 100 * TS_NS_PER_S);
  settle ();
  g_assert_cmpint (ts_monitor_get_state (fixture->monitor), ==,
                   reactions[i].state == TS_MONITOR_MEASURING ? TS_MONITOR_FAILING : reactions[i].state);
  g_assert_cmpint (is_under_way (fixture), ==, reactions[i].begins);
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, reactions[i].begins ? 2 : 1);
}

/* The exchange keeps the monitor, and lets it go. */
static void
test_unref_under_way (Fixture *fixture,
                      gconstpointer data)
{
  gpointer watched = fixture->monitor;

  g_object_add_weak_pointer (watched, &watched);
  ts_monitor_start (fixture->monitor);
  g_clear_object (&fixture->monitor);
  g_assert_nonnull (watched);
  answer (fixture);
  g_assert_null (watched);
  assert_events (fixture, "12s");
  ts_clock_advance (fixture->clock, 100 * TS_NS_PER_S);
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);
}

static void
test_stop_and_unref_under_way (Fixture *fixture,
                               gconstpointer data)
{
  gpointer watched = fixture->monitor;

  g_object_add_weak_pointer (watched, &watched);
  ts_monitor_start (fixture->monitor);
  ts_monitor_stop (fixture->monitor);
  g_clear_object (&fixture->monitor);
  answer (fixture);
  g_assert_null (watched);
  assert_events (fixture, "10");
}

/* A monitor that waits for its timer is no different: the timer goes with it. */
static void
test_unref_between (Fixture *fixture,
                    gconstpointer data)
{
  ts_monitor_start (fixture->monitor);
  ts_clock_advance (fixture->clock, 100 * TS_NS_PER_S);
  answer (fixture);
  g_assert_cmpint (ts_monitor_get_until_next_ns (fixture->monitor), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&fixture->monitor));
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);
}

static void
unref_monitor (TsMonitor *monitor)
{
  g_object_unref (monitor);
}

static void
test_unref_in_handler (Fixture *fixture,
                       gconstpointer data)
{
  gpointer watched = fixture->monitor;

  g_object_add_weak_pointer (watched, &watched);
  ts_monitor_start (fixture->monitor);
  fixture->monitor = NULL;
  fixture->in_handler = unref_monitor;
  if (GPOINTER_TO_INT (data))
    answer (fixture);
  else
    lose (fixture);
  g_assert_null (watched);
  settle ();
  g_assert_cmpuint (fixture->probe->n_exchanges, ==, 1);
}

/* Whatever is done in whatever order, the fake probe sees one exchange at a time (it asserts that), and a
 * monitor that runs measures in the end. */
static void
test_random_order (Fixture *fixture,
                   gconstpointer data)
{
  for (guint i = 0; i < 20000; i++)
    switch (g_test_rand_int_range (0, 9))
      {
      case 0:
        ts_monitor_start (fixture->monitor);
        break;
      case 1:
        ts_monitor_stop (fixture->monitor);
        break;
      case 2:
        ts_monitor_pause (fixture->monitor);
        break;
      case 3:
        ts_monitor_resume (fixture->monitor);
        break;
      case 4:
        ts_monitor_set_interval_ns (fixture->monitor, g_test_rand_int_range (1, 100) * TS_NS_PER_S);
        break;
      case 5:
        ts_clock_advance (fixture->clock, g_test_rand_int_range (0, 10) * TS_NS_PER_S);
        break;
      case 6:
        if (is_under_way (fixture))
          answer (fixture);
        break;
      case 7:
        if (is_under_way (fixture))
          lose (fixture);
        break;
      default:
        settle ();
        break;
      }

  ts_monitor_stop (fixture->monitor);
  if (is_under_way (fixture))
    answer (fixture);
  g_string_truncate (fixture->events, 0);
  ts_monitor_start (fixture->monitor);
  answer (fixture);
  assert_events (fixture, "12s");
}

#define ADD(path, data, function) \
  g_test_add ("/monitor-interrupted/" path, Fixture, GSIZE_TO_POINTER (data), set_up, function, tear_down)

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("pause", 0, test_pause);
  ADD ("stop-under-way", 0, test_stop_under_way);
  ADD ("result-after-stop", 0, test_result_after_stop);
  ADD ("restart-under-way", FALSE, test_restart_under_way);
  ADD ("pause-and-resume-under-way", TRUE, test_restart_under_way);
  ADD ("retry", 0, test_retry);
  for (gsize i = 0; i < G_N_ELEMENTS (reactions); i++)
    {
      g_autofree char *sample_path = g_strconcat ("/monitor-interrupted/sample-handler/", reactions[i].name, NULL);
      g_autofree char *failure_path = g_strconcat ("/monitor-interrupted/failure-handler/", reactions[i].name, NULL);

      g_test_add (sample_path, Fixture, GSIZE_TO_POINTER (i), set_up, test_sample_handler, tear_down);
      g_test_add (failure_path, Fixture, GSIZE_TO_POINTER (i), set_up, test_failure_handler, tear_down);
    }
  ADD ("unref/under-way", 0, test_unref_under_way);
  ADD ("unref/stopped-under-way", 0, test_stop_and_unref_under_way);
  ADD ("unref/between", 0, test_unref_between);
  ADD ("unref/in-sample-handler", TRUE, test_unref_in_handler);
  ADD ("unref/in-failure-handler", FALSE, test_unref_in_handler);
  ADD ("random-order", 0, test_random_order);
  return g_test_run ();
}
