/* How the list of servers is saved.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-ensemble.h"

G_BEGIN_DECLS

/**
 * TsNewProbe:
 * @address: a server's
 * @timeout_ns: when to give up an exchange
 * @clock: this computer's
 *
 * Makes a server's probe: ts_probe_new(), or a test's own.
 *
 * Returns: (transfer full): a probe
 */
typedef TsProbe *(*TsNewProbe) (const TsAddress *address,
                                gint64           timeout_ns,
                                TsClock         *clock);

TsMonitor *ts_saved_servers_new_monitor (const TsAddress *address,
                                         TsNewProbe       new_probe,
                                         TsClock         *clock,
                                         double           interval_s);
void       ts_saved_servers_load        (GSettings       *settings,
                                         TsEnsemble      *ensemble,
                                         TsNewProbe       new_probe,
                                         TsClock         *clock);
void       ts_saved_servers_save        (GSettings       *settings,
                                         TsEnsemble      *ensemble);

G_END_DECLS
