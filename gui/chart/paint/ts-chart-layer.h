/* The chart's layers, painted by cairo: plot, strip, gaps. They know pixels and no units.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

void ts_chart_layer_draw_grid (const TsChartFrame *frame,
                               cairo_t            *cr);
void ts_chart_layer_draw_zero (const TsChartFrame *frame,
                               cairo_t            *cr);
void ts_chart_layer_draw_gaps (const TsChartFrame *frame,
                               cairo_t            *cr);
void ts_chart_layer_draw_bars (const TsChartFrame *frame,
                               cairo_t            *cr);
void ts_chart_layer_draw_band (const TsChartFrame *frame,
                               cairo_t            *cr);
void ts_chart_layer_draw_line (const TsChartFrame *frame,
                               cairo_t            *cr);

G_END_DECLS
