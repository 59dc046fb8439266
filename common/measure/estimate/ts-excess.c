/* By how much packets are later than the fastest possible: a distribution, and what it tells about one packet.
 *
 * Of near packets the excess e has a density like e^(k − 1), and they end at a limit that lies a reach c above the
 * fastest possible. Where that is, y, is what is looked for; it is known as a normal distribution. A packet that lies at u then
 * tells of y by (u − y)^(k − 1) · (limit − y)^−k. The second factor is about exp (−k · e / c), which makes the product
 * a gamma density of e times a normal one. Its moments are functions of one number, z, and are kept in a table for
 * each power k; docs/measurement.md has the formulas.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-excess.h"

#include <math.h>
#include <string.h>

/* The table goes from the least z in steps; beyond its ends series are exact enough. */
#define LEAST_Z      (-10.0)
#define STEPS_PER_Z  8
#define N_STEPS      (22 * STEPS_PER_Z)
#define GREATEST_Z   (LEAST_Z + (double) N_STEPS / STEPS_PER_Z)

/* How finely the logarithm of t is integrated over for the table. */
#define PIECE 0.08

static const double powers[TS_EXCESS_N_SHAPES] = { 0.5, 1.0, 2.0, 5.0 };

/* Of powers: logarithm of the gamma function. */
static const double log_gammas[TS_EXCESS_N_SHAPES] = { 0.5723649429247001, 0.0, 0.0, 3.1780538303479458 };

/* Of a gamma distribution of that power and mean 1: logarithm of how likely it is below 1. */
static const double log_shares[TS_EXCESS_N_SHAPES] = { -0.38251, -0.45868, -0.52089, -0.58070 };

/* Of t, whose density is t^(k − 1) exp (−t²/2 − z·t): the logarithm of its integral (where z is negative, less z²/2),
 * mean, variance and third central moment. */
typedef struct
{
  double log_integral;
  double mean;
  double variance;
  double third;
} Moments;

typedef struct
{
  Moments moments[TS_EXCESS_N_SHAPES][N_STEPS + 1];
} Table;

/**
 * ts_excess_get_power:
 * @shape: below %TS_EXCESS_N_SHAPES
 *
 * Returns: k, where the density of small excesses is like e^(k − 1)
 */
double
ts_excess_get_power (guint shape)
{
  return powers[shape];
}

/* The integrals of t^(k − 1 + j) exp (−t²/2 − z·t) over the positive axis, j from 0 to 3; where z is negative, times
 * exp (−z²/2). By the trapezoid rule over the logarithm of t, where the integrand falls off fast at both ends. */
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

static const Table *
make_table (void)
{
  Table *table = g_new (Table, 1);

  for (guint shape = 0; shape < TS_EXCESS_N_SHAPES; shape++)
    for (guint i = 0; i <= N_STEPS; i++)
      {
        double integrals[4];

        integrate (powers[shape], LEAST_Z + (double) i / STEPS_PER_Z, integrals);
        table->moments[shape][i] = get_moments (integrals);
      }
  return table;
}

/* The same for all estimators, and never changed. */
static const Table *
get_table (void)
{
  static gsize table;

  if (g_once_init_enter (&table))
    g_once_init_leave (&table, (gsize) make_table ());
  return (const Table *) table;
}

/* A cubic through both ends with the slopes that are known there. */
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

/* The normal factor decides: about its peak. */
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

/* The exponential factor decides: a gamma density, corrected by powers of 1/z². */
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

  if (z < LEAST_Z)
    return look_below (powers[shape], z);
  if (z >= GREATEST_Z)
    return look_above (shape, z);
  place = (z - LEAST_Z) * STEPS_PER_Z;
  left = &get_table ()->moments[shape][(guint) place];
  right = left + 1;
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
  double k = powers[excess->shape];
  double deviation_ns = sqrt (variance_ns2);
  double ratio = k * deviation_ns / excess->reach_ns;
  double z = ratio - gap_ns / deviation_ns;
  /* Where z is negative, exponents that nearly cancel are summed before they become too large. */
  double exponent = z < 0.0 ? (0.5 * ratio - gap_ns / deviation_ns) * ratio : -0.5 * gap_ns * gap_ns / variance_ns2;
  Moments moments = look_up (excess->shape, z);

  posterior->mean_ns = deviation_ns * moments.mean;
  posterior->variance_ns2 = variance_ns2 * moments.variance;
  posterior->log_evidence = exponent + moments.log_integral + k * log (ratio) - log (deviation_ns) -
                            log_gammas[excess->shape] - log_shares[excess->shape];
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
  Moments moments = look_up (1, -gap_ns / deviation_ns);

  posterior->mean_ns = deviation_ns * moments.mean;
  posterior->variance_ns2 = variance_ns2 * moments.variance;
  posterior->log_evidence = 0.0;
}
