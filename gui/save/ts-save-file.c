/* Writes a file piece by piece: either all of it is written, or nothing changes.
 *
 * To replace a file, GIO writes another one beside it, which gets its name when it is closed; if it is closed with a
 * cancelled cancellable, GIO deletes it. A new file has its name from the beginning, and is deleted here if it is not
 * written to its end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-file.h"

/* The window is drawn first. */
#define IO_PRIORITY G_PRIORITY_LOW

typedef struct
{
  TsSaveNext next;
  gpointer source;
  GDestroyNotify free_source;
  GOutputStream *stream;
  GString *part;
  gboolean is_new;
  GError *error; /* why it was given up */
} Save;

static void
free_save (gpointer data)
{
  Save *self = data;

  if (self->free_source != NULL)
    self->free_source (self->source);
  g_clear_object (&self->stream);
  g_string_free (self->part, TRUE);
  g_clear_error (&self->error);
  g_free (self);
}

static void
return_error (GTask *task)
{
  Save *self = g_task_get_task_data (task);

  g_task_return_error (task, g_steal_pointer (&self->error));
}

/* If it cannot be deleted, the error to report is still the first one. */
static void
did_delete (GObject *file,
            GAsyncResult *result,
            gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_file_delete_finish (G_FILE (file), result, NULL);
  return_error (task);
}

static void
delete_if_new (GTask *task)
{
  Save *self = g_task_get_task_data (task);

  if (self->is_new)
    g_file_delete_async (g_task_get_source_object (task), IO_PRIORITY, NULL, did_delete, g_object_ref (task));
  else
    return_error (task);
}

static void
did_discard (GObject *stream,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_output_stream_close_finish (G_OUTPUT_STREAM (stream), result, NULL);
  delete_if_new (task);
}

static void
give_up (GTask *task,
         GError *error)
{
  Save *self = g_task_get_task_data (task);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  self->error = error;
  g_cancellable_cancel (cancelled);
  g_output_stream_close_async (self->stream, IO_PRIORITY, cancelled, did_discard, g_object_ref (task));
}

static void
did_close (GObject *stream,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *self = g_task_get_task_data (task);

  if (g_output_stream_close_finish (G_OUTPUT_STREAM (stream), result, &self->error))
    g_task_return_boolean (task, TRUE);
  else
    delete_if_new (task);
}

static void
did_write (GObject *stream,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (stream), result, NULL, &error))
    {
      give_up (task, error);
      return;
    }
  g_string_truncate (self->part, 0);
  if (self->next (self->source, self->part))
    g_output_stream_write_all_async (self->stream, self->part->str, self->part->len, IO_PRIORITY,
                                     g_task_get_cancellable (task), did_write, g_object_ref (task));
  else
    g_output_stream_close_async (self->stream, IO_PRIORITY, g_task_get_cancellable (task), did_close,
                                 g_object_ref (task));
}

static void
begin (GTask *task,
       GFileOutputStream *stream)
{
  Save *self = g_task_get_task_data (task);

  self->stream = G_OUTPUT_STREAM (stream);
  /* The first write is empty, so that all pieces are written in did_write(). */
  g_output_stream_write_all_async (self->stream, self->part->str, 0, IO_PRIORITY, g_task_get_cancellable (task),
                                   did_write, g_object_ref (task));
}

static void
did_replace (GObject *file,
             GAsyncResult *result,
             gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GFileOutputStream *stream = g_file_replace_finish (G_FILE (file), result, &error);

  if (stream != NULL)
    begin (task, stream);
  else
    g_task_return_error (task, error);
}

static void
did_create (GObject *file,
            GAsyncResult *result,
            gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *self = g_task_get_task_data (task);
  GError *error = NULL;
  GFileOutputStream *stream = g_file_create_finish (G_FILE (file), result, &error);

  if (stream != NULL)
    {
      self->is_new = TRUE;
      begin (task, stream);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_clear_error (&error);
      /* Without the flag GIO would follow a link and overwrite its target in place. */
      g_file_replace_async (G_FILE (file), NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, IO_PRIORITY, NULL,
                            did_replace, g_object_ref (task));
    }
  else
    g_task_return_error (task, error);
}

/**
 * ts_save_file_async:
 * @file: the file to write
 * @next: gives its content, in the thread of the caller's main context
 * @source: (transfer full): for @next
 * @free_source: (nullable): frees @source, at the latest when the operation is over
 * @cancellable: (nullable): a cancellable
 * @callback: called when all of @file is written, or nothing has changed
 * @user_data: for @callback
 *
 * Writes @file, or replaces it.
 */
void
ts_save_file_async (GFile *file,
                    TsSaveNext next,
                    gpointer source,
                    GDestroyNotify free_source,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (file, cancellable, callback, user_data);
  Save *self = g_new0 (Save, 1);

  self->next = next;
  self->source = source;
  self->free_source = free_source;
  self->part = g_string_new (NULL);
  g_task_set_source_tag (task, ts_save_file_async);
  g_task_set_priority (task, IO_PRIORITY);
  g_task_set_task_data (task, self, free_save);
  /* Each step sees whether it was cancelled; a file that is written to its end by then is no error. */
  g_task_set_check_cancellable (task, FALSE);
  /* Opening is not cancelled, because GIO would close a stream that it had opened all the same as if it were complete.
   * */
  g_file_create_async (file, G_FILE_CREATE_NONE, IO_PRIORITY, NULL, did_create, g_object_ref (task));
}

/**
 * ts_save_file_finish:
 * @file: the file
 * @result: what the callback was given
 * @error: return location for a %G_IO_ERROR
 *
 * Returns: whether all of @file is written; if not, what was there before is unchanged
 */
gboolean
ts_save_file_finish (GFile *file,
                     GAsyncResult *result,
                     GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, file), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
