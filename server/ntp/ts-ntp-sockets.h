/* The UDP sockets that an NTP server answers on.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "answer/ts-ntp-answer.h"

G_BEGIN_DECLS

#define TS_NTP_MAX_SOCKETS 16

/**
 * TsNtpSockets:
 * @fds: (array length=n): not blocking
 * @addresses: (array length=n): where each is bound
 * @n: how many there are
 * @port: the port of all of them; of sockets that were adopted, of the last one
 *
 * All zero at first.
 */
typedef struct
{
  int fds[TS_NTP_MAX_SOCKETS];
  TsNtpAddress addresses[TS_NTP_MAX_SOCKETS];
  guint n;
  guint16 port;
} TsNtpSockets;

gboolean   ts_ntp_sockets_open     (TsNtpSockets       *self,
                                    const char         *address_and_port,
                                    GError            **error);
gboolean   ts_ntp_sockets_adopt    (TsNtpSockets       *self,
                                    int                 fd,
                                    GError            **error);
guint16    ts_ntp_sockets_get_port (const TsNtpSockets *self,
                                    guint               i);
void       ts_ntp_sockets_close    (TsNtpSockets       *self);
char     **ts_ntp_sockets_describe (const TsNtpSockets *self);

G_END_DECLS
