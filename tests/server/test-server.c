/* Tests of the whole server, in this process, with bare sockets as its clients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ts-server.h"
#include "measure/ts-time.h"
#include "wire/ts-wire.h"

#include "test-loopback.h"
#include "test-wait.h"
#include "../core/test-cases.h"

static const char *const loopback[] = { "127.0.0.1", NULL };

/* A server that runs in a thread and a main context of its own, so that a test may use blocking sockets. */
typedef struct
{
  TsServer *server;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  guint16 port;
  int is_running; /* atomic */
} Fixture;

/* A server without limits: tests ask faster than any client would. */
static TsServer *
new_unlimited_server (TsClock *clock)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();

  settings->n_workers = 2;
  settings->max_connections_per_address = 0;
  settings->requests_per_second = 0;
  settings->address_requests_per_second = 0;
  return ts_server_new (clock, settings);
}

/* What one thread has done with the server is done when the other goes on. GLib sees to that by a lock that the thread
 * sanitizer does not see; this one it does. */
static void
pass_on (Fixture *fixture)
{
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

  pthread_mutex_lock (&lock);
  pthread_mutex_unlock (&lock);
}

static gpointer
run_server (gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (fixture->context);
  ts_server_start (fixture->server, &error);
  g_assert_no_error (error);
  g_atomic_int_set (&fixture->is_running, TRUE);
  g_main_loop_run (fixture->loop);
  pass_on (fixture);
  ts_server_stop (fixture->server);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_main_context_pop_thread_default (fixture->context);
  return NULL;
}

/* After this, and before run(), clients can connect and wait. */
static void
listen_only (Fixture *fixture,
             const char *const *addresses)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (GError) error = NULL;

  fixture->server = new_unlimited_server (clock);
  fixture->context = g_main_context_new ();
  fixture->loop = g_main_loop_new (fixture->context, FALSE);
  ts_server_listen (fixture->server, addresses, 0, &error);
  g_assert_no_error (error);
  fixture->port = ts_server_get_port (fixture->server);
}

static void
run (Fixture *fixture)
{
  fixture->is_running = FALSE;
  fixture->thread = g_thread_new ("server", run_server, fixture);
  /* From here on the number of its clients may be asked for in any thread. */
  while (!g_atomic_int_get (&fixture->is_running))
    g_thread_yield ();
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  listen_only (fixture, loopback);
  run (fixture);
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* Tells the server to stop and does not wait for it. */
static void
begin_to_stop (Fixture *fixture)
{
  pass_on (fixture);
  g_main_context_invoke (fixture->context, quit, fixture->loop);
}

static void
finish_stopping (Fixture *fixture)
{
  g_thread_join (g_steal_pointer (&fixture->thread));
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  if (fixture->thread != NULL)
    {
      begin_to_stop (fixture);
      finish_stopping (fixture);
    }
  g_assert_finalize_object (fixture->server);
  g_main_loop_unref (fixture->loop);
  g_main_context_unref (fixture->context);
}

static int
open_socket (void)
{
  const struct timeval patience = { .tv_sec = test_patience_ms () / 1000 };
  const int one = 1;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static int
connect_socket (int fd,
                guint16 port)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons (port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };

  return connect (fd, (struct sockaddr *) &address, sizeof address);
}

static int
connect_to (Fixture *fixture)
{
  int fd = open_socket ();

  g_assert_cmpint (connect_socket (fd, fixture->port), ==, 0);
  return fd;
}

static void
send_bytes (int fd,
            gconstpointer bytes,
            gsize length)
{
  const char *rest = bytes;

  while (length > 0)
    {
      gssize n_sent = send (fd, rest, length, MSG_NOSIGNAL);

      g_assert_cmpint (n_sent, >, 0);
      rest += n_sent;
      length -= (gsize) n_sent;
    }
}

static void
encode_request (guint64 cookie,
                guint8 bytes[TS_FRAME_SIZE])
{
  const TsFrame request = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .cookie = cookie };

  ts_frame_encode (&request, bytes);
}

static void
send_request (int fd,
              guint64 cookie)
{
  guint8 bytes[TS_FRAME_SIZE];

  encode_request (cookie, bytes);
  send_bytes (fd, bytes, sizeof bytes);
}

static TsFrame
receive_frame (int fd)
{
  guint8 bytes[TS_FRAME_SIZE];
  TsFrame frame = { 0 };

  g_assert_cmpint (recv (fd, bytes, sizeof bytes, MSG_WAITALL), ==, sizeof bytes);
  g_assert_cmpint (ts_frame_decode (bytes, sizeof bytes, &frame, NULL), ==, TS_DECODED_COMPLETE);
  return frame;
}

static void
assert_answer (const TsFrame *answer,
               guint64 cookie)
{
  g_assert_cmpint (answer->version, ==, TS_FRAME_VERSION);
  g_assert_cmpint (answer->kind, ==, TS_FRAME_ANSWER);
  g_assert_cmpuint (answer->cookie, ==, cookie);
  g_assert_cmpint (answer->receive_ns, >, 0);
  g_assert_cmpint (answer->transmit_ns, >=, answer->receive_ns);
}

