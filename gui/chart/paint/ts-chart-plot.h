/* A plot: a box with two scales and their ticks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-sheet.h"

G_BEGIN_DECLS

/**
 * TsChartPlot:
 * @box: where it is
 * @x: from instants, in the scatter from delays, to x
 * @y: from offsets or delays to y
 * @y_axis: the axis of @y
 * @is_signed: whether @y is of offsets: their labels have a sign, and 0 has a line of its own
 * @x_ticks: (element-type TsChartTick): the ticks from left to right
 * @y_ticks: (element-type TsChartTick): the ticks from bottom to top; without labels while there is no sample
 */
typedef struct
{
  cairo_rectangle_t box;
  TsChartScale x;
  TsChartScale y;
  TsChartAxis y_axis;
  gboolean is_signed;
  GArray *x_ticks;
  GArray *y_ticks;
} TsChartPlot;

double                   ts_chart_box_get_right      (const cairo_rectangle_t *box);
double                   ts_chart_box_get_bottom     (const cairo_rectangle_t *box);
double                   ts_chart_snap               (double                   px);
void                     ts_chart_plot_clear         (TsChartPlot             *self);
void                     ts_chart_plot_set_y_axis    (TsChartPlot             *self,
                                                      const TsChartAxis       *axis,
                                                      gboolean                 is_signed,
                                                      gboolean                 is_empty);
double                   ts_chart_plot_get_x         (const TsChartPlot       *self,
                                                      gint64                   value_ns);
double                   ts_chart_plot_get_y         (const TsChartPlot       *self,
                                                      gint64                   value_ns);
gboolean                 ts_chart_plot_has_x         (const TsChartPlot       *self,
                                                      double                   x_px);
gboolean                 ts_chart_plot_get_point     (const TsChartPlot       *self,
                                                      gint64                   x_ns,
                                                      gint64                   y_ns,
                                                      double                  *x_px,
                                                      double                  *y_px);
const cairo_rectangle_t *ts_chart_plot_find_hole     (const GArray            *holes,
                                                      double                   left_px,
                                                      double                   right_px);
void                     ts_chart_plot_clip          (const TsChartPlot       *self,
                                                      cairo_t                 *cr,
                                                      double                   margin_px);
void                     ts_chart_plot_draw_grid     (const TsChartPlot       *self,
                                                      const TsChartSheet      *sheet,
                                                      cairo_t                 *cr,
                                                      const GArray            *holes);
void                     ts_chart_plot_draw_zero     (const TsChartPlot       *self,
                                                      const TsChartSheet      *sheet,
                                                      cairo_t                 *cr);
void                     ts_chart_plot_draw_y_labels (const TsChartPlot       *self,
                                                      const TsChartSheet      *sheet,
                                                      cairo_t                 *cr);

G_END_DECLS
