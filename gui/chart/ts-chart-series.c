/* What of a history is in view: its entries, gaps and steps, and the ranges that show them well.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-chart-series.h"

#include <stdlib.h>

#include "ts-chart-cursor.h"
#include "ts-chart-sleeps.h"
#include "ts-chart-thinning.h"

/* With fewer samples nobody can say which of them are the odd ones. */
#define MIN_SAMPLES_TO_TRIM 8

/**
 * ts_chart_series_init:
 * @self: (out): an empty series
 */
void
ts_chart_series_init (TsChartSeries *self)
{
  *self = (TsChartSeries) {
    .entries = g_array_new (FALSE, FALSE, sizeof (TsHistoryEntry)),
    .gaps = g_array_new (FALSE, FALSE, sizeof (TsChartGap)),
    .steps = g_array_new (FALSE, FALSE, sizeof (TsChartStep)),
  };
}

/**
 * ts_chart_series_clear:
 * @self: a series, which needs ts_chart_series_init() to be used again
 */
void
ts_chart_series_clear (TsChartSeries *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->gaps, g_array_unref);
  g_clear_pointer (&self->steps, g_array_unref);
}

/**
 * ts_chart_series_get:
 * @self: a series
 * @index: below the number of entries; 0 is the oldest
 *
 * Returns: (transfer none): the entry
 */
const TsHistoryEntry *
ts_chart_series_get (const TsChartSeries *self,
                     guint index)
{
  return &g_array_index (self->entries, TsHistoryEntry, index);
}

/**
 * ts_chart_series_is_live:
 * @self: a series
 *
 * Returns: whether the view reaches to the newest instant
 */
gboolean
ts_chart_series_is_live (const TsChartSeries *self)
{
  return self->span.end_ns >= self->span.now_ns;
}

static gboolean
is_sample (const TsChartSeries *self,
           guint index)
{
  return index < self->entries->len && ts_chart_series_get (self, index)->kind == TS_ENTRY_SAMPLE;
}

/**
 * ts_chart_series_is_joined:
 * @self: a series
 * @index: of any entry, or the number of entries
 *
 * Returns: whether this and the entry before are samples of clocks that went on in between, so that a line may
 *   lead from one to the other
 */
gboolean
ts_chart_series_is_joined (const TsChartSeries *self,
                           guint index)
{
  return index > 0 && is_sample (self, index - 1) && is_sample (self, index) &&
         ts_chart_series_get (self, index)->event == TS_CLOCK_EVENT_NONE;
}

/**
 * ts_chart_series_get_last:
 * @self: a series
 *
 * Returns: (transfer none) (nullable): the newest sample in view
 */
const TsHistoryEntry *
ts_chart_series_get_last (const TsChartSeries *self)
{
  for (guint i = self->entries->len; i > 0; i--)
    if (is_sample (self, i - 1))
      return ts_chart_series_get (self, i - 1);
  return NULL;
}

static void
add_step (TsChartSeries *self,
          const TsHistoryEntry *before,
          const TsHistoryEntry *entry)
{
  gint64 offset_ns = ts_history_entry_get_offset_ns (entry);
  TsChartStep step = {
    .at_ns = before->at_ns + (entry->at_ns - before->at_ns) / 2,
    .half_width_ns = ts_history_entry_get_delay_ns (before) / 2 + ts_history_entry_get_delay_ns (entry) / 2,
    .event = (TsClockEvent) entry->event,
  };

  if (__builtin_sub_overflow (offset_ns, ts_history_entry_get_offset_ns (before), &step.change_ns))
    step.change_ns = offset_ns > 0 ? G_MAXINT64 : -G_MAXINT64;
  g_array_append_val (self->steps, step);
}

/* Steps, also over gaps, and how many samples there are. */
static void
find_steps (TsChartSeries *self,
            const TsHistory *history,
            gsize from,
            gsize to)
{
  const TsHistoryEntry *before = NULL;

  for (gsize i = from; i < to; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      if (before != NULL &&
          (entry->event == TS_CLOCK_EVENT_STEP_LOCAL || entry->event == TS_CLOCK_EVENT_STEP_REMOTE))
        add_step (self, before, entry);
      before = entry;
      self->n_samples++;
    }
}

