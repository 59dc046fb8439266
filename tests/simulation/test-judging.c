/* Tests of what judges the estimator: the rivals that it is compared with, and what series come to together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "sim-figures.h"
#include "test-cases.h"
#include "measure/ts-time.h"

/* An exchange that begins at @at_s, takes so long there and back, and whose clocks are @offset_ns apart at t4. */
static TsSample
make_sample (gint64 at_s,
             gint64 there_ns,
             gint64 back_ns,
             double drift_ppm)
{
  gint64 t1_ns = SIM_START_NS + at_s * TS_NS_PER_S, t4_ns = t1_ns + there_ns + back_ns;
  gint64 at_t1_ns = (gint64) llround (drift_ppm * 1e3 * (double) at_s);
  gint64 at_t4_ns = at_t1_ns + (gint64) llround (drift_ppm * 1e-6 * (double) (there_ns + back_ns));
  const TsExchange exchange = {
    .t1_ns = t1_ns,
    .t2_ns = t1_ns + there_ns + at_t1_ns,
    .t3_ns = t4_ns - back_ns + at_t4_ns,
    .t4_ns = t4_ns,
  };
  TsSample sample;

  g_assert_true (ts_sample_derive (&sample, &exchange, NULL));
  return sample;
}

/* What a rival estimates after 200 samples; each eighth is fast, the others are late on the way there. */
static const struct
{
  const char *name;
  SimRivalName rival;
  double drift_ppm;
  double error_ns; /* against the offset at the newest t4 */
  double tolerance_ns;
} rivals[] = {
  { "last", SIM_RIVAL_LAST, 0.0, 400e3, 1.0 },
  { "mean-of-8", SIM_RIVAL_MEAN_OF_8, 0.0, 350e3, 1.0 },
  { "least-of-8", SIM_RIVAL_LEAST_OF_8, 0.0, 0.0, 1.0 },
  { "least-of-64", SIM_RIVAL_LEAST_OF_64, 0.0, 0.0, 1.0 },
  { "intersection", SIM_RIVAL_INTERSECTION, 0.0, 0.0, 1.0 },
  { "regression", SIM_RIVAL_REGRESSION, 0.0, 0.0, 1.0 },
  { "hulls", SIM_RIVAL_FREE_HULLS, 0.0, 0.0, 50.0 },
  { "tied-hulls", SIM_RIVAL_TIED_HULLS, 0.0, 0.0, 50.0 },
  { "minima", SIM_RIVAL_MINIMA, 0.0, 0.0, 1.0 },
  { "regression-drift", SIM_RIVAL_REGRESSION, 50.0, 0.0, 100.0 },
  { "hulls-drift", SIM_RIVAL_FREE_HULLS, 50.0, 0.0, 100.0 },
  { "recent-hulls-drift", SIM_RIVAL_RECENT_HULLS, 50.0, 0.0, 100.0 },
  /* The newest eight begin with the fast one, seven seconds ago. */
  { "least-of-8-drift", SIM_RIVAL_LEAST_OF_8, 50.0, -350e3, 200.0 },
};

static void
test_rival (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (SimRivals) judged = sim_rivals_new ();
  gint64 estimates_ns[SIM_N_RIVALS], t4_ns = 0;
  double truth_ns;

  /* What was before the clock was set counts for nobody. */
  for (gint64 i = 0; i < 20; i++)
    {
      TsSample sample = make_sample (i, 5000, 900000, 0.0);

      sim_rivals_add (judged, &sample);
    }
  sim_rivals_clear (judged);
  for (gint64 i = 0; i < 200; i++)
    {
      TsSample sample = make_sample (i, i % 8 == 0 ? 1000000 : 1800000, 1000000, rivals[row].drift_ppm);

      sim_rivals_add (judged, &sample);
      t4_ns = sample.exchange.t4_ns;
    }
  sim_rivals_estimate (judged, estimates_ns);
  truth_ns = rivals[row].drift_ppm * 1e-6 * (double) (t4_ns - SIM_START_NS);
  g_assert_cmpfloat_with_epsilon ((double) estimates_ns[rivals[row].rival] - truth_ns, rivals[row].error_ns,
                                  rivals[row].tolerance_ns);
}

#define N_MOMENTS 120

/* Samples a second apart, of clocks of which the server's was set by 1 ms after the 60th, without telling. Each estimate
 * is right to 10 µs and states 50. */
