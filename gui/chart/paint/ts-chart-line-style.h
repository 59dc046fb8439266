/* How the line of a server looks that is laid over another one's chart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* So many lines differ; those after them look like these once more. */
#define TS_CHART_N_LINE_STYLES 4

#define TS_CHART_MAX_DASHES 4

/**
 * TsChartLineStyle:
 * @line: of the line and of the marks in the strip
 * @text: of the server's name
 * @dashes: lengths of strokes and spaces, in turn, in pixels
 * @n_dashes: how many
 * @length_px: of all of them
 *
 * A line is told by its dashes, too, for not everybody sees colours. The chosen server's alone is solid.
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
