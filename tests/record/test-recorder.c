/* Tests that what is recorded comes back, and what is told when it cannot be recorded.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-recorder.h"

#include <glib/gstdio.h>

#include "record/ts-recording.h"
#include "record/ts-store.h"
#include "test-recording.h"

#define DAY_NS (86400 * TS_NS_PER_S)

static void
set_up (TestFile *file,
        gconstpointer data)
{
  test_file_init (file);
}

static void
tear_down (TestFile *file,
           gconstpointer data)
{
  test_file_clear (file);
}

/* Three servers with other intervals, more than a page of each. */
static void
test_records_come_back (TestFile *file,
                        gconstpointer data)
{
  static const char *const addresses[] = { "one.example", "two.example:123", "ntp://three.example" };
  TestSeries series[3];
  GArray *all[3];
  guint numbers[3];

  for (guint i = 0; i < 3; i++)
    {
      test_series_init (&series[i], i, (i + 1) * TS_NS_PER_S / 10);
      series[i].is_plain = TRUE;
      all[i] = g_array_new (FALSE, TRUE, sizeof (TsRecord));
      numbers[i] = ts_recorder_begin (file->recorder, addresses[i], addresses[i], TRUE);
    }
  for (guint n = 0; n < 2000; n++)
    for (guint i = 0; i < 3; i++)
      test_file_add (file, numbers[i], &series[i], all[i]);
  g_assert_true (ts_recorder_flush (file->recorder));
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GArray) read = test_file_read (file, addresses[i]);

      test_assert_same_records (read, all[i]);
    }
  ts_recorder_stop (file->recorder);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GArray) read = test_file_read (file, addresses[i]);

      test_assert_same_records (read, all[i]);
      g_array_unref (all[i]);
      test_series_clear (&series[i]);
    }
}

/* Whatever level is asked for, all records are counted in it once, and none of them sticks out. */
static void
test_rollups (TestFile *file,
              gconstpointer data)
{
  TestSeries series;
  g_autoptr (GArray) records = g_array_new (FALSE, TRUE, sizeof (TsRecord));
  guint number = ts_recorder_begin (file->recorder, "host", "host", TRUE);

  test_series_init (&series, 4, TS_NS_PER_S);
  series.is_plain = TRUE;
  for (guint n = 0; n < 10000; n++)
    test_file_add (file, number, &series, records);
  ts_recorder_flush (file->recorder);
  for (int is_over = 0; is_over < 2; is_over++)
    {
      g_autoptr (TsRecording) recording = ts_recording_open (file->path, NULL);
      g_autoptr (GPtrArray) servers = ts_recording_list_servers (recording, NULL);
      guint n_before = G_MAXUINT;

      for (int level = 1; level <= TS_ROLLUP_N_LEVELS; level++)
        {
          g_autoptr (GArray) rollups = ts_recording_read_rollups (recording, servers->pdata[0], level, 0, G_MAXINT64, NULL);
          gint64 n = 0, end_ns = 0;

          for (guint i = 0; i < rollups->len; i++)
            {
              const TsRollup *rollup = &g_array_index (rollups, TsRollup, i);

              g_assert_cmpint (rollup->begin_ns, >, end_ns);
              end_ns = rollup->end_ns;
              n += rollup->n_samples + rollup->n_lost + rollup->n_refused;
            }
          g_assert_cmpint (n, ==, records->len);
          g_assert_cmpint (end_ns, ==, g_array_index (records, TsRecord, records->len - 1).at_ns);
          g_assert_cmpuint (rollups->len, <=, n_before);
          n_before = rollups->len;
        }
      g_assert_cmpuint (n_before, <=, is_over ? 5 : 200);
      ts_recorder_stop (file->recorder);
    }
  test_series_clear (&series);
}

