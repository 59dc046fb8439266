/* The addresses under which other computers on the network can reach this one.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-host-addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

/* A link-local IPv6 address is useful only with the name of the other computer's interface, which we do not know. */
static gboolean
is_for_others (const struct ifaddrs *interface,
               int family)
{
  struct sockaddr_in6 ipv6;

  if (interface->ifa_addr == NULL || interface->ifa_addr->sa_family != family ||
      (interface->ifa_flags & (IFF_UP | IFF_RUNNING)) != (IFF_UP | IFF_RUNNING) ||
      interface->ifa_flags & IFF_LOOPBACK)
    return FALSE;
  if (family != AF_INET6)
    return TRUE;
  memcpy (&ipv6, interface->ifa_addr, sizeof ipv6);
  return !IN6_IS_ADDR_LINKLOCAL (&ipv6.sin6_addr);
}

static char *
to_text (const struct sockaddr *address)
{
  gsize offset = address->sa_family == AF_INET ? G_STRUCT_OFFSET (struct sockaddr_in, sin_addr)
                                               : G_STRUCT_OFFSET (struct sockaddr_in6, sin6_addr);
  char text[INET6_ADDRSTRLEN];

  return g_strdup (inet_ntop (address->sa_family, (const guint8 *) address + offset, text, sizeof text));
}

static void
add (GPtrArray *names,
     char *name)
{
  if (names->len < TS_HOST_MAX_ADDRESSES && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, name);
  else
    g_free (name);
}

/**
 * ts_host_addresses_choose:
 * @host_name: this computer's
 * @interfaces: (nullable): from getifaddrs()
 *
 * Returns: (transfer full) (array zero-terminated=1): what ts_host_addresses_list() returns for these
 */
char **
ts_host_addresses_choose (const char *host_name,
                          const struct ifaddrs *interfaces)
{
  const int families[] = { AF_INET, AF_INET6 };
  GPtrArray *names = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    for (const struct ifaddrs *interface = interfaces; interface != NULL; interface = interface->ifa_next)
      if (is_for_others (interface, families[i]))
        add (names, to_text (interface->ifa_addr));
  /* Every computer is called localhost by itself. */
  if (names->len > 0 && *host_name != '\0' && !g_str_equal (host_name, "localhost") &&
      !g_str_has_prefix (host_name, "localhost."))
    g_ptr_array_insert (names, 0, g_strdup (host_name));
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

/**
 * ts_host_addresses_list:
 *
 * Returns: (transfer full) (array zero-terminated=1): this computer's host name, then the IP addresses that others can
 *   reach, IPv4 first; empty if there is no network
 */
char **
ts_host_addresses_list (void)
{
  struct ifaddrs *interfaces = NULL;
  char **names;

  if (getifaddrs (&interfaces) != 0)
    interfaces = NULL;
  names = ts_host_addresses_choose (g_get_host_name (), interfaces);
  if (interfaces != NULL)
    freeifaddrs (interfaces);
  return names;
}
