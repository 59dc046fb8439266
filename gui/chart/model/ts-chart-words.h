/* What the chart says in words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-overlays.h"
#include "chart/model/ts-chart-scale.h"
#include "chart/model/ts-chart-series.h"

G_BEGIN_DECLS

/**
 * TsChartReadout:
 * @time: when it was
 * @event: (nullable): which gap it is in, or which step is before it
 * @offset: (nullable): the offset by this exchange alone; this field and the next two are for samples only
 * @proven: what it proves, with ends rounded outward
 * @delay: its round trip
 * @names: (nullable) (array zero-terminated=1): the names of the overlays' servers
 * @offsets: (nullable) (array zero-terminated=1): their offsets as they were known then
 *
 * What there is to say of an entry.
 */
typedef struct
{
  char *time;
  char *event;
  char *offset;
  char *proven;
  char *delay;
  char **names;
  char **offsets;
} TsChartReadout;

/**
 * TsChartDetail:
 * @TS_CHART_DETAIL_FULL: how large a step was, whose clock was set, and which way
 * @TS_CHART_DETAIL_WHOSE: how large it was, and whose clock was set
 * @TS_CHART_DETAIL_SIZE: how large it was
 *
 * How much is said of a step.
 */
typedef enum
{
  TS_CHART_DETAIL_FULL,
  TS_CHART_DETAIL_WHOSE,
  TS_CHART_DETAIL_SIZE,
  TS_CHART_N_DETAILS,
} TsChartDetail;

char *ts_chart_format_title         (const TsChartAxis    *axis,
                                     gboolean              is_empty,
                                     gboolean              is_short);
char *ts_chart_format_strip_title   (const TsChartAxis    *axis,
                                     gboolean              is_empty);
char *ts_chart_format_gap           (const TsChartGap     *gap);
char *ts_chart_format_step          (const TsChartStep    *step,
                                     TsChartDetail         detail);
char *ts_chart_describe             (const TsChartSeries  *series);
char *ts_chart_describe_overlays    (const GArray         *overlays);
void  ts_chart_readout_init         (TsChartReadout       *self,
                                     const TsChartSeries  *series,
                                     const TsHistoryEntry *entry,
                                     gint64                now_ns,
                                     guint                 n_decimals);
void  ts_chart_readout_add_overlays (TsChartReadout       *self,
                                     const GArray         *overlays,
                                     gint64                at_ns);
void  ts_chart_readout_clear        (TsChartReadout       *self);
char *ts_chart_readout_describe     (const TsChartReadout *self);

char *ts_chart_format_so_far (gint64 so_far_ns);
char *ts_chart_format_past   (gint64 since_ns,
                              gint64 now_ns);
char *ts_chart_format_event  (const TsPastEvent *event);

G_END_DECLS
