/* The chart's layers, painted by cairo: plot, strip, gaps. They know pixels and no units.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-layer.h"

#include <math.h>

#define BAR_PX       1.5
#define LINE_PX      2.0
#define BAND_EDGE_PX 1.0
#define HATCH_PX     6.0 /* from line to line */
#define THIN_PX      2.0 /* gaps that are not wider say no more, side by side, than one of them */
#define NEAR_PX      0.5 /* points closer than this to the one before are not drawn */

/* One pixel column's exchanges that hang together. */
typedef struct
{
  double x_px;
  gint64 min_ns;
  gint64 max_ns;
  gint64 delay_ns;
} Column;

/* A line of 1.5 px then fills one pixel and half of the next, wherever it is: all bars look alike. */
static double
snap_bar (double px)
{
  return round (px * 2 - 0.5) / 2 + 0.25;
}

/* A hole, if any, that lies in the way of the top of the plot from @left to @right. */
static const cairo_rectangle_t *
find_hole (const TsChartFrame *frame,
           double left,
           double right)
{
  for (guint i = 0; i < frame->holes->len; i++)
    {
      const cairo_rectangle_t *hole = &g_array_index (frame->holes, cairo_rectangle_t, i);

      if (left < ts_chart_box_get_right (hole) && hole->x < right)
        return hole;
    }
  return NULL;
}

/**
 * ts_chart_layer_draw_grid:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws a line at each tick; the one at an offset of 0 is stronger.
 */
