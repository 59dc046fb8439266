/* What a chart is painted on: its size, its text and its colours.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-scale.h"
#include "chart/paint/ts-chart-colors.h"

G_BEGIN_DECLS

#define TS_CHART_NATURAL_WIDTH_PX 560
#define TS_CHART_PADDING_PX       16 /* if the widget is not narrow */
#define TS_CHART_LABEL_GAP_PX     8  /* from a label to its plot */
#define TS_CHART_STRIP_TITLE_PX   4  /* how much nearer the strip's title is to it than to the plot */

/**
 * TsChartSheet:
 * @colors: the colours
 * @pango: the context of all text
 * @is_mirrored: whether text runs from right to left; time never does
 * @width_px: of the whole chart
 * @padding_px: free space around everything
 * @line_px: the height of a line of text
 */
typedef struct
{
  const TsChartColors *colors;
  PangoContext *pango;
  gboolean is_mirrored;
  double width_px;
  double padding_px;
  double line_px;
} TsChartSheet;

/**
 * TsChartKeyPart:
 * @text: what the sign means
 * @color: the colour of the sign
 * @width_px: the width of the sign
 * @height_px: its height; 0: it is a dot as wide as @width_px
 *
 * A part of the key: a line, a patch, a bar or a dot, and a word.
 */
typedef struct
{
  const char *text;
  const GdkRGBA *color;
  double width_px;
  double height_px;
} TsChartKeyPart;

void     ts_chart_sheet_init             (TsChartSheet         *self,
                                          PangoContext         *pango,
                                          const TsChartColors  *colors,
                                          double                width_px);
void     ts_chart_sheet_measure          (GtkOrientation        orientation,
                                          double                min_height_px,
                                          int                  *minimum,
                                          int                  *natural);
double   ts_chart_sheet_get_title_gap_px (double                line_px);
gboolean ts_chart_sheet_is_narrow        (const TsChartSheet   *self);
double   ts_chart_sheet_mirror           (const TsChartSheet   *self,
                                          double                x_px,
                                          double                width_px);
double   ts_chart_sheet_get_labels_width (const TsChartSheet   *self,
                                          const GArray         *ticks);
double   ts_chart_sheet_draw_key         (const TsChartSheet   *self,
                                          cairo_t              *cr,
                                          const TsChartKeyPart *parts,
                                          gsize                 n_parts,
                                          double                title_px);
double   ts_chart_sheet_get_title_width  (const TsChartSheet   *self,
                                          const TsChartAxis    *axis,
                                          gboolean              is_empty);
void     ts_chart_sheet_draw_text        (const TsChartSheet   *self,
                                          cairo_t              *cr,
                                          const char           *text,
                                          double                y_px);
void     ts_chart_sheet_draw_title       (const TsChartSheet   *self,
                                          cairo_t              *cr,
                                          const TsChartAxis    *axis,
                                          gboolean              is_empty,
                                          double                key_px);

G_END_DECLS
