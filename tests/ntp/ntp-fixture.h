/* An NTP responder and a bare UDP socket as its client.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/ts-ntp-packet.h"
#include "ntp/ts-ntp-responder.h"

#include "../net/test-loopback.h"
#include "../net/test-wait.h"

/* So many requests surely fit a receive buffer. */
#define N_ROUNDS 8
#define WINDOW 100

typedef struct
{
  TsClock *clock;
  TsNtpResponder *responder;
  int fd; /* connected to it */
} Fixture;

/* Returns: a UDP socket at @source (nullable) that is connected to @port of an address of this computer */
static inline int
connect_from (const char *source,
              const char *host,
              guint16 port)
{
  struct sockaddr_in from = { .sin_family = AF_INET };
  struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons (port) };
  gboolean is_v6 = strchr (host, ':') != NULL;
  int fd = socket (is_v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int error;

  if (source != NULL)
    {
      inet_pton (AF_INET, source, &from.sin_addr);
      error = bind (fd, (struct sockaddr *) &from, sizeof from);
      g_assert_no_errno (error);
    }
  inet_pton (is_v6 ? AF_INET6 : AF_INET, host, is_v6 ? (void *) &v6.sin6_addr : (void *) &v4.sin_addr);
  error = is_v6 ? connect (fd, (struct sockaddr *) &v6, sizeof v6)
                : connect (fd, (struct sockaddr *) &v4, sizeof v4);
  g_assert_no_errno (error);
  return fd;
}

static inline void
set_up (Fixture *fixture,
        const char *where,
        const char *host,
        TsClock *clock,
        TsThrottle *throttle,
        guint local_stratum)
{
  g_autoptr (GError) error = NULL;

  fixture->clock = clock;
  fixture->responder = ts_ntp_responder_new (where, clock, throttle, local_stratum, &error);
  g_assert_no_error (error);
  fixture->fd = connect_from (NULL, host, ts_ntp_responder_get_port (fixture->responder));
}

static inline void
tear_down (Fixture *fixture)
{
  close (fixture->fd);
  ts_ntp_responder_free (fixture->responder);
  g_assert_finalize_object (fixture->clock);
}

static inline guint64
count (Fixture *fixture,
       TsCount which)
{
  TsCounters sum = { 0 };

  ts_counters_accumulate (&sum, ts_ntp_responder_get_counters (fixture->responder));
  return sum.counts[which];
}

static inline TsNtpPacket
make_request (TsNtpStamp transmit)
{
  return (TsNtpPacket) {
    .version = TS_NTP_VERSION,
    .mode = TS_NTP_MODE_CLIENT,
    .poll = 6,
    .precision = 32,
    .transmit = transmit,
  };
}

static inline void
send_request (int fd,
              const TsNtpPacket *request)
{
  guint8 bytes[TS_NTP_PACKET_SIZE];

  ts_ntp_packet_encode (request, bytes);
  g_assert_cmpint (send (fd, bytes, sizeof bytes, 0), ==, sizeof bytes);
}

/* Waits for an answer, which has to be no longer than the shortest request. */
static inline TsNtpPacket
receive_answer (int fd)
{
  struct pollfd polled = { .fd = fd, .events = POLLIN };
  TsNtpPacket answer;
  guint8 bytes[1024];
  gssize n_received;

  if (poll (&polled, 1, (int) test_patience_ms ()) != 1)
    g_error ("In vain waited for an answer");
  n_received = recv (fd, bytes, sizeof bytes, 0);
  g_assert_cmpint (n_received, ==, TS_NTP_PACKET_SIZE);
  g_assert_true (ts_ntp_packet_decode (bytes, sizeof bytes, &answer, NULL));
  return answer;
}

static inline TsNtpPacket
ask (int fd,
     TsNtpStamp transmit)
{
  TsNtpPacket request = make_request (transmit);

  send_request (fd, &request);
  return receive_answer (fd);
}

/* The responder takes datagrams in the order in which they came: where the next answer is to this request,
 * those before it got none. */
static inline void
assert_ignored (Fixture *fixture,
                guint64 n_ignored)
{
  g_assert_cmphex (ask (fixture->fd, 0x600df00d).origin, ==, 0x600df00d);
  g_assert_cmpuint (count (fixture, TS_COUNT_MALFORMED), ==, n_ignored);
}
