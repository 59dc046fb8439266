/* What an NTP server answers, and whom: no socket, no clock, no thread.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>

#include "net/clock/ts-clock-quality.h"
#include "wire/ts-ntp-packet.h"

G_BEGIN_DECLS

/* The stratum of a clock that the kernel calls synchronized, because the kernel does not say to what it is. */
#define TS_NTP_STRATUM_OF_SYNCHRONIZED 10

#define TS_NTP_N_KISS_SLOTS 256

/**
 * TsNtpAddress:
 *
 * An address of UDP, of either family.
 */
typedef union
{
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} TsNtpAddress;

/**
 * TsNtpKisses:
 * @seed: secret, so that clients cannot choose addresses that share a slot with another's
 * @next_at_ns: for each slot, when the next kiss may be sent, by the monotonic clock
 *
 * The addresses that lately got a kiss because they asked too often. At first the seed is set and everything else is
 * zero.
 */
typedef struct
{
  guint32 seed;
  gint64 next_at_ns[TS_NTP_N_KISS_SLOTS];
} TsNtpKisses;

void     ts_ntp_answer_describe  (TsNtpPacket               *answer,
                                  const TsClockQuality      *quality,
                                  guint                      local_stratum);
gint8    ts_ntp_answer_precision (gint64                     least_step_ns);
gboolean ts_ntp_answer_is_due    (const TsNtpPacket         *request,
                                  gsize                      length);
gboolean ts_ntp_answer_may_go_v4 (const struct sockaddr_in  *peer,
                                  const struct in_pktinfo   *info,
                                  guint16                    own_port);
gboolean ts_ntp_answer_may_go_v6 (const struct sockaddr_in6 *peer,
                                  const struct in6_pktinfo  *info,
                                  guint16                    own_port);
void     ts_ntp_answer_make      (TsNtpPacket               *answer,
                                  const TsNtpPacket         *template,
                                  const TsNtpPacket         *request,
                                  gint64                     receive_ns);
void     ts_ntp_answer_make_kiss (TsNtpPacket               *answer);
void     ts_ntp_answer_depart    (TsNtpPacket               *answer,
                                  gint64                     template_ns,
                                  gint64                     now_ns);
gboolean ts_ntp_kisses_admit     (TsNtpKisses               *self,
                                  const TsNtpAddress        *peer,
                                  gint64                     now_ns);

G_END_DECLS
