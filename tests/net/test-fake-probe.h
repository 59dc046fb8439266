/* A probe whose exchanges end when and how the test says.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/probe/ts-probe-task.h"
#include "net/probe/ts-probe.h"
#include "measure/ts-time.h"

#include "test-wait.h"

#define FAKE_TYPE_PROBE (fake_probe_get_type ())
G_DECLARE_FINAL_TYPE (FakeProbe, fake_probe, FAKE, PROBE, TsProbe)

struct _FakeProbe
{
  TsProbe parent_instance;

  gint64 min_interval_ns;
  gint64 default_interval_ns; /* an hour, so that nothing comes by itself, unless the test says otherwise */
  GTask *task;                /* (nullable): the exchange under way */
  guint n_exchanges;
};

static void
fake_probe_exchange (TsProbe *probe,
                     GTask *task)
{
  FakeProbe *self = FAKE_PROBE (probe);

  /* One at a time, and each can be given up. */
  g_assert_null (self->task);
  g_assert_nonnull (g_task_get_cancellable (task));
  self->task = task;
  self->n_exchanges++;
}

/* It ends when the test says. */
static void
fake_probe_cancel (TsProbe *probe,
                   GTask *task)
{
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

G_DEFINE_FINAL_TYPE (FakeProbe, fake_probe, TS_TYPE_PROBE)

static void
fake_probe_finalize (GObject *object)
{
  g_assert_null (FAKE_PROBE (object)->task);
  G_OBJECT_CLASS (fake_probe_parent_class)->finalize (object);
}

static void
fake_probe_class_init (FakeProbeClass *klass)
{
  TsProbeClass *probe_class = TS_PROBE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_probe_finalize;
  probe_class->exchange = fake_probe_exchange;
  probe_class->cancel = fake_probe_cancel;
  probe_class->get_min_interval_ns = fake_probe_get_min_interval_ns;
  probe_class->get_default_interval_ns = fake_probe_get_default_interval_ns;
}

static void
fake_probe_init (FakeProbe *self)
{
  self->default_interval_ns = 3600 * TS_NS_PER_S;
}

static inline FakeProbe *
fake_probe_new_for (const TsAddress *target)
{
  FakeProbe *self = ts_probe_construct (FAKE_TYPE_PROBE, target);

  ts_probe_set_protocol (TS_PROBE (self), TS_PROTOCOL_FRAMED);
  ts_probe_set_remote (TS_PROBE (self), "192.0.2.1:10085");
  return self;
}

static inline FakeProbe *
fake_probe_new (void)
{
  g_autoptr (TsAddress) target = ts_address_parse ("time.example", NULL);

  return fake_probe_new_for (target);
}

/* Ends the exchange under way: with @error (nullable) (transfer full), or else with a copy of @sample. One that was
 * cancelled ends as cancelled, whatever the two are. */
static inline void
fake_probe_end (FakeProbe *self,
                const TsSample *sample,
                GError *error)
{
  g_autoptr (GTask) task = g_object_ref (self->task);

  self->task = NULL;
  if (error != NULL)
    ts_probe_task_fail (task, error);
  else
    ts_probe_task_succeed (task, sample);
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
