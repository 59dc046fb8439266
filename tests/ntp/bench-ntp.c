/* Loads an NTP server on this computer and tells how many answers it gives.
 *
 *   bench-ntp PORT SECONDS WINDOW
 *
 * Keeps WINDOW requests in flight from one socket, and says how many answers came in a second.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

#include "wire/ts-ntp-packet.h"

#define BATCH 32

/* When nothing came for so long, all that is in flight is taken for lost. It counts no more should it come, lest
 * there be ever more in flight. */
#define LOST_MS 500

typedef struct
{
  guint8 bytes[BATCH][512];
  struct iovec vectors[BATCH];
  struct mmsghdr messages[BATCH];
} Batch;

static void
prepare (Batch *batch,
         gsize size)
{
  for (guint i = 0; i < BATCH; i++)
    {
      batch->vectors[i] = (struct iovec) { .iov_base = batch->bytes[i], .iov_len = size };
      batch->messages[i].msg_hdr = (struct msghdr) { .msg_iov = &batch->vectors[i], .msg_iovlen = 1 };
    }
}

/* Returns: how many of @n went out */
static int
ask (int fd,
     Batch *batch,
     guint n,
     guint64 *transmit)
{
  int n_sent;

  n = MIN (n, BATCH);
  for (guint i = 0; i < n; i++)
    {
      const TsNtpPacket request = { .version = 4, .mode = TS_NTP_MODE_CLIENT, .transmit = ++*transmit };

      ts_ntp_packet_encode (&request, batch->bytes[i]);
    }
  n_sent = sendmmsg (fd, batch->messages, n, 0);
  return MAX (n_sent, 0);
}

/* Returns: how many of the datagrams received are answers to requests after @lost */
static int
count_answers (Batch *batch,
               int n_received,
               guint64 lost)
{
  int n_answers = 0;

  for (int i = 0; i < n_received; i++)
    {
      TsNtpPacket answer;

      n_answers += ts_ntp_packet_decode (batch->bytes[i], batch->messages[i].msg_len, &answer, NULL) &&
                   answer.mode == TS_NTP_MODE_SERVER && answer.leap != 3 && answer.origin > lost;
    }
  return n_answers;
}

int
main (int argc,
      char *argv[])
{
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  static Batch requests, answers;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  guint64 n_answers = 0, transmit = 0, lost = 0;
  int window, in_flight = 0;
  gint64 begin_us, end_us;

  if (argc != 4)
    {
      g_printerr ("usage: %s PORT SECONDS WINDOW\n", argv[0]);
      return 2;
    }
  to.sin_port = htons ((guint16) g_ascii_strtoull (argv[1], NULL, 10));
  window = (int) g_ascii_strtoll (argv[3], NULL, 10);
  if (connect (fd, (struct sockaddr *) &to, sizeof to) != 0)
    return 1;
  prepare (&requests, TS_NTP_PACKET_SIZE);
  prepare (&answers, sizeof answers.bytes[0]);

  begin_us = g_get_monotonic_time ();
  end_us = begin_us + (gint64) (g_ascii_strtod (argv[2], NULL) * 1e6);
  while (g_get_monotonic_time () < end_us)
    {
      struct pollfd polled = { .fd = fd, .events = POLLIN };
      int n_received = 0;

      while (in_flight < window)
        in_flight += ask (fd, &requests, (guint) (window - in_flight), &transmit);
      if (poll (&polled, 1, LOST_MS) == 1)
        {
          n_received = recvmmsg (fd, answers.messages, BATCH, MSG_DONTWAIT, NULL);
          n_received = count_answers (&answers, n_received, lost);
          n_answers += (guint) n_received;
          in_flight -= n_received;
        }
      else
        {
          lost = transmit;
          in_flight = 0;
        }
    }
  printf ("%.0f\n", (double) n_answers * 1e6 / (double) (g_get_monotonic_time () - begin_us));
  return 0;
}
