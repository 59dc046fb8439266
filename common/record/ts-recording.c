/* Reads a recording.
 *
 * The connection is read-only, so that it can neither write nor checkpoint; ts-store says why. Another program may record
 * into the file meanwhile. Each call sees the file as it was at one instant.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-recording.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "measure/ts-time.h"

struct _TsRecording
{
  sqlite3 *db;
};

static void
server_free (gpointer data)
{
  TsRecordedServer *server = data;

  g_free (server->address);
  g_free (server->name);
  g_free (server);
}

static void
event_free (gpointer data)
{
  TsRecordedEvent *event = data;

  g_free (event->text);
  g_free (event);
}

static gboolean
has_bytes (const char *path,
           const char *suffix)
{
  g_autofree char *name = g_strconcat (path, suffix, NULL);
  GStatBuf status;

  return g_stat (name, &status) == 0 && status.st_size > 0;
}

/* @parameter: what to add to the URI */
static sqlite3 *
connect_to (const char *path,
            const char *parameter,
            GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *uri = g_strdup_printf ("file:%s?mode=ro%s", escaped, parameter);
  sqlite3 *db = NULL;

  if (sqlite3_open_v2 (uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) == SQLITE_OK &&
      ts_record_sql_run (db, "PRAGMA mmap_size = 0; PRAGMA busy_timeout = 2000; PRAGMA temp_store = MEMORY;"
                             "PRAGMA cache_size = -2048;", error) &&
      sqlite3_db_config (db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK && ts_record_sql_check (db, error))
    return db;
  if (error != NULL && *error == NULL)
    ts_record_sql_fail (db, error);
  sqlite3_close (db);
  return NULL;
}

/**
 * ts_recording_open:
 * @path: the file
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Opens a recording for reading only. In a folder that cannot be written SQLite cannot make the index of the file's log,
 * so a file without a log is read as one that does not change, and one with a log is refused.
 *
 * Returns: (transfer full) (nullable): the recording; %NULL with @error
 */
TsRecording *
ts_recording_open (const char *path,
                   GError **error)
{
  g_autoptr (GError) problem = NULL;
  sqlite3 *db = NULL;
  TsRecording *self;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_FAILED, _("There is no file “%s”"), path);
      return NULL;
    }
  db = connect_to (path, "", &problem);
  if (db == NULL && g_error_matches (problem, TS_RECORD_ERROR, TS_RECORD_ERROR_READ_ONLY) && access (path, R_OK) == 0)
    {
      if (has_bytes (path, "-wal"))
        {
          g_set_error (error, TS_RECORD_ERROR, TS_RECORD_ERROR_READ_ONLY,
                       _("“%1$s” cannot be read where it is, because its folder is read-only and its log “%1$s-wal” was left "
                         "over: copy both into another folder"), path);
          return NULL;
        }
      g_clear_error (&problem);
      db = connect_to (path, "&immutable=1", &problem);
    }
  if (db == NULL)
    {
      g_set_error (error, problem->domain, problem->code, _("“%s” cannot be read: %s"), path, problem->message);
      return NULL;
    }
  self = g_new0 (TsRecording, 1);
  self->db = db;
  return self;
}

/**
 * ts_recording_close:
 * @self: (transfer full): a recording
 */
void
ts_recording_close (TsRecording *self)
{
  sqlite3_close (self->db);
  g_free (self);
}

static sqlite3_stmt *
prepare (TsRecording *self,
         const char *sql,
         const gint64 *parameters,
         int n_parameters,
         GError **error)
{
  sqlite3_stmt *statement = ts_record_sql_prepare (self->db, sql, error);

  for (int i = 0; statement != NULL && i < n_parameters; i++)
    sqlite3_bind_int64 (statement, i + 1, parameters[i]);
  return statement;
}

static char *
get_text (sqlite3_stmt *statement,
          int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);

  return g_utf8_make_valid (text != NULL ? text : "", -1);
}

/* Returns: the column's number, or the valid instant that is next to it */
static gint64
get_instant_ns (sqlite3_stmt *statement,
                int column)
{
  return CLAMP (sqlite3_column_int64 (statement, column), 0, TS_INSTANT_MAX_NS);
}

