/* All lines that a series of bounds allows, which is what is proven about two clocks.
 *
 * A line offset (t) = a + b·t passes below every upper point and above every lower point. So only the lower hull of the
 * upper points and the upper hull of the lower points matter (Moon, Skelly and Towsley 1999; Zhang, Liu and Xia 2002).
 * Clocks do not keep to a line, so each bound is widened by how far the clocks may leave it between the bound and the
 * instant in question. The hulls are made for each instant.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-hull.h"

#include <math.h>

#define MAX_DRIFT  (TS_HULL_MAX_DRIFT_PPM * 1000.0)
#define MAX_POINTS (TS_HULL_N_LEVELS * TS_HULL_N_SLOTS)

/* Doubles are rounded, and stamps are whole nanoseconds. */
#define TOLERANCE_NS 1.0

/* No search takes as many rounds, because each ends when it stands still. */
#define MAX_ROUNDS 64

/* The hull of one side for one instant, from which time counts. Lower bounds are mirrored, so that all bounds are upper
 * ones. */
typedef struct
{
  double at_s[MAX_POINTS];
  double bound_ns[MAX_POINTS];
  guint n;
} Chain;

/**
 * ts_hull_clear:
 * @self: (out caller-allocates): bounds
 */
void
ts_hull_clear (TsHull *self)
{
  for (guint i = 0; i < TS_HULL_N_LEVELS; i++)
    self->upper.n[i] = self->lower.n[i] = 0;
  self->drift = 0.0;
}

static void
remove_oldest (TsHullSide *side,
               guint level,
               guint n)
{
  side->n[level] -= n;
  for (guint i = 0; i < side->n[level]; i++)
    side->points[level][i] = side->points[level][i + n];
}

/**
 * ts_hull_add:
 * @self: bounds
 * @at_s: an instant
 * @bound_ns: a bound of the offset then
 * @is_upper: whether it is an upper bound
 *
 * A full level hands the tighter of its two oldest points to the next level, and the last level forgets its oldest. The
 * work is constant, amortised, and so is the memory.
 */
void
ts_hull_add (TsHull *self,
             double at_s,
             double bound_ns,
             gboolean is_upper)
{
  TsHullSide *side = is_upper ? &self->upper : &self->lower;
  TsHullPoint point = { at_s, bound_ns };

  for (guint level = 0; level < TS_HULL_N_LEVELS; level++)
    {
      TsHullPoint *points = side->points[level];
      TsHullPoint handed;
      double excess_ns;

      if (side->n[level] < TS_HULL_N_SLOTS)
        {
          points[side->n[level]++] = point;
          return;
        }
      excess_ns = points[1].bound_ns - points[0].bound_ns - self->drift * (points[1].at_s - points[0].at_s);
      handed = (excess_ns < 0.0) == is_upper ? points[1] : points[0];
      remove_oldest (side, level, level + 1 < TS_HULL_N_LEVELS ? 2 : 1);
      points[side->n[level]++] = point;
      point = handed;
    }
}

/* Returns: how far two clocks may leave a line within @s seconds, which is the integral of the wander */
static double
get_allowance_ns (double s)
{
  s = fabs (s);
  return TS_HULL_WANDER_PPM * 1000.0 * (2.0 / 3.0) * s * sqrt (s);
}

static void
append_to_chain (Chain *chain,
                 double at_s,
                 double bound_ns)
{
  guint n = chain->n;

  /* Removes points that are above the line from the point before them to the new one. */
  while (n >= 2 && (chain->bound_ns[n - 1] - chain->bound_ns[n - 2]) * (at_s - chain->at_s[n - 2]) >=
                     (bound_ns - chain->bound_ns[n - 2]) * (chain->at_s[n - 1] - chain->at_s[n - 2]))
    n--;
  chain->at_s[n] = at_s;
  chain->bound_ns[n] = bound_ns;
  chain->n = n + 1;
}

/* Makes the hull by Andrew's monotone chain. */
static void
make_chain (const TsHullSide *side,
            double at_s,
            double sign,
            Chain *chain)
{
  TsHullPoint points[MAX_POINTS];
  guint n = 0;

  for (guint level = TS_HULL_N_LEVELS; level-- > 0;)
    for (guint i = 0; i < side->n[level]; i++)
      {
        TsHullPoint point = side->points[level][i];
        guint place = n++;

        point.at_s -= at_s;
        point.bound_ns = sign * point.bound_ns + get_allowance_ns (point.at_s);
        /* The points are nearly in order, so few of them move. */
        for (; place > 0 && points[place - 1].at_s > point.at_s; place--)
          points[place] = points[place - 1];
        points[place] = point;
      }

  chain->n = 0;
  for (guint i = 0; i < n; i++)
    append_to_chain (chain, points[i].at_s, points[i].bound_ns);
}

/* Returns: the greatest a for which the line a + b·t is below @chain; @at_s: where they touch */
static double
get_intercept (const Chain *chain,
               double drift,
               double *at_s)
{
  guint best = 0;
  double least_ns = HUGE_VAL;

  for (guint i = 0; i < chain->n; i++)
    {
      double intercept_ns = chain->bound_ns[i] - drift * chain->at_s[i];

      if (intercept_ns < least_ns)
        {
          least_ns = intercept_ns;
          best = i;
        }
    }
  *at_s = chain->at_s[best];
  return least_ns;
}

