/* What a chart shows of a recorded past.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-model.h"

G_BEGIN_DECLS

#define TS_TYPE_CHART_PAST (ts_chart_past_get_type ())
G_DECLARE_FINAL_TYPE (TsChartPast, ts_chart_past, TS, CHART_PAST, GObject)

TsChartPast  *ts_chart_past_new          (TsChartModel *model);
void          ts_chart_past_open         (TsChartPast  *self,
                                          const char   *path,
                                          const char   *address);
void          ts_chart_past_close        (TsChartPast  *self);
void          ts_chart_past_set_entries  (TsChartPast  *self,
                                          GArray       *entries);
void          ts_chart_past_read_events  (TsChartPast  *self);
const GArray *ts_chart_past_get_entries  (TsChartPast  *self);
TsHistory    *ts_chart_past_make_history (TsChartPast  *self,
                                          gsize         n_more);
gboolean      ts_chart_past_is_reading   (TsChartPast  *self);

G_END_DECLS
