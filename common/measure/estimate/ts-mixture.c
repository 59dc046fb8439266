/* What several models say together, each weighed by how likely it is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-mixture.h"

#include <math.h>

/* The search for an error ends at so many standard deviations of the mixture. */
#define MOST_DEVIATIONS 5.0
#define N_BISECTIONS    18

/**
 * ts_mixture_average:
 * @parts: (array length=n): one or more
 * @n: how many
 *
 * Returns: means and standard deviations of the mixture, and the weight of all parts together
 */
TsMixturePart
ts_mixture_average (const TsMixturePart *parts,
                    guint n)
{
  TsMixturePart mean = { 0 };
  double square_ns2 = 0.0, square_ppm2 = 0.0;

  for (guint i = 0; i < n; i++)
    mean.weight += parts[i].weight;
  for (guint i = 0; i < n; i++)
    {
      mean.offset_ns += parts[i].weight / mean.weight * parts[i].offset_ns;
      mean.drift_ppm += parts[i].weight / mean.weight * parts[i].drift_ppm;
    }
  for (guint i = 0; i < n; i++)
    {
      double away_ns = parts[i].offset_ns - mean.offset_ns, away_ppm = parts[i].drift_ppm - mean.drift_ppm;

      square_ns2 += parts[i].weight * (away_ns * away_ns + parts[i].deviation_ns * parts[i].deviation_ns);
      square_ppm2 += parts[i].weight *
                     (away_ppm * away_ppm + parts[i].drift_deviation_ppm * parts[i].drift_deviation_ppm);
    }
  mean.deviation_ns = sqrt (square_ns2 / mean.weight);
  mean.drift_deviation_ppm = sqrt (square_ppm2 / mean.weight);
  return mean;
}

/* Returns: how likely the offset is within @error_ns of @offset_ns, times the weight of all parts */
static double
weigh_inside (const TsMixturePart *parts,
              guint n,
              double offset_ns,
              double error_ns)
{
  double inside = 0.0;

  for (guint i = 0; i < n; i++)
    {
      double scale = 1.0 / (G_SQRT2 * parts[i].deviation_ns);
      double center_ns = offset_ns - parts[i].offset_ns;

      inside += 0.5 * parts[i].weight * (erf ((center_ns + error_ns) * scale) - erf ((center_ns - error_ns) * scale));
    }
  return inside;
}

/**
 * ts_mixture_find_error_ns:
 * @parts: (array length=n): one or more
 * @n: how many
 * @mean: their average, from ts_mixture_average()
 * @probability: below 1
 *
 * Returns: how far from @mean the offset is at most, with that probability
 */
double
ts_mixture_find_error_ns (const TsMixturePart *parts,
                          guint n,
                          const TsMixturePart *mean,
                          double probability)
{
  double low_ns = 0.0, high_ns = MOST_DEVIATIONS * mean->deviation_ns;

  for (guint round = 0; round < N_BISECTIONS; round++)
    {
      double half_ns = 0.5 * (low_ns + high_ns);

      if (weigh_inside (parts, n, mean->offset_ns, half_ns) < probability * mean->weight)
        low_ns = half_ns;
      else
        high_ns = half_ns;
    }
  return high_ns;
}
