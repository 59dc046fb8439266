/* A plot: a box with two scales and their ticks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-plot.h"

#include <math.h>

#include "chart/paint/ts-chart-text.h"

#define FAR_PX 10000 /* beyond its limits cairo's fixed point would wrap around */

#define LEFT_TO_RIGHT_MARK "\u200e"

/**
 * ts_chart_box_get_right:
 * @box: a rectangle
 *
 * Returns: the x of its right edge
 */
double
ts_chart_box_get_right (const cairo_rectangle_t *box)
{
  return box->x + box->width;
}

/**
 * ts_chart_box_get_bottom:
 * @box: a rectangle
 *
 * Returns: the y of its lower edge
 */
double
ts_chart_box_get_bottom (const cairo_rectangle_t *box)
{
  return box->y + box->height;
}

/**
 * ts_chart_snap:
 * @px: a pixel coordinate
 *
 * Returns: the middle of its pixel, where a line of 1 px is sharp
 */
double
ts_chart_snap (double px)
{
  return floor (px) + 0.5;
}

/**
 * ts_chart_plot_clear:
 * @self: a plot
 */
void
ts_chart_plot_clear (TsChartPlot *self)
{
  g_clear_pointer (&self->x_ticks, g_array_unref);
  g_clear_pointer (&self->y_ticks, g_array_unref);
}

/**
 * ts_chart_plot_set_y_axis:
 * @self: a plot with a box
 * @axis: its axis from bottom to top
 * @is_signed: whether it is an axis of offsets
 * @is_empty: whether the ticks have no labels because there is nothing to measure
 */
void
ts_chart_plot_set_y_axis (TsChartPlot *self,
                          const TsChartAxis *axis,
                          gboolean is_signed,
                          gboolean is_empty)
{
  self->y_axis = *axis;
  self->is_signed = is_signed;
  self->y_ticks = ts_chart_axis_get_ticks (axis, is_signed);
  for (guint i = 0; i < self->y_ticks->len && is_empty; i++)
    g_clear_pointer (&g_array_index (self->y_ticks, TsChartTick, i).label, g_free);
  ts_chart_scale_init (&self->y, axis->min_ns, axis->max_ns, ts_chart_box_get_bottom (&self->box), self->box.y);
}

/**
 * ts_chart_plot_get_x:
 * @self: a plot
 * @value_ns: an instant or a delay
 *
 * Returns: its x, which may be far outside
 */
double
ts_chart_plot_get_x (const TsChartPlot *self,
                     gint64 value_ns)
{
  return ts_chart_scale_to_px (&self->x, value_ns);
}

/**
 * ts_chart_plot_get_y:
 * @self: a plot
 * @value_ns: an offset or a delay
 *
 * Returns: its y, or if that is so far outside that cairo could not draw it, one that is outside too
 */
double
ts_chart_plot_get_y (const TsChartPlot *self,
                     gint64 value_ns)
{
  double y = ts_chart_scale_to_px (&self->y, value_ns);

  return CLAMP (y, self->box.y - FAR_PX, ts_chart_box_get_bottom (&self->box) + FAR_PX);
}

/**
 * ts_chart_plot_has_x:
 * @self: a plot
 * @x_px: the x of something that may be out of view
 *
 * Returns: whether it lies within the plot, its edges included
 */
gboolean
ts_chart_plot_has_x (const TsChartPlot *self,
                     double x_px)
{
  return x_px >= self->box.x && x_px <= ts_chart_box_get_right (&self->box);
}

/**
 * ts_chart_plot_get_point:
 * @self: a plot
 * @x_ns: a value of its x
 * @y_ns: a value of its y
 * @x_px: (out): where the point of these values is
 * @y_px: (out): the same
 *
 * Returns: whether it lies within the plot, its edges included
 */
gboolean
ts_chart_plot_get_point (const TsChartPlot *self,
                         gint64 x_ns,
                         gint64 y_ns,
                         double *x_px,
                         double *y_px)
{
  *x_px = ts_chart_plot_get_x (self, x_ns);
  *y_px = ts_chart_plot_get_y (self, y_ns);
  return ts_chart_plot_has_x (self, *x_px) && *y_px >= self->box.y && *y_px <= ts_chart_box_get_bottom (&self->box);
}

/**
 * ts_chart_plot_find_hole:
 * @holes: (nullable) (element-type cairo_rectangle_t): where text lies at the upper edge of a plot
 * @left_px: where something begins
 * @right_px: where it ends
 *
 * Returns: (transfer none) (nullable): a hole that is in its way
 */
