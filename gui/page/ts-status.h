/* What stands in the chart's place while nothing is measured.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

#define TS_TYPE_STATUS (ts_status_get_type ())
G_DECLARE_FINAL_TYPE (TsStatus, ts_status, TS, STATUS, AdwBin)

void ts_status_show (TsStatus  *self,
                     TsMonitor *monitor);
void ts_status_take_focus (TsStatus *self);

G_END_DECLS
