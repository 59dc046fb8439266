/* Fuzz target of ts-recording, ts-past, ts-past-days and ts-replay: a file that says it is a recording, and all that is
 * drawn and replayed of it.
 *
 * Either the input is the file, or it says what is done to a recording that we have written. That is as SQLite lets
 * anybody do it: any number or text instead of another in any row, a row twice or not at all, or any number in a record or
 * a roll-up, with a check sum that is right. Then bytes of the file are overwritten.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-recording.h"

#include <fcntl.h>
#include <unistd.h>

#include "../../record/test-recording.h"
#include "fuzz-file.h"
#include "fuzz-input.h"
#include "fuzz-target.h"
#include "past/ts-past-days.h"
#include "past/ts-past.h"
#include "record/pack/ts-rollup.h"
#include "record/ts-rows.h"
#include "record/ts-store.h"

/* One record in so many is a sample, because the estimator takes its time. */
#define GAPS 16

/* So many rows are enough of a server. */
#define MAX_ROWS 64

#define ADDRESS       "one.example"
#define OTHER_ADDRESS "two.example"

/* What an input begins with. */
enum
{
  IS_WHOLE_FILE,
  IS_EDITED,
};

enum
{
  EDIT_CELL,
  EDIT_RECORD,
  EDIT_ROLLUP,
  EDIT_COPY,
  EDIT_DELETE,
  N_EDITS
};

typedef struct
{
  const char *name;
  const char *columns[10];
} Table;

static const Table tables[] = {
  { "server", { "id", "address", "name", "hidden_until_ns", "was_hidden_until_ns", "purge_ns" } },
  { "session", { "id", "server", "begin_ns", "software", "estimator", "clock_source", "boot_id", "is_fresh", "is_closed" } },
  { "tail", { "id", "session", "n", "data" } },
  { "page", { "id", "server", "session", "n", "begin_ns", "end_ns", "data" } },
  { "rollup", { "id", "server", "session", "level", "number", "n", "covered", "begin_ns", "end_ns", "data" } },
  { "event", { "id", "server", "kind", "at_ns", "end_ns", "value", "text" } },
};

/* The numbers of a record and of a roll-up that are 64 bits long. */
static const gsize record_numbers[] = {
  offsetof (TsRecord, at_ns),
  offsetof (TsRecord, sample.exchange.t1_ns),
  offsetof (TsRecord, sample.exchange.t2_ns),
  offsetof (TsRecord, sample.exchange.t3_ns),
  offsetof (TsRecord, sample.exchange.t4_ns),
  offsetof (TsRecord, sample.exchange.precision_ns),
  offsetof (TsRecord, sample.max_error_ns),
  offsetof (TsRecord, sample.server_id),
  offsetof (TsRecord, sample.quality.root_delay_ns),
  offsetof (TsRecord, sample.quality.root_dispersion_ns),
  offsetof (TsRecord, sample.sent_reading.real_ns),
  offsetof (TsRecord, sample.sent_reading.boot_ns),
  offsetof (TsRecord, sample.sent_reading.raw_ns),
  offsetof (TsRecord, sample.sent_reading.width_ns),
  offsetof (TsRecord, sample.reading.real_ns),
  offsetof (TsRecord, sample.reading.boot_ns),
  offsetof (TsRecord, sample.reading.raw_ns),
  offsetof (TsRecord, sample.reading.width_ns),
  offsetof (TsRecord, sample.previous_t3_ns),
  offsetof (TsRecord, sample.previous_t4_ns),
  offsetof (TsRecord, event_size_ns),
  offsetof (TsRecord, estimate_ns),
  offsetof (TsRecord, now_min_ns),
  offsetof (TsRecord, now_max_ns),
};

static const gsize rollup_numbers[] = {
  offsetof (TsRollup, begin_ns),
  offsetof (TsRollup, end_ns),
  offsetof (TsRollup, n_samples),
  offsetof (TsRollup, n_lost),
  offsetof (TsRollup, n_refused),
  offsetof (TsRollup, event_size_ns),
  offsetof (TsRollup, low_ns),
  offsetof (TsRollup, high_ns),
  offsetof (TsRollup, certain_min_ns),
  offsetof (TsRollup, certain_max_ns),
  offsetof (TsRollup, slowest_ns),
  offsetof (TsRollup, best.at_ns),
  offsetof (TsRollup, best.proven_min_ns),
  offsetof (TsRollup, best.proven_max_ns),
  offsetof (TsRollup, best.estimate_ns),
};