static void
add_to_gap (TsChartGap *gap,
            const TsHistoryEntry *entry)
{
  if (entry->kind != gap->last_kind)
    gap->since_ns = entry->at_ns;
  gap->last_kind = entry->kind;
  gap->n_lost += entry->kind == TS_ENTRY_LOST;
  gap->n_refused += entry->kind == TS_ENTRY_REFUSED;
}

static void
find_gaps (TsChartSeries *self,
           const TsHistory *history,
           gsize from,
           gsize to)
{
  const TsHistoryEntry *before = NULL;
  TsChartGap *gap = NULL;

  for (gsize i = from; i < to; before = ts_history_get (history, i++))
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);
      gboolean is_pause = entry->kind == TS_ENTRY_PAUSED;
      TsChartGap next = {
        .begin_ns = before != NULL && before->kind == TS_ENTRY_SAMPLE ? before->at_ns : entry->at_ns,
        .end_ns = self->span.now_ns,
        .since_ns = entry->at_ns,
        .last_kind = entry->kind,
        .lasts = TRUE,
      };

      if (gap != NULL && (entry->kind == TS_ENTRY_SAMPLE || is_pause != (gap->last_kind == TS_ENTRY_PAUSED)))
        {
          gap->end_ns = entry->at_ns;
          gap->lasts = FALSE;
          gap = NULL;
        }
      if (entry->kind == TS_ENTRY_SAMPLE)
        continue;
      if (gap == NULL)
        {
          g_array_append_val (self->gaps, next);
          gap = &g_array_index (self->gaps, TsChartGap, self->gaps->len - 1);
        }
      add_to_gap (gap, entry);
    }
}

static int
compare_ns (const void *a,
            const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static gint64
get_min_ns (const TsHistoryEntry *entry)
{
  return entry->proven_min_ns;
}

static gint64
get_max_ns (const TsHistoryEntry *entry)
{
  return entry->proven_max_ns;
}

/* The value below which all but @n_above of the @n samples that were kept are. */
static gint64
get_ranked (const TsChartSeries *self,
            gint64 (*get_value_ns) (const TsHistoryEntry *entry),
            guint n,
            guint n_above)
{
  g_autofree gint64 *values_ns = g_new (gint64, n);
  guint n_values = 0;

  for (guint i = 0; i < self->entries->len; i++)
    if (is_sample (self, i))
      values_ns[n_values++] = get_value_ns (ts_chart_series_get (self, i));
  qsort (values_ns, n, sizeof *values_ns, compare_ns);
  return values_ns[n - 1 - n_above];
}

static guint
count_kept (const TsChartSeries *self)
{
  guint n = 0;

  for (guint i = 0; i < self->entries->len; i++)
    n += is_sample (self, i);
  return n;
}

static gint64
add (gint64 a_ns,
     gint64 b_ns)
{
  gint64 sum;

  if (__builtin_add_overflow (a_ns, b_ns, &sum))
    return a_ns > 0 ? G_MAXINT64 : G_MININT64;
  return sum;
}

static void
include (TsChartSeries *self,
         const TsHistoryEntry *entry)
{
  self->min_ns = MIN (self->min_ns, entry->proven_min_ns);
  self->max_ns = MAX (self->max_ns, entry->proven_max_ns);
  self->max_delay_ns = MAX (self->max_delay_ns, ts_history_entry_get_delay_ns (entry));
}

/* What is true now must be in view: the newest sample and those joined to it unless they are unusually wide,
 * and of the newest three the narrowest, however wide, lest a path that became slow stays out of view. */
static void
include_newest (TsChartSeries *self,
                gint64 usual_delay_ns)
{
  const TsHistoryEntry *best = NULL;
  gboolean is_in_run = TRUE;
  guint n = 0;

  for (guint i = self->entries->len; i > 0 && (is_in_run || n < 3); i--)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (self, i - 1);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      if (is_in_run && ts_history_entry_get_delay_ns (entry) / 2 <= usual_delay_ns)
        include (self, entry);
      if (n++ < 3 && (best == NULL || ts_history_entry_get_delay_ns (entry) < ts_history_entry_get_delay_ns (best)))
        best = entry;
      is_in_run = is_in_run && ts_chart_series_is_joined (self, i - 1);
    }
  include (self, best);
}

