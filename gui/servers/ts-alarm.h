/* Sends desktop notifications of servers that cross their limits.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-ensemble.h"

G_BEGIN_DECLS

#define TS_TYPE_ALARM (ts_alarm_get_type ())
G_DECLARE_FINAL_TYPE (TsAlarm, ts_alarm, TS, ALARM, GObject)

TsAlarm *ts_alarm_new (TsEnsemble   *ensemble,
                       GSettings    *settings,
                       GApplication *application);

G_END_DECLS