static gint64
begin_session (TsStore *store,
               const char *address,
               const TestSeries *series,
               gboolean is_fresh)
{
  const TsStoreSession session = { address, address, series->at_ns, is_fresh ? "tsc" : "hpet", "boot", is_fresh };

  return ts_store_begin_session (store, &session, NULL);
}

static void
append (TsStore *store,
        gint64 session,
        TestSeries *series,
        guint n)
{
  g_autoptr (GArray) records = g_array_new (FALSE, TRUE, sizeof (TsRecord));

  for (guint i = 0; i < n; i++)
    {
      TsRecord record = test_series_next (series);

      for (guint gap = 1; gap < GAPS; gap++)
        {
          g_array_append_val (records, record);
          series->at_ns += series->interval_ns;
          record = ts_record_for_gap (gap % 2 != 0 ? TS_ENTRY_LOST : TS_ENTRY_REFUSED, series->at_ns);
        }
    }
  g_assert_true (ts_store_append (store, session, (const TsRecord *) (void *) records->data, records->len, NULL));
}

/* A session that has ended, of which there are a page and roll-ups, and one that has not, of which there is a tail. */
static void
record_server (TsStore *store,
               const char *address,
               TestWorld world,
               guint n)
{
  TestSeries series;
  gint64 session;

  test_series_init (&series, world, 300 * TS_NS_PER_S);
  series.world = world;
  session = begin_session (store, address, &series, TRUE);
  append (store, session, &series, n);
  g_assert_true (ts_store_end_session (store, session, NULL));
  series.at_ns += 3600 * TS_NS_PER_S;
  append (store, begin_session (store, address, &series, FALSE), &series, 2);
  test_series_clear (&series);
}

static void
write_recording (const char *path)
{
  g_autofree char *moved_to = NULL;
  g_autoptr (TsStore) store = ts_store_open (path, TRUE, &moved_to, NULL);

  g_assert_nonnull (store);
  record_server (store, ADDRESS, TEST_WORLD_KEPT, 9);
  record_server (store, OTHER_ADDRESS, TEST_WORLD_NTP, 2);
  g_assert_true (ts_store_add_event (store, ADDRESS, TS_RECORD_EVENT_DROPPED, TEST_START_NS, TEST_START_NS, 5, "", NULL));
  g_assert_true (ts_store_hide (store, OTHER_ADDRESS, TEST_START_NS + 500 * TS_NS_PER_S, G_MAXINT64, NULL));
  g_assert_true (ts_store_commit (store, NULL));
}

/* Returns: (transfer none): a recording of ours, in one file without a log */
static GBytes *
get_recording (void)
{
  static GBytes *recording;
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  sqlite3 *db;
  char *bytes;
  gsize length;

  if (recording != NULL)
    return recording;
  folder = g_dir_make_tmp ("timesync-fuzz-XXXXXX", NULL);
  path = g_build_filename (folder, "recording.db", NULL);
  write_recording (path);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_true (ts_record_sql_run (db, "PRAGMA journal_mode = DELETE", NULL));
  sqlite3_close (db);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  recording = g_bytes_new_take (bytes, length);
  test_remove_folder (folder);
  return recording;
}

/* Returns: a number that is special, near @present, or any */
static gint64
take_number (FuzzInput *input,
             gint64 present)
{
  guint8 how = fuzz_input_byte (input);

  switch (how % 8)
    {
    case 0:
      return G_MININT64;
    case 1:
      return G_MAXINT64;
    case 2:
      return TS_INSTANT_MAX_NS;
    case 3:
      return (gint8) fuzz_input_byte (input);
    case 4:
      return (gint64) ((guint64) present + (guint64) (gint8) fuzz_input_byte (input));
    case 5:
      return (gint64) ((guint64) present + ((guint64) (gint8) fuzz_input_byte (input) << how / 4));
    default:
      return (gint64) fuzz_input_number (input, 8);
    }
}

