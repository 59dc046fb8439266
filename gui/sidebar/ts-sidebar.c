/* The list of servers at the side.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-sidebar.h"

#include "sidebar/ts-row-drag.h"
#include "sidebar/ts-server-row.h"

/* How often a list by offsets is sorted at most, because rows that move all the time cannot be read. */
#define SORT_PACE_US (5 * G_USEC_PER_SEC)

struct _TsSidebar
{
  AdwBin parent_instance;

  GtkWidget *top;
  GtkWidget *bar;
  GtkLabel *summary;
  GtkWidget *tools;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search;
  GtkScrolledWindow *scroller;
  GtkListBox *list;
  GtkPopoverMenu *menu;
  GMenuModel *menu_model; /* (nullable): what it shows */
  guint tick_id; /* until the chosen row is scrolled into view */

  TsServers *servers; /* (nullable) */
  GtkEventController *drop_target; /* (nullable) */
  char *order;
  gint64 sorted_us;
  gboolean is_selecting; /* while the rows follow the list of servers */
  gboolean is_pressed;   /* whether the pointer was pressed on the list since a row was activated */
};

enum
{
  PROP_0,
  PROP_ORDER,
  N_PROPS
};

enum
{
  OPENED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsSidebar, ts_sidebar, ADW_TYPE_BIN)

static TsServerRow *
get_row (TsSidebar *self,
         int index)
{
  return (TsServerRow *) gtk_list_box_get_row_at_index (self->list, index);
}

/* Returns: (nullable): the row of @monitor (nullable) */
static TsServerRow *
find_row (TsSidebar *self,
          TsMonitor *monitor)
{
  TsServerRow *row;

  for (int i = 0; (row = get_row (self, i)) != NULL; i++)
    if (ts_server_row_get_monitor (row) == monitor)
      return row;
  return NULL;
}

static int
compare_rows (GtkListBoxRow *a,
              GtkListBoxRow *b,
              gpointer user_data)
{
  TsServerPlace a_place, b_place;

  ts_server_row_get_place (TS_SERVER_ROW (a), &a_place);
  ts_server_row_get_place (TS_SERVER_ROW (b), &b_place);
  return ts_server_order_compare (ts_server_order_parse (TS_SIDEBAR (user_data)->order), &a_place, &b_place);
}

static gboolean
matches_search (GtkListBoxRow *row,
                gpointer user_data)
{
  return ts_server_row_matches (TS_SERVER_ROW (row), gtk_editable_get_text (GTK_EDITABLE (TS_SIDEBAR (user_data)->search)));
}

static void
sort (TsSidebar *self)
{
  self->sorted_us = g_get_monotonic_time ();
  gtk_list_box_invalidate_sort (self->list);
}

/* Searching and sorting are offered where there is something to search and to sort. */
static void
update_bar (TsSidebar *self)
{
  gboolean has_tools = (self->servers != NULL &&
                        ts_ensemble_get_length (ts_servers_get_ensemble (self->servers)) >= TS_LIST_WORDS_MANY) ||
                       !g_str_equal (self->order, "manual") || gtk_search_bar_get_search_mode (self->search_bar);

  gtk_widget_set_visible (self->tools, has_tools);
  gtk_widget_set_visible (self->bar, has_tools || *gtk_label_get_label (self->summary) != '\0');
}

/* Says above the list what a look at all rows would tell. */
static void
update_summary (TsSidebar *self)
{
  TsListCounts counts = { 0 };
  g_autofree char *text = NULL;
  TsServerRow *row;

  for (int i = 0; (row = get_row (self, i)) != NULL; i++)
    ts_server_row_count (row, &counts);
  text = ts_list_words_summary (&counts);
  gtk_label_set_label (self->summary, text);
  update_bar (self);
}

static gboolean
is_misplaced (TsSidebar *self,
              GtkListBoxRow *row)
{
  int index = gtk_list_box_row_get_index (row);
  GtkListBoxRow *above = index > 0 ? gtk_list_box_get_row_at_index (self->list, index - 1) : NULL;
  GtkListBoxRow *below = gtk_list_box_get_row_at_index (self->list, index + 1);

  return (above != NULL && compare_rows (above, row, self) > 0) ||
         (below != NULL && compare_rows (row, below, self) > 0);
}

static void
row_updated (TsSidebar *self,
             gboolean is_other_state,
             GtkListBoxRow *row)
{
  TsServerOrder order = ts_server_order_parse (self->order);

  if (is_other_state)
    update_summary (self);
  if (order == TS_SERVER_ORDER_MANUAL ||
      (order == TS_SERVER_ORDER_OFFSET && g_get_monotonic_time () - self->sorted_us < SORT_PACE_US))
    return;
  /* A removed row may outlive its place, which GTK 4.8 would look up all the same. */
  if (gtk_widget_get_parent (GTK_WIDGET (row)) != GTK_WIDGET (self->list))
    return;
  if (is_misplaced (self, row))
    sort (self);
}

