/* The overlays of a chart: other servers, which are drawn over the chosen one.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-overlays.h"

static void
clear_overlay (gpointer data)
{
  TsChartOverlay *overlay = data;

  g_free (overlay->name);
  ts_chart_series_clear (&overlay->series);
}

/**
 * ts_chart_overlays_new:
 *
 * Returns: (transfer full) (element-type TsChartOverlay): no overlays
 */
GArray *
ts_chart_overlays_new (void)
{
  GArray *overlays = g_array_new (FALSE, FALSE, sizeof (TsChartOverlay));

  g_array_set_clear_func (overlays, clear_overlay);
  return overlays;
}

/**
 * ts_chart_overlays_add:
 * @overlays: (element-type TsChartOverlay): the overlays
 * @history: what another server's exchanges brought; it must outlive @overlays
 * @name: the name of that server
 * @place: its place among all servers that can be overlays, from 0
 */
void
ts_chart_overlays_add (GArray *overlays,
                       const TsHistory *history,
                       const char *name,
                       guint place)
{
  TsChartOverlay overlay = { .history = history, .name = g_strdup (name), .place = place };

  ts_chart_series_init (&overlay.series);
  g_array_append_val (overlays, overlay);
}

/**
 * ts_chart_overlays_get:
 * @overlays: (element-type TsChartOverlay): the overlays
 * @index: below their number
 *
 * Returns: (transfer none): one of them
 */
TsChartOverlay *
ts_chart_overlays_get (const GArray *overlays,
                       guint index)
{
  return &g_array_index (overlays, TsChartOverlay, index);
}

/**
 * ts_chart_overlays_update:
 * @overlays: (element-type TsChartOverlay): the overlays
 * @span: what is in view
 *
 * Takes what is in view now from each history.
 */
void
ts_chart_overlays_update (GArray *overlays,
                          const TsChartSpan *span)
{
  for (guint i = 0; i < overlays->len; i++)
    {
      TsChartOverlay *overlay = ts_chart_overlays_get (overlays, i);

      ts_chart_series_update (&overlay->series, overlay->history, overlay->history, span);
    }
}

/**
 * ts_chart_overlays_count_entries:
 * @overlays: (element-type TsChartOverlay): the overlays
 *
 * Returns: how many samples and losses their histories ever had
 */
guint64
ts_chart_overlays_count_entries (const GArray *overlays)
{
  guint64 n = 0;

  for (guint i = 0; i < overlays->len; i++)
    {
      const TsHistory *history = ts_chart_overlays_get (overlays, i)->history;

      n += ts_history_get_n_samples (history) + ts_history_get_n_lost (history);
    }
  return n;
}

/* Includes the line, and not what is proven, because a distant server's wide intervals are not drawn. */
static void
widen (TsChartExtent *extent,
       const TsChartSeries *series)
{
  for (guint i = 0; i < series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (series, i);

      if (!ts_chart_series_is_drawn (series, i))
        continue;
      if (!extent->is_known)
        *extent = (TsChartExtent) { .is_known = TRUE, .min_ns = entry->estimate_ns, .max_ns = entry->estimate_ns };
      extent->min_ns = MIN (extent->min_ns, entry->estimate_ns);
      extent->max_ns = MAX (extent->max_ns, entry->estimate_ns);
    }
  if (extent->is_known)
    extent->max_delay_ns = MAX (extent->max_delay_ns, series->max_delay_ns);
}

/* Without this a clock that may well be steady would look restless. */
static void
widen_to_certain (TsChartExtent *extent,
                  const TsChartSeries *series)
{
  const TsHistoryEntry *last = ts_chart_series_get_last (series);

  if (last == NULL)
    return;
  extent->min_ns = MIN (extent->min_ns, last->now_min_ns);
  extent->max_ns = MAX (extent->max_ns, last->now_max_ns);
}

/**
 * ts_chart_overlays_get_extent:
 * @overlays: (element-type TsChartOverlay): the overlays
 * @chosen: the chosen server's series
 *
 * Returns: what the axes must include so that all lines are in view, and if no sample of the chosen server is, what
 *   is certain of the overlays; without units
 */
TsChartExtent
ts_chart_overlays_get_extent (const GArray *overlays,
                              const TsChartSeries *chosen)
{
  TsChartExtent extent = { 0 };

  if (chosen->n_samples > 0)
    extent = (TsChartExtent) {
      .is_known = TRUE, .min_ns = chosen->min_ns, .max_ns = chosen->max_ns, .max_delay_ns = chosen->max_delay_ns,
    };
  for (guint i = 0; i < overlays->len; i++)
    {
      const TsChartSeries *series = &ts_chart_overlays_get (overlays, i)->series;

      widen (&extent, series);
      if (chosen->n_samples == 0)
        widen_to_certain (&extent, series);
    }
  return extent;
}

static void
widen_limits (const TsHistory *history,
              gint64 *oldest_ns,
              gint64 *newest_ns)
{
  gsize length = history != NULL ? ts_history_get_length (history) : 0;

  if (length == 0)
    return;
  *oldest_ns = MIN (*oldest_ns, ts_history_get (history, 0)->at_ns);
  *newest_ns = MAX (*newest_ns, ts_history_get (history, length - 1)->at_ns);
}

/**
 * ts_chart_overlays_get_limits:
 * @overlays: (element-type TsChartOverlay): the overlays
 * @chosen: (nullable): the chosen server's history
 * @oldest_ns: (inout): is moved back to the oldest entry of all, if that is older
 * @newest_ns: (inout): is moved on to the newest entry of all, if that is newer
 */
void
ts_chart_overlays_get_limits (const GArray *overlays,
                              const TsHistory *chosen,
                              gint64 *oldest_ns,
                              gint64 *newest_ns)
{
  widen_limits (chosen, oldest_ns, newest_ns);
  for (guint i = 0; i < overlays->len; i++)
    widen_limits (ts_chart_overlays_get (overlays, i)->history, oldest_ns, newest_ns);
}
