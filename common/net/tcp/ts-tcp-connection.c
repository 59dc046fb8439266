/* A probe's connection to a Time Sync server, over TCP or TLS.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "net/tcp/ts-tls-probe.h"
#include "ts-endpoint.h"

/* Prepares each socket before it connects.
 *
 * A classic server may stamp when it accepts. Without TCP_QUICKACK the kernel holds back the last segment of the
 * handshake until the request goes with it (or for 200 ms). So the server cannot accept before t1, however late the
 * main loop learns that the connection is there, and the proven interval stays proven. */
static void
socket_client_event (GSocketClient *client,
                     GSocketClientEvent event,
                     GSocketConnectable *connectable,
                     GSocketConnection *connection,
                     gpointer user_data)
{
  /* This congestion control does not delay what leaves, unlike BBR, which is the default of some systems. */
  static const char congestion_control[] = "reno";
  GSocket *socket;

  if (event != G_SOCKET_CLIENT_CONNECTING)
    return;
  socket = g_socket_connection_get_socket (connection);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_QUICKACK, 0, NULL);
  setsockopt (g_socket_get_fd (socket), IPPROTO_TCP, TCP_CONGESTION, congestion_control,
              sizeof congestion_control - 1);
  ts_stamped_socket_enable (g_socket_get_fd (socket));
}

/**
 * ts_tcp_connection_new_client:
 *
 * Returns: (transfer full): a client whose connections the server cannot notice before the request is sent, and whose
 *   bytes come with the kernel's stamps
 */
GSocketClient *
ts_tcp_connection_new_client (void)
{
  GSocketClient *client = g_socket_client_new ();

  /* Through a proxy this would measure the proxy. */
  g_socket_client_set_enable_proxy (client, FALSE);
  g_signal_connect (client, "event", G_CALLBACK (socket_client_event), NULL);
  return client;
}

/**
 * ts_tcp_connection_format_remote:
 * @connected: a connection
 *
 * Returns: (transfer full) (nullable): its other end, by ts_endpoint_to_string()
 */
char *
ts_tcp_connection_format_remote (GSocketConnection *connected)
{
  g_autoptr (GSocketAddress) address = g_socket_connection_get_remote_address (connected, NULL);

  return address != NULL ? ts_endpoint_to_string (address) : NULL;
}

/**
 * ts_tcp_connection_new:
 * @connected: a connection made by a client of ts_tcp_connection_new_client(); not to be used afterwards
 * @is_secure: whether ts_tcp_connection_start_tls() follows; otherwise it is ready for requests
 * @clock: the clock that stamps
 * @error: return location for a %G_IO_ERROR
 *
 * Returns: (transfer full) (nullable): a connection on which nothing was sent
 */
TsTcpConnection *
ts_tcp_connection_new (GSocketConnection *connected,
                       gboolean is_secure,
                       TsClock *clock,
                       GError **error)
{
  TsTcpConnection *self;
  /* GIO's socket keeps its descriptor and closes it in the end; ours keeps the connection. Ours does not block, because
   * GIO's never does. */
  int fd = ts_stamped_socket_duplicate (g_socket_get_fd (g_socket_connection_get_socket (connected)));

  if (fd < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return NULL;
    }
  self = g_new0 (TsTcpConnection, 1);
  self->clock = g_object_ref (clock);
  self->socket = ts_stamped_stream_new (fd, clock);
  self->is_secure = is_secure;
  if (!is_secure)
    {
      self->stream = g_object_ref (G_IO_STREAM (self->socket));
      ts_stamped_stream_stamp_transmit (self->socket);
    }
  return self;
}

/**
 * ts_tcp_connection_free:
 * @self: (transfer full): a connection
 *
 * Closes it.
 */
void
ts_tcp_connection_free (TsTcpConnection *self)
{
  if (self->stream != NULL)
    g_io_stream_close (self->stream, NULL, NULL);
  ts_stamped_stream_hand_over (self->socket);
  g_clear_object (&self->stream);
  g_object_unref (self->socket);
  g_object_unref (self->clock);
  g_clear_object (&self->witness);
  g_free (self->remote);
  g_free (self);
}

/**
 * ts_tcp_connection_set_witness:
 * @self: a connection on which nothing was sent
 * @witness: (nullable): the witness of each exchange
 * @remote: (nullable): "address:port" of the other end
 * @is_sealable: whether to ask the server to keep a transcript, and to tell it what our clock says
 */
void
ts_tcp_connection_set_witness (TsTcpConnection *self,
                               TsWitness *witness,
                               const char *remote,
                               gboolean is_sealable)
{
  g_set_object (&self->witness, witness);
  self->remote = g_strdup (remote);
  self->is_sealable = witness != NULL && is_sealable;
}

/**
 * ts_tcp_connection_tell_exchange:
 * @self: a connection
 * @target: the server
 * @protocol: the protocol's name, from ts_protocol_get_name()
 * @exchange: (inout): a valid exchange, which gets the number of the connection
 *
 * Tells the witness, if there is one.
 */
