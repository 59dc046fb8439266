/* TLS under a connection: its handshake, and the bytes inside it.
 *
 * GIO shakes hands in a thread of its own pool, and that thread waits for the client. It waits in the stream below TLS
 * and without a cancellable, because waiting with one takes a descriptor, and GLib ends the program if it cannot get
 * one. To wake the thread up, the socket is shut down.
 *
 * After the handshake, GIO's TLS is called when the descriptor is ready, and the stream below does not wait any more.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-tls-transport.h"

#include <errno.h>
#include <sys/socket.h>

#include "answer/ts-client-hello.h"
#include "net/stamped/ts-stamped-stream.h"
#include "wire/ts-wire.h"

/* RFC 8446 section 5.1; the first message is a ClientHello (section 4). */
#define MAX_RECORD_LENGTH (1 << 14)
#define CLIENT_HELLO      1

struct _TsTlsTransport
{
  int fd; /* the stream's */
  TsClock *clock;
  GTlsCertificate *certificate; /* (nullable): until the handshake */
  GByteArray *hello;            /* (nullable): as much of the first record as has come; until the handshake */
  TsReceiveStamp hello_stamp;
  TsStampedStream *stream;      /* owns the descriptor */
  GIOStream *connection;        /* (nullable): from the handshake on */
  TsTlsHandshakeDone done;
  gpointer owner;
  gpointer user_data;
};

/**
 * ts_tls_transport_new:
 * @fd: (transfer full): a connected TCP socket, not blocking, with ts_stamped_socket_enable()
 * @certificate: the certificate of the server, with its private key
 * @clock: the clock that stamps
 * @bytes: (array length=length): the beginning of a TLS handshake, which was received from @fd before
 * @length: the length of @bytes, at least 1
 * @stamp: when the last of them came
 *
 * All functions of a transport are called in one thread.
 *
 * Returns: (transfer full): a transport that has not shaken hands
 */
TsTlsTransport *
ts_tls_transport_new (int fd,
                      GTlsCertificate *certificate,
                      TsClock *clock,
                      const guint8 *bytes,
                      gsize length,
                      const TsReceiveStamp *stamp)
{
  TsTlsTransport *self = g_new0 (TsTlsTransport, 1);

  self->fd = fd;
  self->clock = clock;
  self->certificate = g_object_ref (certificate);
  self->stream = ts_stamped_stream_new (fd, clock);
  self->hello = g_byte_array_sized_new ((guint) length);
  g_byte_array_append (self->hello, bytes, (guint) length);
  self->hello_stamp = *stamp;
  return self;
}

/**
 * ts_tls_transport_free:
 * @self: (transfer full): a transport that is not in its handshake
 *
 * Ends the connection without a close_notify. The descriptor must be in no epoll set, because it may be closed later,
 * when GIO lets go of it.
 */
void
ts_tls_transport_free (TsTlsTransport *self)
{
  ts_stamped_stream_set_patient (self->stream, FALSE);
  /* A task of GIO's may keep both objects for a moment, and the descriptor with them. */
  shutdown (self->fd, SHUT_RDWR);
  ts_stamped_stream_hand_over (self->stream);
  g_clear_object (&self->connection);
  g_object_unref (self->stream);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->hello, g_byte_array_unref);
  g_free (self);
}

/* Returns: how many bytes of the first record are missing */
static gsize
get_n_missing (const GByteArray *hello)
{
  gsize size = TS_TLS_RECORD_HEADER_SIZE;

  if (hello->len >= TS_TLS_RECORD_HEADER_SIZE)
    size += (gsize) hello->data[3] << 8 | hello->data[4];
  return hello->len < size ? size - hello->len : 0;
}

static gboolean
may_be_hello (const GByteArray *hello)
{
  return hello->data[0] == TS_TLS_RECORD_HANDSHAKE && (hello->len < 2 || hello->data[1] == 3) &&
         (hello->len < TS_TLS_RECORD_HEADER_SIZE || (hello->data[3] << 8 | hello->data[4]) <= MAX_RECORD_LENGTH) &&
         (hello->len <= TS_TLS_RECORD_HEADER_SIZE || hello->data[TS_TLS_RECORD_HEADER_SIZE] == CLIENT_HELLO);
}

