/* A probe that measures an NTP server over UDP.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/probe/ts-probe.h"

G_BEGIN_DECLS

#define TS_TYPE_NTP_PROBE (ts_ntp_probe_get_type ())
G_DECLARE_FINAL_TYPE (TsNtpProbe, ts_ntp_probe, TS, NTP_PROBE, TsProbe)

TsProbe *ts_ntp_probe_new     (const TsAddress *target,
                               gint64           timeout_ns,
                               TsClock         *clock);
gboolean ts_ntp_probe_is_near (GInetAddress    *address);

G_END_DECLS
