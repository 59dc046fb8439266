/* What a chart is painted on: its size, its text and its colours.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-sheet.h"

#include <math.h>

#include "chart/model/ts-chart-words.h"
#include "chart/paint/ts-chart-text.h"

#define MIN_WIDTH_PX      240
#define NATURAL_HEIGHT_PX 320
#define NARROW_PX         600
#define READOUT_MIN_PX    752 /* of a page of 800, without its margins, with text of the usual size */
#define PADDING_SMALL_PX  12
#define TITLE_GAP_PX      12
#define KEY_GAP_PX        20 /* between its parts, and before it */
#define KEY_SIGN_GAP_PX   8  /* from a sign to its word */

/**
 * ts_chart_sheet_init:
 * @self: (out): the sheet
 * @pango: the context of all text; must outlive @self
 * @colors: the colours; must outlive @self
 * @width_px: of the whole chart
 */
void
ts_chart_sheet_init (TsChartSheet *self,
                     PangoContext *pango,
                     const TsChartColors *colors,
                     double width_px)
{
  *self = (TsChartSheet) {
    .colors = colors,
    .pango = pango,
    .is_mirrored = pango_context_get_base_dir (pango) == PANGO_DIRECTION_RTL,
    .width_px = width_px,
    .padding_px = width_px < NARROW_PX ? PADDING_SMALL_PX : TS_CHART_PADDING_PX,
    .line_px = ts_chart_text_get_line_height (pango),
  };
}

/**
 * ts_chart_sheet_get_title_gap_px:
 * @line_px: the height of a line of text
 *
 * The uppermost and lowermost labels of an axis reach half out of their plot, which is more the larger the text is.
 *
 * Returns: how far a title is from the plot below and above it
 */
double
ts_chart_sheet_get_title_gap_px (double line_px)
{
  return MAX (TITLE_GAP_PX, ceil (line_px / 2) + TS_CHART_STRIP_TITLE_PX);
}

/**
 * ts_chart_sheet_measure:
 * @orientation: of what is asked
 * @min_height_px: how much height its text needs at least
 * @minimum: (out): of the widget, in pixels
 * @natural: (out): the same
 *
 * How large a timeline or a scatter wants to be; both are the same because they take each other's place.
 */
void
ts_chart_sheet_measure (GtkOrientation orientation,
                        double min_height_px,
                        int *minimum,
                        int *natural)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_WIDTH_PX;
      *natural = TS_CHART_NATURAL_WIDTH_PX;
    }
  else
    {
      *minimum = (int) ceil (min_height_px);
      *natural = MAX (NATURAL_HEIGHT_PX, *minimum);
    }
}

/**
 * ts_chart_sheet_is_narrow:
 * @self: a sheet
 *
 * Returns: whether the read-out stands above the plot because it would hide too much in it
 */
gboolean
ts_chart_sheet_is_narrow (const TsChartSheet *self)
{
  return self->width_px < READOUT_MIN_PX * ts_chart_text_get_scale (self->pango);
}

/**
 * ts_chart_sheet_mirror:
 * @self: a sheet
 * @x_px: the left edge of something where text runs from left to right
 * @width_px: its width
 *
 * Returns: its left edge as text runs here
 */
double
ts_chart_sheet_mirror (const TsChartSheet *self,
                       double x_px,
                       double width_px)
{
  return self->is_mirrored ? self->width_px - x_px - width_px : x_px;
}

/**
 * ts_chart_sheet_get_labels_width:
 * @self: a sheet
 * @ticks: (element-type TsChartTick): the ticks of an axis
 *
 * Returns: how wide its widest label is, or at least a short one
 */
double
ts_chart_sheet_get_labels_width (const TsChartSheet *self,
                                 const GArray *ticks)
{
  double widest = ts_chart_text_get_width (self->pango, "+00");

  for (guint i = 0; i < ticks->len; i++)
    {
      const char *label = g_array_index (ticks, TsChartTick, i).label;

      if (label != NULL)
        widest = MAX (widest, ts_chart_text_get_width (self->pango, label));
    }
  return widest;
}

