/* The request for a seal over a connection to a Time Sync server, and the wait for it.
 *
 * A server without a key refuses, and a server that does not know seals closes the connection. Neither ever seals.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-seal.h"

#include "ts-random.h"
#include "ts-source.h"
#include "wire/ts-seal.h"

#define KIND_OFFSET 5

struct _TsTcpSeal
{
  TsTcpConnection *connection; /* (nullable): none once it has ended */
  TsTcpSealFunc ended;
  gpointer user_data;
  GSource *source; /* (nullable): none once it has ended */
  guint64 cookie;
  guint8 request[TS_FRAME_SIZE];
  guint8 bytes[TS_SEAL_SIZE];
  gsize length;
};

static gboolean
fail (TsTcpSeal *self,
      gboolean is_hopeless)
{
  ts_source_clear (&self->source);
  g_clear_pointer (&self->connection, ts_tcp_connection_free);
  self->ended (NULL, is_hopeless, self->user_data);
  return G_SOURCE_REMOVE;
}

/* Looks at the bytes that have come.
 * Returns: whether to go on waiting; if not, @self may have been freed */
static gboolean
examine (TsTcpSeal *self)
{
  TsDecoded decoded;
  TsFrame frame;
  TsSeal seal;

  if (self->length > KIND_OFFSET && self->bytes[KIND_OFFSET] != TS_FRAME_SEAL)
    {
      decoded = ts_frame_decode (self->bytes, self->length, &frame, NULL);
      if (decoded == TS_DECODED_INCOMPLETE)
        return G_SOURCE_CONTINUE;
      return fail (self, decoded == TS_DECODED_MALFORMED || frame.flags == TS_REFUSAL_NO_SIGNING_KEY);
    }
  decoded = ts_seal_decode (self->bytes, self->length, &seal, NULL);
  if (decoded == TS_DECODED_INCOMPLETE)
    return G_SOURCE_CONTINUE;
  if (decoded == TS_DECODED_MALFORMED || seal.cookie != self->cookie)
    return fail (self, TRUE);
  ts_source_clear (&self->source);
  ts_witness_seal (self->connection->witness, self->connection->witness_number, self->request, self->bytes);
  self->connection->sealed_ns = ts_clock_get_monotonic_ns (self->connection->clock);
  self->ended (g_steal_pointer (&self->connection), FALSE, self->user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
got_input (GObject *input,
           gpointer user_data)
{
  TsTcpSeal *self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 departure_ns;
  gssize n_received;

  /* A transmit stamp is reported as an error, which wakes the loop up until it is taken. */
  ts_stamped_stream_take_transmit (self->connection->socket, &departure_ns);
  n_received =
    g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), self->bytes + self->length,
                                              sizeof self->bytes - self->length, NULL, &error);
  if (n_received > 0)
    {
      self->length += (gsize) n_received;
      return examine (self);
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  return fail (self, TRUE);
}

static gboolean
could_not_send (gpointer user_data)
{
  return fail (user_data, FALSE);
}

static gboolean
send_request (TsTcpSeal *self)
{
  GPollableOutputStream *output =
    G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->connection->stream));
  TsFrame frame = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_SEAL_REQUEST };

  while (self->cookie == 0)
    self->cookie = ts_random_uint64 ();
  frame.cookie = self->cookie;
  ts_frame_encode (&frame, self->request);
  return g_pollable_output_stream_write_nonblocking (output, self->request, sizeof self->request, NULL, NULL) ==
         sizeof self->request;
}

/**
 * ts_tcp_seal_new:
 * @connection: (transfer full): a connection with a witness, whose every request was answered
 * @context: the main context to wait in
 * @ended: called when it has ended, from the main context
 * @user_data: for @ended
 *
 * Sends a request for a seal. The caller has to keep a deadline.
 *
 * Returns: (transfer full): a request that waits for its seal; the witness gets the seal
 */
TsTcpSeal *
ts_tcp_seal_new (TsTcpConnection *connection,
                 GMainContext *context,
                 TsTcpSealFunc ended,
                 gpointer user_data)
{
  TsTcpSeal *self = g_new0 (TsTcpSeal, 1);
  GInputStream *input = g_io_stream_get_input_stream (connection->stream);

  self->connection = connection;
  self->ended = ended;
  self->user_data = user_data;
  if (send_request (self))
    {
      self->source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
      g_source_set_callback (self->source, G_SOURCE_FUNC (got_input), self, NULL);
    }
  else
    {
      self->source = g_idle_source_new ();
      g_source_set_callback (self->source, could_not_send, self, NULL);
    }
  g_source_attach (self->source, context);
  return self;
}

/**
 * ts_tcp_seal_free:
 * @self: (transfer full): a request for a seal, whether it has ended or not
 *
 * Ends it without calling back, and closes its connection.
 */
void
ts_tcp_seal_free (TsTcpSeal *self)
{
  ts_source_clear (&self->source);
  g_clear_pointer (&self->connection, ts_tcp_connection_free);
  g_free (self);
}
