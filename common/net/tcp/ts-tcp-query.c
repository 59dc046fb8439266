/* One request over a connection to a Time Sync server, and the wait for its answer.
 *
 * The request is a frame. The first bytes that come back show what the server speaks: "TSyn" begins a frame, and
 * anything else must be a classic answer, ended by the close. Over TLS only frames are spoken.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/tcp/ts-tcp-query.h"

#include "ts-source.h"
#include "wire/ts-answer.h"
#include "net/tcp/ts-tcp-words.h"
#include "net/tcp/ts-tls-probe.h"
#include "ts-random.h"

struct _TsTcpQuery
{
  TsTcpConnection *connection;
  const TsAddress *target;
  GCancellable *cancellable;
  TsTcpQueryFunc ended;
  gpointer user_data;
  GSource *input; /* (nullable): none once it has ended */
  GError *send_error; /* (nullable): to be reported in the main context's next turn, instead of reading */
  TsFrame request;
  guint8 request_bytes[TS_FRAME_SIZE];
  TsLocalStamps stamps;
  guint8 bytes[TS_CLASSIC_MAX_SIZE + 1]; /* one more than allowed, to see that there is more */
  gsize length;
};

/* @error: (transfer full) */
static void
fail (TsTcpQuery *self,
      GError *error)
{
  ts_source_clear (&self->input);
  self->ended (NULL, error, self->user_data);
}

/* @cause: (nullable) (transfer full): the codec's error */
static void
fail_malformed (TsTcpQuery *self,
                GError *cause)
{
  if (cause != NULL)
    g_debug ("%s", cause->message);
  g_clear_error (&cause);
  fail (self, ts_tcp_words_malformed (self->bytes, self->length));
}

/* Completes our end of the exchange when the answer has come. */
static void
stamp_arrival (TsTcpQuery *self)
{
  TsTcpConnection *connection = self->connection;
  guint n_retransmitted = ts_stamped_socket_get_n_retransmitted (ts_stamped_stream_get_fd (connection->socket));
  TsReceiveStamp arrival;

  ts_stamped_stream_get_last_stamp (connection->socket, &arrival);
  self->stamps.t4_ns = arrival.instant_ns;
  self->stamps.t4_source = arrival.is_kernel ? TS_STAMP_KERNEL : TS_STAMP_USER;
  self->stamps.is_retransmitted = n_retransmitted != connection->n_retransmitted;
  connection->n_retransmitted = n_retransmitted;
  ts_clock_read (connection->clock, &self->stamps.after);
}

static void
succeed (TsTcpQuery *self,
         const TsTcpAnswer *answer)
{
  TsWitnessExchange exchange = {
    .request = self->request_bytes,
    .request_length = sizeof self->request_bytes,
    .answer = self->bytes,
    .answer_length = answer->protocol == TS_PROTOCOL_CLASSIC ? self->length : TS_FRAME_SIZE,
    .stamps = &self->stamps,
    .sample = &answer->sample,
  };

  ts_source_clear (&self->input);
  ts_tcp_connection_tell_exchange (self->connection, self->target, ts_protocol_get_name (answer->protocol), &exchange);
  self->connection->previous = answer->sample.exchange;
  self->ended (answer, NULL, self->user_data);
}

static void
got_classic (TsTcpQuery *self,
             const TsClassicAnswer *classic)
{
  TsTcpAnswer answer = { .protocol = TS_PROTOCOL_CLASSIC, .is_last = TRUE };
  GError *error = NULL;

  if (self->connection->only == TS_PROTOCOL_FRAMED)
    {
      fail (self, ts_tcp_words_only_classic ());
      return;
    }
  stamp_arrival (self);
  if (ts_answer_classic_to_sample (classic, &self->stamps, &answer.sample, &error))
    succeed (self, &answer);
  else
    fail (self, error);
}

static void
got_frame (TsTcpQuery *self,
           const TsFrame *frame)
{
  const TsExchange *previous = self->connection->previous.t4_ns != 0 ? &self->connection->previous : NULL;
  TsTcpAnswer answer = {
    .protocol = self->connection->is_secure ? TS_PROTOCOL_TLS : TS_PROTOCOL_FRAMED,
    /* Bytes after the frame have come without a request, such as the refusal of a server that shuts down. */
    .is_last = self->length > TS_FRAME_SIZE,
  };
  GError *error = NULL;

  if (frame->kind == TS_FRAME_REFUSAL)
    {
      self->connection->retry_after_ms = frame->retry_after_ms;
      fail (self, ts_tcp_words_refused (frame->flags));
      return;
    }
  if (frame->kind != TS_FRAME_ANSWER || frame->version != TS_FRAME_VERSION || frame->cookie != self->request.cookie)
    {
      fail_malformed (self, NULL);
      return;
    }
  stamp_arrival (self);
  if (ts_answer_frame_to_sample (frame, &self->stamps, previous, &answer.sample, &error))
    succeed (self, &answer);
  else
    fail (self, error);
}

/* Looks at the bytes that have come.
 * Returns: whether to go on waiting; if not, @self may have been freed */
static gboolean
examine (TsTcpQuery *self,
         gboolean at_end)
{
  gboolean is_framed =
    self->connection->is_secure || ts_wire_sniff (self->bytes, self->length) != TS_WIRE_FORM_CLASSIC;
  TsClassicAnswer classic;
  TsFrame frame;
  TsDecoded decoded;
  GError *error = NULL;

  if (is_framed)
    decoded = ts_frame_decode (self->bytes, self->length, &frame, &error);
  else
    decoded = ts_classic_decode (self->bytes, self->length, at_end, &classic, &error);

  if (decoded == TS_DECODED_MALFORMED)
    fail_malformed (self, error);
  else if (decoded == TS_DECODED_COMPLETE && is_framed)
    got_frame (self, &frame);
  else if (decoded == TS_DECODED_COMPLETE)
    got_classic (self, &classic);
  else if (at_end)
    fail (self, ts_tcp_words_closed ());
  else
    return G_SOURCE_CONTINUE;
  return G_SOURCE_REMOVE;
}

