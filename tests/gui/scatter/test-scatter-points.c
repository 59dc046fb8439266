/* Tests of which points the scatter has, of its cloud, and of what it says.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-points.h"

#include <string.h>

#include "scatter/ts-scatter-cloud.h"
#include "scatter/ts-scatter-words.h"
#include "measure/ts-time.h"

#include "test-samples.h"

#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

/* 2023-10-03 10:24:37 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1696328677) * S)

typedef struct
{
  TsHistory *history;
  TsScatterPoints points;
} Fixture;

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->history = ts_history_new (200000);
  ts_scatter_points_init (&fixture->points);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  ts_scatter_points_clear (&fixture->points);
  ts_history_free (fixture->history);
}

static void
update (Fixture *fixture,
        gint64 begin_ns,
        gint64 end_ns,
        gint64 since_ns)
{
  TsChartSpan span = { .begin_ns = begin_ns, .end_ns = end_ns, .now_ns = NOW_NS, .n_columns = 500 };

  ts_scatter_points_update (&fixture->points, fixture->history, &span, since_ns);
}

static void
test_view (Fixture *fixture,
           gconstpointer data)
{
  for (int i = 100; i >= 0; i--)
    if (i % 10 == 5)
      ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS - i * S);
    else
      add_sample (fixture->history, NOW_NS - i * S, 12 * MS + i * 1000, (3 + i % 4) * MS);
  update (fixture, NOW_NS - 50 * S, NOW_NS - 10 * S, G_MININT64);
  g_assert_cmpuint (fixture->points.points->len, ==, 37);
  g_assert_cmpuint (fixture->points.stride, ==, 1);
  g_assert_cmpint (ts_scatter_points_get (&fixture->points, 0)->at_ns, ==, NOW_NS - 50 * S);
  g_assert_cmpint (ts_scatter_points_get (&fixture->points, 36)->at_ns, ==, NOW_NS - 10 * S);
  g_assert_cmpint (ts_scatter_points_get (&fixture->points, 0)->offset_ns, ==, 12 * MS + 50000);
  g_assert_cmpint (ts_scatter_points_get (&fixture->points, 0)->delay_ns, ==, 10 * MS);
  g_assert_cmpint (fixture->points.least_delay_ns, ==, 6 * MS);
  g_assert_cmpint (fixture->points.estimate_ns, ==, 12 * MS + 10000);
  g_assert_cmpint (fixture->points.min_delay_ns, ==, 6 * MS);
  g_assert_cmpint (fixture->points.max_delay_ns, ==, 12 * MS);
  g_assert_cmpint (fixture->points.min_ns, ==, 12 * MS + 10000);
  g_assert_cmpint (fixture->points.max_ns, ==, 12 * MS + 50000);
  g_assert_cmpuint (fixture->points.n_beyond, ==, 0);
}

static void
test_none (Fixture *fixture,
           gconstpointer data)
{
  TsChartSpan span = { .begin_ns = NOW_NS - S, .end_ns = NOW_NS, .now_ns = NOW_NS, .n_columns = 500 };
  g_autofree char *text = NULL;

  ts_scatter_points_update (&fixture->points, NULL, &span, G_MININT64);
  g_assert_cmpuint (fixture->points.points->len, ==, 0);
  ts_scatter_points_update (&fixture->points, fixture->history, &span, G_MININT64);
  g_assert_cmpuint (fixture->points.points->len, ==, 0);
  add_sample (fixture->history, NOW_NS - 9 * S, 12 * MS, 3 * MS);
  ts_history_add_gap (fixture->history, TS_ENTRY_PAUSED, NOW_NS);
  ts_scatter_points_update (&fixture->points, fixture->history, &span, G_MININT64);
  g_assert_cmpuint (fixture->points.points->len, ==, 0);
  g_assert_cmpint (fixture->points.estimate_ns, ==, 0);
  text = ts_scatter_describe (&fixture->points);
  g_assert_cmpstr (text, ==, "no samples in view");
}

/* However many there are, the choice is bounded, and the same ones stay when others come and go. */
static void
test_many (Fixture *fixture,
           gconstpointer data)
{
  g_autoptr (GHashTable) before = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autofree char *note = NULL;
  guint n_kept = 0;

  for (gint64 i = 199999; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, (12 + i % 5) * MS, (10 + i % 3) * MS);
  update (fixture, 0, NOW_NS, G_MININT64);
  g_assert_cmpuint (fixture->points.stride, ==, 16);
  g_assert_cmpuint (fixture->points.points->len, ==, 200000 / 16);
  note = ts_scatter_format_note (&fixture->points);
  g_assert_cmpstr (note, ==, "1 exchange of 16 drawn");
  for (guint i = 0; i < fixture->points.points->len; i++)
    g_hash_table_add (before, g_memdup2 (&ts_scatter_points_get (&fixture->points, i)->at_ns, sizeof (gint64)));

  /* The ring is full: each of these takes the place of the oldest. */
  for (gint64 i = 1; i <= 5; i++)
    add_sample (fixture->history, NOW_NS + i * S, 12 * MS, 10 * MS);
  update (fixture, 0, NOW_NS + 5 * S, G_MININT64);
  for (guint i = 0; i < fixture->points.points->len; i++)
    n_kept += g_hash_table_contains (before, &ts_scatter_points_get (&fixture->points, i)->at_ns);
  g_assert_cmpuint (n_kept, >=, 200000 / 16 - 1);
}

