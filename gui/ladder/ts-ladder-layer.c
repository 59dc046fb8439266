/* Draws the ladder's picture.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-layer.h"

#include <gdk/gdk.h>
#include <math.h>
#include <pango/pangocairo.h>

#include "chart/paint/ts-chart-text.h"

#define LINE_PX        1.5
#define BUSY_PX        8.0  /* how wide the stretch between two instants is drawn */
#define POINT_PX       4.0  /* radius */
#define HEAD_PX        10.0 /* how long an arrow's head is */
#define HEAD_HALF_PX   4.5
#define TEXT_GAP_PX    3
#define HEADING_GAP_PX 6
#define EDGE_PX        4

static double
get_width (PangoLayout *layout)
{
  double width;

  ts_chart_text_get_size (layout, &width, NULL);
  return width;
}

static double
get_text_height (PangoLayout *layout)
{
  double height;

  ts_chart_text_get_size (layout, NULL, &height);
  return height;
}

/* Beside the line at @x: on the outer side of it, @side being 1 where that is to the right. */
static void
draw_beside (cairo_t *cr,
             PangoLayout *layout,
             const GdkRGBA *color,
             double x,
             int side,
             double y)
{
  ts_chart_text_draw (cr, layout, color, side > 0 ? x : x - get_width (layout), y);
}

static void
draw_line (cairo_t *cr,
           const TsChartColors *colors,
           const TsLadderLayout *layout,
           double x,
           double from_y,
           double to_y)
{
  gdk_cairo_set_source_rgba (cr, &colors->zero);
  cairo_set_line_width (cr, LINE_PX);
  cairo_move_to (cr, round (x), layout->top_px);
  cairo_line_to (cr, round (x), layout->bottom_px);
  cairo_stroke (cr);
  gdk_cairo_set_source_rgba (cr, &colors->bar);
  cairo_rectangle (cr, round (x) - BUSY_PX / 2, from_y, BUSY_PX, to_y - from_y);
  cairo_fill (cr);
}

static void
draw_point (cairo_t *cr,
            const TsChartColors *colors,
            double x,
            double y)
{
  gdk_cairo_set_source_rgba (cr, &colors->line);
  cairo_new_sub_path (cr);
  cairo_arc (cr, round (x), y, POINT_PX, 0, 2 * G_PI);
  cairo_fill (cr);
}

/* A text along an arrow is read from left to right, wherever the arrow points. */
static void
draw_along (cairo_t *cr,
            PangoLayout *layout,
            const GdkRGBA *color,
            double from_x,
            double from_y,
            double to_x,
            double to_y)
{
  gboolean is_leftward = to_x < from_x;
  double angle = is_leftward ? atan2 (from_y - to_y, from_x - to_x) : atan2 (to_y - from_y, to_x - from_x);

  cairo_save (cr);
  cairo_translate (cr, (from_x + to_x) / 2, (from_y + to_y) / 2);
  cairo_rotate (cr, angle);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, -get_width (layout) / 2, -get_text_height (layout) - TEXT_GAP_PX);
  pango_cairo_update_layout (cr, layout);
  pango_cairo_show_layout (cr, layout);
  cairo_restore (cr);
}

static void
draw_arrow (cairo_t *cr,
            const GdkRGBA *color,
            double from_x,
            double from_y,
            double to_x,
            double to_y)
{
  double angle = atan2 (to_y - from_y, to_x - from_x);

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, LINE_PX);
  cairo_translate (cr, to_x, to_y);
  cairo_rotate (cr, angle);
  cairo_move_to (cr, -hypot (to_x - from_x, to_y - from_y), 0);
  cairo_line_to (cr, -POINT_PX - HEAD_PX / 2, 0);
  cairo_stroke (cr);
  cairo_move_to (cr, -POINT_PX, 0);
  cairo_line_to (cr, -POINT_PX - HEAD_PX, HEAD_HALF_PX);
  cairo_line_to (cr, -POINT_PX - HEAD_PX, -HEAD_HALF_PX);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_restore (cr);
}

/* The longer of both texts that fits the arrow. */
static PangoLayout *
choose_way_text (PangoLayout *text,
                 PangoLayout *short_text,
                 double length_px)
{
  return get_width (text) <= length_px - 2 * (POINT_PX + HEAD_PX) ? text : short_text;
}

static void
draw_ways (cairo_t *cr,
           const TsChartColors *colors,
           const TsLadderLayout *layout,
           const TsLadderTexts *texts)
{
  const double *y = layout->points_y;
  double across = layout->theirs_x - layout->ours_x;
  PangoLayout *request = choose_way_text (texts->request, texts->request_short, hypot (across, y[1] - y[0]));
  PangoLayout *answer = choose_way_text (texts->answer, texts->answer_short, hypot (across, y[3] - y[2]));

  draw_arrow (cr, &colors->line, layout->ours_x, y[0], layout->theirs_x, y[1]);
  draw_along (cr, request, &colors->secondary, layout->ours_x, y[0], layout->theirs_x, y[1]);
  draw_arrow (cr, &colors->line, layout->theirs_x, y[2], layout->ours_x, y[3]);
  draw_along (cr, answer, &colors->secondary, layout->theirs_x, y[2], layout->ours_x, y[3]);
}

