/* Tests of who shakes hands next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-handshake-queue.h"

#include <netinet/in.h>

#include "measure/ts-time.h"

typedef struct
{
  TsThrottle *throttle;
  TsHandshakeQueue *queue;
} Fixture;

typedef struct
{
  TsThrottleEntry *address;
  GList link;
} Client;

static void
set_up (Fixture *fixture,
        gconstpointer unused)
{
  fixture->throttle = ts_throttle_new (&(TsThrottleLimits) { 0 });
  fixture->queue = ts_handshake_queue_new ();
}

static void
tear_down (Fixture *fixture,
           gconstpointer unused)
{
  g_assert_cmpint (ts_handshake_queue_get_turn_ns (fixture->queue, NULL), ==, 2 * TS_NS_PER_S);
  ts_handshake_queue_free (fixture->queue);
  ts_throttle_free (fixture->throttle);
}

/* @host: the last byte of an IPv4 address */
static TsThrottleEntry *
enter (Fixture *fixture,
       guint host)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (0x7f000000 + host) };
  gboolean is_within_limit;

  return ts_throttle_enter (fixture->throttle, (struct sockaddr *) &address, &is_within_limit);
}

static void
prepare (Fixture *fixture,
         Client *clients,
         guint n,
         guint host)
{
  for (guint i = 0; i < n; i++)
    {
      clients[i] = (Client) { .address = enter (fixture, host) };
      clients[i].link.data = &clients[i];
    }
}

static gboolean
push (Fixture *fixture,
      Client *client)
{
  return ts_handshake_queue_push (fixture->queue, client->address, &client->link);
}

/* Takes the next, which must be @client, and ends its handshake at once. */
static void
assert_next (Fixture *fixture,
             Client *client)
{
  g_assert_true (ts_handshake_queue_pop (fixture->queue) == client);
  ts_throttle_end_handshake (client->address);
}

static void
test_turns (Fixture *fixture,
            gconstpointer unused)
{
  Client many[6], few[2], one[1];

  prepare (fixture, many, 6, 1);
  prepare (fixture, few, 2, 2);
  prepare (fixture, one, 1, 3);
  for (guint i = 0; i < 6; i++)
    g_assert_true (push (fixture, &many[i]));
  g_assert_true (push (fixture, &few[0]) && push (fixture, &few[1]) && push (fixture, &one[0]));
  /* 4 of 4 + 6 turns, and of 4 + 1; a client of which no other waits: 16 of 16 + 3. */
  g_assert_cmpint (ts_handshake_queue_get_turn_ns (fixture->queue, many[0].address), ==, 800 * TS_NS_PER_MS);
  g_assert_cmpint (ts_handshake_queue_get_turn_ns (fixture->queue, one[0].address), ==, 1600 * TS_NS_PER_MS);
  g_assert_cmpint (ts_handshake_queue_get_turn_ns (fixture->queue, NULL), ==, 2 * TS_NS_PER_S * 16 / 19);

  assert_next (fixture, &many[0]);
  assert_next (fixture, &few[0]);
  assert_next (fixture, &one[0]);
  assert_next (fixture, &many[1]);
  assert_next (fixture, &few[1]);
  for (guint i = 2; i < 6; i++)
    assert_next (fixture, &many[i]);
  g_assert_null (ts_handshake_queue_pop (fixture->queue));
}

/* An address that has all its handshakes under way is passed over, here and in other threads. */
static void
test_limit (Fixture *fixture,
            gconstpointer unused)
{
  Client many[TS_THROTTLE_MAX_HANDSHAKES + 1], one[1];

  prepare (fixture, many, G_N_ELEMENTS (many), 1);
  prepare (fixture, one, 1, 2);
  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    g_assert_true (push (fixture, &many[i]));
  for (guint i = 0; i < TS_THROTTLE_MAX_HANDSHAKES; i++)
    g_assert_true (ts_handshake_queue_pop (fixture->queue) == &many[i]);
  g_assert_null (ts_handshake_queue_pop (fixture->queue));
  g_assert_true (push (fixture, &one[0]));
  assert_next (fixture, &one[0]);
  g_assert_null (ts_handshake_queue_pop (fixture->queue));
  ts_throttle_end_handshake (many[0].address);
  assert_next (fixture, &many[TS_THROTTLE_MAX_HANDSHAKES]);
}

static void
test_full (Fixture *fixture,
           gconstpointer unused)
{
  g_autofree Client *many = g_new0 (Client, 1000);
  Client one[1];
  guint n = 0;

  prepare (fixture, many, 1000, 1);
  prepare (fixture, one, 1, 2);
  while (n < 1000 && push (fixture, &many[n]))
    n++;
  g_assert_cmpuint (n, >=, 200);
  g_assert_cmpuint (n, <, 1000);
  g_assert_true (push (fixture, &one[0]));
  g_assert_cmpint (ts_handshake_queue_get_turn_ns (fixture->queue, many[0].address), ==, 250 * TS_NS_PER_MS);
  /* One that gave up makes room. */
  ts_handshake_queue_remove (fixture->queue, many[0].address, &many[0].link);
  g_assert_true (push (fixture, &many[n]));
  ts_handshake_queue_remove (fixture->queue, one[0].address, &one[0].link);
  for (guint i = 1; i <= n; i++)
    assert_next (fixture, &many[i]);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/handshake-queue/turns", Fixture, NULL, set_up, test_turns, tear_down);
  g_test_add ("/handshake-queue/limit", Fixture, NULL, set_up, test_limit, tear_down);
  g_test_add ("/handshake-queue/full", Fixture, NULL, set_up, test_full, tear_down);
  return g_test_run ();
}
