/* The form of a recording's file, and its errors.
 *
 *     server    which servers there are records of
 *     session   the runs of estimators: everything that one was given is in the pages and tails of its number, in order
 *     tail      the newest records, at most a second of them in a row: rows are only added, and deleted when they are sealed
 *     page      1280 records in a row, packed with their CRC
 *     rollup    what 64 records come to (level 1), what 64 of these do (level 2), and 64 of these (level 3), packed in the
 *               same way, up to 256 of level 1 in a row
 *     event     what happened beside the exchanges
 *
 * The other columns of a row only serve to find it. The rest is in its packed bytes, whose CRC is checked whenever they are
 * read, and covers server, session and level too.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-record-sql.h"

#include <glib/gi18n.h>

G_DEFINE_QUARK (ts-record-error-quark, ts_record_error)

/* The version of the first release. */
#define FIRST_VERSION 2

/* The first one fills an empty file, and each other one brings a file of the version before to its own. None is ever changed:
 * another one is appended. */
static const char *const migrations[TS_RECORD_USER_VERSION - FIRST_VERSION + 1] = {
  "CREATE TABLE server (id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, name TEXT NOT NULL,"
  "  hidden_until_ns INTEGER NOT NULL DEFAULT -1, was_hidden_until_ns INTEGER NOT NULL DEFAULT -1,"
  "  purge_ns INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE session (id INTEGER PRIMARY KEY, server INTEGER NOT NULL, begin_ns INTEGER NOT NULL,"
  "  software TEXT NOT NULL, estimator INTEGER NOT NULL, clock_source TEXT NOT NULL, boot_id TEXT NOT NULL,"
  "  is_fresh INTEGER NOT NULL, is_closed INTEGER NOT NULL DEFAULT 0);"
  "CREATE TABLE tail (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL);"
  "CREATE TABLE page (id INTEGER PRIMARY KEY, server INTEGER NOT NULL, session INTEGER NOT NULL, n INTEGER NOT NULL,"
  "  begin_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, data BLOB NOT NULL);"
  "CREATE INDEX page_by_time ON page (server, end_ns, begin_ns, n);"
  "CREATE TABLE rollup (id INTEGER PRIMARY KEY, server INTEGER NOT NULL, session INTEGER NOT NULL, level INTEGER NOT NULL,"
  "  number INTEGER NOT NULL, n INTEGER NOT NULL, covered INTEGER NOT NULL, begin_ns INTEGER NOT NULL,"
  "  end_ns INTEGER NOT NULL, data BLOB NOT NULL);"
  "CREATE INDEX rollup_by_number ON rollup (session, level, number, n, covered);"
  "CREATE INDEX rollup_by_time ON rollup (server, level, end_ns, begin_ns, n);"
  "CREATE TABLE event (id INTEGER PRIMARY KEY, server INTEGER NOT NULL, kind INTEGER NOT NULL, at_ns INTEGER NOT NULL,"
  "  end_ns INTEGER NOT NULL, value INTEGER NOT NULL, text TEXT NOT NULL);"
  "CREATE INDEX event_by_time ON event (server, end_ns);",
};

static TsRecordError
get_code (int result)
{
  switch (result & 0xff)
    {
    case SQLITE_FULL:
      return TS_RECORD_ERROR_FULL;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return TS_RECORD_ERROR_READ_ONLY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return TS_RECORD_ERROR_DAMAGED;
    default:
      return TS_RECORD_ERROR_FAILED;
    }
}

/**
 * ts_record_sql_tag:
 * @server: the number of a server
 * @session: the number of a session
 * @level: the level of roll-ups; 0: records
 *
 * Returns: the tag for packing a row: if a flipped bit gives the row to another server, its bytes cannot be read any more
 */
guint64
ts_record_sql_tag (gint64 server,
                   gint64 session,
                   int level)
{
  return (guint64) server << 40 ^ (guint64) session << 8 ^ (guint64) level;
}

/**
 * ts_record_sql_fail:
 * @db: a connection whose last call failed
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: %FALSE
 */
gboolean
ts_record_sql_fail (sqlite3 *db,
                    GError **error)
{
  int result = sqlite3_extended_errcode (db);
  /* It may quote what is in the file. */
  g_autofree char *message = g_utf8_make_valid (sqlite3_errmsg (db), -1);

  g_set_error (error, TS_RECORD_ERROR, get_code (result), "%s (SQLite %d)", message, result);
  return FALSE;
}

/**
 * ts_record_sql_run:
 * @db: a connection
 * @sql: statements that have no parameters and return no rows
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether all of them succeeded
 */
gboolean
ts_record_sql_run (sqlite3 *db,
                   const char *sql,
                   GError **error)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK || ts_record_sql_fail (db, error);
}

/**
 * ts_record_sql_prepare:
 * @db: a connection
 * @sql: one statement
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable): the statement
 */
