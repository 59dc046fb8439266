/* The UDP sockets that an NTP server answers on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ntp/ts-ntp-sockets.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/ts-address.h"
#include "net/stamped/ts-stamped-socket.h"

/* How many bytes may wait for the thread, as the kernel counts them; the kernel may allow fewer. */
#define RECEIVE_BUFFER_SIZE (1024 * 1024)

/* How many times to look for a free port that both families can have. */
#define MAX_PORT_TRIES 16

static gboolean
set_option (int fd,
            int level,
            int option,
            int value)
{
  return setsockopt (fd, level, option, &value, sizeof value) == 0;
}

/* Makes each datagram come with the kernel's stamp and with its destination. */
static gboolean
prepare_socket (int fd,
                gboolean is_v6)
{
  if (!set_option (fd, is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, 1))
    return FALSE;
  set_option (fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_SIZE);
  ts_stamped_socket_enable (fd);
  return TRUE;
}

/* Returns: a bound socket, or -1 */
static int
open_socket (const TsNtpAddress *address,
             gssize length,
             GError **error)
{
  gboolean is_v6 = address->any.sa_family == AF_INET6;
  int fd = socket (address->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  /* The address may come later than the server when the computer starts. */
  if (fd >= 0)
    set_option (fd, is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_FREEBIND : IP_FREEBIND, 1);
  if (fd >= 0 && (!is_v6 || set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) && prepare_socket (fd, is_v6) &&
      bind (fd, &address->any, (socklen_t) length) == 0)
    return fd;
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
open_on (TsNtpSockets *self,
         const char *host,
         GError **error)
{
  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new_from_string (host, self->port);
  TsNtpAddress *address = &self->addresses[self->n];
  socklen_t length = sizeof *address;
  g_autofree char *where = ts_address_join (host, self->port);
  int fd;

  if (socket_address == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   strchr (host, '%') != NULL ? _("this computer does not have the network interface of “%s”")
                                           : _("“%s” is not an IP address"),
                   host);
      return FALSE;
    }
  if (!g_socket_address_to_native (socket_address, address, sizeof *address, error))
    return FALSE;
  fd = open_socket (address, g_socket_address_get_native_size (socket_address), error);
  if (fd < 0)
    {
      g_prefix_error (error, _("cannot answer NTP on %s: "), where);
      return FALSE;
    }
  getsockname (fd, &address->any, &length);
  self->fds[self->n++] = fd;
  self->port = ts_ntp_sockets_get_port (self, self->n - 1);
  return TRUE;
}

static gboolean
is_in_use (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

/* Opens sockets on all addresses of this computer, which may have no IPv6. */
static gboolean
open_on_all (TsNtpSockets *self,
             GError **error)
{
  guint16 port = self->port;

  for (guint n_tries = 1;; n_tries++)
    {
      g_autoptr (GError) v6_error = NULL;
      g_autoptr (GError) v4_error = NULL;

      self->port = port;
      if ((open_on (self, "::", &v6_error) || !is_in_use (v6_error)) && open_on (self, "0.0.0.0", &v4_error))
        return TRUE;
      ts_ntp_sockets_close (self);
      /* A port that is free for the first socket may be in use for the second. */
      if (port == 0 && n_tries < MAX_PORT_TRIES && is_in_use (v4_error))
        continue;
      g_propagate_error (error, v4_error != NULL ? g_steal_pointer (&v4_error) : g_steal_pointer (&v6_error));
      return FALSE;
    }
}

/**
 * ts_ntp_sockets_open:
 * @self: (inout): no sockets so far
 * @address_and_port: "port", "address:port" or "[address]:port", the latter for IPv6; port 0 picks one, and without
 *   an address it is all of this computer
 * @error: return location for a %G_IO_ERROR
 *
 * Opens sockets that deliver each datagram with the kernel's stamp of its arrival and with its destination.
 *
 * Returns: whether they are open; otherwise none is
 */
gboolean
ts_ntp_sockets_open (TsNtpSockets *self,
                     const char *address_and_port,
                     GError **error)
{
  const char *colon = strrchr (address_and_port, ':');
  gsize length = colon != NULL ? (gsize) (colon - address_and_port) : 0;
  gboolean is_bracketed = length > 2 && address_and_port[0] == '[' && colon[-1] == ']';
  g_autofree char *host = is_bracketed ? g_strndup (address_and_port + 1, length - 2)
                                       : g_strndup (address_and_port, length);
  guint64 port;

  if (!g_ascii_string_to_unsigned (colon != NULL ? colon + 1 : address_and_port, 10, 0, G_MAXUINT16, &port,
                                   NULL) ||
      is_bracketed != (strchr (host, ':') != NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("“%s” is not [ADDRESS:]PORT"),
                   address_and_port);
      return FALSE;
    }
  self->port = (guint16) port;
  return colon != NULL ? open_on (self, host, error) : open_on_all (self, error);
}

/**
 * ts_ntp_sockets_adopt:
 * @self: (inout): sockets, if any
 * @fd: (transfer full): a bound UDP socket, as socket activation gives it
 * @error: return location for a %G_IO_ERROR
 *
 * Adds a socket that another program has opened.
 *
 * Returns: whether @fd is a bound UDP socket over IPv4 or IPv6
 */
gboolean
ts_ntp_sockets_adopt (TsNtpSockets *self,
                      int fd,
                      GError **error)
{
  TsNtpAddress address = { 0 };
  socklen_t length = sizeof address;
  int protocol;
  socklen_t protocol_length = sizeof protocol;

  if (self->n < TS_NTP_MAX_SOCKETS && getsockname (fd, &address.any, &length) == 0 &&
      (address.any.sa_family == AF_INET || address.any.sa_family == AF_INET6) &&
      getsockopt (fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &protocol_length) == 0 && protocol == IPPROTO_UDP &&
      prepare_socket (fd, address.any.sa_family == AF_INET6) && g_unix_set_fd_nonblocking (fd, TRUE, NULL))
    {
      self->addresses[self->n] = address;
      self->fds[self->n++] = fd;
      self->port = ts_ntp_sockets_get_port (self, self->n - 1);
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("descriptor %d is not a UDP socket for NTP"), fd);
  close (fd);
  return FALSE;
}

/**
 * ts_ntp_sockets_get_port:
 * @self: sockets
 * @i: which of them
 *
 * Returns: the port that it is bound to
 */
guint16
ts_ntp_sockets_get_port (const TsNtpSockets *self,
                         guint i)
{
  const TsNtpAddress *address = &self->addresses[i];

  return ntohs (address->any.sa_family == AF_INET6 ? address->v6.sin6_port : address->v4.sin_port);
}

/**
 * ts_ntp_sockets_close:
 * @self: sockets, if any
 */
void
ts_ntp_sockets_close (TsNtpSockets *self)
{
  while (self->n > 0)
    close (self->fds[--self->n]);
}

/**
 * ts_ntp_sockets_describe:
 * @self: sockets
 *
 * Returns: (transfer full) (array zero-terminated=1): "address:port" of each
 */
char **
ts_ntp_sockets_describe (const TsNtpSockets *self)
{
  g_autoptr (GStrvBuilder) addresses = g_strv_builder_new ();

  for (guint i = 0; i < self->n; i++)
    {
      g_autoptr (GSocketAddress) address =
        g_socket_address_new_from_native ((gpointer) &self->addresses[i], sizeof self->addresses[i]);
      g_autofree char *where = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));

      g_strv_builder_add (addresses, where);
    }
  return g_strv_builder_end (addresses);
}
