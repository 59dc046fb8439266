/* What of a history is in view: its entries, gaps and steps, and the ranges that show them well.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-events.h"
#include "chart/model/ts-chart-view.h"
#include "measure/history/ts-history.h"
#include "past/ts-past.h"

G_BEGIN_DECLS

/**
 * TsChartTry:
 * @at_ns: when it was given up
 * @kind: why there is no sample: %TS_ENTRY_LOST or %TS_ENTRY_REFUSED
 * @goes_on: whether the entry before it is of the same kind
 *
 * An exchange that brought no sample.
 */
typedef struct
{
  gint64 at_ns;
  TsEntryKind kind;
  gboolean goes_on;
} TsChartTry;

/**
 * TsChartSeries:
 * @entries: (element-type TsHistoryEntry): those that are drawn, the oldest first, from the last sample before
 *   the view to the first one after it
 * @tries: (element-type TsChartTry): exchanges that brought no sample, the oldest first; if a column of pixels
 *   has many, only the first lost and the first refused one
 * @gaps: (element-type TsChartGap): the oldest first, at most %TS_CHART_MAX_EVENTS_PER_COLUMN in a column
 * @steps: (element-type TsChartStep): steps, the oldest first, with the same limit
 * @events: (element-type TsPastEvent): what happened to this computer, the oldest first
 * @span: what is in view
 * @burst_ns: when the burst began whose samples are not drawn, because later ones overrule them
 * @settled_ns: when it was over, by ts_history_get_settled_ns()
 * @n_gaps: how many gaps there are, those left out of @gaps included
 * @n_steps: how many steps there are, those left out of @steps included
 * @n_samples: how many samples are in view, those left out of @entries included; if 0, the other fields are 0
 * @min_ns: the least offset to show
 * @max_ns: the greatest offset to show
 * @max_delay_ns: the greatest delay to show
 */
typedef struct
{
  GArray *entries;
  GArray *tries;
  GArray *gaps;
  GArray *steps;
  GArray *events;
  TsChartSpan span;
  gint64 burst_ns;
  gint64 settled_ns;
  guint n_gaps;
  guint n_steps;
  guint n_samples;
  gint64 min_ns;
  gint64 max_ns;
  gint64 max_delay_ns;
} TsChartSeries;

void                  ts_chart_series_init      (TsChartSeries       *self);
void                  ts_chart_series_clear     (TsChartSeries       *self);
void                  ts_chart_series_update    (TsChartSeries       *self,
                                                 const TsHistory     *history,
                                                 const TsHistory     *live,
                                                 const TsChartSpan   *span);
void                  ts_chart_series_take_events (TsChartSeries     *self,
                                                   const GArray      *events);
gboolean              ts_chart_series_is_long   (const TsChartSeries *self);
const TsHistoryEntry *ts_chart_series_get       (const TsChartSeries *self,
                                                 guint                index);
gboolean              ts_chart_series_is_live   (const TsChartSeries *self);
gboolean              ts_chart_series_is_drawn  (const TsChartSeries *self,
                                                 guint                index);
gboolean              ts_chart_series_is_joined (const TsChartSeries *self,
                                                 guint                index);
const TsHistoryEntry *ts_chart_series_get_last  (const TsChartSeries *self);

G_END_DECLS
