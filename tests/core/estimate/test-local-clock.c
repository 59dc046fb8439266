/* Tests of ts-local-clock: what slews, steps and sleep make of this computer's clock.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-local-clock.h"

#include <math.h>

#include "measure/ts-time.h"
#include "test-cases.h"

#define START_NS      (G_GINT64_CONSTANT (1700000000) * TS_NS_PER_S)
#define ROUND_TRIP_NS (20 * TS_NS_PER_MS)
#define WIDTH_NS      200

/* A sample one second after the one before, by the bare oscillator, while the clock runs at another rate. */
static TsSample
make_sample (gint64 raw_ns,
             gint64 correction_ns,
             double rate,
             gboolean is_sent_read)
{
  gint64 grown_ns = (gint64) (rate * ROUND_TRIP_NS);
  TsSample sample = {
    .exchange = { .t1_ns = START_NS + raw_ns + correction_ns,
                  .t4_ns = START_NS + raw_ns + ROUND_TRIP_NS + correction_ns + grown_ns },
    .delay_ns = ROUND_TRIP_NS,
  };

  sample.reading = (TsClockReading) { sample.exchange.t4_ns, sample.exchange.t4_ns - START_NS,
                                      1 + raw_ns + ROUND_TRIP_NS, WIDTH_NS };
  if (is_sent_read)
    sample.sent_reading = (TsClockReading) { sample.exchange.t1_ns, sample.exchange.t1_ns - START_NS, 1 + raw_ns,
                                             WIDTH_NS };
  return sample;
}

static const struct
{
  const char *name;
  double rate;
  gboolean is_sent_read;
} slews[] = {
  { "none", 0.0, FALSE },          { "none-read-twice", 0.0, TRUE },    { "ntp", 500e-6, FALSE },
  { "ntp-read-twice", 500e-6, TRUE }, { "chronyd", 0.083333, FALSE }, { "chronyd-read-twice", -0.083333, TRUE },
};

/* By the bare clock a round trip takes what it takes, and a second lasts a second, within what is said. */
static void
test_slew (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  TsLocalClock clock = { 0 };
  gint64 correction_ns = 0, first_ns = 0;

  for (guint i = 0; i < 20; i++)
    {
      double rate = i >= 5 && i < 15 ? slews[row].rate : 0.0;
      TsSample sample = make_sample (i * TS_NS_PER_S, correction_ns, rate, slews[row].is_sent_read);
      gint64 took_ns;
      TsLocalTimes times;

      ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_NONE, &times);
      if (i == 0)
        first_ns = times.t4_ns;
      took_ns = times.t4_ns - times.t1_ns;
      g_assert_cmpint (ABS (took_ns - ROUND_TRIP_NS), <=, times.t1_slack_ns + times.t4_slack_ns);
      g_assert_cmpint (ABS (times.t4_ns - first_ns - i * TS_NS_PER_S), <=, times.t4_slack_ns + 2 * WIDTH_NS);
      correction_ns += (gint64) (rate * TS_NS_PER_S);
    }
}

static void
test_step_and_sleep (void)
{
  TsLocalClock clock = { 0 };
  TsSample sample = make_sample (0, 0, 0.0, TRUE);
  TsLocalTimes first, times;
  double slack_ns;

  ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_NONE, &first);
  sample = make_sample (TS_NS_PER_S, 7 * TS_NS_PER_S, 0.0, TRUE);
  ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_STEP_LOCAL, &times);
  g_assert_cmpint (times.t4_ns - first.t4_ns, ==, TS_NS_PER_S);
  g_assert_cmpint ((gint64) ts_local_clock_get_correction (&clock, sample.exchange.t4_ns, &slack_ns), ==,
                   7 * TS_NS_PER_S);
  /* What it slept is no correction. */
  sample = make_sample (2 * TS_NS_PER_S, 3607 * TS_NS_PER_S, 0.0, TRUE);
  ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_SUSPEND, &times);
  g_assert_cmpint (times.t4_ns - first.t4_ns, ==, 3602 * TS_NS_PER_S);
  g_assert_cmpint ((gint64) ts_local_clock_get_correction (&clock, sample.exchange.t4_ns, &slack_ns), ==,
                   7 * TS_NS_PER_S);
}

/* A clock that was set back by more than has passed since, unseen, is not taken for one that runs backwards. */
static void
test_unseen_step (void)
{
  TsLocalClock clock = { 0 };
  TsSample sample = make_sample (0, 0, 0.0, TRUE);
  TsLocalTimes times;
  double slack_ns;

  ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_NONE, &times);
  sample = make_sample (TS_NS_PER_S, -7 * TS_NS_PER_S, 0.0, TRUE);
  ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_NONE, &times);
  for (gint64 later_s = 0; later_s < 10; later_s++)
    {
      double correction_ns =
        ts_local_clock_get_correction (&clock, sample.exchange.t4_ns + later_s * TS_NS_PER_S, &slack_ns);

      g_assert_cmpint ((gint64) correction_ns, ==, -7 * TS_NS_PER_S);
      g_assert_cmpfloat (slack_ns, >=, 0.0);
    }
}

/* A clock that was set by a century is one that nothing is known of, because instants by the bare clock would not fit. */
static void
test_centuries (void)
{
  TsLocalClock clock = { 0 };
  TsSample sample = make_sample (0, 0, 0.0, TRUE);
  TsLocalTimes times;
  double slack_ns;

  for (guint round = 0; round < 4; round++)
    {
      ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_NONE, &times);
      sample.sent_reading.real_ns = sample.reading.real_ns = TS_INSTANT_MAX_NS;
      ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_STEP_LOCAL, &times);
      sample.sent_reading.real_ns = sample.reading.real_ns = 0;
      ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_SUSPEND, &times);
    }
  g_assert_cmpfloat (fabs (ts_local_clock_get_correction (&clock, START_NS, &slack_ns)), <=, 2e18);
}

static void
test_unread (void)
{
  TsLocalClock clock = { 0 };
  TsSample sample = make_sample (0, 0, 0.0, FALSE);
  TsLocalTimes times;
  double slack_ns;

  sample.reading = (TsClockReading) { 0 };
  ts_local_clock_follow (&clock, &sample, TS_CLOCK_EVENT_NONE, &times);
  g_assert_cmpint (times.t1_ns, ==, sample.exchange.t1_ns);
  g_assert_cmpint (times.t4_ns, ==, sample.exchange.t4_ns);
  g_assert_cmpint (times.t1_slack_ns + times.t4_slack_ns, ==, 0);
  g_assert_cmpfloat (ts_local_clock_get_correction (&clock, START_NS, &slack_ns), ==, 0.0);
  g_assert_cmpfloat (slack_ns, ==, 0.0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/local-clock/slew/", slews, test_slew);
  g_test_add_func ("/local-clock/step-and-sleep", test_step_and_sleep);
  g_test_add_func ("/local-clock/unseen-step", test_unseen_step);
  g_test_add_func ("/local-clock/centuries", test_centuries);
  g_test_add_func ("/local-clock/unread", test_unread);
  return g_test_run ();
}
