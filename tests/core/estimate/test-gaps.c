/* Tests of ts-gaps: which packets of a way are near, and how far they reach.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-gaps.h"

#include <math.h>

#include "measure/estimate/ts-excess.h"

#define N 256

/* Evenly spaced quantiles of an excess that is below e with the probability (e / 1 ms)^power. */
static void
fill (double *gaps_ns,
      double power)
{
  for (guint i = 0; i < N; i++)
    gaps_ns[i] = 1e6 * pow ((i + 0.5) / N, 1.0 / power);
}

/* Two packets tell nothing; of three all are near. */
static void
test_few (void)
{
  double gaps_ns[] = { 30.0, 10.0, 20.0 };
  TsGaps gaps;

  g_assert_false (ts_gaps_measure (&gaps, gaps_ns, 2, 2));
  g_assert_true (ts_gaps_measure (&gaps, gaps_ns, 3, 3));
  g_assert_cmpfloat (gaps.least_ns, ==, 10.0);
  g_assert_cmpfloat (gaps.quarter_ns, ==, 10.0);
  g_assert_cmpfloat (gaps.limit_ns, ==, 30.0);
}

/* The guess of a power law's reach is right to within a tenth. */
static void
test_power_law (void)
{
  for (guint shape = 0; shape < TS_EXCESS_N_SHAPES; shape++)
    {
      double power = ts_excess_get_power (shape), gaps_ns[N], reach_ns;
      TsGaps gaps;

      fill (gaps_ns, power);
      g_assert_true (ts_gaps_measure (&gaps, gaps_ns, N, N));
      reach_ns = ts_gaps_guess_reach_ns (&gaps, power);
      g_assert_cmpfloat (fabs (reach_ns - gaps.limit_ns), <, 0.1 * gaps.limit_ns);
      g_assert_cmpfloat (reach_ns, >=, gaps.limit_ns - gaps.least_ns);
    }
}

/* Packets that take another way, 10 ms longer, are not near, although there are fewer others than are usually near. */
static void
test_another_mode (void)
{
  double gaps_ns[N];
  TsGaps gaps;

  fill (gaps_ns, 1.0);
  for (guint i = N / 8; i < N; i++)
    gaps_ns[i] += 10e6;
  g_assert_true (ts_gaps_measure (&gaps, gaps_ns, N, N));
  g_assert_cmpfloat (gaps.limit_ns, <, 1e6);
}

/* The more packets there were, the smaller is the part of them that is near. */
static void
test_part_that_is_near (void)
{
  double few_ns[N], many_ns[N];
  TsGaps few, many;

  for (guint i = 0; i < N; i++)
    few_ns[i] = many_ns[N - 1 - i] = 1e3 * i;
  g_assert_true (ts_gaps_measure (&few, few_ns, 64, 64));
  g_assert_true (ts_gaps_measure (&many, many_ns, N, 4096));
  g_assert_cmpfloat_with_epsilon (few.limit_ns, 23e3, 1e-6);
  g_assert_cmpfloat_with_epsilon (many.limit_ns, 1e3 * (12.0 * sqrt (TS_GAPS_WINDOW / 16.0) - 1.0), 1e-6);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gaps/few", test_few);
  g_test_add_func ("/gaps/power-law", test_power_law);
  g_test_add_func ("/gaps/another-mode", test_another_mode);
  g_test_add_func ("/gaps/part-that-is-near", test_part_that_is_near);
  return g_test_run ();
}
