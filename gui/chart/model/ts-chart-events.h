/* What happened in a history besides samples: gaps, and steps of a clock.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history.h"

G_BEGIN_DECLS

/* At most this many gaps that begin in one column of pixels are listed, and this many steps. */
#define TS_CHART_MAX_EVENTS_PER_COLUMN 8

/**
 * TsChartGap:
 * @begin_ns: the last sample before, or the gap's first entry if there is none
 * @end_ns: the first sample after, or now while the gap lasts
 * @since_ns: the first of the entries at its end that are all of @last_kind
 * @n_lost: how many requests were lost
 * @n_refused: how many were refused
 * @last_kind: the kind of its last entry
 * @lasts: whether no sample has come since
 * @has_slept: whether this computer was suspended in it
 *
 * Several entries in a row that are no samples, or the time while this computer slept. A pause is a gap of its own, and so
 * is the time while this computer was not connected to a network.
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
 * @at_ns: an instant between the two samples
 * @change_ns: by how much the offset grew
 * @half_width_ns: by how much @change_ns may be wrong
 * @event: whose clock was set: %TS_CLOCK_EVENT_STEP_LOCAL or %TS_CLOCK_EVENT_STEP_REMOTE, or
 *   %TS_CLOCK_EVENT_STEP_PROBABLE for the server's clock
 *
 * Two samples that cannot both be true of one clock, or if the step is only probable, that are not likely to be.
 */
typedef struct
{
  gint64 at_ns;
  gint64 change_ns;
  gint64 half_width_ns;
  TsClockEvent event;
} TsChartStep;

guint       ts_chart_choose_entries   (const TsHistory      *history,
                                       TsHistoryMark         mark,
                                       gsize                 from,
                                       gsize                 to,
                                       gsize                 n_marked,
                                       gsize                 indices[TS_CHART_MAX_EVENTS_PER_COLUMN]);
TsChartStep ts_chart_step_between     (const TsHistory      *history,
                                       gsize                 before,
                                       gsize                 index);
gboolean    ts_chart_step_is_probable (const TsChartStep    *step);
TsChartGap  ts_chart_gap_at           (const TsHistory      *history,
                                       gsize                 begin,
                                       gsize                 view_from,
                                       gsize                 view_to,
                                       gint64                now_ns);
guint       ts_chart_add_sleeps       (GArray               *gaps,
                                       const GArray         *entries);

G_END_DECLS
