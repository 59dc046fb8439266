/* A probe that measures a Time Sync server over TCP.
 *
 * Every connection begins with a framed request. What comes back tells what the server speaks: "TSyn" and
 * the connection is kept for the next exchange; anything else must be a classic answer, ended by the close.
 * Over TLS only frames are spoken, and nothing is ever said without TLS.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-tcp-probe.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "ts-answer.h"
#include "ts-stamped-stream.h"
#include "ts-tcp-words.h"
#include "ts-time.h"
#include "ts-tls-probe.h"

struct _TsTcpProbe
{
  GObject parent_instance;

  TsAddress *target;
  gint64 timeout_ns;
  TsClock *clock;
  GTlsDatabase *trust; /* (nullable): of TLS; NULL: what the system trusts */
  GSocketClient *client;
  TsStampedStream *socket; /* (nullable) */
  GIOStream *connection;   /* (nullable): the socket, or TLS over it; kept from one framed exchange to the next */
  TsExchange previous;     /* the last one on this connection; all 0: none */
  guint n_retransmitted;   /* on this connection until then */
  TsProtocol protocol;
  char *remote; /* (nullable) */
};

/* One exchange under way; the task's data. */
typedef struct
{
  GCancellable *end; /* ends the step under way: the user's wish or the deadline */
  GCancellable *user; /* (nullable) */
  gulong user_cancelled_id;
  GSource *deadline;
  GSource *input;
  TsTcpStep step;
  gboolean is_timed_out;
  gboolean is_reused;
  TsFrame request;
  TsLocalStamps stamps;
  guint8 bytes[TS_CLASSIC_MAX_SIZE + 1]; /* one more than allowed, to see that there is more */
  gsize length;
} Exchange;

static void ts_tcp_probe_iface_init (TsProbeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TsTcpProbe, ts_tcp_probe, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TS_TYPE_PROBE, ts_tcp_probe_iface_init))

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
exchange_free (Exchange *exchange)
{
  g_cancellable_disconnect (exchange->user, exchange->user_cancelled_id);
  clear_source (&exchange->deadline);
  clear_source (&exchange->input);
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
  clear_source (&exchange->deadline);
  exchange->deadline = g_timeout_source_new ((guint) (self->timeout_ns / TS_NS_PER_MS));
  g_source_set_callback (exchange->deadline, deadline_passed, task, NULL);
  g_source_attach (exchange->deadline, g_task_get_context (task));
}

static gboolean
is_secure (TsTcpProbe *self)
{
  return self->target->scheme == TS_SCHEME_TIMESYNCS;
}

static void
drop_connection (TsTcpProbe *self)
{
  if (self->connection != NULL)
    g_io_stream_close (self->connection, NULL, NULL);
  g_clear_object (&self->connection);
  g_clear_object (&self->socket);
  self->previous = (TsExchange) { 0 };
  self->n_retransmitted = 0;
}

/* Ends the exchange with @error (transfer full), told in words that name the server. */
static void
fail (GTask *task,
      GError *error)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);

  drop_connection (self);
  /* The step was cancelled from inside; neither source may run once the task is returned. */
  clear_source (&exchange->deadline);
  clear_source (&exchange->input);

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

/* @cause: (nullable) (transfer full): what the codec found */
static void
fail_malformed (GTask *task,
                GError *cause)
{
  Exchange *exchange = g_task_get_task_data (task);

  if (cause != NULL)
    g_debug ("%s", cause->message);
  g_clear_error (&cause);
  fail (task, ts_tcp_words_malformed (exchange->bytes, exchange->length));
}

/* Completes our end of the exchange, of which the answer has come. */
static void
stamp_arrival (TsTcpProbe *self,
               Exchange *exchange)
{
  TsReceiveStamp arrival;
  guint n_retransmitted = ts_stamped_socket_get_n_retransmitted (ts_stamped_stream_get_fd (self->socket));

  ts_stamped_stream_get_last_stamp (self->socket, &arrival);
  exchange->stamps.t4_ns = arrival.instant_ns;
  exchange->stamps.t4_source = arrival.is_kernel ? TS_STAMP_KERNEL : TS_STAMP_USER;
  exchange->stamps.is_retransmitted = n_retransmitted != self->n_retransmitted;
  self->n_retransmitted = n_retransmitted;
  ts_clock_read (self->clock, &exchange->stamps.after);
}

static void
succeed (GTask *task,
         TsProtocol protocol,
         const TsSample *sample)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);

  self->protocol = protocol;
  self->previous = sample->exchange;
  /* What follows a frame came unasked, as the refusal of a server that ends does. */
  if (protocol == TS_PROTOCOL_CLASSIC || exchange->length > TS_FRAME_SIZE)
    drop_connection (self);
  clear_source (&exchange->deadline);
  clear_source (&exchange->input);
  g_task_return_pointer (task, g_memdup2 (sample, sizeof *sample), g_free);
  g_object_unref (task);
}

