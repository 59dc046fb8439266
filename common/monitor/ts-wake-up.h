/* Measures again at once when the network comes back, or this computer wakes up.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-ensemble.h"

G_BEGIN_DECLS

#define TS_TYPE_WAKE_UP (ts_wake_up_get_type ())
G_DECLARE_FINAL_TYPE (TsWakeUp, ts_wake_up, TS, WAKE_UP, GObject)

TsWakeUp *ts_wake_up_new            (TsEnsemble      *ensemble,
                                     GNetworkMonitor *network);
void      ts_wake_up_set_bus        (TsWakeUp        *self,
                                     GDBusConnection *bus);
void      ts_wake_up_use_system_bus (TsWakeUp        *self);

G_END_DECLS
