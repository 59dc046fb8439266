/* Tests of ts-symmetry: whether the two ways queue alike, and what that tells.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-symmetry.h"

#include <math.h>

#include "test-cases.h"

#define OFFSET_NS 12345.0
#define LEAST_NS  1e6
#define N_SAMPLES 400

/* The mean queueing of each way. */
static const struct
{
  const char *name;
  double there_ns;
  double back_ns;
  gboolean is_alike;
} ways[] = {
  { "alike", 1e5, 1e5, TRUE },
  { "one-way-only", 2e5, 0.0, FALSE },
  { "three-times-as-much-back", 1e5, 3e5, FALSE },
  { "steady", 100.0, 100.0, TRUE },
};

static double
draw_ns (double mean_ns)
{
  return -mean_ns * log (1.0 - g_test_rand_double ());
}

static void
test_ways (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  TsSymmetry symmetry;
  TsFilterState state;

  ts_symmetry_start (&symmetry, 0.0, OFFSET_NS, LEAST_NS);
  for (guint i = 0; i < N_SAMPLES; i++)
    {
      double there_ns = draw_ns (ways[row].there_ns), back_ns = draw_ns (ways[row].back_ns);

      ts_symmetry_add (&symmetry, i, OFFSET_NS + 0.5 * (there_ns - back_ns), LEAST_NS + there_ns + back_ns);
    }
  ts_symmetry_get_state (&symmetry, N_SAMPLES - 1, &state);
  if (!ways[row].is_alike)
    {
      g_assert_cmpfloat (ts_symmetry_get_log_odds (&symmetry), <, -10.0);
      return;
    }
  g_assert_cmpfloat (ts_symmetry_get_log_odds (&symmetry), >, 0.0);
  g_assert_cmpfloat (fabs (state.offset_ns - OFFSET_NS), <, 4.0 * state.offset_deviation_ns);
  g_assert_cmpfloat (state.offset_deviation_ns, <, 0.2 * ways[row].there_ns + 10.0);

  ts_symmetry_jump (&symmetry, 1e6, 1e3);
  ts_symmetry_get_state (&symmetry, N_SAMPLES - 1, &state);
  g_assert_cmpfloat (fabs (state.offset_ns - OFFSET_NS - 1e6), <, 4.0 * state.offset_deviation_ns);
  g_assert_cmpfloat (state.offset_deviation_ns, >=, 1e3);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/symmetry/", ways, test_ways);
  return g_test_run ();
}
