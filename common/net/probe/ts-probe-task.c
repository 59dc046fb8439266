/* The task of a probe's exchange.
 *
 * Every probe needs a task that returns once, a watch on the user's cancellation, and a timer. Nothing of the exchange
 * may run after the task has returned.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/probe/ts-probe-task.h"

#include "measure/ts-time.h"
#include "ts-source.h"

/* The data of the task. */
typedef struct
{
  TsProbeTaskFunc cancelled;
  GSource *user_cancelled; /* (nullable) */
  GSource *timer;          /* (nullable) */
  gpointer state;
  GDestroyNotify free_state;
} Scaffold;

static void
end (Scaffold *self)
{
  ts_source_clear (&self->user_cancelled);
  ts_source_clear (&self->timer);
  if (self->state != NULL)
    self->free_state (g_steal_pointer (&self->state));
}

static void
scaffold_free (gpointer data)
{
  end (data);
  g_free (data);
}

static gboolean
user_cancelled (GCancellable *cancellable,
                gpointer user_data)
{
  GTask *task = user_data;

  ((Scaffold *) g_task_get_task_data (task))->cancelled (task);
  return G_SOURCE_REMOVE;
}

/**
 * ts_probe_task_new:
 * @probe: the probe
 * @source_tag: the function that begins the exchange
 * @cancellable: (nullable): to give it up
 * @cancelled: called when the user has given it up
 * @callback: called when the exchange has ended
 * @user_data: passed to @callback
 *
 * Returns: (transfer full) (nullable): a task, which ts_probe_task_succeed() or ts_probe_task_fail() ends; %NULL if
 *   @cancellable was cancelled before, and @callback gets that error then
 */
GTask *
ts_probe_task_new (gpointer probe,
                   gpointer source_tag,
                   GCancellable *cancellable,
                   TsProbeTaskFunc cancelled,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (probe, cancellable, callback, user_data);
  Scaffold *self = g_new0 (Scaffold, 1);

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, self, scaffold_free);
  if (g_task_return_error_if_cancelled (task))
    return NULL;
  self->cancelled = cancelled;
  if (cancellable != NULL)
    {
      self->user_cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->user_cancelled, G_SOURCE_FUNC (user_cancelled), task, NULL);
      g_source_attach (self->user_cancelled, g_task_get_context (task));
    }
  return g_steal_pointer (&task);
}

/**
 * ts_probe_task_set_state:
 * @task: an exchange under way
 * @state: (transfer full): what the probe keeps for it
 * @free_state: frees @state, right before @task returns
 */
void
ts_probe_task_set_state (GTask *task,
                         gpointer state,
                         GDestroyNotify free_state)
{
  Scaffold *self = g_task_get_task_data (task);

  self->state = state;
  self->free_state = free_state;
}

/**
 * ts_probe_task_get_state:
 * @task: an exchange under way
 *
 * Returns: (transfer none): the state of ts_probe_task_set_state()
 */
gpointer
ts_probe_task_get_state (GTask *task)
{
  return ((Scaffold *) g_task_get_task_data (task))->state;
}

/**
 * ts_probe_task_set_timer:
 * @task: an exchange under way
 * @duration_ns: how long to wait
 * @ran_out: called with @task when the time is over and @task has not returned
 *
 * Replaces the timer, because a task has only one.
 */
void
ts_probe_task_set_timer (GTask *task,
                         gint64 duration_ns,
                         GSourceFunc ran_out)
{
  Scaffold *self = g_task_get_task_data (task);

  ts_source_clear (&self->timer);
  self->timer = g_timeout_source_new ((guint) (duration_ns / TS_NS_PER_MS));
  g_source_set_callback (self->timer, ran_out, task, NULL);
  g_source_attach (self->timer, g_task_get_context (task));
}

/**
 * ts_probe_task_clear_timer:
 * @task: an exchange under way
 */
void
ts_probe_task_clear_timer (GTask *task)
{
  ts_source_clear (&((Scaffold *) g_task_get_task_data (task))->timer);
}

/**
 * ts_probe_task_succeed:
 * @task: (transfer full): an exchange under way
 * @sample: its sample
 */
void
ts_probe_task_succeed (GTask *task,
                       const TsSample *sample)
{
  TsSample *copy = g_memdup2 (sample, sizeof *sample);

  end (g_task_get_task_data (task));
  g_task_return_pointer (task, copy, g_free);
  g_object_unref (task);
}

/**
 * ts_probe_task_fail:
 * @task: (transfer full): an exchange under way
 * @error: (transfer full): why it has failed, as in ts_probe_exchange_finish()
 */
void
ts_probe_task_fail (GTask *task,
                    GError *error)
{
  end (g_task_get_task_data (task));
  g_task_return_error (task, error);
  g_object_unref (task);
}
