/* What the scatter says in words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-words.h"

#include <glib/gi18n.h>

#include "words/ts-join.h"

/**
 * ts_scatter_format_delay_title:
 * @points: what is in view
 * @axis: the axis of delays
 *
 * Returns: (transfer full): its title
 */
char *
ts_scatter_format_delay_title (const TsScatterPoints *points,
                               const TsChartAxis *axis)
{
  const char *unit = ts_unit_get_symbol (axis->unit);
  g_autofree char *base = ts_chart_axis_get_base_text (axis);

  if (points->points->len == 0)
    return g_strdup (_("Round trip"));
  if (base != NULL)
    /* Translators: a unit, then the delay that the axis counts from: "Round trip, µs from +30 ms" */
    return g_strdup_printf (_("Round trip, %s from %s"), unit, base);
  /* Translators: %s is a unit: "Round trip, ms" */
  return g_strdup_printf (_("Round trip, %s"), unit);
}

/**
 * ts_scatter_format_note:
 * @points: what is in view
 *
 * Returns: (transfer full) (nullable): what is not drawn: "1 exchange of 64 drawn, 3 beyond the edges"
 */
char *
ts_scatter_format_note (const TsScatterPoints *points)
{
  g_autofree char *stride = ts_format_count (points->stride);
  g_autofree char *beyond = ts_format_count (points->n_beyond);
  /* Translators: there are too many points to draw all: "1 exchange of 64 drawn" */
  g_autofree char *drawn = g_strdup_printf (_("1 exchange of %s drawn"), stride);
  /* Translators: how many points of the chart are so far out that they are not in it */
  g_autofree char *outside = g_strdup_printf (ngettext ("%s beyond the edge", "%s beyond the edges", points->n_beyond),
                                              beyond);

  if (points->stride > 1 && points->n_beyond > 0)
    return ts_join_list ((const char *const[]) { drawn, outside }, 2);
  if (points->stride > 1)
    return g_steal_pointer (&drawn);
  return points->n_beyond > 0 ? g_steal_pointer (&outside) : NULL;
}

static char *
describe_points (const TsScatterPoints *points)
{
  g_autofree char *count = ts_format_count (points->points->len);
  g_autofree char *earlier = ts_format_count (points->n_earlier);

  if (points->n_earlier == 0)
    /* Translators: of a chart */
    return g_strdup_printf (ngettext ("%s exchange", "%s exchanges", points->points->len), count);
  /* Translators: of a chart: how many points it has, and how many of them came before a clock was set */
  return g_strdup_printf (ngettext ("%s exchange, %s before the last step", "%s exchanges, %s before the last step",
                                    points->points->len), count, earlier);
}

/**
 * ts_scatter_describe:
 * @points: what is in view
 *
 * Returns: (transfer full): what the chart shows, for assistive technology
 */
char *
ts_scatter_describe (const TsScatterPoints *points)
{
  gint64 half_width_ns = points->least_delay_ns / 2;
  g_autofree char *count = describe_points (points);
  g_autofree char *least = ts_format_duration (points->least_delay_ns);
  g_autofree char *most = ts_format_duration (points->max_delay_ns);
  g_autofree char *min = ts_format_offset (points->min_ns, half_width_ns);
  g_autofree char *max = ts_format_offset (points->max_ns, half_width_ns);
  g_autofree char *estimate = ts_format_offset (points->estimate_ns, half_width_ns);
  g_autofree char *note = ts_scatter_format_note (points);
  g_autofree char *text = NULL;

  if (points->points->len == 0)
    return g_strdup (_("no samples in view"));
  /* Translators: what a chart shows, read aloud: how many exchanges, two round trips, two offsets, and an offset. */
  text = g_strdup_printf (_("%1$s; round trips from %2$s to %3$s; offsets from %4$s to %5$s; estimate %6$s"), count,
                          least, most, min, max, estimate);
  return ts_join_clauses ((const char *const[]) { text, note }, 2);
}
