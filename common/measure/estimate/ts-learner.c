/* Filters that learn what a path is like from its near packets.
 *
 * How the fastest packets of a way are distributed is not known, and differs from way to way. So four shapes are
 * supposed for each way. Each pair of shapes has a filter, and the pairs are weighed by how likely each thought the
 * packets that came. Only near packets count, the fastest few of each way, because only they bound the offset. No
 * distribution is supposed for the others.
 *
 * The filter places the near packets by their reach, and the reach is fitted to where the filter places them: this is
 * expectation maximisation. A filter cannot take back what it once believed, so all packets that are kept are fitted
 * again whenever there are a quarter more of them. The work for each packet is constant, and so is the memory.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-learner.h"

#include <math.h>
#include <string.h>

#include "measure/estimate/ts-gaps.h"
#include "measure/estimate/ts-mixture.h"

/* Added to the logarithm of a pair's weight if both ways have the same shape. */
#define SAME_BONUS 1.0

/* After so many samples, a pair is given up when the logarithm of its weight is lower than the lead's by this. */
#define LOG_LEAST_PAIR (-6.0)
#define PRUNE_FROM     64

/* A pair counts in the result if its weight, against the lead's, is at least this. */
#define LEAST_WEIGHT 1e-4

/* Whether packets queue alike on both ways cannot be judged from fewer samples. Before that it is rather likely. */
#define MIN_ALIKE       8
#define LOG_ALIKE_PRIOR 0.5

/* Part of the reach of a way's near packets. However many packets there are, the fastest possible delay is not known
 * better than this, because it depends on the shape, and the shapes are not all that exist. */
#define FLOOR 0.25

/* Probability that the truth is inside the error that the mixture states. It is a little less than 95 % because FLOOR
 * is added. */
#define PROBABILITY 0.945

/* While there are fewer samples than this, the error is at least that of a path about which nothing is known: one
 * exchange proves an interval as wide as the round trip, and 95 % of the truths lie within 0.475 of it around the
 * middle. */
#define FEW_SAMPLES 8.0
#define STRANGER    0.475

/* Standard deviations in the drift's 95 % interval: those of a normal distribution, and a little more because the
 * deviation itself is uncertain. */
#define DEVIATIONS 2.1

/* Correlation of successive packets. A greater one cannot be told from a way that has changed. */
#define MAX_CORRELATION 0.95

/* The first guess of the reach is this part of the round trip, because nothing else is known. */
#define FIRST_REACH 0.25

/* The first guess of the round trip is at least this, because a shorter one says nothing about what is possible. */
#define MIN_FIRST_DELAY_NS 1000.0

/* Both ways have moved together if they did so within this part of the time that the kept packets span. */
#define MAX_APART 0.25

/* A way that was slower for fewer packets than this had a queue, and has not changed. */
#define BRIEF 32

/* At most so many bounds that are too early are held back until their packets say whether something moved. */
#define MAX_HELD 4

/* After how many packets the first fit is made, and at most how many packets lie between two fits. */
#define FIRST_FIT 8
#define MAX_STEP  256

/* Logarithm of how likely each shape is before anything is known, against the others. */
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
  self->next_fit = FIRST_FIT;
  self->lead = TS_EXCESS_COMMON_SHAPE * (TS_EXCESS_N_SHAPES + 1);
  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    self->is_dead[i] = i != self->lead;
  lead = &self->pairs[self->lead];
  lead->there.shape = lead->back.shape = TS_EXCESS_COMMON_SHAPE;
  lead->there.reach_ns = lead->back.reach_ns = FIRST_REACH * self->first.delay_ns;
  ts_filter_start (lead, at_s, offset_ns, self->first.delay_ns, &self->first.more_there);
}

/* What a filter found at each point: how late the packet was, and its probable excess. */
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
  ts_excess_infer (get_excess (filter, point->is_upper), notes->gaps_ns[i], variance_ns2, FALSE, &posterior);
  notes->excesses_ns[i] = posterior.mean_ns;
}

