/* One client's connection over TLS, once hands are shaken.
 *
 * GIO's TLS is called when the descriptor is ready, and never waits here, for the stream below is not patient.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-tls-session-private.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure/ts-time.h"

#define LINGER_PATIENCE_NS (1 * TS_NS_PER_S)
#define MAX_LINGERED_BYTES (1024 * 1024)

/* Of one client, until others had their turn. */
#define MAX_READS 16

/* Closes the connection, with as much of a goodbye as there is room for. */
static void
close_connection (TsTlsSession *self)
{
  ts_tls_session_watch (self, 0);
  ts_tls_handshake_forget (self);
  if (self->stream != NULL)
    ts_stamped_stream_set_patient (self->stream, FALSE);
  else if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_object (&self->connection);
  g_clear_object (&self->stream);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->hello, g_byte_array_unref);
  g_clear_pointer (&self->unsent, g_byte_array_unref);
}

/* It is over; who owns it is told when the set has its next turn. */
void
ts_tls_session_end (TsTlsSession *self)
{
  close_connection (self);
  ts_tls_set_enter_phase (self, TS_TLS_OVER, 0);
}

/* Says goodbye, and awaits the client's. */
static void
begin_to_linger (TsTlsSession *self)
{
  g_output_stream_close (g_io_stream_get_output_stream (self->connection), NULL, NULL);
  ts_tls_session_watch (self, EPOLLIN);
  ts_tls_set_enter_phase (self, TS_TLS_LINGERING, ts_tls_session_get_now_ns (self) + LINGER_PATIENCE_NS);
}

/* Something came while the client's end is awaited. */
void
ts_tls_session_linger (TsTlsSession *self)
{
  gssize n_received = recv (self->fd, self->set->scratch, sizeof self->set->scratch, MSG_DONTWAIT);

  if (n_received < 0 && errno == EAGAIN)
    return;
  self->n_lingered_bytes += (gsize) MAX (n_received, 0);
  if (n_received <= 0 || self->n_lingered_bytes > MAX_LINGERED_BYTES)
    ts_tls_session_end (self);
}

/* Sends what fits of self->unsent. A client that does not drain its answers is not read from until it does. */
void
ts_tls_session_send_answers (TsTlsSession *self)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->connection));

  while (self->n_sent < self->unsent->len)
    {
      g_autoptr (GError) error = NULL;
      gssize n_written =
        g_pollable_output_stream_write_nonblocking (output, self->unsent->data + self->n_sent,
                                                    self->unsent->len - self->n_sent, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          ts_tls_session_watch (self, EPOLLOUT);
          return;
        }
      if (n_written < 0)
        {
          ts_tls_session_end (self);
          return;
        }
      self->n_sent += (gsize) n_written;
    }
  self->n_sent = 0;
  g_clear_pointer (&self->unsent, g_byte_array_unref);
  ts_tls_session_watch (self, EPOLLIN);
  if (self->is_closing)
    begin_to_linger (self);
}

/* Sends what the session has to say, in the answers of the set, and says goodbye where it is at its end. */
static void
conclude (TsTlsSession *self,
          gboolean goes_on)
{
  GByteArray *answers = self->set->answers;

  self->is_closing = !goes_on;
  if (answers->len > 0)
    {
      self->unsent = g_byte_array_ref (answers);
      ts_tls_session_send_answers (self);
      /* What is kept is no longer the set's. */
      if (self->unsent == answers)
        {
          g_byte_array_unref (answers);
          self->set->answers = g_byte_array_new ();
        }
    }
  else if (!goes_on)
    begin_to_linger (self);
}

/* Takes what was read into the scratch. Returns: whether to read on */
static gboolean
take_bytes (TsTlsSession *self,
            gsize length)
{
  TsReceiveStamp stamp;
  gboolean goes_on;

  ts_stamped_stream_get_last_stamp (self->stream, &stamp);
  g_byte_array_set_size (self->set->answers, 0);
  goes_on = ts_session_receive (self->session, self->service, self->set->scratch, length, &stamp,
                                self->set->answers);
  ts_tls_set_enter_phase (self, TS_TLS_SERVING, ts_tls_session_get_now_ns (self) + self->idle_timeout_ns);
  conclude (self, goes_on);
  return self->phase == TS_TLS_SERVING && self->unsent == NULL;
}

