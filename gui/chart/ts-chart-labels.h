/* The chart's text: titles, key, labels of the axes, notes at gaps and steps.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-chart-frame.h"

G_BEGIN_DECLS

/**
 * TsChartNote:
 * @layout: what it says
 * @x_px: its left edge
 * @y_px: its upper edge
 * @is_strong: whether it stands out
 *
 * A few words in the plot.
 */
typedef struct
{
  PangoLayout *layout;
  double x_px;
  double y_px;
  gboolean is_strong;
} TsChartNote;

GArray *ts_chart_labels_place_notes (TsChartFrame       *frame);
void    ts_chart_labels_draw_notes  (const TsChartFrame *frame,
                                     cairo_t            *cr,
                                     const GArray       *notes);
void    ts_chart_labels_draw_titles (const TsChartFrame *frame,
                                     cairo_t            *cr);
void    ts_chart_labels_draw_axes   (const TsChartFrame *frame,
                                     cairo_t            *cr);

G_END_DECLS
