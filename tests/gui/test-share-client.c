/* ts-share-client: who asks a server for the time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share-client.h"

#include <arpa/inet.h>

#define S   G_GINT64_CONSTANT (1000000000)
#define NOW (1000 * S)

static void
test_describe (void)
{
  const struct
  {
    const char *seen;
    guint n_connections;
    gint64 asked_ns;
    const char *address; /* %NULL: no client any more */
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
  g_test_add_func ("/share-client/describe", test_describe);
  return g_test_run ();
}
