/* A probe and the server that it asks, which answers as the input says.
 *
 * For each exchange the server takes a byte of flags, the length of what it sends (two bytes), and that. Where the
 * flags say so, it is sent with the cookie of the request. The server closes the connection then, resets it, or waits for
 * the next request on it; and it may be gone from then on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

#include "measure/ts-time.h"
#include "net/probe/ts-probe.h"
#include "wire/ts-wire.h"

#include "fuzz-input.h"

#define FUZZ_NOW_NS (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S)

/* How long the server waits for another request. */
#define FUZZ_QUIET_MS 5

enum
{
  FUZZ_HAS_COOKIE = 1,
  FUZZ_STAYS_OPEN = 2,
  FUZZ_IS_RESET = 4,
  FUZZ_IS_SENT_AT_ONCE = 8,
  FUZZ_IS_IN_PIECES = 16,
  FUZZ_IS_GONE = 32,
};

typedef struct
{
  FuzzInput input;
  GTlsCertificate *certificate; /* (nullable): without it there is no TLS */
  const char *protocol;         /* (nullable): by ALPN */
  GSocket *listener;
  GSource *incoming;
  GSocket *socket;   /* (nullable): of the stream */
  GIOStream *stream; /* (nullable): the connection that is served */
  GSource *readable; /* (nullable) */
  GSource *quiet;    /* (nullable) */
  guint16 port;
  guint n_pending; /* handshakes under way */
  gboolean is_done;
} FuzzServer;

static inline void
fuzz_server_drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static inline void
fuzz_server_close (FuzzServer *self)
{
  fuzz_server_drop_source (&self->readable);
  fuzz_server_drop_source (&self->quiet);
  if (self->stream != NULL)
    g_io_stream_close (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
  g_clear_object (&self->socket);
}

static inline void
fuzz_server_reset (FuzzServer *self)
{
  const struct linger none = { .l_onoff = 1 };

  if (self->socket != NULL)
    setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &none, sizeof none);
  fuzz_server_close (self);
}

static inline void
fuzz_server_go (FuzzServer *self)
{
  fuzz_server_drop_source (&self->incoming);
  g_socket_close (self->listener, NULL);
}

static inline gboolean
fuzz_server_is_quiet (gpointer user_data)
{
  fuzz_server_close (user_data);
  return G_SOURCE_REMOVE;
}

static inline void
fuzz_server_send (FuzzServer *self,
                  const guint8 *bytes,
                  gsize length,
                  gsize piece)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));

  for (gsize at = 0; at < length; at += piece)
    g_pollable_output_stream_write_nonblocking (output, bytes + at, MIN (piece, length - at), NULL, NULL);
}

/* @request: (nullable): what came */
static inline void
fuzz_server_answer (FuzzServer *self,
                    const guint8 *request)
{
  guint8 flags = fuzz_input_byte (&self->input);
  g_autoptr (GBytes) answer = fuzz_input_take (&self->input, fuzz_input_number (&self->input, 2));
  gsize length;
  g_autofree guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&answer), &length);

  if ((flags & FUZZ_HAS_COOKIE) != 0 && request != NULL && length >= 16)
    memcpy (bytes + 8, request + 8, 8);
  fuzz_server_send (self, bytes, length, (flags & FUZZ_IS_IN_PIECES) != 0 ? 7 : MAX (length, 1));
  if ((flags & FUZZ_IS_GONE) != 0)
    fuzz_server_go (self);
  if ((flags & FUZZ_IS_RESET) != 0)
    fuzz_server_reset (self);
  else if ((flags & FUZZ_STAYS_OPEN) == 0 || self->input.size == 0)
    fuzz_server_close (self);
}

static inline gboolean
fuzz_server_got_request (GObject *stream,
                         gpointer user_data)
{
  FuzzServer *self = user_data;
  guint8 request[4096] = { 0 };
  gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), request, sizeof request, NULL,
                                                       NULL);

  if (n < 0)
    return G_SOURCE_CONTINUE;
  if (n == 0)
    fuzz_server_close (self);
  else
    {
      g_source_set_ready_time (self->quiet, g_get_monotonic_time () + 1000 * FUZZ_QUIET_MS);
      fuzz_server_answer (self, request);
    }
  return G_SOURCE_CONTINUE;
}