static void
receive_answer (int fd,
                guint64 cookie)
{
  TsFrame answer = receive_frame (fd);

  assert_answer (&answer, cookie);
}

static void
assert_end (int fd)
{
  char byte;

  g_assert_cmpint (recv (fd, &byte, 1, 0), ==, 0);
}

/* The answer, by our clock around it, and the end of the stream. */
static TsClassicAnswer
receive_classic (int fd)
{
  guint8 text[TS_CLASSIC_MAX_SIZE + 1];
  gsize length = 0;
  gssize n_received;
  TsClassicAnswer answer = { 0 };
  g_autoptr (GError) error = NULL;

  while ((n_received = recv (fd, text + length, sizeof text - length, 0)) > 0)
    length += (gsize) n_received;
  g_assert_cmpint (n_received, ==, 0);
  ts_classic_decode (text, length, TRUE, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpint (answer.precision_ns, ==, 0);
  g_assert_cmpint (answer.transmit_ns, >=, answer.receive_ns);
  return answer;
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n_fds = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n_fds++;
  return n_fds;
}

static void
assert_served (Fixture *fixture)
{
  int fd = connect_to (fixture);

  send_request (fd, 4711);
  receive_answer (fd, 4711);
  close (fd);
}

/* A socket that listens where nobody else can then; a @port of 0 becomes one that was free. */
static int
take_port (const char *address,
           guint16 *port)
{
  struct sockaddr_in local = { .sin_family = AF_INET };
  socklen_t length = sizeof local;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (inet_pton (AF_INET, address, &local.sin_addr), ==, 1);
  local.sin_port = htons (*port);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &local, sizeof local), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &local, &length), ==, 0);
  *port = ntohs (local.sin_port);
  return fd;
}

static TsServer *
new_server (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);

  return new_unlimited_server (clock);
}

static const struct
{
  const char *name;
  const char *addresses[3];
  gboolean is_everywhere;
  gboolean needs_ipv6;
  const char *told[2]; /* without the port */
} forms[] = {
  { "ipv4", { "127.0.0.1" }, FALSE, FALSE, { "127.0.0.1:" } },
  { "ipv6", { "::1" }, FALSE, TRUE, { "[::1]:" } },
  { "both", { "127.0.0.1", "::1" }, FALSE, TRUE, { "127.0.0.1:", "[::1]:" } },
  { "two", { "127.0.0.1", "127.0.0.2" }, FALSE, FALSE, { "127.0.0.1:", "127.0.0.2:" } },
  { "everywhere", { NULL }, TRUE, TRUE, { "[::]:", "0.0.0.0:" } },
  { "everywhere-by-name", { "0.0.0.0", "::" }, FALSE, TRUE, { "0.0.0.0:", "[::]:" } },
};

/* A free port is the same on all addresses, and is told. */
static void
test_listen (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  TsServer *server;
  g_auto (GStrv) told = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (forms[row].needs_ipv6 && test_skip_without ("::1"))
    return;
  server = new_server ();
  ts_server_listen (server, forms[row].is_everywhere ? NULL : forms[row].addresses, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ts_server_get_port (server), >, 0);

  told = ts_server_get_addresses (server);
  for (; n < 2 && forms[row].told[n] != NULL; n++)
    {
      g_autofree char *expected = g_strdup_printf ("%s%u", forms[row].told[n], ts_server_get_port (server));

      g_assert_cmpstr (told[n], ==, expected);
    }
  g_assert_cmpuint (g_strv_length (told), ==, n);
  g_assert_cmpuint (ts_server_get_n_clients (server), ==, 0);
  g_assert_finalize_object (server);
}

/* Returns: what is said */
static char *
fail_to_listen (TsServer *server,
                const char *const *addresses,
                guint16 port,
                int code)
{
  GError *error = NULL;
  g_auto (GStrv) told = NULL;
  char *message;

  g_assert_false (ts_server_listen (server, addresses, port, &error));
  g_assert_error (error, G_IO_ERROR, code);
  told = ts_server_get_addresses (server);
  g_assert_cmpuint (g_strv_length (told), ==, 0);
  message = g_strdup (error->message);
  g_error_free (error);
  return message;
}

