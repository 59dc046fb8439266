/* Fuzz target of ts-tls-transport, and of ts-connection over it: what a client sends inside TLS, and after it.
 *
 * The client is GIO's own, over a socket pair. The input is a byte of flags, one for the length of the pieces, one for
 * how much of the rest goes inside TLS; what is left then goes beside it, as no record or as a broken one. Where the flags
 * say so there is no client of GIO's, and all of the rest goes as it is, from the first byte on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz-serving.h"

#include <glib-unix.h>

#include "fuzz-input.h"
#include "fuzz-target.h"
#include "wire/ts-wire.h"

enum
{
  SAYS_GOODBYE = 1,
  IS_ENDED_BY_SERVER = 2,
  IS_IDLE = 4,
  HAS_OTHER_PROTOCOL = 8,
  IS_RAW = 16,
  IS_EVICTED = 32,
};

typedef struct
{
  TsServing serving;
  GTlsConnection *client;
  int fd;
  gboolean is_done;
  gboolean is_good;
} Fuzz;

static TsPolicy *
new_policy (void)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (GError) error = NULL;
  TsPolicy *policy;

  settings->tls_certificate = g_strdup (CERTIFICATES "/server.pem");
  settings->tls_key = g_strdup (CERTIFICATES "/server.key");
  settings->requests_per_second = settings->address_requests_per_second = 0;
  policy = ts_policy_new (settings, &error);
  g_assert_no_error (error);
  return policy;
}

static gboolean
trust_all (GTlsConnection *connection,
           GTlsCertificate *certificate,
           GTlsCertificateFlags faults,
           gpointer unused)
{
  return TRUE;
}

static void
did_handshake (GObject *connection,
               GAsyncResult *result,
               gpointer user_data)
{
  Fuzz *self = user_data;

  self->is_good = g_tls_connection_handshake_finish (G_TLS_CONNECTION (connection), result, NULL);
  self->is_done = TRUE;
}

static gboolean
turn (int fd,
      GIOCondition condition,
      gpointer user_data)
{
  fuzz_serving_turn (user_data);
  return G_SOURCE_CONTINUE;
}

/* Runs both ends until no handshake is under way at either. */
static void
shake_hands (Fuzz *self,
             const char *protocol)
{
  const char *const protocols[] = { protocol, NULL };
  g_autoptr (GSocket) socket = g_socket_new_from_fd (self->fd, NULL);
  g_autoptr (GSocketConnection) base = g_socket_connection_factory_create_connection (socket);
  guint id = g_unix_fd_add (self->serving.epoll_fd, G_IO_IN, turn, &self->serving);

  self->client = g_initable_new (g_tls_backend_get_client_connection_type (g_tls_backend_get_default ()), NULL, NULL,
                                 "base-io-stream", base, NULL);
  g_assert_nonnull (self->client);
  g_tls_connection_set_advertised_protocols (self->client, protocols);
  g_signal_connect (self->client, "accept-certificate", G_CALLBACK (trust_all), NULL);
  g_tls_connection_handshake_async (self->client, G_PRIORITY_DEFAULT, NULL, did_handshake, self);
  while (!self->is_done || self->serving.phases[TS_PHASE_HANDSHAKE].n > 0)
    {
      g_main_context_iteration (NULL, TRUE);
      fuzz_serving_turn (&self->serving);
    }
  g_source_remove (id);
}

/* Returns: how many bytes came */
static gsize
drain (Fuzz *self)
{
  GPollableInputStream *stream = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (G_IO_STREAM (self->client)));
  guint8 bytes[4096];
  gsize n_received = 0;
  gssize n;

  while ((n = g_pollable_input_stream_read_nonblocking (stream, bytes, sizeof bytes, NULL, NULL)) > 0)
    n_received += (gsize) n;
  return n_received;
}

