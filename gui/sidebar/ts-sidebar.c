/* The list of servers at the side.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-sidebar.h"

#include "sidebar/ts-row-drag.h"
#include "sidebar/ts-server-row.h"

struct _TsSidebar
{
  AdwBin parent_instance;

  GtkListBox *list;
  GtkPopoverMenu *menu;

  TsEnsemble *ensemble; /* (nullable) */
  TsOverlays *overlays; /* (nullable) */
};

enum
{
  CHOSEN,
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsSidebar, ts_sidebar, ADW_TYPE_BIN)

static GtkWidget *
create_row (gpointer item,
            gpointer user_data)
{
  TsSidebar *self = TS_SIDEBAR (user_data);
  GtkWidget *row = ts_server_row_new (self->ensemble, self->overlays, TS_MONITOR (item));

  ts_row_drag_add_source (TS_SERVER_ROW (row));
  return row;
}

/* A row that goes takes the choice with it; whoever removes it chooses another. */
static void
row_selected (TsSidebar *self,
              TsServerRow *row)
{
  if (row != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, ts_server_row_get_monitor (row));
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
  ts_overlays_toggle (self->overlays, ts_server_row_get_monitor (TS_SERVER_ROW (row)));
}

/* Ctrl and the arrows move the focus alone: it need not be on the chosen row. */
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

/* A click with Ctrl takes one more, as in other lists, and leaves the choice as it is. */
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

static void
ts_sidebar_size_allocate (GtkWidget *widget,
                          int width,
                          int height,
                          int baseline)
{
  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
  gtk_popover_present (GTK_POPOVER (TS_SIDEBAR (widget)->menu));
}

static void
ts_sidebar_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size,
                      minimum, natural, minimum_baseline, natural_baseline);
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
  g_clear_object (&self->ensemble);
  g_clear_object (&self->overlays);
  G_OBJECT_CLASS (ts_sidebar_parent_class)->dispose (object);
}

static void
ts_sidebar_class_init (TsSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_sidebar_dispose;
  widget_class->size_allocate = ts_sidebar_size_allocate;
  widget_class->measure = ts_sidebar_measure;

  /**
   * TsSidebar::chosen:
   * @monitor: a #TsMonitor
   *
   * The user chose a server.
   */
  signals[CHOSEN] = g_signal_new ("chosen", TS_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, TS_TYPE_MONITOR);
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
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, menu);
  gtk_widget_class_bind_template_callback (widget_class, row_selected);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, clicked);
  gtk_widget_class_bind_template_callback (widget_class, right_clicked);
  gtk_widget_class_bind_template_callback (widget_class, menu_asked_for_at);
}

static void
ts_sidebar_init (TsSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The bin's own does not place the menu. */
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
}

/**
 * ts_sidebar_set_ensemble:
 * @self: a sidebar
 * @ensemble: the servers to list; this is said once
 * @overlays: which of them are laid over the charts of the others
 */
void
ts_sidebar_set_ensemble (TsSidebar *self,
                         TsEnsemble *ensemble,
                         TsOverlays *overlays)
{
  g_set_object (&self->ensemble, ensemble);
  g_set_object (&self->overlays, overlays);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (ensemble), create_row, self, NULL);
  ts_row_drag_add_target (self->list, ensemble);
}

/**
 * ts_sidebar_choose:
 * @self: a sidebar
 * @monitor: of a server that is listed
 * @takes_focus: whether its row gets the keyboard focus, too
 */
void
ts_sidebar_choose (TsSidebar *self,
                   TsMonitor *monitor,
                   gboolean takes_focus)
{
  guint position;
  GtkListBoxRow *row;

  if (!ts_ensemble_find (self->ensemble, monitor, &position))
    return;
  row = gtk_list_box_get_row_at_index (self->list, (int) position);
  gtk_list_box_select_row (self->list, row);
  if (takes_focus)
    gtk_widget_grab_focus (GTK_WIDGET (row));
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
  return gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;
}
