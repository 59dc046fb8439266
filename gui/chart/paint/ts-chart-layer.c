/* The layers of the timeline: gaps, bars, band, line and marks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-layer.h"

#include <math.h>

#define BAR_PX       1.5
#define LINE_PX      2.0
#define BAND_EDGE_PX 1.0
#define HATCH_PX     6.0 /* from line to line */
#define UNRECORDED_PX 12.0 /* the same where nothing was recorded */
#define THIN_PX      2.0 /* several gaps this narrow, side by side, look like one */
#define NEAR_PX      0.5 /* points closer than this to the one before are not drawn */
#define DOT_PX            2.5 /* radius */
#define CROSS_PX          4.0
#define CROSS_LINE_PX     1.5
#define REFUSAL_PX        6.0
#define REFUSAL_HEIGHT_PX 2.5
#define RISE_PX           4.0 /* of failed tries above the strip's lower edge */
#define MARK_GAP_PX       6.0 /* marks closer than this are one */
#define BEYOND_PX         4.0 /* height, and half the width */
#define EVENT_PX          2.0

/* Joined exchanges in one column of pixels. */
typedef struct
{
  double x_px;
  gint64 min_ns;
  gint64 max_ns;
  gint64 delay_ns;
} Column;

/* Then a line of 1.5 px fills one pixel and half of the next wherever it is, so all bars look alike. */
static double
snap_bar (double px)
{
  return round (px * 2 - 0.5) / 2 + 0.25;
}

/* Adds lines from lower left to upper right, or where nothing was recorded, from upper left to lower right and farther
 * apart. They are counted from @phase and from the lower edge, so that the pattern moves with its gap and has no seam beside a
 * hole. There is no clip, because cairo 1.16 aborts
 * on some that are not whole pixels. */
static void
add_hatch (cairo_t *cr,
           gboolean is_recorded,
           double left,
           double right,
           double top,
           double bottom,
           double phase)
{
  double spacing = (is_recorded ? HATCH_PX : UNRECORDED_PX) * G_SQRT2;
  /* Downward, or where nothing was recorded, upward from the lower edge. */
  double least = is_recorded ? top : 0, most = is_recorded ? bottom : bottom - top;
  double first = phase + ceil ((left + least - phase) / spacing) * spacing;

  for (double sum = first; sum < right + most; sum += spacing)
    {
      double from = MAX (left, sum - most), to = MIN (right, sum - least);

      cairo_move_to (cr, from, is_recorded ? sum - from : bottom - (sum - from));
      cairo_line_to (cr, to, is_recorded ? sum - to : bottom - (sum - to));
    }
}

/* Adds the part of a gap's hatch that is beside and below the holes. */
static void
add_plot_hatch (const TsChartFrame *frame,
                cairo_t *cr,
                gboolean is_recorded,
                double left,
                double right,
                double phase)
{
  double bottom = ts_chart_box_get_bottom (&frame->plot.box);
  const cairo_rectangle_t *hole = ts_chart_plot_find_hole (frame->holes, left, right);
  double hole_left, hole_right;

  if (left >= right)
    return;
  if (hole == NULL)
    {
      add_hatch (cr, is_recorded, left, right, frame->plot.box.y, bottom, phase);
      return;
    }
  hole_left = MAX (hole->x, left);
  hole_right = MIN (ts_chart_box_get_right (hole), right);
  add_hatch (cr, is_recorded, hole_left, hole_right, ts_chart_box_get_bottom (hole), bottom, phase);
  add_plot_hatch (frame, cr, is_recorded, left, hole_left, phase);
  add_plot_hatch (frame, cr, is_recorded, hole_right, right, phase);
}

/* Of several gaps that share a pixel one is drawn, and so of narrow ones closer than 6 px. */
static void
draw_gaps (const TsChartFrame *frame,
           cairo_t *cr,
           gboolean is_recorded)
{
  double edge = -INFINITY;

  gdk_cairo_set_source_rgba (cr, is_recorded ? &frame->sheet.colors->hatch : &frame->sheet.colors->unrecorded);
  for (guint i = 0; i < frame->series->gaps->len; i++)
    {
      const TsChartGap *gap = &g_array_index (frame->series->gaps, TsChartGap, i);
      double left, right;

      if ((gap->last_kind != TS_ENTRY_NOT_RECORDED) != is_recorded ||
          !ts_chart_frame_get_gap (frame, i, &left, &right) || right < edge + 1 ||
          (right - left <= THIN_PX && left < edge + HATCH_PX))
        continue;
      edge = right;
      add_plot_hatch (frame, cr, is_recorded, left, right, left);
      add_hatch (cr, is_recorded, left, right, frame->strip.box.y, ts_chart_box_get_bottom (&frame->strip.box), left);
    }
  cairo_stroke (cr);
}

