/* The colours of charts, from the theme's.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-colors.h"

#include <adwaita.h>

static GdkRGBA
fade (GdkRGBA color,
      double opacity)
{
  color.alpha *= (float) opacity;
  return color;
}

static GdkRGBA
look_up (GtkStyleContext *style,
         const char *name,
         const GdkRGBA *otherwise)
{
  GdkRGBA color;

  return gtk_style_context_lookup_color (style, name, &color) ? color : *otherwise;
}

/* Returns: @above painted over @below, which is opaque */
static GdkRGBA
blend (GdkRGBA above,
       GdkRGBA below)
{
  return (GdkRGBA) {
    above.red * above.alpha + below.red * (1 - above.alpha),
    above.green * above.alpha + below.green * (1 - above.alpha),
    above.blue * above.alpha + below.blue * (1 - above.alpha),
    1,
  };
}

/* What all colours of a chart are made from. */
typedef struct
{
  GdkRGBA foreground;
  GdkRGBA accent;
  GdkRGBA accent_bg;
  GdkRGBA error;
  GdkRGBA card;
  GdkRGBA popover;
  gboolean is_dark;
  gboolean is_high;
} Palette;

static void
mix (TsChartColors *colors,
     const Palette *palette)
{
  gboolean is_dark = palette->is_dark, is_high = palette->is_high;

  *colors = (TsChartColors) {
    .text = palette->foreground,
    .secondary = fade (palette->foreground, is_high ? 0.9 : 0.7),
    .grid = fade (palette->foreground, is_high ? 0.5 : 0.1),
    .zero = fade (palette->foreground, is_high ? 0.9 : 0.54),
    .mark = fade (palette->foreground, is_high ? 1 : 0.7),
    .probable = fade (palette->foreground, is_high ? 0.9 : 0.54),
    .line = palette->accent,
    .bar = fade (palette->accent_bg, is_high ? 1 : is_dark ? 0.75 : 0.5),
    .band = fade (blend (fade (palette->accent_bg, is_dark ? 0.4 : 0.3), palette->card), 0.8),
    .band_edge = fade (palette->accent, is_high ? 1 : 0),
    .hatch = fade (palette->accent_bg, is_high ? 1 : is_dark ? 0.4 : 0.26),
    .unrecorded = fade (palette->foreground, is_high ? 0.6 : 0.1),
    .error = palette->error,
    .card = palette->card,
    .popover = palette->popover,
    .border = fade (palette->foreground, is_high ? 1 : 0.15),
  };
}

/**
 * ts_chart_colors_init:
 * @colors: (out): the colours
 * @widget: the widget to paint, whose style may be light or dark, with high contrast or not
 */
void
ts_chart_colors_init (TsChartColors *colors,
                      GtkWidget *widget)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (widget));
  Palette palette = {
    .is_dark = adw_style_manager_get_dark (manager),
    .is_high = adw_style_manager_get_high_contrast (manager),
  };
  GdkRGBA paper;

  gtk_style_context_get_color (style, &palette.foreground);
  /* For themes that have no colour of that name. */
  paper = palette.foreground.red + palette.foreground.green + palette.foreground.blue < 1.5F
            ? (GdkRGBA) { 1, 1, 1, 1 }
            : (GdkRGBA) { 0, 0, 0, 1 };
  palette.accent = look_up (style, "accent_color", &palette.foreground);
  palette.accent_bg = look_up (style, "accent_bg_color", &palette.foreground);
  palette.error = look_up (style, "error_color", &palette.foreground);
  /* In the dark style a card is slightly transparent white over the window. */
  palette.card = blend (look_up (style, "card_bg_color", &paper), look_up (style, "window_bg_color", &paper));
  palette.popover = blend (look_up (style, "popover_bg_color", &palette.card), palette.card);
  mix (colors, &palette);
  for (guint i = 0; i < TS_CHART_N_LINE_STYLES; i++)
    ts_chart_line_style_init (&colors->styles[i], i, widget);
}

/**
 * ts_chart_colors_init_for_paper:
 * @colors: (out): the colours on white, in Adwaita's light style
 */
void
ts_chart_colors_init_for_paper (TsChartColors *colors)
{
  Palette palette = { 0 };

  gdk_rgba_parse (&palette.foreground, "rgba(0,0,0,0.8)");
  gdk_rgba_parse (&palette.accent, "#1c71d8");
  gdk_rgba_parse (&palette.accent_bg, "#3584e4");
  gdk_rgba_parse (&palette.error, "#c01c28");
  gdk_rgba_parse (&palette.card, "white");
  palette.popover = palette.card;
  mix (colors, &palette);
  for (guint i = 0; i < TS_CHART_N_LINE_STYLES; i++)
    ts_chart_line_style_init_for_paper (&colors->styles[i], i, &palette.foreground);
}

/**
 * ts_chart_colors_watch:
 * @widget: a widget that is painted with these colours
 *
 * Has it painted again when the style becomes light or dark, or its contrast high or not.
 */
void
ts_chart_colors_watch (GtkWidget *widget)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (widget));

  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), widget, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), widget,
                           G_CONNECT_SWAPPED);
}

/**
 * ts_chart_colors_get_style:
 * @colors: the colours
 * @place: the place of an overlay's server, from 0
 *
 * Returns: (transfer none): how its line looks
 */
const TsChartLineStyle *
ts_chart_colors_get_style (const TsChartColors *colors,
                           guint place)
{
  return &colors->styles[place % TS_CHART_N_LINE_STYLES];
}
