/* Reads what is recorded of a server in a thread of its own, so that nothing waits for the disk.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-past-reader.h"

/* What to read. */
typedef struct _Request Request;

struct _Request
{
  char *path;
  char *address;
  gint64 begin_ns;
  gint64 end_ns;
  GTimeZone *zone; /* (nullable) */
  GArray *(*read) (TsRecording *recording, const TsRecordedServer *server, const Request *request, GError **error);
};

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_pointer (&request->zone, g_time_zone_unref);
  g_free (request->path);
  g_free (request->address);
  g_free (request);
}

static GArray *
read_span (TsRecording *recording,
           const TsRecordedServer *server,
           const Request *request,
           GError **error)
{
  return request->begin_ns == G_MININT64
           ? ts_past_read (recording, server, request->end_ns, error)
           : ts_past_read_span (recording, server, request->begin_ns, request->end_ns, error);
}

static GArray *
read_exchanges (TsRecording *recording,
                const TsRecordedServer *server,
                const Request *request,
                GError **error)
{
  return ts_past_read_exchanges (recording, server, request->begin_ns, error);
}

static GArray *
read_events (TsRecording *recording,
             const TsRecordedServer *server,
             const Request *request,
             GError **error)
{
  return ts_past_read_events (recording, server, error);
}

static GArray *
list_days (TsRecording *recording,
           const TsRecordedServer *server,
           const Request *request,
           GError **error)
{
  return ts_past_list_days (recording, server, request->zone, error);
}

/* Returns: (transfer full) (nullable): what was asked for; without elements if the file has no such server */
static GArray *
read_server (const Request *request,
             GError **error)
{
  g_autoptr (TsRecording) recording = ts_recording_open (request->path, error);
  g_autoptr (GPtrArray) servers = recording != NULL ? ts_recording_list_servers (recording, error) : NULL;

  for (guint i = 0; servers != NULL && i < servers->len; i++)
    if (g_str_equal (((const TsRecordedServer *) servers->pdata[i])->address, request->address))
      return request->read (recording, servers->pdata[i], request, error);
  return servers != NULL ? g_array_new (FALSE, FALSE, 1) : NULL;
}

static void
run (GTask *task,
     gpointer source,
     gpointer task_data,
     GCancellable *cancellable)
{
  GError *error = NULL;
  GArray *result = read_server (task_data, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, (GDestroyNotify) g_array_unref);
  else
    g_task_return_error (task, error);
}

static void
begin (Request request,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  request.path = g_strdup (request.path);
  request.address = g_strdup (request.address);
  g_task_set_source_tag (task, ts_past_reader_finish);
  g_task_set_task_data (task, g_memdup2 (&request, sizeof request), request_free);
  g_task_run_in_thread (task, run);
}

/**
 * ts_past_reader_read_async:
 * @path: a recording
 * @address: a server's
 * @begin_ns: our clock: the first instant; %G_MININT64: all, the older the coarser
 * @end_ns: our clock: the last
 * @cancellable: (nullable): to give it up
 * @callback: called when it is read
 * @user_data: for @callback
 *
 * Reads what is drawn of a server's past; the result has elements of type #TsHistoryEntry, in order.
 */
void
ts_past_reader_read_async (const char *path,
                           const char *address,
                           gint64 begin_ns,
                           gint64 end_ns,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  begin ((Request) { (char *) path, (char *) address, begin_ns, end_ns, NULL, read_span }, cancellable, callback,
         user_data);
}

/**
 * ts_past_reader_read_exchanges_async:
 * @path: a recording
 * @address: a server's
 * @at_ns: our clock
 * @cancellable: (nullable): to give it up
 * @callback: called when they are read
 * @user_data: for @callback
 *
 * Reads the exchanges around an instant; the result has elements of type #TsHistoryEntry, none if only roll-ups of that
 * time are kept.
 */
void
ts_past_reader_read_exchanges_async (const char *path,
                                     const char *address,
                                     gint64 at_ns,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  begin ((Request) { (char *) path, (char *) address, at_ns, at_ns, NULL, read_exchanges }, cancellable, callback,
         user_data);
}

/**
 * ts_past_reader_read_events_async:
 * @path: a recording
 * @address: a server's
 * @cancellable: (nullable): to give it up
 * @callback: called when they are read
 * @user_data: for @callback
 *
 * Reads what happened to this computer and to the recorder; the result has elements of type #TsPastEvent, in order.
 */
void
ts_past_reader_read_events_async (const char *path,
                                  const char *address,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  begin ((Request) { (char *) path, (char *) address, 0, 0, NULL, read_events }, cancellable, callback, user_data);
}

/**
 * ts_past_reader_list_days_async:
 * @path: a recording
 * @address: a server's
 * @zone: in which days begin
 * @cancellable: (nullable): to give it up
 * @callback: called when they are read
 * @user_data: for @callback
 *
 * Lists the recorded days; the result has elements of type #TsPastDay, the oldest first.
 */
void
ts_past_reader_list_days_async (const char *path,
                                const char *address,
                                GTimeZone *zone,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  begin ((Request) { (char *) path, (char *) address, 0, 0, g_time_zone_ref (zone), list_days }, cancellable, callback,
         user_data);
}

/**
 * ts_past_reader_finish:
 * @result: what the callback was given
 * @error: return location for a %TS_RECORD_ERROR or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): what was read, without elements if nothing is recorded of that server
 */
GArray *
ts_past_reader_finish (GAsyncResult *result,
                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
