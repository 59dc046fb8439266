/* Tests of TLS sessions against GIO's own client, OpenSSL's, and what is no client at all.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test-tls-server.h"
#include "../core/test-cases.h"

static const char *python, *clients;

/* A client of GIO's whose calls wait. */
typedef struct
{
  GIOStream *connection; /* (nullable): NULL where no hands were shaken */
  GInputStream *input;
  GOutputStream *output;
} Client;

/* With little room, so that the server soon has to wait. */
static GIOStream *
open_socket (guint16 port)
{
  int fd = test_connect_with_room (port, 65536);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

static void
client_open_as (Client *client,
                guint16 port,
                const char *const *protocols)
{
  GType type = g_tls_backend_get_client_connection_type (g_tls_backend_get_default ());
  g_autoptr (GSocketConnectable) identity = g_network_address_new ("127.0.0.1", port);
  g_autoptr (GTlsDatabase) trust = test_load_trust ();
  g_autoptr (GIOStream) base = NULL;
  g_autoptr (GError) error = NULL;

  /* Without a pause from here on: who has said nothing after 250 ms is classic. To load what the system trusts, as
   * g_tls_client_connection_new() does, may take longer. */
  base = open_socket (port);
  client->connection = g_initable_new (type, NULL, &error, "base-io-stream", base, "server-identity", identity,
                                       "database", trust, NULL);
  g_assert_no_error (error);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (client->connection), protocols);
  client->input = g_io_stream_get_input_stream (client->connection);
  client->output = g_io_stream_get_output_stream (client->connection);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (client->connection), NULL, &error))
    {
      g_test_message ("%s", error->message);
      g_clear_object (&client->connection);
    }
}

static void
client_open (Client *client,
             guint16 port)
{
  const char *const protocols[] = { TS_TLS_PROTOCOL, NULL };

  client_open_as (client, port, protocols);
  g_assert_nonnull (client->connection);
}

static void
client_close (Client *client)
{
  g_io_stream_close (client->connection, NULL, NULL);
  g_clear_object (&client->connection);
}

static void
make_request (guint64 cookie,
              guint8 bytes[TS_FRAME_SIZE])
{
  ts_frame_encode (&(TsFrame) { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .cookie = cookie }, bytes);
}

static gboolean
client_ask (Client *client,
            guint64 cookie)
{
  guint8 bytes[TS_FRAME_SIZE];

  make_request (cookie, bytes);
  return g_output_stream_write_all (client->output, bytes, sizeof bytes, NULL, NULL, NULL);
}

/* Returns: whether a whole frame came */
static gboolean
client_receive (Client *client,
                TsFrame *answer)
{
  guint8 bytes[TS_FRAME_SIZE];
  gsize n_received;

  return g_input_stream_read_all (client->input, bytes, sizeof bytes, &n_received, NULL, NULL) &&
         n_received == sizeof bytes && ts_frame_decode (bytes, sizeof bytes, answer, NULL) == TS_DECODED_COMPLETE;
}

static void
client_exchange (Client *client,
                 guint64 cookie)
{
  gint64 before_ns = test_now_ns ();
  TsFrame answer;

  g_assert_true (client_ask (client, cookie));
  g_assert_true (client_receive (client, &answer));
  g_assert_cmpuint (answer.kind, ==, TS_FRAME_ANSWER);
  g_assert_cmpuint (answer.cookie, ==, cookie);
  g_assert_cmpuint (answer.server_id, ==, 42);
  g_assert_cmpint (answer.receive_ns, >=, before_ns);
  g_assert_cmpint (answer.transmit_ns, >=, answer.receive_ns);
  g_assert_cmpint (answer.transmit_ns, <=, test_now_ns ());
}

/* The server said goodbye, and did not just hang up. */
static void
client_assert_goodbye (Client *client)
{
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (g_input_stream_read (client->input, &byte, 1, NULL, &error), ==, 0);
  g_assert_no_error (error);
}