void
ts_tcp_connection_tell_exchange (TsTcpConnection *self,
                                 const TsAddress *target,
                                 const char *protocol,
                                 TsWitnessExchange *exchange)
{
  TsWitnessConnection about = { .target = target, .remote = self->remote, .protocol = protocol };

  if (self->witness == NULL)
    return;
  if (self->is_secure)
    about.certificate = g_tls_connection_get_peer_certificate (G_TLS_CONNECTION (self->stream));
  if (self->witness_number == 0)
    self->witness_number = ts_witness_connect (self->witness, &about);
  exchange->connection = self->witness_number;
  ts_witness_exchange (self->witness, exchange);
}

/**
 * ts_tcp_connection_wants_seal:
 * @self: a connection whose every request was answered
 *
 * Returns: whether to ask for a seal now
 */
gboolean
ts_tcp_connection_wants_seal (const TsTcpConnection *self)
{
  gint64 now_ns = ts_clock_get_monotonic_ns (self->clock);

  return self->is_sealable && ts_witness_wants_seal (self->witness, self->sealed_ns != 0 ? now_ns - self->sealed_ns : -1);
}

/**
 * ts_tcp_connection_start_tls:
 * @self: a new connection that is to be secure
 * @target: the server, whose certificate must be for the host of that name
 * @trust: (nullable): the authorities to trust; %NULL: those that the system trusts
 * @error: return location for a %G_TLS_ERROR, whose message is for people
 *
 * Returns: whether the handshake can begin
 */
gboolean
ts_tcp_connection_start_tls (TsTcpConnection *self,
                             const TsAddress *target,
                             GTlsDatabase *trust,
                             GError **error)
{
  g_autoptr (GError) cause = NULL;
  GTlsConnection *connection = ts_tls_probe_connection_new (self->socket, target, trust, &cause);

  if (connection == NULL)
    {
      g_propagate_error (error, ts_tls_probe_explain (NULL, cause, target, ts_clock_get_now_ns (self->clock)));
      return FALSE;
    }
  self->stream = G_IO_STREAM (connection);
  return TRUE;
}

/**
 * ts_tcp_connection_handshake_async:
 * @self: a connection, after ts_tcp_connection_start_tls()
 * @cancellable: (nullable): to give it up
 * @callback: called when it ended; its source object is not @self
 * @user_data: passed to @callback
 *
 * Makes the TLS handshake. Until it has ended @self must not be freed.
 */
void
ts_tcp_connection_handshake_async (TsTcpConnection *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  ts_stamped_stream_hand_over (self->socket);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->stream), G_PRIORITY_DEFAULT, cancellable, callback,
                                    user_data);
}

/**
 * ts_tcp_connection_handshake_finish:
 * @self: the connection
 * @target: as in ts_tcp_connection_start_tls()
 * @result: as given to the callback
 * @error: return location for a %G_TLS_ERROR or %G_IO_ERROR, whose message is for people
 *
 * Returns: whether the server has proven its identity and agreed to speak Time Sync; then @self is ready for requests
 */
gboolean
ts_tcp_connection_handshake_finish (TsTcpConnection *self,
                                    const TsAddress *target,
                                    GAsyncResult *result,
                                    GError **error)
{
  GTlsConnection *connection = G_TLS_CONNECTION (self->stream);
  g_autoptr (GError) cause = NULL;
  gboolean is_done = g_tls_connection_handshake_finish (connection, result, &cause);

  ts_stamped_stream_take_over (self->socket);
  /* From here on only the main loop waits for the server, and no call blocks, not even to send the last record. */
  ts_stamped_stream_set_patient (self->socket, FALSE);
  if (!is_done)
    {
      gint64 now_ns = ts_clock_get_now_ns (self->clock);

      g_propagate_error (error, ts_tls_probe_explain (connection, cause, target, now_ns));
      return FALSE;
    }
  if (!ts_tls_probe_check_protocol (connection, error))
    return FALSE;
  ts_stamped_stream_stamp_transmit (self->socket);
  return TRUE;
}

/**
 * ts_tcp_connection_handshake_abandon:
 * @self: the connection
 * @result: as given to the callback
 *
 * Ends a handshake that was given up. After this @self can only be freed, which does not wait for the server.
 */
void
ts_tcp_connection_handshake_abandon (TsTcpConnection *self,
                                     GAsyncResult *result)
{
  g_tls_connection_handshake_finish (G_TLS_CONNECTION (self->stream), result, NULL);
  ts_stamped_stream_take_over (self->socket);
  ts_stamped_stream_set_patient (self->socket, FALSE);
}

/**
 * ts_tcp_connection_is_quiet:
 * @self: a connection whose every request was answered
 *
 * If bytes without a request have come, such as a refusal, or the stream has ended, the connection can no longer be
 * used. Records of TLS itself do not matter.
 *
 * Returns: whether nothing has come since, so that the connection can be used again
 */
gboolean
ts_tcp_connection_is_quiet (const TsTcpConnection *self)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream));
  guint n_waits = ts_stamped_stream_get_n_waits (self->socket);
  g_autoptr (GError) error = NULL;
  guint8 byte;

  g_pollable_input_stream_read_nonblocking (input, &byte, sizeof byte, NULL, &error);
  /* If TLS would block although its socket did not, the peer has begun another handshake. */
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) &&
         n_waits != ts_stamped_stream_get_n_waits (self->socket);
}