static void
edit_cell (sqlite3 *db,
           FuzzInput *input)
{
  const Table *table = &tables[fuzz_input_byte (input) % G_N_ELEMENTS (tables)];
  const char *column = table->columns[fuzz_input_byte (input) % G_N_ELEMENTS (table->columns)];
  guint8 row = fuzz_input_byte (input), form = fuzz_input_byte (input);
  g_autofree char *sql = g_strdup_printf ("UPDATE %s SET %s = ?2 WHERE rowid = ?1", table->name,
                                          column != NULL ? column : "id");
  g_autofree char *present_sql = g_strdup_printf ("SELECT %s FROM %s WHERE rowid = ?1", column != NULL ? column : "id",
                                                  table->name);
  g_autoptr (sqlite3_stmt) statement = ts_record_sql_prepare (db, sql, NULL);
  g_autoptr (GBytes) bytes = NULL;
  gint64 present = 0;
  gsize length;

  if (statement == NULL)
    return;
  sqlite3_bind_int (statement, 1, row);
  if (form % 4 < 2)
    {
      ts_record_sql_get (db, present_sql, &(gint64) { row }, 1, &present, NULL);
      sqlite3_bind_int64 (statement, 2, take_number (input, present));
    }
  else
    {
      gconstpointer data;

      bytes = fuzz_input_take (input, form / 4);
      data = g_bytes_get_data (bytes, &length);
      if (form % 4 == 2)
        sqlite3_bind_text (statement, 2, data, (int) length, SQLITE_TRANSIENT);
      else
        sqlite3_bind_blob (statement, 2, data, (int) length, SQLITE_TRANSIENT);
    }
  ts_record_sql_step (statement, NULL, NULL);
}

/* @sql: its columns are server, session, level and bytes
 * @tag: (out): what the bytes are packed with
 *
 * Returns: (transfer full) (nullable): the bytes */
static GBytes *
get_data (sqlite3 *db,
          const char *sql,
          gint64 row,
          guint64 *tag)
{
  g_autoptr (sqlite3_stmt) statement = ts_record_sql_prepare (db, sql, NULL);
  gboolean has_row = FALSE;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, row);
  if (!ts_record_sql_step (statement, &has_row, NULL) || !has_row)
    return NULL;
  *tag = ts_record_sql_tag (sqlite3_column_int64 (statement, 0), sqlite3_column_int64 (statement, 1),
                            sqlite3_column_int (statement, 2));
  return g_bytes_new (sqlite3_column_blob (statement, 3), (gsize) sqlite3_column_bytes (statement, 3));
}

static void
set_data (sqlite3 *db,
          const char *sql,
          gint64 row,
          const GByteArray *data)
{
  g_autoptr (sqlite3_stmt) statement = ts_record_sql_prepare (db, sql, NULL);

  if (statement == NULL)
    return;
  sqlite3_bind_int64 (statement, 1, row);
  sqlite3_bind_blob (statement, 2, data->data, (int) data->len, SQLITE_TRANSIENT);
  ts_record_sql_step (statement, NULL, NULL);
}

static void
set_number (FuzzInput *input,
            char *item,
            const gsize *numbers,
            gsize n_numbers)
{
  gint64 *number = (gint64 *) (void *) (item + numbers[fuzz_input_byte (input) % n_numbers]);

  *number = take_number (input, *number);
}

/* A number of a record, or its kind or event. */
static void
edit_record (sqlite3 *db,
             FuzzInput *input)
{
  guint8 step = fuzz_input_byte (input), row = fuzz_input_byte (input);
  gboolean is_tail = (step & 1) != 0;
  guint64 tag = 0;
  g_autoptr (GBytes) data =
    get_data (db, is_tail ? "SELECT server, session, 0, data FROM tail JOIN session ON session.id = session"
                            " WHERE tail.id = ?1"
                          : "SELECT server, session, 0, data FROM page WHERE id = ?1", row, &tag);
  gsize length;
  gconstpointer bytes = data != NULL ? g_bytes_get_data (data, &length) : NULL;
  g_autoptr (GArray) records = data != NULL ? ts_records_unpack (bytes, length, tag, NULL) : NULL;
  g_autoptr (GByteArray) packed = NULL;
  TsRecord *record;

  if (records == NULL)
    return;
  record = &g_array_index (records, TsRecord, fuzz_input_byte (input) % records->len);
  if ((step & 2) == 0)
    set_number (input, (char *) record, record_numbers, G_N_ELEMENTS (record_numbers));
  else if ((step & 4) != 0)
    record->kind = (TsEntryKind) (step >> 4 & 7);
  else
    record->event = (TsClockEvent) (step >> 4 & 7);
  packed = ts_records_pack ((const TsRecord *) (void *) records->data, records->len, is_tail, tag);
  set_data (db, is_tail ? "UPDATE tail SET data = ?2 WHERE id = ?1" : "UPDATE page SET data = ?2 WHERE id = ?1", row, packed);
}

