/* How far slews and steps have moved this computer's clock from its own bare oscillator.
 *
 * A daemon that keeps the clock sets it, or makes it run faster or slower for a while; chronyd by up to 8.3 %. This
 * does not change the oscillator (clock_gettime(2), CLOCK_MONOTONIC_RAW). The difference of the two is read with every
 * sample, so the correction is known to within the width of the readings.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-local-clock.h"

#include <math.h>

#include "measure/ts-time.h"

/* How far the clock's rate may have been from the mean rate, if there is no reading at t1: a clock that seems to run
 * evenly may vary by this much, and one whose rate has changed may have run at any rate that chronyd uses (maxslewrate,
 * 83,333 ppm). */
#define EVEN_RATE   0.001
#define UNEVEN_RATE 0.1
/* No clock is slewed by more: adjtimex() allows a tenth. */
#define MAX_RATE 0.5
/* 60 years: a clock without a battery begins in 1970. */
#define MAX_CORRECTION_NS (G_GINT64_CONSTANT (1900000000) * TS_NS_PER_S)

/* Returns: whether the correction at @reading is one that a clock may have; only readings of a foreign recording have
 * others, whose instants would not fit 64 bits */
static gboolean
find_growth (const TsClockReading *reading,
             gint64 first_ns,
             gint64 *growth_ns)
{
  return !__builtin_sub_overflow (reading->real_ns - reading->raw_ns, first_ns, growth_ns) &&
         ABS (*growth_ns) <= MAX_CORRECTION_NS;
}

/* Returns: how far the correction, @ago_ns before the newest reading, may be from that of an even rate, if the clocks
 * were read at the answers only */
static gint64
get_slack_ns (const TsLocalClock *before,
              const TsLocalClock *after,
              gint64 ago_ns,
              gboolean was_set)
{
  double grown_ns = (double) (after->correction_ns - before->correction_ns);
  double surplus_ns = fabs (after->rate_change) * (double) (after->raw_ns - before->raw_ns);
  double width_ns = (double) (before->width_ns + after->width_ns);
  double even_ns = EVEN_RATE * (double) ago_ns;
  double uneven_ns = UNEVEN_RATE * (double) ago_ns;

  if (!before->is_known)
    return (gint64) ceil (uneven_ns);
  if (was_set)
    return (gint64) ceil (fabs (grown_ns) + width_ns);
  if (surplus_ns <= 2.0 * width_ns)
    return (gint64) ceil (even_ns);
  return (gint64) ceil (MAX (even_ns, MIN (surplus_ns + width_ns, uneven_ns)));
}

/* Reckons back from the newest reading, because it is the only one of this exchange. */
static void
reckon_back (const TsLocalClock *before,
             const TsLocalClock *after,
             const TsSample *sample,
             gboolean was_set,
             TsLocalTimes *times)
{
  /* The times since t1 and t4 are by the clock, whose nanoseconds are not as long as the oscillator's. */
  double rate = after->rate / (1.0 + after->rate);
  gint64 since_t1_ns = MAX (sample->reading.real_ns - sample->exchange.t1_ns, 0);
  gint64 since_t4_ns = MAX (sample->reading.real_ns - sample->exchange.t4_ns, 0);

  times->t1_ns += (gint64) llround (rate * (double) since_t1_ns);
  times->t4_ns += (gint64) llround (rate * (double) since_t4_ns);
  times->t1_slack_ns = get_slack_ns (before, after, since_t1_ns, was_set) + after->width_ns;
  times->t4_slack_ns = get_slack_ns (before, after, since_t4_ns, FALSE) + after->width_ns;
}

/* Reckons between two readings, because the clocks were also read before the request was sent. The correction grew
 * about evenly in between. @sent_ns: what it was before */
