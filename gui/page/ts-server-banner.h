/* The banner of a server's page: why it cannot be measured, that its key has changed, that it is paused, that it
 * contradicts another server, or that its clock is slewed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "parts/ts-page-layout.h"
#include "servers/ts-server-state.h"

G_BEGIN_DECLS

#define TS_TYPE_SERVER_BANNER (ts_server_banner_get_type ())
G_DECLARE_FINAL_TYPE (TsServerBanner, ts_server_banner, TS, SERVER_BANNER, AdwBin)

void ts_server_banner_show       (TsServerBanner        *self,
                                  TsMonitor             *monitor,
                                  TsVerdict              trend,
                                  const TsServerDispute *dispute,
                                  gboolean               has_other_key);
void ts_server_banner_hide       (TsServerBanner        *self);
void ts_server_banner_set_layout (TsServerBanner        *self,
                                  TsPageLayout           layout);

G_END_DECLS
