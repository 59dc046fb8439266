/* A server in the list.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "servers/ts-server-order.h"
#include "servers/ts-servers.h"
#include "words/ts-list-words.h"

G_BEGIN_DECLS

#define TS_TYPE_SERVER_ROW (ts_server_row_get_type ())
G_DECLARE_FINAL_TYPE (TsServerRow, ts_server_row, TS, SERVER_ROW, GtkListBoxRow)

GtkWidget *ts_server_row_new         (TsServers    *servers,
                                      TsMonitor    *monitor);
TsMonitor *ts_server_row_get_monitor (TsServerRow  *self);
void       ts_server_row_count       (TsServerRow  *self,
                                      TsListCounts *counts);
void       ts_server_row_get_place   (TsServerRow   *self,
                                      TsServerPlace *place);
gboolean   ts_server_row_matches     (TsServerRow *self,
                                      const char  *searched);

G_END_DECLS
