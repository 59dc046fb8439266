/* The newest entries of a history, and what stretches of them come to without looking at each.
 *
 * Entries are numbered as they come, and kept in chunks. Over the 4096 entries of a chunk stands a pyramid: a
 * block for each 16 of them, one for each 16 of those, and one for all. A block is made when its last entry
 * comes, and used only for stretches that hold all of it and the entry before, so nothing need be mended when
 * old entries are forgotten:
 *
 *     level 2 |                               chunk                               |
 *     level 1 |               |               |               |               |…
 *     level 0 | | | | | | | | | | | | | | | | | | | | | | | | | | | | | | | | |…
 *
 * A block takes 64 bytes, so that an entry takes 56 + 64 / 16 + 64 / 256 + 64 / 4096: 60.3 bytes. Chunks are
 * allocated when their first entry comes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/history/ts-history-ring-private.h"

/* What entries come to; here extremes are numbers of entries. */
typedef struct
{
  TsHistorySummary sums;
  gint64 min_at_ns;
  gint64 max_at_ns;
  gint64 lowest_ns;
  gint64 highest_ns;
  gint64 slowest_ns;
} Stretch;

/**
 * ts_history_ring_new:
 * @capacity: how many entries to keep, at least 1; older ones are forgotten
 *
 * Returns: (transfer full): a ring without entries
 */
TsHistoryRing *
ts_history_ring_new (gsize capacity)
{
  TsHistoryRing *self = g_new0 (TsHistoryRing, 1);

  g_return_val_if_fail (capacity > 0, NULL);

  self->capacity = capacity;
  /* The oldest and the newest may be in the middle of theirs. The entry before a block that is made is kept too. */
  self->n_chunks = capacity / CHUNK_SIZE + 2;
  /* A power of two, for a division would take longer than all else that finding an entry takes. */
  for (self->mask = 1; self->mask + 1 < self->n_chunks; self->mask = 2 * self->mask + 1)
    continue;
  self->chunks = g_new0 (Chunk *, self->mask + 1);
  return self;
}

/**
 * ts_history_ring_free:
 * @self: (transfer full): a ring
 */
void
ts_history_ring_free (TsHistoryRing *self)
{
  ts_history_ring_clear (self);
  g_free (self->chunks);
  g_free (self);
}

/**
 * ts_history_ring_clear:
 * @self: a ring
 *
 * Forgets every entry.
 */
void
ts_history_ring_clear (TsHistoryRing *self)
{
  for (gsize i = 0; i <= self->mask; i++)
    g_clear_pointer (&self->chunks[i], g_free);
  self->n_appended = 0;
}

/* Takes over the extremes of samples that come after those that @stretch has, if any. */
static void
include_extremes (Stretch *stretch,
                  const Stretch *next)
{
  gboolean is_first = stretch->sums.counts[TS_HISTORY_SAMPLE] == 0;

  if (is_first || next->lowest_ns < stretch->lowest_ns)
    {
      stretch->sums.lowest = next->sums.lowest;
      stretch->lowest_ns = next->lowest_ns;
    }
  if (is_first || next->highest_ns > stretch->highest_ns)
    {
      stretch->sums.highest = next->sums.highest;
      stretch->highest_ns = next->highest_ns;
    }
  if (is_first || next->slowest_ns > stretch->slowest_ns)
    {
      stretch->sums.slowest = next->sums.slowest;
      stretch->slowest_ns = next->slowest_ns;
    }
}

static void
include_entry (const TsHistoryRing *self,
               Stretch *stretch,
               guint64 number,
               gboolean has_before)
{
  const TsHistoryEntry *entry = ts_history_ring_get_entry (self, number);
  guint marks = ts_history_ring_get_marks (entry, has_before ? ts_history_ring_get_entry (self, number - 1) : NULL);

  if (entry->kind == TS_ENTRY_SAMPLE)
    include_extremes (stretch, &(Stretch) {
                                 .sums = { .lowest = number, .highest = number, .slowest = number },
                                 .lowest_ns = entry->proven_min_ns,
                                 .highest_ns = entry->proven_max_ns,
                                 .slowest_ns = ts_history_entry_get_delay_ns (entry),
                               });
  for (guint mark = 0; mark < TS_HISTORY_N_MARKS; mark++)
    stretch->sums.counts[mark] += marks >> mark & 1;
  stretch->min_at_ns = MIN (stretch->min_at_ns, entry->at_ns);
  stretch->max_at_ns = MAX (stretch->max_at_ns, entry->at_ns);
}

static void
include_block (Stretch *stretch,
               guint64 number,
               const Block *block)
{
  if (block->counts[TS_HISTORY_SAMPLE] > 0)
    include_extremes (stretch, &(Stretch) {
                                 .sums = { .lowest = number + block->lowest,
                                           .highest = number + block->highest,
                                           .slowest = number + block->slowest },
                                 .lowest_ns = block->lowest_ns,
                                 .highest_ns = block->highest_ns,
                                 .slowest_ns = block->slowest_ns,
                               });
  for (guint mark = 0; mark < TS_HISTORY_N_MARKS; mark++)
    stretch->sums.counts[mark] += block->counts[mark];
  stretch->min_at_ns = MIN (stretch->min_at_ns, block->min_at_ns);
  stretch->max_at_ns = MAX (stretch->max_at_ns, block->max_at_ns);
}

