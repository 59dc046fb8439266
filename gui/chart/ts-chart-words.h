/* What the chart says in words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-chart-scale.h"
#include "ts-chart-series.h"

G_BEGIN_DECLS

char *ts_chart_format_title       (const TsChartSeries *series,
                                   const TsChartAxis   *axis,
                                   gboolean             is_short);
char *ts_chart_format_strip_title (const TsChartSeries *series,
                                   const TsChartAxis   *axis);
char *ts_chart_format_gap         (const TsChartGap    *gap);
char *ts_chart_format_step        (const TsChartStep   *step,
                                   gboolean             is_long);
char *ts_chart_describe           (const TsChartSeries *series);

G_END_DECLS
