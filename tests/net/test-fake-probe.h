/* A probe that answers at once, with the offset that it is told, or fails at once.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-probe.h"
#include "ts-time.h"

#define FAKE_DELAY_NS (2 * TS_NS_PER_MS)

#define FAKE_TYPE_PROBE (fake_probe_get_type ())
G_DECLARE_FINAL_TYPE (FakeProbe, fake_probe, FAKE, PROBE, GObject)

struct _FakeProbe
{
  GObject parent_instance;

  TsAddress *target;
  TsClock *clock;
  gint64 offset_ns;
  gboolean fails;
  guint n_exchanges;
};

static void
fake_probe_exchange_async (TsProbe *probe,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (probe, cancellable, callback, user_data);

  FAKE_PROBE (probe)->n_exchanges++;
  if (FAKE_PROBE (probe)->fails)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "The network is not there");
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
fake_probe_exchange_finish (TsProbe *probe,
                            GAsyncResult *result,
                            TsSample *sample,
                            GError **error)
{
  FakeProbe *self = FAKE_PROBE (probe);
  gint64 t1_ns = ts_clock_get_now_ns (self->clock);
  gint64 remote_ns = t1_ns + FAKE_DELAY_NS / 2 + self->offset_ns;
  TsExchange exchange = { t1_ns, remote_ns, remote_ns, t1_ns + FAKE_DELAY_NS };

  if (!g_task_propagate_boolean (G_TASK (result), error) || !ts_sample_derive (sample, &exchange, error))
    return FALSE;
  /* It says that it is right. */
  sample->max_error_ns = 0;
  return TRUE;
}

static const TsAddress *
fake_probe_get_target (TsProbe *probe)
{
  return FAKE_PROBE (probe)->target;
}

static TsProtocol
fake_probe_get_protocol (TsProbe *probe)
{
  return TS_PROTOCOL_FRAMED;
}

static const char *
fake_probe_get_remote (TsProbe *probe)
{
  return "192.0.2.1:10085";
}

static gint64
fake_probe_get_min_interval_ns (TsProbe *probe)
{
  return 0;
}

static gint64
fake_probe_get_default_interval_ns (TsProbe *probe)
{
  return 3600 * TS_NS_PER_S;
}

static void
fake_probe_iface_init (TsProbeInterface *iface)
{
  iface->exchange_async = fake_probe_exchange_async;
  iface->exchange_finish = fake_probe_exchange_finish;
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

  ts_address_free (self->target);
  g_clear_object (&self->clock);
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
}

static inline FakeProbe *
fake_probe_new (TsClock *clock)
{
  FakeProbe *self = g_object_new (FAKE_TYPE_PROBE, NULL);

  self->clock = g_object_ref (clock);
  return self;
}
