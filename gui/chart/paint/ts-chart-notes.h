/* The notes in the timeline: words at gaps and steps, and the names of servers beside their lines.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

/**
 * TsChartNote:
 * @layout: what it says
 * @x_px: its left edge
 * @y_px: its upper edge
 * @color: in which colour
 * @has_halo: whether it has a rim in the card's colour, because it may lie on something
 *
 * A few words in the plot.
 */
typedef struct
{
  PangoLayout *layout;
  double x_px;
  double y_px;
  const GdkRGBA *color;
  gboolean has_halo;
} TsChartNote;

GArray  *ts_chart_notes_place       (TsChartFrame       *frame);
gboolean ts_chart_notes_place_names (const TsChartFrame *frame,
                                     GArray             *notes);
void     ts_chart_notes_draw        (const TsChartFrame *frame,
                                     cairo_t            *cr,
                                     const GArray       *notes);

G_END_DECLS
