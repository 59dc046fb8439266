/* What many records come to.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/pack/ts-record.h"

G_BEGIN_DECLS

/* A roll-up is of at most this many of the level below, and one of level 1 of as many records. */
#define TS_ROLLUP_FACTOR   64
#define TS_ROLLUP_N_LEVELS 3

/**
 * TsRollup:
 * @begin_ns: the least instant of its records
 * @end_ns: the greatest
 * @kind: %TS_ENTRY_SAMPLE if it has samples, else the kind of its records
 * @n_samples: how many samples it has
 * @n_lost: how many exchanges that were lost
 * @n_refused: how many that were refused
 * @event: what broke the series just before its first record
 * @event_size_ns: how far a clock was set, or how long this computer slept
 * @low_ns: the least offset that was allowed at any of its samples, by all until then; 0 without a sample, as what follows
 * @high_ns: the greatest
 * @certain_min_ns: the greatest of the least offsets that were allowed: the offset was that much at some time
 * @certain_max_ns: the least of the greatest
 * @slowest_ns: the greatest delay
 * @best: the sample of the least delay
 *
 * A step is never inside a roll-up: it ends the one before.
 */
typedef struct
{
  gint64 begin_ns;
  gint64 end_ns;
  TsEntryKind kind;
  gint64 n_samples;
  gint64 n_lost;
  gint64 n_refused;
  TsClockEvent event;
  gint64 event_size_ns;
  gint64 low_ns;
  gint64 high_ns;
  gint64 certain_min_ns;
  gint64 certain_max_ns;
  gint64 slowest_ns;
  TsHistoryEntry best;
} TsRollup;

TsRollup       ts_rollup_for_record (const TsRecord     *record);
gboolean       ts_rollup_can_take   (const TsRollup     *self,
                                     const TsRollup     *next);
void           ts_rollup_take       (TsRollup           *self,
                                     const TsRollup     *next);
GArray        *ts_rollups_of        (const TsRecord     *records,
                                     gsize               n_records);
TsHistoryEntry ts_rollup_to_entry   (const TsRollup     *self);
gint64         ts_rollup_get_certain_ns (const TsRollup *self);
GByteArray    *ts_rollups_pack      (const TsRollup     *rollups,
                                     gsize               n_rollups,
                                     guint64             tag);
GArray        *ts_rollups_unpack    (const guint8       *data,
                                     gsize               length,
                                     guint64             tag,
                                     GError            **error);

G_END_DECLS
