/* The chart of offsets and round trips over time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/model/ts-chart-view.h"
#include "measure/history/ts-history.h"

G_BEGIN_DECLS

#define TS_TYPE_CHART (ts_chart_get_type ())

G_DECLARE_FINAL_TYPE (TsChart, ts_chart, TS, CHART, GtkWidget)

/**
 * TsChartLine:
 * @history: what to show
 * @name: of the server
 * @place: among all servers that can be shown so, from 0, whichever of them are: its line always looks the same
 *
 * A server that is laid over the chart of another one.
 */
typedef struct
{
  const TsHistory *history;
  const char *name;
  guint place;
} TsChartLine;

GtkWidget   *ts_chart_new          (void);
void         ts_chart_set_history  (TsChart         *self,
                                    const TsHistory *history);
void         ts_chart_refresh      (TsChart         *self,
                                    gint64           now_ns);
guint        ts_chart_get_n_gaps   (TsChart         *self);
TsChartSpan  ts_chart_get_span     (TsChart         *self);
TsChartRange ts_chart_get_range    (TsChart         *self);
void         ts_chart_set_range    (TsChart         *self,
                                    TsChartRange     range);
gboolean     ts_chart_get_follows  (TsChart         *self);
void         ts_chart_set_follows  (TsChart         *self,
                                    gboolean         follows);
void         ts_chart_zoom         (TsChart         *self,
                                    double           factor,
                                    gboolean         is_gradual);
void         ts_chart_zoom_at      (TsChart         *self,
                                    double           factor,
                                    double           x_px,
                                    gboolean         is_gradual);
void         ts_chart_pan          (TsChart         *self,
                                    double           by_px);
void         ts_chart_show_oldest  (TsChart         *self);
void         ts_chart_point_at     (TsChart         *self,
                                    double           x_px);
void         ts_chart_point_away   (TsChart         *self);
void         ts_chart_move_cursor  (TsChart         *self,
                                    int              direction,
                                    gboolean         to_event);
gboolean     ts_chart_clear_cursor (TsChart         *self);
gint64       ts_chart_get_chosen_ns (TsChart        *self);
void         ts_chart_set_chosen_ns (TsChart        *self,
                                    gint64           chosen_ns);
gboolean     ts_chart_activate     (TsChart         *self);

/* Several servers in one chart. */
void  ts_chart_set_name     (TsChart           *self,
                             const char        *name);
void  ts_chart_set_others   (TsChart           *self,
                             const TsChartLine *lines,
                             guint              n_lines);
guint ts_chart_get_n_others (TsChart           *self);

G_END_DECLS
