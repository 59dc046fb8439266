/* Filters that learn what a path is like from its near packets, and go over them again.
 *
 * How the fastest packets of a way are distributed is not known, and differs from way to way. So each way has four
 * shapes that are possible, and each pair of them a filter; the pairs are weighed by how likely they thought what
 * came. Only near packets count, because only they bound the offset: the fastest few of each way. The rest may be
 * distributed as it likes.
 *
 * The reach of the near packets is learned from where the filter places them, and the filter places them by their
 * reach: expectation maximisation. A filter does not take back what it once believed, so whenever there are a quarter
 * more packets all that are kept are gone over again. That is constant work a packet, and bounded memory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/estimate/ts-mixture.h"

/* The likelihood is that of near packets which come one by one; those that come together count for less. */
#define SAME_BONUS    1.0
#define LOG_LEAST_PAIR (-6.0)
#define LEAST_WEIGHT  1e-4

/* That the ways are alike is not to be told from fewer samples, and is rather likely beforehand. */
#define MIN_ALIKE       8
#define LOG_ALIKE_PRIOR 0.5

/* Where the near packets begin is not known better than by this part of their reach, however many there are: it depends
 * on the shape, and the shapes are not all that there are. */
#define FLOOR 0.25

/* Of the mixture, inside the stated error. A little less than 95 %, because the floor counts on top. */
#define PROBABILITY  0.945

/* Of a stranger's path one exchange says that 95 % of what it proves are 0.475 of the round trip either way, and the first
 * few hardly say more. */
#define FEW_SAMPLES 8.0
#define STRANGER    0.475

/* A normal distribution's deviations for the drift's 95 %, and some for its own uncertainty. */
#define DEVIATIONS 2.1

/* How many of n packets are near: so many times the root of a sixteenth of n, until the window is full. */
#define NEAR_OF_16 12.0
#define N_WINDOW   1820
#define MOST_NEAR  0.9

/* Another mode begins where the near packets spread by so much more than a part of them does. */
#define MODE      7.0
#define MODE_PART 2.5

/* A correlation beyond that cannot be told from a way that has changed. */
#define MAX_CORRELATION 0.95

/* Of the round trip there is nothing else to go by. */
#define FIRST_REACH 0.25

/* No stamp is better, and a path that never queues must not make a filter certain. */
#define MIN_REACH_NS 20.0

/* A delay that is shorter than this is no guess at what is possible. */
#define MIN_FIRST_DELAY_NS 1000.0

/* Both ways have moved together if they have within this part of what is known. */
#define MAX_APART 0.25

/* A way that moves back by as much, but for this part, is where it was. */
#define SAME_JUMP 0.3

/* A way that was slower for fewer packets was not: it had a queue. */
#define BRIEF 32

/* So many bounds that are too early are held back until their packets say whether something moved. */
#define MAX_HELD 4

#define FIRST_LESSON  8
#define PRUNE_FROM   64
#define MAX_STEP     256

/* What each shape is thought of beforehand, as a logarithm. */
static const double shape_priors[TS_EXCESS_N_SHAPES] = { -1.0, 0.0, 0.0, -1.0 };

static guint
get_shape (guint pair,
           gboolean is_upper)
{
  return is_upper ? pair / TS_EXCESS_N_SHAPES : pair % TS_EXCESS_N_SHAPES;
}

static TsExcess *
get_excess (TsFilter *filter,
            gboolean is_upper)
{
  return is_upper ? &filter->there : &filter->back;
}

/**
 * ts_learner_start:
 * @self: (out caller-allocates): filters that learn
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
  TsFilter *lead;

  memset (self, 0, sizeof *self);
  self->first.at_s = at_s;
  self->first.offset_ns = offset_ns;
  self->first.delay_ns = MAX (delay_ns, MIN_FIRST_DELAY_NS);
  self->ways[FALSE].limit_ns = self->ways[TRUE].limit_ns = HUGE_VAL;
  self->inflation = 1.0;
  self->next_lesson = FIRST_LESSON;
  self->lead = TS_EXCESS_COMMON_SHAPE * (TS_EXCESS_N_SHAPES + 1);
  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    self->is_dead[i] = i != self->lead;
  lead = &self->pairs[self->lead];
  lead->there.shape = lead->back.shape = TS_EXCESS_COMMON_SHAPE;
  lead->there.reach_ns = lead->back.reach_ns = FIRST_REACH * self->first.delay_ns;
  ts_filter_start (lead, at_s, offset_ns, self->first.delay_ns, &self->first.more_there);
}

/* Where each point was met, and what was then thought of its excess. */
typedef struct
{
  double gaps_ns[TS_LEARNER_N_POINTS];
  double excesses_ns[TS_LEARNER_N_POINTS];
} Notes;