void
ts_chart_layer_draw_grid (const TsChartFrame *frame,
                          cairo_t *cr)
{
  const cairo_rectangle_t *boxes[] = { &frame->plot, &frame->strip };
  const TsChartScale *scales[] = { &frame->offset, &frame->delay };
  const GArray *ticks[] = { frame->offset_ticks, frame->delay_ticks };

  cairo_save (cr);
  cairo_set_line_width (cr, 1);
  gdk_cairo_set_source_rgba (cr, &frame->colors.grid);
  for (guint box = 0; box < G_N_ELEMENTS (boxes); box++)
    {
      for (guint i = 0; i < ticks[box]->len; i++)
        {
          gint64 value_ns = g_array_index (ticks[box], TsChartTick, i).value_ns;
          double y = ts_chart_snap (ts_chart_scale_to_px (scales[box], value_ns));

          if (value_ns == 0 && box == 0)
            continue;
          cairo_move_to (cr, boxes[box]->x, y);
          cairo_line_to (cr, ts_chart_box_get_right (boxes[box]), y);
        }
      for (guint i = 0; i < frame->time_ticks->len; i++)
        {
          gint64 at_ns = g_array_index (frame->time_ticks, TsChartTick, i).value_ns;
          double x = ts_chart_snap (ts_chart_frame_get_time_px (frame, at_ns));
          const cairo_rectangle_t *hole = box == 0 ? find_hole (frame, x - 0.5, x + 0.5) : NULL;

          cairo_move_to (cr, x, hole != NULL ? ts_chart_box_get_bottom (hole) : boxes[box]->y);
          cairo_line_to (cr, x, ts_chart_box_get_bottom (boxes[box]));
        }
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

/**
 * ts_chart_layer_draw_zero:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the line where both clocks agree, if it is in range.
 */
void
ts_chart_layer_draw_zero (const TsChartFrame *frame,
                          cairo_t *cr)
{
  double y = ts_chart_snap (ts_chart_scale_to_px (&frame->offset, 0));

  if (y < frame->plot.y || y > ts_chart_box_get_bottom (&frame->plot) + 1)
    return;
  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->colors.zero);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, frame->plot.x, y);
  cairo_line_to (cr, ts_chart_box_get_right (&frame->plot), y);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* Lines from lower left to upper right; the pattern hangs on @phase, so that it moves with its gap. There is
 * no clip: cairo 1.16 aborts on some that are not whole pixels. */
static void
add_hatch (cairo_t *cr,
           double left,
           double right,
           double top,
           double bottom,
           double phase)
{
  double spacing = HATCH_PX * G_SQRT2;
  double first = phase + ceil ((left + top - phase) / spacing) * spacing;

  for (double sum = first; sum < right + bottom; sum += spacing)
    {
      double from = MAX (left, sum - bottom), to = MIN (right, sum - top);

      cairo_move_to (cr, from, sum - from);
      cairo_line_to (cr, to, sum - to);
    }
}

/* What of a gap lies beside and below the holes. */
static void
add_plot_hatch (const TsChartFrame *frame,
                cairo_t *cr,
                double left,
                double right,
                double phase)
{
  double bottom = ts_chart_box_get_bottom (&frame->plot);
  const cairo_rectangle_t *hole = find_hole (frame, left, right);
  double hole_left, hole_right;

  if (left >= right)
    return;
  if (hole == NULL)
    {
      add_hatch (cr, left, right, frame->plot.y, bottom, phase);
      return;
    }
  hole_left = MAX (hole->x, left);
  hole_right = MIN (ts_chart_box_get_right (hole), right);
  add_hatch (cr, hole_left, hole_right, ts_chart_box_get_bottom (hole), bottom, phase);
  add_plot_hatch (frame, cr, left, hole_left, phase);
  add_plot_hatch (frame, cr, hole_right, right, phase);
}

/**
 * ts_chart_layer_draw_gaps:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Hatches the gaps; of those that share a pixel only one, and of thin ones closer than 6 px.
 */
void
ts_chart_layer_draw_gaps (const TsChartFrame *frame,
                          cairo_t *cr)
{
  double edge = -INFINITY;

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->colors.hatch);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < frame->series->gaps->len; i++)
    {
      double left, right;

      if (!ts_chart_frame_get_gap (frame, i, &left, &right) || right < edge + 1 ||
          (right - left <= THIN_PX && left < edge + HATCH_PX))
        continue;
      edge = right;
      add_plot_hatch (frame, cr, left, right, left);
      add_hatch (cr, left, right, frame->strip.y, ts_chart_box_get_bottom (&frame->strip), left);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* Exchanges in one pixel column become one bar, unless they contradict each other. */
static GArray *
get_columns (const TsChartFrame *frame)
{
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (Column));
  Column *last = NULL;

  for (guint i = 0; i < frame->series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i);
      double x = ts_chart_frame_get_time_px (frame, entry->at_ns);
      Column column = { x, entry->proven_min_ns, entry->proven_max_ns, ts_history_entry_get_delay_ns (entry) };

      if (entry->kind != TS_ENTRY_SAMPLE || !ts_chart_frame_has_x (frame, x))
        continue;
      if (last == NULL || floor (last->x_px) != floor (x) || !ts_chart_series_is_joined (frame->series, i))
        {
          g_array_append_val (columns, column);
          last = &g_array_index (columns, Column, columns->len - 1);
          continue;
        }
      last->min_ns = MIN (last->min_ns, column.min_ns);
      last->max_ns = MAX (last->max_ns, column.max_ns);
      last->delay_ns = MAX (last->delay_ns, column.delay_ns);
    }
  return columns;
}

/* All bars are one path: where they touch they do not add up to a darker colour. Their ends are on whole pixels,
 * which cairo paints four times as fast. */
static void
add_bar (cairo_t *cr,
         const cairo_rectangle_t *box,
         double x,
         double top,
         double bottom)
{
  double middle = (top + bottom) / 2;

  top = MAX (MIN (top, middle - BAR_PX / 2), box->y);
  bottom = MIN (MAX (bottom, middle + BAR_PX / 2), ts_chart_box_get_bottom (box));
  if (top >= bottom)
    return;
  cairo_move_to (cr, snap_bar (x), round (top));
  cairo_line_to (cr, snap_bar (x), round (bottom));
}

/**
 * ts_chart_layer_draw_bars:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws what each exchange proves, and its round trip: at most one bar per pixel column and step.
 */
