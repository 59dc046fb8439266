/* A little TLS server for tests: a thread that sniffs as a worker does and leaves the rest to TLS sessions.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <fcntl.h>
#include <glib-unix.h>

#include "tcp/ts-tls-session.h"

#include "test-peer.h"

typedef struct
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GTlsCertificate *certificate;
  TsClock *clock;
  TsSessionService service;
  GSource *listener;
  GHashTable *sessions; /* of TestTlsClient */
  gint64 handshake_timeout_ns;
  gint64 idle_timeout_ns;
  int fd;
  guint16 port;
  int n_accepted; /* atomic */
  int n_ended;    /* atomic */
  int n_refused;  /* atomic: how often all were */
} TestTlsServer;

typedef struct
{
  TestTlsServer *server;
  TsTlsSession *tls;
  TsSession session;
  gboolean is_ended;
} TestTlsClient;

/* A connection that has yet to say something. */
typedef struct
{
  TestTlsServer *server;
  int fd; /* -1 once it did */
} TestTlsNewcomer;

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

static inline void
test_tls_client_free (gpointer data)
{
  TestTlsClient *client = data;

  ts_tls_session_free (client->tls);
  ts_session_clear (&client->session);
  g_free (client);
}

static inline void
test_tls_session_ended (TsTlsSession *tls,
                        gpointer user_data)
{
  TestTlsClient *client = user_data;
  TestTlsServer *server = client->server;

  g_assert_true (g_main_context_is_owner (server->context));
  g_assert_true (client->tls == tls);
  g_assert_false (client->is_ended);
  client->is_ended = TRUE;
  g_hash_table_remove (server->sessions, client);
  g_atomic_int_inc (&server->n_ended);
}

static inline void
test_tls_newcomer_free (gpointer data)
{
  TestTlsNewcomer *newcomer = data;

  if (newcomer->fd >= 0)
    {
      close (newcomer->fd);
      g_atomic_int_inc (&newcomer->server->n_ended);
    }
  g_free (newcomer);
}

/* The first bytes, as a worker gets them. */
static inline gboolean
test_tls_sniff (int fd,
                GIOCondition condition,
                gpointer user_data)
{
  TestTlsNewcomer *newcomer = user_data;
  TestTlsServer *server = newcomer->server;
  guint8 bytes[64 * 1024];
  TsReceiveStamp stamp;
  gssize n_received = ts_stamped_socket_receive (fd, bytes, sizeof bytes, server->clock, &stamp);
  TestTlsClient *client;

  if (n_received <= 0 || ts_wire_sniff (bytes, (gsize) n_received) != TS_WIRE_FORM_TLS)
    return G_SOURCE_REMOVE;
  newcomer->fd = -1;
  client = g_new0 (TestTlsClient, 1);
  client->server = server;
  ts_session_init (&client->session, 0);
  client->session.form = TS_WIRE_FORM_TLS;
  g_hash_table_add (server->sessions, client);
  client->tls = ts_tls_session_new (fd, bytes, (gsize) n_received, &stamp, server->certificate, &server->service,
                                    &client->session, server->handshake_timeout_ns, server->idle_timeout_ns,
                                    test_tls_session_ended, client);
  return G_SOURCE_REMOVE;
}

static inline gboolean
test_tls_accept (int listener,
                 GIOCondition condition,
                 gpointer user_data)
{
  TestTlsServer *server = user_data;
  int fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  g_autoptr (GSource) source = NULL;
  TestTlsNewcomer *newcomer;

  if (fd < 0)
    return G_SOURCE_CONTINUE;
  ts_stamped_socket_enable (fd);
  g_atomic_int_inc (&server->n_accepted);
  newcomer = g_new (TestTlsNewcomer, 1);
  *newcomer = (TestTlsNewcomer) { server, fd };
  source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_callback (source, G_SOURCE_FUNC (test_tls_sniff), newcomer, test_tls_newcomer_free);
  g_source_attach (source, server->context);
  return G_SOURCE_CONTINUE;
}

