/* The chart's text: titles, key, labels of the axes, notes at gaps and steps.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-chart-labels.h"

#include <glib/gi18n.h>
#include <math.h>
#include <pango/pangocairo.h>

#include "ts-chart-words.h"

#define KEY_MIN_WIDTH_PX 560
#define KEY_GAP_PX       20 /* between its parts, and before it */
#define KEY_SIGN_GAP_PX  8  /* from a sign to its word */
#define KEY_LINE_PX      16
#define KEY_BAR_PX       14
#define NOTE_TOP_PX      3 /* below the plot's edge */
#define NOTE_MARGIN_PX   4 /* free on its sides */
#define NOTE_BESIDE_PX   8 /* from a step's line */
#define MAX_NOTES        24 /* of each kind: so many are tried, for where there are more few have room */
#define LABEL_GAP_PX     8
#define TIME_GAP_PX      6

#define LEFT_TO_RIGHT_MARK "\u200e"

static void
draw_text (cairo_t *cr,
           PangoLayout *layout,
           const GdkRGBA *color,
           double x,
           double y)
{
  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, round (x), round (y));
  pango_cairo_show_layout (cr, layout);
}

/* Where something of @width is drawn that left-to-right text has at @x. */
static double
mirror (const TsChartFrame *frame,
        double x,
        double width)
{
  return frame->is_mirrored ? frame->width_px - x - width : x;
}

/* Whether no other note, step or bar comes into the box of a note. */
static gboolean
is_free (const TsChartFrame *frame,
         const cairo_rectangle_t *box)
{
  double left = box->x, right = ts_chart_box_get_right (box);

  if (left + NOTE_MARGIN_PX < frame->plot.x || right - NOTE_MARGIN_PX > ts_chart_box_get_right (&frame->plot))
    return FALSE;
  for (guint i = 0; i < frame->holes->len; i++)
    {
      const cairo_rectangle_t *hole = &g_array_index (frame->holes, cairo_rectangle_t, i);

      if (left < ts_chart_box_get_right (hole) && hole->x < right)
        return FALSE;
    }
  for (guint i = 0; i < frame->series->steps->len; i++)
    {
      double x = ts_chart_frame_get_step (frame, i);

      if (left < x && x < right)
        return FALSE;
    }
  for (guint i = 0; i < frame->series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (frame->series, i);
      double x = ts_chart_frame_get_time_px (frame, entry->at_ns);

      if (entry->kind == TS_ENTRY_SAMPLE && left < x && x < right &&
          ts_chart_scale_to_px (&frame->offset, entry->proven_max_ns) < ts_chart_box_get_bottom (box))
        return FALSE;
    }
  return TRUE;
}

static gboolean
place_note (TsChartFrame *frame,
            GArray *notes,
            PangoLayout *layout,
            double x,
            gboolean is_strong)
{
  TsChartNote note = { layout, x, frame->plot.y + NOTE_TOP_PX, is_strong };
  cairo_rectangle_t box = { .x = x - NOTE_MARGIN_PX, .y = frame->plot.y + 1 };

  ts_chart_text_get_size (layout, &box.width, &box.height);
  box.width += 2 * NOTE_MARGIN_PX;
  box.height += 2 * NOTE_TOP_PX;
  if (!is_free (frame, &box))
    return FALSE;
  g_object_ref (layout);
  g_array_append_val (notes, note);
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
  g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, text);
  double left, right, width, x;

  if (!ts_chart_frame_get_gap (frame, index, &left, &right))
    return;
  ts_chart_text_get_size (layout, &width, NULL);
  x = round ((left + right - width) / 2);
  x = MIN (x, ts_chart_box_get_right (&frame->plot) - width - NOTE_MARGIN_PX);
  x = MAX (x, frame->plot.x + NOTE_MARGIN_PX);
  place_note (frame, notes, layout, x, FALSE);
}

