/* ts-host-addresses: by what others know this computer.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-host-addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define UP       (IFF_UP | IFF_RUNNING)
#define LOOPBACK (UP | IFF_LOOPBACK)

typedef struct
{
  const char *address; /* %NULL: of another family */
  guint flags;
} Interface;

typedef union
{
  struct sockaddr any;
  struct sockaddr_in ipv4;
  struct sockaddr_in6 ipv6;
} Address;

static void
fill (struct ifaddrs *entry,
      Address *address,
      const Interface *interface)
{
  *address = (Address) { .any.sa_family = AF_PACKET };
  *entry = (struct ifaddrs) { .ifa_flags = interface->flags, .ifa_addr = &address->any };
  if (interface->address == NULL)
    return;
  address->any.sa_family = AF_INET;
  if (inet_pton (AF_INET, interface->address, &address->ipv4.sin_addr) == 1)
    return;
  address->any.sa_family = AF_INET6;
  g_assert_cmpint (inet_pton (AF_INET6, interface->address, &address->ipv6.sin6_addr), ==, 1);
}

static void
test_choose (void)
{
  const struct
  {
    const char *host_name;
    Interface interfaces[4];
    guint n_interfaces;
    const char *expected;
  } cases[] = {
    { "desk", { { "127.0.0.1", LOOPBACK }, { "192.0.2.5", UP } }, 2, "desk 192.0.2.5" },
    { "desk", { { "2001:db8::5", UP }, { NULL, UP }, { "192.0.2.5", UP }, { "fe80::5", UP } }, 4,
      "desk 192.0.2.5 2001:db8::5" },
    { "desk", { { "192.0.2.5", UP }, { "192.0.2.5", UP } }, 2, "desk 192.0.2.5" },
    { "localhost", { { "192.0.2.5", UP } }, 1, "192.0.2.5" },
    { "localhost.localdomain", { { "192.0.2.5", UP } }, 1, "192.0.2.5" },
    { "localhosts", { { "192.0.2.5", UP } }, 1, "localhosts 192.0.2.5" },
    { "", { { "192.0.2.5", UP } }, 1, "192.0.2.5" },
    /* A bridge of nothing, an interface that is down, a cable that is not plugged in. */
    { "desk", { { "192.0.2.5", IFF_UP }, { "192.0.2.6", 0 }, { "192.0.2.7", IFF_RUNNING } }, 3, "" },
    { "desk", { { "127.0.0.1", LOOPBACK }, { "::1", LOOPBACK } }, 2, "" },
    { "desk", { { NULL, 0 } }, 0, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      struct ifaddrs entries[4];
      Address addresses[4];
      g_auto (GStrv) chosen = NULL;
      g_autofree char *text = NULL;

      for (guint j = 0; j < cases[i].n_interfaces; j++)
        {
          fill (&entries[j], &addresses[j], &cases[i].interfaces[j]);
          if (j > 0)
            entries[j - 1].ifa_next = &entries[j];
        }
      chosen = ts_host_addresses_choose (cases[i].host_name, cases[i].n_interfaces > 0 ? entries : NULL);
      text = g_strjoinv (" ", chosen);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* An interface may be without an address, and have more than anybody wants to read. */
static void
test_bounded (void)
{
  struct ifaddrs entries[100] = { 0 };
  Address addresses[G_N_ELEMENTS (entries)];
  g_auto (GStrv) chosen = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_autofree char *text = g_strdup_printf ("192.0.2.%u", i);

      fill (&entries[i], &addresses[i], &(Interface) { text, UP });
      if (i > 0)
        entries[i - 1].ifa_next = &entries[i];
    }
  entries[0].ifa_addr = NULL;
  chosen = ts_host_addresses_choose ("desk", entries);
  g_assert_cmpuint (g_strv_length (chosen), ==, 1 + TS_HOST_MAX_ADDRESSES);
  g_assert_cmpstr (chosen[1], ==, "192.0.2.1");
}

/* Whatever this computer has, no loopback address is among it. */
static void
test_list (void)
{
  g_auto (GStrv) names = ts_host_addresses_list ();

  for (gsize i = 0; names[i] != NULL; i++)
    g_assert_false (g_str_has_prefix (names[i], "127.") || g_str_equal (names[i], "::1"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-addresses/choose", test_choose);
  g_test_add_func ("/host-addresses/bounded", test_bounded);
  g_test_add_func ("/host-addresses/list", test_list);
  return g_test_run ();
}
