/* Tests of the chart's scales, ticks and units, of what is in view, and of its words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-scale.h"
#include "chart/model/ts-chart-series.h"
#include "chart/model/ts-chart-words.h"

#include "measure/ts-time.h"
#include "words/ts-zone.h"

#include "test-samples.h"

#define US TS_NS_PER_US
#define MS TS_NS_PER_MS
#define DAY (86400 * TS_NS_PER_S)
#define S  TS_NS_PER_S

/* 2023-10-03 10:24:37 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1696328677) * S)

static const TsChartLabelWidths widths = { .clock_px = 32, .seconds_px = 50, .date_px = 60 };

static char *
join_labels (const GArray *ticks)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ticks->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", g_array_index (ticks, TsChartTick, i).label);
  return g_string_free (text, FALSE);
}

static void
test_scale (void)
{
  TsChartScale scale;

  ts_chart_scale_init (&scale, NOW_NS, NOW_NS + 10 * S, 100, 200);
  g_assert_cmpfloat (ts_chart_scale_to_px (&scale, NOW_NS), ==, 100);
  g_assert_cmpfloat_with_epsilon (ts_chart_scale_to_px (&scale, NOW_NS + 10 * S), 200, 1e-9);
  /* Near today a double would be off by up to 238 ns. */
  ts_chart_scale_init (&scale, NOW_NS + 1, NOW_NS + 3, 0, 2);
  g_assert_cmpfloat_with_epsilon (ts_chart_scale_to_px (&scale, NOW_NS + 2), 1, 1e-9);

  ts_chart_scale_init (&scale, -TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, 100, 0);
  g_assert_cmpfloat_with_epsilon (ts_chart_scale_to_px (&scale, 0), 50, 1e-6);
  g_assert_cmpfloat (ts_chart_scale_to_px (&scale, G_MAXINT64), <, 0);
}