/**
 * ts_tls_transport_read_client_hello:
 * @self: a transport that has not shaken hands
 *
 * Reads the first record, and nothing after it.
 *
 * Returns: how much of it is there
 */
TsTlsGreeting
ts_tls_transport_read_client_hello (TsTlsTransport *self)
{
  gsize n_missing;

  while ((n_missing = get_n_missing (self->hello)) > 0 && may_be_hello (self->hello))
    {
      guint n_before = self->hello->len;
      gssize n_received;

      g_byte_array_set_size (self->hello, n_before + (guint) n_missing);
      n_received = ts_stamped_socket_receive (self->fd, self->hello->data + n_before, n_missing, self->clock,
                                              &self->hello_stamp);
      g_byte_array_set_size (self->hello, n_before + (guint) MAX (n_received, 0));
      if (n_received < 0 && errno == EAGAIN)
        return TS_TLS_GREETING_UNFINISHED;
      if (n_received <= 0)
        return TS_TLS_GREETING_BAD;
    }
  return may_be_hello (self->hello) ? TS_TLS_GREETING_WHOLE : TS_TLS_GREETING_BAD;
}

/**
 * ts_tls_transport_turn_away:
 * @self: a transport whose ClientHello is whole
 *
 * Sends an alert to a client that does not offer TLS 1.2 or later, or does not offer Time Sync's protocol. Nothing more
 * is sent to this client.
 *
 * Returns: whether it was turned away
 */
gboolean
ts_tls_transport_turn_away (TsTlsTransport *self)
{
  TsTlsAlert alert = ts_client_hello_judge (self->hello->data, self->hello->len, TS_TLS_PROTOCOL);
  guint8 record[TS_TLS_ALERT_SIZE];

  if (alert == TS_TLS_ALERT_NONE)
    return FALSE;
  ts_tls_alert_encode (alert, record);
  send (self->fd, record, sizeof record, MSG_NOSIGNAL | MSG_DONTWAIT);
  shutdown (self->fd, SHUT_WR);
  return TRUE;
}

static gboolean
speaks_time_sync (GTlsConnection *connection)
{
  return g_tls_connection_get_protocol_version (connection) >= G_TLS_PROTOCOL_VERSION_TLS_1_2 &&
         g_strcmp0 (g_tls_connection_get_negotiated_protocol (connection), TS_TLS_PROTOCOL) == 0;
}

static void
did_handshake (GObject *connection,
               GAsyncResult *result,
               gpointer user_data)
{
  TsTlsTransport *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = g_tls_connection_handshake_finish (G_TLS_CONNECTION (connection), result, &error);

  ts_stamped_stream_take_over (self->stream);
  ts_stamped_stream_set_patient (self->stream, FALSE);
  if (error != NULL)
    g_debug ("TLS handshake: %s", error->message);
  self->done (self->owner, self->user_data, is_done && speaks_time_sync (G_TLS_CONNECTION (connection)));
}

/* g_tls_server_connection_new() is not used, because each connection would read in this thread all authorities that the
 * system trusts, and keep them, which costs ten times as much as the handshake. No client has a certificate to
 * verify. */
static GIOStream *
make_connection (TsTlsTransport *self,
                 GError **error)
{
  GType type = g_tls_backend_get_server_connection_type (g_tls_backend_get_default ());

  return g_initable_new (type, NULL, error, "base-io-stream", self->stream, "certificate", self->certificate,
                         "database", NULL, NULL);
}

/**
 * ts_tls_transport_shake_hands:
 * @self: a transport whose ClientHello is whole
 * @done: called once, from the thread-default main context, when the handshake has ended for any reason; it may free
 *   the transport
 * @owner: passed to @done
 * @user_data: passed to @done
 *
 * The client has to agree on the protocol %TS_TLS_PROTOCOL. A client that offers only other protocols or none is not
 * served, so that nobody can redirect a program of another protocol to this server (the ALPACA attack).
 *
 * Returns: whether the handshake has begun; if not, @done is not called
 */
