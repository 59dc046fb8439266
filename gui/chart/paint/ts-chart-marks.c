/* The chart's marks, painted by cairo: steps, lone samples, what is beyond the plot, failed tries.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-marks.h"

#include <math.h>

#define DOT_PX            2.5 /* radius */
#define CROSS_PX          4.0
#define CROSS_LINE_PX     1.5
#define REFUSAL_PX        6.0
#define REFUSAL_HEIGHT_PX 2.5
#define RISE_PX           4.0 /* of failed tries above the strip's lower edge */
#define MARK_GAP_PX       6.0 /* marks closer than this are one */
#define BEYOND_PX         4.0 /* height, and half the width */

static void
draw_step (const TsChartFrame *frame,
           cairo_t *cr,
           double x,
           gboolean is_probable)
{
  static const double dashes[] = { 3, 3 }, probable_dashes[] = { 2, 4 };

  gdk_cairo_set_source_rgba (cr, is_probable ? &frame->colors.probable : &frame->colors.mark);
  cairo_set_dash (cr, is_probable ? probable_dashes : dashes, G_N_ELEMENTS (dashes), 0);
  cairo_move_to (cr, x, frame->plot.y);
  cairo_line_to (cr, x, ts_chart_box_get_bottom (&frame->plot));
  cairo_move_to (cr, x, frame->strip.y);
  cairo_line_to (cr, x, ts_chart_box_get_bottom (&frame->strip));
  cairo_stroke (cr);
}

/**
 * ts_chart_marks_draw_steps:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws a dashed line at each step, one for steps closer than 6 px; a lighter one if the step is only probable.
 */
void
ts_chart_marks_draw_steps (const TsChartFrame *frame,
                           cairo_t *cr)
{
  double last_x = -MARK_GAP_PX;

  cairo_save (cr);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < frame->series->steps->len; i++)
    {
      double x = ts_chart_frame_get_step (frame, i);

      if (fabs (x - last_x) < MARK_GAP_PX || !ts_chart_frame_has_x (frame, x))
        continue;
      draw_step (frame, cr, x, ts_chart_step_is_probable (&g_array_index (frame->series->steps, TsChartStep, i)));
      last_x = x;
    }
  cairo_restore (cr);
}

/**
 * ts_chart_marks_draw_dots:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the estimate of each sample that no line leads to or from, the newest at the plot's very edge included.
 */
void
ts_chart_marks_draw_dots (const TsChartFrame *frame,
                          cairo_t *cr)
{
  const TsChartSeries *series = frame->series;

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->colors.line);
  for (guint i = 0; i < series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (series, i);
      double x = ts_chart_frame_get_time_px (frame, entry->at_ns);
      double y = ts_chart_scale_to_px (&frame->offset, entry->estimate_ns);

      if (entry->kind != TS_ENTRY_SAMPLE || !ts_chart_frame_has_x (frame, x) || y < frame->plot.y ||
          y > ts_chart_box_get_bottom (&frame->plot) || ts_chart_series_is_joined (series, i) ||
          ts_chart_series_is_joined (series, i + 1))
        continue;
      cairo_new_sub_path (cr);
      cairo_arc (cr, x, y, DOT_PX, 0, 2 * G_PI);
    }
  cairo_fill (cr);
  cairo_restore (cr);
}

static void
add_triangle (cairo_t *cr,
              double x,
              double tip,
              double base)
{
  cairo_move_to (cr, x, tip);
  cairo_line_to (cr, x - BEYOND_PX, base);
  cairo_line_to (cr, x + BEYOND_PX, base);
  cairo_close_path (cr);
}

/**
 * ts_chart_marks_draw_beyond:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws a small triangle at the edge over which a bar would reach, so that nothing is cut in silence. Those
 * closer than 6 px are one.
 */
