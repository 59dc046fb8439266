/* The chart's marks, painted by cairo: steps, lone samples, what is beyond the plot, failed tries.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

void ts_chart_marks_draw_steps  (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_marks_draw_dots   (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_marks_draw_beyond (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_marks_draw_tries  (const TsChartFrame *frame,
                                 cairo_t            *cr);

G_END_DECLS
