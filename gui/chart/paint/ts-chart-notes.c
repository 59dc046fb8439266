/* The notes in the timeline: words at gaps, steps and ticks, and the names of servers beside their lines.
 *
 * They stand where they hide nothing. A name stands best where there are no bars either: at the right end, else further
 * to the left, below its line, else above it. It stays at its spot while that is free, because words that jump about
 * cannot be read.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-notes.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "chart/paint/ts-chart-overlay.h"
#include "chart/paint/ts-chart-text.h"
#include "chart/model/ts-chart-words.h"
#include "words/ts-isolate.h"

#define NOTE_TOP_PX    3  /* from the edge of the plot */
#define NOTE_MARGIN_PX 4  /* free on its sides */
#define NOTE_BESIDE_PX 8  /* from a step's line */
#define MAX_NOTES      24 /* the most that are tried of each kind, because only a few have room */
#define MIN_NOTED_PX   3  /* a narrower gap has no words in a long view */
#define HALO_PX        3

#define N_NAME_SPOTS   16
#define NAME_EDGE_PX   4  /* from the plot's edges */
#define NAME_BESIDE_PX 4  /* from a line to its name */
#define NAME_APART_PX  4  /* from a name to other words and lines */
#define MAX_NAME_PX    180

static gboolean
overlap (const cairo_rectangle_t *a,
         const cairo_rectangle_t *b)
{
  return a->x < ts_chart_box_get_right (b) && b->x < ts_chart_box_get_right (a) &&
         a->y < ts_chart_box_get_bottom (b) && b->y < ts_chart_box_get_bottom (a);
}

/* Returns: whether @box is in the plot, and no other words and no step's line are in it */
static gboolean
leave_free (const TsChartFrame *frame,
                           const GArray *notes,
                           const cairo_rectangle_t *box)
{
  const cairo_rectangle_t *plot = &frame->plot.box;
  double right = ts_chart_box_get_right (box);

  if (box->x + NOTE_MARGIN_PX < plot->x || right - NOTE_MARGIN_PX > ts_chart_box_get_right (plot) ||
      box->y < plot->y || ts_chart_box_get_bottom (box) > ts_chart_box_get_bottom (plot))
    return FALSE;
  for (guint i = 0; i < notes->len; i++)
    {
      const TsChartNote *note = &g_array_index (notes, TsChartNote, i);
      cairo_rectangle_t words = { .x = note->x_px - NOTE_MARGIN_PX, .y = note->y_px };

      ts_chart_text_get_size (note->layout, &words.width, &words.height);
      words.width += 2 * NOTE_MARGIN_PX;
      if (overlap (&words, box))
        return FALSE;
    }
  for (guint i = 0; i < frame->series->steps->len; i++)
    {
      double x = ts_chart_frame_get_step (frame, i);

      if (box->x < x && x < right)
        return FALSE;
    }
  return TRUE;
}

/* Places it at the upper edge of the plot, where grid and hatch leave a hole for it, or at the lower one. */
static gboolean
place_note (TsChartFrame *frame,
            GArray *notes,
            PangoLayout *layout,
            double x,
            gboolean is_low,
            const GdkRGBA *color)
{
  TsChartNote note = { layout, x, frame->plot.box.y + NOTE_TOP_PX, color, is_low };
  cairo_rectangle_t box = { .x = x - NOTE_MARGIN_PX, .y = frame->plot.box.y + 1 };

  ts_chart_text_get_size (layout, &box.width, &box.height);
  box.width += 2 * NOTE_MARGIN_PX;
  box.height += 2 * NOTE_TOP_PX;
  if (is_low)
    {
      box.y = floor (ts_chart_box_get_bottom (&frame->plot.box) - 1 - box.height);
      note.y_px = box.y + NOTE_TOP_PX;
    }
  if (!leave_free (frame, notes, &box) || ts_chart_overlay_is_crossed (frame, &box) ||
      ts_chart_overlay_has_bars (frame, &box))
    return FALSE;
  g_object_ref (layout);
  g_array_append_val (notes, note);
  if (!is_low)
    g_array_append_val (frame->holes, box);
  return TRUE;
}

