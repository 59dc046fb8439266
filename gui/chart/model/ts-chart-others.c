/* The servers that are laid over the chart of the chosen one.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-others.h"

#include "chart/ts-chart-private.h"

static void
clear_other (gpointer data)
{
  TsChartOther *other = data;

  g_free (other->name);
  ts_chart_series_clear (&other->series);
}

/**
 * ts_chart_others_new:
 *
 * Returns: (transfer full) (element-type TsChartOther): room for other servers
 */
GArray *
ts_chart_others_new (void)
{
  GArray *others = g_array_new (FALSE, FALSE, sizeof (TsChartOther));

  g_array_set_clear_func (others, clear_other);
  return others;
}

/**
 * ts_chart_others_add:
 * @others: (element-type TsChartOther): other servers
 * @line: one more
 */
void
ts_chart_others_add (GArray *others,
                     const TsChartLine *line)
{
  TsChartOther other = { .history = line->history, .name = g_strdup (line->name), .place = line->place };

  ts_chart_series_init (&other.series);
  g_array_append_val (others, other);
}

/**
 * ts_chart_others_get:
 * @others: (element-type TsChartOther): other servers
 * @index: below their number
 *
 * Returns: (transfer none): one of them
 */
TsChartOther *
ts_chart_others_get (GArray *others,
                     guint index)
{
  return &g_array_index (others, TsChartOther, index);
}

/**
 * ts_chart_others_update:
 * @others: (element-type TsChartOther): other servers
 * @span: what is in view
 *
 * Takes over what their histories have become.
 */
void
ts_chart_others_update (GArray *others,
                        const TsChartSpan *span)
{
  for (guint i = 0; i < others->len; i++)
    {
      TsChartOther *other = ts_chart_others_get (others, i);

      ts_chart_series_update (&other->series, other->history, span);
    }
}

/**
 * ts_chart_others_update_styles:
 * @others: (element-type TsChartOther): other servers
 * @widget: what they are to be drawn on
 */
void
ts_chart_others_update_styles (GArray *others,
                               GtkWidget *widget)
{
  for (guint i = 0; i < others->len; i++)
    {
      TsChartOther *other = ts_chart_others_get (others, i);

      ts_chart_line_style_init (&other->style, other->place, widget);
    }
}

/**
 * ts_chart_others_update_styles_for_paper:
 * @others: (element-type TsChartOther): other servers
 * @foreground: of what has no colour
 */
void
ts_chart_others_update_styles_for_paper (GArray *others,
                                         const GdkRGBA *foreground)
{
  for (guint i = 0; i < others->len; i++)
    {
      TsChartOther *other = ts_chart_others_get (others, i);

      ts_chart_line_style_init_for_paper (&other->style, other->place, foreground);
    }
}

/**
 * ts_chart_others_count_entries:
 * @others: (element-type TsChartOther): other servers
 *
 * Returns: how many samples and losses their histories ever had
 */
guint64
ts_chart_others_count_entries (GArray *others)
{
  guint64 n = 0;

  for (guint i = 0; i < others->len; i++)
    {
      const TsHistory *history = ts_chart_others_get (others, i)->history;

      n += ts_history_get_n_samples (history) + ts_history_get_n_lost (history);
    }
  return n;
}

/* Of the line, and not of what is proven: a distant server's wide intervals are not drawn. */
static void
widen (TsChartExtent *extent,
       const TsChartSeries *series)
{
  for (guint i = 0; i < series->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (series, i);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      if (!extent->is_known)
        *extent = (TsChartExtent) { TRUE, entry->estimate_ns, entry->estimate_ns, 0 };
      extent->min_ns = MIN (extent->min_ns, entry->estimate_ns);
      extent->max_ns = MAX (extent->max_ns, entry->estimate_ns);
    }
  if (extent->is_known)
    extent->max_delay_ns = MAX (extent->max_delay_ns, series->max_delay_ns);
}

/* So that a clock is not drawn as restless that may well be steady. */
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
 * ts_chart_others_get_extent:
 * @others: (element-type TsChartOther): other servers
 * @chosen: the server that they are laid over
 *
 * Returns: what the axes must take in, so that all lines are in view, and where there is nothing of the chosen server,
 *   what is certain of the others
 */
TsChartExtent
ts_chart_others_get_extent (GArray *others,
                            const TsChartSeries *chosen)
{
  TsChartExtent extent = { 0 };

  if (chosen->n_samples > 0)
    extent = (TsChartExtent) { TRUE, chosen->min_ns, chosen->max_ns, chosen->max_delay_ns };
  for (guint i = 0; i < others->len; i++)
    {
      const TsChartSeries *series = &ts_chart_others_get (others, i)->series;

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
 * ts_chart_others_get_limits:
 * @others: (element-type TsChartOther): other servers
 * @chosen: (nullable): the history that they are laid over
 * @oldest_ns: (inout): is moved back to the oldest entry of all, if that is older
 * @newest_ns: (inout): is moved on to the newest entry of all, if that is newer
 */
void
ts_chart_others_get_limits (GArray *others,
                            const TsHistory *chosen,
                            gint64 *oldest_ns,
                            gint64 *newest_ns)
{
  widen_limits (chosen, oldest_ns, newest_ns);
  for (guint i = 0; i < others->len; i++)
    widen_limits (ts_chart_others_get (others, i)->history, oldest_ns, newest_ns);
}

/**
 * ts_chart_set_name:
 * @self: a chart
 * @name: (nullable): what the server of its history is called, which stands beside its line where there are others
 */
void
ts_chart_set_name (TsChart *self,
                   const char *name)
{
  g_return_if_fail (TS_IS_CHART (self));

  if (g_strcmp0 (name, self->name) == 0)
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * ts_chart_set_others:
 * @self: a chart
 * @lines: (array length=n_lines): the servers to lay over it, whose histories stay their owner's: he takes them away
 *   here before he frees them
 * @n_lines: how many
 */
void
ts_chart_set_others (TsChart *self,
                     const TsChartLine *lines,
                     guint n_lines)
{
  g_return_if_fail (TS_IS_CHART (self));

  g_array_set_size (self->others, 0);
  for (guint i = 0; i < n_lines; i++)
    ts_chart_others_add (self->others, &lines[i]);
  self->n_entries = 0;
  self->offset_unit = (TsChartUnit) { 0 };
  self->delay_unit = (TsChartUnit) { 0 };
  self->described_ns = 0;
  ts_chart_update (self);
}

/**
 * ts_chart_get_n_others:
 * @self: a chart
 *
 * Returns: how many servers are laid over it
 */
guint
ts_chart_get_n_others (TsChart *self)
{
  g_return_val_if_fail (TS_IS_CHART (self), 0);

  return self->others->len;
}
