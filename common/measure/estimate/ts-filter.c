/* Offset, drift and the fastest possible delay, followed from packet to packet.
 *
 * A bank of Kalman filters over (offset, drift, least delay). What a packet tells is not normal: its bound is
 * beyond offset ± delay by an excess that is never negative. So the packet's excess is inferred in closed form,
 * and its mean and variance are what the filter takes: assumed-density filtering (Maybeck 1982; Minka 2001).
 * docs/measurement.md has the formulas.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-filter.h"

#include <math.h>
#include <string.h>

enum
{
  OFFSET,
  DRIFT,
  DELAY,
};

/* A ppm is 1000 ns/s. */
#define NS_PER_PPM 1000.0

/* How the clocks may be: standard deviations of the drift at first and of its change within a second. Clocks
 * that are both kept by somebody hardly drift; quartzes that run free drift by up to 100 ppm. Which it is, is left
 * for the samples to say. */
static const struct
{
  double drift_ppm;
  double wander_ppm;
  double probability;
} suppositions[TS_FILTER_N_MODELS] = {
  { 1.0, 0.001, 0.325 },
  { 1.0, 0.03, 0.325 },
  { 60.0, 0.01, 0.0875 },
  { 60.0, 0.03, 0.0875 },
  { 60.0, 0.1, 0.0875 },
  { 60.0, 0.3, 0.0875 },
};

/* The least delay wanders by this part of the excess' scale within a second, so that no early mistake stays: of the
 * lesser scale, for it is the same delay both ways, and a steady way shows that it does not wander by more. */
#define DELAY_WANDER 0.01

/* By this the variances grow where points are gone over again: what was learned from them then counts for a part
 * so small that they can be learned from anew. */
#define REWIND_GROWTH 16.0

/* How fast it is forgotten who told right, per sample. */
#define WEIGHT_MEMORY 0.999

/* A bound so many deviations inside what was thought possible says that the model was wrong: it becomes unsure,
 * and pays for it. */
#define SURPRISE         4.5
#define SURPRISE_PENALTY 8.0

/* No instant is known better. */
#define STAMP_NS2 1.0

static double
get_wander (guint i)
{
  return suppositions[i].wander_ppm * NS_PER_PPM;
}

/* How far a random walk of the drift leads the offset off its line within @s seconds. */
static double
get_wander_ns2 (guint i,
                double s)
{
  double wander = get_wander (i);

  return wander * wander * fabs (s * s * s) / 3.0;
}

/**
 * ts_filter_start:
 * @self: a filter; its distributions of excess are left as they are
 * @at_s: an instant
 * @offset_ns: a first guess at the offset then
 * @delay_ns: the round trip of that guess
 */
void
ts_filter_start (TsFilter *self,
                 double at_s,
                 double offset_ns,
                 double delay_ns)
{
  double half_ns = 0.5 * delay_ns;

  self->at_s = at_s;
  self->unseen_ns2 = 0.0;
  memset (self->models, 0, sizeof self->models);
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      TsFilterModel *model = &self->models[i];
      double drift = suppositions[i].drift_ppm * NS_PER_PPM;

      model->state[OFFSET] = offset_ns;
      model->state[DELAY] = half_ns;
      model->covariance[OFFSET][OFFSET] = half_ns * half_ns;
      model->covariance[DRIFT][DRIFT] = drift * drift;
      model->covariance[DELAY][DELAY] = half_ns * half_ns;
      model->log_weight = log (suppositions[i].probability);
    }
}

/**
 * ts_filter_advance:
 * @self: a filter
 * @at_s: an instant; nothing happens if it is not after that of the states
 *
 * Lets time pass: what is not known about the drift becomes ignorance of the offset.
 */
void
ts_filter_advance (TsFilter *self,
                   double at_s)
{
  double s = at_s - self->at_s;
  double blur_ns = DELAY_WANDER * MIN (self->there.scale_ns, self->back.scale_ns);

  if (s <= 0.0)
    return;
  self->at_s = at_s;
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      TsFilterModel *model = &self->models[i];
      double (*p)[3] = model->covariance;
      double wander = get_wander (i);

      model->state[OFFSET] += s * model->state[DRIFT];
      p[OFFSET][OFFSET] += s * (2.0 * p[OFFSET][DRIFT] + s * p[DRIFT][DRIFT]) + get_wander_ns2 (i, s);
      p[OFFSET][DRIFT] += s * p[DRIFT][DRIFT] + 0.5 * wander * wander * s * s;
      p[OFFSET][DELAY] += s * p[DRIFT][DELAY];
      p[DRIFT][DRIFT] += wander * wander * s;
      p[DELAY][DELAY] += blur_ns * blur_ns * s;
      p[DRIFT][OFFSET] = p[OFFSET][DRIFT];
      p[DELAY][OFFSET] = p[OFFSET][DELAY];
      model->log_weight *= WEIGHT_MEMORY;
    }
}

