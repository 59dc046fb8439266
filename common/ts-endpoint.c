/* The text of a socket's address.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-endpoint.h"

#include <net/if.h>
#include <string.h>

/* Returns: (transfer full): the zone of a link-local address with its "%", or an empty text */
static char *
format_zone (GInetSocketAddress *address)
{
  char name[IF_NAMESIZE];
  guint32 scope_id;

  /* Only these addresses need a zone, and resolvers accept the name of a zone with no other addresses. */
  if (g_socket_address_get_family (G_SOCKET_ADDRESS (address)) != G_SOCKET_FAMILY_IPV6 ||
      !g_inet_address_get_is_link_local (g_inet_socket_address_get_address (address)))
    return g_strdup ("");
  scope_id = g_inet_socket_address_get_scope_id (address);
  if (scope_id == 0)
    return g_strdup ("");
  if (if_indextoname (scope_id, name) == NULL)
    return g_strdup_printf ("%%%u", scope_id);
  return g_strconcat ("%", name, NULL);
}

/**
 * ts_endpoint_to_string:
 * @address: an address of a socket
 *
 * Returns: (transfer full) (nullable): "address:port" as a person can type it: an IPv6 address in brackets, and with
 *   its zone if it has one; %NULL if @address is not an internet address
 */
char *
ts_endpoint_to_string (GSocketAddress *address)
{
  GInetSocketAddress *inet = (GInetSocketAddress *) address;
  g_autofree char *host = NULL, *zone = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;
  host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  zone = format_zone (inet);
  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s%s]:%u" : "%s%s:%u", host, zone,
                          g_inet_socket_address_get_port (inet));
}

/**
 * ts_endpoint_parse:
 * @text: "port", "IPv4:port" or "[IPv6]:port"
 * @host: (out) (optional) (nullable) (transfer full): the IP address without brackets, %NULL if there is none
 * @port: (out) (optional): the port, which may be 0 for one that is picked
 *
 * Returns: whether @text is one of these
 */
gboolean
ts_endpoint_parse (const char *text,
                   char **host,
                   guint16 *port)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *address = colon != NULL ? g_strndup (text, (gsize) (colon - text)) : NULL;
  gsize length = address != NULL ? strlen (address) : 0;
  guint64 number;

  if (length > 1 && address[0] == '[' && address[length - 1] == ']')
    {
      address[length - 1] = '\0';
      memmove (address, address + 1, length - 1);
      if (strchr (address, ':') == NULL)
        return FALSE;
    }
  else if (address != NULL && strchr (address, ':') != NULL)
    return FALSE;

  if (address != NULL && !g_hostname_is_ip_address (address))
    return FALSE;
  if (!g_ascii_string_to_unsigned (colon != NULL ? colon + 1 : text, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  if (port != NULL)
    *port = (guint16) number;
  if (host != NULL)
    *host = g_steal_pointer (&address);
  return TRUE;
}

/**
 * ts_endpoint_lacks_zone:
 * @host: an IP address, or anything else
 *
 * Returns: whether @host is an IPv6 address that is the same on each network, and so cannot be reached without a zone
 */
gboolean
ts_endpoint_lacks_zone (const char *host)
{
  g_autoptr (GInetAddress) address = strchr (host, '%') == NULL ? g_inet_address_new_from_string (host) : NULL;

  return address != NULL && g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
         g_inet_address_get_is_link_local (address);
}
