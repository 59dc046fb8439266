/* A probe that answers with the exchanges that a test makes up, and a monitor that is fed with them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "ts-monitor.h"

#define SCRIPTED_TYPE_PROBE (scripted_probe_get_type ())
G_DECLARE_FINAL_TYPE (ScriptedProbe, scripted_probe, SCRIPTED, PROBE, GObject)

struct _ScriptedProbe
{
  GObject parent_instance;

  TsAddress *target;
  GTask *task; /* (nullable): the exchange under way */
};

static void
scripted_probe_exchange_async (TsProbe            *probe,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  SCRIPTED_PROBE (probe)->task = g_task_new (probe, cancellable, callback, user_data);
}

static gboolean
scripted_probe_exchange_finish (TsProbe      *probe,
                                GAsyncResult *result,
                                TsSample     *sample,
                                GError      **error)
{
  g_autofree TsSample *answer = g_task_propagate_pointer (G_TASK (result), error);

  if (answer == NULL)
    return FALSE;
  *sample = *answer;
  return TRUE;
}

static const TsAddress *
scripted_probe_get_target (TsProbe *probe)
{
  return SCRIPTED_PROBE (probe)->target;
}

static TsProtocol
scripted_probe_get_protocol (TsProbe *probe)
{
  return TS_PROTOCOL_FRAMED;
}

static const char *
scripted_probe_get_remote (TsProbe *probe)
{
  return "192.0.2.17";
}

static gint64
scripted_probe_get_interval_ns (TsProbe *probe)
{
  return G_GINT64_CONSTANT (5000000000);
}

static void
scripted_probe_iface_init (TsProbeInterface *iface)
{
  iface->exchange_async = scripted_probe_exchange_async;
  iface->exchange_finish = scripted_probe_exchange_finish;
  iface->get_target = scripted_probe_get_target;
  iface->get_protocol = scripted_probe_get_protocol;
  iface->get_remote = scripted_probe_get_remote;
  iface->get_min_interval_ns = scripted_probe_get_interval_ns;
  iface->get_default_interval_ns = scripted_probe_get_interval_ns;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ScriptedProbe, scripted_probe, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TS_TYPE_PROBE, scripted_probe_iface_init))

static void
scripted_probe_finalize (GObject *object)
{
  ts_address_free (SCRIPTED_PROBE (object)->target);
  G_OBJECT_CLASS (scripted_probe_parent_class)->finalize (object);
}

static void
scripted_probe_class_init (ScriptedProbeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = scripted_probe_finalize;
}

static void
scripted_probe_init (ScriptedProbe *self)
{
  self->target = ts_address_parse ("time.example.org", NULL);
}

/* Ends the exchange under way. */
static inline void
scripted_probe_end (TsMonitor *monitor,
                    TsSample  *sample,
                    GError    *error)
{
  ScriptedProbe *probe = SCRIPTED_PROBE (ts_monitor_get_probe (monitor));
  g_autoptr (GTask) task = NULL;

  ts_monitor_retry (monitor);
  task = g_steal_pointer (&probe->task);
  g_assert_nonnull (task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, sample, g_free);
  while (!g_task_get_completed (task))
    g_main_context_iteration (NULL, TRUE);
}

/* Lets @monitor, which runs, have the exchange. */
static inline void
feed (TsMonitor        *monitor,
      const TsExchange *exchange)
{
  TsSample *sample = g_new (TsSample, 1);

  g_assert_true (ts_sample_derive (sample, exchange, NULL));
  scripted_probe_end (monitor, sample, NULL);
}

/* Lets it have none. */
static inline void
feed_loss (TsMonitor *monitor)
{
  scripted_probe_end (monitor, NULL, g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "told to fail"));
}

/* Returns: (transfer full): a monitor that runs, and measures nothing but what it is fed with */
static inline TsMonitor *
new_scripted_monitor (TsClock *clock)
{
  g_autoptr (ScriptedProbe) probe = g_object_new (SCRIPTED_TYPE_PROBE, NULL);
  TsMonitor *monitor = ts_monitor_new (TS_PROBE (probe), clock);

  ts_monitor_start (monitor);
  return monitor;
}

/* Stops and frees it, and has it end what is under way. */
static inline void
free_scripted_monitor (TsMonitor *monitor)
{
  g_autoptr (ScriptedProbe) probe = g_object_ref (SCRIPTED_PROBE (ts_monitor_get_probe (monitor)));
  g_autoptr (GTask) task = NULL;

  ts_monitor_stop (monitor);
  task = g_steal_pointer (&probe->task);
  if (task != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
      while (!g_task_get_completed (task))
        g_main_context_iteration (NULL, TRUE);
    }
  g_assert_finalize_object (monitor);
}
