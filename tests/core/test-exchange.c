/* Tests of ts-exchange: what four instants prove.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-exchange.h"

#include <string.h>

#include "test-cases.h"
#include "measure/ts-time.h"

#define N_ROUNDS 20000

#define NOW_NS (G_GINT64_CONSTANT (1696295878) * TS_NS_PER_S)

static const struct
{
  const char *name;
  TsExchange exchange;
  gint64 offset_ns;
  gint64 delay_ns;
  gint64 proven_min_ns;
  gint64 proven_max_ns;
} valid[] = {
  { "symmetric-path", { 1000, 2100, 2150, 1250, 0 }, 1000, 200, 900, 1100 },
  { "all-delay-on-the-way-there", { 1000, 1200, 1200, 1200, 0 }, 100, 200, 0, 200 },
  { "all-delay-on-the-way-back", { 1000, 1000, 1000, 1200, 0 }, -100, 200, -200, 0 },
  { "server-behind", { 5000, 3100, 3200, 5300, 0 }, -2000, 200, -2100, -1900 },
  { "server-works-long", { 1000, 1010, 900000, 900010, 0 }, 0, 20, -10, 10 },
  { "odd-delay", { 0, 2, 2, 3, 0 }, 0, 3, -1, 2 },
  { "no-delay-at-all", { 7, 9, 9, 7, 0 }, 2, 0, 2, 2 },
  { "precision-widens", { 1000, 2100, 2150, 1250, 10 }, 1000, 200, 890, 1110 },
  { "negative-delay-within-precision", { 1000, 2000, 2150, 1100, 100 }, 1025, 0, 950, 1100 },
  { "negative-delay-is-the-precision", { 1000, 2000, 2200, 1100, 100 }, 1050, 0, 1000, 1100 },
  { "answer-before-request-within-precision", { 1000, 2100, 2050, 1250, 100 }, 950, 300, 700, 1200 },
  { "seconds-since-1970", { NOW_NS, NOW_NS + 62500000, NOW_NS + 62600000, NOW_NS + 25100000, 0 },
    50000000, 25000000, 37500000, 62500000 },
  { "example-of-the-documentation",
    { NOW_NS + 98456789, NOW_NS + 123456789, NOW_NS + 123458123, NOW_NS + 128458123, 0 },
    10000000, 30000000, -5000000, 25000000 },
  { "all-zero", { 0, 0, 0, 0, 0 }, 0, 0, 0, 0 },
  { "all-last", { TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, 0 }, 0, 0, 0, 0 },
  { "server-at-the-end-we-at-the-start", { 0, TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, 0, 0 },
    TS_INSTANT_MAX_NS, 0, TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS },
  { "we-at-the-end-server-at-the-start", { TS_INSTANT_MAX_NS, 0, 0, TS_INSTANT_MAX_NS, 0 },
    -TS_INSTANT_MAX_NS, 0, -TS_INSTANT_MAX_NS, -TS_INSTANT_MAX_NS },
  { "waited-for-all-time", { 0, 0, 0, TS_INSTANT_MAX_NS, 0 },
    -TS_INSTANT_MAX_NS / 2, TS_INSTANT_MAX_NS, -TS_INSTANT_MAX_NS, 0 },
  { "waited-for-all-time-server-at-the-end", { 0, TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, 0 },
    TS_INSTANT_MAX_NS / 2, TS_INSTANT_MAX_NS, 0, TS_INSTANT_MAX_NS },
  { "both-for-all-time", { 0, 0, TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, 0 }, 0, 0, 0, 0 },
};

static void
test_valid (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  TsSample sample;

  ts_sample_derive (&sample, &valid[i].exchange, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sample.offset_ns, ==, valid[i].offset_ns);
  g_assert_cmpint (sample.delay_ns, ==, valid[i].delay_ns);
  g_assert_cmpint (sample.proven_min_ns, ==, valid[i].proven_min_ns);
  g_assert_cmpint (sample.proven_max_ns, ==, valid[i].proven_max_ns);
  g_assert_cmpuint (sample.max_error_ns, ==, TS_MAX_ERROR_UNKNOWN);
  g_assert_cmpint (sample.exchange.t1_ns, ==, valid[i].exchange.t1_ns);
  g_assert_cmpint (sample.exchange.t4_ns, ==, valid[i].exchange.t4_ns);
}

static const struct
{
  const char *name;
  TsExchange exchange;
  int code;
  const char *said;
} invalid[] = {
  { "t1-before-1970", { -1, 5, 5, 5, 0 }, TS_EXCHANGE_ERROR_WILD_INSTANT, "t1 is -1 ns" },
  { "t2-before-1970", { 5, -2, 5, 5, 0 }, TS_EXCHANGE_ERROR_WILD_INSTANT, "t2 is -2 ns" },
  { "t3-before-1970", { 5, 5, -3, 5, 0 }, TS_EXCHANGE_ERROR_WILD_INSTANT, "t3 is -3 ns" },
  { "t4-before-1970", { 5, 5, 5, -4, 0 }, TS_EXCHANGE_ERROR_WILD_INSTANT, "t4 is -4 ns" },
  { "t1-after-2199", { TS_INSTANT_MAX_NS + 1, 5, 5, 5, 0 }, TS_EXCHANGE_ERROR_WILD_INSTANT,
    "t1 is 7258118400000000001 ns" },
  { "t2-after-2199", { 5, G_MAXINT64, 5, 5, 0 }, TS_EXCHANGE_ERROR_WILD_INSTANT, "t2 is 9223372036854775807 ns" },
  { "t3-after-2199", { 5, 5, G_MAXINT64, 5, 0 }, TS_EXCHANGE_ERROR_WILD_INSTANT, "t3 is 9223372036854775807 ns" },
  { "t4-after-2199", { 5, 5, 5, TS_INSTANT_MAX_NS + 1, 0 }, TS_EXCHANGE_ERROR_WILD_INSTANT,
    "t4 is 7258118400000000001 ns" },
  { "t1-the-least", { G_MININT64, 5, 5, 5, 0 }, TS_EXCHANGE_ERROR_WILD_INSTANT, "t1 is -9223372036854775808 ns" },
  { "precision-below-zero", { 5, 5, 5, 5, -1 }, TS_EXCHANGE_ERROR_WILD_INSTANT, "precision is -1 ns" },
  { "precision-the-greatest", { 5, 5, 5, 5, G_MAXINT64 }, TS_EXCHANGE_ERROR_WILD_INSTANT,
    "precision is 9223372036854775807 ns" },
  { "answer-before-request", { 10, 100, 99, 20, 0 }, TS_EXCHANGE_ERROR_SERVER_REVERSED, "left 1 ns before" },
  { "answer-all-time-before-request", { 0, TS_INSTANT_MAX_NS, 0, 0, 0 }, TS_EXCHANGE_ERROR_SERVER_REVERSED,
    "left 7258118400000000000 ns before" },
  { "we-went-back", { 20, 100, 100, 13, 0 }, TS_EXCHANGE_ERROR_LOCAL_REVERSED, "back by 7 ns" },
  { "we-went-back-all-time", { TS_INSTANT_MAX_NS, 0, 0, 0, 0 }, TS_EXCHANGE_ERROR_LOCAL_REVERSED,
    "back by 7258118400000000000 ns" },
  { "both-went-back", { 20, 100, 99, 13, 0 }, TS_EXCHANGE_ERROR_SERVER_REVERSED, "left 1 ns before" },
  { "negative-delay", { 1000, 2000, 2101, 1100, 0 }, TS_EXCHANGE_ERROR_NEGATIVE_DELAY,
    "101 ns between its stamps, but the whole exchange took 100 ns" },
  { "negative-delay-beyond-precision", { 1000, 2000, 2201, 1100, 100 }, TS_EXCHANGE_ERROR_NEGATIVE_DELAY, "201 ns" },
  { "server-worked-for-all-time", { 0, 0, TS_INSTANT_MAX_NS, 0, 0 }, TS_EXCHANGE_ERROR_NEGATIVE_DELAY,
    "took 0 ns" },
};

static void
test_invalid (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  TsSample sample, untouched;

  memset (&sample, 0x5a, sizeof sample);
  untouched = sample;
  g_assert_false (ts_sample_derive (&sample, &invalid[i].exchange, &error));
  g_assert_error (error, TS_EXCHANGE_ERROR, invalid[i].code);
  g_assert_nonnull (strstr (error->message, invalid[i].said));
  g_assert_cmpmem (&sample, sizeof sample, &untouched, sizeof untouched);
  g_assert_false (ts_sample_derive (&sample, &invalid[i].exchange, NULL));
}

static void
test_check (void)
{
  const TsClockReading readings[] = {
    { -1, 5, 5, 5 },
    { NOW_NS - 366 * 86400 * TS_NS_PER_S, 5, 5, 5 },
    { NOW_NS + 366 * 86400 * TS_NS_PER_S, 5, 5, 5 },
    { NOW_NS, -1, 5, 5 },
    { NOW_NS, 5, -1, 5 },
    { NOW_NS, G_MAXINT64, 5, 5 },
    { NOW_NS, 5, G_MAXINT64, 5 },
    { NOW_NS, 5, 5, -1 },
    { NOW_NS, 5, 5, G_MAXINT64 },
  };
  TsSample good, bad;
  g_autoptr (GError) error = NULL;

  g_assert_true (ts_sample_derive (&good, &(TsExchange) { NOW_NS, NOW_NS, NOW_NS, NOW_NS, 0 }, NULL));
  g_assert_true (ts_sample_check (&good, NULL));
  good.sent_reading = good.reading = (TsClockReading) { NOW_NS, 5, 5, 5 };
  good.previous_t3_ns = good.previous_t4_ns = NOW_NS;
  g_assert_true (ts_sample_check (&good, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (readings); i++)
    {
      bad = good;
      bad.sent_reading = readings[i];
      g_assert_false (ts_sample_check (&bad, NULL));
      bad = good;
      bad.reading = readings[i];
      g_assert_false (ts_sample_check (&bad, NULL));
    }
  bad = good;
  bad.previous_t3_ns = -1;
  g_assert_false (ts_sample_check (&bad, NULL));
  bad = good;
  bad.previous_t4_ns = G_MAXINT64;
  g_assert_false (ts_sample_check (&bad, &error));
  g_assert_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_WILD_INSTANT);
}

/* What holds for every sample, whatever the protocol. */
static void
check_sample (const TsSample *sample)
{
  const TsExchange *exchange = &sample->exchange;

  g_assert_cmpint (sample->delay_ns, >=, 0);
  g_assert_cmpint (sample->proven_min_ns, <=, sample->offset_ns);
  g_assert_cmpint (sample->offset_ns, <=, sample->proven_max_ns);
  if (exchange->precision_ns == 0)
    {
      g_assert_cmpint (sample->delay_ns, ==,
                       (exchange->t4_ns - exchange->t1_ns) - (exchange->t3_ns - exchange->t2_ns));
      g_assert_cmpint (sample->proven_max_ns - sample->proven_min_ns, ==, sample->delay_ns);
      /* Twice the centre is the sum of the ends, or one off it where that is odd. */
      g_assert_cmpint (ABS (sample->offset_ns - sample->proven_min_ns - sample->delay_ns / 2), <=, 1);
    }
}

