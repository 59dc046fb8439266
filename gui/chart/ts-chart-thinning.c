/* Of many entries in a column of pixels those few that make its picture.
 *
 * As in U. Jugel et al., "M4: a visualization-oriented time series data aggregation", VLDB 2014: the first and
 * the last of a column and its extremes give the same pixels as all of them. What stays is a real entry each, so
 * that gaps and steps stay what they are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-chart-thinning.h"

#include <stdlib.h>

#define N_ALWAYS_KEPT 8  /* fewer than these are not worth choosing from */
#define MAX_BREAKS    16 /* in one column: each keeps two entries */

G_STATIC_ASSERT (2 * MAX_BREAKS + 5 <= TS_CHART_MAX_PER_COLUMN);

static int
compare_index (const void *a,
               const void *b)
{
  gsize x = *(const gsize *) a, y = *(const gsize *) b;

  return (x > y) - (x < y);
}

/* Those before the view are in column -1, those after it in one more than there are. */
static gint64
get_column (const TsChartSpan *span,
            const TsHistoryEntry *entry)
{
  if (entry->at_ns < span->begin_ns)
    return -1;
  if (entry->at_ns > span->end_ns)
    return span->n_columns;
  return (entry->at_ns - span->begin_ns) / MAX ((span->end_ns - span->begin_ns) / span->n_columns, 1);
}

static gsize
find_extreme (const TsHistory *history,
              gsize from,
              gsize to,
              gboolean (*is_beyond) (const TsHistoryEntry *a, const TsHistoryEntry *b))
{
  gsize found = from;

  for (gsize i = from; i < to; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);
      const TsHistoryEntry *best = ts_history_get (history, found);

      if (entry->kind == TS_ENTRY_SAMPLE && (best->kind != TS_ENTRY_SAMPLE || is_beyond (entry, best)))
        found = i;
    }
  return found;
}

static gboolean
is_lower (const TsHistoryEntry *a,
          const TsHistoryEntry *b)
{
  return a->proven_min_ns < b->proven_min_ns;
}

static gboolean
is_higher (const TsHistoryEntry *a,
           const TsHistoryEntry *b)
{
  return a->proven_max_ns > b->proven_max_ns;
}

static gboolean
is_slower (const TsHistoryEntry *a,
           const TsHistoryEntry *b)
{
  return ts_history_entry_get_delay_ns (a) > ts_history_entry_get_delay_ns (b);
}

/* Whether something ends or begins between the entry and the one before. */
static gboolean
is_break (const TsHistory *history,
          gsize index)
{
  const TsHistoryEntry *entry = ts_history_get (history, index);

  return entry->kind != ts_history_get (history, index - 1)->kind || entry->event != TS_CLOCK_EVENT_NONE;
}

static void
thin_column (GArray *entries,
             const TsHistory *history,
             gsize from,
             gsize to)
{
  gsize kept[TS_CHART_MAX_PER_COLUMN] = {
    from, to - 1,
    find_extreme (history, from, to, is_lower),
    find_extreme (history, from, to, is_higher),
    find_extreme (history, from, to, is_slower),
  };
  guint n_kept = 5;

  for (gsize i = from + 1; i < to && n_kept < 5 + 2 * MAX_BREAKS; i++)
    if (is_break (history, i))
      {
        kept[n_kept++] = i - 1;
        kept[n_kept++] = i;
      }
  qsort (kept, n_kept, sizeof *kept, compare_index);
  for (guint i = 0; i < n_kept; i++)
    if (i == 0 || kept[i] != kept[i - 1])
      g_array_append_vals (entries, ts_history_get (history, kept[i]), 1);
}

/**
 * ts_chart_thin:
 * @entries: (element-type TsHistoryEntry): where to put what is kept, in order
 * @history: where it is taken from
 * @from: the first entry to look at
 * @to: the first not to look at any more
 * @span: what is in view, and how many columns that has
 *
 * Keeps at most %TS_CHART_MAX_PER_COLUMN entries for each column, and as many on each side of the view, so that
 * what is drawn costs as much as the chart is wide. Of samples and losses that take turns more often than 16
 * times in a column some turns are left out.
 */
void
ts_chart_thin (GArray *entries,
               const TsHistory *history,
               gsize from,
               gsize to,
               const TsChartSpan *span)
{
  while (from < to)
    {
      gint64 column = get_column (span, ts_history_get (history, from));
      gsize end = from + 1;

      while (end < to && get_column (span, ts_history_get (history, end)) == column)
        end++;
      if (end - from <= N_ALWAYS_KEPT)
        for (gsize i = from; i < end; i++)
          g_array_append_vals (entries, ts_history_get (history, i), 1);
      else
        thin_column (entries, history, from, end);
      from = end;
    }
}
