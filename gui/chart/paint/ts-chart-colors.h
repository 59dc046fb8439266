/* The colours of charts, from the theme's.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-line-style.h"

G_BEGIN_DECLS

/**
 * TsChartColors:
 * @text: what is said
 * @secondary: what explains it
 * @grid: lines at the ticks
 * @zero: the line at 0
 * @mark: the line at a step, and at the cursor
 * @probable: the line at a step that is only probable
 * @line: the line of estimates, and marks of single exchanges
 * @bar: what an exchange proves
 * @band: what all exchanges together prove
 * @band_edge: around @band; transparent where that is clear without
 * @hatch: where nothing is known
 * @unrecorded: where nothing was recorded
 * @error: what went wrong
 * @card: what lies below everything
 * @popover: what lies below the read-out
 * @border: around the read-out
 * @styles: how the lines of overlays look
 */
typedef struct
{
  GdkRGBA text;
  GdkRGBA secondary;
  GdkRGBA grid;
  GdkRGBA zero;
  GdkRGBA mark;
  GdkRGBA probable;
  GdkRGBA line;
  GdkRGBA bar;
  GdkRGBA band;
  GdkRGBA band_edge;
  GdkRGBA hatch;
  GdkRGBA unrecorded;
  GdkRGBA error;
  GdkRGBA card;
  GdkRGBA popover;
  GdkRGBA border;
  TsChartLineStyle styles[TS_CHART_N_LINE_STYLES];
} TsChartColors;

void                    ts_chart_colors_init           (TsChartColors       *colors,
                                                        GtkWidget           *widget);
void                    ts_chart_colors_init_for_paper (TsChartColors       *colors);
void                    ts_chart_colors_watch          (GtkWidget           *widget);
const TsChartLineStyle *ts_chart_colors_get_style      (const TsChartColors *colors,
                                                        guint                place);

G_END_DECLS
