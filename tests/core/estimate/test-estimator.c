/* Tests of ts-estimator: what samples prove, what they make likely, and what breaks a series.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-estimator.h"

#include <math.h>

#include "test-cases.h"
#include "measure/ts-time.h"

#define START_NS    (G_GINT64_CONSTANT (1700000000) * TS_NS_PER_S)
#define INTERVAL_NS (TS_NS_PER_S / 4)

/* A series of samples: a straight offset, and delays of a base and a random excess each way. */
typedef struct
{
  gint64 at_ns;
  gint64 offset_ns;
  double drift_ppm;
  gint64 base_ns;
  gint64 excess_ns;
  gint64 elapsed_ns;
} Series;

static const Series wan = {
  .at_ns = START_NS,
  .offset_ns = 123 * TS_NS_PER_MS,
  .base_ns = 20 * TS_NS_PER_MS,
  .excess_ns = 4 * TS_NS_PER_MS,
};

static gint64
get_truth_at (const Series *series,
              gint64 at_ns)
{
  return series->offset_ns + (gint64) llround (series->drift_ppm * 1e-6 * (double) (at_ns - series->at_ns));
}

/* The sum of two even distributions rises from 0 like that of two queues. */
static gint64
draw_excess (const Series *series)
{
  return (gint64) (0.5 * (double) series->excess_ns * (g_test_rand_double () + g_test_rand_double ()));
}

static TsSample
draw_sample (Series *series)
{
  gint64 there_ns = series->base_ns + draw_excess (series);
  gint64 back_ns = series->base_ns + draw_excess (series);
  gint64 t1_ns = series->at_ns + series->elapsed_ns;
  gint64 t2_ns = t1_ns + there_ns + get_truth_at (series, t1_ns);
  TsExchange exchange = { t1_ns, t2_ns, t2_ns + 1000, t1_ns + there_ns + 1000 + back_ns, 0 };
  g_autoptr (GError) error = NULL;
  gboolean is_valid;
  TsSample sample;

  is_valid = ts_sample_derive (&sample, &exchange, &error);
  g_assert_no_error (error);
  g_assert_true (is_valid);
  series->elapsed_ns += INTERVAL_NS;
  return sample;
}

static void
assert_consistent (const TsEstimate *estimate)
{
  g_assert_cmpint (estimate->proven_min_ns, <=, estimate->estimate_ns);
  g_assert_cmpint (estimate->estimate_ns, <=, estimate->proven_max_ns);
  g_assert_cmpint (estimate->error_ns, >=, 0);
  g_assert_cmpfloat (estimate->drift_min_ppm, <=, estimate->drift_ppm);
  g_assert_cmpfloat (estimate->drift_ppm, <=, estimate->drift_max_ppm);
  g_assert_cmpfloat (fabs (estimate->drift_ppm), <=, 200.0);
}

static TsEstimate
get_estimate (const TsEstimator *estimator,
              gint64 at_ns)
{
  TsEstimate estimate;
  gboolean has_sample = ts_estimator_get (estimator, at_ns, &estimate);

  g_assert_true (has_sample);
  g_assert_cmpint (estimate.at_ns, ==, at_ns);
  assert_consistent (&estimate);
  return estimate;
}

/* Adds @n samples that nothing breaks, and returns what is known at the last one. */
static TsEstimate
add_samples (TsEstimator *estimator,
             Series *series,
             guint n)
{
  TsSample sample = { 0 };

  for (guint i = 0; i < n; i++)
    {
      TsClockEvent event;

      sample = draw_sample (series);
      event = ts_estimator_add (estimator, &sample, NULL);
      g_assert_cmpint (event, ==, TS_CLOCK_EVENT_NONE);
    }
  return get_estimate (estimator, sample.exchange.t4_ns);
}

static void
test_empty (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  TsEstimate estimate;

  g_assert_false (ts_estimator_get (estimator, START_NS, &estimate));
}

