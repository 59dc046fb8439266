/* Lays over the chart of the chosen server those others that are to be compared with it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-model.h"
#include "servers/ts-overlays.h"

G_BEGIN_DECLS

#define TS_TYPE_COMPARISON (ts_comparison_get_type ())
G_DECLARE_FINAL_TYPE (TsComparison, ts_comparison, TS, COMPARISON, GObject)

TsComparison *ts_comparison_new        (TsChartModel *model,
                                        TsOverlays   *overlays);
void          ts_comparison_set_chosen (TsComparison *self,
                                        TsMonitor    *chosen);
gboolean      ts_comparison_take_news  (TsComparison *self);

G_END_DECLS
