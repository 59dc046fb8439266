/* A filter that learns what the path is like from its first samples, and goes over them again.
 *
 * How packets queue is learned from packets that the filter places, and the filter places them by how packets
 * queue: expectation maximisation. At first each is wrong about the other, and a filter does not take back what
 * it once believed. So whenever the points have become a quarter more, until there are enough, the filter starts
 * anew with what was learned. That is constant work per point; later the distributions alone are refined.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-learner.h"

#include <math.h>

#define FIRST_LESSON  16
#define LESSON_GROWTH 4
#define N_ROUNDS      3

/* From so many points on, shapes other than the common one are tried. */
#define FIRST_SHAPES 32

/* How often the distributions are refined when all points have been gone over. */
#define GAPS_PER_LESSON 128

/* Of the excess there is nothing else to go by. */
#define FIRST_EXCESS_SHARE (1.0 / 16.0)

/* A delay that is shorter than this is no guess at what is possible. */
#define MIN_FIRST_DELAY_NS 1000.0

/* What is thought of the shapes beforehand: so much more likely must one make the points. An exponential density
 * makes the filter sure too soon, and a blunt one does where the two ways queue differently: their means differ
 * too, which nobody can see. */
static const struct
{
  guint shape;
  double log_prior;
  double max_ratio; /* of the scales of the two ways */
  double max_scale; /* against the least delay */
} shapes[] = {
  { TS_EXCESS_COMMON_SHAPE, 0.0, HUGE_VAL, HUGE_VAL },
  { 1, -12.0, HUGE_VAL, HUGE_VAL },
  { 5, -10.0, 2.0, HUGE_VAL },
  { TS_EXCESS_NORMAL_SHAPE, -4.5, 2.0, 0.2 },
};

/* Relative variance of a scale that one packet alone told. */
#define SCALE_VARIANCE 3.0

/* How much less likely it is thought beforehand that the two ways queue differently. */
#define EQUAL_ODDS (1.0 / 9.0)

/* By this part of the error in a way's scale its fastest possible packet is misplaced, as simulations show. */
#define MISPLACED 0.5

/* Where one way queues by so much less than the other, its shape is an accident. */
#define MIN_TELLING_RATIO 0.1

/**
 * ts_learner_start:
 * @self: (out caller-allocates): a filter that learns
 * @at_s: the instant of the first sample
 * @offset_ns: its offset
 * @delay_ns: its round trip
 */
void
ts_learner_start (TsLearner *self,
                  double at_s,
                  double offset_ns,
                  double delay_ns)
{
  self->first.at_s = at_s;
  self->first.offset_ns = offset_ns;
  self->first.delay_ns = MAX (delay_ns, MIN_FIRST_DELAY_NS);
  self->n_points = 0;
  self->next_lesson = FIRST_LESSON;
  self->n_gaps[FALSE] = 0;
  self->n_gaps[TRUE] = 0;
  ts_excess_init (&self->filter.there, FIRST_EXCESS_SHARE * self->first.delay_ns);
  self->filter.back = self->filter.there;
  ts_filter_start (&self->filter, at_s, offset_ns, self->first.delay_ns);
}

static TsExcess *
get_excess (TsFilter *filter,
            gboolean is_upper)
{
  return is_upper ? &filter->there : &filter->back;
}

/* Takes all points: with every model, or with one, and then tells how likely it thought them. */
static double
take_all (const TsLearner *self,
          TsFilter *filter,
          guint only)
{
  double telling_ns = MIN_TELLING_RATIO * MAX (filter->there.scale_ns, filter->back.scale_ns);
  double log_likelihood = 0.0;

  for (guint i = 0; i < self->n_points; i++)
    {
      const TsFilterPoint *point = &self->points[i];

      ts_filter_advance (filter, point->at_s);
      if (only == TS_FILTER_N_MODELS)
        ts_filter_take (filter, point);
      else if (get_excess (filter, point->is_upper)->scale_ns > telling_ns)
        log_likelihood += ts_filter_take_alone (filter, only, point);
      else
        ts_filter_take_alone (filter, only, point);
    }
  return log_likelihood;
}

