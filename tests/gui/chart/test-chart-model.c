/* ts-chart-model: what is in view, how it is moved, and the cursor; without a display.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-model.h"

#include <math.h>

#include "measure/ts-time.h"

#include "test-samples.h"

#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

/* 2023-10-03 10:24:37 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1696328677) * S)

typedef struct
{
  TsChartModel *model;
  TsHistory *history;
  TsHistory *other;
  guint n_data;
  guint n_view;
  guint n_gradual;
  guint n_cursor;
  guint n_chosen;
  guint n_range;
  guint n_follows;
  gint64 activated_ns;
} Fixture;

static void
view_changed (Fixture *fixture,
              gboolean is_gradual)
{
  fixture->n_view++;
  fixture->n_gradual += is_gradual;
}

static void
data_changed (Fixture *fixture)
{
  fixture->n_data++;
}

static void
cursor_changed (Fixture *fixture)
{
  fixture->n_cursor++;
}

static void
chosen_changed (Fixture *fixture)
{
  fixture->n_chosen++;
}

static void
range_changed (Fixture *fixture)
{
  fixture->n_range++;
}

static void
follows_changed (Fixture *fixture)
{
  fixture->n_follows++;
}

static void
exchange_activated (Fixture *fixture,
                    gint64 at_ns)
{
  fixture->activated_ns = at_ns;
}

static void
forget_signals (Fixture *fixture)
{
  fixture->n_data = fixture->n_view = fixture->n_gradual = fixture->n_cursor = fixture->n_chosen = 0;
  fixture->n_range = fixture->n_follows = 0;
}

/* Half an hour, a sample a second; ten losses that end 3 minutes before the end, a step 2 minutes before it. */
static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  *fixture = (Fixture) { .model = ts_chart_model_new (), .history = ts_history_new (5000),
                         .other = ts_history_new (5000) };
  for (gint64 i = 1800; i >= 0; i--)
    if (i > 180 && i <= 190)
      ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS - i * S);
    else
      add_sample (fixture->history, NOW_NS - i * S, (i > 120 ? 12 : 32) * MS, 3 * MS);
  for (gint64 i = 3600; i >= 0; i -= 2)
    add_sample (fixture->other, NOW_NS - i * S, -4 * MS, MS);
  ts_chart_model_set_history (fixture->model, fixture->history);
  ts_chart_model_update (fixture->model, NOW_NS);
  g_signal_connect_swapped (fixture->model, "data-changed", G_CALLBACK (data_changed), fixture);
  g_signal_connect_swapped (fixture->model, "view-changed", G_CALLBACK (view_changed), fixture);
  g_signal_connect_swapped (fixture->model, "cursor-changed", G_CALLBACK (cursor_changed), fixture);
  g_signal_connect_swapped (fixture->model, "notify::chosen-ns", G_CALLBACK (chosen_changed), fixture);
  g_signal_connect_swapped (fixture->model, "notify::range", G_CALLBACK (range_changed), fixture);
  g_signal_connect_swapped (fixture->model, "notify::follows", G_CALLBACK (follows_changed), fixture);
  g_signal_connect_swapped (fixture->model, "exchange-activated", G_CALLBACK (exchange_activated), fixture);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->model);
  ts_history_free (fixture->history);
  ts_history_free (fixture->other);
}

static gint64
get_length_ns (Fixture *fixture)
{
  TsChartSpan span = ts_chart_model_get_series (fixture->model)->span;

  return span.end_ns - span.begin_ns;
}

