/* How far the server's clock is ahead, and how sure that is, from samples in order.
 *
 * A series is cut into segments wherever a clock was set or this computer slept. Within a segment ts-hull keeps
 * what is proven, ts-learner what is likely; instants count from the segment's first t4 and offsets from its
 * first offset, so that doubles hold only differences.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-estimator.h"

#include <math.h>

#include "measure/estimate/ts-hull.h"
#include "measure/estimate/ts-learner.h"

/* A normal distribution has 95 % within 1.96 deviations; the rest is for what the deviation itself is not sure
 * about, as measured by bench-simulation. */
#define DEVIATIONS 2.1

#define PPM_PER_NS_S 1e-3

struct _TsEstimator
{
  TsHull hull;
  TsLearner learner;
  gint64 origin_ns;        /* our clock at the segment's first sample */
  gint64 origin_offset_ns; /* and its offset */
  double newest_s;         /* the latest t4 of the segment */
  guint64 n_samples;       /* of the segment; 0: there is none yet */
  gboolean after_step;     /* whether the segment is not the first */
  TsSample last;           /* the newest sample */
};

/* A sample's two bounds, and the one that it adds to the sample before, by the segment's reckoning. */
typedef struct
{
  TsFilterPoint points[3];
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

/* Exact where the difference fits, which is always but for offsets of centuries. */
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
              gint64 at_ns,
              gint64 bound_ns,
              gboolean is_upper,
              gboolean is_bare)
{
  bounds->points[bounds->n++] = (TsFilterPoint) {
    .at_s = to_seconds (self, at_ns),
    .bound_ns = subtract (bound_ns, self->origin_offset_ns),
    .is_upper = is_upper,
    .is_bare = is_bare,
  };
}

static gboolean
tells_previous (const TsEstimator *self,
                const TsSample *sample)
{
  return sample->previous_t3_ns != 0 && sample->previous_t4_ns >= self->origin_ns &&
         sample->previous_t4_ns <= sample->exchange.t4_ns;
}

/* What was sent more than once still proves, but its delay is none that the path has. Where the server tells
 * afterwards when its answers really left, the t3 that it wrote into them, by its program's clock, proves but is
 * not learned from: it would make the way back look longer. */
static Bounds
get_bounds (const TsEstimator *self,
            const TsSample *sample,
            gboolean has_previous)
{
  const TsExchange *exchange = &sample->exchange;
  gboolean is_bare = sample->is_retransmitted;
  Bounds bounds = { .t4_s = to_seconds (self, exchange->t4_ns) };

  has_previous = has_previous && tells_previous (self, sample);
  if (has_previous)
    append_point (self, &bounds, sample->previous_t4_ns, sample->previous_t3_ns - sample->previous_t4_ns, FALSE,
                  self->last.is_retransmitted);
  append_point (self, &bounds, exchange->t1_ns, sample->proven_max_ns, TRUE, is_bare);
  append_point (self, &bounds, exchange->t4_ns, MIN (sample->proven_min_ns, sample->proven_max_ns), FALSE,
                is_bare || has_previous);
  return bounds;
}

static void
add_to_hull (TsHull *hull,
             const Bounds *bounds)
{
  for (guint i = 0; i < bounds->n; i++)
    ts_hull_add (hull, bounds->points[i].at_s, bounds->points[i].bound_ns, bounds->points[i].is_upper);
}

/* What is proven never needs what is likely, but the estimate does. */
static void
add_to_learner (TsEstimator *self,
                const Bounds *bounds,
                const TsSample *sample)
{
  ts_learner_add (&self->learner, self->newest_s, bounds->points, bounds->n);
  if (!ts_filter_is_sane (&self->learner.filter))
    ts_learner_start (&self->learner, self->newest_s, subtract (sample->offset_ns, self->origin_offset_ns),
                      (double) sample->delay_ns);
}

static void
start_segment (TsEstimator *self,
               const TsSample *sample)
{
  TsHullRange range;
  Bounds bounds;

  self->origin_ns = sample->exchange.t4_ns;
  self->origin_offset_ns = sample->offset_ns;
  self->newest_s = 0.0;
  self->n_samples = 1;
  ts_hull_clear (&self->hull);
  ts_learner_start (&self->learner, 0.0, 0.0, (double) sample->delay_ns);
  bounds = get_bounds (self, sample, FALSE);
  add_to_hull (&self->hull, &bounds);
  add_to_learner (self, &bounds, sample);
  if (ts_hull_get_range (&self->hull, 0.0, &range))
    self->hull.drift = range.joint_drift;
}

/* Returns: whether the sample agrees with the segment; if not, nothing was added. */
static gboolean
continue_segment (TsEstimator *self,
                  const TsSample *sample)
{
  Bounds bounds = get_bounds (self, sample, TRUE);
  double newest_s = MAX (self->newest_s, bounds.t4_s);
  TsHull hull = self->hull;
  TsHullRange range;

  add_to_hull (&hull, &bounds);
  if (!ts_hull_get_range (&hull, newest_s, &range))
    return FALSE;
  self->hull = hull;
  self->hull.drift = range.joint_drift;
  self->newest_s = newest_s;
  self->n_samples++;
  add_to_learner (self, &bounds, sample);
  return TRUE;
}

static gboolean
is_known (const TsClockReading *reading)
{
  return reading->real_ns != 0 || reading->boot_ns != 0 || reading->raw_ns != 0;
}

/* Another process answers, perhaps on another computer; 0 tells nothing. */
static gboolean
is_other_server (const TsSample *before,
                 const TsSample *after)
{
  return before->server_id != 0 && after->server_id != 0 && before->server_id != after->server_id;
}