/* Lets a filter take all near points. Its models are judged only for the notes, because the caller keeps their weights. */
static void
take_all (const TsLearner *self,
          TsFilter *filter,
          const TsJumps *jumps,
          Notes *notes)
{
  guint next_jump = 0;

  for (guint i = 0; i < self->n_points; i++)
    {
      const TsFilterPoint *point = &self->points[i].point;

      for (; next_jump < jumps->n && jumps->items[next_jump].at_s <= point->at_s; next_jump++)
        ts_filter_jump (filter, &jumps->items[next_jump]);
      if (notes == NULL && self->points[i].is_far)
        continue;
      ts_filter_advance (filter, point->at_s);
      if (notes != NULL)
        note (notes, i, filter, point);
      if (!self->points[i].is_far)
        ts_filter_take (filter, notes != NULL ? TS_FILTER_JUDGE_MODELS : TS_FILTER_JUDGE_NOTHING, point);
    }
}

/* Lets a filter take all near points, and measures how far something jumped among them. @first is the filter as it was
 * before the first jump. */
static void
take_all_and_measure (const TsLearner *self,
                      TsFilter *filter,
                      TsFilterJudgement judgement,
                      TsJumps *jumps,
                      TsFilter *first)
{
  TsFilter before;
  guint next_jump = 0;

  for (guint i = 0; i < self->n_points; i++)
    {
      const TsFilterPoint *point = &self->points[i].point;

      for (; next_jump < jumps->n && jumps->items[next_jump].at_s <= point->at_s; next_jump++)
        {
          if (next_jump > 0)
            ts_filter_measure_jump (&before, filter, &jumps->items[next_jump - 1]);
          else
            *first = *filter;
          ts_filter_advance (filter, jumps->items[next_jump].at_s);
          before = *filter;
          ts_filter_jump (filter, &jumps->items[next_jump]);
        }
      if (self->points[i].is_far)
        continue;
      ts_filter_advance (filter, point->at_s);
      ts_filter_take (filter, judgement, point);
    }
  if (next_jump > 0)
    ts_filter_measure_jump (&before, filter, &jumps->items[next_jump - 1]);
  else
    *first = *filter;
}

/* Lets a filter take all near points twice, and measures how far something jumped. The models' weights are those of the
 * first time, because only then did each model know nothing but what it supposes beforehand. If notes are taken, the filter
 * has no evidence afterwards, because its reach is learned from them, and then it takes all points again. */
static void
replay (const TsLearner *self,
        TsFilter *filter,
        TsJumps *jumps,
        Notes *notes)
{
  TsFilter first;
  double log_weights[TS_FILTER_N_MODELS];
  double log_evidence;

  *jumps = self->jumps;
  ts_filter_start (filter, self->first.at_s, self->first.offset_ns, self->first.delay_ns, &self->first.more_there);
  take_all_and_measure (self, filter, notes != NULL ? TS_FILTER_JUDGE_MODELS : TS_FILTER_JUDGE_FILTER, jumps, &first);
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

static gboolean
measure_gaps (const TsLearner *self,
              gboolean is_upper,
              const double *gaps_ns,
              TsGaps *gaps)
{
  double of_way_ns[TS_LEARNER_N_POINTS];
  guint n = 0;

  for (guint i = 0; i < self->n_points; i++)
    if (self->points[i].point.is_upper == is_upper)
      of_way_ns[n++] = gaps_ns[i];
  return ts_gaps_measure (gaps, of_way_ns, n, self->ways[is_upper].n_seen);
}

/* Returns: the number of the first packet of a way after the way last moved; 0: it has not moved */
static guint64
find_moved (TsLearner *self,
            gboolean is_upper)
{
  guint64 number = 0;
  double at_s = ts_jumps_find_last_move (&self->jumps, is_upper);

  for (guint i = self->n_points; at_s > -HUGE_VAL && i-- > 0 && self->points[i].point.at_s >= at_s;)
    if (self->points[i].point.is_upper == is_upper)
      number = self->points[i].number;
  return number;
}

/* Marks the packets of a way that are far. If near packets come together, the variance is inflated, because the
 * likelihood supposes that they come one by one. */
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
  /* While there are so few of them, all packets since the way moved are near. */
  gboolean is_new = moved > 0 && way->n_seen - moved < FIRST_FIT;

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
  get_excess (filter, is_upper)->reach_ns = MAX (reach_ns, TS_EXCESS_MIN_REACH_NS);
}

