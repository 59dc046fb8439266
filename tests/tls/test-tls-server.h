/* A little TLS server for tests: a worker of ts-server's, and a thread that accepts for it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>

#include "tcp/ts-worker.h"

#include "test-peer.h"

typedef struct
{
  GThread *thread;
  TsClock *clock;
  TsPolicy *policy;
  TsWorker *worker;
  int fd;
  guint16 port;
} TestTlsServer;

/* Returns: whether there is TLS; where there is none, all tests are said to be skipped */
static inline gboolean
test_has_tls (void)
{
  gboolean has_tls = g_tls_backend_supports_tls (g_tls_backend_get_default ());

  if (!has_tls)
    g_print ("1..0 # SKIP there is no TLS: glib-networking is not installed\n");
  return has_tls;
}

static inline char *
test_certificate_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "tls", "certificates", name, NULL);
}

static inline GTlsCertificate *
test_load_certificate (const char *name)
{
  g_autofree char *path = test_certificate_path (name);
  g_autofree char *key_path = test_certificate_path ("server.key");
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_files (path, key_path, &error);

  g_assert_no_error (error);
  return certificate;
}

static inline GTlsDatabase *
test_load_trust (void)
{
  g_autofree char *path = test_certificate_path ("authority.pem");
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (GError) error = NULL;
  GTlsDatabase *trust = g_tls_file_database_new (absolute, &error);

  g_assert_no_error (error);
  return trust;
}

static inline gpointer
test_tls_server_accept (gpointer user_data)
{
  TestTlsServer *server = user_data;
  int fd;

  /* Until the socket is shut down. A client has 250 ms to say something, which on a busy machine, under a sanitizer, is
   * little: here they begin when it has. */
  while ((fd = accept4 (server->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
    {
      struct pollfd said = { .fd = fd, .events = POLLIN | POLLRDHUP };

      poll (&said, 1, 10000);
      ts_worker_take (server->worker, &fd, 1);
    }
  return NULL;
}

static inline TsPolicy *
test_tls_policy_new (const char *certificate,
                     gint64 handshake_timeout_ns,
                     gint64 idle_timeout_ns)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (GError) error = NULL;
  TsPolicy *policy;

  settings->tls_certificate = test_certificate_path (certificate);
  settings->tls_key = test_certificate_path ("server.key");
  settings->handshake_timeout_s = (double) handshake_timeout_ns / TS_NS_PER_S;
  settings->idle_timeout_s = (double) idle_timeout_ns / TS_NS_PER_S;
  settings->requests_per_second = settings->address_requests_per_second = 0;
  policy = ts_policy_new (settings, &error);
  g_assert_no_error (error);
  return policy;
}

/* @clock: (transfer full)
 * @port: 0 for any */
static inline TestTlsServer *
test_tls_server_new_at (TsClock *clock,
                        guint16 port,
                        const char *certificate,
                        gint64 handshake_timeout_ns,
                        gint64 idle_timeout_ns)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  const int one = 1;
  TestTlsServer *server = g_new0 (TestTlsServer, 1);
  g_autoptr (GError) error = NULL;

  server->clock = clock;
  server->policy = test_tls_policy_new (certificate, handshake_timeout_ns, idle_timeout_ns);
  server->worker = ts_worker_new (server->clock, 42, server->policy, &error);
  g_assert_no_error (error);
  server->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (server->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt (server->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  ts_stamped_socket_enable (server->fd);
  address.sin_port = htons (port);
  g_assert_cmpint (bind (server->fd, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (getsockname (server->fd, (struct sockaddr *) &address, &length), ==, 0);
  g_assert_cmpint (listen (server->fd, 1024), ==, 0);
  server->port = ntohs (address.sin_port);
  server->thread = g_thread_new ("tls-server", test_tls_server_accept, server);
  return server;
}

static inline TestTlsServer *
test_tls_server_new_on (guint16 port,
                        const char *certificate,
                        gint64 handshake_timeout_ns,
                        gint64 idle_timeout_ns)
{
  return test_tls_server_new_at (ts_clock_new_system (0), port, certificate, handshake_timeout_ns, idle_timeout_ns);
}

static inline TestTlsServer *
test_tls_server_new (gint64 handshake_timeout_ns,
                     gint64 idle_timeout_ns)
{
  return test_tls_server_new_on (0, "server.pem", handshake_timeout_ns, idle_timeout_ns);
}

/* Sends everybody away, and accepts no more. */
static inline void
test_tls_server_refuse (TestTlsServer *server)
{
  shutdown (server->fd, SHUT_RDWR);
  if (server->thread != NULL)
    g_thread_join (g_steal_pointer (&server->thread));
  ts_worker_end (server->worker);
}

static inline void
test_tls_server_free (TestTlsServer *server)
{
  TsCounters counters = { 0 };

  test_tls_server_refuse (server);
  ts_worker_join (server->worker, &counters);
  ts_policy_free (server->policy);
  close (server->fd);
  g_object_unref (server->clock);
  g_free (server);
}

static inline guint
test_tls_server_get_n_accepted (TestTlsServer *server)
{
  TsCounters counters = { 0 };

  ts_worker_get_counters (server->worker, &counters);
  return (guint) counters.counts[TS_COUNT_CONNECTIONS];
}

static inline guint
test_tls_server_get_n_ended (TestTlsServer *server)
{
  TsCounters counters = { 0 };
  guint n_held;

  /* Counted before it is asked how many are left, so that none seems to have ended that has not. */
  ts_worker_get_counters (server->worker, &counters);
  n_held = ts_worker_get_n_connections (server->worker);
  return (guint) counters.counts[TS_COUNT_CONNECTIONS] > n_held
           ? (guint) counters.counts[TS_COUNT_CONNECTIONS] - n_held : 0;
}

/* Returns: how many descriptors this process has */
static inline guint
test_count_descriptors (void)
{
  guint n_descriptors = 0;

  for (int fd = 0; fd < 4096; fd++)
    if (fcntl (fd, F_GETFD) >= 0)
      n_descriptors++;
  return n_descriptors;
}

/* @room: for what is sent and what is received, in bytes; 0: as the system has it
 *
 * Returns: a blocking connection to the server */
static inline int
test_connect_with_room (guint16 port,
                        int room)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
    .sin_port = htons (port),
  };
  const int one = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (room > 0)
    {
      setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
      setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    }
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static inline int
test_connect (guint16 port)
{
  return test_connect_with_room (port, 0);
}
