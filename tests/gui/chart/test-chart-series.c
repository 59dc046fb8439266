/* Tests of ts-chart-series and ts-chart-thinning: what is in view, against a walk from entry to entry.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-series.h"

#include "chart/model/ts-chart-find.h"
#include "chart/model/ts-chart-thinning.h"
#include "measure/ts-time.h"

#include "test-cases.h"

#define S TS_NS_PER_S

/* 2023-10-03 10:24:37 UTC */
#define BEGIN_NS (G_GINT64_CONSTANT (1696328677) * S)

/* How likely what is, of 10,000. */
static const struct
{
  const char *name;
  gsize capacity;
  guint n_entries;
  int p_other_kind; /* than that of the entry before */
  int p_event;
  int p_set_back; /* our clock */
} cases[] = {
  { "few", 100, 40, 1000, 1000, 0 },
  { "many", 20000, 15000, 0, 0, 0 },
  { "gaps-and-steps", 20000, 15000, 30, 10, 0 },
  { "some-forgotten", 9000, 15000, 30, 10, 0 },
  { "set-back", 9000, 15000, 30, 10, 3 },
  { "long-gaps", 9000, 15000, 3, 3, 0 },
  { "restless", 9000, 15000, 5000, 2000, 3 },
};

static TsHistory *
make_history (gsize row)
{
  TsHistory *history = ts_history_new (cases[row].capacity);
  TsEntryKind kind = TS_ENTRY_SAMPLE;
  gint64 at_ns = BEGIN_NS;

  for (guint i = 0; i < cases[row].n_entries; i++)
    {
      TsSample sample = { .proven_min_ns = g_test_rand_int_range (-1000, 1000) };
      TsClockEvent event = TS_CLOCK_EVENT_NONE;

      if (g_test_rand_int_range (0, 10000) < cases[row].p_other_kind)
        kind = (TsEntryKind) g_test_rand_int_range (TS_ENTRY_SAMPLE, TS_ENTRY_PAUSED + 1);
      if (g_test_rand_int_range (0, 10000) < cases[row].p_event)
        event = (TsClockEvent) g_test_rand_int_range (TS_CLOCK_EVENT_STEP_LOCAL, TS_CLOCK_EVENT_STEP_REMOTE + 1);
      if (g_test_rand_int_range (0, 10000) < cases[row].p_set_back)
        at_ns -= 600 * S;
      at_ns += g_test_rand_int_range (1, (int) S);
      sample.exchange.t4_ns = at_ns;
      sample.proven_max_ns = sample.proven_min_ns + g_test_rand_int_range (0, 1000);
      if (kind == TS_ENTRY_SAMPLE)
        ts_history_add_sample (history, &sample, &(TsEstimate) { .at_ns = at_ns }, event);
      else
        ts_history_add_gap (history, kind, at_ns);
    }
  return history;
}

static gint64
model_get_column (const TsChartSpan *span,
                  gint64 at_ns)
{
  if (at_ns < span->begin_ns)
    return -1;
  return MIN ((at_ns - span->begin_ns) / MAX ((span->end_ns - span->begin_ns) / span->n_columns, 1), span->n_columns);
}

/* Whether the entry at @index is the first one of those from @from to @to that is the most extreme. */
static gboolean
model_is_extreme (const TsHistory *history,
                  gsize from,
                  gsize to,
                  gsize index)
{
  const TsHistoryEntry *entry = ts_history_get (history, index);
  gboolean is_lowest = TRUE, is_highest = TRUE, is_slowest = TRUE;

  if (entry->kind != TS_ENTRY_SAMPLE)
    return FALSE;
  for (gsize i = from; i < to; i++)
    {
      const TsHistoryEntry *other = ts_history_get (history, i);
      gint64 delay_ns = ts_history_entry_get_delay_ns (entry) - ts_history_entry_get_delay_ns (other);
      gint64 allowed_ns = i < index ? 1 : 0; /* by how much it must be beyond the other */

      if (other->kind != TS_ENTRY_SAMPLE || i == index)
        continue;
      is_lowest &= other->proven_min_ns - entry->proven_min_ns >= allowed_ns;
      is_highest &= entry->proven_max_ns - other->proven_max_ns >= allowed_ns;
      is_slowest &= delay_ns >= allowed_ns;
    }
  return is_lowest || is_highest || is_slowest;
}

