/* What the series of a class come to together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-figures.h"

#include <math.h>

/* No error is smaller than rounding: 1 ns. */
#define MIN_ERROR_NS 1.0

static double
get_rms_ns (double square_ns2,
            guint n)
{
  return MAX (sqrt (square_ns2 / (double) n), MIN_ERROR_NS);
}

static SimRivalName
find_best (const SimSeries *series,
           guint n_series)
{
  SimRivalName best = 0;
  double least = HUGE_VAL;

  for (guint rival = 0; rival < SIM_N_RIVALS; rival++)
    {
      double sum = 0.0;

      for (guint i = 0; i < n_series; i++)
        if (series[i].n_compared > 0)
          sum += log (get_rms_ns (series[i].rival_squares_ns2[rival], series[i].n_compared));
      if (sum < least)
        {
          least = sum;
          best = rival;
        }
    }
  return best;
}

static void
sum_errors (SimFigures *self,
            const SimSeries *series,
            guint n_series)
{
  double square_ns2 = 0.0, rival_square_ns2[SIM_N_RIVALS] = { 0.0 }, least_ns2 = HUGE_VAL;
  double rms = 0.0, stated = 0.0;
  guint n = 0;

  self->best = find_best (series, n_series);
  for (guint i = 0; i < n_series; i++)
    {
      const SimSeries *one = &series[i];

      if (one->n_compared == 0)
        continue;
      n++;
      square_ns2 += one->square_ns2;
      for (guint rival = 0; rival < SIM_N_RIVALS; rival++)
        rival_square_ns2[rival] += one->rival_squares_ns2[rival];
      rms += log (get_rms_ns (one->square_ns2, one->n_compared) /
                  get_rms_ns (one->rival_squares_ns2[self->best], one->n_compared));
      stated += log (MAX (one->stated_ns / (double) one->n_compared, MIN_ERROR_NS) /
                     MAX (one->rival_needs_ns[self->best], MIN_ERROR_NS));
    }
  for (guint rival = 0; rival < SIM_N_RIVALS; rival++)
    least_ns2 = MIN (least_ns2, rival_square_ns2[rival]);
  self->rms_ratio = exp (rms / (double) n);
  self->stated_ratio = exp (stated / (double) n);
  self->pooled_ratio = sqrt (square_ns2 / MAX (least_ns2, MIN_ERROR_NS));
}

/**
 * sim_figures_sum:
 * @figures: (out caller-allocates): what they come to
 * @series: series of one class
 * @n_series: how many of them
 */
void
sim_figures_sum (SimFigures *figures,
                 const SimSeries *series,
                 guint n_series)
{
  guint64 n_judged = 0, n_covered = 0;
  double cpu_s = 0.0;

  *figures = (SimFigures) { .n_series = n_series, .least_coverage = 1.0 };
  for (guint i = 0; i < n_series; i++)
    {
      const SimSeries *one = &series[i];
      double coverage = one->n_judged > 0 ? (double) one->n_covered / (double) one->n_judged : 1.0;

      figures->n_samples += one->n_samples;
      figures->hours += one->hours;
      n_judged += one->n_judged;
      n_covered += one->n_covered;
      figures->least_coverage = MIN (figures->least_coverage, coverage);
      figures->half_covered += (coverage < 0.5) / (double) n_series;
      figures->n_misses += one->n_misses;
      figures->n_wild += one->n_wild;
      figures->n_false_steps += one->n_false_steps;
      figures->n_false_probable += one->n_false_probable;
      figures->n_noticeable += one->n_noticeable > 0;
      figures->n_prompt += one->n_noticeable > 0 && one->latest <= SIM_SERIES_PROMPT;
      cpu_s += one->cpu_s;
    }
  figures->coverage = (double) n_covered / (double) n_judged;
  figures->cpu_us = cpu_s * 1e6 / (double) figures->n_samples;
  sum_errors (figures, series, n_series);
}
