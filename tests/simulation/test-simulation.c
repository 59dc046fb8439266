/* Tests of the estimator in simulated series: a few of what bench-simulation does at large.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "sim-figures.h"
#include "sim-score.h"
#include "test-cases.h"
#include "measure/estimate/ts-estimator.h"
#include "measure/ts-time.h"

static const struct
{
  const char *name;
  SimPathName path;
  double drift_ppm;
  double wander_ppm;
  double max_rms_us;
} series[] = {
  { "lan", SIM_PATH_LAN, 0.0, 0.0, 8.0 },
  { "wan", SIM_PATH_WAN, 0.0, 0.0, 45.0 },
  { "bufferbloat", SIM_PATH_BUFFERBLOAT, 0.0, 0.0, 800.0 },
  { "asymmetric", SIM_PATH_ASYMMETRIC, 0.0, 0.0, 400.0 },
  { "lossy", SIM_PATH_LOSSY, 0.0, 0.0, 60.0 },
  { "lan-drift", SIM_PATH_LAN, 50.0, 0.01, 8.0 },
  { "wan-drift", SIM_PATH_WAN, -50.0, 0.01, 80.0 },
  { "bufferbloat-drift", SIM_PATH_BUFFERBLOAT, 50.0, 0.01, 1200.0 },
  { "asymmetric-drift", SIM_PATH_ASYMMETRIC, -50.0, 0.01, 200.0 },
  { "lossy-drift", SIM_PATH_LOSSY, 50.0, 0.01, 100.0 },
  { "lan-wander", SIM_PATH_LAN, -50.0, 0.1, 8.0 },
  { "wan-wander", SIM_PATH_WAN, 50.0, 0.1, 80.0 },
};

#define N_SERIES 16

static SimRun
make_run (SimPathName path,
          gint64 interval_ns,
          gint64 duration_ns,
          guint32 seed)
{
  return (SimRun) {
    .path = sim_path_get (path),
    .server = { .offset_ns = -987654321 },
    .interval_ns = interval_ns,
    .duration_ns = duration_ns,
    .seed = seed + 1,
  };
}

static void
test_series (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  SimScore score = { 0 };

  for (guint i = 0; i < N_SERIES; i++)
    {
      SimRun run = make_run (series[row].path, TS_NS_PER_S / 4, 64 * TS_NS_PER_S, i);

      run.server.drift_ppm = series[row].drift_ppm;
      run.server.wander_ppm = series[row].wander_ppm;
      sim_score_run (&score, &run, 48 * TS_NS_PER_S, 0);
    }
  g_test_message ("RMS error %.2f µs, covered %.3f", sim_score_rms_us (&score), sim_score_coverage (&score));
  g_assert_cmpuint (score.n_unproven, ==, 0);
  g_assert_cmpuint (score.n_outside, ==, 0);
  g_assert_cmpuint (score.n_steps, ==, 0);
  g_assert_cmpfloat (sim_score_rms_us (&score), <, series[row].max_rms_us);
  /* Of so few series the mean is no better known. */
  g_assert_cmpfloat (sim_score_coverage (&score), >, 0.80);
}

static const struct
{
  const char *name;
  SimPathName path;
  gint64 step_ns;
  gboolean is_local;
  gboolean has_readings;
  gboolean has_generation;
} steps[] = {
  { "lan-1-ms", SIM_PATH_LAN, TS_NS_PER_MS, FALSE, FALSE, FALSE },
  { "lan-1-ms-back", SIM_PATH_LAN, -TS_NS_PER_MS, FALSE, FALSE, FALSE },
  { "wan-50-ms", SIM_PATH_WAN, 50 * TS_NS_PER_MS, FALSE, FALSE, FALSE },
  { "wan-50-ms-back", SIM_PATH_WAN, -50 * TS_NS_PER_MS, FALSE, FALSE, FALSE },
  { "wan-1-ms-by-generation", SIM_PATH_WAN, TS_NS_PER_MS, FALSE, TRUE, TRUE },
  { "wan-1-ms-by-readings", SIM_PATH_WAN, TS_NS_PER_MS, TRUE, TRUE, TRUE },
};

