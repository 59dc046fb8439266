/* Repeats exchanges with one server and signals what they bring.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "monitor/ts-monitor.h"

#include "measure/estimate/ts-certainty.h"
#include "measure/ts-schedule.h"
#include "measure/ts-time.h"
#include "ts-source.h"

#define HISTORY_CAPACITY 1000000 /* more than a day at 10 Hz; memory is taken only as it fills */

struct _TsMonitor
{
  GObject parent_instance;

  TsProbe *probe;
  char *name; /* what the server is called */
  TsClock *clock;
  GNetworkMonitor *network; /* (nullable) */
  TsHistory *history; /* (nullable) */
  TsEstimator *estimator;
  TsCertaintyHold hold;
  TsSample last_sample;
  TsClockEvent last_event; /* between the last sample and the one before it */
  gint64 last_event_size_ns;
  TsLimit limit; /* set by the user */
  TsMonitorState state;
  GError *error; /* (nullable): why the last exchange failed */
  TsSchedule schedule;
  gboolean has_interval; /* whether one was set; otherwise the probe's usual one is taken */
  guint32 random; /* varies the pause before the next exchange */
  GCancellable *exchange; /* (nullable): one is under way */
  gboolean had_network;   /* whether there was a network, since the last sample, when an exchange began; true if nothing tells */
  gboolean is_offline;    /* whether the last exchange failed because there is no network */
  gint64 started_ns;      /* monotonic: when the last exchange began */
  GSource *timer;         /* (nullable): until the next one */
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_NAME,
  PROP_INTERVAL_NS,
  PROP_LIMIT_NS,
  N_PROPS
};

enum
{
  SIGNAL_SAMPLE,
  SIGNAL_FAILURE,
  SIGNAL_LIMIT_CROSSED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_ENUM_TYPE (TsMonitorState, ts_monitor_state,
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_MEASURING, "measuring"),
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_FAILING, "failing"),
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_PAUSED, "paused"))

G_DEFINE_FINAL_TYPE (TsMonitor, ts_monitor, G_TYPE_OBJECT)

