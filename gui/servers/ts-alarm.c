/* Sends desktop notifications of servers that cross their limits.
 *
 * Each server has at most one notification: the one that it is back replaces the one that it went outside.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-alarm.h"

#include "servers/ts-server-state.h"
#include "words/ts-join.h"
#include "words/ts-limit-words.h"
#include "words/ts-words.h"

struct _TsAlarm
{
  GObject parent_instance;

  TsEnsemble *ensemble;
  GSettings *settings;
  GApplication *application;
  GPtrArray *watches; /* of Watch, in no order */
  guint reconcile_id;
};

typedef struct
{
  TsMonitor *monitor;
  gboolean is_notified; /* we sent a notification and did not withdraw it; the user may have closed it */
} Watch;

G_DEFINE_FINAL_TYPE (TsAlarm, ts_alarm, G_TYPE_OBJECT)

static void
free_watch (gpointer data)
{
  Watch *watch = data;

  g_object_unref (watch->monitor);
  g_free (watch);
}

/* Returns: (transfer none) (nullable): the watch of @monitor */
static Watch *
find_watch (TsAlarm *self,
            TsMonitor *monitor)
{
  for (guint i = 0; i < self->watches->len; i++)
    {
      Watch *watch = g_ptr_array_index (self->watches, i);

      if (watch->monitor == monitor)
        return watch;
    }
  return NULL;
}

static char *
create_id (const char *address)
{
  return g_strconcat ("limit:", address, NULL);
}

/* Returns: (transfer full): how far the clocks are apart now, as on the page, and whether one was set just before */
static char *
describe_now (TsMonitor *monitor)
{
  const char *name = ts_monitor_get_name (monitor);
  g_autofree char *headline = NULL;
  g_autofree char *certainty = NULL;
  g_autofree char *now_text = NULL;
  g_autofree char *step = ts_server_state_describe_step (ts_monitor_get_history (monitor));
  TsEstimate now;

  ts_monitor_get_estimate (monitor, ts_clock_get_now_ns (ts_monitor_get_clock (monitor)), &now);
  headline = ts_words_headline (&now, name, FALSE);
  certainty = ts_words_certainty (&now);
  now_text = ts_join_statements (headline, certainty);
  return step != NULL ? ts_join_statements (now_text, step) : g_steal_pointer (&now_text);
}

static void
notify (TsAlarm *self,
        Watch *watch,
        gboolean is_outside)
{
  g_autofree char *address = ts_monitor_get_address (watch->monitor);
  g_autofree char *id = create_id (address);
  g_autofree char *title = ts_limit_words_event (ts_monitor_get_limit (watch->monitor)->limit_ns,
                                                 ts_monitor_get_name (watch->monitor), is_outside);
  g_autofree char *body = describe_now (watch->monitor);
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-server", "s", address);
  g_application_send_notification (self->application, id, notification);
  watch->is_notified = TRUE;
}

static void
withdraw (TsAlarm *self,
          Watch *watch)
{
  g_autofree char *address = ts_monitor_get_address (watch->monitor);
  g_autofree char *id = create_id (address);

  if (watch->is_notified)
    g_application_withdraw_notification (self->application, id);
  watch->is_notified = FALSE;
}

static void
limit_crossed (TsAlarm *self,
               gboolean is_outside,
               TsMonitor *monitor)
{
  notify (self, find_watch (self, monitor), is_outside);
}

/* The notification was about the old limit. */
static void
limit_changed (TsAlarm *self,
               GParamSpec *pspec,
               TsMonitor *monitor)
{
  withdraw (self, find_watch (self, monitor));
}