/**
 * ts_chart_layer_draw_gaps:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Hatches the gaps, those where nothing was recorded in another way.
 */
void
ts_chart_layer_draw_gaps (const TsChartFrame *frame,
                          cairo_t *cr)
{
  cairo_save (cr);
  cairo_set_line_width (cr, 1);
  draw_gaps (frame, cr, TRUE);
  draw_gaps (frame, cr, FALSE);
  cairo_restore (cr);
}

/* Joins exchanges in one column of pixels to one bar, unless an event is between them. */
static GArray *
get_columns (const TsChartFrame *frame)
{
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (Column));
  Column *last = NULL;

  for (guint i = 0; i < frame->series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i);
      double x = ts_chart_plot_get_x (&frame->plot, entry->at_ns);
      Column column = { x, entry->proven_min_ns, entry->proven_max_ns, ts_history_entry_get_delay_ns (entry) };

      if (!ts_chart_series_is_drawn (frame->series, i) || !ts_chart_plot_has_x (&frame->plot, x))
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

/* All bars are one path, so that they do not add up to a darker colour where they touch. Their ends are on whole
 * pixels, which cairo paints four times as fast. */
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
 * Draws what each exchange proves, and its round trip: at most one bar for each column of pixels and each step. In a long
 * view there are bars of round trips only, because the band tells what is proven there.
 */
void
ts_chart_layer_draw_bars (const TsChartFrame *frame,
                          cairo_t *cr)
{
  g_autoptr (GArray) columns = get_columns (frame);
  gboolean is_long = ts_chart_series_is_long (frame->series);

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->bar);
  cairo_set_line_width (cr, BAR_PX);
  for (guint i = 0; i < columns->len; i++)
    {
      const Column *column = &g_array_index (columns, Column, i);

      if (!is_long)
        add_bar (cr, &frame->plot.box, column->x_px, ts_chart_plot_get_y (&frame->plot, column->max_ns),
                 ts_chart_plot_get_y (&frame->plot, column->min_ns));
      add_bar (cr, &frame->strip.box, column->x_px, ts_chart_plot_get_y (&frame->strip, column->delay_ns),
               ts_chart_box_get_bottom (&frame->strip.box));
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* Draws a line to a point, unless it is too close to @last to be seen. */
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

/* Adds the outline of what was certain from the sample at @first to the one at @last, which are all joined. */
static void
add_band (const TsChartFrame *frame,
          cairo_t *cr,
          guint first,
          guint last)
{
  cairo_rectangle_t point = { .x = -INFINITY };

  /* Without this a line would begin at the first point of the path that was closed before. */
  cairo_new_sub_path (cr);
  for (guint i = first; i <= last; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i);

      line_to (cr, ts_chart_plot_get_x (&frame->plot, entry->at_ns),
               ts_chart_plot_get_y (&frame->plot, entry->now_max_ns), &point);
    }
  for (guint i = last + 1; i > first; i--)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i - 1);

      line_to (cr, ts_chart_plot_get_x (&frame->plot, entry->at_ns),
               ts_chart_plot_get_y (&frame->plot, entry->now_min_ns), &point);
    }
  cairo_close_path (cr);
}

/**
 * ts_chart_layer_draw_band:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws over the bars what all exchanges until then proved: the visible part of a bar is what others ruled out. The
 * band ends at a gap or a step, and another one begins after it.
 */
void
ts_chart_layer_draw_band (const TsChartFrame *frame,
                          cairo_t *cr)
{
  guint first = 0;

  cairo_save (cr);
  ts_chart_plot_clip (&frame->plot, cr, 0);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->band);
  for (guint i = 1; i <= frame->series->entries->len; i++)
    {
      if (ts_chart_series_is_joined (frame->series, i))
        continue;
      while (first < i && !ts_chart_series_is_drawn (frame->series, first))
        first++;
      if (i > first + 1)
        add_band (frame, cr, first, i - 1);
      first = i;
    }
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->band_edge);
  cairo_set_line_width (cr, BAND_EDGE_PX);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* Returns: whether the line comes to this sample from the one before it */
static gboolean
is_joined_line (const TsChartSeries *series,
                guint index)
{
  return ts_chart_series_is_joined (series, index) && ts_chart_series_is_drawn (series, index - 1);
}

/**
 * ts_chart_layer_draw_line:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the estimate: a line through joined samples, broken elsewhere.
 */
void
ts_chart_layer_draw_line (const TsChartFrame *frame,
                          cairo_t *cr)
{
  const TsChartSeries *series = frame->series;
  cairo_rectangle_t point = { 0 };

  cairo_save (cr);
  /* At an end of the axis, half of the line is outside. */
  ts_chart_plot_clip (&frame->plot, cr, LINE_PX / 2);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->line);
  cairo_set_line_width (cr, LINE_PX);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (series, i);
      double x = ts_chart_plot_get_x (&frame->plot, entry->at_ns);
      double y = ts_chart_plot_get_y (&frame->plot, entry->estimate_ns);

      if (!ts_chart_series_is_drawn (series, i))
        continue;
      if (!is_joined_line (series, i))
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