static void
test_single_sample (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  Series series = wan;
  TsSample sample = draw_sample (&series);
  TsEstimate estimate;
  gint64 size_ns = -1;

  g_assert_cmpint (ts_estimator_add (estimator, &sample, &size_ns), ==, TS_CLOCK_EVENT_NONE);
  g_assert_cmpint (size_ns, ==, 0);
  estimate = get_estimate (estimator, sample.exchange.t4_ns);
  g_assert_cmpuint (estimate.n_samples, ==, 1);
  g_assert_cmpint (estimate.verdict, ==, TS_VERDICT_TOO_FEW);
  /* The sample's own interval, but for what the clocks may drift between t1 and t4. */
  g_assert_cmpint (estimate.proven_min_ns, <=, sample.proven_min_ns);
  g_assert_cmpint (estimate.proven_min_ns, >, sample.proven_min_ns - 20000);
  g_assert_cmpint (estimate.proven_max_ns, >=, sample.proven_max_ns);
  g_assert_cmpint (estimate.proven_max_ns, <, sample.proven_max_ns + 30000);
  g_assert_cmpint (ABS (estimate.estimate_ns - sample.offset_ns), <, sample.delay_ns / 4);
}

static const struct
{
  const char *name;
  double drift_ppm;
  gint64 base_ns;
  gint64 excess_ns;
  gint64 max_error_ns;
} lines[] = {
  { "wan-without-drift", 0.0, 20 * TS_NS_PER_MS, 4 * TS_NS_PER_MS, 200000 },
  { "wan-ahead", 50.0, 20 * TS_NS_PER_MS, 4 * TS_NS_PER_MS, 400000 },
  { "wan-behind", -50.0, 20 * TS_NS_PER_MS, 4 * TS_NS_PER_MS, 400000 },
  { "lan", 0.0, 200000, 40000, 3000 },
  { "lan-with-much-drift", 150.0, 200000, 40000, 5000 },
  { "without-queues", 20.0, 5 * TS_NS_PER_MS, 0, 500 },
  { "no-delay-at-all", 0.0, 0, 0, 1000 },
  { "hours-apart", 0.0, 20 * TS_NS_PER_MS, 4 * TS_NS_PER_MS, 200000 },
};

static void
test_line (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  Series series = wan;
  TsEstimate estimate;
  gint64 truth_ns;

  series.drift_ppm = lines[i].drift_ppm;
  series.base_ns = lines[i].base_ns;
  series.excess_ns = lines[i].excess_ns;
  if (g_str_equal (lines[i].name, "hours-apart"))
    series.offset_ns = 5 * 3600 * TS_NS_PER_S;
  estimate = add_samples (estimator, &series, 256);
  g_assert_cmpint (estimate.verdict, ==, TS_VERDICT_STEADY);
  g_assert_cmpuint (estimate.n_samples, ==, 256);
  truth_ns = get_truth_at (&series, estimate.at_ns);
  g_assert_cmpint (ABS (estimate.estimate_ns - truth_ns), <, lines[i].max_error_ns);
  /* t4 is by a clock of which the other is seen at t1. */
  g_assert_cmpint (estimate.proven_min_ns, <=, truth_ns + 10000);
  g_assert_cmpint (estimate.proven_max_ns, >=, truth_ns - 10000);
  g_assert_cmpfloat_with_epsilon (estimate.drift_ppm, lines[i].drift_ppm, 20.0);
}

static TsSample
mirror (const TsSample *sample,
        gint64 shift_ns)
{
  const TsExchange *exchange = &sample->exchange;
  TsExchange mirrored = *exchange;
  g_autoptr (GError) error = NULL;
  gboolean is_valid;
  TsSample result;

  /* The offset changes its sign when the delays change places. */
  mirrored.t1_ns = exchange->t1_ns + shift_ns;
  mirrored.t4_ns = exchange->t4_ns + shift_ns;
  mirrored.t2_ns = mirrored.t1_ns - (exchange->t3_ns - exchange->t4_ns);
  mirrored.t3_ns = mirrored.t4_ns - (exchange->t2_ns - exchange->t1_ns);
  is_valid = ts_sample_derive (&result, &mirrored, &error);
  g_assert_no_error (error);
  g_assert_true (is_valid);
  return result;
}

