/* What the series of a class come to together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-series.h"

G_BEGIN_DECLS

/**
 * SimFigures:
 * @n_series: series
 * @n_samples: their samples
 * @hours: how long they were together
 * @coverage: how often the stated error covered the truth, of all estimates judged, from 0 to 1; NaN: none was
 * @least_coverage: of the series in which it did so least often
 * @half_covered: how many series of all it covered less than half in, from 0 to 1
 * @best: the rival of the least errors: of the least geometric mean over the series of the RMS error
 * @rms_ratio: RMS error against that rival's: geometric mean over the series, so that each counts alike
 * @pooled_ratio: the same of all errors together, which the widest paths decide; against the best rival there
 * @stated_ratio: mean error stated against what @best would have to state: geometric mean over the series
 * @n_misses: samples at which the proven interval misses the truth
 * @n_wild: estimates that cannot be
 * @n_false_steps: steps and sleeps told as proven that did not happen
 * @n_false_probable: probable steps that did not happen
 * @n_noticeable: series with silent steps that have to be noticed
 * @n_prompt: of those, the ones in which all were, soon enough
 * @cpu_us: CPU time of a sample and its estimate
 */
typedef struct
{
  guint n_series;
  guint64 n_samples;
  double hours;
  double coverage;
  double least_coverage;
  double half_covered;
  SimRivalName best;
  double rms_ratio;
  double pooled_ratio;
  double stated_ratio;
  guint64 n_misses;
  guint64 n_wild;
  guint64 n_false_steps;
  guint64 n_false_probable;
  guint n_noticeable;
  guint n_prompt;
  double cpu_us;
} SimFigures;

void sim_figures_sum (SimFigures       *figures,
                      const SimSeries  *series,
                      guint             n_series);

G_END_DECLS