/* Compares with what of a column is to be kept; returns how many entries that are. */
static guint
compare_column (const TsChartSeries *series,
                guint n_before,
                const TsHistory *history,
                gsize from,
                gsize to)
{
  guint n = 0, n_events = 0;

  for (gsize i = from; i < to; i++)
    {
      gboolean begins = i > from && ts_history_get (history, i)->event != TS_CLOCK_EVENT_NONE && n_events < 16;
      gboolean ends = i + 1 < to && ts_history_get (history, i + 1)->event != TS_CLOCK_EVENT_NONE &&
                      n_events + begins < 16;

      n_events += begins;
      if (to - from > 8 && i > from && i + 1 < to && !begins && !ends && !model_is_extreme (history, from, to, i))
        continue;
      g_assert_cmpuint (n_before + n, <, series->entries->len);
      g_assert_cmpmem (ts_chart_series_get (series, n_before + n), sizeof (TsHistoryEntry),
                       ts_history_get (history, i), sizeof (TsHistoryEntry));
      n++;
    }
  g_assert_cmpuint (n, <=, TS_CHART_MAX_PER_COLUMN);
  return n;
}

static void
compare_entries (const TsChartSeries *series,
                 const TsHistory *history,
                 gsize from,
                 gsize to)
{
  guint n = 0, n_samples = 0;

  for (gsize i = from, end; i < to; i = end)
    {
      gint64 column = model_get_column (&series->span, ts_history_get (history, i)->at_ns);

      for (end = i; end < to && model_get_column (&series->span, ts_history_get (history, end)->at_ns) == column; end++)
        n_samples += ts_history_get (history, end)->kind == TS_ENTRY_SAMPLE;
      n += compare_column (series, n, history, i, end);
    }
  g_assert_cmpuint (series->entries->len, ==, n);
  g_assert_cmpuint (series->n_samples, ==, n_samples);
}

static GArray *
model_find_steps (const TsHistory *history,
                  gsize from,
                  gsize to)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (TsChartStep));
  const TsHistoryEntry *before = NULL;

  for (gsize i = from; i < to; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);

      if (entry->kind != TS_ENTRY_SAMPLE)
        continue;
      if (before != NULL && entry->event != TS_CLOCK_EVENT_NONE)
        {
          TsChartStep step = {
            .at_ns = before->at_ns + (entry->at_ns - before->at_ns) / 2,
            .change_ns = entry->estimate_ns - before->estimate_ns,
            .half_width_ns =
              (before->now_max_ns - before->now_min_ns) / 2 + (entry->now_max_ns - entry->now_min_ns) / 2,
            .event = (TsClockEvent) entry->event,
          };

          g_array_append_val (steps, step);
        }
      before = entry;
    }
  return steps;
}

static GArray *
model_find_gaps (const TsHistory *history,
                 gsize from,
                 gsize to,
                 gint64 now_ns)
{
  GArray *gaps = g_array_new (FALSE, FALSE, sizeof (TsChartGap));
  TsChartGap *gap = NULL;

  for (gsize i = from; i < to; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);
      const TsHistoryEntry *before = i > from ? ts_history_get (history, i - 1) : NULL;
      TsChartGap next = {
        .begin_ns = before != NULL && before->kind == TS_ENTRY_SAMPLE ? before->at_ns : entry->at_ns,
        .end_ns = now_ns,
        .since_ns = entry->at_ns,
        .last_kind = (TsEntryKind) entry->kind,
        .lasts = TRUE,
      };

      if (gap != NULL && (entry->kind == TS_ENTRY_SAMPLE ||
                          (entry->kind == TS_ENTRY_PAUSED) != (gap->last_kind == TS_ENTRY_PAUSED)))
        {
          gap->end_ns = entry->at_ns;
          gap->lasts = FALSE;
          gap = NULL;
        }
      if (entry->kind == TS_ENTRY_SAMPLE)
        continue;
      if (gap == NULL)
        {
          g_array_append_val (gaps, next);
          gap = &g_array_index (gaps, TsChartGap, gaps->len - 1);
        }
      if (entry->kind != gap->last_kind)
        gap->since_ns = entry->at_ns;
      gap->last_kind = (TsEntryKind) entry->kind;
      gap->n_lost += entry->kind == TS_ENTRY_LOST;
      gap->n_refused += entry->kind == TS_ENTRY_REFUSED;
    }
  return gaps;
}

static gboolean
is_same_gap (const GArray *a_gaps,
             guint a_index,
             const GArray *b_gaps,
             guint b_index)
{
  const TsChartGap *a = &g_array_index (a_gaps, TsChartGap, a_index);
  const TsChartGap *b = &g_array_index (b_gaps, TsChartGap, b_index);

  return a->begin_ns == b->begin_ns && a->end_ns == b->end_ns && a->since_ns == b->since_ns && a->n_lost == b->n_lost &&
         a->n_refused == b->n_refused && a->last_kind == b->last_kind && a->lasts == b->lasts;
}

static gboolean
is_same_step (const GArray *a_steps,
              guint a_index,
              const GArray *b_steps,
              guint b_index)
{
  const TsChartStep *a = &g_array_index (a_steps, TsChartStep, a_index);
  const TsChartStep *b = &g_array_index (b_steps, TsChartStep, b_index);

  return a->at_ns == b->at_ns && a->change_ns == b->change_ns && a->half_width_ns == b->half_width_ns &&
         a->event == b->event;
}