static void
edit_rollup (sqlite3 *db,
             FuzzInput *input)
{
  guint8 step = fuzz_input_byte (input), row = fuzz_input_byte (input);
  guint64 tag = 0;
  g_autoptr (GBytes) data = get_data (db, "SELECT server, session, level, data FROM rollup WHERE id = ?1", row, &tag);
  gsize length;
  gconstpointer bytes = data != NULL ? g_bytes_get_data (data, &length) : NULL;
  g_autoptr (GArray) rollups = data != NULL ? ts_rollups_unpack (bytes, length, tag, NULL) : NULL;
  g_autoptr (GByteArray) packed = NULL;
  TsRollup *rollup;

  if (rollups == NULL)
    return;
  rollup = &g_array_index (rollups, TsRollup, fuzz_input_byte (input) % rollups->len);
  if ((step & 2) == 0)
    set_number (input, (char *) rollup, rollup_numbers, G_N_ELEMENTS (rollup_numbers));
  else if ((step & 4) != 0)
    rollup->kind = (TsEntryKind) (step >> 4 & 7);
  else
    rollup->event = (TsClockEvent) (step >> 4 & 7);
  packed = ts_rollups_pack ((const TsRollup *) (void *) rollups->data, rollups->len, tag);
  set_data (db, "UPDATE rollup SET data = ?2 WHERE id = ?1", row, packed);
}

/* A row once more, with the next number. */
static void
copy_row (sqlite3 *db,
          FuzzInput *input)
{
  const Table *table = &tables[fuzz_input_byte (input) % G_N_ELEMENTS (tables)];
  gint64 row = fuzz_input_byte (input);
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autofree char *sql = NULL;
  g_autoptr (sqlite3_stmt) statement = NULL;

  for (guint i = 1; i < G_N_ELEMENTS (table->columns) && table->columns[i] != NULL; i++)
    g_string_append_printf (columns, "%s%s", i > 1 ? ", " : "", table->columns[i]);
  sql = g_strdup_printf ("INSERT INTO %s (%s) SELECT %s FROM %s WHERE rowid = ?1", table->name, columns->str, columns->str,
                         table->name);
  statement = ts_record_sql_prepare (db, sql, NULL);
  if (statement == NULL)
    return;
  sqlite3_bind_int64 (statement, 1, row);
  ts_record_sql_step (statement, NULL, NULL);
}

static void
delete_row (sqlite3 *db,
            FuzzInput *input)
{
  const Table *table = &tables[fuzz_input_byte (input) % G_N_ELEMENTS (tables)];
  g_autofree char *sql = g_strdup_printf ("DELETE FROM %s WHERE rowid = ?1", table->name);
  g_autoptr (sqlite3_stmt) statement = ts_record_sql_prepare (db, sql, NULL);

  if (statement == NULL)
    return;
  sqlite3_bind_int64 (statement, 1, fuzz_input_byte (input));
  ts_record_sql_step (statement, NULL, NULL);
}

static void
edit (const char *path,
      FuzzInput *input)
{
  static void (*const edits[N_EDITS]) (sqlite3 *db, FuzzInput *input) = {
    [EDIT_CELL] = edit_cell,
    [EDIT_RECORD] = edit_record,
    [EDIT_ROLLUP] = edit_rollup,
    [EDIT_COPY] = copy_row,
    [EDIT_DELETE] = delete_row,
  };
  guint n = fuzz_input_byte (input) % 8;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  ts_record_sql_run (db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN", NULL);
  for (; n > 0 && input->size > 0; n--)
    edits[fuzz_input_byte (input) % N_EDITS](db, input);
  ts_record_sql_run (db, "COMMIT", NULL);
  sqlite3_close (db);
}

static void
overwrite (const char *path,
           FuzzInput *input)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  off_t size = lseek (fd, 0, SEEK_END);

  while (input->size > 3)
    {
      off_t at = (off_t) fuzz_input_number (input, 3) % size;
      g_autoptr (GBytes) bytes = fuzz_input_take (input, fuzz_input_byte (input) % 16 + 1);
      gsize length;
      gconstpointer data = g_bytes_get_data (bytes, &length);

      g_assert_cmpint (pwrite (fd, data, length, at), ==, (gssize) length);
    }
  close (fd);
}

static gboolean
take_row (const TsRecordTextRow *row,
          gpointer user_data)
{
  guint *n_rows = user_data;

  g_assert_nonnull (row->server);
  return ++*n_rows < MAX_ROWS;
}

