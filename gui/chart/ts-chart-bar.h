/* The buttons of a chart: how much it shows, and whether it follows live.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/model/ts-chart-model.h"

G_BEGIN_DECLS

#define TS_TYPE_CHART_BAR (ts_chart_bar_get_type ())

G_DECLARE_FINAL_TYPE (TsChartBar, ts_chart_bar, TS, CHART_BAR, GtkWidget)

GSimpleActionGroup *ts_chart_bar_new_actions   (TsChartModel *model);
void                ts_chart_bar_set_range     (TsChartBar   *self,
                                                TsChartRange  range);
void                ts_chart_bar_set_past      (TsChartBar   *self,
                                                gboolean      has_past);
void                ts_chart_bar_set_recording (TsChartBar   *self);
void                ts_chart_bar_fit           (TsChartBar   *self,
                                                int           width_px);

G_END_DECLS
