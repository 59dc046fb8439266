/* What of a history is in view: its entries, gaps and steps, and the ranges that show them well.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-series.h"

#include "chart/model/ts-chart-find.h"
#include "chart/model/ts-chart-thinning.h"
#include "chart/model/ts-chart-trim.h"
#include "measure/ts-time.h"

/* A day, and the hour by which one is longer in autumn; and the view's last column of pixels. */
#define LONG_NS (26 * 3600 * TS_NS_PER_S)

/* With fewer samples it is unknown which of them are odd. */
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
    .tries = g_array_new (FALSE, FALSE, sizeof (TsChartTry)),
    .gaps = g_array_new (FALSE, FALSE, sizeof (TsChartGap)),
    .steps = g_array_new (FALSE, FALSE, sizeof (TsChartStep)),
    .events = g_array_new (FALSE, FALSE, sizeof (TsPastEvent)),
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
  g_clear_pointer (&self->tries, g_array_unref);
  g_clear_pointer (&self->gaps, g_array_unref);
  g_clear_pointer (&self->steps, g_array_unref);
  g_clear_pointer (&self->events, g_array_unref);
}

/**
 * ts_chart_series_take_events:
 * @self: a series
 * @events: (nullable) (element-type TsPastEvent): what happened to this computer, the oldest first
 *
 * Takes those that are in view.
 */
void
ts_chart_series_take_events (TsChartSeries *self,
                             const GArray *events)
{
  g_array_set_size (self->events, 0);
  for (guint i = 0; events != NULL && i < events->len; i++)
    {
      const TsPastEvent *event = &g_array_index (events, TsPastEvent, i);

      if (event->at_ns >= self->span.begin_ns && event->at_ns <= self->span.end_ns)
        g_array_append_vals (self->events, event, 1);
    }
}

/**
 * ts_chart_series_is_long:
 * @self: a series
 *
 * Returns: whether more than a day is in view, so that single exchanges do not matter
 */
gboolean
ts_chart_series_is_long (const TsChartSeries *self)
{
  return self->span.end_ns - self->span.begin_ns > LONG_NS;
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
 * ts_chart_series_is_drawn:
 * @self: a series
 * @index: of any entry, or the number of entries
 *
 * Returns: whether this is a sample, and not one of the first burst, which later samples overrule
 */
gboolean
ts_chart_series_is_drawn (const TsChartSeries *self,
                          guint index)
{
  gint64 at_ns;

  if (!is_sample (self, index))
    return FALSE;
  at_ns = ts_chart_series_get (self, index)->at_ns;
  return at_ns < self->burst_ns || at_ns >= self->settled_ns;
}

/**
 * ts_chart_series_is_joined:
 * @self: a series
 * @index: of any entry, or the number of entries
 *
 * Returns: whether this and the entry before are samples, and no clock was set and nothing slept in between, so that a
 *   line may connect them
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

/* Adds the steps, also those across a gap. @view_from: the first entry in view; a step before the first sample in view
 * is left out, because its size is not known. */
static void
add_steps (TsChartSeries *self,
           const TsHistory *history,
           gsize view_from,
           gsize from,
           gsize to,
           gsize n_steps)
{
  gsize indices[TS_CHART_MAX_EVENTS_PER_COLUMN];
  guint n = ts_chart_choose_entries (history, TS_HISTORY_STEP, from, to, n_steps, indices);

  self->n_steps += (guint) n_steps;
  for (guint i = 0; i < n; i++)
    {
      gsize before = ts_history_find_last (history, TS_HISTORY_SAMPLE, view_from, indices[i]);

      if (before < indices[i])
        {
          TsChartStep step = ts_chart_step_between (history, before, indices[i]);

          g_array_append_val (self->steps, step);
        }
      else
        self->n_steps--;
    }
}

static void
add_gaps (TsChartSeries *self,
          const TsHistory *history,
          gsize view_from,
          gsize view_to,
          gsize from,
          gsize to,
          gsize n_gaps)
{
  gsize indices[TS_CHART_MAX_EVENTS_PER_COLUMN];
  guint n = ts_chart_choose_entries (history, TS_HISTORY_GAP, from, to, n_gaps, indices);

  self->n_gaps += (guint) n_gaps;
  for (guint i = 0; i < n; i++)
    {
      TsChartGap gap = ts_chart_gap_at (history, indices[i], view_from, view_to, self->span.now_ns);

      g_array_append_val (self->gaps, gap);
    }
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

static gint64
get_band_min_ns (const TsHistoryEntry *entry)
{
  return entry->now_min_ns;
}

static gint64
get_band_max_ns (const TsHistoryEntry *entry)
{
  return entry->now_max_ns;
}

/* Returns: (transfer full): @n values, one of each sample that is drawn. If no sample is drawn, all samples count, so
 *   @n is at least 1 */
static gint64 *
collect_ns (const TsChartSeries *self,
            gint64 (*get_value_ns) (const TsHistoryEntry *entry),
            guint *n)
{
  gint64 *values_ns = g_new (gint64, self->entries->len);

  *n = 0;
  for (guint i = 0; i < self->entries->len; i++)
    if (ts_chart_series_is_drawn (self, i))
      values_ns[(*n)++] = get_value_ns (ts_chart_series_get (self, i));
  for (guint i = 0, n_drawn = *n; i < self->entries->len && n_drawn == 0; i++)
    if (is_sample (self, i))
      values_ns[(*n)++] = get_value_ns (ts_chart_series_get (self, i));
  return values_ns;
}

static void
include (TsChartSeries *self,
         const TsHistoryEntry *entry)
{
  self->min_ns = MIN (self->min_ns, entry->proven_min_ns);
  self->max_ns = MAX (self->max_ns, entry->proven_max_ns);
  self->max_delay_ns = MAX (self->max_delay_ns, ts_history_entry_get_delay_ns (entry));
}

/* What is true now must be in view: the newest sample and those joined to it, unless they are unusually wide; and of
 * the newest three the narrowest, however wide it is, so that a path that became slow comes into view. */
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

      if (entry->kind != TS_ENTRY_SAMPLE || (best != NULL && !ts_chart_series_is_drawn (self, i - 1)))
        continue;
      if (is_in_run && ts_history_entry_get_delay_ns (entry) / 2 <= usual_delay_ns)
        include (self, entry);
      if (n++ < 3 && (best == NULL || ts_history_entry_get_delay_ns (entry) < ts_history_entry_get_delay_ns (best)))
        best = entry;
      is_in_run = is_in_run && ts_chart_series_is_joined (self, i - 1);
    }
  include (self, best);
}

