/* The list of servers: which are measured, which is chosen, and what is kept of them.
 *
 * Whatever changes here is saved in the settings at once, so that the next window begins with the same list. It knows
 * no widget: the window shows it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-servers.h"

#include <math.h>

#include "measure/ts-time.h"
#include "servers/ts-alarm.h"
#include "servers/ts-recent-hosts.h"

/* A removed server keeps its history in memory until it can no longer be brought back. Servers that are removed at once
 * come back at once. */
#define MAX_REMOVALS 8

const double ts_servers_intervals_s[TS_SERVERS_N_INTERVALS] = { 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 600, 3600 };

struct _TsServers
{
  GObject parent_instance;

  GSettings *settings;
  TsClock *clock;
  TsNewProbe new_probe;
  TsEnsemble *ensemble;
  TsOverlays *overlays;
  TsAlarm *alarm;
  TsMonitor *chosen;   /* (nullable): %NULL while the list is empty */
  GPtrArray *selected; /* of TsMonitor: the chosen one, and what else of the list is paused and removed with it */
  GPtrArray *removals; /* of Removal, the latest last */
};

typedef struct
{
  TsMonitor *monitor;
  guint position;
  gboolean was_paused;
  guint number; /* the same for servers that were removed at once */
} Removal;

enum
{
  PROP_0,
  PROP_CHOSEN,
  PROP_INTERVAL_SECONDS,
  PROP_IS_PAUSED,
  PROP_IS_OVERLAID,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsServers, ts_servers, G_TYPE_OBJECT)

static void
free_removal (gpointer data)
{
  Removal *removal = data;

  g_object_unref (removal->monitor);
  g_free (removal);
}

/* Saves the list and tells that it, or one of its servers, is no longer what it was. */
static void
save (TsServers *self)
{
  ts_saved_servers_save (self->settings, self->ensemble);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERVAL_SECONDS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_PAUSED]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
overlays_changed (TsServers *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_OVERLAID]);
}

/* Writes down the last offset, if the server has answered. */
static void
record_recent (TsServers *self,
               TsMonitor *monitor)
{
  const TsHistoryEntry *last = ts_history_get_last (ts_monitor_get_history (monitor));
  g_autofree char *host = ts_monitor_get_address (monitor);
  TsEstimate estimate;

  if (last != NULL && ts_monitor_get_estimate (monitor, last->at_ns, &estimate))
    ts_recent_hosts_record (self->settings, host, &estimate);
}

/* A server is a recent host from its first answer on, so that it stays one even if the program crashes. */
static void
got_sample (TsServers *self,
            const TsSample *sample,
            TsMonitor *monitor)
{
  if (ts_history_get_n_samples (ts_monitor_get_history (monitor)) == 1)
    record_recent (self, monitor);
}

static void
watch (TsServers *self,
       TsMonitor *monitor)
{
  ts_monitor_set_network (monitor, g_network_monitor_get_default ());
  g_signal_connect_object (monitor, "notify", G_CALLBACK (save), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "sample", G_CALLBACK (got_sample), self, G_CONNECT_SWAPPED);
}

/* The interval is that of the chosen server, and from now on that of servers that are added. */
static void
set_interval_s (TsServers *self,
                double interval_s)
{
  g_settings_set_double (self->settings, "interval-seconds", interval_s);
  if (self->chosen != NULL)
    ts_monitor_set_interval_ns (self->chosen, llround (interval_s * TS_NS_PER_S));
}

static double
get_interval_s (TsServers *self)
{
  if (self->chosen != NULL)
    return (double) ts_monitor_get_interval_ns (self->chosen) / TS_NS_PER_S;
  return g_settings_get_double (self->settings, "interval-seconds");
}

/* Returns: seconds, or 0 if the user never chose an interval */
static double
get_preferred_interval_s (TsServers *self)
{
  g_autoptr (GVariant) preferred = g_settings_get_user_value (self->settings, "interval-seconds");

  return preferred != NULL ? g_variant_get_double (preferred) : 0;
}

