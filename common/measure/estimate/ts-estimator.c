/* How far the server's clock is ahead, and how sure that is, from samples in order.
 *
 * A series is cut into segments where a clock was set or this computer slept. Within a segment, ts-hull keeps what is
 * proven, and ts-learner what is likely. Instants count from the first t4 and offsets from the first offset, so that
 * doubles hold differences only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-estimator.h"

#include <math.h>

#include "measure/estimate/ts-hull.h"
#include "measure/estimate/ts-learner.h"
#include "measure/estimate/ts-local-clock.h"

#define PPM_PER_NS_S 1e-3

/* chronyd slews by up to 83,333 ppm (maxslewrate), adjtime() by 500. */
#define MAX_SLEW   0.1
#define USUAL_SLEW 0.0006

struct _TsEstimator
{
  TsHull hull;
  TsLearner learner;
  TsLocalClock local;
  gint64 origin_ns;        /* the bare clock at the first sample */
  gint64 origin_offset_ns; /* the offset of that sample */
  gint64 since_ns;         /* our clock at the first sample of the segment */
  double newest_s;         /* the latest t4 */
  TsHullRange newest_range; /* what is proven about it */
  gboolean has_range;      /* whether anything is */
  guint64 n_samples;       /* how many samples the segment has; 0 before the first */
  gboolean after_step;     /* whether a step came before the segment */
  gboolean is_slewed;      /* whether the server's clock changes its rate faster than a quartz drifts */
  double break_ns;         /* how far the newest sample left what was proven; 0 if it did not, or the cause is known */
  double break_size_ns;    /* by how much the offset jumped then */
  double break_middle_ns;  /* the offset after that jump */
  TsSample last;           /* the newest sample */
  TsLocalTimes last_times;
};

/* A sample's two bounds by the bare clock, and before them a bound for the sample before, if it tells one. */
typedef struct
{
  TsFilterPoint points[3];
  double slacks_ns[3];
  guint n;
  double t4_s;
} Bounds;

/**
 * ts_estimator_new:
 *
 * Returns: (transfer full): an estimator without a sample
 */
TsEstimator *
ts_estimator_new (void)
{
  return g_new0 (TsEstimator, 1);
}

/**
 * ts_estimator_free:
 * @self: (transfer full): an estimator
 */
void
ts_estimator_free (TsEstimator *self)
{
  g_free (self);
}

/* Returns: the difference, which is exact unless it overflows, as offsets of centuries may */
static double
subtract (gint64 a_ns,
          gint64 b_ns)
{
  gint64 difference_ns;

  if (__builtin_sub_overflow (a_ns, b_ns, &difference_ns))
    return (double) a_ns - (double) b_ns;
  return (double) difference_ns;
}

static gint64
add (gint64 origin_ns,
     double difference_ns)
{
  gint64 sum_ns;
  double whole_ns = CLAMP (rint (difference_ns), -9e18, 9e18);

  if (__builtin_add_overflow (origin_ns, (gint64) whole_ns, &sum_ns))
    return whole_ns < 0.0 ? G_MININT64 : G_MAXINT64;
  return sum_ns;
}

static double
to_seconds (const TsEstimator *self,
            gint64 at_ns)
{
  return subtract (at_ns, self->origin_ns) * 1e-9;
}

static void
append_point (const TsEstimator *self,
              Bounds *bounds,
              gint64 bare_ns,
              gint64 bound_ns,
              gint64 slack_ns,
              gboolean is_upper,
              gboolean is_bare)
{
  bounds->slacks_ns[bounds->n] = (double) slack_ns;
  bounds->points[bounds->n++] = (TsFilterPoint) {
    .at_s = to_seconds (self, bare_ns),
    .bound_ns = subtract (bound_ns, self->origin_offset_ns),
    .is_upper = is_upper,
    .is_bare = is_bare,
  };
}

/* Two kinds of bounds prove, but nothing is learned from them: those of packets that were sent more than once, because
 * their delay is not the path's, and t3 as the server wrote it into its answer, if the server tells afterwards when the
 * answer really left, because the way back would seem longer. The bounds are those of the clock's offset plus the
 * clock's correction, which makes them bounds of the bare clock's offset. */