static void
test_symmetry (void)
{
  const gint64 shift_ns = 86400 * TS_NS_PER_S + 1;
  g_autoptr (TsEstimator) plain = ts_estimator_new ();
  g_autoptr (TsEstimator) mirrored = ts_estimator_new ();
  Series series = wan;

  for (guint i = 0; i < 300; i++)
    {
      TsSample sample = draw_sample (&series);
      TsSample image = mirror (&sample, shift_ns);
      TsEstimate a, b;

      ts_estimator_add (plain, &sample, NULL);
      ts_estimator_add (mirrored, &image, NULL);
      a = get_estimate (plain, sample.exchange.t4_ns);
      b = get_estimate (mirrored, image.exchange.t4_ns);
      /* Packets there bound at t1, packets back at t4: with a drift of 60 ppm that is 3 µs. */
      g_assert_cmpint (ABS (a.estimate_ns + b.estimate_ns), <, a.error_ns / 2 + 20000);
      g_assert_cmpint (ABS (a.proven_min_ns + b.proven_max_ns), <, 50000);
    }
}

static void
test_time_shift (void)
{
  g_autoptr (TsEstimator) early = ts_estimator_new ();
  g_autoptr (TsEstimator) late = ts_estimator_new ();
  const gint64 shift_ns = G_GINT64_CONSTANT (150) * 365 * 86400 * TS_NS_PER_S;
  Series series = wan;

  for (guint i = 0; i < 100; i++)
    {
      TsSample sample = draw_sample (&series);
      TsSample shifted = sample;
      TsEstimate a, b;

      shifted.exchange.t1_ns += shift_ns;
      shifted.exchange.t2_ns += shift_ns;
      shifted.exchange.t3_ns += shift_ns;
      shifted.exchange.t4_ns += shift_ns;
      ts_estimator_add (early, &sample, NULL);
      ts_estimator_add (late, &shifted, NULL);
      a = get_estimate (early, sample.exchange.t4_ns);
      b = get_estimate (late, shifted.exchange.t4_ns);
      g_assert_cmpint (a.estimate_ns, ==, b.estimate_ns);
      g_assert_cmpint (a.error_ns, ==, b.error_ns);
      g_assert_cmpint (a.proven_max_ns, ==, b.proven_max_ns);
    }
}

static void
test_silence (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  Series series = wan;
  TsEstimate last = add_samples (estimator, &series, 256);
  gint64 first_error_ns = last.error_ns;

  for (gint64 age_ns = TS_NS_PER_S; age_ns < 86400 * TS_NS_PER_S; age_ns *= 4)
    {
      TsEstimate later = get_estimate (estimator, series.at_ns + series.elapsed_ns + age_ns);

      g_assert_cmpint (later.error_ns, >, last.error_ns);
      g_assert_cmpint (later.proven_min_ns, <, last.proven_min_ns);
      g_assert_cmpint (later.proven_max_ns, >, last.proven_max_ns);
      /* The drift is nearly 0, and so little is not made much of. */
      g_assert_cmpint (ABS (later.estimate_ns - last.estimate_ns), <=, later.error_ns);
      last = later;
    }
  g_assert_cmpint (last.error_ns, >, 50 * first_error_ns);
}

static void
test_past (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  Series series = wan;

  series.drift_ppm = 50.0;
  add_samples (estimator, &series, 256);
  for (gint64 at_ns = 0; at_ns < series.elapsed_ns; at_ns += TS_NS_PER_S)
    {
      TsEstimate estimate = get_estimate (estimator, START_NS + at_ns);
      gint64 truth_ns = series.offset_ns + at_ns / 20000;

      g_assert_cmpint (estimate.proven_min_ns, <=, truth_ns);
      g_assert_cmpint (estimate.proven_max_ns, >=, truth_ns);
    }
}