static void
test_step (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);

  for (guint i = 0; i < N_SERIES; i++)
    {
      SimRun run = make_run (steps[row].path, TS_NS_PER_S, 128 * TS_NS_PER_S, i);
      SimClockParameters *clock = steps[row].is_local ? &run.local : &run.server;
      SimScore score = { 0 };

      run.has_readings = steps[row].has_readings;
      run.has_generation = steps[row].has_generation;
      clock->n_events = 1;
      clock->events[0] = (SimClockEvent) {
        .kind = SIM_CLOCK_STEP,
        .at_ns = 63 * TS_NS_PER_S + TS_NS_PER_S / 2,
        .size_ns = steps[row].step_ns,
      };
      sim_score_run (&score, &run, 120 * TS_NS_PER_S, 0);
      g_assert_cmpuint (score.n_steps, ==, 1);
      g_assert_cmpuint (score.first_step, >, 64);
      g_assert_cmpuint (score.first_step, <=, 64 + 8);
      g_assert_cmpuint (score.n_unproven, ==, 0);
    }
}

/* A day of each path; the wander is that of a bad quartz. */
static void
test_no_step (void)
{
  SimScore score = { 0 };

  for (int path = 0; path < SIM_N_PATHS; path++)
    {
      SimRun run = make_run (path, 16 * TS_NS_PER_S, 24 * 3600 * TS_NS_PER_S, 1);

      run.server.drift_ppm = 50.0;
      run.server.wander_ppm = 0.1;
      sim_score_run (&score, &run, 0, 0);
    }
  g_assert_cmpuint (score.n_steps, ==, 0);
  g_assert_cmpuint (score.n_unproven, ==, 0);
}

static void
count_previous (const TsSample *sample,
                gint64 truth_ns,
                gint64 elapsed_ns,
                gpointer data)
{
  guint *n = data;

  if (sample->previous_t3_ns == 0)
    return;
  /* Told by a packet that had left before it came. */
  g_assert_cmpint (sample->previous_t3_ns - sample->previous_t4_ns, <=, truth_ns);
  *n += 1;
}

static void
test_previous (void)
{
  SimRun run = make_run (SIM_PATH_LAN, TS_NS_PER_S, 64 * TS_NS_PER_S, 1);
  SimScore score = { 0 };
  guint n = 0;

  run.has_previous = TRUE;
  sim_run (&run, count_previous, &n);
  g_assert_cmpuint (n, ==, 64);
  sim_score_run (&score, &run, 32 * TS_NS_PER_S, 0);
  g_assert_cmpuint (score.n_unproven, ==, 0);
  g_assert_cmpfloat (sim_score_rms_us (&score), <, 15.0);
}

/* As an emulated path is, or a line of one's own with a queue in front of it: the way there has hardly more than the
 * noise of stamps. */
static const SimPath steady = {
  .name = "steady there",
  .there = { .base_ns = 10000000, .normal_ns = 2e3, .queue_ns = 5e3, .queue_shape = 2.0, .tail = 0.02, .tail_ns = 30e3,
             .tail_shape = 1.5 },
  .back = { .base_ns = 10000000, .queue_ns = 8e6, .queue_shape = 2.0 },
};

static void
add_to_estimator (const TsSample *sample,
                  gint64 truth_ns,
                  gint64 elapsed_ns,
                  gpointer data)
{
  ts_estimator_add (data, sample, NULL);
}

/* A way that is steady shows the drift, however much the other one sways. */
static void
test_steady_way (void)
{
  double square = 0.0;

  for (guint i = 0; i < N_SERIES; i++)
    {
      g_autoptr (TsEstimator) estimator = ts_estimator_new ();
      SimRun run = make_run (SIM_PATH_ASYMMETRIC, TS_NS_PER_S / 4, 64 * TS_NS_PER_S, i);
      TsEstimate estimate;

      run.path = &steady;
      run.server.drift_ppm = 50.0;
      sim_run (&run, add_to_estimator, estimator);
      ts_estimator_get (estimator, SIM_START_NS + 64 * TS_NS_PER_S, &estimate);
      square += (estimate.drift_ppm - 50.0) * (estimate.drift_ppm - 50.0);
    }
  g_test_message ("RMS error of the drift %.3f ppm", sqrt (square / N_SERIES));
  g_assert_cmpfloat (sqrt (square / N_SERIES), <, 0.5);
}