static double
replay_alone (const TsLearner *self,
              TsFilter *filter,
              guint model)
{
  ts_filter_start (filter, self->first.at_s, self->first.offset_ns, self->first.delay_ns);
  take_all (self, filter, model);
  ts_filter_rewind (filter, self->first.at_s);
  return take_all (self, filter, model);
}

/* Goes over all points twice. How well the models told them is judged by the first time, when each knew only what
 * it supposes beforehand. */
static void
replay (const TsLearner *self,
        TsFilter *filter)
{
  double log_weights[TS_FILTER_N_MODELS];

  ts_filter_start (filter, self->first.at_s, self->first.offset_ns, self->first.delay_ns);
  take_all (self, filter, TS_FILTER_N_MODELS);
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    log_weights[i] = filter->models[i].log_weight;
  ts_filter_rewind (filter, self->first.at_s);
  take_all (self, filter, TS_FILTER_N_MODELS);
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    filter->models[i].log_weight = log_weights[i];
}

/* Fits both ways' distributions to all points, less the drift. */
static void
fit (const TsLearner *self,
     TsFilter *filter,
     guint shape,
     double drift)
{
  double delays_ns[TS_LEARNER_N_POINTS];

  for (int is_upper = FALSE; is_upper <= TRUE; is_upper++)
    {
      guint n = 0;

      for (guint i = 0; i < self->n_points; i++)
        {
          const TsFilterPoint *point = &self->points[i];
          double level_ns = point->bound_ns - drift * (point->at_s - self->first.at_s);

          if (point->is_upper == is_upper && !point->is_bare)
            delays_ns[n++] = is_upper ? level_ns : -level_ns;
        }
      if (n >= 4)
        ts_excess_fit (get_excess (filter, is_upper), shape, delays_ns, n);
    }
}

static void
refine (const TsLearner *self,
        TsFilter *filter,
        guint model)
{
  TsExcessSums sums[2];
  TsExcessPosterior posterior;
  double gap_ns, variance_ns2;

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      sums[FALSE] = sums[TRUE] = (TsExcessSums) { 0 };
      for (guint i = 0; i < self->n_points; i++)
        {
          const TsFilterPoint *point = &self->points[i];

          if (point->is_bare)
            continue;
          ts_filter_get_gap (filter, model, point, &gap_ns, &variance_ns2);
          ts_excess_infer (get_excess (filter, point->is_upper), gap_ns, variance_ns2, &posterior);
          ts_excess_sum (&sums[point->is_upper], &posterior);
        }
      ts_excess_refine (&filter->there, &sums[TRUE]);
      ts_excess_refine (&filter->back, &sums[FALSE]);
    }
}

/* How likely it is that the two ways queue differently, by the scales of so many packets each. */
static double
get_difference_share (const TsFilter *filter,
                      double n_packets)
{
  double difference = log (filter->there.scale_ns / filter->back.scale_ns);
  double variance = SCALE_VARIANCE / n_packets;
  double evidence = 0.5 * difference * difference * (1.0 / variance - 1.0 / (variance + 1.0));
  double odds = sqrt (variance / (variance + 1.0)) * exp (MIN (evidence, 100.0)) * EQUAL_ODDS;

  return odds / (1.0 + odds);
}

/* Where both ways queue about alike, that they do so equally is the better guess: an error in the difference of
 * the two scales would be one of the offset. */
static void
reconcile (TsFilter *filter,
           double n_packets)
{
  double difference = log (filter->there.scale_ns / filter->back.scale_ns);
  double shift = 0.5 * difference * (1.0 - get_difference_share (filter, n_packets));

  filter->there.scale_ns *= exp (-shift);
  filter->back.scale_ns *= exp (shift);
}

/* What the scales of so many packets each may be wrong by misplaces the offset, by half, where the two ways queue
 * differently; else it misplaces the least delay alone. A normal distribution's mean does not depend on its scale. */
static void
note_unseen (TsFilter *filter,
             double n_packets)
{
  double there_ns = filter->there.scale_ns, back_ns = filter->back.scale_ns;
  double scales_ns2 = (there_ns * there_ns + back_ns * back_ns) / (TS_EXCESS_COMMON_SHAPE * n_packets);

  filter->unseen_ns2 = 0.0;
  if (filter->there.shape != TS_EXCESS_NORMAL_SHAPE)
    filter->unseen_ns2 = 0.25 * MISPLACED * MISPLACED * scales_ns2 * get_difference_share (filter, n_packets);
}

