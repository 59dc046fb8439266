/* What of a history is in view: its entries, gaps and steps, and the ranges that show them well.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-chart-view.h"
#include "ts-history.h"

G_BEGIN_DECLS

/**
 * TsChartGap:
 * @begin_ns: the last sample before, or the gap's first entry where there is none
 * @end_ns: the first sample after, or now while the gap lasts
 * @since_ns: the first of those last entries that are of the kind @last_kind
 * @n_lost: how many requests were lost
 * @n_refused: how many were refused
 * @last_kind: of the gap's last entry
 * @lasts: whether no sample came since
 * @has_slept: whether this computer was suspended in it
 *
 * Entries in a row that are no samples, or the time that this computer slept. A pause is a gap of its own.
 */
typedef struct
{
  gint64 begin_ns;
  gint64 end_ns;
  gint64 since_ns;
  guint n_lost;
  guint n_refused;
  TsEntryKind last_kind;
  gboolean lasts;
  gboolean has_slept;
} TsChartGap;

/**
 * TsChartStep:
 * @at_ns: between the two samples
 * @change_ns: by how much the offset grew
 * @half_width_ns: by how much @change_ns may be wrong
 * @event: whose clock was set: %TS_CLOCK_EVENT_STEP_LOCAL or %TS_CLOCK_EVENT_STEP_REMOTE
 *
 * Two samples that cannot both be true of one clock.
 */
typedef struct
{
  gint64 at_ns;
  gint64 change_ns;
  gint64 half_width_ns;
  TsClockEvent event;
} TsChartStep;

/**
 * TsChartSeries:
 * @entries: (element-type TsHistoryEntry): those that make the picture, the oldest first, from the last sample
 *   before the view to the first one after it
 * @gaps: (element-type TsChartGap): the oldest first
 * @steps: (element-type TsChartStep): the oldest first
 * @span: what is in view
 * @n_samples: how many samples these are a choice of; 0 leaves what follows at 0
 * @min_ns: the least offset to show
 * @max_ns: the greatest offset to show
 * @max_delay_ns: the greatest delay to show
 */
typedef struct
{
  GArray *entries;
  GArray *gaps;
  GArray *steps;
  TsChartSpan span;
  guint n_samples;
  gint64 min_ns;
  gint64 max_ns;
  gint64 max_delay_ns;
} TsChartSeries;

void                  ts_chart_series_init      (TsChartSeries       *self);
void                  ts_chart_series_clear     (TsChartSeries       *self);
void                  ts_chart_series_update    (TsChartSeries       *self,
                                                 const TsHistory     *history,
                                                 const TsChartSpan   *span);
const TsHistoryEntry *ts_chart_series_get       (const TsChartSeries *self,
                                                 guint                index);
gboolean              ts_chart_series_is_live   (const TsChartSeries *self);
gboolean              ts_chart_series_is_joined (const TsChartSeries *self,
                                                 guint                index);
const TsHistoryEntry *ts_chart_series_get_last  (const TsChartSeries *self);

G_END_DECLS