static void
note (Notes *notes,
      guint i,
      TsFilter *filter,
      const TsFilterPoint *point)
{
  double variance_ns2;
  TsExcessPosterior posterior;

  ts_filter_get_gap (filter, point, &notes->gaps_ns[i], &variance_ns2);
  ts_excess_infer (get_excess (filter, point->is_upper), notes->gaps_ns[i], variance_ns2, &posterior);
  notes->excesses_ns[i] = posterior.mean_ns;
}

/* Takes all points that are near. */
static void
take_all (const TsLearner *self,
          TsFilter *filter,
          const TsFilterJump *jumps,
          Notes *notes)
{
  guint next_jump = 0;

  for (guint i = 0; i < self->n_points; i++)
    {
      const TsFilterPoint *point = &self->points[i].point;

      for (; next_jump < self->n_jumps && jumps[next_jump].at_s <= point->at_s; next_jump++)
        ts_filter_jump (filter, &jumps[next_jump]);
      if (notes == NULL && self->points[i].is_far)
        continue;
      ts_filter_advance (filter, point->at_s);
      if (notes != NULL)
        note (notes, i, filter, point);
      if (!self->points[i].is_far)
        ts_filter_take (filter, point);
    }
}

/* The same, where something jumped; learns how far. @first is what was known before the first jump. */
static void
take_all_and_measure (const TsLearner *self,
                      TsFilter *filter,
                      TsFilterJump *jumps,
                      TsFilter *first)
{
  TsFilter before;
  guint next_jump = 0;

  for (guint i = 0; i < self->n_points; i++)
    {
      const TsFilterPoint *point = &self->points[i].point;

      for (; next_jump < self->n_jumps && self->jumps[next_jump].at_s <= point->at_s; next_jump++)
        {
          if (next_jump > 0)
            ts_filter_measure_jump (&before, filter, &jumps[next_jump - 1]);
          else
            *first = *filter;
          ts_filter_advance (filter, self->jumps[next_jump].at_s);
          before = *filter;
          ts_filter_jump (filter, &self->jumps[next_jump]);
        }
      if (self->points[i].is_far)
        continue;
      ts_filter_advance (filter, point->at_s);
      ts_filter_take (filter, point);
    }
  if (next_jump > 0)
    ts_filter_measure_jump (&before, filter, &jumps[next_jump - 1]);
  else
    *first = *filter;
}

/* Goes over all points twice, and learns how far something jumped. How well the models told the points is judged by the
 * first time, when each knew only what it supposes beforehand. */
static void
replay (const TsLearner *self,
        TsFilter *filter,
        TsFilterJump jumps[TS_LEARNER_N_JUMPS],
        Notes *notes)
{
  TsFilter first;
  double log_weights[TS_FILTER_N_MODELS];
  double log_evidence;

  memcpy (jumps, self->jumps, sizeof self->jumps);
  ts_filter_start (filter, self->first.at_s, self->first.offset_ns, self->first.delay_ns, &self->first.more_there);
  take_all_and_measure (self, filter, jumps, &first);
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    log_weights[i] = filter->models[i].log_weight;
  log_evidence = filter->log_evidence;
  *filter = first;
  ts_filter_rewind (filter, self->first.at_s);
  take_all (self, filter, jumps, notes);
  for (guint i = 0; i < TS_FILTER_N_MODELS; i++)
    filter->models[i].log_weight = log_weights[i];
  filter->log_evidence = log_evidence;
}

