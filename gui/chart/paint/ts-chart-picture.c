/* The chart as a picture that stands alone.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-picture.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "chart/paint/ts-chart-colors.h"
#include "chart/paint/ts-chart-notes.h"
#include "chart/paint/ts-chart-overlay.h"
#include "chart/paint/ts-chart-text.h"
#include "chart/paint/ts-chart-timeline.h"
#include "words/ts-isolate.h"

#define TITLE_GAP_PX 20  /* between name and span, at least */
#define TITLE_SCALE  1.3 /* of the chart's text */

#define KEY_TOP_PX      8  /* from what is above it */
#define KEY_ROW_GAP_PX  4
#define KEY_GAP_PX      20 /* between its parts */
#define KEY_SIGN_PX     29 /* as in the list of servers */
#define KEY_SIGN_GAP_PX 8  /* from a line to its name */
#define KEY_LINE_PX     2
#define KEY_ROUND_PX    1  /* for round ends */
#define KEY_MAX_NAME_PX 300
#define KEY_MAX_ROWS    3

static void
show_text (cairo_t *cr,
           PangoLayout *layout,
           const GdkRGBA *color,
           double x,
           double baseline)
{
  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, x, baseline - (double) pango_layout_get_baseline (layout) / PANGO_SCALE);
  pango_cairo_show_layout (cr, layout);
}

/* Draws name and span on one line, at both ends of it, and returns where what is below it begins. */
static double
draw_title (cairo_t *cr,
            PangoContext *pango,
            const TsChartColors *colors,
            int width_px,
            const char *name,
            const char *span_text)
{
  g_autofree char *isolated = ts_isolate_name (name);
  g_autoptr (PangoLayout) title = ts_chart_text_new_styled (pango, isolated, TITLE_SCALE, strlen (isolated));
  g_autoptr (PangoLayout) span = ts_chart_text_new (pango, span_text);
  gboolean is_mirrored = pango_context_get_base_dir (pango) == PANGO_DIRECTION_RTL;
  double span_width = ts_chart_text_measure (span), right = width_px - TS_CHART_PADDING_PX;
  double title_width, title_height, baseline;

  ts_chart_text_shorten (title, MAX (right - TS_CHART_PADDING_PX - span_width - TITLE_GAP_PX, 1));
  ts_chart_text_get_size (title, &title_width, &title_height);
  baseline = TS_CHART_PADDING_PX + round ((double) pango_layout_get_baseline (title) / PANGO_SCALE);
  show_text (cr, title, &colors->text, is_mirrored ? right - title_width : TS_CHART_PADDING_PX, baseline);
  show_text (cr, span, &colors->secondary, is_mirrored ? TS_CHART_PADDING_PX : right - span_width, baseline);
  return TS_CHART_PADDING_PX + title_height;
}

/* Where the next part of the key is drawn; x is counted from where lines of text begin. */
typedef struct
{
  const TsChartSheet *sheet;
  cairo_t *cr;
  guint row;
  double x_px;
  double y_px;
} Key;

static void
draw_sign (const Key *self,
           const TsChartLineStyle *style)
{
  double left = ts_chart_sheet_mirror (self->sheet, self->x_px, KEY_SIGN_PX);
  double middle = self->y_px + (int) (self->sheet->line_px / 2);

  cairo_save (self->cr);
  if (style != NULL)
    ts_chart_line_style_apply (style, self->cr, 0);
  else
    gdk_cairo_set_source_rgba (self->cr, &self->sheet->colors->line);
  cairo_set_line_width (self->cr, KEY_LINE_PX);
  cairo_move_to (self->cr, left + KEY_ROUND_PX, middle);
  cairo_line_to (self->cr, left + KEY_SIGN_PX - KEY_ROUND_PX, middle);
  cairo_stroke (self->cr);
  cairo_restore (self->cr);
}

static void
draw_text (const Key *self,
           PangoLayout *text,
           double x,
           const GdkRGBA *color)
{
  x = ts_chart_sheet_mirror (self->sheet, x, ts_chart_text_measure (text));
  ts_chart_text_draw (self->cr, text, color, x, self->y_px);
}

/* Begins another row if this one has no room for @width_px. The last row keeps room for three dots.
 *
 * Returns: whether there is room */
static gboolean
make_room (Key *self,
           double width_px)
{
  double right = self->sheet->width_px - self->sheet->padding_px - (self->row + 1 == KEY_MAX_ROWS ? KEY_GAP_PX : 0);

  if (self->x_px == self->sheet->padding_px || self->x_px + width_px <= right)
    return TRUE;
  if (self->row + 1 == KEY_MAX_ROWS)
    return FALSE;
  self->row++;
  self->x_px = self->sheet->padding_px;
  self->y_px += self->sheet->line_px + KEY_ROW_GAP_PX;
  return TRUE;
}

