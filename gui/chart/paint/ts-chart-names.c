/* The names of servers beside their lines, where there are several in the chart.
 *
 * A name stands where it hides no line and no other words, best where there are no bars either: at the right end,
 * else further to the left, below its line, else above it. It stays at its spot while that is free, for words that
 * jump about cannot be read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-names.h"

#include <math.h>

#include "chart/paint/ts-chart-notes.h"
#include "chart/paint/ts-chart-overlay.h"
#include "chart/paint/ts-chart-text.h"

#define N_SPOTS     16
#define EDGE_PX     4  /* from the plot's edges */
#define BESIDE_PX   4  /* from a line to its name */
#define APART_PX    4  /* from a name to other words and lines */
#define MAX_WIDTH_PX 180

/* What stands in the way of a name. */
typedef enum
{
  FREE,
  BARS,
  LINES,
} Obstacle;

static Obstacle
find_obstacle (const TsChartFrame *frame,
               const GArray *notes,
               const cairo_rectangle_t *box)
{
  const cairo_rectangle_t wide = { box->x - APART_PX, box->y - 1, box->width + 2 * APART_PX, box->height + 2 };

  if (!ts_chart_notes_leave_free (frame, notes, &wide) || ts_chart_overlay_is_crossed (frame, &wide))
    return LINES;
  return ts_chart_overlay_has_bars (frame, box) ? BARS : FREE;
}

/* Spots go from the right to the left, each below the line and then above it. */
static gboolean
find_spot (const TsChartFrame *frame,
           const TsChartSeries *series,
           guint spot,
           cairo_rectangle_t *box)
{
  double room = frame->plot.width - 2 * EDGE_PX - box->width;
  TsChartReach reach;

  box->x = floor (frame->plot.x + EDGE_PX + room * (1 - (double) (spot / 2) / (N_SPOTS / 2 - 1)));
  if (!ts_chart_overlay_find_reach (frame, series, box->x, ts_chart_box_get_right (box), &reach))
    return FALSE;
  box->y = spot % 2 == 0 ? ceil (reach.bottom_px + BESIDE_PX) : floor (reach.top_px - BESIDE_PX - box->height);
  return TRUE;
}

static guint
choose_spot (const TsChartFrame *frame,
             const GArray *notes,
             const TsChartSeries *series,
             guint last_spot,
             cairo_rectangle_t box)
{
  guint second_best = N_SPOTS;

  for (guint try = 0; try <= N_SPOTS; try++)
    {
      guint spot = try == 0 ? last_spot : try - 1;
      Obstacle obstacle = find_spot (frame, series, spot, &box) ? find_obstacle (frame, notes, &box) : LINES;

      if (obstacle == FREE)
        return spot;
      if (obstacle == BARS && second_best == N_SPOTS)
        second_best = spot;
    }
  return second_best;
}

static PangoLayout *
make_name (const TsChartFrame *frame,
           const char *name,
           cairo_rectangle_t *box)
{
  PangoLayout *layout = ts_chart_text_new (frame->pango, name);

  ts_chart_text_shorten (layout, MAX_WIDTH_PX);
  ts_chart_text_get_size (layout, &box->width, &box->height);
  return layout;
}

static void
add_name (GArray *notes,
          PangoLayout *layout,
          const cairo_rectangle_t *box,
          const GdkRGBA *color)
{
  TsChartNote note = { g_object_ref (layout), box->x, box->y, color, TRUE };

  g_array_append_val (notes, note);
}

/* High up, where its bars seldom reach, else beside its line, which others may be close to. Returns: whether it has a
 * place, or needs none */
static gboolean
place_chosen_name (const TsChartFrame *frame,
                   GArray *notes)
{
  cairo_rectangle_t box = { 0 };
  g_autoptr (PangoLayout) layout = make_name (frame, frame->name, &box);
  guint spot;

  if (frame->series->n_samples == 0)
    return TRUE;
  box.x = ts_chart_box_get_right (&frame->plot) - EDGE_PX - box.width;
  box.y = frame->plot.y + TS_CHART_NOTE_TOP_PX;
  if (find_obstacle (frame, notes, &box) != FREE)
    {
      spot = choose_spot (frame, notes, frame->series, 1, box);
      if (spot == N_SPOTS || !find_spot (frame, frame->series, spot, &box))
        return !ts_chart_overlay_has_line (frame, frame->series);
    }
  add_name (notes, layout, &box, &frame->colors.line);
  return TRUE;
}

/**
 * ts_chart_names_place:
 * @frame: a frame
 * @notes: (element-type TsChartNote): what is said in the plot, which the names are added to
 *
 * Finds room for the names of all servers if there are several. One whose line is everywhere among others has none:
 * the list of servers shows what its line looks like.
 *
 * Returns: whether each that has a line in view has its name there
 */
gboolean
ts_chart_names_place (TsChartFrame *frame,
                      GArray *notes)
{
  gboolean is_complete = TRUE;

  for (guint i = 0; i < frame->overlays->len; i++)
    {
      TsChartOverlay *overlay = ts_chart_overlays_get (frame->overlays, i);
      cairo_rectangle_t box = { 0 };
      g_autoptr (PangoLayout) layout = make_name (frame, overlay->name, &box);
      guint spot = choose_spot (frame, notes, &overlay->series, overlay->name_spot, box);

      if (spot == N_SPOTS || !find_spot (frame, &overlay->series, spot, &box))
        {
          is_complete = is_complete && !ts_chart_overlay_has_line (frame, &overlay->series);
          continue;
        }
      overlay->name_spot = spot;
      add_name (notes, layout, &box, &ts_chart_colors_get_style (&frame->colors, overlay->place)->text);
    }
  if (frame->overlays->len > 0 && frame->name != NULL)
    is_complete = place_chosen_name (frame, notes) && is_complete;
  return is_complete;
}
