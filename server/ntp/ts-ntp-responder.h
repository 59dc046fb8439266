/* Answers NTP clients over UDP.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "net/clock/ts-clock.h"
#include "report/ts-counters.h"
#include "limit/ts-throttle.h"
#include "ntp/ts-ntp-sockets.h"

G_BEGIN_DECLS

typedef struct _TsNtpResponder TsNtpResponder;

TsNtpResponder   *ts_ntp_responder_new           (const char           *address_and_port,
                                                  TsClock              *clock,
                                                  TsThrottle           *throttle,
                                                  guint                 local_stratum,
                                                  GError              **error);
TsNtpResponder   *ts_ntp_responder_new_for_sockets (const TsNtpSockets *sockets,
                                                  TsClock              *clock,
                                                  TsThrottle           *throttle,
                                                  guint                 local_stratum,
                                                  GError              **error);
gboolean          ts_ntp_responder_is_alive      (TsNtpResponder       *self);
void              ts_ntp_responder_stop          (TsNtpResponder       *self);
void              ts_ntp_responder_free        (TsNtpResponder       *self);
guint16           ts_ntp_responder_get_port      (TsNtpResponder       *self);
char            **ts_ntp_responder_get_addresses (TsNtpResponder       *self);
const TsCounters *ts_ntp_responder_get_counters  (TsNtpResponder       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsNtpResponder, ts_ntp_responder_free)

G_END_DECLS
