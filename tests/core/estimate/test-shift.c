/* Tests of ts-shift: which packets say that a clock was set, or that the path has changed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-shift.h"

#include "test-cases.h"

#define REACH_NS     10e3
#define DEVIATION_NS 500.0
#define NEAR_SHARE   0.3

/* By how much the packets of the two ways come later after a while, and what that says. */
static const struct
{
  const char *name;
  double there_ns;
  double back_ns;
  gboolean goes_on; /* moving at every exchange, as a clock that is slewed does */
  TsShiftNews news;
  guint latest; /* after so many exchanges */
} cases[] = {
  { "nothing", 0.0, 0.0, FALSE, TS_SHIFT_NOTHING, 0 },
  { "server-forward", 1e6, -1e6, FALSE, TS_SHIFT_CLOCK, 3 },
  { "server-back", -1e6, 1e6, FALSE, TS_SHIFT_CLOCK, 3 },
  { "slewed", 300e3, -300e3, TRUE, TS_SHIFT_CLEARED, 4 },
  { "faster-there", -1e6, 0.0, FALSE, TS_SHIFT_PATH, 4 },
  { "faster-back", 0.0, -1e6, FALSE, TS_SHIFT_PATH, 4 },
  { "both-faster", -1e6, -1e6, FALSE, TS_SHIFT_PATHS, 3 },
  { "slower-there", 1e6, 0.0, FALSE, TS_SHIFT_SLOWER, 8 },
  { "both-slower", 1e6, 1e6, FALSE, TS_SHIFT_SLOWER, 8 },
  { "little-later", 2e3, 0.0, FALSE, TS_SHIFT_NOTHING, 0 },
};

/* Most packets are within 30 µs of the fastest. */
static TsShiftNews
exchange (TsShift *shift,
          guint number,
          double there_ns,
          double back_ns)
{
  TsShiftNews news[2];

  for (int is_upper = TRUE; is_upper >= FALSE; is_upper--)
    news[is_upper] = ts_shift_take (shift, is_upper, number + (is_upper ? 0.0 : 0.5),
                                    g_test_rand_double () * 30e3 + (is_upper ? there_ns : back_ns), DEVIATION_NS,
                                    REACH_NS, NEAR_SHARE);
  return news[TRUE] > TS_SHIFT_SUSPECTED ? news[TRUE] : news[FALSE];
}

static void
test_move (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  TsShift shift = { 0 };

  for (guint i = 0; i < 200; i++)
    g_assert_cmpint (exchange (&shift, i, 0.0, 0.0), ==, TS_SHIFT_NOTHING);
  for (guint i = 1; i <= 30; i++)
    {
      double times = cases[row].goes_on ? i : 1.0;
      TsShiftNews news = exchange (&shift, 200 + i, times * cases[row].there_ns, times * cases[row].back_ns);

      if (news <= TS_SHIFT_SUSPECTED)
        continue;
      g_assert_cmpint (news, ==, cases[row].news);
      g_assert_cmpuint (i, <=, cases[row].latest);
      ts_shift_settle (&shift);
      g_assert_false (shift.is_suspected);
      return;
    }
  g_assert_cmpint (cases[row].news, ==, TS_SHIFT_NOTHING);
}

/* One packet that is much too early, and nothing after it, is an accident. */
static void
test_accident (void)
{
  TsShift shift = { 0 };
  TsShiftNews news = TS_SHIFT_NOTHING;
  guint n = 0;

  for (guint i = 0; i < 100; i++)
    exchange (&shift, i, 0.0, 0.0);
  g_assert_cmpint (exchange (&shift, 100, 0.0, -1e6), ==, TS_SHIFT_SUSPECTED);
  while (news <= TS_SHIFT_SUSPECTED && n++ < 100)
    news = exchange (&shift, 100 + n, 0.0, 0.0);
  g_assert_cmpint (news, ==, TS_SHIFT_CLEARED);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/shift/move/", cases, test_move);
  g_test_add_func ("/shift/accident", test_accident);
  return g_test_run ();
}