static void
test_value_ticks (void)
{
  static const struct
  {
    gint64 min_ns;
    gint64 max_ns;
    TsUnit unit;
    double length_px;
    const char *labels;
    const char *base;
  } cases[] = {
    { -3500 * US, 18200 * US, TS_UNIT_MS, 262, "−5 0 +5 +10 +15 +20", NULL },
    { 5500 * US, 18200 * US, TS_UNIT_MS, 164, "0 +5 +10 +15 +20", NULL },
    { 9838 * US, 15022 * US, TS_UNIT_MS, 262, "+9 +10 +11 +12 +13 +14 +15 +16", NULL },
    { 9000, 16000, TS_UNIT_US, 150, "+10 +12 +14 +16", NULL },
    { -40, 35, TS_UNIT_NS, 200, "−40 −20 0 +20 +40", NULL },
    { 0, 0, TS_UNIT_NS, 100, "−5 0 +5", NULL },
    { 12500 * US, 12500 * US, TS_UNIT_MS, 100, "+12.49 +12.50 +12.51", NULL },
    { -7200 * S, 3600 * S, TS_UNIT_H, 150, "−2 −1 0 +1", NULL },
    { 30 * S - 10 * US, 30 * S + 10 * US, TS_UNIT_US, 200, "−10 −5 0 +5 +10", "+30\u2060\u2009\u2060s" },
    { -7203 * S - 105 * MS, -7203 * S - 95 * MS, TS_UNIT_MS, 100, "−5 0 +5", "−2\u2060\u2009\u2060h −3.1\u2060\u2009\u2060s" },
    { -400 * MS - 40, -400 * MS + 40, TS_UNIT_NS, 200, "−40 −20 0 +20 +40", "−400\u2060\u2009\u2060ms" },
    { -14610 * DAY + 3 * MS, -14610 * DAY + 9 * MS, TS_UNIT_MS, 100, "+5 +10", "−14\u2060\u2009\u2060610\u2060\u2009\u2060days" },
    { 2 * DAY + 498 * MS, 2 * DAY + 502 * MS, TS_UNIT_MS, 100, "−2 0 +2",
      "+2\u2060\u2009\u2060days +500\u2060\u2009\u2060ms" },
    { -2 * DAY - 3600 * S - 5, -2 * DAY - 3600 * S + 5, TS_UNIT_NS, 100, "−5 0 +5",
      "−2\u2060\u2009\u2060days 1\u2060\u2009\u2060h" },
    { 0, 20000 * MS, TS_UNIT_MS, 120, "0 +10\u2060\u2009\u2060000 +20\u2060\u2009\u2060000", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TsChartAxis axis;
      g_autoptr (GArray) ticks = NULL;
      g_autofree char *labels = NULL;
      g_autofree char *base = NULL;

      g_test_message ("case %u", i);
      ts_chart_axis_init (&axis, cases[i].min_ns, cases[i].max_ns, cases[i].unit, cases[i].length_px);
      ticks = ts_chart_axis_get_ticks (&axis, TRUE);
      labels = join_labels (ticks);
      g_assert_cmpstr (labels, ==, cases[i].labels);
      base = ts_chart_axis_get_base_text (&axis);
      g_assert_cmpstr (base, ==, cases[i].base);
    }
}

static void
test_strip_ticks (void)
{
  static const struct
  {
    gint64 max_ns;
    TsUnit unit;
    const char *labels;
  } cases[] = {
    { 10400 * US, TS_UNIT_MS, "0 10" },
    { 10 * MS, TS_UNIT_MS, "0 10" },
    { 9999 * US, TS_UNIT_MS, "0 8" },
    { 790 * US, TS_UNIT_MS, "0 0.6" },
    { 1999 * US, TS_UNIT_US, "0 1000 2000" },
    { 0, TS_UNIT_NS, "0 1" },
    { 90 * S, TS_UNIT_S, "0 80" },
    { TS_INSTANT_MAX_NS, TS_UNIT_DAYS, "0 40\u2060\u2009\u2060000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TsChartAxis axis;
      g_autoptr (GArray) ticks = NULL;
      g_autofree char *labels = NULL;

      ts_chart_axis_init_from_zero (&axis, cases[i].max_ns, cases[i].unit);
      ticks = ts_chart_axis_get_ticks (&axis, FALSE);
      labels = join_labels (ticks);
      g_assert_cmpstr (labels, ==, cases[i].labels);
    }
}

static gint64
random_offset_ns (void)
{
  gint64 magnitude_ns = (gint64) (guint32) g_test_rand_int () << g_test_rand_int_range (0, 31);

  magnitude_ns >>= g_test_rand_int_range (0, 40);
  magnitude_ns = MIN (magnitude_ns, TS_INSTANT_MAX_NS);
  return g_test_rand_bit () ? magnitude_ns : -magnitude_ns;
}

static void
check_axis (const TsChartAxis *axis,
            const GArray *ticks,
            double length_px)
{
  g_assert_cmpint (axis->min_ns, <, axis->max_ns);
  g_assert_cmpuint (ticks->len, >=, 2);
  g_assert_cmpuint (ticks->len, <=, (guint) MAX (length_px / 40, 2) + 3);
  for (guint i = 0; i < ticks->len; i++)
    {
      const TsChartTick *tick = &g_array_index (ticks, TsChartTick, i);

      g_assert_cmpint (tick->value_ns, >=, axis->min_ns);
      g_assert_cmpint (tick->value_ns, <=, axis->max_ns);
      if (i == 0)
        continue;
      g_assert_cmpint (tick->value_ns - tick[-1].value_ns, ==, axis->step_ns);
      for (guint j = 0; j < i; j++)
        g_assert_cmpstr (tick->label, !=, g_array_index (ticks, TsChartTick, j).label);
    }
}

static void
test_value_ticks_random (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      gint64 a_ns = random_offset_ns (), b_ns = g_test_rand_int_range (0, 4) > 0 ? random_offset_ns () : a_ns;
      double length_px = g_test_rand_double_range (20, 1200);
      TsUnit unit = ts_chart_unit_for (MIN (a_ns, b_ns), MAX (a_ns, b_ns));
      TsChartAxis axis;
      g_autoptr (GArray) ticks = NULL;

      ts_chart_axis_init (&axis, MIN (a_ns, b_ns), MAX (a_ns, b_ns), unit, length_px);
      ticks = ts_chart_axis_get_ticks (&axis, TRUE);
      check_axis (&axis, ticks, length_px);
      if (ABS (a_ns) < 4000000000000000000 && ABS (b_ns) < 4000000000000000000)
        {
          g_assert_cmpint (axis.min_ns, <=, MIN (a_ns, b_ns));
          g_assert_cmpint (axis.max_ns, >=, MAX (a_ns, b_ns));
        }
    }
}

static void
test_unit (void)
{
  TsChartUnit unit = { 0 };

  g_assert_cmpint (ts_chart_unit_for (9 * MS, 15 * MS), ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_unit_for (-900 * US, 15 * US), ==, TS_UNIT_US);
  g_assert_cmpint (ts_chart_unit_for (30 * S - 10 * US, 30 * S + 10 * US), ==, TS_UNIT_US);
  g_assert_cmpint (ts_chart_unit_for (7200 * S, 7203 * S), ==, TS_UNIT_S);
  g_assert_cmpint (ts_chart_unit_for (0, 0), ==, TS_UNIT_NS);

  g_assert_cmpint (ts_chart_unit_update (&unit, TS_UNIT_MS), ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_unit_update (&unit, TS_UNIT_S), ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_unit_update (&unit, TS_UNIT_S), ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_unit_update (&unit, TS_UNIT_MS), ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_unit_update (&unit, TS_UNIT_S), ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_unit_update (&unit, TS_UNIT_US), ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_unit_update (&unit, TS_UNIT_S), ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_unit_update (&unit, TS_UNIT_S), ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_unit_update (&unit, TS_UNIT_S), ==, TS_UNIT_S);
}

static void
test_time_ticks (void)
{
  static const struct
  {
    const char *name;
    gint64 begin_s;
    gint64 length_s;
    double width_px;
    const char *labels;
  } cases[] = {
    { "mock, wide", 1696328073, 604, 787, "10:16 10:18 10:20 10:22 10:24" },
    { "mock, narrow", 1696328073, 604, 291, "10:16 10:18 10:20 10:22 10:24" },
    { "narrower", 1696328073, 604, 270, "10:15 10:20" },
    { "ten seconds", 1696328667, 10, 400, "10:24:28 10:24:30 10:24:32 10:24:34 10:24:36" },
    { "one minute", 1696328617, 60, 300, "10:23:45 10:24:00 10:24:15 10:24:30" },
    { "a day", 1696300000, 86400, 600, "06:00 12:00 18:00 4 Oct" },
    { "two months", 1696328677, 60 * 86400, 520, "10 Oct 20 Oct 30 Oct 9 Nov 19 Nov 29 Nov" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) ticks = NULL;
      g_autofree char *labels = NULL;

      g_test_message ("%s", cases[i].name);
      ticks = ts_chart_get_time_ticks (cases[i].begin_s * S, (cases[i].begin_s + cases[i].length_s) * S,
                                       cases[i].width_px, &widths);
      labels = join_labels (ticks);
      g_assert_cmpstr (labels, ==, cases[i].labels);
    }
}

/* Round times are round in the zone that they are told in: 10:15 to 10:25 UTC, an hour and 41 minutes behind. */
static void
test_time_ticks_in_zones (void)
{
  g_autoptr (GArray) local = NULL;
  g_autoptr (GArray) utc = NULL;
  g_autofree char *local_labels = NULL;
  g_autofree char *utc_labels = NULL;

  g_setenv ("TZ", "XYZ-01:41", TRUE);
  local = ts_chart_get_time_ticks (1696328073 * S, 1696328677 * S, 270, &widths);
  ts_zone_set_utc (TRUE);
  utc = ts_chart_get_time_ticks (1696328073 * S, 1696328677 * S, 270, &widths);
  ts_zone_set_utc (FALSE);
  g_setenv ("TZ", "UTC", TRUE);

  local_labels = join_labels (local);
  g_assert_cmpstr (local_labels, ==, "12:00 12:05");
  utc_labels = join_labels (utc);
  g_assert_cmpstr (utc_labels, ==, "10:15 10:20");
}

static void
test_time_ticks_random (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      gint64 begin_ns = (gint64) (guint32) g_test_rand_int () * S + g_test_rand_int_range (0, 1000000000);
      gint64 length_ns = 10 * S + (((gint64) (guint32) g_test_rand_int () << 30) >> g_test_rand_int_range (0, 30));
      double width_px = g_test_rand_double_range (150, 2500);
      g_autoptr (GArray) ticks = ts_chart_get_time_ticks (begin_ns, begin_ns + length_ns, width_px, &widths);
      double px_per_ns = width_px / (double) length_ns;

      for (guint j = 0; j < ticks->len; j++)
        {
          const TsChartTick *tick = &g_array_index (ticks, TsChartTick, j);

          g_assert_cmpint (tick->value_ns, >=, begin_ns);
          g_assert_cmpint (tick->value_ns, <=, begin_ns + length_ns);
          if (j == 0)
            continue;
          g_assert_cmpfloat ((double) (tick->value_ns - tick[-1].value_ns) * px_per_ns, >=, 32 + 24 - 1e-6);
          g_assert_cmpstr (tick->label, !=, tick[-1].label);
          if (j > 1)
            g_assert_cmpint (tick->value_ns - tick[-1].value_ns, ==, tick[-1].value_ns - tick[-2].value_ns);
        }
      g_assert_cmpuint (ticks->len, <=, 1 + (guint) (width_px / (32 + 24)));
    }
}