static void
test_serves (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  Client client;

  client_open (&client, server->port);
  g_assert_cmpstr (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (client.connection)), ==,
                   TS_TLS_PROTOCOL);
  g_assert_cmpint (g_tls_connection_get_protocol_version (G_TLS_CONNECTION (client.connection)), >=,
                   G_TLS_PROTOCOL_VERSION_TLS_1_2);
  for (guint64 n = 1; n <= 50; n++)
    client_exchange (&client, n);
  g_assert_cmpuint (test_tls_server_get_n_ended (server), ==, 0);
  client_close (&client);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  test_tls_server_free (server);
}

/* t2 is when the kernel had the request, not when the server came to read it; the kernel switches stamping on in
 * its own time. */
static void
test_stamps (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  gint64 deadline_us = test_get_deadline_us ();
  guint64 n = 0;
  Client client;
  TsFrame answer;

  client_open (&client, server->port);
  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      g_assert_true (client_ask (&client, ++n));
      g_assert_true (client_receive (&client, &answer));
    }
  while (n < 10 || (answer.flags & TS_FRAME_RECEIVE_IS_KERNEL_STAMP) == 0);
  client_close (&client);
  test_tls_server_free (server);
}

static void
test_pieces (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  guint8 bytes[16 * TS_FRAME_SIZE];
  Client client;
  TsFrame answer;

  client_open (&client, server->port);
  for (guint n = 0; n < 16; n++)
    make_request (n + 1, bytes + n * TS_FRAME_SIZE);
  /* Records that do not end where requests do. */
  for (gsize size = 1; size <= sizeof bytes; size += 61)
    {
      for (gsize i = 0; i < sizeof bytes; i += size)
        g_assert_true (g_output_stream_write_all (client.output, bytes + i, MIN (size, sizeof bytes - i), NULL, NULL,
                                                  NULL));
      for (guint n = 0; n < 16; n++)
        {
          g_assert_true (client_receive (&client, &answer));
          g_assert_cmpuint (answer.cookie, ==, n + 1);
        }
    }
  client_close (&client);
  test_tls_server_free (server);
}

static const struct
{
  const char *name;
  const char *protocols[3];
  gboolean is_served;
} offers[] = {
  { "ours", { TS_TLS_PROTOCOL }, TRUE },
  { "ours-among-others", { "http/1.1", TS_TLS_PROTOCOL }, TRUE },
  { "others", { "http/1.1", "h2" }, FALSE },
  { "next-version", { "timesync/2" }, FALSE },
  { "none", { NULL }, FALSE },
};

static void
test_alpn (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  Client client;
  TsFrame answer;

  client_open_as (&client, server->port, offers[i].protocols[0] != NULL ? offers[i].protocols : NULL);
  if (offers[i].is_served)
    {
      client_exchange (&client, 7);
      client_close (&client);
    }
  else
    {
      /* In TLS 1.3 the client is done with its handshake before the server is. */
      g_assert_false (client.connection != NULL && client_ask (&client, 7) && client_receive (&client, &answer));
      g_clear_object (&client.connection);
    }
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  test_tls_server_free (server);
}

/* ClientHello of @version with one cipher suite and no extensions, followed by @garbage. */
static GByteArray *
make_hello (guint8 version,
            const char *garbage)
{
  const guint8 start[] = { 0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, version };
  const guint8 end[] = { 0, 0, 2, 0xc0, 0x2b, 1, 0 };
  GByteArray *hello = g_byte_array_new ();

  g_byte_array_append (hello, start, sizeof start);
  for (guint i = 0; i < 32; i++)
    g_byte_array_append (hello, (const guint8 *) "r", 1);
  g_byte_array_append (hello, end, sizeof end);
  g_byte_array_append (hello, (const guint8 *) garbage, (guint) strlen (garbage));
  return hello;
}

static GByteArray *
make_bytes (const char *text,
            gsize length)
{
  return g_byte_array_append (g_byte_array_new (), (const guint8 *) text, (guint) length);
}

