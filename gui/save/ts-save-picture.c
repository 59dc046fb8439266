/* The chart as an image file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-picture.h"

#include <cairo-svg.h>

#include "chart/paint/ts-chart-picture.h"
#include "save/ts-save-words.h"

/* They do not depend on the window's size, which may be that of a telephone. */
#define WIDTH_PX  960
#define HEIGHT_PX 540
#define PNG_SCALE 2

static cairo_status_t
append (void *closure,
        const unsigned char *data,
        unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Without hinting, because outlines have no pixels to fit to, and a picture may be shown in any size. */
static PangoContext *
make_pango (GtkWidget *widget)
{
  PangoContext *pango = gtk_widget_create_pango_context (widget);
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (pango, options);
  pango_context_set_round_glyph_positions (pango, FALSE);
  cairo_font_options_destroy (options);
  return pango;
}

static cairo_surface_t *
make_surface (TsSaveFormat format,
              GByteArray *data)
{
  cairo_surface_t *surface;

  if (format == TS_SAVE_SVG)
    {
      surface = cairo_svg_surface_create_for_stream (append, data, WIDTH_PX, HEIGHT_PX);
      cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
    }
  else
    {
      surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH_PX * PNG_SCALE, HEIGHT_PX * PNG_SCALE);
      cairo_surface_set_device_scale (surface, PNG_SCALE, PNG_SCALE);
    }
  return surface;
}

/* Cairo writes text as outlines. The title is for screen readers and searches. */
static GBytes *
insert_title (GByteArray *svg,
              const char *subject)
{
  g_autofree char *title = g_markup_printf_escaped ("\n<title>%s</title>", subject);
  const char *text = (const char *) svg->data;
  const char *root = g_strstr_len (text, svg->len, "<svg");
  const char *end = root != NULL ? memchr (root, '>', svg->len - (gsize) (root - text)) : NULL;
  GByteArray *titled = g_byte_array_sized_new (svg->len + (guint) strlen (title));
  guint n_before = end != NULL ? (guint) (end + 1 - text) : 0;

  g_byte_array_append (titled, svg->data, n_before);
  if (end != NULL)
    g_byte_array_append (titled, (const guint8 *) title, (guint) strlen (title));
  g_byte_array_append (titled, svg->data + n_before, svg->len - n_before);
  return g_byte_array_free_to_bytes (titled);
}

/**
 * ts_save_picture_new:
 * @format: %TS_SAVE_PNG or %TS_SAVE_SVG
 * @model: what to show, with a name and a span that is fixed
 * @widget: the widget whose font and direction of text are used
 *
 * Returns: (transfer full): the file's content
 */
GBytes *
ts_save_picture_new (TsSaveFormat format,
                     TsChartModel *model,
                     GtkWidget *widget)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  TsChartSpan span = ts_chart_model_get_series (model)->span;
  PangoContext *pango = make_pango (widget);
  g_autofree char *span_text = ts_save_format_span (span.begin_ns, span.end_ns);
  cairo_surface_t *surface = make_surface (format, data);
  cairo_t *cr = cairo_create (surface);
  g_auto (GStrv) overlays = ts_chart_picture_draw (model, cr, pango, WIDTH_PX, HEIGHT_PX, span_text);
  g_autofree char *title = ts_save_picture_title (ts_chart_model_get_name (model), (const char *const *) overlays,
                                                  span_text);

  cairo_destroy (cr);
  g_object_unref (pango);
  if (format == TS_SAVE_PNG)
    cairo_surface_write_to_png_stream (surface, append, data);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  if (format == TS_SAVE_SVG)
    return insert_title (data, title);
  return g_byte_array_free_to_bytes (g_steal_pointer (&data));
}
