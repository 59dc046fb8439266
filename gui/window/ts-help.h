/* The help page and the list of keyboard shortcuts.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void ts_help_show           (GtkWindow *parent);
void ts_help_show_shortcuts (GtkWindow *parent);
void ts_help_show_about     (GtkWindow *parent);

G_END_DECLS