/* All of the history is in view. */
static void
update_all (TsChartSeries *series,
            const TsHistory *history,
            gint64 now_ns)
{
  gsize length = history != NULL ? ts_history_get_length (history) : 0;
  TsChartView view;
  TsChartSpan span;

  ts_chart_view_init (&view);
  ts_chart_view_set_range (&view, TS_CHART_RANGE_ALL);
  if (length > 0)
    ts_chart_view_set_limits (&view, ts_history_get (history, 0)->at_ns,
                              MAX (now_ns, ts_history_get (history, length - 1)->at_ns));
  else
    ts_chart_view_set_limits (&view, now_ns, now_ns);
  span = ts_chart_view_get_span (&view, 1000);
  ts_chart_series_update (series, history, history, &span);
}

static void
test_gaps_and_steps (void)
{
  g_autoptr (TsHistory) history = ts_history_new (100);
  TsChartSeries series;
  const TsChartGap *gaps;

  ts_chart_series_init (&series);
  ts_history_add_gap (history, TS_ENTRY_REFUSED, NOW_NS);
  add_sample (history, NOW_NS + 5 * S, 3 * MS, 2 * MS);
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + 10 * S);
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + 15 * S);
  ts_history_add_gap (history, TS_ENTRY_PAUSED, NOW_NS + 16 * S);
  add_sample (history, NOW_NS + 60 * S, 5 * MS, 2 * MS);
  add_sample (history, NOW_NS + 65 * S, 14 * MS, 3 * MS);
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + 70 * S);
  ts_history_add_gap (history, TS_ENTRY_REFUSED, NOW_NS + 75 * S);
  ts_history_add_gap (history, TS_ENTRY_REFUSED, NOW_NS + 80 * S);
  update_all (&series, history, NOW_NS + 90 * S);

  g_assert_cmpuint (series.n_samples, ==, 3);
  g_assert_cmpuint (series.gaps->len, ==, 4);
  gaps = (const TsChartGap *) series.gaps->data;
  g_assert_cmpint (gaps[0].begin_ns, ==, NOW_NS);
  g_assert_cmpint (gaps[0].end_ns, ==, NOW_NS + 5 * S);
  g_assert_cmpint (gaps[1].begin_ns, ==, NOW_NS + 5 * S);
  g_assert_cmpint (gaps[1].end_ns, ==, NOW_NS + 16 * S);
  g_assert_cmpuint (gaps[1].n_lost, ==, 2);
  g_assert_cmpint (gaps[2].end_ns, ==, NOW_NS + 60 * S);
  g_assert_false (gaps[2].lasts);
  g_assert_true (gaps[3].lasts);
  g_assert_cmpint (gaps[3].begin_ns, ==, NOW_NS + 65 * S);
  g_assert_cmpint (gaps[3].end_ns, ==, NOW_NS + 90 * S);
  g_assert_cmpint (gaps[3].since_ns, ==, NOW_NS + 75 * S);

  g_assert_cmpuint (series.steps->len, ==, 1);
  g_assert_cmpint (g_array_index (series.steps, TsChartStep, 0).change_ns, ==, 9 * MS);
  g_assert_cmpint (g_array_index (series.steps, TsChartStep, 0).at_ns, ==, NOW_NS + 62 * S + 500 * MS);
  g_assert_false (ts_chart_series_is_joined (&series, 5));
  g_assert_false (ts_chart_series_is_joined (&series, 6));
  ts_chart_series_clear (&series);
}

