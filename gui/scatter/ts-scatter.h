/* The scatter: what a chart has in view, as offsets against round trips.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/ts-chart.h"

G_BEGIN_DECLS

#define TS_TYPE_SCATTER (ts_scatter_get_type ())
G_DECLARE_FINAL_TYPE (TsScatter, ts_scatter, TS, SCATTER, GtkWidget)

GtkWidget *ts_scatter_new        (TsChart         *chart);
TsChart   *ts_scatter_get_chart  (TsScatter       *self);
gboolean   ts_scatter_point_at   (TsScatter       *self,
                                  double           x_px,
                                  double           y_px);
void       ts_scatter_point_away (TsScatter       *self);
gboolean   ts_scatter_press      (TsScatter       *self,
                                  guint            keyval,
                                  GdkModifierType  state);

G_END_DECLS
