/* Measures one server to get evidence.
 *
 * This has a probe of its own, because a server that seals learns what our clock says. Only a user who asks for
 * evidence tells that.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "evidence/ts-evidence-run.h"

#include "evidence/ts-evidence-writer.h"
#include "measure/ts-time.h"
#include "net/ts-probe-factory.h"

/* How many exchanges, because each is sealed with the next, and the closest of them counts. */
#define N_EXCHANGES 8
#define INTERVAL_NS (100 * TS_NS_PER_MS)
#define TIMEOUT_NS  (5 * TS_NS_PER_S)

typedef struct
{
  TsProbe *probe;
  TsEvidenceWriter *writer;
  char *path;
  guint n_left;
  gboolean has_sample;
} Run;

static void
run_free (gpointer data)
{
  Run *run = data;

  g_clear_object (&run->probe);
  g_clear_object (&run->writer);
  g_free (run->path);
  g_free (run);
}

static void exchange (GTask *task);

static gboolean
pause_is_over (gpointer task)
{
  exchange (task);
  return G_SOURCE_REMOVE;
}

static void
wait_for_next (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  gint64 pause_ns = MAX (INTERVAL_NS, ts_probe_get_min_interval_ns (run->probe));
  g_autoptr (GSource) source = g_timeout_source_new ((guint) (pause_ns / TS_NS_PER_MS));

  g_source_set_callback (source, pause_is_over, task, NULL);
  g_source_attach (source, g_task_get_context (task));
}

/* Verifies the file and returns what it proves. */
static void
conclude (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;
  TsEvidenceReport *report = NULL;

  if (ts_evidence_writer_close (run->writer, &error))
    report = ts_evidence_verify (run->path, &error);
  if (report != NULL)
    g_task_return_pointer (task, report, (GDestroyNotify) ts_evidence_report_free);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
did_exchange (GObject *probe,
              GAsyncResult *result,
              gpointer user_data)
{
  GTask *task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;
  TsSample sample;

  run->has_sample |= ts_probe_exchange_finish (TS_PROBE (probe), result, &sample, &error);
  if (error != NULL && (!run->has_sample || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_clear_error (&error);
  if (--run->n_left > 0)
    wait_for_next (task);
  else
    conclude (task);
}

static void
exchange (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  if (run->n_left == 1)
    ts_witness_seal_each (TS_WITNESS (run->writer));
  ts_probe_exchange_async (run->probe, g_task_get_cancellable (task), did_exchange, task);
}

/**
 * ts_evidence_run_async:
 * @target: the server
 * @clock: the clock to compare with the server's
 * @software: the program's name
 * @path: the path of the file, which is replaced when the new one is complete
 * @cancellable: (nullable): to give it up
 * @callback: called at the end
 * @user_data: for @callback
 *
 * Measures the server several times and writes evidence.
 */
void
ts_evidence_run_async (const TsAddress *target,
                       TsClock *clock,
                       const char *software,
                       const char *path,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Run *run = g_new0 (Run, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, ts_evidence_run_async);
  g_task_set_task_data (task, run, run_free);
  run->path = g_strdup (path);
  run->n_left = N_EXCHANGES;
  run->probe = ts_probe_new (target, TIMEOUT_NS, clock);
  run->writer = ts_evidence_writer_new (path, software, clock, &error);
  if (run->writer == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  ts_probe_set_witness (run->probe, TS_WITNESS (run->writer));
  exchange (task);
}

/**
 * ts_evidence_run_finish:
 * @result: as given to the callback
 * @error: return location for why there is no evidence: an error of the first exchange, or of the file
 *
 * Returns: (transfer full) (nullable): what the evidence proves
 */
TsEvidenceReport *
ts_evidence_run_finish (GAsyncResult *result,
                        GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
