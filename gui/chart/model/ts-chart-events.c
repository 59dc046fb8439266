/* What happened in a history besides samples: gaps, and steps of a clock.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-events.h"

#include "measure/ts-time.h"

/**
 * ts_chart_choose_entries:
 * @history: a history
 * @mark: what to look for
 * @from: the first entry of a column of pixels
 * @to: the first after it
 * @n_marked: how many of these entries have @mark
 * @indices: (out): those that are listed, in order; if there are too many, the first and the last ones
 *
 * Returns: how many are listed
 */
guint
ts_chart_choose_entries (const TsHistory *history,
                         TsHistoryMark mark,
                         gsize from,
                         gsize to,
                         gsize n_marked,
                         gsize indices[TS_CHART_MAX_EVENTS_PER_COLUMN])
{
  guint n = (guint) MIN (n_marked, TS_CHART_MAX_EVENTS_PER_COLUMN);
  guint n_first = n_marked > n ? n / 2 : n;

  for (guint i = 0; i < n_first; i++)
    indices[i] = ts_history_find (history, mark, i > 0 ? indices[i - 1] + 1 : from, to);
  for (guint i = n; i > n_first; i--)
    indices[i - 1] = ts_history_find_last (history, mark, from, i < n ? indices[i] : to);
  return n;
}

/**
 * ts_chart_step_between:
 * @history: a history
 * @before: the index of a sample
 * @index: the index of the next one, before which a clock was set
 *
 * Returns: the step
 */
TsChartStep
ts_chart_step_between (const TsHistory *history,
                       gsize before,
                       gsize index)
{
  const TsHistoryEntry *from = ts_history_get (history, before);
  const TsHistoryEntry *to = ts_history_get (history, index);

  return (TsChartStep) {
    .at_ns = from->at_ns + (to->at_ns - from->at_ns) / 2,
    .change_ns = ts_history_get_step_ns (history, before, index),
    .half_width_ns = ts_half_width_ns (from->now_min_ns, from->now_max_ns) +
                     ts_half_width_ns (to->now_min_ns, to->now_max_ns),
    .event = (TsClockEvent) to->event,
  };
}

/**
 * ts_chart_step_is_probable:
 * @step: a step
 *
 * Returns: whether nothing proves that a clock was set
 */
gboolean
ts_chart_step_is_probable (const TsChartStep *step)
{
  return step->event == TS_CLOCK_EVENT_STEP_PROBABLE;
}

/**
 * ts_chart_gap_at:
 * @history: a history
 * @begin: where a gap begins
 * @view_from: the first entry in view
 * @view_to: the first entry after the view, after @begin
 * @now_ns: the newest instant there is
 *
 * Returns: the gap, as far as it is in view
 */
TsChartGap
ts_chart_gap_at (const TsHistory *history,
                 gsize begin,
                 gsize view_from,
                 gsize view_to,
                 gint64 now_ns)
{
  gsize sample = ts_history_find (history, TS_HISTORY_SAMPLE, begin + 1, view_to);
  gsize end = ts_history_find (history, TS_HISTORY_GAP, begin + 1, sample);
  gsize since = ts_history_find_last (history, TS_HISTORY_BREAK, begin, end);
  const TsHistoryEntry *before = begin > view_from ? ts_history_get (history, begin - 1) : NULL;
  TsHistorySummary summary;
  TsChartGap gap = {
    .begin_ns = ts_history_get (history, begin)->at_ns,
    .end_ns = end < view_to ? ts_history_get (history, end)->at_ns : now_ns,
    .since_ns = ts_history_get (history, since)->at_ns,
    .last_kind = (TsEntryKind) ts_history_get (history, end - 1)->kind,
    .lasts = end == view_to,
  };

  if (before != NULL && before->kind == TS_ENTRY_SAMPLE)
    gap.begin_ns = before->at_ns;
  if (!ts_entry_kind_is_exchange (gap.last_kind))
    return gap;
  ts_history_summarize (history, begin, end, &summary);
  gap.n_lost = (guint) summary.counts[TS_HISTORY_LOST];
  gap.n_refused = (guint) summary.counts[TS_HISTORY_REFUSED];
  return gap;
}

/* Returns: whether that is another gap, and not part of one that is listed */
static gboolean
add_sleep (GArray *gaps,
           const TsHistoryEntry *before,
           const TsHistoryEntry *entry)
{
  TsChartGap sleep = {
    .begin_ns = before->at_ns, .end_ns = entry->at_ns, .since_ns = before->at_ns, .has_slept = TRUE,
  };
  guint index = gaps->len;

  for (; index > 0; index--)
    {
      TsChartGap *gap = &g_array_index (gaps, TsChartGap, index - 1);

      if (gap->end_ns == entry->at_ns)
        {
          gap->has_slept = TRUE;
          return FALSE;
        }
      if (gap->begin_ns < sleep.begin_ns)
        break;
    }
  g_array_insert_val (gaps, index, sleep);
  return TRUE;
}

/**
 * ts_chart_add_sleeps:
 * @gaps: (element-type TsChartGap): gaps in order
 * @entries: (element-type TsHistoryEntry): what is drawn; it includes the samples on both sides of a sleep
 *
 * Notes it in those gaps at whose end this computer woke up, and adds one where it slept from one sample to the next.
 *
 * Returns: how many gaps were added
 */
guint
ts_chart_add_sleeps (GArray *gaps,
                     const GArray *entries)
{
  guint n_added = 0;

  for (guint i = 1; i < entries->len; i++)
    {
      const TsHistoryEntry *entry = &g_array_index (entries, TsHistoryEntry, i);

      if (entry->kind == TS_ENTRY_SAMPLE && entry->event == TS_CLOCK_EVENT_SUSPEND)
        n_added += add_sleep (gaps, &g_array_index (entries, TsHistoryEntry, i - 1), entry);
    }
  return n_added;
}