/* Returns: (nullable): the largest block of the lowest @n_levels that begins at @from and ends at @to at the latest */
static const Block *
find_block (const TsHistoryRing *self,
            guint n_levels,
            guint64 from,
            guint64 to,
            gsize *size)
{
  for (guint level = n_levels; level > 0; level--)
    {
      *size = ts_history_ring_sizes[level - 1];
      if (from % *size == 0 && to - from >= *size)
        return ts_history_ring_get_block (self, level - 1, from);
    }
  return NULL;
}

/* @oldest: the entry before which there is none; a block that begins there was made when there was one */
static Stretch
sum_up (const TsHistoryRing *self,
        guint n_levels,
        guint64 oldest,
        guint64 from,
        guint64 to)
{
  Stretch stretch = {
    .sums = { .lowest = from, .highest = from, .slowest = from },
    .min_at_ns = G_MAXINT64,
    .max_at_ns = G_MININT64,
  };
  gsize size;

  for (guint64 number = from; number < to; number += size)
    {
      gboolean is_cut = number == oldest && oldest > 0;
      const Block *block = is_cut ? NULL : find_block (self, n_levels, number, to, &size);

      if (block != NULL)
        include_block (&stretch, number, block);
      else
        {
          include_entry (self, &stretch, number, number > oldest);
          size = 1;
        }
    }
  return stretch;
}

/* The entry before is still at hand: in this chunk, or in the one before. */
static void
make_block (TsHistoryRing *self,
            guint level,
            guint64 first)
{
  Stretch stretch = sum_up (self, level, 0, first, first + ts_history_ring_sizes[level]);
  Block *block = ts_history_ring_get_block (self, level, first);

  *block = (Block) {
    .min_at_ns = stretch.min_at_ns,
    .max_at_ns = stretch.max_at_ns,
    .lowest_ns = stretch.lowest_ns,
    .highest_ns = stretch.highest_ns,
    .slowest_ns = stretch.slowest_ns,
    .lowest = (guint16) (stretch.sums.lowest - first),
    .highest = (guint16) (stretch.sums.highest - first),
    .slowest = (guint16) (stretch.sums.slowest - first),
  };
  for (guint mark = 0; mark < TS_HISTORY_N_MARKS; mark++)
    block->counts[mark] = (guint16) stretch.sums.counts[mark];
}

/* What was the oldest chunk becomes the newest, once there are enough. */
static void
add_chunk (TsHistoryRing *self,
           guint64 nth)
{
  Chunk **chunk = &self->chunks[nth & self->mask];

  if (nth < self->n_chunks)
    *chunk = g_new (Chunk, 1);
  else
    *chunk = g_steal_pointer (&self->chunks[(nth - self->n_chunks) & self->mask]);
}

/**
 * ts_history_ring_append:
 * @self: a ring
 * @entry: what comes after all others
 *
 * Takes the same time, on an average, however many there are.
 */
void
ts_history_ring_append (TsHistoryRing *self,
                        const TsHistoryEntry *entry)
{
  guint64 number = self->n_appended++;

  if (number % CHUNK_SIZE == 0)
    add_chunk (self, number / CHUNK_SIZE);
  ts_history_ring_get_chunk (self, number)->entries[number % CHUNK_SIZE] = *entry;
  for (guint level = 0; level < N_LEVELS && self->n_appended % ts_history_ring_sizes[level] == 0; level++)
    make_block (self, level, self->n_appended - ts_history_ring_sizes[level]);
}

/**
 * ts_history_ring_get_length:
 * @self: a ring
 *
 * Returns: the number of entries kept
 */
gsize
ts_history_ring_get_length (const TsHistoryRing *self)
{
  return (gsize) MIN (self->n_appended, self->capacity);
}

/**
 * ts_history_ring_get:
 * @self: a ring
 * @index: below ts_history_ring_get_length(); 0 is the oldest
 *
 * Returns: (transfer none): the entry, valid until the ring changes
 */
const TsHistoryEntry *
ts_history_ring_get (const TsHistoryRing *self,
                     gsize index)
{
  return ts_history_ring_get_entry (self, ts_history_ring_get_oldest (self) + index);
}

/**
 * ts_history_ring_summarize:
 * @self: a ring
 * @from: the index of the first entry to look at
 * @to: that of the first not to look at any more
 * @summary: (out): what they come to
 *
 * Takes time that grows with the logarithm of their number, and beyond some thousands with a 4096th of it.
 */
void
ts_history_ring_summarize (const TsHistoryRing *self,
                           gsize from,
                           gsize to,
                           TsHistorySummary *summary)
{
  guint64 oldest = ts_history_ring_get_oldest (self);

  *summary = sum_up (self, N_LEVELS, oldest, oldest + from, oldest + to).sums;
  summary->lowest -= oldest;
  summary->highest -= oldest;
  summary->slowest -= oldest;
}
