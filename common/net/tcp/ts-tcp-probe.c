/* A probe that measures a Time Sync server over TCP.
 *
 * Every connection begins with a framed request. If the server answers with a frame, the connection is kept for the
 * next exchange; a classic server closes it after each exchange. Over TLS only frames are spoken, and a server that is
 * to be asked over TLS is never asked without it.
 *
 * A kept connection may be dead without a sign, because a NAT forgot it, the server lost its power, or this computer
 * moved to another network. So if the answer on it does not come soon, a new connection is made beside it in the same
 * exchange, and the first answer counts.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-probe.h"

#include "measure/ts-schedule.h"
#include "measure/ts-time.h"
#include "net/probe/ts-probe-hold.h"
#include "net/probe/ts-probe-task.h"
#include "net/tcp/ts-tcp-attempt.h"
#include "net/tcp/ts-tcp-seal.h"
#include "net/tcp/ts-tls-probe.h"

/* How long a kept connection may be silent before a new one is made beside it: at least MIN_SILENCE_NS, which RFC 8305
 * has between two addresses, and at least SILENCE_FACTOR times what the last exchange took. */
#define MIN_SILENCE_NS  (300 * TS_NS_PER_MS)
#define SILENCE_FACTOR  3

/* How long a server may take to seal. The sample waits for the seal at most this long. */
#define MAX_SEAL_NS (1 * TS_NS_PER_S)

/* The longest time for which a server can refuse to be asked. */
#define MAX_HOLD_NS TS_SCHEDULE_MAX_INTERVAL_NS

struct _TsTcpProbe
{
  TsProbe parent_instance;

  TsTcpServer server; /* its target is the parent's */
  TsTcpConnection *connection; /* (nullable): kept from one framed exchange to the next */
  TsProbeHold hold;
  gboolean is_tls_loaded; /* see ts_tls_probe_prepare() */
};

/* The exchange under way, which is the task's state. */
typedef struct
{
  TsTcpAttempt *kept;  /* (nullable) */
  TsTcpAttempt *fresh; /* (nullable) */
  TsTcpSeal *seal;     /* (nullable): the request for a seal, once @sample is there */
  TsSample sample;
} Exchange;

G_DEFINE_FINAL_TYPE (TsTcpProbe, ts_tcp_probe, TS_TYPE_PROBE)

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_pointer (&exchange->kept, ts_tcp_attempt_free);
  g_clear_pointer (&exchange->fresh, ts_tcp_attempt_free);
  g_clear_pointer (&exchange->seal, ts_tcp_seal_free);
  g_free (exchange);
}

static void
seal_ended (TsTcpConnection *connection,
            gboolean is_hopeless,
            gpointer user_data)
{
  GTask *task = user_data;
  TsTcpProbe *self = g_task_get_source_object (task);
  TsSample sample = ((Exchange *) ts_probe_task_get_state (task))->sample;

  self->connection = connection;
  self->server.is_unsealable = self->server.is_unsealable || is_hopeless;
  ts_probe_task_succeed (task, &sample);
}

static gboolean
seal_is_late (gpointer task)
{
  seal_ended (NULL, FALSE, task);
  return G_SOURCE_REMOVE;
}

/* Asks for a seal after an exchange. The next exchange has to wait for it. */
static void
begin_seal (GTask *task,
            TsTcpConnection *connection,
            const TsSample *sample)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = ts_probe_task_get_state (task);

  exchange->sample = *sample;
  g_clear_pointer (&exchange->kept, ts_tcp_attempt_free);
  g_clear_pointer (&exchange->fresh, ts_tcp_attempt_free);
  ts_probe_task_set_timer (task, MIN (self->server.timeout_ns, MAX_SEAL_NS), seal_is_late);
  exchange->seal = ts_tcp_seal_new (connection, g_task_get_context (task), seal_ended, task);
}

static void
succeed (GTask *task,
         TsTcpAttempt *attempt,
         const TsTcpAnswer *answer)
{
  TsTcpProbe *self = g_task_get_source_object (task);

  TsTcpConnection *connection = answer->is_last ? NULL : ts_tcp_attempt_steal_connection (attempt);
  TsSample sample = answer->sample;

  ts_probe_set_protocol (TS_PROBE (self), answer->protocol);
  if (connection != NULL && ts_tcp_connection_wants_seal (connection))
    {
      begin_seal (task, connection, &sample);
      return;
    }
  self->connection = connection;
  ts_probe_task_succeed (task, &sample);
}

/* Notes for how long the server does not want to be asked, by its refusal. */
static void
note_refusal (TsTcpProbe *self,
              TsTcpAttempt *attempt,
              const GError *error)
{
  gint64 wait_ns = MIN (ts_tcp_attempt_get_retry_after_ns (attempt), MAX_HOLD_NS);

  if (wait_ns > 0 && g_error_matches (error, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED))
    ts_probe_hold_set (&self->hold, error, ts_clock_get_monotonic_ns (self->server.clock) + wait_ns);
}

static void connect_anew (GTask *task);

static void
fresh_ended (TsTcpAttempt *attempt,
             const TsTcpAnswer *answer,
             GError *error,
             gpointer user_data)
{
  GTask *task = user_data;
  TsTcpProbe *self = g_task_get_source_object (task);

  ts_probe_set_remote (TS_PROBE (self), ts_tcp_attempt_get_remote (attempt));
  if (answer != NULL)
    succeed (task, attempt, answer);
  else
    {
      note_refusal (self, attempt, error);
      ts_probe_task_fail (task, error);
    }
}