static void
add_row (TsSidebar *self,
         TsMonitor *monitor)
{
  GtkWidget *row = ts_server_row_new (self->servers, monitor);

  ts_row_drag_add_source (TS_SERVER_ROW (row));
  gtk_list_box_append (self->list, row);
  g_signal_connect_object (row, "updated", G_CALLBACK (row_updated), self, G_CONNECT_SWAPPED);
}

/* The rows are not bound to the list model, because GtkListBox can neither sort nor filter such rows. */
static void
update_rows (TsSidebar *self)
{
  TsEnsemble *ensemble = ts_servers_get_ensemble (self->servers);
  TsServerRow *row;

  for (int i = 0; (row = get_row (self, i)) != NULL;)
    if (ts_ensemble_find (ensemble, ts_server_row_get_monitor (row), NULL))
      i++;
    else
      gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < ts_ensemble_get_length (ensemble); i++)
    if (find_row (self, ts_ensemble_get (ensemble, i)) == NULL)
      add_row (self, ts_ensemble_get (ensemble, i));
  sort (self);
}

/* Scrolls no further than is needed to see all of the chosen row. */
static gboolean
scroll_to_chosen (GtkWidget *widget,
                  GdkFrameClock *frame_clock,
                  gpointer user_data)
{
  TsSidebar *self = TS_SIDEBAR (widget);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  GtkWidget *row = GTK_WIDGET (find_row (self, ts_servers_get_chosen (self->servers)));
  gboolean is_shown = row != NULL && gtk_widget_get_child_visible (row);
  graphene_rect_t bounds;

  /* A row that was added just now has no place in the list before the next layout. */
  if (is_shown && gtk_widget_get_height (row) == 0)
    return G_SOURCE_CONTINUE;
  if (is_shown && gtk_widget_compute_bounds (row, GTK_WIDGET (self->scroller), &bounds))
    {
      double top = gtk_adjustment_get_value (adjustment) + bounds.origin.y;

      gtk_adjustment_clamp_page (adjustment, top, top + bounds.size.height);
    }
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

/* Selects the rows of the servers that are selected. That is needed after a move, too: the row goes, and comes back
 * unselected. */
static void
select_chosen (TsSidebar *self)
{
  GPtrArray *selected = ts_servers_get_selected (self->servers);
  TsServerRow *row;

  self->is_selecting = TRUE;
  for (int i = 0; (row = get_row (self, i)) != NULL; i++)
    if (g_ptr_array_find (selected, ts_server_row_get_monitor (row), NULL))
      gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
    else
      gtk_list_box_unselect_row (self->list, GTK_LIST_BOX_ROW (row));
  self->is_selecting = FALSE;
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_to_chosen, NULL, NULL);
}

static void
list_changed (TsSidebar *self)
{
  self->is_selecting = TRUE;
  update_rows (self);
  select_chosen (self);
  update_summary (self);
}

/* What the user does with the selection, the list of servers follows. */
static void
selection_changed (TsSidebar *self)
{
  g_autoptr (GPtrArray) selected = g_ptr_array_new ();
  GtkListBoxRow *latest = gtk_list_box_get_selected_row (self->list);
  g_autoptr (GList) rows = gtk_list_box_get_selected_rows (self->list);

  if (self->is_selecting)
    return;
  if (latest != NULL && gtk_list_box_row_is_selected (latest))
    g_ptr_array_add (selected, ts_server_row_get_monitor (TS_SERVER_ROW (latest)));
  for (GList *at = rows; at != NULL; at = at->next)
    if (at->data != latest)
      g_ptr_array_add (selected, ts_server_row_get_monitor (at->data));
  if (selected->len > 0)
    ts_servers_select (self->servers, selected);
  else
    select_chosen (self);
}

/* A row that is clicked or chosen by Return is selected alone, although GtkListBox would add it to those that are. */
static void
row_activated (TsSidebar *self,
               TsServerRow *row)
{
  g_autoptr (GPtrArray) selected = g_ptr_array_new ();

  g_ptr_array_add (selected, ts_server_row_get_monitor (row));
  ts_servers_select (self->servers, selected);
  select_chosen (self);
  g_signal_emit (self, signals[OPENED], 0, self->is_pressed);
  self->is_pressed = FALSE;
}