/* All are counted, and told in order; where there are few, all are told. */
static void
compare_marks (const GArray *told,
               guint n_told,
               const GArray *all,
               gboolean (*is_same) (const GArray *a, guint a_index, const GArray *b, guint b_index))
{
  guint n_found = 0;

  g_assert_cmpuint (n_told, ==, all->len);
  g_assert_cmpuint (told->len, >=, MIN (all->len, TS_CHART_MAX_EVENTS_PER_COLUMN));
  for (guint i = 0; i < all->len && n_found < told->len; i++)
    n_found += is_same (told, n_found, all, i);
  g_assert_cmpuint (n_found, ==, told->len);
}

static void
compare (const TsChartSeries *series,
         const TsHistory *history)
{
  gsize length = ts_history_get_length (history);
  gsize to = ts_chart_series_is_live (series) ? length
                                              : ts_chart_find_from (history, length, series->span.end_ns + 1);
  gsize from = ts_chart_find_from (history, to, series->span.begin_ns);
  g_autoptr (GArray) gaps = NULL;
  g_autoptr (GArray) steps = NULL;

  while (from > 0 && ts_history_get (history, --from)->kind != TS_ENTRY_SAMPLE)
    continue;
  while (to < length && ts_history_get (history, to++)->kind != TS_ENTRY_SAMPLE)
    continue;
  compare_entries (series, history, from, to);
  gaps = model_find_gaps (history, from, to, series->span.now_ns);
  steps = model_find_steps (history, from, to);
  compare_marks (series->gaps, series->n_gaps, gaps, is_same_gap);
  compare_marks (series->steps, series->n_steps, steps, is_same_step);
}

static void
test_against_walk (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (TsHistory) history = make_history (row);
  gint64 end_ns = BEGIN_NS + cases[row].n_entries * S / 2;
  TsChartSeries series;

  ts_chart_series_init (&series);
  for (guint i = 0; i < 60; i++)
    {
      TsChartSpan span = { .now_ns = end_ns + 3600 * S, .n_columns = g_test_rand_int_range (2, 700) };

      span.begin_ns = BEGIN_NS + g_test_rand_int_range (-1000, (int) cases[row].n_entries) * (S / 2);
      span.end_ns = span.begin_ns + g_test_rand_int_range (10, (int) cases[row].n_entries) * S / 2;
      if (i % 3 == 0)
        span.end_ns = span.now_ns;
      ts_chart_series_update (&series, history, history, &span);
      compare (&series, history);
    }
  ts_chart_series_clear (&series);
}

/* Of very many gaps in a column the first and the last are told, and all are counted. */
static void
test_too_many_gaps (void)
{
  g_autoptr (TsHistory) history = ts_history_new (2000);
  TsChartSpan span = { BEGIN_NS, BEGIN_NS + 2000 * S, BEGIN_NS + 2000 * S, 2 };
  TsChartSeries series;

  for (gint64 i = 0; i < 2000; i++)
    {
      const TsSample sample = { .exchange = { .t4_ns = BEGIN_NS + i * S } };

      if (i % 2 == 0)
        ts_history_add_sample (history, &sample, &(TsEstimate) { 0 }, TS_CLOCK_EVENT_NONE);
      else
        ts_history_add_gap (history, TS_ENTRY_LOST, BEGIN_NS + i * S);
    }
  ts_chart_series_init (&series);
  ts_chart_series_update (&series, history, history, &span);
  g_assert_cmpuint (series.n_gaps, ==, 1000);
  g_assert_cmpuint (series.gaps->len, ==, 2 * TS_CHART_MAX_EVENTS_PER_COLUMN);
  for (guint i = 0; i < series.gaps->len; i++)
    {
      const TsChartGap *gap = &g_array_index (series.gaps, TsChartGap, i);
      gint64 in_column = i % TS_CHART_MAX_EVENTS_PER_COLUMN;
      gint64 nth = in_column < TS_CHART_MAX_EVENTS_PER_COLUMN / 2
                     ? in_column : 500 - TS_CHART_MAX_EVENTS_PER_COLUMN + in_column;

      g_assert_cmpint (gap->begin_ns, ==, BEGIN_NS + (i / TS_CHART_MAX_EVENTS_PER_COLUMN * 500 + nth) * 2 * S);
      g_assert_cmpint (gap->n_lost, ==, 1);
    }
  ts_chart_series_clear (&series);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/chart-series/against-walk/", cases, test_against_walk);
  g_test_add_func ("/chart-series/too-many-gaps", test_too_many_gaps);
  return g_test_run ();
}