static void
test_bound (Fixture *fixture,
            gconstpointer data)
{
  static const gint64 counts[] = { 1, 19999, 20000, 20001, 40001 };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      ts_history_clear (fixture->history);
      for (gint64 j = counts[i]; j > 0; j--)
        add_sample (fixture->history, NOW_NS - j * S, 12 * MS, 10 * MS);
      update (fixture, 0, NOW_NS, G_MININT64);
      g_assert_cmpuint (fixture->points.points->len, >=, MIN (counts[i], TS_SCATTER_MAX_POINTS / 4));
      g_assert_cmpuint (fixture->points.points->len, <=, TS_SCATTER_MAX_POINTS);
    }
}

static void
test_step (Fixture *fixture,
           gconstpointer data)
{
  g_autofree char *text = NULL;

  for (int i = 100; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, (i > 50 ? 3 : 12) * MS + i % 3 * MS, (i > 50 ? 2 : 3) * MS);
  update (fixture, 0, NOW_NS, NOW_NS - 50 * S - S / 2);
  g_assert_cmpuint (fixture->points.n_earlier, ==, 50);
  g_assert_true (ts_scatter_points_get (&fixture->points, 0)->is_earlier);
  g_assert_false (ts_scatter_points_get (&fixture->points, 100)->is_earlier);
  /* The wedge is of what came since, but the others are in the picture while there is room. */
  g_assert_cmpint (fixture->points.least_delay_ns, ==, 6 * MS);
  g_assert_cmpint (fixture->points.min_delay_ns, ==, 4 * MS);
  g_assert_cmpint (fixture->points.max_ns, ==, 14 * MS);
  g_assert_cmpint (fixture->points.min_ns, ==, 12 * MS);
  g_assert_cmpuint (fixture->points.n_beyond, ==, 50);
  g_assert_cmpuint (fixture->points.n_earlier_within, ==, 0);
  text = ts_scatter_describe (&fixture->points);
  g_assert_cmpstr (text, ==, "101 exchanges, 50 before the last step; round trips from 6.0\u2060\u2009\u2060ms to 6.0\u2060\u2009\u2060ms; offsets "
                             "from +12.0\u2060\u2009\u2060ms to +14.0\u2060\u2009\u2060ms; estimate +12.0\u2060\u2009\u2060ms; 50 beyond the edges");
  /* Soon after a step there is nothing to keep room for. */
  update (fixture, 0, NOW_NS, NOW_NS - 2 * S - S / 2);
  g_assert_cmpuint (fixture->points.n_earlier, ==, 98);
  g_assert_cmpuint (fixture->points.n_earlier_within, ==, 98);
  g_assert_cmpint (fixture->points.min_ns, ==, 3 * MS);
}

static void
test_step_with_room (Fixture *fixture,
                     gconstpointer data)
{
  for (int i = 100; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, (i > 50 ? 3 : 12) * MS + i % 5 * MS, 3 * MS);
  update (fixture, 0, NOW_NS, NOW_NS - 50 * S - S / 2);
  g_assert_cmpint (fixture->points.min_ns, ==, 3 * MS);
  g_assert_cmpint (fixture->points.max_ns, ==, 16 * MS);
  g_assert_cmpuint (fixture->points.n_beyond, ==, 0);
}

/* One wild exchange does not shrink the others to a dot. */
static void
test_outliers (Fixture *fixture,
               gconstpointer data)
{
  g_autofree char *note = NULL;

  for (int i = 100; i >= 0; i--)
    if (i == 50)
      add_sample (fixture->history, NOW_NS - i * S, 3600 * S, 7200 * S);
    else
      add_sample (fixture->history, NOW_NS - i * S, 12 * MS + i % 3 * MS, (3 + i % 3) * MS);
  update (fixture, 0, NOW_NS, G_MININT64);
  g_assert_cmpint (fixture->points.min_ns, ==, 12 * MS);
  g_assert_cmpint (fixture->points.max_ns, ==, 14 * MS);
  g_assert_cmpint (fixture->points.max_delay_ns, ==, 10 * MS);
  g_assert_cmpuint (fixture->points.n_beyond, ==, 1);
  note = ts_scatter_format_note (&fixture->points);
  g_assert_cmpstr (note, ==, "1 beyond the edge");
}