/* With whose clock it was, in a second line, where there is room for that, else without. */
static void
place_step_note (TsChartFrame *frame,
                 GArray *notes,
                 guint index)
{
  const TsChartStep *step = &g_array_index (frame->series->steps, TsChartStep, index);
  double line = ts_chart_frame_get_step (frame, index);

  for (guint try = 0; try < 4; try++)
    {
      g_autofree char *text = ts_chart_format_step (step, try < 2);
      g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, text);
      gboolean is_before = try % 2 == 0;
      double width, x;

      pango_layout_set_alignment (layout, is_before ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
      ts_chart_text_get_size (layout, &width, NULL);
      x = is_before ? floor (line) - NOTE_BESIDE_PX - width : ceil (line) + NOTE_BESIDE_PX;
      if (!touches_gap (frame, x - NOTE_MARGIN_PX, x + width + NOTE_MARGIN_PX) &&
          place_note (frame, notes, layout, x, TRUE))
        return;
    }
}

static void
clear_note (gpointer data)
{
  g_object_unref (((TsChartNote *) data)->layout);
}

/**
 * ts_chart_labels_place_notes:
 * @frame: a frame, whose holes are filled in
 *
 * Finds room for the words at gaps and steps, for the newest first. Where a bar, a step or other words would
 * be in the way there are none: the strip and the description still tell.
 *
 * Returns: (transfer full) (element-type TsChartNote): the notes
 */
GArray *
ts_chart_labels_place_notes (TsChartFrame *frame)
{
  GArray *notes = g_array_new (FALSE, FALSE, sizeof (TsChartNote));
  guint n_gaps = frame->series->gaps->len, n_steps = frame->series->steps->len;

  g_array_set_clear_func (notes, clear_note);
  for (guint i = n_gaps; i > 0 && i + MAX_NOTES > n_gaps; i--)
    place_gap_note (frame, notes, i - 1);
  for (guint i = n_steps; i > 0 && i + MAX_NOTES > n_steps; i--)
    place_step_note (frame, notes, i - 1);
  return notes;
}

/**
 * ts_chart_labels_draw_notes:
 * @frame: a frame
 * @cr: a context to draw with
 * @notes: (element-type TsChartNote): the notes
 */
void
ts_chart_labels_draw_notes (const TsChartFrame *frame,
                            cairo_t *cr,
                            const GArray *notes)
{
  for (guint i = 0; i < notes->len; i++)
    {
      const TsChartNote *note = &g_array_index (notes, TsChartNote, i);

      draw_text (cr, note->layout, note->is_strong ? &frame->colors.text : &frame->colors.secondary,
                 note->x_px, note->y_px);
    }
}

/* The sign of a part of the key: a line, a patch or a bar. */
typedef struct
{
  const char *text;
  const GdkRGBA *color;
  double width_px;
  double height_px;
} KeyPart;

/* Draws the key from its far end on, and returns how far it reaches. */
static double
draw_key (const TsChartFrame *frame,
          cairo_t *cr)
{
  const KeyPart parts[] = {
    { C_ ("chart key", "estimate"), &frame->colors.line, KEY_LINE_PX, 2 },
    { C_ ("chart key", "proven by all"), &frame->colors.band, KEY_BAR_PX, KEY_BAR_PX },
    { C_ ("chart key", "proven by one exchange"), &frame->colors.bar, 1.5, KEY_BAR_PX },
  };
  double middle = round (frame->padding_px + frame->line_px / 2);
  double x = frame->width_px - frame->padding_px;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, parts[i].text);
      double text_width;

      ts_chart_text_get_size (layout, &text_width, NULL);
      x -= text_width + (i > 0 ? KEY_GAP_PX : 0);
      draw_text (cr, layout, &frame->colors.secondary, mirror (frame, x, text_width), frame->padding_px);
      x = floor (x - KEY_SIGN_GAP_PX - parts[i].width_px);
      gdk_cairo_set_source_rgba (cr, parts[i].color);
      cairo_rectangle (cr, mirror (frame, x, parts[i].width_px), middle - parts[i].height_px / 2, parts[i].width_px,
                       parts[i].height_px);
      cairo_fill (cr);
    }
  return frame->width_px - x;
}

/* The longer of both titles of the plot that fits into @room. */
static PangoLayout *
make_title (const TsChartFrame *frame,
            double room)
{
  PangoLayout *layout = NULL;
  double width = 0;

  for (guint is_short = 0; layout == NULL; is_short++)
    {
      g_autofree char *title = ts_chart_format_title (frame->series, &frame->offset_axis, is_short > 0);

      layout = ts_chart_text_new (frame->pango, title);
      ts_chart_text_get_size (layout, &width, NULL);
      if (width > room && is_short == 0)
        g_clear_object (&layout);
    }
  return layout;
}