/* Reads as ts-client and the window of a recording do. */
static void
replay (const char *path,
        gboolean is_ours)
{
  guint n_rows = 0;
  g_autoptr (GPtrArray) summaries = ts_rows_read (path, NULL, G_MININT64, G_MAXINT64, take_row, &n_rows, NULL);

  for (guint i = 0; summaries != NULL && i < summaries->len; i++)
    {
      const TsRowsSummary *summary = summaries->pdata[i];

      g_assert_true (!is_ours || (summary->n_damaged == 0 && summary->n_other == 0));
      g_assert_true (summary->n_samples == 0 || summary->last.proven_min_ns <= summary->last.proven_max_ns);
    }
  g_assert_true (!is_ours || (summaries != NULL && summaries->len == 2));
}

static void
take_thinned (const char *server,
              const TsRollup *rollup,
              gpointer user_data)
{
  GString *text = user_data;

  ts_record_text_append_rollup_csv (text, server, rollup);
  ts_record_text_append_rollup_json (text, server, rollup);
}

/* Reads what an export of a time has of which only roll-ups are kept. */
static void
export_thinned (const char *path)
{
  g_autoptr (GString) text = g_string_new (NULL);

  ts_record_text_append_rollup_head (text);
  ts_rows_read_thinned (path, NULL, G_MININT64, G_MAXINT64, take_thinned, text, NULL);
  g_assert_true (g_utf8_validate (text->str, (gssize) text->len, NULL));
}

static void
check_order (const GArray *entries)
{
  for (guint i = 1; entries != NULL && i < entries->len; i++)
    g_assert_cmpint (g_array_index (entries, TsHistoryEntry, i).at_ns, >=,
                     g_array_index (entries, TsHistoryEntry, i - 1).at_ns);
}

/* Reads as the chart of the past does. */
static void
draw (TsRecording *recording,
      const TsRecordedServer *server)
{
  g_autoptr (GArray) all = ts_past_read (recording, server, TEST_START_NS + 86400 * TS_NS_PER_S, NULL);
  g_autoptr (GArray) span = ts_past_read_span (recording, server, TEST_START_NS, TEST_START_NS + 3600 * TS_NS_PER_S, NULL);
  g_autoptr (GArray) exchanges = ts_past_read_exchanges (recording, server, TEST_START_NS + 60 * TS_NS_PER_S, NULL);
  g_autoptr (GArray) events = ts_past_read_events (recording, server, NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (GArray) days = ts_past_list_days (recording, server, zone, NULL);

  check_order (all);
  check_order (span);
  check_order (exchanges);
  g_assert_true (events == NULL || events->len < 64);
  for (guint i = 0; days != NULL && i < days->len; i++)
    g_assert_cmpint (g_array_index (days, TsPastDay, i).n_samples, >, 0);
  for (int level = 1; level <= TS_ROLLUP_N_LEVELS; level++)
    {
      g_autoptr (GArray) rollups = ts_recording_read_rollups (recording, server, level, G_MININT64, G_MAXINT64, NULL);

      for (guint i = 0; rollups != NULL && i < rollups->len; i++)
        ts_rollup_get_certain_ns (&g_array_index (rollups, TsRollup, i));
    }
}

static void
read_all (const char *path,
          gboolean is_ours)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsRecording) recording = ts_recording_open (path, &error);
  g_autoptr (GPtrArray) servers = NULL;

  g_assert_true ((recording == NULL) == (error != NULL));
  if (recording == NULL)
    {
      g_assert_true (!is_ours && g_utf8_validate (error->message, -1, NULL));
      return;
    }
  servers = ts_recording_list_servers (recording, NULL);
  for (guint i = 0; servers != NULL && i < MIN (servers->len, 4); i++)
    draw (recording, servers->pdata[i]);
  replay (path, is_ours);
  export_thinned (path);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  FuzzInput input = { data, size };
  gboolean is_edited = fuzz_input_byte (&input) % 2 == IS_EDITED, is_ours = is_edited && input.size == 0;
  const char *path;
  gsize length;

  if (is_edited)
    {
      gconstpointer bytes = g_bytes_get_data (get_recording (), &length);

      path = fuzz_file_write (bytes, length);
      edit (path, &input);
      overwrite (path, &input);
    }
  else
    path = fuzz_file_write (input.data, input.size);
  read_all (path, is_ours);
  return 0;
}
