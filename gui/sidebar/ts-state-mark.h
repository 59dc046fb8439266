/* A small shape that tells how a server is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "servers/ts-server-state.h"

G_BEGIN_DECLS

#define TS_TYPE_STATE_MARK (ts_state_mark_get_type ())
G_DECLARE_FINAL_TYPE (TsStateMark, ts_state_mark, TS, STATE_MARK, GtkWidget)

void ts_state_mark_set (TsStateMark  *self,
                        TsServerMark  mark);

G_END_DECLS
