/* A small shape for the state of a server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "servers/ts-server-state.h"

G_BEGIN_DECLS

#define TS_TYPE_STATE_ICON (ts_state_icon_get_type ())
G_DECLARE_FINAL_TYPE (TsStateIcon, ts_state_icon, TS, STATE_ICON, GtkWidget)

void ts_state_icon_set (TsStateIcon  *self,
                        TsServerState  state);

G_END_DECLS
