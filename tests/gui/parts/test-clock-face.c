/* Tests of which digits of a clock are grey.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "parts/ts-clock-face.h"

#include "measure/ts-time.h"

#define MS TS_NS_PER_MS

static void
test_grey_digits (void)
{
  const struct
  {
    gint64 uncertainty_ns;
    guint n_decimals, expected;
  } cases[] = {
    { 0, 3, 0 }, { 1 * MS, 3, 0 }, { 5200000, 3, 1 }, { 10600000, 3, 2 }, { 999 * MS, 3, 3 },
    { 1000 * MS, 3, 3 }, { 1001 * MS, 3, 4 }, { 11000 * MS, 3, 5 }, { 5200000, 1, 0 }, { 200 * MS, 1, 1 },
    { G_MAXINT64, 3, 9 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (ts_clock_face_count_grey (cases[i].uncertainty_ns, cases[i].n_decimals), ==,
                      cases[i].expected);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock-face/grey-digits", test_grey_digits);
  return g_test_run ();
}