static void
reckon_between (const TsLocalClock *self,
                const TsSample *sample,
                gint64 sent_ns,
                TsLocalTimes *times)
{
  const TsClockReading *sent = &sample->sent_reading, *taken = &sample->reading;
  double grown_ns = (double) (self->correction_ns - sent_ns);
  double lasted_ns = (double) MAX (taken->real_ns - sent->real_ns, 1);
  double width_ns = (double) (sent->width_ns + taken->width_ns);
  double t1_part = CLAMP ((double) (taken->real_ns - sample->exchange.t1_ns) / lasted_ns, 0.0, 1.0);
  double t4_part = CLAMP ((double) (taken->real_ns - sample->exchange.t4_ns) / lasted_ns, 0.0, 1.0);
  /* The growth is uneven by at most all of it. */
  double bend_ns = MAX (fabs (grown_ns) - width_ns, 0.0);

  times->t1_ns += (gint64) llround (grown_ns * t1_part);
  times->t4_ns += (gint64) llround (grown_ns * t4_part);
  times->t1_slack_ns = sent->width_ns + (gint64) ceil (bend_ns * (1.0 - t1_part));
  times->t4_slack_ns = taken->width_ns + (gint64) ceil (bend_ns * t4_part);
}

/**
 * ts_local_clock_follow:
 * @self: (inout): the clock as it was at the sample before
 * @sample: the newest sample
 * @event: what happened to this computer's clocks between the two
 * @times: (out caller-allocates): when the sample's packets left and arrived, by the bare clock
 *
 * Takes the readings of a sample. A sample without readings changes nothing.
 */
void
ts_local_clock_follow (TsLocalClock *self,
                       const TsSample *sample,
                       TsClockEvent event,
                       TsLocalTimes *times)
{
  const TsClockReading *taken = &sample->reading;
  gboolean was_set = event == TS_CLOCK_EVENT_STEP_LOCAL;
  TsLocalClock before = *self;
  gint64 sent_ns;

  if (ts_clock_reading_is_known (taken))
    {
      /* The oscillator stood still while the computer slept, which is no correction. */
      if (!self->is_known || event == TS_CLOCK_EVENT_SUSPEND)
        self->first_ns = taken->real_ns - taken->raw_ns - self->correction_ns;
      if (!find_growth (taken, self->first_ns, &self->correction_ns))
        {
          self->first_ns = taken->real_ns - taken->raw_ns;
          self->correction_ns = 0;
        }
      self->raw_ns = taken->raw_ns;
      self->width_ns = taken->width_ns;
      self->is_known = TRUE;
      if (before.is_known && taken->raw_ns > before.raw_ns && event == TS_CLOCK_EVENT_NONE)
        {
          self->rate = (double) (self->correction_ns - before.correction_ns) / (double) (taken->raw_ns - before.raw_ns);
          /* The clock was set between two readings of which those of a sample in between are missing. */
          if (fabs (self->rate) > MAX_RATE)
            self->rate = before.rate = 0.0;
          self->rate_change = self->rate - before.rate;
        }
    }

  *times = (TsLocalTimes) {
    .t1_ns = sample->exchange.t1_ns - self->correction_ns,
    .t4_ns = sample->exchange.t4_ns - self->correction_ns,
  };
  if (ts_clock_reading_is_known (taken) && ts_clock_reading_is_known (&sample->sent_reading) &&
      find_growth (&sample->sent_reading, self->first_ns, &sent_ns))
    reckon_between (self, sample, sent_ns, times);
  else if (ts_clock_reading_is_known (taken))
    reckon_back (&before, self, sample, was_set, times);
}

/**
 * ts_local_clock_get_correction:
 * @self: a clock
 * @at_ns: an instant by this computer's clock, not before the newest sample
 * @slack_ns: (out): how wrong the result may be if the rate changes again by as much as it last did
 *
 * Returns: by how much the clock is ahead of the bare clock, ns, if it goes on as between the last two samples
 */
double
ts_local_clock_get_correction (const TsLocalClock *self,
                               gint64 at_ns,
                               double *slack_ns)
{
  double since_ns = 0.0;

  *slack_ns = 0.0;
  if (!self->is_known)
    return 0.0;
  since_ns = MAX ((double) (at_ns - (self->correction_ns + self->first_ns + self->raw_ns)), 0.0) / (1.0 + self->rate);
  *slack_ns = fabs (self->rate_change) * since_ns + (double) self->width_ns;
  return (double) self->correction_ns + self->rate * since_ns;
}
