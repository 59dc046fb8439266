/* Tests that records come back whole from few bytes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/pack/ts-record.h"

#include "test-records.h"

#define N_IN_PAGE 640

static GArray *
bring_back (GArray *records,
            guint *n_bytes)
{
  g_autoptr (GByteArray) bytes = ts_records_pack ((const TsRecord *) (void *) records->data, records->len, FALSE, 7);
  g_autoptr (GError) error = NULL;
  GArray *back = ts_records_unpack (bytes->data, bytes->len, 7, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (back->len, ==, records->len);
  *n_bytes = bytes->len;
  return back;
}

/* The drawn bounds are no narrower than they were, and at most a 32nd of their distance wider at either end. */
static void
assert_same_bounds (const TsRecord *record,
                    const TsRecord *back,
                    gint64 least_width_ns)
{
  gint64 slack_ns = least_width_ns / 32;

  g_assert_cmpint (back->now_min_ns, <=, record->now_min_ns);
  g_assert_cmpint (back->now_max_ns, >=, record->now_max_ns);
  g_assert_cmpint (back->now_min_ns, >=, record->now_min_ns - slack_ns);
  g_assert_cmpint (back->now_max_ns, <=, record->now_max_ns + slack_ns);
  g_assert_cmpint (ABS (back->estimate_ns - record->estimate_ns), <=, slack_ns);
  g_assert_cmpint (back->estimate_ns, >=, back->now_min_ns);
  g_assert_cmpint (back->estimate_ns, <=, back->now_max_ns);
}

static void
test_series_comes_back (void)
{
  TestSeries series;

  test_series_init (&series, 7, TS_NS_PER_S / 10);
  for (int page = 0; page < 10; page++)
    {
      g_autoptr (GArray) records = test_series_take (&series, N_IN_PAGE);
      guint n_bytes;
      g_autoptr (GArray) back = bring_back (records, &n_bytes);
      gint64 least_width_ns = G_MAXINT64;

      for (guint i = 0; i < N_IN_PAGE; i++)
        {
          const TsRecord *record = &g_array_index (records, TsRecord, i);

          if (record->kind == TS_ENTRY_SAMPLE)
            least_width_ns = MIN (least_width_ns, record->now_max_ns - record->now_min_ns);
        }
      for (guint i = 0; i < N_IN_PAGE; i++)
        {
          test_assert_same_record (&g_array_index (back, TsRecord, i), &g_array_index (records, TsRecord, i));
          assert_same_bounds (&g_array_index (records, TsRecord, i), &g_array_index (back, TsRecord, i), least_width_ns);
        }
      g_test_message ("%.2f bytes a record", n_bytes / (double) N_IN_PAGE);
      g_assert_cmpfloat (n_bytes / (double) N_IN_PAGE, <, 20);
    }
  test_series_clear (&series);
}

static void
test_odd_records_come_back (void)
{
  TsRecord gap = ts_record_for_gap (TS_ENTRY_PAUSED, 0);
  TsRecord bare = { .kind = TS_ENTRY_SAMPLE, .event = TS_CLOCK_EVENT_STEP_PROBABLE, .event_size_ns = -G_MAXINT64 };
  TsRecord far = bare;
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (TsRecord));
  guint n_bytes;

  /* A classic server tells nothing but its stamps, and may be off by two centuries. */
  g_assert_true (ts_sample_derive (&bare.sample, &(TsExchange) { 1, TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, 5, 1000000000 },
                                   NULL));
  g_assert_true (ts_sample_derive (&far.sample, &(TsExchange) { TS_INSTANT_MAX_NS, 0, 9, TS_INSTANT_MAX_NS, 0 }, NULL) ||
                 ts_sample_derive (&far.sample, &(TsExchange) { TS_INSTANT_MAX_NS - 9, 0, 9, TS_INSTANT_MAX_NS, 0 }, NULL));
  bare.at_ns = bare.sample.exchange.t4_ns;
  far.at_ns = far.sample.exchange.t4_ns;
  far.sample.previous_t3_ns = 77;
  far.now_min_ns = -G_MAXINT64;
  far.now_max_ns = 0;
  g_array_append_val (records, gap);
  g_array_append_val (records, far);
  g_array_append_val (records, bare);
  g_array_append_val (records, gap);
  for (guint first = 0; first < 4; first++)
    {
      g_autoptr (GArray) some = g_array_new (FALSE, FALSE, sizeof (TsRecord));
      g_autoptr (GArray) back = NULL;

      g_array_append_vals (some, &g_array_index (records, TsRecord, first), 4 - first);
      back = bring_back (some, &n_bytes);
      for (guint i = 0; i < some->len; i++)
        test_assert_same_record (&g_array_index (back, TsRecord, i), &g_array_index (some, TsRecord, i));
    }
}

/* What nobody's clocks can say is in no record, because nothing could be computed with it. */
static void
test_impossible_records_are_refused (void)
{
  TsRecord good = { .kind = TS_ENTRY_SAMPLE };
  TsRecord bad[9];

  g_assert_true (ts_sample_derive (&good.sample, &(TsExchange) { 10, 20, 30, 40, 0 }, NULL));
  good.at_ns = 40;
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = good;
  bad[0] = ts_record_for_gap (TS_ENTRY_LOST, -1);
  bad[1] = ts_record_for_gap (TS_ENTRY_LOST, TS_INSTANT_MAX_NS + 1);
  bad[2].sample.exchange.precision_ns = G_MININT64;
  bad[3].sample.exchange.precision_ns = G_MAXINT64;
  bad[4].now_min_ns = 1;
  bad[5].now_min_ns = G_MININT64;
  bad[6].now_min_ns = -G_MAXINT64;
  bad[6].now_max_ns = 1;
  bad[7].sample.reading = (TsClockReading) { G_MININT64, 0, 0, 0 };
  bad[8].sample.previous_t4_ns = -1;
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GByteArray) packed = ts_records_pack (&bad[i], 1, TRUE, 0);
      g_autoptr (GError) error = NULL;

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_null (ts_records_unpack (packed->data, packed->len, 0, &error));
      g_assert_nonnull (error);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/record/series-comes-back", test_series_comes_back);
  g_test_add_func ("/record/odd-records-come-back", test_odd_records_come_back);
  g_test_add_func ("/record/impossible-records-are-refused", test_impossible_records_are_refused);
  return g_test_run ();
}