/* Returns: whether there was room for it; if not, there is none for what follows either */
static gboolean
add (Key *self,
     const char *name,
     const TsChartLineStyle *style)
{
  g_autofree char *isolated = ts_isolate_name (name);
  g_autoptr (PangoLayout) text = ts_chart_text_new (self->sheet->pango, isolated);
  double sign_px = KEY_SIGN_PX + KEY_SIGN_GAP_PX, text_px;

  ts_chart_text_shorten (text, KEY_MAX_NAME_PX);
  text_px = ts_chart_text_measure (text);
  if (!make_room (self, sign_px + text_px))
    {
      pango_layout_set_text (text, "…", -1);
      draw_text (self, text, self->x_px, &self->sheet->colors->secondary);
      return FALSE;
    }
  draw_sign (self, style);
  draw_text (self, text, self->x_px + sign_px, style != NULL ? &style->text : &self->sheet->colors->line);
  self->x_px += sign_px + text_px + KEY_GAP_PX;
  return TRUE;
}

/* Draws the lines of all servers that are in view, each with its name, in three rows at most.
 *
 * Returns: how much room it takes */
static int
draw_key (const TsChartFrame *frame,
          cairo_t *cr,
          int top_px)
{
  const TsChartSheet *sheet = &frame->sheet;
  Key key = { .sheet = sheet, .cr = cr, .x_px = sheet->padding_px, .y_px = top_px + KEY_TOP_PX };
  gboolean has_room = TRUE;

  if (ts_chart_overlay_has_line (frame, frame->series))
    has_room = add (&key, frame->name, NULL);
  for (guint i = 0; i < frame->overlays->len && has_room; i++)
    {
      const TsChartOverlay *overlay = ts_chart_overlays_get (frame->overlays, i);

      if (ts_chart_overlay_has_line (frame, &overlay->series))
        has_room = add (&key, overlay->name, ts_chart_colors_get_style (sheet->colors, overlay->place));
    }
  return (int) (key.y_px + sheet->line_px) - top_px;
}

/* The names of those overlays that have a line in the picture. */
static char **
list_overlays (const TsChartFrame *frame)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < frame->overlays->len; i++)
    {
      const TsChartOverlay *overlay = ts_chart_overlays_get (frame->overlays, i);

      if (ts_chart_overlay_has_line (frame, &overlay->series))
        g_strv_builder_add (names, overlay->name);
    }
  return g_strv_builder_end (names);
}

/**
 * ts_chart_picture_draw:
 * @model: what to show, with a name and a span that is fixed
 * @cr: a context to draw with
 * @pango: for the text
 * @width_px: of the picture
 * @height_px: of the picture
 * @span_text: when that was
 *
 * Draws the timeline as on paper: in light colours whatever the window's are, below a line that says what it shows,
 * without a cursor, and without "now" because it will be looked at later. Overlays look as in the window; but if
 * there is no room for one's name beside its line, a key above the chart has all names.
 *
 * Returns: (transfer full): the names of those overlays whose lines are in it
 */
char **
ts_chart_picture_draw (TsChartModel *model,
                       cairo_t *cr,
                       PangoContext *pango,
                       int width_px,
                       int height_px,
                       const char *span_text)
{
  g_autoptr (GArray) notes = NULL;
  TsChartColors colors;
  TsChartFrame frame;
  char **names;
  int top;

  ts_chart_colors_init_for_paper (&colors);
  gdk_cairo_set_source_rgba (cr, &colors.card);
  cairo_paint (cr);
  top = (int) draw_title (cr, pango, &colors, width_px, ts_chart_model_get_name (model), span_text);

  ts_chart_frame_init (&frame, model, &colors, pango, width_px, height_px - top);
  notes = ts_chart_notes_place (&frame);
  if (!ts_chart_notes_place_names (&frame, notes))
    {
      /* A picture has no list of servers beside it that shows what their lines look like. */
      top += draw_key (&frame, cr, top);
      ts_chart_frame_clear (&frame);
      ts_chart_frame_init (&frame, model, &colors, pango, width_px, height_px - top);
      g_array_unref (notes);
      notes = ts_chart_notes_place (&frame);
    }
  cairo_save (cr);
  cairo_translate (cr, 0, top);
  ts_chart_timeline_draw_data (&frame, cr);
  ts_chart_timeline_draw_text (&frame, cr, notes);
  cairo_restore (cr);
  names = list_overlays (&frame);
  ts_chart_frame_clear (&frame);
  return names;
}
