/* Tests that a replay gives every number of the estimator again, from each form of a recording.
 *
 * usage: test-replay [--write] RECORDING DIGEST
 *
 * RECORDING is a table of recorded exchanges, and DIGEST a file with the version of the estimator and the digest of what it
 * made of them. `meson compile -C build update-replay` writes that file again (--write): after a change of what the
 * estimator states, TS_ESTIMATOR_VERSION has to be another number, and then the digest too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-replay.h"

#include "record/pack/ts-rollup.h"
#include "record/ts-rows.h"
#include "record/ts-store.h"
#include "test-recording.h"

static const char *recording_path;
static const char *digest_path;

/* Returns: (transfer full): the version of the estimator and its digest of the stored recording */
static char *
replay_stored (void)
{
  g_autoptr (TsReplay) replay = ts_replay_new ();
  g_autoptr (TsRecordTextReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *digest = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_samples = 0;

  g_assert_true (g_file_get_contents (recording_path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  reader = ts_record_text_reader_new (lines[0], &error);
  g_assert_no_error (error);
  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      TsRecordTextRow row;

      g_assert_true (ts_record_text_reader_take (reader, lines[i], &row, &error));
      ts_replay_add (replay, row.session, &row.record, NULL);
      n_samples += row.record.kind == TS_ENTRY_SAMPLE;
      g_free (row.server);
    }
  g_assert_cmpuint (n_samples, >, 900);
  digest = ts_replay_get_digest (replay);
  return g_strdup_printf ("%d %s\n", TS_ESTIMATOR_VERSION, digest);
}

static void
test_stored_recording (void)
{
  g_autofree char *digest = replay_stored ();
  g_autofree char *expected = NULL;

  g_assert_true (g_file_get_contents (digest_path, &expected, NULL, NULL));
  g_test_message ("if the estimator was changed: give TS_ESTIMATOR_VERSION another number, then `update-replay`");
  g_assert_cmpstr (digest, ==, expected);
}

typedef struct
{
  TsReplay *replay;
  GArray *records, *estimates;
  GArray *expected;
  guint place;
} Comparison;

static gboolean
compare_block (const TsRecordedBlock *block,
               gpointer user_data)
{
  Comparison *self = user_data;

  g_assert_cmpint (block->estimator, ==, TS_ESTIMATOR_VERSION);
  g_assert_true (ts_replay_add_block (self->replay, block, self->records, self->estimates));
  for (guint i = 0; i < self->records->len; i++, self->place++)
    {
      const TsRecord *record = &g_array_index (self->records, TsRecord, i);
      const TsRecord *expected = &g_array_index (self->expected, TsRecord, self->place);

      test_assert_same_record (record, expected);
      g_assert_cmpint (record->estimate_ns, ==, expected->estimate_ns);
      g_assert_cmpint (record->now_min_ns, ==, expected->now_min_ns);
      g_assert_cmpint (record->now_max_ns, ==, expected->now_max_ns);
    }
  return TRUE;
}

static void
replay_file (TestFile *file,
             GArray *expected)
{
  g_autoptr (TsRecording) recording = ts_recording_open (file->path, NULL);
  g_autoptr (GPtrArray) servers = ts_recording_list_servers (recording, NULL);
  Comparison comparison = {
    .replay = ts_replay_new (),
    .records = g_array_new (FALSE, FALSE, sizeof (TsRecord)),
    .estimates = g_array_new (FALSE, FALSE, sizeof (TsEstimate)),
    .expected = expected,
  };
  guint n_damaged;

  g_assert_true (ts_recording_read (recording, servers->pdata[0], 0, G_MAXINT64, compare_block, &comparison, &n_damaged, NULL));
  g_assert_cmpuint (comparison.place, ==, expected->len);
  g_array_unref (comparison.records);
  g_array_unref (comparison.estimates);
  ts_replay_free (comparison.replay);
}

/* Pages and a tail, and then another session, whose estimator begins anew. */
static void
test_each_number_comes_again (void)
{
  g_autoptr (GArray) expected = g_array_new (FALSE, TRUE, sizeof (TsRecord));
  TestFile file = { 0 };

  test_file_init (&file);
  for (guint session = 0; session < 2; session++)
    {
      TestSeries series;
      guint number = ts_recorder_begin (file.recorder, "host", "host", TRUE);

      test_series_init (&series, 30 + session, TS_NS_PER_S / 10);
      series.at_ns += session * 1000 * TS_NS_PER_S;
      for (guint n = 0; n < 900; n++)
        test_file_add (&file, number, &series, expected);
      ts_recorder_flush (file.recorder);
      replay_file (&file, expected);
      ts_recorder_end (file.recorder, number);
      test_series_clear (&series);
    }
  ts_recorder_stop (file.recorder);
  replay_file (&file, expected);
  test_file_clear (&file);
}

/* Adds a row whose last column is packed bytes. @bytes: (transfer full) */
static void
insert_packed (sqlite3 *db,
               const char *sql,
               const gint64 *numbers,
               int n_numbers,
               GByteArray *bytes)
{
  g_autoptr (sqlite3_stmt) statement = ts_record_sql_prepare (db, sql, NULL);

  g_assert_true (ts_record_sql_step_with (statement, numbers, n_numbers, bytes, NULL));
  g_byte_array_unref (bytes);
}

/* Adds records as the version before sealed them: 640 to a page, whose ten roll-ups have a row of their own here. */
static void
insert_pages_of_640 (TestFile *file,
                     const TsRecord *records,
                     guint n_pages)
{
  guint64 tag = ts_record_sql_tag (1, 1, 0);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (file->path, &db), ==, SQLITE_OK);
  for (guint i = 0; i < n_pages; i++, records += 640)
    {
      g_autoptr (GArray) rollups = ts_rollups_of (records, 640);
      const TsRollup *first = &g_array_index (rollups, TsRollup, 0);
      gint64 begin_ns = first->begin_ns, end_ns = first[rollups->len - 1].end_ns;

      insert_packed (db, "INSERT INTO page (server, session, n, begin_ns, end_ns, data) VALUES (1, 1, 640, ?1, ?2, ?3)",
                     (const gint64[]) { begin_ns, end_ns }, 2, ts_records_pack (records, 640, FALSE, tag));
      insert_packed (db, "INSERT INTO rollup (server, session, level, number, n, covered, begin_ns, end_ns, data)"
                         " VALUES (1, 1, 1, ?1, ?2, 0, ?3, ?4, ?5)",
                     (const gint64[]) { 10 * i, rollups->len, begin_ns, end_ns }, 4,
                     ts_rollups_pack (first, rollups->len, ts_record_sql_tag (1, 1, 1)));
    }
  for (guint i = 0; i < 30; i++, records += 10)
    insert_packed (db, "INSERT INTO tail (session, n, data) VALUES (1, 10, ?1)", NULL, 0,
                   ts_records_pack (records, 10, TRUE, tag));
  g_assert_true (ts_record_sql_run (db, "UPDATE session SET is_closed = 0", NULL));
  sqlite3_close (db);
}

/* Returns: how many samples the roll-ups of a level have */
static gint64
count_rolled_up (TestFile *file,
                 int level)
{
  g_autoptr (TsRecording) recording = ts_recording_open (file->path, NULL);
  g_autoptr (GPtrArray) servers = ts_recording_list_servers (recording, NULL);
  g_autoptr (GArray) rollups = ts_recording_read_rollups (recording, servers->pdata[0], level, 0, G_MAXINT64, NULL);
  gint64 n = 0;

  for (guint i = 0; i < rollups->len; i++)
    n += g_array_index (rollups, TsRollup, i).n_samples;
  return n;
}

/* A program of the version before was killed while it recorded. Its file is read, replayed, and recorded into. */
static void
test_shorter_pages_of_before (void)
{
  g_autoptr (GArray) expected = NULL;
  TestFile file = { 0 };
  TestSeries series;
  guint number;
  gint64 n_samples = 0;

  test_series_init (&series, 35, TS_NS_PER_S / 10);
  expected = test_series_take (&series, 3 * 640 + 300);
  test_series_clear (&series);
  test_file_init (&file);
  ts_recorder_begin (file.recorder, "host", "host", TRUE);
  ts_recorder_flush (file.recorder);
  g_clear_object (&file.recorder);
  insert_pages_of_640 (&file, (const TsRecord *) (void *) expected->data, 3);
  replay_file (&file, expected);

  test_file_open_again (&file);
  number = ts_recorder_begin (file.recorder, "host", "host", TRUE);
  test_series_init (&series, 36, TS_NS_PER_S / 10);
  series.at_ns += 1000 * TS_NS_PER_S;
  for (guint n = 0; n < 1500; n++)
    test_file_add (&file, number, &series, expected);
  test_series_clear (&series);
  ts_recorder_stop (file.recorder);
  replay_file (&file, expected);

  for (guint i = 0; i < expected->len; i++)
    n_samples += g_array_index (expected, TsRecord, i).kind == TS_ENTRY_SAMPLE;
  for (int level = 1; level <= TS_ROLLUP_N_LEVELS; level++)
    g_assert_cmpint (count_rolled_up (&file, level), ==, n_samples);
  test_file_clear (&file);
}

/* Changes a recording, and replays what is left of it. */
static void
assert_replay_of_rest (TestFile *file,
                       const char *sql,
                       guint n_compared,
                       guint n_damaged,
                       gint64 n_thinned,
                       gboolean is_partial)
{
  g_autoptr (GPtrArray) summaries = NULL;
  g_autoptr (GError) error = NULL;
  const TsRowsSummary *summary;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (file->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  summaries = ts_rows_read (file->path, NULL, G_MININT64, G_MAXINT64, NULL, NULL, &error);
  g_assert_no_error (error);
  summary = summaries->pdata[0];
  g_test_message ("%s", sql);
  g_assert_cmpuint (summary->n_other, ==, 0);
  g_assert_cmpuint (summary->n_compared, ==, n_compared);
  g_assert_cmpuint (summary->n_damaged, ==, n_damaged);
  g_assert_cmpint (summary->n_thinned, ==, n_thinned);
  g_assert_cmpint (summary->n_partial > 0, ==, is_partial);
  g_assert_cmpint (summary->partial_begin_ns > 0, ==, is_partial);
}

/* What follows a part that is missing cannot be compared, because the estimator was given that part too. That is no reason to
 * say that the estimator states something else. */
static void
test_missing_parts_are_not_compared (void)
{
  g_autofree char *hide = g_strdup_printf ("UPDATE server SET hidden_until_ns = %" G_GINT64_FORMAT,
                                           TEST_START_NS + 10 * TS_NS_PER_S);
  TestSeries series;
  TestFile file = { 0 };
  guint number;

  test_file_init (&file);
  number = ts_recorder_begin (file.recorder, "host", "host", TRUE);
  test_series_init (&series, 30, TS_NS_PER_S / 10);
  for (guint n = 0; n < 2 * TS_RECORD_PAGE_LENGTH + 100; n++)
    {
      test_file_add (&file, number, &series, NULL);
      if (n % TS_RECORD_PAGE_LENGTH == TS_RECORD_PAGE_LENGTH - 1)
        ts_recorder_flush (file.recorder);
    }
  test_series_clear (&series);
  ts_recorder_stop (file.recorder);

  assert_replay_of_rest (&file, "", 3, 0, 0, FALSE);
  assert_replay_of_rest (&file, hide, 0, 0, 0, TRUE);
  assert_replay_of_rest (&file, "UPDATE server SET hidden_until_ns = -1; UPDATE page SET data = x'00' WHERE id = 2", 1, 1, 0, TRUE);
  assert_replay_of_rest (&file, "DELETE FROM page WHERE id = 1", 0, 1, TS_RECORD_PAGE_LENGTH, TRUE);
  assert_replay_of_rest (&file, "DELETE FROM rollup WHERE number = 0", 0, 1, 0, TRUE);
  test_file_clear (&file);
}

/* An estimator that states something else is found: here it was given another sample. */
static void
test_other_numbers_are_found (void)
{
  TestSeries series;
  g_autoptr (GArray) records = NULL;
  g_autoptr (GByteArray) data = NULL;
  g_autoptr (GArray) unpacked = NULL;
  g_autoptr (GArray) replayed = g_array_new (FALSE, FALSE, sizeof (TsRecord));
  g_autoptr (GArray) estimates = g_array_new (FALSE, FALSE, sizeof (TsEstimate));
  g_autoptr (TsReplay) replay = ts_replay_new ();
  TsRecordedBlock block = { .session = 1 };

  test_series_init (&series, 30, TS_NS_PER_S / 10);
  records = test_series_take (&series, 300);
  g_array_index (records, TsRecord, 299).estimate_ns += TS_NS_PER_S;
  data = ts_records_pack ((const TsRecord *) (void *) records->data, records->len, FALSE, 7);
  block.records = unpacked = ts_records_unpack (data->data, data->len, 7, NULL);
  g_assert_false (ts_replay_add_block (replay, &block, replayed, estimates));
  test_series_clear (&series);
}

static void
assert_same_row (const TsRecordTextRow *a,
                 const TsRecordTextRow *b)
{
  test_assert_same_record (&a->record, &b->record);
  g_assert_cmpstr (a->server, ==, b->server);
  g_assert_cmpint (a->session, ==, b->session);
}

static void
test_text_comes_back (void)
{
  TestSeries series;

  test_series_init (&series, 8, TS_NS_PER_S / 10);
  for (int is_json = 0; is_json < 2; is_json++)
    {
      g_autoptr (GString) head = g_string_new ("{}");
      g_autoptr (TsRecordTextReader) reader = NULL;

      if (!is_json)
        {
          g_string_truncate (head, 0);
          ts_record_text_append_head (head);
        }
      reader = ts_record_text_reader_new (head->str, NULL);
      g_assert_cmpint (ts_record_text_reader_is_csv (reader), ==, !is_json);
      for (guint n = 0; n < 400; n++)
        {
          TsRecordTextRow row = { .server = (char *) "[::1]:10085", .session = 77, .record = test_series_next (&series) };
          TsRecordTextRow back;
          g_autoptr (GString) text = g_string_new (NULL);
          g_autoptr (GError) error = NULL;

          (is_json ? ts_record_text_append_json : ts_record_text_append_csv) (text, &row);
          g_assert_true (ts_record_text_reader_take (reader, text->str, &back, &error));
          assert_same_row (&back, &row);
          g_free (back.server);
        }
    }
  test_series_clear (&series);
}

static void
test_other_texts_are_refused (void)
{
  static const char *const lines[] = {
    "", "{", "{\"kind\"", "{\"kind\":\"no\"}", "{\"kind\":\"sample\",\"t1_ns\":9}x", "{\"t1_ns\":1.5}", "{\"stamps\":\"kkk\"}",
    "{\"event\":\"party\"}", "{\"time\":\"2026-11-30T00:00:00Z\"}", "[]", "{\"kind\":\"sample\",\"t1_ns\":-9}",
    "{\"leap\":256}", "{\"kind\":\"lost\",\"time\":\"9999-12-31T00:00:00.000000000Z\"}", "{\"kind\":\"lost\",\"t4_ns\":-1}",
    "{\"kind\":\"sample\",\"t1_ns\":1,\"t2_ns\":1,\"t3_ns\":1,\"t4_ns\":1,\"precision_ns\":9223372036854775807}",
    "{\"kind\":\"sample\",\"t1_ns\":1,\"t2_ns\":1,\"t3_ns\":1,\"t4_ns\":1,\"raw_ns\":-9223372036854775808}",
    "{\"äöüäöüäöüäöüäöüäöüxäöü",
    "{\"server\":\"a}", "{}", "{\"kind\":\"lost\"}", "{\"kind\":\"lost\",\"t4_ns\":1}x",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (TsRecordTextReader) reader = ts_record_text_reader_new ("{}", NULL);
      g_autoptr (GError) error = NULL;
      TsRecordTextRow row;

      g_test_message ("%s", lines[i]);
      g_assert_false (ts_record_text_reader_take (reader, lines[i], &row, &error));
      g_assert_nonnull (error);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_free (row.server);
    }
  g_assert_null (ts_record_text_reader_new ("name,age", NULL));
  g_assert_null (ts_record_text_reader_new ("", NULL));
}

int
main (int argc,
      char **argv)
{
  gboolean writes;

  g_test_init (&argc, &argv, NULL);
  writes = argc == 4 && g_str_equal (argv[1], "--write");
  g_assert_cmpint (argc, ==, writes ? 4 : 3);
  recording_path = argv[argc - 2];
  digest_path = argv[argc - 1];
  if (writes)
    {
      g_autofree char *digest = replay_stored ();

      return g_file_set_contents (digest_path, digest, -1, NULL) ? 0 : 1;
    }

  g_test_add_func ("/replay/stored-recording", test_stored_recording);
  g_test_add_func ("/replay/each-number-comes-again", test_each_number_comes_again);
  g_test_add_func ("/replay/shorter-pages-of-before", test_shorter_pages_of_before);
  g_test_add_func ("/replay/missing-parts-are-not-compared", test_missing_parts_are_not_compared);
  g_test_add_func ("/replay/other-numbers-are-found", test_other_numbers_are_found);
  g_test_add_func ("/replay/text-comes-back", test_text_comes_back);
  g_test_add_func ("/replay/other-texts-are-refused", test_other_texts_are_refused);
  return g_test_run ();
}
