/* Tests what is drawn of a recorded past: fine where it is new, coarse where it is old, and never too much.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "past/ts-past.h"

#include "measure/ts-schedule.h"
#include "past/ts-past-days.h"

#include "test-recording.h"

#define N_RECORDS 11000
#define OFFSET_NS (60 * TS_NS_PER_MS) /* beyond what an exchange leaves open */

typedef struct
{
  TestFile file;
  GArray *records;
  TsRecording *recording;
  GPtrArray *servers;
} Fixture;

static void
set_up (Fixture *self,
        gconstpointer data)
{
  TestSeries series;
  guint number;

  test_file_init (&self->file);
  self->records = g_array_new (FALSE, TRUE, sizeof (TsRecord));
  number = ts_recorder_begin (self->file.recorder, "host", "host", TRUE);
  test_series_init (&series, 12, TS_NS_PER_S / 10);
  series.is_plain = TRUE;
  series.offset_ns = OFFSET_NS;
  for (guint n = 0; n < N_RECORDS; n++)
    test_file_add (&self->file, number, &series, self->records);
  test_series_clear (&series);
  g_assert_true (ts_recorder_flush (self->file.recorder));
  self->recording = ts_recording_open (self->file.path, NULL);
  self->servers = ts_recording_list_servers (self->recording, NULL);
}

static void
tear_down (Fixture *self,
           gconstpointer data)
{
  ts_recording_close (self->recording);
  g_ptr_array_unref (self->servers);
  g_array_unref (self->records);
  test_file_clear (&self->file);
}

static const TsRecord *
get_record (Fixture *self,
            guint index)
{
  return &g_array_index (self->records, TsRecord, index);
}

static void
test_all (Fixture *self,
          gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) entries = ts_past_read (self->recording, self->servers->pdata[0], G_MAXINT64, &error);
  guint place = N_RECORDS - TS_PAST_MAX_ENTRIES;

  g_assert_no_error (error);
  g_assert_cmpuint (entries->len, <, 2 * TS_PAST_MAX_ENTRIES + N_RECORDS / TS_ROLLUP_FACTOR + 100);
  for (guint i = 1; i < entries->len; i++)
    g_assert_cmpint (g_array_index (entries, TsHistoryEntry, i).at_ns, >, g_array_index (entries, TsHistoryEntry, i - 1).at_ns);
  g_assert_cmpint (g_array_index (entries, TsHistoryEntry, 0).at_ns, <=, get_record (self, TS_ROLLUP_FACTOR)->at_ns);
  /* The newest are all there, one by one. */
  for (guint i = entries->len - TS_PAST_MAX_ENTRIES; i < entries->len; i++, place++)
    {
      TsHistoryEntry expected = ts_record_to_entry (get_record (self, place));
      const TsHistoryEntry *entry = &g_array_index (entries, TsHistoryEntry, i);

      g_assert_cmpint (entry->at_ns, ==, expected.at_ns);
      g_assert_cmpint (entry->kind, ==, expected.kind);
      g_assert_cmpint (entry->proven_min_ns, ==, expected.proven_min_ns);
      g_assert_cmpint (entry->proven_max_ns, ==, expected.proven_max_ns);
    }
}

/* No offset that was allowed at any time is outside what is drawn of that time. */
static void
test_extremes_are_kept (Fixture *self,
                        gconstpointer data)
{
  g_autoptr (GArray) entries = ts_past_read (self->recording, self->servers->pdata[0], G_MAXINT64, NULL);
  gint64 low_ns = G_MAXINT64, high_ns = G_MININT64;

  for (guint i = 0; i < entries->len; i++)
    if (g_array_index (entries, TsHistoryEntry, i).kind == TS_ENTRY_SAMPLE)
      {
        low_ns = MIN (low_ns, g_array_index (entries, TsHistoryEntry, i).now_min_ns);
        high_ns = MAX (high_ns, g_array_index (entries, TsHistoryEntry, i).now_max_ns);
      }
  for (guint i = 0; i < N_RECORDS; i++)
    if (get_record (self, i)->kind == TS_ENTRY_SAMPLE)
      {
        g_assert_cmpint (get_record (self, i)->now_min_ns, >=, low_ns);
        g_assert_cmpint (get_record (self, i)->now_max_ns, <=, high_ns);
      }
}