static Bounds
get_bounds (const TsEstimator *self,
            const TsSample *sample,
            const TsLocalTimes *times,
            gboolean has_previous)
{
  const TsExchange *exchange = &sample->exchange;
  gint64 t1_correction_ns = exchange->t1_ns - times->t1_ns, t4_correction_ns = exchange->t4_ns - times->t4_ns;
  gint64 min_ns = MIN (sample->proven_min_ns, sample->proven_max_ns);
  gboolean is_bare = sample->is_retransmitted;
  Bounds bounds = { .t4_s = to_seconds (self, times->t4_ns) };

  has_previous = has_previous && sample->previous_t3_ns != 0 &&
                 sample->previous_t4_ns == self->last.exchange.t4_ns;
  if (has_previous)
    append_point (self, &bounds, self->last_times.t4_ns,
                  sample->previous_t3_ns - self->last_times.t4_ns,
                  self->last_times.t4_slack_ns, FALSE, self->last.is_retransmitted);
  append_point (self, &bounds, times->t1_ns, sample->proven_max_ns + t1_correction_ns, times->t1_slack_ns, TRUE,
                is_bare || times->t1_slack_ns > sample->delay_ns / 16);
  append_point (self, &bounds, times->t4_ns, min_ns + t4_correction_ns, times->t4_slack_ns, FALSE,
                is_bare || has_previous);
  return bounds;
}

static void
add_to_hull (TsHull *hull,
             const Bounds *bounds)
{
  for (guint i = 0; i < bounds->n; i++)
    {
      const TsFilterPoint *point = &bounds->points[i];

      ts_hull_add (hull, point->at_s,
                   point->is_upper ? point->bound_ns + bounds->slacks_ns[i] : point->bound_ns - bounds->slacks_ns[i],
                   point->is_upper);
    }
}

static double
get_middle_ns (const Bounds *bounds)
{
  return 0.5 * (bounds->points[bounds->n - 1].bound_ns + bounds->points[bounds->n - 2].bound_ns);
}

/* Returns: whether both ends tell when a clock is set */
static gboolean
tells_steps (const TsEstimator *self,
             const TsSample *sample)
{
  return sample->has_generation && self->local.is_known;
}

/* If rounding has spoilt the learner, it starts again, because only the estimate depends on it, and no proof. */
static TsShiftNews
add_to_learner (TsEstimator *self,
                const Bounds *bounds,
                const TsSample *sample,
                double *size_ns)
{
  const TsFilterPoint *points = bounds->points;
  TsLearnerSample learned = {
    .at_s = self->newest_s,
    .offset_ns = get_middle_ns (bounds),
    .delay_ns = points[bounds->n - 2].bound_ns - points[bounds->n - 1].bound_ns,
    .precision_ns = (double) sample->exchange.precision_ns,
    .points = points,
    .n_points = bounds->n,
    .may_be_set = !tells_steps (self, sample),
  };
  TsShiftNews news;

  news = ts_learner_add (&self->learner, &learned, size_ns);
  if (!ts_learner_is_sane (&self->learner))
    ts_learner_start (&self->learner, self->newest_s, get_middle_ns (bounds), (double) sample->delay_ns);
  return news;
}

/* Begins a segment: earlier samples no longer prove anything. */
static void
restart_hull (TsEstimator *self,
              const TsSample *sample,
              const Bounds *bounds)
{
  ts_hull_clear (&self->hull);
  add_to_hull (&self->hull, bounds);
  self->has_range = ts_hull_get_range (&self->hull, self->newest_s, &self->newest_range);
  if (self->has_range)
    self->hull.drift = self->newest_range.joint_drift;
  self->since_ns = sample->exchange.t4_ns;
  self->n_samples = 1;
}

/* Begins with a sample as if it were the first of all. */
static void
start (TsEstimator *self,
       const TsSample *sample,
       const TsLocalTimes *times)
{
  Bounds bounds;
  double size_ns;

  self->origin_ns = times->t4_ns;
  self->origin_offset_ns = sample->offset_ns + (sample->exchange.t4_ns - times->t4_ns);
  self->newest_s = 0.0;
  bounds = get_bounds (self, sample, times, FALSE);
  ts_learner_start (&self->learner, 0.0, get_middle_ns (&bounds), (double) sample->delay_ns);
  restart_hull (self, sample, &bounds);
  add_to_learner (self, &bounds, sample, &size_ns);
}

