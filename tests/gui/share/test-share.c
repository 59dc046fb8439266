/* ts-share: a server that is switched on and off, with our own probe and bare sockets as its clients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/ts-probe-factory.h"
#include "wire/ts-wire.h"

#include "test-outcome.h"

static const char *const loopback[] = { "127.0.0.1", NULL };

typedef struct
{
  TsClock *clock;
  TsShare *share;
  guint n_changes;
} Fixture;

static void
share_changed (Fixture *fixture)
{
  fixture->n_changes++;
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->clock = ts_clock_new_system (0);
  fixture->share = ts_share_new (fixture->clock, loopback);
  g_signal_connect_swapped (fixture->share, "changed", G_CALLBACK (share_changed), fixture);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->share);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  /* Its servers' threads have ended, too. */
  g_assert_finalize_object (fixture->clock);
}

static void
begin_on_free_port (Fixture *fixture)
{
  ts_share_use_free_port (fixture->share);
  g_assert_no_error (ts_share_get_error (fixture->share));
  g_assert_true (ts_share_is_sharing (fixture->share));
}

static void
begin_probe (Outcome *outcome,
             Fixture *fixture)
{
  const TsAddress target = {
    .scheme = TS_SCHEME_TIMESYNC,
    .host = (char *) "127.0.0.1",
    .port = (guint16) ts_share_get_port (fixture->share),
  };

  outcome->probe = ts_probe_new (&target, LONG_NS, fixture->clock);
}

/* Returns: the result of connect() */
static int
connect_socket (int fd,
                guint port)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons ((guint16) port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };

  return connect (fd, (struct sockaddr *) &address, sizeof address);
}

static int
connect_to (guint port)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (connect_socket (fd, port), ==, 0);
  return fd;
}

static void
assert_refused (guint port)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (connect_socket (fd, port), ==, -1);
  g_assert_cmpint (errno, ==, ECONNREFUSED);
  close (fd);
}

static void
ask (int fd)
{
  const TsFrame request = { .version = TS_FRAME_VERSION, .kind = TS_FRAME_REQUEST, .cookie = 7 };
  guint8 bytes[TS_FRAME_SIZE];

  ts_frame_encode (&request, bytes);
  g_assert_cmpint (send (fd, bytes, sizeof bytes, MSG_NOSIGNAL), ==, TS_FRAME_SIZE);
}

/* Asserts that the next frame to come is of @kind */
static void
await_frame (int fd,
             TsFrameKind kind)
{
  guint8 bytes[TS_FRAME_SIZE];
  TsFrame answer;

  TEST_WAIT (recv (fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT) == TS_FRAME_SIZE);
  g_assert_cmpint (recv (fd, bytes, sizeof bytes, 0), ==, TS_FRAME_SIZE);
  g_assert_true (ts_frame_decode (bytes, sizeof bytes, &answer, NULL));
  g_assert_cmpint (answer.kind, ==, kind);
}

static void
test_off (Fixture *fixture,
          gconstpointer data)
{
  guint n_listed;

  g_assert_false (ts_share_get_enabled (fixture->share));
  g_assert_false (ts_share_is_sharing (fixture->share));
  g_assert_cmpuint (ts_share_get_port (fixture->share), ==, TS_DEFAULT_PORT);
  ts_share_watch (fixture->share);
  ts_share_get_clients (fixture->share, &n_listed);
  g_assert_cmpuint (n_listed, ==, 0);
  ts_share_unwatch (fixture->share);
}

static guint64
get_n_answered (TsShare *share)
{
  guint64 n_answered;

  g_object_get (share, "n-answered", &n_answered, NULL);
  return n_answered;
}

