/* By how much packets are later than the fastest possible: a distribution, and what it tells about one packet.
 *
 * The product of an Erlang and a normal density has moments in closed form; docs/measurement.md has them.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-excess.h"

#include <math.h>
#include <stdlib.h>

#define TAIL_SHAPE 2
#define MAX_SHAPE  5
#define N_MOMENTS  (MAX_SHAPE + 2)

/* No stamp is better, and a path that never queues must not make the filter certain. */
#define MIN_SCALE_NS 20.0

/* A tail is longer than the body by this. */
#define MIN_TAIL 1.5

/* How many packets the scales as they were count for when they are refined. */
#define PRIOR_PACKETS 2.0

/* Where to take the scale from: below these quantiles bursts and tails leave few marks. */
#define LOW_QUANTILE  0.05
#define HIGH_QUANTILE 0.30

static const double factorials[MAX_SHAPE] = { 1.0, 1.0, 2.0, 6.0, 24.0 }; /* of the shape less 1 */

/* Of each shape at scale 1: the two quantiles above, and the one that 2 % exceed. */
static const struct
{
  guint shape;
  double low;
  double high;
  double end;
} quantiles[] = {
  { 1, 0.0513, 0.3567, 3.912 },
  { TS_EXCESS_COMMON_SHAPE, 0.3554, 1.0973, 5.834 },
  { 5, 1.9701, 3.6336, 10.580 },
  { TS_EXCESS_NORMAL_SHAPE, -1.6449, -0.5244, 2.054 },
};

/**
 * ts_excess_init:
 * @excess: (out caller-allocates): a distribution
 * @mean_ns: a guess at its mean
 */
void
ts_excess_init (TsExcess *excess,
                double mean_ns)
{
  *excess = (TsExcess) {
    .shape = TS_EXCESS_COMMON_SHAPE,
    .scale_ns = MAX (mean_ns / TS_EXCESS_COMMON_SHAPE, MIN_SCALE_NS),
    .tail = 0.1,
    .tail_ns = MAX (4.0 * mean_ns, 8.0 * MIN_SCALE_NS),
  };
}

/* The integrals of t^j exp (−t²/2 − t·z) over the positive axis, j from 0 to n − 1; where z is negative, times
 * exp (−z²/2). */
static void
integrate_moments (double z,
                   guint n,
                   double moments[N_MOMENTS])
{
  double ratios[N_MOMENTS];
  double ratio;

  if (z < 2.0)
    {
      double end = exp (-0.5 * z * z);

      moments[0] = sqrt (G_PI / 2.0) * erfc (z * G_SQRT2 / 2.0);
      if (z > 0.0)
        {
          moments[0] /= end;
          end = 1.0;
        }
      moments[1] = end - z * moments[0];
      for (guint j = 2; j < n; j++)
        moments[j] = (j - 1) * moments[j - 2] - z * moments[j - 1];
      return;
    }

  /* Forward, the recursion loses all digits here; backward, as a continued fraction, it loses none. */
  ratio = 0.5 * (sqrt (z * z + 4.0 * 16.0) - z);
  for (guint j = 15; j > 0; j--)
    {
      ratio = j / (z + ratio);
      if (j < n)
        ratios[j] = ratio;
    }
  moments[0] = 1.0 / (z + ratio);
  for (guint j = 1; j < n; j++)
    moments[j] = moments[j - 1] * ratios[j];
}

/* One part of the mixture: the logarithm of its density, the mean of the excess and that of its square. */
typedef struct
{
  double log_density;
  double mean_ns;
  double square_ns2;
} Part;

/* The variance from the means of a number and of its square. What rounding may leave of it is measured against the
 * lesser of what it could be: of a packet that is very late the square is far more than all that was unsure. */
static double
get_variance_ns2 (double mean_ns,
                  double square_ns2,
                  double before_ns2)
{
  return MAX (square_ns2 - mean_ns * mean_ns, 1e-6 * MIN (square_ns2, before_ns2));
}

