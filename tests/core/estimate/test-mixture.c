/* Tests of ts-mixture: means, deviations and errors of weighed normal distributions.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-mixture.h"

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

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mixture/one", test_one);
  g_test_add_func ("/mixture/two", test_two);
  return g_test_run ();
}
