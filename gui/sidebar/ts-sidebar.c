/* The list of servers at the side.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-sidebar.h"

#include "sidebar/ts-row-drag.h"
#include "sidebar/ts-server-row.h"
#include "words/ts-closures.h"

struct _TsSidebar
{
  AdwBin parent_instance;

  GtkLabel *summary;
  GtkScrolledWindow *scroller;
  GtkListBox *list;
  GtkPopoverMenu *menu;
  guint tick_id; /* until the chosen row is scrolled into view */

  TsServers *servers; /* (nullable) */
};

enum
{
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsSidebar, ts_sidebar, ADW_TYPE_BIN)

/* Says above the list what a look at all rows would tell. */
static void
update_summary (TsSidebar *self)
{
  TsListCounts counts = { 0 };
  g_autofree char *text = NULL;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    ts_server_row_count (TS_SERVER_ROW (row), &counts);
  text = ts_list_words_summary (&counts);
  gtk_label_set_label (self->summary, text);
}

static GtkWidget *
create_row (gpointer item,
            gpointer user_data)
{
  TsSidebar *self = TS_SIDEBAR (user_data);
  GtkWidget *row = ts_server_row_new (self->servers, TS_MONITOR (item));

  ts_row_drag_add_source (TS_SERVER_ROW (row));
  g_signal_connect_object (row, "state-changed", G_CALLBACK (update_summary), self, G_CONNECT_SWAPPED);
  return row;
}

/* @row: (nullable): %NULL when the selected row goes away; the list of servers chooses the next one itself */
static void
row_selected (TsSidebar *self,
              TsServerRow *row)
{
  if (row != NULL)
    ts_servers_choose (self->servers, ts_server_row_get_monitor (row));
}

/* Scrolls no further than is needed to see all of the chosen row. */
static gboolean
scroll_to_chosen (GtkWidget *widget,
                  GdkFrameClock *frame_clock,
                  gpointer user_data)
{
  TsSidebar *self = TS_SIDEBAR (widget);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_selected_row (self->list));
  graphene_rect_t bounds;

  /* A row that was added just now has no place in the list before the next layout. */
  if (row != NULL && gtk_widget_get_height (row) == 0)
    return G_SOURCE_CONTINUE;
  if (row != NULL && gtk_widget_compute_bounds (row, GTK_WIDGET (self->scroller), &bounds))
    {
      double top = gtk_adjustment_get_value (adjustment) + bounds.origin.y;

      gtk_adjustment_clamp_page (adjustment, top, top + bounds.size.height);
    }
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

/* Selects the chosen server's row. That is needed after a move, too: the row goes, and comes back unselected. */
static void
select_chosen (TsSidebar *self)
{
  TsMonitor *chosen = ts_servers_get_chosen (self->servers);
  guint position;

  if (chosen != NULL && ts_ensemble_find (ts_servers_get_ensemble (self->servers), chosen, &position))
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int) position));
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_to_chosen, NULL, NULL);
}

static void
list_changed (TsSidebar *self)
{
  select_chosen (self);
  update_summary (self);
}

static void
row_activated (TsSidebar *self)
{
  g_signal_emit (self, signals[OPENED], 0);
}

static void
show_menu (TsSidebar *self,
           GtkWidget *row,
           const GdkRectangle *at)
{
  gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* GTK does not notice that the pointer has left a row while a menu is open. */
static void
menu_closed (TsSidebar *self)
{
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    gtk_widget_unset_state_flags (row, GTK_STATE_FLAG_PRELIGHT);
}

static void
menu_asked_for_at (TsSidebar *self,
                   double x,
                   double y)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->list, (int) y);
  double popover_x, popover_y;

  if (row == NULL)
    return;
  gtk_widget_translate_coordinates (GTK_WIDGET (self->list), GTK_WIDGET (self), x, y, &popover_x, &popover_y);
  show_menu (self, GTK_WIDGET (row), &(GdkRectangle) { (int) popover_x, (int) popover_y, 1, 1 });
}

static void
right_clicked (TsSidebar *self,
               int n_presses,
               double x,
               double y)
{
  menu_asked_for_at (self, x, y);
}

static void
menu_key_pressed (GtkWidget *widget,
                  const char *action_name,
                  GVariant *parameter)
{
  TsSidebar *self = TS_SIDEBAR (widget);
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_selected_row (self->list));
  graphene_rect_t bounds;

  if (row == NULL || !gtk_widget_compute_bounds (row, widget, &bounds))
    return;
  show_menu (self, row, &(GdkRectangle) { (int) bounds.origin.x, (int) bounds.origin.y,
                                          (int) bounds.size.width, (int) bounds.size.height });
}