/* The drift is 0 with what a model supposes of it beforehand: a measurement like any other. */
static void
suppose_drift (TsFilterModel *model,
               double deviation)
{
  double covariances[3];
  double drift = model->state[DRIFT];
  double variance = model->covariance[DRIFT][DRIFT] + deviation * deviation;

  for (guint j = 0; j < 3; j++)
    covariances[j] = model->covariance[j][DRIFT];
  for (guint j = 0; j < 3; j++)
    {
      model->state[j] -= covariances[j] * drift / variance;
      for (guint k = 0; k < 3; k++)
        model->covariance[j][k] -= covariances[j] * covariances[k] / variance;
    }
}

/**
 * ts_filter_rewind:
 * @self: a filter that has taken points from @at_s on
 * @at_s: the instant where it started
 *
 * Goes back to take the same points again. Those that came first met a filter that knew nearly nothing, and a normal
 * distribution so wide is a bad likeness of what they told. Now each meets one that knows about where to look.
 */
void
ts_filter_rewind (TsFilter *self,
                  double at_s)
{
  double s = at_s - self->at_s;

  self->at_s = at_s;
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      TsFilterModel *model = &self->models[i];
      double (*p)[3] = model->covariance;

      model->state[OFFSET] += s * model->state[DRIFT];
      p[OFFSET][OFFSET] += s * (2.0 * p[OFFSET][DRIFT] + s * p[DRIFT][DRIFT]) + get_wander_ns2 (i, s);
      p[OFFSET][DRIFT] += s * p[DRIFT][DRIFT];
      p[OFFSET][DELAY] += s * p[DRIFT][DELAY];
      p[DRIFT][OFFSET] = p[OFFSET][DRIFT];
      p[DELAY][OFFSET] = p[OFFSET][DELAY];
      for (guint j = 0; j < 3; j++)
        for (guint k = 0; k < 3; k++)
          p[j][k] *= REWIND_GROWTH;
      suppose_drift (model, suppositions[i].drift_ppm * NS_PER_PPM);
    }
}

/* What a point measures: offset + delay from above, delay − offset from below, so that both are bounds from
 * above. */
static void
get_direction (const TsFilter *self,
               const TsFilterPoint *point,
               double direction[3])
{
  double sign = point->is_upper ? 1.0 : -1.0;

  direction[OFFSET] = sign;
  direction[DRIFT] = sign * (point->at_s - self->at_s);
  direction[DELAY] = 1.0;
}

static double
project (const TsFilterModel *model,
         const double direction[3],
         double covariances[3])
{
  double variance_ns2 = STAMP_NS2;

  for (guint j = 0; j < 3; j++)
    {
      covariances[j] = 0.0;
      for (guint k = 0; k < 3; k++)
        covariances[j] += model->covariance[j][k] * direction[k];
      variance_ns2 += direction[j] * covariances[j];
    }
  /* After ages of silence rounding is worse than that. */
  return MAX (variance_ns2, STAMP_NS2);
}

static double
get_gap (const TsFilterModel *model,
         const double direction[3],
         const TsFilterPoint *point)
{
  double gap_ns = direction[OFFSET] * point->bound_ns;

  for (guint j = 0; j < 3; j++)
    gap_ns -= direction[j] * model->state[j];
  return gap_ns;
}

static const TsExcess *
get_excess (const TsFilter *self,
            const TsFilterPoint *point)
{
  return point->is_upper ? &self->there : &self->back;
}

/* Makes a model unsure that is surprised by a point. */
static gboolean
admit_surprise (TsFilterModel *model,
                double gap_ns,
                double variance_ns2)
{
  if (gap_ns >= 0.0 || gap_ns * gap_ns <= SURPRISE * SURPRISE * variance_ns2)
    return FALSE;
  model->covariance[OFFSET][OFFSET] += gap_ns * gap_ns / 8.0;
  model->covariance[DELAY][DELAY] += gap_ns * gap_ns / 8.0;
  model->log_weight -= SURPRISE_PENALTY;
  return TRUE;
}

/**
 * ts_filter_take_alone:
 * @self: a filter
 * @i: one of its models
 * @point: what a packet tells
 *
 * Lets one model learn of a point.
 *
 * Returns: the logarithm of how likely the model thought the point
 */
