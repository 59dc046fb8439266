/* Tests of what the chart shows of a history: follow, zoom, pan, what is kept of many entries, the cursor's way.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-view.h"

#include "chart/model/ts-chart-cursor.h"
#include "chart/model/ts-chart-series.h"
#include "chart/model/ts-chart-thinning.h"
#include "measure/ts-time.h"

#include "test-samples.h"

#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

/* 2023-10-03 10:24:37 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1696328677) * S)

#define N_COLUMNS 700

static gint64
get_length_ns (const TsChartView *view)
{
  TsChartSpan span = ts_chart_view_get_span (view, N_COLUMNS);

  return span.end_ns - span.begin_ns;
}

/* To 1 % and a column. */
static void
assert_near (gint64 a_ns,
             gint64 b_ns,
             gint64 length_ns)
{
  g_assert_cmpint (ABS (a_ns - b_ns), <=, length_ns / 80);
}

static void
test_follow (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      gint64 length_ns = (((gint64) (guint32) g_test_rand_int () << 25) >> g_test_rand_int_range (0, 50));
      int width_px = g_test_rand_int_range (150, 2500);
      TsChartView view;
      TsChartSpan span, next;
      gint64 column_ns;

      ts_chart_view_init (&view);
      ts_chart_view_set_range (&view, TS_CHART_RANGE_ALL);
      ts_chart_view_set_limits (&view, NOW_NS - length_ns, NOW_NS);
      span = ts_chart_view_get_span (&view, width_px);
      column_ns = (span.end_ns - span.begin_ns) / width_px;
      g_assert_cmpint (span.begin_ns, <=, NOW_NS - length_ns);
      g_assert_cmpint (span.end_ns, >=, NOW_NS);
      g_assert_cmpint (span.end_ns - NOW_NS, <, column_ns);
      g_assert_cmpint (span.end_ns - span.begin_ns, >=, 10 * S);
      g_assert_cmpint (span.end_ns - span.begin_ns, <=, MAX (length_ns, 10 * S) / 80 * 82);

      /* The same length a little later: whole columns further on. */
      ts_chart_view_set_limits (&view, NOW_NS - length_ns + S, NOW_NS + S);
      next = ts_chart_view_get_span (&view, width_px);
      g_assert_cmpint (next.end_ns - next.begin_ns, ==, span.end_ns - span.begin_ns);
      g_assert_cmpint ((next.end_ns - span.end_ns) % column_ns, ==, 0);
    }
}

static void
test_ranges (void)
{
  static const struct
  {
    TsChartRange range;
    gint64 length_ns;
  } cases[] = {
    { TS_CHART_RANGE_MINUTE, 60 * S },
    { TS_CHART_RANGE_TEN_MINUTES, 600 * S },
    { TS_CHART_RANGE_HOUR, 3600 * S },
    { TS_CHART_RANGE_DAY, 7200 * S },
    { TS_CHART_RANGE_ALL, 7200 * S },
  };
  TsChartView view;

  ts_chart_view_init (&view);
  g_assert_cmpint (ts_chart_view_get_range (&view), ==, TS_CHART_RANGE_TEN_MINUTES);
  g_assert_true (view.follows);
  ts_chart_view_set_limits (&view, NOW_NS - 7200 * S, NOW_NS);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ts_chart_view_set_range (&view, cases[i].range);
      g_assert_cmpint (ts_chart_view_get_range (&view), ==, cases[i].range);
      g_assert_true (view.follows);
      assert_near (get_length_ns (&view), cases[i].length_ns, cases[i].length_ns);
      assert_near (ts_chart_view_get_span (&view, N_COLUMNS).end_ns, NOW_NS, cases[i].length_ns);
    }

  /* A young history fills the chart, and does not huddle at its right end. */
  ts_chart_view_set_range (&view, TS_CHART_RANGE_HOUR);
  ts_chart_view_set_limits (&view, NOW_NS - 40 * S, NOW_NS);
  assert_near (get_length_ns (&view), 40 * S, 40 * S);
  ts_chart_view_set_limits (&view, NOW_NS, NOW_NS);
  assert_near (get_length_ns (&view), 10 * S, 10 * S);
}

