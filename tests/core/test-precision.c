/* Tests of ts-precision: steps that take few bits.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-precision.h"

#include "measure/ts-time.h"

static void
test_steps (void)
{
  gint64 last_ns = -1;

  for (guint code = 0; code < 1 << TS_PRECISION_BITS && ts_precision_from_code (code) != last_ns; code++)
    {
      gint64 step_ns = ts_precision_from_code (code);

      g_assert_cmpint (step_ns, >, last_ns);
      g_assert_cmpuint (ts_precision_to_code (step_ns), ==, code);
      g_assert_cmpint (ts_precision_round_up (last_ns + 1), ==, step_ns);
      last_ns = step_ns;
    }
  g_assert_cmpint (ts_precision_round_up (G_MAXINT64), ==, last_ns);
}

/* What classic texts and NTP's field can say is there as it is. */
static void
test_exact (void)
{
  for (gint64 step_ns = 1; step_ns <= TS_NS_PER_S; step_ns *= 10)
    g_assert_cmpint (ts_precision_round_up (step_ns), ==, step_ns);
  for (guint bits = 0; bits <= 30; bits++)
    g_assert_cmpint (ts_precision_round_up ((TS_NS_PER_S >> bits) + 2), ==, (TS_NS_PER_S >> bits) + 2);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/precision/steps", test_steps);
  g_test_add_func ("/precision/exact", test_exact);
  return g_test_run ();
}