static gboolean
touches_gap (const TsChartFrame *frame,
             double left,
             double right)
{
  double gap_left, gap_right;

  for (guint i = 0; i < frame->series->gaps->len; i++)
    if (ts_chart_frame_get_gap (frame, i, &gap_left, &gap_right) && left < gap_right && gap_left < right)
      return TRUE;
  return FALSE;
}

static void
place_gap_note (TsChartFrame *frame,
                GArray *notes,
                guint index)
{
  const TsChartGap *gap = &g_array_index (frame->series->gaps, TsChartGap, index);
  g_autofree char *text = ts_chart_format_gap (gap);
  g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->sheet.pango, text);
  double width = ts_chart_text_measure (layout), left, right, x;

  if (!ts_chart_frame_get_gap (frame, index, &left, &right))
    return;
  x = round ((left + right - width) / 2);
  x = MIN (x, ts_chart_box_get_right (&frame->plot.box) - width - NOTE_MARGIN_PX);
  x = MAX (x, frame->plot.box.x + NOTE_MARGIN_PX);
  if (!place_note (frame, notes, layout, x, FALSE, &frame->sheet.colors->secondary) && right - left > width / 2)
    place_note (frame, notes, layout, x, TRUE, &frame->sheet.colors->secondary);
}

/* The size of the step is bold unless the step is only probable, and whose clock it was is dimmed. */
static PangoLayout *
new_step_text (const TsChartFrame *frame,
               const char *text,
               gboolean is_probable)
{
  const GdkRGBA *color = &frame->sheet.colors->secondary;
  guint n = (guint) strcspn (text, "\n");
  PangoLayout *layout = ts_chart_text_new_styled (frame->sheet.pango, text, 1, is_probable ? 0 : n);
  PangoAttrList *attributes = pango_layout_get_attributes (layout);
  PangoAttribute *dim = pango_attr_foreground_new ((guint16) (color->red * G_MAXUINT16),
                                                   (guint16) (color->green * G_MAXUINT16),
                                                   (guint16) (color->blue * G_MAXUINT16));
  PangoAttribute *dim_alpha = pango_attr_foreground_alpha_new ((guint16) (color->alpha * G_MAXUINT16));

  dim->start_index = dim_alpha->start_index = n;
  pango_attr_list_insert (attributes, dim);
  pango_attr_list_insert (attributes, dim_alpha);
  return layout;
}

/* Tries the longest text first, and for each text the upper edge before the lower one, and left of the line before
 * right of it. */
static void
place_step_note (TsChartFrame *frame,
                 GArray *notes,
                 guint index)
{
  const TsChartStep *step = &g_array_index (frame->series->steps, TsChartStep, index);
  double line = ts_chart_frame_get_step (frame, index);

  for (guint try = 0; try < 4 * TS_CHART_N_DETAILS; try++)
    {
      g_autofree char *text = ts_chart_format_step (step, (TsChartDetail) (try / 4));
      g_autoptr (PangoLayout) layout = new_step_text (frame, text, ts_chart_step_is_probable (step));
      gboolean is_before = try % 2 == 0;
      double width = ts_chart_text_measure (layout);
      double x = is_before ? floor (line) - NOTE_BESIDE_PX - width : ceil (line) + NOTE_BESIDE_PX;

      pango_layout_set_alignment (layout, is_before ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
      if (!touches_gap (frame, x - NOTE_MARGIN_PX, x + width + NOTE_MARGIN_PX) &&
          place_note (frame, notes, layout, x, try % 4 >= 2, &frame->sheet.colors->text))
        return;
    }
}

/* Above its tick, if nothing is in the way; the description has it anyway. */
static void
place_event_note (TsChartFrame *frame,
                  GArray *notes,
                  guint index)
{
  const TsPastEvent *event = &g_array_index (frame->series->events, TsPastEvent, index);
  g_autofree char *text = ts_chart_format_event (event);
  g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->sheet.pango, text);
  double x = ts_chart_plot_get_x (&frame->plot, event->at_ns), right = ts_chart_box_get_right (&frame->plot.box);
  TsChartNote note = { layout, 0, 0, &frame->sheet.colors->secondary, TRUE };
  cairo_rectangle_t box;

  ts_chart_text_get_size (layout, &box.width, &box.height);
  if (!ts_chart_plot_has_x (&frame->plot, x))
    return;
  x = MIN (round (x - box.width / 2), right - box.width - NOTE_MARGIN_PX);
  note.x_px = MAX (x, frame->plot.box.x + NOTE_MARGIN_PX);
  note.y_px = ts_chart_box_get_bottom (&frame->plot.box) - TS_CHART_EVENT_HEIGHT_PX - NOTE_TOP_PX - box.height;
  box.x = note.x_px - NOTE_MARGIN_PX;
  box.width += 2 * NOTE_MARGIN_PX;
  box.y = note.y_px;
  if (!leave_free (frame, notes, &box) || ts_chart_overlay_is_crossed (frame, &box))
    return;
  g_object_ref (layout);
  g_array_append_val (notes, note);
}