static void
test_range_keeps_the_centre (void)
{
  TsChartView view;

  ts_chart_view_init (&view);
  ts_chart_view_set_limits (&view, NOW_NS - 7200 * S, NOW_NS);
  ts_chart_view_pan (&view, -3600 * S);
  g_assert_false (view.follows);
  ts_chart_view_set_range (&view, TS_CHART_RANGE_MINUTE);
  g_assert_cmpint (ts_chart_view_get_end (&view), ==, NOW_NS - 3600 * S - 270 * S);
  ts_chart_view_set_range (&view, TS_CHART_RANGE_ALL);
  g_assert_true (view.follows);
}

static void
test_zoom (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      gint64 whole_ns = (gint64) g_test_rand_int_range (20, 86400) * S;
      double factor = g_test_rand_double_range (0.3, 4);
      double part = g_test_rand_double_range (0, 1);
      TsChartView view;
      TsChartSpan before, after;
      gint64 at_ns;

      ts_chart_view_init (&view);
      ts_chart_view_set_limits (&view, NOW_NS - whole_ns, NOW_NS);
      ts_chart_view_set_follows (&view, g_test_rand_bit ());
      before = ts_chart_view_get_span (&view, N_COLUMNS);
      at_ns = before.begin_ns + (gint64) (part * (double) (before.end_ns - before.begin_ns));
      /* Whole columns reach a little beyond what there is. */
      at_ns = CLAMP (at_ns, NOW_NS - whole_ns, NOW_NS);
      part = (double) (at_ns - before.begin_ns) / (double) (before.end_ns - before.begin_ns);
      ts_chart_view_zoom (&view, at_ns, factor);
      after = ts_chart_view_get_span (&view, N_COLUMNS);
      g_assert_cmpint (after.end_ns - after.begin_ns, >=, 10 * S);
      assert_near (MAX (after.end_ns - after.begin_ns, whole_ns), whole_ns, whole_ns);
      g_assert_cmpint (after.end_ns, <=, NOW_NS + (after.end_ns - after.begin_ns) / 500);
      /* What was under the pointer is still there, unless a limit is in the way. */
      if (factor > 1 && ts_chart_view_get_end (&view) < NOW_NS)
        assert_near ((gint64) ((double) (at_ns - after.begin_ns) / (double) (after.end_ns - after.begin_ns) * 1e6),
                     (gint64) (part * 1e6), 1000000);
    }
}

static void
test_zoom_follows (void)
{
  TsChartView view;

  ts_chart_view_init (&view);
  ts_chart_view_set_limits (&view, NOW_NS - 7200 * S, NOW_NS);
  ts_chart_view_zoom (&view, NOW_NS, 2);
  g_assert_true (view.follows);
  g_assert_cmpint (ts_chart_view_get_range (&view), ==, TS_CHART_RANGE_OTHER);
  assert_near (get_length_ns (&view), 300 * S, 300 * S);
  ts_chart_view_zoom (&view, NOW_NS - 100 * S, 0.5);
  g_assert_true (view.follows);
  ts_chart_view_zoom (&view, NOW_NS - 100 * S, 0.001);
  g_assert_true (view.follows);
  g_assert_cmpint (ts_chart_view_get_range (&view), ==, TS_CHART_RANGE_ALL);
  ts_chart_view_zoom (&view, NOW_NS - 3600 * S, 2);
  g_assert_false (view.follows);
  ts_chart_view_zoom (&view, NOW_NS - 3600 * S, 1e9);
  assert_near (get_length_ns (&view), 10 * S, 10 * S);
}

