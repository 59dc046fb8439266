/* A probe whose exchanges end when and how the test says.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/probe/ts-probe.h"
#include "measure/ts-time.h"

#include "test-wait.h"

#define FAKE_TYPE_PROBE (fake_probe_get_type ())
G_DECLARE_FINAL_TYPE (FakeProbe, fake_probe, FAKE, PROBE, GObject)

struct _FakeProbe
{
  GObject parent_instance;

  TsAddress *target;
  TsProtocol protocol;
  const char *remote;
  gint64 min_interval_ns;
  gint64 default_interval_ns; /* an hour, so that nothing comes by itself, unless the test says otherwise */
  GTask *task;                /* (nullable): the exchange under way */
  guint n_exchanges;
};

static void
fake_probe_exchange_async (TsProbe *probe,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  FakeProbe *self = FAKE_PROBE (probe);

  /* One at a time, and each can be given up. */
  g_assert_null (self->task);
  g_assert_nonnull (cancellable);
  self->task = g_task_new (self, cancellable, callback, user_data);
  self->n_exchanges++;
}

static const TsAddress *
fake_probe_get_target (TsProbe *probe)
{
  return FAKE_PROBE (probe)->target;
}

static TsProtocol
fake_probe_get_protocol (TsProbe *probe)
{
  return FAKE_PROBE (probe)->protocol;
}

static const char *
fake_probe_get_remote (TsProbe *probe)
{
  return FAKE_PROBE (probe)->remote;
}

static gint64
fake_probe_get_min_interval_ns (TsProbe *probe)
{
  return FAKE_PROBE (probe)->min_interval_ns;
}

static gint64
fake_probe_get_default_interval_ns (TsProbe *probe)
{
  return FAKE_PROBE (probe)->default_interval_ns;
}

static void
fake_probe_iface_init (TsProbeInterface *iface)
{
  iface->exchange_async = fake_probe_exchange_async;
  iface->get_target = fake_probe_get_target;
  iface->get_protocol = fake_probe_get_protocol;
  iface->get_remote = fake_probe_get_remote;
  iface->get_min_interval_ns = fake_probe_get_min_interval_ns;
  iface->get_default_interval_ns = fake_probe_get_default_interval_ns;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeProbe, fake_probe, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TS_TYPE_PROBE, fake_probe_iface_init))

static void
fake_probe_finalize (GObject *object)
{
  FakeProbe *self = FAKE_PROBE (object);

  g_assert_null (self->task);
  ts_address_free (self->target);
  G_OBJECT_CLASS (fake_probe_parent_class)->finalize (object);
}

static void
fake_probe_class_init (FakeProbeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_probe_finalize;
}

static void
fake_probe_init (FakeProbe *self)
{
  self->target = ts_address_parse ("time.example", NULL);
  self->protocol = TS_PROTOCOL_FRAMED;
  self->remote = "192.0.2.1:10085";
  self->default_interval_ns = 3600 * TS_NS_PER_S;
}

static inline FakeProbe *
fake_probe_new (void)
{
  return g_object_new (FAKE_TYPE_PROBE, NULL);
}

/* Ends the exchange under way: with @error (nullable) (transfer full), or else with a copy of @sample. One that was
 * cancelled ends as cancelled, whatever the two are. */
static inline void
fake_probe_end (FakeProbe *self,
                const TsSample *sample,
                GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_assert_nonnull (task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_memdup2 (sample, sizeof *sample), g_free);
  TEST_WAIT (g_task_get_completed (task));
}

/* Ends the exchange under way with what @exchange tells. */
static inline void
fake_probe_answer (FakeProbe *self,
                   const TsExchange *exchange)
{
  TsSample sample;

  g_assert_true (ts_sample_derive (&sample, exchange, NULL));
  fake_probe_end (self, &sample, NULL);
}

/* Ends the exchange under way, where there is one, without an answer. */
static inline void
fake_probe_lose (FakeProbe *self)
{
  if (self->task != NULL)
    fake_probe_end (self, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "told to fail"));
}

/* Returns: whether the exchange under way was told to stop */
static inline gboolean
fake_probe_is_cancelled (FakeProbe *self)
{
  g_assert_nonnull (self->task);
  return g_cancellable_is_cancelled (g_task_get_cancellable (self->task));
}
