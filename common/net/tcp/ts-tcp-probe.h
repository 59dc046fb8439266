/* A probe that measures a Time Sync server over TCP.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/probe/ts-probe.h"

G_BEGIN_DECLS

#define TS_TYPE_TCP_PROBE (ts_tcp_probe_get_type ())
G_DECLARE_FINAL_TYPE (TsTcpProbe, ts_tcp_probe, TS, TCP_PROBE, TsProbe)

TsProbe *ts_tcp_probe_new (const TsAddress *target,
                           gint64           timeout_ns,
                           TsClock         *clock,
                           GTlsDatabase    *trust);
void     ts_tcp_probe_speak_only (TsTcpProbe *self,
                                  TsProtocol  protocol);

G_END_DECLS
