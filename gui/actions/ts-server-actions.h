/* What can be done with the chosen servers, as actions of the window.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "actions/ts-notices.h"
#include "page/ts-server-page.h"
#include "servers/ts-archive.h"
#include "servers/ts-servers.h"
#include "sidebar/ts-sidebar.h"

G_BEGIN_DECLS

/**
 * TsServerActionsParts:
 * @servers: the list
 * @archive: where they are recorded
 * @settings: the app's
 * @notices: shows toasts
 * @toasts: where the window shows toasts
 * @sidebar: shows the list
 * @page: shows the chosen server
 *
 * Parts of the window that the actions use. All of them must outlive the actions.
 */
typedef struct
{
  TsServers *servers;
  TsArchive *archive;
  GSettings *settings;
  TsNotices *notices;
  AdwToastOverlay *toasts;
  TsSidebar *sidebar;
  TsServerPage *page;
} TsServerActionsParts;

typedef struct _TsServerActions TsServerActions;

void             ts_server_actions_bind_keys (GtkWidgetClass             *window_class);
TsServerActions *ts_server_actions_new       (GtkApplicationWindow       *window,
                                              const TsServerActionsParts *parts);
void             ts_server_actions_free      (TsServerActions            *self);
void             ts_server_actions_update    (TsServerActions            *self);

G_END_DECLS