/* Begins a segment after the offset has changed by an unknown amount: the server's clock was set, or this computer
 * slept. What is known about the path stays. If our own clock went back without readings, the samples are out of order,
 * and everything starts again.
 * Returns: by how much the offset changed */
static double
start_after_jump (TsEstimator *self,
                  const TsSample *sample,
                  const TsLocalTimes *times)
{
  Bounds bounds = get_bounds (self, sample, times, FALSE);
  double middle_ns = get_middle_ns (&bounds);
  TsFilterJump jump = { .at_s = bounds.points[0].at_s, .offset.deviation_ns = 0.5 * (double) sample->delay_ns };
  TsLearnerState state;
  double size_ns;

  ts_learner_get_state (&self->learner, bounds.t4_s, &state);
  jump.offset.ns = middle_ns - state.offset_ns;
  if (jump.at_s < self->newest_s)
    {
      start (self, sample, times);
      return jump.offset.ns;
    }
  self->newest_s = bounds.t4_s;
  ts_learner_jump (&self->learner, &jump);
  restart_hull (self, sample, &bounds);
  add_to_learner (self, &bounds, sample, &size_ns);
  return jump.offset.ns;
}

/* Takes a sample that agrees with what is proven. If the server does not tell when its clock is set, what was proven
 * before something moved proves nothing as soon as that is suspected.
 * Returns: whether the clock was probably set */
static gboolean
take (TsEstimator *self,
      const TsSample *sample,
      const Bounds *bounds,
      double *size_ns)
{
  TsShiftNews news;

  self->hull.drift = self->newest_range.joint_drift;
  self->n_samples++;
  self->is_slewed &= self->n_samples < TS_ESTIMATOR_MIN_SAMPLES;
  news = add_to_learner (self, bounds, sample, size_ns);
  if (tells_steps (self, sample))
    return FALSE;
  if (news == TS_SHIFT_SUSPECTED || news == TS_SHIFT_CLOCK)
    restart_hull (self, sample, bounds);
  /* A slew that begins or ends is no step. */
  return news == TS_SHIFT_CLOCK && !self->is_slewed;
}

/* Finds what is proven about an instant. If the clocks wandered as much as is allowed, there may be no line through an
 * instant between samples although there is one through the newest sample. Then what is proven about the newest is
 * widened by the greatest drift. */
static void
get_range (const TsEstimator *self,
           double at_s,
           TsHullRange *range)
{
  double drifted_ns = TS_HULL_MAX_DRIFT_PPM * 1e3 * fabs (at_s - self->newest_s);

  if (at_s != self->newest_s && ts_hull_get_range (&self->hull, at_s, range))
    return;
  if (self->has_range)
    *range = self->newest_range;
  if (!self->has_range || at_s == self->newest_s)
    return;
  range->min_ns -= drifted_ns;
  range->max_ns += drifted_ns;
}

/* Returns: how far the sample is outside what was proven; @with_width_ns: the same, plus how wide that was */
static double
get_break_ns (const TsEstimator *self,
              const Bounds *bounds,
              double *with_width_ns)
{
  double upper_ns = bounds->points[bounds->n - 2].bound_ns, lower_ns = bounds->points[bounds->n - 1].bound_ns;
  TsHullRange range = { 0 };

  get_range (self, bounds->t4_s, &range);
  *with_width_ns = MAX (lower_ns - range.min_ns, range.max_ns - upper_ns);
  return MAX (lower_ns - range.max_ns, range.min_ns - upper_ns);
}

/* Begins a segment because no line is left. It is proven that a clock was set only if no clock can be slewed so fast.
 * Otherwise the next sample decides, because a clock that is slewed goes on moving. */
static TsClockEvent
break_off (TsEstimator *self,
           const TsSample *sample,
           const TsLocalTimes *times,
           const Bounds *bounds,
           double *size_ns)
{
  double elapsed_ns = 1e9 * (bounds->t4_s - self->newest_s);
  double with_width_ns, break_ns = get_break_ns (self, bounds, &with_width_ns);
  gboolean is_second = self->break_ns != 0.0 || self->is_slewed;
  double moved_ns = start_after_jump (self, sample, times);

  self->break_ns = 0.0;
  self->is_slewed = is_second;
  if (break_ns > MAX_SLEW * elapsed_ns)
    {
      *size_ns = moved_ns;
      return TS_CLOCK_EVENT_STEP_REMOTE;
    }
  if (!is_second && with_width_ns > USUAL_SLEW * elapsed_ns)
    {
      self->break_ns = with_width_ns;
      self->break_size_ns = moved_ns;
      self->break_middle_ns = get_middle_ns (bounds);
    }
  return TS_CLOCK_EVENT_NONE;
}

