/* What is looked for in a history, found without looking at each entry: blocks that cannot have it are skipped.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/history/ts-history-ring-private.h"

/* What is looked for: entries with a mark, or such as are not between two instants. */
typedef struct
{
  gboolean is_outside;
  TsHistoryMark mark;
  gint64 min_ns;
  gint64 max_ns;
} Query;

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
  const TsHistoryEntry *entry = ts_history_ring_get_entry (self, number);
  const TsHistoryEntry *before;

  if (query->is_outside)
    return entry->at_ns < query->min_ns || entry->at_ns > query->max_ns;
  before = number > oldest ? ts_history_ring_get_entry (self, number - 1) : NULL;
  return ts_history_ring_get_marks (entry, before) >> query->mark & 1;
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
      gsize size = ts_history_ring_sizes[level - 1];

      if (from % size == 0 && to - from >= size &&
          !may_match (ts_history_ring_get_block (self, level - 1, from), query))
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
  guint64 oldest = ts_history_ring_get_oldest (self);
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
  guint64 oldest = ts_history_ring_get_oldest (self);
  guint64 begin = oldest + from;
  gsize size;

  for (guint64 end = oldest + to; end > begin; end -= size)
    {
      size = 1;
      for (guint level = N_LEVELS; level > 0 && size == 1; level--)
        {
          gsize block = ts_history_ring_sizes[level - 1];

          if (end % block == 0 && end - begin >= block &&
              count_useless (self, oldest, &query, end - block, end) == block)
            size = block;
        }
      if (size == 1 && matches (self, oldest, end - 1, &query))
        return (gsize) (end - 1 - oldest);
    }
  return to;
}
