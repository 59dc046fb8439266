/* What is drawn of a recording that somebody opens.
 *
 * A database is read as the app's own past is: the newest in full, older parts as roll-ups. Of CSV and JSON Lines every
 * record is, with what the estimator makes of it again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "recording/ts-record-file.h"

#include "past/ts-past.h"
#include "record/pack/ts-rollup.h"
#include "record/ts-rows.h"

static void
series_free (gpointer data)
{
  TsRecordFileSeries *series = data;

  g_free (series->address);
  g_free (series->name);
  g_array_unref (series->entries);
  g_free (series);
}

/* Adds a series, unless nothing of the server is recorded. */
static void
add_series (GPtrArray *all,
            const char *address,
            const char *name,
            gboolean is_database,
            GArray *entries,
            gint64 begin_ns,
            gint64 end_ns)
{
  TsRecordFileSeries *series;

  if (entries->len == 0)
    return;
  series = g_new (TsRecordFileSeries, 1);
  *series = (TsRecordFileSeries) {
    .address = g_strdup (address),
    .name = g_strdup (name != NULL && *name != '\0' ? name : address),
    .is_database = is_database,
    .entries = g_array_ref (entries),
    .begin_ns = MIN (begin_ns, g_array_index (entries, TsHistoryEntry, 0).at_ns),
    .end_ns = MAX (end_ns, g_array_index (entries, TsHistoryEntry, entries->len - 1).at_ns),
  };
  g_ptr_array_add (all, series);
}

/* An entry that stands for many exchanges is at one of them, so the first and the last do not tell when these began and ended. */
static gboolean
find_stretch (TsRecording *recording,
              const TsRecordedServer *server,
              const GArray *entries,
              gint64 *begin_ns,
              gint64 *end_ns,
              GError **error)
{
  gint64 last_ns = entries->len > 0 ? g_array_index (entries, TsHistoryEntry, entries->len - 1).at_ns : 0;
  g_autoptr (GArray) rollups = ts_recording_read_rollups (recording, server, 1, last_ns, G_MAXINT64, error);

  *end_ns = G_MININT64;
  for (guint i = 0; rollups != NULL && i < rollups->len; i++)
    *end_ns = MAX (*end_ns, g_array_index (rollups, TsRollup, i).end_ns);
  return rollups != NULL && ts_recording_find_next (recording, server, 0, begin_ns, error);
}

static gboolean
read_database (const char *path,
               GPtrArray *all,
               GError **error)
{
  g_autoptr (TsRecording) recording = ts_recording_open (path, error);
  g_autoptr (GPtrArray) servers = recording != NULL ? ts_recording_list_servers (recording, error) : NULL;

  for (guint i = 0; servers != NULL && i < servers->len; i++)
    {
      const TsRecordedServer *server = servers->pdata[i];
      g_autoptr (GArray) entries = ts_past_read (recording, server, G_MAXINT64, error);
      gint64 begin_ns, end_ns;

      if (entries == NULL || !find_stretch (recording, server, entries, &begin_ns, &end_ns, error))
        return FALSE;
      add_series (all, server->address, server->name, TRUE, entries, begin_ns, end_ns);
    }
  return servers != NULL;
}

static gboolean
take_row (const TsRecordTextRow *row,
          gpointer user_data)
{
  GHashTable *rows = user_data;
  const char *address = row->server != NULL ? row->server : "";
  GArray *entries = g_hash_table_lookup (rows, address);
  TsHistoryEntry entry = ts_record_to_entry (&row->record);

  if (entries == NULL)
    {
      entries = g_array_new (FALSE, FALSE, sizeof (TsHistoryEntry));
      g_hash_table_insert (rows, g_strdup (address), entries);
    }
  g_array_append_val (entries, entry);
  return TRUE;
}

static gboolean
read_text (const char *path,
           GPtrArray *all,
           GError **error)
{
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  g_autoptr (GPtrArray) summaries = ts_rows_read (path, NULL, G_MININT64, G_MAXINT64, take_row, rows, error);

  for (guint i = 0; summaries != NULL && i < summaries->len; i++)
    {
      const TsRowsSummary *summary = summaries->pdata[i];
      GArray *entries = g_hash_table_lookup (rows, summary->server);

      if (entries != NULL)
        add_series (all, summary->server, NULL, FALSE, entries, summary->begin_ns, summary->end_ns);
    }
  return summaries != NULL;
}

/**
 * ts_record_file_read:
 * @path: a database, or CSV or JSON Lines of ours
 * @error: return location for a %TS_RECORD_ERROR or a %G_IO_ERROR
 *
 * Reads the file only.
 *
 * Returns: (transfer full) (nullable) (element-type TsRecordFileSeries): the servers of which anything is recorded
 */
GPtrArray *
ts_record_file_read (const char *path,
                     GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (series_free);
  gboolean is_read = ts_rows_is_database (path) ? read_database (path, all, error) : read_text (path, all, error);

  return is_read ? g_steal_pointer (&all) : NULL;
}