static void
test_ranges (void)
{
  g_autoptr (TsHistory) history = ts_history_new (700);
  TsChartSeries series;

  ts_chart_series_init (&series);
  update_all (&series, NULL, NOW_NS);
  g_assert_cmpuint (series.n_samples, ==, 0);

  for (guint i = 0; i < 100; i++)
    add_sample (history, NOW_NS + i * S, 3 * MS, 2 * MS);
  /* Late: wide, far off. Mistaken: narrow, far off. Neither is the newest for long. */
  add_sample (history, NOW_NS + 100 * S, -2 * S, 2 * S);
  update_all (&series, history, NOW_NS + 100 * S);
  g_assert_cmpint (series.min_ns, ==, 1 * MS);
  g_assert_cmpint (series.max_ns, ==, 5 * MS);
  g_assert_cmpint (series.max_delay_ns, ==, 4 * MS);
  add_sample (history, NOW_NS + 101 * S, 3600 * S, 2 * MS);
  add_sample (history, NOW_NS + 102 * S, 3 * MS, 2 * MS);
  add_sample (history, NOW_NS + 103 * S, 3 * MS, 2 * MS);
  update_all (&series, history, NOW_NS + 103 * S);
  g_assert_cmpint (series.max_ns, ==, 5 * MS);

  /* A step is in view from its first sample on, with all that came after it. */
  add_sample (history, NOW_NS + 104 * S, 900 * MS, 3 * MS);
  add_sample (history, NOW_NS + 105 * S, 900 * MS, 2 * MS);
  update_all (&series, history, NOW_NS + 105 * S);
  g_assert_cmpint (series.min_ns, ==, 1 * MS);
  g_assert_cmpint (series.max_ns, ==, 903 * MS);

  /* A path that became slow is in view once three samples say so. */
  for (guint i = 0; i < 3; i++)
    add_sample (history, NOW_NS + (106 + i) * S, 900 * MS, 400 * MS);
  update_all (&series, history, NOW_NS + 108 * S);
  g_assert_cmpint (series.max_ns, ==, 1300 * MS);
  g_assert_cmpint (series.max_delay_ns, ==, 800 * MS);

  for (guint i = 0; i < 600; i++)
    add_sample (history, NOW_NS + (109 + i) * S, -TS_INSTANT_MAX_NS, 0);
  ts_chart_series_update (&series, history, history,
                          &(TsChartSpan) { NOW_NS + 110 * S, NOW_NS + 708 * S, NOW_NS + 708 * S, 600 });
  g_assert_cmpuint (series.n_samples, ==, 600);
  g_assert_cmpint (series.min_ns, ==, series.max_ns);
  ts_chart_series_clear (&series);
}