/* Decides about the break before this sample: a clock that has stayed where it went was set, and otherwise it is
 * slewed. */
static TsClockEvent
confirm_break (TsEstimator *self,
               const Bounds *bounds,
               double *size_ns)
{
  double moved_ns = fabs (get_middle_ns (bounds) - self->break_middle_ns);
  gboolean was_set = moved_ns < 0.5 * self->break_ns;

  self->break_ns = 0.0;
  self->is_slewed = !was_set;
  if (!was_set)
    return TS_CLOCK_EVENT_NONE;
  *size_ns = self->break_size_ns;
  return TS_CLOCK_EVENT_STEP_PROBABLE;
}

/* Returns: what the bounds of the sample show about the server's clock */
static TsClockEvent
go_on (TsEstimator *self,
       const TsSample *sample,
       const TsLocalTimes *times,
       double *size_ns)
{
  Bounds bounds = get_bounds (self, sample, times, TRUE);
  double newest_s = MAX (self->newest_s, bounds.t4_s);
  TsHull hull = self->hull;
  TsHullRange range;
  gboolean was_set;

  add_to_hull (&hull, &bounds);
  if (!ts_hull_get_range (&hull, newest_s, &range))
    return break_off (self, sample, times, &bounds, size_ns);
  self->hull = hull;
  self->newest_s = newest_s;
  self->newest_range = range;
  self->has_range = TRUE;
  was_set = take (self, sample, &bounds, size_ns);
  if (self->break_ns != 0.0)
    return confirm_break (self, &bounds, size_ns);
  return was_set ? TS_CLOCK_EVENT_STEP_PROBABLE : TS_CLOCK_EVENT_NONE;
}

/* Returns: whether another process answered, perhaps on another computer; 0 is no identity */
static gboolean
is_other_server (const TsSample *before,
                 const TsSample *after)
{
  return before->server_id != 0 && after->server_id != 0 && before->server_id != after->server_id;
}

/* Returns: what the two ends themselves report */
static TsClockEvent
compare_ends (const TsSample *before,
              const TsSample *after,
              gint64 *size_ns)
{
  TsClockEvent event = TS_CLOCK_EVENT_NONE;

  if (ts_clock_reading_is_known (&before->reading) && ts_clock_reading_is_known (&after->reading))
    event = ts_clock_reading_compare (&before->reading, &after->reading, size_ns);
  if (event != TS_CLOCK_EVENT_NONE)
    return event;
  /* Each process of the server counts its own generations. */
  if (before->has_generation && after->has_generation && !is_other_server (before, after) &&
      before->clock_generation != after->clock_generation)
    return TS_CLOCK_EVENT_STEP_REMOTE;
  return TS_CLOCK_EVENT_NONE;
}

/**
 * ts_estimator_add:
 * @self: an estimator
 * @sample: a sample, newer than all before
 * @size_ns: (out) (optional): how far a clock was set, positive when forward, or how long this computer slept;
 *   else 0
 *
 * Takes a sample. When the server's clock was set or this computer slept, earlier samples prove nothing about what
 * follows. The server's steps are known from its generation, or because no drift and wander that clocks have brings the
 * proven intervals together. Our own clock's steps and slews are known from the samples' readings, and are taken out.
 * When another process answers, the clock may be another, so everything is learned again; if its samples agree with
 * what was proven, that is no break.
 *
 * Returns: what broke the series between the sample before and this one
 */
