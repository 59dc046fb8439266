/* How the line of an overlay looks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How many lines look different; more of them repeat these. */
#define TS_CHART_N_LINE_STYLES 4

#define TS_CHART_MAX_DASHES 4

/**
 * TsChartLineStyle:
 * @line: the colour of the line and of the marks in the strip
 * @text: the colour of the server's name
 * @dashes: lengths of strokes and spaces, in turn, in pixels
 * @n_dashes: how many
 * @length_px: the sum of @dashes
 *
 * Lines differ by their dashes too, because not everybody sees colours. Only the chosen server's is solid.
 */
typedef struct
{
  GdkRGBA line;
  GdkRGBA text;
  double dashes[TS_CHART_MAX_DASHES];
  int n_dashes;
  double length_px;
} TsChartLineStyle;

void ts_chart_line_style_init           (TsChartLineStyle       *self,
                                         guint                   place,
                                         GtkWidget              *widget);
void ts_chart_line_style_init_for_paper (TsChartLineStyle       *self,
                                         guint                   place,
                                         const GdkRGBA          *foreground);
void ts_chart_line_style_apply          (const TsChartLineStyle *self,
                                         cairo_t                *cr,
                                         double                  phase_px);

G_END_DECLS