static void
test_tells_the_time (Fixture *fixture,
                     gconstpointer data)
{
  Outcome outcome = { 0 };
  const TsShareClient *clients;
  guint n_listed;

  begin_on_free_port (fixture);
  begin_probe (&outcome, fixture);
  run (&outcome);
  assert_proves (&outcome, 0);

  /* The probe keeps its connection. */
  ts_share_watch (fixture->share);
  g_assert_cmpuint (ts_share_get_n_clients (fixture->share), ==, 1);
  g_assert_cmpuint (get_n_answered (fixture->share), ==, 1);
  clients = ts_share_get_clients (fixture->share, &n_listed);
  g_assert_cmpuint (n_listed, ==, 1);
  g_assert_cmpstr (clients[0].address, ==, "127.0.0.1");
  g_assert_true (clients[0].is_local);
  g_assert_cmpuint (clients[0].n_connections, ==, 1);
  g_assert_cmpint (clients[0].age_ns, >=, 0);

  /* Without it, it is a client for a while yet. */
  outcome_clear (&outcome);
  TEST_WAIT (ts_share_get_clients (fixture->share, &n_listed)[0].n_connections == 0);
  g_assert_cmpuint (ts_share_get_n_clients (fixture->share), ==, 1);

  ts_share_set_enabled (fixture->share, FALSE);
  g_assert_cmpuint (ts_share_get_n_clients (fixture->share), ==, 0);
  g_assert_cmpuint (get_n_answered (fixture->share), ==, 0);
  ts_share_unwatch (fixture->share);
}

/* Who looks is told each second, and nobody else is. */
static void
test_refreshes_while_watched (Fixture *fixture,
                              gconstpointer data)
{
  guint n_changes;

  ts_share_watch (fixture->share);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, fixture->share));
  begin_on_free_port (fixture);
  n_changes = fixture->n_changes;
  TEST_WAIT (fixture->n_changes > n_changes + 1);
  ts_share_unwatch (fixture->share);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, fixture->share));
}

static void
test_on_and_off (Fixture *fixture,
                 gconstpointer data)
{
  guint port;

  begin_on_free_port (fixture);
  port = ts_share_get_port (fixture->share);
  for (guint i = 0; i < 20; i++)
    {
      Outcome outcome = { 0 };

      begin_probe (&outcome, fixture);
      run (&outcome);
      assert_proves (&outcome, 0);
      ts_share_set_enabled (fixture->share, FALSE);
      g_assert_false (ts_share_is_sharing (fixture->share));
      assert_refused (port);
      ts_share_set_enabled (fixture->share, TRUE);
      g_assert_no_error (ts_share_get_error (fixture->share));
      g_assert_cmpuint (ts_share_get_port (fixture->share), ==, port);
      outcome_clear (&outcome);
    }
}

/* A client that does not take its leave keeps nobody waiting, neither who switches off nor who switches on again. */
static void
test_off_does_not_wait (Fixture *fixture,
                        gconstpointer data)
{
  int stubborn, other;
  guint port;

  begin_on_free_port (fixture);
  port = ts_share_get_port (fixture->share);
  stubborn = connect_to (port);
  ask (stubborn);
  await_frame (stubborn, TS_FRAME_ANSWER);

  ts_share_set_enabled (fixture->share, FALSE);
  /* Had it waited, the connection would be gone: it lingers for its client's end. */
  g_assert_nonnull (g_main_context_find_source_by_user_data (NULL, fixture->share));
  ts_share_set_enabled (fixture->share, TRUE);
  g_assert_no_error (ts_share_get_error (fixture->share));
  await_frame (stubborn, TS_FRAME_REFUSAL);
  other = connect_to (port);
  ask (other);
  await_frame (other, TS_FRAME_ANSWER);

  TEST_WAIT (g_main_context_find_source_by_user_data (NULL, fixture->share) == NULL);
  close (other);
  close (stubborn);
}

/* What has arrived is answered, though nobody has looked at it when sharing ends. */
static void
test_in_flight (Fixture *fixture,
                gconstpointer data)
{
  int fd;

  begin_on_free_port (fixture);
  fd = connect_to (ts_share_get_port (fixture->share));
  ask (fd);
  ts_share_set_enabled (fixture->share, FALSE);
  await_frame (fd, TS_FRAME_ANSWER);
  close (fd);
}

