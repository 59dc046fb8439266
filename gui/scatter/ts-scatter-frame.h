/* The scatter's frame: where on the screen everything is drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"
#include "scatter/ts-scatter-points.h"

G_BEGIN_DECLS

/* From the plot to the labels of the ticks below, and from those to the title. */
#define TS_SCATTER_TICK_GAP_PX 6

double   ts_scatter_frame_get_min_height_px (PangoContext          *pango);
void     ts_scatter_frame_init              (TsChartFrame          *frame,
                                             const TsScatterPoints *points,
                                             PangoContext          *pango,
                                             int                    width_px,
                                             int                    height_px,
                                             TsUnit                 offset_unit,
                                             TsUnit                 delay_unit);
gboolean ts_scatter_frame_get_point         (const TsChartFrame    *frame,
                                             gint64                 delay_ns,
                                             gint64                 offset_ns,
                                             double                *x_px,
                                             double                *y_px);

G_END_DECLS