static Part
infer_erlang (guint shape,
              double scale_ns,
              double gap_ns,
              double variance_ns2)
{
  double deviation_ns = sqrt (variance_ns2);
  double ratio = deviation_ns / scale_ns;
  double z = ratio - gap_ns / deviation_ns;
  /* Where z is negative, exponents that nearly cancel are summed before they become too large. */
  double exponent = z < 0.0 ? (0.5 * ratio - gap_ns / deviation_ns) * ratio : -0.5 * gap_ns * gap_ns / variance_ns2;
  double power = ratio;
  double moments[N_MOMENTS];

  integrate_moments (z, shape + 2, moments);
  for (guint i = 1; i < shape; i++)
    power *= ratio;
  return (Part) {
    .log_density = exponent + log (power * moments[shape - 1] / (factorials[shape - 1] * deviation_ns) + 1e-300),
    .mean_ns = deviation_ns * moments[shape] / moments[shape - 1],
    .square_ns2 = variance_ns2 * moments[shape + 1] / moments[shape - 1],
  };
}

static Part
infer_normal (double deviation_ns,
              double gap_ns,
              double variance_ns2)
{
  double own_ns2 = deviation_ns * deviation_ns;
  double sum_ns2 = own_ns2 + variance_ns2;
  double mean_ns = gap_ns * own_ns2 / sum_ns2;

  return (Part) {
    .log_density = -0.5 * gap_ns * gap_ns / sum_ns2 - 0.5 * log (sum_ns2),
    .mean_ns = mean_ns,
    .square_ns2 = mean_ns * mean_ns + variance_ns2 * own_ns2 / sum_ns2,
  };
}

/**
 * ts_excess_infer:
 * @excess: a distribution
 * @gap_ns: how much later than expected of the fastest possible the packet was
 * @variance_ns2: of that expectation, a normal one
 * @posterior: (out caller-allocates): what is then known about the packet's excess
 */
void
ts_excess_infer (const TsExcess *excess,
                 double gap_ns,
                 double variance_ns2,
                 TsExcessPosterior *posterior)
{
  gboolean is_normal = excess->shape == TS_EXCESS_NORMAL_SHAPE;
  Part body = is_normal ? infer_normal (excess->scale_ns, gap_ns, variance_ns2)
                        : infer_erlang (excess->shape, excess->scale_ns, gap_ns, variance_ns2);
  Part tail = infer_erlang (TAIL_SHAPE, excess->tail_ns, gap_ns, variance_ns2);
  double top = MAX (body.log_density, tail.log_density);
  double body_share = (1.0 - excess->tail) * exp (body.log_density - top);
  double tail_share = excess->tail * exp (tail.log_density - top);
  double sum = body_share + tail_share;
  double square_ns2;

  tail_share /= sum;
  posterior->log_evidence = top + log (sum);
  posterior->tail = tail_share;
  posterior->body_moment = is_normal ? body.square_ns2 : body.mean_ns;
  posterior->tail_mean_ns = tail.mean_ns;
  posterior->mean_ns = body.mean_ns + tail_share * (tail.mean_ns - body.mean_ns);
  square_ns2 = body.square_ns2 + tail_share * (tail.square_ns2 - body.square_ns2);
  posterior->variance_ns2 = get_variance_ns2 (posterior->mean_ns, square_ns2, variance_ns2);
}

/**
 * ts_excess_truncate:
 * @gap_ns: as in ts_excess_infer()
 * @variance_ns2: the same
 * @posterior: (out caller-allocates): its mean, variance and evidence are set
 *
 * What is known about the excess of a packet about which nothing is known but that it has one.
 */
void
ts_excess_truncate (double gap_ns,
                    double variance_ns2,
                    TsExcessPosterior *posterior)
{
  double deviation_ns = sqrt (variance_ns2);
  double moments[N_MOMENTS];
  double mean, square;

  integrate_moments (-gap_ns / deviation_ns, 3, moments);
  mean = moments[1] / moments[0];
  square = moments[2] / moments[0];
  *posterior = (TsExcessPosterior) {
    .mean_ns = deviation_ns * mean,
    .variance_ns2 = variance_ns2 * get_variance_ns2 (mean, square, 1.0),
  };
}