static GArray *
make_moments (SimWorld *world)
{
  GArray *moments = g_array_new (FALSE, TRUE, sizeof (SimMoment));

  *world = (SimWorld) { .run = { .has_readings = TRUE } };
  world->run.server.n_events = 1;
  world->run.server.events[0] = (SimClockEvent) {
    .kind = SIM_CLOCK_STEP,
    .at_ns = 60 * TS_NS_PER_S - TS_NS_PER_S / 2,
    .size_ns = TS_NS_PER_MS,
  };
  for (gint64 i = 0; i < N_MOMENTS; i++)
    {
      SimMoment moment = { .sample = make_sample (i, 1000000, 1000000, 0.0), .elapsed_ns = i * TS_NS_PER_S };

      moment.truth_ns = i < 60 ? 0 : TS_NS_PER_MS;
      moment.estimate = (TsEstimate) {
        .estimate_ns = moment.truth_ns + 10000,
        .error_ns = 50000,
        .proven_min_ns = moment.truth_ns - 1000000,
        .proven_max_ns = moment.truth_ns + 1000000,
      };
      g_array_append_val (moments, moment);
    }
  return moments;
}

static SimMoment *
at (GArray *moments,
    guint i)
{
  return &g_array_index (moments, SimMoment, i);
}

static void
test_all_well (void)
{
  SimWorld world;
  g_autoptr (GArray) moments = make_moments (&world);
  SimSeries series;

  at (moments, 60)->event = TS_CLOCK_EVENT_STEP_PROBABLE;
  sim_series_judge (&series, &world, moments);
  g_assert_cmpuint (series.n_judged, ==, N_MOMENTS - SIM_SERIES_FIRST_JUDGED + 1);
  g_assert_cmpuint (series.n_covered, ==, series.n_judged);
  g_assert_cmpuint (series.n_misses + series.n_wild + series.n_false_steps + series.n_false_probable, ==, 0);
  g_assert_cmpuint (series.n_noticeable, ==, 1);
  g_assert_cmpuint (series.latest, ==, 1);
  g_assert_cmpfloat_with_epsilon (series.square_ns2, series.n_compared * 1e8, 1.0);
  g_assert_cmpfloat_with_epsilon (series.stated_ns, series.n_compared * 5e4, 1.0);
  /* Nothing of the step is in these samples, so the last one is off by all of it. */
  g_assert_cmpfloat_with_epsilon (series.rival_needs_ns[SIM_RIVAL_LAST], 1e6, 1.0);
}

static void
test_all_faults (void)
{
  SimWorld world;
  g_autoptr (GArray) moments = make_moments (&world);
  SimSeries series;

  /* Before it is judged, an error that is too small counts for nothing. */
  at (moments, 3)->estimate.error_ns = 0;
  at (moments, 20)->estimate.error_ns = 9999;
  at (moments, 21)->estimate.proven_min_ns = 1;
  at (moments, 22)->estimate.proven_min_ns = G_MAXINT64;
  at (moments, 23)->estimate.drift_ppm = NAN;
  at (moments, 24)->event = TS_CLOCK_EVENT_STEP_REMOTE;
  at (moments, 25)->event = TS_CLOCK_EVENT_STEP_PROBABLE;
  at (moments, 26)->event = TS_CLOCK_EVENT_SUSPEND;
  at (moments, 27)->event = TS_CLOCK_EVENT_STEP_LOCAL;
  /* Told twice as probable, and once as proven: the second probable one is false. */
  at (moments, 63)->event = TS_CLOCK_EVENT_STEP_PROBABLE;
  at (moments, 64)->event = TS_CLOCK_EVENT_STEP_REMOTE;
  at (moments, 65)->event = TS_CLOCK_EVENT_STEP_PROBABLE;
  at (moments, 66)->estimate.proven_max_ns = TS_NS_PER_MS - 1;
  sim_series_judge (&series, &world, moments);
  g_assert_cmpuint (series.n_judged - series.n_covered, ==, 1);
  g_assert_cmpuint (series.n_misses, ==, 3);
  g_assert_cmpuint (series.n_wild, ==, 3);
  g_assert_cmpuint (series.n_false_steps, ==, 3);
  g_assert_cmpuint (series.n_false_probable, ==, 2);
  /* Sample 67 is the seventh after the step; from the eighth on what is proven is true for good. */
  g_assert_cmpuint (series.latest, ==, 8);
}

