/* The key of a picture in which not every server's name has room beside its line.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-picture-key.h"

#include "chart/paint/ts-chart-overlay.h"
#include "chart/paint/ts-chart-text.h"

#define TOP_PX      8  /* from what is above it */
#define ROW_GAP_PX  4
#define GAP_PX      20 /* between its parts */
#define SIGN_PX     29 /* as in the list of servers */
#define SIGN_GAP_PX 8  /* from a line to its name */
#define LINE_PX     2
#define ROUND_PX    1  /* for round ends */
#define MAX_NAME_PX 300
#define MAX_ROWS    3

/* How far it has come, from the beginning of lines as text runs. */
typedef struct
{
  const TsChartFrame *frame;
  cairo_t *cr;
  guint row;
  double x_px;
  double y_px;
} Key;

static double
mirror (const TsChartFrame *frame,
        double x,
        double width)
{
  return frame->is_mirrored ? frame->width_px - x - width : x;
}

static void
draw_sign (const Key *self,
           const TsChartLineStyle *style)
{
  double left = mirror (self->frame, self->x_px, SIGN_PX), middle = self->y_px + (int) (self->frame->line_px / 2);

  cairo_save (self->cr);
  if (style != NULL)
    ts_chart_line_style_apply (style, self->cr, 0);
  else
    gdk_cairo_set_source_rgba (self->cr, &self->frame->colors.line);
  cairo_set_line_width (self->cr, LINE_PX);
  cairo_move_to (self->cr, left + ROUND_PX, middle);
  cairo_line_to (self->cr, left + SIGN_PX - ROUND_PX, middle);
  cairo_stroke (self->cr);
  cairo_restore (self->cr);
}

static void
draw_text (const Key *self,
           PangoLayout *text,
           double x,
           const GdkRGBA *color)
{
  double width;

  ts_chart_text_get_size (text, &width, NULL);
  ts_chart_text_draw (self->cr, text, color, mirror (self->frame, x, width), self->y_px);
}

/* Begins another row where @width_px has no room in this one; in the last there is always room for three dots. */
static gboolean
make_room (Key *self,
           double width_px)
{
  double right = self->frame->width_px - self->frame->padding_px - (self->row + 1 == MAX_ROWS ? GAP_PX : 0);

  if (self->x_px == self->frame->padding_px || self->x_px + width_px <= right)
    return TRUE;
  if (self->row + 1 == MAX_ROWS)
    return FALSE;
  self->row++;
  self->x_px = self->frame->padding_px;
  self->y_px += self->frame->line_px + ROW_GAP_PX;
  return TRUE;
}

/* Returns: whether there was room; there is for no more where there was none */
static gboolean
add (Key *self,
     const char *name,
     const TsChartLineStyle *style)
{
  g_autoptr (PangoLayout) text = ts_chart_text_new (self->frame->pango, name);
  double sign_px = SIGN_PX + SIGN_GAP_PX, text_px;

  ts_chart_text_shorten (text, MAX_NAME_PX);
  ts_chart_text_get_size (text, &text_px, NULL);
  if (!make_room (self, sign_px + text_px))
    {
      pango_layout_set_text (text, "…", -1);
      draw_text (self, text, self->x_px, &self->frame->colors.secondary);
      return FALSE;
    }
  draw_sign (self, style);
  draw_text (self, text, self->x_px + sign_px, style != NULL ? &style->text : &self->frame->colors.line);
  self->x_px += sign_px + text_px + GAP_PX;
  return TRUE;
}

/**
 * ts_chart_picture_key_draw:
 * @frame: a frame
 * @cr: a context to draw with
 * @top_px: where there is room for it
 *
 * Draws the lines of all servers that are in view, each with its name, in three rows at most.
 *
 * Returns: how much room it takes
 */
int
ts_chart_picture_key_draw (const TsChartFrame *frame,
                           cairo_t *cr,
                           int top_px)
{
  Key key = { .frame = frame, .cr = cr, .x_px = frame->padding_px, .y_px = top_px + TOP_PX };
  gboolean has_room = TRUE;

  if (ts_chart_overlay_has_line (frame, frame->series))
    has_room = add (&key, frame->name, NULL);
  for (guint i = 0; i < frame->overlays->len && has_room; i++)
    {
      const TsChartOverlay *overlay = ts_chart_overlays_get (frame->overlays, i);

      if (ts_chart_overlay_has_line (frame, &overlay->series))
        has_room = add (&key, overlay->name, ts_chart_colors_get_style (&frame->colors, overlay->place));
    }
  return (int) (key.y_px + frame->line_px) - top_px;
}
