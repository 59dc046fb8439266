/* What the files of the ring share: where entries and blocks are.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history-ring.h"

G_BEGIN_DECLS

#define FAN_OUT    16
#define N_LEVELS   3
#define CHUNK_SIZE (FAN_OUT * FAN_OUT * FAN_OUT)

/* How many entries a block of each level stands for. */
static const gsize ts_history_ring_sizes[N_LEVELS] = { FAN_OUT, FAN_OUT * FAN_OUT, CHUNK_SIZE };

/* The extremes are counted from the block's first entry, and meaningless without a sample. Their values are here
 * too, for what is far apart in memory takes long to look at. */
typedef struct
{
  gint64 min_at_ns;
  gint64 max_at_ns;
  gint64 lowest_ns;
  gint64 highest_ns;
  gint64 slowest_ns;
  guint16 lowest;
  guint16 highest;
  guint16 slowest;
  guint16 counts[TS_HISTORY_N_MARKS];
} Block;

G_STATIC_ASSERT (sizeof (Block) == 64);

typedef struct
{
  TsHistoryEntry entries[CHUNK_SIZE];
  Block blocks_0[CHUNK_SIZE / FAN_OUT];
  Block blocks_1[FAN_OUT];
  Block blocks_2[1];
} Chunk;

struct _TsHistoryRing
{
  Chunk **chunks; /* the chunk of entry number n is at n / CHUNK_SIZE & mask; (nullable) each */
  gsize mask;
  gsize n_chunks; /* that may be in use */
  gsize capacity;
  guint64 n_appended;
};

static inline Chunk *
ts_history_ring_get_chunk (const TsHistoryRing *self,
                           guint64 number)
{
  return self->chunks[number / CHUNK_SIZE & self->mask];
}

static inline const TsHistoryEntry *
ts_history_ring_get_entry (const TsHistoryRing *self,
                           guint64 number)
{
  return &ts_history_ring_get_chunk (self, number)->entries[number % CHUNK_SIZE];
}

static inline Block *
ts_history_ring_get_block (const TsHistoryRing *self,
                           guint level,
                           guint64 number)
{
  Chunk *chunk = ts_history_ring_get_chunk (self, number);
  Block *levels[N_LEVELS] = { chunk->blocks_0, chunk->blocks_1, chunk->blocks_2 };

  return &levels[level][number % CHUNK_SIZE / ts_history_ring_sizes[level]];
}

static inline guint64
ts_history_ring_get_oldest (const TsHistoryRing *self)
{
  return self->n_appended - MIN (self->n_appended, self->capacity);
}

/* Returns: a bit for each mark */
static inline guint
ts_history_ring_get_marks (const TsHistoryEntry *entry,
                           const TsHistoryEntry *before)
{
  gboolean is_sample = entry->kind == TS_ENTRY_SAMPLE;
  gboolean is_step = ts_clock_event_is_step (entry->event);
  gboolean is_other = before == NULL || before->kind != entry->kind;
  gboolean is_event = entry->event != TS_CLOCK_EVENT_NONE;
  gboolean begins_gap = before == NULL || before->kind == TS_ENTRY_SAMPLE ||
                        (entry->kind == TS_ENTRY_PAUSED) != (before->kind == TS_ENTRY_PAUSED);

  return (guint) is_sample << TS_HISTORY_SAMPLE | (guint) (entry->kind == TS_ENTRY_LOST) << TS_HISTORY_LOST |
         (guint) (entry->kind == TS_ENTRY_REFUSED) << TS_HISTORY_REFUSED | (guint) is_event << TS_HISTORY_EVENT |
         (guint) (is_other || is_event) << TS_HISTORY_BREAK | (guint) (!is_sample && begins_gap) << TS_HISTORY_GAP |
         (guint) (is_sample && is_step) << TS_HISTORY_STEP;
}

G_END_DECLS