static gint64
random_below_ns (gint64 limit_ns)
{
  guint64 bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();

  return (gint64) (bits % (guint64) limit_ns);
}

/* A clock that reads true + offset, and runs @drift_ppb parts per billion fast. */
typedef struct
{
  gint64 offset_ns;
  gint64 drift_ppb;
} SimulatedClock;

static gint64
read_clock (const SimulatedClock *clock,
            gint64 since_start_ns)
{
  return NOW_NS + since_start_ns + clock->offset_ns + since_start_ns / 1000 * clock->drift_ppb / 1000000;
}

static gint64
cut_to (gint64 instant_ns,
        gint64 precision_ns)
{
  return precision_ns > 0 ? instant_ns - instant_ns % precision_ns : instant_ns;
}

/* One exchange over a path that is as asymmetric as chance wants it, the stamps cut to @precision_ns. */
static void
simulate (const SimulatedClock *ours,
          const SimulatedClock *theirs,
          gint64 start_ns,
          gint64 precision_ns,
          TsExchange *exchange,
          gint64 *least_offset_ns,
          gint64 *greatest_offset_ns)
{
  gint64 there_ns = random_below_ns (g_test_rand_bit () ? 1000 : 500 * TS_NS_PER_MS);
  gint64 work_ns = random_below_ns (g_test_rand_bit () ? 1000 : 50 * TS_NS_PER_MS);
  gint64 back_ns = random_below_ns (g_test_rand_bit () ? 1000 : 500 * TS_NS_PER_MS);
  const gint64 at_ns[] = { start_ns, start_ns + there_ns, start_ns + there_ns + work_ns,
                           start_ns + there_ns + work_ns + back_ns };

  *exchange = (TsExchange) {
    .t1_ns = read_clock (ours, at_ns[0]),
    .t2_ns = cut_to (read_clock (theirs, at_ns[1]), precision_ns),
    .t3_ns = cut_to (read_clock (theirs, at_ns[2]), precision_ns),
    .t4_ns = read_clock (ours, at_ns[3]),
    .precision_ns = precision_ns,
  };

  *least_offset_ns = G_MAXINT64;
  *greatest_offset_ns = G_MININT64;
  for (gsize i = 0; i < G_N_ELEMENTS (at_ns); i++)
    {
      gint64 offset_ns = read_clock (theirs, at_ns[i]) - read_clock (ours, at_ns[i]);

      *least_offset_ns = MIN (*least_offset_ns, offset_ns);
      *greatest_offset_ns = MAX (*greatest_offset_ns, offset_ns);
    }
}

