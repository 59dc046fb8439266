/* What a chart knows: the history and its overlays, which part of them is in view, and the cursor.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

#include "chart/model/ts-chart-overlays.h"
#include "chart/model/ts-chart-series.h"
#include "chart/model/ts-chart-view.h"
#include "chart/model/ts-chart-words.h"

G_BEGIN_DECLS

#define TS_TYPE_CHART_MODEL (ts_chart_model_get_type ())
G_DECLARE_FINAL_TYPE (TsChartModel, ts_chart_model, TS, CHART_MODEL, GObject)

TsChartModel         *ts_chart_model_new             (void);

/* What it shows. */
void                  ts_chart_model_set_history     (TsChartModel      *self,
                                                      const TsHistory   *history);
void                  ts_chart_model_replace_history (TsChartModel      *self,
                                                      const TsHistory   *history);
gboolean              ts_chart_model_shows           (TsChartModel      *self,
                                                      const TsHistory   *history);
const TsHistory      *ts_chart_model_get_history     (TsChartModel      *self);
void                  ts_chart_model_set_recorded    (TsChartModel      *self);
void                  ts_chart_model_set_past        (TsChartModel      *self,
                                                      gint64             since_ns,
                                                      GArray            *events);
gint64                ts_chart_model_get_past_ns     (TsChartModel      *self);
void                  ts_chart_model_set_name        (TsChartModel      *self,
                                                      const char        *name);
const char           *ts_chart_model_get_name        (TsChartModel      *self);
void                  ts_chart_model_set_overlays    (TsChartModel      *self,
                                                      GArray            *overlays);
GArray               *ts_chart_model_get_overlays    (TsChartModel      *self);
void                  ts_chart_model_update          (TsChartModel      *self,
                                                      gint64             now_ns);

/* What is in view. */
gboolean              ts_chart_model_set_n_columns   (TsChartModel      *self,
                                                      int                n_columns);
const TsChartSeries  *ts_chart_model_get_series      (TsChartModel      *self);
const TsChartExtent  *ts_chart_model_get_extent      (TsChartModel      *self);

/* How the view is moved. */
TsChartRange          ts_chart_model_get_range       (TsChartModel      *self);
void                  ts_chart_model_set_range       (TsChartModel      *self,
                                                      TsChartRange       range);
gboolean              ts_chart_model_get_follows     (TsChartModel      *self);
void                  ts_chart_model_set_follows     (TsChartModel      *self,
                                                      gboolean           follows);
void                  ts_chart_model_zoom            (TsChartModel      *self,
                                                      double             factor,
                                                      double             part,
                                                      gboolean           is_gradual);
void                  ts_chart_model_pan             (TsChartModel      *self,
                                                      double             n_columns);
void                  ts_chart_model_show_oldest     (TsChartModel      *self);
void                  ts_chart_model_show_span       (TsChartModel      *self,
                                                      gint64             begin_ns,
                                                      gint64             end_ns);
void                  ts_chart_model_set_progress    (TsChartModel      *self,
                                                      double             progress);
void                  ts_chart_model_fix_span        (TsChartModel      *self,
                                                      const TsChartSpan *span);
void                  ts_chart_model_fix_whole       (TsChartModel      *self,
                                                      gint64             now_ns);

/* The cursor. */
void                  ts_chart_model_point_at        (TsChartModel      *self,
                                                      double             part);
void                  ts_chart_model_point_at_entry  (TsChartModel      *self,
                                                      gint64             at_ns);
void                  ts_chart_model_point_away      (TsChartModel      *self);
gboolean              ts_chart_model_is_pointed      (TsChartModel      *self);
void                  ts_chart_model_move_cursor     (TsChartModel      *self,
                                                      int                direction,
                                                      gboolean           to_event);
gboolean              ts_chart_model_clear_cursor    (TsChartModel      *self);
gint64                ts_chart_model_get_chosen_ns   (TsChartModel      *self);
void                  ts_chart_model_set_chosen_ns   (TsChartModel      *self,
                                                      gint64             chosen_ns);
const TsHistoryEntry *ts_chart_model_get_chosen      (TsChartModel      *self);
gboolean              ts_chart_model_init_readout    (TsChartModel      *self,
                                                      TsChartReadout    *readout);
gboolean              ts_chart_model_activate        (TsChartModel      *self);

void   ts_chart_model_set_limit_ns  (TsChartModel *self,
                                     gint64        limit_ns);
gint64 ts_chart_model_get_limit_ns  (TsChartModel *self);
gint64 ts_chart_model_get_so_far_ns (TsChartModel *self);

G_END_DECLS