/* What happens between two halves of a series, what is to be said of it, and after how many samples at the latest. */
static const struct
{
  const char *name;
  gint64 base_ns;
  gint64 excess_ns;
  gint64 set_local_ns;
  gint64 set_remote_ns;
  gint64 slept_ns;
  gboolean has_readings;
  gboolean has_generation;
  gboolean has_other_server;
  TsClockEvent event;
  guint latest;
  gint64 tolerance_ns;
} breaks[] = {
  { "nothing", 200000, 40000, 0, 0, 0, TRUE, TRUE, FALSE, TS_CLOCK_EVENT_NONE, 0, 0 },
  { "lan-1-s-by-hull", 200000, 40000, 0, TS_NS_PER_S, 0, FALSE, FALSE, FALSE, TS_CLOCK_EVENT_STEP_REMOTE, 1, 50000 },
  { "lan-1-ms-by-hull", 200000, 40000, 0, TS_NS_PER_MS, 0, FALSE, FALSE, FALSE, TS_CLOCK_EVENT_STEP_PROBABLE, 3,
    50000 },
  { "lan-1-ms-back", 200000, 40000, 0, -TS_NS_PER_MS, 0, TRUE, FALSE, FALSE, TS_CLOCK_EVENT_STEP_PROBABLE, 3, 50000 },
  { "wan-50-ms-by-hull", 20 * TS_NS_PER_MS, 4 * TS_NS_PER_MS, 0, 50 * TS_NS_PER_MS, 0, FALSE, FALSE, FALSE,
    TS_CLOCK_EVENT_STEP_PROBABLE, 3, 5 * TS_NS_PER_MS },
  { "wan-30-ms-within-the-corridor", 20 * TS_NS_PER_MS, 4 * TS_NS_PER_MS, 0, 30 * TS_NS_PER_MS, 0, TRUE, FALSE, FALSE,
    TS_CLOCK_EVENT_STEP_PROBABLE, 3, 5 * TS_NS_PER_MS },
  { "8.2-ms-on-2-to-3", 2 * TS_NS_PER_MS, TS_NS_PER_MS, 0, -8200000, 0, TRUE, FALSE, FALSE,
    TS_CLOCK_EVENT_STEP_PROBABLE, 3, TS_NS_PER_MS },
  { "little-by-generation", 200000, 40000, 0, 100000, 0, TRUE, TRUE, FALSE, TS_CLOCK_EVENT_STEP_REMOTE, 1, 50000 },
  { "other-server", 200000, 40000, 0, 0, 0, TRUE, TRUE, TRUE, TS_CLOCK_EVENT_NONE, 0, 0 },
  { "other-server-that-differs", 200000, 40000, 0, TS_NS_PER_S, 0, TRUE, TRUE, TRUE, TS_CLOCK_EVENT_STEP_REMOTE, 1,
    50000 },
  { "local-by-readings", 200000, 40000, 100000, 0, 0, TRUE, TRUE, FALSE, TS_CLOCK_EVENT_STEP_LOCAL, 1, 0 },
  { "local-back-by-readings", 200000, 40000, -3 * TS_NS_PER_S, 0, 0, TRUE, FALSE, FALSE, TS_CLOCK_EVENT_STEP_LOCAL,
    1, 0 },
  { "local-without-readings", 200000, 40000, -TS_NS_PER_S, 0, 0, FALSE, TRUE, FALSE, TS_CLOCK_EVENT_STEP_REMOTE, 1,
    50000 },
  { "suspend", 200000, 40000, 0, 0, 3600 * TS_NS_PER_S, TRUE, TRUE, FALSE, TS_CLOCK_EVENT_SUSPEND, 1, 0 },
};

