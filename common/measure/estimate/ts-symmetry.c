/* What samples tell if packets queue alike on both ways, and how likely it is that they do.
 *
 * The closer a sample's delay is to the least one, the less its offset can be wrong; how much less is fitted to the
 * residuals. A second row of filters supposes that the offset follows the delay, as it does when packets queue longer
 * on one way than on the other. Whether the ways are alike shows in which row predicts the samples better.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-symmetry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum
{
  OFFSET,
  DRIFT,
  TILT,
};

/* Standard deviation of the tilt at first, in the row that allows one. The tilt is from −½ to ½. */
#define TILT_DEVIATION 0.25

/* The sums shrink by this factor with each sample, so that old noise is forgotten. */
#define MEMORY 0.998

/* The first guess of the noise is this part of the round trip, and this part of the delays' spread once there are some
 * samples. */
#define FIRST_NOISE  0.05
#define FIRST_SPREAD 0.25

/* The share that is supposed at first, and how many samples it counts for. It is that of a surplus delay that is split
 * evenly at random between the two ways. */
#define PRIOR_SAMPLES 4.0
#define PRIOR_SHARE   (1.0 / 12.0)

/* A residual of more standard deviations than this is an outlier, and counts like one of this many. */
#define MOST_DEVIATIONS 4.0

/* No instant is known better than this. */
#define STAMP_NS2 1.0

/* Sets all models to what is known before the first sample. */
static void
suppose (TsSymmetry *self,
         double at_s,
         double offset_ns,
         double delay_ns)
{
  self->at_s = at_s;
  self->log_evidence[0] = self->log_evidence[1] = 0.0;
  for (guint row = 0; row < 2; row++)
    for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
      {
        TsSymmetryModel *model = &self->models[row][i];
        const TsFilterClocks *clocks = ts_filter_get_clocks (i);

        memset (model, 0, sizeof *model);
        model->state[OFFSET] = offset_ns;
        model->covariance[OFFSET][OFFSET] = 0.25 * delay_ns * delay_ns;
        model->covariance[DRIFT][DRIFT] = clocks->drift * clocks->drift;
        model->covariance[TILT][TILT] = row == 0 ? 0.0 : TILT_DEVIATION * TILT_DEVIATION;
        model->log_weight = log (clocks->probability);
      }
}

/**
 * ts_symmetry_start:
 * @self: (out caller-allocates): filters
 * @at_s: an instant
 * @offset_ns: a first guess at the offset then
 * @delay_ns: the round trip of that guess
 */
void
ts_symmetry_start (TsSymmetry *self,
                   double at_s,
                   double offset_ns,
                   double delay_ns)
{
  memset (self, 0, sizeof *self);
  self->least_ns = delay_ns;
  self->share = PRIOR_SHARE;
  self->fixed_ns2 = FIRST_NOISE * FIRST_NOISE * delay_ns * delay_ns + STAMP_NS2;
  suppose (self, at_s, offset_ns, delay_ns);
}

/**
 * ts_symmetry_jump:
 * @self: filters
 * @offset_ns: by how much the offset probably jumped
 * @deviation_ns: standard deviation of that
 */
void
ts_symmetry_jump (TsSymmetry *self,
                  double offset_ns,
                  double deviation_ns)
{
  for (guint row = 0; row < 2; row++)
    for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
      {
        self->models[row][i].state[OFFSET] += offset_ns;
        self->models[row][i].covariance[OFFSET][OFFSET] += deviation_ns * deviation_ns;
      }
}

/**
 * ts_symmetry_restart:
 * @self: filters
 *
 * Forgets everything, because the path has changed. The next sample is the first of the new path.
 */
void
ts_symmetry_restart (TsSymmetry *self)
{
  memset (self, 0, sizeof *self);
}

static void
advance (TsSymmetryModel *model,
         const TsFilterClocks *clocks,
         double s)
{
  double (*p)[3] = model->covariance;
  double wander_ns2 = clocks->wander * clocks->wander * s;

  model->state[OFFSET] += s * model->state[DRIFT];
  p[OFFSET][OFFSET] += s * (2.0 * p[OFFSET][DRIFT] + s * p[DRIFT][DRIFT]) + wander_ns2 * s * s / 3.0;
  p[OFFSET][DRIFT] += s * p[DRIFT][DRIFT] + 0.5 * wander_ns2 * s;
  p[OFFSET][TILT] += s * p[DRIFT][TILT];
  p[DRIFT][DRIFT] += wander_ns2;
  p[DRIFT][OFFSET] = p[OFFSET][DRIFT];
  p[TILT][OFFSET] = p[OFFSET][TILT];
}

