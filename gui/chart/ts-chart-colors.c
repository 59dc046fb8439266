/* The chart's colours, from the theme's.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-chart-colors.h"

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

/**
 * ts_chart_colors_init:
 * @colors: (out): the colours
 * @widget: whose style they are of, in light or dark, with high contrast or not
 */
void
ts_chart_colors_init (TsChartColors *colors,
                      GtkWidget *widget)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (widget));
  gboolean is_dark = adw_style_manager_get_dark (manager);
  gboolean is_high = adw_style_manager_get_high_contrast (manager);
  GdkRGBA foreground, paper, accent_bg, card;

  gtk_style_context_get_color (style, &foreground);
  /* Of a theme that has no colour of that name. */
  paper = foreground.red + foreground.green + foreground.blue < 1.5F ? (GdkRGBA) { 1, 1, 1, 1 }
                                                                     : (GdkRGBA) { 0, 0, 0, 1 };
  accent_bg = look_up (style, "accent_bg_color", &foreground);
  /* In the dark a card is a breath of white over the window. */
  card = blend (look_up (style, "card_bg_color", &paper), look_up (style, "window_bg_color", &paper));
  *colors = (TsChartColors) {
    .text = foreground,
    .secondary = fade (foreground, is_high ? 0.9 : 0.7),
    .grid = fade (foreground, is_high ? 0.5 : 0.1),
    .zero = fade (foreground, is_high ? 0.9 : 0.54),
    .mark = fade (foreground, is_high ? 1 : 0.7),
    .line = look_up (style, "accent_color", &foreground),
    .bar = fade (accent_bg, is_high ? 1 : is_dark ? 0.75 : 0.5),
    .band = fade (blend (fade (accent_bg, is_dark ? 0.4 : 0.3), card), 0.8),
    .band_edge = fade (look_up (style, "accent_color", &foreground), is_high ? 1 : 0),
    .hatch = fade (accent_bg, is_high ? 0.6 : is_dark ? 0.4 : 0.26),
    .error = look_up (style, "error_color", &foreground),
    .card = card,
    .popover = blend (look_up (style, "popover_bg_color", &card), card),
    .border = fade (foreground, is_high ? 1 : 0.15),
  };
}