typedef struct
{
  Series series;
  gint64 set_local_ns;
  gint64 slept_ns;
  gboolean was_set;
} Half;

static TsSample
draw_told_sample (Half *half,
                  gsize row)
{
  TsSample sample = draw_sample (&half->series);
  gint64 t4_ns = sample.exchange.t4_ns;

  if (breaks[row].has_readings)
    sample.reading = (TsClockReading) {
      .real_ns = t4_ns,
      .boot_ns = t4_ns - half->set_local_ns - START_NS,
      .raw_ns = t4_ns - half->set_local_ns - half->slept_ns - START_NS,
      .width_ns = 100,
    };
  sample.server_id = half->was_set && breaks[row].has_other_server ? 2 : 1;
  sample.has_generation = breaks[row].has_generation;
  sample.clock_generation = half->was_set && breaks[row].set_remote_ns != 0 ? 8 : 7;
  return sample;
}

static gint64
get_break_size (gsize row)
{
  if (breaks[row].event == TS_CLOCK_EVENT_SUSPEND)
    return breaks[row].slept_ns;
  if (breaks[row].event == TS_CLOCK_EVENT_STEP_LOCAL)
    return breaks[row].set_local_ns;
  return breaks[row].set_remote_ns - breaks[row].set_local_ns;
}

static void
begin_second_half (Half *half,
                   gsize row)
{
  half->was_set = TRUE;
  half->set_local_ns = breaks[row].set_local_ns;
  half->slept_ns = breaks[row].slept_ns;
  half->series.at_ns += breaks[row].set_local_ns + breaks[row].slept_ns;
  half->series.offset_ns += breaks[row].set_remote_ns - breaks[row].set_local_ns;
}

/* Takes the samples after the break. What is told of it is told once, in time; from the third sample on nothing is
 * called certain that is not true. */
static void
take_second_half (TsEstimator *estimator,
                  Half *half,
                  gsize row)
{
  guint told_at = 0;

  for (guint i = 1; i <= 64; i++)
    {
      TsSample sample = draw_told_sample (half, row);
      TsEstimate estimate;
      gint64 size_ns;
      TsClockEvent event = ts_estimator_add (estimator, &sample, &size_ns);

      if (event != TS_CLOCK_EVENT_NONE)
        {
          g_assert_cmpuint (told_at, ==, 0);
          g_assert_cmpint (event, ==, breaks[row].event);
          g_assert_cmpint (ABS (size_ns - get_break_size (row)), <=, breaks[row].tolerance_ns);
          told_at = i;
        }
      estimate = get_estimate (estimator, sample.exchange.t4_ns);
      if (i < 3)
        continue;
      g_assert_cmpint (estimate.proven_min_ns, <=, half->series.offset_ns);
      g_assert_cmpint (estimate.proven_max_ns, >=, half->series.offset_ns);
    }
  g_assert_cmpuint (told_at, <=, breaks[row].latest);
  g_assert_true ((told_at > 0) == (breaks[row].event != TS_CLOCK_EVENT_NONE));
}

static void
test_break (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  gboolean goes_on = breaks[row].event == TS_CLOCK_EVENT_STEP_LOCAL ||
                     (breaks[row].event == TS_CLOCK_EVENT_NONE && !breaks[row].has_other_server);
  Half half = { .series = wan };
  TsEstimate estimate;
  TsSample sample;

  half.series.base_ns = breaks[row].base_ns;
  half.series.excess_ns = breaks[row].excess_ns;
  for (guint i = 0; i < 64; i++)
    {
      TsClockEvent event;
      gint64 size_ns;

      sample = draw_told_sample (&half, row);
      event = ts_estimator_add (estimator, &sample, &size_ns);
      g_assert_cmpint (event, ==, TS_CLOCK_EVENT_NONE);
      g_assert_cmpint (size_ns, ==, 0);
    }

  begin_second_half (&half, row);
  take_second_half (estimator, &half, row);
  estimate = get_estimate (estimator, half.series.at_ns + half.series.elapsed_ns);
  g_assert_cmpint (estimate.verdict, ==, TS_VERDICT_STEADY);
  if (goes_on)
    g_assert_cmpuint (estimate.n_samples, ==, 128);
  else
    g_assert_cmpuint (estimate.n_samples, <=, 64);
  g_assert_true ((estimate.unset_since_ns == 0) == (breaks[row].has_readings && breaks[row].has_generation));
  g_assert_cmpint (ABS (estimate.estimate_ns - half.series.offset_ns), <, half.series.excess_ns / 4);
}