static void
test_truth_is_proven (void)
{
  static const gint64 precisions_ns[] = { 0, 0, 10, 1000, 100000, TS_NS_PER_MS, 100 * TS_NS_PER_MS };

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      const SimulatedClock ours = { 0, g_test_rand_int_range (-100000, 100001) };
      const SimulatedClock theirs = { random_below_ns (2 * TS_NS_PER_S) - TS_NS_PER_S,
                                      g_test_rand_int_range (-100000, 100001) };
      gint64 precision_ns = precisions_ns[g_test_rand_int_range (0, G_N_ELEMENTS (precisions_ns))];
      gint64 start_ns = random_below_ns (1000 * TS_NS_PER_S);
      gint64 least_offset_ns, greatest_offset_ns;
      g_autoptr (GError) error = NULL;
      TsExchange exchange;
      TsSample sample;

      simulate (&ours, &theirs, start_ns, precision_ns, &exchange, &least_offset_ns, &greatest_offset_ns);
      if (!ts_sample_derive (&sample, &exchange, &error))
        {
          /* Drift alone may eat a delay of some nanoseconds; nothing else may. */
          g_assert_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_NEGATIVE_DELAY);
          g_assert_cmpint (greatest_offset_ns - least_offset_ns, >, 0);
          continue;
        }
      check_sample (&sample);

      /* Drift moves the offset while the exchange lasts: some offset that was true in it is proven. */
      g_assert_cmpint (sample.proven_min_ns, <=, greatest_offset_ns);
      g_assert_cmpint (sample.proven_max_ns, >=, least_offset_ns);
      if (ours.drift_ppb == theirs.drift_ppb)
        {
          g_assert_cmpint (sample.proven_min_ns, <=, least_offset_ns);
          g_assert_cmpint (sample.proven_max_ns, >=, greatest_offset_ns);
        }
    }
}

