/* The chart's notes: words at gaps and steps, where they hide nothing.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

/* From the plot's upper edge to what is said there. */
#define TS_CHART_NOTE_TOP_PX 3

/**
 * TsChartNote:
 * @layout: what it says
 * @x_px: its left edge
 * @y_px: its upper edge
 * @color: in which colour
 * @has_halo: whether it is set off from what it may lie on
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

GArray  *ts_chart_notes_place      (TsChartFrame            *frame);
gboolean ts_chart_notes_leave_free (const TsChartFrame      *frame,
                                    const GArray            *notes,
                                    const cairo_rectangle_t *box);
void     ts_chart_notes_draw       (const TsChartFrame      *frame,
                                    cairo_t                 *cr,
                                    const GArray            *notes);

G_END_DECLS