gboolean
ts_tls_transport_shake_hands (TsTlsTransport *self,
                              TsTlsHandshakeDone done,
                              gpointer owner,
                              gpointer user_data)
{
  const char *const protocols[] = { TS_TLS_PROTOCOL, NULL };
  g_autoptr (GError) error = NULL;

  ts_stamped_stream_prime (self->stream, self->hello->data, self->hello->len, &self->hello_stamp);
  g_clear_pointer (&self->hello, g_byte_array_unref);
  self->connection = make_connection (self, &error);
  g_clear_object (&self->certificate);
  if (self->connection == NULL)
    {
      g_debug ("TLS: %s", error->message);
      return FALSE;
    }
  self->done = done;
  self->owner = owner;
  self->user_data = user_data;
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (self->connection), protocols);
  ts_stamped_stream_hand_over (self->stream);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->connection), G_PRIORITY_DEFAULT, NULL, did_handshake,
                                    self);
  return TRUE;
}

/**
 * ts_tls_transport_cancel:
 * @self: a transport that shakes hands
 *
 * Makes the handshake fail as soon as its thread notices that.
 */
void
ts_tls_transport_cancel (TsTlsTransport *self)
{
  ts_stamped_stream_set_patient (self->stream, FALSE);
  shutdown (self->fd, SHUT_RDWR);
}

/**
 * ts_tls_transport_get_waited_ns:
 * @self: a transport that shakes hands
 *
 * Returns: how long the handshake has waited for the client
 */
gint64
ts_tls_transport_get_waited_ns (TsTlsTransport *self)
{
  return ts_stamped_stream_get_waited_ns (self->stream);
}

/**
 * ts_tls_transport_receive:
 * @self: a transport that has shaken hands
 * @buffer: (out) (array length=size): the bytes received
 * @size: the size of @buffer
 * @stamp: (out): when the end of the record that they are from was in the kernel
 *
 * Returns: how many bytes were received, 0 at the end of the stream, or -1 with errno set, to %EAGAIN if nothing
 *   has come
 */
gssize
ts_tls_transport_receive (TsTlsTransport *self,
                          guint8 *buffer,
                          gsize size,
                          TsReceiveStamp *stamp)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->connection));
  guint n_waits = ts_stamped_stream_get_n_waits (self->stream);
  g_autoptr (GError) error = NULL;
  gssize n_received = g_pollable_input_stream_read_nonblocking (input, buffer, size, NULL, &error);

  if (n_received > 0)
    ts_stamped_stream_get_last_stamp (self->stream, stamp);
  if (n_received >= 0)
    return n_received;
  /* A client that starts another handshake is not served, because it would run in the other thread again and reading
   * would block although the socket below does not. */
  errno = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) &&
          ts_stamped_stream_get_n_waits (self->stream) != n_waits ? EAGAIN : EPROTO;
  return -1;
}

/**
 * ts_tls_transport_send:
 * @self: a transport that has shaken hands
 * @bytes: (array length=length): what to send; if the call before failed with %EAGAIN, @bytes has to begin with the
 *   same bytes
 * @length: the length of @bytes
 *
 * Returns: how many bytes were taken, or -1 with errno set, to %EAGAIN if there is no room
 */
gssize
ts_tls_transport_send (TsTlsTransport *self,
                       const guint8 *bytes,
                       gsize length)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->connection));
  g_autoptr (GError) error = NULL;
  gssize n_sent = g_pollable_output_stream_write_nonblocking (output, bytes, length, NULL, &error);

  if (n_sent < 0)
    errno = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ? EAGAIN : EPROTO;
  return n_sent;
}

/**
 * ts_tls_transport_shut_down:
 * @self: a transport that has shaken hands
 *
 * Sends a close_notify, and nothing after it.
 */
void
ts_tls_transport_shut_down (TsTlsTransport *self)
{
  g_output_stream_close (g_io_stream_get_output_stream (self->connection), NULL, NULL);
}
