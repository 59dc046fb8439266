/* Tests of ts-mixture: means, deviations and errors of weighed normal distributions.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-mixture.h"

#include <math.h>

/* One normal distribution is its own mixture, whatever its weight: 95 % are within 1.96 deviations. */
static void
test_one (void)
{
  TsMixturePart part = { 7.0, 100.0, 10.0, -3.0, 0.5 };
  TsMixturePart mean = ts_mixture_average (&part, 1);

  g_assert_cmpfloat_with_epsilon (mean.weight, 7.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (mean.offset_ns, 100.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (mean.deviation_ns, 10.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (mean.drift_ppm, -3.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (mean.drift_deviation_ppm, 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (ts_mixture_find_error_ns (&part, 1, &mean, 0.95), 19.6, 0.01);
  g_assert_cmpfloat_with_epsilon (ts_mixture_find_error_ns (&part, 1, &mean, 0.6827), 10.0, 0.01);
}

/* Two narrow ones, 1000 ns apart and weighed 3 to 1: the mean is a quarter of the way, and 95 % reach to the farther. */
static void
test_two (void)
{
  TsMixturePart parts[] = { { 3.0, 0.0, 1.0, 1.0, 0.0 }, { 1.0, 1000.0, 1.0, 5.0, 0.0 } };
  TsMixturePart mean = ts_mixture_average (parts, 2);

  g_assert_cmpfloat_with_epsilon (mean.offset_ns, 250.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (mean.deviation_ns * mean.deviation_ns, 187501.0, 1e-3);
  g_assert_cmpfloat_with_epsilon (mean.drift_ppm, 2.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (mean.drift_deviation_ppm * mean.drift_deviation_ppm, 3.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (ts_mixture_find_error_ns (parts, 2, &mean, 0.95), 750.84, 0.05);
  g_assert_cmpfloat_with_epsilon (ts_mixture_find_error_ns (parts, 2, &mean, 0.5), 250.43, 0.05);
}

/* Returns: the error as a bisection finds it that asks at each half */
static double
bisect (const TsMixturePart *parts,
        guint n,
        const TsMixturePart *mean,
        double probability)
{
  double low_ns = 0.0, high_ns = 5.0 * mean->deviation_ns;

  for (guint round = 0; round < 18; round++)
    {
      double half_ns = 0.5 * (low_ns + high_ns), inside = 0.0;

      for (guint i = 0; i < n; i++)
        {
          double scale = 1.0 / (G_SQRT2 * parts[i].deviation_ns), center_ns = mean->offset_ns - parts[i].offset_ns;

          inside += 0.5 * parts[i].weight * (erf ((center_ns + half_ns) * scale) - erf ((center_ns - half_ns) * scale));
        }
      if (inside < probability * mean->weight)
        low_ns = half_ns;
      else
        high_ns = half_ns;
    }
  return high_ns;
}

/* A recording has to replay bit by bit, so the faster search has to find the very number of the bisection. */
static void
test_bisected (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      TsMixturePart parts[4], mean;
      guint n = (guint) g_test_rand_int_range (1, 5);
      double probability = i % 3 ? 0.95 : g_test_rand_double_range (0.01, 0.999999);

      for (guint j = 0; j < n; j++)
        parts[j] = (TsMixturePart) {
          .weight = exp (-g_test_rand_double_range (0.0, i % 2 ? 2.0 : 200.0)),
          .offset_ns = g_test_rand_double_range (-1e4, 1e4),
          .deviation_ns = exp (g_test_rand_double_range (0.0, 14.0)),
        };
      mean = ts_mixture_average (parts, n);
      g_assert_true (ts_mixture_find_error_ns (parts, n, &mean, probability) == bisect (parts, n, &mean, probability));
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mixture/one", test_one);
  g_test_add_func ("/mixture/two", test_two);
  g_test_add_func ("/mixture/bisected", test_bisected);
  return g_test_run ();
}
