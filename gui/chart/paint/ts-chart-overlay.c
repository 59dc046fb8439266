/* Draws the overlays: their lines and round trips; and finds lines and bars that are in the way of text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-overlay.h"

#include <math.h>

#define LINE_PX     2.0
#define DOT_PX      2.0 /* radius */
#define MARK_PX     2.0 /* width and height */
#define BEYOND_PX   3.0 /* height, and half the width */
#define MARK_GAP_PX 6.0 /* triangles closer than this are one */

/* Draws the joined samples from @first to before @end. */
static void
draw_piece (const TsChartFrame *frame,
            cairo_t *cr,
            const TsChartOverlay *overlay,
            guint first,
            guint end)
{
  const TsHistoryEntry *entry = ts_chart_series_get (&overlay->series, first);
  double x = ts_chart_plot_get_x (&frame->plot, entry->at_ns);

  if (end == first + 1)
    {
      if (!ts_chart_plot_has_x (&frame->plot, x))
        return;
      gdk_cairo_set_source_rgba (cr, &ts_chart_colors_get_style (frame->sheet.colors, overlay->place)->line);
      cairo_arc (cr, x, ts_chart_plot_get_y (&frame->plot, entry->estimate_ns), DOT_PX, 0, 2 * G_PI);
      cairo_fill (cr);
      return;
    }
  for (guint i = first; i < end; i++)
    {
      entry = ts_chart_series_get (&overlay->series, i);
      cairo_line_to (cr, ts_chart_plot_get_x (&frame->plot, entry->at_ns),
                     ts_chart_plot_get_y (&frame->plot, entry->estimate_ns));
    }
  /* Counted from an instant, which stays where it is on the line. */
  ts_chart_line_style_apply (ts_chart_colors_get_style (frame->sheet.colors, overlay->place), cr,
                             (double) ts_chart_series_get (&overlay->series, first)->at_ns * frame->plot.x.px_per_ns);
  cairo_stroke (cr);
}

static guint
find_first_since (const TsChartSeries *series,
                  gint64 since_ns)
{
  guint from = 0, to = series->entries->len;

  while (from < to)
    {
      guint middle = from + (to - from) / 2;

      if (ts_chart_series_get (series, middle)->at_ns < since_ns)
        from = middle + 1;
      else
        to = middle;
    }
  return from;
}

static void
draw_line (const TsChartFrame *frame,
           cairo_t *cr,
           const TsChartOverlay *overlay)
{
  guint first = find_first_since (&overlay->series, overlay->series.settled_ns);

  for (guint i = first + 1; i <= overlay->series.entries->len; i++)
    {
      if (ts_chart_series_is_joined (&overlay->series, i))
        continue;
      if (ts_chart_series_get (&overlay->series, first)->kind == TS_ENTRY_SAMPLE)
        draw_piece (frame, cr, overlay, first, i);
      first = i;
    }
}

/**
 * ts_chart_overlay_draw_lines:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the estimates of the overlays, each broken at its own gaps and steps; a sample that is not joined is a dot.
 */
void
ts_chart_overlay_draw_lines (const TsChartFrame *frame,
                             cairo_t *cr)
{
  cairo_save (cr);
  /* At an end of the axis, half of a line is outside. */
  ts_chart_plot_clip (&frame->plot, cr, LINE_PX / 2);
  cairo_set_line_width (cr, LINE_PX);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < frame->overlays->len; i++)
    draw_line (frame, cr, ts_chart_overlays_get (frame->overlays, i));
  cairo_restore (cr);
}

static void
add_mark (const TsChartFrame *frame,
          cairo_t *cr,
          double x,
          double y,
          double *last_beyond_x)
{
  double top = frame->strip.box.y, bottom = ts_chart_box_get_bottom (&frame->strip.box);

  if (y >= top - 0.5)
    {
      cairo_rectangle (cr, x - MARK_PX / 2, CLAMP (y - MARK_PX / 2, top, bottom - MARK_PX), MARK_PX, MARK_PX);
      return;
    }
  if (x - *last_beyond_x < MARK_GAP_PX)
    return;
  cairo_move_to (cr, x, top);
  cairo_line_to (cr, x - BEYOND_PX, top + BEYOND_PX);
  cairo_line_to (cr, x + BEYOND_PX, top + BEYOND_PX);
  cairo_close_path (cr);
  *last_beyond_x = x;
}

/**
 * ts_chart_overlay_draw_delays:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws a mark for each round trip of the overlays in the strip, or a triangle if it is beyond the strip.
 */
