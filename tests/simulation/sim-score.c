/* How well the estimator does in simulated series, against the truth and against its rivals.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-score.h"

#include <math.h>

#include "measure/estimate/ts-estimator.h"

/* Before that too little is known for an error to be stated well. */
#define N_UNTOLD 16

typedef struct
{
  SimScore *score;
  TsEstimator *estimator;
  SimRivals *rivals;
  gint64 counts_from_ns;
  guint rival_every; /* 0: never */
  guint64 n_samples;
} Scoring;

static double
square (gint64 difference_ns)
{
  return (double) difference_ns * (double) difference_ns;
}

static void
score_rivals (Scoring *self,
              const TsSample *sample,
              gint64 truth_ns,
              gboolean counts)
{
  gint64 estimates_ns[SIM_N_RIVALS];

  if (self->rival_every == 0)
    return;
  sim_rivals_add (self->rivals, sample);
  if (!counts || self->n_samples % self->rival_every != 0)
    return;
  sim_rivals_estimate (self->rivals, estimates_ns);
  self->score->n_rivals++;
  for (int i = 0; i < SIM_N_RIVALS; i++)
    self->score->rival_square_ns2[i] += square (estimates_ns[i] - truth_ns);
}

static void
take (const TsSample *sample,
      gint64 truth_ns,
      gint64 elapsed_ns,
      gpointer data)
{
  Scoring *self = data;
  SimScore *score = self->score;
  gboolean counts = elapsed_ns >= self->counts_from_ns;
  TsEstimate estimate;

  self->n_samples++;
  score->n_samples++;
  if (ts_estimator_add (self->estimator, sample, NULL) != TS_CLOCK_EVENT_NONE)
    {
      score->n_steps++;
      if (score->first_step == 0)
        score->first_step = self->n_samples;
    }
  ts_estimator_get (self->estimator, sample->exchange.t4_ns, &estimate);
  score->n_unproven += truth_ns < estimate.proven_min_ns || truth_ns > estimate.proven_max_ns;
  score->n_outside += estimate.estimate_ns < estimate.proven_min_ns || estimate.estimate_ns > estimate.proven_max_ns;
  if (self->n_samples > N_UNTOLD)
    {
      score->n_told++;
      score->n_covered += ABS (estimate.estimate_ns - truth_ns) <= estimate.error_ns;
    }
  if (counts)
    {
      score->n++;
      score->square_ns2 += square (estimate.estimate_ns - truth_ns);
    }
  score_rivals (self, sample, truth_ns, counts);
}

/**
 * sim_score_run:
 * @score: (inout): sums over series, all 0 at first
 * @run: a series
 * @counts_from_ns: errors count from this true time on
 * @rival_every: how often the rivals are asked, in samples; 0: never
 */
void
sim_score_run (SimScore *score,
               const SimRun *run,
               gint64 counts_from_ns,
               guint rival_every)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  g_autoptr (SimRivals) rivals = sim_rivals_new ();
  Scoring self = {
    .score = score,
    .estimator = estimator,
    .rivals = rivals,
    .counts_from_ns = counts_from_ns,
    .rival_every = rival_every,
  };

  sim_run (run, take, &self);
}

/**
 * sim_score_rms_us:
 * @self: sums over series
 *
 * Returns: root mean square of the estimate's error, µs
 */
double
sim_score_rms_us (const SimScore *self)
{
  return sqrt (self->square_ns2 / (double) self->n) * 1e-3;
}

/**
 * sim_score_rival_us:
 * @self: sums over series
 * @name: a rival
 *
 * Returns: root mean square of its error, µs
 */
double
sim_score_rival_us (const SimScore *self,
                    SimRivalName name)
{
  return sqrt (self->rival_square_ns2[name] / (double) self->n_rivals) * 1e-3;
}

/**
 * sim_score_coverage:
 * @self: sums over series
 *
 * Returns: how often the stated 95 % error covered the truth, from 0 to 1
 */
double
sim_score_coverage (const SimScore *self)
{
  return (double) self->n_covered / (double) self->n_told;
}
