/* The window of preferences.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TS_TYPE_PREFERENCES (ts_preferences_get_type ())
G_DECLARE_FINAL_TYPE (TsPreferences, ts_preferences, TS, PREFERENCES, AdwPreferencesWindow)

GtkWidget *ts_preferences_new (GtkWindow *parent,
                               GSettings *settings);

G_END_DECLS