static int
compare_gaps (gconstpointer a,
              gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
get_quantile (const double *sorted_ns,
              guint n,
              double place)
{
  guint i;

  place = CLAMP (place, 0.0, n - 1.0);
  i = MIN ((guint) place, n - 2);
  return sorted_ns[i] + (place - i) * (sorted_ns[i + 1] - sorted_ns[i]);
}

/* What one way's gaps look like: the least, that of a quarter of the near ones, and the limit. */
typedef struct
{
  double least_ns;
  double quarter_ns;
  double limit_ns;
} Quantiles;

static gboolean
find_quantiles (const TsLearner *self,
                gboolean is_upper,
                const double *gaps_ns,
                Quantiles *quantiles)
{
  double sorted_ns[TS_LEARNER_N_POINTS];
  double n_seen = MIN ((double) self->ways[is_upper].n_seen, N_WINDOW);
  double n_near = NEAR_OF_16 * sqrt (n_seen / 16.0);
  guint n = 0;

  for (guint i = 0; i < self->n_points; i++)
    if (self->points[i].point.is_upper == is_upper)
      sorted_ns[n++] = gaps_ns[i];
  if (n < 3)
    return FALSE;
  qsort (sorted_ns, n, sizeof *sorted_ns, compare_gaps);
  n_near = MIN (n_near, MAX (MOST_NEAR * n, 3.0));
  /* Another mode begins where no power law would. */
  while (n_near > 6.0 && get_quantile (sorted_ns, n, n_near - 1.0) - sorted_ns[0] >
                           MODE * (get_quantile (sorted_ns, n, n_near / MODE_PART - 1.0) - sorted_ns[0]))
    n_near /= 1.5;
  quantiles->least_ns = sorted_ns[0];
  quantiles->quarter_ns = get_quantile (sorted_ns, n, n_near / 4.0 - 1.0);
  quantiles->limit_ns = get_quantile (sorted_ns, n, n_near - 1.0);
  return TRUE;
}

/* Returns: what a jump did to a way alone */
static TsFilterChange *
get_change (TsFilterJump *jump,
            gboolean is_upper)
{
  return is_upper ? &jump->there : &jump->back;
}

/* Returns: the number of the first packet of a way after it last moved; 0: it has not moved */
static guint64
find_moved (TsLearner *self,
            gboolean is_upper)
{
  guint64 number = 0;
  double at_s = -HUGE_VAL;

  for (guint i = 0; i < self->n_jumps; i++)
    if (self->jumps[i].both.deviation_ns > 0.0 || get_change (&self->jumps[i], is_upper)->deviation_ns > 0.0)
      at_s = self->jumps[i].at_s;
  for (guint i = self->n_points; at_s > -HUGE_VAL && i-- > 0 && self->points[i].point.at_s >= at_s;)
    if (self->points[i].point.is_upper == is_upper)
      number = self->points[i].number;
  return number;
}

/* Tells near packets from far ones, and how much those that are near come together. */
static void
mark_far (TsLearner *self,
          gboolean is_upper,
          const double *gaps_ns,
          double limit_ns)
{
  TsLearnerWay *way = &self->ways[is_upper];
  guint64 before = 0, first = 0;
  double n_together = 0.0, n, share, correlation;
  guint64 moved = find_moved (self, is_upper);
  /* Of so few all are near. */
  gboolean is_new = moved > 0 && way->n_seen - moved < FIRST_LESSON;

  way->n_near = 0;
  for (guint i = 0; i < self->n_points; i++)
    {
      TsLearnerPoint *point = &self->points[i];

      if (point->point.is_upper != is_upper)
        continue;
      if (first == 0)
        first = point->number;
      point->gap_ns = gaps_ns[i];
      point->is_far = gaps_ns[i] > limit_ns && !(is_new && point->number >= moved);
      if (point->is_far)
        continue;
      n_together += before != 0 && point->number == before + 1;
      before = point->number;
      way->n_near++;
    }
  n = (double) (way->n_seen - first + 1);
  share = way->n_near / n;
  if (share >= 1.0 || n < 8.0)
    return;
  correlation = (n_together / n - share * share) / (share * (1.0 - share)) - 1.0 / sqrt (n);
  correlation = CLAMP (correlation, 0.0, MAX_CORRELATION);
  self->inflation = MAX (self->inflation, (1.0 + correlation) / (1.0 - correlation));
}

static void
set_reach (TsFilter *filter,
           gboolean is_upper,
           double reach_ns)
{
  get_excess (filter, is_upper)->reach_ns = MAX (reach_ns, MIN_REACH_NS);
}

/* A first guess from two quantiles, which a power law ties to where it begins. */
static void
guess_reach (TsFilter *filter,
             gboolean is_upper,
             const Quantiles *quantiles)
{
  double power = ts_excess_get_power (get_excess (filter, is_upper)->shape);
  double ratio = pow (4.0, -1.0 / power);
  double begin_ns = (quantiles->quarter_ns - ratio * quantiles->limit_ns) / (1.0 - ratio);
  double spread_ns = quantiles->limit_ns - quantiles->least_ns;
  double reach_ns = quantiles->limit_ns - MIN (begin_ns, quantiles->least_ns);

  set_reach (filter, is_upper, CLAMP (reach_ns, spread_ns, 4.0 * power * spread_ns + MIN_REACH_NS));
}

static double
get_log_weight (const TsLearner *self,
                guint pair)
{
  guint there = get_shape (pair, TRUE), back = get_shape (pair, FALSE);

  return self->pairs[pair].log_evidence / self->inflation + shape_priors[there] + shape_priors[back] +
         (there == back ? SAME_BONUS : 0.0);
}

/* Lets one pair go over all points, and learn the reach of each way from where it places them. */
static void
teach_pair (TsLearner *self,
            guint pair,
            const TsFilter *lead,
            const double *base_ns,
            const Quantiles quantiles[2])
{
  TsFilter *filter = &self->pairs[pair];
  TsFilterJump jumps[TS_LEARNER_N_JUMPS];
  Notes notes;
  double sums_ns[2] = { 0.0, 0.0 };

  *filter = *lead;
  for (int is_upper = FALSE; is_upper <= TRUE; is_upper++)
    {
      get_excess (filter, is_upper)->shape = get_shape (pair, is_upper);
      guess_reach (filter, is_upper, &quantiles[is_upper]);
    }
  replay (self, filter, jumps, &notes);
  for (guint i = 0; i < self->n_points; i++)
    {
      gboolean is_upper = self->points[i].point.is_upper;

      if (!self->points[i].is_far)
        sums_ns[is_upper] += notes.excesses_ns[i] + quantiles[is_upper].limit_ns - base_ns[i];
    }
  for (int is_upper = FALSE; is_upper <= TRUE; is_upper++)
    set_reach (filter, is_upper, sums_ns[is_upper] / MAX (self->ways[is_upper].n_near, 1));
  replay (self, filter, jumps, NULL);
}

static void
choose_lead (TsLearner *self)
{
  guint n_seen = (guint) MIN (self->ways[TRUE].n_seen, 1000);
  double top = -HUGE_VAL;

  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    if (!self->is_dead[i] && get_log_weight (self, i) > top)
      {
        top = get_log_weight (self, i);
        self->lead = i;
      }
  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    self->is_dead[i] |= n_seen >= PRUNE_FROM && get_log_weight (self, i) < top + LOG_LEAST_PAIR;
}

static void
learn (TsLearner *self)
{
  Notes base;
  TsFilter lead = self->pairs[self->lead];
  guint64 n_seen = self->ways[TRUE].n_seen + self->ways[FALSE].n_seen;
  Quantiles quantiles[2];
  TsFilterJump jumps[TS_LEARNER_N_JUMPS];
  gboolean is_first = self->ways[TRUE].limit_ns == HUGE_VAL;

  self->next_lesson = n_seen + CLAMP (n_seen / 4, 4, MAX_STEP);
  replay (self, &lead, jumps, &base);
  for (guint i = 0; i < self->n_jumps; i++)
    {
      self->jumps[i].there.ns = jumps[i].there.ns;
      self->jumps[i].back.ns = jumps[i].back.ns;
      self->jumps[i].both.ns = jumps[i].both.ns;
    }
  if (!find_quantiles (self, FALSE, base.gaps_ns, &quantiles[FALSE]) ||
      !find_quantiles (self, TRUE, base.gaps_ns, &quantiles[TRUE]))
    return;
  self->inflation = 1.0;
  for (int is_upper = FALSE; is_upper <= TRUE; is_upper++)
    mark_far (self, is_upper, base.gaps_ns, quantiles[is_upper].limit_ns);
  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    {
      if (is_first)
        self->is_dead[i] = FALSE;
      if (!self->is_dead[i])
        teach_pair (self, i, &lead, base.gaps_ns, quantiles);
    }
  choose_lead (self);
  for (int is_upper = FALSE; is_upper <= TRUE; is_upper++)
    self->ways[is_upper].limit_ns = get_excess (&self->pairs[self->lead], is_upper)->reach_ns;
}

/* Replays begin with the oldest packet, as if it were among the fastest. What jumped before is forgotten, but not by how
 * much that made one way longer than the other, because nothing that is kept tells it. */
static void
begin_with_oldest (TsLearner *self)
{
  const TsFilterPoint *oldest = &self->points[0].point;
  const TsFilter *lead = &self->pairs[self->lead];
  const TsFilterModel *model = &lead->models[ts_filter_find_best (lead)];
  guint n_gone = 0;

  self->first.at_s = oldest->at_s;
  self->first.offset_ns = oldest->is_upper ? oldest->bound_ns - model->state[2] - model->state[3]
                                           : oldest->bound_ns + model->state[2];
  while (n_gone < self->n_jumps && self->jumps[n_gone].at_s <= oldest->at_s)
    n_gone++;
  if (n_gone == 0)
    return;
  self->n_jumps -= n_gone;
  memmove (self->jumps, self->jumps + n_gone, self->n_jumps * sizeof self->jumps[0]);
  self->first.more_there = ts_filter_get_more_there (lead);
  for (guint i = 0; i < self->n_jumps; i++)
    self->first.more_there.ns -= self->jumps[i].there.ns - self->jumps[i].back.ns;
}

/* Of a full list the farthest packet goes; where all are near, the oldest. */
static void
make_room (TsLearner *self)
{
  guint worst = 0;
  double most = 1.0;

  for (guint i = 0; i < self->n_points; i++)
    {
      double ratio = self->points[i].gap_ns / self->ways[self->points[i].point.is_upper].limit_ns;

      if (ratio > most)
        {
          most = ratio;
          worst = i;
        }
    }
  self->n_points--;
  memmove (&self->points[worst], &self->points[worst + 1], (self->n_points - worst) * sizeof self->points[0]);
  if (worst > 0)
    return;
  begin_with_oldest (self);
}

static void
keep (TsLearner *self,
      const TsFilterPoint *point,
      double gap_ns,
      gboolean is_far)
{
  if (self->n_points == TS_LEARNER_N_POINTS)
    make_room (self);
  self->points[self->n_points++] = (TsLearnerPoint) {
    .point = *point,
    .number = self->ways[point->is_upper].n_seen,
    .gap_ns = gap_ns,
    .is_far = is_far,
  };
}

/* Notes a jump for the next time that the points are gone over. */
static void
note_jump (TsLearner *self,
           const TsFilterJump *jump)
{
  guint place;

  if (self->n_jumps == TS_LEARNER_N_JUMPS)
    {
      self->n_jumps--;
      memmove (self->jumps, self->jumps + 1, self->n_jumps * sizeof self->jumps[0]);
    }
  place = self->n_jumps++;
  for (; place > 0 && self->jumps[place - 1].at_s > jump->at_s; place--)
    self->jumps[place] = self->jumps[place - 1];
  self->jumps[place] = *jump;
}

/**
 * ts_learner_jump:
 * @self: filters that learn
 * @jump: what changed, after all points that were added
 */
void
ts_learner_jump (TsLearner *self,
                 const TsFilterJump *jump)
{
  note_jump (self, jump);
  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    if (!self->is_dead[i])
      ts_filter_jump (&self->pairs[i], jump);
  ts_symmetry_jump (&self->symmetry, jump->offset.ns, jump->offset.deviation_ns);
  ts_shift_settle (&self->shift);
}

static double
get_near_share (const TsLearner *self,
                gboolean is_upper)
{
  const TsLearnerWay *way = &self->ways[is_upper];

  return (double) way->n_near / (double) CLAMP (way->n_seen, 1, N_WINDOW);
}

/* A way that comes back to where it was before a jump has not moved; what came meanwhile tells nothing about it.
 * Returns: whether there was such a jump */
static gboolean
take_back_jump (TsLearner *self,
                gboolean is_upper,
                double moved_ns,
                double at_s)
{
  for (guint i = self->n_jumps; i-- > 0;)
    {
      TsFilterJump *jump = &self->jumps[i];
      TsFilterChange *change = get_change (jump, is_upper);
      double jumped_ns = jump->both.ns + change->ns;
      gboolean is_other;
      guint n = 0;

      if (jumped_ns <= 0.0 || fabs (moved_ns - jumped_ns) > SAME_JUMP * jumped_ns)
        continue;
      is_other = jump->both.deviation_ns > 0.0;
      *change = jump->both = (TsFilterChange) { 0 };
      for (guint j = 0; j < self->n_points; j++)
        {
          const TsLearnerPoint *point = &self->points[j];

          if ((point->point.is_upper != is_upper && !is_other) || point->point.at_s < jump->at_s ||
              point->point.at_s >= at_s)
            self->points[n++] = *point;
        }
      self->n_points = n;
      return TRUE;
    }
  return FALSE;
}

/* A queue ends as slowly as it likes, and packets that seem early meanwhile would move the offset. When one is as late as
 * is usual without the jump, it is over.
 * Returns: whether a way was slower only for a while */
static gboolean
take_back_queue (TsLearner *self,
                 const TsFilterPoint *point,
                 double gap_ns)
{
  for (guint i = self->n_jumps; i-- > 0;)
    {
      double jumped_ns = self->jumps[i].both.ns + get_change (&self->jumps[i], point->is_upper)->ns;

      if (jumped_ns > 0.0)
        return gap_ns < 0.0 && ts_shift_is_usual (&self->shift, point->is_upper, gap_ns + jumped_ns) &&
               self->ways[point->is_upper].n_seen - find_moved (self, point->is_upper) < BRIEF &&
               take_back_jump (self, point->is_upper, jumped_ns, point->at_s);
    }
  return FALSE;
}

/* Where the other way has just moved, too, the path is another, whose ways are as likely to be equal as before. */
static void
move_way (TsLearner *self,
          TsFilterJump *jump,
          gboolean is_upper,
          double moved_ns)
{
  double span_s = self->points[self->n_points - 1].point.at_s - self->points[0].point.at_s;

  for (guint i = self->n_jumps; i-- > 0;)
    {
      TsFilterJump *other = &self->jumps[i];
      TsFilterChange *change = get_change (other, !is_upper);

      if (change->deviation_ns > 0.0 && fabs (other->at_s - jump->at_s) < MAX_APART * span_s)
        {
          jump->both.deviation_ns = MAX (change->deviation_ns, moved_ns);
          jump->at_s = MIN (jump->at_s, other->at_s);
          *change = (TsFilterChange) { 0 };
          return;
        }
    }
  get_change (jump, is_upper)->deviation_ns = moved_ns;
}

/* Packets are later now, on both ways perhaps. */
static void
make_slower (TsLearner *self,
             TsFilterJump *jump,
             gboolean is_upper)
{
  const TsShiftWay *way = &self->shift.ways[is_upper], *other = &self->shift.ways[!is_upper];
  const TsShiftRun *run = way->late.n > 0 ? &way->late : &way->silent;
  const TsShiftRun *other_run = other->late.n > 0 ? &other->late : &other->silent;
  /* Without near packets for so long the other way may well be, by chance. */
  gboolean is_both = other_run == &other->late ? other->late.n >= run->n / 2 : other->silent.n >= run->n;

  jump->at_s = run->since_s;
  if (!is_both)
    {
      move_way (self, jump, is_upper, run->least_ns);
      return;
    }
  jump->at_s = MIN (run->since_s, other_run->since_s);
  jump->both.deviation_ns = MAX (run->least_ns, other_run->least_ns);
}

/* Goes over the points again, with a jump among them, now that it is known what moved. */
static void
take_into_account (TsLearner *self,
                   TsShiftNews news,
                   gboolean is_upper)
{
  const TsShift *shift = &self->shift;
  TsFilterJump jump = { .at_s = shift->since_s };
  gboolean is_jump = news != TS_SHIFT_CLEARED;

  if (news == TS_SHIFT_CLOCK)
    {
      jump.offset.ns = shift->is_upper ? -shift->early_ns : shift->early_ns;
      jump.offset.deviation_ns = 0.5 * shift->early_ns;
      ts_symmetry_jump (&self->symmetry, jump.offset.ns, jump.offset.deviation_ns);
    }
  else if (is_jump)
    {
      ts_symmetry_restart (&self->symmetry);
    }
  if (news == TS_SHIFT_SLOWER)
    make_slower (self, &jump, is_upper);
  else if (news == TS_SHIFT_PATHS)
    jump.both.deviation_ns = shift->early_ns;
  else if (news == TS_SHIFT_PATH && take_back_jump (self, shift->is_upper, shift->early_ns, shift->since_s))
    is_jump = FALSE;
  else if (news == TS_SHIFT_PATH)
    move_way (self, &jump, shift->is_upper, shift->early_ns);
  for (guint i = 0; i < self->n_points; i++)
    if (self->points[i].point.at_s >= jump.at_s)
      self->points[i].is_far = FALSE;
  if (is_jump)
    note_jump (self, &jump);
  ts_shift_settle (&self->shift);
  learn (self);
}

static void
take_point (TsLearner *self,
            const TsFilterPoint *point)
{
  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    if (!self->is_dead[i])
      {
        ts_filter_advance (&self->pairs[i], point->at_s);
        ts_filter_take (&self->pairs[i], point);
      }
}

/* Returns: by how much a way or a clock has moved at least */
static double
get_moved_ns (const TsLearner *self,
              TsShiftNews news,
              gboolean is_upper)
{
  const TsShiftWay *way = &self->shift.ways[is_upper];

  if (news != TS_SHIFT_SLOWER)
    return self->shift.early_ns;
  return way->late.n > 0 ? way->late.least_ns : way->silent.least_ns;
}

static TsShiftNews
add_point (TsLearner *self,
           const TsFilterPoint *point,
           const TsLearnerSample *sample,
           double *size_ns)
{
  TsLearnerWay *way = &self->ways[point->is_upper];
  TsShiftNews news = TS_SHIFT_NOTHING;
  double gap_ns, variance_ns2, deviation_ns;
  gboolean is_far;

  ts_filter_get_gap (&self->pairs[self->lead], point, &gap_ns, &variance_ns2);
  if (!point->is_bare && take_back_queue (self, point, gap_ns))
    {
      ts_shift_settle (&self->shift);
      learn (self);
      ts_filter_get_gap (&self->pairs[self->lead], point, &gap_ns, &variance_ns2);
    }
  deviation_ns = sqrt (self->inflation * variance_ns2);
  is_far = gap_ns > way->limit_ns + sqrt (variance_ns2);
  if (!point->is_bare && isfinite (way->limit_ns))
    news = ts_shift_take (&self->shift, point->is_upper, point->at_s, gap_ns, deviation_ns, way->limit_ns,
                          get_near_share (self, point->is_upper));
  /* What the packet itself will tell with the next sample is not to be taken for chance before. */
  if (point->is_bare && way->n_held < MAX_HELD &&
      ts_shift_is_early (&self->shift, point->is_upper, gap_ns, deviation_ns, way->limit_ns))
    {
      is_far = TRUE;
      way->n_held++;
    }
  if ((news == TS_SHIFT_CLOCK && !sample->may_be_set) ||
      (news > TS_SHIFT_SUSPECTED && get_moved_ns (self, news, point->is_upper) < 2.0 * sample->precision_ns))
    news = TS_SHIFT_CLEARED;
  /* In suspense until it is known what it means. */
  is_far |= self->shift.is_suspected && gap_ns < -0.5 * way->limit_ns;
  if (!is_far)
    take_point (self, point);
  if (point->is_bare)
    return news;
  way->n_seen++;
  way->n_held = 0;
  keep (self, point, gap_ns, is_far);
  if (news > TS_SHIFT_SUSPECTED)
    {
      if (news == TS_SHIFT_CLOCK)
        *size_ns = self->shift.is_upper ? -self->shift.early_ns : self->shift.early_ns;
      take_into_account (self, news, point->is_upper);
    }
  return news;
}

/**
 * ts_learner_add:
 * @self: filters that learn
 * @sample: what is learned from
 * @size_ns: (out): by how much a clock was set, where one was
 *
 * Returns: the most that any of the packets says about clocks and path
 */
TsShiftNews
ts_learner_add (TsLearner *self,
                const TsLearnerSample *sample,
                double *size_ns)
{
  TsShiftNews news = TS_SHIFT_NOTHING;

  *size_ns = 0.0;
  ts_symmetry_add (&self->symmetry, sample->at_s, sample->offset_ns, sample->delay_ns);
  for (guint i = 0; i < sample->n_points; i++)
    {
      TsShiftNews one = add_point (self, &sample->points[i], sample, size_ns);

      if (one == TS_SHIFT_CLOCK || (one != TS_SHIFT_NOTHING && news != TS_SHIFT_CLOCK))
        news = one;
    }
  if (!self->shift.is_suspected && self->ways[TRUE].n_seen + self->ways[FALSE].n_seen >= self->next_lesson)
    learn (self);
  return news;
}

static guint
list_pairs (const TsLearner *self,
            double at_s,
            TsMixturePart parts[TS_LEARNER_N_PAIRS])
{
  double top = get_log_weight (self, self->lead);
  guint n = 0;

  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    {
      const TsFilter *filter = &self->pairs[i];
      double weight = self->is_dead[i] ? 0.0 : exp (get_log_weight (self, i) - top);
      TsFilterState state;

      if (weight < LEAST_WEIGHT)
        continue;
      ts_filter_get_state (filter, at_s, &state);
      parts[n++] = (TsMixturePart) {
        .weight = weight,
        .offset_ns = state.offset_ns,
        .deviation_ns = sqrt (self->inflation * state.offset_deviation_ns * state.offset_deviation_ns +
                              0.25 * FLOOR * FLOOR * self->inflation *
                                (filter->there.reach_ns * filter->there.reach_ns +
                                 filter->back.reach_ns * filter->back.reach_ns)),
        .drift_ppm = state.drift_ppm,
        .drift_deviation_ppm = state.drift_deviation_ppm,
      };
    }
  return n;
}

/* If packets queue alike on both ways, all samples tell, and the near packets tell no less than if they do not. So both
 * are averaged, each by how sure it is; where they are further apart than that, neither is as sure as it says. */
static TsMixturePart
get_alike (const TsLearner *self,
           double at_s,
           const TsMixturePart *pairs)
{
  double log_odds = LOG_ALIKE_PRIOR + ts_symmetry_get_log_odds (&self->symmetry);
  TsFilterChange more_there = ts_filter_get_more_there (&self->pairs[self->lead]);
  TsFilterState state;
  double apart_ns, alike_ns2, pairs_ns2 = pairs->deviation_ns * pairs->deviation_ns, both_ns2;

  ts_symmetry_get_state (&self->symmetry, at_s, &state);
  apart_ns = state.offset_ns - 0.5 * more_there.ns - pairs->offset_ns;
  alike_ns2 = state.offset_deviation_ns * state.offset_deviation_ns +
              0.25 * more_there.deviation_ns * more_there.deviation_ns;
  both_ns2 = alike_ns2 + pairs_ns2;
  return (TsMixturePart) {
    .weight = pairs->weight * exp (CLAMP (log_odds, -50.0, 50.0)),
    .offset_ns = pairs->offset_ns + apart_ns * pairs_ns2 / both_ns2,
    .deviation_ns = sqrt (alike_ns2 * pairs_ns2 / both_ns2 * MAX (1.0, apart_ns * apart_ns / both_ns2)),
    .drift_ppm = state.drift_ppm,
    .drift_deviation_ppm = state.drift_deviation_ppm,
  };
}

/**
 * ts_learner_get_state:
 * @self: filters that learn
 * @at_s: an instant
 * @state: (out caller-allocates): what is known about it
 */
void
ts_learner_get_state (const TsLearner *self,
                      double at_s,
                      TsLearnerState *state)
{
  TsMixturePart parts[TS_LEARNER_N_PAIRS + 1];
  guint n = list_pairs (self, at_s, parts);
  TsMixturePart mean = ts_mixture_average (parts, n);
  double n_samples = (double) self->ways[TRUE].n_seen;

  if (self->symmetry.n_samples >= MIN_ALIKE)
    {
      parts[n++] = get_alike (self, at_s, &mean);
      mean = ts_mixture_average (parts, n);
    }
  state->offset_ns = mean.offset_ns;
  state->error_ns = ts_mixture_find_error_ns (parts, n, &mean, PROBABILITY);
  if (self->shift.is_suspected)
    state->error_ns += self->shift.early_ns;
  if (n_samples < FEW_SAMPLES)
    state->error_ns = MAX (state->error_ns, STRANGER * self->symmetry.least_ns / sqrt (MAX (n_samples, 1.0)));
  state->drift_ppm = mean.drift_ppm;
  state->drift_error_ppm = DEVIATIONS * mean.drift_deviation_ppm;
}

/**
 * ts_learner_is_sane:
 * @self: filters that learn
 *
 * Returns: whether all numbers are finite; where a series has gaps of years, rounding may eat the covariances up
 */
gboolean
ts_learner_is_sane (const TsLearner *self)
{
  TsLearnerState state;

  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    if (!self->is_dead[i] && !ts_filter_is_sane (&self->pairs[i]))
      return FALSE;
  ts_learner_get_state (self, self->pairs[self->lead].at_s, &state);
  return isfinite (state.offset_ns) && isfinite (state.error_ns) && isfinite (state.drift_ppm) &&
         isfinite (state.drift_error_ppm);
}