/**
 * ts_chart_layer_draw_limit:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws dashed lines at the limit of the alarm, ahead and behind, where they are in range.
 */
void
ts_chart_layer_draw_limit (const TsChartFrame *frame,
                           cairo_t *cr)
{
  static const double dashes[] = { 6, 4 };
  const cairo_rectangle_t *box = &frame->plot.box;

  if (frame->limit_ns == 0 || frame->is_empty)
    return;
  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->error);
  cairo_set_line_width (cr, 1);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  for (int sign = -1; sign <= 1; sign += 2)
    {
      double y = ts_chart_snap (ts_chart_plot_get_y (&frame->plot, sign * frame->limit_ns));

      if (y < box->y || y > ts_chart_box_get_bottom (box))
        continue;
      cairo_move_to (cr, box->x, y);
      cairo_line_to (cr, ts_chart_box_get_right (box), y);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_step (const TsChartFrame *frame,
           cairo_t *cr,
           double x,
           gboolean is_probable)
{
  static const double dashes[] = { 3, 3 }, probable_dashes[] = { 2, 4 };

  gdk_cairo_set_source_rgba (cr, is_probable ? &frame->sheet.colors->probable : &frame->sheet.colors->mark);
  cairo_set_dash (cr, is_probable ? probable_dashes : dashes, G_N_ELEMENTS (dashes), 0);
  cairo_move_to (cr, x, frame->plot.box.y);
  cairo_line_to (cr, x, ts_chart_box_get_bottom (&frame->plot.box));
  cairo_move_to (cr, x, frame->strip.box.y);
  cairo_line_to (cr, x, ts_chart_box_get_bottom (&frame->strip.box));
  cairo_stroke (cr);
}

/**
 * ts_chart_layer_draw_steps:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws a dashed line at each step, one for steps closer than 6 px; a lighter one if the step is only probable.
 */
void
ts_chart_layer_draw_steps (const TsChartFrame *frame,
                           cairo_t *cr)
{
  double last_x = -MARK_GAP_PX;

  cairo_save (cr);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < frame->series->steps->len; i++)
    {
      double x = ts_chart_frame_get_step (frame, i);

      if (fabs (x - last_x) < MARK_GAP_PX || !ts_chart_plot_has_x (&frame->plot, x))
        continue;
      draw_step (frame, cr, x, ts_chart_step_is_probable (&g_array_index (frame->series->steps, TsChartStep, i)));
      last_x = x;
    }
  cairo_restore (cr);
}

/**
 * ts_chart_layer_draw_dots:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws a dot at the estimate of each sample that is not joined to another, also at the plot's edge.
 */