/* What is sent, and whether that is reason enough to end the session without waiting. */
static const struct
{
  const char *name;
  const char *text;
  gsize length;
  guint8 hello_version; /* 0: none */
  gboolean is_hopeless;
} strangers[] = {
  { "one-byte", "\x16", 1, 0, FALSE },
  { "header-only", "\x16\x03\x01\x01\x00", 5, 0, FALSE },
  { "half-a-record", "\x16\x03\x01\x01\x00\x01\x00\x00\xfc\x03\x03", 11, 0, FALSE },
  { "wrong-version", "\x16\x02\x00", 3, 0, TRUE },
  { "too-long", "\x16\x03\x01\x40\x01", 5, 0, TRUE },
  { "empty-record", "\x16\x03\x01\x00\x00", 5, 0, TRUE },
  { "garbage-in-record", "\x16\x03\x01\x00\x08garbage!", 13, 0, TRUE },
  { "tls-1.0", "", 0, 1, TRUE },
  { "tls-1.1", "", 0, 2, TRUE },
  { "garbage-after-hello", "garbage garbage garbage", 0, 3, TRUE },
};

static GByteArray *
make_stranger (gsize i)
{
  return strangers[i].hello_version != 0 ? make_hello (strangers[i].hello_version, strangers[i].text)
                                         : make_bytes (strangers[i].text, strangers[i].length);
}

/* Whoever speaks only an old version, or nothing of ours, gets an alert in the clear: no handshake has begun. */
static void
test_alert (gconstpointer data)
{
  const guint8 expected[] = { 21, 3, 3, 0, 2, 2, (guint8) GPOINTER_TO_UINT (data) };
  g_autoptr (GByteArray) hello = make_hello (data == GUINT_TO_POINTER (70) ? 2 : 3, "");
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  guint8 said[64];
  int fd = test_connect (server->port);

  test_peer_send (fd, hello->data, hello->len);
  g_assert_cmpint (recv (fd, said, sizeof said, MSG_WAITALL), ==, sizeof expected);
  g_assert_cmpmem (said, sizeof expected, expected, sizeof expected);
  close (fd);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  test_tls_server_free (server);
}

static void
test_stranger (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GByteArray) bytes = make_stranger (i);
  TestTlsServer *server = test_tls_server_new (strangers[i].is_hopeless ? LONG_NS : SHORT_NS, LONG_NS);
  gint64 before_ns = g_get_monotonic_time () * TS_NS_PER_US;
  int fd = test_connect (server->port);

  test_peer_send (fd, bytes->data, bytes->len);
  test_peer_await_end (fd);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  if (!strangers[i].is_hopeless)
    g_assert_cmpint (g_get_monotonic_time () * TS_NS_PER_US - before_ns, >=, SHORT_NS - 2 * TS_NS_PER_MS);
  close (fd);
  test_tls_server_free (server);
}

/* The same in single bytes, and gone in the middle. */
static void
test_stranger_goes (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GByteArray) bytes = make_stranger (i);
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);

  for (guint n = 1; n <= bytes->len; n++)
    {
      int fd = test_connect (server->port);

      for (guint k = 0; k < n; k++)
        test_peer_send (fd, bytes->data + k, 1);
      if (n % 2 == 0)
        test_peer_reset_at_close (fd);
      close (fd);
    }
  TEST_WAIT (test_tls_server_get_n_ended (server) == bytes->len);
  test_tls_server_free (server);
}

/* Between a client and the server: passes on what the client says in small pieces, and not all of it. */
typedef struct
{
  guint16 port;     /* of the server */
  gsize piece;      /* bytes */
  gsize n_allowed;  /* bytes from the client, then the end */
  int fd;           /* to the server */
  int client;
} Relay;

static gpointer
pass_back (gpointer data)
{
  Relay *relay = data;
  char bytes[4096];
  gssize n;

  while ((n = recv (relay->fd, bytes, sizeof bytes, 0)) > 0)
    test_peer_send (relay->client, bytes, (gsize) n);
  shutdown (relay->client, SHUT_RDWR);
  return NULL;
}

