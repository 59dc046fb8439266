/* A short piece of the line that an overlaid server has in the charts of the others.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TS_TYPE_LINE_SWATCH (ts_line_swatch_get_type ())
G_DECLARE_FINAL_TYPE (TsLineSwatch, ts_line_swatch, TS, LINE_SWATCH, GtkWidget)

void ts_line_swatch_set_place (TsLineSwatch *self,
                             guint       place);

G_END_DECLS