static void
got_classic (GTask *task,
             const TsClassicAnswer *answer)
{
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;
  TsSample sample;

  stamp_arrival (g_task_get_source_object (task), exchange);
  if (ts_answer_classic_to_sample (answer, &exchange->stamps, &sample, &error))
    succeed (task, TS_PROTOCOL_CLASSIC, &sample);
  else
    fail (task, error);
}

static void
got_frame (GTask *task,
           const TsFrame *answer)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  const TsExchange *previous = self->previous.t4_ns != 0 ? &self->previous : NULL;
  GError *error = NULL;
  TsSample sample;

  if (answer->kind == TS_FRAME_REFUSAL)
    {
      fail (task, ts_tcp_words_refused (answer->flags));
      return;
    }
  if (answer->kind != TS_FRAME_ANSWER || answer->version != TS_FRAME_VERSION ||
      answer->cookie != exchange->request.cookie)
    {
      fail_malformed (task, NULL);
      return;
    }
  stamp_arrival (self, exchange);
  if (ts_answer_frame_to_sample (answer, &exchange->stamps, previous, &sample, &error))
    succeed (task, is_secure (self) ? TS_PROTOCOL_TLS : TS_PROTOCOL_FRAMED, &sample);
  else
    fail (task, error);
}

/* Looks at all that has come. Returns: whether the exchange goes on */
static gboolean
examine (GTask *task,
         gboolean at_end)
{
  Exchange *exchange = g_task_get_task_data (task);
  gboolean is_framed = is_secure (g_task_get_source_object (task)) ||
                       ts_wire_sniff (exchange->bytes, exchange->length) != TS_WIRE_FORM_CLASSIC;
  TsClassicAnswer classic;
  TsFrame frame;
  TsDecoded decoded;
  GError *error = NULL;

  if (is_framed)
    decoded = ts_frame_decode (exchange->bytes, exchange->length, &frame, &error);
  else
    decoded = ts_classic_decode (exchange->bytes, exchange->length, at_end, &classic, &error);

  if (decoded == TS_DECODED_MALFORMED)
    fail_malformed (task, error);
  else if (decoded == TS_DECODED_COMPLETE && is_framed)
    got_frame (task, &frame);
  else if (decoded == TS_DECODED_COMPLETE)
    got_classic (task, &classic);
  else if (at_end)
    fail (task, ts_tcp_words_closed ());
  else
    return G_SOURCE_CONTINUE;
  return G_SOURCE_REMOVE;
}

static void connect_anew (GTask *task);

/* A kept connection that was closed while it idled says nothing about the server: the exchange begins again
 * on a new one. */
static gboolean
stream_ended (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  if (exchange->length > 0)
    return examine (task, TRUE);
  if (exchange->is_reused)
    connect_anew (task);
  else
    fail (task, ts_tcp_words_closed ());
  return G_SOURCE_REMOVE;
}

static gboolean
got_input (GObject *input,
           gpointer user_data)
{
  GTask *task = user_data;
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;
  gint64 departure_ns;
  gssize n_received;

  /* A transmit stamp is told as an error, and wakes the loop up until it is taken. */
  if (ts_stamped_stream_take_transmit (self->socket, &departure_ns))
    ts_local_stamps_take_transmit (&exchange->stamps, departure_ns);
  n_received =
    g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), exchange->bytes + exchange->length,
                                              sizeof exchange->bytes - exchange->length, exchange->end, &error);

  if (n_received > 0)
    {
      exchange->length += (gsize) n_received;
      return examine (task, FALSE);
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_error_free (error);
      return G_SOURCE_CONTINUE;
    }
  /* A classic server that closes without reading our request resets the connection; an answer that came
   * whole still counts. */
  if (n_received == 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
      g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
    {
      g_clear_error (&error);
      return stream_ended (task);
    }
  fail (task, error);
  return G_SOURCE_REMOVE;
}

static void
send_request (GTask *task)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->connection));
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->connection));
  guint8 bytes[TS_FRAME_SIZE];
  g_autoptr (GError) error = NULL;
  gssize n_sent;

  exchange->request = (TsFrame) {
    .version = TS_FRAME_VERSION,
    .kind = TS_FRAME_REQUEST,
    .flags = TS_FRAME_WANTS_PREVIOUS_TRANSMIT,
  };
  while (exchange->request.cookie == 0)
    exchange->request.cookie = (guint64) g_random_int () << 32 | g_random_int ();
  exchange->length = 0;
  ts_frame_encode (&exchange->request, bytes);

  begin_step (task, TS_TCP_STEP_ANSWER);
  exchange->stamps = (TsLocalStamps) { .t1_source = TS_STAMP_USER };
  ts_clock_read (self->clock, &exchange->stamps.before);
  exchange->stamps.t1_ns = ts_clock_get_now_ns (self->clock);
  n_sent = g_pollable_output_stream_write_nonblocking (output, bytes, sizeof bytes, NULL, &error);
  /* A classic server may have answered and gone already: then the answer waits to be read. */
  if (n_sent < 0 && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    {
      fail (task, g_steal_pointer (&error));
      return;
    }
  if (n_sent >= 0 && n_sent < TS_FRAME_SIZE)
    {
      fail (task, ts_tcp_words_closed ());
      return;
    }

  exchange->input = g_pollable_input_stream_create_source (input, exchange->end);
  g_source_set_callback (exchange->input, G_SOURCE_FUNC (got_input), task, NULL);
  g_source_attach (exchange->input, g_task_get_context (task));
}