/**
 * ts_recording_list_servers:
 * @self: a recording
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsRecordedServer): its servers, in the order in which they were first
 *   measured
 */
GPtrArray *
ts_recording_list_servers (TsRecording *self,
                           GError **error)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (server_free);
  g_autoptr (sqlite3_stmt) statement = prepare (self, "SELECT id, address, name, hidden_until_ns FROM server ORDER BY id",
                                                NULL, 0, error);
  gboolean has_row = statement != NULL;

  while (has_row)
    {
      TsRecordedServer *server;

      if (!ts_record_sql_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&servers);
      server = g_new (TsRecordedServer, 1);
      *server = (TsRecordedServer) {
        sqlite3_column_int64 (statement, 0), get_text (statement, 1), get_text (statement, 2),
        CLAMP (sqlite3_column_int64 (statement, 3), -1, TS_INSTANT_MAX_NS),
      };
      g_ptr_array_add (servers, server);
    }
  return NULL;
}

/* Removes the records that are hidden. */
static void
trim_hidden (GArray *records,
             gint64 hidden_until_ns)
{
  guint n_left = 0;

  if (hidden_until_ns < 0)
    return;
  for (guint i = 0; i < records->len; i++)
    if (g_array_index (records, TsRecord, i).at_ns > hidden_until_ns)
      g_array_index (records, TsRecord, n_left++) = g_array_index (records, TsRecord, i);
  g_array_set_size (records, n_left);
}

/* What was read of a session so far. */
typedef struct
{
  gint64 session;    /* 0 before the first */
  gboolean is_whole; /* whether that is all of its blocks until here, and nothing of them is hidden */
} Progress;

/* The first roll-up of a session is kept longer than its records, so it tells whether the first of these are still there.
 *
 * @records: (element-type TsRecord): the first that there are
 * @begins: (out): whether the session began with them */
static gboolean
begins_session (TsRecording *self,
                const TsRecordedServer *server,
                gint64 session,
                const GArray *records,
                gboolean *begins,
                GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
    prepare (self, "SELECT data, number FROM rollup WHERE session = ?1 AND level = 1 ORDER BY number LIMIT 1", &session, 1, error);
  g_autoptr (GArray) rollups = NULL;
  gint64 begin_ns = G_MAXINT64;
  gboolean has_row;

  if (statement == NULL || !ts_record_sql_step (statement, &has_row, error))
    return FALSE;
  *begins = TRUE;
  if (!has_row)
    return TRUE;
  rollups = ts_rollups_unpack (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0),
                               ts_record_sql_tag (server->id, session, 1), NULL);
  for (guint i = 0; i < records->len; i++)
    begin_ns = MIN (begin_ns, g_array_index (records, TsRecord, i).at_ns);
  *begins = rollups != NULL && sqlite3_column_int64 (statement, 1) == 0 &&
            begin_ns <= g_array_index (rollups, TsRollup, 0).begin_ns;
  return TRUE;
}

/* @records: (nullable) (element-type TsRecord): what comes next; %NULL: it is damaged */
static gboolean
follow_session (TsRecording *self,
                const TsRecordedServer *server,
                Progress *progress,
                gint64 session,
                const GArray *records,
                GError **error)
{
  gboolean is_next = session != progress->session;

  progress->session = session;
  if (records == NULL)
    progress->is_whole = FALSE;
  else if (is_next)
    return begins_session (self, server, session, records, &progress->is_whole, error);
  return TRUE;
}