/* A range that is longer than the data says how long there have been any. */
static void
test_so_far (Fixture *fixture,
             gconstpointer data)
{
  static const struct
  {
    TsChartRange range;
    gint64 so_far_ns;
  } ranges[] = {
    { TS_CHART_RANGE_MINUTE, 0 }, { TS_CHART_RANGE_TEN_MINUTES, 0 }, { TS_CHART_RANGE_HOUR, 1800 * S },
    { TS_CHART_RANGE_DAY, 1800 * S }, { TS_CHART_RANGE_ALL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      ts_chart_model_set_range (fixture->model, ranges[i].range);
      g_assert_cmpint (ts_chart_model_get_so_far_ns (fixture->model), ==, ranges[i].so_far_ns);
    }
}

/* The limit of the alarm is drawn, so a change of it is told. */
static void
test_limit (Fixture *fixture,
            gconstpointer data)
{
  g_assert_cmpint (ts_chart_model_get_limit_ns (fixture->model), ==, 0);
  ts_chart_model_set_limit_ns (fixture->model, 5 * MS);
  ts_chart_model_set_limit_ns (fixture->model, 5 * MS);
  g_assert_cmpint (ts_chart_model_get_limit_ns (fixture->model), ==, 5 * MS);
  g_assert_cmpuint (fixture->n_data, ==, 1);
}

/* The properties can be read and set, and tell once of each change. */
static void
test_properties (Fixture *fixture,
                 gconstpointer data)
{
  gboolean follows;
  gint64 chosen_ns;
  int range;

  g_object_get (fixture->model, "range", &range, "follows", &follows, "chosen-ns", &chosen_ns, NULL);
  g_assert_cmpint (range, ==, TS_CHART_RANGE_TEN_MINUTES);
  g_assert_true (follows);
  g_assert_cmpint (chosen_ns, ==, 0);
  for (guint i = 0; i < 2; i++)
    g_object_set (fixture->model, "range", TS_CHART_RANGE_MINUTE, "follows", FALSE, "chosen-ns", NOW_NS, NULL);
  g_assert_cmpuint (fixture->n_range, ==, 1);
  g_assert_cmpuint (fixture->n_follows, ==, 1);
  g_assert_cmpuint (fixture->n_chosen, ==, 1);
  g_assert_cmpint (ts_chart_model_get_range (fixture->model), ==, TS_CHART_RANGE_MINUTE);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, NOW_NS);
  /* A range that no button is for cannot be chosen. */
  g_object_set (fixture->model, "range", TS_CHART_RANGE_OTHER, NULL);
  g_assert_cmpint (ts_chart_model_get_range (fixture->model), ==, TS_CHART_RANGE_MINUTE);
}

/* A motion of the pointer puts the cursor elsewhere and takes nothing from the history. */
static void
test_pointer_takes_nothing (Fixture *fixture,
                            gconstpointer data)
{
  const TsChartSeries *series = ts_chart_model_get_series (fixture->model);
  gconstpointer entries = series->entries->data;
  guint n_entries = series->entries->len;

  forget_signals (fixture);
  add_sample (fixture->history, NOW_NS + S, 32 * MS, 3 * MS);
  ts_chart_model_point_at (fixture->model, 0.5);
  g_assert_cmpuint (fixture->n_cursor, ==, 1);
  g_assert_cmpuint (fixture->n_chosen, ==, 1);
  ts_chart_model_point_at (fixture->model, 0.6);
  g_assert_cmpuint (fixture->n_cursor, ==, 2);
  /* The same sample is nearest: there is nothing to tell. */
  ts_chart_model_point_at (fixture->model, 0.6 + 1e-7);
  g_assert_cmpuint (fixture->n_cursor, ==, 2);
  g_assert_cmpuint (fixture->n_data, ==, 0);
  g_assert_cmpuint (fixture->n_view, ==, 0);
  g_assert_true (series->entries->data == entries);
  g_assert_cmpuint (series->entries->len, ==, n_entries);
}

