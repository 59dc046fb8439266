/* The TCP sockets that a server listens on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-listening-sockets.h"

#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/ts-address.h"
#include "net/stamped/ts-stamped-socket.h"

/* With GIO's default of 10, one in a thousand of 256 clients that connect at once waits over a second. */
#define BACKLOG 4096

/* How many times to look for a port that is free on all addresses. */
#define MAX_PORT_TRIES 16

/* Accepted sockets inherit these options, so that no call is needed for each of them and the first segment has a stamp
 * already. No answer waits for an acknowledgement after its t3. No answer is paced either, because so few bytes congest
 * nothing. (BBR, which is the default of some systems, delays what is sent.) */
static void
prepare_socket (GSocket *listening)
{
  static const char congestion_control[] = "reno";
  int fd = g_socket_get_fd (listening);

  ts_stamped_socket_enable (fd);
  g_socket_set_option (listening, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  setsockopt (fd, IPPROTO_TCP, TCP_CONGESTION, congestion_control, sizeof congestion_control - 1);
}

/* Returns: (transfer full) (nullable): a socket that listens */
static GSocket *
open_socket (const char *address,
             guint16 port,
             GError **error)
{
  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GSocket) socket = NULL;
  GSocketFamily family;

  if (socket_address == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   strchr (address, '%') != NULL ? _("this computer does not have the network interface of “%s”")
                                           : _("“%s” is not an IP address"),
                   address);
      return NULL;
    }
  family = g_socket_address_get_family (socket_address);
  socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  /* Each family has a socket of its own. */
  if (family == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, NULL);
  /* At boot, the server may start before an address is there. */
  g_socket_set_option (socket, family == G_SOCKET_FAMILY_IPV6 ? IPPROTO_IPV6 : IPPROTO_IP,
                       family == G_SOCKET_FAMILY_IPV6 ? IPV6_FREEBIND : IP_FREEBIND, 1, NULL);
  if (!g_socket_bind (socket, socket_address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  prepare_socket (socket);
  return g_steal_pointer (&socket);
}

static guint16
get_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

/* GIO's messages do not name the address and port. */
static void
explain_listen_error (GError **error,
                      const char *address,
                      guint16 port)
{
  g_autofree char *where = ts_address_join (address, port);
  g_autoptr (GError) cause = *error;

  *error = NULL;
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error (error, cause->domain, cause->code, _("cannot listen on %s: the port is already in use"), where);
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    g_set_error (error, cause->domain, cause->code, _("cannot listen on %s: no permission"), where);
  else
    g_set_error (error, cause->domain, cause->code, _("cannot listen on %s: %s"), where, cause->message);
}

static gboolean
open_all (GPtrArray *sockets,
          const char *const *addresses,
          gboolean any_will_do,
          guint16 port,
          GError **error)
{
  g_autoptr (GError) last_error = NULL;

  for (gsize i = 0; addresses[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (GSocket) socket = open_socket (addresses[i], port, &local_error);

      if (socket != NULL)
        {
          port = get_port (socket);
          g_ptr_array_add (sockets, g_steal_pointer (&socket));
          continue;
        }
      explain_listen_error (&local_error, addresses[i], port);
      /* The settings name no address, and this computer has no IPv6. */
      if (any_will_do && !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) &&
          !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
        {
          g_clear_error (&last_error);
          last_error = g_steal_pointer (&local_error);
          continue;
        }
      g_ptr_array_set_size (sockets, 0);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (sockets->len > 0)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&last_error));
  return FALSE;
}

/**
 * ts_listening_sockets_open:
 * @sockets: (element-type GSocket): an empty array, which owns what it gets
 * @addresses: (nullable) (array zero-terminated=1): IP addresses, or %NULL for all addresses of this computer
 * @port: the port, the same for all addresses; 0 picks a free one
 * @error: return location for a %G_IO_ERROR whose message names the address and the port
 *
 * Opens all sockets or none.
 *
 * Returns: whether they listen
 */
gboolean
ts_listening_sockets_open (GPtrArray *sockets,
                           const char *const *addresses,
                           guint16 port,
                           GError **error)
{
  const char *const everywhere[] = { "::", "0.0.0.0", NULL };
  gboolean is_everywhere = addresses == NULL;

  if (is_everywhere)
    addresses = everywhere;
  for (guint i = 1;; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (open_all (sockets, addresses, is_everywhere, port, &local_error))
        return TRUE;
      /* The port that was picked on one address may be taken on the next. */
      if (port == 0 && i < MAX_PORT_TRIES && g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
}

/* Returns: the value of the option, or -1 */
static int
get_option (int fd,
            int option)
{
  int value = -1;
  socklen_t length = sizeof value;

  return getsockopt (fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

/**
 * ts_listening_sockets_adopt:
 * @sockets: (element-type GSocket): an array that owns what it gets
 * @fd: (transfer full): a socket that listens already, as it comes from socket activation
 * @error: return location for a %G_IO_ERROR
 *
 * Adds a socket that somebody else has opened.
 *
 * Returns: whether @fd is such a socket
 */
gboolean
ts_listening_sockets_adopt (GPtrArray *sockets,
                            int fd,
                            GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  int family = get_option (fd, SO_DOMAIN);

  if ((family != AF_INET && family != AF_INET6) || get_option (fd, SO_TYPE) != SOCK_STREAM ||
      (get_option (fd, SO_PROTOCOL) != IPPROTO_TCP && get_option (fd, SO_PROTOCOL) != IPPROTO_MPTCP) ||
      get_option (fd, SO_ACCEPTCONN) != 1)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("descriptor %d is not a TCP socket that listens"), fd);
      close (fd);
      return FALSE;
    }
  socket = g_socket_new_from_fd (fd, error);
  if (socket == NULL)
    {
      close (fd);
      return FALSE;
    }
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_listen (socket, error))
    return FALSE;
  prepare_socket (socket);
  g_ptr_array_add (sockets, g_steal_pointer (&socket));
  return TRUE;
}

/**
 * ts_listening_sockets_get_port:
 * @sockets: (element-type GSocket): at least one
 *
 * Returns: the port of the first socket
 */
guint16
ts_listening_sockets_get_port (GPtrArray *sockets)
{
  return get_port (sockets->pdata[0]);
}

/**
 * ts_listening_sockets_describe:
 * @sockets: (element-type GSocket): sockets
 *
 * Returns: (transfer full) (array zero-terminated=1): "address:port" of each socket
 */
char **
ts_listening_sockets_describe (GPtrArray *sockets)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < sockets->len; i++)
    {
      g_autoptr (GSocketAddress) local = g_socket_get_local_address (sockets->pdata[i], NULL);
      g_autofree char *text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (local));

      g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

/**
 * ts_listening_sockets_is_present:
 * @sockets: (element-type GSocket): sockets
 * @i: the index of one of them
 *
 * Returns: whether this computer has the address that the socket is bound to
 */
gboolean
ts_listening_sockets_is_present (const GPtrArray *sockets,
                                 guint i)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (sockets->pdata[i], NULL);
  GInetAddress *address = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local));
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new (address, 0);
  g_autoptr (GInetAddress) broadcast = g_inet_address_new_from_string ("255.255.255.255");
  GSocketFamily family = g_inet_address_get_family (address);
  g_autoptr (GSocket) probe = NULL;

  /* The address alone does not say on which link it is. */
  if (g_inet_address_get_is_any (address) || g_inet_address_get_is_link_local (address))
    return TRUE;
  /* A datagram socket can be bound to these addresses, but no computer has them. */
  if (g_inet_address_get_is_multicast (address) || g_inet_address_equal (address, broadcast))
    return FALSE;
  probe = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  return probe == NULL || g_socket_bind (probe, any_port, FALSE, NULL);
}
