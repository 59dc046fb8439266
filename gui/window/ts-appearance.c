/* Makes the windows follow the settings for light, dark and the time zone.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-appearance.h"

#include <adwaita.h>

#include "words/ts-zone.h"

static void
utc_changed (GSettings *settings)
{
  ts_zone_set_utc (g_settings_get_boolean (settings, "utc"));
}

/**
 * ts_appearance_follow:
 * @settings: the application's
 *
 * Applies light, dark and the time zone from @settings, now and whenever they change. To be called once libadwaita is
 * initialized. Times change to another zone when they are next drawn.
 */
void
ts_appearance_follow (GSettings *settings)
{
  g_settings_bind (settings, "color-scheme", adw_style_manager_get_default (), "color-scheme", G_SETTINGS_BIND_GET);
  g_signal_connect (settings, "changed::utc", G_CALLBACK (utc_changed), NULL);
  utc_changed (settings);
}
