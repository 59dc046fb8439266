/* A probe that measures a host by whatever it offers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/probe/ts-probe.h"

G_BEGIN_DECLS

/* How long Time Sync is tried alone. */
#define TS_AUTO_PROBE_HEAD_START_NS (G_GINT64_CONSTANT (300000000))

#define TS_TYPE_AUTO_PROBE (ts_auto_probe_get_type ())
G_DECLARE_FINAL_TYPE (TsAutoProbe, ts_auto_probe, TS, AUTO_PROBE, TsProbe)

TsProbe *ts_auto_probe_new (const TsAddress *target,
                            TsProbe         *tcp,
                            TsProbe         *ntp,
                            gint64           head_start_ns);

G_END_DECLS