static void
test_what_was_not_recorded_is_an_event (TestFile *file,
                                        gconstpointer data)
{
  TestSeries series;
  g_autoptr (TsRecording) recording = NULL;
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GPtrArray) events = NULL;
  const TsRecordedEvent *event;
  guint number = ts_recorder_begin (file->recorder, "host", "host", TRUE);
  gint64 last_ns, back_ns;

  test_series_init (&series, 4, TS_NS_PER_S);
  for (guint n = 0; n < 10; n++)
    test_file_add (file, number, &series, NULL);
  last_ns = series.at_ns;
  ts_recorder_stop (file->recorder);
  ts_clock_advance (file->clock, 3 * DAY_NS);
  test_file_open_again (file);
  back_ns = ts_clock_get_now_ns (file->clock);
  ts_recorder_begin (file->recorder, "host", "renamed", TRUE);
  g_assert_true (ts_recorder_flush (file->recorder));

  recording = ts_recording_open (file->path, NULL);
  servers = ts_recording_list_servers (recording, NULL);
  g_assert_cmpuint (servers->len, ==, 1);
  g_assert_cmpstr (((TsRecordedServer *) servers->pdata[0])->name, ==, "renamed");
  events = ts_recording_read_events (recording, servers->pdata[0], 0, G_MAXINT64, NULL);
  g_assert_cmpuint (events->len, ==, 1);
  event = events->pdata[0];
  g_assert_cmpint (event->kind, ==, TS_RECORD_EVENT_NOT_RUNNING);
  g_assert_cmpint (ABS (event->at_ns - last_ns), <, TS_NS_PER_S);
  g_assert_cmpint (event->end_ns, ==, back_ns);
  test_series_clear (&series);
}

static void
test_change_of_clock_source_is_an_event (TestFile *file,
                                         gconstpointer data)
{
  g_autoptr (TsRecording) recording = NULL;
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GPtrArray) events = NULL;
  const TsRecordedEvent *event;

  ts_recorder_begin (file->recorder, "host", "host", TRUE);
  ts_recorder_flush (file->recorder);
  g_assert_true (g_file_set_contents (file->clock_source_path, "hpet\n", -1, NULL));
  ts_clock_advance (file->clock, 20 * TS_NS_PER_S);
  g_assert_true (ts_recorder_flush (file->recorder));
  recording = ts_recording_open (file->path, NULL);
  servers = ts_recording_list_servers (recording, NULL);
  events = ts_recording_read_events (recording, servers->pdata[0], 0, G_MAXINT64, NULL);
  g_assert_cmpuint (events->len, ==, 1);
  event = events->pdata[0];
  g_assert_cmpint (event->kind, ==, TS_RECORD_EVENT_CLOCK_SOURCE);
  g_assert_cmpstr (event->text, ==, "hpet");
}

static void
test_two_programs (TestFile *file,
                   gconstpointer data)
{
  TsRecorderSettings settings = { .path = file->path };
  g_autoptr (TsRecorder) second = NULL;
  g_autoptr (GError) error = NULL;
  TestSeries series;
  g_autoptr (GArray) records = g_array_new (FALSE, TRUE, sizeof (TsRecord));
  g_autoptr (GArray) read = NULL;
  guint number = ts_recorder_begin (file->recorder, "host", "host", TRUE);

  g_assert_true (ts_recorder_flush (file->recorder));
  second = ts_recorder_new (&settings, file->clock);
  test_series_init (&series, 4, TS_NS_PER_S);
  for (guint n = 0; n < 1000; n++)
    test_file_add (file, number, &series, records);
  ts_recorder_add (second, ts_recorder_begin (second, "host", "host", TRUE), &g_array_index (records, TsRecord, 0));
  g_assert_false (ts_recorder_flush (second));
  error = ts_recorder_get_error (second);
  g_assert_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_LOCKED);
  g_assert_true (ts_recorder_flush (file->recorder));
  ts_recorder_stop (second);
  read = test_file_read (file, "host");
  test_assert_same_records (read, records);
  test_series_clear (&series);
}

