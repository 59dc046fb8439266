/* A probe that measures a host by whatever it offers.
 *
 * It tries Time Sync over TCP first, and NTP beside it when TCP has failed or has not answered for a while. From then
 * on it uses only the protocol that answered first. When that fails repeatedly, it chooses again.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/ts-auto-probe.h"

#include <glib/gi18n-lib.h>

#include "net/probe/ts-probe-task.h"

/* After so many failures in a row it chooses again. */
#define MAX_FAILURES 3

enum
{
  TCP,
  NTP,
  N_CHILDREN
};

struct _TsAutoProbe
{
  TsProbe parent_instance;

  TsProbe *children[N_CHILDREN];
  gint64 head_start_ns;
  TsProbe *chosen;  /* (nullable) (unowned): one of the children */
  guint n_failures; /* how often the chosen one has failed in a row */
};

/* The exchange under way, which is the task's data. */
typedef struct
{
  GCancellable *race; /* ends the children's exchanges when the user has cancelled or one child has won */
  guint n_running;
  gboolean has_begun[N_CHILDREN];
  GError *errors[N_CHILDREN]; /* (nullable): why each of them failed */
  TsProbe *winner;            /* (nullable) (unowned) */
  TsSample sample;            /* the winner's */
} Exchange;

G_DEFINE_FINAL_TYPE (TsAutoProbe, ts_auto_probe, TS_TYPE_PROBE)

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_object (&exchange->race);
  g_clear_error (&exchange->errors[TCP]);
  g_clear_error (&exchange->errors[NTP]);
  g_free (exchange);
}

/* The exchange ends when the children that run have ended, because each child does one exchange at a time. */
static void
ts_auto_probe_cancel (TsProbe *probe,
                      GTask *task)
{
  g_cancellable_cancel (((Exchange *) ts_probe_task_get_state (task))->race);
}

/* Returns: (transfer full): why the exchange failed. After a success the server is known to speak one protocol, so only
 * the failure of that one matters. Before a success the message has both failures. The error's code is that of a cause
 * that a server itself gave, or otherwise TCP's. */
static GError *
take_error (TsAutoProbe *self,
            Exchange *exchange)
{
  TsProtocol spoken = ts_probe_get_protocol (TS_PROBE (self));
  const GError *tcp = exchange->errors[TCP];
  const GError *ntp = exchange->errors[NTP];
  const GError *cause;

  if (spoken != TS_PROTOCOL_UNKNOWN && exchange->errors[spoken == TS_PROTOCOL_NTP ? NTP : TCP] != NULL)
    return g_error_copy (exchange->errors[spoken == TS_PROTOCOL_NTP ? NTP : TCP]);
  if (tcp == NULL || ntp == NULL)
    return g_error_copy (tcp != NULL ? tcp : ntp);
  /* Both failed to look up the name, which is said once. */
  if (g_str_equal (tcp->message, ntp->message))
    return g_error_copy (tcp);
  cause = tcp->domain != TS_PROBE_ERROR && ntp->domain == TS_PROBE_ERROR ? ntp : tcp;
  /* Translators: two sentences, each of which names a server: what failed with one protocol, and what with the
   * other. */
  return g_error_new (cause->domain, cause->code, _("%1$s, and %2$s"), tcp->message, ntp->message);
}

/* Ends the exchange when all children that took part have ended. */
static void
finish (GTask *task)
{
  TsAutoProbe *self = g_task_get_source_object (task);
  Exchange *exchange = ts_probe_task_get_state (task);

  if (exchange->winner != NULL)
    {
      self->chosen = exchange->winner;
      ts_probe_set_protocol (TS_PROBE (self), ts_probe_get_protocol (exchange->winner));
      ts_probe_set_remote (TS_PROBE (self), ts_probe_get_remote (exchange->winner));
      self->n_failures = 0;
      ts_probe_task_succeed (task, &exchange->sample);
    }
  else if (g_cancellable_is_cancelled (exchange->race))
    ts_probe_task_fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
  else
    {
      if (self->chosen != NULL && ++self->n_failures >= MAX_FAILURES)
        self->chosen = NULL;
      ts_probe_task_fail (task, take_error (self, exchange));
    }
}

static void run_child (GTask *task,
                       guint which);

