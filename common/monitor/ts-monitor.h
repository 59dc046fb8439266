/* Repeats exchanges with one server and signals what they bring.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/clock/ts-clock.h"
#include "measure/estimate/ts-estimator.h"
#include "measure/history/ts-history.h"
#include "measure/ts-limit.h"
#include "net/probe/ts-probe.h"

G_BEGIN_DECLS

/**
 * TsMonitorState:
 * @TS_MONITOR_STOPPED: nothing is asked
 * @TS_MONITOR_STARTING: the first exchange since the start is under way
 * @TS_MONITOR_MEASURING: the last exchange brought a sample
 * @TS_MONITOR_FAILING: the last exchange failed; it is tried again
 * @TS_MONITOR_PAUSED: nothing is asked until the user resumes
 */
typedef enum
{
  TS_MONITOR_STOPPED,
  TS_MONITOR_STARTING,
  TS_MONITOR_MEASURING,
  TS_MONITOR_FAILING,
  TS_MONITOR_PAUSED,
} TsMonitorState;

#define TS_TYPE_MONITOR_STATE (ts_monitor_state_get_type ())
GType ts_monitor_state_get_type (void);

#define TS_TYPE_MONITOR (ts_monitor_get_type ())
G_DECLARE_FINAL_TYPE (TsMonitor, ts_monitor, TS, MONITOR, GObject)

TsMonitor       *ts_monitor_new                (TsProbe   *probe,
                                                TsClock   *clock);
void             ts_monitor_start              (TsMonitor *self);
void             ts_monitor_start_paused       (TsMonitor *self);
void             ts_monitor_stop               (TsMonitor *self);
void             ts_monitor_pause              (TsMonitor *self);
void             ts_monitor_resume             (TsMonitor *self);
void             ts_monitor_retry              (TsMonitor *self);
void             ts_monitor_set_network        (TsMonitor       *self,
                                                GNetworkMonitor *network);
gboolean         ts_monitor_is_offline         (TsMonitor *self);
TsMonitorState   ts_monitor_get_state          (TsMonitor *self);
gint64           ts_monitor_get_interval_ns    (TsMonitor *self);
void             ts_monitor_set_interval_ns    (TsMonitor *self,
                                                gint64     interval_ns);
void             ts_monitor_set_punctual       (TsMonitor *self,
                                                gboolean   is_punctual);
char            *ts_monitor_get_address        (TsMonitor  *self);
char            *ts_monitor_get_shown_address  (TsMonitor  *self);
const char      *ts_monitor_get_name           (TsMonitor  *self);
void             ts_monitor_set_name           (TsMonitor  *self,
                                                const char *name);
TsProbe         *ts_monitor_get_probe          (TsMonitor *self);
TsClock         *ts_monitor_get_clock          (TsMonitor *self);
const TsHistory *ts_monitor_get_history        (TsMonitor *self);
void             ts_monitor_drop_history       (TsMonitor *self);
const GError    *ts_monitor_get_error          (TsMonitor *self);
gint64           ts_monitor_get_until_next_ns  (TsMonitor *self);
gboolean         ts_monitor_get_estimate       (TsMonitor  *self,
                                                gint64      at_ns,
                                                TsEstimate *estimate);
gboolean         ts_monitor_get_settled_estimate
                                               (TsMonitor  *self,
                                                gint64      at_ns,
                                                TsEstimate *estimate);
TsClockEvent     ts_monitor_get_last_event     (TsMonitor  *self,
                                                gint64     *size_ns);
const TsSample  *ts_monitor_get_last_sample    (TsMonitor  *self);
const TsLimit   *ts_monitor_get_limit          (TsMonitor *self);
void             ts_monitor_set_limit_ns       (TsMonitor *self,
                                                gint64     limit_ns);
void             ts_monitor_set_limit_samples  (TsMonitor *self,
                                                guint      n_samples);

G_END_DECLS
