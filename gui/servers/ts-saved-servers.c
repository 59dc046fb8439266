/* How the list of servers is saved.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-saved-servers.h"

#include <math.h>

#include "measure/ts-time.h"

#define TIMEOUT_NS (5 * TS_NS_PER_S)

/* Each server's address and what differs from the defaults, as in the settings' schema. */
#define LIST_TYPE  G_VARIANT_TYPE ("a(sa{sv})")

/**
 * ts_saved_servers_new_monitor:
 * @address: a server's
 * @new_probe: makes its probe
 * @clock: this computer's
 * @interval_s: seconds between measurements; 0 for the usual interval of its protocol
 *
 * Returns: (transfer full): a monitor, stopped
 */
TsMonitor *
ts_saved_servers_new_monitor (const TsAddress *address,
                              TsNewProbe new_probe,
                              TsClock *clock,
                              double interval_s)
{
  g_autoptr (TsProbe) probe = new_probe (address, TIMEOUT_NS, clock);
  TsMonitor *monitor = ts_monitor_new (probe, clock);

  if (interval_s > 0)
    ts_monitor_set_interval_ns (monitor, llround (interval_s * TS_NS_PER_S));
  return monitor;
}

static void
add_detail (GVariantBuilder *details,
            const char *key,
            GVariant *value)
{
  g_variant_builder_add (details, "{sv}", key, value);
}

static gboolean
is_in_list (GVariant *list,
            const char *wanted)
{
  GVariantIter iter;
  const char *address;

  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, "(&s@a{sv})", &address, NULL))
    if (g_str_equal (address, wanted))
      return TRUE;
  return FALSE;
}

/* Takes over what an older version saved, which knew only these four of a server. It may have been started after this
 * version, so both lists can have servers. */
static void
migrate (GSettings *settings)
{
  g_autoptr (GVariant) old = g_settings_get_user_value (settings, "servers");
  g_autoptr (GVariant) list = g_settings_get_value (settings, "server-list");
  GVariantBuilder both;
  GVariantIter iter;
  const char *address, *name;
  double interval_s;
  gboolean is_paused;

  if (old == NULL)
    return;
  g_variant_builder_init (&both, LIST_TYPE);
  for (gsize i = 0; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) server = g_variant_get_child_value (list, i);

      g_variant_builder_add_value (&both, server);
    }
  g_variant_iter_init (&iter, old);
  while (g_variant_iter_next (&iter, "(&s&sdb)", &address, &name, &interval_s, &is_paused))
    if (!is_in_list (list, address))
      {
        GVariantBuilder details;

        g_variant_builder_init (&details, G_VARIANT_TYPE_VARDICT);
        add_detail (&details, "name", g_variant_new_string (name));
        add_detail (&details, "interval-seconds", g_variant_new_double (interval_s));
        add_detail (&details, "paused", g_variant_new_boolean (is_paused));
        g_variant_builder_add (&both, "(sa{sv})", address, &details);
      }
  g_settings_set_value (settings, "server-list", g_variant_builder_end (&both));
  g_settings_reset (settings, "servers");
}

/* Returns: (transfer full) (nullable): a monitor, stopped, with @details; %NULL if @text is not an address */
static TsMonitor *
create_monitor (const char *text,
                GVariant *details,
                TsNewProbe new_probe,
                TsClock *clock)
{
  g_autoptr (TsAddress) address = ts_address_parse (text, NULL);
  const char *name = "";
  double interval_s = 0;
  gint64 limit_ns = 0;
  TsMonitor *monitor;

  if (address == NULL)
    return NULL;
  g_variant_lookup (details, "name", "&s", &name);
  g_variant_lookup (details, "interval-seconds", "d", &interval_s);
  g_variant_lookup (details, "limit-ns", "x", &limit_ns);
  monitor = ts_saved_servers_new_monitor (address, new_probe, clock, interval_s);
  ts_monitor_set_name (monitor, name);
  ts_monitor_set_limit_ns (monitor, limit_ns);
  return monitor;
}

/**
 * ts_saved_servers_load:
 * @settings: the application's
 * @ensemble: where the servers are added
 * @new_probe: makes the probe of each
 * @clock: this computer's
 *
 * Adds the servers that were saved, and measures those that were not paused. It skips whatever it cannot read, because
 * any program may write to the settings.
 */
void
ts_saved_servers_load (GSettings *settings,
                       TsEnsemble *ensemble,
                       TsNewProbe new_probe,
                       TsClock *clock)
{
  g_autoptr (GVariant) list = NULL;
  GVariantIter iter;
  const char *address;
  GVariant *details;

  migrate (settings);
  list = g_settings_get_value (settings, "server-list");
  g_variant_iter_init (&iter, list);
  while (g_variant_iter_loop (&iter, "(&s@a{sv})", &address, &details))
    {
      g_autoptr (TsMonitor) monitor = create_monitor (address, details, new_probe, clock);
      gboolean is_paused = FALSE;

      if (monitor == NULL)
        continue;
      g_variant_lookup (details, "paused", "b", &is_paused);
      ts_ensemble_append (ensemble, monitor);
      if (is_paused)
        ts_monitor_start_paused (monitor);
      else
        ts_monitor_start (monitor);
    }
}

/* Defaults are not written down, so that a server follows when a default changes. */
static void
add_server (GVariantBuilder *list,
            TsMonitor *monitor)
{
  TsProbe *probe = ts_monitor_get_probe (monitor);
  g_autofree char *address = ts_address_to_string (ts_probe_get_target (probe));
  g_autofree char *shown_address = ts_monitor_get_shown_address (monitor);
  const char *name = ts_monitor_get_name (monitor);
  gint64 interval_ns = ts_monitor_get_interval_ns (monitor);
  gint64 limit_ns = ts_monitor_get_limit (monitor)->limit_ns;
  GVariantBuilder details;

  g_variant_builder_init (&details, G_VARIANT_TYPE_VARDICT);
  if (!g_str_equal (name, shown_address))
    add_detail (&details, "name", g_variant_new_string (name));
  if (interval_ns != ts_probe_get_default_interval_ns (probe))
    add_detail (&details, "interval-seconds", g_variant_new_double ((double) interval_ns / TS_NS_PER_S));
  if (ts_monitor_get_state (monitor) == TS_MONITOR_PAUSED)
    add_detail (&details, "paused", g_variant_new_boolean (TRUE));
  if (limit_ns != 0)
    add_detail (&details, "limit-ns", g_variant_new_int64 (limit_ns));
  g_variant_builder_add (list, "(sa{sv})", address, &details);
}

/**
 * ts_saved_servers_save:
 * @settings: the application's
 * @ensemble: the servers
 *
 * Writes down what ts_saved_servers_load() reads, if it differs from what is already there.
 */
void
ts_saved_servers_save (GSettings *settings,
                       TsEnsemble *ensemble)
{
  g_autoptr (GVariant) before = g_settings_get_value (settings, "server-list");
  g_autoptr (GVariant) after = NULL;
  GVariantBuilder list;

  g_variant_builder_init (&list, LIST_TYPE);
  for (guint i = 0; i < ts_ensemble_get_length (ensemble); i++)
    add_server (&list, ts_ensemble_get (ensemble, i));
  after = g_variant_ref_sink (g_variant_builder_end (&list));
  if (!g_variant_equal (before, after))
    g_settings_set_value (settings, "server-list", after);
}
