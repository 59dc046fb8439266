/* One figure: caption, value and context.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TS_TYPE_FIGURE (ts_figure_get_type ())
G_DECLARE_FINAL_TYPE (TsFigure, ts_figure, TS, FIGURE, GtkBox)

void ts_figure_set         (TsFigure   *self,
                            const char *value,
                            const char *context);
void ts_figure_set_compact (TsFigure   *self,
                            gboolean    is_compact);

G_END_DECLS