/* The ranges hold all but the outermost twentieth of the ends on each side, and of that twentieth what is no
 * further out than twice the height of the others: the picture of the others never shrinks below a fifth.
 * So a few wild exchanges, late or mistaken, are cut at the edge of the plot, while a step is in view
 * from its first sample on. */
static void
find_ranges (TsChartSeries *self)
{
  guint n = count_kept (self);
  guint n_odd = n < MIN_SAMPLES_TO_TRIM ? 0 : MAX (n / 20, 1);
  gint64 reach_ns, least_ns, most_ns, most_delay_ns, usual_delay_ns;

  self->min_ns = get_ranked (self, get_min_ns, n, n - 1 - n_odd);
  self->max_ns = get_ranked (self, get_max_ns, n, n_odd);
  self->max_delay_ns = usual_delay_ns = get_ranked (self, ts_history_entry_get_delay_ns, n, n_odd);
  if (self->min_ns > self->max_ns)
    {
      gint64 least_max_ns = self->max_ns;

      self->max_ns = self->min_ns;
      self->min_ns = least_max_ns;
    }
  reach_ns = add (self->max_ns, self->min_ns == G_MININT64 ? G_MAXINT64 : -self->min_ns);
  reach_ns = add (reach_ns, reach_ns);
  least_ns = self->min_ns < 0 ? add (self->min_ns, -reach_ns) : self->min_ns - reach_ns;
  most_ns = add (self->max_ns, reach_ns);
  most_delay_ns = add (add (usual_delay_ns, usual_delay_ns), usual_delay_ns);
  for (guint i = 0; i < self->entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (self, i);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      if (entry->proven_min_ns >= least_ns)
        self->min_ns = MIN (self->min_ns, entry->proven_min_ns);
      if (entry->proven_max_ns <= most_ns)
        self->max_ns = MAX (self->max_ns, entry->proven_max_ns);
      if (ts_history_entry_get_delay_ns (entry) <= most_delay_ns)
        self->max_delay_ns = MAX (self->max_delay_ns, ts_history_entry_get_delay_ns (entry));
    }
  include_newest (self, usual_delay_ns);
}

/* What is in view, and on both sides on to the next sample: lines and gaps come from there. In a history whose
 * clock was set back, instants are not in order: then what is found is one stretch that has them. */
static void
find_view (const TsChartSeries *self,
           const TsHistory *history,
           gsize *from,
           gsize *to)
{
  gsize length = ts_history_get_length (history);

  *to = ts_chart_series_is_live (self) ? length
                                       : ts_chart_cursor_search (history, length, self->span.end_ns + 1);
  *from = ts_chart_cursor_search (history, *to, self->span.begin_ns);
  while (*from > 0 && ts_history_get (history, --*from)->kind != TS_ENTRY_SAMPLE)
    continue;
  while (*to < length && ts_history_get (history, (*to)++)->kind != TS_ENTRY_SAMPLE)
    continue;
}

/**
 * ts_chart_series_update:
 * @self: a series
 * @history: (nullable): where its entries come from
 * @span: what is in view
 *
 * Takes what is in view.
 */
void
ts_chart_series_update (TsChartSeries *self,
                        const TsHistory *history,
                        const TsChartSpan *span)
{
  gsize from, to;

  g_array_set_size (self->entries, 0);
  g_array_set_size (self->gaps, 0);
  g_array_set_size (self->steps, 0);
  self->n_samples = 0;
  self->min_ns = self->max_ns = self->max_delay_ns = 0;
  self->span = *span;
  if (history == NULL)
    return;

  find_view (self, history, &from, &to);
  find_steps (self, history, from, to);
  find_gaps (self, history, from, to);
  ts_chart_thin (self->entries, history, from, to, span);
  ts_chart_sleeps_add (self->gaps, self->entries);
  if (self->n_samples > 0)
    find_ranges (self);
}
