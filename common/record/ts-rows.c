/* The records of a file, with what the estimator makes of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-rows.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "record/ts-replay.h"

#define SQLITE_MAGIC "SQLite format 3"

/* The records of one server on their way through the estimator. */
typedef struct
{
  TsReplay *replay;
  TsRowsSummary *summary;
  gint64 session;
  gint64 from_ns;
  gint64 to_ns;
  TsRowsFunc func;
  gpointer user_data;
  const TsRecordedServer *server; /* (nullable): only of a database, as what follows */
  gboolean is_partial; /* whether exchanges of the session are missing */
  GArray *records;
  GArray *estimates;
} Way;

static void
summary_free (gpointer data)
{
  TsRowsSummary *summary = data;

  g_free (summary->server);
  g_free (summary->digest);
  g_free (summary);
}

static Way *
way_new (const char *server,
         gint64 from_ns,
         gint64 to_ns,
         TsRowsFunc func,
         gpointer user_data,
         GPtrArray *summaries)
{
  Way *way = g_new0 (Way, 1);

  *way = (Way) { ts_replay_new (), g_new0 (TsRowsSummary, 1), 0, from_ns, to_ns, func, user_data };
  way->summary->server = g_strdup (server);
  way->summary->begin_ns = G_MAXINT64;
  way->summary->end_ns = G_MININT64;
  way->records = g_array_new (FALSE, FALSE, sizeof (TsRecord));
  way->estimates = g_array_new (FALSE, FALSE, sizeof (TsEstimate));
  g_ptr_array_add (summaries, way->summary);
  return way;
}

/* Writes into the summary what only the end tells. */
static void
way_free (Way *way)
{
  way->summary->digest = ts_replay_get_digest (way->replay);
  g_array_unref (way->records);
  g_array_unref (way->estimates);
  ts_replay_free (way->replay);
  g_free (way);
}

/* Returns: whether to go on */
static gboolean
take_row (Way *way,
          const TsRecordTextRow *row)
{
  TsRowsSummary *summary = way->summary;

  if (row->record.at_ns < way->from_ns || row->record.at_ns > way->to_ns)
    return TRUE;
  summary->n_samples += row->record.kind == TS_ENTRY_SAMPLE;
  summary->n_others += row->record.kind != TS_ENTRY_SAMPLE;
  summary->n_sessions += summary->n_sessions == 0 || row->session != way->session;
  summary->begin_ns = MIN (summary->begin_ns, row->record.at_ns);
  summary->end_ns = MAX (summary->end_ns, row->record.at_ns);
  if (row->record.kind == TS_ENTRY_SAMPLE)
    summary->last = row->estimate;
  if (row->record.kind == TS_ENTRY_SAMPLE && way->is_partial && summary->n_partial++ == 0)
    summary->partial_begin_ns = row->record.at_ns;
  way->session = row->session;
  return way->func == NULL || way->func (row, way->user_data);
}

static gboolean
take_block (const TsRecordedBlock *block,
            gpointer user_data)
{
  Way *way = user_data;
  gboolean is_same = ts_replay_add_block (way->replay, block, way->records, way->estimates);
  gboolean goes_on = TRUE;

  way->summary->estimator = block->estimator;
  way->is_partial = !block->is_fresh;
  if (block->is_fresh && block->estimator == TS_ESTIMATOR_VERSION)
    {
      way->summary->n_compared += is_same;
      way->summary->n_other += !is_same;
    }
  for (guint i = 0; i < block->records->len && goes_on; i++)
    goes_on = take_row (way, &(TsRecordTextRow) {
                               .server = way->server->address,
                               .session = block->session,
                               .record = g_array_index (way->records, TsRecord, i),
                               .estimate = g_array_index (way->estimates, TsEstimate, i),
                             });
  return goes_on;
}