static void
test_pointer (Fixture *fixture,
              gconstpointer data)
{
  TsChartSpan span = ts_chart_model_get_series (fixture->model)->span;
  gint64 chosen_ns;

  ts_chart_model_point_at (fixture->model, 0.5);
  chosen_ns = ts_chart_model_get_chosen_ns (fixture->model);
  g_assert_cmpint (ABS (chosen_ns - (span.begin_ns + span.end_ns) / 2), <=, S);
  g_assert_true (ts_chart_model_is_pointed (fixture->model));
  /* The samples move on under a pointer that rests, */
  for (gint64 i = 1; i <= 60; i++)
    add_sample (fixture->history, NOW_NS + i * S, 32 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS + 60 * S);
  g_assert_cmpint (ABS (ts_chart_model_get_chosen_ns (fixture->model) - chosen_ns - 60 * S), <=, 2 * S);
  /* but not in a view where the pointer is on a point, which does not move. */
  ts_chart_model_point_at_entry (fixture->model, NOW_NS);
  ts_chart_model_update (fixture->model, NOW_NS + 70 * S);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, NOW_NS);
  ts_chart_model_point_away (fixture->model);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, 0);
  /* It does not take away what keys chose. */
  ts_chart_model_move_cursor (fixture->model, -1, FALSE);
  g_assert_false (ts_chart_model_is_pointed (fixture->model));
  ts_chart_model_point_away (fixture->model);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, NOW_NS + 60 * S);
  /* The same entry, but chosen by the pointer: that is told, because a screen reader is told of keys only. */
  forget_signals (fixture);
  ts_chart_model_point_at_entry (fixture->model, NOW_NS + 60 * S);
  g_assert_cmpuint (fixture->n_cursor, ==, 1);
  g_assert_cmpuint (fixture->n_chosen, ==, 0);
}

static void
test_keys (Fixture *fixture,
           gconstpointer data)
{
  TsChartReadout readout;

  g_assert_false (ts_chart_model_init_readout (fixture->model, &readout));
  g_assert_false (ts_chart_model_activate (fixture->model));
  forget_signals (fixture);
  ts_chart_model_move_cursor (fixture->model, -1, FALSE);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, NOW_NS);
  /* It is in view: nothing is taken from the history. */
  g_assert_cmpuint (fixture->n_data, ==, 0);
  g_assert_true (ts_chart_model_init_readout (fixture->model, &readout));
  g_assert_cmpstr (readout.time, ==, "10:24:37");
  ts_chart_readout_clear (&readout);
  g_assert_true (ts_chart_model_activate (fixture->model));
  g_assert_cmpint (fixture->activated_ns, ==, NOW_NS);
  ts_chart_model_move_cursor (fixture->model, -1, TRUE);
  g_assert_cmpint (ts_chart_model_get_chosen (fixture->model)->event, ==, TS_CLOCK_EVENT_STEP_REMOTE);
  ts_chart_model_move_cursor (fixture->model, -1, TRUE);
  g_assert_cmpint (ts_chart_model_get_chosen (fixture->model)->kind, ==, TS_ENTRY_LOST);
  g_assert_false (ts_chart_model_activate (fixture->model));
  g_assert_true (ts_chart_model_clear_cursor (fixture->model));
  g_assert_false (ts_chart_model_clear_cursor (fixture->model));
  /* What is not in view comes into view. */
  forget_signals (fixture);
  ts_chart_model_set_chosen_ns (fixture->model, NOW_NS - 1500 * S);
  g_assert_cmpuint (fixture->n_view, ==, 1);
  g_assert_cmpuint (fixture->n_gradual, ==, 0);
  g_assert_false (ts_chart_model_get_follows (fixture->model));
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.begin_ns, <, NOW_NS - 1500 * S);
}