static void
test_pan (void)
{
  TsChartView view;

  ts_chart_view_init (&view);
  ts_chart_view_set_limits (&view, NOW_NS - 7200 * S, NOW_NS);
  ts_chart_view_pan (&view, 60 * S);
  g_assert_true (view.follows);
  ts_chart_view_pan (&view, -60 * S);
  g_assert_false (view.follows);
  g_assert_cmpint (ts_chart_view_get_end (&view), ==, NOW_NS - 60 * S);
  /* It stays where it is while time goes on. */
  ts_chart_view_set_limits (&view, NOW_NS - 7200 * S, NOW_NS + 100 * S);
  g_assert_cmpint (ts_chart_view_get_end (&view), ==, NOW_NS - 60 * S);
  ts_chart_view_show_oldest (&view);
  g_assert_cmpint (ts_chart_view_get_end (&view), ==, NOW_NS - 6600 * S);
  ts_chart_view_pan (&view, -60 * S);
  g_assert_cmpint (ts_chart_view_get_end (&view), ==, NOW_NS - 6600 * S);
  ts_chart_view_reveal (&view, NOW_NS - 3000 * S);
  g_assert_cmpint (ts_chart_view_get_end (&view), ==, NOW_NS - 2925 * S);
  ts_chart_view_reveal (&view, NOW_NS - 3000 * S);
  g_assert_cmpint (ts_chart_view_get_end (&view), ==, NOW_NS - 2925 * S);

  /* Of a history of less than ten seconds there is nothing to zoom into, */
  ts_chart_view_init (&view);
  ts_chart_view_set_limits (&view, NOW_NS - 5 * S, NOW_NS);
  ts_chart_view_zoom (&view, NOW_NS, 2);
  g_assert_true (view.follows);
  g_assert_cmpint (ts_chart_view_get_range (&view), ==, TS_CHART_RANGE_TEN_MINUTES);

  /* and of one that is in view as a whole there is nothing to pan to. */
  ts_chart_view_init (&view);
  ts_chart_view_set_limits (&view, NOW_NS - 60 * S, NOW_NS);
  ts_chart_view_pan (&view, -60 * S);
  g_assert_true (view.follows);
}

static void
fill (TsHistory *history,
      guint n)
{
  for (guint i = 0; i < n; i++)
    add_sample (history, NOW_NS + i * S, (i % 13) * MS, (14 + i % 7) * MS);
}

static void
test_view_of_series (void)
{
  g_autoptr (TsHistory) history = ts_history_new (2000);
  TsChartSpan span = { NOW_NS + 100 * S, NOW_NS + 110 * S, NOW_NS + 999 * S, N_COLUMNS };
  TsChartSeries series;

  ts_chart_series_init (&series);
  fill (history, 1000);
  ts_chart_series_update (&series, history, history, &span);
  /* Those in view, both ends included, and one on each side. */
  g_assert_cmpuint (series.n_samples, ==, 13);
  g_assert_cmpint (ts_chart_series_get (&series, 0)->at_ns, ==, NOW_NS + 99 * S);
  g_assert_cmpint (ts_chart_series_get_last (&series)->at_ns, ==, NOW_NS + 111 * S);
  g_assert_false (ts_chart_series_is_live (&series));

  /* Between two samples both are still there, for the line that leads through. */
  span.begin_ns = NOW_NS + 100 * S + 1;
  span.end_ns = NOW_NS + 101 * S - 1;
  ts_chart_series_update (&series, history, history, &span);
  g_assert_cmpuint (series.n_samples, ==, 2);
  ts_chart_series_clear (&series);
}

static void
test_gap_is_told_whole (void)
{
  g_autoptr (TsHistory) history = ts_history_new (2000);
  TsChartSpan span = { NOW_NS + 55 * S, NOW_NS + 58 * S, NOW_NS + 200 * S, N_COLUMNS };
  TsChartSeries series;
  const TsChartGap *gap;

  ts_chart_series_init (&series);
  for (guint i = 0; i < 100; i++)
    if (i < 50 || i >= 60)
      add_sample (history, NOW_NS + i * S, 12 * MS, 3 * MS);
    else
      ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + i * S);
  ts_chart_series_update (&series, history, history, &span);
  g_assert_cmpuint (series.gaps->len, ==, 1);
  gap = &g_array_index (series.gaps, TsChartGap, 0);
  g_assert_cmpuint (gap->n_lost, ==, 10);
  g_assert_cmpint (gap->begin_ns, ==, NOW_NS + 49 * S);
  g_assert_cmpint (gap->end_ns, ==, NOW_NS + 60 * S);
  ts_chart_series_clear (&series);
}

/* The clock was set back by an hour: what is newest is what follows live. */
static void
test_clock_set_back (void)
{
  g_autoptr (TsHistory) history = ts_history_new (20000);
  TsChartSpan span = { NOW_NS - 600 * S, NOW_NS, NOW_NS, N_COLUMNS };
  TsChartSeries series;

  ts_chart_series_init (&series);
  for (gint64 i = -7200; i < 3600; i++)
    add_sample (history, NOW_NS + i * S, 12 * MS, 3 * MS);
  for (gint64 i = -60; i <= 0; i++)
    add_sample (history, NOW_NS + i * S, 12 * MS, 3 * MS);
  ts_chart_series_update (&series, history, history, &span);
  g_assert_cmpint (ts_chart_series_get_last (&series)->at_ns, ==, NOW_NS);
  ts_chart_series_clear (&series);
}