static void
test_truth_is_proven_without_drift (void)
{
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      const SimulatedClock ours = { 0, 0 };
      const SimulatedClock theirs = { random_below_ns (2 * TS_NS_PER_S) - TS_NS_PER_S, 0 };
      gint64 precision_ns = g_test_rand_bit () ? TS_NS_PER_MS : 0;
      gint64 least_offset_ns, greatest_offset_ns;
      g_autoptr (GError) error = NULL;
      TsExchange exchange;
      TsSample sample;

      simulate (&ours, &theirs, random_below_ns (TS_NS_PER_S), precision_ns, &exchange,
                &least_offset_ns, &greatest_offset_ns);
      ts_sample_derive (&sample, &exchange, &error);
      g_assert_no_error (error);
      check_sample (&sample);
      g_assert_cmpint (least_offset_ns, ==, theirs.offset_ns);
      g_assert_cmpint (sample.proven_min_ns, <=, theirs.offset_ns);
      g_assert_cmpint (sample.proven_max_ns, >=, theirs.offset_ns);
    }
}

static gint64
random_edge_ns (void)
{
  static const gint64 edges_ns[] = { G_MININT64, -1, 0, 1, TS_INSTANT_MAX_NS - 1, TS_INSTANT_MAX_NS,
                                     TS_INSTANT_MAX_NS + 1, G_MAXINT64 };

  if (g_test_rand_int_range (0, 4) > 0)
    return random_below_ns (TS_INSTANT_MAX_NS);
  return edges_ns[g_test_rand_int_range (0, G_N_ELEMENTS (edges_ns))];
}

