/* Tests of the stamped stream over the loopback interface, alone and below TLS.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/stamped/ts-stamped-stream.h"

#include "test-tls-server.h"

#define FAKE_NOW_NS (1700000000 * TS_NS_PER_S)

typedef struct
{
  TsClock *clock;
  TsStampedStream *stream;
  GInputStream *input;
  GOutputStream *output;
  int peer; /* blocking */
} Fixture;

static void
connect_pair (int fds[2])
{
  guint16 port;
  int listener = test_open_bound (&port);

  g_assert_cmpint (listen (listener, 1), ==, 0);
  fds[0] = test_connect (port);
  fds[1] = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);
  g_assert_cmpint (fds[1], >=, 0);
  close (listener);
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  int fds[2];

  connect_pair (fds);
  g_unix_set_fd_nonblocking (fds[0], TRUE, NULL);
  ts_stamped_socket_enable (fds[0]);
  fixture->peer = fds[1];
  fixture->clock = ts_clock_new_system (0);
  fixture->stream = ts_stamped_stream_new (fds[0], fixture->clock);
  fixture->input = g_io_stream_get_input_stream (G_IO_STREAM (fixture->stream));
  fixture->output = g_io_stream_get_output_stream (G_IO_STREAM (fixture->stream));
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->stream);
  g_assert_finalize_object (fixture->clock);
  close (fixture->peer);
}

static gssize
read_now (Fixture *fixture,
          char *buffer,
          gsize size,
          GError **error)
{
  return g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (fixture->input), buffer, size, NULL,
                                                   error);
}

static void
assert_blocks (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  guint n_waits = ts_stamped_stream_get_n_waits (fixture->stream);
  char byte;

  g_assert_cmpint (read_now (fixture, &byte, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (ts_stamped_stream_get_n_waits (fixture->stream), ==, n_waits + 1);
}

static gboolean
is_readable (Fixture *fixture)
{
  return g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (fixture->input));
}

static void
test_pollable (Fixture *fixture,
               gconstpointer data)
{
  g_assert_true (g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (fixture->input)));
  g_assert_true (g_pollable_output_stream_can_poll (G_POLLABLE_OUTPUT_STREAM (fixture->output)));
  g_assert_true (g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (fixture->output)));
  g_assert_false (is_readable (fixture));
  assert_blocks (fixture);
}

/* The kernel switches stamping on in its own time, which a loaded machine makes long. */
static void
test_stamps (Fixture *fixture,
             gconstpointer data)
{
  TsReceiveStamp stamp, previous = { 0 };
  gint64 deadline_us = test_get_deadline_us ();
  guint n = 0;

  ts_stamped_stream_get_last_stamp (fixture->stream, &stamp);
  g_assert_cmpint (stamp.instant_ns, ==, 0);
  do
    {
      gint64 before_ns = test_now_ns ();
      char bytes[8];

      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      test_peer_send (fixture->peer, "segment", 7);
      TEST_WAIT (is_readable (fixture));
      g_assert_cmpint (read_now (fixture, bytes, 3, NULL), ==, 3);
      g_assert_cmpint (read_now (fixture, bytes + 3, sizeof bytes - 3, NULL), ==, 4);
      g_assert_cmpmem (bytes, 7, "segment", 7);
      ts_stamped_stream_get_last_stamp (fixture->stream, &stamp);
      g_assert_cmpint (stamp.instant_ns, >=, before_ns);
      g_assert_cmpint (stamp.instant_ns, <=, test_now_ns ());
      g_assert_cmpint (stamp.instant_ns, >, previous.instant_ns);
      /* To read nothing leaves the stamp alone. */
      assert_blocks (fixture);
      previous = stamp;
      ts_stamped_stream_get_last_stamp (fixture->stream, &stamp);
      g_assert_cmpint (stamp.instant_ns, ==, previous.instant_ns);
    }
  while (++n < 20 || !stamp.is_kernel);
}

static void
test_primed (Fixture *fixture,
             gconstpointer data)
{
  const TsReceiveStamp early = { FAKE_NOW_NS, TRUE }, late = { FAKE_NOW_NS + 1, FALSE };
  TsReceiveStamp stamp;
  char bytes[16];

  ts_stamped_stream_prime (fixture->stream, (const guint8 *) "", 0, &early);
  g_assert_false (is_readable (fixture));
  ts_stamped_stream_prime (fixture->stream, (const guint8 *) "once ", 5, &early);
  ts_stamped_stream_prime (fixture->stream, (const guint8 *) "upon", 4, &late);
  g_assert_true (is_readable (fixture));

  g_assert_cmpint (read_now (fixture, bytes, 3, NULL), ==, 3);
  g_assert_cmpint (g_input_stream_read (fixture->input, bytes + 3, sizeof bytes - 3, NULL, NULL), ==, 6);
  g_assert_cmpmem (bytes, 9, "once upon", 9);
  ts_stamped_stream_get_last_stamp (fixture->stream, &stamp);
  g_assert_cmpint (stamp.instant_ns, ==, late.instant_ns);
  g_assert_false (stamp.is_kernel);
  assert_blocks (fixture);

  test_peer_send (fixture->peer, "a time", 6);
  TEST_WAIT (is_readable (fixture));
  g_assert_cmpint (read_now (fixture, bytes, sizeof bytes, NULL), ==, 6);
  ts_stamped_stream_get_last_stamp (fixture->stream, &stamp);
  g_assert_cmpint (stamp.instant_ns, >, late.instant_ns);
}