/* Where a path changes on one way only, the clocks tell by how much. */
static const struct
{
  const char *name;
  gint64 there_ns;
  gint64 back_ns;
} changes[] = {
  { "longer-there", 5 * TS_NS_PER_MS, 0 },
  { "longer-back", 0, 5 * TS_NS_PER_MS },
  { "shorter-there", -5 * TS_NS_PER_MS, 0 },
  { "shorter-back", 0, -5 * TS_NS_PER_MS },
};

typedef struct
{
  TsEstimator *estimator;
  gint64 since_ns;
  double worst_us;
} Followed;

static void
follow (const TsSample *sample,
        gint64 truth_ns,
        gint64 elapsed_ns,
        gpointer data)
{
  Followed *self = data;
  TsEstimate estimate;

  ts_estimator_add (self->estimator, sample, NULL);
  ts_estimator_get (self->estimator, sample->exchange.t4_ns, &estimate);
  if (elapsed_ns > self->since_ns)
    self->worst_us = MAX (self->worst_us, fabs ((double) (estimate.estimate_ns - truth_ns)) * 1e-3);
}

/* It must be remembered when the packets from before the change have long been forgotten, and when the path has come
 * back; a server that tells later when its answers left must not hide it. */
static void
test_change (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);

  for (guint i = 0; i < 2; i++)
    {
      SimPath path = *sim_path_get (SIM_PATH_WAN);
      SimRun run = make_run (SIM_PATH_WAN, TS_NS_PER_S / 2, 450 * TS_NS_PER_S, i);
      Followed followed = { .estimator = ts_estimator_new (), .since_ns = 100 * TS_NS_PER_S };

      path.n_routes = 1;
      path.routes[0] = (SimRoute) {
        .from_ns = 60 * TS_NS_PER_S,
        .until_ns = 400 * TS_NS_PER_S,
        .there_ns = changes[row].there_ns,
        .back_ns = changes[row].back_ns,
      };
      path.there.queue_ns = path.back.queue_ns = 200e3;
      run.path = &path;
      run.has_previous = i % 2 != 0;
      sim_run (&run, follow, &followed);
      ts_estimator_free (followed.estimator);
      g_test_message ("the worst estimate is %.1f µs off", followed.worst_us);
      g_assert_cmpfloat (followed.worst_us, <, 250.0);
    }
}

/* A queue that lasts is no other path, and when it is over, what came meanwhile has moved nothing. */
static void
test_queue (void)
{
  /* Bursts of these last for a dozen exchanges. */
  static const guint32 seeds[] = { 1002, 1011, 1023 };

  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    {
      SimRun run = make_run (SIM_PATH_BUFFERBLOAT, TS_NS_PER_S / 4, 64 * TS_NS_PER_S, seeds[i] - 1);
      Followed followed = { .estimator = ts_estimator_new (), .since_ns = 61 * TS_NS_PER_S };

      sim_run (&run, follow, &followed);
      ts_estimator_free (followed.estimator);
      g_assert_cmpfloat (followed.worst_us, <, 1000.0);
    }
}

static void
note_last (const TsSample *sample,
           gint64 truth_ns,
           gint64 elapsed_ns,
           gpointer data)
{
  *(TsSample *) data = *sample;
}

static void
test_seed (void)
{
  SimRun run = make_run (SIM_PATH_BUFFERBLOAT, TS_NS_PER_S / 4, 64 * TS_NS_PER_S, 1);
  TsSample first, again, other;

  sim_run (&run, note_last, &first);
  sim_run (&run, note_last, &again);
  run.seed++;
  sim_run (&run, note_last, &other);
  g_assert_cmpint (first.offset_ns, ==, again.offset_ns);
  g_assert_cmpint (first.exchange.t4_ns, ==, again.exchange.t4_ns);
  g_assert_cmpint (first.offset_ns, !=, other.offset_ns);
}

