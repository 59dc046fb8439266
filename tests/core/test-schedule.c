/* Tests of ts-schedule: when to ask next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-schedule.h"

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

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/schedule/pause/", pauses, test_pause);
  g_test_add_func ("/schedule/growth", test_growth);
  return g_test_run ();
}