static void
count_thinned (const TsRollup *rollup,
               gpointer user_data)
{
  TsRowsSummary *summary = user_data;

  summary->thinned_begin_ns = summary->n_thinned > 0 ? MIN (summary->thinned_begin_ns, rollup->begin_ns) : rollup->begin_ns;
  summary->thinned_end_ns = summary->n_thinned > 0 ? MAX (summary->thinned_end_ns, rollup->end_ns) : rollup->end_ns;
  summary->n_thinned += rollup->n_samples + rollup->n_lost + rollup->n_refused;
}

static gboolean
read_server (TsRecording *recording,
             Way *way,
             GError **error)
{
  gint64 begin_ns;

  /* The estimator needs all of a session, from its beginning. */
  return ts_recording_find_session (recording, way->server, way->from_ns, &begin_ns, error) &&
         ts_recording_read (recording, way->server, begin_ns, way->to_ns, take_block, way, &way->summary->n_damaged, error) &&
         ts_recording_read_thinned (recording, way->server, way->from_ns, way->to_ns, count_thinned, way->summary, error);
}

static gboolean
read_database (const char *path,
               const char *server,
               const Way *wanted,
               GPtrArray *summaries,
               GError **error)
{
  g_autoptr (TsRecording) recording = ts_recording_open (path, error);
  g_autoptr (GPtrArray) servers = recording != NULL ? ts_recording_list_servers (recording, error) : NULL;
  gboolean is_read = servers != NULL;

  for (guint i = 0; is_read && i < servers->len; i++)
    {
      const TsRecordedServer *recorded = servers->pdata[i];
      Way *way;

      if (server != NULL && g_strcmp0 (server, recorded->address) != 0)
        continue;
      way = way_new (recorded->address, wanted->from_ns, wanted->to_ns, wanted->func, wanted->user_data, summaries);
      way->server = recorded;
      is_read = read_server (recording, way, error);
      way_free (way);
    }
  return is_read;
}

/* The rows of several servers may be mixed. */
static gboolean
take_text_row (TsRecordTextRow *row,
               GHashTable *ways,
               const char *server,
               const Way *wanted,
               GPtrArray *summaries)
{
  const char *name = row->server != NULL ? row->server : "";
  Way *way = g_hash_table_lookup (ways, name);

  if (server != NULL && !g_str_equal (server, name))
    return TRUE;
  if (way == NULL)
    {
      way = way_new (name, wanted->from_ns, wanted->to_ns, wanted->func, wanted->user_data, summaries);
      g_hash_table_insert (ways, g_strdup (name), way);
    }
  row->record = ts_replay_add (way->replay, row->session, &row->record, &row->estimate);
  return take_row (way, row);
}

static gboolean
read_text (const char *path,
           const char *server,
           const Way *wanted,
           GPtrArray *summaries,
           GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GError) missing = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &missing);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GHashTable) ways = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) way_free);
  g_autoptr (TsRecordTextReader) reader = NULL;
  guint n_lines = 0;
  gboolean goes_on = TRUE;

  if (g_error_matches (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no file “%s”"), path);
  else if (stream == NULL)
    g_propagate_error (error, g_steal_pointer (&missing));
  if (stream == NULL)
    return FALSE;
  lines = g_data_input_stream_new (G_INPUT_STREAM (stream));
  while (goes_on)
    {
      g_autoptr (GError) problem = NULL;
      g_autofree char *line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, &problem);
      TsRecordTextRow row = { 0 };

      if (line == NULL && problem == NULL)
        return n_lines > 0 || (g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is empty"), path), FALSE);
      n_lines++;
      if (line != NULL && n_lines == 1)
        reader = ts_record_text_reader_new (line, &problem);
      if (problem == NULL && (n_lines > 1 || !ts_record_text_reader_is_csv (reader)))
        goes_on = ts_record_text_reader_take (reader, line, &row, &problem) &&
                  take_text_row (&row, ways, server, wanted, summaries);
      g_free (row.server);
      if (problem == NULL)
        continue;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is not a recording of Time Sync, see line %u: %s"),
                   path, n_lines, problem->message);
      return FALSE;
    }
  return TRUE;
}