static void
test_span_has_detail (Fixture *self,
                      gconstpointer data)
{
  g_autoptr (GArray) entries = ts_past_read_span (self->recording, self->servers->pdata[0], get_record (self, 3000)->at_ns,
                                                  get_record (self, 3999)->at_ns, NULL);
  g_autoptr (GArray) all = ts_past_read_span (self->recording, self->servers->pdata[0], 0, G_MAXINT64, NULL);

  g_assert_cmpuint (entries->len, ==, 1000);
  for (guint i = 0; i < entries->len; i++)
    g_assert_cmpint (g_array_index (entries, TsHistoryEntry, i).at_ns, ==, get_record (self, 3000 + i)->at_ns);
  g_assert_cmpuint (all->len, <, 2 * TS_PAST_MAX_ENTRIES);
}

static void
test_until (Fixture *self,
            gconstpointer data)
{
  gint64 until_ns = get_record (self, 8000)->at_ns;
  g_autoptr (GArray) entries = ts_past_read (self->recording, self->servers->pdata[0], until_ns, NULL);

  g_assert_cmpint (g_array_index (entries, TsHistoryEntry, entries->len - 1).at_ns, ==, until_ns);
}

static void
test_what_was_not_recorded (Fixture *self,
                            gconstpointer data)
{
  gint64 last_ns = get_record (self, N_RECORDS - 1)->at_ns;
  g_autoptr (GArray) entries = NULL;
  const TsHistoryEntry *entry;

  ts_recorder_stop (self->file.recorder);
  ts_clock_advance (self->file.clock, 86400 * TS_NS_PER_S);
  test_file_open_again (&self->file);
  ts_recorder_begin (self->file.recorder, "host", "host", TRUE);
  g_assert_true (ts_recorder_flush (self->file.recorder));
  entries = ts_past_read (self->recording, self->servers->pdata[0], G_MAXINT64, NULL);
  entry = &g_array_index (entries, TsHistoryEntry, entries->len - 1);
  g_assert_cmpint (entry->kind, ==, TS_ENTRY_NOT_RECORDED);
  g_assert_cmpint (entry->at_ns, ==, last_ns + 1);
}

static void
test_exchanges (Fixture *self,
                gconstpointer data)
{
  gint64 at_ns = get_record (self, 3000)->at_ns;
  g_autoptr (GArray) entries = ts_past_read_exchanges (self->recording, self->servers->pdata[0], at_ns, NULL);
  guint first = 0;

  while (get_record (self, first)->at_ns < at_ns - 60 * TS_NS_PER_S)
    first++;
  g_assert_cmpint (get_record (self, first + entries->len)->at_ns, >, at_ns + 60 * TS_NS_PER_S);
  for (guint i = 0; i < entries->len; i++)
    g_assert_cmpint (g_array_index (entries, TsHistoryEntry, i).at_ns, ==, get_record (self, first + i)->at_ns);
}

/* Where there are few they come from farther away, and none where there is nothing. */
static void
test_few_exchanges (Fixture *self,
                    gconstpointer data)
{
  gint64 end_ns = get_record (self, N_RECORDS - 1)->at_ns;
  g_autoptr (GArray) near = ts_past_read_exchanges (self->recording, self->servers->pdata[0], end_ns + 1800 * TS_NS_PER_S, NULL);
  g_autoptr (GArray) far = ts_past_read_exchanges (self->recording, self->servers->pdata[0], 2 * end_ns, NULL);

  g_assert_cmpuint (near->len, ==, N_RECORDS);
  g_assert_cmpuint (far->len, ==, 0);
}

static void
assert_day (Fixture *self,
            const TsPastDay *day)
{
  gint64 n_samples = 0, n_failed = 0, worst_ns = 0, width_ns = 0;

  for (guint i = 0; i < N_RECORDS; i++)
    {
      const TsRecord *record = get_record (self, i);

      if (record->at_ns < day->begin_ns || record->at_ns >= day->end_ns)
        continue;
      n_samples += record->kind == TS_ENTRY_SAMPLE;
      n_failed += record->kind != TS_ENTRY_SAMPLE;
      if (record->kind == TS_ENTRY_SAMPLE && record->now_min_ns > worst_ns)
        {
          worst_ns = record->now_min_ns;
          width_ns = record->now_max_ns - record->now_min_ns;
        }
    }
  g_assert_cmpint (n_samples, >, 1000);
  g_assert_cmpint (day->n_samples, ==, n_samples);
  g_assert_cmpint (day->n_failed, ==, n_failed);
  g_assert_cmpint (day->n_steps, ==, 0);
  /* What is drawn is rounded outward. */
  g_assert_cmpint (day->worst_ns, <=, worst_ns);
  g_assert_cmpint (day->worst_ns, >=, worst_ns - width_ns / 32);
}

