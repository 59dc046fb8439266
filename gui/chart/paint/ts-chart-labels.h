/* The chart's text: titles, key, labels of the axes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

void ts_chart_labels_draw_titles (const TsChartFrame *frame,
                                  cairo_t            *cr);
void ts_chart_labels_draw_values (const TsChartFrame *frame,
                                  cairo_t            *cr,
                                  const TsChartScale *scale,
                                  const GArray       *ticks);
void ts_chart_labels_draw_axes   (const TsChartFrame *frame,
                                  cairo_t            *cr);

G_END_DECLS
