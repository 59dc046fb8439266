/* Offset, drift and the fastest possible delay, followed from packet to packet.
 *
 * A bank of Kalman filters, whose state is the offset, the drift, the least delay back, and by how much longer the
 * least delay there is. What a packet tells is not normally distributed: its bound is beyond offset ± delay by an
 * excess that is never negative. So the packet's excess is inferred in closed form, and the filter takes its mean and
 * variance. This is assumed-density filtering (Maybeck 1982; Minka 2001). docs/measurement.md has the formulas.
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
  MORE_THERE,
};

/* A ppm is 1000 ns/s. */
#define NS_PER_PPM 1000.0

/* The kinds of clocks that are supposed. Clocks that are both kept by somebody hardly drift; quartzes that run free
 * drift by up to 100 ppm. The samples say which kind it is. */
static const TsFilterClocks suppositions[TS_FILTER_N_MODELS] = {
  { 1.0 * NS_PER_PPM, 0.001 * NS_PER_PPM, 0.3 },
  { 1.0 * NS_PER_PPM, 0.03 * NS_PER_PPM, 0.3 },
  { 60.0 * NS_PER_PPM, 0.01 * NS_PER_PPM, 0.1 },
  { 60.0 * NS_PER_PPM, 0.1 * NS_PER_PPM, 0.15 },
  { 60.0 * NS_PER_PPM, 1.0 * NS_PER_PPM, 0.1 },
  { 200.0 * NS_PER_PPM, 30.0 * NS_PER_PPM, 0.05 },
};

/* Within a second the least delay wanders by this part of the reach, so that no early mistake stays. The lesser reach
 * of both ways counts, because both ways share this delay, and a steady way shows that it does not wander more. */
#define DELAY_WANDER 0.005

/* Variances grow by this factor before points are taken a second time, so that what they told the first time hardly
 * counts any more. */
#define REWIND_GROWTH 16.0

/* The standard deviation of a jump shrinks by this factor when the jump has been measured. */
#define REMEASURED 0.1

/* The logarithms of the weights shrink by this factor at each instant, so that the models' old merits fade. */
#define WEIGHT_MEMORY 0.999

/* A bound that contradicts a model by more deviations than this makes the model unsure, and costs it weight. */
#define SURPRISE         4.5
#define SURPRISE_PENALTY 8.0

/* A model that was wrong supposes that the drift has changed, too, by at most this: (ns/s)². */
#define MAX_DRIFT_CHANGE (20.0 * NS_PER_PPM * 20.0 * NS_PER_PPM)

/* No instant is known better than this. */
#define STAMP_NS2 1.0

/**
 * ts_filter_get_clocks:
 * @i: the number of a model, below %TS_FILTER_N_MODELS
 *
 * Returns: (transfer none): what the model supposes about the clocks
 */
const TsFilterClocks *
ts_filter_get_clocks (guint i)
{
  return &suppositions[i];
}

/* Returns: how far the drift's random walk leads the offset off its line within @s seconds, as a variance */
static double
get_wander_ns2 (guint i,
                double s)
{
  double wander = suppositions[i].wander;

  return wander * wander * fabs (s * s * s) / 3.0;
}

/**
 * ts_filter_start:
 * @self: a filter; its distributions of excess are left as they are
 * @at_s: an instant
 * @offset_ns: a first guess at the offset then
 * @delay_ns: the round trip of that guess
 * @more_there: by how much longer the least delay there is than the one back, and how uncertain that is: all 0 until
 *   the path has changed on one way
 */
void
ts_filter_start (TsFilter *self,
                 double at_s,
                 double offset_ns,
                 double delay_ns,
                 const TsFilterChange *more_there)
{
  double half_ns = 0.5 * delay_ns;

  self->at_s = at_s;
  self->log_evidence = 0.0;
  memset (self->models, 0, sizeof self->models);
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      TsFilterModel *model = &self->models[i];
      double drift = suppositions[i].drift;

      model->state[OFFSET] = offset_ns;
      model->state[DELAY] = half_ns;
      model->state[MORE_THERE] = more_there->ns;
      model->covariance[OFFSET][OFFSET] = half_ns * half_ns;
      model->covariance[DRIFT][DRIFT] = drift * drift;
      model->covariance[DELAY][DELAY] = half_ns * half_ns;
      model->covariance[MORE_THERE][MORE_THERE] = more_there->deviation_ns * more_there->deviation_ns;
      model->log_weight = log (suppositions[i].probability);
    }
}

/* Moves a model's state by @s seconds, backward if negative, as if nothing wandered. */
static void
shift (TsFilterModel *model,
       double s)
{
  double (*p)[TS_FILTER_N_STATES] = model->covariance;

  model->state[OFFSET] += s * model->state[DRIFT];
  p[OFFSET][OFFSET] += s * (2.0 * p[OFFSET][DRIFT] + s * p[DRIFT][DRIFT]);
  for (guint j = DRIFT; j < TS_FILTER_N_STATES; j++)
    p[OFFSET][j] = p[j][OFFSET] = p[OFFSET][j] + s * p[DRIFT][j];
}

