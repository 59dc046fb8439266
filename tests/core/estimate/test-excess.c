/* Tests of ts-excess: what its table says, against integrals taken step by step.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-excess.h"

#include <math.h>

#include "test-cases.h"

/* A limit that is far, near, and beyond what was expected; and what is known of the expectation, little and much. */
static const struct
{
  const char *name;
  double gap_ns;
  double deviation_ns;
} cases[] = {
  { "near", 100.0, 50.0 },       { "at-the-limit", 1000.0, 50.0 },  { "too-early", -200.0, 100.0 },
  { "much-too-early", -2e3, 1e2 }, { "hardly-known", 500.0, 1e5 }, { "well-known", 500.0, 1.0 },
  { "unknown-and-early", -1e3, 1e3 },
};

/* The same by the trapezoid rule over the logarithm of the excess. */
static void
integrate (const TsExcess *excess,
           double gap_ns,
           double deviation_ns,
           TsExcessPosterior *posterior)
{
  double k = ts_excess_get_power (excess->shape), scale_ns = excess->reach_ns / k;
  double sums[3] = { 0.0, 0.0, 0.0 }, top = -HUGE_VAL;

  for (guint pass = 0; pass < 2; pass++)
    for (double place = -40.0; place < 18.0; place += 1e-3)
      {
        double e = exp (place), away = (e - gap_ns) / deviation_ns;
        double exponent = k * place - e / scale_ns - 0.5 * away * away;

        if (pass == 0)
          top = MAX (top, exponent);
        else
          for (guint j = 0; j < 3; j++)
            sums[j] += exp (exponent - top) * pow (e, j);
      }
  posterior->mean_ns = sums[1] / sums[0];
  posterior->variance_ns2 = sums[2] / sums[0] - posterior->mean_ns * posterior->mean_ns;
}

static void
test_infer (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  double deviation_ns = cases[row].deviation_ns;

  for (guint shape = 0; shape < TS_EXCESS_N_SHAPES; shape++)
    {
      const TsExcess excess = { shape, 1000.0 };
      TsExcessPosterior posterior, expected;

      ts_excess_infer (&excess, cases[row].gap_ns, deviation_ns * deviation_ns, TRUE, &posterior);
      integrate (&excess, cases[row].gap_ns, deviation_ns, &expected);
      g_assert_cmpfloat_with_epsilon (posterior.mean_ns / expected.mean_ns, 1.0, 2e-3);
      g_assert_cmpfloat_with_epsilon (posterior.variance_ns2 / expected.variance_ns2, 1.0, 2e-2);
      g_assert_true (isfinite (posterior.log_evidence));
    }
}

/* The densities of all packets add up to how likely a near packet is: 1, by the share that the gamma density has. */
static void
test_evidence (void)
{
  for (guint shape = 0; shape < TS_EXCESS_N_SHAPES; shape++)
    {
      const TsExcess excess = { shape, 1000.0 };
      double sum = 0.0, until_limit = 0.0;

      for (double gap_ns = -400.0; gap_ns < 20000.0; gap_ns += 0.5)
        {
          TsExcessPosterior posterior;

          ts_excess_infer (&excess, gap_ns, 2500.0, TRUE, &posterior);
          sum += 0.5 * exp (posterior.log_evidence) / sqrt (2.0 * G_PI);
          until_limit += gap_ns < 1000.0 ? 0.5 * exp (posterior.log_evidence) / sqrt (2.0 * G_PI) : 0.0;
        }
      g_assert_cmpfloat (sum, >, 1.3);
      g_assert_cmpfloat_with_epsilon (until_limit, 1.0, 0.02);
    }
}

static void
test_truncate (void)
{
  TsExcessPosterior posterior;

  /* Half a normal distribution. */
  ts_excess_truncate (0.0, 1e4, &posterior);
  g_assert_cmpfloat_with_epsilon (posterior.mean_ns, 100.0 * sqrt (2.0 / G_PI), 0.1);
  /* Far inside, nothing is cut off. */
  ts_excess_truncate (1e4, 1e4, &posterior);
  g_assert_cmpfloat_with_epsilon (posterior.mean_ns, 1e4, 1.0);
  g_assert_cmpfloat_with_epsilon (posterior.variance_ns2, 1e4, 10.0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/excess/infer/", cases, test_infer);
  g_test_add_func ("/excess/evidence", test_evidence);
  g_test_add_func ("/excess/truncate", test_truncate);
  return g_test_run ();
}
