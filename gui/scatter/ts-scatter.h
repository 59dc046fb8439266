/* The scatter: what a chart has in view, as offsets against round trips.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/ts-chart-widget.h"

G_BEGIN_DECLS

#define TS_TYPE_SCATTER (ts_scatter_get_type ())
G_DECLARE_FINAL_TYPE (TsScatter, ts_scatter, TS, SCATTER, TsChartWidget)

G_END_DECLS