/* What slews this computer's clock by 400 ppm, and then back, is seen in its readings: neither a step nor an untruth. */
static void
test_own_slew (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  Series series = wan;
  gint64 correction_ns = 0;

  for (guint i = 0; i < 512; i++)
    {
      double rate = i >= 128 && i < 256 ? 400e-6 : i >= 256 && i < 384 ? -400e-6 : 0.0;
      TsSample sample = draw_sample (&series);
      gint64 t1_ns = sample.exchange.t1_ns, t4_ns = sample.exchange.t4_ns;
      gint64 then_ns = correction_ns + (gint64) (rate * (double) (t4_ns - t1_ns)), size_ns;
      TsExchange exchange = sample.exchange;
      TsEstimate estimate;
      TsClockEvent event;
      gboolean is_valid;

      exchange.t1_ns += correction_ns;
      exchange.t4_ns += then_ns;
      is_valid = ts_sample_derive (&sample, &exchange, NULL);
      g_assert_true (is_valid);
      sample.sent_reading = (TsClockReading) { exchange.t1_ns, exchange.t1_ns - START_NS, t1_ns - START_NS, 100 };
      sample.reading = (TsClockReading) { exchange.t4_ns, exchange.t4_ns - START_NS, t4_ns - START_NS, 100 };
      event = ts_estimator_add (estimator, &sample, &size_ns);
      g_assert_cmpint (event, ==, TS_CLOCK_EVENT_NONE);
      estimate = get_estimate (estimator, exchange.t4_ns);
      g_assert_cmpint (estimate.proven_min_ns, <=, series.offset_ns - then_ns);
      g_assert_cmpint (estimate.proven_max_ns, >=, series.offset_ns - then_ns);
      g_assert_cmpint (estimate.n_samples, ==, i + 1);
      if (i > 64)
        g_assert_cmpint (ABS (estimate.estimate_ns - (series.offset_ns - then_ns)), <, TS_NS_PER_MS);
      correction_ns += (gint64) (rate * INTERVAL_NS);
    }
}

/* A server that slews by 2000 ppm contradicts what quartz clocks do again and again, but was never set. */
static void
test_slewed_server (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  Series series = wan;
  gboolean was_told = FALSE;

  series.base_ns = 200000;
  series.excess_ns = 40000;
  add_samples (estimator, &series, 64);
  for (guint i = 0; i < 64; i++)
    {
      TsSample sample;
      TsClockEvent event;

      series.offset_ns += (gint64) (2000e-6 * INTERVAL_NS);
      sample = draw_sample (&series);
      event = ts_estimator_add (estimator, &sample, NULL);
      g_assert_cmpint (event, ==, TS_CLOCK_EVENT_NONE);
      was_told |= get_estimate (estimator, sample.exchange.t4_ns).verdict == TS_VERDICT_SLEWED;
    }
  g_assert_true (was_told);
  g_assert_cmpint (add_samples (estimator, &series, 64).verdict, !=, TS_VERDICT_SLEWED);
}

