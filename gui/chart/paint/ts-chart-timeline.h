/* The timeline: all its layers, from the lowest to the highest, and the text of its axes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

void ts_chart_timeline_draw_data (const TsChartFrame *frame,
                                  cairo_t            *cr);
void ts_chart_timeline_draw_text (const TsChartFrame *frame,
                                  cairo_t            *cr,
                                  const GArray       *notes);

G_END_DECLS
