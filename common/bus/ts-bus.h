/* What other programs are told: org.timesync.TimeSync1.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TS_BUS_NAME "org.timesync.TimeSync1"
#define TS_BUS_PATH "/org/timesync/TimeSync1"

typedef struct _TsBus TsBus;

TsBus *ts_bus_new  (GListModel           *monitors,
                    GDBusConnection      *connection,
                    GBusNameLostCallback  lost_name,
                    gpointer              user_data);
void   ts_bus_free (TsBus                *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsBus, ts_bus_free)

G_END_DECLS
