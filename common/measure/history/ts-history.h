/* What a series of exchanges brought: samples, and why there are none.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history-entry.h"

G_BEGIN_DECLS

/**
 * TsHistoryMark:
 * @TS_HISTORY_SAMPLE: the entry is a sample
 * @TS_HISTORY_LOST: it is a lost exchange
 * @TS_HISTORY_REFUSED: it is a refused one
 * @TS_HISTORY_EVENT: an event was between it and the one before
 * @TS_HISTORY_BREAK: it is of another kind than the one before, or an event was between them
 * @TS_HISTORY_GAP: entries in a row that are no samples begin here; a pause is a gap of its own, and so is
 *   what was not recorded
 * @TS_HISTORY_STEP: it is a sample, and a clock was set just before it
 * @TS_HISTORY_N_MARKS: the number of marks
 *
 * What can be looked for in a history. The oldest entry has nothing before it, so it is a break, and if it is no sample
 * it is also a gap.
 */
typedef enum
{
  TS_HISTORY_SAMPLE,
  TS_HISTORY_LOST,
  TS_HISTORY_REFUSED,
  TS_HISTORY_EVENT,
  TS_HISTORY_BREAK,
  TS_HISTORY_GAP,
  TS_HISTORY_STEP,
  TS_HISTORY_N_MARKS,
} TsHistoryMark;

/**
 * TsHistorySummary:
 * @counts: how many entries have each #TsHistoryMark
 * @lowest: the index of the first sample with the least proven_min_ns
 * @highest: the index of the first sample with the greatest proven_max_ns
 * @slowest: the index of the first sample with the greatest delay
 *
 * What a stretch of entries comes to. If it has no sample, the last three are the index of its first entry.
 */
typedef struct
{
  gsize counts[TS_HISTORY_N_MARKS];
  gsize lowest;
  gsize highest;
  gsize slowest;
} TsHistorySummary;

typedef struct _TsHistory TsHistory;

TsHistory            *ts_history_new                  (gsize                  capacity);
void                  ts_history_free                 (TsHistory             *self);
void                  ts_history_clear                (TsHistory             *self);
void                  ts_history_append               (TsHistory             *self,
                                                       const TsHistoryEntry  *entry);
void                  ts_history_append_all           (TsHistory             *self,
                                                       const TsHistoryEntry  *entries,
                                                       gsize                  n_entries);
void                  ts_history_add_sample           (TsHistory             *self,
                                                       const TsSample        *sample,
                                                       const TsEstimate      *estimate,
                                                       TsClockEvent           event);
void                  ts_history_note_step            (TsHistory             *self,
                                                       gint64                 change_ns);
void                  ts_history_add_gap              (TsHistory             *self,
                                                       TsEntryKind            kind,
                                                       gint64                 at_ns);
gsize                 ts_history_get_length           (const TsHistory       *self);
const TsHistoryEntry *ts_history_get                  (const TsHistory       *self,
                                                       gsize                  index);
gint64                ts_history_get_step_ns          (const TsHistory       *self,
                                                       gsize                  before,
                                                       gsize                  index);
guint64               ts_history_get_n_ever           (const TsHistory       *self);
guint64               ts_history_get_n_samples        (const TsHistory       *self);
gint64                ts_history_get_settled_ns       (const TsHistory       *self);
guint64               ts_history_get_n_lost           (const TsHistory       *self);
gint64                ts_history_get_least_delay_ns   (const TsHistory       *self);
void                  ts_history_summarize            (const TsHistory       *self,
                                                       gsize                  from,
                                                       gsize                  to,
                                                       TsHistorySummary      *summary);
gsize                 ts_history_find                 (const TsHistory       *self,
                                                       TsHistoryMark          mark,
                                                       gsize                  from,
                                                       gsize                  to);
gsize                 ts_history_find_last            (const TsHistory       *self,
                                                       TsHistoryMark          mark,
                                                       gsize                  from,
                                                       gsize                  to);
gsize                 ts_history_find_outside         (const TsHistory       *self,
                                                       gsize                  from,
                                                       gsize                  to,
                                                       gint64                 min_ns,
                                                       gint64                 max_ns);
const TsHistoryEntry *ts_history_get_last             (const TsHistory       *self);
gint64                ts_history_get_jitter_ns        (const TsHistory       *self,
                                                       guint                  n_samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsHistory, ts_history_free)

G_END_DECLS