/* Takes and answers what came. */
void
ts_tls_session_receive (TsTlsSession *self)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->connection));
  gboolean goes_on = TRUE;

  /* No poll tells of what the stream was primed with, so nothing of that is left behind. */
  for (guint n = 0; goes_on && (n < MAX_READS || ts_stamped_stream_is_primed (self->stream)); n++)
    {
      guint n_waits = ts_stamped_stream_get_n_waits (self->stream);
      g_autoptr (GError) error = NULL;
      gssize n_received = g_pollable_input_stream_read_nonblocking (input, self->set->scratch,
                                                                    sizeof self->set->scratch, NULL, &error);

      if (n_received > 0)
        goes_on = take_bytes (self, (gsize) n_received);
      else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
               /* A client that would shake hands anew, in the other thread again, is not served. */
               ts_stamped_stream_get_n_waits (self->stream) == n_waits)
        {
          ts_tls_session_end (self);
          return;
        }
      else
        return;
    }
}

/**
 * ts_tls_session_new:
 * @fd: (transfer full): a connected TCP socket, not blocking, with ts_stamped_socket_enable()
 * @bytes: (array length=length): what was received from it already: the beginning of a TLS handshake
 * @length: how much that is, at least 1
 * @stamp: when the last of it came
 * @certificate: the server's, with its private key
 * @service: what sessions share; outlives the session
 * @session: what is said inside TLS; outlives the session
 * @handshake_timeout_ns: how long the client has from now on until hands are shaken
 * @idle_timeout_ns: after how long without a request the connection is closed
 * @ended: called when the session is over, whatever the reason: once, from the main context, and not from
 *   within any of these functions; not after ts_tls_session_free()
 * @user_data: for @ended
 *
 * Serves a client in the thread-default main context. It must speak TLS 1.2 or later and agree on the protocol
 * %TS_TLS_PROTOCOL; a client that offers only others, or none at all, is not served, so that nobody can talk a
 * program that means another protocol into this connection (the ALPACA attack). Inside TLS there are only frames.
 *
 * All functions of a session are for the thread that made it.
 *
 * Returns: (transfer full): the session
 */
TsTlsSession *
ts_tls_session_new (int fd,
                    const guint8 *bytes,
                    gsize length,
                    const TsReceiveStamp *stamp,
                    GTlsCertificate *certificate,
                    const TsSessionService *service,
                    TsSession *session,
                    gint64 handshake_timeout_ns,
                    gint64 idle_timeout_ns,
                    TsTlsSessionEnded ended,
                    gpointer user_data)
{
  TsTlsSession *self = g_new0 (TsTlsSession, 1);

  ts_tls_set_add (self);
  self->fd = fd;
  self->hello = g_byte_array_sized_new ((guint) length);
  g_byte_array_append (self->hello, bytes, (guint) length);
  self->hello_stamp = *stamp;
  self->certificate = g_object_ref (certificate);
  self->service = service;
  self->session = session;
  self->idle_timeout_ns = idle_timeout_ns;
  self->ended = ended;
  self->user_data = user_data;
  ts_tls_set_enter_phase (self, TS_TLS_GREETING, ts_tls_session_get_now_ns (self) + handshake_timeout_ns);
  ts_tls_handshake_greet (self);
  return self;
}

/**
 * ts_tls_session_refuse:
 * @self: a session
 * @reason: why
 *
 * Answers what has arrived, sends the client away with a refusal and a goodbye (close_notify), and ends the
 * session when the client has closed its end too, in about a second at most. A client that has not shaken hands
 * yet cannot be told, and is left at once.
 */
void
ts_tls_session_refuse (TsTlsSession *self,
                       TsRefusalReason reason)
{
  if (self->phase == TS_TLS_HANDSHAKE)
    ts_tls_handshake_give_up (self);
  else if (self->phase < TS_TLS_HANDSHAKE)
    ts_tls_session_end (self);
  else if (self->phase == TS_TLS_SERVING && self->unsent == NULL)
    ts_tls_session_receive (self);

  if (self->phase != TS_TLS_SERVING || self->is_closing)
    return;
  if (self->unsent != NULL)
    {
      self->is_closing = TRUE;
      ts_session_refuse (self->session, self->service, reason, self->unsent);
      ts_tls_set_enter_phase (self, TS_TLS_SERVING, ts_tls_session_get_now_ns (self) + LINGER_PATIENCE_NS);
      return;
    }
  g_byte_array_set_size (self->set->answers, 0);
  ts_session_refuse (self->session, self->service, reason, self->set->answers);
  conclude (self, FALSE);
}

/**
 * ts_tls_session_free:
 * @self: (transfer full): a session, whether it is over or not
 *
 * Closes the connection at once. A handshake under way ends soon, in its own thread, and holds the main context
 * until then.
 */
void
ts_tls_session_free (TsTlsSession *self)
{
  close_connection (self);
  ts_tls_set_remove (self);
  g_free (self);
}
