/* How the line of an overlay looks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-line-style.h"

#include <adwaita.h>
#include <math.h>

/* With round ends a stroke of no length is a dot. */
#define DOT_PX 0.01

/* The theme's colours, and those of Adwaita for paper; if there is none, the faded foreground. Round ends make a stroke
 * longer by half its width at each end. */
static const struct
{
  const char *line;
  const char *dark_line;
  const char *text;
  const char *dark_text;
  const char *paper_line;
  const char *paper_text;
  double dashes[TS_CHART_MAX_DASHES];
} looks[TS_CHART_N_LINE_STYLES] = {
  { "orange_4", "orange_3", "orange_5", "orange_2", "#e66100", "#c64600", { 7, 3 } },
  { NULL, NULL, NULL, NULL, NULL, NULL, { DOT_PX, 4 } },
  { "purple_3", "purple_2", "purple_4", "purple_1", "#9141ac", "#813d9c", { 9, 4, DOT_PX, 4 } },
  { "brown_4", "brown_2", "brown_5", "brown_1", "#865e3c", "#63452c", { 16, 5 } },
};

#define LINE_OPACITY 0.6
#define TEXT_OPACITY 0.7
#define HIGH_OPACITY 0.9 /* of both, with high contrast */

static GdkRGBA
fade (GdkRGBA color,
      double opacity)
{
  color.alpha *= (float) opacity;
  return color;
}

static GdkRGBA
choose (GtkStyleContext *style,
        const char *name,
        double opacity)
{
  GdkRGBA color;

  if (name != NULL && gtk_style_context_lookup_color (style, name, &color))
    return color;
  gtk_style_context_get_color (style, &color);
  return fade (color, opacity);
}

static void
set_dashes (TsChartLineStyle *self,
            guint look)
{
  for (; self->n_dashes < TS_CHART_MAX_DASHES && looks[look].dashes[self->n_dashes] > 0; self->n_dashes++)
    {
      self->dashes[self->n_dashes] = looks[look].dashes[self->n_dashes];
      self->length_px += self->dashes[self->n_dashes];
    }
}

/**
 * ts_chart_line_style_init:
 * @self: (out): how the line looks
 * @place: the server's place among all that can be overlays, from 0
 * @widget: the widget to paint, whose style may be light or dark, with high contrast or not
 */
void
ts_chart_line_style_init (TsChartLineStyle *self,
                          guint place,
                          GtkWidget *widget)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (widget));
  gboolean is_dark = adw_style_manager_get_dark (manager);
  gboolean is_high = adw_style_manager_get_high_contrast (manager);
  guint look = place % TS_CHART_N_LINE_STYLES;

  *self = (TsChartLineStyle) {
    .line = choose (style, is_dark ? looks[look].dark_line : looks[look].line, is_high ? HIGH_OPACITY : LINE_OPACITY),
    .text = choose (style, is_dark ? looks[look].dark_text : looks[look].text, is_high ? HIGH_OPACITY : TEXT_OPACITY),
  };
  if (is_high)
    self->line = self->text;
  set_dashes (self, look);
}

/**
 * ts_chart_line_style_init_for_paper:
 * @self: (out): how the line looks on white, in Adwaita's light style
 * @place: the server's place among all that can be overlays, from 0
 * @foreground: the colour of text
 */
void
ts_chart_line_style_init_for_paper (TsChartLineStyle *self,
                                    guint place,
                                    const GdkRGBA *foreground)
{
  guint look = place % TS_CHART_N_LINE_STYLES;

  *self = (TsChartLineStyle) {
    .line = fade (*foreground, LINE_OPACITY),
    .text = fade (*foreground, TEXT_OPACITY),
  };
  if (looks[look].paper_line != NULL)
    {
      gdk_rgba_parse (&self->line, looks[look].paper_line);
      gdk_rgba_parse (&self->text, looks[look].paper_text);
    }
  set_dashes (self, look);
}

/**
 * ts_chart_line_style_apply:
 * @self: how a line looks
 * @cr: a context that is to draw it
 * @phase_px: how far the line's first point is from any fixed point of it
 *
 * Sets colour and dashes. The phase makes the dashes move with the line, wherever the view cuts it off.
 */
void
ts_chart_line_style_apply (const TsChartLineStyle *self,
                           cairo_t *cr,
                           double phase_px)
{
  gboolean has_dots = self->dashes[0] == DOT_PX || self->n_dashes > 2;

  gdk_cairo_set_source_rgba (cr, &self->line);
  cairo_set_line_cap (cr, has_dots ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
  cairo_set_dash (cr, self->dashes, self->n_dashes, fmod (phase_px, self->length_px));
}
