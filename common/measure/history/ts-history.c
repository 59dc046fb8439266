/* What a series of exchanges brought: samples, and the reasons why there are none.
 *
 * Entries are numbered in the order they come in, and kept in chunks. Each chunk has 4096 entries and a pyramid of
 * blocks. A block says what a stretch of entries comes to, so that nobody has to look at each entry. There is a block
 * for every 16 entries, one for every 16 of those blocks, and one for the whole chunk:
 *
 *     level 2 |                               chunk                               |
 *     level 1 |               |               |               |               |…
 *     level 0 | | | | | | | | | | | | | | | | | | | | | | | | | | | | | | | | |…
 *
 * A block is made when its last entry comes. It is used only for stretches that contain all of it and the entry before
 * it, so no block has to be changed when old entries are forgotten. It keeps the values of its extremes, because
 * looking them up in the entries missed the processor's cache.
 *
 * A block takes 64 bytes, so an entry takes 56 + 64 / 16 + 64 / 256 + 64 / 4096 = 60.3 bytes. A chunk is allocated when
 * its first entry comes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/history/ts-history.h"

#include <stdlib.h>

#include "measure/ts-schedule.h"
#include "measure/ts-time.h"

#define MAX_JITTER_SAMPLES 64

#define FAN_OUT    16
#define N_LEVELS   3
#define CHUNK_SIZE (FAN_OUT * FAN_OUT * FAN_OUT)

/* How many entries a block of each level stands for. */
static const gsize block_sizes[N_LEVELS] = { FAN_OUT, FAN_OUT * FAN_OUT, CHUNK_SIZE };

/* The places of the extremes are counted from the block's first entry. If the block has no sample, they mean
 * nothing. */
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

G_STATIC_ASSERT (sizeof (Block) <= 64);

typedef struct
{
  TsHistoryEntry entries[CHUNK_SIZE];
  Block blocks_0[CHUNK_SIZE / FAN_OUT];
  Block blocks_1[FAN_OUT];
  Block blocks_2[1];
} Chunk;

/* A step of a clock whose size was noted. */
typedef struct
{
  guint64 number; /* of its entry */
  gint64 change_ns;
} Step;

struct _TsHistory
{
  Chunk **chunks; /* the chunk of entry number n is at n / CHUNK_SIZE & mask; each is (nullable) */
  gsize mask;
  gsize n_chunks; /* that may be in use */
  gsize capacity;
  guint64 n_appended;
  guint64 n_samples;
  guint64 n_lost;
  gint64 least_delay_ns; /* -1: there was no sample */
  GArray *steps;         /* of Step, in order */
};

/* The summary of a stretch; its extremes are numbers of entries. */
typedef struct
{
  TsHistorySummary sums;
  gint64 min_at_ns;
  gint64 max_at_ns;
  gint64 lowest_ns;
  gint64 highest_ns;
  gint64 slowest_ns;
} Stretch;

/* What to look for: entries with a mark, or entries that are not between two instants. */
typedef struct
{
  gboolean is_outside;
  TsHistoryMark mark;
  gint64 min_ns;
  gint64 max_ns;
} Query;

static Chunk *
get_chunk (const TsHistory *self,
           guint64 number)
{
  return self->chunks[number / CHUNK_SIZE & self->mask];
}

static const TsHistoryEntry *
get_entry (const TsHistory *self,
           guint64 number)
{
  return &get_chunk (self, number)->entries[number % CHUNK_SIZE];
}

static Block *
get_block (const TsHistory *self,
           guint level,
           guint64 number)
{
  Chunk *chunk = get_chunk (self, number);
  Block *levels[N_LEVELS] = { chunk->blocks_0, chunk->blocks_1, chunk->blocks_2 };

  return &levels[level][number % CHUNK_SIZE / block_sizes[level]];
}

static guint64
get_oldest (const TsHistory *self)
{
  return self->n_appended - MIN (self->n_appended, self->capacity);
}

/* Returns: a number for the kind of gap; neighbouring entries with the same number are one gap */
static int
get_gap_kind (const TsHistoryEntry *entry)
{
  return ts_entry_kind_is_exchange ((TsEntryKind) entry->kind) ? 0 : (int) entry->kind;
}