static void
toggle_overlay (TsSidebar *self,
                GtkWidget *row)
{
  ts_overlays_toggle (ts_servers_get_overlays (self->servers),
                      ts_server_row_get_monitor (TS_SERVER_ROW (row)));
}

/* Ctrl and an arrow move the focus and not the selection, so the focused row need not be the chosen server's. */
static void
overlay_key_pressed (GtkWidget *widget,
                     const char *action_name,
                     GVariant *parameter)
{
  TsSidebar *self = TS_SIDEBAR (widget);
  GtkWidget *row = gtk_widget_get_focus_child (GTK_WIDGET (self->list));

  if (row != NULL)
    toggle_overlay (self, row);
}

/* As in other lists, Ctrl and a click add to what is shown, here an overlay, and leave the selection as it is. */
static void
clicked (TsSidebar *self,
         int n_presses,
         double x,
         double y,
         GtkGesture *gesture)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->list, (int) y);

  if ((state & GDK_CONTROL_MASK) == 0 || row == NULL)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  toggle_overlay (self, GTK_WIDGET (row));
}

/* The list is one stop of the Tab key; the arrows go from row to row. */
static gboolean
ts_sidebar_focus (GtkWidget *widget,
                  GtkDirectionType direction)
{
  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return GTK_WIDGET_CLASS (ts_sidebar_parent_class)->focus (widget, direction);
  return !ts_sidebar_has_focus (TS_SIDEBAR (widget)) && ts_sidebar_take_focus (TS_SIDEBAR (widget));
}

static void
ts_sidebar_dispose (GObject *object)
{
  TsSidebar *self = TS_SIDEBAR (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  self->list = NULL;
  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->menu));
  self->menu = NULL;
  g_clear_object (&self->servers);
  G_OBJECT_CLASS (ts_sidebar_parent_class)->dispose (object);
}

static void
ts_sidebar_class_init (TsSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_sidebar_dispose;
  widget_class->focus = ts_sidebar_focus;

  /**
   * TsSidebar::opened:
   *
   * The user wants to see the page of the chosen server.
   */
  signals[OPENED] = g_signal_new ("opened", TS_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);

  gtk_widget_class_install_action (widget_class, "sidebar.menu", NULL, menu_key_pressed);
  gtk_widget_class_install_action (widget_class, "sidebar.overlay", NULL, overlay_key_pressed);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "sidebar.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "sidebar.menu", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, summary);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, scroller);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, menu);
  gtk_widget_class_bind_template_callback (widget_class, row_selected);
  gtk_widget_class_bind_template_callback (widget_class, ts_closures_has_text);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, clicked);
  gtk_widget_class_bind_template_callback (widget_class, right_clicked);
  gtk_widget_class_bind_template_callback (widget_class, menu_asked_for_at);
  gtk_widget_class_bind_template_callback (widget_class, menu_closed);
}

static void
ts_sidebar_init (TsSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
}

/**
 * ts_sidebar_set_servers:
 * @self: a sidebar, which shows no servers so far
 * @servers: the list to show; selecting a row chooses its server
 */
void
ts_sidebar_set_servers (TsSidebar *self,
                        TsServers *servers)
{
  TsEnsemble *ensemble = ts_servers_get_ensemble (servers);

  g_return_if_fail (self->servers == NULL);

  self->servers = g_object_ref (servers);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (ensemble), create_row, self, NULL);
  ts_row_drag_add_target (self->list, ensemble);
  g_signal_connect_object (servers, "notify::chosen", G_CALLBACK (select_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ensemble, "items-changed", G_CALLBACK (list_changed), self, G_CONNECT_SWAPPED);
  list_changed (self);
}

/**
 * ts_sidebar_set_menu:
 * @self: a sidebar
 * @model: the context menu of each row; its actions are about the chosen server
 */
void
ts_sidebar_set_menu (TsSidebar *self,
                     GMenuModel *model)
{
  gtk_popover_menu_set_menu_model (self->menu, model);
}

/**
 * ts_sidebar_take_focus:
 * @self: a sidebar
 *
 * Moves the keyboard focus to the chosen server's row.
 *
 * Returns: whether there is such a row
 */
gboolean
ts_sidebar_take_focus (TsSidebar *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

/**
 * ts_sidebar_has_focus:
 * @self: a sidebar
 *
 * Returns: whether the keyboard focus is in it
 */
gboolean
ts_sidebar_has_focus (TsSidebar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
}