static guint
choose_shape (const TsLearner *self,
              guint model)
{
  double drift = self->filter.models[model].state[1];
  double least_ns = self->filter.models[model].state[2];
  double top = -HUGE_VAL;
  guint shape = TS_EXCESS_COMMON_SHAPE;

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      TsFilter trial = self->filter;
      double ratio, log_likelihood;

      fit (self, &trial, shapes[i].shape, drift);
      ratio = trial.there.scale_ns / trial.back.scale_ns;
      if (MAX (ratio, 1.0 / ratio) > shapes[i].max_ratio || trial.there.scale_ns > shapes[i].max_scale * least_ns)
        continue;
      log_likelihood = replay_alone (self, &trial, model) + shapes[i].log_prior;
      if (log_likelihood > top)
        {
          top = log_likelihood;
          shape = shapes[i].shape;
        }
    }
  return shape;
}

static void
learn_from_points (TsLearner *self)
{
  guint model = ts_filter_find_best (&self->filter);
  guint shape = self->n_points >= FIRST_SHAPES ? choose_shape (self, model) : TS_EXCESS_COMMON_SHAPE;

  fit (self, &self->filter, shape, self->filter.models[model].state[1]);
  replay (self, &self->filter);
  refine (self, &self->filter, ts_filter_find_best (&self->filter));
  reconcile (&self->filter, 0.5 * self->n_points);
  replay (self, &self->filter);
  note_unseen (&self->filter, 0.5 * self->n_points);
  self->next_lesson = MIN (self->n_points + self->n_points / LESSON_GROWTH, TS_LEARNER_N_POINTS);
}

static void
learn_from_gaps (TsLearner *self,
                 gboolean is_upper)
{
  TsExcess *excess = get_excess (&self->filter, is_upper);
  TsExcessSums sums = { 0 };
  TsExcessPosterior posterior;

  for (guint i = 0; i < TS_LEARNER_N_GAPS; i++)
    {
      const TsLearnerGap *gap = &self->gaps[is_upper][i];

      ts_excess_infer (excess, (double) gap->gap_ns, (double) gap->variance_ns2, &posterior);
      ts_excess_sum (&sums, &posterior);
    }
  ts_excess_refine (excess, &sums);
  note_unseen (&self->filter, TS_LEARNER_N_GAPS);
}

static void
note_gap (TsLearner *self,
          const TsFilterPoint *point)
{
  guint64 *n = &self->n_gaps[point->is_upper];
  double gap_ns, variance_ns2;

  ts_filter_get_gap (&self->filter, ts_filter_find_best (&self->filter), point, &gap_ns, &variance_ns2);
  self->gaps[point->is_upper][*n % TS_LEARNER_N_GAPS] = (TsLearnerGap) { (float) gap_ns, (float) variance_ns2 };
  *n += 1;
  if (*n >= TS_LEARNER_N_GAPS && *n % GAPS_PER_LESSON == 0)
    learn_from_gaps (self, point->is_upper);
}

/**
 * ts_learner_add:
 * @self: a filter that learns
 * @at_s: the newest instant until now
 * @points: (array length=n_points): what a sample's packets tell
 * @n_points: how many
 */
void
ts_learner_add (TsLearner *self,
                double at_s,
                const TsFilterPoint *points,
                guint n_points)
{
  gboolean is_lesson = FALSE;

  ts_filter_advance (&self->filter, at_s);
  for (guint i = 0; i < n_points; i++)
    {
      ts_filter_take (&self->filter, &points[i]);
      if (self->n_points < TS_LEARNER_N_POINTS)
        {
          self->points[self->n_points++] = points[i];
          is_lesson |= self->n_points == self->next_lesson;
        }
      else if (!points[i].is_bare)
        {
          note_gap (self, &points[i]);
        }
    }
  if (is_lesson)
    {
      learn_from_points (self);
      ts_filter_advance (&self->filter, at_s);
    }
}

G_STATIC_ASSERT ((TS_LEARNER_N_POINTS & (TS_LEARNER_N_POINTS - 1)) == 0);
