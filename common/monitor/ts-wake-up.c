/* Measures again at once when the network comes back, or this computer wakes up.
 *
 * Without it a server that could not be reached would be asked only after its pause, which may have grown to half a
 * minute. An exchange that was due while the computer slept would come later by the time of the sleep.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "monitor/ts-wake-up.h"

struct _TsWakeUp
{
  GObject parent_instance;

  TsEnsemble *ensemble;
  GNetworkMonitor *network;
  GDBusConnection *bus; /* (nullable) */
  guint subscription_id;
};

G_DEFINE_FINAL_TYPE (TsWakeUp, ts_wake_up, G_TYPE_OBJECT)

static void
network_changed (TsWakeUp *self,
                 gboolean is_available)
{
  if (!is_available)
    return;
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    {
      TsMonitor *monitor = ts_ensemble_get (self->ensemble, i);

      if (ts_monitor_get_state (monitor) == TS_MONITOR_FAILING)
        ts_monitor_retry (monitor);
    }
}

static void
sleep_changed (GDBusConnection *bus,
               const char *sender,
               const char *path,
               const char *interface,
               const char *signal,
               GVariant *parameters,
               gpointer user_data)
{
  TsWakeUp *self = user_data;
  gboolean is_about_to_sleep;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &is_about_to_sleep);
  if (is_about_to_sleep)
    return;
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    {
      TsMonitorState state = ts_monitor_get_state (ts_ensemble_get (self->ensemble, i));

      if (state == TS_MONITOR_FAILING || state == TS_MONITOR_MEASURING)
        ts_monitor_retry (ts_ensemble_get (self->ensemble, i));
    }
}

static void
ts_wake_up_dispose (GObject *object)
{
  TsWakeUp *self = TS_WAKE_UP (object);

  if (self->subscription_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription_id);
  self->subscription_id = 0;
  g_clear_object (&self->bus);
  g_clear_object (&self->network);
  g_clear_object (&self->ensemble);
  G_OBJECT_CLASS (ts_wake_up_parent_class)->dispose (object);
}

static void
ts_wake_up_class_init (TsWakeUpClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ts_wake_up_dispose;
}

static void
ts_wake_up_init (TsWakeUp *self)
{
}

/**
 * ts_wake_up_new:
 * @ensemble: the monitors that are to measure again
 * @network: tells when the network is back
 *
 * Returns: (transfer full): an object that does this as long as it lives
 */
TsWakeUp *
ts_wake_up_new (TsEnsemble *ensemble,
                GNetworkMonitor *network)
{
  TsWakeUp *self = g_object_new (TS_TYPE_WAKE_UP, NULL);

  self->ensemble = g_object_ref (ensemble);
  self->network = g_object_ref (network);
  g_signal_connect_object (network, "network-changed", G_CALLBACK (network_changed), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * ts_wake_up_set_bus:
 * @self: a wake-up; to be called once
 * @bus: the bus on which org.freedesktop.login1 signals sleep: the system's
 */
void
ts_wake_up_set_bus (TsWakeUp *self,
                    GDBusConnection *bus)
{
  g_return_if_fail (self->bus == NULL);

  self->bus = g_object_ref (bus);
  self->subscription_id =
    g_dbus_connection_signal_subscribe (bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager",
                                        "PrepareForSleep", "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                        sleep_changed, self, NULL);
}

static void
got_system_bus (GObject *source,
                GAsyncResult *result,
                gpointer user_data)
{
  g_autoptr (TsWakeUp) self = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (bus == NULL)
    return;
  /* The program goes on without the bus, so it must not end when the bus does. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  ts_wake_up_set_bus (self, bus);
}

/**
 * ts_wake_up_use_system_bus:
 * @self: a wake-up
 *
 * Finds the system's bus for ts_wake_up_set_bus(). Without a bus, sleep is not noticed.
 */
void
ts_wake_up_use_system_bus (TsWakeUp *self)
{
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, got_system_bus, g_object_ref (self));
}
