/* One client of the load generator: a connection and the requests under way on it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "load-client.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "measure/ts-time.h"

/* 127.0.0.1 and on: one address has 28,000 ports, which would run short while closed connections time out. */
#define N_SOURCES 8

/* From linux/in.h, which cannot be had together with netinet/in.h: the port is chosen by connect(), so that
 * many connections can share it where their peers differ. */
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

/**
 * load_fail:
 * @format: what has gone wrong
 *
 * Ends the program: a figure got from a server that misbehaved would be worth nothing.
 */
void
load_fail (const char *format,
           ...)
{
  va_list arguments;
  g_autofree char *message = NULL;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("load: %s\n", message);
  exit (EXIT_FAILURE);
}

/**
 * load_now_ns:
 *
 * Returns: the monotonic clock
 */
gint64
load_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * TS_NS_PER_S + now.tv_nsec;
}

/**
 * load_client_connect:
 * @client: (out caller-allocates): a client with a new connection
 * @port: the server's, on the loopback address
 * @source: any number; picks the address to connect from
 * @waits: whether to return only once the connection is up
 */
void
load_client_connect (LoadClient *client,
                     guint16 port,
                     guint source,
                     gboolean waits)
{
  const int on = 1;
  struct sockaddr_in local = { .sin_family = AF_INET,
                               .sin_addr.s_addr = htonl (INADDR_LOOPBACK + source % N_SOURCES) };
  struct sockaddr_in remote = { .sin_family = AF_INET,
                                .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (waits ? 0 : SOCK_NONBLOCK), 0);

  if (fd < 0 || setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
      setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) != 0 ||
      bind (fd, (struct sockaddr *) &local, sizeof local) != 0)
    load_fail ("cannot open a socket: %s", g_strerror (errno));

  client->fd = fd;
  client->flags = 0;
  client->n_asked = client->n_answered = client->n_kernel_stamps = 0;
  client->length = 0;
  client->began_ns = load_now_ns ();
  if (connect (fd, (struct sockaddr *) &remote, sizeof remote) != 0 && errno != EINPROGRESS)
    load_fail ("cannot connect: %s", g_strerror (errno));
}

/**
 * load_client_ask:
 * @client: a client
 * @n_requests: how many to send in one piece; at most %LOAD_MAX_DEPTH under way at a time
 *
 * Returns: %FALSE while the connection is not up yet
 */
gboolean
load_client_ask (LoadClient *client,
                 guint n_requests)
{
  guint8 bytes[LOAD_MAX_DEPTH * TS_FRAME_SIZE];
  TsFrame frame = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .flags = client->flags };
  gint64 now_ns = load_now_ns ();
  gssize n_sent;

  g_assert (client->n_asked + n_requests - client->n_answered <= LOAD_MAX_DEPTH);
  for (guint i = 0; i < n_requests; i++)
    {
      frame.cookie = client->n_asked + i + 1;
      client->asked_ns[(client->n_asked + i) % LOAD_MAX_DEPTH] = now_ns;
      ts_frame_encode (&frame, bytes + i * TS_FRAME_SIZE);
    }
  n_sent = send (client->fd, bytes, n_requests * TS_FRAME_SIZE, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n_sent < 0 && (errno == EAGAIN || errno == ENOTCONN))
    return FALSE;
  if (n_sent != (gssize) (n_requests * TS_FRAME_SIZE))
    load_fail ("cannot send: %s", g_strerror (errno));
  client->n_asked += n_requests;
  return TRUE;
}

static void
check_answer (LoadClient *client,
              const guint8 *bytes)
{
  TsFrame frame;

  if (ts_frame_decode (bytes, TS_FRAME_SIZE, &frame, NULL) != TS_DECODED_COMPLETE ||
      frame.kind != TS_FRAME_ANSWER || frame.receive_ns <= 0 || frame.transmit_ns < frame.receive_ns)
    load_fail ("not answered, or refused (kind %d, reason %d)", bytes[5], bytes[7]);
  if (client->n_answered >= client->n_asked || frame.cookie != ++client->n_answered)
    load_fail ("the answer belongs to no request, or came out of order");
  client->n_kernel_stamps += (frame.flags & TS_FRAME_RECEIVE_IS_KERNEL_STAMP) != 0;
}

/**
 * load_client_receive:
 * @client: a client
 * @latencies_ns: (out) (array length=LOAD_MAX_DEPTH): receives how long each answer took
 *
 * Takes what has come, and checks it.
 *
 * Returns: how many answers that was
 */
guint
load_client_receive (LoadClient *client,
                     gint64 *latencies_ns)
{
  guint8 bytes[(LOAD_MAX_DEPTH + 1) * TS_FRAME_SIZE];
  gssize n_received = recv (client->fd, bytes + client->length, LOAD_MAX_DEPTH * TS_FRAME_SIZE, MSG_DONTWAIT);
  gint64 now_ns = load_now_ns ();
  guint n_answers = 0;
  gsize length;

  if (n_received < 0 && errno == EAGAIN)
    return 0;
  if (n_received <= 0)
    load_fail ("the server closed a connection: %s", n_received < 0 ? g_strerror (errno) : "end of stream");

  memcpy (bytes, client->bytes, client->length);
  length = client->length + (gsize) n_received;
  for (; length - n_answers * TS_FRAME_SIZE >= TS_FRAME_SIZE; n_answers++)
    {
      latencies_ns[n_answers] = now_ns - client->asked_ns[client->n_answered % LOAD_MAX_DEPTH];
      check_answer (client, bytes + n_answers * TS_FRAME_SIZE);
    }
  client->length = length - n_answers * TS_FRAME_SIZE;
  memcpy (client->bytes, bytes + n_answers * TS_FRAME_SIZE, client->length);
  return n_answers;
}

/**
 * load_client_close:
 * @client: a client
 */
void
load_client_close (LoadClient *client)
{
  close (client->fd);
  client->fd = -1;
}
