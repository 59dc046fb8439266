/* The points of the scatter: offsets and delays of the exchanges in view, or of a part of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-points.h"

#include "chart/model/ts-chart-find.h"
#include "chart/model/ts-chart-trim.h"

/* With fewer points it is unknown which of them are odd, or how wide a segment will be. */
#define MIN_POINTS_TO_TRIM 20
#define MIN_POINTS_OF_OWN  8

/* The points since the last step keep at least one part in so many of the picture's height. */
#define MIN_PART 5

/**
 * ts_scatter_points_init:
 * @self: (out): no points
 */
void
ts_scatter_points_init (TsScatterPoints *self)
{
  *self = (TsScatterPoints) { .points = g_array_new (FALSE, FALSE, sizeof (TsScatterPoint)), .stride = 1 };
}

/**
 * ts_scatter_points_clear:
 * @self: points
 */
void
ts_scatter_points_clear (TsScatterPoints *self)
{
  g_clear_pointer (&self->points, g_array_unref);
}

/**
 * ts_scatter_points_get:
 * @self: points
 * @index: of one of them
 *
 * Returns: (transfer none): that point
 */
const TsScatterPoint *
ts_scatter_points_get (const TsScatterPoints *self,
                       guint index)
{
  return &g_array_index (self->points, TsScatterPoint, index);
}

/* Always a power of two, so that most of what is drawn stays when there is more of it. */
static gsize
choose_stride (gsize n_entries)
{
  gsize stride = 1;

  while (n_entries / stride > TS_SCATTER_MAX_POINTS - 1)
    stride *= 2;
  return stride;
}

/* Chooses entries by their number among all there ever were, because an index changes when others are forgotten.
 *
 * Returns: the index of the first one */
static gsize
find_first (const TsHistory *history,
            gsize from,
            gsize stride)
{
  guint64 number = ts_history_get_n_ever (history) - ts_history_get_length (history) + from;

  return from + (gsize) ((stride - number % stride) % stride);
}

static void
add_point (TsScatterPoints *self,
           const TsHistoryEntry *entry,
           gint64 since_ns)
{
  TsScatterPoint point = {
    .at_ns = entry->at_ns,
    .offset_ns = ts_history_entry_get_offset_ns (entry),
    .delay_ns = ts_history_entry_get_delay_ns (entry),
    .is_earlier = entry->at_ns < since_ns,
  };

  g_array_append_val (self->points, point);
  self->n_earlier += point.is_earlier;
}

/* A double, because the distance of two offsets may be too large for a gint64. */
static double
get_distance (gint64 from_ns,
              gint64 to_ns)
{
  return (double) to_ns - (double) from_ns;
}

/* All but the outermost twentieth at each end, and of that what is not far out. */
static void
find_range (gint64 *values_ns,
            guint n,
            gint64 *min_ns,
            gint64 *max_ns)
{
  ts_chart_trim (values_ns, values_ns, n, n < MIN_POINTS_TO_TRIM ? 0 : n / 20, min_ns, max_ns);
}

static guint
collect_offsets (const TsScatterPoints *self,
                 gboolean are_earlier,
                 gint64 *values_ns)
{
  guint n = 0;

  for (guint i = 0; i < self->points->len; i++)
    if (ts_scatter_points_get (self, i)->is_earlier == are_earlier)
      values_ns[n++] = ts_scatter_points_get (self, i)->offset_ns;
  return n;
}

/* The range is that of the points since the last step. Earlier ones are in it too if that leaves enough room. */
static void
find_offset_range (TsScatterPoints *self,
                   gint64 *values_ns)
{
  guint n = collect_offsets (self, FALSE, values_ns);
  gint64 min_ns = self->estimate_ns, max_ns = self->estimate_ns;
  double height;

  self->min_ns = self->max_ns = self->estimate_ns;
  if (n > 0)
    find_range (values_ns, n, &self->min_ns, &self->max_ns);
  self->min_ns = MIN (self->min_ns, self->estimate_ns);
  self->max_ns = MAX (self->max_ns, self->estimate_ns);
  if (self->n_earlier == 0)
    return;
  find_range (values_ns, collect_offsets (self, TRUE, values_ns), &min_ns, &max_ns);
  min_ns = MIN (min_ns, self->min_ns);
  max_ns = MAX (max_ns, self->max_ns);
  height = get_distance (self->min_ns, self->max_ns);
  if (n >= MIN_POINTS_OF_OWN && get_distance (min_ns, max_ns) > MIN_PART * height)
    return;
  self->min_ns = min_ns;
  self->max_ns = max_ns;
}

