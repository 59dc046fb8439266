/* The newest entries of a history, and what stretches of them come to without looking at each.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history-entry.h"

G_BEGIN_DECLS

/**
 * TsHistoryMark:
 * @TS_HISTORY_SAMPLE: it is a sample
 * @TS_HISTORY_LOST: it is a lost exchange
 * @TS_HISTORY_REFUSED: it is a refused one
 * @TS_HISTORY_EVENT: an event was between it and the one before
 * @TS_HISTORY_BREAK: it is of another kind than the one before, or an event was between them
 * @TS_HISTORY_GAP: entries in a row that are no samples begin here; a pause is a gap of its own
 * @TS_HISTORY_STEP: it is a sample, and a clock was set just before it
 * @TS_HISTORY_N_MARKS: how many there are
 *
 * What is looked for in a history. Before the oldest entry there is nothing: it is a break, and where it is no
 * sample also a gap.
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
 * @lowest: the index of the sample with the least proven_min_ns; of several the first, as in what follows
 * @highest: of the one with the greatest proven_max_ns
 * @slowest: of the one with the greatest delay
 *
 * What a stretch of entries comes to. Without a sample the last three are the index of the first entry.
 */
typedef struct
{
  gsize counts[TS_HISTORY_N_MARKS];
  gsize lowest;
  gsize highest;
  gsize slowest;
} TsHistorySummary;

typedef struct _TsHistoryRing TsHistoryRing;

TsHistoryRing        *ts_history_ring_new          (gsize                 capacity);
void                  ts_history_ring_free         (TsHistoryRing        *self);
void                  ts_history_ring_clear        (TsHistoryRing        *self);
void                  ts_history_ring_append       (TsHistoryRing        *self,
                                                    const TsHistoryEntry *entry);
gsize                 ts_history_ring_get_length   (const TsHistoryRing  *self);
const TsHistoryEntry *ts_history_ring_get          (const TsHistoryRing  *self,
                                                    gsize                 index);
void                  ts_history_ring_summarize    (const TsHistoryRing  *self,
                                                    gsize                 from,
                                                    gsize                 to,
                                                    TsHistorySummary     *summary);
gsize                 ts_history_ring_find         (const TsHistoryRing  *self,
                                                    TsHistoryMark         mark,
                                                    gsize                 from,
                                                    gsize                 to);
gsize                 ts_history_ring_find_last    (const TsHistoryRing  *self,
                                                    TsHistoryMark         mark,
                                                    gsize                 from,
                                                    gsize                 to);
gsize                 ts_history_ring_find_outside (const TsHistoryRing  *self,
                                                    gsize                 from,
                                                    gsize                 to,
                                                    gint64                min_ns,
                                                    gint64                max_ns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsHistoryRing, ts_history_ring_free)

G_END_DECLS
