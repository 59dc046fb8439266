/* Tests what is drawn of a recorded past: fine where it is new, coarse where it is old, and never too much.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-past.h"

#include "test-recording.h"

#define N_RECORDS 11000

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

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/past/all", Fixture, NULL, set_up, test_all, tear_down);
  g_test_add ("/past/extremes-are-kept", Fixture, NULL, set_up, test_extremes_are_kept, tear_down);
  g_test_add ("/past/span-has-detail", Fixture, NULL, set_up, test_span_has_detail, tear_down);
  g_test_add ("/past/until", Fixture, NULL, set_up, test_until, tear_down);
  g_test_add ("/past/what-was-not-recorded", Fixture, NULL, set_up, test_what_was_not_recorded, tear_down);
  return g_test_run ();
}
