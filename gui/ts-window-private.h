/* What the window's own files share: the window, who is chosen in it, and its actions.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-address-bar.h"
#include "ts-alarm.h"
#include "ts-ensemble.h"
#include "ts-overlays.h"
#include "ts-saver.h"
#include "ts-server-page.h"
#include "ts-share-row.h"
#include "ts-sidebar.h"
#include "ts-start-page.h"
#include "ts-wake-up.h"
#include "ts-window.h"

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