static void
relay (TestPeer *peer,
       int fd,
       guint n)
{
  Relay *relay = (Relay *) peer->data;
  gsize n_passed = 0;
  char bytes[4096];
  GThread *back;
  gssize n_read;

  relay->fd = test_connect (relay->port);
  relay->client = fd;
  back = g_thread_new ("relay", pass_back, relay);
  while (n_passed < relay->n_allowed && (n_read = recv (fd, bytes, MIN (relay->piece, sizeof bytes), 0)) > 0)
    {
      gsize n_more = MIN ((gsize) n_read, relay->n_allowed - n_passed);

      test_peer_send (relay->fd, bytes, n_more);
      n_passed += n_more;
    }
  shutdown (relay->fd, SHUT_WR);
  g_thread_join (back);
  close (relay->fd);
}

static void
test_single_bytes (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  Relay plan = { .port = server->port, .piece = 1, .n_allowed = G_MAXSIZE };
  TestPeer *peer = test_peer_new (relay, &plan);
  Client client;

  client_open (&client, peer->port);
  for (guint64 n = 1; n <= 5; n++)
    client_exchange (&client, n);
  client_close (&client);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  test_peer_free (peer);
  test_tls_server_free (server);
}

/* Clients that die at any byte of the handshake and of their requests. */
static void
test_cut_off (void)
{
  const char *const protocols[] = { TS_TLS_PROTOCOL, NULL };
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  Relay plan = { .port = server->port, .piece = 512 };
  guint n_descriptors = test_count_descriptors (), n = 0, n_answered = 0;

  for (plan.n_allowed = 1; plan.n_allowed < 1000; plan.n_allowed += 23)
    {
      TestPeer *peer = test_peer_new (relay, &plan);
      TsFrame answer;
      Client client;

      client_open_as (&client, peer->port, protocols);
      if (client.connection != NULL && client_ask (&client, 1) && client_receive (&client, &answer))
        n_answered++;
      if (client.connection != NULL)
        client_close (&client);
      TEST_WAIT (test_tls_server_get_n_ended (server) == n + 1);
      n++;
      test_peer_free (peer);
    }
  g_assert_cmpuint (n_answered, >, 0);
  g_assert_cmpuint (n_answered, <, n);
  TEST_WAIT (test_count_descriptors () <= n_descriptors);
  test_tls_server_free (server);
}

static void
test_idle (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, SHORT_NS);
  Client client;

  client_open (&client, server->port);
  client_assert_goodbye (&client);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  client_close (&client);
  test_tls_server_free (server);
}

static const struct
{
  const char *name;
  const char *text;
  gboolean is_after_answer;
} wrongs[] = {
  { "classic", "What time is it?", FALSE },
  { "newline", "\n", FALSE },
  { "half-a-magic", "TSy!", FALSE },
  { "after-answer", "Thanks", TRUE },
  { "tls-in-tls", "\x16\x03\x01", FALSE },
};

/* Inside TLS there are frames, and nothing else. */
static void
test_wrong_inside (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  Client client;

  client_open (&client, server->port);
  if (wrongs[i].is_after_answer)
    client_exchange (&client, 1);
  g_output_stream_write_all (client.output, wrongs[i].text, strlen (wrongs[i].text), NULL, NULL, NULL);
  client_assert_goodbye (&client);
  client_close (&client);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  test_tls_server_free (server);
}

static void
test_wrong_version (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  guint8 bytes[TS_FRAME_SIZE];
  TsFrame answer;
  Client client;

  client_open (&client, server->port);
  make_request (9, bytes);
  bytes[4] = 99;
  g_assert_true (g_output_stream_write_all (client.output, bytes, sizeof bytes, NULL, NULL, NULL));
  g_assert_true (client_receive (&client, &answer));
  g_assert_cmpuint (answer.kind, ==, TS_FRAME_REFUSAL);
  g_assert_cmpuint (answer.flags, ==, TS_REFUSAL_VERSION_NOT_SPOKEN);
  client_assert_goodbye (&client);
  client_close (&client);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  test_tls_server_free (server);
}

