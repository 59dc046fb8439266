/* How coarse the stamps of an NTP server are.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "wire/ts-ntp-packet.h"

G_BEGIN_DECLS

/**
 * TsNtpPrecision:
 * @n_answers: how many answers were looked at
 * @least_served_ns: the shortest time above zero between an answer's two stamps; 0: there was none
 * @excluded: for the receive and the transmit stamps, a bit for each tick that one of them was not on
 *
 * What the stamps of one server's answers show. All zero before the first answer.
 */
typedef struct
{
  guint n_answers;
  gint64 least_served_ns;
  guint64 excluded[2];
} TsNtpPrecision;

void   ts_ntp_precision_take   (TsNtpPrecision       *self,
                                const TsNtpPacket    *answer);
gint64 ts_ntp_precision_get_ns (const TsNtpPrecision *self,
                                gint8                 stated);

G_END_DECLS
