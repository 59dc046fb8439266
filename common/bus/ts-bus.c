/* What other programs are told: org.timesync.TimeSync1, which data/dbus-1/org.timesync.TimeSync1.xml describes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "bus/ts-bus.h"

#include <ts-bus-interface.h> /* generated */

#include "monitor/ts-monitor.h"

struct _TsBus
{
  GListModel *monitors;
  GPtrArray *followed; /* of TsMonitor: those whose signals are connected */
  GDBusConnection *connection;
  guint registration;
  guint name;
};

static void
add_time (GVariantDict *dict,
          const char *key,
          gint64 value_ns)
{
  g_variant_dict_insert (dict, key, "x", value_ns);
}

/* Returns: (transfer floating): what is known of a server; what is not known is missing */
static GVariant *
describe (TsMonitor *monitor)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *address = ts_monitor_get_address (monitor);
  const TsSample *sample = ts_monitor_get_last_sample (monitor);
  const GError *error = ts_monitor_get_error (monitor);
  gint64 now_ns = ts_clock_get_now_ns (ts_monitor_get_clock (monitor));
  TsEstimate estimate;

  g_variant_dict_insert (&dict, "address", "s", address);
  g_variant_dict_insert (&dict, "name", "s", ts_monitor_get_name (monitor));
  g_variant_dict_insert (&dict, "protocol", "s",
                         ts_protocol_get_name (ts_probe_get_protocol (ts_monitor_get_probe (monitor))));
  if (error != NULL)
    g_variant_dict_insert (&dict, "error", "s", error->message);
  if (sample != NULL && ts_monitor_get_estimate (monitor, now_ns, &estimate))
    {
      add_time (&dict, "offset-ns", estimate.estimate_ns);
      add_time (&dict, "offset-error-ns", estimate.error_ns);
      add_time (&dict, "offset-lower-bound-ns", estimate.proven_min_ns);
      add_time (&dict, "offset-upper-bound-ns", estimate.proven_max_ns);
      add_time (&dict, "round-trip-ns", sample->delay_ns);
      add_time (&dict, "sample-time-ns", sample->exchange.t4_ns);
      add_time (&dict, "age-ns", MAX (now_ns - sample->exchange.t4_ns, 0));
    }
  return g_variant_dict_end (&dict);
}

static GVariant *
describe_all (TsBus *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; i < self->followed->len; i++)
    g_variant_builder_add_value (&builder, describe (self->followed->pdata[i]));
  return g_variant_builder_end (&builder);
}

/* Returns: (nullable): what measures a server */
static TsMonitor *
find (TsBus *self,
      const char *wanted)
{
  for (guint i = 0; i < self->followed->len; i++)
    {
      g_autofree char *address = ts_monitor_get_address (self->followed->pdata[i]);

      if (g_str_equal (address, wanted))
        return self->followed->pdata[i];
    }
  return NULL;
}

static void
got_call (GDBusConnection *connection,
          const char *sender,
          const char *path,
          const char *interface,
          const char *method,
          GVariant *parameters,
          GDBusMethodInvocation *invocation,
          gpointer user_data)
{
  TsBus *self = user_data;
  const char *address;
  TsMonitor *monitor;

  if (g_str_equal (method, "GetServers"))
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@aa{sv})", describe_all (self)));
      return;
    }
  g_variant_get (parameters, "(&s)", &address);
  monitor = find (self, address);
  if (monitor == NULL)
    g_dbus_method_invocation_return_error (invocation, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                                           "%s is not measured", address);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@a{sv})", describe (monitor)));
}

static void
exchange_ended (TsBus *self,
                gpointer outcome,
                TsMonitor *monitor)
{
  g_dbus_connection_emit_signal (self->connection, NULL, TS_BUS_PATH, TS_BUS_NAME, "Changed",
                                 g_variant_new ("(@a{sv})", describe (monitor)), NULL);
}

static void
unfollow (TsBus *self)
{
  for (guint i = 0; i < self->followed->len; i++)
    g_signal_handlers_disconnect_by_data (self->followed->pdata[i], self);
  g_ptr_array_set_size (self->followed, 0);
}

/* Follows the monitors that there are now. */
static void
follow (TsBus *self)
{
  unfollow (self);
  for (guint i = 0; i < g_list_model_get_n_items (self->monitors); i++)
    {
      TsMonitor *monitor = g_list_model_get_item (self->monitors, i);

      g_ptr_array_add (self->followed, monitor);
      g_signal_connect_swapped (monitor, "sample", G_CALLBACK (exchange_ended), self);
      g_signal_connect_swapped (monitor, "failure", G_CALLBACK (exchange_ended), self);
    }
}

/**
 * ts_bus_new:
 * @monitors: a list of #TsMonitor, which may change
 * @connection: to a message bus
 * @lost_name: (nullable): called when it has not got the name, because another program has it or the bus does not allow
 *   it, and when it has lost it
 * @user_data: for @lost_name
 *
 * Owns the name on the bus, as soon as no other program does, and answers there.
 *
 * Returns: (transfer full): what does so
 */
TsBus *
ts_bus_new (GListModel *monitors,
            GDBusConnection *connection,
            GBusNameLostCallback lost_name,
            gpointer user_data)
{
  static const GDBusInterfaceVTable calls = { .method_call = got_call };
  TsBus *self = g_new0 (TsBus, 1);

  self->monitors = g_object_ref (monitors);
  self->connection = g_object_ref (connection);
  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  self->registration =
    g_dbus_connection_register_object (connection, TS_BUS_PATH,
                                       (GDBusInterfaceInfo *) &org_timesync_time_sync1_interface, &calls, self, NULL,
                                       NULL);
  self->name = g_bus_own_name_on_connection (connection, TS_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, lost_name,
                                             user_data, NULL);
  g_signal_connect_swapped (monitors, "items-changed", G_CALLBACK (follow), self);
  follow (self);
  return self;
}

/**
 * ts_bus_free:
 * @self: (transfer full): what ts_bus_new() returned
 */
void
ts_bus_free (TsBus *self)
{
  g_signal_handlers_disconnect_by_data (self->monitors, self);
  unfollow (self);
  g_bus_unown_name (self->name);
  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  g_ptr_array_unref (self->followed);
  g_object_unref (self->connection);
  g_object_unref (self->monitors);
  g_free (self);
}