static void
test_port_taken (void)
{
  guint16 port = 0;
  int taken = take_port ("127.0.0.1", &port);
  TsServer *server = new_server ();
  g_autofree char *message = fail_to_listen (server, loopback, port, G_IO_ERROR_ADDRESS_IN_USE);
  g_autofree char *expected =
    g_strdup_printf ("cannot listen on 127.0.0.1:%u: the port is already in use", port);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (message, ==, expected);
  /* It is free again. */
  close (taken);
  ts_server_listen (server, loopback, port, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (server);
}

/* All of this computer, where one of the families cannot be had. */
static void
test_port_taken_everywhere (void)
{
  guint16 port = 0;
  int taken = take_port ("127.0.0.1", &port);
  TsServer *server = new_server ();
  g_autofree char *message = fail_to_listen (server, NULL, port, G_IO_ERROR_ADDRESS_IN_USE);

  g_assert_nonnull (strstr (message, "the port is already in use"));
  close (taken);
  g_assert_finalize_object (server);
}

static void
test_all_or_none (void)
{
  const char *addresses[] = { "127.0.0.3", "127.0.0.2", NULL };
  guint16 port = 0;
  int taken = take_port ("127.0.0.2", &port);
  int fd = open_socket ();
  struct sockaddr_in first = {
    .sin_family = AF_INET,
    .sin_port = htons (port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK + 2),
  };
  TsServer *server = new_server ();
  g_autofree char *message = fail_to_listen (server, addresses, port, G_IO_ERROR_ADDRESS_IN_USE);
  g_autofree char *expected =
    g_strdup_printf ("cannot listen on 127.0.0.2:%u: the port is already in use", port);

  g_assert_cmpstr (message, ==, expected);
  /* The first is free again; nobody else here listens on such an address. */
  g_assert_cmpint (connect (fd, (struct sockaddr *) &first, sizeof first), ==, -1);
  g_assert_cmpint (errno, ==, ECONNREFUSED);
  close (fd);
  close (taken);
  g_assert_finalize_object (server);
}

static const struct
{
  const char *name;
  const char *address;
  int code;
  const char *message_part;
} bad_addresses[] = {
  { "name", "time.example", G_IO_ERROR_INVALID_ARGUMENT, "“time.example” is not an IP address" },
  { "empty", "", G_IO_ERROR_INVALID_ARGUMENT, "“” is not an IP address" },
  { "with-port", "127.0.0.1:80", G_IO_ERROR_INVALID_ARGUMENT, "“127.0.0.1:80” is not an IP address" },
  { "in-brackets", "[::1]", G_IO_ERROR_INVALID_ARGUMENT, "“[::1]” is not an IP address" },
};

static void
test_bad_address (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  const char *addresses[] = { "127.0.0.1", bad_addresses[row].address, NULL };
  TsServer *server = new_server ();
  g_autofree char *message = fail_to_listen (server, addresses, 0, bad_addresses[row].code);

  g_assert_nonnull (strstr (message, bad_addresses[row].message_part));
  g_assert_finalize_object (server);
}

/* Of the range for documentation (RFC 5737): at boot an address may come later than the server. */
static void
test_foreign_address (void)
{
  const char *addresses[] = { "192.0.2.1", "127.0.0.1", NULL };
  g_autoptr (TsServer) server = new_server ();
  g_autoptr (GError) error = NULL;

  g_assert_true (ts_server_listen (server, addresses, 0, &error));
  g_assert_no_error (error);
  g_assert_false (ts_server_has_address (server, 0));
  g_assert_true (ts_server_has_address (server, 1));
}

static void
test_never_started (void)
{
  TsServer *server = new_server ();
  g_autoptr (GError) error = NULL;
  guint n_fds = count_fds ();

  ts_server_stop (server);
  ts_server_listen (server, loopback, 0, &error);
  g_assert_no_error (error);
  ts_server_stop (server);
  ts_server_stop (server);
  g_assert_cmpuint (count_fds (), ==, n_fds);
  g_assert_finalize_object (server);
}

/* What was stopped listens no more, and can again. */
static void
test_start_again (void)
{
  TsServer *server = new_server ();
  guint n_fds = 0;

  for (guint round = 0; round < 5; round++)
    {
      g_autoptr (GError) error = NULL;

      /* What the first round brings into being for good does not count. */
      if (round == 1)
        n_fds = count_fds ();
      ts_server_listen (server, loopback, 0, &error);
      g_assert_no_error (error);
      ts_server_start (server, &error);
      g_assert_no_error (error);
      ts_server_stop (server);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_assert_cmpuint (count_fds (), ==, n_fds);
  g_assert_finalize_object (server);
}

/* Nobody who came before the server could accept is lost, however many addresses it listens on: an accept
 * that is cancelled, for a socket that is added after it, must not have taken a connection. */
static void
test_waiting_before_start (gconstpointer data)
{
  const char *addresses[] = { "127.0.0.1", data, NULL };
  Fixture fixture;
  int fds[20];

  listen_only (&fixture, addresses);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = connect_to (&fixture);
      send_request (fds[i], i + 1);
    }
  run (&fixture);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      receive_answer (fds[i], i + 1);
      close (fds[i]);
    }
  tear_down (&fixture, NULL);
}

static void
test_silent (Fixture *fixture,
             gconstpointer data)
{
  const char *beginning = data;
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  gint64 before_ns = ts_clock_get_now_ns (clock);
  int fd = connect_to (fixture);
  TsClassicAnswer answer;

  send_bytes (fd, beginning, strlen (beginning));
  answer = receive_classic (fd);
  g_assert_cmpint (answer.receive_ns, >=, before_ns);
  g_assert_cmpint (answer.transmit_ns, <=, ts_clock_get_now_ns (clock));
  /* It was given time to speak, 250 ms but for what our clock may be slewed. */
  g_assert_cmpint (answer.transmit_ns - before_ns, >=, 245 * TS_NS_PER_MS);
  close (fd);
}