static void
clear_note (gpointer data)
{
  g_object_unref (((TsChartNote *) data)->layout);
}

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
  const cairo_rectangle_t wide = {
    box->x - NAME_APART_PX, box->y - 1, box->width + 2 * NAME_APART_PX, box->height + 2,
  };

  if (!leave_free (frame, notes, &wide) || ts_chart_overlay_is_crossed (frame, &wide))
    return LINES;
  return ts_chart_overlay_has_bars (frame, box) ? BARS : FREE;
}

/* Spots are numbered from right to left, each first below the line and then above it. */
static gboolean
find_spot (const TsChartFrame *frame,
           const TsChartSeries *series,
           guint spot,
           cairo_rectangle_t *box)
{
  double room = frame->plot.box.width - 2 * NAME_EDGE_PX - box->width;
  TsChartReach reach;

  box->x = floor (frame->plot.box.x + NAME_EDGE_PX + room * (1 - (double) (spot / 2) / (N_NAME_SPOTS / 2 - 1)));
  if (!ts_chart_overlay_find_reach (frame, series, box->x, ts_chart_box_get_right (box), &reach))
    return FALSE;
  box->y = spot % 2 == 0 ? ceil (reach.bottom_px + NAME_BESIDE_PX)
                         : floor (reach.top_px - NAME_BESIDE_PX - box->height);
  return TRUE;
}

static guint
choose_spot (const TsChartFrame *frame,
             const GArray *notes,
             const TsChartSeries *series,
             guint last_spot,
             cairo_rectangle_t box)
{
  guint second_best = N_NAME_SPOTS;

  for (guint try = 0; try <= N_NAME_SPOTS; try++)
    {
      guint spot = try == 0 ? last_spot : try - 1;
      Obstacle obstacle = find_spot (frame, series, spot, &box) ? find_obstacle (frame, notes, &box) : LINES;

      if (obstacle == FREE)
        return spot;
      if (obstacle == BARS && second_best == N_NAME_SPOTS)
        second_best = spot;
    }
  return second_best;
}

