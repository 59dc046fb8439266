/* What several models say together, each weighed by how likely it is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-mixture.h"

#include <math.h>

/* The search for an error ends at so many standard deviations of the mixture. */
#define MOST_DEVIATIONS 5.0
#define N_BISECTIONS    18

/* Of a single normal part: the error that has a probability of 95 %, and how fast the probability grows there, in standard
 * deviations. */
#define NORMAL_ERROR 1.96
#define NORMAL_SLOPE 0.117

/* More steps of the secant are never needed; without them the bisection asks itself. */
#define MOST_SECANTS 6

/* What is known about the error that is looked for. */
typedef struct
{
  const TsMixturePart *parts;
  guint n;
  double offset_ns;
  double wanted;   /* how likely the offset has to be inside, times the weight of all parts */
  double below_ns; /* an error that is too small */
  double above_ns; /* one that is large enough */
} Search;

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

/* Returns: by how much the offset is more likely within @error_ns than is wanted */
static double
judge (Search *search,
       double error_ns)
{
  double inside = 0.0;

  for (guint i = 0; i < search->n; i++)
    {
      const TsMixturePart *part = &search->parts[i];
      double scale = 1.0 / (G_SQRT2 * part->deviation_ns);
      double center_ns = search->offset_ns - part->offset_ns;

      inside += 0.5 * part->weight * (erf ((center_ns + error_ns) * scale) - erf ((center_ns - error_ns) * scale));
    }
  if (inside < search->wanted)
    search->below_ns = MAX (search->below_ns, error_ns);
  else
    search->above_ns = MIN (search->above_ns, error_ns);
  return inside - search->wanted;
}

/* Looks for errors on both sides of the one that is wanted, at most @step_ns apart, along secants. Each step goes a quarter of
 * that too far, so that the next one comes to the other side. */
static void
narrow (Search *search,
        const TsMixturePart *mean,
        double step_ns)
{
  double error_ns = NORMAL_ERROR * mean->deviation_ns;
  double slope = NORMAL_SLOPE * mean->weight / mean->deviation_ns;
  double more = judge (search, error_ns);

  for (guint i = 0; i < MOST_SECANTS && search->above_ns - search->below_ns > step_ns; i++)
    {
      double next_ns = error_ns - more / slope + (more < 0.0 ? step_ns / 4.0 : -step_ns / 4.0);
      double more_next;

      if (!(next_ns > search->below_ns && next_ns < search->above_ns))
        return;
      more_next = judge (search, next_ns);
      slope = (more_next - more) / (next_ns - error_ns);
      if (!(slope > 0.0))
        return;
      error_ns = next_ns;
      more = more_next;
    }
}

/**
 * ts_mixture_find_error_ns:
 * @parts: (array length=n): one or more
 * @n: how many
 * @mean: their average, from ts_mixture_average()
 * @probability: below 1
 *
 * Bisects. The greater the error, the more likely the offset is inside, so most halves are decided by errors that were tried
 * before: the result is that of a bisection alone, with a third of the work.
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
  Search search = { parts, n, mean->offset_ns, probability * mean->weight, low_ns, high_ns };

  narrow (&search, mean, high_ns / (1 << N_BISECTIONS));
  for (guint round = 0; round < N_BISECTIONS; round++)
    {
      double half_ns = 0.5 * (low_ns + high_ns);

      if (half_ns > search.below_ns && half_ns < search.above_ns)
        judge (&search, half_ns);
      if (half_ns <= search.below_ns)
        low_ns = half_ns;
      else
        high_ns = half_ns;
    }
  return high_ns;
}
