/* The list of servers at the side.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "servers/ts-servers.h"

G_BEGIN_DECLS

#define TS_TYPE_SIDEBAR (ts_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (TsSidebar, ts_sidebar, TS, SIDEBAR, AdwBin)

void     ts_sidebar_set_servers (TsSidebar  *self,
                                 TsServers  *servers);
void     ts_sidebar_set_menu    (TsSidebar  *self,
                                 GMenuModel *model);
void     ts_sidebar_search      (TsSidebar  *self);
gboolean ts_sidebar_take_focus  (TsSidebar  *self);
gboolean ts_sidebar_has_focus   (TsSidebar  *self);

G_END_DECLS