/* Returns: how wide the corridor of a drift is, which is a concave function of the drift; @slope: its derivative */
static double
get_width (const Chain *upper,
           const Chain *lower,
           double drift,
           double *slope)
{
  double upper_s, lower_s;
  double width_ns = get_intercept (upper, drift, &upper_s) + get_intercept (lower, -drift, &lower_s);

  *slope = lower_s - upper_s;
  return width_ns;
}

/* Returns: the drift of the widest corridor. The tangents at both ends of a bracket of a concave function meet above
 * its top. The function consists of straight pieces, so the search ends after a few rounds. */
static double
find_widest (const Chain *upper,
             const Chain *lower)
{
  double low = -MAX_DRIFT, high = MAX_DRIFT;
  double low_slope, high_slope, slope;
  double low_ns = get_width (upper, lower, low, &low_slope);
  double high_ns = get_width (upper, lower, high, &high_slope);

  if (low_slope <= 0.0)
    return low;
  if (high_slope >= 0.0)
    return high;
  for (guint round = 0; round < MAX_ROUNDS; round++)
    {
      double drift = (high_ns - low_ns + low_slope * low - high_slope * high) / (low_slope - high_slope);
      double width_ns;

      if (!(drift > low && drift < high))
        break;
      width_ns = get_width (upper, lower, drift, &slope);
      /* If the tangents meet on the function itself, that is its top. */
      if (width_ns >= low_ns + low_slope * (drift - low) - 1e-6 || slope == 0.0)
        return drift;
      if (slope > 0.0)
        {
          low = drift;
          low_ns = width_ns;
          low_slope = slope;
        }
      else
        {
          high = drift;
          high_ns = width_ns;
          high_slope = slope;
        }
    }
  return low_ns > high_ns ? low : high;
}

/* Returns: the drift at which the width is 0, between @drift, where it is less, and @top. Newton's steps never
 * overshoot on a concave function. */
static double
find_end (const Chain *upper,
          const Chain *lower,
          double drift,
          double top)
{
  for (guint round = 0; round < MAX_ROUNDS; round++)
    {
      double slope;
      double width_ns = get_width (upper, lower, drift, &slope) + TOLERANCE_NS;
      double next;

      if (width_ns >= 0.0 || slope == 0.0)
        break;
      next = drift - width_ns / slope;
      if (next == drift || (next > top) == (drift < top))
        break;
      drift = next;
    }
  return drift;
}

/* Returns: the greatest a that any drift from @low to @high allows */
static double
find_greatest (const Chain *chain,
               double low,
               double high)
{
  double low_s, high_s, at_s;
  double low_ns = get_intercept (chain, low, &low_s);
  double high_ns = get_intercept (chain, high, &high_s);

  for (guint round = 0; round < MAX_ROUNDS && low_s < 0.0 && high_s > 0.0; round++)
    {
      /* The derivative of the intercept is −t. */
      double drift = (high_ns - low_ns + high_s * high - low_s * low) / (high_s - low_s);
      double a_ns;

      if (!(drift > low && drift < high))
        break;
      a_ns = get_intercept (chain, drift, &at_s);
      if (a_ns >= low_ns - low_s * (drift - low) - 1e-6)
        return a_ns;
      if (at_s < 0.0)
        {
          low = drift;
          low_ns = a_ns;
          low_s = at_s;
        }
      else
        {
          high = drift;
          high_ns = a_ns;
          high_s = at_s;
        }
    }
  return MAX (low_ns, high_ns);
}

/**
 * ts_hull_get_range:
 * @self: bounds, at least one from each side
 * @at_s: an instant
 * @range: (out): what the bounds prove about that instant
 *
 * Every bound is widened by how far clocks that wander by no more than %TS_HULL_WANDER_PPM may leave a line through
 * @at_s. The line's drift is at most %TS_HULL_MAX_DRIFT_PPM.
 *
 * Returns: whether any line is left; if not, a clock was set, or a stamp is wrong
 */
gboolean
ts_hull_get_range (const TsHull *self,
                   double at_s,
                   TsHullRange *range)
{
  Chain upper, lower;
  double top, slope;

  make_chain (&self->upper, at_s, 1.0, &upper);
  make_chain (&self->lower, at_s, -1.0, &lower);
  g_return_val_if_fail (upper.n > 0 && lower.n > 0, FALSE);

  top = find_widest (&upper, &lower);
  if (get_width (&upper, &lower, top, &slope) < -TOLERANCE_NS)
    return FALSE;
  range->joint_drift = top;
  range->min_drift = find_end (&upper, &lower, -MAX_DRIFT, top);
  range->max_drift = find_end (&upper, &lower, MAX_DRIFT, top);
  range->max_ns = find_greatest (&upper, range->min_drift, range->max_drift);
  range->min_ns = -find_greatest (&lower, -range->max_drift, -range->min_drift);
  /* The tolerance may have let them cross. */
  if (range->min_ns > range->max_ns)
    range->min_ns = range->max_ns = 0.5 * (range->min_ns + range->max_ns);
  return TRUE;
}
