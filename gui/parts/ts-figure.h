/* One figure: caption, value and context.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "parts/ts-page-layout.h"

G_BEGIN_DECLS

#define TS_TYPE_FIGURE (ts_figure_get_type ())
G_DECLARE_FINAL_TYPE (TsFigure, ts_figure, TS, FIGURE, GtkBox)

void ts_figure_set        (TsFigure     *self,
                           const char   *value,
                           const char   *context);
void ts_figure_set_more   (TsFigure     *self,
                           const char   *more);
void ts_figure_set_layout (TsFigure     *self,
                           TsPageLayout  layout);

G_END_DECLS