static void
test_half_closed_at_once (Fixture *fixture,
                          gconstpointer data)
{
  const char *beginning = data;
  g_autoptr (TsClock) clock = ts_clock_new_system (0);

  for (guint n = 0; n < 20; n++)
    {
      gint64 before_ns = ts_clock_get_now_ns (clock);
      int fd = connect_to (fixture);
      TsClassicAnswer answer;

      send_bytes (fd, beginning, strlen (beginning));
      shutdown (fd, SHUT_WR);
      answer = receive_classic (fd);
      g_assert_cmpint (answer.receive_ns, >=, before_ns);
      g_assert_cmpint (answer.transmit_ns, <=, ts_clock_get_now_ns (clock));
      close (fd);
    }
}

/* Whatever a classic client says, much or little: its answer survives the close. */
static void
test_classic (Fixture *fixture,
              gconstpointer data)
{
  gsize length = GPOINTER_TO_SIZE (data);
  g_autofree char *request = g_strnfill (length, 'x');
  g_autoptr (TsClock) clock = ts_clock_new_system (0);

  for (guint n = 0; n < 20; n++)
    {
      gint64 before_ns = ts_clock_get_now_ns (clock);
      int fd = connect_to (fixture);
      TsClassicAnswer answer;

      send_bytes (fd, request, length);
      answer = receive_classic (fd);
      g_assert_cmpint (answer.receive_ns, >=, before_ns);
      g_assert_cmpint (answer.transmit_ns, <=, ts_clock_get_now_ns (clock));
      close (fd);
    }
}

static void
test_tls (Fixture *fixture,
          gconstpointer data)
{
  for (guint n = 0; n < 20; n++)
    {
      int fd = connect_to (fixture);

      send_bytes (fd, "\x16", 1);
      assert_end (fd);
      close (fd);
    }
}

static void
test_framed (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  int fd = connect_to (fixture);
  guint64 server_id = 0;

  for (guint64 cookie = 1; cookie <= 200; cookie++)
    {
      gint64 before_ns = ts_clock_get_now_ns (clock);
      TsFrame answer;

      send_request (fd, cookie);
      answer = receive_frame (fd);
      assert_answer (&answer, cookie);
      g_assert_cmpint (answer.receive_ns, >=, before_ns);
      g_assert_cmpint (answer.transmit_ns, <=, ts_clock_get_now_ns (clock));
      g_assert_true (server_id == 0 || answer.server_id == server_id);
      server_id = answer.server_id;
      g_assert_cmpuint (server_id, !=, 0);
    }
  g_assert_cmpuint (ts_server_get_n_clients (fixture->server), ==, 1);
  close (fd);
  TEST_WAIT (ts_server_get_n_clients (fixture->server) == 0);
}

static void
test_byte_at_a_time (Fixture *fixture,
                     gconstpointer data)
{
  int fd = connect_to (fixture);

  for (guint64 cookie = 1; cookie <= 5; cookie++)
    {
      guint8 bytes[TS_FRAME_SIZE];

      encode_request (cookie, bytes);
      for (gsize i = 0; i < sizeof bytes; i++)
        send_bytes (fd, bytes + i, 1);
      receive_answer (fd, cookie);
    }
  close (fd);
}

/* Their cookies count from 1. */
static GByteArray *
build_requests (guint n_requests)
{
  GByteArray *requests = g_byte_array_new ();

  for (guint i = 0; i < n_requests; i++)
    {
      guint8 bytes[TS_FRAME_SIZE];

      encode_request (1 + i, bytes);
      g_byte_array_append (requests, bytes, sizeof bytes);
    }
  return requests;
}

/* Requests in one piece are answered in order, and all of them although the client says no more. */
static void
test_half_closed (Fixture *fixture,
                  gconstpointer data)
{
  const guint n_requests = GPOINTER_TO_UINT (data);
  g_autoptr (GByteArray) requests = build_requests (n_requests);
  int fd = connect_to (fixture);

  send_bytes (fd, requests->data, requests->len);
  shutdown (fd, SHUT_WR);
  for (guint i = 0; i < n_requests; i++)
    receive_answer (fd, i + 1);
  assert_end (fd);
  close (fd);
}

static void
test_wrong_version (Fixture *fixture,
                    gconstpointer data)
{
  const TsFrame request = { .version = 7, .kind = TS_FRAME_REQUEST, .cookie = 99 };
  guint8 bytes[TS_FRAME_SIZE];

  ts_frame_encode (&request, bytes);
  for (guint n = 0; n < 20; n++)
    {
      int fd = connect_to (fixture);
      TsFrame refusal;

      send_request (fd, 5);
      send_bytes (fd, bytes, sizeof bytes);
      receive_answer (fd, 5);
      refusal = receive_frame (fd);
      g_assert_cmpint (refusal.kind, ==, TS_FRAME_REFUSAL);
      g_assert_cmpint (refusal.flags, ==, TS_REFUSAL_VERSION_NOT_SPOKEN);
      g_assert_cmpint (refusal.version, ==, TS_FRAME_VERSION);
      g_assert_cmpuint (refusal.cookie, ==, 99);
      assert_end (fd);
      close (fd);
    }
}

/* Much more than what the kernel keeps for a connection. */
#define TOO_MANY_BYTES (128 * 1024 * 1024)

