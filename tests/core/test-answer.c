/* Tests of what an answer and the stamps at our end make together.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-answer.h"

#include "test-cases.h"
#include "measure/ts-time.h"

#define T0 (1700000000 * TS_NS_PER_S)

/* The server is 500 ns ahead, the way there takes 1000 ns and the way back 2000. */
static const TsLocalStamps local = {
  .t1_ns = T0,
  .t4_ns = T0 + 3100,
  .t1_source = TS_STAMP_KERNEL,
  .t4_source = TS_STAMP_USER,
  .is_retransmitted = TRUE,
  .before = { T0 - 10, 1000, 1000, 0 },
  .after = { T0 + 3200, 4210, 4210, 0 },
};
static const TsFrame frame = {
  .version = TS_FRAME_VERSION,
  .kind = TS_FRAME_ANSWER,
  .cookie = 1,
  .receive_ns = T0 + 1500,
  .transmit_ns = T0 + 1600,
  .max_error_ns = 77,
  .clock_generation = 5,
  .server_id = 9,
};

static const struct
{
  const char *name;
  gint64 kernel_ns; /* after t1 */
  gboolean is_taken;
} departures[] = {
  { "at-once", 0, TRUE },
  { "a-little-later", 20000, TRUE },
  { "a-millisecond-later", TS_NS_PER_MS, TRUE },
  { "retransmitted", TS_NS_PER_MS + 1, FALSE },
  { "before-it-was-sent", -1, FALSE },
};

static void
test_departure (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  TsLocalStamps stamps = { .t1_ns = T0, .t1_source = TS_STAMP_USER };
  gint64 kernel_ns = T0 + departures[row].kernel_ns;

  ts_local_stamps_take_transmit (&stamps, kernel_ns);
  g_assert_cmpint (stamps.t1_source, ==, departures[row].is_taken ? TS_STAMP_KERNEL : TS_STAMP_USER);
  g_assert_cmpint (stamps.t1_ns, ==, departures[row].is_taken ? kernel_ns : T0);
}

static void
test_first_departure_counts (void)
{
  TsLocalStamps stamps = { .t1_ns = T0, .t1_source = TS_STAMP_USER };

  ts_local_stamps_take_transmit (&stamps, T0 + 5);
  ts_local_stamps_take_transmit (&stamps, T0 + 500);
  g_assert_cmpint (stamps.t1_ns, ==, T0 + 5);
}

static void
test_frame (void)
{
  TsFrame answer = frame;
  TsSample sample;

  answer.flags = TS_FRAME_RECEIVE_IS_KERNEL_STAMP;
  g_assert_true (ts_answer_frame_to_sample (&answer, &local, NULL, &sample, NULL));
  g_assert_cmpint (sample.proven_max_ns, ==, 1500);
  g_assert_cmpint (sample.proven_min_ns, ==, -1500);
  g_assert_cmpint (sample.sources[0], ==, TS_STAMP_KERNEL);
  g_assert_cmpint (sample.sources[1], ==, TS_STAMP_KERNEL);
  g_assert_cmpint (sample.sources[2], ==, TS_STAMP_USER);
  g_assert_cmpint (sample.sources[3], ==, TS_STAMP_USER);
  g_assert_true (sample.is_retransmitted);
  g_assert_true (sample.has_generation);
  g_assert_cmpuint (sample.clock_generation, ==, 5);
  g_assert_cmpuint (sample.server_id, ==, 9);
  g_assert_cmpuint (sample.max_error_ns, ==, 77);
  g_assert_cmpint (sample.reading.real_ns, ==, local.after.real_ns);
  g_assert_cmpint (sample.previous_t3_ns, ==, 0);

  answer.flags = 0;
  g_assert_true (ts_answer_frame_to_sample (&answer, &local, NULL, &sample, NULL));
  g_assert_cmpint (sample.sources[1], ==, TS_STAMP_USER);
}

static const struct
{
  const char *name;
  guint16 flags;
  guint8 leap;
} qualities[] = {
  { "unsynchronized", 0, 3 },
  { "unsynchronized-with-a-leap", TS_FRAME_LEAP_INSERT, 3 },
  { "synchronized", TS_FRAME_IS_SYNCHRONIZED, 0 },
  { "inserting", TS_FRAME_IS_SYNCHRONIZED | TS_FRAME_LEAP_INSERT, 1 },
  { "deleting", TS_FRAME_IS_SYNCHRONIZED | TS_FRAME_LEAP_DELETE, 2 },
};