static PangoLayout *
make_name (const TsChartFrame *frame,
           const char *name,
           cairo_rectangle_t *box)
{
  g_autofree char *isolated = ts_isolate_name (name);
  PangoLayout *layout = ts_chart_text_new (frame->sheet.pango, isolated);

  ts_chart_text_shorten (layout, MAX_NAME_PX);
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

/* Places it at the upper edge, where bars are rare, or beside its line.
 *
 * Returns: whether it has a place, or needs none */
static gboolean
place_chosen_name (const TsChartFrame *frame,
                   GArray *notes)
{
  cairo_rectangle_t box = { 0 };
  g_autoptr (PangoLayout) layout = make_name (frame, frame->name, &box);
  guint spot;

  if (frame->series->n_samples == 0)
    return TRUE;
  box.x = ts_chart_box_get_right (&frame->plot.box) - NAME_EDGE_PX - box.width;
  box.y = frame->plot.box.y + NOTE_TOP_PX;
  if (find_obstacle (frame, notes, &box) != FREE)
    {
      spot = choose_spot (frame, notes, frame->series, 1, box);
      if (spot == N_NAME_SPOTS || !find_spot (frame, frame->series, spot, &box))
        return !ts_chart_overlay_has_line (frame, frame->series);
    }
  add_name (notes, layout, &box, &frame->sheet.colors->line);
  return TRUE;
}

/* In a long view the many gaps of single exchanges would keep those few from being tried that are wide enough to see. */
static void
place_gap_notes (TsChartFrame *frame,
                 GArray *notes)
{
  gboolean is_long = ts_chart_series_is_long (frame->series);
  guint n_tried = 0;
  double left, right;

  for (guint i = frame->series->gaps->len; i > 0 && n_tried < MAX_NOTES; i--)
    {
      if (is_long && (!ts_chart_frame_get_gap (frame, i - 1, &left, &right) || right - left < MIN_NOTED_PX))
        continue;
      place_gap_note (frame, notes, i - 1);
      n_tried++;
    }
}

/**
 * ts_chart_notes_place:
 * @frame: a frame, whose holes are filled in
 *
 * Finds room for the words at gaps, steps and ticks, for the newest first. Where a bar, a step or other words would be in the
 * way there are none; the marks in the strip and the description remain.
 *
 * Returns: (transfer full) (element-type TsChartNote): the notes
 */
GArray *
ts_chart_notes_place (TsChartFrame *frame)
{
  GArray *notes = g_array_new (FALSE, FALSE, sizeof (TsChartNote));
  guint n_steps = frame->series->steps->len, n_events = frame->series->events->len;

  g_array_set_clear_func (notes, clear_note);
  place_gap_notes (frame, notes);
  for (guint i = n_steps; i > 0 && i + MAX_NOTES > n_steps; i--)
    place_step_note (frame, notes, i - 1);
  for (guint i = n_events; i > 0 && i + MAX_NOTES > n_events; i--)
    place_event_note (frame, notes, i - 1);
  return notes;
}

/**
 * ts_chart_notes_place_names:
 * @frame: a frame
 * @notes: (element-type TsChartNote): the notes, which the names are added to
 *
 * Finds room for the names of all servers if there are overlays. The name of one whose line is everywhere among others
 * is left out, because the list of servers shows what its line looks like.
 *
 * Returns: whether each server that has a line in view has its name there
 */
gboolean
ts_chart_notes_place_names (const TsChartFrame *frame,
                            GArray *notes)
{
  gboolean is_complete = TRUE;

  for (guint i = 0; i < frame->overlays->len; i++)
    {
      TsChartOverlay *overlay = ts_chart_overlays_get (frame->overlays, i);
      cairo_rectangle_t box = { 0 };
      g_autoptr (PangoLayout) layout = make_name (frame, overlay->name, &box);
      guint spot = choose_spot (frame, notes, &overlay->series, overlay->name_spot, box);

      if (spot == N_NAME_SPOTS || !find_spot (frame, &overlay->series, spot, &box))
        {
          is_complete = is_complete && !ts_chart_overlay_has_line (frame, &overlay->series);
          continue;
        }
      overlay->name_spot = spot;
      add_name (notes, layout, &box, &ts_chart_colors_get_style (frame->sheet.colors, overlay->place)->text);
    }
  if (frame->overlays->len > 0 && frame->name != NULL)
    is_complete = place_chosen_name (frame, notes) && is_complete;
  return is_complete;
}

/* Draws a rim in the card's colour around each letter. */
static void
draw_halo (const TsChartFrame *frame,
           cairo_t *cr,
           const TsChartNote *note)
{
  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->card);
  cairo_set_line_width (cr, HALO_PX);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_move_to (cr, round (note->x_px), round (note->y_px));
  pango_cairo_layout_path (cr, note->layout);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/**
 * ts_chart_notes_draw:
 * @frame: a frame
 * @cr: a context to draw with
 * @notes: (element-type TsChartNote): the notes
 */
void
ts_chart_notes_draw (const TsChartFrame *frame,
                     cairo_t *cr,
                     const GArray *notes)
{
  for (guint i = 0; i < notes->len; i++)
    {
      const TsChartNote *note = &g_array_index (notes, TsChartNote, i);

      if (note->has_halo)
        draw_halo (frame, cr, note);
      ts_chart_text_draw (cr, note->layout, note->color, note->x_px, note->y_px);
    }
}