static gboolean
stream_ended (TsTcpQuery *self)
{
  if (self->length > 0)
    return examine (self, TRUE);
  fail (self, ts_tcp_words_closed ());
  return G_SOURCE_REMOVE;
}

static gboolean
got_input (GObject *input,
           gpointer user_data)
{
  TsTcpQuery *self = user_data;
  GError *error = NULL;
  guint n_waits = ts_stamped_stream_get_n_waits (self->connection->socket);
  gint64 departure_ns;
  gssize n_received;

  /* A transmit stamp is reported as an error, which wakes the loop up until it is taken. */
  if (ts_stamped_stream_take_transmit (self->connection->socket, &departure_ns))
    ts_local_stamps_take_transmit (&self->stamps, departure_ns);
  n_received =
    g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), self->bytes + self->length,
                                              sizeof self->bytes - self->length, self->cancellable, &error);

  if (n_received > 0)
    {
      self->length += (gsize) n_received;
      return examine (self, FALSE);
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_clear_error (&error);
      if (!self->connection->is_secure || n_waits != ts_stamped_stream_get_n_waits (self->connection->socket))
        return G_SOURCE_CONTINUE;
      fail (self, ts_tls_probe_renegotiated ());
      return G_SOURCE_REMOVE;
    }
  /* A classic server that closes without reading our request resets the connection. An answer that came whole still
   * counts. */
  if (n_received == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
      g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
    {
      g_clear_error (&error);
      return stream_ended (self);
    }
  fail (self, error);
  return G_SOURCE_REMOVE;
}

static gboolean
could_not_send (gpointer user_data)
{
  TsTcpQuery *self = user_data;

  fail (self, g_steal_pointer (&self->send_error));
  return G_SOURCE_REMOVE;
}

static void
send_request (TsTcpQuery *self)
{
  TsTcpConnection *connection = self->connection;
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (connection->stream));
  gsize size = connection->only == TS_PROTOCOL_CLASSIC ? 1 : TS_FRAME_SIZE;
  gssize n_sent;

  self->request = (TsFrame) {
    .version = TS_FRAME_VERSION,
    .kind = TS_FRAME_REQUEST,
    .flags = TS_FRAME_WANTS_PREVIOUS_TRANSMIT,
  };
  while (self->request.cookie == 0)
    self->request.cookie = ts_random_uint64 ();
  if (connection->is_sealable)
    {
      self->request.flags |= TS_FRAME_WANTS_TRANSCRIPT;
      self->request.receive_ns = connection->previous.t4_ns;
    }
  ts_frame_encode (&self->request, self->request_bytes);
  if (connection->only == TS_PROTOCOL_CLASSIC)
    self->request_bytes[0] = '\n'; /* what asks for a classic answer */

  self->stamps = (TsLocalStamps) { .t1_source = TS_STAMP_USER };
  ts_clock_read (connection->clock, &self->stamps.before);
  self->stamps.t1_ns = ts_clock_get_now_ns (connection->clock);
  if (connection->is_sealable)
    ts_frame_set_transmit (self->request_bytes, self->stamps.t1_ns);
  n_sent = g_pollable_output_stream_write_nonblocking (output, self->request_bytes, size, NULL, &self->send_error);
  if (n_sent >= 0 && (gsize) n_sent < size)
    self->send_error = ts_tcp_words_closed ();
  /* A classic server may have answered and closed already, and the answer waits to be read. */
  else if (g_error_matches (self->send_error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    g_clear_error (&self->send_error);
}

/**
 * ts_tcp_query_new:
 * @connection: a connection that is ready for requests, and outlives the query
 * @target: the server; outlives the query
 * @cancellable: makes the query fail
 * @context: the main context to wait in
 * @ended: called when the query has ended, from the main context, even if the request cannot be sent; its error is as
 *   that of ts_probe_exchange_finish() but without the server's name
 * @user_data: passed to @ended
 *
 * Notes t1 and sends the request.
 *
 * Returns: (transfer full): a query that waits for its answer
 */
TsTcpQuery *
ts_tcp_query_new (TsTcpConnection *connection,
                  const TsAddress *target,
                  GCancellable *cancellable,
                  GMainContext *context,
                  TsTcpQueryFunc ended,
                  gpointer user_data)
{
  GInputStream *input = g_io_stream_get_input_stream (connection->stream);
  TsTcpQuery *self = g_new0 (TsTcpQuery, 1);

  self->connection = connection;
  self->target = target;
  self->cancellable = g_object_ref (cancellable);
  self->ended = ended;
  self->user_data = user_data;
  send_request (self);
  if (self->send_error == NULL)
    self->input = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), cancellable);
  else
    self->input = g_idle_source_new ();
  g_source_set_callback (self->input, self->send_error == NULL ? G_SOURCE_FUNC (got_input) : could_not_send, self, NULL);
  g_source_attach (self->input, context);
  return self;
}

/**
 * ts_tcp_query_free:
 * @self: (transfer full): a query, whether it has ended or not
 */
void
ts_tcp_query_free (TsTcpQuery *self)
{
  ts_source_clear (&self->input);
  g_object_unref (self->cancellable);
  g_clear_error (&self->send_error);
  g_free (self);
}