static void
assert_recorder_fails (TestFile *file,
                       const char *path,
                       TsRecordError code)
{
  TsRecorderSettings settings = { .path = path };
  g_autoptr (TsRecorder) recorder = ts_recorder_new (&settings, file->clock);
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_recorder_flush (recorder));
  error = ts_recorder_get_error (recorder);
  g_assert_error (error, TS_RECORD_ERROR, (int) code);
}

/* A file of the version before the first release. */
static void
make_unreleased (const char *path)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA application_id = 1414756718; PRAGMA user_version = 1; CREATE TABLE rollup (x)",
                                 NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_files_that_are_not_ours (TestFile *file,
                              gconstpointer data)
{
  const char *letter = "Dear Sir, this is not a database, however long it may be. However long it may be, it is not one at all.";
  g_autofree char *foreign = g_build_filename (file->folder, "letter.txt", NULL);
  g_autofree char *nowhere = g_build_filename (file->folder, "no-such-folder", "x.db", NULL);
  g_autofree char *newer = g_build_filename (file->folder, "newer.db", NULL);
  g_autofree char *older = g_build_filename (file->folder, "older.db", NULL);
  g_autofree char *other = g_build_filename (file->folder, "other.db", NULL);
  g_autofree char *text = NULL;
  sqlite3 *db;

  g_assert_true (g_file_set_contents (foreign, letter, -1, NULL));
  assert_recorder_fails (file, foreign, TS_RECORD_ERROR_FOREIGN);
  g_assert_true (g_file_get_contents (foreign, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, letter);
  assert_recorder_fails (file, nowhere, TS_RECORD_ERROR_READ_ONLY);

  sqlite3_open (newer, &db);
  sqlite3_exec (db, "PRAGMA application_id = 1414756718; PRAGMA user_version = 1000; CREATE TABLE t (x)", NULL, NULL, NULL);
  sqlite3_close (db);
  assert_recorder_fails (file, newer, TS_RECORD_ERROR_NEWER);
  make_unreleased (older);
  assert_recorder_fails (file, older, TS_RECORD_ERROR_FOREIGN);
  sqlite3_open (other, &db);
  sqlite3_exec (db, "CREATE TABLE t (x)", NULL, NULL, NULL);
  sqlite3_close (db);
  assert_recorder_fails (file, other, TS_RECORD_ERROR_FOREIGN);
}

/* The program's own file is moved aside if it is no recording, with all that belongs to it. */
static void
test_damaged_file_is_moved_aside (TestFile *file,
                                  gconstpointer data)
{
  g_autofree char *wal = g_strconcat (file->path, "-wal", NULL);
  g_autofree char *moved_wal = g_strconcat (file->path, ".damaged-1-wal", NULL);
  g_autofree char *unreleased_moved_to = NULL;
  g_autofree char *text = NULL;

  for (guint i = 1; i <= 2; i++)
    {
      g_autofree char *moved_to = NULL;
      g_autofree char *expected = g_strdup_printf ("%s.damaged-%u", file->path, i);

      ts_recorder_stop (file->recorder);
      g_assert_true (g_file_set_contents (file->path, "SQLite format 3 it is not", -1, NULL));
      g_assert_true (g_file_set_contents (wal, "log", -1, NULL));
      test_file_open_again (file);
      g_assert_true (ts_recorder_flush (file->recorder));
      moved_to = ts_recorder_get_moved_to (file->recorder);
      g_assert_cmpstr (moved_to, ==, expected);
      g_assert_true (g_file_get_contents (expected, &text, NULL, NULL));
      g_assert_cmpstr (text, ==, "SQLite format 3 it is not");
      g_clear_pointer (&text, g_free);
    }
  g_assert_true (g_file_get_contents (moved_wal, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "log");

  ts_recorder_stop (file->recorder);
  g_assert_cmpint (g_remove (file->path), ==, 0);
  make_unreleased (file->path);
  test_file_open_again (file);
  g_assert_true (ts_recorder_flush (file->recorder));
  unreleased_moved_to = ts_recorder_get_moved_to (file->recorder);
  g_assert_true (g_str_has_suffix (unreleased_moved_to, ".damaged-3"));
}

static gint64
get_number (TestFile *file,
            const char *sql)
{
  gint64 number = -1;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open_v2 (file->path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_true (ts_record_sql_get (db, sql, NULL, 0, &number, NULL));
  sqlite3_close (db);
  return number;
}

/* Lets time pass, and the recorder tidy up, until nothing is left to tidy. */
static void
let_it_tidy (TestFile *file)
{
  gint64 n_before, n_pages = -1;

  do
    {
      n_before = n_pages;
      for (guint i = 0; i < 20; i++)
        {
          ts_clock_advance (file->clock, 11 * TS_NS_PER_S);
          g_assert_true (ts_recorder_flush (file->recorder));
        }
      n_pages = get_number (file, "PRAGMA page_count");
    }
  while (n_pages != n_before);
}

static void
test_retention (TestFile *file,
                gconstpointer data)
{
  TestSeries series;
  guint number;
  gint64 n_pages, n_rollups;

  test_series_init (&series, 4, 100 * TS_NS_PER_S);
  series.is_plain = TRUE;
  number = ts_recorder_begin (file->recorder, "host", "host", TRUE);
  for (guint n = 0; n < 4 * 8640; n++) /* forty days, a page at a time */
    {
      TsRecord record = test_series_next (&series);

      ts_recorder_add (file->recorder, number, &record);
      if (n % TS_RECORD_PAGE_LENGTH != 0)
        continue;
      ts_clock_advance (file->clock, record.at_ns - ts_clock_get_now_ns (file->clock));
      ts_recorder_flush (file->recorder);
    }
  n_pages = get_number (file, "PRAGMA page_count");
  n_rollups = get_number (file, "SELECT sum(n) FROM rollup WHERE level = 1");

  ts_recorder_set_retention (file->recorder, &(TsRetention) { .exact_ns = 20 * DAY_NS });
  let_it_tidy (file);
  g_assert_cmpint (get_number (file, "SELECT sum(n) FROM rollup WHERE level = 1"), ==, n_rollups);
  g_assert_cmpint (get_number (file, "SELECT max(begin_ns) - min(begin_ns) FROM page"), <=, 20 * DAY_NS);
  g_assert_cmpint (get_number (file, "SELECT max(begin_ns) - min(begin_ns) FROM page"), >=, 19 * DAY_NS);

  ts_recorder_set_retention (file->recorder, &(TsRetention) { .keep_ns = 2 * DAY_NS });
  let_it_tidy (file);
  /* Two days of them, and the others of the row that the oldest is in. */
  g_assert_cmpint (get_number (file, "SELECT sum(n) FROM rollup WHERE level = 1"), <, n_rollups / 20 + 64);
  /* The file shrinks, but for the pages that are kept for what comes next. */
  g_assert_cmpint (get_number (file, "PRAGMA page_count"), <, 128 + n_pages / 5);
  test_series_clear (&series);
}

/* Records a server at the records' own times. */
static void
record_some (TestFile *file,
             guint number,
             gint64 interval_ns,
             guint n_records)
{
  TestSeries series;

  test_series_init (&series, 4, interval_ns);
  series.is_plain = TRUE;
  for (guint i = 0; i < n_records; i++)
    test_file_add (file, number, &series, NULL);
  g_assert_true (ts_recorder_flush (file->recorder));
  test_series_clear (&series);
}

static void
tidy_once (TestFile *file)
{
  ts_clock_advance (file->clock, 11 * TS_NS_PER_S);
  g_assert_true (ts_recorder_flush (file->recorder));
}

/* Also if no page of the server is left but only roll-ups, the time without recording is an event. */
static void
test_pause_after_thinning (TestFile *file,
                           gconstpointer data)
{
  guint number = ts_recorder_begin (file->recorder, "host", "host", TRUE);

  record_some (file, number, TS_NS_PER_S, 1500);
  ts_recorder_end (file->recorder, number);
  ts_recorder_set_retention (file->recorder, &(TsRetention) { .exact_ns = DAY_NS });
  ts_clock_advance (file->clock, 2 * DAY_NS);
  let_it_tidy (file);
  g_assert_cmpint (get_number (file, "SELECT count(*) FROM page"), ==, 0);
  test_file_open_again (file);
  number = ts_recorder_begin (file->recorder, "host", "host", TRUE);
  ts_recorder_add (file->recorder, number,
                   &(TsRecord) { .at_ns = ts_clock_get_now_ns (file->clock), .kind = TS_ENTRY_LOST });
  g_assert_true (ts_recorder_flush (file->recorder));
  g_assert_cmpint (get_number (file, "SELECT count(*) FROM event WHERE kind = 1"), ==, 1);
  g_assert_cmpint (get_number (file, "SELECT at_ns FROM event WHERE kind = 1"), ==,
                   get_number (file, "SELECT max(end_ns) FROM rollup"));
  g_assert_cmpint (get_number (file, "SELECT end_ns - at_ns FROM event WHERE kind = 1"), >=, 2 * DAY_NS);
}

/* If a deletion is undone while the file is being thinned, all is there that would be there without it; if not, only
 * the roll-ups of the other server are. */
static void
test_deletion_while_thinning (TestFile *file,
                              gconstpointer data)
{
  const char *n_rollups = "SELECT sum(n) FROM rollup WHERE level = 1", *n_exchanges = "SELECT total(n) FROM page";
  guint one = ts_recorder_begin (file->recorder, "one", "one", TRUE);
  guint other = ts_recorder_begin (file->recorder, "other", "other", TRUE);
  gint64 n_rollups_before, n_kept = 2 * 576;

  /* 42 days, of which 40 are to be thinned, by two bites. */
  record_some (file, one, 150 * TS_NS_PER_S, 24000);
  record_some (file, other, 150 * TS_NS_PER_S, TS_RECORD_PAGE_LENGTH);
  n_rollups_before = get_number (file, n_rollups);
  ts_recorder_set_retention (file->recorder, &(TsRetention) { .exact_ns = 2 * DAY_NS });
  tidy_once (file);
  g_assert_cmpint (get_number (file, n_exchanges), <, 20000);
  g_assert_cmpint (get_number (file, n_exchanges), >, n_kept + TS_RECORD_PAGE_LENGTH);
  ts_recorder_hide (file->recorder, "one");
  tidy_once (file);
  ts_recorder_unhide (file->recorder, "one");
  let_it_tidy (file);
  g_assert_cmpint (get_number (file, n_rollups), ==, n_rollups_before);
  g_assert_cmpint (get_number (file, n_exchanges), >, 0);
  g_assert_cmpint (get_number (file, n_exchanges), <=, n_kept + TS_RECORD_PAGE_LENGTH);
  g_assert_cmpint (get_number (file, "SELECT max(hidden_until_ns) FROM server"), ==, -1);

  ts_recorder_hide (file->recorder, "one");
  let_it_tidy (file);
  g_assert_cmpint (get_number (file, n_exchanges), ==, 0);
  g_assert_cmpint (get_number (file, n_rollups), >, 0);
  g_assert_cmpint (get_number (file, n_rollups), <, 2 * TS_RECORD_PAGE_LENGTH / TS_ROLLUP_FACTOR);
}

/* While another program keeps it from writing, records wait; when too many do, the rest is dropped, counted and told. */
static void
test_too_many_records_are_dropped (TestFile *file,
                                   gconstpointer data)
{
  guint number = ts_recorder_begin (file->recorder, "host", "host", TRUE);
  TsRecord record = ts_record_for_gap (TS_ENTRY_LOST, TEST_START_NS);
  g_autoptr (TsRecording) recording = NULL;
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GArray) read = NULL;
  gint64 n_dropped;
  const gint64 n_records = 3 * TS_RECORDER_MAX_QUEUE;
  sqlite3 *db;

  g_assert_true (ts_recorder_flush (file->recorder));
  g_assert_cmpint (sqlite3_open (file->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  for (gint64 i = 0; i < n_records; i++)
    {
      record.at_ns++;
      ts_recorder_add (file->recorder, number, &record);
    }
  g_assert_cmpint (sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  ts_clock_advance (file->clock, 20 * TS_NS_PER_S);
  g_assert_true (ts_recorder_flush (file->recorder));
  g_assert_true (ts_recorder_flush (file->recorder));

  recording = ts_recording_open (file->path, NULL);
  servers = ts_recording_list_servers (recording, NULL);
  events = ts_recording_read_events (recording, servers->pdata[0], 0, G_MAXINT64, NULL);
  g_assert_cmpuint (events->len, ==, 1);
  g_assert_cmpint (((TsRecordedEvent *) events->pdata[0])->kind, ==, TS_RECORD_EVENT_DROPPED);
  n_dropped = ((TsRecordedEvent *) events->pdata[0])->value;
  g_assert_cmpint (n_dropped, >, 0);
  read = test_file_read (file, "host");
  g_assert_cmpint (read->len + n_dropped, ==, n_records);
}

static void
test_deletion_can_be_undone (TestFile *file,
                             gconstpointer data)
{
  TestSeries series;
  g_autoptr (GArray) first = g_array_new (FALSE, TRUE, sizeof (TsRecord));
  g_autoptr (GArray) later = g_array_new (FALSE, TRUE, sizeof (TsRecord));
  g_autoptr (GArray) read = NULL;
  guint number = ts_recorder_begin (file->recorder, "host", "host", TRUE);

  test_series_init (&series, 4, TS_NS_PER_S);
  for (guint n = 0; n < 1000; n++)
    test_file_add (file, number, &series, first);
  ts_recorder_hide (file->recorder, "host");
  for (guint n = 0; n < 10; n++)
    test_file_add (file, number, &series, later);
  ts_recorder_flush (file->recorder);
  read = test_file_read (file, "host");
  test_assert_same_records (read, later);
  g_array_append_vals (first, later->data, later->len);
  ts_recorder_unhide (file->recorder, "host");
  ts_recorder_flush (file->recorder);
  g_array_unref (read);
  read = test_file_read (file, "host");
  test_assert_same_records (read, first);

  ts_recorder_hide (file->recorder, "host");
  ts_recorder_end (file->recorder, number);
  ts_clock_advance (file->clock, DAY_NS);
  let_it_tidy (file);
  g_assert_cmpint (get_number (file, "SELECT count(*) FROM page"), ==, 0);
  g_assert_cmpint (get_number (file, "SELECT count(*) FROM rollup"), ==, 0);
  test_series_clear (&series);
}

int
main (int argc,
      char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (TestFile *, gconstpointer);
  } tests[] = {
    { "/recorder/records-come-back", test_records_come_back },
    { "/recorder/rollups", test_rollups },
    { "/recorder/what-was-not-recorded-is-an-event", test_what_was_not_recorded_is_an_event },
    { "/recorder/change-of-clock-source-is-an-event", test_change_of_clock_source_is_an_event },
    { "/recorder/two-programs", test_two_programs },
    { "/recorder/files-that-are-not-ours", test_files_that_are_not_ours },
    { "/recorder/damaged-file-is-moved-aside", test_damaged_file_is_moved_aside },
    { "/recorder/pause-after-thinning", test_pause_after_thinning },
    { "/recorder/deletion-while-thinning", test_deletion_while_thinning },
    { "/recorder/retention", test_retention },
    { "/recorder/too-many-records-are-dropped", test_too_many_records_are_dropped },
    { "/recorder/deletion-can-be-undone", test_deletion_can_be_undone },
  };

  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, TestFile, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