/* Sends requests and reads no answer until no more will go for a while. Returns: how many bytes went */
static gsize
flood (int fd,
       GByteArray *requests)
{
  gsize n_sent = 0;

  for (;;)
    {
      gsize at = n_sent % requests->len;
      gssize n = send (fd, requests->data + at, requests->len - at, MSG_NOSIGNAL | MSG_DONTWAIT);
      struct pollfd room = { .fd = fd, .events = POLLOUT };

      if (n > 0)
        n_sent += (gsize) n;
      else
        g_assert_cmpint (errno, ==, EAGAIN);
      /* A server that read on would have to keep the answers. */
      g_assert_cmpuint (n_sent, <, TOO_MANY_BYTES);
      if (n < 0 && poll (&room, 1, 300) == 0)
        return n_sent;
    }
}

static int
connect_with_little_room (Fixture *fixture)
{
  int fd = open_socket ();
  const int size = 4096;

  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  g_assert_cmpint (connect_socket (fd, fixture->port), ==, 0);
  return fd;
}

typedef struct
{
  GByteArray *bytes;
  gboolean is_reset; /* else the stream has ended, or all is there that was asked for */
} Drained;

static Drained
drain (int fd,
       gsize n_bytes)
{
  Drained drained = { .bytes = g_byte_array_new () };
  guint8 bytes[65536];

  while (drained.bytes->len < n_bytes)
    {
      gssize n_received = recv (fd, bytes, MIN (sizeof bytes, n_bytes - drained.bytes->len), 0);

      g_assert_true (n_received >= 0 || errno == ECONNRESET);
      drained.is_reset = n_received < 0;
      if (n_received <= 0)
        break;
      g_byte_array_append (drained.bytes, bytes, (guint) n_received);
    }
  return drained;
}

/* Each whole frame is the answer to the next request; after a refusal there is none.
 * Returns: how many answers there are */
static gsize
count_answers (GByteArray *bytes,
               guint n_cookies)
{
  for (gsize i = 0; i < bytes->len / TS_FRAME_SIZE; i++)
    {
      TsFrame frame;

      g_assert_cmpint (ts_frame_decode (bytes->data + i * TS_FRAME_SIZE, TS_FRAME_SIZE, &frame, NULL), ==,
                       TS_DECODED_COMPLETE);
      if (frame.kind == TS_FRAME_REFUSAL)
        {
          g_assert_cmpuint ((i + 1) * TS_FRAME_SIZE, ==, bytes->len);
          return i;
        }
      assert_answer (&frame, 1 + i % n_cookies);
    }
  return bytes->len / TS_FRAME_SIZE;
}

#define N_COOKIES 1000

static void
test_never_reads (Fixture *fixture,
                  gconstpointer data)
{
  g_autoptr (GByteArray) requests = build_requests (N_COOKIES);
  int fd = connect_with_little_room (fixture);
  gsize n_sent = flood (fd, requests);
  gsize n_whole = n_sent / TS_FRAME_SIZE;
  Drained drained;

  /* The others are served as if nothing were. */
  for (guint n = 0; n < 100; n++)
    assert_served (fixture);

  /* Once it reads, it finds every answer. */
  drained = drain (fd, n_whole * TS_FRAME_SIZE);
  g_assert_cmpuint (count_answers (drained.bytes, N_COOKIES), ==, n_whole);
  g_byte_array_unref (drained.bytes);
  close (fd);
}

static void
test_many_at_once (Fixture *fixture,
                   gconstpointer data)
{
  int fds[200];

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = connect_to (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    if (i % 4 == 0)
      send_bytes (fds[i], "?", 1);
    else if (i % 4 != 1)
      send_request (fds[i], i);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      if (i % 4 < 2)
        receive_classic (fds[i]);
      else
        receive_answer (fds[i], i);
      close (fds[i]);
    }
  TEST_WAIT (ts_server_get_n_clients (fixture->server) == 0);
}

typedef struct
{
  Fixture *fixture;
  guint32 seed;
  guint n_connections;
  int *n_left; /* atomic: threads that are at it */
} Crowd;

static gpointer
send_garbage (gpointer user_data)
{
  Crowd *crowd = user_data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (crowd->seed);

  for (guint n = 0; n < crowd->n_connections; n++)
    {
      int fd = connect_to (crowd->fixture);
      guint8 bytes[512];
      gsize length = (gsize) g_rand_int_range (rand, 1, sizeof bytes);

      for (gsize i = 0; i < length; i++)
        bytes[i] = (guint8) g_rand_int_range (rand, 0, 256);
      /* Some look right for a while. */
      if (n % 2 == 0)
        {
          encode_request (1, bytes);
          bytes[g_rand_int_range (rand, 0, 16)] ^= (guint8) g_rand_int_range (rand, 0, 256);
        }
      /* The server may have closed before all has gone. */
      send (fd, bytes, length, MSG_NOSIGNAL);
      if (n % 3 == 0)
        shutdown (fd, SHUT_WR);
      if (n % 3 != 1)
        recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);
      close (fd);
    }
  g_atomic_int_add (crowd->n_left, -1);
  return NULL;
}

