/* The timeline's frame: where everything is drawn, and in which colours.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/model/ts-chart-model.h"
#include "chart/paint/ts-chart-colors.h"

G_BEGIN_DECLS

#define TS_CHART_NATURAL_WIDTH_PX 560
#define TS_CHART_PADDING_PX       16 /* where the widget is not narrow */

/**
 * TsChartFrame:
 * @series: what to draw
 * @overlays: (nullable) (element-type TsChartOverlay): the overlays
 * @name: (nullable): what the server of @series is called
 * @pango: the widget's own context for text
 * @is_mirrored: whether text runs from right to left; time never does
 * @is_empty: whether there is nothing in view to measure
 * @width_px: of the whole chart
 * @padding_px: around everything
 * @line_px: the height of a line of text
 * @offset_axis: the axis of @plot
 * @delay_axis: the axis of @strip
 * @plot: where offsets are drawn
 * @strip: where round trips are drawn
 * @time: from instants to x
 * @offset: from offsets to y in @plot
 * @delay: from delays to y in @strip
 * @time_ticks: (element-type TsChartTick): ticks of both boxes
 * @offset_ticks: (element-type TsChartTick): ticks of @plot; without labels while there is no sample
 * @delay_ticks: (element-type TsChartTick): ticks of @strip; the same
 * @holes: (element-type cairo_rectangle_t): where text lies, which grid and hatch leave free
 * @colors: in which colours
 * @chosen: (nullable): the entry that the cursor stands on
 * @readout: (nullable): what there is to say of @chosen
 */
typedef struct
{
  const TsChartSeries *series;
  GArray *overlays;
  const char *name;
  PangoContext *pango;
  gboolean is_mirrored;
  gboolean is_empty;
  double width_px;
  double padding_px;
  double line_px;
  TsChartAxis offset_axis;
  TsChartAxis delay_axis;
  cairo_rectangle_t plot;
  cairo_rectangle_t strip;
  TsChartScale time;
  TsChartScale offset;
  TsChartScale delay;
  GArray *time_ticks;
  GArray *offset_ticks;
  GArray *delay_ticks;
  GArray *holes;
  TsChartColors colors;
  const TsHistoryEntry *chosen;
  const TsChartReadout *readout;
} TsChartFrame;

double       ts_chart_box_get_right           (const cairo_rectangle_t *box);
double       ts_chart_box_get_bottom          (const cairo_rectangle_t *box);
double       ts_chart_snap                    (double                   px);
void         ts_chart_frame_measure           (GtkOrientation           orientation,
                                               double                   min_height_px,
                                               int                     *minimum,
                                               int                     *natural);
double       ts_chart_frame_get_padding_px    (double                   width_px);
double       ts_chart_frame_get_min_height_px (PangoContext            *pango);
void         ts_chart_frame_init              (TsChartFrame            *self,
                                               TsChartModel            *model,
                                               PangoContext            *pango,
                                               int                      width_px,
                                               int                      height_px);
void         ts_chart_frame_clear             (TsChartFrame            *self);
double       ts_chart_frame_get_time_px       (const TsChartFrame      *self,
                                               gint64                   at_ns);
gboolean     ts_chart_frame_has_x             (const TsChartFrame      *self,
                                               double                   x_px);
gboolean     ts_chart_frame_is_narrow         (const TsChartFrame      *self);
gboolean     ts_chart_frame_get_gap           (const TsChartFrame      *self,
                                               guint                    index,
                                               double                  *left_px,
                                               double                  *right_px);
double       ts_chart_frame_get_step          (const TsChartFrame      *self,
                                               guint                    index);

G_END_DECLS
