/* One series of a world: what the estimator made of it, held against the truth and against simpler estimators.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-series.h"

#include <math.h>
#include <time.h>

#include "measure/ts-time.h"

/* The rivals are asked about so often in a series. */
#define COMPARISONS 128

/* What is told so many samples after something happened was told of something else. */
#define MAX_LATE 64

/* The samples in which somebody may still tell of what happened to a clock: one count for each thing told. */
typedef struct
{
  guint steps_local;
  guint steps_remote;
  guint steps_probable;
  guint suspends;
} Awaited;

static void
append_moment (const TsSample *sample,
               gint64 truth_ns,
               gint64 elapsed_ns,
               gpointer data)
{
  SimMoment moment = { .sample = *sample, .truth_ns = truth_ns, .elapsed_ns = elapsed_ns };

  g_array_append_val ((GArray *) data, moment);
}

static SimMoment *
get_moment (const GArray *moments,
            guint i)
{
  return &g_array_index (moments, SimMoment, i);
}

static double
get_cpu_s (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

/* Returns: the CPU time that it took */
static double
estimate_all (GArray *moments)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  double start_s = get_cpu_s ();

  for (guint i = 0; i < moments->len; i++)
    {
      SimMoment *moment = get_moment (moments, i);

      moment->event = ts_estimator_add (estimator, &moment->sample, NULL);
      ts_estimator_get (estimator, moment->sample.exchange.t4_ns, &moment->estimate);
    }
  return get_cpu_s () - start_s;
}

static double
get_error_ns (const SimMoment *moment)
{
  return fabs ((double) (moment->estimate.estimate_ns - moment->truth_ns));
}

static gboolean
is_proven (const SimMoment *moment)
{
  return moment->truth_ns >= moment->estimate.proven_min_ns && moment->truth_ns <= moment->estimate.proven_max_ns;
}

static gboolean
is_wild (const TsEstimate *estimate)
{
  return estimate->proven_min_ns > estimate->proven_max_ns || estimate->estimate_ns < estimate->proven_min_ns ||
         estimate->estimate_ns > estimate->proven_max_ns || estimate->error_ns < 0 ||
         !isfinite (estimate->drift_ppm) || !isfinite (estimate->drift_min_ppm) ||
         !isfinite (estimate->drift_max_ppm) || estimate->drift_min_ppm > estimate->drift_max_ppm;
}

static void
judge_estimates (SimSeries *self,
                 const GArray *moments)
{
  for (guint i = 0; i < moments->len; i++)
    {
      const SimMoment *moment = get_moment (moments, i);

      self->n_misses += !is_proven (moment);
      self->n_wild += is_wild (&moment->estimate);
      if (i + 1 < SIM_SERIES_FIRST_JUDGED)
        continue;
      self->n_judged++;
      self->n_covered += get_error_ns (moment) <= (double) moment->estimate.error_ns;
    }
}

/* What the sample itself tells of, so that the simplest estimator would begin again. */
static gboolean
tells_break (const TsSample *before,
             const TsSample *sample)
{
  if (before->has_generation && sample->has_generation && before->clock_generation != sample->clock_generation)
    return TRUE;
  return before->reading.raw_ns != 0 &&
         ts_clock_reading_compare (&before->reading, &sample->reading, NULL) != TS_CLOCK_EVENT_NONE;
}

static int
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return (first > second) - (first < second);
}

static void
compare_with_rivals (SimSeries *self,
                     const SimMoment *moment,
                     const SimRivals *rivals,
                     GArray *errors_ns[SIM_N_RIVALS])
{
  gint64 estimates_ns[SIM_N_RIVALS];

  sim_rivals_estimate (rivals, estimates_ns);
  self->n_compared++;
  self->square_ns2 += get_error_ns (moment) * get_error_ns (moment);
  self->stated_ns += (double) moment->estimate.error_ns;
  for (guint i = 0; i < SIM_N_RIVALS; i++)
    {
      double error_ns = fabs ((double) (estimates_ns[i] - moment->truth_ns));

      self->rival_squares_ns2[i] += error_ns * error_ns;
      g_array_append_val (errors_ns[i], error_ns);
    }
}

