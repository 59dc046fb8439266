/* What the chart says in words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-chart-scale.h"
#include "ts-chart-series.h"

G_BEGIN_DECLS

/**
 * TsChartReadout:
 * @time: when it was
 * @event: (nullable): which gap it is in, or which step is before it
 * @offset: (nullable): what the exchange makes of the offset; this and what follows of samples only
 * @proven: what it proves, with ends rounded outward
 * @delay: its round trip
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
} TsChartReadout;

char *ts_chart_format_title       (const TsChartSeries  *series,
                                   const TsChartAxis    *axis,
                                   gboolean              is_short);
char *ts_chart_format_strip_title (const TsChartSeries  *series,
                                   const TsChartAxis    *axis);
char *ts_chart_format_gap         (const TsChartGap     *gap);
char *ts_chart_format_step        (const TsChartStep    *step,
                                   gboolean              is_long);
char *ts_chart_describe           (const TsChartSeries  *series);
void  ts_chart_readout_init       (TsChartReadout       *self,
                                   const TsChartSeries  *series,
                                   const TsHistoryEntry *entry,
                                   guint                 n_decimals);
void  ts_chart_readout_clear      (TsChartReadout       *self);
char *ts_chart_readout_describe   (const TsChartReadout *self);

G_END_DECLS
