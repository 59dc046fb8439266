/* When this computer slept: gaps in the chart that no entry of the history tells of.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-sleeps.h"

#include "chart/model/ts-chart-series.h"

/* Returns: whether it is a gap of its own */
static gboolean
add_sleep (GArray *gaps,
           const TsHistoryEntry *before,
           const TsHistoryEntry *entry)
{
  TsChartGap sleep = { .begin_ns = before->at_ns, .end_ns = entry->at_ns, .since_ns = before->at_ns, .has_slept = TRUE };
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
 * ts_chart_sleeps_add:
 * @gaps: (element-type TsChartGap): gaps in order
 * @entries: (element-type TsHistoryEntry): what is drawn: thinning keeps the samples on both sides of a sleep
 *
 * Marks those gaps at whose end this computer woke up, and adds one where it slept from one sample to the next.
 *
 * Returns: how many gaps were added
 */
guint
ts_chart_sleeps_add (GArray *gaps,
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