/* The least delay is always in range, because the wedge begins there. */
static void
find_delay_range (TsScatterPoints *self,
                  gint64 *values_ns)
{
  gboolean is_any = self->n_earlier < self->points->len;
  gint64 min_ns = G_MAXINT64;

  self->least_delay_ns = G_MAXINT64;
  for (guint i = 0; i < self->points->len; i++)
    {
      const TsScatterPoint *point = ts_scatter_points_get (self, i);

      values_ns[i] = point->delay_ns;
      min_ns = MIN (min_ns, point->delay_ns);
      if (!point->is_earlier || !is_any)
        self->least_delay_ns = MIN (self->least_delay_ns, point->delay_ns);
    }
  find_range (values_ns, self->points->len, &self->min_delay_ns, &self->max_delay_ns);
  self->min_delay_ns = min_ns;
}

static void
count_beyond (TsScatterPoints *self)
{
  for (guint i = 0; i < self->points->len; i++)
    {
      const TsScatterPoint *point = ts_scatter_points_get (self, i);
      gboolean is_beyond = point->offset_ns < self->min_ns || point->offset_ns > self->max_ns ||
                           point->delay_ns > self->max_delay_ns;

      self->n_beyond += is_beyond;
      self->n_earlier_within += point->is_earlier && !is_beyond;
    }
}

static void
find_ranges (TsScatterPoints *self)
{
  g_autofree gint64 *values_ns = g_new (gint64, self->points->len);

  find_offset_range (self, values_ns);
  find_delay_range (self, values_ns);
  count_beyond (self);
}

/**
 * ts_scatter_points_update:
 * @self: points
 * @history: (nullable): where they come from
 * @span: what is in view
 * @since_ns: when a clock was set last; %G_MININT64 if none was
 *
 * Takes what is in view: all entries, or if there are more than %TS_SCATTER_MAX_POINTS, every second, every fourth and
 * so on. That number bounds time and memory.
 */
void
ts_scatter_points_update (TsScatterPoints *self,
                          const TsHistory *history,
                          const TsChartSpan *span,
                          gint64 since_ns)
{
  GArray *points = self->points;
  gsize length, from, to, newest;

  g_array_set_size (points, 0);
  *self = (TsScatterPoints) { .points = points, .stride = 1 };
  if (history == NULL)
    return;
  length = ts_history_get_length (history);
  to = span->end_ns >= span->now_ns ? length : ts_chart_find_from (history, length, span->end_ns + 1);
  from = ts_chart_find_from (history, to, span->begin_ns);
  self->stride = choose_stride (to - from);
  for (gsize i = find_first (history, from, self->stride); i < to; i += self->stride)
    if (ts_history_get (history, i)->kind == TS_ENTRY_SAMPLE)
      add_point (self, ts_history_get (history, i), since_ns);
  newest = ts_chart_find_next_sample (history, to, -1);
  if (points->len == 0 || newest == TS_CHART_NOWHERE)
    return;
  self->estimate_ns = ts_history_get (history, newest)->estimate_ns;
  find_ranges (self);
}

/**
 * ts_scatter_points_get_arm:
 * @self: points
 * @delay_ns: a delay, not below the least
 *
 * If one way takes longer than at best, the delay grows by that time, and the offset is wrong by half of it. So all
 * offsets lie in a wedge whose point is at the least delay (Mills, Computer Network Time Synchronization, chapter 3).
 *
 * Returns: how far an exchange of that delay may be from the estimate
 */
gint64
ts_scatter_points_get_arm (const TsScatterPoints *self,
                           gint64 delay_ns)
{
  return MAX (delay_ns - self->least_delay_ns, 0) / 2;
}