static void
test_random_instants (void)
{
  for (guint round = 0; round < 10 * N_ROUNDS; round++)
    {
      TsExchange exchange = { random_edge_ns (), random_edge_ns (), random_edge_ns (), random_edge_ns (),
                              g_test_rand_bit () ? 0 : 100 * TS_NS_PER_MS };
      g_autoptr (GError) error = NULL;
      TsSample sample;

      if (ts_sample_derive (&sample, &exchange, &error))
        check_sample (&sample);
      else
        g_assert_true (error != NULL && error->domain == TS_EXCHANGE_ERROR);
    }
}

static void
test_check_clocks (void)
{
  const TsClockReading before = { 1700000000000000000, 2000, 1000, 0 };
  const TsClockReading after = { before.real_ns + 1000, 3000, 2000, 0 };
  const TsClockReading stepped = { before.real_ns + 1000 - 50000, 3000, 2000, 0 };
  const TsClockReading slept = { before.real_ns + 60000001000, 60000003000, 2000, 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (ts_exchange_check_clocks (&before, &after, &error));
  g_assert_no_error (error);
  g_assert_false (ts_exchange_check_clocks (&before, &stepped, &error));
  g_assert_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_STEPPED);
  g_assert_nonnull (strstr (error->message, "by -0.000050 s"));
  g_clear_error (&error);
  g_assert_false (ts_exchange_check_clocks (&before, &slept, &error));
  g_assert_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_SUSPENDED);
  g_assert_nonnull (strstr (error->message, "for 60.000000 s"));
  g_assert_false (ts_exchange_check_clocks (&before, &slept, NULL));
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/exchange/valid/", valid, test_valid);
  ADD_CASES ("/exchange/invalid/", invalid, test_invalid);
  g_test_add_func ("/exchange/truth-is-proven", test_truth_is_proven);
  g_test_add_func ("/exchange/truth-is-proven-without-drift", test_truth_is_proven_without_drift);
  g_test_add_func ("/exchange/random-instants", test_random_instants);
  g_test_add_func ("/exchange/check-clocks", test_check_clocks);
  g_test_add_func ("/exchange/check", test_check);
  return g_test_run ();
}