void
ts_chart_layer_draw_bars (const TsChartFrame *frame,
                          cairo_t *cr)
{
  g_autoptr (GArray) columns = get_columns (frame);

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->colors.bar);
  cairo_set_line_width (cr, BAR_PX);
  for (guint i = 0; i < columns->len; i++)
    {
      const Column *column = &g_array_index (columns, Column, i);

      add_bar (cr, &frame->plot, column->x_px, ts_chart_scale_to_px (&frame->offset, column->max_ns),
               ts_chart_scale_to_px (&frame->offset, column->min_ns));
      add_bar (cr, &frame->strip, column->x_px, ts_chart_scale_to_px (&frame->delay, column->delay_ns),
               ts_chart_box_get_bottom (&frame->strip));
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* Beyond its limits cairo's fixed point would wrap around. */
static double
get_offset_px (const TsChartFrame *frame,
               gint64 offset_ns)
{
  double y = ts_chart_scale_to_px (&frame->offset, offset_ns);

  return CLAMP (y, frame->plot.y - 10000, ts_chart_box_get_bottom (&frame->plot) + 10000);
}

static void
clip_to_plot (const TsChartFrame *frame,
              cairo_t *cr,
              double margin_px)
{
  cairo_rectangle (cr, frame->plot.x, frame->plot.y - margin_px, frame->plot.width,
                   frame->plot.height + 2 * margin_px);
  cairo_clip (cr);
}

/* Draws on to a point, unless it is so close to @last that nobody would see it. */
static void
line_to (cairo_t *cr,
         double x,
         double y,
         cairo_rectangle_t *last)
{
  if (fabs (x - last->x) < NEAR_PX && fabs (y - last->y) < NEAR_PX)
    return;
  cairo_line_to (cr, x, y);
  *last = (cairo_rectangle_t) { .x = x, .y = y };
}

/* The outline of what was certain from the sample at @first to the one at @last, all joined. */
static void
add_band (const TsChartFrame *frame,
          cairo_t *cr,
          guint first,
          guint last)
{
  cairo_rectangle_t point = { .x = -INFINITY };

  /* Where a path was closed, a line would begin at its first point. */
  cairo_new_sub_path (cr);
  for (guint i = first; i <= last; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i);

      line_to (cr, ts_chart_frame_get_time_px (frame, entry->at_ns), get_offset_px (frame, entry->now_max_ns), &point);
    }
  for (guint i = last + 1; i > first; i--)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i - 1);

      line_to (cr, ts_chart_frame_get_time_px (frame, entry->at_ns), get_offset_px (frame, entry->now_min_ns), &point);
    }
  cairo_close_path (cr);
}

/**
 * ts_chart_layer_draw_band:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws what all exchanges until then proved, over the bars: what of a bar sticks out is what others ruled out.
 * It begins anew after a gap and after a step.
 */
void
ts_chart_layer_draw_band (const TsChartFrame *frame,
                          cairo_t *cr)
{
  guint first = 0;

  cairo_save (cr);
  clip_to_plot (frame, cr, 0);
  gdk_cairo_set_source_rgba (cr, &frame->colors.band);
  for (guint i = 1; i <= frame->series->entries->len; i++)
    {
      if (ts_chart_series_is_joined (frame->series, i))
        continue;
      if (i - first > 1)
        add_band (frame, cr, first, i - 1);
      first = i;
    }
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &frame->colors.band_edge);
  cairo_set_line_width (cr, BAND_EDGE_PX);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/**
 * ts_chart_layer_draw_line:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the estimate: a line through neighbours that may be true of one clock, broken elsewhere.
 */
void
ts_chart_layer_draw_line (const TsChartFrame *frame,
                          cairo_t *cr)
{
  const TsChartSeries *series = frame->series;
  cairo_rectangle_t point = { 0 };

  cairo_save (cr);
  /* As high as the line at the very ends of the axis. */
  clip_to_plot (frame, cr, LINE_PX / 2);
  gdk_cairo_set_source_rgba (cr, &frame->colors.line);
  cairo_set_line_width (cr, LINE_PX);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (series, i);
      double x = ts_chart_frame_get_time_px (frame, entry->at_ns);
      double y = get_offset_px (frame, entry->estimate_ns);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      if (!ts_chart_series_is_joined (series, i))
        {
          cairo_move_to (cr, x, y);
          point = (cairo_rectangle_t) { .x = x, .y = y };
        }
      else if (ts_chart_series_is_joined (series, i + 1))
        line_to (cr, x, y, &point);
      else
        cairo_line_to (cr, x, y);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}