/* What slow exchanges prove does not set the range if the band is known better. */
static void
test_ranges_of_band (void)
{
  g_autoptr (TsHistory) history = ts_history_new (700);
  TsChartSeries series;

  for (guint i = 0; i < 100; i++)
    {
      /* Every third is slow; the first two know no better. */
      gint64 half_width_ns = i % 3 == 0 ? 60 * MS : 5 * MS, band_ns = i < 2 ? 60 * MS : 4 * MS;
      const TsSample sample = {
        .exchange = { .t4_ns = NOW_NS + i * S }, .offset_ns = 12 * MS, .delay_ns = 2 * half_width_ns,
        .proven_min_ns = 12 * MS - half_width_ns, .proven_max_ns = 12 * MS + half_width_ns,
      };
      const TsEstimate estimate = {
        .estimate_ns = 12 * MS, .proven_min_ns = 12 * MS - band_ns, .proven_max_ns = 12 * MS + band_ns,
      };

      ts_history_add_sample (history, &sample, &estimate, TS_CLOCK_EVENT_NONE);
    }
  ts_chart_series_init (&series);
  update_all (&series, history, NOW_NS + 99 * S);
  g_assert_cmpint (series.min_ns, ==, 6 * MS);
  g_assert_cmpint (series.max_ns, ==, 18 * MS);
  g_assert_cmpint (series.max_delay_ns, ==, 120 * MS);
  ts_chart_series_clear (&series);
}