#define N_STRANGERS 50

static void
test_garbage (Fixture *fixture,
              gconstpointer data)
{
  Crowd crowds[N_STRANGERS];
  GThread *threads[N_STRANGERS];
  int n_left = N_STRANGERS;
  int fd = connect_to (fixture);
  guint64 cookie = 1;

  /* Before there are so many that it would be too late for this form of request. */
  send_request (fd, cookie);
  receive_answer (fd, cookie);
  for (guint i = 0; i < N_STRANGERS; i++)
    {
      crowds[i] = (Crowd) { fixture, (guint32) g_test_rand_int (), 20, &n_left };
      threads[i] = g_thread_new ("stranger", send_garbage, &crowds[i]);
    }
  while (g_atomic_int_get (&n_left) > 0 || cookie < 100)
    {
      send_request (fd, ++cookie);
      receive_answer (fd, cookie);
    }
  for (guint i = 0; i < N_STRANGERS; i++)
    g_thread_join (threads[i]);
  close (fd);
  TEST_WAIT (ts_server_get_n_clients (fixture->server) == 0);
}

static void
reset (int fd)
{
  const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close (fd);
}

/* Opens connections and leaves them at every stage of their lives. */
static gpointer
churn (gpointer user_data)
{
  Crowd *crowd = user_data;

  for (guint n = 0; n < crowd->n_connections; n++)
    {
      int fd = connect_to (crowd->fixture);
      guint8 bytes[TS_FRAME_SIZE];

      switch (n / 2 % 8)
        {
        case 0:
          break;
        case 1:
          send_bytes (fd, "TS", 2);
          break;
        case 2:
          send_request (fd, 1);
          break;
        case 3:
          send_request (fd, 1);
          receive_answer (fd, 1);
          break;
        case 4:
          send_bytes (fd, "?", 1);
          break;
        case 5:
          send_bytes (fd, "?", 1);
          receive_classic (fd);
          break;
        case 6:
          shutdown (fd, SHUT_WR);
          break;
        default:
          encode_request (1, bytes);
          send_bytes (fd, bytes, 40);
          break;
        }
      if (n % 2 == 0)
        close (fd);
      else
        reset (fd);
    }
  return NULL;
}

#define N_CHURNERS 4

/* The worker must be the last that holds a connection's descriptor when it closes it, else an epoll set goes
 * on to tell of a connection that is no more. */
static void
test_churn (Fixture *fixture,
            gconstpointer data)
{
  guint n_fds;

  /* What a first connection brings into being for good does not count. */
  assert_served (fixture);
  TEST_WAIT (ts_server_get_n_clients (fixture->server) == 0);
  n_fds = count_fds ();

  for (guint round = 0; round < 2; round++)
    {
      Crowd crowds[N_CHURNERS];
      GThread *threads[N_CHURNERS];

      for (guint i = 0; i < N_CHURNERS; i++)
        {
          crowds[i] = (Crowd) { .fixture = fixture, .n_connections = 2000 / N_CHURNERS };
          threads[i] = g_thread_new ("churner", churn, &crowds[i]);
        }
      for (guint i = 0; i < N_CHURNERS; i++)
        g_thread_join (threads[i]);
      /* A connection may still be on its way from the one thread to the other. */
      assert_served (fixture);
      TEST_WAIT (ts_server_get_n_clients (fixture->server) == 0);
      TEST_WAIT (count_fds () == n_fds);
    }
}

