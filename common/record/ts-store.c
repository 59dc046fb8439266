/* A recording that is being written.
 *
 * SQLite before 3.51.3 can damage a file if two connections write or checkpoint at once ("WAL-reset bug"). So this
 * connection is the only one that does either, held by a lock on a file beside; readers open the file read-only.
 *
 * Whatever is written belongs to one transaction until ts_store_commit(). After any error the transaction has to be rolled
 * back.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-store.h"

#include <glib/gi18n.h>
#include <string.h>

#include "record/pack/ts-rollup.h"
#include "record/ts-rollup-writer.h"
#include "record/ts-store-file.h"

/* How many rows of each table are deleted at a time, and how many pages of the file are given back. Either takes a millisecond
 * or two. */
#define BITE "16"
#define VACUUM_BITE "PRAGMA incremental_vacuum(128)"

/* This many free pages are kept, because what is recorded next needs them. */
#define MAX_FREE_PAGES 128

enum
{
  ADD_TAIL,
  COUNT_TAIL,
  READ_TAIL,
  DELETE_TAIL,
  ADD_PAGE,
  ADD_EVENT,
  N_STATEMENTS
};

static const char *const statements_sql[N_STATEMENTS] = {
  [ADD_TAIL] = "INSERT INTO tail (session, n, data) VALUES (?1, ?2, ?3)",
  [COUNT_TAIL] = "SELECT total(n), (SELECT server FROM session WHERE id = ?1) FROM tail WHERE session = ?1",
  [READ_TAIL] = "SELECT data FROM tail WHERE session = ?1 ORDER BY id",
  [DELETE_TAIL] = "DELETE FROM tail WHERE session = ?1",
  [ADD_PAGE] = "INSERT INTO page (server, session, n, begin_ns, end_ns, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
  [ADD_EVENT] = "INSERT INTO event (server, kind, at_ns, end_ns, value, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
};

struct _TsStore
{
  sqlite3 *db;
  TsStoreFile *file;
  gboolean is_in_transaction;
  TsRollupWriter *rollups;
  GHashTable *tails; /* session → Tail; one that is missing has to be looked up */
  sqlite3_stmt *statements[N_STATEMENTS];
};

/* The records of a session that are not sealed so far. */
typedef struct
{
  gint64 server;
  gint64 n_records;
} Tail;

static gboolean
prepare_all (TsStore *self,
             GError **error)
{
  for (int i = 0; i < N_STATEMENTS; i++)
    if ((self->statements[i] = ts_record_sql_prepare (self->db, statements_sql[i], error)) == NULL)
      return FALSE;
  self->rollups = ts_rollup_writer_new (self->db, error);
  return self->rollups != NULL;
}

static void
close_database (TsStore *self)
{
  g_clear_pointer (&self->rollups, ts_rollup_writer_free);
  for (int i = 0; i < N_STATEMENTS; i++)
    g_clear_pointer (&self->statements[i], sqlite3_finalize);
  g_clear_pointer (&self->db, sqlite3_close);
}

/* Returns: whether the file is a recording that this version understands */
static gboolean
check_form (TsStore *self,
            GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (ts_record_sql_check (self->db, &problem))
    return TRUE;
  g_set_error (error, problem->domain, problem->code, _("“%s” cannot be read: %s"), ts_store_file_get_path (self->file),
               problem->message);
  return FALSE;
}

/* A checkpoint comes only every 8000 pages, because a page that was written several times meanwhile is then copied only once.
 * The log is switched on after the tables are made, so that the file itself always says what it is. */
