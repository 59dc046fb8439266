/* Tests of ts-schedule: when to ask next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-schedule.h"

#include "test-cases.h"

#define S_NS G_GINT64_CONSTANT (1000000000)

static const struct
{
  const char *name;
  gint64 interval_ns;
  guint n_failures;
  gint64 pause_ns;
} pauses[] = {
  { "no-failure", S_NS, 0, S_NS },
  { "first-retry-after-the-interval", S_NS, 1, S_NS },
  { "second-doubles", S_NS, 2, 2 * S_NS },
  { "third-doubles-again", S_NS, 3, 4 * S_NS },
  { "last-below-the-cap", S_NS, 5, 16 * S_NS },
  { "capped", S_NS, 6, TS_SCHEDULE_MAX_PAUSE_NS },
  { "capped-for-ever", S_NS, G_MAXUINT, TS_SCHEDULE_MAX_PAUSE_NS },
  { "least-interval", TS_SCHEDULE_MIN_INTERVAL_NS, 0, TS_SCHEDULE_MIN_INTERVAL_NS },
  { "least-interval-grows", TS_SCHEDULE_MIN_INTERVAL_NS, 4, 8 * TS_SCHEDULE_MIN_INTERVAL_NS },
  { "least-interval-capped", TS_SCHEDULE_MIN_INTERVAL_NS, 10, TS_SCHEDULE_MAX_PAUSE_NS },
  { "interval-is-the-cap", TS_SCHEDULE_MAX_PAUSE_NS, 1, TS_SCHEDULE_MAX_PAUSE_NS },
  { "an-hour-without-failure", TS_SCHEDULE_MAX_INTERVAL_NS, 0, TS_SCHEDULE_MAX_INTERVAL_NS },
  { "an-hour-is-retried-soon", TS_SCHEDULE_MAX_INTERVAL_NS, 1, TS_SCHEDULE_MAX_PAUSE_NS },
  { "one-nanosecond-grows", 1, 4, 8 },
  { "greatest-interval-does-not-overflow", G_MAXINT64, 40, TS_SCHEDULE_MAX_PAUSE_NS },
};

static void
test_pause (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_assert_cmpint (ts_schedule_pause_ns (pauses[i].interval_ns, pauses[i].n_failures), ==, pauses[i].pause_ns);
}

static void
test_growth (void)
{
  for (guint round = 0; round < 1000; round++)
    {
      gint64 interval_ns = g_test_rand_int_range (1, G_MAXINT32) * G_GINT64_CONSTANT (1000);
      gint64 before_ns = ts_schedule_pause_ns (interval_ns, 1);

      g_assert_cmpint (before_ns, ==, MIN (interval_ns, TS_SCHEDULE_MAX_PAUSE_NS));
      for (guint n_failures = 2; n_failures < 80; n_failures++)
        {
          gint64 pause_ns = ts_schedule_pause_ns (interval_ns, n_failures);

          g_assert_cmpint (pause_ns, ==, MIN (2 * before_ns, TS_SCHEDULE_MAX_PAUSE_NS));
          before_ns = pause_ns;
        }
    }
}

#define MS_NS (S_NS / 1000)

static const struct
{
  const char *name;
  TsSchedule schedule;
  gint64 least_ns, greatest_ns; /* with the least and the greatest random number */
} rhythms[] = {
  { "burst-begins", { S_NS, 0, 0, 0, FALSE }, 50 * MS_NS, 50 * MS_NS },
  { "burst-goes-on", { S_NS, 0, 7, 0, FALSE }, 50 * MS_NS, 50 * MS_NS },
  { "burst-is-over", { S_NS, 0, 8, 0, FALSE }, 900 * MS_NS, 1100 * MS_NS },
  { "burst-of-a-short-interval", { 20 * MS_NS, 0, 0, 0, FALSE }, 20 * MS_NS, 20 * MS_NS },
  { "burst-is-not-faster-than-allowed", { 16 * S_NS, 2 * S_NS, 0, 0, FALSE }, 2 * S_NS, 2 * S_NS },
  { "interval-is-not-shorter-than-allowed", { S_NS, 2 * S_NS, 8, 0, FALSE }, 2 * S_NS, 2 * S_NS },
  { "jitter-is-not-below-what-is-allowed", { 2 * S_NS, 2 * S_NS, 8, 0, FALSE }, 2 * S_NS, 2200 * MS_NS },
  { "failure-ends-the-burst", { S_NS, 0, 3, 1, FALSE }, 900 * MS_NS, 1100 * MS_NS },
  { "failures", { S_NS, 0, 100, 3, FALSE }, 3600 * MS_NS, 4400 * MS_NS },
  { "punctual", { S_NS, 0, 0, 0, TRUE }, S_NS, S_NS },
  { "punctual-but-allowed", { S_NS, 2 * S_NS, 0, 0, TRUE }, 2 * S_NS, 2 * S_NS },
  { "punctual-failures", { S_NS, 0, 0, 3, TRUE }, S_NS, S_NS },
};

static void
test_rhythm (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_assert_cmpint (ts_schedule_next_ns (&rhythms[i].schedule, 0), ==, rhythms[i].least_ns);
  g_assert_cmpint (ts_schedule_next_ns (&rhythms[i].schedule, G_MAXUINT32), ==, rhythms[i].greatest_ns);
  for (guint n = 0; n < 1000; n++)
    {
      gint64 next_ns = ts_schedule_next_ns (&rhythms[i].schedule, (guint32) g_test_rand_int ());

      g_assert_cmpint (next_ns, >=, rhythms[i].least_ns);
      g_assert_cmpint (next_ns, <=, rhythms[i].greatest_ns);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/schedule/pause/", pauses, test_pause);
  g_test_add_func ("/schedule/growth", test_growth);
  ADD_CASES ("/schedule/rhythm/", rhythms, test_rhythm);
  return g_test_run ();
}
