/* The list of servers, from one start to the next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-saved-servers.h"

#include <math.h>

#include "ts-time.h"

#define TIMEOUT_NS   (5 * TS_NS_PER_S)

/* Address, name, seconds between measurements, whether it is paused: as in the settings' schema. */
#define SERVERS_TYPE G_VARIANT_TYPE ("a(ssdb)")

/**
 * ts_saved_servers_new_monitor:
 * @address: of a server
 * @clock: this computer's
 * @interval_s: seconds between measurements; 0 for what is usual there
 *
 * Returns: (transfer full): a monitor, stopped
 */
TsMonitor *
ts_saved_servers_new_monitor (const TsAddress *address,
                              TsClock *clock,
                              double interval_s)
{
  g_autoptr (TsProbe) probe = ts_probe_new (address, TIMEOUT_NS, clock);
  TsMonitor *monitor = ts_monitor_new (probe, clock);

  if (interval_s > 0)
    ts_monitor_set_interval_ns (monitor, llround (interval_s * TS_NS_PER_S));
  return monitor;
}

/**
 * ts_saved_servers_load:
 * @settings: the application's
 * @ensemble: where the servers are added
 * @clock: this computer's
 *
 * Adds what was saved, and measures what was not paused. What cannot be read is left out: anybody may write there.
 */
void
ts_saved_servers_load (GSettings *settings,
                       TsEnsemble *ensemble,
                       TsClock *clock)
{
  g_autoptr (GVariant) servers = g_settings_get_value (settings, "servers");
  GVariantIter iter;
  const char *text, *name;
  double interval_s;
  gboolean is_paused;

  g_variant_iter_init (&iter, servers);
  while (g_variant_iter_next (&iter, "(&s&sdb)", &text, &name, &interval_s, &is_paused))
    {
      g_autoptr (TsAddress) address = ts_address_parse (text, NULL);
      g_autoptr (TsMonitor) monitor = NULL;

      if (address == NULL)
        continue;
      monitor = ts_saved_servers_new_monitor (address, clock, interval_s);
      ts_monitor_set_name (monitor, name);
      ts_ensemble_append (ensemble, monitor);
      if (is_paused)
        ts_monitor_start_paused (monitor);
      else
        ts_monitor_start (monitor);
    }
}

static void
add_server (GVariantBuilder *builder,
            TsMonitor *monitor)
{
  TsProbe *probe = ts_monitor_get_probe (monitor);
  g_autofree char *address = ts_address_to_string (ts_probe_get_target (probe));
  const char *name = ts_monitor_get_name (monitor);
  gint64 interval_ns = ts_monitor_get_interval_ns (monitor);
  gboolean is_usual = interval_ns == ts_probe_get_default_interval_ns (probe);

  g_variant_builder_add (builder, "(ssdb)", address, g_str_equal (name, address) ? "" : name,
                         is_usual ? 0.0 : (double) interval_ns / TS_NS_PER_S,
                         ts_monitor_get_state (monitor) == TS_MONITOR_PAUSED);
}

/**
 * ts_saved_servers_save:
 * @settings: the application's
 * @ensemble: the servers
 *
 * Writes down what ts_saved_servers_load() reads, unless it is written there already.
 */
void
ts_saved_servers_save (GSettings *settings,
                       TsEnsemble *ensemble)
{
  g_autoptr (GVariant) before = g_settings_get_value (settings, "servers");
  g_autoptr (GVariant) after = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, SERVERS_TYPE);
  for (guint i = 0; i < ts_ensemble_get_length (ensemble); i++)
    add_server (&builder, ts_ensemble_get (ensemble, i));
  after = g_variant_ref_sink (g_variant_builder_end (&builder));
  if (!g_variant_equal (before, after))
    g_settings_set_value (settings, "servers", after);
}
