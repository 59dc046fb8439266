/* Records what a monitor measures.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-tap.h"

/* The closures of the monitor's signals own it together; it ends with the last of them. */
typedef struct
{
  TsRecorder *recorder;
  guint series;
} Tap;

static void
end_series (gpointer data)
{
  Tap *tap = data;

  ts_recorder_end (tap->recorder, tap->series);
  g_object_unref (tap->recorder);
}

static void
release (gpointer data,
         GClosure *closure)
{
  g_rc_box_release_full (data, end_series);
}

static void
got_sample (TsMonitor *monitor,
            const TsSample *sample,
            Tap *tap)
{
  TsEstimate estimate;
  gint64 size_ns;
  TsClockEvent event = ts_monitor_get_last_event (monitor, &size_ns);
  TsRecord record;

  ts_monitor_get_estimate (monitor, sample->exchange.t4_ns, &estimate);
  record = ts_record_for_sample (sample, &estimate, event, size_ns);
  ts_recorder_add (tap->recorder, tap->series, &record);
}

/* The newest entry of the history says what happened, and when. */
static void
record_gap (TsMonitor *monitor,
            Tap *tap)
{
  const TsHistory *history = ts_monitor_get_history (monitor);
  const TsHistoryEntry *entry = ts_history_get (history, ts_history_get_length (history) - 1);
  TsRecord record = ts_record_for_gap ((TsEntryKind) entry->kind, entry->at_ns);

  ts_recorder_add (tap->recorder, tap->series, &record);
}

static void
got_failure (TsMonitor *monitor,
             const GError *error,
             Tap *tap)
{
  record_gap (monitor, tap);
}

/* A monitor that starts paused has no entry for that. */
static void
state_changed (TsMonitor *monitor,
               GParamSpec *pspec,
               Tap *tap)
{
  const TsHistory *history = ts_monitor_get_history (monitor);
  gsize length = ts_history_get_length (history);

  if (ts_monitor_get_state (monitor) == TS_MONITOR_PAUSED && length > 0 &&
      ts_history_get (history, length - 1)->kind == TS_ENTRY_PAUSED)
    record_gap (monitor, tap);
}

/**
 * ts_tap_monitor:
 * @monitor: a monitor
 * @recorder: a recorder
 *
 * Records everything that @monitor measures from now on, until it is finalized.
 */
void
ts_tap_monitor (TsMonitor *monitor,
                TsRecorder *recorder)
{
  g_autofree char *address = ts_monitor_get_address (monitor);
  Tap *tap = g_rc_box_new (Tap);

  tap->recorder = g_object_ref (recorder);
  tap->series = ts_recorder_begin (recorder, address, ts_monitor_get_name (monitor),
                                   ts_monitor_get_last_sample (monitor) == NULL);
  g_signal_connect_data (monitor, "sample", G_CALLBACK (got_sample), g_rc_box_acquire (tap), release, 0);
  g_signal_connect_data (monitor, "failure", G_CALLBACK (got_failure), g_rc_box_acquire (tap), release, 0);
  g_signal_connect_data (monitor, "notify::state", G_CALLBACK (state_changed), tap, release, 0);
}
