/* What a monitor's exchanges have brought.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "monitor/ts-monitor-private.h"

/* Notes an exchange that succeeded, and tells of it. */
void
ts_monitor_take_sample (TsMonitor *self,
                        const TsSample *sample)
{
  TsEstimate estimate;
  TsLimitEvent limit_event;

  self->last_event = ts_estimator_add (self->estimator, sample, &self->last_event_size_ns);
  self->last_sample = *sample;
  ts_estimator_get (self->estimator, sample->exchange.t4_ns, &estimate);
  ts_history_add_sample (self->history, sample, &estimate, self->last_event);
  limit_event = ts_limit_add (&self->limit, estimate.proven_min_ns, estimate.proven_max_ns);
  g_clear_error (&self->error);
  ts_monitor_set_state (self, TS_MONITOR_MEASURING);
  g_signal_emit_by_name (self, "sample", sample);
  if (limit_event != TS_LIMIT_EVENT_NONE)
    g_signal_emit_by_name (self, "limit-crossed", limit_event == TS_LIMIT_EVENT_CROSSED);
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* Notes one that failed, and tells why. */
void
ts_monitor_take_failure (TsMonitor *self,
                         const GError *error)
{
  g_debug ("%s", error->message);
  ts_history_add_gap (self->history, is_refusal (error) ? TS_ENTRY_REFUSED : TS_ENTRY_LOST,
                      ts_clock_get_now_ns (self->clock));
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  ts_monitor_set_state (self, TS_MONITOR_FAILING);
  /* Not our copy, which a handler that starts anew would clear. */
  g_signal_emit_by_name (self, "failure", error);
}

/**
 * ts_monitor_get_history:
 * @self: a monitor
 *
 * Returns: (transfer none): all exchanges until now; lives as long as the monitor
 */
const TsHistory *
ts_monitor_get_history (TsMonitor *self)
{
  return self->history;
}

/**
 * ts_monitor_get_error:
 * @self: a monitor
 *
 * Returns: (transfer none) (nullable): why the last exchange failed; %NULL where it did not
 */
const GError *
ts_monitor_get_error (TsMonitor *self)
{
  return self->error;
}

/**
 * ts_monitor_get_estimate:
 * @self: a monitor
 * @at_ns: this computer's clock at the instant that is meant, usually now
 * @estimate: (out caller-allocates): what all samples until now say of it
 *
 * Returns: whether there was any sample
 */
gboolean
ts_monitor_get_estimate (TsMonitor *self,
                         gint64 at_ns,
                         TsEstimate *estimate)
{
  return ts_estimator_get (self->estimator, at_ns, estimate);
}

/**
 * ts_monitor_get_last_event:
 * @self: a monitor
 * @size_ns: (out) (optional): how far a clock was set, positive when forward, or how long this computer slept
 *
 * Returns: what broke the series between the newest sample and the one before it
 */
TsClockEvent
ts_monitor_get_last_event (TsMonitor *self,
                           gint64 *size_ns)
{
  if (size_ns != NULL)
    *size_ns = self->last_event_size_ns;
  return self->last_event;
}

/**
 * ts_monitor_get_last_sample:
 * @self: a monitor
 *
 * Returns: (transfer none) (nullable): the newest sample, valid until the next
 */
const TsSample *
ts_monitor_get_last_sample (TsMonitor *self)
{
  return self->last_sample.exchange.t4_ns != 0 ? &self->last_sample : NULL;
}

/**
 * ts_monitor_get_claim:
 * @self: a monitor
 * @at_ns: this computer's clock at the instant that is meant, usually now
 * @claim: (out caller-allocates): where its server makes us believe that UTC is
 *
 * Returns: whether there was any sample
 */
gboolean
ts_monitor_get_claim (TsMonitor *self,
                      gint64 at_ns,
                      TsClaim *claim)
{
  TsEstimate estimate;

  if (!ts_estimator_get (self->estimator, at_ns, &estimate))
    return FALSE;
  *claim = ts_claim_new (estimate.proven_min_ns, estimate.proven_max_ns, self->last_sample.max_error_ns);
  return TRUE;
}