static void
test_ranges_random (void)
{
  for (guint i = 0; i < 300; i++)
    {
      g_autoptr (TsHistory) history = ts_history_new (700);
      guint n = (guint) g_test_rand_int_range (1, 650);
      TsChartSeries series;

      ts_chart_series_init (&series);
      for (guint j = 0; j < n; j++)
        {
          gint64 width_ns = random_offset_ns () / 4;

          add_sample (history, NOW_NS + j * S, random_offset_ns () / 2, ABS (width_ns) / 2);
        }
      update_all (&series, history, NOW_NS + n * S);
      g_assert_cmpint (series.min_ns, <=, series.max_ns);
      g_assert_cmpint (series.max_delay_ns, >=, 0);
      ts_chart_series_clear (&series);
    }
}

static void
test_words (void)
{
  g_autoptr (TsHistory) history = ts_history_new (100);
  TsChartSeries series;
  TsChartAxis axis;
  g_autofree char *empty = NULL;
  g_autofree char *lost = NULL;
  g_autofree char *refused = NULL;
  g_autofree char *title = NULL;

  ts_chart_series_init (&series);
  update_all (&series, history, NOW_NS);
  empty = ts_chart_describe (&series);
  g_assert_cmpstr (empty, ==, "no samples yet");

  add_sample (history, NOW_NS - 20 * S, 12 * MS, 3 * MS);
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS - 10 * S);
  add_sample (history, NOW_NS, 12500 * US, 3 * MS);
  update_all (&series, history, NOW_NS);
  lost = ts_chart_describe (&series);
  g_assert_cmpstr (lost, ==, "2 samples from 10:24:17 to 10:24:37; offset now +12.5\u2060\u2009\u2060ms; "
                   "1 gap: 1 lost at 10:24:27");

  ts_history_add_gap (history, TS_ENTRY_REFUSED, NOW_NS + 5 * S);
  ts_history_add_gap (history, TS_ENTRY_REFUSED, NOW_NS + 9 * S);
  update_all (&series, history, NOW_NS + 20 * S);
  refused = ts_chart_describe (&series);
  g_assert_cmpstr (refused, ==,
                   "2 samples from 10:24:17 to 10:24:37; last offset +12.5\u2060\u2009\u2060ms; "
                   "2 gaps: 1 lost at 10:24:27, Refused since 10:24:42");

  ts_chart_axis_init (&axis, series.min_ns, series.max_ns, TS_UNIT_MS, 200);
  title = ts_chart_format_title (&axis, FALSE, FALSE);
  g_assert_cmpstr (title, ==, "Offset, ms (above 0 the server is ahead)");
  ts_chart_series_clear (&series);
}

/* The last few steps and gaps are told one by one, each with its time. */
static void
test_events_in_words (void)
{
  g_autoptr (TsHistory) history = ts_history_new (100);
  g_autofree char *one = NULL;
  g_autofree char *many = NULL;
  TsChartSeries series;

  ts_chart_series_init (&series);
  add_sample (history, NOW_NS, 5 * MS, 2 * MS);
  add_sample (history, NOW_NS + 4 * S, 14 * MS, 2 * MS);
  update_all (&series, history, NOW_NS + 4 * S);
  one = ts_chart_describe (&series);
  g_assert_nonnull (strstr (one, "; 1 step: +9.0\u2060\u2009\u2060ms at 10:24:39 (server’s clock set forward)"));

  for (guint i = 1; i <= 3; i++)
    {
      add_sample (history, NOW_NS + (10 * i) * S, (i % 2 == 1 ? 5 : 14) * MS, 2 * MS);
      ts_history_add_gap (history, i == 2 ? TS_ENTRY_REFUSED : TS_ENTRY_LOST, NOW_NS + (10 * i + 4) * S);
    }
  add_sample (history, NOW_NS + 40 * S, 5 * MS, 2 * MS);
  update_all (&series, history, NOW_NS + 40 * S);
  many = ts_chart_describe (&series);
  g_assert_cmpstr (strstr (many, "; 4 steps"), ==,
                   "; 4 steps, at last: \u22129.0\u2060\u2009\u2060ms at 10:24:44 (server’s clock set back), "
                   "+9.0\u2060\u2009\u2060ms at 10:24:52 (server’s clock set forward), "
                   "\u22129.0\u2060\u2009\u2060ms at 10:25:02 (server’s clock set back); "
                   "3 gaps: 1 lost at 10:24:51, 1 refused at 10:25:01, 1 lost at 10:25:11");
  ts_chart_series_clear (&series);
}