static GPtrArray *
copy_monitors (GPtrArray *monitors)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < monitors->len; i++)
    g_ptr_array_add (copy, g_object_ref (monitors->pdata[i]));
  return copy;
}

static void
set_paused (TsServers *self,
            gboolean is_paused)
{
  g_autoptr (GPtrArray) selected = copy_monitors (self->selected);

  for (guint i = 0; i < selected->len; i++)
    if (is_paused)
      ts_monitor_pause (selected->pdata[i]);
    else
      ts_monitor_resume (selected->pdata[i]);
}

/* Returns: whether all servers are paused that set_paused() would pause */
static gboolean
is_paused (TsServers *self)
{
  for (guint i = 0; i < self->selected->len; i++)
    if (ts_monitor_get_state (self->selected->pdata[i]) != TS_MONITOR_PAUSED)
      return FALSE;
  return self->selected->len > 0;
}

static void
ts_servers_dispose (GObject *object)
{
  TsServers *self = TS_SERVERS (object);

  if (self->ensemble != NULL)
    ts_servers_stop (self);
  g_clear_object (&self->alarm);
  g_clear_object (&self->overlays);
  g_clear_object (&self->ensemble);
  g_clear_object (&self->settings);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (ts_servers_parent_class)->dispose (object);
}

static void
ts_servers_finalize (GObject *object)
{
  g_ptr_array_unref (TS_SERVERS (object)->removals);
  g_ptr_array_unref (TS_SERVERS (object)->selected);
  G_OBJECT_CLASS (ts_servers_parent_class)->finalize (object);
}