/* Selects all rows that are shown from the chosen server's to @last, and no others. */
static void
select_up_to (TsSidebar *self,
              GtkListBoxRow *last)
{
  int i = gtk_list_box_row_get_index (last);
  int chosen = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (find_row (self, ts_servers_get_chosen (self->servers))));
  int step = i <= chosen ? 1 : -1;

  self->is_selecting = TRUE;
  gtk_list_box_unselect_all (self->list);
  for (; i != chosen + step; i += step)
    if (gtk_widget_get_child_visible (GTK_WIDGET (get_row (self, i))))
      gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (get_row (self, i)));
  self->is_selecting = FALSE;
  selection_changed (self);
}

/* As in other lists, Ctrl and a click add a row to what is selected, or take it away, and Shift and a click select all up
 * to it. GtkListBox does that only if a click alone does not activate a row. */
static void
clicked (TsSidebar *self,
         int n_presses,
         double x,
         double y,
         GtkGesture *gesture)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->list, (int) y);

  self->is_pressed = (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == 0;
  if (self->is_pressed || row == NULL)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (row));
  if ((state & GDK_SHIFT_MASK) != 0)
    select_up_to (self, row);
  else if (gtk_list_box_row_is_selected (row))
    gtk_list_box_unselect_row (self->list, row);
  else
    gtk_list_box_select_row (self->list, row);
}

static void
show_menu (TsSidebar *self,
           GtkWidget *row,
           const GdkRectangle *at)
{
  if (!gtk_list_box_row_is_selected (GTK_LIST_BOX_ROW (row)))
    ts_servers_choose (self->servers, ts_server_row_get_monitor (TS_SERVER_ROW (row)));
  /* The menu's widgets are made when it is first opened, because they would delay the first frame. */
  gtk_popover_menu_set_menu_model (self->menu, self->menu_model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), at);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* GTK does not notice that the pointer has left a row while a menu is open. */
static void
menu_closed (TsSidebar *self)
{
  TsServerRow *row;

  for (int i = 0; (row = get_row (self, i)) != NULL; i++)
    gtk_widget_unset_state_flags (GTK_WIDGET (row), GTK_STATE_FLAG_PRELIGHT);
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
  GtkWidget *row = GTK_WIDGET (find_row (self, ts_servers_get_chosen (self->servers)));
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

/* Nobody removes or pauses what is not shown, so rows that are not found are no longer selected. The chosen server stays
 * so, because its page shows it. */
static void
unselect_hidden (TsSidebar *self)
{
  TsMonitor *chosen = ts_servers_get_chosen (self->servers);
  TsServerRow *row;

  self->is_selecting = TRUE;
  for (int i = 0; (row = get_row (self, i)) != NULL; i++)
    if (!gtk_widget_get_child_visible (GTK_WIDGET (row)) && ts_server_row_get_monitor (row) != chosen)
      gtk_list_box_unselect_row (self->list, GTK_LIST_BOX_ROW (row));
  self->is_selecting = FALSE;
  selection_changed (self);
}

static void
search_changed (TsSidebar *self)
{
  gtk_list_box_invalidate_filter (self->list);
  if (self->servers != NULL)
    unselect_hidden (self);
}

/* Escape in the entry and the button end the search. */
static void
search_mode_changed (TsSidebar *self)
{
  update_bar (self);
  if (!gtk_search_bar_get_search_mode (self->search_bar))
    ts_sidebar_take_focus (self);
}

/* Chooses the first server that was found. */
static void
search_activated (TsSidebar *self)
{
  TsServerRow *row;
  int i = 0;

  while ((row = get_row (self, i)) != NULL && !gtk_widget_get_child_visible (GTK_WIDGET (row)))
    i++;
  if (row == NULL)
    return;
  ts_servers_choose (self->servers, ts_server_row_get_monitor (row));
  gtk_widget_grab_focus (GTK_WIDGET (row));
}

static gboolean
has_focus_in (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, widget);
}

/* The list is one stop of the Tab key, below what is above it; the arrows go from row to row. */
static gboolean
ts_sidebar_focus (GtkWidget *widget,
                  GtkDirectionType direction)
{
  TsSidebar *self = TS_SIDEBAR (widget);
  gboolean is_in_list = has_focus_in (GTK_WIDGET (self->list));

  /* Tab stays in a menu until that is closed. */
  if (has_focus_in (GTK_WIDGET (self->menu)))
    return gtk_widget_child_focus (GTK_WIDGET (self->menu), direction);
  switch (direction)
    {
    case GTK_DIR_TAB_FORWARD:
      return !is_in_list && (gtk_widget_child_focus (self->top, direction) || ts_sidebar_take_focus (self));
    case GTK_DIR_TAB_BACKWARD:
      if (!is_in_list && !has_focus_in (self->top) && ts_sidebar_take_focus (self))
        return TRUE;
      return gtk_widget_child_focus (self->top, direction);
    case GTK_DIR_UP:
    case GTK_DIR_DOWN:
    case GTK_DIR_LEFT:
    case GTK_DIR_RIGHT:
    default:
      return GTK_WIDGET_CLASS (ts_sidebar_parent_class)->focus (widget, direction);
    }
}