/* Its owner goes while a client is there. */
static void
test_stop (Fixture *fixture,
           gconstpointer data)
{
  guint n_changes;
  int fd;

  begin_on_free_port (fixture);
  fd = connect_to (ts_share_get_port (fixture->share));
  ask (fd);
  await_frame (fd, TS_FRAME_ANSWER);
  ts_share_watch (fixture->share);
  n_changes = fixture->n_changes;
  ts_share_stop (fixture->share);
  await_frame (fd, TS_FRAME_REFUSAL);
  close (fd);
  assert_refused (ts_share_get_port (fixture->share));
  /* Who remembers what was chosen is told nothing else. */
  g_assert_true (ts_share_get_enabled (fixture->share));
  g_assert_cmpuint (fixture->n_changes, ==, n_changes);
  ts_share_unwatch (fixture->share);
  ts_share_stop (fixture->share);
}

static void
test_port_taken (Fixture *fixture,
                 gconstpointer data)
{
  g_autoptr (TsShare) other = ts_share_new (fixture->clock, loopback);
  guint taken;

  begin_on_free_port (fixture);
  taken = ts_share_get_port (fixture->share);
  ts_share_set_port (other, taken);
  g_assert_null (ts_share_get_error (other));
  ts_share_set_enabled (other, TRUE);
  g_assert_error (ts_share_get_error (other), G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_true (ts_share_get_enabled (other));
  g_assert_false (ts_share_is_sharing (other));
  g_assert_cmpuint (ts_share_get_port (other), ==, taken);

  ts_share_use_free_port (other);
  g_assert_no_error (ts_share_get_error (other));
  g_assert_true (ts_share_is_sharing (other));
  g_assert_cmpuint (ts_share_get_port (other), !=, taken);

  /* To a port that is taken, and on to one that is not any more. */
  ts_share_set_port (other, taken);
  g_assert_error (ts_share_get_error (other), G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_false (ts_share_is_sharing (other));
  ts_share_set_enabled (fixture->share, FALSE);
  ts_share_set_enabled (other, FALSE);
  g_assert_null (ts_share_get_error (other));
  ts_share_set_enabled (other, TRUE);
  g_assert_no_error (ts_share_get_error (other));
}

static void
count_notification (guint *n_notifications)
{
  (*n_notifications)++;
}

static void
test_notifies (Fixture *fixture,
               gconstpointer data)
{
  const char *const names[] = { "notify::enabled", "notify::sharing", "notify::port" };
  guint n_notifications[G_N_ELEMENTS (names)] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_signal_connect_swapped (fixture->share, names[i], G_CALLBACK (count_notification), &n_notifications[i]);
  begin_on_free_port (fixture);
  ts_share_set_enabled (fixture->share, TRUE);
  ts_share_set_port (fixture->share, ts_share_get_port (fixture->share));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpuint (n_notifications[i], ==, 1);
  ts_share_set_enabled (fixture->share, FALSE);
  g_assert_cmpuint (n_notifications[0], ==, 2);
  g_assert_cmpuint (n_notifications[1], ==, 2);
  g_assert_cmpuint (n_notifications[2], ==, 1);
}

static void
test_addresses (Fixture *fixture,
                gconstpointer data)
{
  const char *const hosts[] = { "127.0.0.1", "::1", "no name", NULL };
  g_autoptr (TsShare) share = ts_share_new (fixture->clock, hosts);
  g_auto (GStrv) usual = ts_share_list_addresses (share);
  g_auto (GStrv) other = NULL;

  g_assert_cmpuint (g_strv_length (usual), ==, 2);
  g_assert_cmpstr (usual[0], ==, "127.0.0.1");
  g_assert_cmpstr (usual[1], ==, "::1");
  ts_share_set_port (share, 12345);
  other = ts_share_list_addresses (share);
  g_assert_cmpstr (other[0], ==, "127.0.0.1:12345");
  g_assert_cmpstr (other[1], ==, "[::1]:12345");
}

#define S   G_GINT64_CONSTANT (1000000000)
#define NOW (1000 * S)

static void
test_describe_client (void)
{
  const struct
  {
    const char *seen;
    guint n_connections;
    gint64 asked_ns;
    const char *address; /* %NULL: it is no client any more */
    gboolean is_local;
    gint64 age_ns;
  } cases[] = {
    { "::ffff:192.0.2.7", 1, NOW - 3 * S, "192.0.2.7", FALSE, 3 * S },
    { "::ffff:127.0.1.1", 1, NOW - 3 * S, "127.0.1.1", TRUE, 3 * S },
    { "::1", 2, NOW - 3 * S, "::1", TRUE, 3 * S },
    { "2001:db8::1:2", 1, NOW - 100 * S, "2001:db8::1:2", FALSE, 100 * S },
    { "2001:db8:1111:2222:3333:4444:5555:6666", 1, NOW, "2001:db8:1111:2222:3333:4444:5555:6666", FALSE, 0 },
    /* The throttle may be a second ahead. */
    { "2001:db8::1", 1, NOW + S, "2001:db8::1", FALSE, 0 },
    { "2001:db8::1", 1, 0, "2001:db8::1", FALSE, -1 },
    { "2001:db8::1", 0, NOW - TS_SHARE_CLIENT_AGE_NS, "2001:db8::1", FALSE, TS_SHARE_CLIENT_AGE_NS },
    { "2001:db8::1", 0, NOW - TS_SHARE_CLIENT_AGE_NS - 1, NULL, FALSE, 0 },
    { "2001:db8::1", 0, 0, NULL, FALSE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TsThrottleClient seen = { .n_connections = cases[i].n_connections, .asked_ns = cases[i].asked_ns };
      TsShareClient client;

      g_test_message ("%s, %" G_GSIZE_FORMAT, cases[i].seen, i);
      g_assert_cmpint (inet_pton (AF_INET6, cases[i].seen, seen.address), ==, 1);
      g_assert_cmpint (ts_share_client_describe (&seen, NOW, &client), ==, cases[i].address != NULL);
      if (cases[i].address == NULL)
        continue;
      g_assert_cmpstr (client.address, ==, cases[i].address);
      g_assert_cmpint (client.is_local, ==, cases[i].is_local);
      g_assert_cmpuint (client.n_connections, ==, cases[i].n_connections);
      g_assert_cmpint (client.age_ns, ==, cases[i].age_ns);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/share/off", Fixture, NULL, set_up, test_off, tear_down);
  g_test_add ("/share/tells-the-time", Fixture, NULL, set_up, test_tells_the_time, tear_down);
  g_test_add ("/share/refreshes-while-watched", Fixture, NULL, set_up, test_refreshes_while_watched, tear_down);
  g_test_add ("/share/on-and-off", Fixture, NULL, set_up, test_on_and_off, tear_down);
  g_test_add ("/share/off-does-not-wait", Fixture, NULL, set_up, test_off_does_not_wait, tear_down);
  g_test_add ("/share/in-flight", Fixture, NULL, set_up, test_in_flight, tear_down);
  g_test_add ("/share/stop", Fixture, NULL, set_up, test_stop, tear_down);
  g_test_add ("/share/port-taken", Fixture, NULL, set_up, test_port_taken, tear_down);
  g_test_add ("/share/notifies", Fixture, NULL, set_up, test_notifies, tear_down);
  g_test_add ("/share/addresses", Fixture, NULL, set_up, test_addresses, tear_down);
  g_test_add_func ("/share/describe-client", test_describe_client);
  return g_test_run ();
}
