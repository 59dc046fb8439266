/* Seeded random numbers of the distributions that clocks and paths need.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-random.h"

#include <math.h>

/* Above 0, below 1. */
static double
draw_uniform (GRand *random)
{
  return (g_rand_int (random) + 0.5) / 4294967296.0;
}

/**
 * sim_random_normal:
 * @random: a generator
 *
 * Returns: a number of mean 0 and standard deviation 1 (Box and Muller 1958)
 */
double
sim_random_normal (GRand *random)
{
  double radius = sqrt (-2.0 * log (draw_uniform (random)));

  return radius * cos (2.0 * G_PI * draw_uniform (random));
}

/**
 * sim_random_exponential:
 * @random: a generator
 *
 * Returns: a number of mean 1
 */
double
sim_random_exponential (GRand *random)
{
  return -log (draw_uniform (random));
}

/* Shapes of at least 1 (Marsaglia and Tsang 2000). */
static double
draw_gamma (GRand *random,
            double shape)
{
  double d = shape - 1.0 / 3.0;
  double c = 1.0 / sqrt (9.0 * d);

  for (;;)
    {
      double x = sim_random_normal (random);
      double v = 1.0 + c * x;

      v = v * v * v;
      if (v > 0.0 && log (draw_uniform (random)) < 0.5 * x * x + d - d * v + d * log (v))
        return d * v;
    }
}

/**
 * sim_random_gamma:
 * @random: a generator
 * @shape: more than 0
 *
 * Returns: a number of mean @shape and scale 1
 */
double
sim_random_gamma (GRand *random,
                  double shape)
{
  double larger;

  if (shape >= 1.0)
    return draw_gamma (random, shape);
  larger = draw_gamma (random, shape + 1.0);
  return larger * pow (draw_uniform (random), 1.0 / shape);
}

/**
 * sim_random_weibull:
 * @random: a generator
 * @shape: more than 0
 *
 * Returns: a number of scale 1, whose mean is Γ(1 + 1/@shape)
 */
double
sim_random_weibull (GRand *random,
                    double shape)
{
  return pow (sim_random_exponential (random), 1.0 / shape);
}

/**
 * sim_random_between:
 * @random: a generator
 * @least: more than 0
 * @most: at least as much
 *
 * Returns: a number between them whose logarithm is evenly distributed
 */
double
sim_random_between (GRand *random,
                    double least,
                    double most)
{
  return least * pow (most / least, draw_uniform (random));
}

/**
 * sim_random_pareto:
 * @random: a generator
 * @shape: more than 0; the mean is infinite up to 1
 *
 * Returns: a number of at least 1 that exceeds x with the probability x^-@shape
 */
double
sim_random_pareto (GRand *random,
                   double shape)
{
  return pow (draw_uniform (random), -1.0 / shape);
}