static void
ts_servers_get_property (GObject *object,
                         guint property_id,
                         GValue *value,
                         GParamSpec *pspec)
{
  TsServers *self = TS_SERVERS (object);

  switch (property_id)
    {
    case PROP_CHOSEN:
      g_value_set_object (value, self->chosen);
      break;
    case PROP_INTERVAL_SECONDS:
      g_value_set_double (value, get_interval_s (self));
      break;
    case PROP_IS_PAUSED:
      g_value_set_boolean (value, is_paused (self));
      break;
    case PROP_IS_OVERLAID:
      g_value_set_boolean (value, self->chosen != NULL && ts_overlays_find (self->overlays, self->chosen, NULL));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_servers_set_property (GObject *object,
                         guint property_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  TsServers *self = TS_SERVERS (object);

  switch (property_id)
    {
    case PROP_CHOSEN:
      ts_servers_choose (self, g_value_get_object (value));
      break;
    case PROP_INTERVAL_SECONDS:
      set_interval_s (self, g_value_get_double (value));
      break;
    case PROP_IS_PAUSED:
      set_paused (self, g_value_get_boolean (value));
      break;
    case PROP_IS_OVERLAID:
      if (self->chosen != NULL)
        ts_overlays_set (self->overlays, self->chosen, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_servers_class_init (TsServersClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_servers_dispose;
  object_class->finalize = ts_servers_finalize;
  object_class->get_property = ts_servers_get_property;
  object_class->set_property = ts_servers_set_property;

  properties[PROP_CHOSEN] = g_param_spec_object ("chosen", NULL, NULL, TS_TYPE_MONITOR, flags);
  /* These three are the chosen server's; setting them without one does nothing but keep the interval. */
  properties[PROP_INTERVAL_SECONDS] = g_param_spec_double ("interval-seconds", NULL, NULL, 0.1, 3600, 1, flags);
  properties[PROP_IS_PAUSED] = g_param_spec_boolean ("is-paused", NULL, NULL, FALSE, flags);
  properties[PROP_IS_OVERLAID] = g_param_spec_boolean ("is-overlaid", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TsServers::changed:
   *
   * The list is no longer the same, or another server is chosen, or one of them has another name, state or interval, or
   * another removal can be undone.
   */
  signals[CHANGED] = g_signal_new ("changed", TS_TYPE_SERVERS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
ts_servers_init (TsServers *self)
{
  self->removals = g_ptr_array_new_with_free_func (free_removal);
  self->selected = g_ptr_array_new_with_free_func (g_object_unref);
  self->ensemble = ts_ensemble_new ();
}

/* Lists the servers that were saved, and chooses the one that was chosen, or else the first. */
static void
restore (TsServers *self)
{
  g_autofree char *host = g_settings_get_string (self->settings, "chosen-server");
  TsMonitor *chosen;

  ts_saved_servers_load (self->settings, self->ensemble, self->new_probe, self->clock);
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    watch (self, ts_ensemble_get (self->ensemble, i));
  chosen = ts_ensemble_find_host (self->ensemble, host);
  if (chosen == NULL && ts_ensemble_get_length (self->ensemble) > 0)
    chosen = ts_ensemble_get (self->ensemble, 0);
  ts_servers_choose (self, chosen);
}

/**
 * ts_servers_new:
 * @settings: the application's
 * @clock: this computer's
 * @new_probe: makes the probe of each server that is added
 * @application: sends the notifications of servers that cross their limits
 *
 * Returns: (transfer full): the list as it was saved, already being measured
 */
TsServers *
ts_servers_new (GSettings *settings,
                TsClock *clock,
                TsNewProbe new_probe,
                GApplication *application)
{
  TsServers *self = g_object_new (TS_TYPE_SERVERS, NULL);

  self->settings = g_object_ref (settings);
  self->clock = g_object_ref (clock);
  self->new_probe = new_probe;
  self->overlays = ts_overlays_new (self->ensemble, settings);
  self->alarm = ts_alarm_new (self->ensemble, settings, application);
  restore (self);
  g_signal_connect_object (self->overlays, "changed", G_CALLBACK (overlays_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->ensemble, "items-changed", G_CALLBACK (save), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ts_servers_stop:
 * @self: a list that will not be used again
 *
 * Ends all measuring, and writes down the last offsets among the recent hosts. From now on no server is chosen, nothing
 * is saved, and notifications are withdrawn.
 */
void
ts_servers_stop (TsServers *self)
{
  g_clear_object (&self->alarm);
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    {
      g_signal_handlers_disconnect_by_data (ts_ensemble_get (self->ensemble, i), self);
      record_recent (self, ts_ensemble_get (self->ensemble, i));
    }
  if (self->chosen != NULL)
    {
      g_clear_object (&self->chosen);
      g_ptr_array_set_size (self->selected, 0);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN]);
    }
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    ts_monitor_stop (ts_ensemble_get (self->ensemble, i));
}

/**
 * ts_servers_get_ensemble:
 * @self: a list
 *
 * Returns: (transfer none): its servers in their order, as a list model
 */
TsEnsemble *
ts_servers_get_ensemble (TsServers *self)
{
  return self->ensemble;
}

/**
 * ts_servers_get_settings:
 * @self: the servers
 *
 * Returns: (transfer none): the application's
 */
GSettings *
ts_servers_get_settings (TsServers *self)
{
  return self->settings;
}

/**
 * ts_servers_get_overlays:
 * @self: a list
 *
 * Returns: (transfer none): which of its servers are overlaid on the charts of the others
 */
TsOverlays *
ts_servers_get_overlays (TsServers *self)
{
  return self->overlays;
}

/**
 * ts_servers_get_chosen:
 * @self: a list
 *
 * Returns: (transfer none) (nullable): the chosen server; %NULL while the list is empty
 */
TsMonitor *
ts_servers_get_chosen (TsServers *self)
{
  return self->chosen;
}

/**
 * ts_servers_choose:
 * @self: a list
 * @monitor: (nullable): one of its servers; %NULL if it has none
 */
void
ts_servers_choose (TsServers *self,
                   TsMonitor *monitor)
{
  g_autofree char *address = monitor != NULL ? ts_monitor_get_address (monitor) : g_strdup ("");

  if (!g_set_object (&self->chosen, monitor))
    return;
  if (monitor == NULL || !g_ptr_array_find (self->selected, monitor, NULL))
    {
      g_ptr_array_set_size (self->selected, 0);
      if (monitor != NULL)
        g_ptr_array_add (self->selected, g_object_ref (monitor));
    }
  g_settings_set_string (self->settings, "chosen-server", address);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_OVERLAID]);
  save (self);
}

/**
 * ts_servers_select:
 * @self: a list
 * @selected: (element-type TsMonitor): servers of the list, the one to choose first if the chosen one is not among them;
 *   if there are none, nothing changes
 *
 * Selects several servers, which are paused and removed at once. Choosing a server that is not among them selects that
 * one alone.
 */
void
ts_servers_select (TsServers *self,
                   GPtrArray *selected)
{
  if (selected->len == 0)
    return;
  g_ptr_array_unref (self->selected);
  self->selected = copy_monitors (selected);
  if (!g_ptr_array_find (selected, self->chosen, NULL))
    ts_servers_choose (self, selected->pdata[0]);
  else
    save (self);
}

/**
 * ts_servers_get_selected:
 * @self: a list
 *
 * Returns: (transfer none) (element-type TsMonitor): the servers that are selected; the chosen one is always among them
 */
GPtrArray *
ts_servers_get_selected (TsServers *self)
{
  return self->selected;
}

/**
 * ts_servers_add:
 * @self: a list
 * @address: a server's
 *
 * Puts that server at the end of the list, unless it is listed already, chooses and measures it, even if it was
 * paused.
 */
void
ts_servers_add (TsServers *self,
                const TsAddress *address)
{
  g_autofree char *host = ts_address_to_string (address);
  g_autoptr (TsMonitor) added = NULL;
  TsMonitor *monitor = ts_ensemble_find_host (self->ensemble, host);

  if (monitor == NULL)
    {
      monitor = added = ts_saved_servers_new_monitor (address, self->new_probe, self->clock,
                                                      get_preferred_interval_s (self));
      watch (self, added);
      ts_ensemble_append (self->ensemble, added);
    }
  ts_monitor_start (monitor);
  ts_servers_choose (self, monitor);
}

static void
keep_removal (TsServers *self,
              TsMonitor *monitor,
              guint position,
              guint number)
{
  Removal *removal = g_new (Removal, 1);

  *removal = (Removal) { g_object_ref (monitor), position, ts_monitor_get_state (monitor) == TS_MONITOR_PAUSED, number };
  g_ptr_array_add (self->removals, removal);
  while (((Removal *) self->removals->pdata[0])->number + MAX_REMOVALS <= number)
    g_ptr_array_remove_index (self->removals, 0);
}

static void
remove_server (TsServers *self,
               TsMonitor *removed,
               guint number)
{
  guint position;

  if (!ts_ensemble_find (self->ensemble, removed, &position))
    return;
  g_signal_handlers_disconnect_by_data (removed, self);
  record_recent (self, removed);
  keep_removal (self, removed, position, number);
  ts_ensemble_remove (self->ensemble, position);
  ts_monitor_pause (removed);
}

/* Returns: (transfer none) (nullable): the first server below @removed that stays, or else the last above it */
static TsMonitor *
find_next (TsServers *self,
           TsMonitor *removed,
           GPtrArray *all_removed)
{
  guint position, n_servers = ts_ensemble_get_length (self->ensemble);
  TsMonitor *above = NULL;

  ts_ensemble_find (self->ensemble, removed, &position);
  for (guint i = 0; i < n_servers; i++)
    {
      TsMonitor *monitor = ts_ensemble_get (self->ensemble, i);

      if (g_ptr_array_find (all_removed, monitor, NULL))
        continue;
      if (i > position)
        return monitor;
      above = monitor;
    }
  return above;
}

/**
 * ts_servers_remove_selected:
 * @self: a list
 *
 * Removes the servers that are selected, and chooses the one below the chosen one, or the one above if there is none.
 * ts_servers_undo() brings them back with their histories, which have a pause then.
 */
void
ts_servers_remove_selected (TsServers *self)
{
  g_autoptr (GPtrArray) removed = copy_monitors (self->selected);
  guint n_removals = self->removals->len;
  guint number = n_removals > 0 ? ((Removal *) self->removals->pdata[n_removals - 1])->number + 1 : 0;

  if (removed->len == 0)
    return;
  ts_servers_choose (self, find_next (self, self->chosen, removed));
  for (guint i = 0; i < removed->len; i++)
    remove_server (self, removed->pdata[i], number);
}

/**
 * ts_servers_can_undo:
 * @self: a list
 *
 * Returns: whether ts_servers_undo() would bring back a server
 */
gboolean
ts_servers_can_undo (TsServers *self)
{
  return self->removals->len > 0;
}

/* Returns: (transfer none): the server of that address, which is listed again */
static TsMonitor *
bring_back (TsServers *self,
            const Removal *removal)
{
  g_autofree char *host = ts_monitor_get_address (removal->monitor);
  TsMonitor *present = ts_ensemble_find_host (self->ensemble, host);

  if (present != NULL)
    return present;
  watch (self, removal->monitor);
  ts_ensemble_insert (self->ensemble, MIN (removal->position, ts_ensemble_get_length (self->ensemble)),
                      removal->monitor);
  if (!removal->was_paused)
    ts_monitor_resume (removal->monitor);
  return removal->monitor;
}

/**
 * ts_servers_undo:
 * @self: a list
 *
 * Brings back what was removed last, to its place, and chooses it; several servers that were removed at once are
 * selected. One that was added again since is not brought back, but chosen.
 */
void
ts_servers_undo (TsServers *self)
{
  g_autoptr (GPtrArray) back = g_ptr_array_new ();
  guint number;

  if (!ts_servers_can_undo (self))
    return;
  number = ((Removal *) self->removals->pdata[self->removals->len - 1])->number;
  while (ts_servers_can_undo (self) &&
         ((Removal *) self->removals->pdata[self->removals->len - 1])->number == number)
    {
      Removal *removal = g_ptr_array_steal_index (self->removals, self->removals->len - 1);

      g_ptr_array_add (back, bring_back (self, removal));
      free_removal (removal);
    }
  ts_servers_select (self, back);
  save (self);
}

/**
 * ts_servers_get_dispute:
 * @self: a list
 * @monitor: one of its servers
 * @dispute: (out caller-allocates): whom that server disagrees with, valid until the list changes
 *
 * Returns: whether it disagrees with any
 */
gboolean
ts_servers_get_dispute (TsServers *self,
                        TsMonitor *monitor,
                        TsServerDispute *dispute)
{
  TsMonitor *opponent = ts_ensemble_get_opponent (self->ensemble, monitor, &dispute->gap_ns);

  if (opponent == NULL)
    return FALSE;
  dispute->opponent = ts_monitor_get_name (opponent);
  dispute->is_shown = ts_overlays_find (self->overlays, opponent, NULL);
  return TRUE;
}

/**
 * ts_servers_show_opponent:
 * @self: a list
 *
 * Overlays the server that the chosen one disagrees with, if there is one, so that the chart shows both.
 */
void
ts_servers_show_opponent (TsServers *self)
{
  TsMonitor *opponent = self->chosen != NULL ? ts_ensemble_get_opponent (self->ensemble, self->chosen, NULL) : NULL;

  if (opponent != NULL)
    ts_overlays_set (self->overlays, opponent, TRUE);
}

/**
 * ts_servers_move:
 * @self: a list
 * @monitor: one of its servers
 * @by: how many places down the list; negative for up
 *
 * Does nothing if there are not that many places.
 */
void
ts_servers_move (TsServers *self,
                 TsMonitor *monitor,
                 int by)
{
  guint position;
  int to;

  if (!ts_ensemble_find (self->ensemble, monitor, &position))
    return;
  to = (int) position + by;
  if (to >= 0 && to < (int) ts_ensemble_get_length (self->ensemble))
    ts_ensemble_move (self->ensemble, position, (guint) to);
}