sqlite3_stmt *
ts_record_sql_prepare (sqlite3 *db,
                       const char *sql,
                       GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v3 (db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    ts_record_sql_fail (db, error);
  return statement;
}

/**
 * ts_record_sql_step:
 * @statement: a statement
 * @has_row: (out) (optional): whether it returned a row
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Resets the statement if it has no further row.
 *
 * Returns: whether it succeeded
 */
gboolean
ts_record_sql_step (sqlite3_stmt *statement,
                    gboolean *has_row,
                    GError **error)
{
  int result = sqlite3_step (statement);

  if (has_row != NULL)
    *has_row = result == SQLITE_ROW;
  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    ts_record_sql_fail (sqlite3_db_handle (statement), error);
  sqlite3_reset (statement);
  return result == SQLITE_DONE;
}

/**
 * ts_record_sql_step_with:
 * @statement: a statement that returns no row
 * @numbers: (array length=n_numbers): the values of its first parameters
 * @n_numbers: how many there are
 * @data: (nullable): the value of its last parameter; without it the numbers are all
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether it succeeded
 */
gboolean
ts_record_sql_step_with (sqlite3_stmt *statement,
                         const gint64 *numbers,
                         int n_numbers,
                         GByteArray *data,
                         GError **error)
{
  for (int i = 0; i < n_numbers; i++)
    sqlite3_bind_int64 (statement, i + 1, numbers[i]);
  if (data != NULL)
    sqlite3_bind_blob (statement, n_numbers + 1, data->data, (int) data->len, SQLITE_STATIC);
  return ts_record_sql_step (statement, NULL, error);
}

/**
 * ts_record_sql_get:
 * @db: a connection
 * @sql: a statement with one number in its only row
 * @parameters: (array length=n_parameters) (nullable): the values of its parameters
 * @n_parameters: how many there are
 * @value: (out): the number; not changed if the number is NULL or there is no row
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether the statement succeeded
 */
gboolean
ts_record_sql_get (sqlite3 *db,
                   const char *sql,
                   const gint64 *parameters,
                   int n_parameters,
                   gint64 *value,
                   GError **error)
{
  g_autoptr (sqlite3_stmt) statement = ts_record_sql_prepare (db, sql, error);
  gboolean has_row;

  if (statement == NULL)
    return FALSE;
  for (int i = 0; i < n_parameters; i++)
    sqlite3_bind_int64 (statement, i + 1, parameters[i]);
  if (!ts_record_sql_step (statement, &has_row, error))
    return FALSE;
  if (has_row && sqlite3_column_type (statement, 0) != SQLITE_NULL)
    *value = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

/**
 * ts_record_sql_check:
 * @db: a connection to a file that is not empty
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether it is a recording that this version understands
 */
gboolean
ts_record_sql_check (sqlite3 *db,
                     GError **error)
{
  gint64 id = 0, version = 0;

  if (!ts_record_sql_get (db, "PRAGMA application_id", NULL, 0, &id, error) ||
      !ts_record_sql_get (db, "PRAGMA user_version", NULL, 0, &version, error))
    return FALSE;
  if (id != TS_RECORD_APPLICATION_ID)
    g_set_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_FOREIGN, _("it is not a recording of Time Sync"));
  else if (version < FIRST_VERSION)
    g_set_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_FOREIGN,
                 _("it has version %d, which no release of Time Sync made"), (int) version);
  else if (version > TS_RECORD_USER_VERSION)
    g_set_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_NEWER,
                 _("it has version %d, which a later Time Sync made; this one knows %d"), (int) version,
                 TS_RECORD_USER_VERSION);
  else
    return TRUE;
  return FALSE;
}

/* Makes an empty file one of ours with the first page that is written, so that a disk that is full, or a program that is
 * killed, right afterwards leaves no file that seems to be somebody else's.
 * Returns: whether that was possible */
static gboolean
mark_empty_file (sqlite3 *db,
                 GError **error)
{
  g_autofree char *mark = g_strdup_printf ("BEGIN; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = %d; COMMIT",
                                           TS_RECORD_APPLICATION_ID);

  if (ts_record_sql_run (db, mark, error))
    return TRUE;
  ts_record_sql_run (db, "ROLLBACK", NULL);
  return FALSE;
}

/**
 * ts_record_sql_migrate:
 * @db: a connection that may write, to a recording or to an empty file
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Brings the file to the present version, or leaves it as it is if that fails.
 *
 * Returns: whether the file has the present version
 */
gboolean
ts_record_sql_migrate (sqlite3 *db,
                       GError **error)
{
  g_autofree char *end = g_strdup_printf ("PRAGMA user_version = %d; COMMIT", TS_RECORD_USER_VERSION);
  gint64 version = 0;

  if (!ts_record_sql_get (db, "PRAGMA user_version", NULL, 0, &version, error))
    return FALSE;
  if (version == TS_RECORD_USER_VERSION)
    return TRUE;
  if ((version == 0 && !mark_empty_file (db, error)) || !ts_record_sql_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  for (gint64 next = version == 0 ? FIRST_VERSION : version + 1; next <= TS_RECORD_USER_VERSION; next++)
    if (!ts_record_sql_run (db, migrations[next - FIRST_VERSION], error))
      {
        ts_record_sql_run (db, "ROLLBACK", NULL);
        return FALSE;
      }
  if (ts_record_sql_run (db, end, error))
    return TRUE;
  ts_record_sql_run (db, "ROLLBACK", NULL);
  return FALSE;
}