/* Returns: the marks that @entry has, a bit for each */
static guint
get_marks (const TsHistoryEntry *entry,
           const TsHistoryEntry *before)
{
  gboolean is_sample = entry->kind == TS_ENTRY_SAMPLE;
  gboolean is_step = ts_clock_event_is_step (entry->event);
  gboolean is_other = before == NULL || before->kind != entry->kind;
  gboolean is_event = entry->event != TS_CLOCK_EVENT_NONE;
  gboolean begins_gap = !is_sample && (before == NULL || before->kind == TS_ENTRY_SAMPLE ||
                                       get_gap_kind (entry) != get_gap_kind (before));

  return (guint) is_sample << TS_HISTORY_SAMPLE | (guint) (entry->kind == TS_ENTRY_LOST) << TS_HISTORY_LOST |
         (guint) (entry->kind == TS_ENTRY_REFUSED) << TS_HISTORY_REFUSED | (guint) is_event << TS_HISTORY_EVENT |
         (guint) (is_other || is_event) << TS_HISTORY_BREAK | (guint) begins_gap << TS_HISTORY_GAP |
         (guint) (is_sample && is_step) << TS_HISTORY_STEP;
}

/* Widens the extremes of @stretch by those of samples that come after its own. */
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
include_entry (const TsHistory *self,
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
find_block (const TsHistory *self,
            guint n_levels,
            guint64 from,
            guint64 to,
            gsize *size)
{
  for (guint level = n_levels; level > 0; level--)
    {
      *size = block_sizes[level - 1];
      if (from % *size == 0 && to - from >= *size)
        return get_block (self, level - 1, from);
    }
  return NULL;
}

/* @oldest: the oldest entry; a block that begins there is not used, because it was made when there was an entry
 *   before */
static Stretch
sum_up (const TsHistory *self,
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

/* The entry before the block is still there, in this chunk or in the one before. */
static void
make_block (TsHistory *self,
            guint level,
            guint64 first)
{
  Stretch stretch = sum_up (self, level, 0, first, first + block_sizes[level]);
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

/* Once there are enough chunks, the oldest is used again as the newest. */
static void
add_chunk (TsHistory *self,
           guint64 nth)
{
  Chunk **chunk = &self->chunks[nth & self->mask];

  if (nth < self->n_chunks)
    *chunk = g_new (Chunk, 1);
  else
    *chunk = g_steal_pointer (&self->chunks[(nth - self->n_chunks) & self->mask]);
}

static gboolean
may_match (const Block *block,
           const Query *query)
{
  return query->is_outside ? block->min_at_ns < query->min_ns || block->max_at_ns > query->max_ns
                           : block->counts[query->mark] > 0;
}

static gboolean
matches (const TsHistory *self,
         guint64 oldest,
         guint64 number,
         const Query *query)
{
  const TsHistoryEntry *entry = get_entry (self, number);
  const TsHistoryEntry *before;

  if (query->is_outside)
    return entry->at_ns < query->min_ns || entry->at_ns > query->max_ns;
  before = number > oldest ? get_entry (self, number - 1) : NULL;
  return get_marks (entry, before) >> query->mark & 1;
}

/* Returns: the number of entries in the largest block that begins at @from and has no entry that @query looks for; 0 if
 * there is no such block */
static gsize
count_useless (const TsHistory *self,
               guint64 oldest,
               const Query *query,
               guint64 from,
               guint64 to)
{
  if (from % FAN_OUT != 0 || (from == oldest && oldest > 0))
    return 0;
  for (guint level = N_LEVELS; level > 0; level--)
    {
      gsize size = block_sizes[level - 1];

      if (from % size == 0 && to - from >= size &&
          !may_match (get_block (self, level - 1, from), query))
        return size;
    }
  return 0;
}

static gsize
find_next (const TsHistory *self,
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
 * ts_history_new:
 * @capacity: how many entries to keep, at least 1; older ones are forgotten
 *
 * Returns: (transfer full): an empty history
 */
TsHistory *
ts_history_new (gsize capacity)
{
  TsHistory *self;

  g_return_val_if_fail (capacity > 0, NULL);

  self = g_new0 (TsHistory, 1);
  self->capacity = capacity;
  self->least_delay_ns = -1;
  /* Two more, because the oldest and the newest entry may be in the middle of their chunks, and because the entry
   * before a new block is kept too. */
  self->n_chunks = capacity / CHUNK_SIZE + 2;
  /* The length is a power of two, because a division would take longer than the rest of finding an entry. */
  for (self->mask = 1; self->mask + 1 < self->n_chunks; self->mask = 2 * self->mask + 1)
    continue;
  self->chunks = g_new0 (Chunk *, self->mask + 1);
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  return self;
}

/**
 * ts_history_free:
 * @self: (transfer full): a history
 */
void
ts_history_free (TsHistory *self)
{
  ts_history_clear (self);
  g_array_unref (self->steps);
  g_free (self->chunks);
  g_free (self);
}

/**
 * ts_history_clear:
 * @self: a history
 *
 * Forgets all entries and counts.
 */
void
ts_history_clear (TsHistory *self)
{
  for (gsize i = 0; i <= self->mask; i++)
    g_clear_pointer (&self->chunks[i], g_free);
  g_array_set_size (self->steps, 0);
  self->n_appended = 0;
  self->n_samples = 0;
  self->n_lost = 0;
  self->least_delay_ns = -1;
}

static void
count_entry (TsHistory *self,
             const TsHistoryEntry *entry)
{
  gint64 delay_ns = ts_history_entry_get_delay_ns (entry);

  if (entry->kind == TS_ENTRY_SAMPLE)
    {
      self->n_samples++;
      if (self->least_delay_ns < 0 || delay_ns < self->least_delay_ns)
        self->least_delay_ns = delay_ns;
    }
  else if (get_gap_kind (entry) == 0)
    self->n_lost++;
}

/**
 * ts_history_append:
 * @self: a history
 * @entry: the newest entry
 *
 * This takes the same time on average, however many entries there are. Lost and refused exchanges both count as lost.
 */
void
ts_history_append (TsHistory *self,
                   const TsHistoryEntry *entry)
{
  guint64 number = self->n_appended++;

  if (number % CHUNK_SIZE == 0)
    add_chunk (self, number / CHUNK_SIZE);
  get_chunk (self, number)->entries[number % CHUNK_SIZE] = *entry;
  for (guint level = 0; level < N_LEVELS && self->n_appended % block_sizes[level] == 0; level++)
    make_block (self, level, self->n_appended - block_sizes[level]);
  count_entry (self, entry);
}

/**
 * ts_history_append_all:
 * @self: a history
 * @entries: (array length=n_entries): the newest entries, the oldest first
 * @n_entries: how many
 *
 * As ts_history_append() with each of them.
 */
void
ts_history_append_all (TsHistory *self,
                       const TsHistoryEntry *entries,
                       gsize n_entries)
{
  for (gsize i = 0; i < n_entries; i++)
    ts_history_append (self, &entries[i]);
}

/**
 * ts_history_add_sample:
 * @self: a history
 * @sample: a sample, newer than all before
 * @estimate: what all samples until then make of its instant
 * @event: what broke the series just before it
 */
void
ts_history_add_sample (TsHistory *self,
                       const TsSample *sample,
                       const TsEstimate *estimate,
                       TsClockEvent event)
{
  const TsHistoryEntry entry = ts_history_entry_for_sample (sample, estimate, event);

  ts_history_append (self, &entry);
}

/**
 * ts_history_note_step:
 * @self: a history whose newest entry is a sample, and a clock was set just before it
 * @change_ns: by how much the offset grew because of that
 *
 * Notes the size of a step that was noticed late. The estimate of the sample before does not show it, because it was
 * made after the clock had been set.
 */
void
ts_history_note_step (TsHistory *self,
                      gint64 change_ns)
{
  const Step step = { self->n_appended - 1, change_ns };
  guint n_forgotten = 0;

  g_return_if_fail (self->n_appended > 0);

  while (n_forgotten < self->steps->len && g_array_index (self->steps, Step, n_forgotten).number < get_oldest (self))
    n_forgotten++;
  if (n_forgotten > 0)
    g_array_remove_range (self->steps, 0, n_forgotten);
  g_array_append_val (self->steps, step);
}

static int
compare_steps (const void *a,
               const void *b)
{
  const Step *x = a, *y = b;

  return (x->number > y->number) - (x->number < y->number);
}

/**
 * ts_history_get_step_ns:
 * @self: a history
 * @before: the index of a sample
 * @index: the index of the next sample; a clock was set just before it
 *
 * Returns: by how much the offset grew because of that. It is the size that was noted. If none was, it is the
 *   difference between the two estimates, because that is more exact than a single exchange.
 */
gint64
ts_history_get_step_ns (const TsHistory *self,
                        gsize before,
                        gsize index)
{
  const Step wanted = { .number = get_oldest (self) + index };
  gint64 from_ns = ts_history_get (self, before)->estimate_ns, to_ns = ts_history_get (self, index)->estimate_ns;
  gint64 change_ns;
  guint place;

  if (g_array_binary_search (self->steps, &wanted, compare_steps, &place))
    return g_array_index (self->steps, Step, place).change_ns;
  if (__builtin_sub_overflow (to_ns, from_ns, &change_ns))
    return to_ns > 0 ? G_MAXINT64 : -G_MAXINT64;
  return change_ns;
}

/**
 * ts_history_add_gap:
 * @self: a history
 * @kind: why there is no sample; not %TS_ENTRY_SAMPLE
 * @at_ns: our clock when that was known
 */
void
ts_history_add_gap (TsHistory *self,
                    TsEntryKind kind,
                    gint64 at_ns)
{
  const TsHistoryEntry entry = { .at_ns = at_ns, .kind = kind };

  g_return_if_fail (kind != TS_ENTRY_SAMPLE);

  ts_history_append (self, &entry);
}

/**
 * ts_history_get_length:
 * @self: a history
 *
 * Returns: the number of entries that are kept, including gaps
 */
gsize
ts_history_get_length (const TsHistory *self)
{
  return (gsize) MIN (self->n_appended, self->capacity);
}

/**
 * ts_history_get:
 * @self: a history
 * @index: below ts_history_get_length(); 0 is the oldest
 *
 * Returns: (transfer none): the entry, valid until the history changes
 */
const TsHistoryEntry *
ts_history_get (const TsHistory *self,
                gsize index)
{
  g_return_val_if_fail (index < ts_history_get_length (self), NULL);

  return get_entry (self, get_oldest (self) + index);
}

/**
 * ts_history_get_n_ever:
 * @self: a history
 *
 * Returns: how many entries there ever were, including those that are forgotten
 */
guint64
ts_history_get_n_ever (const TsHistory *self)
{
  return self->n_appended;
}

/**
 * ts_history_get_n_samples:
 * @self: a history
 *
 * Returns: how many samples there ever were, including those that are forgotten
 */
guint64
ts_history_get_n_samples (const TsHistory *self)
{
  return self->n_samples;
}

/**
 * ts_history_get_n_lost:
 * @self: a history
 *
 * Returns: how many exchanges brought no sample, including those that are forgotten
 */
guint64
ts_history_get_n_lost (const TsHistory *self)
{
  return self->n_lost;
}

/**
 * ts_history_get_least_delay_ns:
 * @self: a history
 *
 * Returns: the least delay of all samples, or -1 if there has been no sample
 */
gint64
ts_history_get_least_delay_ns (const TsHistory *self)
{
  return self->least_delay_ns;
}

/**
 * ts_history_summarize:
 * @self: a history
 * @from: the first entry to look at
 * @to: the first after those, at most ts_history_get_length()
 * @summary: (out): what they come to
 *
 * This takes time in proportion to the logarithm of the number of entries, and beyond some thousands in proportion to a
 * 4096th of it.
 */
void
ts_history_summarize (const TsHistory *self,
                      gsize from,
                      gsize to,
                      TsHistorySummary *summary)
{
  guint64 oldest = get_oldest (self);

  g_return_if_fail (from <= to && to <= ts_history_get_length (self));

  *summary = sum_up (self, N_LEVELS, oldest, oldest + from, oldest + to).sums;
  summary->lowest -= oldest;
  summary->highest -= oldest;
  summary->slowest -= oldest;
}

/**
 * ts_history_find:
 * @self: a history
 * @mark: what is looked for
 * @from: the first entry to look at
 * @to: the first after those, at most ts_history_get_length()
 *
 * Returns: the first of these entries with @mark, or @to if there is none
 */
gsize
ts_history_find (const TsHistory *self,
                 TsHistoryMark mark,
                 gsize from,
                 gsize to)
{
  g_return_val_if_fail (to <= ts_history_get_length (self), to);

  return find_next (self, &(Query) { .mark = mark }, from, to);
}

/**
 * ts_history_find_last:
 * @self: a history
 * @mark: what is looked for
 * @from: the first entry to look at
 * @to: the first after those, at most ts_history_get_length()
 *
 * Returns: the last of these entries with @mark, or @to if there is none
 */
gsize
ts_history_find_last (const TsHistory *self,
                      TsHistoryMark mark,
                      gsize from,
                      gsize to)
{
  const Query query = { .mark = mark };
  guint64 oldest = get_oldest (self);
  guint64 begin = oldest + from;
  gsize size;

  g_return_val_if_fail (to <= ts_history_get_length (self), to);

  for (guint64 end = oldest + to; end > begin; end -= size)
    {
      size = 1;
      for (guint level = N_LEVELS; level > 0 && size == 1; level--)
        {
          gsize block = block_sizes[level - 1];

          if (end % block == 0 && end - begin >= block &&
              count_useless (self, oldest, &query, end - block, end) == block)
            size = block;
        }
      if (size == 1 && matches (self, oldest, end - 1, &query))
        return (gsize) (end - 1 - oldest);
    }
  return to;
}

/**
 * ts_history_find_outside:
 * @self: a history
 * @from: the first entry to look at
 * @to: the first after those, at most ts_history_get_length()
 * @min_ns: an instant
 * @max_ns: an instant
 *
 * Returns: the first of these entries that is before @min_ns or after @max_ns, or @to if there is none. Entries are not
 *   always in the order of their instants, because our clock may have been set back.
 */
gsize
ts_history_find_outside (const TsHistory *self,
                         gsize from,
                         gsize to,
                         gint64 min_ns,
                         gint64 max_ns)
{
  g_return_val_if_fail (to <= ts_history_get_length (self), to);

  return find_next (self, &(Query) { .is_outside = TRUE, .min_ns = min_ns, .max_ns = max_ns }, from, to);
}

/**
 * ts_history_get_last:
 * @self: a history
 *
 * Returns: (transfer none) (nullable): the newest sample that is kept, even if gaps follow it
 */
const TsHistoryEntry *
ts_history_get_last (const TsHistory *self)
{
  gsize length = ts_history_get_length (self);
  gsize index = ts_history_find_last (self, TS_HISTORY_SAMPLE, 0, length);

  return index < length ? ts_history_get (self, index) : NULL;
}

static int
compare_ns (const void *a,
            const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/**
 * ts_history_get_jitter_ns:
 * @self: a history
 * @n_samples: how many of the newest samples to look at, 2 to 64
 *
 * Returns: the median change of the delay from one sample to the next, or -1 if there are fewer than two samples
 */
gint64
ts_history_get_jitter_ns (const TsHistory *self,
                          guint n_samples)
{
  gint64 changes_ns[MAX_JITTER_SAMPLES];
  const TsHistoryEntry *later = NULL;
  gsize end = ts_history_get_length (self);
  guint n_changes = 0;

  g_return_val_if_fail (n_samples >= 2 && n_samples <= MAX_JITTER_SAMPLES, -1);

  while (n_changes + 1 < n_samples)
    {
      gsize index = ts_history_find_last (self, TS_HISTORY_SAMPLE, 0, end);
      const TsHistoryEntry *entry;

      if (index == end)
        break;
      entry = ts_history_get (self, index);
      end = index;
      if (later != NULL)
        changes_ns[n_changes++] = ABS (ts_history_entry_get_delay_ns (later) - ts_history_entry_get_delay_ns (entry));
      later = entry;
    }
  if (n_changes == 0)
    return -1;
  qsort (changes_ns, n_changes, sizeof *changes_ns, compare_ns);
  return changes_ns[n_changes / 2];
}

/**
 * ts_history_get_settled_ns:
 * @self: a history
 *
 * A server is first asked several times in a burst. The first estimate depends on a single round trip, which is slow
 * because no cache is warm. The exchanges that follow soon overrule it.
 *
 * Returns: the end of the burst, from which on estimates are worth showing; %G_MININT64 if there was no burst, and
 *   %G_MAXINT64 while it lasts
 */
gint64
ts_history_get_settled_ns (const TsHistory *self)
{
  gsize length = ts_history_get_length (self);

  if (length < 2 || ts_history_get_n_samples (self) + ts_history_get_n_lost (self) > length)
    return G_MININT64;
  for (gsize i = 1; i < TS_SCHEDULE_BURST; i++)
    {
      gint64 before_ns = ts_history_get (self, i - 1)->at_ns;

      if (i == length)
        return G_MAXINT64;
      if (!ts_history_entry_is_in_burst (ts_history_get (self, i), before_ns))
        return i == 1 ? G_MININT64 : before_ns;
    }
  return ts_history_get (self, TS_SCHEDULE_BURST - 1)->at_ns;
}
