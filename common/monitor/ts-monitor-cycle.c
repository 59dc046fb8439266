/* When a monitor asks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "monitor/ts-monitor-private.h"

#include "measure/ts-time.h"

/* Does not wait for the next exchange's time any more. */
void
ts_monitor_clear_timer (TsMonitor *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
is_running (TsMonitor *self)
{
  return self->state != TS_MONITOR_STOPPED && self->state != TS_MONITOR_PAUSED;
}

static gboolean
timer_ran_out (gpointer user_data)
{
  ts_monitor_retry (user_data);
  return G_SOURCE_REMOVE;
}

/* What the server may be asked changes with what it answers, and with which server it is. */
void
ts_monitor_update_schedule (TsMonitor *self)
{
  self->schedule.min_interval_ns = ts_probe_get_min_interval_ns (self->probe);
  if (!self->has_interval)
    self->schedule.interval_ns = ts_probe_get_default_interval_ns (self->probe);
}

/* The next exchange comes a pause after the last one began, at once where that has passed. */
static void
schedule_next (TsMonitor *self)
{
  ts_monitor_clear_timer (self);
  self->timer = g_timeout_source_new ((guint) (ts_monitor_get_until_next_ns (self) / TS_NS_PER_MS));
  g_source_set_callback (self->timer, timer_ran_out, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static void
got_exchange (GObject *probe,
              GAsyncResult *result,
              gpointer user_data)
{
  g_autoptr (TsMonitor) self = user_data;
  g_autoptr (GError) error = NULL;
  TsSample sample;
  gboolean is_sample = ts_probe_exchange_finish (TS_PROBE (probe), result, &sample, &error);
  /* What was cancelled may have succeeded, or failed, all the same. */
  gboolean was_given_up = g_cancellable_is_cancelled (self->exchange);

  g_clear_object (&self->exchange);
  ts_monitor_update_schedule (self);
  if (was_given_up)
    {
      /* Stopped and started again while the exchange was ending. */
      if (is_running (self))
        ts_monitor_retry (self);
      return;
    }

  if (is_sample)
    {
      self->schedule.n_samples++;
      self->schedule.n_failures = 0;
      ts_monitor_take_sample (self, &sample);
    }
  else
    {
      self->schedule.n_failures++;
      ts_monitor_take_failure (self, error);
    }
  if (is_running (self) && self->exchange == NULL)
    schedule_next (self);
}

static void
leave (TsMonitor *self,
       TsMonitorState state)
{
  ts_monitor_clear_timer (self);
  g_cancellable_cancel (self->exchange);
  ts_monitor_set_state (self, state);
}

/**
 * ts_monitor_start:
 * @self: a monitor
 *
 * Begins to measure, at once; does nothing where it does so already. While it runs it is kept alive until
 * ts_monitor_stop() only by its owner and by the exchange under way.
 */
void
ts_monitor_start (TsMonitor *self)
{
  if (is_running (self))
    return;
  self->schedule.n_samples = 0;
  self->schedule.n_failures = 0;
  g_clear_error (&self->error);
  ts_monitor_set_state (self, TS_MONITOR_STARTING);
  ts_monitor_retry (self);
}

/**
 * ts_monitor_start_paused:
 * @self: a monitor, stopped
 *
 * As ts_monitor_start() and ts_monitor_pause(), but nothing is asked and nothing noted.
 */
void
ts_monitor_start_paused (TsMonitor *self)
{
  g_return_if_fail (self->state == TS_MONITOR_STOPPED);

  ts_monitor_set_state (self, TS_MONITOR_PAUSED);
}

/**
 * ts_monitor_stop:
 * @self: a monitor
 *
 * Asks no more and gives up what is under way, which counts as nothing.
 */
void
ts_monitor_stop (TsMonitor *self)
{
  leave (self, TS_MONITOR_STOPPED);
}

/**
 * ts_monitor_pause:
 * @self: a monitor
 *
 * As ts_monitor_stop(), but the history notes the pause. Does nothing unless it runs.
 */
void
ts_monitor_pause (TsMonitor *self)
{
  if (!is_running (self))
    return;
  ts_history_add_gap (self->history, TS_ENTRY_PAUSED, ts_clock_get_now_ns (self->clock));
  ts_limit_pause (&self->limit);
  leave (self, TS_MONITOR_PAUSED);
}

/**
 * ts_monitor_resume:
 * @self: a monitor
 *
 * Goes on after a pause; does nothing where there is none.
 */
void
ts_monitor_resume (TsMonitor *self)
{
  if (self->state == TS_MONITOR_PAUSED)
    ts_monitor_start (self);
}

/**
 * ts_monitor_retry:
 * @self: a monitor that runs
 *
 * Does not wait for the next exchange's time but begins it now; does nothing while one is under way.
 */
void
ts_monitor_retry (TsMonitor *self)
{
  g_return_if_fail (is_running (self));

  ts_monitor_clear_timer (self);
  if (self->exchange != NULL)
    return;
  self->exchange = g_cancellable_new ();
  self->started_ns = ts_clock_get_monotonic_ns (self->clock);
  self->random = g_random_int ();
  ts_probe_exchange_async (self->probe, self->exchange, got_exchange, g_object_ref (self));
}

/**
 * ts_monitor_get_until_next_ns:
 * @self: a monitor
 *
 * Returns: the nanoseconds until the next exchange begins, 0 when it is due or under way
 */
gint64
ts_monitor_get_until_next_ns (TsMonitor *self)
{
  gint64 next_ns = self->started_ns + ts_schedule_next_ns (&self->schedule, self->random);

  return self->exchange != NULL ? 0 : MAX (next_ns - ts_clock_get_monotonic_ns (self->clock), 0);
}

/**
 * ts_monitor_get_interval_ns:
 * @self: a monitor
 *
 * Returns: the nanoseconds from one exchange to the next while all goes well, on the average
 */
gint64
ts_monitor_get_interval_ns (TsMonitor *self)
{
  return self->schedule.interval_ns;
}

/**
 * ts_monitor_set_interval_ns:
 * @self: a monitor
 * @interval_ns: from 0.1 seconds to an hour; brought into that range
 *
 * Chooses the interval, in place of the probe's usual one; it counts from the last exchange. Where the server
 * may not be asked that often it is longer.
 */
void
ts_monitor_set_interval_ns (TsMonitor *self,
                            gint64 interval_ns)
{
  interval_ns = CLAMP (interval_ns, TS_SCHEDULE_MIN_INTERVAL_NS, TS_SCHEDULE_MAX_INTERVAL_NS);
  self->has_interval = TRUE;
  if (interval_ns == self->schedule.interval_ns)
    return;
  self->schedule.interval_ns = interval_ns;
  if (self->timer != NULL)
    schedule_next (self);
  g_object_notify (G_OBJECT (self), "interval-ns");
}

/**
 * ts_monitor_set_punctual:
 * @self: a monitor
 * @is_punctual: whether exchanges come exactly an interval apart; else, as at first, the first few come in a
 *   burst and the others an interval apart give or take a tenth
 */
void
ts_monitor_set_punctual (TsMonitor *self,
                         gboolean is_punctual)
{
  self->schedule.is_punctual = is_punctual;
}
