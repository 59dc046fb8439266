/* What GIO's streams make of the same task: a GSocketService, read_async and write_async. For comparison.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>

#include "net/clock/ts-clock.h"
#include "wire/ts-wire.h"

#define BACKLOG     4096
#define BUFFER_SIZE (16 * TS_FRAME_SIZE)

typedef struct
{
  GSocketConnection *connection;
  TsClock *clock;
  gsize length; /* bytes in @buffer */
  gsize n_answered; /* of them, at the beginning, answers */
  gsize n_sent;
  guint8 buffer[BUFFER_SIZE];
} Peer;

/* Reading and writing call each other. */
static void read_more  (Peer *peer);
static void write_more (Peer *peer);

static void
free_peer (Peer *peer)
{
  g_object_unref (peer->connection);
  g_object_unref (peer->clock);
  g_free (peer);
}

static void
did_write (GObject *stream,
           GAsyncResult *result,
           gpointer user_data)
{
  Peer *peer = user_data;
  gssize n_sent = g_output_stream_write_finish (G_OUTPUT_STREAM (stream), result, NULL);

  if (n_sent < 0)
    {
      free_peer (peer);
      return;
    }
  peer->n_sent += (gsize) n_sent;
  if (peer->n_sent < peer->n_answered)
    {
      write_more (peer);
      return;
    }
  peer->length -= peer->n_answered;
  memmove (peer->buffer, peer->buffer + peer->n_answered, peer->length);
  read_more (peer);
}

static void
write_more (Peer *peer)
{
  g_output_stream_write_async (g_io_stream_get_output_stream (G_IO_STREAM (peer->connection)),
                               peer->buffer + peer->n_sent, peer->n_answered - peer->n_sent,
                               G_PRIORITY_DEFAULT, NULL, did_write, peer);
}

/* Turns every whole request into its answer. Returns: whether all were requests */
static gboolean
answer (Peer *peer)
{
  gint64 now_ns = ts_clock_get_now_ns (peer->clock);
  TsFrame frame;
  TsDecoded decoded;

  peer->n_answered = peer->n_sent = 0;
  while ((decoded = ts_frame_decode (peer->buffer + peer->n_answered, peer->length - peer->n_answered, &frame,
                                     NULL)) == TS_DECODED_COMPLETE)
    {
      if (frame.kind != TS_FRAME_REQUEST)
        return FALSE;
      frame.kind = TS_FRAME_ANSWER;
      frame.flags = 0;
      frame.receive_ns = frame.transmit_ns = now_ns;
      frame.max_error_ns = G_MAXUINT64;
      frame.server_id = 1;
      ts_frame_encode (&frame, peer->buffer + peer->n_answered);
      peer->n_answered += TS_FRAME_SIZE;
    }
  return decoded != TS_DECODED_MALFORMED;
}

static void
did_read (GObject *stream,
          GAsyncResult *result,
          gpointer user_data)
{
  Peer *peer = user_data;
  gssize n_read = g_input_stream_read_finish (G_INPUT_STREAM (stream), result, NULL);

  if (n_read <= 0)
    {
      free_peer (peer);
      return;
    }
  peer->length += (gsize) n_read;
  if (!answer (peer))
    free_peer (peer);
  else if (peer->n_answered > 0)
    write_more (peer);
  else
    read_more (peer);
}

static void
read_more (Peer *peer)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (peer->connection)),
                             peer->buffer + peer->length, BUFFER_SIZE - peer->length, G_PRIORITY_DEFAULT,
                             NULL, did_read, peer);
}

static gboolean
incoming (GSocketService *service,
          GSocketConnection *connection,
          GObject *source_object,
          gpointer clock)
{
  Peer *peer = g_new0 (Peer, 1);

  peer->connection = g_object_ref (connection);
  peer->clock = g_object_ref (clock);
  g_tcp_connection_set_graceful_disconnect (G_TCP_CONNECTION (connection), FALSE);
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  read_more (peer);
  return TRUE;
}

static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

int
main (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (GError) error = NULL;

  raise_descriptor_limit ();
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (service), BACKLOG);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error))
    {
      g_printerr ("plain-service: %s\n", error->message);
      return 1;
    }
  g_signal_connect (service, "incoming", G_CALLBACK (incoming), clock);
  g_print ("listening on 127.0.0.1:%u\n", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  g_main_loop_run (loop);
  return 0;
}
