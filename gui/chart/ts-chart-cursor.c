/* The way of the chart's cursor from entry to entry of a history.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-chart-cursor.h"

/**
 * ts_chart_cursor_search:
 * @history: a history
 * @length: how many of its entries to look at, from the oldest on
 * @at_ns: an instant
 *
 * Returns: the first entry at or after @at_ns, or @length where there is none
 */
gsize
ts_chart_cursor_search (const TsHistory *history,
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

static gboolean
is_sample (const TsHistory *history,
           gsize index)
{
  return ts_history_get (history, index)->kind == TS_ENTRY_SAMPLE;
}

/* A run of entries that are no samples begins here, or before this sample a clock was set or this computer slept. */
static gboolean
is_event (const TsHistory *history,
          gsize index)
{
  const TsHistoryEntry *entry = ts_history_get (history, index);

  if (entry->kind == TS_ENTRY_SAMPLE)
    return entry->event != TS_CLOCK_EVENT_NONE;
  return index == 0 || is_sample (history, index - 1) ||
         (entry->kind == TS_ENTRY_PAUSED) != (ts_history_get (history, index - 1)->kind == TS_ENTRY_PAUSED);
}

static gsize
find_next (const TsHistory *history,
           gsize index,
           int direction,
           gboolean (*is_wanted) (const TsHistory *history, gsize index))
{
  gsize length = ts_history_get_length (history);

  /* Before the oldest the index wraps around, and is no entry's either. */
  for (gsize i = index + (gsize) direction; i < length; i += (gsize) direction)
    if (is_wanted (history, i))
      return i;
  return TS_CHART_NOWHERE;
}

/**
 * ts_chart_cursor_nearest:
 * @history: a history
 * @at_ns: an instant
 *
 * Returns: the sample nearest to @at_ns, or %TS_CHART_NOWHERE while there is none
 */
gsize
ts_chart_cursor_nearest (const TsHistory *history,
                         gint64 at_ns)
{
  gsize index = ts_chart_cursor_search (history, ts_history_get_length (history), at_ns);
  gsize before = find_next (history, index, -1, is_sample);
  gsize after = find_next (history, index - 1, 1, is_sample);

  if (before == TS_CHART_NOWHERE || after == TS_CHART_NOWHERE)
    return before == TS_CHART_NOWHERE ? after : before;
  return at_ns - ts_history_get (history, before)->at_ns < ts_history_get (history, after)->at_ns - at_ns ? before
                                                                                                            : after;
}

/**
 * ts_chart_cursor_next_sample:
 * @history: a history
 * @index: of an entry
 * @direction: 1 to later ones, -1 to earlier ones
 *
 * Returns: the next sample, or %TS_CHART_NOWHERE
 */
gsize
ts_chart_cursor_next_sample (const TsHistory *history,
                             gsize index,
                             int direction)
{
  return find_next (history, index, direction, is_sample);
}

/**
 * ts_chart_cursor_next_event:
 * @history: a history
 * @index: of an entry
 * @direction: 1 to later ones, -1 to earlier ones
 *
 * Returns: the next beginning of a gap or pause, or sample after a step or a sleep, or %TS_CHART_NOWHERE
 */
gsize
ts_chart_cursor_next_event (const TsHistory *history,
                            gsize index,
                            int direction)
{
  return find_next (history, index, direction, is_event);
}
