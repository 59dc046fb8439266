/* The names of servers beside their lines, where there are several in the chart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

gboolean ts_chart_names_place (TsChartFrame *frame,
                               GArray       *notes);

G_END_DECLS