static gboolean
count_dispatch (GObject *stream,
                gpointer n_dispatches)
{
  ++*(guint *) n_dispatches;
  return G_SOURCE_REMOVE;
}

static GSource *
attach (Fixture *fixture,
        GIOCondition condition,
        GCancellable *cancellable,
        guint *n_dispatches)
{
  GSource *source =
    condition == G_IO_IN
      ? g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (fixture->input), cancellable)
      : g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (fixture->output), cancellable);

  g_source_set_callback (source, G_SOURCE_FUNC (count_dispatch), n_dispatches, NULL);
  g_source_attach (source, NULL);
  return source;
}

static void
test_sources (Fixture *fixture,
              gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) writable = NULL, readable = NULL, primed = NULL, cancelled = NULL;
  guint n_writable = 0, n_readable = 0, n_primed = 0, n_cancelled = 0;
  char bytes[8];

  writable = attach (fixture, G_IO_OUT, NULL, &n_writable);
  readable = attach (fixture, G_IO_IN, NULL, &n_readable);
  TEST_WAIT (n_writable == 1);
  g_assert_cmpuint (n_readable, ==, 0);
  test_peer_send (fixture->peer, "x", 1);
  TEST_WAIT (n_readable == 1);
  g_assert_cmpint (read_now (fixture, bytes, sizeof bytes, NULL), ==, 1);

  ts_stamped_stream_prime (fixture->stream, (const guint8 *) "y", 1, &(TsReceiveStamp) { FAKE_NOW_NS, TRUE });
  primed = attach (fixture, G_IO_IN, NULL, &n_primed);
  TEST_WAIT (n_primed == 1);
  g_assert_cmpint (read_now (fixture, bytes, sizeof bytes, NULL), ==, 1);

  cancelled = attach (fixture, G_IO_IN, cancellable, &n_cancelled);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (n_cancelled, ==, 0);
  g_cancellable_cancel (cancellable);
  TEST_WAIT (n_cancelled == 1);
}

static gpointer
read_patiently (gpointer data)
{
  Fixture *fixture = data;
  char *bytes = g_malloc0 (8);

  g_assert_cmpint (g_input_stream_read (fixture->input, bytes, 7, NULL, NULL), ==, 5);
  return bytes;
}

