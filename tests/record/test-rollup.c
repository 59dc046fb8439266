/* Tests what records come to: extremes, best samples, gaps and steps.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/pack/ts-rollup.h"

#include "test-records.h"

static void
assert_same (const TsRollup *a,
             const TsRollup *b)
{
  TsHistoryEntry x = ts_rollup_to_entry (a), y = ts_rollup_to_entry (b);

  g_assert_cmpmem (&x, sizeof x, &y, sizeof y);
  g_assert_cmpint (a->begin_ns, ==, b->begin_ns);
  g_assert_cmpint (a->end_ns, ==, b->end_ns);
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpint (a->n_samples, ==, b->n_samples);
  g_assert_cmpint (a->n_lost, ==, b->n_lost);
  g_assert_cmpint (a->n_refused, ==, b->n_refused);
  g_assert_cmpint (a->certain_min_ns, ==, b->certain_min_ns);
  g_assert_cmpint (a->certain_max_ns, ==, b->certain_max_ns);
  g_assert_cmpint (a->slowest_ns, ==, b->slowest_ns);
  g_assert_cmpint (a->event_size_ns, ==, b->event_size_ns);
}

/* Every record is counted in one of them, and lies within it. */
static void
test_series (void)
{
  TestSeries series;
  g_autoptr (GArray) records = NULL;
  g_autoptr (GArray) rollups = NULL;
  guint place = 0;

  test_series_init (&series, 3, TS_NS_PER_S);
  records = test_series_take (&series, 640);
  rollups = ts_rollups_of ((const TsRecord *) (void *) records->data, records->len);
  for (guint i = 0; i < rollups->len; i++)
    {
      const TsRollup *rollup = &g_array_index (rollups, TsRollup, i);
      gint64 n = rollup->n_samples + rollup->n_lost + rollup->n_refused, least_ns = G_MAXINT64, low_ns = G_MAXINT64;

      g_assert_cmpint (n, <=, TS_ROLLUP_FACTOR);
      for (gint64 j = 0; j < n; j++, place++)
        {
          const TsRecord *record = &g_array_index (records, TsRecord, place);

          g_assert_cmpint (record->at_ns, >=, rollup->begin_ns);
          g_assert_cmpint (record->at_ns, <=, rollup->end_ns);
          if (record->kind != TS_ENTRY_SAMPLE)
            continue;
          least_ns = MIN (least_ns, record->sample.delay_ns);
          low_ns = MIN (low_ns, record->now_min_ns);
        }
      g_assert_cmpint (ts_history_entry_get_delay_ns (&rollup->best), ==, least_ns);
      g_assert_cmpint (rollup->low_ns, ==, low_ns);
    }
  g_assert_cmpuint (place, ==, records->len);
  g_assert_cmpuint (rollups->len, <=, 640 / TS_ROLLUP_FACTOR + 2);
  test_series_clear (&series);
}

static void
test_gaps_and_steps_divide (void)
{
  const struct
  {
    const char *name;
    const char *records; /* s sample, S sample after a step, l lost, r refused, p paused, o offline */
    guint n_rollups;
  } cases[] = {
    { "samples", "ssssssss", 1 },
    { "some losses", "sslsslllsrs", 1 },
    { "a step", "sssSsss", 2 },
    { "a pause", "ssspsss", 3 },
    { "no network", "sssoooooooosss", 3 },
    { "a gap", "ssllllllllss", 3 },
    { "two kinds of gap", "llllllllrrrrrrrr", 2 },
    { "losses first", "lls", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (TsRecord));
      g_autoptr (GArray) rollups = NULL;
      TestSeries series;

      test_series_init (&series, 5, TS_NS_PER_S);
      for (const char *c = cases[i].records; *c != '\0'; c++)
        {
          TsSample sample = test_series_draw_sample (&series);
          TsRecord record = ts_record_for_sample (&sample, &(TsEstimate) { 0 },
                                                  *c == 'S' ? TS_CLOCK_EVENT_STEP_REMOTE : TS_CLOCK_EVENT_NONE, 7);

          if (g_ascii_tolower (*c) != 's')
            record = ts_record_for_gap (*c == 'l'   ? TS_ENTRY_LOST
                                        : *c == 'r' ? TS_ENTRY_REFUSED
                                        : *c == 'o' ? TS_ENTRY_OFFLINE
                                                    : TS_ENTRY_PAUSED,
                                        series.at_ns);
          g_array_append_val (records, record);
          series.at_ns += TS_NS_PER_S;
        }
      rollups = ts_rollups_of ((const TsRecord *) (void *) records->data, records->len);
      g_test_message ("%s", cases[i].name);
      g_assert_cmpuint (rollups->len, ==, cases[i].n_rollups);
      test_series_clear (&series);
    }
}

