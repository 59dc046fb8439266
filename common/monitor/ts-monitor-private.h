/* What the monitor's own files share: the monitor, its state, its schedule, and what it makes of an exchange.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-monitor.h"
#include "measure/ts-schedule.h"

G_BEGIN_DECLS

struct _TsMonitor
{
  GObject parent_instance;

  TsProbe *probe;
  char *name; /* what the server is called */
  TsClock *clock;
  TsHistory *history;
  TsEstimator *estimator;
  TsSample last_sample;
  TsClockEvent last_event; /* just before it */
  gint64 last_event_size_ns;
  TsLimit limit; /* that the user wants to be told of */
  TsMonitorState state;
  GError *error; /* (nullable): why the last exchange failed */
  TsSchedule schedule;
  gboolean has_interval; /* or the probe's usual one is taken */
  guint32 random; /* of the exchange after the last one */
  GCancellable *exchange; /* (nullable): one is under way */
  gint64 started_ns;      /* monotonic: when the last exchange began */
  GSource *timer;         /* (nullable): until the next one */
};

void ts_monitor_set_state       (TsMonitor      *self,
                                 TsMonitorState  state);
void ts_monitor_clear_timer     (TsMonitor      *self);
void ts_monitor_update_schedule (TsMonitor      *self);
void ts_monitor_take_sample     (TsMonitor      *self,
                                 const TsSample *sample);
void ts_monitor_take_failure    (TsMonitor      *self,
                                 const GError   *error);

G_END_DECLS