static void
take (TsSymmetryModel *model,
      double offset_ns,
      double surplus_ns,
      double noise_ns2)
{
  double gains[3], variance_ns2;
  double residual_ns = offset_ns - model->state[OFFSET] - surplus_ns * model->state[TILT];

  for (guint j = 0; j < 3; j++)
    gains[j] = model->covariance[j][OFFSET] + surplus_ns * model->covariance[j][TILT];
  variance_ns2 = gains[OFFSET] + surplus_ns * gains[TILT] + noise_ns2;
  /* An outlier is taken as if the noise were large enough to explain it. */
  if (residual_ns * residual_ns > MOST_DEVIATIONS * MOST_DEVIATIONS * variance_ns2)
    variance_ns2 = residual_ns * residual_ns / (MOST_DEVIATIONS * MOST_DEVIATIONS);
  for (guint j = 0; j < 3; j++)
    {
      model->state[j] += gains[j] * residual_ns / variance_ns2;
      for (guint k = 0; k < 3; k++)
        model->covariance[j][k] -= gains[j] * gains[k] / variance_ns2;
    }
  model->log_weight -= 0.5 * (residual_ns * residual_ns / variance_ns2 + log (variance_ns2));
}

static guint
find_best (const TsSymmetryModel models[TS_FILTER_N_MODELS])
{
  guint best = 0;

  for (guint i = 1; i < TS_FILTER_N_MODELS; i++)
    if (models[i].log_weight > models[best].log_weight)
      best = i;
  return best;
}

static double
take_row (TsSymmetryModel models[TS_FILTER_N_MODELS],
          double offset_ns,
          double surplus_ns,
          double noise_ns2)
{
  double before = 0.0, after = 0.0, top = -HUGE_VAL;

  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      before += exp (models[i].log_weight);
      take (&models[i], offset_ns, surplus_ns, noise_ns2);
      top = MAX (top, models[i].log_weight);
    }
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      models[i].log_weight = MAX (models[i].log_weight - top, TS_FILTER_LEAST_LOG_WEIGHT);
      after += exp (models[i].log_weight);
    }
  return top + log (after / before);
}

/* Fits variance = fixed + share · surplus² to the squared residuals. */
static void
fit_noise (TsSymmetry *self,
           double residual_ns,
           double known_ns2,
           double surplus_ns)
{
  double noise_ns2 = self->fixed_ns2 + self->share * surplus_ns * surplus_ns;
  double square_ns2 = MIN (residual_ns * residual_ns, MOST_DEVIATIONS * MOST_DEVIATIONS * (noise_ns2 + known_ns2));
  double z = residual_ns / sqrt (noise_ns2 + known_ns2);
  double part_fixed = self->fixed_ns2 / noise_ns2;
  /* The expected square of the residual's part that was noise. */
  double gain = noise_ns2 / (noise_ns2 + known_ns2);
  double own_ns2 = gain * gain * square_ns2 + gain * known_ns2;
  double excess = own_ns2 / noise_ns2;

  for (guint i = 0; i < G_N_ELEMENTS (self->sums); i++)
    self->sums[i] *= MEMORY;
  /* Each of the two variances takes the part of the residual that it has of the noise: expectation maximisation. */
  self->sums[0] += part_fixed;
  self->sums[1] += part_fixed * self->fixed_ns2 * excess;
  self->sums[2] += 1.0 - part_fixed;
  self->sums[3] += (1.0 - part_fixed) * self->share * excess;
  self->fixed_ns2 = (self->sums[1] + PRIOR_SAMPLES * 0.25 * self->fixed_ns2) / (self->sums[0] + PRIOR_SAMPLES * 0.25);
  self->share = (self->sums[3] + PRIOR_SAMPLES * PRIOR_SHARE) / (self->sums[2] + PRIOR_SAMPLES);
  self->fixed_ns2 = MAX (self->fixed_ns2, STAMP_NS2);

  z = CLAMP (z, -MOST_DEVIATIONS, MOST_DEVIATIONS);
  self->together = MEMORY * self->together + z * self->last;
  self->n = MEMORY * self->n + z * z;
  self->last = z;
}

static void
follow (TsSymmetry *self,
        const TsSymmetrySample *sample)
{
  double s = MAX (sample->at_s - self->at_s, 0.0);
  double surplus_ns = sample->delay_ns - self->least_ns;
  double noise_ns2 = self->fixed_ns2 + self->share * surplus_ns * surplus_ns;
  const TsSymmetryModel *best;
  double residual_ns, known_ns2;

  self->at_s += s;
  for (guint row = 0; row < 2; row++)
    for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
      advance (&self->models[row][i], ts_filter_get_clocks (i), s);
  best = &self->models[0][find_best (self->models[0])];
  residual_ns = sample->offset_ns - best->state[OFFSET];
  known_ns2 = best->covariance[OFFSET][OFFSET];
  for (guint row = 0; row < 2; row++)
    self->log_evidence[row] += take_row (self->models[row], sample->offset_ns, surplus_ns, noise_ns2);
  fit_noise (self, residual_ns, known_ns2, surplus_ns);
}