static void
test_thinning (void)
{
  enum { N = 86400 };
  g_autoptr (TsHistory) history = ts_history_new (N);
  TsChartSpan span = { NOW_NS, NOW_NS + N * S, NOW_NS + N * S, N_COLUMNS };
  TsChartSeries series;
  gint64 least_ns = G_MAXINT64, greatest_ns = G_MININT64, slowest_ns = 0;

  ts_chart_series_init (&series);
  fill (history, N / 2);
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + N / 2 * S);
  for (guint i = N / 2 + 1; i < N; i++)
    add_sample (history, NOW_NS + i * S, i == 60000 ? -900 * MS : (i % 13) * MS, i == 70000 ? 990 * MS : 920 * MS);
  ts_chart_series_update (&series, history, history, &span);
  g_assert_cmpuint (series.n_samples, ==, N - 1);
  g_assert_cmpuint (series.entries->len, <, 6 * (N_COLUMNS + 2));
  g_assert_cmpuint (series.gaps->len, ==, 1);
  for (guint i = 0; i < series.entries->len; i++)
    {
      const TsHistoryEntry *entry = ts_chart_series_get (&series, i);

      if (i > 0)
        g_assert_cmpint (entry->at_ns, >, ts_chart_series_get (&series, i - 1)->at_ns);
      least_ns = MIN (least_ns, entry->proven_min_ns);
      greatest_ns = MAX (greatest_ns, entry->proven_max_ns);
      slowest_ns = MAX (slowest_ns, ts_history_entry_get_delay_ns (entry));
    }
  g_assert_cmpint (least_ns, ==, -1820 * MS);
  g_assert_cmpint (greatest_ns, >=, 990 * MS);
  g_assert_cmpint (slowest_ns, ==, 1980 * MS);
  ts_chart_series_clear (&series);
}

/* Whatever the turns, no column has more than it may. */
static void
test_thinning_random (void)
{
  for (guint round = 0; round < 200; round++)
    {
      guint n = (guint) g_test_rand_int_range (1, 3000);
      g_autoptr (TsHistory) history = ts_history_new (n);
      TsChartSeries series;
      TsChartSpan span = { NOW_NS + 100 * S, NOW_NS + n * S, NOW_NS + n * S, g_test_rand_int_range (2, 40) };

      for (guint i = 0; i < n; i++)
        if (g_test_rand_bit ())
          add_sample (history, NOW_NS + i * S, g_test_rand_int_range (0, 100) * MS, 10 * MS);
        else
          ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + i * S);
      ts_chart_series_init (&series);
      ts_chart_series_update (&series, history, history, &span);
      g_assert_cmpuint (series.entries->len, <=, TS_CHART_MAX_PER_COLUMN * (guint) (span.n_columns + 3));
      g_assert_cmpint (ts_chart_series_get (&series, series.entries->len - 1)->at_ns, ==, NOW_NS + (n - 1) * S);
      ts_chart_series_clear (&series);
    }
}

static void
test_find (void)
{
  g_autoptr (TsHistory) history = ts_history_new (100);

  g_assert_cmpuint (ts_chart_find_nearest (history, NOW_NS), ==, TS_CHART_NOWHERE);
  for (guint i = 0; i < 20; i++)
    if (i == 10 || i == 11)
      ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + i * S);
    else
      add_sample (history, NOW_NS + i * S, i < 15 ? 12 * MS : 40 * MS, 3 * MS);

  g_assert_cmpuint (ts_chart_find_nearest (history, NOW_NS - 100 * S), ==, 0);
  g_assert_cmpuint (ts_chart_find_nearest (history, NOW_NS + 4 * S + 400 * MS), ==, 4);
  g_assert_cmpuint (ts_chart_find_nearest (history, NOW_NS + 4 * S + 600 * MS), ==, 5);
  g_assert_cmpuint (ts_chart_find_nearest (history, NOW_NS + 11 * S), ==, 12);
  g_assert_cmpuint (ts_chart_find_nearest (history, NOW_NS + 100 * S), ==, 19);

  g_assert_cmpuint (ts_chart_find_next_sample (history, 9, 1), ==, 12);
  g_assert_cmpuint (ts_chart_find_next_sample (history, 12, -1), ==, 9);
  g_assert_cmpuint (ts_chart_find_next_sample (history, 0, -1), ==, TS_CHART_NOWHERE);
  g_assert_cmpuint (ts_chart_find_next_sample (history, 19, 1), ==, TS_CHART_NOWHERE);
  g_assert_cmpuint (ts_chart_find_next_event (history, 0, 1), ==, 10);
  g_assert_cmpuint (ts_chart_find_next_event (history, 10, 1), ==, 15);
  g_assert_cmpuint (ts_chart_find_next_event (history, 15, 1), ==, TS_CHART_NOWHERE);
  g_assert_cmpuint (ts_chart_find_next_event (history, 15, -1), ==, 10);

  add_sample_after (history, NOW_NS + 900 * S, 40 * MS, 3 * MS, TS_CLOCK_EVENT_SUSPEND);
  g_assert_cmpuint (ts_chart_find_next_event (history, 15, 1), ==, 20);
}

