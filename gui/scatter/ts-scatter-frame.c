/* The scatter's frame: where everything is drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-frame.h"

#include "chart/paint/ts-chart-text.h"

#define PX_PER_TICK  1.8 /* of delays, in those of offsets, because labels are wider than high */
#define MIN_PLOT_PX  180

static double
get_fixed_height_px (double padding_px,
                     double line_px)
{
  return 2 * padding_px + 3 * line_px + ts_chart_sheet_get_title_gap_px (line_px) + 2 * TS_SCATTER_TICK_GAP_PX;
}

/**
 * ts_scatter_frame_get_min_height_px:
 * @pango: the widget's context
 *
 * Returns: how high a scatter must be at least with text of this size
 */
double
ts_scatter_frame_get_min_height_px (PangoContext *pango)
{
  return get_fixed_height_px (TS_CHART_PADDING_PX, ts_chart_text_get_line_height (pango)) + MIN_PLOT_PX;
}

static void
make_offset_axis (TsScatterFrame *self,
                  TsUnit unit)
{
  const TsScatterPoints *points = self->points;
  TsChartAxis axis;

  ts_chart_axis_init (&axis, points->min_ns, points->max_ns, unit, self->plot.box.height);
  ts_chart_plot_set_y_axis (&self->plot, &axis, TRUE, FALSE);
  if (points->points->len == 0)
    g_array_set_size (self->plot.y_ticks, 0);
}

static void
divide_width (TsScatterFrame *self)
{
  const TsChartSheet *sheet = &self->sheet;
  double labels_px = ts_chart_sheet_get_labels_width (sheet, self->plot.y_ticks) + TS_CHART_LABEL_GAP_PX;

  self->plot.box.x = sheet->padding_px + (sheet->is_mirrored ? 0 : labels_px);
  self->plot.box.width = MAX (sheet->width_px - 2 * sheet->padding_px - labels_px, 2);
}

/* Delays need no room below zero. */
static void
make_delay_axis (TsScatterFrame *self,
                 TsUnit unit)
{
  const TsScatterPoints *points = self->points;
  TsChartAxis *axis = &self->delay_axis;

  ts_chart_axis_init (axis, points->min_delay_ns, points->max_delay_ns, unit,
                      (self->sheet.width_px - 2 * self->sheet.padding_px) / PX_PER_TICK);
  axis->min_ns = MAX (axis->min_ns, 0);
  self->plot.x_ticks = ts_chart_axis_get_ticks (axis, FALSE);
  if (points->points->len == 0)
    g_array_set_size (self->plot.x_ticks, 0);
  ts_chart_scale_init (&self->plot.x, axis->min_ns, axis->max_ns, self->plot.box.x,
                       ts_chart_box_get_right (&self->plot.box));
}

/**
 * ts_scatter_frame_init:
 * @self: (out): the frame, without a cursor; what follows must outlive it
 * @points: what to draw
 * @colors: the colours
 * @pango: the widget's context
 * @width_px: of the scatter
 * @height_px: of the scatter
 * @offset_unit: of the axis of offsets
 * @delay_unit: of the axis of delays
 *
 * Lays the scatter out: offsets go up, delays to the right.
 */
void
ts_scatter_frame_init (TsScatterFrame *self,
                       const TsScatterPoints *points,
                       const TsChartColors *colors,
                       PangoContext *pango,
                       int width_px,
                       int height_px,
                       TsUnit offset_unit,
                       TsUnit delay_unit)
{
  TsChartSheet *sheet = &self->sheet;

  *self = (TsScatterFrame) { .points = points };
  ts_chart_sheet_init (sheet, pango, colors, width_px);
  self->plot.box.y = sheet->padding_px + sheet->line_px + ts_chart_sheet_get_title_gap_px (sheet->line_px);
  self->plot.box.height = MAX (height_px - get_fixed_height_px (sheet->padding_px, sheet->line_px), 1);
  make_offset_axis (self, offset_unit);
  divide_width (self);
  make_delay_axis (self, delay_unit);
}

/**
 * ts_scatter_frame_clear:
 * @self: a frame
 */
void
ts_scatter_frame_clear (TsScatterFrame *self)
{
  ts_chart_plot_clear (&self->plot);
}

/**
 * ts_scatter_frame_get_chosen_point:
 * @self: a frame
 * @x_px: (out): where the point of the entry under the cursor is, if there is such a point
 * @y_px: (out): the same
 *
 * Returns: whether it is in the plot
 */
gboolean
ts_scatter_frame_get_chosen_point (const TsScatterFrame *self,
                                   double *x_px,
                                   double *y_px)
{
  if (self->chosen == NULL || self->chosen->kind != TS_ENTRY_SAMPLE)
    return FALSE;
  return ts_chart_plot_get_point (&self->plot, ts_history_entry_get_delay_ns (self->chosen),
                                  ts_history_entry_get_offset_ns (self->chosen), x_px, y_px);
}
