/* The list of servers, from one start to the next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-ensemble.h"

G_BEGIN_DECLS

TsMonitor *ts_saved_servers_new_monitor (const TsAddress *address,
                                         TsClock         *clock,
                                         double           interval_s);
void       ts_saved_servers_load        (GSettings       *settings,
                                         TsEnsemble      *ensemble,
                                         TsClock         *clock);
void       ts_saved_servers_save        (GSettings       *settings,
                                         TsEnsemble      *ensemble);

G_END_DECLS
