/* One attempt to get an answer over TCP, on a connection that was kept or on a new one.
 *
 * A new connection takes up to four steps: looking up the name, connecting, the TLS handshake if there is TLS, and the
 * request. An attempt can be freed at any time. GIO may still do what it has begun, and the callback frees only that
 * then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-attempt.h"

#include <sys/socket.h>

#include "measure/ts-time.h"
#include "net/probe/ts-probe-words.h"
#include "net/tcp/ts-tcp-words.h"
#include "ts-source.h"

struct _TsTcpAttempt
{
  const TsTcpServer *server; /* (nullable): %NULL once it is over */
  GMainContext *context;
  TsTcpAttemptFunc ended;
  gpointer user_data;
  GCancellable *end;           /* ends the step under way */
  GSocketClient *client;       /* (nullable) */
  TsTcpConnection *connection; /* (nullable) */
  char *remote;                /* (nullable) */
  TsTcpQuery *query;           /* (nullable) */
  GSource *timer;              /* (nullable): the deadline of the step */
  TsTcpStep step;
};

/* Stops everything, so that nothing is reported afterwards. */
static void
stop (TsTcpAttempt *self)
{
  self->server = NULL;
  ts_source_clear (&self->timer);
  g_clear_pointer (&self->query, ts_tcp_query_free);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_cancellable_cancel (self->end);
}

static void
clear (gpointer data)
{
  TsTcpAttempt *self = data;

  g_clear_pointer (&self->connection, ts_tcp_connection_free);
  g_clear_object (&self->client);
  g_clear_object (&self->end);
  g_free (self->remote);
  g_main_context_unref (self->context);
}

/* @error: (transfer full): its message names the server */
static void
end_with_error (TsTcpAttempt *self,
                GError *error)
{
  stop (self);
  self->ended (self, NULL, error, self->user_data);
}

/* @error: (transfer full): an error of GIO or a codec */
static void
fail (TsTcpAttempt *self,
      GError *error)
{
  end_with_error (self, ts_probe_words_explain (error, self->server->target));
}

static gboolean
timer_ran_out (gpointer user_data)
{
  TsTcpAttempt *self = user_data;

  end_with_error (self, ts_tcp_words_timed_out (self->server->target, self->step, self->server->timeout_ns));
  return G_SOURCE_REMOVE;
}

/* Begins a step. Each step may take the whole timeout. */
static void
begin_step (TsTcpAttempt *self,
            TsTcpStep step)
{
  self->step = step;
  ts_source_clear (&self->timer);
  self->timer = g_timeout_source_new ((guint) (self->server->timeout_ns / TS_NS_PER_MS));
  g_source_set_callback (self->timer, timer_ran_out, self, NULL);
  g_source_attach (self->timer, self->context);
}

static void
query_ended (const TsTcpAnswer *answer,
             GError *error,
             gpointer user_data)
{
  TsTcpAttempt *self = user_data;

  if (answer == NULL)
    {
      fail (self, error);
      return;
    }
  stop (self);
  self->ended (self, answer, NULL, self->user_data);
}

static void
ask (TsTcpAttempt *self)
{
  begin_step (self, TS_TCP_STEP_ANSWER);
  self->query = ts_tcp_query_new (self->connection, self->server->target, self->end, self->context, query_ended, self);
}

/* @user_data: (transfer full): the attempt, which its owner may have freed */
static void
did_handshake (GObject *stream,
               GAsyncResult *result,
               gpointer user_data)
{
  TsTcpAttempt *self = user_data;
  GError *error = NULL;

  if (self->server == NULL)
    ts_tcp_connection_handshake_abandon (self->connection, result);
  else if (ts_tcp_connection_handshake_finish (self->connection, self->server->target, result, &error))
    ask (self);
  else
    fail (self, error);
  g_rc_box_release_full (self, clear);
}

static void
shake_hands (TsTcpAttempt *self)
{
  GError *error = NULL;

  if (!ts_tcp_connection_start_tls (self->connection, self->server->target, self->server->trust, &error))
    {
      fail (self, error);
      return;
    }
  begin_step (self, TS_TCP_STEP_HANDSHAKE);
  ts_tcp_connection_handshake_async (self->connection, self->end, did_handshake, g_rc_box_acquire (self));
}

static void
use_connection (TsTcpAttempt *self,
                GSocketConnection *connected)
{
  gboolean is_secure = self->server->target->scheme == TS_SCHEME_TIMESYNCS;
  GError *error = NULL;

  self->remote = ts_tcp_connection_format_remote (connected);
  self->connection = ts_tcp_connection_new (connected, is_secure, self->server->clock, &error);
  if (self->connection == NULL)
    {
      fail (self, error);
      return;
    }
  self->connection->only = self->server->only;
  ts_tcp_connection_set_witness (self->connection, self->server->witness, self->remote, !self->server->is_unsealable);
  if (is_secure)
    shake_hands (self);
  else
    ask (self);
}

