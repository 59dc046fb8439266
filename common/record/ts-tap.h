/* Leads what a monitor measures to a recorder.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-monitor.h"
#include "record/ts-recorder.h"

G_BEGIN_DECLS

void ts_tap_monitor (TsMonitor  *monitor,
                     TsRecorder *recorder);

G_END_DECLS