static void
child_ended (GObject *child,
             GAsyncResult *result,
             gpointer user_data)
{
  GTask *task = user_data;
  TsAutoProbe *self = g_task_get_source_object (task);
  Exchange *exchange = ts_probe_task_get_state (task);
  guint which = TS_PROBE (child) == self->children[TCP] ? TCP : NTP;
  TsSample sample;
  gboolean is_sample = ts_probe_exchange_finish (TS_PROBE (child), result, &sample, &exchange->errors[which]);

  if (is_sample && exchange->winner == NULL)
    {
      exchange->winner = TS_PROBE (child);
      exchange->sample = sample;
      ts_probe_task_clear_timer (task);
      g_cancellable_cancel (exchange->race);
    }
  else if (!is_sample && self->chosen == NULL && which == TCP && !exchange->has_begun[NTP] &&
           !g_cancellable_is_cancelled (exchange->race))
    run_child (task, NTP);
  /* The child that lost was cancelled, but has to end before the next exchange, because each child does one at a
   * time. */
  if (--exchange->n_running == 0)
    finish (task);
}

static void
run_child (GTask *task,
           guint which)
{
  TsAutoProbe *self = g_task_get_source_object (task);
  Exchange *exchange = ts_probe_task_get_state (task);

  if (which == NTP)
    ts_probe_task_clear_timer (task);
  ts_probe_set_witness (self->children[which], ts_probe_get_witness (TS_PROBE (self)));
  exchange->has_begun[which] = TRUE;
  exchange->n_running++;
  ts_probe_exchange_async (self->children[which], exchange->race, child_ended, task);
}

static gboolean
head_start_is_over (gpointer task)
{
  run_child (task, NTP);
  return G_SOURCE_REMOVE;
}

static void
ts_auto_probe_exchange (TsProbe *probe,
                        GTask *task)
{
  TsAutoProbe *self = TS_AUTO_PROBE (probe);
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->race = g_cancellable_new ();
  ts_probe_task_set_state (task, exchange, exchange_free);
  if (self->chosen == NULL)
    ts_probe_task_set_timer (task, self->head_start_ns, head_start_is_over);
  run_child (task, self->chosen == self->children[NTP] ? NTP : TCP);
}

/* Until one is chosen both may be asked, so the interval has to suit both. */
static gint64
ts_auto_probe_get_min_interval_ns (TsProbe *probe)
{
  TsAutoProbe *self = TS_AUTO_PROBE (probe);

  if (self->chosen != NULL)
    return ts_probe_get_min_interval_ns (self->chosen);
  return MAX (ts_probe_get_min_interval_ns (self->children[TCP]), ts_probe_get_min_interval_ns (self->children[NTP]));
}

static gint64
ts_auto_probe_get_default_interval_ns (TsProbe *probe)
{
  TsAutoProbe *self = TS_AUTO_PROBE (probe);

  return ts_probe_get_default_interval_ns (self->chosen != NULL ? self->chosen : self->children[TCP]);
}

static void
ts_auto_probe_dispose (GObject *object)
{
  TsAutoProbe *self = TS_AUTO_PROBE (object);

  self->chosen = NULL;
  g_clear_object (&self->children[TCP]);
  g_clear_object (&self->children[NTP]);
  G_OBJECT_CLASS (ts_auto_probe_parent_class)->dispose (object);
}

static void
ts_auto_probe_class_init (TsAutoProbeClass *klass)
{
  TsProbeClass *probe_class = TS_PROBE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_auto_probe_dispose;
  probe_class->exchange = ts_auto_probe_exchange;
  probe_class->cancel = ts_auto_probe_cancel;
  probe_class->get_min_interval_ns = ts_auto_probe_get_min_interval_ns;
  probe_class->get_default_interval_ns = ts_auto_probe_get_default_interval_ns;
}

static void
ts_auto_probe_init (TsAutoProbe *self)
{
}

/**
 * ts_auto_probe_new:
 * @target: the server, as the user typed it
 * @tcp: a probe that speaks Time Sync to @target; only this probe uses it from now on
 * @ntp: a probe that speaks NTP to @target; only this probe uses it from now on
 * @head_start_ns: how long @tcp is tried alone: %TS_AUTO_PROBE_HEAD_START_NS
 *
 * Returns: (transfer full): a probe that measures by whichever of the two answers
 */
TsProbe *
ts_auto_probe_new (const TsAddress *target,
                   TsProbe *tcp,
                   TsProbe *ntp,
                   gint64 head_start_ns)
{
  TsAutoProbe *self = ts_probe_construct (TS_TYPE_AUTO_PROBE, target);

  self->children[TCP] = g_object_ref (tcp);
  self->children[NTP] = g_object_ref (ntp);
  self->head_start_ns = head_start_ns;
  return TS_PROBE (self);
}
