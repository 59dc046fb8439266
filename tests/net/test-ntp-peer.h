/* A little NTP server for tests: it answers in the default main context, by a script.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/clock/ts-clock.h"
#include "wire/ts-ntp-packet.h"
#include "measure/ts-time.h"

#include "test-loopback.h"
#include "test-wait.h"

#define TEST_NTP_REMEMBERED 64

typedef struct _TestNtpPeer TestNtpPeer;

/* Does what is to be done about a request. */
typedef void (*TestNtpScript) (TestNtpPeer       *peer,
                               const TsNtpPacket *request);

struct _TestNtpPeer
{
  int fd;
  guint16 port;
  guint source_id;
  TsClock *clock; /* the server's */
  TestNtpScript script;
  gconstpointer data;
  struct sockaddr_storage client; /* of the last request */
  socklen_t client_length;
  guint n_requests;
  guint8 requests[TEST_NTP_REMEMBERED][TS_NTP_PACKET_SIZE];
  guint16 ports[TEST_NTP_REMEMBERED]; /* of the clients */
};

/* Returns: a UDP socket bound to @port, or to a free one if that is 0; -1 if it is taken */
static inline int
test_ntp_bind (const char *host,
               guint16 *port)
{
  struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons (*port) };
  struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons (*port) };
  gboolean is_v6 = strchr (host, ':') != NULL;
  struct sockaddr *address = is_v6 ? (struct sockaddr *) &v6 : (struct sockaddr *) &v4;
  socklen_t length = is_v6 ? sizeof v6 : sizeof v4;
  int fd = socket (is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (inet_pton (is_v6 ? AF_INET6 : AF_INET, host,
                              is_v6 ? (void *) &v6.sin6_addr : (void *) &v4.sin_addr), ==, 1);
  if (bind (fd, address, length) != 0)
    {
      close (fd);
      return -1;
    }
  g_assert_cmpint (getsockname (fd, address, &length), ==, 0);
  *port = ntohs (is_v6 ? v6.sin6_port : v4.sin_port);
  return fd;
}

static inline gboolean
test_ntp_peer_ready (int fd,
                     GIOCondition condition,
                     gpointer user_data)
{
  TestNtpPeer *peer = user_data;
  guint8 bytes[1024];
  TsNtpPacket request;
  gssize n_received;

  peer->client_length = sizeof peer->client;
  n_received = recvfrom (fd, bytes, sizeof bytes, 0, (struct sockaddr *) &peer->client, &peer->client_length);
  /* Or the port of a client that has gone was told to be closed. */
  if (n_received < 0)
    return G_SOURCE_CONTINUE;
  g_assert_cmpint (n_received, ==, TS_NTP_PACKET_SIZE);
  g_assert_true (ts_ntp_packet_decode (bytes, (gsize) n_received, &request, NULL));
  if (peer->n_requests < TEST_NTP_REMEMBERED)
    {
      memcpy (peer->requests[peer->n_requests], bytes, TS_NTP_PACKET_SIZE);
      peer->ports[peer->n_requests] = ntohs (peer->client.ss_family == AF_INET6
                                               ? ((struct sockaddr_in6 *) &peer->client)->sin6_port
                                               : ((struct sockaddr_in *) &peer->client)->sin_port);
    }
  peer->n_requests++;
  peer->script (peer, &request);
  return G_SOURCE_CONTINUE;
}

/* Returns: (nullable): a server; %NULL where @port is taken */
static inline TestNtpPeer *
test_ntp_peer_new (const char *host,
                   guint16 port,
                   TsClock *clock,
                   TestNtpScript script,
                   gconstpointer data)
{
  TestNtpPeer *peer = g_new0 (TestNtpPeer, 1);

  peer->port = port;
  peer->fd = test_ntp_bind (host, &peer->port);
  if (peer->fd < 0)
    {
      g_free (peer);
      return NULL;
    }
  peer->clock = g_object_ref (clock);
  peer->script = script;
  peer->data = data;
  peer->source_id = g_unix_fd_add (peer->fd, G_IO_IN, test_ntp_peer_ready, peer);
  return peer;
}

static inline void
test_ntp_peer_free (TestNtpPeer *peer)
{
  g_source_remove (peer->source_id);
  close (peer->fd);
  g_object_unref (peer->clock);
  g_free (peer);
}

static inline void
test_ntp_peer_send (TestNtpPeer *peer,
                    gconstpointer bytes,
                    gsize length)
{
  /* The client may have gone: what it makes of that is looked at there. */
  (void) !sendto (peer->fd, bytes, length, 0, (struct sockaddr *) &peer->client, peer->client_length);
}

static inline void
test_ntp_peer_send_packet (TestNtpPeer *peer,
                           const TsNtpPacket *packet)
{
  guint8 bytes[TS_NTP_PACKET_SIZE];

  ts_ntp_packet_encode (packet, bytes);
  test_ntp_peer_send (peer, bytes, sizeof bytes);
}

/* What a good server answers at once. */
static inline TsNtpPacket
test_ntp_answer_to (TestNtpPeer *peer,
                    const TsNtpPacket *request)
{
  gint64 now_ns = ts_clock_get_now_ns (peer->clock);

  return (TsNtpPacket) {
    .version = request->version,
    .mode = TS_NTP_MODE_SERVER,
    .stratum = 3,
    .precision = -23,
    .root_delay = 655,
    .root_dispersion = 655,
    .reference_id = 0xc0000201,
    .reference = ts_ntp_stamp_from_ns (now_ns - 10 * TS_NS_PER_S),
    .origin = request->transmit,
    .receive = ts_ntp_stamp_from_ns (now_ns),
    .transmit = ts_ntp_stamp_from_ns (now_ns),
  };
}

static inline void
test_ntp_answer_well (TestNtpPeer *peer,
                      const TsNtpPacket *request)
{
  TsNtpPacket answer = test_ntp_answer_to (peer, request);

  test_ntp_peer_send_packet (peer, &answer);
}

static inline void
test_ntp_be_silent (TestNtpPeer *peer,
                    const TsNtpPacket *request)
{
}