/* As many descriptors as the server thinks it has, so that it takes 16 clients at a time. */
static TsServer *
new_server_for_few (void)
{
  struct rlimit limit, few;
  TsServer *server;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  few = (struct rlimit) { .rlim_cur = 64 + 16, .rlim_max = limit.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  server = new_server ();
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  return server;
}

/* A server that is full takes the next client when one has gone. */
static void
test_full (void)
{
  Fixture fixture;
  int fds[40];
  g_autoptr (GError) error = NULL;

  /* It warns that it is full. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  fixture.server = new_server_for_few ();
  fixture.context = g_main_context_new ();
  fixture.loop = g_main_loop_new (fixture.context, FALSE);
  ts_server_listen (fixture.server, loopback, 0, &error);
  g_assert_no_error (error);
  fixture.port = ts_server_get_port (fixture.server);
  run (&fixture);

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = connect_to (&fixture);
      send_request (fds[i], i + 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      receive_answer (fds[i], i + 1);
      g_assert_cmpuint (ts_server_get_n_clients (fixture.server), <=, 16);
      close (fds[i]);
    }
  tear_down (&fixture, NULL);
}

static void
test_stop_silent (Fixture *fixture,
                  gconstpointer data)
{
  const char *beginning = data;
  int fd = connect_to (fixture);

  send_bytes (fd, beginning, strlen (beginning));
  TEST_WAIT (ts_server_get_n_clients (fixture->server) == 1);
  begin_to_stop (fixture);
  receive_classic (fd);
  close (fd);
  finish_stopping (fixture);
}

static void
assert_refused (int fd)
{
  TsFrame refusal = receive_frame (fd);

  g_assert_cmpint (refusal.kind, ==, TS_FRAME_REFUSAL);
  g_assert_cmpint (refusal.flags, ==, TS_REFUSAL_SHUTTING_DOWN);
  g_assert_cmpuint (refusal.cookie, ==, 0);
  g_assert_cmpuint (refusal.retry_after_ms, >, 0);
  assert_end (fd);
}

static void
test_stop_framed (Fixture *fixture,
                  gconstpointer data)
{
  int fds[10];

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = connect_to (fixture);
      send_request (fds[i], 1);
      receive_answer (fds[i], 1);
    }
  /* One is in the middle of its next request. */
  send_bytes (fds[0], "TSyn\1\1", 6);
  begin_to_stop (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      assert_refused (fds[i]);
      close (fds[i]);
    }
  finish_stopping (fixture);
}

/* Who connected and asked before the stop is answered, accepted or not. */
static void
test_stop_in_flight (void)
{
  for (guint round = 0; round < 10; round++)
    {
      Fixture fixture;
      int fds[30];

      set_up (&fixture, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
        {
          fds[i] = connect_to (&fixture);
          if (i % 2 == 0)
            send_request (fds[i], i + 1);
          else
            send_bytes (fds[i], "?", 1);
        }
      begin_to_stop (&fixture);
      for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
        {
          if (i % 2 == 0)
            {
              receive_answer (fds[i], i + 1);
              assert_refused (fds[i]);
            }
          else
            receive_classic (fds[i]);
          close (fds[i]);
        }
      finish_stopping (&fixture);
      tear_down (&fixture, NULL);
    }
}

/* A client that goes on asking does not hold the stop up, and one that stays connected does not either. */
static void
test_stop_and_stay (Fixture *fixture,
                    gconstpointer data)
{
  int silent = connect_to (fixture), framed = connect_to (fixture), classic = connect_to (fixture);

  send_request (framed, 1);
  receive_answer (framed, 1);
  send_bytes (classic, "?", 1);
  receive_classic (classic);
  begin_to_stop (fixture);
  finish_stopping (fixture);
  receive_classic (silent);
  assert_refused (framed);
  close (silent);
  close (framed);
  close (classic);
}

typedef struct
{
  Fixture *fixture;
  int is_over; /* atomic */
} Deadline;

static gpointer
watch_deadline (gpointer user_data)
{
  Deadline *deadline = user_data;
  gint64 end_us = g_get_monotonic_time () + test_patience_ms () * 1000 / 2;

  while (!g_atomic_int_get (&deadline->is_over))
    {
      if (g_get_monotonic_time () > end_us)
        g_error ("In vain waited for the server to stop");
      poll (NULL, 0, 20);
    }
  return NULL;
}

/* Stops within half of the patience, which is far more than the second that it may take. */
static void
stop_in_time (Fixture *fixture)
{
  Deadline deadline = { .fixture = fixture };
  GThread *watchdog = g_thread_new ("deadline", watch_deadline, &deadline);

  begin_to_stop (fixture);
  finish_stopping (fixture);
  g_atomic_int_set (&deadline.is_over, TRUE);
  g_thread_join (watchdog);
}

/* A client that asked much and reads nothing is not waited for. */
static void
test_stop_never_reads (Fixture *fixture,
                       gconstpointer data)
{
  g_autoptr (GByteArray) requests = build_requests (N_COOKIES);
  int fd = connect_with_little_room (fixture);

  flood (fd, requests);
  stop_in_time (fixture);
  close (fd);
}

/* Returns: the server's end of our connection @fd; it is in this process */
static int
find_server_end (int fd)
{
  struct sockaddr_in ours, theirs;
  socklen_t length = sizeof ours;

  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &ours, &length), ==, 0);
  for (int i = 0; i < 1024; i++)
    {
      length = sizeof theirs;
      if (i != fd && getpeername (i, (struct sockaddr *) &theirs, &length) == 0 &&
          theirs.sin_family == AF_INET && theirs.sin_port == ours.sin_port)
        return i;
    }
  g_assert_not_reached ();
}

/* Returns: whether the server reads what came, within a while */
static gboolean
reads_on (int server_end,
          guint for_ms)
{
  gint64 end_us = g_get_monotonic_time () + for_ms * 1000;
  int n_unread;

  do
    {
      g_assert_cmpint (ioctl (server_end, FIONREAD, &n_unread), ==, 0);
      if (n_unread == 0)
        return TRUE;
      poll (NULL, 0, 1);
    }
  while (g_get_monotonic_time () < end_us);
  return FALSE;
}

/* The server stops while it has answers for which the client has had no room, and a few requests that it has
 * not read. A client that reads then finds whole answers in order, then at most a refusal. */
