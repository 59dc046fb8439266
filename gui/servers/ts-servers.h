/* The list of servers: which are measured, which is chosen, and what is kept of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-ensemble.h"
#include "servers/ts-overlays.h"
#include "servers/ts-saved-servers.h"
#include "servers/ts-server-state.h"

G_BEGIN_DECLS

#define TS_SERVERS_N_INTERVALS 11

/* The intervals in seconds that a person can choose from, the shortest first. */
extern const double ts_servers_intervals_s[TS_SERVERS_N_INTERVALS];

#define TS_TYPE_SERVERS (ts_servers_get_type ())
G_DECLARE_FINAL_TYPE (TsServers, ts_servers, TS, SERVERS, GObject)

TsServers  *ts_servers_new          (GSettings       *settings,
                                     TsClock         *clock,
                                     TsNewProbe       new_probe,
                                     GApplication    *application);
void        ts_servers_stop         (TsServers       *self);
TsEnsemble *ts_servers_get_ensemble (TsServers       *self);
GSettings  *ts_servers_get_settings (TsServers       *self);
TsOverlays *ts_servers_get_overlays (TsServers       *self);
TsMonitor  *ts_servers_get_chosen   (TsServers       *self);
void        ts_servers_choose       (TsServers       *self,
                                     TsMonitor       *monitor);
void        ts_servers_add          (TsServers       *self,
                                     const TsAddress *address);
void        ts_servers_select       (TsServers       *self,
                                     GPtrArray       *selected);
GPtrArray  *ts_servers_get_selected (TsServers       *self);
void        ts_servers_remove_selected (TsServers    *self);
gboolean    ts_servers_can_undo     (TsServers       *self);
void        ts_servers_undo         (TsServers       *self);
gboolean    ts_servers_get_dispute  (TsServers       *self,
                                     TsMonitor       *monitor,
                                     TsServerDispute *dispute);
void        ts_servers_show_opponent (TsServers      *self);
void        ts_servers_move         (TsServers       *self,
                                     TsMonitor       *monitor,
                                     int              by);

G_END_DECLS