static void
test_view (Fixture *fixture,
           gconstpointer data)
{
  gint64 length_ns = get_length_ns (fixture);
  TsChartSpan before = ts_chart_model_get_series (fixture->model)->span, after;

  ts_chart_model_zoom (fixture->model, 2, NAN, TRUE);
  g_assert_cmpuint (fixture->n_gradual, ==, 1);
  g_assert_true (ts_chart_model_get_follows (fixture->model));
  g_assert_cmpint (ABS (2 * get_length_ns (fixture) - length_ns), <, length_ns / 50);
  ts_chart_model_zoom (fixture->model, 0.5, NAN, FALSE);
  ts_chart_model_zoom (fixture->model, 2, 0.5, FALSE);
  after = ts_chart_model_get_series (fixture->model)->span;
  g_assert_cmpint (ABS (after.begin_ns - before.begin_ns - length_ns / 4), <, length_ns / 50);
  g_assert_cmpint (ABS (before.end_ns - after.end_ns - length_ns / 4), <, length_ns / 50);
  ts_chart_model_pan (fixture->model, -after.n_columns / 2.0);
  g_assert_cmpint (ABS (after.end_ns - ts_chart_model_get_series (fixture->model)->span.end_ns - length_ns / 4), <,
                   length_ns / 50);
  ts_chart_model_show_oldest (fixture->model);
  g_assert_cmpint (ABS (ts_chart_model_get_series (fixture->model)->span.begin_ns - (NOW_NS - 1800 * S)), <, 10 * S);
  ts_chart_model_set_follows (fixture->model, TRUE);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, >=, NOW_NS);
  /* A move that leads nowhere is none. */
  forget_signals (fixture);
  ts_chart_model_pan (fixture->model, 100);
  g_assert_cmpuint (fixture->n_view, ==, 0);
  g_assert_cmpuint (fixture->n_data, ==, 0);
}

/* A view may show the way from what was in view to what was chosen; units are those of the end. */
static void
test_progress (Fixture *fixture,
               gconstpointer data)
{
  gint64 ten_minutes_ns = get_length_ns (fixture);

  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_MINUTE);
  g_assert_cmpint (get_length_ns (fixture), <, 61 * S);
  ts_chart_model_set_progress (fixture->model, 0);
  g_assert_cmpint (get_length_ns (fixture), ==, ten_minutes_ns);
  ts_chart_model_set_progress (fixture->model, 0.5);
  g_assert_cmpint (ABS (get_length_ns (fixture) - (ten_minutes_ns + 60 * S) / 2), <, S);
  ts_chart_model_set_progress (fixture->model, 1);
  g_assert_cmpint (get_length_ns (fixture), <, 61 * S);
}

static void
test_columns (Fixture *fixture,
              gconstpointer data)
{
  forget_signals (fixture);
  g_assert_true (ts_chart_model_set_n_columns (fixture->model, 300));
  g_assert_false (ts_chart_model_set_n_columns (fixture->model, 300));
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.n_columns, ==, 300);
  g_assert_cmpuint (fixture->n_data, ==, 0);
}

static void
test_overlays (Fixture *fixture,
               gconstpointer data)
{
  g_autoptr (GArray) overlays = ts_chart_overlays_new ();
  g_autoptr (TsHistory) young = ts_history_new (10);
  TsChartReadout readout;

  ts_chart_overlays_add (overlays, fixture->other, "db-2", 0);
  forget_signals (fixture);
  ts_chart_model_set_overlays (fixture->model, overlays);
  ts_chart_model_set_name (fixture->model, "time.example.org");
  g_assert_cmpuint (fixture->n_data, ==, 2);
  g_assert_cmpstr (ts_chart_model_get_name (fixture->model), ==, "time.example.org");
  g_assert_true (ts_chart_model_get_overlays (fixture->model) == overlays);
  g_assert_cmpint (ts_chart_model_get_extent (fixture->model)->min_ns, ==, -4 * MS);
  g_assert_cmpint (ts_chart_model_get_extent (fixture->model)->max_ns, ==, 35 * MS);
  g_assert_cmpint (ts_chart_model_get_extent (fixture->model)->offset_unit, ==, TS_UNIT_MS);
  g_assert_cmpint (ts_chart_model_get_extent (fixture->model)->delay_unit, ==, TS_UNIT_MS);
  ts_chart_model_move_cursor (fixture->model, -1, FALSE);
  g_assert_true (ts_chart_model_init_readout (fixture->model, &readout));
  g_assert_cmpstr (readout.names[0], ==, "db-2");
  g_assert_cmpstr (readout.offsets[0], ==, "\u22124.0\u2060\u2009\u2060ms");
  ts_chart_readout_clear (&readout);
  /* The whole history is that of all. */
  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_ALL);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.begin_ns, <=, NOW_NS - 3600 * S);
  /* Another server has no cursor, and the overlays remain. */
  ts_chart_model_set_history (fixture->model, young);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, 0);
  g_assert_cmpuint (ts_chart_model_get_overlays (fixture->model)->len, ==, 1);
  ts_chart_model_set_overlays (fixture->model, NULL);
  g_assert_cmpuint (ts_chart_model_get_overlays (fixture->model)->len, ==, 0);
  ts_chart_model_set_history (fixture->model, NULL);
}