void
ts_chart_layer_draw_dots (const TsChartFrame *frame,
                          cairo_t *cr)
{
  const TsChartSeries *series = frame->series;

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->line);
  for (guint i = 0; i < series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (series, i);
      double x = ts_chart_plot_get_x (&frame->plot, entry->at_ns);
      double y = ts_chart_plot_get_y (&frame->plot, entry->estimate_ns);

      if (!ts_chart_series_is_drawn (series, i) || !ts_chart_plot_has_x (&frame->plot, x) || y < frame->plot.box.y ||
          y > ts_chart_box_get_bottom (&frame->plot.box) || is_joined_line (series, i) ||
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
 * ts_chart_layer_draw_beyond:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws a small triangle at the edge where a bar is cut off. Triangles closer than 6 px are one.
 */
void
ts_chart_layer_draw_beyond (const TsChartFrame *frame,
                            cairo_t *cr)
{
  double top = frame->plot.box.y, bottom = ts_chart_box_get_bottom (&frame->plot.box);
  double last_x[] = { -MARK_GAP_PX, -MARK_GAP_PX, -MARK_GAP_PX };
  gboolean is_long = ts_chart_series_is_long (frame->series);

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->line);
  for (guint i = 0; i < frame->series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i);
      double x = ts_chart_plot_get_x (&frame->plot, entry->at_ns);
      gboolean is_beyond[] = {
        !is_long && ts_chart_plot_get_y (&frame->plot, entry->proven_max_ns) < top - 0.5,
        !is_long && ts_chart_plot_get_y (&frame->plot, entry->proven_min_ns) > bottom + 0.5,
        ts_chart_plot_get_y (&frame->strip, ts_history_entry_get_delay_ns (entry)) < frame->strip.box.y - 0.5,
      };
      double tips[] = { top, bottom, frame->strip.box.y };
      double bases[] = { top + BEYOND_PX, bottom - BEYOND_PX, frame->strip.box.y + BEYOND_PX };

      if (!ts_chart_series_is_drawn (frame->series, i) || !ts_chart_plot_has_x (&frame->plot, x))
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

/* Moves a mark into the hatch of the gap that its exchange is in, if there is room: an exchange may be given up right
 * before the sample that ends the gap.
 *
 * @index: (inout): of a gap that is not later than @at_ns
 * @x: the left edge of the mark
 *
 * Returns: its left edge then */
static double
keep_in_gap (const TsChartFrame *frame,
             guint *index,
             gint64 at_ns,
             double x,
             double width_px)
{
  const GArray *gaps = frame->series->gaps;
  double left, right;

  while (*index + 1 < gaps->len && g_array_index (gaps, TsChartGap, *index).end_ns <= at_ns)
    ++*index;
  if (*index >= gaps->len || g_array_index (gaps, TsChartGap, *index).begin_ns > at_ns ||
      !ts_chart_frame_get_gap (frame, *index, &left, &right) || right - left < width_px)
    return x;
  return CLAMP (x, left, right - width_px);
}

/* Consecutive lost exchanges closer than 6 px share a cross in their middle; crosses closer than that are one. */
static void
draw_lost (const TsChartFrame *frame,
           cairo_t *cr,
           double y)
{
  const GArray *tries = frame->series->tries;
  double first = -INFINITY, last = -INFINITY, last_cross = -INFINITY;
  gint64 first_ns = 0;
  guint gap = 0;

  for (guint i = 0; i <= tries->len; i++)
    {
      const TsChartTry *try = i < tries->len ? &g_array_index (tries, TsChartTry, i) : NULL;
      double x = try != NULL ? ts_chart_plot_get_x (&frame->plot, try->at_ns) : INFINITY;

      if (try != NULL && (try->kind != TS_ENTRY_LOST || !ts_chart_plot_has_x (&frame->plot, x)))
        continue;
      if (try == NULL || !try->goes_on || x - last >= MARK_GAP_PX)
        {
          if ((first + last) / 2 - last_cross >= MARK_GAP_PX)
            {
              last_cross = (first + last) / 2;
              add_cross (cr, keep_in_gap (frame, &gap, first_ns, last_cross - CROSS_PX / 2, CROSS_PX) + CROSS_PX / 2, y);
            }
          first = x;
          first_ns = try != NULL ? try->at_ns : 0;
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
  double edge = ts_chart_box_get_right (&frame->strip.box);
  double last = -REFUSAL_PX;
  guint gap = 0;

  for (guint i = 0; i < tries->len; i++)
    {
      const TsChartTry *try = &g_array_index (tries, TsChartTry, i);
      double at = ts_chart_plot_get_x (&frame->plot, try->at_ns);
      double x = MIN (at, edge - REFUSAL_PX);

      if (try->kind != TS_ENTRY_REFUSED || !ts_chart_plot_has_x (&frame->plot, at) ||
          fabs (x - last) < 1.5 * REFUSAL_PX)
        continue;
      cairo_rectangle (cr, keep_in_gap (frame, &gap, try->at_ns, x, REFUSAL_PX), y - REFUSAL_HEIGHT_PX / 2, REFUSAL_PX,
                       REFUSAL_HEIGHT_PX);
      last = x;
    }
  cairo_fill (cr);
}

/**
 * ts_chart_layer_draw_tries:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws in the strip what brought no sample: a cross for a lost exchange, a short bar for a refused one.
 */
void
ts_chart_layer_draw_tries (const TsChartFrame *frame,
                           cairo_t *cr)
{
  double y = ts_chart_box_get_bottom (&frame->strip.box) - RISE_PX;

  cairo_save (cr);
  cairo_set_line_width (cr, CROSS_LINE_PX);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->line);
  draw_lost (frame, cr, y);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->error);
  draw_refused (frame, cr, y);
  cairo_restore (cr);
}

/**
 * ts_chart_layer_draw_events:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws a tick at the foot of the plot for each thing that happened to this computer, one for those closer than 6 px.
 */
void
ts_chart_layer_draw_events (const TsChartFrame *frame,
                            cairo_t *cr)
{
  double bottom = ts_chart_box_get_bottom (&frame->plot.box), last_x = -INFINITY;

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->mark);
  cairo_set_line_width (cr, EVENT_PX);
  for (guint i = 0; i < frame->series->events->len; i++)
    {
      double x = round (ts_chart_plot_get_x (&frame->plot, g_array_index (frame->series->events, TsPastEvent, i).at_ns));

      if (x - last_x < MARK_GAP_PX || !ts_chart_plot_has_x (&frame->plot, x))
        continue;
      cairo_move_to (cr, x, bottom - TS_CHART_EVENT_HEIGHT_PX);
      cairo_line_to (cr, x, bottom);
      last_x = x;
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}
