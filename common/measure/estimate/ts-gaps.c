/* How late the packets of a way are, and which of them are near.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-gaps.h"

#include <math.h>
#include <stdlib.h>

#include "measure/estimate/ts-excess.h"

/* Of n packets, so many times the square root of n / 16 are near, but no more than this part of those that are kept. */
#define NEAR_OF_16 12.0
#define MOST_NEAR  0.9

/* Another mode begins where the near packets reach more than MODE times as far as the first of MODE_PART of them. */
#define MODE      7.0
#define MODE_PART 2.5

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
get_quantile (const double *sorted_ns,
              guint n,
              double place)
{
  guint i;

  place = CLAMP (place, 0.0, n - 1.0);
  i = MIN ((guint) place, n - 2);
  return sorted_ns[i] + (place - i) * (sorted_ns[i + 1] - sorted_ns[i]);
}

/**
 * ts_gaps_measure:
 * @self: (out caller-allocates): gaps
 * @gaps_ns: (array length=n) (inout): the gaps of the packets that are kept, in any order; then sorted
 * @n: how many they are
 * @n_seen: how many packets the way has had
 *
 * Returns: whether there are enough packets to tell
 */
gboolean
ts_gaps_measure (TsGaps *self,
                 double *gaps_ns,
                 guint n,
                 guint64 n_seen)
{
  double n_near = NEAR_OF_16 * sqrt (MIN ((double) n_seen, TS_GAPS_WINDOW) / 16.0);

  if (n < 3)
    return FALSE;
  qsort (gaps_ns, n, sizeof *gaps_ns, compare);
  n_near = MIN (n_near, MAX (MOST_NEAR * n, 3.0));
  /* Only another mode rises like that: no power law does. */
  while (n_near > 6.0 && get_quantile (gaps_ns, n, n_near - 1.0) - gaps_ns[0] >
                           MODE * (get_quantile (gaps_ns, n, n_near / MODE_PART - 1.0) - gaps_ns[0]))
    n_near /= 1.5;
  self->least_ns = gaps_ns[0];
  self->quarter_ns = get_quantile (gaps_ns, n, n_near / 4.0 - 1.0);
  self->limit_ns = get_quantile (gaps_ns, n, n_near - 1.0);
  return TRUE;
}

/**
 * ts_gaps_guess_reach_ns:
 * @self: gaps
 * @power: of the excess, as ts_excess_get_power() has it
 *
 * Returns: a first guess at how far the near packets reach above the fastest possible one: a power law through two
 *   quantiles says where it begins
 */
double
ts_gaps_guess_reach_ns (const TsGaps *self,
                        double power)
{
  double ratio = pow (4.0, -1.0 / power);
  double begin_ns = (self->quarter_ns - ratio * self->limit_ns) / (1.0 - ratio);
  double spread_ns = self->limit_ns - self->least_ns;
  double reach_ns = self->limit_ns - MIN (begin_ns, self->least_ns);

  return CLAMP (reach_ns, spread_ns, 4.0 * power * spread_ns + TS_EXCESS_MIN_REACH_NS);
}