static void
test_refuse (gconstpointer data)
{
  gboolean has_asked = data != NULL;
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  TsFrame answer;
  Client client;

  client_open (&client, server->port);
  client_exchange (&client, 1);
  if (has_asked)
    g_assert_true (client_ask (&client, 2));
  test_tls_server_refuse (server);
  g_assert_true (client_receive (&client, &answer));
  /* What arrived is answered first. */
  if (has_asked && answer.kind == TS_FRAME_ANSWER)
    {
      g_assert_cmpuint (answer.cookie, ==, 2);
      g_assert_true (client_receive (&client, &answer));
    }
  g_assert_cmpuint (answer.kind, ==, TS_FRAME_REFUSAL);
  g_assert_cmpuint (answer.flags, ==, TS_REFUSAL_SHUTTING_DOWN);
  client_assert_goodbye (&client);
  client_close (&client);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  test_tls_server_free (server);
}

/* Those without a handshake are left at once, whatever they said until then. */
static void
test_refuse_strangers (void)
{
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  int fds[G_N_ELEMENTS (strangers)];
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++)
    if (!strangers[i].is_hopeless)
      {
        g_autoptr (GByteArray) bytes = make_stranger (i);

        fds[n] = test_connect (server->port);
        test_peer_send (fds[n++], bytes->data, bytes->len);
      }
  TEST_WAIT (test_tls_server_get_n_accepted (server) == n);
  test_tls_server_refuse (server);
  TEST_WAIT (test_tls_server_get_n_ended (server) == n);
  for (guint i = 0; i < n; i++)
    {
      test_peer_await_end (fds[i]);
      close (fds[i]);
    }
  test_tls_server_free (server);
}

/* In the middle of everything. */
static void
test_free_under_way (void)
{
  guint n_descriptors = test_count_descriptors ();

  for (guint n = 0; n < 20; n++)
    {
      TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
      g_autoptr (GByteArray) hello = make_hello (3, "");
      int fds[12];

      for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
        {
          fds[i] = test_connect (server->port);
          test_peer_send (fds[i], hello->data, i % 3 == 0 ? 20 : hello->len);
        }
      TEST_WAIT (test_tls_server_get_n_accepted (server) > n % G_N_ELEMENTS (fds));
      test_tls_server_free (server);
      for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
        close (fds[i]);
    }
  TEST_WAIT (test_count_descriptors () <= n_descriptors);
}

/* What wakes up the threads that hang_all() stopped. */
static int release_fds[2];
static int n_hanging; /* atomic */

static void
hang (int unused)
{
  char byte;

  g_atomic_int_inc (&n_hanging);
  while (read (release_fds[0], &byte, 1) < 0 && errno == EINTR)
    ;
  g_atomic_int_add (&n_hanging, -1);
}

/* Stops the threads of GIO's pool, as a library that hangs would.
 *
 * Returns: how many there are */
