/* A probe that measures a Time Sync server over TCP.
 *
 * Every connection begins with a framed request. Whoever answers with a frame has the connection kept for the next
 * exchange; a classic server closes it after each. Over TLS only frames are spoken, and nothing is ever said without
 * TLS.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-probe.h"

#include "net/tcp/ts-tcp-query.h"
#include "net/tcp/ts-tcp-words.h"
#include "measure/ts-time.h"

struct _TsTcpProbe
{
  GObject parent_instance;

  TsAddress *target;
  gint64 timeout_ns;
  TsClock *clock;
  GTlsDatabase *trust; /* (nullable): of TLS; NULL: what the system trusts */
  GSocketClient *client;
  TsTcpConnection *connection; /* (nullable): kept from one framed exchange to the next */
  TsProtocol protocol;
  char *remote; /* (nullable) */
};

/* One exchange under way; the task's data. */
typedef struct
{
  GCancellable *end; /* ends the step under way: the user's wish or the deadline */
  GCancellable *user; /* (nullable) */
  gulong user_cancelled_id;
  GSource *deadline; /* (nullable) */
  TsTcpQuery *query; /* (nullable) */
  TsTcpStep step;
  gboolean is_timed_out;
  gboolean is_reused;
} Exchange;

static void ts_tcp_probe_iface_init (TsProbeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TsTcpProbe, ts_tcp_probe, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TS_TYPE_PROBE, ts_tcp_probe_iface_init))

static void
clear_deadline (Exchange *exchange)
{
  if (exchange->deadline != NULL)
    g_source_destroy (exchange->deadline);
  g_clear_pointer (&exchange->deadline, g_source_unref);
}

/* Nothing of it may run once the task is returned. */
static void
end_exchange (Exchange *exchange)
{
  clear_deadline (exchange);
  g_clear_pointer (&exchange->query, ts_tcp_query_free);
}

static void
exchange_free (Exchange *exchange)
{
  g_cancellable_disconnect (exchange->user, exchange->user_cancelled_id);
  end_exchange (exchange);
  g_clear_object (&exchange->user);
  g_clear_object (&exchange->end);
  g_free (exchange);
}

static void
user_cancelled (GCancellable *user,
                GCancellable *end)
{
  g_cancellable_cancel (end);
}

static gboolean
deadline_passed (gpointer user_data)
{
  Exchange *exchange = g_task_get_task_data (user_data);

  exchange->is_timed_out = TRUE;
  g_cancellable_cancel (exchange->end);
  return G_SOURCE_REMOVE;
}

/* Begins a step of the exchange, which may take as long as the whole timeout. */
static void
begin_step (GTask *task,
            TsTcpStep step)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);

  exchange->step = step;
  clear_deadline (exchange);
  exchange->deadline = g_timeout_source_new ((guint) (self->timeout_ns / TS_NS_PER_MS));
  g_source_set_callback (exchange->deadline, deadline_passed, task, NULL);
  g_source_attach (exchange->deadline, g_task_get_context (task));
}

/* Ends the exchange with @error (transfer full), told in words that name the server. */
static void
fail (GTask *task,
      GError *error)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);

  end_exchange (exchange);
  g_clear_pointer (&self->connection, ts_tcp_connection_free);

  /* The step tells only that it was cancelled, by whomever. */
  if (g_task_return_error_if_cancelled (task))
    g_error_free (error);
  else if (exchange->is_timed_out)
    {
      g_task_return_error (task, ts_tcp_words_timed_out (self->target, exchange->step, self->timeout_ns));
      g_error_free (error);
    }
  else
    g_task_return_error (task, ts_tcp_words_explain (error, self->target));
  g_object_unref (task);
}

static void
succeed (GTask *task,
         const TsTcpAnswer *answer)
{
  TsTcpProbe *self = g_task_get_source_object (task);

  self->protocol = answer->protocol;
  end_exchange (g_task_get_task_data (task));
  if (answer->is_last)
    g_clear_pointer (&self->connection, ts_tcp_connection_free);
  g_task_return_pointer (task, g_memdup2 (&answer->sample, sizeof answer->sample), g_free);
  g_object_unref (task);
}

static void connect_anew (GTask *task);

static void
query_ended (const TsTcpAnswer *answer,
             GError *error,
             gpointer user_data)
{
  GTask *task = user_data;
  Exchange *exchange = g_task_get_task_data (task);

  if (answer != NULL)
    succeed (task, answer);
  else if (error != NULL)
    fail (task, error);
  /* A kept connection that was closed while it idled says nothing about the server: the exchange begins again
   * on a new one. */
  else if (exchange->is_reused)
    connect_anew (task);
  else
    fail (task, ts_tcp_words_closed ());
}

static void
ask (GTask *task)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;

  begin_step (task, TS_TCP_STEP_ANSWER);
  exchange->query = ts_tcp_query_new (self->connection, exchange->end, g_task_get_context (task), query_ended, task,
                                      &error);
  if (exchange->query == NULL)
    fail (task, error);
}

