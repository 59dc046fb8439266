/* The page that shows one server: headline, clocks, figures and chart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "chart/ts-chart.h"
#include "servers/ts-archive.h"
#include "servers/ts-servers.h"

G_BEGIN_DECLS

#define TS_TYPE_SERVER_PAGE (ts_server_page_get_type ())
G_DECLARE_FINAL_TYPE (TsServerPage, ts_server_page, TS, SERVER_PAGE, AdwBin)

void     ts_server_page_set_servers (TsServerPage *self,
                                     TsServers    *servers);
void     ts_server_page_set_archive (TsServerPage *self,
                                     TsArchive    *archive);
void     ts_server_page_reload_past (TsServerPage *self);
void     ts_server_page_show_days   (TsServerPage *self);
void     ts_server_page_take_focus  (TsServerPage *self);
TsChart *ts_server_page_get_chart   (TsServerPage *self);

G_END_DECLS