/* The answer before left later than it said: the bound from below is tighter by that. */
static void
test_previous (void)
{
  g_autoptr (TsEstimator) without = ts_estimator_new ();
  g_autoptr (TsEstimator) with = ts_estimator_new ();
  const gint64 departure_ns = TS_NS_PER_MS;
  Series series = wan;
  TsEstimate a, b;
  gint64 previous_t3_ns = 0, previous_t4_ns = 0;
  TsSample sample = { 0 };

  series.excess_ns = 1000;
  for (guint i = 0; i < 8; i++)
    {
      sample = draw_sample (&series);
      sample.exchange.t4_ns += departure_ns;
      sample.proven_min_ns -= departure_ns;
      sample.offset_ns -= departure_ns / 2;
      sample.delay_ns += departure_ns;
      ts_estimator_add (without, &sample, NULL);
      sample.previous_t3_ns = previous_t3_ns;
      sample.previous_t4_ns = previous_t4_ns;
      ts_estimator_add (with, &sample, NULL);
      previous_t3_ns = sample.exchange.t3_ns + departure_ns;
      previous_t4_ns = sample.exchange.t4_ns;
    }
  a = get_estimate (without, sample.exchange.t4_ns);
  b = get_estimate (with, sample.exchange.t4_ns);
  g_assert_cmpint (b.proven_min_ns, >, a.proven_min_ns + departure_ns / 2);
  g_assert_cmpint (b.proven_min_ns, <=, series.offset_ns);
  g_assert_cmpint (ABS (b.proven_max_ns - a.proven_max_ns), <, departure_ns / 10);
}

/* Delays of a nanosecond or none leave no room for rounding. */
static void
test_no_delay (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();

  for (gint64 i = 0; i < 300; i++)
    {
      gint64 t1_ns = START_NS + i * INTERVAL_NS, delay_ns = g_test_rand_int_range (0, 3);
      TsExchange exchange = { t1_ns, t1_ns + 5, t1_ns + 5, t1_ns + delay_ns, 0 };
      TsSample sample;

      if (!ts_sample_derive (&sample, &exchange, NULL))
        continue;
      ts_estimator_add (estimator, &sample, NULL);
      get_estimate (estimator, sample.exchange.t4_ns);
    }
}

/* Nobody knows how equal a stranger's ways are from one exchange. */
static void
test_first_samples (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  Series series = wan;

  for (guint i = 1; i < 8; i++)
    {
      TsEstimate estimate = add_samples (estimator, &series, 1);

      g_assert_cmpfloat ((double) estimate.error_ns, >=, 0.47 * 2.0 * (double) series.base_ns / sqrt (i));
    }
}

static void
test_retransmitted (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  Series series = wan;
  TsEstimate before = add_samples (estimator, &series, 128);
  TsEstimate after;
  TsSample sample;

  series.base_ns += 200 * TS_NS_PER_MS;
  for (guint i = 0; i < 8; i++)
    {
      sample = draw_sample (&series);
      sample.is_retransmitted = TRUE;
      g_assert_cmpint (ts_estimator_add (estimator, &sample, NULL), ==, TS_CLOCK_EVENT_NONE);
    }
  after = get_estimate (estimator, sample.exchange.t4_ns);
  g_assert_cmpint (ABS (after.estimate_ns - before.estimate_ns), <, before.error_ns);
}

/* What comes half a second late, sent again or not, tells next to nothing, and takes nothing away either. (Some more in
 * a row would say that the path has changed.) */
static void
test_late (void)
{
  for (int is_retransmitted = FALSE; is_retransmitted <= TRUE; is_retransmitted++)
    {
      g_autoptr (TsEstimator) estimator = ts_estimator_new ();
      Series series = wan;
      TsEstimate before = add_samples (estimator, &series, 300);
      TsEstimate after;
      TsSample sample;

      series.base_ns += 500 * TS_NS_PER_MS;
      for (guint i = 0; i < 4; i++)
        {
          sample = draw_sample (&series);
          sample.is_retransmitted = is_retransmitted;
          ts_estimator_add (estimator, &sample, NULL);
        }
      after = get_estimate (estimator, sample.exchange.t4_ns);
      g_test_message ("±%" G_GINT64_FORMAT " ns, then ±%" G_GINT64_FORMAT " ns", before.error_ns, after.error_ns);
      g_assert_cmpint (ABS (after.estimate_ns - before.estimate_ns), <, before.error_ns / 4);
      g_assert_cmpint (after.error_ns, <, before.error_ns + before.error_ns / 4);
    }
}

