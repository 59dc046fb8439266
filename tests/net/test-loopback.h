/* What tests have of the loopback interface.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* Returns: whether this computer has ::1 */
static inline gboolean
test_has_ipv6 (void)
{
  const struct sockaddr_in6 loopback = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
  int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean is_there = fd >= 0 && bind (fd, (const struct sockaddr *) &loopback, sizeof loopback) == 0;

  if (fd >= 0)
    close (fd);
  return is_there;
}

/* Returns: whether this test is skipped, for @address is ::1 and this computer has none */
static inline gboolean
test_skip_without (const char *address)
{
  gboolean is_there = !g_str_equal (address, "::1") || test_has_ipv6 ();

  if (!is_there)
    g_test_skip ("This computer has no ::1");
  return !is_there;
}

/* Returns: a TCP socket bound to a free port of 127.0.0.1; nobody else has that port, and until the socket listens,
 * it refuses connections */
static inline int
test_open_bound (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &length), ==, 0);
  *port = ntohs (address.sin_port);
  return fd;
}
