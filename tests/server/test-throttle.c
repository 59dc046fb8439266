/* ts-throttle: how much one address may have.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "limit/ts-throttle.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#define S G_GINT64_CONSTANT (1000000000)
#define T0 (1000 * S)

typedef union
{
  struct sockaddr any;
  struct sockaddr_in ipv4;
  struct sockaddr_in6 ipv6;
} Address;

static Address
address (const char *text)
{
  Address result = { .any.sa_family = AF_INET };

  if (inet_pton (AF_INET, text, &result.ipv4.sin_addr) == 1)
    return result;
  result.any.sa_family = AF_INET6;
  g_assert_cmpint (inet_pton (AF_INET6, text, &result.ipv6.sin6_addr), ==, 1);
  return result;
}

static guint
admit_many (TsThrottle *throttle,
            TsThrottleEntry *entry,
            TsBucket *bucket,
            guint n_tries,
            gint64 now_ns)
{
  guint n_admitted = 0;

  for (guint i = 0; i < n_tries; i++)
    n_admitted += ts_throttle_admit (throttle, entry, bucket, 1, now_ns);
  return n_admitted;
}

static void
test_connections (void)
{
  const TsThrottleLimits limits = { .max_connections = 2 };
  const struct
  {
    const char *address;
    gboolean is_within_limit;
  } arrivals[] = {
    { "192.0.2.1", TRUE }, { "192.0.2.1", TRUE }, { "192.0.2.1", FALSE }, { "192.0.2.2", TRUE },
    { "::ffff:192.0.2.2", TRUE }, { "192.0.2.2", FALSE },
    { "2001:db8::1", TRUE }, { "2001:db8::2", TRUE }, { "2001:db8:0:0:ffff::3", FALSE }, { "2001:db8:0:1::1", TRUE },
  };
  Address first = address (arrivals[0].address);
  TsThrottleEntry *entries[G_N_ELEMENTS (arrivals)];
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  gboolean is_within_limit;

  for (gsize i = 0; i < G_N_ELEMENTS (arrivals); i++)
    {
      Address peer = address (arrivals[i].address);

      entries[i] = ts_throttle_enter (throttle, &peer.any, &is_within_limit);
      g_assert_cmpint (is_within_limit, ==, arrivals[i].is_within_limit);
    }
  g_assert_cmpuint (ts_throttle_get_size (throttle), ==, 4);

  /* One that goes makes room for one more, once the one too many has gone, too. */
  ts_throttle_leave (throttle, entries[2]);
  ts_throttle_leave (throttle, entries[0]);
  entries[0] = ts_throttle_enter (throttle, &first.any, &is_within_limit);
  g_assert_true (is_within_limit);
}

/* Those over the limit are counted, for they are there; but no more than as many again. */
static void
test_twice_the_limit (void)
{
  const TsThrottleLimits limits = { .max_connections = 3 };
  Address peer = address ("192.0.2.1");
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  TsThrottleEntry *entries[6];
  gboolean is_within_limit;

  for (guint i = 0; i < 6; i++)
    {
      entries[i] = ts_throttle_enter (throttle, &peer.any, &is_within_limit);
      g_assert_nonnull (entries[i]);
      g_assert_cmpint (is_within_limit, ==, i < 3);
    }
  for (guint i = 0; i < 10; i++)
    {
      g_assert_null (ts_throttle_enter (throttle, &peer.any, &is_within_limit));
      g_assert_false (is_within_limit);
    }
  ts_throttle_leave (throttle, entries[0]);
  g_assert_nonnull (ts_throttle_enter (throttle, &peer.any, &is_within_limit));
}

/* Against counting anew after each arrival and departure. */
static void
test_largest (void)
{
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&(TsThrottleLimits) { 0 });
  TsThrottleEntry *entries[20] = { NULL };
  guint counts[20] = { 0 };
  gboolean is_within_limit;

  g_assert_null (ts_throttle_find_largest (throttle));
  for (guint n = 0; n < 5000; n++)
    {
      guint i = (guint) g_test_rand_int_range (0, 20);
      guint most = 0;
      gconstpointer largest;

      if (counts[i] > 0 && g_test_rand_bit ())
        {
          ts_throttle_leave (throttle, entries[i]);
          counts[i]--;
        }
      else
        {
          g_autofree char *text = g_strdup_printf ("192.0.2.%u", i);
          Address peer = address (text);

          entries[i] = ts_throttle_enter (throttle, &peer.any, &is_within_limit);
          counts[i]++;
        }
      for (guint k = 0; k < 20; k++)
        most = MAX (most, counts[k]);
      largest = ts_throttle_find_largest (throttle);
      g_assert_true (most > 0 || largest == NULL);
      for (guint k = 0; k < 20; k++)
        if (most > 0 && entries[k] == largest)
          g_assert_cmpuint (counts[k], ==, most);
    }
}

