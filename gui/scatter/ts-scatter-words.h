/* What the scatter says in words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-scale.h"
#include "scatter/ts-scatter-points.h"

G_BEGIN_DECLS

char *ts_scatter_format_delay_title (const TsScatterPoints *points,
                                     const TsChartAxis     *axis);
char *ts_scatter_format_note        (const TsScatterPoints *points);
char *ts_scatter_describe           (const TsScatterPoints *points);

G_END_DECLS
