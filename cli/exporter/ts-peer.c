/* A server that an exporter measures.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exporter/ts-peer.h"

#include "net/probe/ts-probe-words.h"
#include "net/ts-probe-factory.h"

/* A sample is current until so many more should have come. */
#define MAX_AGE_INTERVALS 3

struct _TsPeer
{
  char *target;
  TsMonitor *monitor;
  TsClock *clock;
  gint64 timeout_ns;
  gboolean is_on_demand;
  gint64 asked_ns; /* when it was last asked on demand, by the monotonic clock; 0: never */
  TsPeerCounts counts;
  TsPeerFunc func;
  gpointer user_data;
};

static void
end_exchange (TsPeer *self)
{
  if (self->is_on_demand)
    ts_monitor_stop (self->monitor);
  self->func (self, self->user_data);
}

static void
got_sample (TsMonitor *monitor,
            const TsSample *sample,
            gpointer user_data)
{
  TsPeer *self = user_data;

  ts_peer_counts_add_sample (&self->counts, sample, ts_monitor_get_last_event (monitor, NULL));
  end_exchange (self);
}

static void
got_failure (TsMonitor *monitor,
             const GError *error,
             gpointer user_data)
{
  TsPeer *self = user_data;

  ts_peer_counts_add_failure (&self->counts, ts_probe_words_get_code (error));
  end_exchange (self);
}

/**
 * ts_peer_new:
 * @address: the server
 * @settings: how to measure it
 * @clock: this computer's clock
 * @func: called after each exchange
 * @user_data: for @func
 *
 * Returns: (transfer full): the server, which is not asked so far
 */
TsPeer *
ts_peer_new (const TsAddress *address,
             const TsPeerSettings *settings,
             TsClock *clock,
             TsPeerFunc func,
             gpointer user_data)
{
  TsPeer *self = g_new0 (TsPeer, 1);
  g_autoptr (TsProbe) probe = ts_probe_new_trusting (address, settings->timeout_ns, clock, settings->trust);

  self->target = ts_address_to_string (address);
  self->clock = g_object_ref (clock);
  self->timeout_ns = settings->timeout_ns;
  self->counts.min_round_trip_ns = -1;
  self->func = func;
  self->user_data = user_data;
  self->monitor = ts_monitor_new (probe, clock);
  ts_monitor_drop_history (self->monitor);
  if (settings->interval_ns > 0)
    ts_monitor_set_interval_ns (self->monitor, settings->interval_ns);
  g_signal_connect (self->monitor, "sample", G_CALLBACK (got_sample), self);
  g_signal_connect (self->monitor, "failure", G_CALLBACK (got_failure), self);
  return self;
}

/**
 * ts_peer_free:
 * @self: (transfer full): a server
 */
void
ts_peer_free (TsPeer *self)
{
  ts_monitor_stop (self->monitor);
  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_object_unref (self->monitor);
  g_object_unref (self->clock);
  g_free (self->target);
  g_free (self);
}

/**
 * ts_peer_start:
 * @self: a server
 *
 * Measures it from now on.
 */
void
ts_peer_start (TsPeer *self)
{
  ts_monitor_start (self->monitor);
}

/**
 * ts_peer_ask_once:
 * @self: a server that is not being asked
 *
 * Asks the server once. From now on it is asked on demand only.
 */
void
ts_peer_ask_once (TsPeer *self)
{
  self->is_on_demand = TRUE;
  self->asked_ns = ts_clock_get_monotonic_ns (self->clock);
  ts_monitor_start (self->monitor);
}

/**
 * ts_peer_may_ask:
 * @self: a server
 * @least_interval_ns: the shortest time between two exchanges on demand, unless the server wants a longer one
 *
 * Returns: whether it may be asked again now
 */
gboolean
ts_peer_may_ask (TsPeer *self,
                 gint64 least_interval_ns)
{
  gint64 interval_ns = MAX (least_interval_ns, ts_probe_get_min_interval_ns (ts_monitor_get_probe (self->monitor)));

  return self->asked_ns == 0 || ts_clock_get_monotonic_ns (self->clock) - self->asked_ns >= interval_ns;
}

/**
 * ts_peer_is_asking:
 * @self: a server
 *
 * Returns: whether an exchange is under way on demand
 */
gboolean
ts_peer_is_asking (TsPeer *self)
{
  return ts_monitor_get_state (self->monitor) != TS_MONITOR_STOPPED;
}

/**
 * ts_peer_has_ended_one:
 * @self: a server
 *
 * Returns: whether an exchange has succeeded or failed
 */
gboolean
ts_peer_has_ended_one (TsPeer *self)
{
  return self->counts.n_requests > 0;
}

/**
 * ts_peer_get_monitor:
 * @self: a server
 *
 * Returns: (transfer none): the monitor that measures the server
 */
TsMonitor *
ts_peer_get_monitor (TsPeer *self)
{
  return self->monitor;
}

/**
 * ts_peer_get_target:
 * @self: a server
 *
 * Returns: (transfer none): its address, as a person types it
 */
const char *
ts_peer_get_target (TsPeer *self)
{
  return self->target;
}

/* Returns: whether @sample is current. When exchanges with a server that is measured continuously fail, its sample
 * stays current for a while, because a lost packet says nothing about its clock. The sample of a server that is asked
 * on demand is current if the last exchange succeeded. */
static gboolean
is_current (TsPeer *self,
            const TsSample *sample,
            gint64 now_ns)
{
  gint64 max_age_ns = MAX_AGE_INTERVALS * ts_monitor_get_interval_ns (self->monitor) + self->timeout_ns;

  if (self->is_on_demand)
    return ts_monitor_get_error (self->monitor) == NULL;
  return now_ns - sample->exchange.t4_ns <= max_age_ns;
}

/**
 * ts_peer_get_figures:
 * @self: a server
 * @figures: (out caller-allocates): what is known about the server now; @self owns the texts
 */
void
ts_peer_get_figures (TsPeer *self,
                     TsPeerFigures *figures)
{
  TsProbe *probe = ts_monitor_get_probe (self->monitor);
  TsProtocol protocol = ts_probe_get_protocol (probe);
  gint64 now_ns = ts_clock_get_now_ns (self->clock);

  *figures = (TsPeerFigures) {
    .target = self->target,
    .address = ts_probe_get_remote (probe),
    .protocol = ts_protocol_get_name (protocol),
    .is_authenticated = protocol == TS_PROTOCOL_TLS,
    .counts = &self->counts,
    .sample = ts_monitor_get_last_sample (self->monitor),
  };
  if (figures->sample == NULL || !is_current (self, figures->sample, now_ns))
    return;
  figures->is_current = ts_monitor_get_estimate (self->monitor, now_ns, &figures->estimate);
}
