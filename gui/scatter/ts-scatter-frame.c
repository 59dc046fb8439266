/* The scatter's frame: where on the screen everything is drawn.
 *
 * It is one as the chart's, with delays from left to right where the chart has time, and no strip.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-frame.h"

#include <math.h>

#include "chart/paint/ts-chart-text.h"

#define TITLE_GAP_PX     12  /* from a title to the plot */
#define LABEL_GAP_PX     8   /* from a label to the plot */
#define PX_PER_TICK      1.8 /* of delays, in those of offsets, for labels are wider than high */
#define MIN_PLOT_PX      110

static double
get_fixed_height_px (double padding_px,
                     double line_px)
{
  return 2 * padding_px + 3 * line_px + TITLE_GAP_PX + 2 * TS_SCATTER_TICK_GAP_PX;
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

/* Delays need no room below zero. */
static void
make_axes (TsChartFrame *frame,
           const TsScatterPoints *points,
           TsUnit offset_unit,
           TsUnit delay_unit,
           double width_px)
{
  ts_chart_axis_init (&frame->offset_axis, points->min_ns, points->max_ns, offset_unit, frame->plot.height);
  ts_chart_axis_init (&frame->delay_axis, points->min_delay_ns, points->max_delay_ns, delay_unit,
                      width_px / PX_PER_TICK);
  frame->delay_axis.min_ns = MAX (frame->delay_axis.min_ns, 0);
  frame->offset_ticks = ts_chart_axis_get_ticks (&frame->offset_axis, TRUE);
  frame->delay_ticks = ts_chart_axis_get_ticks (&frame->delay_axis, FALSE);
  if (points->points->len == 0)
    {
      g_array_set_size (frame->offset_ticks, 0);
      g_array_set_size (frame->delay_ticks, 0);
    }
}

static void
divide_width (TsChartFrame *frame)
{
  double labels_px = ts_chart_text_get_width (frame->pango, "+00");

  for (guint i = 0; i < frame->offset_ticks->len; i++)
    labels_px = MAX (labels_px, ts_chart_text_get_width (frame->pango,
                                                g_array_index (frame->offset_ticks, TsChartTick, i).label));
  frame->plot.x = frame->padding_px + (frame->is_mirrored ? 0 : labels_px + LABEL_GAP_PX);
  frame->plot.width = MAX (frame->width_px - 2 * frame->padding_px - labels_px - LABEL_GAP_PX, 2);
}

/**
 * ts_scatter_frame_init:
 * @frame: (out): a frame without colours: offsets go up, delays to the right
 * @points: what to draw; must outlive @frame
 * @pango: the widget's context; must outlive @frame
 * @width_px: of the scatter
 * @height_px: of the scatter
 * @offset_unit: of the axis of offsets
 * @delay_unit: of the axis of delays
 *
 * Lays the scatter out. To be cleared with ts_chart_frame_clear().
 */
void
ts_scatter_frame_init (TsChartFrame *frame,
                       const TsScatterPoints *points,
                       PangoContext *pango,
                       int width_px,
                       int height_px,
                       TsUnit offset_unit,
                       TsUnit delay_unit)
{
  *frame = (TsChartFrame) {
    .is_empty = points->points->len == 0,
    .pango = pango,
    .is_mirrored = pango_context_get_base_dir (pango) == PANGO_DIRECTION_RTL,
    .width_px = width_px,
    .padding_px = ts_chart_frame_get_padding_px (width_px),
    .line_px = ts_chart_text_get_line_height (pango),
  };
  frame->plot.y = frame->padding_px + frame->line_px + TITLE_GAP_PX;
  frame->plot.height = MAX (height_px - get_fixed_height_px (frame->padding_px, frame->line_px), 1);
  make_axes (frame, points, offset_unit, delay_unit, width_px - 2 * frame->padding_px);
  divide_width (frame);
  ts_chart_scale_init (&frame->offset, frame->offset_axis.min_ns, frame->offset_axis.max_ns,
                       ts_chart_box_get_bottom (&frame->plot), frame->plot.y);
  ts_chart_scale_init (&frame->delay, frame->delay_axis.min_ns, frame->delay_axis.max_ns, frame->plot.x,
                       ts_chart_box_get_right (&frame->plot));
}

/**
 * ts_scatter_frame_get_point:
 * @frame: a frame
 * @delay_ns: a round trip
 * @offset_ns: an offset
 * @x_px: (out): where their point is drawn, if it is in the plot
 * @y_px: (out): the same
 *
 * Returns: whether it is in the plot, its edges included
 */
gboolean
ts_scatter_frame_get_point (const TsChartFrame *frame,
                            gint64 delay_ns,
                            gint64 offset_ns,
                            double *x_px,
                            double *y_px)
{
  *x_px = ts_chart_scale_to_px (&frame->delay, delay_ns);
  *y_px = ts_chart_scale_to_px (&frame->offset, offset_ns);
  return ts_chart_frame_has_x (frame, *x_px) && *y_px >= frame->plot.y &&
         *y_px <= ts_chart_box_get_bottom (&frame->plot);
}