static gboolean
open_database (TsStore *self,
               GError **error)
{
  const char *settings = "PRAGMA busy_timeout = 2000;"
                         "PRAGMA page_size = 1024;"
                         "PRAGMA mmap_size = 0;"
                         "PRAGMA synchronous = NORMAL;"
                         "PRAGMA wal_autocheckpoint = 8000;"
                         "PRAGMA journal_size_limit = 16777216;"
                         "PRAGMA cache_size = -2048;"
                         "PRAGMA temp_store = MEMORY;";
  gint64 version = 0;

  if (sqlite3_open_v2 (ts_store_file_get_path (self->file), &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
      SQLITE_OK)
    return ts_record_sql_fail (self->db, error);
  sqlite3_extended_result_codes (self->db, 1);
  if (sqlite3_db_readonly (self->db, "main") == 1)
    {
      g_set_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_READ_ONLY, _("“%s” cannot be written"),
                   ts_store_file_get_path (self->file));
      return FALSE;
    }
  return ts_record_sql_run (self->db, settings, error) &&
         ts_record_sql_get (self->db, "PRAGMA user_version", NULL, 0, &version, error) &&
         (version == 0 || check_form (self, error)) && ts_record_sql_migrate (self->db, error) &&
         ts_record_sql_run (self->db, "PRAGMA journal_mode = WAL", error) && prepare_all (self, error);
}

static gboolean
close_open_sessions (TsStore *self,
                     GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
    ts_record_sql_prepare (self->db, "SELECT id FROM session WHERE is_closed = 0", error);
  g_autoptr (GArray) sessions = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean has_row = statement != NULL;

  while (has_row)
    {
      gint64 id;

      if (!ts_record_sql_step (statement, &has_row, error))
        return FALSE;
      id = has_row ? sqlite3_column_int64 (statement, 0) : 0;
      if (has_row)
        g_array_append_val (sessions, id);
    }
  for (guint i = 0; i < sessions->len; i++)
    if (!ts_store_end_session (self, g_array_index (sessions, gint64, i), error))
      return FALSE;
  return statement != NULL && ts_store_commit (self, error);
}

/**
 * ts_store_start_over:
 * @self: a recording that turned out to be damaged
 * @moved_to: (out) (transfer full) (nullable): where the file was moved
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Moves the file aside and begins a new one in its place. All sessions have to be begun again.
 *
 * Returns: whether the new file is open
 */
gboolean
ts_store_start_over (TsStore *self,
                     char **moved_to,
                     GError **error)
{
  ts_store_roll_back (self);
  /* Otherwise SQLite would write the log into the damaged file and delete it. */
  if (self->db != NULL)
    sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  close_database (self);
  *moved_to = ts_store_file_move_aside (self->file, error);
  return *moved_to != NULL && open_database (self, error);
}

static TsStore *
set_foreign (const char *path,
             GError **error)
{
  g_set_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_FOREIGN, _("“%s” is not a recording of Time Sync"), path);
  return NULL;
}

/**
 * ts_store_open:
 * @path: the file, which is made if there is none
 * @is_own: whether the file is the program's own; then a file that is no recording at all is moved aside too
 * @moved_to: (out) (transfer full) (nullable): where a damaged file was moved, if it was
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Opens a recording for writing, and finishes what a killed program left unfinished.
 *
 * Returns: (transfer full) (nullable): the recording; %NULL with @error
 */