double
ts_filter_take_alone (TsFilter *self,
                      guint i,
                      const TsFilterPoint *point)
{
  TsFilterModel *model = &self->models[i];
  const TsExcess *excess = get_excess (self, point);
  double wander_ns2 = get_wander_ns2 (i, point->at_s - self->at_s);
  double own_ns2 = excess->shape == TS_EXCESS_NORMAL_SHAPE ? excess->scale_ns * excess->scale_ns : 0.0;
  double before = model->log_weight;
  double direction[3], covariances[3];
  double gap_ns, variance_ns2, shift, shrink;
  TsExcessPosterior posterior;

  get_direction (self, point, direction);
  gap_ns = get_gap (model, direction, point);
  variance_ns2 = project (model, direction, covariances) + wander_ns2;
  if (admit_surprise (model, gap_ns, variance_ns2 + own_ns2))
    variance_ns2 = project (model, direction, covariances) + wander_ns2;

  if (point->is_bare)
    ts_excess_truncate (gap_ns, variance_ns2, &posterior);
  else
    ts_excess_infer (excess, gap_ns, variance_ns2, &posterior);

  shift = (gap_ns - posterior.mean_ns) / variance_ns2;
  shrink = (posterior.variance_ns2 / variance_ns2 - 1.0) / variance_ns2;
  for (guint j = 0; j < 3; j++)
    {
      model->state[j] += shift * covariances[j];
      for (guint k = 0; k < 3; k++)
        model->covariance[j][k] += shrink * covariances[j] * covariances[k];
    }
  model->log_weight += posterior.log_evidence;
  return model->log_weight - before;
}

/**
 * ts_filter_take:
 * @self: a filter
 * @point: what a packet tells
 *
 * Lets all models learn of a point. One that is before the states' instant is as good.
 */
void
ts_filter_take (TsFilter *self,
                const TsFilterPoint *point)
{
  double top = -HUGE_VAL;

  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      ts_filter_take_alone (self, i, point);
      top = MAX (top, self->models[i].log_weight);
    }
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    self->models[i].log_weight -= top;
}

/**
 * ts_filter_find_best:
 * @self: a filter
 *
 * Returns: the model that has told best what came
 */
guint
ts_filter_find_best (const TsFilter *self)
{
  guint best = 0;

  for (guint i = 1; i < TS_FILTER_N_MODELS; i++)
    if (self->models[i].log_weight > self->models[best].log_weight)
      best = i;
  return best;
}

/**
 * ts_filter_get_gap:
 * @self: a filter
 * @i: one of its models
 * @point: what a packet tells
 * @gap_ns: (out): how much later than the fastest possible the packet is, as far as the model knows
 * @variance_ns2: (out): of that
 */
void
ts_filter_get_gap (const TsFilter *self,
                   guint i,
                   const TsFilterPoint *point,
                   double *gap_ns,
                   double *variance_ns2)
{
  double direction[3], covariances[3];

  get_direction (self, point, direction);
  *gap_ns = get_gap (&self->models[i], direction, point);
  *variance_ns2 = project (&self->models[i], direction, covariances);
}

/**
 * ts_filter_get_state:
 * @self: a filter
 * @at_s: an instant
 * @state: (out caller-allocates): what is known about it
 *
 * Averages the models. The further @at_s is from the newest point, the less is known.
 */
void
ts_filter_get_state (const TsFilter *self,
                     double at_s,
                     TsFilterState *state)
{
  const TsFilterModel *best = &self->models[ts_filter_find_best (self)];
  double s = at_s - self->at_s;
  double origin_ns = best->state[OFFSET] + s * best->state[DRIFT];
  double sum = 0.0, offset = 0.0, offset2 = 0.0, drift = 0.0, drift2 = 0.0;

  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      const TsFilterModel *model = &self->models[i];
      const double (*p)[3] = (const double (*)[3]) model->covariance;
      double weight = exp (model->log_weight - best->log_weight);
      double x = model->state[OFFSET] + s * model->state[DRIFT] - origin_ns;
      double b = model->state[DRIFT] - best->state[DRIFT];

      sum += weight;
      offset += weight * x;
      offset2 += weight * (x * x + p[OFFSET][OFFSET] + s * (2.0 * p[OFFSET][DRIFT] + s * p[DRIFT][DRIFT]) +
                           get_wander_ns2 (i, s));
      drift += weight * b;
      drift2 += weight * (b * b + p[DRIFT][DRIFT] + get_wander (i) * get_wander (i) * fabs (s));
    }
  offset /= sum;
  drift /= sum;
  state->offset_ns = origin_ns + offset;
  state->offset_deviation_ns = sqrt (MAX (offset2 / sum - offset * offset, 0.0) + self->unseen_ns2);
  state->drift_ppm = (best->state[DRIFT] + drift) / NS_PER_PPM;
  state->drift_deviation_ppm = sqrt (MAX (drift2 / sum - drift * drift, 0.0)) / NS_PER_PPM;
}

/**
 * ts_filter_is_sane:
 * @self: a filter
 *
 * Returns: whether all numbers are finite; where a series has gaps of years, rounding may eat the covariances up
 */
gboolean
ts_filter_is_sane (const TsFilter *self)
{
  TsFilterState state;

  ts_filter_get_state (self, self->at_s, &state);
  return isfinite (state.offset_ns) && isfinite (state.offset_deviation_ns) && isfinite (state.drift_ppm) &&
         isfinite (state.drift_deviation_ppm);
}
