/* How well the estimator does in simulated series, against the truth and against its rivals.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-rivals.h"
#include "sim-run.h"

G_BEGIN_DECLS

/**
 * SimScore:
 * @n: estimates of the time that counts
 * @square_ns2: sum of the squares of their errors
 * @n_told: samples after the first 16
 * @n_covered: those whose stated error covers the truth
 * @n_unproven: samples at which the proven interval misses the truth
 * @n_outside: estimates outside the proven interval
 * @n_rivals: estimates of the rivals
 * @rival_square_ns2: sums of the squares of their errors
 * @n_steps: how often a step was told
 * @first_step: which sample told the first, counted from 1; 0: none
 * @n_samples: all samples
 */
typedef struct
{
  guint64 n;
  double square_ns2;
  guint64 n_told;
  guint64 n_covered;
  guint64 n_unproven;
  guint64 n_outside;
  guint64 n_rivals;
  double rival_square_ns2[SIM_N_RIVALS];
  guint64 n_steps;
  guint64 first_step;
  guint64 n_samples;
} SimScore;

void   sim_score_run       (SimScore       *score,
                            const SimRun   *run,
                            gint64          counts_from_ns,
                            guint           rival_every);
double sim_score_rms_us    (const SimScore *score);
double sim_score_rival_us  (const SimScore *score,
                            SimRivalName    name);
double sim_score_coverage  (const SimScore *score);

G_END_DECLS
