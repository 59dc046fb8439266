/* Which stretch of time the chart shows: what follows live, zoom, pan, ranges.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsChartRange:
 * @TS_CHART_RANGE_MINUTE: a minute
 * @TS_CHART_RANGE_TEN_MINUTES: ten minutes
 * @TS_CHART_RANGE_HOUR: an hour
 * @TS_CHART_RANGE_DAY: a day
 * @TS_CHART_RANGE_ALL: all that is kept
 * @TS_CHART_RANGE_WEEK: a week, of a server that has a recorded past
 * @TS_CHART_RANGE_MONTH: thirty days, likewise
 * @TS_CHART_RANGE_OTHER: any other length, as zooming leaves it
 *
 * How much a view shows. The settings keep these numbers.
 */
typedef enum
{
  TS_CHART_RANGE_MINUTE,
  TS_CHART_RANGE_TEN_MINUTES,
  TS_CHART_RANGE_HOUR,
  TS_CHART_RANGE_DAY,
  TS_CHART_RANGE_ALL,
  TS_CHART_RANGE_WEEK,
  TS_CHART_RANGE_MONTH,
  TS_CHART_RANGE_OTHER,
} TsChartRange;

/**
 * TsChartSpan:
 * @begin_ns: the instant at the left end
 * @end_ns: the instant at the right end, after @begin_ns
 * @now_ns: the newest instant there is, in view or not
 * @n_columns: how many columns of pixels are between both ends
 * @is_over: whether a recording is shown, where each instant has its date, because no day of it is today
 *
 * What is in view.
 */
typedef struct
{
  gint64 begin_ns;
  gint64 end_ns;
  gint64 now_ns;
  int n_columns;
  gboolean is_over;
} TsChartSpan;

/**
 * TsChartView:
 * @oldest_ns: where the history begins
 * @now_ns: where it ends
 * @wish_ns: how much to show once there is as much; %G_MAXINT64: all
 * @end_ns: the right end, unless @follows
 * @follows: whether the right end is @now_ns
 * @is_over: whether what it shows is over, so that its end is never now
 * @is_fixed: whether it shows @fixed, whatever the rest is
 * @fixed: a span, whose columns do not count
 * @from: what was in view before the view was moved
 * @progress: how far the way from there has been shown, from 0 to 1
 *
 * It shows no more than the history, but ten seconds at least.
 */
typedef struct
{
  gint64 oldest_ns;
  gint64 now_ns;
  gint64 wish_ns;
  gint64 end_ns;
  gboolean follows;
  gboolean is_over;
  gboolean is_fixed;
  TsChartSpan fixed;
  TsChartSpan from;
  double progress;
} TsChartView;

void         ts_chart_view_init          (TsChartView       *self);
void         ts_chart_view_set_limits    (TsChartView       *self,
                                          gint64             oldest_ns,
                                          gint64             now_ns);
void         ts_chart_view_set_range     (TsChartView       *self,
                                          TsChartRange       range);
TsChartRange ts_chart_view_get_range     (const TsChartView *self);
void         ts_chart_view_set_follows   (TsChartView       *self,
                                          gboolean           follows);
void         ts_chart_view_zoom          (TsChartView       *self,
                                          gint64             at_ns,
                                          double             factor);
void         ts_chart_view_pan           (TsChartView       *self,
                                          gint64             by_ns);
void         ts_chart_view_show_oldest   (TsChartView       *self);
void         ts_chart_view_show          (TsChartView       *self,
                                          gint64             begin_ns,
                                          gint64             end_ns);
void         ts_chart_view_reveal        (TsChartView       *self,
                                          gint64             at_ns);
void         ts_chart_view_fix           (TsChartView       *self,
                                          const TsChartSpan *span);
void         ts_chart_view_fix_whole     (TsChartView       *self,
                                          gint64             oldest_ns,
                                          gint64             newest_ns);
gboolean     ts_chart_view_is_same       (const TsChartView *self,
                                          const TsChartView *other);
gint64       ts_chart_view_get_end       (const TsChartView *self);
gint64       ts_chart_view_get_so_far_ns (const TsChartView *self);
TsChartSpan  ts_chart_view_get_span      (const TsChartView *self,
                                          int                n_columns);
TsChartSpan  ts_chart_view_get_shown     (const TsChartView *self,
                                          int                n_columns);
gint64       ts_chart_span_get_instant   (const TsChartSpan *self,
                                          double             part);

G_END_DECLS
