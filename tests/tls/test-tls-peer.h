/* What stands in for a server's TLS, or between a client and a server, and listens to what the client says.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <fcntl.h>
#include <poll.h>

#include "test-tls-server.h"

/* Every byte that a client has said is in a TLS record. */
static inline void
test_assert_only_tls (const GByteArray *said)
{
  gsize at = 0;

  for (; at + 5 <= said->len; at += 5 + ((gsize) said->data[at + 3] << 8 | said->data[at + 4]))
    {
      g_assert_cmphex (said->data[at], >=, 0x14);
      g_assert_cmphex (said->data[at], <=, 0x17);
      g_assert_cmphex (said->data[at + 1], ==, 3);
    }
}

static inline void
test_listen_to_the_end (int fd)
{
  g_autoptr (GByteArray) said = g_byte_array_new ();
  guint8 bytes[4096];
  gssize n_received;

  while ((n_received = recv (fd, bytes, sizeof bytes, 0)) > 0)
    g_byte_array_append (said, bytes, (guint) n_received);
  test_assert_only_tls (said);
}

/* The very first byte is of a TLS handshake. */
static inline void
test_await_hello (int fd)
{
  guint8 first;

  if (recv (fd, &first, 1, MSG_PEEK) == 1)
    g_assert_cmphex (first, ==, 0x16);
}

/* A server of GIO's. Its certificate is right. */
typedef struct
{
  const char *protocol; /* (nullable): that it selects of what the client offers; NULL: none */
  void (*serve) (GIOStream *tls, gconstpointer data);
  gconstpointer data;
} TestTlsScript;

/* A #TestScript whose data are a #TestTlsScript. */
static inline void
test_tls_peer_act (TestPeer *peer,
                   int fd,
                   guint n)
{
  const TestTlsScript *script = peer->data;
  const char *const protocols[] = { script->protocol, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = test_load_certificate ("server.pem");
  /* By fcntl(), which the thread sanitizer does not see: dup() it takes for a race with who had that number before. */
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fcntl (fd, F_DUPFD_CLOEXEC, 0), &error);
  g_autoptr (GSocketConnection) base = NULL;
  g_autoptr (GIOStream) tls = NULL;

  g_assert_no_error (error);
  test_await_hello (fd);
  base = g_socket_connection_factory_create_connection (socket);
  tls = g_tls_server_connection_new (G_IO_STREAM (base), certificate, &error);
  g_assert_no_error (error);
  if (script->protocol != NULL)
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  if (g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, NULL))
    script->serve (tls, script->data);
}

/* Between a client and the server at @port: hears all that the client says, and passes on only so much of what
 * the server does. */
typedef struct
{
  guint16 port;
  gsize n_passed_back; /* atomic: bytes, then the end */
} TestTap;

/* Returns: whether there is more */
static inline gboolean
test_tap_pass (int from,
               int to,
               gsize n_most,
               GByteArray *passed)
{
  guint8 bytes[4096];
  gssize n_received = recv (from, bytes, MIN (sizeof bytes, n_most), 0);

  if (n_received <= 0)
    return FALSE;
  g_byte_array_append (passed, bytes, (guint) n_received);
  test_peer_send (to, bytes, (gsize) n_received);
  return TRUE;
}

/* A #TestScript whose data are a #TestTap. */
static inline void
test_tap_act (TestPeer *peer,
              int fd,
              guint n)
{
  const TestTap *tap = peer->data;
  g_autoptr (GByteArray) asked = g_byte_array_new (), answered = g_byte_array_new ();
  struct pollfd fds[2] = { { .fd = fd, .events = POLLIN }, { .fd = test_connect (tap->port), .events = POLLIN } };
  gsize n_passed_back = __atomic_load_n (&tap->n_passed_back, __ATOMIC_RELAXED);
  gboolean goes_on = TRUE;

  test_await_hello (fd);
  while (goes_on && answered->len < n_passed_back && poll (fds, 2, -1) > 0)
    {
      if (fds[0].revents != 0)
        goes_on = test_tap_pass (fd, fds[1].fd, G_MAXSIZE, asked);
      if (goes_on && fds[1].revents != 0)
        goes_on = test_tap_pass (fds[1].fd, fd, n_passed_back - answered->len, answered);
    }
  close (fds[1].fd);
  test_assert_only_tls (asked);
}