/* Slow exchanges prove little and need not be seen whole: the range is that of the band, in which the estimate is too, and
 * half as much again. */
static void
narrow_to_band (TsChartSeries *self,
                guint n_odd)
{
  const TsHistoryEntry *last = ts_chart_series_get_last (self);
  guint n;
  g_autofree gint64 *lows_ns = collect_ns (self, get_band_min_ns, &n);
  g_autofree gint64 *highs_ns = collect_ns (self, get_band_max_ns, &n);
  gint64 min_ns, max_ns, margin_ns;

  ts_chart_trim (lows_ns, highs_ns, n, n_odd, &min_ns, &max_ns);
  min_ns = MIN (min_ns, last->now_min_ns);
  max_ns = MAX (max_ns, last->now_max_ns);
  margin_ns = max_ns / 4 - min_ns / 4;
  min_ns = MAX (self->min_ns, min_ns < G_MININT64 + margin_ns ? G_MININT64 : min_ns - margin_ns);
  max_ns = MIN (self->max_ns, max_ns > G_MAXINT64 - margin_ns ? G_MAXINT64 : max_ns + margin_ns);
  if (min_ns > max_ns)
    return;
  self->min_ns = min_ns;
  self->max_ns = max_ns;
}

/* All but the outermost twentieth of the ends on each side, and of that twentieth what is not far out. */
static void
find_ranges (TsChartSeries *self)
{
  guint n, n_odd;
  g_autofree gint64 *lows_ns = collect_ns (self, get_min_ns, &n);
  g_autofree gint64 *highs_ns = collect_ns (self, get_max_ns, &n);
  g_autofree gint64 *delays_ns = collect_ns (self, ts_history_entry_get_delay_ns, &n);
  gint64 zero_ns;

  n_odd = n < MIN_SAMPLES_TO_TRIM ? 0 : MAX (n / 20, 1);
  ts_chart_trim (lows_ns, highs_ns, n, n_odd, &self->min_ns, &self->max_ns);
  ts_chart_trim (NULL, delays_ns, n, n_odd, &zero_ns, &self->max_delay_ns);
  include_newest (self, ts_chart_select_ns (delays_ns, n, n - 1 - n_odd));
  narrow_to_band (self, n_odd);
}

