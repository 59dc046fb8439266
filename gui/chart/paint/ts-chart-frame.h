/* The timeline's frame: where everything is drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-model.h"
#include "chart/paint/ts-chart-plot.h"

G_BEGIN_DECLS

#define TS_CHART_EVENT_HEIGHT_PX 12.0 /* of a tick at the foot of the plot */

/**
 * TsChartFrame:
 * @sheet: what it is drawn on
 * @plot: the plot of offsets over time
 * @strip: the plot of round trips over time, below it
 * @series: what to draw
 * @overlays: (element-type TsChartOverlay): the overlays
 * @name: (nullable): the name of the server of @series
 * @limit_ns: the limit of the alarm, on both sides of 0; 0: there is none
 * @past_ns: since when what is in view is recorded, which stands in a line above the titles; 0: there is no such line
 * @so_far_ns: how much there is in view if that is less than the range; otherwise 0
 * @is_empty: whether there is nothing in view to measure
 * @holes: (element-type cairo_rectangle_t): where text lies in @plot, which grid and hatch leave free
 * @chosen: (nullable): the entry under the cursor
 * @has_readout: whether there is a read-out, which takes the place of a title if the chart is narrow
 */
typedef struct
{
  TsChartSheet sheet;
  TsChartPlot plot;
  TsChartPlot strip;
  const TsChartSeries *series;
  const GArray *overlays;
  const char *name;
  gint64 limit_ns;
  gint64 past_ns;
  gint64 so_far_ns;
  gboolean is_empty;
  GArray *holes;
  const TsHistoryEntry *chosen;
  gboolean has_readout;
} TsChartFrame;

double   ts_chart_frame_get_min_height_px (PangoContext        *pango,
                                           gboolean             has_past);
void     ts_chart_frame_init              (TsChartFrame        *self,
                                           TsChartModel        *model,
                                           const TsChartColors *colors,
                                           PangoContext        *pango,
                                           int                  width_px,
                                           int                  height_px);
void     ts_chart_frame_clear             (TsChartFrame        *self);
gboolean ts_chart_frame_get_gap           (const TsChartFrame  *self,
                                           guint                index,
                                           double              *left_px,
                                           double              *right_px);
double   ts_chart_frame_get_titles_y_px   (const TsChartFrame  *self);
double   ts_chart_frame_get_strip_title_y_px (const TsChartFrame *self);
double   ts_chart_frame_get_step          (const TsChartFrame  *self,
                                           guint                index);

G_END_DECLS