static double
get_log_weight (const TsLearner *self,
                guint pair)
{
  guint there = get_shape (pair, TRUE), back = get_shape (pair, FALSE);

  return self->pairs[pair].log_evidence / self->inflation + shape_priors[there] + shape_priors[back] +
         (there == back ? SAME_BONUS : 0.0);
}

/* Lets the filter of a pair take all points, and fits the reach of each way to where it places them. */
static void
fit_pair (TsLearner *self,
          guint pair,
          const TsFilter *lead,
          const double *base_ns,
          const TsGaps gaps[2])
{
  TsFilter *filter = &self->pairs[pair];
  TsJumps jumps;
  Notes notes;
  double sums_ns[2] = { 0.0, 0.0 };

  *filter = *lead;
  for (int is_upper = FALSE; is_upper <= TRUE; is_upper++)
    {
      guint shape = get_shape (pair, is_upper);

      get_excess (filter, is_upper)->shape = shape;
      set_reach (filter, is_upper, ts_gaps_guess_reach_ns (&gaps[is_upper], ts_excess_get_power (shape)));
    }
  replay (self, filter, &jumps, &notes);
  for (guint i = 0; i < self->n_points; i++)
    {
      gboolean is_upper = self->points[i].point.is_upper;

      if (!self->points[i].is_far)
        sums_ns[is_upper] += notes.excesses_ns[i] + gaps[is_upper].limit_ns - base_ns[i];
    }
  for (int is_upper = FALSE; is_upper <= TRUE; is_upper++)
    set_reach (filter, is_upper, sums_ns[is_upper] / MAX (self->ways[is_upper].n_near, 1));
  replay (self, filter, &jumps, NULL);
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

/* Fits all pairs to the points that are kept. */
static void
fit (TsLearner *self)
{
  Notes base;
  TsFilter lead = self->pairs[self->lead];
  guint64 n_seen = self->ways[TRUE].n_seen + self->ways[FALSE].n_seen;
  TsGaps gaps[2];
  TsJumps jumps;
  gboolean is_first = self->ways[TRUE].limit_ns == HUGE_VAL;

  self->next_fit = n_seen + CLAMP (n_seen / 4, 4, MAX_STEP);
  replay (self, &lead, &jumps, &base);
  ts_jumps_set_sizes (&self->jumps, &jumps);
  if (!measure_gaps (self, FALSE, base.gaps_ns, &gaps[FALSE]) || !measure_gaps (self, TRUE, base.gaps_ns, &gaps[TRUE]))
    return;
  self->inflation = 1.0;
  for (int is_upper = FALSE; is_upper <= TRUE; is_upper++)
    mark_far (self, is_upper, base.gaps_ns, gaps[is_upper].limit_ns);
  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    {
      if (is_first)
        self->is_dead[i] = FALSE;
      if (!self->is_dead[i])
        fit_pair (self, i, &lead, base.gaps_ns, gaps);
    }
  choose_lead (self);
  for (int is_upper = FALSE; is_upper <= TRUE; is_upper++)
    self->ways[is_upper].limit_ns = get_excess (&self->pairs[self->lead], is_upper)->reach_ns;
}

/* Lets fits begin with the oldest packet that is kept, as if it were among the fastest. Jumps before it are forgotten,
 * but not by how much they made one way longer than the other, because no packet that is kept tells it. */
static void
begin_with_oldest (TsLearner *self)
{
  const TsFilterPoint *oldest = &self->points[0].point;
  const TsFilter *lead = &self->pairs[self->lead];
  const TsFilterModel *model = &lead->models[ts_filter_find_best (lead)];

  self->first.at_s = oldest->at_s;
  self->first.offset_ns = oldest->is_upper ? oldest->bound_ns - model->state[2] - model->state[3]
                                           : oldest->bound_ns + model->state[2];
  if (ts_jumps_forget (&self->jumps, oldest->at_s) == 0)
    return;
  self->first.more_there = ts_filter_get_more_there (lead);
  ts_jumps_undo (&self->jumps, &self->first.more_there);
}

/* Removes the farthest packet from a full list, or the oldest if all are near. */
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
  if (worst == 0)
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

/**
 * ts_learner_jump:
 * @self: filters that learn
 * @jump: a jump, after all packets so far
 */
void
ts_learner_jump (TsLearner *self,
                 const TsFilterJump *jump)
{
  self->has_newest = FALSE;
  ts_jumps_add (&self->jumps, jump);
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

  return (double) way->n_near / (double) CLAMP (way->n_seen, 1, TS_GAPS_WINDOW);
}

/* Takes back the jump of a way that is where it was before. The packets between the jump and @at_s are dropped, because
 * they tell nothing about the way.
 * Returns: whether there was such a jump */
static gboolean
take_back_jump (TsLearner *self,
                gboolean is_upper,
                double moved_ns,
                double at_s)
{
  double jump_s;
  gboolean was_both;
  guint n = 0;

  if (!ts_jumps_take_back (&self->jumps, is_upper, moved_ns, &jump_s, &was_both))
    return FALSE;
  for (guint i = 0; i < self->n_points; i++)
    {
      const TsLearnerPoint *point = &self->points[i];

      if ((point->point.is_upper != is_upper && !was_both) || point->point.at_s < jump_s || point->point.at_s >= at_s)
        self->points[n++] = *point;
    }
  self->n_points = n;
  return TRUE;
}

/* A queue may end slowly, and packets that seem early meanwhile would move the offset. The queue is over when a packet
 * is as late as is usual without the jump.
 * Returns: whether a way was slower only for a while */
static gboolean
take_back_queue (TsLearner *self,
                 const TsFilterPoint *point,
                 double gap_ns)
{
  double longer_ns = ts_jumps_get_delay_ns (&self->jumps, point->is_upper);

  return longer_ns > 0.0 && gap_ns < 0.0 && ts_shift_is_usual (&self->shift, point->is_upper, gap_ns + longer_ns) &&
         self->ways[point->is_upper].n_seen - find_moved (self, point->is_upper) < BRIEF &&
         take_back_jump (self, point->is_upper, longer_ns, point->at_s);
}

static void
move_way (TsLearner *self,
          TsFilterJump *jump,
          gboolean is_upper,
          double moved_ns)
{
  double span_s = self->points[self->n_points - 1].point.at_s - self->points[0].point.at_s;

  ts_jumps_move_way (&self->jumps, jump, is_upper, moved_ns, MAX_APART * span_s);
}

/* Lets a jump make one way slower, or both ways if the other's packets are late as well. */
static void
make_slower (TsLearner *self,
             TsFilterJump *jump,
             gboolean is_upper)
{
  const TsShiftWay *way = &self->shift.ways[is_upper], *other = &self->shift.ways[!is_upper];
  const TsShiftRun *run = way->late.n > 0 ? &way->late : &way->silent;
  const TsShiftRun *other_run = other->late.n > 0 ? &other->late : &other->silent;
  /* The other way may be without near packets by chance, so it must have been so for as long. */
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

/* Adds the jump that the shift has found, and fits again. */
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
    ts_jumps_add (&self->jumps, &jump);
  ts_shift_settle (&self->shift);
  fit (self);
}

static void
take_point (TsLearner *self,
            const TsFilterPoint *point)
{
  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    if (!self->is_dead[i])
      {
        ts_filter_advance (&self->pairs[i], point->at_s);
        ts_filter_take (&self->pairs[i], TS_FILTER_JUDGE_FILTER, point);
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

/* Returns: what a packet tells about what has moved; a move within the stamps' precision is none */
static TsShiftNews
find_news (TsLearner *self,
           const TsFilterPoint *point,
           const TsLearnerSample *sample,
           double gap_ns,
           double deviation_ns)
{
  double limit_ns = self->ways[point->is_upper].limit_ns;
  TsShiftNews news;

  if (point->is_bare || !isfinite (limit_ns))
    return TS_SHIFT_NOTHING;
  news = ts_shift_take (&self->shift, point->is_upper, point->at_s, gap_ns, deviation_ns, limit_ns,
                        get_near_share (self, point->is_upper));
  if ((news == TS_SHIFT_CLOCK && !sample->may_be_set) ||
      (news > TS_SHIFT_SUSPECTED && get_moved_ns (self, news, point->is_upper) < 2.0 * sample->precision_ns))
    return TS_SHIFT_CLEARED;
  return news;
}

static TsShiftNews
add_point (TsLearner *self,
           const TsFilterPoint *point,
           const TsLearnerSample *sample,
           double *size_ns)
{
  TsLearnerWay *way = &self->ways[point->is_upper];
  TsShiftNews news;
  double gap_ns, variance_ns2, deviation_ns;
  gboolean is_far;

  ts_filter_get_gap (&self->pairs[self->lead], point, &gap_ns, &variance_ns2);
  if (!point->is_bare && take_back_queue (self, point, gap_ns))
    {
      ts_shift_settle (&self->shift);
      fit (self);
      ts_filter_get_gap (&self->pairs[self->lead], point, &gap_ns, &variance_ns2);
    }
  deviation_ns = sqrt (self->inflation * variance_ns2);
  is_far = gap_ns > way->limit_ns + sqrt (variance_ns2);
  news = find_news (self, point, sample, gap_ns, deviation_ns);
  /* The packet itself comes with the next sample, and says then whether this was chance. */
  if (point->is_bare && way->n_held < MAX_HELD &&
      ts_shift_is_early (&self->shift, point->is_upper, gap_ns, deviation_ns, way->limit_ns))
    {
      is_far = TRUE;
      way->n_held++;
    }
  /* Early packets do not count until it is known what moved. */
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
 * @sample: the newest sample
 * @size_ns: (out): if a clock was set, by how much the offset jumped; else 0
 *
 * Returns: what the packets say about clocks and path: that a clock was set, if any says so, or else the last news
 */
TsShiftNews
ts_learner_add (TsLearner *self,
                const TsLearnerSample *sample,
                double *size_ns)
{
  TsShiftNews news = TS_SHIFT_NOTHING;

  self->has_newest = FALSE;
  *size_ns = 0.0;
  ts_symmetry_add (&self->symmetry, sample->at_s, sample->offset_ns, sample->delay_ns);
  for (guint i = 0; i < sample->n_points; i++)
    {
      TsShiftNews one = add_point (self, &sample->points[i], sample, size_ns);

      if (one == TS_SHIFT_CLOCK || (one != TS_SHIFT_NOTHING && news != TS_SHIFT_CLOCK))
        news = one;
    }
  if (!self->shift.is_suspected && self->ways[TRUE].n_seen + self->ways[FALSE].n_seen >= self->next_fit)
    fit (self);
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

/* If packets queue alike on both ways, all samples tell the offset, and the near packets tell it no worse than
 * otherwise. So both are averaged, each by how sure it is. If they are further apart than that explains, neither is as
 * sure as it says. */
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
  TsMixturePart mean;
  double n_samples = (double) self->ways[TRUE].n_seen;
  guint n;

  /* The state is asked for twice a sample: to see whether its numbers are sane, and for the estimate. */
  if (self->has_newest && at_s == self->newest_s)
    {
      *state = self->newest;
      return;
    }
  n = list_pairs (self, at_s, parts);
  mean = ts_mixture_average (parts, n);
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
 * Returns: whether all numbers are finite; rounding may destroy the covariances of a series that has gaps of years
 */
gboolean
ts_learner_is_sane (TsLearner *self)
{
  const TsLearnerState *state = &self->newest;

  for (guint i = 0; i < TS_LEARNER_N_PAIRS; i++)
    if (!self->is_dead[i] && !ts_filter_is_sane (&self->pairs[i]))
      return FALSE;
  self->newest_s = self->pairs[self->lead].at_s;
  ts_learner_get_state (self, self->newest_s, &self->newest);
  self->has_newest = TRUE;
  return isfinite (state->offset_ns) && isfinite (state->error_ns) && isfinite (state->drift_ppm) &&
         isfinite (state->drift_error_ppm);
}