static void
set_order (TsSidebar *self,
           const char *order)
{
  if (g_str_equal (self->order, order))
    return;
  g_free (self->order);
  self->order = g_strdup (order);
  sort (self);
  update_bar (self);
  /* A row that is dropped would not stay where it is dropped. */
  if (self->drop_target != NULL)
    gtk_event_controller_set_propagation_phase (self->drop_target, g_str_equal (order, "manual") ? GTK_PHASE_BUBBLE
                                                                                                 : GTK_PHASE_NONE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ORDER]);
}

static void
ts_sidebar_get_property (GObject *object,
                         guint property_id,
                         GValue *value,
                         GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_ORDER:
      g_value_set_string (value, TS_SIDEBAR (object)->order);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_sidebar_set_property (GObject *object,
                         guint property_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_ORDER:
      set_order (TS_SIDEBAR (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_sidebar_dispose (GObject *object)
{
  TsSidebar *self = TS_SIDEBAR (object);

  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_data (ts_servers_get_ensemble (self->servers), self);
  if (self->menu != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->menu));
  self->menu = NULL;
  g_clear_object (&self->menu_model);
  g_clear_object (&self->servers);
  G_OBJECT_CLASS (ts_sidebar_parent_class)->dispose (object);
}

static void
ts_sidebar_finalize (GObject *object)
{
  g_free (TS_SIDEBAR (object)->order);
  G_OBJECT_CLASS (ts_sidebar_parent_class)->finalize (object);
}

static void
ts_sidebar_class_init (TsSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ts_sidebar_get_property;
  object_class->set_property = ts_sidebar_set_property;
  object_class->dispose = ts_sidebar_dispose;
  object_class->finalize = ts_sidebar_finalize;
  widget_class->focus = ts_sidebar_focus;

  /* As in the settings' schema. */
  properties[PROP_ORDER] = g_param_spec_string ("order", NULL, NULL, "manual",
                                                G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TsSidebar::opened:
   * @is_clicked: whether the pointer chose it, and not a key
   *
   * The user wants to see the page of the chosen server.
   */
  signals[OPENED] = g_signal_new ("opened", TS_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);

  gtk_widget_class_install_action (widget_class, "sidebar.menu", NULL, menu_key_pressed);
  gtk_widget_class_install_action (widget_class, "sidebar.overlay", NULL, overlay_key_pressed);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "sidebar.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "sidebar.menu", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, top);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, bar);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, summary);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, tools);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, search_bar);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, search);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, scroller);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, TsSidebar, menu);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, clicked);
  gtk_widget_class_bind_template_callback (widget_class, right_clicked);
  gtk_widget_class_bind_template_callback (widget_class, menu_asked_for_at);
  gtk_widget_class_bind_template_callback (widget_class, menu_closed);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_mode_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_activated);
}

static void
ts_sidebar_init (TsSidebar *self)
{
  self->order = g_strdup ("manual");
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search));
  gtk_list_box_set_sort_func (self->list, compare_rows, self, NULL);
  gtk_list_box_set_filter_func (self->list, matches_search, self, NULL);
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
  self->drop_target = ts_row_drag_add_target (self->list, ensemble);
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
  g_set_object (&self->menu_model, model);
}

/**
 * ts_sidebar_search:
 * @self: a sidebar
 *
 * Lets the user search for servers.
 */
void
ts_sidebar_search (TsSidebar *self)
{
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/**
 * ts_sidebar_take_focus:
 * @self: a sidebar
 *
 * Moves the keyboard focus to the chosen server's row, or, if that is not shown, to the first row that is.
 *
 * Returns: whether there is such a row
 */
gboolean
ts_sidebar_take_focus (TsSidebar *self)
{
  TsServerRow *row = find_row (self, ts_servers_get_chosen (self->servers));

  for (int i = 0; row != NULL && !gtk_widget_get_child_visible (GTK_WIDGET (row)); i++)
    row = get_row (self, i);
  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

/**
 * ts_sidebar_has_focus:
 * @self: a sidebar
 *
 * Returns: whether the keyboard focus is in the list
 */
gboolean
ts_sidebar_has_focus (TsSidebar *self)
{
  return has_focus_in (GTK_WIDGET (self->list));
}
