/* A short piece of a server's line in the charts of the others.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TS_TYPE_LINE_MARK (ts_line_mark_get_type ())
G_DECLARE_FINAL_TYPE (TsLineMark, ts_line_mark, TS, LINE_MARK, GtkWidget)

void ts_line_mark_set_place (TsLineMark *self,
                             guint       place);

G_END_DECLS
