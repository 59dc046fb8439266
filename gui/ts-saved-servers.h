/* The list of servers, and the hosts before them, from one start to the next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-ensemble.h"

G_BEGIN_DECLS

TsMonitor *ts_saved_servers_new_monitor (const TsAddress *address,
                                         TsClock         *clock,
                                         double           interval_s);
void       ts_saved_servers_load        (GSettings       *settings,
                                         TsEnsemble      *ensemble,
                                         TsClock         *clock);
void       ts_saved_servers_save        (GSettings       *settings,
                                         TsEnsemble      *ensemble);
void       ts_saved_servers_remember    (GSettings       *settings,
                                         const char      *host);

G_END_DECLS
