/* The UDP sockets that an NTP server answers on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "answer/ts-ntp-answer.h"

G_BEGIN_DECLS

#define TS_NTP_MAX_SOCKETS 2

/**
 * TsNtpSockets:
 * @fds: (array length=n): not blocking
 * @addresses: (array length=n): where each is bound
 * @n: how many there are
 * @port: that all of them have
 *
 * Begins all zero.
 */
typedef struct
{
  int fds[TS_NTP_MAX_SOCKETS];
  TsNtpAddress addresses[TS_NTP_MAX_SOCKETS];
  guint n;
  guint16 port;
} TsNtpSockets;

gboolean   ts_ntp_sockets_open     (TsNtpSockets       *sockets,
                                    const char         *address_and_port,
                                    GError            **error);
void       ts_ntp_sockets_close    (TsNtpSockets       *sockets);
char     **ts_ntp_sockets_describe (const TsNtpSockets *sockets);

G_END_DECLS
