/* The timeline: offsets and round trips over time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/model/ts-chart-model.h"

G_BEGIN_DECLS

#define TS_TYPE_CHART (ts_chart_get_type ())
G_DECLARE_FINAL_TYPE (TsChart, ts_chart, TS, CHART, GtkWidget)

GtkWidget    *ts_chart_new       (TsChartModel *model);
TsChartModel *ts_chart_get_model (TsChart      *self);

G_END_DECLS