/* What the two ends say themselves; the bounds come after. */
static TsClockEvent
compare_ends (const TsSample *before,
              const TsSample *after,
              gint64 *size_ns)
{
  TsClockEvent event = TS_CLOCK_EVENT_NONE;

  if (is_known (&before->reading) && is_known (&after->reading))
    event = ts_clock_reading_compare (&before->reading, &after->reading, size_ns);
  if (event != TS_CLOCK_EVENT_NONE)
    return event;
  /* Each process counts generations of its own. */
  if (before->has_generation && after->has_generation && !is_other_server (before, after) &&
      before->clock_generation != after->clock_generation)
    return TS_CLOCK_EVENT_STEP_REMOTE;
  return TS_CLOCK_EVENT_NONE;
}

static gint64
get_surprise_ns (const TsEstimator *self,
                 const TsSample *sample)
{
  TsFilterState state;

  ts_filter_get_state (&self->learner.filter, to_seconds (self, sample->exchange.t4_ns), &state);
  return add (0, subtract (sample->offset_ns, self->origin_offset_ns) - state.offset_ns);
}

/**
 * ts_estimator_add:
 * @self: an estimator
 * @sample: a sample, newer than all before
 * @size_ns: (out) (optional): how far a clock was set, positive when forward, or how long this computer slept;
 *   else 0
 *
 * Takes a sample. A clock that was set, at either end, and a sleep of this computer begin a new segment, in which
 * nothing from before counts. Our own are known from the samples' readings, the server's from its generation, or
 * because no drift and no wander that clocks have brings the proven intervals together. Another process that
 * answers begins a new segment, too, for nobody saw what happened in between; where it agrees with what was known
 * nothing was broken.
 *
 * Returns: what broke the series between the sample before and this one
 */
TsClockEvent
ts_estimator_add (TsEstimator *self,
                  const TsSample *sample,
                  gint64 *size_ns)
{
  TsClockEvent event = TS_CLOCK_EVENT_NONE;
  gint64 size = 0;

  if (self->n_samples == 0)
    {
      start_segment (self, sample);
    }
  else
    {
      event = compare_ends (&self->last, sample, &size);
      if (event == TS_CLOCK_EVENT_NONE && !continue_segment (self, sample))
        event = TS_CLOCK_EVENT_STEP_REMOTE;
      if (event == TS_CLOCK_EVENT_STEP_REMOTE)
        size = get_surprise_ns (self, sample);
      if (event != TS_CLOCK_EVENT_NONE || is_other_server (&self->last, sample))
        {
          start_segment (self, sample);
          self->after_step = event != TS_CLOCK_EVENT_NONE;
        }
    }
  self->last = *sample;
  if (size_ns != NULL)
    *size_ns = size;
  return event;
}

/* What is proven about an instant. Between samples a line through it may be ruled out where none through the
 * newest is, if the clocks wandered as much as is allowed; then what is known of the newest is widened by all
 * the drift there may be. */
static void
get_range (const TsEstimator *self,
           double at_s,
           TsHullRange *range)
{
  double drifted_ns = TS_HULL_MAX_DRIFT_PPM * 1e3 * fabs (at_s - self->newest_s);

  if (ts_hull_get_range (&self->hull, at_s, range) || !ts_hull_get_range (&self->hull, self->newest_s, range))
    return;
  range->min_ns -= drifted_ns;
  range->max_ns += drifted_ns;
}

static TsVerdict
get_verdict (const TsEstimator *self)
{
  if (self->n_samples >= TS_ESTIMATOR_MIN_SAMPLES)
    return TS_VERDICT_STEADY;
  return self->after_step ? TS_VERDICT_STEP : TS_VERDICT_TOO_FEW;
}

/**
 * ts_estimator_get:
 * @self: an estimator
 * @at_ns: an instant by our clock; any, though the segment's own are those it knows about
 * @out: (out caller-allocates): what is known about it
 *
 * Returns: whether there is any sample
 */
gboolean
ts_estimator_get (const TsEstimator *self,
                  gint64 at_ns,
                  TsEstimate *out)
{
  double at_s = to_seconds (self, at_ns);
  double offset_ns, error_ns, drift_error_ppm;
  TsFilterState state;
  TsHullRange range = { 0 };

  if (self->n_samples == 0)
    return FALSE;

  get_range (self, at_s, &range);
  ts_filter_get_state (&self->learner.filter, at_s, &state);
  offset_ns = CLAMP (state.offset_ns, range.min_ns, range.max_ns);
  /* Nothing beyond what is proven needs to be feared. */
  error_ns = DEVIATIONS * state.offset_deviation_ns + fabs (offset_ns - state.offset_ns);
  error_ns = MIN (error_ns, MAX (range.max_ns - offset_ns, offset_ns - range.min_ns));
  drift_error_ppm = DEVIATIONS * state.drift_deviation_ppm;

  *out = (TsEstimate) {
    .at_ns = at_ns,
    .estimate_ns = add (self->origin_offset_ns, offset_ns),
    .error_ns = add (0, ceil (error_ns)),
    .proven_min_ns = add (self->origin_offset_ns, floor (range.min_ns)),
    .proven_max_ns = add (self->origin_offset_ns, ceil (range.max_ns)),
    .unset_since_ns = self->last.has_generation ? 0 : self->origin_ns,
    .n_samples = self->n_samples,
    .verdict = get_verdict (self),
  };
  out->drift_ppm = CLAMP (state.drift_ppm, range.min_drift * PPM_PER_NS_S, range.max_drift * PPM_PER_NS_S);
  out->drift_min_ppm = MAX (out->drift_ppm - drift_error_ppm, range.min_drift * PPM_PER_NS_S);
  out->drift_max_ppm = MIN (out->drift_ppm + drift_error_ppm, range.max_drift * PPM_PER_NS_S);
  return TRUE;
}