/* Rows are session, estimator, is_fresh, data, is_tail. */
static gboolean
read_blocks (TsRecording *self,
             sqlite3_stmt *statement,
             const TsRecordedServer *server,
             Progress *progress,
             TsRecordedBlockFunc func,
             gpointer user_data,
             gboolean *goes_on,
             guint *n_damaged,
             GError **error)
{
  gboolean has_row = TRUE;

  while (*goes_on)
    {
      g_autoptr (GArray) records = NULL;
      TsRecordedBlock block;
      guint n_records;

      if (!ts_record_sql_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      block = (TsRecordedBlock) {
        .session = sqlite3_column_int64 (statement, 0),
        .estimator = sqlite3_column_int64 (statement, 1),
        .is_fresh = sqlite3_column_int64 (statement, 2) != 0,
        .is_tail = sqlite3_column_int64 (statement, 4) != 0,
      };
      block.records = records = ts_records_unpack (sqlite3_column_blob (statement, 3),
                                                   (gsize) sqlite3_column_bytes (statement, 3),
                                                   ts_record_sql_tag (server->id, block.session, 0), NULL);
      if (!follow_session (self, server, progress, block.session, records, error))
        return FALSE;
      if (records == NULL)
        {
          ++*n_damaged;
          continue;
        }
      n_records = records->len;
      trim_hidden (records, server->hidden_until_ns);
      progress->is_whole = progress->is_whole && records->len == n_records;
      block.is_fresh = block.is_fresh && progress->is_whole;
      *goes_on = records->len == 0 || func (&block, user_data);
    }
  return TRUE;
}

/**
 * ts_recording_read:
 * @self: a recording
 * @server: one of its servers
 * @from_ns: our clock: the first instant that matters; records that are packed together with one of then come too
 * @to_ns: the last
 * @func: (scope call): takes the records, in the order in which they came
 * @user_data: for @func
 * @n_damaged: (out): how many blocks were left out because they are damaged
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether the file could be read
 */
gboolean
ts_recording_read (TsRecording *self,
                   const TsRecordedServer *server,
                   gint64 from_ns,
                   gint64 to_ns,
                   TsRecordedBlockFunc func,
                   gpointer user_data,
                   guint *n_damaged,
                   GError **error)
{
  const gint64 numbers[] = { server->id, MAX (from_ns, server->hidden_until_ns), to_ns };
  g_autoptr (sqlite3_stmt) pages = NULL;
  g_autoptr (sqlite3_stmt) tails = NULL;
  Progress progress = { 0 };
  gboolean goes_on = TRUE, is_read;

  *n_damaged = 0;
  /* One transaction, so that no tail becomes a page in between. */
  if (!ts_record_sql_run (self->db, "BEGIN", error))
    return FALSE;
  pages = prepare (self, "SELECT session, estimator, is_fresh, data, 0 FROM page JOIN session ON session.id = page.session"
                         " WHERE page.server = ?1 AND end_ns >= ?2 AND page.begin_ns <= ?3 ORDER BY page.id",
                   numbers, 3, error);
  tails = pages == NULL ? NULL
                        : prepare (self, "SELECT session, estimator, is_fresh, data, 1 FROM tail JOIN session"
                                         " ON session.id = tail.session WHERE server = ?1 ORDER BY tail.id",
                                   numbers, 1, error);
  is_read = tails != NULL &&
            read_blocks (self, pages, server, &progress, func, user_data, &goes_on, n_damaged, error) &&
            read_blocks (self, tails, server, &progress, func, user_data, &goes_on, n_damaged, error);
  g_clear_pointer (&pages, sqlite3_finalize);
  g_clear_pointer (&tails, sqlite3_finalize);
  ts_record_sql_run (self->db, "COMMIT", NULL);
  return is_read;
}

static void
roll_up (GArray *records,
         GArray *rollups)
{
  g_autoptr (GArray) some = ts_rollups_of ((const TsRecord *) (void *) records->data, records->len);

  g_array_append_vals (rollups, some->data, some->len);
  g_array_set_size (records, 0);
}

/* Rows are data, session. */
static gboolean
take_tail_rollups (sqlite3_stmt *tails,
                   const TsRecordedServer *server,
                   GArray *rollups,
                   GError **error)
{
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (TsRecord));
  gboolean has_row = TRUE;
  gint64 session = 0;

  while (has_row)
    {
      g_autoptr (GArray) some = NULL;

      if (!ts_record_sql_step (tails, &has_row, error))
        return FALSE;
      if (!has_row || sqlite3_column_int64 (tails, 1) != session)
        roll_up (records, rollups);
      if (!has_row)
        break;
      session = sqlite3_column_int64 (tails, 1);
      some = ts_records_unpack (sqlite3_column_blob (tails, 0), (gsize) sqlite3_column_bytes (tails, 0),
                                ts_record_sql_tag (server->id, session, 0), NULL);
      if (some == NULL)
        continue;
      trim_hidden (some, server->hidden_until_ns);
      g_array_append_vals (records, some->data, some->len);
    }
  return TRUE;
}