/**
 * ts_rows_is_database:
 * @path: a file
 *
 * Returns: whether it begins as a database does
 */
gboolean
ts_rows_is_database (const char *path)
{
  char begin[sizeof SQLITE_MAGIC] = { 0 };
  FILE *file = fopen (path, "re");
  gboolean is_one = file != NULL && fread (begin, sizeof begin, 1, file) == 1 && strcmp (begin, SQLITE_MAGIC) == 0;

  if (file != NULL)
    fclose (file);
  return is_one;
}

static gboolean
fail_no_server (const char *path,
                const char *server,
                GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("“%s” has no records of %s"), path, server);
  return FALSE;
}

/**
 * ts_rows_read:
 * @path: a database, or CSV or JSON Lines of ours
 * @server: (nullable): the address of the only server that matters
 * @from_ns: the first instant that matters, by the clock of the computer that recorded
 * @to_ns: the last
 * @func: (scope call) (nullable): takes the records, each server's in order
 * @user_data: for @func
 * @error: return location for a %TS_RECORD_ERROR or a %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable) (element-type TsRowsSummary): what the records of each server came to
 */
GPtrArray *
ts_rows_read (const char *path,
              const char *server,
              gint64 from_ns,
              gint64 to_ns,
              TsRowsFunc func,
              gpointer user_data,
              GError **error)
{
  g_autoptr (GPtrArray) summaries = g_ptr_array_new_with_free_func (summary_free);
  const Way wanted = { .from_ns = from_ns, .to_ns = to_ns, .func = func, .user_data = user_data };
  gboolean is_read = ts_rows_is_database (path) ? read_database (path, server, &wanted, summaries, error)
                                        : read_text (path, server, &wanted, summaries, error);

  if (is_read && summaries->len == 0 && server != NULL)
    {
      fail_no_server (path, server, error);
      return NULL;
    }
  return is_read ? g_steal_pointer (&summaries) : NULL;
}

/* Where the roll-ups of a server go. */
typedef struct
{
  const char *server;
  TsRowsRollupFunc func;
  gpointer user_data;
} ThinnedWay;

static void
take_thinned (const TsRollup *rollup,
              gpointer user_data)
{
  const ThinnedWay *way = user_data;

  way->func (way->server, rollup, way->user_data);
}

/**
 * ts_rows_read_thinned:
 * @path: a database
 * @server: (nullable): the address of the only server that matters
 * @from_ns: the first instant that matters, by the clock of the computer that recorded
 * @to_ns: the last
 * @func: (scope call): takes the roll-ups of exchanges that are no longer kept, each server's in order
 * @user_data: for @func
 * @error: return location for a %TS_RECORD_ERROR or a %G_IO_ERROR
 *
 * Returns: whether the file could be read
 */
gboolean
ts_rows_read_thinned (const char *path,
                      const char *server,
                      gint64 from_ns,
                      gint64 to_ns,
                      TsRowsRollupFunc func,
                      gpointer user_data,
                      GError **error)
{
  g_autoptr (TsRecording) recording = ts_recording_open (path, error);
  g_autoptr (GPtrArray) servers = recording != NULL ? ts_recording_list_servers (recording, error) : NULL;
  gboolean is_found = server == NULL;

  for (guint i = 0; servers != NULL && i < servers->len; i++)
    {
      const TsRecordedServer *recorded = servers->pdata[i];
      ThinnedWay way = { recorded->address, func, user_data };

      if (server != NULL && !g_str_equal (server, recorded->address))
        continue;
      is_found = TRUE;
      if (!ts_recording_read_thinned (recording, recorded, from_ns, to_ns, take_thinned, &way, error))
        return FALSE;
    }
  return servers != NULL && (is_found || fail_no_server (path, server, error));
}