static void
test_connection_rate (void)
{
  const TsThrottleLimits limits = { .requests_per_second = 10 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  Address peer = address ("192.0.2.1");
  gboolean is_within_limit;
  TsThrottleEntry *entry = ts_throttle_enter (throttle, &peer.any, &is_within_limit);
  TsBucket one = { 0 }, other = { 0 };

  g_assert_cmpuint (admit_many (throttle, entry, &one, 100, T0), ==, 10);
  g_assert_cmpuint (admit_many (throttle, entry, &other, 5, T0), ==, 5);
  g_assert_cmpuint (admit_many (throttle, entry, &one, 100, T0 + S / 2), ==, 5);
  g_assert_cmpuint (admit_many (throttle, entry, &one, 100, T0 + 100 * S), ==, 10);
}

static void
test_address_rate (void)
{
  const TsThrottleLimits limits = { .address_requests_per_second = 10 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  Address peer = address ("192.0.2.1"), stranger = address ("192.0.2.2");
  gboolean is_within_limit;
  TsThrottleEntry *entry = ts_throttle_enter (throttle, &peer.any, &is_within_limit);
  TsBucket one = { 0 }, other = { 0 };

  g_assert_cmpuint (admit_many (throttle, entry, &one, 6, T0), ==, 6);
  g_assert_cmpuint (admit_many (throttle, entry, &other, 6, T0), ==, 4);
  /* What belongs to no connection may be forged, and has a bucket of its own. */
  for (guint i = 0; i < 10; i++)
    g_assert_true (ts_throttle_admit_address (throttle, &peer.any, T0));
  g_assert_false (ts_throttle_admit_address (throttle, &peer.any, T0));
  g_assert_true (ts_throttle_admit_address (throttle, &stranger.any, T0));

  /* A new connection does not wash an address clean. */
  ts_throttle_leave (throttle, entry);
  entry = ts_throttle_enter (throttle, &peer.any, &is_within_limit);
  g_assert_cmpuint (admit_many (throttle, entry, &other, 6, T0), ==, 0);
}

static void
test_slow_rate (void)
{
  const TsThrottleLimits limits = { .requests_per_second = 0.1 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  Address peer = address ("192.0.2.1");
  gboolean is_within_limit;
  TsThrottleEntry *entry = ts_throttle_enter (throttle, &peer.any, &is_within_limit);
  TsBucket bucket = { 0 };

  g_assert_cmpuint (admit_many (throttle, entry, &bucket, 3, T0), ==, 1);
  g_assert_cmpuint (admit_many (throttle, entry, &bucket, 3, T0 + 9 * S), ==, 0);
  g_assert_cmpuint (admit_many (throttle, entry, &bucket, 3, T0 + 10 * S), ==, 1);
}

static void
test_no_limits (void)
{
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&(TsThrottleLimits) { 0 });
  Address peer = address ("192.0.2.1");
  gboolean is_within_limit;
  TsThrottleEntry *entry = ts_throttle_enter (throttle, &peer.any, &is_within_limit);
  TsBucket bucket = { 0 };

  g_assert_cmpuint (admit_many (throttle, entry, &bucket, 100000, T0), ==, 100000);
  g_assert_true (ts_throttle_admit_address (throttle, &peer.any, T0));
  ts_throttle_set_limits (throttle, &(TsThrottleLimits) { .requests_per_second = 3, .max_connections = 1 });
  g_assert_cmpuint (admit_many (throttle, entry, &bucket, 10, T0), ==, 3);
  ts_throttle_enter (throttle, &peer.any, &is_within_limit);
  g_assert_false (is_within_limit);
}

/* However many addresses somebody has, the table stays small, and those with a connection stay in it. */
static void
test_bounded (void)
{
  const TsThrottleLimits limits = { .max_connections = 1, .address_requests_per_second = 1 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  Address resident = address ("2001:db8::1"), peer = address ("192.0.2.1");
  gboolean is_within_limit;

  ts_throttle_enter (throttle, &resident.any, &is_within_limit);
  for (guint32 i = 0; i < 100000; i++)
    {
      peer.ipv4.sin_addr.s_addr = g_htonl (0x0a000000 + i);
      g_assert_true (ts_throttle_admit_address (throttle, &peer.any, T0));
    }
  g_assert_cmpuint (ts_throttle_get_size (throttle), <=, 16385);
  ts_throttle_enter (throttle, &resident.any, &is_within_limit);
  g_assert_false (is_within_limit);
  g_assert_false (ts_throttle_admit_address (throttle, &peer.any, T0));
}

/* A flood from forged addresses makes the table forget none that had a connection. */
static void
test_forged (void)
{
  const TsThrottleLimits limits = { .address_requests_per_second = 5 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  Address known = address ("2001:db8::1"), peer = address ("192.0.2.1");
  gboolean is_within_limit;
  TsThrottleEntry *entry = ts_throttle_enter (throttle, &known.any, &is_within_limit);
  TsBucket bucket = { 0 };

  g_assert_cmpuint (admit_many (throttle, entry, &bucket, 10, T0), ==, 5);
  ts_throttle_leave (throttle, entry);
  for (guint32 i = 0; i < 100000; i++)
    {
      peer.ipv4.sin_addr.s_addr = g_htonl (0x0a000000 + i);
      ts_throttle_admit_address (throttle, &peer.any, T0);
    }
  entry = ts_throttle_enter (throttle, &known.any, &is_within_limit);
  g_assert_cmpuint (admit_many (throttle, entry, &bucket, 10, T0), ==, 0);

  /* Forged in the name of one that has a connection: its own requests are answered all the same. */
  for (guint i = 0; i < 100; i++)
    ts_throttle_admit_address (throttle, &known.any, T0 + 2 * S);
  g_assert_cmpuint (admit_many (throttle, entry, &bucket, 10, T0 + 2 * S), ==, 5);
}

/* Any thread may ask; no more than the limit is ever admitted. */
static gpointer
ask (gpointer data)
{
  gpointer *arguments = data;
  TsBucket bucket = { 0 };

  return GUINT_TO_POINTER (admit_many (arguments[0], arguments[1], &bucket, 10000, T0));
}

static void
test_threads (void)
{
  const TsThrottleLimits limits = { .address_requests_per_second = 1000 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  Address peer = address ("192.0.2.1");
  gboolean is_within_limit;
  gpointer arguments[] = { throttle, ts_throttle_enter (throttle, &peer.any, &is_within_limit) };
  GThread *threads[4];
  guint n_admitted = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ask", ask, arguments);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    n_admitted += GPOINTER_TO_UINT (g_thread_join (threads[i]));
  g_assert_cmpuint (n_admitted, ==, 1000);
}

static void
assert_client (const TsThrottleClient *client,
               const char *expected_address,
               guint n_connections,
               gint64 asked_ns)
{
  char text[INET6_ADDRSTRLEN];

  g_assert_cmpstr (inet_ntop (AF_INET6, client->address, text, sizeof text), ==, expected_address);
  g_assert_cmpuint (client->n_connections, ==, n_connections);
  g_assert_cmpint (client->asked_ns, ==, asked_ns);
}

static void
test_list (void)
{
  const TsThrottleLimits limits = { .address_requests_per_second = 10 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  Address first = address ("192.0.2.1"), second = address ("2001:db8::1"), neighbour = address ("2001:db8::2");
  TsThrottleEntry *entries[3];
  TsThrottleClient clients[4];
  gboolean is_within_limit;
  TsBucket bucket = { 0 };
  guint n_connected;

  g_assert_cmpuint (ts_throttle_list (throttle, clients, G_N_ELEMENTS (clients), &n_connected), ==, 0);
  g_assert_cmpuint (n_connected, ==, 0);

  entries[0] = ts_throttle_enter (throttle, &first.any, &is_within_limit);
  entries[1] = ts_throttle_enter (throttle, &second.any, &is_within_limit);
  g_assert_true (ts_throttle_admit (throttle, entries[0], &bucket, 1, T0));
  g_assert_cmpuint (ts_throttle_list (throttle, clients, G_N_ELEMENTS (clients), &n_connected), ==, 2);
  g_assert_cmpuint (n_connected, ==, 2);
  assert_client (&clients[0], "2001:db8::1", 1, 0);
  /* A tenth of a second's worth was taken. */
  assert_client (&clients[1], "::ffff:192.0.2.1", 1, T0 + S / 10);
  /* No more than there is room for; all are counted. */
  g_assert_cmpuint (ts_throttle_list (throttle, clients, 1, &n_connected), ==, 1);
  g_assert_cmpuint (n_connected, ==, 2);
  assert_client (&clients[0], "2001:db8::1", 1, 0);

  /* Who comes again comes first; a network's address is that of who came last. */
  ts_throttle_leave (throttle, entries[0]);
  entries[2] = ts_throttle_enter (throttle, &neighbour.any, &is_within_limit);
  g_assert_cmpuint (ts_throttle_list (throttle, clients, G_N_ELEMENTS (clients), &n_connected), ==, 2);
  g_assert_cmpuint (n_connected, ==, 1);
  assert_client (&clients[0], "2001:db8::2", 2, 0);
  assert_client (&clients[1], "::ffff:192.0.2.1", 0, T0 + S / 10);

  /* A request without a connection changes nothing about those that have one. */
  g_assert_true (ts_throttle_admit_address (throttle, &second.any, T0));
  ts_throttle_leave (throttle, entries[1]);
  ts_throttle_leave (throttle, entries[2]);
  g_assert_cmpuint (ts_throttle_list (throttle, clients, G_N_ELEMENTS (clients), &n_connected), ==, 2);
  g_assert_cmpuint (n_connected, ==, 0);
  assert_client (&clients[0], "2001:db8::1", 0, T0 + S / 10);
}

/* Somebody looks while others come and go. */
static gpointer
come_and_go (gpointer throttle)
{
  for (guint i = 0; i < 10000; i++)
    {
      Address peer = address ("192.0.2.1");
      gboolean is_within_limit;
      TsThrottleEntry *entry;
      TsBucket bucket = { 0 };

      peer.ipv4.sin_addr.s_addr ^= g_htonl (i % 7);
      entry = ts_throttle_enter (throttle, &peer.any, &is_within_limit);
      ts_throttle_admit (throttle, entry, &bucket, 1, T0 + i * S);
      ts_throttle_leave (throttle, entry);
    }
  return NULL;
}

static void
test_list_in_threads (void)
{
  const TsThrottleLimits limits = { .address_requests_per_second = 1000 };
  g_autoptr (TsThrottle) throttle = ts_throttle_new (&limits);
  TsThrottleClient clients[16];
  GThread *threads[3];
  guint n_connected;

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("come-and-go", come_and_go, throttle);
  for (guint i = 0; i < 1000; i++)
    {
      guint n_listed = ts_throttle_list (throttle, clients, G_N_ELEMENTS (clients), &n_connected);

      g_assert_cmpuint (n_listed, <=, 7);
      g_assert_cmpuint (n_connected, <=, G_N_ELEMENTS (threads));
      for (guint j = 0; j < n_listed; j++)
        g_assert_cmpint (clients[j].n_connections > 0, ==, j < n_connected);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (ts_throttle_list (throttle, clients, G_N_ELEMENTS (clients), &n_connected), ==, 7);
  g_assert_cmpuint (n_connected, ==, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/throttle/connections", test_connections);
  g_test_add_func ("/throttle/twice-the-limit", test_twice_the_limit);
  g_test_add_func ("/throttle/largest", test_largest);
  g_test_add_func ("/throttle/connection-rate", test_connection_rate);
  g_test_add_func ("/throttle/address-rate", test_address_rate);
  g_test_add_func ("/throttle/slow-rate", test_slow_rate);
  g_test_add_func ("/throttle/no-limits", test_no_limits);
  g_test_add_func ("/throttle/bounded", test_bounded);
  g_test_add_func ("/throttle/forged", test_forged);
  g_test_add_func ("/throttle/threads", test_threads);
  g_test_add_func ("/throttle/list", test_list);
  g_test_add_func ("/throttle/list-in-threads", test_list_in_threads);
  return g_test_run ();
}