/* A sleep is a gap between two samples, and one of its own where nothing was asked in it. */
static void
test_sleeps (void)
{
  g_autoptr (TsHistory) history = ts_history_new (100);
  TsChartSeries series;
  const TsChartGap *gaps;

  ts_chart_series_init (&series);
  add_sample (history, NOW_NS, 12 * MS, 3 * MS);
  add_sample_after (history, NOW_NS + 100 * S, 12 * MS, 3 * MS, TS_CLOCK_EVENT_SUSPEND);
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + 110 * S);
  add_sample_after (history, NOW_NS + 200 * S, 12 * MS, 3 * MS, TS_CLOCK_EVENT_SUSPEND);
  ts_history_add_gap (history, TS_ENTRY_LOST, NOW_NS + 210 * S);
  add_sample (history, NOW_NS + 220 * S, 12 * MS, 3 * MS);
  update_all (&series, history, NOW_NS + 220 * S);

  g_assert_cmpuint (series.gaps->len, ==, 3);
  g_assert_cmpuint (series.steps->len, ==, 0);
  gaps = (const TsChartGap *) series.gaps->data;
  g_assert_cmpint (gaps[0].begin_ns, ==, NOW_NS);
  g_assert_cmpint (gaps[0].end_ns, ==, NOW_NS + 100 * S);
  g_assert_true (gaps[0].has_slept && !gaps[0].lasts && gaps[0].n_lost == 0);
  g_assert_cmpint (gaps[1].begin_ns, ==, NOW_NS + 100 * S);
  g_assert_cmpint (gaps[1].end_ns, ==, NOW_NS + 200 * S);
  g_assert_true (gaps[1].has_slept && gaps[1].n_lost == 1);
  g_assert_cmpint (gaps[2].begin_ns, ==, NOW_NS + 200 * S);
  g_assert_true (!gaps[2].has_slept && gaps[2].n_lost == 1);
  ts_chart_series_clear (&series);
}

