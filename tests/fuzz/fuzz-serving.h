/* A worker's connections without its thread, for fuzz targets: what the worker's loop does, a step at a time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp/ts-connection.h"

#include "measure/ts-time.h"

#define FUZZ_NOW_NS (G_GINT64_CONSTANT (1790000000) * TS_NS_PER_S)

static inline void
fuzz_serving_init (TsServing *serving,
                   TsPolicy *policy)
{
  *serving = (TsServing) {
    .service = { .clock = ts_clock_new_fake (FUZZ_NOW_NS), .server_id = 42, .throttle = ts_policy_get_throttle (policy) },
    .policy = policy,
    .next_deadline_ns = -1,
    .epoll_fd = epoll_create1 (EPOLL_CLOEXEC),
    .handshakes = ts_handshake_queue_new (),
    .answers = g_byte_array_new (),
    .scratch = g_malloc (TS_SERVING_SCRATCH_SIZE),
  };
  serving->service.counters = &serving->counters;
  serving->service.key = ts_policy_get_seal_key (policy);
}

/* One turn of the worker's loop. */
static inline void
fuzz_serving_turn (TsServing *serving)
{
  struct epoll_event events[8];
  int n_events;

  do
    {
      n_events = epoll_wait (serving->epoll_fd, events, G_N_ELEMENTS (events), 0);
      serving->now_ns = ts_clock_get_monotonic_ns (serving->service.clock);
      for (int i = 0; i < n_events; i++)
        ts_connection_handle (serving, events[i].data.ptr, events[i].events);
      ts_connection_expire_all (serving);
    }
  while (n_events > 0);
}

/* A socket with little room for bytes, so that a client that takes none has soon filled it. */
static inline int
fuzz_serving_new_socket (void)
{
  const int size = 4096, yes = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  return fd;
}

/* Returns: the client's end of a new TCP connection; neither end blocks. A pair of Unix sockets has no error queue. */
static inline int
fuzz_serving_open (TsServing *serving)
{
  static int listener = -1;
  static struct sockaddr_in server = { .sin_family = AF_INET };
  /* Another address from time to time, because closed connections keep their ports for a minute. */
  static guint32 n_opened;
  struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (0x7f000002 + n_opened++ / 16384) };
  socklen_t length = sizeof server;
  int client = fuzz_serving_new_socket (), served;

  server.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (listener < 0)
    {
      listener = fuzz_serving_new_socket ();
      g_assert_cmpint (bind (listener, (struct sockaddr *) &server, sizeof server), ==, 0);
      g_assert_cmpint (listen (listener, 16), ==, 0);
      g_assert_cmpint (getsockname (listener, (struct sockaddr *) &server, &length), ==, 0);
    }
  g_assert_cmpint (bind (client, (struct sockaddr *) &own, sizeof own), ==, 0);
  g_assert_cmpint (connect (client, (struct sockaddr *) &server, sizeof server), ==, 0);
  served = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  g_assert_cmpint (served, >=, 0);
  fcntl (client, F_SETFL, O_NONBLOCK);
  ts_stamped_socket_enable (served);
  g_atomic_int_inc (&serving->n_connections);
  serving->now_ns = ts_clock_get_monotonic_ns (serving->service.clock);
  ts_connection_open (serving, served);
  return client;
}

/* All connections are over, and nothing of them is left. */
static inline void
fuzz_serving_clear (TsServing *serving)
{
  g_assert_cmpint (serving->n_connections, ==, 0);
  for (guint i = 0; i < TS_N_PHASES; i++)
    g_assert_true (serving->phases[i].head == NULL && serving->phases[i].tail == NULL && serving->phases[i].n == 0);
  close (serving->epoll_fd);
  ts_handshake_queue_free (serving->handshakes);
  g_byte_array_unref (serving->answers);
  g_free (serving->scratch);
  /* A task of GIO may still hold a stream, and with it the clock. */
  g_object_unref (serving->service.clock);
}