/* Rows are data, end_ns, session. @last_ns: (inout): the greatest end_ns */
static gboolean
take_rollups (sqlite3_stmt *statement,
              const TsRecordedServer *server,
              int level,
              gint64 after_ns,
              GArray *rollups,
              gint64 *last_ns,
              GError **error)
{
  gboolean has_row = TRUE;

  while (has_row)
    {
      g_autoptr (GArray) some = NULL;

      if (!ts_record_sql_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        break;
      *last_ns = MAX (*last_ns, sqlite3_column_int64 (statement, 1));
      some = ts_rollups_unpack (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0),
                                ts_record_sql_tag (server->id, sqlite3_column_int64 (statement, 2), level), NULL);
      for (guint i = 0; some != NULL && i < some->len; i++)
        if (g_array_index (some, TsRollup, i).begin_ns > after_ns)
          g_array_append_val (rollups, g_array_index (some, TsRollup, i));
    }
  return TRUE;
}

/**
 * ts_recording_read_rollups:
 * @self: a recording
 * @server: one of its servers
 * @level: 1 to %TS_ROLLUP_N_LEVELS
 * @from_ns: our clock: the first instant that matters
 * @to_ns: the last
 * @error: return location for a %TS_RECORD_ERROR
 *
 * If the newest records are not rolled up to @level, the roll-ups of finer levels follow.
 *
 * Returns: (transfer full) (nullable) (element-type TsRollup): the roll-ups, in order
 */
GArray *
ts_recording_read_rollups (TsRecording *self,
                           const TsRecordedServer *server,
                           int level,
                           gint64 from_ns,
                           gint64 to_ns,
                           GError **error)
{
  g_autoptr (GArray) rollups = g_array_new (FALSE, FALSE, sizeof (TsRollup));
  gint64 after_ns = server->hidden_until_ns, last_ns = G_MININT64;
  gboolean is_read = ts_record_sql_run (self->db, "BEGIN", error);

  if (!is_read)
    return NULL;
  for (; is_read && level > 0; level--)
    {
      const gint64 numbers[] = { server->id, level, MAX (MAX (from_ns, after_ns), last_ns), to_ns };
      g_autoptr (sqlite3_stmt) statement =
        prepare (self, "SELECT data, end_ns, session FROM rollup WHERE server = ?1 AND level = ?2 AND end_ns > ?3 AND begin_ns <= ?4"
                       " ORDER BY session, number", numbers, 4, error);

      /* A finer level begins where the coarser one ends. */
      is_read = statement != NULL && take_rollups (statement, server, level, MAX (after_ns, last_ns), rollups, &last_ns, error);
    }
  if (is_read)
    {
      g_autoptr (sqlite3_stmt) tails = prepare (self, "SELECT data, session FROM tail JOIN session ON session.id = tail.session"
                                                      " WHERE server = ?1 ORDER BY tail.id", &server->id, 1, error);

      is_read = tails != NULL && take_tail_rollups (tails, server, rollups, error);
    }
  ts_record_sql_run (self->db, "COMMIT", NULL);
  return is_read ? g_steal_pointer (&rollups) : NULL;
}

/* Rows are data, session. @oldest_ns: when the oldest record begins that is kept */
static gboolean
take_thinned (sqlite3_stmt *statement,
              const TsRecordedServer *server,
              const gint64 range_ns[2],
              gint64 oldest_ns,
              TsRollupFunc func,
              gpointer user_data,
              GError **error)
{
  gboolean has_row = TRUE;

  while (ts_record_sql_step (statement, &has_row, error))
    {
      g_autoptr (GArray) some = NULL;

      if (!has_row)
        return TRUE;
      some = ts_rollups_unpack (sqlite3_column_blob (statement, 0), (gsize) sqlite3_column_bytes (statement, 0),
                                ts_record_sql_tag (server->id, sqlite3_column_int64 (statement, 1), 1), NULL);
      for (guint i = 0; some != NULL && i < some->len; i++)
        {
          const TsRollup *rollup = &g_array_index (some, TsRollup, i);

          if (rollup->begin_ns > server->hidden_until_ns && rollup->end_ns >= range_ns[0] &&
              rollup->begin_ns <= range_ns[1] && rollup->end_ns < oldest_ns)
            func (rollup, user_data);
        }
    }
  return FALSE;
}