static int
compare_delays (gconstpointer a,
                gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
get_quantile (const double *sorted_ns,
              guint n,
              double probability)
{
  double place = CLAMP (probability * (n + 1) - 1.0, 0.0, n - 1.0);
  guint i = MIN ((guint) place, n - 2);

  return sorted_ns[i] + (place - i) * (sorted_ns[i + 1] - sorted_ns[i]);
}

/**
 * ts_excess_fit:
 * @excess: (out caller-allocates): a distribution
 * @shape: 1, 2, 5 or %TS_EXCESS_NORMAL_SHAPE
 * @delays_ns: (array length=n_delays) (inout): delays, all off by the same unknown; sorted on return
 * @n_delays: at least 2
 *
 * Takes the body's scale from low quantiles, and the tail from what is beyond the body's end.
 */
void
ts_excess_fit (TsExcess *excess,
               guint shape,
               double *delays_ns,
               guint n_delays)
{
  guint row = 0, n_tail = 0;
  double low_ns, high_ns, base_ns, end_ns, sum_ns = 0.0;

  while (quantiles[row].shape != shape)
    row++;
  qsort (delays_ns, n_delays, sizeof *delays_ns, compare_delays);
  low_ns = get_quantile (delays_ns, n_delays, LOW_QUANTILE);
  high_ns = get_quantile (delays_ns, n_delays, HIGH_QUANTILE);

  excess->shape = shape;
  excess->scale_ns = MAX ((high_ns - low_ns) / (quantiles[row].high - quantiles[row].low), MIN_SCALE_NS);
  base_ns = high_ns - quantiles[row].high * excess->scale_ns;
  end_ns = base_ns + quantiles[row].end * excess->scale_ns;
  for (; n_tail < n_delays && delays_ns[n_delays - 1 - n_tail] > end_ns; n_tail++)
    sum_ns += delays_ns[n_delays - 1 - n_tail] - base_ns;
  /* As if there were one more in the tail, and of what is there 2 % came from the body. */
  excess->tail = 0.8 * (n_tail + 1.0) / (n_delays + 2.0);
  sum_ns += 6.0 * excess->scale_ns * MAX (shape, 1);
  excess->tail_ns = MAX (sum_ns / (TAIL_SHAPE * (n_tail + 1.0)), MIN_TAIL * excess->scale_ns);
}

/**
 * ts_excess_sum:
 * @sums: (inout): sums over packets, all 0 at first
 * @posterior: of one more packet, from ts_excess_infer()
 */
void
ts_excess_sum (TsExcessSums *sums,
               const TsExcessPosterior *posterior)
{
  sums->n += 1.0;
  sums->tail += posterior->tail;
  sums->body += (1.0 - posterior->tail) * posterior->body_moment;
  sums->tail_ns += posterior->tail * posterior->tail_mean_ns;
}

/**
 * ts_excess_refine:
 * @excess: (inout): a distribution
 * @sums: over packets that it explained
 *
 * One round of expectation maximisation (Dempster, Laird and Rubin 1977); the shape stays.
 */
void
ts_excess_refine (TsExcess *excess,
                  const TsExcessSums *sums)
{
  double n_body = sums->n - sums->tail + PRIOR_PACKETS;
  double n_tail = sums->tail + PRIOR_PACKETS;
  double scale_ns;

  if (excess->shape == TS_EXCESS_NORMAL_SHAPE)
    scale_ns = sqrt ((sums->body + PRIOR_PACKETS * excess->scale_ns * excess->scale_ns) / n_body);
  else
    scale_ns = (sums->body / excess->shape + PRIOR_PACKETS * excess->scale_ns) / n_body;
  excess->scale_ns = MAX (scale_ns, MIN_SCALE_NS);
  excess->tail = (sums->tail + 0.1) / (sums->n + 1.0);
  excess->tail_ns = (sums->tail_ns / TAIL_SHAPE + PRIOR_PACKETS * excess->tail_ns) / n_tail;
  excess->tail_ns = MAX (excess->tail_ns, MIN_TAIL * excess->scale_ns);
}
