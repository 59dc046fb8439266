/* Chooses the probe for an address.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/probe/ts-probe.h"

G_BEGIN_DECLS

TsProbe *ts_probe_new          (const TsAddress *target,
                                gint64           timeout_ns,
                                TsClock         *clock);
TsProbe *ts_probe_new_trusting (const TsAddress *target,
                                gint64           timeout_ns,
                                TsClock         *clock,
                                GTlsDatabase    *trust);
TsProbe *ts_probe_new_speaking (const TsAddress *target,
                                TsProtocol       protocol,
                                gint64           timeout_ns,
                                TsClock         *clock,
                                GTlsDatabase    *trust);

G_END_DECLS