const cairo_rectangle_t *
ts_chart_plot_find_hole (const GArray *holes,
                         double left_px,
                         double right_px)
{
  for (guint i = 0; holes != NULL && i < holes->len; i++)
    {
      const cairo_rectangle_t *hole = &g_array_index (holes, cairo_rectangle_t, i);

      if (left_px < ts_chart_box_get_right (hole) && hole->x < right_px)
        return hole;
    }
  return NULL;
}

/**
 * ts_chart_plot_clip:
 * @self: a plot
 * @cr: a context to draw with
 * @margin_px: how far above and below the plot it may draw
 */
void
ts_chart_plot_clip (const TsChartPlot *self,
                    cairo_t *cr,
                    double margin_px)
{
  cairo_rectangle (cr, self->box.x, self->box.y - margin_px, self->box.width, self->box.height + 2 * margin_px);
  cairo_clip (cr);
}

/**
 * ts_chart_plot_draw_grid:
 * @self: a plot
 * @sheet: the sheet
 * @cr: a context to draw with
 * @holes: (nullable) (element-type cairo_rectangle_t): where text lies at the upper edge of the plot
 *
 * Draws a line at each tick except at an offset of 0, which has a stronger one.
 */
void
ts_chart_plot_draw_grid (const TsChartPlot *self,
                         const TsChartSheet *sheet,
                         cairo_t *cr,
                         const GArray *holes)
{
  cairo_save (cr);
  cairo_set_line_width (cr, 1);
  gdk_cairo_set_source_rgba (cr, &sheet->colors->grid);
  for (guint i = 0; i < self->y_ticks->len; i++)
    {
      gint64 value_ns = g_array_index (self->y_ticks, TsChartTick, i).value_ns;
      double y = ts_chart_snap (ts_chart_plot_get_y (self, value_ns));

      if (value_ns == 0 && self->is_signed)
        continue;
      cairo_move_to (cr, self->box.x, y);
      cairo_line_to (cr, ts_chart_box_get_right (&self->box), y);
    }
  for (guint i = 0; i < self->x_ticks->len; i++)
    {
      gint64 value_ns = g_array_index (self->x_ticks, TsChartTick, i).value_ns;
      double x = ts_chart_snap (ts_chart_plot_get_x (self, value_ns));
      const cairo_rectangle_t *hole = ts_chart_plot_find_hole (holes, x - 0.5, x + 0.5);

      cairo_move_to (cr, x, hole != NULL ? ts_chart_box_get_bottom (hole) : self->box.y);
      cairo_line_to (cr, x, ts_chart_box_get_bottom (&self->box));
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

/**
 * ts_chart_plot_draw_zero:
 * @self: a plot of offsets
 * @sheet: the sheet
 * @cr: a context to draw with
 *
 * Draws the line where both clocks agree, if it is in range.
 */
void
ts_chart_plot_draw_zero (const TsChartPlot *self,
                         const TsChartSheet *sheet,
                         cairo_t *cr)
{
  double y = ts_chart_snap (ts_chart_plot_get_y (self, 0));

  if (y < self->box.y || y > ts_chart_box_get_bottom (&self->box) + 1)
    return;
  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &sheet->colors->zero);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, self->box.x, y);
  cairo_line_to (cr, ts_chart_box_get_right (&self->box), y);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/**
 * ts_chart_plot_draw_y_labels:
 * @self: a plot
 * @sheet: the sheet
 * @cr: a context to draw with
 *
 * Draws the labels of the ticks from bottom to top beside the plot, with their ends below each other. Ticks too close
 * for their text get none.
 */
void
ts_chart_plot_draw_y_labels (const TsChartPlot *self,
                             const TsChartSheet *sheet,
                             cairo_t *cr)
{
  double edge = sheet->is_mirrored ? sheet->width_px - sheet->padding_px : self->box.x - TS_CHART_LABEL_GAP_PX;
  double last_y = INFINITY;

  for (guint i = 0; i < self->y_ticks->len; i++)
    {
      const TsChartTick *tick = &g_array_index (self->y_ticks, TsChartTick, i);
      double y = ts_chart_plot_get_y (self, tick->value_ns);
      g_autoptr (PangoLayout) layout = NULL;
      g_autofree char *text = NULL;

      if (tick->label == NULL || last_y - y < sheet->line_px * 0.8)
        continue;
      /* Without the mark the sign would be right of the figures where text runs from right to left. */
      text = g_strconcat (LEFT_TO_RIGHT_MARK, tick->label, NULL);
      layout = ts_chart_text_new (sheet->pango, text);
      ts_chart_text_draw (cr, layout, &sheet->colors->secondary, edge - ts_chart_text_measure (layout),
                          y - sheet->line_px / 2);
      last_y = y;
    }
}
