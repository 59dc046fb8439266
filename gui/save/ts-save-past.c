/* Writes rows of what is recorded, and then those of what is measured, into a file.
 *
 * There may be more rows than memory holds, and the estimator goes through each of them again, so a thread reads and writes
 * them piece by piece. As with ts-save-file, either all of it is written or nothing changes.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-past.h"

#include "record/ts-rows.h"

#define PART_SIZE 65536

typedef struct
{
  char *path;
  char *address;
  gint64 begin_ns;
  gint64 end_ns;
  gint64 newest_ns;
  TsSaveRows *rows;
  TsSavePastFunc tell;
  gpointer user_data; /* for @tell */

  /* The thread's. */
  GOutputStream *stream;
  GCancellable *cancellable; /* (nullable) */
  GString *part;
  gint64 first_ns; /* of what is written */
  TsSaveThinned thinned;
  GError *error;   /* (nullable): why it was given up */
  GTask *task;     /* not ours */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job->address);
  ts_save_rows_free (job->rows);
  g_clear_object (&job->stream);
  g_string_free (job->part, TRUE);
  g_clear_error (&job->error);
  g_free (job);
}

/* What the main thread learns. */
typedef struct
{
  GTask *task;
  double done;
} News;

static gboolean
run_tell (gpointer user_data)
{
  News *news = user_data;
  Job *job = g_task_get_task_data (news->task);

  if (!g_task_get_completed (news->task))
    job->tell (news->done, job->user_data);
  g_object_unref (news->task);
  g_free (news);
  return G_SOURCE_REMOVE;
}

static void
tell_done (Job *job,
           gint64 at_ns)
{
  News *news = g_new (News, 1);
  gint64 length_ns = MAX (job->newest_ns - job->first_ns, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  *news = (News) { g_object_ref (job->task), CLAMP ((double) (at_ns - job->first_ns) / (double) length_ns, 0, 1) };
  g_source_set_callback (source, run_tell, news, NULL);
  g_source_attach (source, g_task_get_context (job->task));
}

static gboolean
write_part (Job *job)
{
  gboolean is_written = g_output_stream_write_all (job->stream, job->part->str, job->part->len, NULL, job->cancellable,
                                                   &job->error);

  g_string_truncate (job->part, 0);
  return is_written;
}

static gboolean
take_row (const TsRecordTextRow *row,
          gpointer user_data)
{
  Job *job = user_data;
  TsHistoryEntry entry = ts_record_to_entry (&row->record);

  job->first_ns = MIN (job->first_ns, entry.at_ns);
  ts_save_rows_add (job->rows, &entry, job->part);
  if (job->part->len < PART_SIZE)
    return TRUE;
  tell_done (job, entry.at_ns);
  return write_part (job);
}

static gboolean
write_all (Job *job)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) summaries =
    ts_rows_read (job->path, job->address, job->begin_ns, job->end_ns, take_row, job, &error);

  /* A server of which nothing is recorded may be measured. */
  if (summaries == NULL && job->error == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    job->error = g_steal_pointer (&error);
  if (job->error != NULL)
    return FALSE;
  for (guint i = 0; summaries != NULL && i < summaries->len; i++)
    {
      const TsRowsSummary *summary = summaries->pdata[i];

      job->thinned = (TsSaveThinned) { summary->n_thinned, summary->thinned_begin_ns, summary->thinned_end_ns,
                                       summary->partial_begin_ns };
    }
  while (ts_save_rows_next (job->rows, job->part))
    if (!write_part (job))
      return FALSE;
  return write_part (job);
}

/* A stream that is closed with a cancelled cancellable leaves the file that was there before. */
static void
discard (Job *job)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  g_output_stream_close (job->stream, cancelled, NULL);
}

static void
run (GTask *task,
     gpointer file,
     gpointer task_data,
     GCancellable *cancellable)
{
  Job *job = task_data;
  gboolean is_new, is_whole;

  job->task = task;
  job->cancellable = cancellable;
  job->stream = G_OUTPUT_STREAM (g_file_create (file, G_FILE_CREATE_NONE, NULL, &job->error));
  is_new = job->stream != NULL;
  if (!is_new && g_error_matches (job->error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_clear_error (&job->error);
      job->stream = G_OUTPUT_STREAM (g_file_replace (file, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, &job->error));
    }
  is_whole = job->stream != NULL && write_all (job);
  if (job->stream != NULL && !is_whole)
    discard (job);
  is_whole = is_whole && g_output_stream_close (job->stream, cancellable, &job->error);
  if (is_new && !is_whole)
    g_file_delete (file, NULL, NULL);
  if (is_whole)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&job->error));
}

/**
 * ts_save_past_async:
 * @file: the file to write
 * @past: what to write; its rows are taken over
 * @tell: told how far it is, in the caller's main context
 * @cancellable: (nullable): a cancellable
 * @callback: called when all of @file is written, or nothing has changed
 * @user_data: for @callback and @tell
 *
 * Writes @file, or replaces it.
 */
void
ts_save_past_async (GFile *file,
                    const TsSavePast *past,
                    TsSavePastFunc tell,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (file, cancellable, callback, user_data);
  Job *job = g_new (Job, 1);

  *job = (Job) {
    .path = g_strdup (past->path),
    .address = g_strdup (past->address),
    .begin_ns = past->begin_ns,
    .end_ns = past->end_ns,
    .newest_ns = past->newest_ns,
    .rows = past->rows,
    .tell = tell,
    .user_data = user_data,
    .part = g_string_new (NULL),
    .first_ns = G_MAXINT64,
  };
  g_task_set_source_tag (task, ts_save_past_async);
  g_task_set_task_data (task, job, job_free);
  /* A file that is written to its end before it is cancelled is no error. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, run);
}

/**
 * ts_save_past_finish:
 * @file: the file
 * @result: what the callback was given
 * @thinned: (out): what could not be written
 * @error: return location for a %G_IO_ERROR or a %TS_RECORD_ERROR
 *
 * Returns: whether all of @file is written; if not, what was there before is unchanged
 */
gboolean
ts_save_past_finish (GFile *file,
                     GAsyncResult *result,
                     TsSaveThinned *thinned,
                     GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, ts_save_past_async), FALSE);

  *thinned = ((Job *) g_task_get_task_data (G_TASK (result)))->thinned;
  return g_task_propagate_boolean (G_TASK (result), error);
}
