/* The timeline: offsets and round trips over time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/ts-chart-widget.h"

G_BEGIN_DECLS

#define TS_TYPE_CHART (ts_chart_get_type ())
G_DECLARE_FINAL_TYPE (TsChart, ts_chart, TS, CHART, TsChartWidget)

G_END_DECLS
