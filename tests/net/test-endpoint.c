/* Tests of ts-endpoint: what a socket's address is shown as, so that it can be typed again.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-endpoint.h"

#include <gio/gunixsocketaddress.h>
#include <net/if.h>

#include "wire/ts-address.h"

#include "../core/test-cases.h"

static const struct
{
  const char *name;
  const char *host;
  guint16 port;
  guint32 scope_id;
  const char *text;
} endpoints[] = {
  { "IPv4", "192.0.2.1", 123, 0, "192.0.2.1:123" },
  { "IPv6", "2001:db8::1", 10085, 0, "[2001:db8::1]:10085" },
  { "link-local", "fe80::1", 10085, 0, "[fe80::1]:10085" },
  { "link-local-of-no-link", "fe80::1", 10085, 987654, "[fe80::1%987654]:10085" },
  { "loopback-needs-no-zone", "::1", 1, 1, "[::1]:1" },
};

static void
test_endpoint (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (GInetAddress) host = g_inet_address_new_from_string (endpoints[row].host);
  g_autoptr (GSocketAddress) address =
    g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", host, "port", (guint) endpoints[row].port,
                  "scope-id", endpoints[row].scope_id, NULL);
  g_autofree char *text = ts_endpoint_to_string (address);
  g_autoptr (TsAddress) typed = ts_address_parse (text, NULL);

  g_assert_cmpstr (text, ==, endpoints[row].text);
  g_assert_nonnull (typed);
  g_assert_cmpint (typed->port, ==, endpoints[row].port);
}

/* The zone of this computer's first link is told by its name. */
static void
test_zone_name (void)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_from_string ("fe80::1");
  g_autoptr (GSocketAddress) address =
    g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", host, "port", 7u, "scope-id", 1u, NULL);
  g_autofree char *text = ts_endpoint_to_string (address);
  g_autofree char *expected = NULL;
  char link[IF_NAMESIZE];

  if (if_indextoname (1, link) == NULL)
    {
      g_test_skip ("this computer has no link");
      return;
    }
  expected = g_strdup_printf ("[fe80::1%%%s]:7", link);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_no_internet (void)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new ("/nowhere");

  g_assert_null (ts_endpoint_to_string (address));
}

static const struct
{
  const char *name;
  const char *text;
  const char *host; /* "": it is none */
  guint16 port;
} texts[] = {
  { "port", "123", NULL, 123 },
  { "port-0", "0", NULL, 0 },
  { "IPv4", "192.0.2.1:65535", "192.0.2.1", 65535 },
  { "IPv6", "[2001:db8::1]:1", "2001:db8::1", 1 },
  { "IPv6-zone", "[fe80::1%eth0]:1", "fe80::1%eth0", 1 },
  { "IPv6-bare", "2001:db8::1:1", "", 0 },
  { "IPv4-in-brackets", "[192.0.2.1]:1", "", 0 },
  { "no-port", "192.0.2.1", "", 0 },
  { "empty-port", "192.0.2.1:", "", 0 },
  { "empty-address", ":123", "", 0 },
  { "empty-brackets", "[]:123", "", 0 },
  { "half-brackets", "[::1:123", "", 0 },
  { "bracket", "[:1", "", 0 },
  { "colon", ":", "", 0 },
  { "empty", "", "", 0 },
  { "port-too-great", "192.0.2.1:65536", "", 0 },
  { "space", "192.0.2.1: 1", "", 0 },
  { "name", "localhost:1", "", 0 },
};

static void
test_parse (gconstpointer row)
{
  g_autofree char *host = NULL;
  guint16 port = 7;
  gboolean is_endpoint = ts_endpoint_parse (texts[GPOINTER_TO_SIZE (row)].text, &host, &port);

  if (g_strcmp0 (texts[GPOINTER_TO_SIZE (row)].host, "") == 0)
    {
      g_assert_false (is_endpoint);
      g_assert_null (host);
      return;
    }
  g_assert_true (is_endpoint);
  g_assert_cmpstr (host, ==, texts[GPOINTER_TO_SIZE (row)].host);
  g_assert_cmpuint (port, ==, texts[GPOINTER_TO_SIZE (row)].port);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/endpoint/", endpoints, test_endpoint);
  ADD_CASES ("/endpoint/parse/", texts, test_parse);
  g_test_add_func ("/endpoint/zone-name", test_zone_name);
  g_test_add_func ("/endpoint/no-internet", test_no_internet);
  return g_test_run ();
}