static void
add_try (TsChartSeries *self,
         const TsHistory *history,
         gsize index)
{
  const TsHistoryEntry *entry = ts_history_get (history, index);
  TsChartTry next = {
    .at_ns = entry->at_ns,
    .kind = (TsEntryKind) entry->kind,
    .goes_on = index > 0 && ts_history_get (history, index - 1)->kind == entry->kind,
  };

  g_array_append_val (self->tries, next);
}

static void
add_tries (TsChartSeries *self,
           const TsHistory *history,
           gsize from,
           gsize to,
           const TsHistorySummary *summary)
{
  gsize lost, refused;

  if (summary->counts[TS_HISTORY_LOST] + summary->counts[TS_HISTORY_REFUSED] == 0)
    return;
  if (to - from <= TS_CHART_N_ALWAYS_KEPT)
    {
      for (gsize i = from; i < to; i++)
        if (ts_history_get (history, i)->kind == TS_ENTRY_LOST || ts_history_get (history, i)->kind == TS_ENTRY_REFUSED)
          add_try (self, history, i);
      return;
    }
  lost = ts_history_find (history, TS_HISTORY_LOST, from, to);
  refused = ts_history_find (history, TS_HISTORY_REFUSED, from, to);
  if (MIN (lost, refused) < to)
    add_try (self, history, MIN (lost, refused));
  if (MAX (lost, refused) < to)
    add_try (self, history, MAX (lost, refused));
}

/* Takes the entries in view, column by column. */
static void
take_columns (TsChartSeries *self,
              const TsHistory *history,
              gsize view_from,
              gsize view_to)
{
  gsize end;

  for (gsize from = view_from; from < view_to; from = end)
    {
      TsHistorySummary summary;

      end = ts_chart_find_column_end (history, from, view_to, &self->span);
      ts_history_summarize (history, from, end, &summary);
      ts_chart_thin_column (self->entries, history, from, end, &summary);
      add_tries (self, history, from, end, &summary);
      add_steps (self, history, view_from, from, end, summary.counts[TS_HISTORY_STEP]);
      add_gaps (self, history, view_from, view_to, from, end, summary.counts[TS_HISTORY_GAP]);
      self->n_samples += (guint) summary.counts[TS_HISTORY_SAMPLE];
    }
}

/* Finds the entries in view, and on both sides those up to the next sample, because lines and gaps begin there. If this
 * computer's clock was set back, instants are not in order; then it finds one of the stretches that have them. */
static void
find_view (const TsChartSeries *self,
           const TsHistory *history,
           gsize *from,
           gsize *to)
{
  gsize length = ts_history_get_length (history);
  gsize sample;

  *to = ts_chart_series_is_live (self) ? length : ts_chart_find_from (history, length, self->span.end_ns + 1);
  *from = ts_chart_find_from (history, *to, self->span.begin_ns);
  sample = ts_history_find_last (history, TS_HISTORY_SAMPLE, 0, *from);
  *from = sample < *from ? sample : 0;
  *to = MIN (ts_history_find (history, TS_HISTORY_SAMPLE, *to, length) + 1, length);
}

/**
 * ts_chart_series_update:
 * @self: a series
 * @history: (nullable): where its entries come from
 * @live: (nullable): the part of @history that is measured and not only recorded, or all of it
 * @span: what is in view
 *
 * Takes what is in view. The time that it needs depends on the number of columns, not on that of entries.
 */
void
ts_chart_series_update (TsChartSeries *self,
                        const TsHistory *history,
                        const TsHistory *live,
                        const TsChartSpan *span)
{
  gboolean has_burst = live != NULL && ts_history_get_length (live) > 0;
  gsize from, to;

  g_array_set_size (self->entries, 0);
  g_array_set_size (self->tries, 0);
  g_array_set_size (self->gaps, 0);
  g_array_set_size (self->steps, 0);
  self->n_samples = self->n_gaps = self->n_steps = 0;
  self->min_ns = self->max_ns = self->max_delay_ns = 0;
  self->span = *span;
  self->burst_ns = has_burst ? ts_history_get (live, 0)->at_ns : G_MININT64;
  self->settled_ns = has_burst ? ts_history_get_settled_ns (live) : G_MININT64;
  if (history == NULL)
    return;

  find_view (self, history, &from, &to);
  take_columns (self, history, from, to);
  self->n_gaps += ts_chart_add_sleeps (self->gaps, self->entries);
  if (self->n_samples > 0)
    find_ranges (self);
}
