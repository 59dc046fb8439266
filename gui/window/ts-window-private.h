/* What the window's own files share: the window, who is chosen in it, and its actions.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "window/ts-address-bar.h"
#include "servers/ts-alarm.h"
#include "monitor/ts-ensemble.h"
#include "servers/ts-overlays.h"
#include "save/ts-saver.h"
#include "page/ts-server-page.h"
#include "share/ts-share-row.h"
#include "sidebar/ts-sidebar.h"
#include "window/ts-start-page.h"
#include "monitor/ts-wake-up.h"
#include "window/ts-window.h"

G_BEGIN_DECLS

struct _TsWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  TsStartPage *start_page;
  AdwLeaflet *leaflet;
  AdwClamp *header_clamp;
  GtkWidget *list_pane;
  AdwHeaderBar *page_header;
  GtkButton *pause_all_button;
  GtkMenuButton *start_menu_button;
  GtkMenuButton *primary_menu_button;
  GMenu *start_menu;
  GMenu *primary_menu;
  GMenu *intervals;
  TsSidebar *sidebar;
  TsShareRow *share_row;
  TsServerPage *server_page;

  TsAddressBar *address_bar;
  GSettings *settings;
  TsSaver *saver;
  TsClock *clock;
  TsEnsemble *ensemble;
  TsAlarm *alarm;
  TsWakeUp *wake_up;
  TsShare *share;
  TsOverlays *overlays;
  TsMonitor *chosen; /* (nullable): whose page is shown */
  gboolean shows_sidebar;
};

void ts_window_bind_server_callbacks (GtkWidgetClass *widget_class);
void ts_window_set_up_servers        (TsWindow       *self);
void ts_window_choose                (TsWindow       *self,
                                      TsMonitor      *monitor);
void ts_window_show_page             (TsWindow       *self);
void ts_window_adopt                 (TsWindow       *self,
                                      TsMonitor      *monitor);
void ts_window_server_changed        (TsWindow       *self);
void ts_window_set_sidebar           (TsWindow       *self,
                                      gboolean        is_shown);
void ts_window_install_actions       (GtkWidgetClass *widget_class);
void ts_window_update_actions        (TsWindow       *self);

G_END_DECLS
