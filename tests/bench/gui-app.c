/* The desktop app, observed: as timesync, with the servers that are named.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>

#include "gui-observer.h"
#include "ts-application.h"
#include "ts-locale.h"

enum
{
  EXIT_USAGE = 2,
};

/* As if the window had been closed with these servers in its list. */
static void
save_servers (double interval_s,
              int n_servers,
              char **servers)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.timesync.TimeSync");
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssdb)"));
  for (int i = 0; i < n_servers; i++)
    g_variant_builder_add (&builder, "(ssdb)", servers[i], "", interval_s, FALSE);
  g_settings_set_value (settings, "servers", g_variant_builder_end (&builder));
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = NULL;
  GuiObserverMode mode;

  if (argc < 4 || !gui_observer_parse_mode (argv[1], &mode))
    {
      g_printerr ("usage: gui-app MODE SECONDS INTERVAL-SECONDS [SERVER…]\n");
      return EXIT_USAGE;
    }
  ts_locale_init ();
  if (argc > 4)
    save_servers (g_ascii_strtod (argv[3], NULL), argc - 4, argv + 4);
  application = ts_application_new ();
  return gui_observer_run (application, mode, g_ascii_strtod (argv[2], NULL));
}