static int
hang_all (void)
{
  g_autoptr (GDir) threads = g_dir_open ("/proc/self/task", 0, NULL);
  const char *thread;
  int n_threads = 0;

  while ((thread = g_dir_read_name (threads)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/comm", thread);
      g_autofree char *name = NULL;

      if (!g_file_get_contents (path, &name, NULL, NULL) || !g_str_has_prefix (name, "pool-"))
        continue;
      g_assert_no_errno ((int) syscall (SYS_tgkill, getpid (), atoi (thread), SIGUSR1));
      n_threads++;
    }
  return n_threads;
}

/* Returns: whether all of the worker seems to be alive to a watchdog. That of the first call is about what was before. */
static gboolean
is_alive (TestTlsServer *server)
{
  char answer[128];
  int fd;

  ts_worker_is_alive (server->worker);
  /* It comes to the worker the same way as the question, and after it. */
  fd = test_connect (server->port);
  test_peer_send (fd, (const guint8 *) "x\n", 2);
  g_assert_cmpint (recv (fd, answer, sizeof answer, 0), >, 0);
  close (fd);
  return ts_worker_is_alive (server->worker);
}

/* A handshake that goes on long after its connection was shut down will never end, and a watchdog learns of it. */
static void
test_hang (void)
{
  const gint64 timeout_ns = 10 * TS_NS_PER_S, hang_ns = 60 * TS_NS_PER_S;
  /* TLS 1.2, with RSA or ECDSA, Time Sync's ALPN, a curve, signatures and a point format. */
  const char hello[] =
    "\x16\x03\x01\0\x5c\x01\0\0\x58\x03\x03" "0123456789abcdef0123456789abcdef" "\0\0\x04\xc0\x2b\xc0\x2f\x01\0\0\x2b"
    "\0\x10\0\x0d\0\x0b\x0atimesync/1" "\0\x0a\0\x04\0\x02\0\x17" "\0\x0d\0\x08\0\x06\x04\x03\x08\x04\x04\x01"
    "\0\x0b\0\x02\x01\0";
  TsClock *clock = ts_clock_new_fake (TS_NS_PER_S);
  TestTlsServer *server = test_tls_server_new_at (clock, 0, "server.pem", timeout_ns, LONG_NS);
  guint8 said[4096];
  int fd = test_connect (server->port);
  int n_threads;

  g_assert_no_errno (pipe (release_fds));
  signal (SIGUSR1, hang);
  test_peer_send (fd, (const guint8 *) hello, sizeof hello - 1);
  /* The other thread answers, and waits for more. */
  g_assert_cmpint (recv (fd, said, sizeof said, 0), >, 0);
  g_assert_cmpuint (said[0], ==, 22);
  n_threads = hang_all ();
  TEST_WAIT (g_atomic_int_get (&n_hanging) == n_threads);
  g_assert_true (is_alive (server));

  ts_clock_advance (clock, timeout_ns);
  g_assert_true (is_alive (server));
  test_peer_await_end (fd);
  ts_clock_advance (clock, hang_ns - 1);
  g_assert_true (is_alive (server));
  ts_clock_advance (clock, 1);
  is_alive (server);
  g_assert_false (is_alive (server));

  for (int i = 0; i < n_threads; i++)
    g_assert_cmpint (write (release_fds[1], "", 1), ==, 1);
  TEST_WAIT (g_atomic_int_get (&n_hanging) == 0);
  close (fd);
  test_tls_server_free (server);
  signal (SIGUSR1, SIG_DFL);
  close (release_fds[0]);
  close (release_fds[1]);
}

/* A client that never drains its answers is read from no more, and gets all of them when it does. */
static void
test_not_draining (gconstpointer data)
{
  gboolean is_refused = data != NULL;
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  GPollableOutputStream *output;
  guint64 n_asked = 0, n_answered = 0;
  gint64 silent_since_us, refused_us;
  guint8 bytes[TS_FRAME_SIZE];
  TsFrame answer;
  Client client;

  client_open (&client, server->port);
  output = G_POLLABLE_OUTPUT_STREAM (client.output);
  /* The server is awake. */
  make_request (++n_asked, bytes);
  g_assert_true (g_output_stream_write_all (client.output, bytes, sizeof bytes, NULL, NULL, NULL));
  g_assert_true (client_receive (&client, &answer));
  g_assert_cmpuint (answer.cookie, ==, ++n_answered);
  silent_since_us = g_get_monotonic_time ();
  /* As long as it reads there is room again soon. */
  while (n_asked == 1 || g_get_monotonic_time () - silent_since_us < 300000)
    {
      make_request (n_asked + 1, bytes);
      if (g_pollable_output_stream_write_nonblocking (output, bytes, sizeof bytes, NULL, NULL) == sizeof bytes)
        {
          n_asked++;
          silent_since_us = g_get_monotonic_time ();
          g_assert_cmpuint (n_asked, <, 1000000);
        }
    }
  refused_us = g_get_monotonic_time ();
  if (is_refused)
    test_tls_server_refuse (server);
  while (client_receive (&client, &answer) && answer.kind == TS_FRAME_ANSWER)
    {
      g_assert_cmpuint (answer.cookie, ==, ++n_answered);
      /* One that is refused may have had all its answers before. */
      if (n_answered == n_asked && !is_refused)
        break;
    }
  /* A client too slow to drain within the second that it is given is cut off, and so is one of which more than a
   * megabyte was yet to be read: with that, the server's close resets the connection. */
  if (is_refused && g_get_monotonic_time () - refused_us < G_USEC_PER_SEC &&
      (n_asked - n_answered) * TS_FRAME_SIZE < 512 * 1024)
    g_assert_cmpuint (answer.kind, ==, TS_FRAME_REFUSAL);
  else if (is_refused)
    g_assert_cmpuint (n_answered, >=, 1);
  else
    g_assert_cmpuint (n_answered, ==, n_asked);
  g_clear_object (&client.connection);
  TEST_WAIT (test_tls_server_get_n_ended (server) == 1);
  test_tls_server_free (server);
}

static const struct
{
  const char *name;
  guint n_served;
  guint n_silent;
} crowds[] = {
  { "at-once", 200, 0 },
  { "after-a-flood", 20, 100 },
};

/* Returns: whether the crowd has come to its end */
static gboolean
exchange_meanwhile (Client *client,
                    GSubprocess *crowd)
{
  client_exchange (client, g_test_rand_int_range (1, G_MAXINT32));
  return g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (g_subprocess_get_stdout_pipe (crowd)));
}