/* Random worlds, in short: the least coverage of each class over a few series. bench-simulation judges at large. */
static const struct
{
  const char *name;
  double least_coverage;
} worlds[] = {
  { "plain", 0.90 },
  { "gamma", 0.90 },
  { "weibull", 0.90 },
  { "lognormal", 0.90 },
  { "exponential", 0.90 },
  { "two-modes", 0.90 },
  { "slots", 0.90 },
  { "shared-queue", 0.90 },
  { "sawtooth", 0.85 },
  { "bursts", 0.90 },
  { "pareto", 0.90 },
  { "one-way-steady", 0.90 },
  { "alike", 0.90 },
  { "unequal", 0.00 },
  { "loss", 0.90 },
  { "stamp-noise", 0.90 },
  { "stamps-us", 0.90 },
  { "stamps-ms", 0.90 },
  { "stamps-s", 0.90 },
  { "coarse-ntp", 0.90 },
  { "drift", 0.90 },
  { "wander", 0.90 },
  { "temperature", 0.90 },
  { "frequency-jumps", 0.90 },
  { "slewed-server", 0.85 },
  { "slewed-server-fast", 0.60 },
  { "slewed-local", 0.90 },
  { "slewed-local-fast", 0.90 },
  { "step-told", 0.90 },
  { "step-local", 0.90 },
  { "step-silent", 0.80 },
  { "step-unread", 0.90 },
  { "suspend", 0.90 },
  { "route-change", 0.90 },
  { "route-change-one-way", 0.75 },
  { "silences", 0.90 },
  { "several", 0.70 },
};

/* Of each class the first so many series of at most so many samples. */
#define FIRST_WORLD_SEED    100000
#define N_WORLDS            3
#define MAX_WORLD_INTERVALS 400

static guint
find_world (const char *name)
{
  guint index = 0;

  while (!g_str_equal (sim_world_get_name (index), name))
    index++;
  return index;
}

static void
test_world (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  guint index = find_world (worlds[row].name);
  SimSeries judged[N_WORLDS];
  SimFigures figures;

  for (guint32 n = 0, seed = FIRST_WORLD_SEED; n < N_WORLDS; seed++)
    {
      SimWorld world;

      sim_world_draw (&world, index, seed);
      if (world.run.duration_ns / world.run.interval_ns <= MAX_WORLD_INTERVALS)
        sim_series_run (&judged[n++], &world);
    }
  sim_figures_sum (&figures, judged, N_WORLDS);
  g_test_message ("%" G_GUINT64_FORMAT " samples, covered %.3f, RMS %.2f and stated %.2f of the best rival’s",
                  figures.n_samples, figures.coverage, figures.rms_ratio, figures.stated_ratio);
  g_assert_cmpuint (figures.n_wild, ==, 0);
  g_assert_cmpfloat (figures.coverage, >=, worlds[row].least_coverage);
  if ((sim_world_get_flags (index) & SIM_WORLD_KEPT) == 0)
    return;
  g_assert_cmpuint (figures.n_misses, ==, 0);
  g_assert_cmpuint (figures.n_false_steps, ==, 0);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/simulation/seed", test_seed);
  g_test_add_func ("/simulation/previous", test_previous);
  ADD_CASES ("/simulation/series/", series, test_series);
  ADD_CASES ("/simulation/step/", steps, test_step);
  g_test_add_func ("/simulation/steady-way", test_steady_way);
  ADD_CASES ("/simulation/change/", changes, test_change);
  g_test_add_func ("/simulation/queue", test_queue);
  g_test_add_func ("/simulation/no-step", test_no_step);
  g_assert_cmpuint (G_N_ELEMENTS (worlds), ==, sim_world_count ());
  ADD_CASES ("/simulation/world/", worlds, test_world);
  return g_test_run ();
}
