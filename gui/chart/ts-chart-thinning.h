/* Of many entries in a column of pixels those few that make its picture.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-chart-view.h"
#include "ts-history.h"

G_BEGIN_DECLS

/* A column has no more entries than this. */
#define TS_CHART_MAX_PER_COLUMN 40

void ts_chart_thin (GArray            *entries,
                    const TsHistory   *history,
                    gsize              from,
                    gsize              to,
                    const TsChartSpan *span);

G_END_DECLS