/**
 * ts_filter_advance:
 * @self: a filter
 * @at_s: an instant; nothing happens if it is not after that of the states
 *
 * Lets time pass. The offset becomes less certain, because the drift is uncertain.
 */
void
ts_filter_advance (TsFilter *self,
                   double at_s)
{
  double s = at_s - self->at_s;
  double blur_ns = DELAY_WANDER * MIN (self->there.reach_ns, self->back.reach_ns);

  if (s <= 0.0)
    return;
  self->at_s = at_s;
  self->interval_s = s;
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      TsFilterModel *model = &self->models[i];
      double (*p)[TS_FILTER_N_STATES] = model->covariance;
      double wander = suppositions[i].wander;

      shift (model, s);
      p[OFFSET][OFFSET] += get_wander_ns2 (i, s);
      p[OFFSET][DRIFT] += 0.5 * wander * wander * s * s;
      p[DRIFT][OFFSET] = p[OFFSET][DRIFT];
      p[DRIFT][DRIFT] += wander * wander * s;
      p[DELAY][DELAY] += blur_ns * blur_ns * s;
      model->log_weight *= WEIGHT_MEMORY;
    }
}

/**
 * ts_filter_jump:
 * @self: a filter
 * @jump: what changed
 *
 * Forgets what the jump makes unknown, and nothing else.
 */
void
ts_filter_jump (TsFilter *self,
                const TsFilterJump *jump)
{
  double there_ns2 = jump->there.deviation_ns * jump->there.deviation_ns;
  double back_ns2 = jump->back.deviation_ns * jump->back.deviation_ns;
  double both_ns2 = jump->both.deviation_ns * jump->both.deviation_ns;

  ts_filter_advance (self, jump->at_s);
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      TsFilterModel *model = &self->models[i];
      double (*p)[TS_FILTER_N_STATES] = model->covariance;

      model->state[OFFSET] += jump->offset.ns;
      model->state[DELAY] += jump->both.ns + jump->back.ns;
      model->state[MORE_THERE] += jump->there.ns - jump->back.ns;
      p[OFFSET][OFFSET] += jump->offset.deviation_ns * jump->offset.deviation_ns;
      p[DELAY][DELAY] += both_ns2 + back_ns2;
      p[DELAY][MORE_THERE] -= back_ns2;
      p[MORE_THERE][DELAY] -= back_ns2;
      p[MORE_THERE][MORE_THERE] += there_ns2 + back_ns2;
    }
}

/**
 * ts_filter_find_best:
 * @self: a filter
 *
 * Returns: the number of the model that has predicted the packets best
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

static void
measure (TsFilterChange *change,
         double ns,
         double least_ns)
{
  if (change->deviation_ns == 0.0)
    return;
  change->ns = ns;
  change->deviation_ns = MAX (REMEASURED * change->deviation_ns, least_ns);
}

/**
 * ts_filter_measure_jump:
 * @before: a filter right before a jump
 * @after: the same filter when it has taken points after the jump
 * @jump: (inout): the jump
 *
 * Measures how far something jumped, so that the jump is better known when the same points are taken again.
 */
void
ts_filter_measure_jump (const TsFilter *before,
                        const TsFilter *after,
                        TsFilterJump *jump)
{
  guint best = ts_filter_find_best (after);
  const double *old = before->models[best].state, *new = after->models[best].state;
  double least_ns = before->there.reach_ns + before->back.reach_ns;
  double back_ns = new[DELAY] - old[DELAY];

  measure (&jump->offset, new[OFFSET] - old[OFFSET] - new[DRIFT] * (after->at_s - before->at_s), least_ns);
  measure (&jump->both, back_ns, least_ns);
  measure (&jump->back, back_ns, least_ns);
  measure (&jump->there, back_ns + new[MORE_THERE] - old[MORE_THERE], least_ns);
}

/* Takes as a measurement that the drift is 0 with the given deviation. */
static void
suppose_drift (TsFilterModel *model,
               double deviation)
{
  double covariances[TS_FILTER_N_STATES];
  double drift = model->state[DRIFT];
  double variance = model->covariance[DRIFT][DRIFT] + deviation * deviation;

  for (guint j = 0; j < TS_FILTER_N_STATES; j++)
    covariances[j] = model->covariance[j][DRIFT];
  for (guint j = 0; j < TS_FILTER_N_STATES; j++)
    {
      model->state[j] -= covariances[j] * drift / variance;
      for (guint k = 0; k < TS_FILTER_N_STATES; k++)
        model->covariance[j][k] -= covariances[j] * covariances[k] / variance;
    }
}