static void
test_cursor (void)
{
  g_autoptr (TsHistory) history = ts_history_new (100);
  const TsChartSpan span = { .begin_ns = NOW_NS, .end_ns = NOW_NS + 8 * S, .now_ns = NOW_NS + 9 * S, .n_columns = 8 };
  TsChartCursor cursor = { 0 };

  g_assert_cmpuint (ts_chart_cursor_find_next (&cursor, NULL, 1, FALSE, NOW_NS), ==, TS_CHART_NOWHERE);
  for (guint i = 0; i < 10; i++)
    if (i == 5)
      ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + i * S);
    else
      add_sample (history, NOW_NS + i * S, 12 * MS, 3 * MS);

  /* Without a cursor the newest sample in view comes first, whatever the direction. */
  g_assert_cmpuint (ts_chart_cursor_find (&cursor, history), ==, TS_CHART_NOWHERE);
  g_assert_cmpuint (ts_chart_cursor_find_next (&cursor, history, -1, FALSE, span.end_ns), ==, 8);
  g_assert_cmpuint (ts_chart_cursor_find_next (&cursor, history, -1, TRUE, span.end_ns), ==, 5);

  ts_chart_cursor_put (&cursor, NOW_NS + 4 * S, FALSE);
  g_assert_cmpuint (ts_chart_cursor_find (&cursor, history), ==, 4);
  g_assert_cmpuint (ts_chart_cursor_find_next (&cursor, history, 1, FALSE, span.end_ns), ==, 6);
  g_assert_cmpuint (ts_chart_cursor_find_next (&cursor, history, 1, TRUE, span.end_ns), ==, 5);

  /* Keys put it there, so it does not follow a pointer; then it does. */
  ts_chart_cursor_follow_pointer (&cursor, history, &span);
  g_assert_cmpuint (ts_chart_cursor_find (&cursor, history), ==, 4);
  ts_chart_cursor_point_at (&cursor, 0.75);
  ts_chart_cursor_follow_pointer (&cursor, history, &span);
  g_assert_cmpuint (ts_chart_cursor_find (&cursor, history), ==, 6);

  ts_chart_cursor_take_away (&cursor);
  ts_chart_cursor_follow_pointer (&cursor, history, &span);
  g_assert_cmpuint (ts_chart_cursor_find (&cursor, history), ==, TS_CHART_NOWHERE);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chart-view/follow", test_follow);
  g_test_add_func ("/chart-view/ranges", test_ranges);
  g_test_add_func ("/chart-view/range-keeps-the-centre", test_range_keeps_the_centre);
  g_test_add_func ("/chart-view/zoom", test_zoom);
  g_test_add_func ("/chart-view/zoom-follows", test_zoom_follows);
  g_test_add_func ("/chart-view/pan", test_pan);
  g_test_add_func ("/chart-series/view", test_view_of_series);
  g_test_add_func ("/chart-series/gap-is-told-whole", test_gap_is_told_whole);
  g_test_add_func ("/chart-series/clock-set-back", test_clock_set_back);
  g_test_add_func ("/chart-thinning/day", test_thinning);
  g_test_add_func ("/chart-thinning/random", test_thinning_random);
  g_test_add_func ("/chart-view/cursor", test_cursor);
  g_test_add_func ("/chart-view/find", test_find);
  return g_test_run ();
}
