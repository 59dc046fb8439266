/* Text in the charts.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-text.h"

#include <math.h>
#include <pango/pangocairo.h>

/* The captions of text of 11 points at 96 dots per inch. */
#define USUAL_CAPTION_PX (0.82 * 11 * 96 / 72)

/* A text, and how wide it is in Cantarell, 11 points at 96 dots per inch. */
#define SAMPLE_TEXT "abcdefghijklmnopqrstuvwxyz 0123456789"
#define SAMPLE_PX   275.0

/* How much of a line may be values where the time would need more than the rest. */
#define MAX_VALUES_PART 0.7

/* Of text with which not much fits into a narrow window. */
#define LARGE_SCALE 1.25

/**
 * ts_chart_text_get_scale:
 * @pango: the widget's context
 *
 * Returns: how large its text is; 1 is the usual size
 */
double
ts_chart_text_get_scale (PangoContext *pango)
{
  const PangoFontDescription *font = pango_context_get_font_description (pango);
  double size = (double) pango_font_description_get_size (font) / PANGO_SCALE;

  if (!pango_font_description_get_size_is_absolute (font))
    size *= MAX (pango_cairo_context_get_resolution (pango), 72) / 72;
  return size > 0 ? size / USUAL_CAPTION_PX : 1;
}

/**
 * ts_chart_text_new:
 * @pango: the widget's context
 * @text: a text
 *
 * Returns: (transfer full): a layout of @text with figures of equal width
 */
PangoLayout *
ts_chart_text_new (PangoContext *pango,
                   const char *text)
{
  PangoLayout *layout = pango_layout_new (pango);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

/**
 * ts_chart_text_new_styled:
 * @pango: the widget's context
 * @text: a text
 * @scale: its size, in that of other text
 * @n_bold: how many bytes at its beginning are bold
 *
 * Returns: (transfer full): a layout of @text with figures of equal width
 */
PangoLayout *
ts_chart_text_new_styled (PangoContext *pango,
                          const char *text,
                          double scale,
                          gsize n_bold)
{
  PangoLayout *layout = ts_chart_text_new (pango, text);
  PangoAttrList *attributes = pango_layout_get_attributes (layout);
  PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

  bold->end_index = (guint) n_bold;
  pango_attr_list_insert (attributes, bold);
  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  return layout;
}

/**
 * ts_chart_text_get_size:
 * @text: a layout
 * @width_px: (out) (optional): its width
 * @height_px: (out) (optional): its height
 */
void
ts_chart_text_get_size (PangoLayout *text,
                        double *width_px,
                        double *height_px)
{
  int width, height;

  pango_layout_get_pixel_size (text, &width, &height);
  if (width_px != NULL)
    *width_px = width;
  if (height_px != NULL)
    *height_px = height;
}

/**
 * ts_chart_text_measure:
 * @text: a layout
 *
 * Returns: how many pixels wide it is
 */
double
ts_chart_text_measure (PangoLayout *text)
{
  double width;

  ts_chart_text_get_size (text, &width, NULL);
  return width;
}

/* Shows the beginning and the end of @whole, @n_kept characters of it, without splitting what several characters make
 * together. */
static void
keep (PangoLayout *text,
      const char *whole,
      const PangoLogAttr *attributes,
      int n_kept)
{
  int n_chars = (int) g_utf8_strlen (whole, -1);
  int first = (n_kept + 1) / 2, second = n_chars - n_kept / 2;
  g_autofree char *shown = NULL;

  while (first > 0 && !attributes[first].is_cursor_position)
    first--;
  while (second < n_chars && !attributes[second].is_cursor_position)
    second++;
  shown = g_strdup_printf ("%.*s…%s", (int) (g_utf8_offset_to_pointer (whole, first) - whole), whole,
                           g_utf8_offset_to_pointer (whole, second));
  pango_layout_set_text (text, shown, -1);
}

/**
 * ts_chart_text_shorten:
 * @text: a layout of one line
 * @max_width_px: how wide it may be
 *
 * Leaves out as much of its middle as it must. Pango can do that too, but would fill the remaining room with a space.
 */
void
ts_chart_text_shorten (PangoLayout *text,
                       double max_width_px)
{
  g_autofree char *whole = g_strdup (pango_layout_get_text (text));
  g_autofree PangoLogAttr *attributes = NULL;
  int n_chars = pango_layout_get_character_count (text), n_attributes;
  int n_kept = 0, too_many = n_chars;

  if (ts_chart_text_measure (text) <= max_width_px)
    return;
  pango_layout_get_log_attrs (text, &attributes, &n_attributes);
  while (n_kept + 1 < too_many)
    {
      int n_tried = (n_kept + too_many) / 2;

      keep (text, whole, attributes, n_tried);
      if (ts_chart_text_measure (text) <= max_width_px)
        n_kept = n_tried;
      else
        too_many = n_tried;
    }
  keep (text, whole, attributes, n_kept);
}

/**
 * ts_chart_text_keep_end:
 * @text: a layout of one line
 * @max_width_px: how wide it may be
 *
 * Replaces as many words as are too much at its beginning by an ellipsis, for texts such as a date with its time of day, whose
 * end tells more.
 */
void
ts_chart_text_keep_end (PangoLayout *text,
                        double max_width_px)
{
  g_autofree char *whole = g_strdup (pango_layout_get_text (text));

  for (const char *end = whole; end != NULL && ts_chart_text_measure (text) > max_width_px; end = strchr (end + 1, ' '))
    if (end != whole)
      {
        g_autofree char *shortened = g_strconcat ("…", end, NULL);

        pango_layout_set_text (text, shortened, -1);
      }
}

/**
 * ts_chart_text_fit_line:
 * @time: a layout of one line, whose end tells more than its beginning
 * @values: another one
 * @width_px: how wide both may be together
 *
 * Shortens them if they are wider, @values only to the part of the room that it may have.
 */
void
ts_chart_text_fit_line (PangoLayout *time,
                        PangoLayout *values,
                        double width_px)
{
  ts_chart_text_shorten (values, MAX (width_px - ts_chart_text_measure (time), width_px * MAX_VALUES_PART));
  ts_chart_text_keep_end (time, width_px - ts_chart_text_measure (values));
}

/**
 * ts_chart_text_draw:
 * @cr: a context to draw with
 * @text: a layout
 * @color: in which colour
 * @x_px: its left edge
 * @y_px: its upper edge
 *
 * Draws it at whole pixels, where it is sharp.
 */
void
ts_chart_text_draw (cairo_t *cr,
                    PangoLayout *text,
                    const GdkRGBA *color,
                    double x_px,
                    double y_px)
{
  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, round (x_px), round (y_px));
  pango_cairo_show_layout (cr, text);
}