/* Offsets of centuries to either side do not overflow. */
static void
test_centuries (Fixture *fixture,
                gconstpointer data)
{
  const gint64 far_ns = G_GINT64_CONSTANT (7000000000) * S;

  for (int i = 9; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, i % 2 == 0 ? far_ns : -far_ns, 3 * MS);
  update (fixture, 0, NOW_NS, G_MININT64);
  g_assert_cmpint (fixture->points.min_ns, ==, -far_ns);
  g_assert_cmpint (fixture->points.max_ns, ==, far_ns);
  g_assert_cmpuint (fixture->points.n_beyond, ==, 0);
}

static void
test_arm (Fixture *fixture,
          gconstpointer data)
{
  fixture->points.least_delay_ns = 5 * MS;
  g_assert_cmpint (ts_scatter_points_get_arm (&fixture->points, 5 * MS), ==, 0);
  g_assert_cmpint (ts_scatter_points_get_arm (&fixture->points, 9 * MS), ==, 2 * MS);
  g_assert_cmpint (ts_scatter_points_get_arm (&fixture->points, 4 * MS), ==, 0);
}

static void
test_cloud (Fixture *fixture,
            gconstpointer data)
{
  static const double centres[][2] = {
    { -1e300, 5 }, { 1e300, 5 }, { 5, -1e300 }, { 5, 1e300 }, { -30, -30 }, { 50, 50 }, { 0, 0 }, { 19.9, 9.9 },
  };
  guint8 mask[12 * 24] = { 0 };
  TsScatterDot dot;

  ts_scatter_dot_init (&dot, 2.5, 0.5);
  g_assert_cmpint (dot.size_px, ==, 7);
  ts_scatter_dot_add (&dot, mask + 24, 24, 20, 10, 8.5, 4.5);
  g_assert_cmpuint (mask[24 * 5 + 8], ==, 128);
  g_assert_cmpuint (mask[24 * 5 + 8 + 4], ==, 0);
  g_assert_cmpuint (mask[24 * 5 + 8 - 4], ==, 0);
  /* Another on it makes it denser, but never more than full. */
  ts_scatter_dot_add (&dot, mask + 24, 24, 20, 10, 8.5, 4.5);
  g_assert_cmpuint (mask[24 * 5 + 8], >, 180);
  for (guint i = 0; i < 100; i++)
    ts_scatter_dot_add (&dot, mask + 24, 24, 20, 10, 8.5, 4.5);
  g_assert_cmpuint (mask[24 * 5 + 8], >, 250);

  /* What is outside is cut off: rows before and after, and bytes beyond the width, stay as they are. */
  for (guint i = 0; i < G_N_ELEMENTS (centres); i++)
    ts_scatter_dot_add (&dot, mask + 24, 24, 20, 10, centres[i][0], centres[i][1]);
  for (guint i = 0; i < 24; i++)
    {
      g_assert_cmpuint (mask[i], ==, 0);
      g_assert_cmpuint (mask[11 * 24 + i], ==, 0);
    }
  for (guint row = 1; row < 11; row++)
    for (guint x = 20; x < 24; x++)
      g_assert_cmpuint (mask[row * 24 + x], ==, 0);
  g_assert_cmpuint (mask[24], ==, 128);
}

static void
test_opacity (Fixture *fixture,
              gconstpointer data)
{
  double last = 1;

  for (guint n = 1; n <= TS_SCATTER_MAX_POINTS; n *= 2)
    {
      double opacity = ts_scatter_get_opacity (n);

      g_assert_cmpfloat (opacity, <=, last);
      g_assert_cmpfloat (opacity, >, 0.05);
      last = opacity;
    }
  g_assert_cmpfloat (last, <, 0.2);
}

int
main (int argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/scatter-points/view", test_view },
    { "/scatter-points/none", test_none },
    { "/scatter-points/many", test_many },
    { "/scatter-points/bound", test_bound },
    { "/scatter-points/step", test_step },
    { "/scatter-points/step-with-room", test_step_with_room },
    { "/scatter-points/outliers", test_outliers },
    { "/scatter-points/centuries", test_centuries },
    { "/scatter-points/arm", test_arm },
    { "/scatter-points/cloud", test_cloud },
    { "/scatter-points/opacity", test_opacity },
  };

  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