static void
remember_remote (TsTcpProbe *self,
                 GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) address = g_socket_connection_get_remote_address (connection, NULL);
  g_autofree char *host = NULL;

  g_clear_pointer (&self->remote, g_free);
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return;
  host = g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
  self->remote = ts_address_join (host, g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}

static void
did_handshake (GObject *connection,
               GAsyncResult *result,
               gpointer user_data)
{
  GTask *task = user_data;
  TsTcpProbe *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  gboolean is_done = g_tls_connection_handshake_finish (G_TLS_CONNECTION (connection), result, &error);

  /* From here on nothing waits for the server but the main loop, not even the last record that it is sent. */
  ts_stamped_stream_set_patient (self->socket, FALSE);
  if (!is_done)
    {
      gint64 now_ns = ts_clock_get_now_ns (self->clock);

      fail (task, ts_tls_probe_explain (G_TLS_CONNECTION (connection), error, self->target, now_ns));
      return;
    }
  if (!ts_tls_probe_check_protocol (G_TLS_CONNECTION (connection), &error))
    {
      fail (task, g_steal_pointer (&error));
      return;
    }
  ts_stamped_stream_stamp_transmit (self->socket);
  send_request (task);
}

static void
shake_hands (GTask *task)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  GTlsConnection *connection = ts_tls_probe_connection_new (self->socket, self->target, self->trust, &error);

  if (connection == NULL)
    {
      fail (task, ts_tls_probe_explain (NULL, error, self->target, ts_clock_get_now_ns (self->clock)));
      return;
    }
  self->connection = G_IO_STREAM (connection);
  begin_step (task, TS_TCP_STEP_HANDSHAKE);
  g_tls_connection_handshake_async (connection, G_PRIORITY_DEFAULT, exchange->end, did_handshake, task);
}

static void
did_connect (GObject *client,
             GAsyncResult *result,
             gpointer user_data)
{
  GTask *task = user_data;
  TsTcpProbe *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (client), result, &error);
  int fd;

  if (connection == NULL)
    {
      fail (task, error);
      return;
    }
  remember_remote (self, connection);
  /* GIO's socket keeps its descriptor, and closes it here; the connection lives on in ours. It does not block:
   * GIO's never do. */
  fd = fcntl (g_socket_get_fd (g_socket_connection_get_socket (connection)), F_DUPFD_CLOEXEC, 3);
  if (fd < 0)
    {
      fail (task, g_error_new_literal (G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno)));
      return;
    }
  self->socket = ts_stamped_stream_new (fd, self->clock);
  if (is_secure (self))
    shake_hands (task);
  else
    {
      self->connection = g_object_ref (G_IO_STREAM (self->socket));
      ts_stamped_stream_stamp_transmit (self->socket);
      send_request (task);
    }
}

static void
connect_anew (GTask *task)
{
  TsTcpProbe *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);

  drop_connection (self);
  clear_source (&exchange->input);
  exchange->is_reused = FALSE;
  begin_step (task, TS_TCP_STEP_CONNECT);
  g_socket_client_connect_to_host_async (self->client, self->target->host, self->target->port, exchange->end,
                                         did_connect, task);
}

/* Prepares each socket before it connects.
 *
 * A classic server may stamp the moment it accepts. Without TCP_QUICKACK the kernel holds the last segment
 * of the handshake back until the request goes with it (or for 200 ms), so the server cannot accept before
 * t1, however late the main loop learns that the connection is up, and the proven interval stays proven. */
static void
socket_client_event (GSocketClient *client,
                     GSocketClientEvent event,
                     GSocketConnectable *connectable,
                     GSocketConnection *connection,
                     gpointer user_data)
{
  /* One that does not pace what leaves, which BBR, some systems' default, does. */
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

/* What came unasked, a refusal or the end of the stream, means that the connection is no good any more. What
 * TLS has to say to itself means nothing. */
static gboolean
is_kept_connection_quiet (TsTcpProbe *self)
{
  g_autoptr (GError) error = NULL;
  guint8 byte;

  if (self->connection == NULL)
    return FALSE;
  g_pollable_input_stream_read_nonblocking (
    G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->connection)), &byte, sizeof byte, NULL, &error);
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
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

  if (is_kept_connection_quiet (self))
    {
      exchange->is_reused = TRUE;
      send_request (task);
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

  drop_connection (self);
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
  self->client = g_socket_client_new ();
  /* A time through a proxy is a time of the proxy. */
  g_socket_client_set_enable_proxy (self->client, FALSE);
  g_signal_connect (self->client, "event", G_CALLBACK (socket_client_event), NULL);
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