static void
set_state (TsMonitor *self,
           TsMonitorState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static gboolean
is_online (TsMonitor *self)
{
  return self->network == NULL || g_network_monitor_get_network_available (self->network);
}

/* The first samples of a segment overrule each other too soon to be held to what they say. */
static void
follow_certainty (TsMonitor *self,
                  TsEstimate *estimate)
{
  if (estimate->n_samples < TS_SCHEDULE_BURST)
    self->hold = (TsCertaintyHold) { 0 };
  else
    ts_certainty_hold_follow (&self->hold, estimate);
}

/* Notes an exchange that succeeded, and signals it. */
static void
take_sample (TsMonitor *self,
             const TsSample *sample)
{
  TsEstimate estimate;
  TsLimitEvent limit_event;

  self->last_event = ts_estimator_add (self->estimator, sample, &self->last_event_size_ns);
  self->last_sample = *sample;
  self->had_network = is_online (self);
  ts_estimator_get (self->estimator, sample->exchange.t4_ns, &estimate);
  follow_certainty (self, &estimate);
  if (self->history != NULL)
    ts_history_add_sample (self->history, sample, &estimate, self->last_event);
  if (self->history != NULL && self->last_event == TS_CLOCK_EVENT_STEP_PROBABLE)
    ts_history_note_step (self->history, self->last_event_size_ns);
  limit_event = ts_limit_add (&self->limit, estimate.proven_min_ns, estimate.proven_max_ns);
  g_clear_error (&self->error);
  set_state (self, TS_MONITOR_MEASURING);
  g_signal_emit (self, signals[SIGNAL_SAMPLE], 0, sample);
  if (limit_event != TS_LIMIT_EVENT_NONE)
    g_signal_emit (self, signals[SIGNAL_LIMIT_CROSSED], 0, limit_event == TS_LIMIT_EVENT_CROSSED);
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static void
add_gap (TsMonitor *self,
         TsEntryKind kind)
{
  if (self->history != NULL)
    ts_history_add_gap (self->history, kind, ts_clock_get_now_ns (self->clock));
}

/* Returns: whether the exchange failed because there is no network. What timed out counts as lost, unless the network has
 * gone away since the last sample, because GNetworkMonitor does not see a network without a default route. A connection
 * that is kept takes requests after the network went. */
static gboolean
lacks_network (TsMonitor *self,
               const GError *error)
{
  if (is_online (self))
    return FALSE;
  return error->domain == G_RESOLVER_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
         (self->had_network && (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
                                g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)));
}

/* Notes an exchange that failed, and signals why. */
static void
take_failure (TsMonitor *self,
              const GError *error)
{
  g_debug ("%s", error->message);
  self->is_offline = lacks_network (self, error);
  add_gap (self, self->is_offline ? TS_ENTRY_OFFLINE : is_refusal (error) ? TS_ENTRY_REFUSED : TS_ENTRY_LOST);
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  set_state (self, TS_MONITOR_FAILING);
  /* Not our copy, because a handler that starts the monitor again clears that. */
  g_signal_emit (self, signals[SIGNAL_FAILURE], 0, error);
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

/* How often the server may be asked depends on the server and on its answers. */
static void
update_schedule (TsMonitor *self)
{
  self->schedule.min_interval_ns = ts_probe_get_min_interval_ns (self->probe);
  if (!self->has_interval)
    self->schedule.interval_ns = ts_probe_get_default_interval_ns (self->probe);
}

/* The next exchange comes a pause after the last one began, or at once if the pause has passed. */
static void
schedule_next (TsMonitor *self)
{
  ts_source_clear (&self->timer);
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
  /* An exchange that was cancelled may have succeeded or failed all the same. */
  gboolean was_given_up = g_cancellable_is_cancelled (self->exchange);

  g_clear_object (&self->exchange);
  update_schedule (self);
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
      take_sample (self, &sample);
    }
  else
    {
      self->schedule.n_failures++;
      take_failure (self, error);
    }
  if (is_running (self) && self->exchange == NULL)
    schedule_next (self);
}

static void
leave (TsMonitor *self,
       TsMonitorState state)
{
  ts_source_clear (&self->timer);
  g_cancellable_cancel (self->exchange);
  set_state (self, state);
}

static void
ts_monitor_dispose (GObject *object)
{
  TsMonitor *self = TS_MONITOR (object);

  ts_source_clear (&self->timer);
  g_clear_object (&self->probe);
  g_clear_object (&self->clock);
  g_clear_object (&self->network);
  G_OBJECT_CLASS (ts_monitor_parent_class)->dispose (object);
}

static void
ts_monitor_finalize (GObject *object)
{
  TsMonitor *self = TS_MONITOR (object);

  g_free (self->name);
  g_clear_error (&self->error);
  g_clear_pointer (&self->history, ts_history_free);
  g_clear_pointer (&self->estimator, ts_estimator_free);
  G_OBJECT_CLASS (ts_monitor_parent_class)->finalize (object);
}

static void
ts_monitor_get_property (GObject *object,
                         guint property_id,
                         GValue *value,
                         GParamSpec *pspec)
{
  TsMonitor *self = TS_MONITOR (object);

  switch (property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_INTERVAL_NS:
      g_value_set_int64 (value, self->schedule.interval_ns);
      break;
    case PROP_LIMIT_NS:
      g_value_set_int64 (value, self->limit.limit_ns);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_monitor_set_property (GObject *object,
                         guint property_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_NAME:
      ts_monitor_set_name (TS_MONITOR (object), g_value_get_string (value));
      break;
    case PROP_INTERVAL_NS:
      ts_monitor_set_interval_ns (TS_MONITOR (object), g_value_get_int64 (value));
      break;
    case PROP_LIMIT_NS:
      ts_monitor_set_limit_ns (TS_MONITOR (object), g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_monitor_class_init (TsMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_monitor_dispose;
  object_class->finalize = ts_monitor_finalize;
  object_class->get_property = ts_monitor_get_property;
  object_class->set_property = ts_monitor_set_property;

  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, TS_TYPE_MONITOR_STATE, TS_MONITOR_STOPPED,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_INTERVAL_NS] =
    g_param_spec_int64 ("interval-ns", NULL, NULL,
                        TS_SCHEDULE_MIN_INTERVAL_NS, TS_SCHEDULE_MAX_INTERVAL_NS, TS_NS_PER_S,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LIMIT_NS] =
    g_param_spec_int64 ("limit-ns", NULL, NULL, 0, TS_LIMIT_MAX_NS, 0,
                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TsMonitor::sample:
   * @sample: (type gpointer): a #TsSample, valid during the emission
   *
   * An exchange succeeded; history and state have it already.
   */
  signals[SIGNAL_SAMPLE] =
    g_signal_new ("sample", TS_TYPE_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_POINTER);
  /**
   * TsMonitor::failure:
   * @error: why
   *
   * An exchange failed; history, state and ts_monitor_get_error() have it already.
   */
  signals[SIGNAL_FAILURE] =
    g_signal_new ("failure", TS_TYPE_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * TsMonitor::limit-crossed:
   * @is_outside: whether the offset is certainly outside its limit now; else it is certainly within it again
   *
   * The limit was crossed, as ts_limit_add() decides. This comes after the signal of the sample.
   */
  signals[SIGNAL_LIMIT_CROSSED] =
    g_signal_new ("limit-crossed", TS_TYPE_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
ts_monitor_init (TsMonitor *self)
{
  self->history = ts_history_new (HISTORY_CAPACITY);
  self->estimator = ts_estimator_new ();
  self->limit.n_samples = TS_LIMIT_DEFAULT_N_SAMPLES;
}

/**
 * ts_monitor_new:
 * @probe: exchanges with the server; only the monitor uses it from now on
 * @clock: the clock that times the exchanges and stamps the gaps
 *
 * Returns: (transfer full): a monitor, stopped, with the interval that is usual for its probe
 */
TsMonitor *
ts_monitor_new (TsProbe *probe,
                TsClock *clock)
{
  TsMonitor *self = g_object_new (TS_TYPE_MONITOR, NULL);

  self->probe = g_object_ref (probe);
  self->name = ts_monitor_get_shown_address (self);
  self->clock = g_object_ref (clock);
  update_schedule (self);
  return self;
}

/**
 * ts_monitor_start:
 * @self: a monitor
 *
 * Begins to measure at once; does nothing if it runs already. While it runs it is kept alive until ts_monitor_stop()
 * only by its owner and by the exchange under way.
 */
void
ts_monitor_start (TsMonitor *self)
{
  if (is_running (self))
    return;
  self->schedule.n_samples = 0;
  self->schedule.n_failures = 0;
  g_clear_error (&self->error);
  set_state (self, TS_MONITOR_STARTING);
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

  set_state (self, TS_MONITOR_PAUSED);
}

/**
 * ts_monitor_stop:
 * @self: a monitor
 *
 * Stops asking and gives up the exchange under way, which is not counted.
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
  add_gap (self, TS_ENTRY_PAUSED);
  ts_limit_pause (&self->limit);
  leave (self, TS_MONITOR_PAUSED);
}

/**
 * ts_monitor_resume:
 * @self: a monitor
 *
 * Goes on after a pause; does nothing if there is none.
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
 * Begins the next exchange now, without waiting for its time; does nothing while one is under way.
 */
void
ts_monitor_retry (TsMonitor *self)
{
  g_return_if_fail (is_running (self));

  ts_source_clear (&self->timer);
  if (self->exchange != NULL)
    return;
  self->exchange = g_cancellable_new ();
  self->had_network |= is_online (self);
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
 * Returns: the mean nanoseconds from one exchange to the next while none fails
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
 * Chooses the interval, in place of the probe's usual one; it counts from the last exchange. It is longer if the server
 * may not be asked that often.
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERVAL_NS]);
}

/**
 * ts_monitor_set_punctual:
 * @self: a monitor
 * @is_punctual: whether exchanges come exactly an interval apart, failed or not; else, as at first, the first few
 *   come in a burst, the others an interval apart give or take a tenth, and after failures they come more slowly
 */
void
ts_monitor_set_punctual (TsMonitor *self,
                         gboolean is_punctual)
{
  self->schedule.is_punctual = is_punctual;
}

/**
 * ts_monitor_set_network:
 * @self: a monitor
 * @network: tells whether this computer is connected to a network
 *
 * From now on an exchange that fails only because this computer is not connected counts as none: the history notes
 * %TS_ENTRY_OFFLINE for it. Otherwise it counts as lost.
 */
void
ts_monitor_set_network (TsMonitor *self,
                        GNetworkMonitor *network)
{
  g_set_object (&self->network, network);
}

/**
 * ts_monitor_is_offline:
 * @self: a monitor
 *
 * Returns: whether the last exchange failed only because this computer is not connected to a network
 */
gboolean
ts_monitor_is_offline (TsMonitor *self)
{
  return self->state == TS_MONITOR_FAILING && self->is_offline;
}

/**
 * ts_monitor_get_state:
 * @self: a monitor
 *
 * Returns: what it is doing
 */
TsMonitorState
ts_monitor_get_state (TsMonitor *self)
{
  return self->state;
}

/**
 * ts_monitor_get_address:
 * @self: a monitor
 *
 * Returns: (transfer full): the address of its server in ASCII, to be saved and compared
 */
char *
ts_monitor_get_address (TsMonitor *self)
{
  return ts_address_to_string (ts_probe_get_target (self->probe));
}

/**
 * ts_monitor_get_shown_address:
 * @self: a monitor
 *
 * Returns: (transfer full): the address of its server for people
 */
char *
ts_monitor_get_shown_address (TsMonitor *self)
{
  return ts_address_to_display (ts_probe_get_target (self->probe));
}

/**
 * ts_monitor_get_name:
 * @self: a monitor
 *
 * Returns: (transfer none): what the server is called: its address, unless the user named it
 */
const char *
ts_monitor_get_name (TsMonitor *self)
{
  return self->name;
}

/**
 * ts_monitor_set_name:
 * @self: a monitor
 * @name: (nullable): what to call the server; where this is %NULL or empty, its address
 */
void
ts_monitor_set_name (TsMonitor *self,
                     const char *name)
{
  g_autofree char *wanted = name != NULL && *name != '\0' ? g_strdup (name)
                                                          : ts_monitor_get_shown_address (self);

  if (g_strcmp0 (wanted, self->name) == 0)
    return;
  g_free (self->name);
  self->name = g_steal_pointer (&wanted);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

/**
 * ts_monitor_get_probe:
 * @self: a monitor
 *
 * Returns: (transfer none): the probe, to ask for its target, protocol and remote address
 */
TsProbe *
ts_monitor_get_probe (TsMonitor *self)
{
  return self->probe;
}

/**
 * ts_monitor_get_clock:
 * @self: a monitor
 *
 * Returns: (transfer none): this computer's clock
 */
TsClock *
ts_monitor_get_clock (TsMonitor *self)
{
  return self->clock;
}

/**
 * ts_monitor_get_limit:
 * @self: a monitor
 *
 * Returns: (transfer none): how far the clocks may be apart, and what the samples until now say about that
 */
const TsLimit *
ts_monitor_get_limit (TsMonitor *self)
{
  return &self->limit;
}

/**
 * ts_monitor_set_limit_ns:
 * @self: a monitor
 * @limit_ns: how far the clocks may be apart, at most a day; 0 for no limit
 *
 * #TsMonitor::limit-crossed reports when they are, from the next samples on.
 */
void
ts_monitor_set_limit_ns (TsMonitor *self,
                         gint64 limit_ns)
{
  limit_ns = CLAMP (limit_ns, 0, TS_LIMIT_MAX_NS);
  if (limit_ns == self->limit.limit_ns)
    return;
  ts_limit_set (&self->limit, limit_ns);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIMIT_NS]);
}

/**
 * ts_monitor_set_limit_samples:
 * @self: a monitor
 * @n_samples: how many samples in a row it takes to say that the limit is crossed
 */
void
ts_monitor_set_limit_samples (TsMonitor *self,
                              guint n_samples)
{
  self->limit.n_samples = n_samples;
}

/**
 * ts_monitor_get_history:
 * @self: a monitor
 *
 * Returns: (transfer none) (nullable): all exchanges until now; lives as long as the monitor. %NULL after
 *   ts_monitor_drop_history()
 */
const TsHistory *
ts_monitor_get_history (TsMonitor *self)
{
  return self->history;
}

/**
 * ts_monitor_drop_history:
 * @self: a monitor
 *
 * Forgets the exchanges until now, and keeps none from now on, for programs that measure for months and show the
 * present only. The estimate needs no history.
 */
void
ts_monitor_drop_history (TsMonitor *self)
{
  g_clear_pointer (&self->history, ts_history_free);
}

/**
 * ts_monitor_get_error:
 * @self: a monitor
 *
 * Returns: (transfer none) (nullable): why the last exchange failed; %NULL if it did not
 */
const GError *
ts_monitor_get_error (TsMonitor *self)
{
  return self->error;
}

/**
 * ts_monitor_get_estimate:
 * @self: a monitor
 * @at_ns: the instant, by this computer's clock; usually now
 * @estimate: (out caller-allocates): what all samples until now say of it, and by ts_certainty_hold_apply() what is said
 *   of its sign
 *
 * Returns: whether there was any sample
 */
gboolean
ts_monitor_get_estimate (TsMonitor *self,
                         gint64 at_ns,
                         TsEstimate *estimate)
{
  if (!ts_estimator_get (self->estimator, at_ns, estimate))
    return FALSE;
  ts_certainty_hold_apply (&self->hold, estimate);
  return TRUE;
}

/**
 * ts_monitor_get_settled_estimate:
 * @self: a monitor that keeps its history
 * @at_ns: the instant, by this computer's clock; usually now
 * @estimate: (out caller-allocates): what all samples until now say of it
 *
 * As ts_monitor_get_estimate(), for people: the first exchanges come in a burst, and each of them overrules the ones
 * before.
 *
 * Returns: whether there was any sample, and the first burst is over
 */
gboolean
ts_monitor_get_settled_estimate (TsMonitor *self,
                                 gint64 at_ns,
                                 TsEstimate *estimate)
{
  const TsHistoryEntry *last = ts_history_get_last (self->history);
  gboolean may_go_on = last != NULL && self->state == TS_MONITOR_MEASURING && at_ns - last->at_ns < TS_NS_PER_S;

  if (may_go_on &&
      (ts_history_get_length (self->history) == 1 || ts_history_get_settled_ns (self->history) > last->at_ns))
    return FALSE;
  return ts_monitor_get_estimate (self, at_ns, estimate);
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
