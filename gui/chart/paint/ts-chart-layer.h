/* The layers of the timeline: gaps, bars, band, line and marks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

void ts_chart_layer_draw_gaps   (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_layer_draw_bars   (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_layer_draw_band   (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_layer_draw_line   (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_layer_draw_steps  (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_layer_draw_limit  (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_layer_draw_dots   (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_layer_draw_beyond (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_layer_draw_events (const TsChartFrame *frame,
                                 cairo_t            *cr);
void ts_chart_layer_draw_tries  (const TsChartFrame *frame,
                                 cairo_t            *cr);

G_END_DECLS