/* A picture shows what was in view, whatever comes later. */
static void
test_fixed (Fixture *fixture,
            gconstpointer data)
{
  const TsChartSpan span = { .begin_ns = NOW_NS - 400 * S, .end_ns = NOW_NS - 300 * S };

  ts_chart_model_fix_span (fixture->model, &span);
  add_sample (fixture->history, NOW_NS + S, 32 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS + S);
  ts_chart_model_set_n_columns (fixture->model, 800);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.begin_ns, ==, span.begin_ns);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, ==, span.end_ns);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.n_columns, ==, 800);
  g_assert_false (ts_chart_series_is_live (ts_chart_model_get_series (fixture->model)));
  ts_chart_model_fix_whole (fixture->model, NOW_NS + 500 * S);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.begin_ns, <=, NOW_NS - 1800 * S);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, >=, NOW_NS + S);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, <, NOW_NS + 10 * S);
  ts_chart_model_set_history (fixture->model, NULL);
  ts_chart_model_fix_whole (fixture->model, NOW_NS);
  g_assert_cmpint (ABS (ts_chart_model_get_series (fixture->model)->span.end_ns - NOW_NS), <, 10 * S);
}

/* A day of the past: what happened in it, and since when there is any. */
static void
test_past (Fixture *fixture,
           gconstpointer data)
{
  const TsPastEvent all[] = {
    { NOW_NS - 50 * 3600 * S, TS_RECORD_EVENT_RESTART, 0 },
    { NOW_NS - 20 * 3600 * S, TS_RECORD_EVENT_CLOCK_SOURCE, 0 },
    { NOW_NS - 60 * S, TS_RECORD_EVENT_DROPPED, 12345 },
  };
  const TsChartSeries *series = ts_chart_model_get_series (fixture->model);
  g_autoptr (TsHistory) old = ts_history_new (100);
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (TsPastEvent));
  g_autofree char *words = NULL;
  TsChartReadout readout;

  g_array_append_vals (events, all, G_N_ELEMENTS (all));
  add_sample (old, NOW_NS - 50 * 3600 * S, 12 * MS, 3 * MS);
  add_sample (old, NOW_NS - 30 * 3600 * S, 12 * MS, 3 * MS);
  add_sample (old, NOW_NS, 12 * MS, 3 * MS);
  g_assert_true (ts_chart_model_shows (fixture->model, fixture->history));
  ts_chart_model_replace_history (fixture->model, old);
  g_assert_true (ts_chart_model_shows (fixture->model, fixture->history));
  g_assert_false (ts_chart_model_shows (fixture->model, old));
  ts_chart_model_set_past (fixture->model, NOW_NS - 50 * 3600 * S, events);
  g_assert_cmpuint (series->events->len, ==, 1);
  g_assert_cmpint (ts_chart_model_get_past_ns (fixture->model), ==, 0);

  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_ALL);
  g_assert_cmpuint (series->events->len, ==, 3);
  g_assert_true (ts_chart_series_is_long (series));
  g_assert_cmpint (ts_chart_model_get_past_ns (fixture->model), ==, NOW_NS - 50 * 3600 * S);
  words = ts_chart_describe (series);
  g_assert_true (g_str_has_prefix (words, "3 samples from 1 October, 08:24:37 to 10:24:37; "));
  g_assert_nonnull (strstr (words, "; Computer restarted at 1 October, 08:24:37, Clock source changed at 2 October, 14:24:37, "
                                   "12\u2060\u2009\u2060345 exchanges not recorded at 10:23:37"));

  ts_chart_model_show_span (fixture->model, NOW_NS - 40 * 3600 * S, NOW_NS - 16 * 3600 * S);
  g_assert_false (ts_chart_model_get_follows (fixture->model));
  g_assert_cmpint (series->span.end_ns, ==, NOW_NS - 16 * 3600 * S);
  g_assert_cmpuint (series->events->len, ==, 1);
  g_assert_false (ts_chart_series_is_long (series));
  /* Of another day the read-out says the date. */
  ts_chart_model_set_chosen_ns (fixture->model, NOW_NS - 30 * 3600 * S);
  g_assert_true (ts_chart_model_init_readout (fixture->model, &readout));
  g_assert_cmpstr (readout.time, ==, "2 October, 04:24:37");
  ts_chart_readout_clear (&readout);

  /* Until now it follows. */
  ts_chart_model_show_span (fixture->model, NOW_NS - 10 * 3600 * S, NOW_NS + 3600 * S);
  g_assert_true (ts_chart_model_get_follows (fixture->model));
  ts_chart_model_set_past (fixture->model, 0, NULL);
  g_assert_cmpuint (series->events->len, ==, 0);

  /* The end of a recording has its date too, because no day of a recording is today. */
  ts_chart_model_set_recorded (fixture->model);
  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_ALL);
  g_free (words);
  words = ts_chart_describe (series);
  g_assert_true (g_str_has_prefix (words, "3 samples from 1 October 2023, 08:24:37 to 3 October 2023, 10:24:37; last offset "));
  ts_chart_model_set_history (fixture->model, NULL);
}

