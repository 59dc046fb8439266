/* The servers that are laid over the chart of the chosen one.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-line-style.h"
#include "chart/model/ts-chart-series.h"
#include "chart/ts-chart.h"

G_BEGIN_DECLS

/**
 * TsChartOther:
 * @history: not ours
 * @name: of the server
 * @place: which of the line styles it has, as in #TsChartLine
 * @series: what of it is in view
 * @style: how it is drawn, from the widget's style of then
 * @name_spot: where its name was put last: it stays there while it can
 *
 * Another server. Of it are shown the estimate and the round trips; what it proves would cover what the chosen one
 * proves.
 */
typedef struct
{
  const TsHistory *history;
  char *name;
  guint place;
  TsChartSeries series;
  TsChartLineStyle style;
  guint name_spot;
} TsChartOther;

/**
 * TsChartExtent:
 * @is_known: whether there is a sample in view, of any server; else what follows is 0
 * @min_ns: the least offset to show
 * @max_ns: the greatest offset to show
 * @max_delay_ns: the greatest delay to show
 *
 * What the axes must take in.
 */
typedef struct
{
  gboolean is_known;
  gint64 min_ns;
  gint64 max_ns;
  gint64 max_delay_ns;
} TsChartExtent;

GArray        *ts_chart_others_new                     (void);
void           ts_chart_others_add                     (GArray              *others,
                                                        const TsChartLine   *line);
TsChartOther  *ts_chart_others_get                     (GArray              *others,
                                                        guint                index);
void           ts_chart_others_update                  (GArray              *others,
                                                        const TsChartSpan   *span);
void           ts_chart_others_update_styles           (GArray              *others,
                                                        GtkWidget           *widget);
void           ts_chart_others_update_styles_for_paper (GArray              *others,
                                                        const GdkRGBA       *foreground);
guint64        ts_chart_others_count_entries           (GArray              *others);
TsChartExtent  ts_chart_others_get_extent              (GArray              *others,
                                                        const TsChartSeries *chosen);
void           ts_chart_others_get_limits              (GArray              *others,
                                                        const TsHistory     *chosen,
                                                        gint64              *oldest_ns,
                                                        gint64              *newest_ns);

G_END_DECLS