/* From a point to its text, where that had to give way. */
static void
draw_leader (cairo_t *cr,
             const TsChartColors *colors,
             double x,
             int side,
             double point_y,
             double text_y)
{
  if (fabs (text_y - point_y) < 2)
    return;
  gdk_cairo_set_source_rgba (cr, &colors->zero);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, x + side * (BUSY_PX / 2 + 2), point_y);
  cairo_line_to (cr, x + side * (TS_LADDER_THEIRS_GAP_PX - 4), text_y);
  cairo_stroke (cr);
}

static void
draw_our_side (cairo_t *cr,
               const TsChartColors *colors,
               const TsLadderLayout *layout,
               const TsLadderTexts *texts,
               int side)
{
  double x = layout->ours_x + side * TS_LADDER_OURS_GAP_PX;
  double stamp_px = get_text_height (texts->stamps[TS_LADDER_T1]);

  draw_beside (cr, texts->stamps[TS_LADDER_T1], &colors->text, x, side, layout->ours_y[0]);
  draw_beside (cr, texts->events[TS_LADDER_T1], &colors->secondary, x, side, layout->ours_y[0] + stamp_px);
  draw_beside (cr, texts->waited, &colors->secondary, x, side, layout->ours_y[1]);
  draw_beside (cr, texts->stamps[TS_LADDER_T4], &colors->text, x, side, layout->ours_y[2]);
  draw_beside (cr, texts->events[TS_LADDER_T4], &colors->secondary, x, side, layout->ours_y[2] + stamp_px);
}

static void
draw_their_side (cairo_t *cr,
                 const TsChartColors *colors,
                 const TsLadderLayout *layout,
                 const TsLadderTexts *texts,
                 int side)
{
  double x = layout->theirs_x + side * TS_LADDER_THEIRS_GAP_PX;
  double note_px = get_text_height (texts->events[TS_LADDER_T2]);
  double stamp_px = get_text_height (texts->stamps[TS_LADDER_T2]);

  draw_beside (cr, texts->events[TS_LADDER_T2], &colors->secondary, x, side, layout->theirs_y[0]);
  draw_beside (cr, texts->stamps[TS_LADDER_T2], &colors->text, x, side, layout->theirs_y[0] + note_px);
  draw_beside (cr, texts->served, &colors->secondary, x, side, layout->theirs_y[1]);
  draw_beside (cr, texts->stamps[TS_LADDER_T3], &colors->text, x, side, layout->theirs_y[2]);
  draw_beside (cr, texts->events[TS_LADDER_T3], &colors->secondary, x, side, layout->theirs_y[2] + stamp_px);
  draw_leader (cr, colors, layout->theirs_x, side, layout->points_y[1], layout->theirs_y[0] + note_px + stamp_px / 2);
  draw_leader (cr, colors, layout->theirs_x, side, layout->points_y[2], layout->theirs_y[2] + stamp_px / 2);
}

/* Above its line, or where that is too near to the edge or to the other name, beside it. */
static void
draw_heading (cairo_t *cr,
              const TsChartColors *colors,
              PangoLayout *heading,
              const TsLadderLayout *layout,
              double x,
              double from_x,
              double to_x)
{
  double width = MIN (get_width (heading), floor (to_x - from_x));

  pango_layout_set_width (heading, (int) (width * PANGO_SCALE));
  ts_chart_text_draw (cr, heading, &colors->text, CLAMP (x - width / 2, from_x, to_x - width),
                      layout->top_px - HEADING_GAP_PX - get_text_height (heading));
}

static void
draw_headings (cairo_t *cr,
               const TsChartColors *colors,
               const TsLadderLayout *layout,
               const TsLadderTexts *texts,
               double width_px)
{
  double middle = (layout->ours_x + layout->theirs_x) / 2;
  gboolean is_left = layout->ours_x < layout->theirs_x;
  PangoLayout *left = texts->headings[is_left ? 0 : 1], *right = texts->headings[is_left ? 1 : 0];

  draw_heading (cr, colors, left, layout, MIN (layout->ours_x, layout->theirs_x), EDGE_PX, middle - HEADING_GAP_PX);
  draw_heading (cr, colors, right, layout, MAX (layout->ours_x, layout->theirs_x), middle + HEADING_GAP_PX,
                width_px - EDGE_PX);
}

/**
 * ts_ladder_layer_draw:
 * @cr: a context to draw with
 * @layout: where
 * @texts: the text
 * @colors: in which colours
 * @width_px: of the picture
 */
void
ts_ladder_layer_draw (cairo_t *cr,
                      const TsLadderLayout *layout,
                      const TsLadderTexts *texts,
                      const TsChartColors *colors,
                      double width_px)
{
  const double *y = layout->points_y;
  int side = layout->theirs_x > layout->ours_x ? 1 : -1;

  draw_line (cr, colors, layout, layout->ours_x, y[0], y[3]);
  draw_line (cr, colors, layout, layout->theirs_x, y[1], y[2]);
  draw_ways (cr, colors, layout, texts);
  for (guint i = 0; i < TS_LADDER_N_INSTANTS; i++)
    draw_point (cr, colors, i == TS_LADDER_T1 || i == TS_LADDER_T4 ? layout->ours_x : layout->theirs_x, y[i]);
  draw_our_side (cr, colors, layout, texts, -side);
  draw_their_side (cr, colors, layout, texts, side);
  draw_headings (cr, colors, layout, texts, width_px);
}