static inline gpointer
test_tls_server_run (gpointer user_data)
{
  TestTlsServer *server = user_data;

  g_main_context_push_thread_default (server->context);
  g_main_loop_run (server->loop);
  g_source_destroy (server->listener);
  /* Handshakes that were freed under way hold a stream, which holds the clock, until the context has told them. */
  while (g_atomic_int_get (&G_OBJECT (server->clock)->ref_count) > 1)
    {
      g_hash_table_remove_all (server->sessions);
      g_main_context_iteration (server->context, FALSE);
      g_thread_yield ();
    }
  g_hash_table_unref (server->sessions);
  g_main_context_pop_thread_default (server->context);
  return NULL;
}

/* @port: 0 for any */
static inline TestTlsServer *
test_tls_server_new_on (guint16 port,
                        const char *certificate,
                        gint64 handshake_timeout_ns,
                        gint64 idle_timeout_ns)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  const int one = 1;
  TestTlsServer *server = g_new0 (TestTlsServer, 1);

  server->certificate = test_load_certificate (certificate);
  server->clock = ts_clock_new_system (0);
  server->service = (TsSessionService) { .clock = server->clock, .server_id = 42 };
  server->handshake_timeout_ns = handshake_timeout_ns;
  server->idle_timeout_ns = idle_timeout_ns;
  server->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  setsockopt (server->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  address.sin_port = htons (port);
  g_assert_cmpint (bind (server->fd, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (getsockname (server->fd, (struct sockaddr *) &address, &length), ==, 0);
  g_assert_cmpint (listen (server->fd, 1024), ==, 0);
  server->port = ntohs (address.sin_port);
  server->context = g_main_context_new ();
  server->loop = g_main_loop_new (server->context, FALSE);
  server->sessions = g_hash_table_new_full (NULL, NULL, test_tls_client_free, NULL);
  server->listener = g_unix_fd_source_new (server->fd, G_IO_IN);
  g_source_set_callback (server->listener, G_SOURCE_FUNC (test_tls_accept), server, NULL);
  g_source_attach (server->listener, server->context);
  server->thread = g_thread_new ("tls-server", test_tls_server_run, server);
  return server;
}

static inline TestTlsServer *
test_tls_server_new (gint64 handshake_timeout_ns,
                     gint64 idle_timeout_ns)
{
  return test_tls_server_new_on (0, "server.pem", handshake_timeout_ns, idle_timeout_ns);
}

static inline gboolean
test_tls_server_quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static inline void
test_tls_server_free (TestTlsServer *server)
{
  g_main_context_invoke (server->context, test_tls_server_quit, server->loop);
  g_thread_join (server->thread);
  g_source_unref (server->listener);
  g_main_loop_unref (server->loop);
  g_main_context_unref (server->context);
  close (server->fd);
  g_object_unref (server->certificate);
  g_object_unref (server->clock);
  g_free (server);
}

static inline gboolean
test_tls_server_refuse_now (gpointer user_data)
{
  TestTlsServer *server = user_data;
  GHashTableIter iter;
  gpointer client;

  /* None of them ends from within. */
  g_hash_table_iter_init (&iter, server->sessions);
  while (g_hash_table_iter_next (&iter, &client, NULL))
    ts_tls_session_refuse (((TestTlsClient *) client)->tls, TS_REFUSAL_SHUTTING_DOWN);
  g_atomic_int_inc (&server->n_refused);
  return G_SOURCE_REMOVE;
}

static inline void
test_tls_server_refuse (TestTlsServer *server)
{
  int n_refused = g_atomic_int_get (&server->n_refused);

  g_main_context_invoke (server->context, test_tls_server_refuse_now, server);
  while (g_atomic_int_get (&server->n_refused) == n_refused)
    g_thread_yield ();
}

static inline guint
test_tls_server_get_n_ended (TestTlsServer *server)
{
  return (guint) g_atomic_int_get (&server->n_ended);
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