void
ts_chart_overlay_draw_delays (const TsChartFrame *frame,
                              cairo_t *cr)
{
  cairo_save (cr);
  for (guint i = 0; i < frame->overlays->len; i++)
    {
      const TsChartOverlay *overlay = ts_chart_overlays_get (frame->overlays, i);
      double last_beyond_x = -INFINITY;

      gdk_cairo_set_source_rgba (cr, &ts_chart_colors_get_style (frame->sheet.colors, overlay->place)->line);
      for (guint j = 0; j < overlay->series.entries->len; j++)
        {
          const TsHistoryEntry *entry = ts_chart_series_get (&overlay->series, j);
          double x = ts_chart_plot_get_x (&frame->plot, entry->at_ns);

          if (ts_chart_series_is_drawn (&overlay->series, j) && ts_chart_plot_has_x (&frame->plot, x))
            add_mark (frame, cr, x, ts_chart_plot_get_y (&frame->strip, ts_history_entry_get_delay_ns (entry)),
                      &last_beyond_x);
        }
      cairo_fill (cr);
    }
  cairo_restore (cr);
}

static void
widen_reach (TsChartReach *reach,
             double y)
{
  reach->top_px = MIN (reach->top_px, y);
  reach->bottom_px = MAX (reach->bottom_px, y);
}

/* The first entry from @left_px on. */
static guint
find_first (const TsChartFrame *frame,
            const TsChartSeries *series,
            double left_px)
{
  return find_first_since (series, ts_chart_scale_from_px (&frame->plot.x, left_px));
}

/**
 * ts_chart_overlay_find_reach:
 * @frame: a frame
 * @series: the series of the chosen server or of an overlay
 * @left_px: where a stretch begins
 * @right_px: where it ends
 * @reach: (out): how far up and down its line goes there
 *
 * Returns: whether there is any of its line there
 */
gboolean
ts_chart_overlay_find_reach (const TsChartFrame *frame,
                             const TsChartSeries *series,
                             double left_px,
                             double right_px,
                             TsChartReach *reach)
{
  *reach = (TsChartReach) { INFINITY, -INFINITY };
  for (guint i = find_first (frame, series, left_px); i < series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (series, i);
      gboolean is_joined = ts_chart_series_is_joined (series, i) && ts_chart_series_is_drawn (series, i - 1);
      const TsHistoryEntry *before = is_joined ? ts_chart_series_get (series, i - 1) : entry;

      if (ts_chart_plot_get_x (&frame->plot, before->at_ns) > right_px)
        break;
      if (!ts_chart_series_is_drawn (series, i))
        continue;
      widen_reach (reach, ts_chart_plot_get_y (&frame->plot, entry->estimate_ns));
      widen_reach (reach, ts_chart_plot_get_y (&frame->plot, before->estimate_ns));
    }
  return reach->top_px <= reach->bottom_px;
}

/**
 * ts_chart_overlay_has_line:
 * @frame: a frame
 * @series: the series of the chosen server or of an overlay
 *
 * Returns: whether any of its line is in view
 */
gboolean
ts_chart_overlay_has_line (const TsChartFrame *frame,
                           const TsChartSeries *series)
{
  TsChartReach reach;

  return ts_chart_overlay_find_reach (frame, series, frame->plot.box.x, ts_chart_box_get_right (&frame->plot.box),
                                      &reach);
}

static gboolean
crosses (const TsChartFrame *frame,
         const TsChartSeries *series,
         const cairo_rectangle_t *box)
{
  TsChartReach reach;

  return ts_chart_overlay_find_reach (frame, series, box->x, ts_chart_box_get_right (box), &reach) &&
         reach.top_px < ts_chart_box_get_bottom (box) && reach.bottom_px > box->y;
}

/**
 * ts_chart_overlay_is_crossed:
 * @frame: a frame
 * @box: a part of the plot
 *
 * Returns: whether the line of any server leads through @box
 */
gboolean
ts_chart_overlay_is_crossed (const TsChartFrame *frame,
                             const cairo_rectangle_t *box)
{
  gboolean is_crossed = crosses (frame, frame->series, box);

  for (guint i = 0; i < frame->overlays->len && !is_crossed; i++)
    is_crossed = crosses (frame, &ts_chart_overlays_get (frame->overlays, i)->series, box);
  return is_crossed;
}

/**
 * ts_chart_overlay_has_bars:
 * @frame: a frame
 * @box: a part of the plot
 *
 * Returns: whether an exchange's bar is in @box
 */
gboolean
ts_chart_overlay_has_bars (const TsChartFrame *frame,
                           const cairo_rectangle_t *box)
{
  double right = ts_chart_box_get_right (box);

  for (guint i = find_first (frame, frame->series, box->x); i < frame->series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i);

      if (ts_chart_plot_get_x (&frame->plot, entry->at_ns) >= right)
        break;
      if (entry->kind == TS_ENTRY_SAMPLE &&
          ts_chart_plot_get_y (&frame->plot, entry->proven_max_ns) < ts_chart_box_get_bottom (box) &&
          ts_chart_plot_get_y (&frame->plot, entry->proven_min_ns) > box->y)
        return TRUE;
    }
  return FALSE;
}
