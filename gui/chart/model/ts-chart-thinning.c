/* Chooses those few of many entries in a column of pixels that make its picture.
 *
 * As in U. Jugel et al., "M4: a visualization-oriented time series data aggregation", VLDB 2014: the first and
 * the last of a column and its extremes give the same pixels as all of them. What stays is a real entry each, so
 * that gaps and steps stay what they are.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-thinning.h"

#include <stdlib.h>

#define MAX_EVENTS 16 /* in one column: each keeps two entries */

G_STATIC_ASSERT (2 * MAX_EVENTS + 5 <= TS_CHART_MAX_PER_COLUMN);

static int
compare_index (const void *a,
               const void *b)
{
  gsize x = *(const gsize *) a, y = *(const gsize *) b;

  return (x > y) - (x < y);
}

/* Keeps both entries wherever no line may connect one to the next. */
static void
keep_events (const TsHistory *history,
             gsize from,
             gsize to,
             gsize *kept,
             guint *n_kept)
{
  gsize i = from;

  for (guint n = 0; n < MAX_EVENTS; n++)
    {
      i = ts_history_find (history, TS_HISTORY_EVENT, i + 1, to);
      if (i >= to)
        return;
      kept[(*n_kept)++] = i - 1;
      kept[(*n_kept)++] = i;
    }
}

/**
 * ts_chart_find_column_end:
 * @history: a history
 * @from: one of its entries
 * @to: the first entry not to look at, after @from
 * @span: what is in view, and how many columns that has
 *
 * All entries before the view count as one column, and all entries after it as another.
 *
 * Returns: the first entry after @from that is not in the same column, or @to where there is none
 */
gsize
ts_chart_find_column_end (const TsHistory *history,
                          gsize from,
                          gsize to,
                          const TsChartSpan *span)
{
  gint64 at_ns = ts_history_get (history, from)->at_ns;
  gint64 column_ns = MAX ((span->end_ns - span->begin_ns) / span->n_columns, 1);
  gint64 begin_ns;

  if (at_ns < span->begin_ns)
    return ts_history_find_outside (history, from, to, G_MININT64, span->begin_ns - 1);
  begin_ns = span->begin_ns + (at_ns - span->begin_ns) / column_ns * column_ns;
  begin_ns = MIN (begin_ns, span->begin_ns + span->n_columns * column_ns);
  if (begin_ns == span->begin_ns + span->n_columns * column_ns)
    return ts_history_find_outside (history, from, to, begin_ns, G_MAXINT64);
  return ts_history_find_outside (history, from, to, begin_ns, begin_ns + column_ns - 1);
}

/**
 * ts_chart_thin_column:
 * @entries: (element-type TsHistoryEntry): where to put what is kept, in order
 * @history: where it is taken from
 * @from: the first entry of a column
 * @to: the first after it
 * @summary: the summary of these entries
 *
 * Keeps at most %TS_CHART_MAX_PER_COLUMN entries, so that the time to draw depends on the chart's width alone. A gap
 * that is narrower than a column is left out, and if a column has more than 16 steps, some of them are.
 */
void
ts_chart_thin_column (GArray *entries,
                      const TsHistory *history,
                      gsize from,
                      gsize to,
                      const TsHistorySummary *summary)
{
  gsize kept[TS_CHART_MAX_PER_COLUMN] = { from, to - 1, summary->lowest, summary->highest, summary->slowest };
  guint n_kept = 5;

  if (to - from <= TS_CHART_N_ALWAYS_KEPT)
    {
      for (gsize i = from; i < to; i++)
        g_array_append_vals (entries, ts_history_get (history, i), 1);
      return;
    }
  keep_events (history, from, to, kept, &n_kept);
  qsort (kept, n_kept, sizeof *kept, compare_index);
  for (guint i = 0; i < n_kept; i++)
    if (i == 0 || kept[i] != kept[i - 1])
      g_array_append_vals (entries, ts_history_get (history, kept[i]), 1);
}