void
ts_chart_marks_draw_beyond (const TsChartFrame *frame,
                            cairo_t *cr)
{
  double top = frame->plot.y, bottom = ts_chart_box_get_bottom (&frame->plot);
  double last_x[] = { -MARK_GAP_PX, -MARK_GAP_PX, -MARK_GAP_PX };

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->colors.line);
  for (guint i = 0; i < frame->series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i);
      double x = ts_chart_frame_get_time_px (frame, entry->at_ns);
      gboolean is_beyond[] = {
        ts_chart_scale_to_px (&frame->offset, entry->proven_max_ns) < top - 0.5,
        ts_chart_scale_to_px (&frame->offset, entry->proven_min_ns) > bottom + 0.5,
        ts_chart_scale_to_px (&frame->delay, ts_history_entry_get_delay_ns (entry)) < frame->strip.y - 0.5,
      };
      double tips[] = { top, bottom, frame->strip.y };
      double bases[] = { top + BEYOND_PX, bottom - BEYOND_PX, frame->strip.y + BEYOND_PX };

      if (entry->kind != TS_ENTRY_SAMPLE || !ts_chart_frame_has_x (frame, x))
        continue;
      for (guint edge = 0; edge < G_N_ELEMENTS (tips); edge++)
        if (is_beyond[edge] && fabs (x - last_x[edge]) >= MARK_GAP_PX)
          {
            add_triangle (cr, x, tips[edge], bases[edge]);
            last_x[edge] = x;
          }
    }
  cairo_fill (cr);
  cairo_restore (cr);
}

static void
add_cross (cairo_t *cr,
           double x,
           double y)
{
  cairo_move_to (cr, x - CROSS_PX / 2, y - CROSS_PX / 2);
  cairo_rel_line_to (cr, CROSS_PX, CROSS_PX);
  cairo_rel_move_to (cr, 0, -CROSS_PX);
  cairo_rel_line_to (cr, -CROSS_PX, CROSS_PX);
}

/* Lost exchanges that follow each other closer than 6 px share a cross in their middle; crosses closer than that
 * are one. */
static void
draw_lost (const TsChartFrame *frame,
           cairo_t *cr,
           double y)
{
  const GArray *tries = frame->series->tries;
  double first = -INFINITY, last = -INFINITY, last_cross = -INFINITY;

  for (guint i = 0; i <= tries->len; i++)
    {
      const TsChartTry *try = i < tries->len ? &g_array_index (tries, TsChartTry, i) : NULL;
      double x = try != NULL ? ts_chart_frame_get_time_px (frame, try->at_ns) : INFINITY;

      if (try != NULL && (try->kind != TS_ENTRY_LOST || !ts_chart_frame_has_x (frame, x)))
        continue;
      if (try == NULL || !try->goes_on || x - last >= MARK_GAP_PX)
        {
          if ((first + last) / 2 - last_cross >= MARK_GAP_PX)
            {
              last_cross = (first + last) / 2;
              add_cross (cr, last_cross, y);
            }
          first = x;
        }
      last = x;
    }
  cairo_stroke (cr);
}

/* Bars that would touch each other are left out. */
static void
draw_refused (const TsChartFrame *frame,
              cairo_t *cr,
              double y)
{
  const GArray *tries = frame->series->tries;
  double edge = ts_chart_box_get_right (&frame->strip);
  double last = -REFUSAL_PX;

  for (guint i = 0; i < tries->len; i++)
    {
      const TsChartTry *try = &g_array_index (tries, TsChartTry, i);
      double at = ts_chart_frame_get_time_px (frame, try->at_ns);
      double x = MIN (at, edge - REFUSAL_PX);

      if (try->kind != TS_ENTRY_REFUSED || !ts_chart_frame_has_x (frame, at) || fabs (x - last) < 1.5 * REFUSAL_PX)
        continue;
      cairo_rectangle (cr, x, y - REFUSAL_HEIGHT_PX / 2, REFUSAL_PX, REFUSAL_HEIGHT_PX);
      last = x;
    }
  cairo_fill (cr);
}

/**
 * ts_chart_marks_draw_tries:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws in the strip what brought no sample: a cross for a lost exchange, a short bar for a refused one.
 */
void
ts_chart_marks_draw_tries (const TsChartFrame *frame,
                           cairo_t *cr)
{
  double y = ts_chart_box_get_bottom (&frame->strip) - RISE_PX;

  cairo_save (cr);
  cairo_set_line_width (cr, CROSS_LINE_PX);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  gdk_cairo_set_source_rgba (cr, &frame->colors.line);
  draw_lost (frame, cr, y);
  gdk_cairo_set_source_rgba (cr, &frame->colors.error);
  draw_refused (frame, cr, y);
  cairo_restore (cr);
}
