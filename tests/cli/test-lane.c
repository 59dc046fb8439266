/* Tests of ts-lane: what the line above a host's chart says.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "live/ts-lane.h"

#include "measure/ts-time.h"

#include "test-cases.h"

#define MS TS_NS_PER_MS

/* An estimate, its error and both ends, in milliseconds. */
static const struct
{
  const char *name;
  gint64 ms[4];
  int width;
  const char *line;
} lines[] = {
  { "certain", { 12, 1, 9, 15 }, 80, "a.example  +12.000 ms  certainly +9.000 ms to +15.000 ms  round trip 6.000 ms" },
  { "probable", { -4, 1, -20, 27 }, 80,
    "a.example  probably -4.000 ms  certainly -20.000 ms to +27.000 ms" },
  { "in-step", { 1, 2, -20, 27 }, 80,
    "a.example  in step to within 3.000 ms  certainly -20.000 ms to +27.000 ms" },
  { "in-step-by-proof", { 1, 3, -2, 3 }, 60, "a.example  in step to within 3.000 ms" },
  { "narrow", { -4, 1, -20, 27 }, 26, "a.exa~  probably -4.000 ms" },
};

static void
test_line (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  const TsEstimate estimate = {
    .estimate_ns = lines[i].ms[0] * MS,
    .error_ns = lines[i].ms[1] * MS,
    .proven_min_ns = lines[i].ms[2] * MS,
    .proven_max_ns = lines[i].ms[3] * MS,
  };
  g_autofree char *line = ts_lane_describe ("a.example", &estimate, 6 * MS, NULL, TS_QUANTITY_AUTO, lines[i].width);

  g_assert_cmpstr (line, ==, lines[i].line);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/lane/", lines, test_line);
  return g_test_run ();
}