static inline void
fuzz_server_serve (FuzzServer *self)
{
  GInputStream *input = g_io_stream_get_input_stream (self->stream);

  self->readable = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (fuzz_server_got_request), self, NULL);
  g_source_attach (self->readable, NULL);
  self->quiet = g_timeout_source_new (FUZZ_QUIET_MS);
  g_source_set_callback (self->quiet, fuzz_server_is_quiet, self, NULL);
  g_source_attach (self->quiet, NULL);
  if (self->input.size > 0 && (*self->input.data & FUZZ_IS_SENT_AT_ONCE) != 0)
    fuzz_server_answer (self, NULL);
}

static inline void
fuzz_server_did_handshake (GObject *connection,
                           GAsyncResult *result,
                           gpointer user_data)
{
  FuzzServer *self = user_data;
  gboolean is_good = g_tls_connection_handshake_finish (G_TLS_CONNECTION (connection), result, NULL);

  self->n_pending--;
  if (G_IO_STREAM (connection) != self->stream)
    return;
  if (is_good)
    fuzz_server_serve (self);
  else
    fuzz_server_close (self);
}

static inline gboolean
fuzz_server_incoming (GSocket *listener,
                      GIOCondition condition,
                      gpointer user_data)
{
  FuzzServer *self = user_data;
  const char *const protocols[] = { self->protocol, NULL };
  g_autoptr (GSocket) socket = g_socket_accept (listener, NULL, NULL);
  g_autoptr (GSocketConnection) base = NULL;

  if (socket == NULL)
    return G_SOURCE_CONTINUE;
  fuzz_server_close (self);
  self->socket = g_object_ref (socket);
  base = g_socket_connection_factory_create_connection (socket);
  if (self->certificate == NULL)
    {
      self->stream = G_IO_STREAM (g_steal_pointer (&base));
      fuzz_server_serve (self);
      return G_SOURCE_CONTINUE;
    }
  self->stream = g_initable_new (g_tls_backend_get_server_connection_type (g_tls_backend_get_default ()), NULL, NULL,
                                 "base-io-stream", base, "certificate", self->certificate, "database", NULL, NULL);
  if (self->protocol != NULL)
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (self->stream), protocols);
  self->n_pending++;
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->stream), G_PRIORITY_DEFAULT, NULL, fuzz_server_did_handshake,
                                    self);
  return G_SOURCE_CONTINUE;
}

static inline void
fuzz_server_open (FuzzServer *self)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (self->listener, any, TRUE, NULL) && g_socket_listen (self->listener, NULL));
  g_socket_set_blocking (self->listener, FALSE);
  address = g_socket_get_local_address (self->listener, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  self->incoming = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_callback (self->incoming, G_SOURCE_FUNC (fuzz_server_incoming), self, NULL);
  g_source_attach (self->incoming, NULL);
}

static inline void
fuzz_server_free (FuzzServer *self)
{
  fuzz_server_close (self);
  while (self->n_pending > 0)
    g_main_context_iteration (NULL, TRUE);
  fuzz_server_go (self);
  g_clear_object (&self->listener);
}

/* What a person reads of a failure is one line of text. */
static inline void
fuzz_check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (const char *c = error->message; *c != '\0'; c++)
    g_assert_false (g_ascii_iscntrl (*c));
}

static inline void
fuzz_got_exchange (GObject *probe,
                   GAsyncResult *result,
                   gpointer user_data)
{
  FuzzServer *self = user_data;
  g_autoptr (GError) error = NULL;
  TsSample sample;

  if (!ts_probe_exchange_finish (TS_PROBE (probe), result, &sample, &error))
    fuzz_check_error (error);
  else
    {
      g_assert_no_error (error);
      g_assert_cmpint (sample.delay_ns, >=, 0);
      g_assert_cmpint (sample.proven_min_ns, <=, sample.offset_ns);
      g_assert_cmpint (sample.offset_ns, <=, sample.proven_max_ns);
    }
  self->is_done = TRUE;
}

/* Has exchanges until the server has said all, or said nothing. */
static inline void
fuzz_exchange_all (FuzzServer *self,
                   TsProbe *probe)
{
  size_t before = self->input.size + 1;

  for (guint n = 0; n < 4 && (n == 0 || self->input.size > 0) && self->input.size < before; n++)
    {
      before = self->input.size;
      self->is_done = FALSE;
      ts_probe_exchange_async (probe, NULL, fuzz_got_exchange, self);
      while (!self->is_done)
        g_main_context_iteration (NULL, TRUE);
    }
}