/**
 * ts_filter_rewind:
 * @self: a filter that has taken points from @at_s on
 * @at_s: the instant where it started
 *
 * Goes back to take the same points again. The first time, the filter knew nearly nothing when the first points came,
 * and a normal distribution that wide describes badly what they told. The second time it knows roughly where to look.
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
      double (*p)[TS_FILTER_N_STATES] = model->covariance;

      shift (model, s);
      p[OFFSET][OFFSET] += get_wander_ns2 (i, s);
      for (guint j = 0; j < TS_FILTER_N_STATES; j++)
        for (guint k = 0; k < TS_FILTER_N_STATES; k++)
          p[j][k] *= REWIND_GROWTH;
      suppose_drift (model, suppositions[i].drift);
    }
}

/* Finds what a point measures: offset + delay for an upper bound, delay − offset for a lower one, so that both bound
 * from above. */
static void
get_direction (const TsFilter *self,
               const TsFilterPoint *point,
               double direction[TS_FILTER_N_STATES])
{
  double sign = point->is_upper ? 1.0 : -1.0;

  direction[OFFSET] = sign;
  direction[DRIFT] = sign * (point->at_s - self->at_s);
  direction[DELAY] = 1.0;
  direction[MORE_THERE] = point->is_upper ? 1.0 : 0.0;
}

static double
project (const TsFilterModel *model,
         const double direction[TS_FILTER_N_STATES],
         double covariances[TS_FILTER_N_STATES])
{
  double variance_ns2 = STAMP_NS2;

  for (guint j = 0; j < TS_FILTER_N_STATES; j++)
    {
      covariances[j] = 0.0;
      for (guint k = 0; k < TS_FILTER_N_STATES; k++)
        covariances[j] += model->covariance[j][k] * direction[k];
      variance_ns2 += direction[j] * covariances[j];
    }
  /* After ages of silence rounding may have made it smaller. */
  return MAX (variance_ns2, STAMP_NS2);
}

static double
get_gap (const TsFilterModel *model,
         const double direction[TS_FILTER_N_STATES],
         const TsFilterPoint *point)
{
  double gap_ns = direction[OFFSET] * point->bound_ns;

  for (guint j = 0; j < TS_FILTER_N_STATES; j++)
    gap_ns -= direction[j] * model->state[j];
  return gap_ns;
}

static const TsExcess *
get_excess (const TsFilter *self,
            const TsFilterPoint *point)
{
  return point->is_upper ? &self->there : &self->back;
}

/* Makes a model unsure if the point contradicts it. */
static gboolean
admit_surprise (TsFilterModel *model,
                double gap_ns,
                double variance_ns2,
                double interval_s)
{
  if (gap_ns >= 0.0 || gap_ns * gap_ns <= SURPRISE * SURPRISE * variance_ns2)
    return FALSE;
  model->covariance[OFFSET][OFFSET] += gap_ns * gap_ns / 8.0;
  model->covariance[DELAY][DELAY] += gap_ns * gap_ns / 8.0;
  model->covariance[DRIFT][DRIFT] += MIN (gap_ns * gap_ns / (interval_s * interval_s), MAX_DRIFT_CHANGE) / 8.0;
  model->log_weight -= SURPRISE_PENALTY;
  return TRUE;
}

static void
take (TsFilter *self,
      guint i,
      gboolean is_judged,
      const TsFilterPoint *point)
{
  TsFilterModel *model = &self->models[i];
  double wander_ns2 = get_wander_ns2 (i, point->at_s - self->at_s);
  double direction[TS_FILTER_N_STATES], covariances[TS_FILTER_N_STATES];
  double gap_ns, variance_ns2, shift, shrink;
  TsExcessPosterior posterior;

  get_direction (self, point, direction);
  gap_ns = get_gap (model, direction, point);
  variance_ns2 = project (model, direction, covariances) + wander_ns2;
  if (admit_surprise (model, gap_ns, variance_ns2, MAX (self->interval_s, 1e-3)))
    variance_ns2 = project (model, direction, covariances) + wander_ns2;

  if (point->is_bare)
    ts_excess_truncate (gap_ns, variance_ns2, &posterior);
  else
    ts_excess_infer (get_excess (self, point), gap_ns, variance_ns2, is_judged, &posterior);

  shift = (gap_ns - posterior.mean_ns) / variance_ns2;
  shrink = (posterior.variance_ns2 / variance_ns2 - 1.0) / variance_ns2;
  for (guint j = 0; j < TS_FILTER_N_STATES; j++)
    {
      model->state[j] += shift * covariances[j];
      for (guint k = 0; k < TS_FILTER_N_STATES; k++)
        model->covariance[j][k] += shrink * covariances[j] * covariances[k];
    }
  model->log_weight += posterior.log_evidence;
}