/* Returns: how many bytes came */
static gsize
talk (Fuzz *self,
      FuzzInput *input,
      gsize n_inside,
      gsize piece)
{
  GPollableOutputStream *stream = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (self->client)));
  gsize n_received = 0;

  while (n_inside > 0 && input->size > 0)
    {
      g_autoptr (GBytes) bytes = fuzz_input_take (input, MIN (piece, n_inside));
      gsize size;
      gconstpointer data = g_bytes_get_data (bytes, &size);

      g_pollable_output_stream_write_nonblocking (stream, data, size, NULL, NULL);
      n_inside -= size;
      fuzz_serving_turn (&self->serving);
      n_received += drain (self);
    }
  if (input->size > 0)
    send (self->fd, input->data, input->size, MSG_NOSIGNAL);
  fuzz_serving_turn (&self->serving);
  return n_received + drain (self);
}

static void
end (Fuzz *self,
     guint8 flags)
{
  if ((flags & IS_IDLE) != 0)
    ts_clock_advance (self->serving.service.clock, 120 * TS_NS_PER_S);
  else if ((flags & IS_ENDED_BY_SERVER) != 0)
    ts_connection_end_all (&self->serving);
  fuzz_serving_turn (&self->serving);
  drain (self);
  if ((flags & SAYS_GOODBYE) != 0)
    g_io_stream_close (G_IO_STREAM (self->client), NULL, NULL);
  shutdown (self->fd, SHUT_RDWR);
  fuzz_serving_turn (&self->serving);
  ts_clock_advance (self->serving.service.clock, 2 * TS_NS_PER_S);
  fuzz_serving_turn (&self->serving);
}

/* Sends what may be a ClientHello and what may follow it, which begins a handshake that never ends well. */
static void
talk_raw (Fuzz *self,
          FuzzInput *input,
          gsize piece,
          guint8 flags)
{
  while (input->size > 0)
    {
      g_autoptr (GBytes) bytes = fuzz_input_take (input, piece);
      gsize size;
      gconstpointer data = g_bytes_get_data (bytes, &size);

      send (self->fd, data, size, MSG_NOSIGNAL);
      fuzz_serving_turn (&self->serving);
    }
  if ((flags & IS_IDLE) != 0)
    ts_clock_advance (self->serving.service.clock, 120 * TS_NS_PER_S);
  else if ((flags & IS_ENDED_BY_SERVER) != 0)
    ts_connection_end_all (&self->serving);
  else if ((flags & IS_EVICTED) != 0)
    {
      ts_clock_advance (self->serving.service.clock, TS_NS_PER_S);
      fuzz_serving_turn (&self->serving);
      ts_connection_update_all (&self->serving);
      ts_connection_evict (&self->serving, ts_throttle_find_largest (self->serving.service.throttle), 3);
    }
  fuzz_serving_turn (&self->serving);
  close (self->fd);
  fuzz_serving_turn (&self->serving);
  while (self->serving.phases[TS_PHASE_HANDSHAKE].n > 0)
    {
      g_main_context_iteration (NULL, TRUE);
      fuzz_serving_turn (&self->serving);
    }
  ts_clock_advance (self->serving.service.clock, 2 * TS_NS_PER_S);
  fuzz_serving_turn (&self->serving);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  static TsPolicy *policy;
  FuzzInput input = { data, size };
  guint8 flags = fuzz_input_byte (&input);
  gsize piece = fuzz_input_byte (&input) + 1, n_inside = fuzz_input_byte (&input) * 4, n_received;
  Fuzz self = { 0 };

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    return 0;
  if (policy == NULL)
    policy = new_policy ();
  fuzz_serving_init (&self.serving, policy);
  self.fd = fuzz_serving_open (&self.serving);
  if ((flags & IS_RAW) != 0)
    {
      talk_raw (&self, &input, piece, flags);
      fuzz_serving_clear (&self.serving);
      return 0;
    }
  shake_hands (&self, (flags & HAS_OTHER_PROTOCOL) != 0 ? "http/1.1" : TS_TLS_PROTOCOL);
  n_received = talk (&self, &input, n_inside, piece);
  /* No more than there are requests, and a refusal. */
  g_assert_cmpuint (n_received, <=, (size / TS_FRAME_SIZE + 1) * TS_FRAME_SIZE);
  end (&self, flags);
  g_object_unref (self.client);
  fuzz_serving_clear (&self.serving);
  return 0;
}
