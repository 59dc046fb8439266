/* The overlays of a chart: other servers, which are drawn over the chosen one.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-scale.h"
#include "chart/model/ts-chart-series.h"

G_BEGIN_DECLS

/**
 * TsChartOverlay:
 * @history: what to show; it belongs to somebody else
 * @name: the name of the server
 * @place: the server's place among all that can be overlays, from 0, whichever of them are: it decides what the
 *   line looks like
 * @series: the part of @history that is in view
 * @name_spot: where the name was drawn last; painting keeps it there while it can
 *
 * One overlay. The chart shows its estimate and its round trips, and not what it proves, which would hide what the
 * chosen server proves.
 */
typedef struct
{
  const TsHistory *history;
  char *name;
  guint place;
  TsChartSeries series;
  guint name_spot;
} TsChartOverlay;

/**
 * TsChartExtent:
 * @is_known: whether a sample of any server is in view; if not, the other fields are 0
 * @min_ns: the least offset to show
 * @max_ns: the greatest offset to show
 * @max_delay_ns: the greatest delay to show
 * @offset_unit: the unit of offsets; it changes only after three samples have asked for another one
 * @delay_unit: the unit of delays; the same
 *
 * What the axes must include.
 */
typedef struct
{
  gboolean is_known;
  gint64 min_ns;
  gint64 max_ns;
  gint64 max_delay_ns;
  TsUnit offset_unit;
  TsUnit delay_unit;
} TsChartExtent;

GArray         *ts_chart_overlays_new           (void);
void            ts_chart_overlays_add           (GArray              *overlays,
                                                 const TsHistory     *history,
                                                 const char          *name,
                                                 guint                place);
TsChartOverlay *ts_chart_overlays_get           (const GArray        *overlays,
                                                 guint                index);
void            ts_chart_overlays_update        (GArray              *overlays,
                                                 const TsChartSpan   *span);
guint64         ts_chart_overlays_count_entries (const GArray        *overlays);
TsChartExtent   ts_chart_overlays_get_extent    (const GArray        *overlays,
                                                 const TsChartSeries *chosen);
void            ts_chart_overlays_get_limits    (const GArray        *overlays,
                                                 const TsHistory     *chosen,
                                                 gint64              *oldest_ns,
                                                 gint64              *newest_ns);

G_END_DECLS