TsClockEvent
ts_estimator_add (TsEstimator *self,
                  const TsSample *sample,
                  gint64 *size_ns)
{
  TsClockEvent event = TS_CLOCK_EVENT_NONE;
  TsLocalTimes times;
  gint64 size = 0;

  if (self->n_samples > 0)
    event = compare_ends (&self->last, sample, &size);
  ts_local_clock_follow (&self->local, sample, event, &times);
  if (self->n_samples == 0)
    {
      start (self, sample, &times);
    }
  else
    {
      gboolean is_seen = event == TS_CLOCK_EVENT_STEP_LOCAL && self->local.is_known;
      double moved_ns = 0.0;

      if (event == TS_CLOCK_EVENT_NONE || is_seen)
        {
          TsClockEvent shown = go_on (self, sample, &times, &moved_ns);

          event = is_seen ? event : shown;
          self->after_step |= shown != TS_CLOCK_EVENT_NONE;
        }
      else
        {
          moved_ns = start_after_jump (self, sample, &times);
          self->after_step = TRUE;
        }
      if (event == TS_CLOCK_EVENT_STEP_REMOTE || event == TS_CLOCK_EVENT_STEP_PROBABLE)
        size = add (0, moved_ns);
      if (event == TS_CLOCK_EVENT_NONE && is_other_server (&self->last, sample))
        {
          start (self, sample, &times);
          self->after_step = FALSE;
        }
    }
  self->last = *sample;
  self->last_times = times;
  if (size_ns != NULL)
    *size_ns = size;
  return event;
}

static TsVerdict
get_verdict (const TsEstimator *self)
{
  if (self->is_slewed)
    return TS_VERDICT_SLEWED;
  if (self->n_samples >= TS_ESTIMATOR_MIN_SAMPLES)
    return TS_VERDICT_STEADY;
  return self->after_step ? TS_VERDICT_STEP : TS_VERDICT_TOO_FEW;
}

/**
 * ts_estimator_get:
 * @self: an estimator
 * @at_ns: an instant by our clock; the further it is from the segment's samples, the less is known about it
 * @out: (out caller-allocates): what is known about it
 *
 * Returns: whether there is any sample
 */
gboolean
ts_estimator_get (const TsEstimator *self,
                  gint64 at_ns,
                  TsEstimate *out)
{
  double slack_ns, correction_ns = ts_local_clock_get_correction (&self->local, at_ns, &slack_ns);
  double at_s = (subtract (at_ns, self->origin_ns) - correction_ns) * 1e-9;
  double offset_ns, error_ns;
  TsLearnerState state;
  TsHullRange range = { 0 };

  if (self->n_samples == 0)
    return FALSE;

  get_range (self, at_s, &range);
  range.min_ns -= slack_ns;
  range.max_ns += slack_ns;
  ts_learner_get_state (&self->learner, at_s, &state);
  /* Ages away only what is proven is left. */
  if (!isfinite (state.offset_ns) || !isfinite (state.error_ns) || !isfinite (state.drift_ppm))
    state = (TsLearnerState) { 0.5 * (range.min_ns + range.max_ns), HUGE_VAL, range.joint_drift * PPM_PER_NS_S,
                               HUGE_VAL };
  offset_ns = CLAMP (state.offset_ns, range.min_ns, range.max_ns);
  /* The error need not reach beyond what is proven. */
  error_ns = state.error_ns + fabs (offset_ns - state.offset_ns) + 0.5 * (double) self->last.exchange.precision_ns;
  error_ns = MIN (error_ns, MAX (range.max_ns - offset_ns, offset_ns - range.min_ns));

  *out = (TsEstimate) {
    .at_ns = at_ns,
    .estimate_ns = add (self->origin_offset_ns, offset_ns - correction_ns),
    .error_ns = add (0, ceil (error_ns)),
    .proven_min_ns = add (self->origin_offset_ns, floor (range.min_ns - correction_ns)),
    .proven_max_ns = add (self->origin_offset_ns, ceil (range.max_ns - correction_ns)),
    .unset_since_ns = tells_steps (self, &self->last) ? 0 : self->since_ns,
    .n_samples = self->n_samples,
    .verdict = get_verdict (self),
  };
  out->drift_ppm = CLAMP (state.drift_ppm, range.min_drift * PPM_PER_NS_S, range.max_drift * PPM_PER_NS_S);
  out->drift_min_ppm = MAX (out->drift_ppm - state.drift_error_ppm, range.min_drift * PPM_PER_NS_S);
  out->drift_max_ppm = MIN (out->drift_ppm + state.drift_error_ppm, range.max_drift * PPM_PER_NS_S);
  return TRUE;
}