static double
sum_weights (const TsFilter *self)
{
  double sum = 0.0;

  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    sum += exp (self->models[i].log_weight);
  return sum;
}

/**
 * ts_filter_take:
 * @self: a filter
 * @judgement: what the point says of the models, which takes long and is not always needed
 * @point: what a packet tells
 *
 * Updates all models by a point. The point may be older than the states.
 */
void
ts_filter_take (TsFilter *self,
                TsFilterJudgement judgement,
                const TsFilterPoint *point)
{
  double before = judgement == TS_FILTER_JUDGE_FILTER ? log (sum_weights (self)) : 0.0;
  double top = -HUGE_VAL;

  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      take (self, i, judgement != TS_FILTER_JUDGE_NOTHING, point);
      top = MAX (top, self->models[i].log_weight);
    }
  if (judgement == TS_FILTER_JUDGE_NOTHING)
    return;
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    self->models[i].log_weight = MAX (self->models[i].log_weight - top, TS_FILTER_LEAST_LOG_WEIGHT);
  if (judgement == TS_FILTER_JUDGE_FILTER)
    self->log_evidence += top + log (sum_weights (self)) - before;
}

/**
 * ts_filter_get_gap:
 * @self: a filter
 * @point: what a packet tells
 * @gap_ns: (out): how much later the packet is than the fastest possible one, by the best model
 * @variance_ns2: (out): the variance of that, by all models
 */
void
ts_filter_get_gap (const TsFilter *self,
                   const TsFilterPoint *point,
                   double *gap_ns,
                   double *variance_ns2)
{
  double direction[TS_FILTER_N_STATES], covariances[TS_FILTER_N_STATES];
  double sum = 0.0, square_ns2 = 0.0;

  get_direction (self, point, direction);
  *gap_ns = get_gap (&self->models[ts_filter_find_best (self)], direction, point);
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    {
      const TsFilterModel *model = &self->models[i];
      double weight = exp (model->log_weight);
      double away_ns = get_gap (model, direction, point) - *gap_ns;

      sum += weight;
      square_ns2 += weight * (away_ns * away_ns + project (model, direction, covariances) +
                              get_wander_ns2 (i, point->at_s - self->at_s));
    }
  *variance_ns2 = square_ns2 / sum;
}

/**
 * ts_filter_get_state:
 * @self: a filter
 * @at_s: an instant
 * @state: (out caller-allocates): what is known about it
 *
 * Averages the models. The further @at_s is from the newest point, the larger are the deviations.
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
      const double (*p)[TS_FILTER_N_STATES] = (const double (*)[TS_FILTER_N_STATES]) model->covariance;
      double weight = exp (model->log_weight - best->log_weight);
      double x = model->state[OFFSET] + s * model->state[DRIFT] - origin_ns;
      double b = model->state[DRIFT] - best->state[DRIFT];

      sum += weight;
      offset += weight * x;
      offset2 += weight * (x * x + p[OFFSET][OFFSET] + s * (2.0 * p[OFFSET][DRIFT] + s * p[DRIFT][DRIFT]) +
                           get_wander_ns2 (i, s));
      drift += weight * b;
      drift2 += weight * (b * b + p[DRIFT][DRIFT] + suppositions[i].wander * suppositions[i].wander * fabs (s));
    }
  offset /= sum;
  drift /= sum;
  state->offset_ns = origin_ns + offset;
  state->offset_deviation_ns = sqrt (MAX (offset2 / sum - offset * offset, 0.0));
  state->drift_ppm = (best->state[DRIFT] + drift) / NS_PER_PPM;
  state->drift_deviation_ppm = sqrt (MAX (drift2 / sum - drift * drift, 0.0)) / NS_PER_PPM;
}

/**
 * ts_filter_get_more_there:
 * @self: a filter
 *
 * Returns: by how much longer the least delay there is than the one back, by the best model
 */
TsFilterChange
ts_filter_get_more_there (const TsFilter *self)
{
  const TsFilterModel *best = &self->models[ts_filter_find_best (self)];

  return (TsFilterChange) {
    .ns = best->state[MORE_THERE],
    .deviation_ns = sqrt (MAX (best->covariance[MORE_THERE][MORE_THERE], 0.0)),
  };
}

/**
 * ts_filter_is_sane:
 * @self: a filter
 *
 * Returns: whether all numbers are finite; rounding may destroy the covariances of a series that has gaps of years
 */
gboolean
ts_filter_is_sane (const TsFilter *self)
{
  TsFilterState state;

  ts_filter_get_state (self, self->at_s, &state);
  return isfinite (state.offset_ns) && isfinite (state.offset_deviation_ns) && isfinite (state.drift_ppm) &&
         isfinite (state.drift_deviation_ppm);
}
