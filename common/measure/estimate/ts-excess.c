/* By how much packets are later than the fastest possible: a distribution, and what it tells about one packet.
 *
 * The excess e of near packets has a density like e^(k − 1), up to a limit that lies a reach c above y, the fastest
 * possible. What is looked for is y, which is known as a normal distribution. A packet at u multiplies that by
 * (u − y)^(k − 1) · (limit − y)^−k. The second factor is about exp (−k · e / c), so the product is a gamma density of e
 * times a normal one. Its moments are functions of one number, z, and a table holds them for each power k. An entry costs
 * a thousand exponentials, and a series looks at few of them, so each is computed when it is first looked at.
 * docs/measurement.md has the formulas.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-excess.h"

#include <math.h>
#include <string.h>

/* The table begins at the least z. Beyond its ends, series are exact enough. */
#define LEAST_Z      (-10.0)
#define STEPS_PER_Z  8
#define N_STEPS      (22 * STEPS_PER_Z)
#define GREATEST_Z   (LEAST_Z + (double) N_STEPS / STEPS_PER_Z)

/* The step of the integration over the logarithm of t. */
#define PIECE 0.08

static const double powers[TS_EXCESS_N_SHAPES] = { 0.5, 1.0, 2.0, 5.0 };

/* Logarithm of the gamma function of each power. */
static const double log_gammas[TS_EXCESS_N_SHAPES] = { 0.5723649429247001, 0.0, 0.0, 3.1780538303479458 };

/* Logarithm of how likely a gamma distribution of each power and of mean 1 is below 1. */
static const double log_shares[TS_EXCESS_N_SHAPES] = { -0.38251, -0.45868, -0.52089, -0.58070 };

/* Moments of t, whose density is like t^(k − 1) exp (−t²/2 − z·t). The integral is that of this density, times
 * exp (−z²/2) where z is negative. The third moment is the central one. */
typedef struct
{
  double log_integral;
  double mean;
  double variance;
  double third;
} Moments;

/**
 * ts_excess_get_power:
 * @shape: below %TS_EXCESS_N_SHAPES
 *
 * Returns: k, if the density of small excesses is like e^(k − 1)
 */
double
ts_excess_get_power (guint shape)
{
  return powers[shape];
}

/* Integrates t^(k − 1 + j) exp (−t²/2 − z·t) over the positive axis, for j from 0 to 3, and times exp (−z²/2) where z
 * is negative. The trapezoid rule over the logarithm of t suits, because the integrand falls off fast at both ends. */
static void
integrate (double power,
           double z,
           double integrals[4])
{
  double end = log (z < 0.0 ? -z + 8.0 : -z + sqrt (z * z + 80.0));
  double begin = MIN (-18.0 / power, end - 2.0);

  memset (integrals, 0, 4 * sizeof *integrals);
  for (double place = begin; place < end; place += PIECE)
    {
      double t = exp (place);
      double exponent = z < 0.0 ? -0.5 * (t + z) * (t + z) : -0.5 * t * t - z * t;
      double value = PIECE * exp (exponent + power * place);

      for (guint j = 0; j < 4; j++, value *= t)
        integrals[j] += value;
    }
}

static Moments
get_moments (const double integrals[4])
{
  double mean = integrals[1] / integrals[0];
  double square = integrals[2] / integrals[0];
  double cube = integrals[3] / integrals[0];

  return (Moments) {
    .log_integral = log (integrals[0]),
    .mean = mean,
    .variance = square - mean * mean,
    .third = cube - 3.0 * mean * square + 2.0 * mean * mean * mean,
  };
}

/* Returns: an entry of the table, which is constant and which all estimators share */
static const Moments *
get_entry (guint shape,
           guint step)
{
  static gsize entries[TS_EXCESS_N_SHAPES][N_STEPS + 1];
  gsize *entry = &entries[shape][step];

  if (g_once_init_enter (entry))
    {
      Moments *moments = g_new (Moments, 1);
      double integrals[4];

      integrate (powers[shape], LEAST_Z + (double) step / STEPS_PER_Z, integrals);
      *moments = get_moments (integrals);
      g_once_init_leave (entry, (gsize) moments);
    }
  return (const Moments *) *entry;
}

/* Returns: a cubic through both ends with the given slopes there */
static double
interpolate (double left,
             double left_slope,
             double right,
             double right_slope,
             double part)
{
  double rest = 1.0 - part;

  return rest * rest * (left * (1.0 + 2.0 * part) + left_slope * part / STEPS_PER_Z) +
         part * part * (right * (1.0 + 2.0 * rest) - right_slope * rest / STEPS_PER_Z);
}