/**
 * ts_recording_read_thinned:
 * @self: a recording
 * @server: one of its servers
 * @from_ns: our clock: the first instant that matters
 * @to_ns: the last
 * @func: (scope call): takes the roll-ups, the oldest first
 * @user_data: for @func
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Reads the roll-ups of level 1 whose records are no longer kept. One that is only partly in the range comes too.
 *
 * Returns: whether the file could be read
 */
gboolean
ts_recording_read_thinned (TsRecording *self,
                           const TsRecordedServer *server,
                           gint64 from_ns,
                           gint64 to_ns,
                           TsRollupFunc func,
                           gpointer user_data,
                           GError **error)
{
  const gint64 range_ns[] = { from_ns, to_ns };
  gint64 oldest_ns = G_MAXINT64;
  gboolean is_read;

  /* One transaction, so that no page is deleted in between. */
  if (!ts_record_sql_run (self->db, "BEGIN", error))
    return FALSE;
  is_read = ts_record_sql_get (self->db, "SELECT min(begin_ns) FROM page WHERE server = ?1", &server->id, 1, &oldest_ns, error);
  if (is_read)
    {
      const gint64 numbers[] = { server->id, from_ns, MIN (to_ns, oldest_ns) };
      g_autoptr (sqlite3_stmt) statement =
        prepare (self, "SELECT data, session FROM rollup WHERE server = ?1 AND level = 1 AND end_ns >= ?2 AND begin_ns <= ?3"
                       " ORDER BY end_ns", numbers, 3, error);

      is_read = statement != NULL && take_thinned (statement, server, range_ns, oldest_ns, func, user_data, error);
    }
  ts_record_sql_run (self->db, "COMMIT", NULL);
  return is_read;
}

/**
 * ts_recording_read_events:
 * @self: a recording
 * @server: one of its servers
 * @from_ns: our clock: the first instant that matters
 * @to_ns: the last
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsRecordedEvent): what happened to the server's recording and to this
 *   computer, in order
 */
GPtrArray *
ts_recording_read_events (TsRecording *self,
                          const TsRecordedServer *server,
                          gint64 from_ns,
                          gint64 to_ns,
                          GError **error)
{
  const gint64 numbers[] = { server->id, MAX (from_ns, server->hidden_until_ns + 1), to_ns };
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (event_free);
  g_autoptr (sqlite3_stmt) statement =
    prepare (self, "SELECT server, kind, at_ns, end_ns, value, text FROM event"
                   " WHERE server IN (0, ?1) AND end_ns >= ?2 AND at_ns <= ?3 ORDER BY id", numbers, 3, error);
  gboolean has_row = statement != NULL;

  while (has_row)
    {
      TsRecordedEvent *event;

      if (!ts_record_sql_step (statement, &has_row, error))
        return NULL;
      if (!has_row)
        return g_steal_pointer (&events);
      event = g_new (TsRecordedEvent, 1);
      *event = (TsRecordedEvent) {
        .server = sqlite3_column_int64 (statement, 0),
        .kind = (TsRecordEventKind) sqlite3_column_int64 (statement, 1),
        .at_ns = MAX (get_instant_ns (statement, 2), server->hidden_until_ns),
        .end_ns = get_instant_ns (statement, 3),
        .value = sqlite3_column_int64 (statement, 4),
        .text = get_text (statement, 5),
      };
      g_ptr_array_add (events, event);
    }
  return NULL;
}

/**
 * ts_recording_find_next:
 * @self: a recording
 * @server: one of its servers
 * @from_ns: our clock
 * @next_ns: (out): the first instant from then on that roll-ups reach to; %G_MAXINT64 if there is none
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether the file could be read
 */
