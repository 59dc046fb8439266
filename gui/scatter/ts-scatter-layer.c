/* Draws the scatter's plot.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-layer.h"

#include <math.h>

#include "scatter/ts-scatter-cloud.h"

#define DOT_PX    3.0 /* radius */
#define MARGIN_PX 5   /* around the plot, for dots at its edges */
#define ARM_PX    1.5
#define CHOSEN_PX 5.0

static void
draw_grid (const TsChartFrame *frame,
           cairo_t *cr)
{
  double right = ts_chart_box_get_right (&frame->plot), bottom = ts_chart_box_get_bottom (&frame->plot);

  gdk_cairo_set_source_rgba (cr, &frame->colors.grid);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < frame->offset_ticks->len; i++)
    {
      gint64 value_ns = g_array_index (frame->offset_ticks, TsChartTick, i).value_ns;
      double y = ts_chart_snap (ts_chart_scale_to_px (&frame->offset, value_ns));

      cairo_move_to (cr, frame->plot.x, y);
      cairo_line_to (cr, right, y);
    }
  for (guint i = 0; i < frame->delay_ticks->len; i++)
    {
      gint64 value_ns = g_array_index (frame->delay_ticks, TsChartTick, i).value_ns;
      double x = ts_chart_snap (ts_chart_scale_to_px (&frame->delay, value_ns));

      cairo_move_to (cr, x, frame->plot.y);
      cairo_line_to (cr, x, bottom);
    }
  cairo_stroke (cr);
  if (frame->offset_axis.min_ns > 0 || frame->offset_axis.max_ns < 0)
    return;
  gdk_cairo_set_source_rgba (cr, &frame->colors.zero);
  cairo_move_to (cr, frame->plot.x, ts_chart_snap (ts_chart_scale_to_px (&frame->offset, 0)));
  cairo_rel_line_to (cr, frame->plot.width, 0);
  cairo_stroke (cr);
}

/* From its point at the least delay to the right edge of the plot. */
static void
draw_wedge (const TsChartFrame *frame,
            const TsScatterPoints *points,
            cairo_t *cr)
{
  gint64 far_ns = MAX (frame->delay_axis.max_ns, points->least_delay_ns);
  gint64 arm_ns = ts_scatter_points_get_arm (points, far_ns);
  double x = ts_chart_scale_to_px (&frame->delay, points->least_delay_ns);
  double y = ts_chart_scale_to_px (&frame->offset, points->estimate_ns);
  double far_x = ts_chart_scale_to_px (&frame->delay, far_ns);
  double reach = (double) arm_ns * frame->offset.px_per_ns;

  cairo_move_to (cr, far_x, y + reach);
  cairo_line_to (cr, x, y);
  cairo_line_to (cr, far_x, y - reach);
  gdk_cairo_set_source_rgba (cr, &frame->colors.band);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &frame->colors.line);
  cairo_set_line_width (cr, ARM_PX);
  cairo_stroke (cr);
}

/* A mask as large as the plot and what dots at its edges need; it grows with the picture, not with the history. */
static cairo_surface_t *
make_mask (const TsChartFrame *frame,
           int scale_factor)
{
  int width = (int) ceil (frame->plot.width + 2 * MARGIN_PX) * scale_factor;
  int height = (int) ceil (frame->plot.height + 2 * MARGIN_PX) * scale_factor;

  return cairo_image_surface_create (CAIRO_FORMAT_A8, width, height);
}

static void
add_points (const TsChartFrame *frame,
            const TsScatterPoints *points,
            cairo_surface_t *surface,
            const TsScatterDot *dot,
            int scale_factor,
            gboolean are_earlier)
{
  guint8 *mask = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  int width = cairo_image_surface_get_width (surface), height = cairo_image_surface_get_height (surface);

  for (guint i = 0; i < points->points->len && mask != NULL; i++)
    {
      const TsScatterPoint *point = ts_scatter_points_get (points, i);
      double x, y;

      if (point->is_earlier == are_earlier &&
          ts_scatter_frame_get_point (frame, point->delay_ns, point->offset_ns, &x, &y))
        ts_scatter_dot_add (dot, mask, stride, width, height, (x - frame->plot.x + MARGIN_PX) * scale_factor,
                            (y - frame->plot.y + MARGIN_PX) * scale_factor);
    }
}

static void
draw_points (const TsChartFrame *frame,
             const TsScatterPoints *points,
             cairo_t *cr,
             int scale_factor,
             gboolean are_earlier)
{
  guint n = are_earlier ? points->n_earlier : points->points->len - points->n_earlier;
  cairo_surface_t *surface = make_mask (frame, scale_factor);
  TsScatterDot dot;

  ts_scatter_dot_init (&dot, DOT_PX * scale_factor, ts_scatter_get_opacity (n));
  cairo_surface_flush (surface);
  add_points (frame, points, surface, &dot, scale_factor, are_earlier);
  cairo_surface_mark_dirty (surface);
  cairo_surface_set_device_scale (surface, scale_factor, scale_factor);
  gdk_cairo_set_source_rgba (cr, are_earlier ? &frame->colors.secondary : &frame->colors.line);
  cairo_mask_surface (cr, surface, frame->plot.x - MARGIN_PX, frame->plot.y - MARGIN_PX);
  cairo_surface_destroy (surface);
}

/**
 * ts_scatter_layer_draw:
 * @frame: a frame
 * @points: what to draw
 * @cr: a context to draw with
 * @scale_factor: how many pixels of the screen there are in one of @frame
 *
 * Draws grid, wedge and points, but not the chosen point.
 */
void
ts_scatter_layer_draw (const TsChartFrame *frame,
                       const TsScatterPoints *points,
                       cairo_t *cr,
                       int scale_factor)
{
  draw_grid (frame, cr);
  if (points->points->len > 0)
    {
      cairo_save (cr);
      cairo_rectangle (cr, frame->plot.x, frame->plot.y, frame->plot.width, frame->plot.height);
      cairo_clip (cr);
      draw_wedge (frame, points, cr);
      cairo_restore (cr);
      draw_points (frame, points, cr, scale_factor, TRUE);
      draw_points (frame, points, cr, scale_factor, FALSE);
    }
}

/**
 * ts_scatter_layer_draw_chosen:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Marks the chosen point, if it is in the plot.
 */
void
ts_scatter_layer_draw_chosen (const TsChartFrame *frame,
                              cairo_t *cr)
{
  double x, y;

  if (frame->chosen == NULL || frame->chosen->kind != TS_ENTRY_SAMPLE)
    return;
  if (!ts_scatter_frame_get_point (frame, ts_history_entry_get_delay_ns (frame->chosen),
                                   ts_history_entry_get_offset_ns (frame->chosen), &x, &y))
    return;
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, CHOSEN_PX + 1.5, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &frame->colors.card);
  cairo_fill (cr);
  cairo_arc (cr, x, y, CHOSEN_PX, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &frame->colors.line);
  cairo_fill (cr);
  cairo_set_line_width (cr, 1);
  gdk_cairo_set_source_rgba (cr, &frame->colors.mark);
  cairo_move_to (cr, ts_chart_snap (x), y + CHOSEN_PX + 1.5);
  cairo_line_to (cr, ts_chart_snap (x), ts_chart_box_get_bottom (&frame->plot));
  cairo_stroke (cr);
}