/* Midnight is in the midst of a roll-up. */
static void
test_days (Fixture *self,
           gconstpointer data)
{
  gint64 midnight_s = get_record (self, N_RECORDS / 2)->at_ns / TS_NS_PER_S;
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset ((gint32) (86400 - midnight_s % 86400));
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) days = ts_past_list_days (self->recording, self->servers->pdata[0], zone, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (days->len, ==, 2);
  for (guint i = 0; i < days->len; i++)
    {
      const TsPastDay *day = &g_array_index (days, TsPastDay, i);

      g_assert_cmpint (day->begin_ns, ==, (midnight_s + ((gint64) i - 1) * 86400) * TS_NS_PER_S);
      g_assert_cmpint (day->end_ns, ==, day->begin_ns + 86400 * TS_NS_PER_S);
      assert_day (self, day);
    }
}

/* What is deleted is no day any more, and a day without a sample is none. */
static void
test_deleted_days (Fixture *self,
                   gconstpointer data)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GArray) days = NULL;

  ts_recorder_hide (self->file.recorder, "host");
  g_assert_true (ts_recorder_flush (self->file.recorder));
  servers = ts_recording_list_servers (self->recording, NULL);
  days = ts_past_list_days (self->recording, servers->pdata[0], zone, NULL);
  g_assert_cmpuint (days->len, ==, 0);
}

static void
count_exchanges (const TsRollup *rollup,
                 gpointer n)
{
  *(gint64 *) n += rollup->n_samples + rollup->n_lost + rollup->n_refused;
}

/* Where only roll-ups are left, they are drawn, also beside exchanges that are kept. */
static void
test_thinned (Fixture *self,
              gconstpointer data)
{
  const TsRetention retention = { .exact_ns = 500 * TS_NS_PER_S };
  const TsRecordedServer *server = self->servers->pdata[0];
  gint64 begin_ns = get_record (self, 0)->at_ns, middle_ns = get_record (self, 3000)->at_ns;
  g_autoptr (GArray) all = NULL;
  g_autoptr (GArray) span = NULL;
  g_autoptr (GArray) exchanges = NULL;
  g_autoptr (GArray) kept = NULL;
  gint64 n = 1, n_thinned = 0, n_all = (gint64) self->records->len;

  g_assert_true (ts_recording_read_thinned (self->recording, server, G_MININT64, G_MAXINT64, count_exchanges, &n_thinned, NULL));
  g_assert_cmpint (n_thinned, ==, 0);
  ts_recorder_set_retention (self->file.recorder, &retention);
  while (n > 0)
    {
      ts_clock_advance (self->file.clock, 10 * TS_NS_PER_S);
      g_assert_true (ts_recorder_flush (self->file.recorder));
      g_assert_true (ts_recording_count (self->recording, server, 0, begin_ns, middle_ns, &n, NULL));
    }
  all = ts_past_read (self->recording, server, G_MAXINT64, NULL);
  g_assert_cmpint (g_array_index (all, TsHistoryEntry, 0).at_ns, <=, get_record (self, TS_ROLLUP_FACTOR)->at_ns);
  for (guint i = 1; i < all->len; i++)
    g_assert_cmpint (g_array_index (all, TsHistoryEntry, i).at_ns, >, g_array_index (all, TsHistoryEntry, i - 1).at_ns);
  span = ts_past_read_span (self->recording, server, begin_ns, middle_ns, NULL);
  g_assert_cmpuint (span->len, >, 3000 / TS_ROLLUP_FACTOR - 5);
  g_assert_cmpuint (span->len, <, 3000 / TS_ROLLUP_FACTOR * 2);
  exchanges = ts_past_read_exchanges (self->recording, server, begin_ns + 60 * TS_NS_PER_S, NULL);
  for (guint i = 0; i < exchanges->len; i++)
    g_assert_cmpint (g_array_index (exchanges, TsHistoryEntry, i).at_ns, >, middle_ns);

  /* Each exchange is either kept or in one of the roll-ups that stand for what is not. */
  kept = test_file_read (&self->file, "host");
  g_assert_true (ts_recording_read_thinned (self->recording, server, G_MININT64, G_MAXINT64, count_exchanges, &n_thinned, NULL));
  g_assert_cmpint (n_thinned + kept->len, ==, n_all);
  n_thinned = 0;
  g_assert_true (ts_recording_read_thinned (self->recording, server, begin_ns + 100 * TS_NS_PER_S, begin_ns + 200 * TS_NS_PER_S,
                                            count_exchanges, &n_thinned, NULL));
  g_assert_cmpint (n_thinned, >=, 900);
  g_assert_cmpint (n_thinned, <=, 1100 + 2 * TS_ROLLUP_FACTOR);
}