static void
test_stop_slow_reader (Fixture *fixture,
                       gconstpointer data)
{
  g_autoptr (GByteArray) requests = build_requests (N_COOKIES);
  int fd = connect_with_little_room (fixture);
  const int size = 16384;
  Drained drained;
  gsize n_sent = 0;
  int server_end;

  TEST_WAIT (ts_server_get_n_clients (fixture->server) == 1);
  send_request (fd, 1);
  receive_answer (fd, 1);
  server_end = find_server_end (fd);
  /* The kernel shall not keep megabytes for us. */
  setsockopt (server_end, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  do
    {
      gsize at = n_sent % requests->len;

      send_bytes (fd, requests->data + at, 8 * TS_FRAME_SIZE);
      n_sent += 8 * TS_FRAME_SIZE;
      g_assert_cmpuint (n_sent, <, TOO_MANY_BYTES);
    }
  while (reads_on (server_end, 300));

  begin_to_stop (fixture);
  /* The worse the sooner: a server that reads on now has nowhere to put the answers. */
  reads_on (server_end, 200);
  drained = drain (fd, G_MAXSIZE);
  g_assert_cmpuint (count_answers (drained.bytes, N_COOKIES), >, 8);
  /* Unless this machine was too slow for the server's patience, the last frame is whole. */
  if (!drained.is_reset)
    g_assert_cmpuint (drained.bytes->len % TS_FRAME_SIZE, ==, 0);
  g_byte_array_unref (drained.bytes);
  close (fd);
  finish_stopping (fixture);
}

/* Asks and reads as fast as it can. */
static gpointer
ask_on_and_on (gpointer user_data)
{
  Crowd *crowd = user_data;
  g_autoptr (GByteArray) requests = build_requests (256);
  int fd = connect_to (crowd->fixture);
  guint8 bytes[65536];

  g_atomic_int_add (crowd->n_left, -1);
  while (send (fd, requests->data, requests->len, MSG_NOSIGNAL) > 0)
    if (recv (fd, bytes, sizeof bytes, MSG_DONTWAIT) == 0)
      break;
  close (fd);
  return NULL;
}

static void
test_stop_busy (Fixture *fixture,
                gconstpointer data)
{
  Crowd crowds[6];
  GThread *threads[G_N_ELEMENTS (crowds)];
  int n_left = G_N_ELEMENTS (crowds);

  for (guint i = 0; i < G_N_ELEMENTS (crowds); i++)
    {
      crowds[i] = (Crowd) { .fixture = fixture, .n_left = &n_left };
      threads[i] = g_thread_new ("asker", ask_on_and_on, &crowds[i]);
    }
  TEST_WAIT (g_atomic_int_get (&n_left) == 0);
  assert_served (fixture);
  stop_in_time (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (crowds); i++)
    g_thread_join (threads[i]);
}

#define ADD(path, data, function) \
  g_test_add ("/server/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/server/listen/", forms, test_listen);
  g_test_add_func ("/server/listen/port-taken", test_port_taken);
  g_test_add_func ("/server/listen/port-taken-everywhere", test_port_taken_everywhere);
  g_test_add_func ("/server/listen/all-or-none", test_all_or_none);
  ADD_CASES ("/server/listen/bad-address/", bad_addresses, test_bad_address);
  g_test_add_func ("/server/listen/foreign-address", test_foreign_address);
  g_test_add_func ("/server/never-started", test_never_started);
  g_test_add_func ("/server/start-again", test_start_again);
  g_test_add_data_func ("/server/waiting-before-start/one-address", NULL, test_waiting_before_start);
  g_test_add_data_func ("/server/waiting-before-start/two-addresses", "127.0.0.2", test_waiting_before_start);
  ADD ("silent/nothing", "", test_silent);
  ADD ("silent/T", "T", test_silent);
  ADD ("silent/TSy", "TSy", test_silent);
  ADD ("half-closed-at-once/nothing", "", test_half_closed_at_once);
  ADD ("half-closed-at-once/TSy", "TSy", test_half_closed_at_once);
  ADD ("classic/byte", GSIZE_TO_POINTER (1), test_classic);
  ADD ("classic/long", GSIZE_TO_POINTER (200000), test_classic);
  ADD ("tls", NULL, test_tls);
  ADD ("framed", NULL, test_framed);
  ADD ("byte-at-a-time", NULL, test_byte_at_a_time);
  ADD ("half-closed/one", GUINT_TO_POINTER (1), test_half_closed);
  ADD ("half-closed/many", GUINT_TO_POINTER (3000), test_half_closed);
  ADD ("half-closed/a-bufferful", GUINT_TO_POINTER (1024), test_half_closed);
  ADD ("wrong-version", NULL, test_wrong_version);
  ADD ("never-reads", NULL, test_never_reads);
  ADD ("many-at-once", NULL, test_many_at_once);
  ADD ("garbage", NULL, test_garbage);
  ADD ("churn", NULL, test_churn);
  g_test_add_func ("/server/full", test_full);
  ADD ("stop/silent", "", test_stop_silent);
  ADD ("stop/beginning", "TSy", test_stop_silent);
  ADD ("stop/framed", NULL, test_stop_framed);
  g_test_add_func ("/server/stop/in-flight", test_stop_in_flight);
  ADD ("stop/clients-stay", NULL, test_stop_and_stay);
  ADD ("stop/never-reads", NULL, test_stop_never_reads);
  ADD ("stop/slow-reader", NULL, test_stop_slow_reader);
  ADD ("stop/busy", NULL, test_stop_busy);
  return g_test_run ();
}