/* Far below the table the normal factor decides, so the moments are those about its peak. */
static Moments
look_below (double power,
            double z)
{
  double peak = 0.5 * (-z + sqrt (z * z + 4.0 * (power - 1.0)));
  double variance = 1.0 / (1.0 + (power - 1.0) / (peak * peak));

  return (Moments) {
    .log_integral = (power - 1.0) * log (peak) - 0.5 * (peak + z) * (peak + z) + 0.5 * log (2.0 * G_PI * variance),
    .mean = peak + (power - 1.0) * variance * variance / (peak * peak * peak),
    .variance = variance,
  };
}

/* Far above the table the exponential factor decides: a gamma density, corrected by powers of 1/z². */
static Moments
look_above (guint shape,
            double z)
{
  double k = powers[shape];
  double square = 1.0 / (z * z);
  double corrections[3];

  for (guint j = 0; j < 3; j++)
    {
      double a = (k + j) * (k + j + 1.0) * square / 2.0;
      double b = (k + j + 2.0) * (k + j + 3.0) * square / 4.0;

      corrections[j] = 1.0 - a * (1.0 - b * (1.0 - (k + j + 4.0) * (k + j + 5.0) * square / 6.0));
    }
  return (Moments) {
    .log_integral = log_gammas[shape] - k * log (z) + log (corrections[0]),
    .mean = k / z * corrections[1] / corrections[0],
    .variance = k * square * ((k + 1.0) * corrections[2] / corrections[0] -
                              k * corrections[1] * corrections[1] / (corrections[0] * corrections[0])),
  };
}

static Moments
look_up (guint shape,
         double z)
{
  const Moments *left, *right;
  double place, part, left_slope, right_slope;

  /* Also where a filter has diverged so far that z is no number. */
  if (!(z >= LEAST_Z))
    return look_below (powers[shape], z);
  if (z >= GREATEST_Z)
    return look_above (shape, z);
  place = (z - LEAST_Z) * STEPS_PER_Z;
  left = get_entry (shape, (guint) place);
  right = get_entry (shape, (guint) place + 1);
  part = place - (guint) place;
  left_slope = -left->mean;
  right_slope = -right->mean;
  if (z < 0.0)
    {
      left_slope -= LEAST_Z + (double) (guint) place / STEPS_PER_Z;
      right_slope -= LEAST_Z + (double) ((guint) place + 1) / STEPS_PER_Z;
    }
  return (Moments) {
    .log_integral = interpolate (left->log_integral, left_slope, right->log_integral, right_slope, part),
    .mean = interpolate (left->mean, -left->variance, right->mean, -right->variance, part),
    .variance = interpolate (left->variance, -left->third, right->variance, -right->third, part),
  };
}

/**
 * ts_excess_infer:
 * @excess: a distribution
 * @gap_ns: how much later the packet was than the expected instant of the fastest possible one
 * @variance_ns2: variance of that expectation, which is normal
 * @tells_evidence: whether the evidence is wanted, which takes as long as the rest
 * @posterior: (out caller-allocates): what is then known about the packet's excess
 */
void
ts_excess_infer (const TsExcess *excess,
                 double gap_ns,
                 double variance_ns2,
                 gboolean tells_evidence,
                 TsExcessPosterior *posterior)
{
  double k = powers[excess->shape];
  double deviation_ns = sqrt (variance_ns2);
  double ratio = k * deviation_ns / excess->reach_ns;
  double z = ratio - gap_ns / deviation_ns;
  Moments moments = look_up (excess->shape, z);
  double exponent;

  posterior->mean_ns = deviation_ns * moments.mean;
  posterior->variance_ns2 = variance_ns2 * moments.variance;
  posterior->log_evidence = 0.0;
  if (!tells_evidence)
    return;
  /* If z is negative, exponents that nearly cancel are summed before they become too large. */
  exponent = z < 0.0 ? (0.5 * ratio - gap_ns / deviation_ns) * ratio : -0.5 * gap_ns * gap_ns / variance_ns2;
  posterior->log_evidence = exponent + moments.log_integral + k * log (ratio) - log (deviation_ns) -
                            log_gammas[excess->shape] - log_shares[excess->shape];
}

/**
 * ts_excess_truncate:
 * @gap_ns: as in ts_excess_infer()
 * @variance_ns2: the same
 * @posterior: (out caller-allocates): what is then known about the packet's excess
 *
 * Infers a packet's excess from nothing but that it is not negative.
 */
void
ts_excess_truncate (double gap_ns,
                    double variance_ns2,
                    TsExcessPosterior *posterior)
{
  double deviation_ns = sqrt (variance_ns2);
  Moments moments = look_up (1, -gap_ns / deviation_ns);

  posterior->mean_ns = deviation_ns * moments.mean;
  posterior->variance_ns2 = variance_ns2 * moments.variance;
  posterior->log_evidence = 0.0;
}