/* @user_data: (transfer full): the attempt, which its owner may have freed */
static void
did_connect (GObject *client,
             GAsyncResult *result,
             gpointer user_data)
{
  TsTcpAttempt *self = user_data;
  GError *error = NULL;
  g_autoptr (GSocketConnection) connected =
    g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (client), result, &error);

  if (self->server == NULL)
    g_clear_error (&error);
  else if (connected != NULL)
    use_connection (self, connected);
  else
    fail (self, error);
  g_rc_box_release_full (self, clear);
}

/* Notes the step, because a silent resolver is another failure than a silent server. */
static void
client_event (GSocketClient *client,
              GSocketClientEvent event,
              GSocketConnectable *connectable,
              GIOStream *connection,
              gpointer user_data)
{
  TsTcpAttempt *self = user_data;

  if (event == G_SOCKET_CLIENT_RESOLVED)
    self->step = TS_TCP_STEP_CONNECT;
}

static TsTcpAttempt *
attempt_new (const TsTcpServer *server,
             GMainContext *context,
             TsTcpAttemptFunc ended,
             gpointer user_data)
{
  TsTcpAttempt *self = g_rc_box_new0 (TsTcpAttempt);

  self->server = server;
  self->context = g_main_context_ref (context);
  self->ended = ended;
  self->user_data = user_data;
  self->end = g_cancellable_new ();
  return self;
}

/**
 * ts_tcp_attempt_connect:
 * @server: the server; outlives the attempt
 * @context: the thread's default main context
 * @ended: called when it has ended, not from within this function
 * @user_data: passed to @ended
 *
 * Begins to make a new connection for a request.
 *
 * Returns: (transfer full): the attempt
 */
TsTcpAttempt *
ts_tcp_attempt_connect (const TsTcpServer *server,
                        GMainContext *context,
                        TsTcpAttemptFunc ended,
                        gpointer user_data)
{
  TsTcpAttempt *self = attempt_new (server, context, ended, user_data);

  self->client = ts_tcp_connection_new_client ();
  g_signal_connect (self->client, "event", G_CALLBACK (client_event), self);
  begin_step (self, TS_TCP_STEP_LOOK_UP);
  g_socket_client_connect_to_host_async (self->client, server->target->host, server->target->port, self->end,
                                         did_connect, g_rc_box_acquire (self));
  return self;
}

/**
 * ts_tcp_attempt_reuse:
 * @server: the server; outlives the attempt
 * @connection: (transfer full): a connection that was kept
 * @context: the thread's default main context
 * @ended: called when it has ended, not from within this function
 * @user_data: passed to @ended
 *
 * Sends a request on @connection at once.
 *
 * Returns: (transfer full): the attempt
 */
TsTcpAttempt *
ts_tcp_attempt_reuse (const TsTcpServer *server,
                      TsTcpConnection *connection,
                      GMainContext *context,
                      TsTcpAttemptFunc ended,
                      gpointer user_data)
{
  TsTcpAttempt *self = attempt_new (server, context, ended, user_data);

  self->connection = connection;
  ask (self);
  return self;
}

/**
 * ts_tcp_attempt_free:
 * @self: (transfer full): an attempt
 *
 * Ends it without calling back, and closes its connection.
 */
void
ts_tcp_attempt_free (TsTcpAttempt *self)
{
  /* Ends the socket, so that the thread of the handshake ends, and the server sees the end at once. */
  if (self->step == TS_TCP_STEP_HANDSHAKE && self->connection != NULL)
    shutdown (ts_stamped_stream_get_fd (self->connection->socket), SHUT_RDWR);
  stop (self);
  g_rc_box_release_full (self, clear);
}

/**
 * ts_tcp_attempt_steal_connection:
 * @self: an attempt that ended with an answer
 *
 * Returns: (transfer full): its connection, for another request
 */
TsTcpConnection *
ts_tcp_attempt_steal_connection (TsTcpAttempt *self)
{
  return g_steal_pointer (&self->connection);
}

/**
 * ts_tcp_attempt_get_retry_after_ns:
 * @self: an attempt that ended
 *
 * Returns: for how many nanoseconds the server does not want to be asked; 0: it did not refuse or does not say
 */
gint64
ts_tcp_attempt_get_retry_after_ns (TsTcpAttempt *self)
{
  return self->connection != NULL ? self->connection->retry_after_ms * TS_NS_PER_MS : 0;
}

/**
 * ts_tcp_attempt_get_remote:
 * @self: an attempt
 *
 * Returns: (transfer none) (nullable): "address:port" of the new connection; %NULL: there is none
 */
const char *
ts_tcp_attempt_get_remote (TsTcpAttempt *self)
{
  return self->remote;
}
