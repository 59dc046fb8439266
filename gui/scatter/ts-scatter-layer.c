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

/* From its point at the least delay to the right edge of the plot. */
static void
draw_wedge (const TsScatterFrame *frame,
            cairo_t *cr)
{
  const TsScatterPoints *points = frame->points;
  const TsChartColors *colors = frame->sheet.colors;
  gint64 far_ns = MAX (frame->delay_axis.max_ns, points->least_delay_ns);
  gint64 arm_ns = ts_scatter_points_get_arm (points, far_ns);
  double x = ts_chart_plot_get_x (&frame->plot, points->least_delay_ns);
  double y = ts_chart_plot_get_y (&frame->plot, points->estimate_ns);
  double far_x = ts_chart_plot_get_x (&frame->plot, far_ns);
  double reach = (double) arm_ns * frame->plot.y.px_per_ns;

  cairo_save (cr);
  ts_chart_plot_clip (&frame->plot, cr, 0);
  cairo_move_to (cr, far_x, y + reach);
  cairo_line_to (cr, x, y);
  cairo_line_to (cr, far_x, y - reach);
  gdk_cairo_set_source_rgba (cr, &colors->band);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &colors->line);
  cairo_set_line_width (cr, ARM_PX);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* A mask as large as the plot and what dots at its edges need; it grows with the picture, not with the history. */
static cairo_surface_t *
make_mask (const TsScatterFrame *frame,
           int scale_factor)
{
  int width = (int) ceil (frame->plot.box.width + 2 * MARGIN_PX) * scale_factor;
  int height = (int) ceil (frame->plot.box.height + 2 * MARGIN_PX) * scale_factor;

  return cairo_image_surface_create (CAIRO_FORMAT_A8, width, height);
}

static void
add_points (const TsScatterFrame *frame,
            cairo_surface_t *surface,
            const TsScatterDot *dot,
            int scale_factor,
            gboolean are_earlier)
{
  const TsScatterPoints *points = frame->points;
  guint8 *mask = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  int width = cairo_image_surface_get_width (surface), height = cairo_image_surface_get_height (surface);

  for (guint i = 0; i < points->points->len && mask != NULL; i++)
    {
      const TsScatterPoint *point = ts_scatter_points_get (points, i);
      double x, y;

      if (point->is_earlier == are_earlier &&
          ts_chart_plot_get_point (&frame->plot, point->delay_ns, point->offset_ns, &x, &y))
        ts_scatter_dot_add (dot, mask, stride, width, height, (x - frame->plot.box.x + MARGIN_PX) * scale_factor,
                            (y - frame->plot.box.y + MARGIN_PX) * scale_factor);
    }
}

static void
draw_points (const TsScatterFrame *frame,
             cairo_t *cr,
             int scale_factor,
             gboolean are_earlier)
{
  const TsScatterPoints *points = frame->points;
  const TsChartColors *colors = frame->sheet.colors;
  guint n = are_earlier ? points->n_earlier : points->points->len - points->n_earlier;
  cairo_surface_t *surface = make_mask (frame, scale_factor);
  TsScatterDot dot;

  ts_scatter_dot_init (&dot, DOT_PX * scale_factor, ts_scatter_get_opacity (n));
  cairo_surface_flush (surface);
  add_points (frame, surface, &dot, scale_factor, are_earlier);
  cairo_surface_mark_dirty (surface);
  cairo_surface_set_device_scale (surface, scale_factor, scale_factor);
  gdk_cairo_set_source_rgba (cr, are_earlier ? &colors->secondary : &colors->line);
  cairo_mask_surface (cr, surface, frame->plot.box.x - MARGIN_PX, frame->plot.box.y - MARGIN_PX);
  cairo_surface_destroy (surface);
}

/**
 * ts_scatter_layer_draw:
 * @frame: a frame
 * @cr: a context to draw with
 * @scale_factor: how many pixels of the screen there are in one of @frame
 *
 * Draws grid, wedge and points, but not the chosen point.
 */
void
ts_scatter_layer_draw (const TsScatterFrame *frame,
                       cairo_t *cr,
                       int scale_factor)
{
  ts_chart_plot_draw_grid (&frame->plot, &frame->sheet, cr, NULL);
  ts_chart_plot_draw_zero (&frame->plot, &frame->sheet, cr);
  if (frame->points->points->len == 0)
    return;
  draw_wedge (frame, cr);
  draw_points (frame, cr, scale_factor, TRUE);
  draw_points (frame, cr, scale_factor, FALSE);
}

/**
 * ts_scatter_layer_draw_chosen:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Marks the chosen point, if it is in the plot.
 */
void
ts_scatter_layer_draw_chosen (const TsScatterFrame *frame,
                              cairo_t *cr)
{
  const TsChartColors *colors = frame->sheet.colors;
  double x, y;

  if (!ts_scatter_frame_get_chosen_point (frame, &x, &y))
    return;
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, CHOSEN_PX + 1.5, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &colors->card);
  cairo_fill (cr);
  cairo_arc (cr, x, y, CHOSEN_PX, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &colors->line);
  cairo_fill (cr);
  cairo_set_line_width (cr, 1);
  gdk_cairo_set_source_rgba (cr, &colors->mark);
  cairo_move_to (cr, ts_chart_snap (x), y + CHOSEN_PX + 1.5);
  cairo_line_to (cr, ts_chart_snap (x), ts_chart_box_get_bottom (&frame->plot.box));
  cairo_stroke (cr);
}
