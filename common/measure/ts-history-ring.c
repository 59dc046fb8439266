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
#include "ts-history-ring.h"

#define FAN_OUT    16
#define N_LEVELS   3
#define CHUNK_SIZE (FAN_OUT * FAN_OUT * FAN_OUT)

/* How many entries a block of each level stands for. */
static const gsize sizes[N_LEVELS] = { FAN_OUT, FAN_OUT * FAN_OUT, CHUNK_SIZE };

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

/* What is looked for: entries with a mark, or such as are not between two instants. */
typedef struct
{
  gboolean is_outside;
  TsHistoryMark mark;
  gint64 min_ns;
  gint64 max_ns;
} Query;

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

static Chunk *
get_chunk (const TsHistoryRing *self,
           guint64 number)
{
  return self->chunks[number / CHUNK_SIZE & self->mask];
}

static const TsHistoryEntry *
get_entry (const TsHistoryRing *self,
           guint64 number)
{
  return &get_chunk (self, number)->entries[number % CHUNK_SIZE];
}

static Block *
get_block (const TsHistoryRing *self,
           guint level,
           guint64 number)
{
  Chunk *chunk = get_chunk (self, number);
  Block *levels[N_LEVELS] = { chunk->blocks_0, chunk->blocks_1, chunk->blocks_2 };

  return &levels[level][number % CHUNK_SIZE / sizes[level]];
}

