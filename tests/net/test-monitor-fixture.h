/* A monitor with a probe that answers what and when it is told to, and a record of what it tells.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-monitor.h"
#include "measure/ts-time.h"

#include "test-fake-probe.h"

#define NOW_NS (1700000000 * TS_NS_PER_S)

typedef struct
{
  FakeProbe *probe;
  TsClock *clock;
  TsMonitor *monitor;
  GString *events; /* one letter for each signal, and the state as a digit for each notification */
  void (*in_handler) (TsMonitor *monitor);
} Fixture;

static inline void
got_sample (TsMonitor *monitor,
            const TsSample *sample,
            gpointer user_data)
{
  Fixture *fixture = user_data;
  const TsHistoryEntry *last = ts_history_get_last (ts_monitor_get_history (monitor));

  /* History and state tell it already. */
  g_assert_cmpint (last->at_ns, ==, sample->exchange.t4_ns);
  g_assert_cmpint (ts_history_entry_get_offset_ns (last), ==, sample->offset_ns);
  g_assert_cmpint (ts_monitor_get_state (monitor), ==, TS_MONITOR_MEASURING);
  g_assert_null (ts_monitor_get_error (monitor));
  g_string_append_c (fixture->events, 's');
  if (fixture->in_handler != NULL)
    fixture->in_handler (monitor);
}

static inline void
got_failure (TsMonitor *monitor,
             const GError *error,
             gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_error (ts_monitor_get_error (monitor), error->domain, error->code);
  g_assert_cmpint (ts_monitor_get_state (monitor), ==, TS_MONITOR_FAILING);
  g_string_append_c (fixture->events, 'f');
  if (fixture->in_handler != NULL)
    fixture->in_handler (monitor);
}

static inline void
state_changed (TsMonitor *monitor,
               GParamSpec *pspec,
               gpointer user_data)
{
  Fixture *fixture = user_data;
  TsMonitorState state;

  g_object_get (monitor, "state", &state, NULL);
  g_assert_cmpint (state, ==, ts_monitor_get_state (monitor));
  g_string_append_printf (fixture->events, "%d", state);
}

static inline void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->probe = fake_probe_new ();
  fixture->probe->default_interval_ns = TS_NS_PER_S;
  fixture->clock = ts_clock_new_fake (NOW_NS);
  fixture->monitor = ts_monitor_new (TS_PROBE (fixture->probe), fixture->clock);
  ts_monitor_set_punctual (fixture->monitor, TRUE);
  fixture->events = g_string_new (NULL);
  g_signal_connect (fixture->monitor, "sample", G_CALLBACK (got_sample), fixture);
  g_signal_connect (fixture->monitor, "failure", G_CALLBACK (got_failure), fixture);
  g_signal_connect (fixture->monitor, "notify::state", G_CALLBACK (state_changed), fixture);
}

/* What the monitor has told since the last call. */
static inline void
assert_events (Fixture *fixture,
               const char *expected)
{
  g_assert_cmpstr (fixture->events->str, ==, expected);
  g_string_truncate (fixture->events, 0);
}

static inline void
answer (Fixture *fixture)
{
  gint64 t1_ns = ts_clock_get_now_ns (fixture->clock);

  fake_probe_answer (fixture->probe, &(TsExchange) { t1_ns, t1_ns + 500, t1_ns + 510, t1_ns + 20 });
}

static inline void
fail_with (Fixture *fixture,
           GQuark domain,
           int code)
{
  fake_probe_end (fixture->probe, NULL, g_error_new (domain, code, "told to fail"));
}

static inline void
lose (Fixture *fixture)
{
  fail_with (fixture, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static inline gboolean
is_under_way (Fixture *fixture)
{
  return fixture->probe->task != NULL;
}

/* What is due in the main context has been done after this. */
static inline void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static inline void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  if (fixture->monitor != NULL)
    ts_monitor_stop (fixture->monitor);
  if (is_under_way (fixture))
    answer (fixture);
  if (fixture->monitor != NULL)
    g_assert_finalize_object (fixture->monitor);
  g_assert_finalize_object (fixture->probe);
  g_assert_finalize_object (fixture->clock);
  g_string_free (fixture->events, TRUE);
}

static inline const TsHistory *
history_of (Fixture *fixture)
{
  return ts_monitor_get_history (fixture->monitor);
}

static inline void
assert_last_entry (Fixture *fixture,
                   TsEntryKind kind)
{
  const TsHistory *history = history_of (fixture);
  const TsHistoryEntry *last = ts_history_get (history, ts_history_get_length (history) - 1);

  g_assert_cmpint (last->kind, ==, kind);
}