/* A recording's window frees its history as soon as one with more of it is shown. */
static void
test_recorded_and_replaced (Fixture *fixture,
                            gconstpointer data)
{
  const TsChartSeries *series = ts_chart_model_get_series (fixture->model);
  g_autoptr (TsHistory) coarse = ts_history_new (10), fine = ts_history_new (10);

  add_sample (coarse, NOW_NS - 100 * S, 12 * MS, 3 * MS);
  for (guint i = 0; i < 5; i++)
    add_sample (fine, NOW_NS - (100 - i) * S, 12 * MS, 3 * MS);
  ts_chart_model_set_recorded (fixture->model);
  ts_chart_model_set_history (fixture->model, coarse);
  ts_chart_model_replace_history (fixture->model, fine);
  g_clear_pointer (&coarse, ts_history_free);
  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_ALL);
  g_assert_cmpuint (series->n_samples, ==, 5);
  g_assert_cmpint (series->burst_ns, ==, NOW_NS - 100 * S);
  ts_chart_model_set_history (fixture->model, NULL);
}

#define ADD(path, function) g_test_add ("/chart-model/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("so-far", test_so_far);
  ADD ("limit", test_limit);
  ADD ("properties", test_properties);
  ADD ("pointer-takes-nothing", test_pointer_takes_nothing);
  ADD ("pointer", test_pointer);
  ADD ("keys", test_keys);
  ADD ("view", test_view);
  ADD ("progress", test_progress);
  ADD ("columns", test_columns);
  ADD ("overlays", test_overlays);
  ADD ("fixed", test_fixed);
  ADD ("past", test_past);
  ADD ("recorded-and-replaced", test_recorded_and_replaced);
  return g_test_run ();
}