TsStore *
ts_store_open (const char *path,
               gboolean is_own,
               char **moved_to,
               GError **error)
{
  g_autoptr (TsStore) self = g_new0 (TsStore, 1);
  g_autoptr (GError) problem = NULL;

  *moved_to = NULL;
  self->tails = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  /* Before the lock, whose file would lie beside a device. */
  if (!is_own && g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return set_foreign (path, error);
  self->file = ts_store_file_lock (path, error);
  if (self->file == NULL)
    return NULL;
  if (!ts_store_file_is_recording (self->file))
    {
      if (is_own)
        return ts_store_start_over (self, moved_to, error) ? g_steal_pointer (&self) : NULL;
      return set_foreign (path, error);
    }
  if (open_database (self, &problem) && close_open_sessions (self, &problem))
    return g_steal_pointer (&self);
  if (g_error_matches (problem, TS_RECORD_ERROR, TS_RECORD_ERROR_DAMAGED) ||
      (is_own && g_error_matches (problem, TS_RECORD_ERROR, TS_RECORD_ERROR_FOREIGN)))
    return ts_store_start_over (self, moved_to, error) ? g_steal_pointer (&self) : NULL;
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

/**
 * ts_store_close:
 * @self: (transfer full): a recording; what was not committed is lost
 */
void
ts_store_close (TsStore *self)
{
  /* Nothing is recorded next that would need the free pages. */
  if (self->db != NULL && !self->is_in_transaction)
    ts_record_sql_run (self->db, VACUUM_BITE, NULL);
  close_database (self);
  g_clear_pointer (&self->file, ts_store_file_unlock);
  g_hash_table_unref (self->tails);
  g_free (self);
}

static gboolean
begin (TsStore *self,
       GError **error)
{
  if (!self->is_in_transaction)
    self->is_in_transaction = ts_record_sql_run (self->db, "BEGIN IMMEDIATE", error);
  return self->is_in_transaction;
}

/**
 * ts_store_commit:
 * @self: a recording
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Makes permanent what was written since the last commit.
 *
 * Returns: whether that succeeded
 */
gboolean
ts_store_commit (TsStore *self,
                 GError **error)
{
  if (self->is_in_transaction && !ts_record_sql_run (self->db, "COMMIT", error))
    return FALSE;
  self->is_in_transaction = FALSE;
  return TRUE;
}

/**
 * ts_store_roll_back:
 * @self: a recording
 *
 * Forgets what was written since the last commit.
 */
void
ts_store_roll_back (TsStore *self)
{
  for (int i = 0; i < N_STATEMENTS; i++)
    if (self->statements[i] != NULL)
      sqlite3_reset (self->statements[i]);
  if (self->rollups != NULL)
    ts_rollup_writer_reset (self->rollups);
  if (self->is_in_transaction && !sqlite3_get_autocommit (self->db))
    ts_record_sql_run (self->db, "ROLLBACK", NULL);
  self->is_in_transaction = FALSE;
  g_hash_table_remove_all (self->tails);
}

/* Runs a statement whose first parameter is a text and whose others are numbers. */
static gboolean
run_with_text (TsStore *self,
               const char *sql,
               const char *text,
               const gint64 *parameters,
               int n_parameters,
               GError **error)
{
  g_autoptr (sqlite3_stmt) statement = ts_record_sql_prepare (self->db, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, text, -1, SQLITE_STATIC);
  for (int i = 0; i < n_parameters; i++)
    sqlite3_bind_int64 (statement, i + 2, parameters[i]);
  return ts_record_sql_step (statement, NULL, error);
}

/* @address: (nullable): %NULL means this computer
 * @id: (out): the server's number; 0 for this computer, and if there is no such server */
static gboolean
find_server (TsStore *self,
             const char *address,
             gint64 *id,
             GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  gboolean has_row;

  *id = 0;
  if (address == NULL)
    return TRUE;
  statement = ts_record_sql_prepare (self->db, "SELECT id FROM server WHERE address = ?1", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_text (statement, 1, address, -1, SQLITE_STATIC);
  if (!ts_record_sql_step (statement, &has_row, error))
    return FALSE;
  *id = has_row ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

static gboolean
add_event (TsStore *self,
           gint64 server,
           TsRecordEventKind kind,
           gint64 at_ns,
           gint64 end_ns,
           gint64 value,
           const char *text,
           GError **error)
{
  const gint64 numbers[] = { server, kind, at_ns, end_ns, value };

  sqlite3_bind_text (self->statements[ADD_EVENT], G_N_ELEMENTS (numbers) + 1, text, -1, SQLITE_TRANSIENT);
  return ts_record_sql_step_with (self->statements[ADD_EVENT], numbers, G_N_ELEMENTS (numbers), NULL, error);
}

/* Nothing was recorded between the last record of a server and now, and the computer may have been started again. */
static gboolean
add_pause_events (TsStore *self,
                  gint64 server,
                  const TsStoreSession *session,
                  GError **error)
{
  gint64 last_ns = -1, is_same_boot = 1;
  g_autoptr (sqlite3_stmt) boot = NULL;

  /* Of a server that was not measured for long, no page may be left but only roll-ups. */
  if (!ts_record_sql_get (self->db, "SELECT max(end_ns) FROM rollup WHERE server = ?1 AND level = 1", &server, 1, &last_ns,
                          error))
    return FALSE;
  boot = ts_record_sql_prepare (self->db,
                                "SELECT boot_id = ?1 FROM session WHERE server = ?2 ORDER BY id DESC LIMIT 1", error);
  if (boot == NULL)
    return FALSE;
  sqlite3_bind_text (boot, 1, session->boot_id, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (boot, 2, server);
  if (sqlite3_step (boot) == SQLITE_ROW)
    is_same_boot = sqlite3_column_int64 (boot, 0);
  sqlite3_reset (boot);
  if (!is_same_boot && !add_event (self, server, TS_RECORD_EVENT_RESTART, session->begin_ns, session->begin_ns, 0, "", error))
    return FALSE;
  return last_ns < 0 || last_ns >= session->begin_ns ||
         add_event (self, server, TS_RECORD_EVENT_NOT_RUNNING, last_ns, session->begin_ns, 0, "", error);
}

/**
 * ts_store_begin_session:
 * @self: a recording
 * @session: which server the records are of, and under which circumstances they are measured
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: the session's number, or 0 with @error
 */
gint64
ts_store_begin_session (TsStore *self,
                        const TsStoreSession *session,
                        GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  const char *sql = "INSERT INTO session (server, begin_ns, software, estimator, clock_source, boot_id, is_fresh)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
  gint64 server;

  if (!begin (self, error) || !find_server (self, session->address, &server, error))
    return 0;
  if (server == 0 && !run_with_text (self, "INSERT INTO server (address, name) VALUES (?1, ?1)", session->address, NULL, 0,
                                     error))
    return 0;
  if (server == 0)
    server = sqlite3_last_insert_rowid (self->db);
  if (!run_with_text (self, "UPDATE server SET name = ?1 WHERE id = ?2", session->name, &server, 1, error) ||
      !add_pause_events (self, server, session, error) ||
      (statement = ts_record_sql_prepare (self->db, sql, error)) == NULL)
    return 0;
  sqlite3_bind_int64 (statement, 1, server);
  sqlite3_bind_int64 (statement, 2, session->begin_ns);
  sqlite3_bind_text (statement, 3, TS_VERSION, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 4, TS_ESTIMATOR_VERSION);
  sqlite3_bind_text (statement, 5, session->clock_source, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 6, session->boot_id, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 7, session->is_fresh);
  return ts_record_sql_step (statement, NULL, error) ? sqlite3_last_insert_rowid (self->db) : 0;
}

/* Returns: (transfer full) (nullable) (element-type TsRecord): the records of a session's tail without the damaged ones */
static GArray *
read_tail (TsStore *self,
           const gint64 identity[2],
           GError **error)
{
  sqlite3_stmt *statement = self->statements[READ_TAIL];
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (TsRecord));
  gboolean has_row = TRUE;

  sqlite3_bind_int64 (statement, 1, identity[1]);
  while (has_row)
    {
      g_autoptr (GArray) some = NULL;

      if (!ts_record_sql_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        break;
      some = ts_records_unpack (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0),
                                ts_record_sql_tag (identity[0], identity[1], 0), NULL);
      if (some != NULL)
        g_array_append_vals (all, some->data, some->len);
    }
  return g_steal_pointer (&all);
}

static gboolean
add_page (TsStore *self,
          const gint64 identity[2],
          const TsRecord *records,
          guint n_records,
          GError **error)
{
  g_autoptr (GByteArray) data = ts_records_pack (records, n_records, FALSE, ts_record_sql_tag (identity[0], identity[1], 0));
  g_autoptr (GArray) rollups = ts_rollups_of (records, n_records);
  gint64 begin_ns = G_MAXINT64, end_ns = G_MININT64;

  for (guint i = 0; i < n_records; i++)
    {
      begin_ns = MIN (begin_ns, records[i].at_ns);
      end_ns = MAX (end_ns, records[i].at_ns);
    }
  return ts_record_sql_step_with (self->statements[ADD_PAGE],
                                  (const gint64[]) { identity[0], identity[1], n_records, begin_ns, end_ns }, 5, data,
                                  error) &&
         ts_rollup_writer_add (self->rollups, identity, rollups, error);
}

/* Makes a session's tail a page, in the transaction that is under way. */
static gboolean
seal (TsStore *self,
      gint64 session,
      gboolean is_last,
      GError **error)
{
  gint64 identity[2] = { 0, session };
  g_autoptr (GArray) records = NULL;

  if (!ts_record_sql_get (self->db, "SELECT server FROM session WHERE id = ?1", &session, 1, &identity[0], error) ||
      (records = read_tail (self, identity, error)) == NULL)
    return FALSE;
  if (records->len > 0 && !add_page (self, identity, (const TsRecord *) (void *) records->data, records->len, error))
    return FALSE;
  if (!ts_rollup_writer_roll_up (self->rollups, identity, is_last, error))
    return FALSE;
  g_hash_table_remove (self->tails, &session);
  return ts_record_sql_step_with (self->statements[DELETE_TAIL], &session, 1, NULL, error);
}

static gboolean
find_tail (TsStore *self,
           gint64 session,
           Tail **tail,
           GError **error)
{
  sqlite3_stmt *statement = self->statements[COUNT_TAIL];
  gboolean has_row;

  *tail = g_hash_table_lookup (self->tails, &session);
  if (*tail != NULL)
    return TRUE;
  sqlite3_bind_int64 (statement, 1, session);
  if (!ts_record_sql_step (statement, &has_row, error))
    return FALSE;
  *tail = g_new (Tail, 1);
  **tail = (Tail) { sqlite3_column_int64 (statement, 1), sqlite3_column_int64 (statement, 0) };
  sqlite3_reset (statement);
  g_hash_table_insert (self->tails, g_memdup2 (&session, sizeof session), *tail);
  return TRUE;
}

/**
 * ts_store_append:
 * @self: a recording
 * @session: of ts_store_begin_session()
 * @records: (array length=n_records): the records that follow all others of that session
 * @n_records: how many, 0 to %TS_RECORD_PAGE_LENGTH
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether they are written
 */
gboolean
ts_store_append (TsStore *self,
                 gint64 session,
                 const TsRecord *records,
                 gsize n_records,
                 GError **error)
{
  g_autoptr (GByteArray) data = NULL;
  Tail *tail;

  if (n_records == 0)
    return TRUE;
  if (!begin (self, error) || !find_tail (self, session, &tail, error))
    return FALSE;
  data = ts_records_pack (records, n_records, TRUE, ts_record_sql_tag (tail->server, session, 0));
  if (!ts_record_sql_step_with (self->statements[ADD_TAIL], (const gint64[]) { session, (gint64) n_records }, 2, data,
                                error))
    return FALSE;
  tail->n_records += (gint64) n_records;
  return tail->n_records < TS_RECORD_PAGE_LENGTH || seal (self, session, FALSE, error);
}

/**
 * ts_store_end_session:
 * @self: a recording
 * @session: of ts_store_begin_session(); nothing is appended to it afterwards
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether its end is written
 */
gboolean
ts_store_end_session (TsStore *self,
                      gint64 session,
                      GError **error)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE session SET is_closed = 1 WHERE id = %" G_GINT64_FORMAT, session);

  return begin (self, error) && seal (self, session, TRUE, error) && ts_record_sql_run (self->db, sql, error);
}

/**
 * ts_store_add_event:
 * @self: a recording
 * @address: (nullable): the address of the server that it is about; %NULL: it is about this computer
 * @kind: what happened
 * @at_ns: our clock when it began
 * @end_ns: and when it ended
 * @value: a number that depends on @kind
 * @text: a text that depends on @kind
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether it is written
 */
gboolean
ts_store_add_event (TsStore *self,
                    const char *address,
                    TsRecordEventKind kind,
                    gint64 at_ns,
                    gint64 end_ns,
                    gint64 value,
                    const char *text,
                    GError **error)
{
  gint64 server;

  return begin (self, error) && find_server (self, address, &server, error) &&
         add_event (self, server, kind, at_ns, end_ns, value, text, error);
}

/**
 * ts_store_hide:
 * @self: a recording
 * @address: a server's address
 * @until_ns: our clock: what is recorded of the server until then is not shown any more
 * @purge_ns: our clock: from then on that may be deleted
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether that is written
 */
gboolean
ts_store_hide (TsStore *self,
               const char *address,
               gint64 until_ns,
               gint64 purge_ns,
               GError **error)
{
  const char *sql = "UPDATE server SET was_hidden_until_ns = hidden_until_ns, hidden_until_ns = ?2, purge_ns = ?3"
                    " WHERE address = ?1";

  return begin (self, error) && run_with_text (self, sql, address, (const gint64[]) { until_ns, purge_ns }, 2, error);
}

/**
 * ts_store_unhide:
 * @self: a recording
 * @address: a server's address
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Undoes the last ts_store_hide() of that server, as far as nothing was deleted.
 *
 * Returns: whether that is written
 */
gboolean
ts_store_unhide (TsStore *self,
                 const char *address,
                 GError **error)
{
  return begin (self, error) &&
         run_with_text (self, "UPDATE server SET hidden_until_ns = was_hidden_until_ns WHERE address = ?1", address, NULL, 0,
                        error);
}

/* Deletes a bite of what is older than an instant.
 * @table: (nullable): a table that has server and end_ns; NULL: all of these */
static gboolean
delete_older (TsStore *self,
              const char *table,
              const char *server,
              gint64 older_ns,
              GError **error)
{
  const char *const tables[] = { "page", "rollup", "event" };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *sql = NULL;

      if (table != NULL && strcmp (table, tables[i]) != 0)
        continue;
      sql = g_strdup_printf ("DELETE FROM %s WHERE id IN (SELECT id FROM %s WHERE server = %s AND end_ns <= %" G_GINT64_FORMAT
                             " LIMIT " BITE ")",
                             tables[i], tables[i], server, older_ns);
      if (!ts_record_sql_run (self->db, sql, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
tidy_server (TsStore *self,
             sqlite3_stmt *row,
             const TsRetention *retention,
             gint64 now_ns,
             GError **error)
{
  const char *server = (const char *) sqlite3_column_text (row, 0);
  gint64 hidden_until_ns = sqlite3_column_int64 (row, 1);

  return (retention->keep_ns == 0 || delete_older (self, NULL, server, now_ns - retention->keep_ns, error)) &&
         (retention->exact_ns == 0 || delete_older (self, "page", server, now_ns - retention->exact_ns, error)) &&
         (hidden_until_ns < 0 || now_ns < sqlite3_column_int64 (row, 2) ||
          delete_older (self, NULL, server, hidden_until_ns, error));
}

/**
 * ts_store_tidy:
 * @self: a recording
 * @retention: how much of the past to keep
 * @now_ns: our clock
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Deletes a bite of what is too old or was hidden, and gives a bite of the file back. The caller calls it every few seconds.
 *
 * Returns: whether it went well
 */
gboolean
ts_store_tidy (TsStore *self,
               const TsRetention *retention,
               gint64 now_ns,
               GError **error)
{
  g_autoptr (sqlite3_stmt) servers =
    ts_record_sql_prepare (self->db, "SELECT id, hidden_until_ns, purge_ns FROM server UNION ALL SELECT 0, -1, 0", error);
  gboolean has_row = servers != NULL;
  gint64 n_free = 0;

  if (!begin (self, error))
    return FALSE;
  while (has_row)
    if (!ts_record_sql_step (servers, &has_row, error) ||
        (has_row && !tidy_server (self, servers, retention, now_ns, error)))
      return FALSE;
  if (servers == NULL || !ts_record_sql_get (self->db, "PRAGMA freelist_count", NULL, 0, &n_free, error))
    return FALSE;
  return n_free <= MAX_FREE_PAGES || ts_record_sql_run (self->db, VACUUM_BITE, error);
}
