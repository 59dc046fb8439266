/* The scatter's frame: where everything is drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-model.h"
#include "chart/paint/ts-chart-plot.h"
#include "scatter/ts-scatter-points.h"

G_BEGIN_DECLS

/* From the plot to the labels of the ticks below, and from those to the title. */
#define TS_SCATTER_TICK_GAP_PX 6

/**
 * TsScatterFrame:
 * @sheet: what it is drawn on
 * @plot: the plot of offsets over delays
 * @delay_axis: the axis from left to right
 * @points: what to draw
 * @chosen: (nullable): the entry under the cursor
 * @readout: (nullable): what there is to say of @chosen
 */
typedef struct
{
  TsChartSheet sheet;
  TsChartPlot plot;
  TsChartAxis delay_axis;
  const TsScatterPoints *points;
  const TsHistoryEntry *chosen;
  const TsChartReadout *readout;
} TsScatterFrame;

double   ts_scatter_frame_get_min_height_px (PangoContext          *pango);
void     ts_scatter_frame_init              (TsScatterFrame        *self,
                                             const TsScatterPoints *points,
                                             const TsChartColors   *colors,
                                             PangoContext          *pango,
                                             int                    width_px,
                                             int                    height_px,
                                             TsUnit                 offset_unit,
                                             TsUnit                 delay_unit);
void     ts_scatter_frame_clear             (TsScatterFrame        *self);
gboolean ts_scatter_frame_get_chosen_point  (const TsScatterFrame  *self,
                                             double                *x_px,
                                             double                *y_px);

G_END_DECLS