/* Order, intervals and instants that no clock would give. */
static void
test_odd_samples (void)
{
  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (TsEstimator) estimator = ts_estimator_new ();

      for (guint i = 0; i < 100; i++)
        {
          gint64 t1_ns = (gint64) (g_test_rand_double () * (double) TS_INSTANT_MAX_NS);
          gint64 t2_ns = g_test_rand_bit () ? t1_ns : (gint64) (g_test_rand_double () * (double) TS_INSTANT_MAX_NS);
          gint64 served_ns = g_test_rand_int_range (0, 2) * g_test_rand_int_range (0, G_MAXINT);
          gint64 delay_ns = g_test_rand_int_range (0, 2) * g_test_rand_int_range (0, G_MAXINT);
          TsExchange exchange = { t1_ns, t2_ns, t2_ns + served_ns, t1_ns + served_ns + delay_ns,
                                  g_test_rand_int_range (0, 2) * TS_NS_PER_S };
          TsEstimate estimate;
          TsSample sample;

          if (!ts_sample_derive (&sample, &exchange, NULL))
            continue;
          sample.previous_t3_ns = g_test_rand_bit () ? (gint64) g_test_rand_int () * 2000000000 : 0;
          sample.previous_t4_ns = g_test_rand_bit () ? (gint64) g_test_rand_int () * 2000000000 : 0;
          sample.is_retransmitted = g_test_rand_bit ();
          ts_estimator_add (estimator, &sample, NULL);
          estimate = get_estimate (estimator, sample.exchange.t4_ns);
          g_assert_cmpint (estimate.n_samples, >=, 1);
          get_estimate (estimator, 0);
          get_estimate (estimator, TS_INSTANT_MAX_NS);
        }
    }
}

/* Answers that overtook one another. */
static void
test_overtaken (void)
{
  g_autoptr (TsEstimator) estimator = ts_estimator_new ();
  Series series = wan;
  TsSample samples[128];
  TsEstimate estimate;

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    samples[i] = draw_sample (&series);
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    g_assert_cmpint (ts_estimator_add (estimator, &samples[i ^ 3], NULL), ==, TS_CLOCK_EVENT_NONE);
  estimate = get_estimate (estimator, samples[127].exchange.t4_ns);
  g_assert_cmpint (ABS (estimate.estimate_ns - series.offset_ns), <, 300000);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/estimator/own-slew", test_own_slew);
  g_test_add_func ("/estimator/no-delay", test_no_delay);
  g_test_add_func ("/estimator/first-samples", test_first_samples);
  g_test_add_func ("/estimator/slewed-server", test_slewed_server);
  g_test_add_func ("/estimator/empty", test_empty);
  g_test_add_func ("/estimator/single-sample", test_single_sample);
  ADD_CASES ("/estimator/line/", lines, test_line);
  g_test_add_func ("/estimator/symmetry", test_symmetry);
  g_test_add_func ("/estimator/time-shift", test_time_shift);
  g_test_add_func ("/estimator/silence", test_silence);
  g_test_add_func ("/estimator/past", test_past);
  ADD_CASES ("/estimator/break/", breaks, test_break);
  g_test_add_func ("/estimator/previous", test_previous);
  g_test_add_func ("/estimator/retransmitted", test_retransmitted);
  g_test_add_func ("/estimator/late", test_late);
  g_test_add_func ("/estimator/odd-samples", test_odd_samples);
  g_test_add_func ("/estimator/overtaken", test_overtaken);
  return g_test_run ();
}
