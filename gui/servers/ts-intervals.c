/* The intervals that a person can choose from, in the main menu and as a preference.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-intervals.h"

#include <math.h>

static const double intervals_s[] = { 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 600, 3600 };

G_STATIC_ASSERT (G_N_ELEMENTS (intervals_s) == TS_N_INTERVALS);

/**
 * ts_intervals_get_s:
 * @index: less than %TS_N_INTERVALS
 *
 * Returns: the seconds of one of them; each is greater than the one before
 */
double
ts_intervals_get_s (guint index)
{
  return intervals_s[index];
}

/**
 * ts_intervals_find:
 * @interval_s: seconds
 *
 * Returns: the index of that interval, or -1 if it is none of them
 */
int
ts_intervals_find (double interval_s)
{
  for (guint i = 0; i < G_N_ELEMENTS (intervals_s); i++)
    if (fabs (interval_s - intervals_s[i]) < 1e-9)
      return (int) i;
  return -1;
}