static void
judge_rivals (SimSeries *self,
              const GArray *moments)
{
  g_autoptr (SimRivals) rivals = sim_rivals_new ();
  guint every = MAX (moments->len / COMPARISONS, 1);
  GArray *errors_ns[SIM_N_RIVALS];

  for (guint i = 0; i < SIM_N_RIVALS; i++)
    errors_ns[i] = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; i < moments->len; i++)
    {
      const SimMoment *moment = get_moment (moments, i);

      if (i > 0 && tells_break (&get_moment (moments, i - 1)->sample, &moment->sample))
        sim_rivals_clear (rivals);
      sim_rivals_add (rivals, &moment->sample);
      if (i + 1 >= SIM_SERIES_FIRST_JUDGED && i % every == 0)
        compare_with_rivals (self, moment, rivals, errors_ns);
    }
  for (guint i = 0; i < SIM_N_RIVALS; i++)
    {
      g_array_sort (errors_ns[i], compare_doubles);
      if (errors_ns[i]->len > 0)
        self->rival_needs_ns[i] = g_array_index (errors_ns[i], double, (errors_ns[i]->len * 95 - 1) / 100);
      g_array_unref (errors_ns[i]);
    }
}

static void
expect (Awaited *awaited,
        const SimClockParameters *clock,
        gboolean is_ours,
        gint64 from_ns,
        gint64 until_ns)
{
  for (guint i = 0; i < clock->n_events; i++)
    {
      const SimClockEvent *event = &clock->events[i];
      gint64 ends_ns = event->at_ns + event->lasts_ns;

      if (event->kind == SIM_CLOCK_STEP && event->at_ns > from_ns && event->at_ns <= until_ns)
        {
          *(is_ours ? &awaited->steps_local : &awaited->steps_remote) = MAX_LATE;
          awaited->steps_probable = MAX_LATE;
        }
      else if (event->kind == SIM_CLOCK_SUSPEND && ends_ns > from_ns && ends_ns <= until_ns)
        awaited->suspends = MAX_LATE;
    }
}

/* Returns: whether it was awaited, which it then is no longer. */
static gboolean
take_awaited (guint *awaited)
{
  gboolean was_awaited = *awaited > 0;

  *awaited = 0;
  return was_awaited;
}

/* Returns: whether what was told did not happen. */
static gboolean
is_false (const SimWorld *world,
          Awaited *awaited,
          TsClockEvent event)
{
  switch (event)
    {
    case TS_CLOCK_EVENT_STEP_LOCAL:
      return !take_awaited (&awaited->steps_local);
    case TS_CLOCK_EVENT_STEP_REMOTE:
      /* Where nobody reads our clocks, their steps look like the server's. */
      return !take_awaited (world->run.has_readings ? &awaited->steps_remote : &awaited->steps_probable);
    case TS_CLOCK_EVENT_STEP_PROBABLE:
      return !take_awaited (&awaited->steps_probable);
    case TS_CLOCK_EVENT_SUSPEND:
      return !take_awaited (&awaited->suspends);
    case TS_CLOCK_EVENT_NONE:
    default:
      return FALSE;
    }
}

static void
count_down (guint *n)
{
  *n -= *n > 0;
}

