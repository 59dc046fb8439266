/* Tests of ts-jumps: order, what is forgotten, what is taken back, and ways that move one after the other.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-jumps.h"

#include <math.h>

static void
test_order (void)
{
  TsJumps jumps = { 0 };
  const double at_s[] = { 5.0, 1.0, 3.0, 9.0, 7.0, 2.0, 8.0, 6.0, 4.0 };

  for (guint i = 0; i < TS_JUMPS_MAX; i++)
    ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = at_s[i] });
  g_assert_cmpuint (jumps.n, ==, TS_JUMPS_MAX);
  for (guint i = 1; i < jumps.n; i++)
    g_assert_cmpfloat (jumps.items[i - 1].at_s, <, jumps.items[i].at_s);

  /* One more: the oldest goes. */
  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = at_s[8] });
  g_assert_cmpuint (jumps.n, ==, TS_JUMPS_MAX);
  g_assert_cmpfloat (jumps.items[0].at_s, ==, 2.0);
  g_assert_cmpfloat (jumps.items[2].at_s, ==, 4.0);

  g_assert_cmpuint (ts_jumps_forget (&jumps, 1.5), ==, 0);
  g_assert_cmpuint (ts_jumps_forget (&jumps, 5.0), ==, 4);
  g_assert_cmpuint (jumps.n, ==, 4);
  g_assert_cmpfloat (jumps.items[0].at_s, ==, 6.0);
}

/* A clock that is set moves no way. */
static void
test_last_move (void)
{
  TsJumps jumps = { 0 };

  g_assert_cmpfloat (ts_jumps_find_last_move (&jumps, TRUE), ==, -HUGE_VAL);
  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = 1.0, .both = { 50.0, 5.0 } });
  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = 2.0, .there = { 70.0, 5.0 } });
  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = 3.0, .there = { -90.0, 5.0 } });
  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = 4.0, .offset = { 1e6, 5.0 } });
  g_assert_cmpfloat (ts_jumps_find_last_move (&jumps, TRUE), ==, 3.0);
  g_assert_cmpfloat (ts_jumps_find_last_move (&jumps, FALSE), ==, 1.0);
  g_assert_cmpfloat (ts_jumps_get_delay_ns (&jumps, TRUE), ==, 70.0);
  g_assert_cmpfloat (ts_jumps_get_delay_ns (&jumps, FALSE), ==, 50.0);
}

/* Sizes are taken over from a filter's measurement, deviations are not; undone, they leave what was before. */
static void
test_sizes (void)
{
  TsJumps jumps = { 0 }, measured;
  TsFilterChange more_there = { 100.0, 1.0 };

  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = 1.0, .there = { 0.0, 50.0 } });
  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = 2.0, .back = { 0.0, 50.0 } });
  measured = jumps;
  measured.items[0].there = (TsFilterChange) { 70.0, 5.0 };
  measured.items[1].back = (TsFilterChange) { -20.0, 5.0 };
  ts_jumps_set_sizes (&jumps, &measured);
  g_assert_cmpfloat (jumps.items[0].there.ns, ==, 70.0);
  g_assert_cmpfloat (jumps.items[0].there.deviation_ns, ==, 50.0);
  ts_jumps_undo (&jumps, &more_there);
  g_assert_cmpfloat (more_there.ns, ==, 10.0);
  g_assert_cmpfloat (more_there.deviation_ns, ==, 1.0);
}

/* Only a way that comes back by about as much as it had moved is where it was. */
static void
test_take_back (void)
{
  TsJumps jumps = { 0 };
  double at_s;
  gboolean was_both;

  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = 1.0, .there = { 1000.0, 10.0 } });
  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = 2.0, .both = { 5000.0, 10.0 } });
  g_assert_false (ts_jumps_take_back (&jumps, TRUE, 2000.0, &at_s, &was_both));
  g_assert_false (ts_jumps_take_back (&jumps, FALSE, 1000.0, &at_s, &was_both));

  g_assert_true (ts_jumps_take_back (&jumps, TRUE, 1250.0, &at_s, &was_both));
  g_assert_cmpfloat (at_s, ==, 1.0);
  g_assert_false (was_both);
  g_assert_false (ts_jumps_take_back (&jumps, TRUE, 1250.0, &at_s, &was_both));

  g_assert_true (ts_jumps_take_back (&jumps, FALSE, 4000.0, &at_s, &was_both));
  g_assert_cmpfloat (at_s, ==, 2.0);
  g_assert_true (was_both);
  g_assert_cmpfloat (ts_jumps_get_delay_ns (&jumps, FALSE), ==, 0.0);
}

/* Where the other way has just moved, both have moved together; otherwise the one has moved alone. */
static void
test_ways_in_turn (void)
{
  TsJumps jumps = { 0 };
  TsFilterJump late = { .at_s = 20.0 }, soon = { .at_s = 11.0 };

  ts_jumps_add (&jumps, &(TsFilterJump) { .at_s = 10.0, .there = { 0.0, 300.0 } });
  ts_jumps_move_way (&jumps, &late, FALSE, 200.0, 5.0);
  g_assert_cmpfloat (late.back.deviation_ns, ==, 200.0);
  g_assert_cmpfloat (late.both.deviation_ns, ==, 0.0);

  ts_jumps_move_way (&jumps, &soon, FALSE, 200.0, 5.0);
  g_assert_cmpfloat (soon.at_s, ==, 10.0);
  g_assert_cmpfloat (soon.back.deviation_ns, ==, 0.0);
  g_assert_cmpfloat (soon.both.deviation_ns, ==, 300.0);
  g_assert_cmpfloat (jumps.items[0].there.deviation_ns, ==, 0.0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jumps/order", test_order);
  g_test_add_func ("/jumps/last-move", test_last_move);
  g_test_add_func ("/jumps/sizes", test_sizes);
  g_test_add_func ("/jumps/take-back", test_take_back);
  g_test_add_func ("/jumps/ways-in-turn", test_ways_in_turn);
  return g_test_run ();
}