#define N_AFTER_BURST 5

/* A run of the program: a burst, then exchanges a second apart. */
static void
add_run (TestFile *file,
         GArray *records)
{
  guint number = ts_recorder_begin (file->recorder, "host", "host", TRUE);
  TestSeries series;

  test_series_init (&series, 12, TS_NS_PER_S / 10);
  series.is_plain = TRUE;
  series.offset_ns = OFFSET_NS;
  series.at_ns = ts_clock_get_now_ns (file->clock) + TS_NS_PER_S;
  for (guint n = 0; n < TS_SCHEDULE_BURST + N_AFTER_BURST; n++)
    {
      series.interval_ns = n < TS_SCHEDULE_BURST ? TS_NS_PER_S / 10 : TS_NS_PER_S;
      test_file_add (file, number, &series, records);
    }
  test_series_clear (&series);
  ts_recorder_stop (file->recorder);
  ts_clock_advance (file->clock, 3600 * TS_NS_PER_S);
}

/* Of the burst that each run begins with, only the last sample is drawn, as in a series that is measured now. Its exchanges
 * are all there. */
static void
test_bursts (void)
{
  g_autoptr (GArray) records = g_array_new (FALSE, TRUE, sizeof (TsRecord));
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GArray) all = NULL, span = NULL, exchanges = NULL;
  const guint n_run = TS_SCHEDULE_BURST + N_AFTER_BURST;
  TsRecording *recording;
  TestFile file;
  guint n = 0;

  test_file_init (&file);
  add_run (&file, records);
  test_file_open_again (&file);
  add_run (&file, records);
  recording = ts_recording_open (file.path, NULL);
  servers = ts_recording_list_servers (recording, NULL);
  all = ts_past_read (recording, servers->pdata[0], G_MAXINT64, NULL);
  for (guint i = 0; i < all->len; i++)
    {
      const TsHistoryEntry *entry = &g_array_index (all, TsHistoryEntry, i);
      guint run = n / (N_AFTER_BURST + 1), place = n % (N_AFTER_BURST + 1);

      if (entry->kind == TS_ENTRY_NOT_RECORDED)
        continue;
      g_assert_cmpuint (run, <, 2);
      g_assert_cmpint (entry->at_ns, ==,
                       g_array_index (records, TsRecord, run * n_run + TS_SCHEDULE_BURST - 1 + place).at_ns);
      n++;
    }
  g_assert_cmpuint (n, ==, 2 * (N_AFTER_BURST + 1));
  /* A part that begins within a burst has no more of it. */
  span = ts_past_read_span (recording, servers->pdata[0], g_array_index (records, TsRecord, 3).at_ns,
                            g_array_index (records, TsRecord, n_run - 2).at_ns, NULL);
  g_assert_cmpuint (span->len, ==, N_AFTER_BURST);
  exchanges = ts_past_read_exchanges (recording, servers->pdata[0], g_array_index (records, TsRecord, n_run).at_ns, NULL);
  g_assert_cmpuint (exchanges->len, ==, 2 * n_run);
  ts_recording_close (recording);
  test_file_clear (&file);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/past/all", Fixture, NULL, set_up, test_all, tear_down);
  g_test_add ("/past/extremes-are-kept", Fixture, NULL, set_up, test_extremes_are_kept, tear_down);
  g_test_add ("/past/span-has-detail", Fixture, NULL, set_up, test_span_has_detail, tear_down);
  g_test_add ("/past/exchanges", Fixture, NULL, set_up, test_exchanges, tear_down);
  g_test_add ("/past/few-exchanges", Fixture, NULL, set_up, test_few_exchanges, tear_down);
  g_test_add ("/past/days", Fixture, NULL, set_up, test_days, tear_down);
  g_test_add ("/past/deleted-days", Fixture, NULL, set_up, test_deleted_days, tear_down);
  g_test_add ("/past/thinned", Fixture, NULL, set_up, test_thinned, tear_down);
  g_test_add ("/past/until", Fixture, NULL, set_up, test_until, tear_down);
  g_test_add ("/past/what-was-not-recorded", Fixture, NULL, set_up, test_what_was_not_recorded, tear_down);
  g_test_add_func ("/past/bursts", test_bursts);
  return g_test_run ();
}