static void
add_watch (TsAlarm *self,
           TsMonitor *monitor)
{
  Watch *watch = g_new (Watch, 1);

  *watch = (Watch) { g_object_ref (monitor), FALSE };
  g_ptr_array_add (self->watches, watch);
  ts_monitor_set_limit_samples (monitor, g_settings_get_uint (self->settings, "limit-samples"));
  g_signal_connect_object (monitor, "limit-crossed", G_CALLBACK (limit_crossed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "notify::limit-ns", G_CALLBACK (limit_changed), self, G_CONNECT_SWAPPED);
  /* The server crossed its limit before it was removed, and an undo brought it back. */
  if (ts_monitor_get_limit (monitor)->is_crossed)
    notify (self, watch, TRUE);
}

static void
remove_watch (TsAlarm *self,
              guint index)
{
  Watch *watch = g_ptr_array_index (self->watches, index);

  withdraw (self, watch);
  g_signal_handlers_disconnect_by_data (watch->monitor, self);
  g_ptr_array_remove_index_fast (self->watches, index);
}

static gboolean
reconcile (gpointer user_data)
{
  TsAlarm *self = user_data;

  self->reconcile_id = 0;
  for (guint i = self->watches->len; i-- > 0;)
    if (!ts_ensemble_find (self->ensemble, ((Watch *) g_ptr_array_index (self->watches, i))->monitor, NULL))
      remove_watch (self, i);
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    if (find_watch (self, ts_ensemble_get (self->ensemble, i)) == NULL)
      add_watch (self, ts_ensemble_get (self->ensemble, i));
  return G_SOURCE_REMOVE;
}

/* Waits for the next turn of the main loop, because a server that is moved in the list is gone for a moment. That must
 * not withdraw and repeat its notification. */
static void
servers_changed (TsAlarm *self)
{
  if (self->reconcile_id == 0)
    self->reconcile_id = g_idle_add_full (G_PRIORITY_DEFAULT, reconcile, self, NULL);
}

static void
limit_samples_changed (TsAlarm *self)
{
  for (guint i = 0; i < self->watches->len; i++)
    ts_monitor_set_limit_samples (((Watch *) g_ptr_array_index (self->watches, i))->monitor,
                                  g_settings_get_uint (self->settings, "limit-samples"));
}

/* Withdraws all notifications, because nothing is measured any longer to keep them true. */
static void
ts_alarm_dispose (GObject *object)
{
  TsAlarm *self = TS_ALARM (object);

  g_clear_handle_id (&self->reconcile_id, g_source_remove);
  while (self->watches->len > 0)
    remove_watch (self, self->watches->len - 1);
  g_clear_object (&self->ensemble);
  g_clear_object (&self->settings);
  g_clear_object (&self->application);
  G_OBJECT_CLASS (ts_alarm_parent_class)->dispose (object);
}

static void
ts_alarm_finalize (GObject *object)
{
  g_ptr_array_unref (TS_ALARM (object)->watches);
  G_OBJECT_CLASS (ts_alarm_parent_class)->finalize (object);
}

static void
ts_alarm_class_init (TsAlarmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_alarm_dispose;
  object_class->finalize = ts_alarm_finalize;
}

static void
ts_alarm_init (TsAlarm *self)
{
  self->watches = g_ptr_array_new_with_free_func (free_watch);
}

/**
 * ts_alarm_new:
 * @ensemble: the servers
 * @settings: the application's
 * @application: sends the notifications; a click on one activates its action `show-server`
 *
 * Sends a notification whenever a server of @ensemble has crossed its limit or is back within it, and withdraws
 * notifications that are no longer true.
 *
 * Returns: (transfer full): an alarm, which watches until it is freed
 */
TsAlarm *
ts_alarm_new (TsEnsemble *ensemble,
              GSettings *settings,
              GApplication *application)
{
  TsAlarm *self = g_object_new (TS_TYPE_ALARM, NULL);

  self->ensemble = g_object_ref (ensemble);
  self->settings = g_object_ref (settings);
  self->application = g_object_ref (application);
  g_signal_connect_object (ensemble, "items-changed", G_CALLBACK (servers_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::limit-samples", G_CALLBACK (limit_samples_changed), self,
                           G_CONNECT_SWAPPED);
  reconcile (self);
  return self;
}
