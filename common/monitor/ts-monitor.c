/* What a monitor is to those who watch it: its properties and signals.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "monitor/ts-monitor-private.h"

#include "measure/ts-time.h"

#define HISTORY_CAPACITY 1000000 /* more than a day at 10 Hz; memory is taken only as it fills */

enum
{
  PROP_0,
  PROP_STATE,
  PROP_NAME,
  PROP_INTERVAL_NS,
  PROP_LIMIT_NS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (TsMonitorState, ts_monitor_state,
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_MEASURING, "measuring"),
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_FAILING, "failing"),
                    G_DEFINE_ENUM_VALUE (TS_MONITOR_PAUSED, "paused"))

G_DEFINE_FINAL_TYPE (TsMonitor, ts_monitor, G_TYPE_OBJECT)

void
ts_monitor_set_state (TsMonitor *self,
                      TsMonitorState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
ts_monitor_dispose (GObject *object)
{
  TsMonitor *self = TS_MONITOR (object);

  ts_monitor_clear_timer (self);
  g_clear_object (&self->probe);
  g_clear_object (&self->clock);
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
   * An exchange succeeded; history and state tell it already.
   */
  g_signal_new ("sample", TS_TYPE_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_POINTER);
  /**
   * TsMonitor::failure:
   * @error: why
   *
   * An exchange failed; history, state and ts_monitor_get_error() tell it already.
   */
  g_signal_new ("failure", TS_TYPE_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
  /**
   * TsMonitor::limit-crossed:
   * @is_outside: whether the offset is certainly outside its limit now; else it is certainly within it again
   *
   * There is something to tell of the limit, as ts_limit_add() has it; it comes after the sample's own signal.
   */
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
 * @probe: whom to ask, and how; the monitor alone uses it from now on
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
  self->name = ts_monitor_get_address (self);
  self->clock = g_object_ref (clock);
  ts_monitor_update_schedule (self);
  return self;
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
 * Returns: (transfer full): the address of its server, as a person types it
 */
char *
ts_monitor_get_address (TsMonitor *self)
{
  return ts_address_to_string (ts_probe_get_target (self->probe));
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
                                                          : ts_monitor_get_address (self);

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
 * Returns: (transfer none): how far the clocks may be apart, and what the samples until now make of that
 */
const TsLimit *
ts_monitor_get_limit (TsMonitor *self)
{
  return &self->limit;
}

/**
 * ts_monitor_set_limit_ns:
 * @self: a monitor
 * @limit_ns: how far the clocks may be apart, at most a day; 0 for as far as they like
 *
 * Whether they are is told by #TsMonitor::limit-crossed, from the next samples on.
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
 * @n_samples: how many samples in a row say that a limit is crossed
 */
void
ts_monitor_set_limit_samples (TsMonitor *self,
                              guint n_samples)
{
  self->limit.n_samples = n_samples;
}