static void
judge_events (SimSeries *self,
              const SimWorld *world,
              const GArray *moments)
{
  Awaited awaited = { 0 };
  gint64 before_ns = 0;

  for (guint i = 0; i < moments->len; i++)
    {
      const SimMoment *moment = get_moment (moments, i);
      /* Our clocks are read a little later than the answer arrives. */
      gint64 until_ns = moment->elapsed_ns + TS_NS_PER_MS;

      expect (&awaited, &world->run.local, TRUE, before_ns, until_ns);
      expect (&awaited, &world->run.server, FALSE, before_ns, until_ns);
      if (is_false (world, &awaited, moment->event))
        {
          self->n_false_probable += moment->event == TS_CLOCK_EVENT_STEP_PROBABLE;
          self->n_false_steps += moment->event != TS_CLOCK_EVENT_STEP_PROBABLE;
        }
      count_down (&awaited.steps_local);
      count_down (&awaited.steps_remote);
      count_down (&awaited.steps_probable);
      count_down (&awaited.suspends);
      before_ns = until_ns;
    }
}

/* How many samples from @first on it took until a step had been told and what is proven was true for good. */
static guint
get_latency (const GArray *moments,
             guint first,
             guint until)
{
  guint told = 0, proven = 1;

  for (guint i = first; i < until; i++)
    {
      const SimMoment *moment = get_moment (moments, i);

      if (told == 0 && ts_clock_event_is_step (moment->event))
        told = i - first + 1;
      if (!is_proven (moment))
        proven = i - first + 2;
    }
  return told == 0 ? G_MAXUINT : MAX (told, proven);
}

static guint
find_first_after (const GArray *moments,
                  gint64 at_ns)
{
  guint i = 0;

  while (i < moments->len && get_moment (moments, i)->elapsed_ns < at_ns)
    i++;
  return i;
}

/* A step is judged where the samples before it have made the error stated, and enough come after it. */
static void
judge_silent_steps (SimSeries *self,
                    const SimClockParameters *clock,
                    const GArray *moments)
{
  for (guint i = 0; i < clock->n_events; i++)
    {
      const SimClockEvent *event = &clock->events[i];
      guint first = find_first_after (moments, event->at_ns);
      guint until = i + 1 < clock->n_events ? find_first_after (moments, clock->events[i + 1].at_ns) : moments->len;
      double stated_ns;

      if (event->kind != SIM_CLOCK_STEP || first < SIM_SERIES_FIRST_JUDGED || first + 2 * SIM_SERIES_PROMPT > until)
        continue;
      stated_ns = (double) get_moment (moments, first - 1)->estimate.error_ns;
      if (fabs ((double) event->size_ns) < SIM_SERIES_NOTICEABLE * stated_ns)
        continue;
      self->n_noticeable++;
      self->latest = MAX (self->latest, get_latency (moments, first, MIN (until, first + MAX_LATE)));
    }
}

/**
 * sim_series_judge:
 * @series: (out caller-allocates): what came of it; no CPU time
 * @world: a world
 * @moments: (element-type SimMoment): its samples in order, and what was made of them
 */
void
sim_series_judge (SimSeries *series,
                  const SimWorld *world,
                  const GArray *moments)
{
  *series = (SimSeries) { .n_samples = moments->len };
  if (moments->len == 0)
    return;
  series->hours = (double) get_moment (moments, moments->len - 1)->elapsed_ns / 3600e9;
  judge_estimates (series, moments);
  judge_rivals (series, moments);
  judge_events (series, world, moments);
  if (!world->run.has_generation)
    judge_silent_steps (series, &world->run.server, moments);
  if (!world->run.has_readings)
    judge_silent_steps (series, &world->run.local, moments);
}

/**
 * sim_series_run:
 * @series: (out caller-allocates): what came of it
 * @world: a world
 *
 * Simulates the world's series, has the estimator go over it, and judges what it said.
 */
void
sim_series_run (SimSeries *series,
                const SimWorld *world)
{
  g_autoptr (GArray) moments = g_array_new (FALSE, FALSE, sizeof (SimMoment));
  double cpu_s;

  sim_run (&world->run, append_moment, moments);
  cpu_s = estimate_all (moments);
  sim_series_judge (series, world, moments);
  series->cpu_s = cpu_s;
}