/* A client that is served already is served all the while. */
static void
test_crowd (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TestTlsServer *server = test_tls_server_new (LONG_NS, LONG_NS);
  g_autofree char *port = g_strdup_printf ("%u", server->port);
  g_autofree char *n_served = g_strdup_printf ("%u", crowds[i].n_served);
  g_autofree char *n_silent = g_strdup_printf ("%u", crowds[i].n_silent);
  g_autofree char *authority = test_certificate_path ("authority.pem");
  guint n_descriptors = test_count_descriptors ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char said[32] = "";
  Client client;

  client_open (&client, server->port);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, python, clients, port, authority, n_served,
                              n_silent, NULL);
  g_assert_no_error (error);
  TEST_WAIT (exchange_meanwhile (&client, process));
  g_input_stream_read (g_subprocess_get_stdout_pipe (process), said, sizeof said - 1, NULL, NULL);
  g_assert_cmpstr (g_strstrip (said), ==, n_served);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  client_close (&client);
  /* A client that was too slow for its ClientHello came twice. */
  TEST_WAIT (test_tls_server_get_n_ended (server) >= 1 + crowds[i].n_served + crowds[i].n_silent);
  g_clear_object (&process);
  TEST_WAIT (test_count_descriptors () <= n_descriptors + 8);
  test_tls_server_free (server);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!test_has_tls ())
    return 0;
  python = argc > 1 ? argv[1] : "python3";
  clients = argc > 2 ? argv[2] : "clients.py";

  g_test_add_func ("/tls-transport/serves", test_serves);
  g_test_add_func ("/tls-transport/stamps", test_stamps);
  g_test_add_func ("/tls-transport/pieces", test_pieces);
  ADD_CASES ("/tls-transport/alpn/", offers, test_alpn);
  g_test_add_data_func ("/tls-transport/alert/version", GUINT_TO_POINTER (70), test_alert);
  g_test_add_data_func ("/tls-transport/alert/protocol", GUINT_TO_POINTER (120), test_alert);
  ADD_CASES ("/tls-transport/stranger/", strangers, test_stranger);
  ADD_CASES ("/tls-transport/stranger-goes/", strangers, test_stranger_goes);
  g_test_add_func ("/tls-transport/single-bytes", test_single_bytes);
  g_test_add_func ("/tls-transport/cut-off", test_cut_off);
  g_test_add_func ("/tls-transport/idle", test_idle);
  ADD_CASES ("/tls-transport/wrong-inside/", wrongs, test_wrong_inside);
  g_test_add_func ("/tls-transport/wrong-version", test_wrong_version);
  g_test_add_data_func ("/tls-transport/refuse/idle", NULL, test_refuse);
  g_test_add_data_func ("/tls-transport/refuse/asking", "asked", test_refuse);
  g_test_add_func ("/tls-transport/refuse/strangers", test_refuse_strangers);
  g_test_add_func ("/tls-transport/free-under-way", test_free_under_way);
  g_test_add_func ("/tls-transport/hang", test_hang);
  g_test_add_data_func ("/tls-transport/not-draining/served", NULL, test_not_draining);
  g_test_add_data_func ("/tls-transport/not-draining/refused", "refused", test_not_draining);
  ADD_CASES ("/tls-transport/crowd/", crowds, test_crowd);
  return g_test_run ();
}
