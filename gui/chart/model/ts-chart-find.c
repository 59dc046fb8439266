/* Finds entries of a history by time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-find.h"

/**
 * ts_chart_find_from:
 * @history: a history
 * @length: how many of its entries to look at, from the oldest on
 * @at_ns: an instant
 *
 * Returns: the first entry at or after @at_ns, or @length if there is none
 */
gsize
ts_chart_find_from (const TsHistory *history,
                    gsize length,
                    gint64 at_ns)
{
  gsize from = 0, to = length;

  while (from < to)
    {
      gsize middle = from + (to - from) / 2;

      if (ts_history_get (history, middle)->at_ns < at_ns)
        from = middle + 1;
      else
        to = middle;
    }
  return from;
}

/* Returns: the next entry with @mark, or %TS_CHART_NOWHERE */
static gsize
find_next (const TsHistory *history,
           TsHistoryMark mark,
           gsize index,
           int direction)
{
  gsize length = ts_history_get_length (history);
  gsize found = direction > 0 ? ts_history_find (history, mark, index + 1, length)
                              : ts_history_find_last (history, mark, 0, index);

  return found != (direction > 0 ? length : index) ? found : TS_CHART_NOWHERE;
}

/**
 * ts_chart_find_nearest:
 * @history: a history
 * @at_ns: an instant
 *
 * Returns: the sample nearest to @at_ns, or %TS_CHART_NOWHERE if there is none
 */
gsize
ts_chart_find_nearest (const TsHistory *history,
                       gint64 at_ns)
{
  gsize index = ts_chart_find_from (history, ts_history_get_length (history), at_ns);
  gsize before = find_next (history, TS_HISTORY_SAMPLE, index, -1);
  gsize after = find_next (history, TS_HISTORY_SAMPLE, index - 1, 1);

  if (before == TS_CHART_NOWHERE || after == TS_CHART_NOWHERE)
    return before == TS_CHART_NOWHERE ? after : before;
  return at_ns - ts_history_get (history, before)->at_ns < ts_history_get (history, after)->at_ns - at_ns ? before
                                                                                                            : after;
}

/**
 * ts_chart_find_next_sample:
 * @history: a history
 * @index: the index of an entry
 * @direction: 1 to later ones, -1 to earlier ones
 *
 * Returns: the next sample, or %TS_CHART_NOWHERE
 */
gsize
ts_chart_find_next_sample (const TsHistory *history,
                           gsize index,
                           int direction)
{
  return find_next (history, TS_HISTORY_SAMPLE, index, direction);
}

/**
 * ts_chart_find_next_event:
 * @history: a history
 * @index: the index of an entry
 * @direction: 1 to later ones, -1 to earlier ones
 *
 * Returns: the next entry that begins a gap or a pause, or is the first sample after a step or a sleep; or
 *   %TS_CHART_NOWHERE
 */
gsize
ts_chart_find_next_event (const TsHistory *history,
                          gsize index,
                          int direction)
{
  gsize gap = find_next (history, TS_HISTORY_GAP, index, direction);
  gsize event = find_next (history, TS_HISTORY_EVENT, index, direction);

  if (gap == TS_CHART_NOWHERE || event == TS_CHART_NOWHERE)
    return gap == TS_CHART_NOWHERE ? event : gap;
  return direction > 0 ? MIN (gap, event) : MAX (gap, event);
}