gboolean
ts_recording_find_next (TsRecording *self,
                        const TsRecordedServer *server,
                        gint64 from_ns,
                        gint64 *next_ns,
                        GError **error)
{
  const gint64 numbers[] = { server->id, MAX (from_ns, server->hidden_until_ns + 1), TS_INSTANT_MAX_NS };

  *next_ns = G_MAXINT64;
  return ts_record_sql_get (self->db, "SELECT max(begin_ns, ?2) FROM rollup WHERE server = ?1 AND level = 1 AND end_ns >= ?2"
                                      " AND begin_ns <= ?3 ORDER BY end_ns LIMIT 1", numbers, 3, next_ns, error);
}

/**
 * ts_recording_find_session:
 * @self: a recording
 * @server: one of its servers
 * @at_ns: our clock
 * @begin_ns: (out): our clock: when the session began that was under way then; %G_MININT64 if there was none
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether the file could be read
 */
gboolean
ts_recording_find_session (TsRecording *self,
                           const TsRecordedServer *server,
                           gint64 at_ns,
                           gint64 *begin_ns,
                           GError **error)
{
  const gint64 numbers[] = { server->id, at_ns };

  *begin_ns = G_MININT64;
  return ts_record_sql_get (self->db, "SELECT max(begin_ns) FROM session WHERE server = ?1 AND begin_ns <= ?2", numbers, 2,
                            begin_ns, error);
}

/**
 * ts_recording_count:
 * @self: a recording
 * @server: one of its servers
 * @level: 1 to %TS_ROLLUP_N_LEVELS; 0: the records themselves
 * @from_ns: our clock: the first instant that matters
 * @to_ns: the last
 * @n: (out): about how many there are; what is not sealed is left out
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether the file could be read
 */
gboolean
ts_recording_count (TsRecording *self,
                    const TsRecordedServer *server,
                    int level,
                    gint64 from_ns,
                    gint64 to_ns,
                    gint64 *n,
                    GError **error)
{
  const gint64 numbers[] = { server->id, MAX (from_ns, server->hidden_until_ns), to_ns, level };
  const char *sql = level == 0 ? "SELECT coalesce(sum(n), 0) FROM page WHERE server = ?1 AND end_ns >= ?2 AND begin_ns <= ?3"
                               : "SELECT coalesce(sum(n), 0) FROM rollup"
                                 " WHERE server = ?1 AND level = ?4 AND end_ns >= ?2 AND begin_ns <= ?3";

  return ts_record_sql_get (self->db, sql, numbers, level == 0 ? 3 : 4, n, error);
}

/**
 * ts_recording_find_newest:
 * @self: a recording
 * @server: one of its servers
 * @level: 1 to %TS_ROLLUP_N_LEVELS; 0: the records themselves
 * @n: how many of them are wanted
 * @until_ns: our clock: nothing later is wanted
 * @since_ns: (inout): our clock: when the newest @n of them begin, or a few more; left alone if there are fewer
 * @error: return location for a %TS_RECORD_ERROR
 *
 * Returns: whether the file could be read
 */
gboolean
ts_recording_find_newest (TsRecording *self,
                          const TsRecordedServer *server,
                          int level,
                          gint64 n,
                          gint64 until_ns,
                          gint64 *since_ns,
                          GError **error)
{
  const gint64 numbers[] = { server->id, server->hidden_until_ns, until_ns, level };
  const char *sql = level == 0 ? "SELECT n, begin_ns FROM page WHERE server = ?1 AND end_ns > ?2 AND begin_ns <= ?3"
                                 " ORDER BY end_ns DESC"
                               : "SELECT n, begin_ns FROM rollup"
                                 " WHERE server = ?1 AND level = ?4 AND end_ns > ?2 AND begin_ns <= ?3 ORDER BY end_ns DESC";
  g_autoptr (sqlite3_stmt) statement = prepare (self, sql, numbers, level == 0 ? 3 : 4, error);
  gboolean has_row = statement != NULL;

  while (has_row && n > 0)
    {
      if (!ts_record_sql_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        break;
      n -= CLAMP (sqlite3_column_int64 (statement, 0), 0, n);
      if (n <= 0)
        *since_ns = sqlite3_column_int64 (statement, 1);
    }
  return statement != NULL;
}