/**
 * ts_chart_labels_draw_titles:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the titles of plot and strip, and the key where there is room and something to explain.
 */
void
ts_chart_labels_draw_titles (const TsChartFrame *frame,
                             cairo_t *cr)
{
  g_autofree char *strip_title = ts_chart_format_strip_title (frame->series, &frame->delay_axis);
  g_autoptr (PangoLayout) title = NULL;
  g_autoptr (PangoLayout) strip = ts_chart_text_new (frame->pango, strip_title);
  double room = frame->width_px - 2 * frame->padding_px;
  double width;

  if (frame->width_px >= KEY_MIN_WIDTH_PX && frame->series->n_samples > 0)
    room = frame->width_px - draw_key (frame, cr) - KEY_GAP_PX - frame->padding_px;
  title = make_title (frame, room);

  ts_chart_text_get_size (title, &width, NULL);
  /* Else the read-out is there. */
  if (frame->readout == NULL || !ts_chart_frame_is_narrow (frame))
    draw_text (cr, title, &frame->colors.secondary, mirror (frame, frame->padding_px, width),
               frame->padding_px);
  ts_chart_text_get_size (strip, &width, NULL);
  draw_text (cr, strip, &frame->colors.secondary, mirror (frame, frame->padding_px, width),
             frame->strip.y - LABEL_GAP_PX - frame->line_px);
}

/* Figures end below each other on either side of the plot; ticks too close for their text lose it. */
static void
draw_values (const TsChartFrame *frame,
             cairo_t *cr,
             const TsChartScale *scale,
             const GArray *ticks)
{
  double edge = frame->is_mirrored ? frame->width_px - frame->padding_px : frame->plot.x - LABEL_GAP_PX;
  double last_y = INFINITY;

  for (guint i = 0; i < ticks->len; i++)
    {
      const TsChartTick *tick = &g_array_index (ticks, TsChartTick, i);
      double y = ts_chart_scale_to_px (scale, tick->value_ns);
      g_autoptr (PangoLayout) layout = NULL;
      g_autofree char *text = NULL;
      double width;

      if (tick->label == NULL || last_y - y < frame->line_px * 0.8)
        continue;
      /* Lest the sign moves to the right of the figures where text runs from right to left. */
      text = g_strconcat (LEFT_TO_RIGHT_MARK, tick->label, NULL);
      layout = ts_chart_text_new (frame->pango, text);
      ts_chart_text_get_size (layout, &width, NULL);
      draw_text (cr, layout, &frame->colors.secondary, edge - width, y - frame->line_px / 2);
      last_y = y;
    }
}

static void
draw_times (const TsChartFrame *frame,
            cairo_t *cr)
{
  g_autoptr (PangoLayout) now = ts_chart_text_new (frame->pango, C_ ("chart", "now"));
  double y = ts_chart_box_get_bottom (&frame->strip) + TIME_GAP_PX;
  double end = frame->width_px - LABEL_GAP_PX;

  if (ts_chart_series_is_live (frame->series))
    {
      double width;

      ts_chart_text_get_size (now, &width, NULL);
      end = ts_chart_box_get_right (&frame->plot) - width;
      draw_text (cr, now, &frame->colors.secondary, end, y);
      end -= TIME_GAP_PX;
    }

  for (guint i = 0; i < frame->time_ticks->len; i++)
    {
      const TsChartTick *tick = &g_array_index (frame->time_ticks, TsChartTick, i);
      g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, tick->label);
      double width, x;

      ts_chart_text_get_size (layout, &width, NULL);
      x = ts_chart_frame_get_time_px (frame, tick->value_ns) - width / 2;
      if (x >= LABEL_GAP_PX && x + width <= end)
        draw_text (cr, layout, &frame->colors.secondary, x, y);
    }
}

/**
 * ts_chart_labels_draw_axes:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the labels of all axes; "now" takes the place of times that would touch it
 * where the view reaches to now.
 */
void
ts_chart_labels_draw_axes (const TsChartFrame *frame,
                           cairo_t *cr)
{
  draw_values (frame, cr, &frame->offset, frame->offset_ticks);
  draw_values (frame, cr, &frame->delay, frame->delay_ticks);
  draw_times (frame, cr);
}