static void
draw_sign (const TsChartSheet *self,
           cairo_t *cr,
           const TsChartKeyPart *part,
           double x)
{
  double middle = round (self->padding_px + self->line_px / 2);
  double left = ts_chart_sheet_mirror (self, x, part->width_px);

  gdk_cairo_set_source_rgba (cr, part->color);
  if (part->height_px > 0)
    cairo_rectangle (cr, left, middle - part->height_px / 2, part->width_px, part->height_px);
  else
    cairo_arc (cr, left + part->width_px / 2, middle, part->width_px / 2, 0, 2 * G_PI);
  cairo_fill (cr);
}

static double
measure_key (const TsChartSheet *self,
             const TsChartKeyPart *parts,
             gsize n_parts)
{
  double width_px = 0;

  for (gsize i = 0; i < n_parts; i++)
    width_px += KEY_GAP_PX + ts_chart_text_get_width (self->pango, parts[i].text) + KEY_SIGN_GAP_PX +
                parts[i].width_px;
  return width_px;
}

/**
 * ts_chart_sheet_draw_key:
 * @self: a sheet
 * @cr: a context to draw with
 * @parts: (array length=n_parts): the parts of the key, the last one first
 * @n_parts: how many
 * @title_px: how much of the line the title needs at least
 *
 * Draws the key into the uppermost line, from its far end, if it has room there beside the title.
 *
 * Returns: how much of that line it takes
 */
double
ts_chart_sheet_draw_key (const TsChartSheet *self,
                         cairo_t *cr,
                         const TsChartKeyPart *parts,
                         gsize n_parts,
                         double title_px)
{
  double x = self->width_px - self->padding_px;

  if (n_parts == 0 || 2 * self->padding_px + title_px + measure_key (self, parts, n_parts) > self->width_px)
    return self->padding_px;
  for (gsize i = 0; i < n_parts; i++)
    {
      g_autoptr (PangoLayout) layout = ts_chart_text_new (self->pango, parts[i].text);
      double text_px = ts_chart_text_measure (layout);

      x -= text_px + (i > 0 ? KEY_GAP_PX : 0);
      ts_chart_text_draw (cr, layout, &self->colors->secondary, ts_chart_sheet_mirror (self, x, text_px),
                          self->padding_px);
      x = floor (x - KEY_SIGN_GAP_PX - parts[i].width_px);
      draw_sign (self, cr, &parts[i], x);
    }
  return self->width_px - x + KEY_GAP_PX;
}

/**
 * ts_chart_sheet_draw_text:
 * @self: a sheet
 * @cr: a context to draw with
 * @text: a text
 * @y_px: its upper edge
 *
 * Draws it where lines of text begin.
 */
void
ts_chart_sheet_draw_text (const TsChartSheet *self,
                          cairo_t *cr,
                          const char *text,
                          double y_px)
{
  g_autoptr (PangoLayout) layout = ts_chart_text_new (self->pango, text);
  double x = ts_chart_sheet_mirror (self, self->padding_px, ts_chart_text_measure (layout));

  ts_chart_text_draw (cr, layout, &self->colors->secondary, x, y_px);
}

/**
 * ts_chart_sheet_get_title_width:
 * @self: a sheet
 * @axis: the axis of offsets
 * @is_empty: whether there is nothing in view to measure
 *
 * Returns: how much room the title of the plot needs at least
 */
double
ts_chart_sheet_get_title_width (const TsChartSheet *self,
                                const TsChartAxis *axis,
                                gboolean is_empty)
{
  g_autofree char *title = ts_chart_format_title (axis, is_empty, TRUE);

  return ts_chart_text_get_width (self->pango, title);
}

/**
 * ts_chart_sheet_draw_title:
 * @self: a sheet
 * @cr: a context to draw with
 * @axis: the axis of offsets
 * @is_empty: whether there is nothing in view to measure
 * @key_px: how much of the uppermost line is taken
 *
 * Draws the title of the plot, the longer one if there is room for it.
 */
void
ts_chart_sheet_draw_title (const TsChartSheet *self,
                           cairo_t *cr,
                           const TsChartAxis *axis,
                           gboolean is_empty,
                           double key_px)
{
  g_autofree char *title = ts_chart_format_title (axis, is_empty, FALSE);
  g_autofree char *short_title = ts_chart_format_title (axis, is_empty, TRUE);
  gboolean has_room = ts_chart_text_get_width (self->pango, title) <= self->width_px - key_px - self->padding_px;

  ts_chart_sheet_draw_text (self, cr, has_room ? title : short_title, self->padding_px);
}