static int
compare_delays (gconstpointer a,
                gconstpointer b)
{
  double x = ((const TsSymmetrySample *) a)->delay_ns, y = ((const TsSymmetrySample *) b)->delay_ns;

  return (x > y) - (x < y);
}

/* Takes the first samples again, with a first guess of the noise that comes from the spread of their delays. */
static void
fit_first (TsSymmetry *self)
{
  TsSymmetrySample sorted[TS_SYMMETRY_N_FIRST];
  double spread_ns;

  memcpy (sorted, self->first, self->n_samples * sizeof *sorted);
  qsort (sorted, self->n_samples, sizeof *sorted, compare_delays);
  spread_ns = sorted[self->n_samples / 2].delay_ns - sorted[0].delay_ns;
  self->fixed_ns2 = FIRST_SPREAD * FIRST_SPREAD * spread_ns * spread_ns + STAMP_NS2;
  self->share = PRIOR_SHARE;
  memset (self->sums, 0, sizeof self->sums);
  for (guint round = 0; round < 2; round++)
    {
      self->together = self->n = self->last = 0.0;
      suppose (self, self->first[0].at_s, self->first[0].offset_ns, self->first[0].delay_ns);
      for (guint i = 0; i < self->n_samples; i++)
        follow (self, &self->first[i]);
    }
}

/**
 * ts_symmetry_add:
 * @self: filters
 * @at_s: the instant of a sample, after those before
 * @offset_ns: its offset
 * @delay_ns: its delay
 */
void
ts_symmetry_add (TsSymmetry *self,
                 double at_s,
                 double offset_ns,
                 double delay_ns)
{
  TsSymmetrySample sample = { at_s, offset_ns, delay_ns };
  guint n = self->n_samples;

  if (n == 0)
    ts_symmetry_start (self, at_s, offset_ns, delay_ns);
  self->least_ns = MIN (self->least_ns, delay_ns);
  self->n_samples = MIN (n + 1, TS_SYMMETRY_N_FIRST + 1);
  if (n < TS_SYMMETRY_N_FIRST)
    self->first[n] = sample;
  if (n == 3 || n == 7 || n == 15 || n == TS_SYMMETRY_N_FIRST - 1)
    fit_first (self);
  else
    follow (self, &sample);
}

/**
 * ts_symmetry_get_log_odds:
 * @self: filters
 *
 * Returns: logarithm of how much likelier the samples are if the ways are alike than if they are not
 */
double
ts_symmetry_get_log_odds (const TsSymmetry *self)
{
  return self->log_evidence[0] - self->log_evidence[1];
}

/* Averages the models of a row, @s seconds after the instant of the states. */
static void
average (const TsSymmetry *self,
         guint row,
         double s,
         TsFilterState *state)
{
  const TsSymmetryModel *models = self->models[row];
  double origin_ns = models[0].state[OFFSET];
  double sum = 0.0, offset = 0.0, offset2 = 0.0, drift = 0.0, drift2 = 0.0;

  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      TsSymmetryModel model = models[i];
      double weight = exp (model.log_weight), x;

      advance (&model, ts_filter_get_clocks (i), MAX (s, 0.0));
      x = models[i].state[OFFSET] + s * models[i].state[DRIFT] - origin_ns;
      sum += weight;
      offset += weight * x;
      offset2 += weight * (x * x + model.covariance[OFFSET][OFFSET]);
      drift += weight * model.state[DRIFT];
      drift2 += weight * (model.state[DRIFT] * model.state[DRIFT] + model.covariance[DRIFT][DRIFT]);
    }
  offset /= sum;
  drift /= sum;
  state->offset_ns = origin_ns + offset;
  state->offset_deviation_ns = sqrt (MAX (offset2 / sum - offset * offset, 0.0));
  state->drift_ppm = drift * 1e-3;
  state->drift_deviation_ppm = sqrt (MAX (drift2 / sum - drift * drift, 0.0)) * 1e-3;
}

/**
 * ts_symmetry_get_state:
 * @self: filters
 * @at_s: an instant
 * @state: (out caller-allocates): what is known about it if the ways are alike
 *
 * The deviation is that of the filters that allow a tilt, because a small tilt cannot be noticed. It is larger if
 * successive residuals are correlated, because correlated samples tell less.
 */
void
ts_symmetry_get_state (const TsSymmetry *self,
                       double at_s,
                       TsFilterState *state)
{
  double correlation = self->n > 8.0 ? CLAMP (self->together / self->n - 1.0 / sqrt (self->n), 0.0, 0.95) : 0.0;
  TsFilterState tilted;

  average (self, 0, at_s - self->at_s, state);
  average (self, 1, at_s - self->at_s, &tilted);
  state->offset_deviation_ns = MAX (state->offset_deviation_ns, tilted.offset_deviation_ns) *
                               sqrt ((1.0 + correlation) / (1.0 - correlation));
}