/**
 * ts_chart_text_get_width:
 * @pango: the widget's context
 * @text: a text
 *
 * Returns: how many pixels wide it would be
 */
double
ts_chart_text_get_width (PangoContext *pango,
                         const char *text)
{
  g_autoptr (PangoLayout) layout = ts_chart_text_new (pango, text);

  return ts_chart_text_measure (layout);
}

/**
 * ts_chart_text_get_line_height:
 * @pango: the widget's context
 *
 * Returns: how many pixels high a line of text is
 */
double
ts_chart_text_get_line_height (PangoContext *pango)
{
  g_autoptr (PangoLayout) layout = ts_chart_text_new (pango, "0");
  double height;

  ts_chart_text_get_size (layout, NULL, &height);
  return height;
}

/**
 * ts_chart_text_get_width_scale:
 * @widget: a widget whose font is that of usual text
 *
 * Returns: how wide its text is, by its font's size and shape and by the user's text scaling; 1 is the width of Cantarell,
 *   11 points at 96 dots per inch
 */
double
ts_chart_text_get_width_scale (GtkWidget *widget)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (gtk_widget_get_pango_context (widget));
  int width_px;

  pango_layout_set_text (layout, SAMPLE_TEXT, -1);
  pango_layout_get_pixel_size (layout, &width_px, NULL);
  /* Hinting makes text of twice the size not quite twice as wide. */
  return width_px > 0 ? round (width_px / SAMPLE_PX * 50) / 50 : 1;
}

/**
 * ts_chart_text_is_large:
 * @widget: a widget whose font is that of usual text
 *
 * Returns: whether text is so large that not much of it fits into a narrow window
 */
gboolean
ts_chart_text_is_large (GtkWidget *widget)
{
  return ts_chart_text_get_width_scale (widget) > LARGE_SCALE;
}

/**
 * ts_chart_text_widen:
 * @window: a window whose default width is for text of the usual width
 *
 * Makes it as much wider as the user's text is, and the text of its header smaller if that is large.
 */
void
ts_chart_text_widen (GtkWindow *window)
{
  double scale = ts_chart_text_get_width_scale (GTK_WIDGET (window));
  int width_px, height_px;

  gtk_window_get_default_size (window, &width_px, &height_px);
  gtk_window_set_default_size (window, (int) (width_px * MAX (scale, 1)), height_px);
  if (ts_chart_text_is_large (GTK_WIDGET (window)))
    gtk_widget_add_css_class (GTK_WIDGET (window), "large-text");
}
