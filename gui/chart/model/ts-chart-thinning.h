/* Chooses those few of many entries in a column of pixels that make its picture.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-view.h"
#include "measure/history/ts-history.h"

G_BEGIN_DECLS

/* A column with at most this many entries keeps all of them, and the gaps between them. */
#define TS_CHART_N_ALWAYS_KEPT 8

/* The greatest number of entries that a column has. */
#define TS_CHART_MAX_PER_COLUMN 40

gsize ts_chart_find_column_end (const TsHistory        *history,
                                gsize                   from,
                                gsize                   to,
                                const TsChartSpan      *span);
void  ts_chart_thin_column     (GArray                 *entries,
                                const TsHistory        *history,
                                gsize                   from,
                                gsize                   to,
                                const TsHistorySummary *summary);

G_END_DECLS