static void
test_packing (void)
{
  TestSeries series;
  g_autoptr (GArray) records = NULL;
  g_autoptr (GArray) rollups = NULL;
  g_autoptr (GArray) back = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GError) error = NULL;

  test_series_init (&series, 11, TS_NS_PER_S / 10);
  records = test_series_take (&series, 640);
  rollups = ts_rollups_of ((const TsRecord *) (void *) records->data, records->len);
  bytes = ts_rollups_pack ((const TsRollup *) (void *) rollups->data, rollups->len, 7);
  back = ts_rollups_unpack (bytes->data, bytes->len, 7, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->len, ==, rollups->len);
  for (guint i = 0; i < back->len; i++)
    assert_same (&g_array_index (back, TsRollup, i), &g_array_index (rollups, TsRollup, i));
  g_test_message ("%u bytes for 640 records", bytes->len);
  g_assert_cmpuint (bytes->len, <, 700);
  test_series_clear (&series);
}

static void
test_certain (void)
{
  g_assert_cmpint (ts_rollup_get_certain_ns (&(TsRollup) { .certain_min_ns = 5, .certain_max_ns = 9 }), ==, 5);
  g_assert_cmpint (ts_rollup_get_certain_ns (&(TsRollup) { .certain_min_ns = -9, .certain_max_ns = -4 }), ==, -4);
  g_assert_cmpint (ts_rollup_get_certain_ns (&(TsRollup) { .certain_min_ns = -9, .certain_max_ns = 4 }), ==, 0);
  g_assert_cmpint (ts_rollup_get_certain_ns (&(TsRollup) { .certain_min_ns = 3, .certain_max_ns = -4 }), ==, -4);
}

/* What no records come to is in no roll-up, because nothing could be computed with it. */
static void
test_impossible (void)
{
  const TsRollup good = { .begin_ns = 10, .end_ns = 20, .kind = TS_ENTRY_SAMPLE, .n_samples = 1, .best.at_ns = 10 };
  TsRollup bad[13];

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = good;
  bad[0].begin_ns = -1;
  bad[1].begin_ns = 21;
  bad[2].end_ns = TS_INSTANT_MAX_NS + 1;
  bad[3].n_samples = G_MAXINT64;
  bad[4].n_lost = -1;
  bad[5].n_refused = G_MININT64;
  bad[6].event_size_ns = G_MININT64;
  bad[7].low_ns = -G_MAXINT64;
  bad[7].high_ns = 2;
  bad[8].certain_max_ns = G_MININT64;
  bad[9].slowest_ns = -1;
  bad[10].best.proven_min_ns = -G_MAXINT64;
  bad[11].best.proven_max_ns = G_MAXINT64;
  bad[12].best.at_ns = G_MAXINT64;
  for (gsize i = 0; i <= G_N_ELEMENTS (bad); i++)
    {
      gboolean is_good = i == G_N_ELEMENTS (bad);
      g_autoptr (GByteArray) packed = ts_rollups_pack (is_good ? &good : &bad[i], 1, 0);
      g_autoptr (GArray) back = ts_rollups_unpack (packed->data, packed->len, 0, NULL);

      g_test_message ("%" G_GSIZE_FORMAT, i);
      g_assert_true ((back != NULL) == is_good);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rollup/series", test_series);
  g_test_add_func ("/rollup/gaps-and-steps-divide", test_gaps_and_steps_divide);
  g_test_add_func ("/rollup/packing", test_packing);
  g_test_add_func ("/rollup/certain", test_certain);
  g_test_add_func ("/rollup/impossible", test_impossible);
  return g_test_run ();
}
