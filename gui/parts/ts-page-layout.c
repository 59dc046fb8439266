/* How a server's page is laid out, by how much text fits beside each other.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-page-layout.h"

/* The widths are of text of this size: 11 points at 96 dots per inch. */
#define USUAL_FONT_PX (11 * 96 / 72.0)

#define TINY_PX   300
#define NARROW_PX 600
#define MEDIUM_PX 880

/**
 * ts_page_layout_for:
 * @width_px: how wide the page is
 * @text_scale: how large its text is, as ts_page_layout_get_text_scale() returns it
 *
 * Returns: the layout whose text has room there
 */
TsPageLayout
ts_page_layout_for (int width_px,
                    double text_scale)
{
  double width = width_px / text_scale;

  return width < TINY_PX     ? TS_PAGE_TINY
         : width < NARROW_PX ? TS_PAGE_NARROW
         : width < MEDIUM_PX ? TS_PAGE_MEDIUM
                             : TS_PAGE_WIDE;
}

/**
 * ts_page_layout_get_text_scale:
 * @widget: a widget whose font is that of usual text
 *
 * Returns: how large its text is, by font and by the user's text scaling; 1 is the usual size
 */
double
ts_page_layout_get_text_scale (GtkWidget *widget)
{
  PangoContext *pango = gtk_widget_get_pango_context (widget);
  const PangoFontDescription *font = pango_context_get_font_description (pango);
  double size = (double) pango_font_description_get_size (font) / PANGO_SCALE;

  if (!pango_font_description_get_size_is_absolute (font))
    size *= pango_cairo_context_get_resolution (pango) / 72;
  return size > 0 ? size / USUAL_FONT_PX : 1;
}