static void
test_step_words (void)
{
  static const struct
  {
    gint64 change_ns;
    TsClockEvent event;
    TsChartDetail detail;
    const char *words;
  } cases[] = {
    { 8200 * US, TS_CLOCK_EVENT_STEP_REMOTE, TS_CHART_DETAIL_FULL,
      "Step, +8.20\u2060\u2009\u2060ms\nserver’s clock set forward" },
    { -8200 * US, TS_CLOCK_EVENT_STEP_REMOTE, TS_CHART_DETAIL_FULL,
      "Step, \u22128.20\u2060\u2009\u2060ms\nserver’s clock set back" },
    { 8200 * US, TS_CLOCK_EVENT_STEP_LOCAL, TS_CHART_DETAIL_FULL,
      "Step, +8.20\u2060\u2009\u2060ms\nthis computer’s clock set back" },
    { -8200 * US, TS_CLOCK_EVENT_STEP_LOCAL, TS_CHART_DETAIL_FULL,
      "Step, \u22128.20\u2060\u2009\u2060ms\nthis computer’s clock set forward" },
    { 8200 * US, TS_CLOCK_EVENT_STEP_REMOTE, TS_CHART_DETAIL_WHOSE, "Step, +8.20\u2060\u2009\u2060ms\nserver’s clock" },
    { 8200 * US, TS_CLOCK_EVENT_STEP_LOCAL, TS_CHART_DETAIL_WHOSE, "Step, +8.20\u2060\u2009\u2060ms\nthis computer’s" },
    { 8200 * US, TS_CLOCK_EVENT_STEP_LOCAL, TS_CHART_DETAIL_SIZE, "Step, +8.20\u2060\u2009\u2060ms" },
    { 30 * MS, TS_CLOCK_EVENT_STEP_PROBABLE, TS_CHART_DETAIL_FULL, "Probably set, +30.00\u2060\u2009\u2060ms" },
    { -30 * MS, TS_CLOCK_EVENT_STEP_PROBABLE, TS_CHART_DETAIL_SIZE, "Probably set, \u221230.00\u2060\u2009\u2060ms" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TsChartStep step = { NOW_NS, cases[i].change_ns, 120 * US, cases[i].event };
      g_autofree char *words = ts_chart_format_step (&step, cases[i].detail);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static TsChartSpan
get_span (gint64 now_ns)
{
  TsChartView view;

  ts_chart_view_init (&view);
  ts_chart_view_set_limits (&view, now_ns - 1000 * S, now_ns);
  return ts_chart_view_get_span (&view, 1000);
}

/* The axes take in the lines of overlays, and not what these prove; alone they have what is certain. */
static void
test_overlays (void)
{
  g_autoptr (TsHistory) chosen_history = ts_history_new (100);
  g_autoptr (TsHistory) near = ts_history_new (100);
  g_autoptr (TsHistory) far = ts_history_new (100);
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();
  g_autofree char *words = NULL;
  TsChartSpan span = get_span (NOW_NS);
  TsChartSeries chosen;
  TsChartExtent extent;
  gint64 oldest_ns = NOW_NS, newest_ns = NOW_NS;

  ts_chart_series_init (&chosen);
  ts_chart_series_update (&chosen, chosen_history, chosen_history, &span);
  extent = ts_chart_overlays_get_extent (overlays, &chosen);
  g_assert_false (extent.is_known);
  g_assert_null (ts_chart_describe_overlays (overlays));

  ts_chart_overlays_add (overlays, near, "near", 0);
  ts_chart_overlays_add (overlays, far, "far", 1);
  add_sample (near, NOW_NS - 30 * S, -2 * MS, 100 * US);
  add_sample (near, NOW_NS - 10 * S, -3 * MS, 200 * US);
  ts_chart_overlays_update (overlays, &span);
  extent = ts_chart_overlays_get_extent (overlays, &chosen);
  g_assert_true (extent.is_known);
  g_assert_cmpint (extent.min_ns, ==, -3200 * US);
  g_assert_cmpint (extent.max_ns, ==, -2 * MS);
  g_assert_cmpint (extent.max_delay_ns, ==, 400 * US);

  add_sample (chosen_history, NOW_NS, 12 * MS, 3 * MS);
  add_sample (far, NOW_NS - 700 * S, 900 * MS, MS);
  add_sample (far, NOW_NS - 20 * S, 20 * MS, 11 * MS);
  ts_chart_series_update (&chosen, chosen_history, chosen_history, &span);
  ts_chart_overlays_update (overlays, &span);
  extent = ts_chart_overlays_get_extent (overlays, &chosen);
  g_assert_cmpint (extent.min_ns, ==, -3 * MS);
  g_assert_cmpint (extent.max_delay_ns, ==, 22 * MS);
  g_assert_cmpuint (ts_chart_overlays_count_entries (overlays), ==, 4);
  ts_chart_overlays_get_limits (overlays, chosen_history, &oldest_ns, &newest_ns);
  g_assert_cmpint (oldest_ns, ==, NOW_NS - 700 * S);
  g_assert_cmpint (newest_ns, ==, NOW_NS);

  words = ts_chart_describe_overlays (overlays);
  g_assert_cmpstr (words, ==, "near: \u22123.00\u2060\u2009\u2060ms; far: +20\u2060\u2009\u2060ms");
  ts_chart_series_clear (&chosen);
}

int
main (int argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chart-scale/scale", test_scale);
  g_test_add_func ("/chart-scale/value-ticks", test_value_ticks);
  g_test_add_func ("/chart-scale/value-ticks-random", test_value_ticks_random);
  g_test_add_func ("/chart-scale/strip-ticks", test_strip_ticks);
  g_test_add_func ("/chart-scale/unit", test_unit);
  g_test_add_func ("/chart-scale/time-ticks", test_time_ticks);
  g_test_add_func ("/chart-scale/time-ticks-in-zones", test_time_ticks_in_zones);
  g_test_add_func ("/chart-scale/time-ticks-random", test_time_ticks_random);
  g_test_add_func ("/chart-series/gaps-and-steps", test_gaps_and_steps);
  g_test_add_func ("/chart-series/ranges", test_ranges);
  g_test_add_func ("/chart-series/ranges-of-band", test_ranges_of_band);
  g_test_add_func ("/chart-series/ranges-random", test_ranges_random);
  g_test_add_func ("/chart-series/sleeps", test_sleeps);
  g_test_add_func ("/chart-words/words", test_words);
  g_test_add_func ("/chart-words/events", test_events_in_words);
  g_test_add_func ("/chart-words/steps", test_step_words);
  g_test_add_func ("/chart-overlays/overlays", test_overlays);
  return g_test_run ();
}