/* Returns: a bit for each mark */
static guint
get_marks (const TsHistoryEntry *entry,
           const TsHistoryEntry *before)
{
  gboolean is_sample = entry->kind == TS_ENTRY_SAMPLE;
  gboolean is_step = entry->event == TS_CLOCK_EVENT_STEP_LOCAL || entry->event == TS_CLOCK_EVENT_STEP_REMOTE;
  gboolean is_other = before == NULL || before->kind != entry->kind;
  gboolean is_event = entry->event != TS_CLOCK_EVENT_NONE;
  gboolean begins_gap = before == NULL || before->kind == TS_ENTRY_SAMPLE ||
                        (entry->kind == TS_ENTRY_PAUSED) != (before->kind == TS_ENTRY_PAUSED);

  return (guint) is_sample << TS_HISTORY_SAMPLE | (guint) (entry->kind == TS_ENTRY_LOST) << TS_HISTORY_LOST |
         (guint) (entry->kind == TS_ENTRY_REFUSED) << TS_HISTORY_REFUSED | (guint) is_event << TS_HISTORY_EVENT |
         (guint) (is_other || is_event) << TS_HISTORY_BREAK | (guint) (!is_sample && begins_gap) << TS_HISTORY_GAP |
         (guint) (is_sample && is_step) << TS_HISTORY_STEP;
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
  const TsHistoryEntry *entry = get_entry (self, number);
  guint marks = get_marks (entry, has_before ? get_entry (self, number - 1) : NULL);

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
      *size = sizes[level - 1];
      if (from % *size == 0 && to - from >= *size)
        return get_block (self, level - 1, from);
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
  Stretch stretch = sum_up (self, level, 0, first, first + sizes[level]);
  Block *block = get_block (self, level, first);

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

  *chunk = nth < self->n_chunks ? g_new (Chunk, 1) : g_steal_pointer (&self->chunks[(nth - self->n_chunks) & self->mask]);
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
  get_chunk (self, number)->entries[number % CHUNK_SIZE] = *entry;
  for (guint level = 0; level < N_LEVELS && self->n_appended % sizes[level] == 0; level++)
    make_block (self, level, self->n_appended - sizes[level]);
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

static guint64
get_oldest (const TsHistoryRing *self)
{
  return self->n_appended - ts_history_ring_get_length (self);
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
  return get_entry (self, get_oldest (self) + index);
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
  guint64 oldest = get_oldest (self);

  *summary = sum_up (self, N_LEVELS, oldest, oldest + from, oldest + to).sums;
  summary->lowest -= oldest;
  summary->highest -= oldest;
  summary->slowest -= oldest;
}

static gboolean
may_match (const Block *block,
           const Query *query)
{
  return query->is_outside ? block->min_at_ns < query->min_ns || block->max_at_ns > query->max_ns
                           : block->counts[query->mark] > 0;
}

static gboolean
matches (const TsHistoryRing *self,
         guint64 oldest,
         guint64 number,
         const Query *query)
{
  const TsHistoryEntry *entry = get_entry (self, number);

  if (query->is_outside)
    return entry->at_ns < query->min_ns || entry->at_ns > query->max_ns;
  return get_marks (entry, number > oldest ? get_entry (self, number - 1) : NULL) >> query->mark & 1;
}

/* Returns: how many entries from @from on the largest block has that has none of those wanted; 0: there is none */
static gsize
count_useless (const TsHistoryRing *self,
               guint64 oldest,
               const Query *query,
               guint64 from,
               guint64 to)
{
  if (from % FAN_OUT != 0 || (from == oldest && oldest > 0))
    return 0;
  for (guint level = N_LEVELS; level > 0; level--)
    {
      gsize size = sizes[level - 1];

      if (from % size == 0 && to - from >= size &&
          !may_match (get_block (self, level - 1, from), query))
        return size;
    }
  return 0;
}

static gsize
find_next (const TsHistoryRing *self,
           const Query *query,
           gsize from,
           gsize to)
{
  guint64 oldest = get_oldest (self);
  guint64 end = oldest + to;
  gsize n_useless;

  for (guint64 number = oldest + from; number < end; number += MAX (n_useless, 1))
    {
      n_useless = count_useless (self, oldest, query, number, end);
      if (n_useless == 0 && matches (self, oldest, number, query))
        return (gsize) (number - oldest);
    }
  return to;
}

/**
 * ts_history_ring_find:
 * @self: a ring
 * @mark: what is looked for
 * @from: the index of the first entry to look at
 * @to: that of the first not to look at any more
 *
 * Returns: the first entry of these with @mark, or @to where there is none
 */
gsize
ts_history_ring_find (const TsHistoryRing *self,
                      TsHistoryMark mark,
                      gsize from,
                      gsize to)
{
  return find_next (self, &(Query) { .mark = mark }, from, to);
}

/**
 * ts_history_ring_find_outside:
 * @self: a ring
 * @from: the index of the first entry to look at
 * @to: that of the first not to look at any more
 * @min_ns: an instant
 * @max_ns: an instant
 *
 * Returns: the first entry of these before @min_ns or after @max_ns, or @to where there is none
 */
gsize
ts_history_ring_find_outside (const TsHistoryRing *self,
                              gsize from,
                              gsize to,
                              gint64 min_ns,
                              gint64 max_ns)
{
  return find_next (self, &(Query) { .is_outside = TRUE, .min_ns = min_ns, .max_ns = max_ns }, from, to);
}

/**
 * ts_history_ring_find_last:
 * @self: a ring
 * @mark: what is looked for
 * @from: the index of the first entry to look at
 * @to: that of the first not to look at any more
 *
 * Returns: the last entry of these with @mark, or @to where there is none
 */
gsize
ts_history_ring_find_last (const TsHistoryRing *self,
                           TsHistoryMark mark,
                           gsize from,
                           gsize to)
{
  const Query query = { .mark = mark };
  guint64 oldest = get_oldest (self);
  guint64 begin = oldest + from;
  gsize size;

  for (guint64 end = oldest + to; end > begin; end -= size)
    {
      guint level = N_LEVELS;

      for (size = 1; level > 0 && size == 1; level--)
        if (end % sizes[level - 1] == 0 && end - begin >= sizes[level - 1] &&
            count_useless (self, oldest, &query, end - sizes[level - 1], end) == sizes[level - 1])
          size = sizes[level - 1];
      if (size == 1 && matches (self, oldest, end - 1, &query))
        return (gsize) (end - 1 - oldest);
    }
  return to;
}
