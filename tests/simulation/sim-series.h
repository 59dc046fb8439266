/* One series of a world: what the estimator made of it, held against the truth and against simpler estimators.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-rivals.h"
#include "sim-world.h"
#include "measure/estimate/ts-estimator.h"

G_BEGIN_DECLS

/* From which sample on the estimate and its error are judged; before, too little is known. */
#define SIM_SERIES_FIRST_JUDGED 16

/* A silent step of so many stated errors has to be noticed. */
#define SIM_SERIES_NOTICEABLE 6.0

/* And so soon, in samples. */
#define SIM_SERIES_PROMPT 8

/**
 * SimMoment:
 * @sample: a sample
 * @truth_ns: the server's clock minus ours at its t4
 * @elapsed_ns: true time since the start
 * @estimate: what the estimator then says of t4
 * @event: and what it tells of the clocks
 */
typedef struct
{
  TsSample sample;
  gint64 truth_ns;
  gint64 elapsed_ns;
  TsEstimate estimate;
  TsClockEvent event;
} SimMoment;

/**
 * SimSeries:
 * @n_samples: how many there were
 * @hours: from the first to the last
 * @n_judged: estimates from sample %SIM_SERIES_FIRST_JUDGED on
 * @n_covered: those whose stated error covers the truth
 * @n_misses: samples at which the proven interval misses the truth
 * @n_wild: estimates that are no numbers, outside of what is proven, or whose error or proven interval is negative
 * @n_false_steps: steps and sleeps told as proven that did not happen
 * @n_false_probable: probable steps told that did not happen
 * @n_compared: estimates that were compared with those of the rivals
 * @square_ns2: sum of the squares of their errors
 * @stated_ns: sum of the errors stated
 * @rival_squares_ns2: sums of the squares of the rivals' errors
 * @rival_needs_ns: the error that each rival would have to state to cover 95 % of the truths compared
 * @n_noticeable: silent steps of at least %SIM_SERIES_NOTICEABLE stated errors
 * @latest: of those: how many samples it took at most until the step was told and the truth proven again
 * @cpu_s: of adding all samples and asking for the estimate after each
 */
typedef struct
{
  guint n_samples;
  double hours;
  guint n_judged;
  guint n_covered;
  guint n_misses;
  guint n_wild;
  guint n_false_steps;
  guint n_false_probable;
  guint n_compared;
  double square_ns2;
  double stated_ns;
  double rival_squares_ns2[SIM_N_RIVALS];
  double rival_needs_ns[SIM_N_RIVALS];
  guint n_noticeable;
  guint latest;
  double cpu_s;
} SimSeries;

void sim_series_judge (SimSeries      *series,
                       const SimWorld *world,
                       const GArray   *moments);
void sim_series_run   (SimSeries      *series,
                       const SimWorld *world);

G_END_DECLS