/* The failure of a kept connection says nothing about the server, unless the server itself reported it. */
static void
kept_ended (TsTcpAttempt *attempt,
            const TsTcpAnswer *answer,
            GError *error,
            gpointer user_data)
{
  GTask *task = user_data;
  Exchange *exchange = ts_probe_task_get_state (task);
  gboolean is_servers_word = error != NULL && error->domain != G_IO_ERROR && error->domain != G_TLS_ERROR &&
                             !g_error_matches (error, TS_PROBE_ERROR, TS_PROBE_ERROR_CLOSED);

  if (answer != NULL)
    succeed (task, attempt, answer);
  else if (is_servers_word)
    {
      note_refusal (g_task_get_source_object (task), attempt, error);
      ts_probe_task_fail (task, error);
    }
  else
    {
      g_error_free (error);
      g_clear_pointer (&exchange->kept, ts_tcp_attempt_free);
      if (exchange->fresh == NULL)
        connect_anew (task);
    }
}

static void
connect_anew (GTask *task)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = ts_probe_task_get_state (task);

  ts_probe_task_clear_timer (task);
  if (self->server.target->scheme == TS_SCHEME_TIMESYNCS && !self->is_tls_loaded)
    {
      ts_tls_probe_prepare (self->server.trust);
      self->is_tls_loaded = TRUE;
    }
  exchange->fresh = ts_tcp_attempt_connect (&self->server, g_task_get_context (task), fresh_ended, task);
}

static gboolean
kept_is_silent (gpointer task)
{
  connect_anew (task);
  return G_SOURCE_REMOVE;
}

/* Sends the request on the kept connection, and on a new one beside it if no answer comes soon. */
static void
reuse (GTask *task)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = ts_probe_task_get_state (task);
  const TsExchange *previous = &self->connection->previous;
  gint64 usual_ns = previous->t4_ns - previous->t1_ns;
  gint64 silence_ns = MAX (MIN_SILENCE_NS, SILENCE_FACTOR * usual_ns);

  ts_probe_task_set_timer (task, MIN (silence_ns, self->server.timeout_ns / 2), kept_is_silent);
  exchange->kept = ts_tcp_attempt_reuse (&self->server, g_steal_pointer (&self->connection),
                                         g_task_get_context (task), kept_ended, task);
}

static void
ts_tcp_probe_exchange (TsProbe *probe,
                       GTask *task)
{
  TsTcpProbe *self = TS_TCP_PROBE (probe);
  const GError *refusal = ts_probe_hold_begin (&self->hold, ts_clock_get_monotonic_ns (self->server.clock));

  self->server.witness = ts_probe_get_witness (probe);
  if (refusal != NULL)
    {
      ts_probe_task_fail (task, g_error_copy (refusal));
      return;
    }
  ts_probe_task_set_state (task, g_new0 (Exchange, 1), exchange_free);
  if (self->connection != NULL && ts_tcp_connection_is_quiet (self->connection))
    reuse (task);
  else
    {
      g_clear_pointer (&self->connection, ts_tcp_connection_free);
      connect_anew (task);
    }
}

static gint64
ts_tcp_probe_get_min_interval_ns (TsProbe *probe)
{
  return MAX (ts_probe_hold_get_interval_ns (&TS_TCP_PROBE (probe)->hold), TS_SCHEDULE_BURST_PAUSE_NS);
}

static void
ts_tcp_probe_dispose (GObject *object)
{
  TsTcpProbe *self = TS_TCP_PROBE (object);

  g_clear_pointer (&self->connection, ts_tcp_connection_free);
  g_clear_object (&self->server.trust);
  g_clear_object (&self->server.clock);
  G_OBJECT_CLASS (ts_tcp_probe_parent_class)->dispose (object);
}

static void
ts_tcp_probe_finalize (GObject *object)
{
  ts_probe_hold_clear (&TS_TCP_PROBE (object)->hold);
  G_OBJECT_CLASS (ts_tcp_probe_parent_class)->finalize (object);
}

static void
ts_tcp_probe_class_init (TsTcpProbeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TsProbeClass *probe_class = TS_PROBE_CLASS (klass);

  object_class->dispose = ts_tcp_probe_dispose;
  object_class->finalize = ts_tcp_probe_finalize;
  probe_class->exchange = ts_tcp_probe_exchange;
  probe_class->get_min_interval_ns = ts_tcp_probe_get_min_interval_ns;
}

static void
ts_tcp_probe_init (TsTcpProbe *self)
{
}

/**
 * ts_tcp_probe_new:
 * @target: the server; its scheme says whether to use TLS
 * @timeout_ns: how long connecting may take, then the TLS handshake, and then the answer
 * @clock: the clock to compare with the server's
 * @trust: (nullable): the certificates to trust; %NULL: those that the system trusts
 *
 * If the server refuses and says for how long (at most an hour), exchanges fail at once with %TS_PROBE_ERROR_REFUSED
 * until then.
 *
 * Returns: (transfer full): a probe; it connects at its first exchange
 */
TsProbe *
ts_tcp_probe_new (const TsAddress *target,
                  gint64 timeout_ns,
                  TsClock *clock,
                  GTlsDatabase *trust)
{
  TsTcpProbe *self = ts_probe_construct (TS_TYPE_TCP_PROBE, target);

  self->server.target = ts_probe_get_target (TS_PROBE (self));
  self->server.timeout_ns = timeout_ns;
  self->server.clock = g_object_ref (clock);
  g_set_object (&self->server.trust, trust);
  return TS_PROBE (self);
}

/**
 * ts_tcp_probe_speak_only:
 * @self: a probe before its first exchange
 * @protocol: %TS_PROTOCOL_FRAMED or %TS_PROTOCOL_CLASSIC
 *
 * From now on the probe speaks only @protocol, whatever the server offers.
 */
void
ts_tcp_probe_speak_only (TsTcpProbe *self,
                         TsProtocol protocol)
{
  self->server.only = protocol;
}