static void
test_patient (Fixture *fixture,
              gconstpointer data)
{
  GThread *thread = g_thread_new ("reader", read_patiently, fixture);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  char byte;

  test_peer_send (fixture->peer, "hello", 5);
  bytes = g_thread_join (thread);
  g_assert_cmpstr (bytes, ==, "hello");

  ts_stamped_stream_set_patient (fixture->stream, FALSE);
  g_assert_cmpint (g_input_stream_read (fixture->input, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

typedef struct
{
  Fixture *fixture;
  GCancellable *cancellable;
} CancelledRead;

static gpointer
read_until_cancelled (gpointer data)
{
  CancelledRead *read = data;
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (g_input_stream_read (read->fixture->input, &byte, 1, read->cancellable, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return NULL;
}

static void
test_cancel (Fixture *fixture,
             gconstpointer data)
{
  for (guint n = 0; n < 20; n++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      CancelledRead read = { fixture, cancellable };
      GThread *thread = g_thread_new ("reader", read_until_cancelled, &read);

      if (n % 2 == 0)
        g_thread_yield ();
      g_cancellable_cancel (cancellable);
      g_thread_join (thread);
    }
  assert_blocks (fixture);
}

static void
test_writes (Fixture *fixture,
             gconstpointer data)
{
  g_autofree char *bytes = g_malloc0 (1 << 16);
  g_autoptr (GError) error = NULL;
  gsize n_sent = 0, n_received = 0;
  gssize n;

  while ((n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (fixture->output), bytes, 1 << 16,
                                                          NULL, &error)) >= 0)
    n_sent += (gsize) n;
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpuint (n_sent, >, 0);
  g_clear_error (&error);
  ts_stamped_stream_set_patient (fixture->stream, FALSE);
  g_assert_cmpint (g_output_stream_write (fixture->output, bytes, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  /* To close the output says so to the peer, and the input goes on. */
  g_assert_true (g_output_stream_close (fixture->output, NULL, NULL));
  while ((n = recv (fixture->peer, bytes, 1 << 16, 0)) > 0)
    n_received += (gsize) n;
  g_assert_cmpint (n, ==, 0);
  g_assert_cmpuint (n_received, ==, n_sent);
  test_peer_send (fixture->peer, "still", 5);
  TEST_WAIT (is_readable (fixture));
  g_assert_cmpint (read_now (fixture, bytes, 16, NULL), ==, 5);
}

static void
test_ends (Fixture *fixture,
           gconstpointer data)
{
  char byte;

  test_peer_send (fixture->peer, "z", 1);
  shutdown (fixture->peer, SHUT_WR);
  g_assert_cmpint (g_input_stream_read (fixture->input, &byte, 1, NULL, NULL), ==, 1);
  g_assert_cmpint (g_input_stream_read (fixture->input, &byte, 1, NULL, NULL), ==, 0);
}

static void
test_is_reset (Fixture *fixture,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char byte;

  test_peer_reset_at_close (fixture->peer);
  close (fixture->peer);
  g_assert_cmpint (g_input_stream_read (fixture->input, &byte, 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  fixture->peer = -1;
}

static void
test_closed (Fixture *fixture,
             gconstpointer data)
{
  g_autoptr (GInputStream) kept = g_object_ref (fixture->input);
  g_autoptr (GError) error = NULL;
  char byte;

  g_assert_cmpint (ts_stamped_stream_get_fd (fixture->stream), >=, 0);
  g_assert_true (g_io_stream_close (G_IO_STREAM (fixture->stream), NULL, NULL));
  g_assert_cmpint (ts_stamped_stream_get_fd (fixture->stream), ==, -1);
  g_assert_cmpint (recv (fixture->peer, &byte, 1, 0), ==, 0);
  g_assert_cmpint (read_now (fixture, &byte, 1, &error), ==, -1);
  g_assert_nonnull (error);
}

/* Both ends of a TLS connection over stamped streams. */
typedef struct
{
  GIOStream *connection;
  GTlsDatabase *trust;
  gboolean is_done;
} End;

static void
did_handshake (GObject *connection,
               GAsyncResult *result,
               gpointer user_data)
{
  End *end = user_data;
  g_autoptr (GError) error = NULL;

  g_tls_connection_handshake_finish (G_TLS_CONNECTION (connection), result, &error);
  g_assert_no_error (error);
  end->is_done = TRUE;
}

static gboolean
is_tls_readable (End *end)
{
  return g_pollable_input_stream_is_readable (
    G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (end->connection)));
}

static void
test_below_tls (void)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (GTlsCertificate) certificate = test_load_certificate ("server.pem");
  g_autoptr (GTlsDatabase) trust = test_load_trust ();
  g_autoptr (GSocketConnectable) identity = g_network_address_new ("localhost", 1);
  g_autoptr (TsStampedStream) stream = NULL;
  End server = { 0 }, client = { 0 };
  TsReceiveStamp stamp;
  int fds[2];

  connect_pair (fds);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TsStampedStream) base = ts_stamped_stream_new (fds[i], clock);

      g_unix_set_fd_nonblocking (fds[i], TRUE, NULL);
      ts_stamped_socket_enable (fds[i]);
      if (i == 0)
        client.connection = g_tls_client_connection_new (G_IO_STREAM (base), identity, NULL);
      else
        server.connection = g_tls_server_connection_new (G_IO_STREAM (base), certificate, NULL);
      g_set_object (&stream, base);
    }
  g_tls_connection_set_database (G_TLS_CONNECTION (client.connection), trust);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (server.connection), 0, NULL, did_handshake, &server);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (client.connection), 0, NULL, did_handshake, &client);
  TEST_WAIT (server.is_done && client.is_done);

  for (guint n = 0; n < 5; n++)
    {
      gint64 before_ns = test_now_ns ();
      char bytes[8] = "";

      g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (client.connection), "request", 7,
                                                NULL, NULL, NULL));
      TEST_WAIT (is_tls_readable (&server));
      g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (server.connection), bytes, 7, NULL, NULL),
                       ==, 7);
      g_assert_cmpstr (bytes, ==, "request");
      ts_stamped_stream_get_last_stamp (stream, &stamp);
      g_assert_cmpint (stamp.instant_ns, >=, before_ns);
      g_assert_cmpint (stamp.instant_ns, <=, test_now_ns ());
    }
  ts_stamped_stream_set_patient (stream, FALSE);
  g_clear_object (&client.connection);
  g_clear_object (&server.connection);
}

int
main (int argc,
      char **argv)
{
  const struct
  {
    const char *name;
    void (*run) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "pollable", test_pollable }, { "stamps", test_stamps },   { "primed", test_primed },
    { "sources", test_sources },   { "patient", test_patient }, { "cancel", test_cancel },
    { "writes", test_writes },     { "ends", test_ends },       { "reset", test_is_reset },
    { "closed", test_closed },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/stamped-stream/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
  if (g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    g_test_add_func ("/stamped-stream/below-tls", test_below_tls);
  else
    g_test_message ("There is no TLS: glib-networking is not installed");
  return g_test_run ();
}