static void
test_never_told (void)
{
  SimWorld world;
  g_autoptr (GArray) moments = make_moments (&world);
  SimSeries series;

  sim_series_judge (&series, &world, moments);
  g_assert_cmpuint (series.latest, ==, G_MAXUINT);
  /* What is too small to be noticed need not be. */
  world.run.server.events[0].size_ns = 299999;
  sim_series_judge (&series, &world, moments);
  g_assert_cmpuint (series.n_noticeable, ==, 0);
  /* And what the server tells of is not silent. */
  world.run.server.events[0].size_ns = TS_NS_PER_MS;
  world.run.has_generation = TRUE;
  sim_series_judge (&series, &world, moments);
  g_assert_cmpuint (series.n_noticeable, ==, 0);
}

static SimSeries
make_series (guint n_covered,
             double rms_ns,
             double stated_ns,
             double last_ns,
             double minima_ns)
{
  SimSeries series = {
    .n_samples = 115,
    .hours = 0.5,
    .n_judged = 100,
    .n_covered = n_covered,
    .n_compared = 10,
    .square_ns2 = 10.0 * rms_ns * rms_ns,
    .stated_ns = 10.0 * stated_ns,
    .cpu_s = 115e-6 * 7.0,
  };

  for (guint i = 0; i < SIM_N_RIVALS; i++)
    {
      double rival_ns = i == SIM_RIVAL_LAST ? last_ns : (i == SIM_RIVAL_MINIMA ? minima_ns : 1e9);

      series.rival_squares_ns2[i] = 10.0 * rival_ns * rival_ns;
      series.rival_needs_ns[i] = 2.0 * rival_ns;
    }
  return series;
}

/* One path is a thousand times as wide as the other. Each counts alike in the bars' ratios, and the wide one alone in
 * the pooled ratio. */
static void
test_ratios (void)
{
  const SimSeries series[] = {
    make_series (100, 50.0, 400.0, 100.0, 200.0),
    make_series (40, 800e3, 600e3, 400e3, 100e3),
  };
  SimFigures figures;

  sim_figures_sum (&figures, series, G_N_ELEMENTS (series));
  g_assert_cmpuint (figures.best, ==, SIM_RIVAL_MINIMA);
  g_assert_cmpfloat_with_epsilon (figures.rms_ratio, sqrt (50.0 / 200.0 * 8.0), 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.stated_ratio, sqrt (400.0 / 400.0 * 600.0 / 200.0), 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.pooled_ratio, 8.0, 1e-3);
  g_assert_cmpfloat_with_epsilon (figures.coverage, 0.7, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.least_coverage, 0.4, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.half_covered, 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.cpu_us, 7.0, 1e-6);
  g_assert_cmpfloat_with_epsilon (figures.hours, 1.0, 1e-9);
  g_assert_cmpuint (figures.n_samples, ==, 230);
}

static void
test_counts (void)
{
  SimSeries series[] = {
    make_series (95, 1e3, 2e3, 1e3, 1e3),
    make_series (95, 1e3, 2e3, 1e3, 1e3),
    make_series (95, 1e3, 2e3, 1e3, 1e3),
  };
  SimFigures figures;

  series[0].n_noticeable = 2;
  series[0].latest = SIM_SERIES_PROMPT;
  series[1].n_noticeable = 1;
  series[1].latest = SIM_SERIES_PROMPT + 1;
  series[1].n_misses = 3;
  series[2].n_misses = 4;
  series[2].n_false_steps = 5;
  series[0].n_false_probable = 6;
  series[1].n_wild = 7;
  sim_figures_sum (&figures, series, G_N_ELEMENTS (series));
  g_assert_cmpuint (figures.n_noticeable, ==, 2);
  g_assert_cmpuint (figures.n_prompt, ==, 1);
  g_assert_cmpuint (figures.n_misses, ==, 7);
  g_assert_cmpuint (figures.n_false_steps, ==, 5);
  g_assert_cmpuint (figures.n_false_probable, ==, 6);
  g_assert_cmpuint (figures.n_wild, ==, 7);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/judging/rival/", rivals, test_rival);
  g_test_add_func ("/judging/all-well", test_all_well);
  g_test_add_func ("/judging/all-faults", test_all_faults);
  g_test_add_func ("/judging/never-told", test_never_told);
  g_test_add_func ("/judging/ratios", test_ratios);
  g_test_add_func ("/judging/counts", test_counts);
  return g_test_run ();
}