static void
test_quality (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  TsFrame answer = frame;
  TsSample sample;

  answer.flags = qualities[row].flags;
  g_assert_true (ts_answer_frame_to_sample (&answer, &local, NULL, &sample, NULL));
  g_assert_true (sample.quality.is_known);
  g_assert_cmpuint (sample.quality.leap, ==, qualities[row].leap);
}

/* The exchange before: it ended at T0 − 100, after an answer that says to have left at T0 − 1000. */
static const struct
{
  const char *name;
  guint16 flags;
  gint64 previous_transmit_ns; /* after T0 */
  gboolean is_taken;
} previous_transmits[] = {
  { "later-than-it-said", TS_FRAME_HAS_PREVIOUS_TRANSMIT, -900, TRUE },
  { "as-it-said", TS_FRAME_HAS_PREVIOUS_TRANSMIT, -1000, TRUE },
  { "without-the-flag", 0, -900, FALSE },
  { "before-it-was-written", TS_FRAME_HAS_PREVIOUS_TRANSMIT, -1001, FALSE },
  { "at-the-latest", TS_FRAME_HAS_PREVIOUS_TRANSMIT, 1000, TRUE },
  { "after-it-came", TS_FRAME_HAS_PREVIOUS_TRANSMIT, 1001, FALSE },
  { "wild", TS_FRAME_HAS_PREVIOUS_TRANSMIT, G_MAXINT64 - T0, FALSE },
};

static void
test_previous_transmit (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  const TsExchange previous = { T0 - 3100, T0 - 2000, T0 - 1000, T0 - 100, 0 };
  TsFrame answer = frame;
  TsSample sample;

  answer.flags = previous_transmits[row].flags;
  answer.previous_transmit_ns = T0 + previous_transmits[row].previous_transmit_ns;
  g_assert_true (ts_answer_frame_to_sample (&answer, &local, &previous, &sample, NULL));
  g_assert_cmpint (sample.previous_t3_ns, ==, previous_transmits[row].is_taken ? answer.previous_transmit_ns : 0);
  g_assert_cmpint (sample.previous_t4_ns, ==, previous_transmits[row].is_taken ? previous.t4_ns : 0);
  g_assert_true (ts_answer_frame_to_sample (&answer, &local, NULL, &sample, NULL));
  g_assert_cmpint (sample.previous_t3_ns, ==, 0);
}

static void
test_classic (void)
{
  const TsClassicAnswer answer = { T0 + 1500, T0 + 1600, 1000 };
  TsSample sample;

  g_assert_true (ts_answer_classic_to_sample (&answer, &local, &sample, NULL));
  g_assert_cmpint (sample.proven_max_ns, ==, 2500);
  g_assert_cmpint (sample.sources[0], ==, TS_STAMP_KERNEL);
  g_assert_cmpint (sample.sources[1], ==, TS_STAMP_UNKNOWN);
  g_assert_cmpint (sample.sources[2], ==, TS_STAMP_UNKNOWN);
  g_assert_false (sample.has_generation);
  g_assert_false (sample.quality.is_known);
  g_assert_cmpuint (sample.max_error_ns, ==, TS_MAX_ERROR_UNKNOWN);
}

/* What proves nothing leaves the sample alone. */
static void
test_stepped (void)
{
  const TsClassicAnswer classic = { T0 + 1500, T0 + 1600, 0 };
  TsLocalStamps stamps = local;
  g_autoptr (GError) error = NULL;
  TsSample sample = { .offset_ns = 123 };

  stamps.after.real_ns += TS_NS_PER_MS;
  g_assert_false (ts_answer_frame_to_sample (&frame, &stamps, NULL, &sample, &error));
  g_assert_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_STEPPED);
  g_clear_error (&error);
  g_assert_false (ts_answer_classic_to_sample (&classic, &stamps, &sample, &error));
  g_assert_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_STEPPED);
  g_clear_error (&error);

  stamps = local;
  stamps.t1_ns = T0 + 3101;
  g_assert_false (ts_answer_frame_to_sample (&frame, &stamps, NULL, &sample, &error));
  g_assert_error (error, TS_EXCHANGE_ERROR, TS_EXCHANGE_ERROR_LOCAL_REVERSED);
  g_assert_cmpint (sample.offset_ns, ==, 123);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/answer/departure/", departures, test_departure);
  g_test_add_func ("/answer/departure/first-counts", test_first_departure_counts);
  g_test_add_func ("/answer/frame", test_frame);
  ADD_CASES ("/answer/quality/", qualities, test_quality);
  ADD_CASES ("/answer/previous-transmit/", previous_transmits, test_previous_transmit);
  g_test_add_func ("/answer/classic", test_classic);
  g_test_add_func ("/answer/stepped", test_stepped);
  return g_test_run ();
}
