/* Draws the overlays: their lines and round trips; and finds lines and bars that are in the way of text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

/**
 * TsChartReach:
 * @top_px: its highest point
 * @bottom_px: its lowest point
 *
 * The highest and the lowest point of a line in some stretch of time.
 */
typedef struct
{
  double top_px;
  double bottom_px;
} TsChartReach;

void     ts_chart_overlay_draw_lines  (const TsChartFrame      *frame,
                                       cairo_t                 *cr);
void     ts_chart_overlay_draw_delays (const TsChartFrame      *frame,
                                       cairo_t                 *cr);
gboolean ts_chart_overlay_find_reach  (const TsChartFrame      *frame,
                                       const TsChartSeries     *series,
                                       double                   left_px,
                                       double                   right_px,
                                       TsChartReach            *reach);
gboolean ts_chart_overlay_has_line    (const TsChartFrame      *frame,
                                       const TsChartSeries     *series);
gboolean ts_chart_overlay_is_crossed  (const TsChartFrame      *frame,
                                       const cairo_rectangle_t *box);
gboolean ts_chart_overlay_has_bars    (const TsChartFrame      *frame,
                                       const cairo_rectangle_t *box);

G_END_DECLS