static void
did_handshake (GObject *stream,
               GAsyncResult *result,
               gpointer user_data)
{
  GTask *task = user_data;
  TsTcpProbe *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (ts_tcp_connection_handshake_finish (self->connection, self->target, result, &error))
    ask (task);
  else
    fail (task, error);
}

static void
shake_hands (GTask *task)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;

  if (!ts_tcp_connection_start_tls (self->connection, self->target, self->trust, &error))
    {
      fail (task, error);
      return;
    }
  begin_step (task, TS_TCP_STEP_HANDSHAKE);
  ts_tcp_connection_handshake_async (self->connection, exchange->end, did_handshake, task);
}

static void
did_connect (GObject *client,
             GAsyncResult *result,
             gpointer user_data)
{
  GTask *task = user_data;
  TsTcpProbe *self = g_task_get_source_object (task);
  gboolean is_secure = self->target->scheme == TS_SCHEME_TIMESYNCS;
  GError *error = NULL;
  g_autoptr (GSocketConnection) connected =
    g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (client), result, &error);

  if (connected != NULL)
    {
      g_free (self->remote);
      self->remote = ts_tcp_connection_format_remote (connected);
      self->connection = ts_tcp_connection_new (connected, is_secure, self->clock, &error);
    }
  if (self->connection == NULL)
    fail (task, error);
  else if (is_secure)
    shake_hands (task);
  else
    ask (task);
}

static void
connect_anew (GTask *task)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);

  end_exchange (exchange);
  g_clear_pointer (&self->connection, ts_tcp_connection_free);
  exchange->is_reused = FALSE;
  begin_step (task, TS_TCP_STEP_CONNECT);
  g_socket_client_connect_to_host_async (self->client, self->target->host, self->target->port, exchange->end,
                                         did_connect, task);
}

static void
ts_tcp_probe_exchange_async (TsProbe *probe,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  TsTcpProbe *self = TS_TCP_PROBE (probe);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  g_task_set_source_tag (task, ts_tcp_probe_exchange_async);
  g_task_set_task_data (task, exchange, (GDestroyNotify) exchange_free);
  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }

  exchange->end = g_cancellable_new ();
  g_set_object (&exchange->user, cancellable);
  if (cancellable != NULL)
    exchange->user_cancelled_id =
      g_cancellable_connect (cancellable, G_CALLBACK (user_cancelled), exchange->end, NULL);

  if (self->connection != NULL && ts_tcp_connection_is_quiet (self->connection))
    {
      exchange->is_reused = TRUE;
      ask (task);
    }
  else
    connect_anew (task);
}

static const TsAddress *
ts_tcp_probe_get_target (TsProbe *probe)
{
  return TS_TCP_PROBE (probe)->target;
}

static TsProtocol
ts_tcp_probe_get_protocol (TsProbe *probe)
{
  return TS_TCP_PROBE (probe)->protocol;
}

static const char *
ts_tcp_probe_get_remote (TsProbe *probe)
{
  return TS_TCP_PROBE (probe)->remote;
}

static void
ts_tcp_probe_dispose (GObject *object)
{
  TsTcpProbe *self = TS_TCP_PROBE (object);

  g_clear_pointer (&self->connection, ts_tcp_connection_free);
  g_clear_object (&self->client);
  g_clear_object (&self->trust);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (ts_tcp_probe_parent_class)->dispose (object);
}

static void
ts_tcp_probe_finalize (GObject *object)
{
  TsTcpProbe *self = TS_TCP_PROBE (object);

  g_clear_pointer (&self->target, ts_address_free);
  g_clear_pointer (&self->remote, g_free);
  G_OBJECT_CLASS (ts_tcp_probe_parent_class)->finalize (object);
}

static void
ts_tcp_probe_class_init (TsTcpProbeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_tcp_probe_dispose;
  object_class->finalize = ts_tcp_probe_finalize;
}

static void
ts_tcp_probe_iface_init (TsProbeInterface *iface)
{
  iface->exchange_async = ts_tcp_probe_exchange_async;
  iface->get_target = ts_tcp_probe_get_target;
  iface->get_protocol = ts_tcp_probe_get_protocol;
  iface->get_remote = ts_tcp_probe_get_remote;
}

static void
ts_tcp_probe_init (TsTcpProbe *self)
{
  self->client = ts_tcp_connection_new_client ();
}

/**
 * ts_tcp_probe_new:
 * @target: whom to ask; over TLS where its scheme says so
 * @timeout_ns: how long connecting may take, then the TLS handshake, and then the answer
 * @clock: the clock to compare with the server's
 * @trust: (nullable): the authorities whose certificates count; %NULL: those that the system trusts
 *
 * Returns: (transfer full): a probe; it connects at its first exchange
 */
TsProbe *
ts_tcp_probe_new (const TsAddress *target,
                  gint64 timeout_ns,
                  TsClock *clock,
                  GTlsDatabase *trust)
{
  TsTcpProbe *self = g_object_new (TS_TYPE_TCP_PROBE, NULL);

  self->target = ts_address_copy (target);
  self->timeout_ns = timeout_ns;
  self->clock = g_object_ref (clock);
  g_set_object (&self->trust, trust);
  return TS_PROBE (self);
}
