/* The window: the start page, or the list of servers and the page of the chosen one.
 *
 * The list itself is a TsServers; the window shows it and offers what can be done with it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-window.h"

#include <glib/gi18n.h>

#include "bus/ts-bus.h"
#include "chart/paint/ts-chart-text.h"
#include "monitor/ts-wake-up.h"
#include "net/ts-probe-factory.h"
#include "parts/ts-still.h"
#include "page/ts-server-page.h"
#include "recording/ts-recording-window.h"
#include "servers/ts-recent-hosts.h"
#include "servers/ts-servers.h"
#include "servers/ts-time-sources.h"
#include "share/ts-share-row.h"
#include "sidebar/ts-sidebar.h"
#include "window/ts-address-bar.h"
#include "window/ts-help.h"
#include "actions/ts-notices.h"
#include "window/ts-pool-question.h"
#include "actions/ts-server-actions.h"
#include "window/ts-start-page.h"
#include "words/ts-closures.h"
#include "words/ts-isolate.h"
#include "words/ts-words.h"

/* How much of the window the list has at most. The window cannot become narrower than the list, which becomes narrower with
 * it. */
#define LIST_PART 0.38
/* Widths with text of the usual size. */
#define LIST_PX   280 /* the list, which grows with the text */
#define FOLDED_PX 600 /* below, the list takes the page's place */
#define TINY_PX   300 /* below, the address is behind a button */
#define HEADER_PX 420 /* the address at most */

struct _TsWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  TsStartPage *start_page;
  AdwLeaflet *leaflet;
  AdwClamp *list_pane;
  AdwClamp *header_clamp;
  AdwClamp *address_row; /* below the header, for an address that has no room in it */
  GtkWidget *address_button;
  GtkButton *pause_all_button;
  GtkMenuButton *start_menu_button;
  GtkMenuButton *primary_menu_button;
  GtkMenuButton *page_menu_button;
  GMenu *primary_menu;
  GMenu *page_menu;
  GMenu *server_menu;
  GMenu *intervals;
  TsSidebar *sidebar;
  TsShareRow *share_row;
  TsServerPage *server_page;

  TsAddressBar *address_bar;
  TsNotices *notices;
  GSettings *settings;
  TsClock *clock;
  TsServers *servers;
  TsServerActions *server_actions;
  TsArchive *archive;
  TsWakeUp *wake_up;
  TsBus *bus; /* (nullable): where other programs ask */
  TsShare *share;
  gboolean shows_sidebar;
  GCancellable *search; /* (nullable): of the servers that this computer sets its clock by, once it was begun */
  int width_px; /* when it was last laid out */
  double text_scale;
  gboolean is_tiny;
  guint relayout_id;
};

enum
{
  PROP_0,
  PROP_SHOWS_SIDEBAR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsWindow, ts_window, ADW_TYPE_APPLICATION_WINDOW)

static TsMonitor *
get_chosen (TsWindow *self)
{
  return ts_servers_get_chosen (self->servers);
}

static void
update_title (TsWindow *self)
{
  g_autofree char *name = get_chosen (self) != NULL ? ts_isolate_name (ts_monitor_get_name (get_chosen (self))) : NULL;
  g_autofree char *title = NULL;

  if (name != NULL)
    /* Translators: the title of the window while a server is measured; first that server's name. */
    title = g_strdup_printf (_("%s — Time Sync"), name);
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : _("Time Sync"));
}

static void
update_pause_all_button (TsWindow *self)
{
  gboolean resumes = ts_ensemble_is_paused (ts_servers_get_ensemble (self->servers));
  const char *label = resumes ? _("Resume all") : _("Pause all");
  g_autofree char *tooltip = g_strdup_printf ("%s (%s)", label, _("Shift+Space"));

  gtk_button_set_icon_name (self->pause_all_button,
                            resumes ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause_all_button), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause_all_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* Enables the actions that can be done now. */
static void
update_actions (TsWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean is_any = get_chosen (self) != NULL;
  gboolean is_folded = adw_leaflet_get_folded (self->leaflet);

  gtk_widget_action_set_enabled (widget, "win.days", ts_servers_get_selected (self->servers)->len == 1);
  gtk_widget_action_set_enabled (widget, "win.toggle-sidebar", is_any);
  gtk_widget_action_set_enabled (widget, "win.search", is_any);
  gtk_widget_action_set_enabled (widget, "win.back", is_any && is_folded);
  gtk_widget_action_set_enabled (widget, "win.sidebar", is_any && !is_folded);
  ts_server_actions_update (self->server_actions);
}

static void
servers_changed (TsWindow *self)
{
  update_title (self);
  update_actions (self);
  update_pause_all_button (self);
}

/* @is_shown: whether the list is beside the page where there is room for both */
static void
set_sidebar (TsWindow *self,
             gboolean is_shown)
{
  if (self->shows_sidebar == is_shown)
    return;
  self->shows_sidebar = is_shown;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_SIDEBAR]);
}

/* There is one address bar, so that its text, focus and errors stay the same: it moves between the start page, the header
 * and, where the header has room for a button only, a row below that. */
static void
place_address_bar (TsWindow *self)
{
  GtkWidget *address_bar = GTK_WIDGET (self->address_bar);
  gboolean is_start = get_chosen (self) == NULL;
  AdwClamp *clamp = is_start        ? ts_start_page_get_clamp (self->start_page)
                    : self->is_tiny ? self->address_row
                                    : self->header_clamp;
  GtkWidget *before = gtk_widget_get_parent (address_bar);

  ts_address_bar_set_compact (self->address_bar, !is_start || self->is_tiny);
  gtk_widget_set_visible (self->address_button, self->is_tiny);
  if (before == GTK_WIDGET (clamp))
    return;
  if (before != NULL)
    adw_clamp_set_child (ADW_CLAMP (before), NULL);
  adw_clamp_set_child (clamp, address_bar);
  gtk_widget_set_visible (GTK_WIDGET (self->address_row), FALSE);
}

static void
set_clamp_width (AdwClamp *clamp,
                 int most_px)
{
  adw_clamp_set_maximum_size (clamp, most_px);
  adw_clamp_set_tightening_threshold (clamp, most_px);
}

/* @is_folded: whether the list takes the page's place, and so all of the width */
static void
set_list_width (TsWindow *self,
                int width_px,
                gboolean is_folded)
{
  gtk_widget_set_size_request (GTK_WIDGET (self->list_pane), width_px, -1);
  set_clamp_width (self->list_pane, is_folded ? G_MAXINT : width_px);
}

/* What fits beside each other depends on how large the text is. */
static gboolean
relayout (gpointer user_data)
{
  TsWindow *self = user_data;
  double width = self->width_px / self->text_scale;
  double list_px = MIN (LIST_PX * self->text_scale, LIST_PART * self->width_px);

  self->relayout_id = 0;
  self->is_tiny = width < TINY_PX;
  set_list_width (self, (int) MAX (list_px, LIST_PX), width < FOLDED_PX);
  set_clamp_width (self->header_clamp, (int) (HEADER_PX * self->text_scale));
  set_clamp_width (self->address_row, (int) (HEADER_PX * self->text_scale));
  adw_leaflet_set_can_unfold (self->leaflet, width >= FOLDED_PX);
  ts_start_page_set_text_scale (self->start_page, self->text_scale, self->is_tiny);
  place_address_bar (self);
  return G_SOURCE_REMOVE;
}

static void
ts_window_size_allocate (GtkWidget *widget,
                         int width_px,
                         int height_px,
                         int baseline)
{
  TsWindow *self = TS_WINDOW (widget);
  double text_scale = ts_chart_text_get_width_scale (widget);
  gboolean is_other = width_px != self->width_px || text_scale != self->text_scale;

  GTK_WIDGET_CLASS (ts_window_parent_class)->size_allocate (widget, width_px, height_px, baseline);
  self->width_px = width_px;
  self->text_scale = text_scale;
  /* Not at once, because the layout must not change while it is being made. */
  if (is_other && self->relayout_id == 0)
    self->relayout_id = g_idle_add_full (GTK_PRIORITY_RESIZE, relayout, self, NULL);
}

static void
show_chosen_address (TsWindow *self)
{
  g_autofree char *address = get_chosen (self) != NULL ? ts_monitor_get_shown_address (get_chosen (self)) : NULL;

  ts_address_bar_set_current (self->address_bar, address);
}

/* Moves the focus to the page, so that single keys, such as Space, are not typed into the address. */
static void
show_page (TsWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->address_row), FALSE);
  adw_leaflet_set_visible_child_name (self->leaflet, "page");
  ts_server_page_take_focus (self->server_page);
}

/* A click in a list beside the page leaves the focus there, so that arrows, also with Shift, go on from its row. */
static void
server_opened (TsWindow *self,
               gboolean is_clicked)
{
  if (!is_clicked || adw_leaflet_get_folded (self->leaflet))
    show_page (self);
}

static void
found_sources (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_auto (GStrv) addresses = ts_time_sources_find_finish (result, NULL);

  /* The window is no longer there if that was cancelled. */
  if (addresses != NULL)
    ts_start_page_set_sources (TS_WINDOW (user_data)->start_page, (const char *const *) addresses);
}

/* Looks for servers to begin with, once, for a user who has measured none so far. */
static void
find_sources (TsWindow *self)
{
  g_autoptr (GPtrArray) recent = ts_recent_hosts_load (self->settings);

  if (self->search != NULL || recent->len > 0)
    return;
  self->search = g_cancellable_new ();
  ts_time_sources_find_async (NULL, "/", self->search, found_sources, self);
}

static void
chosen_changed (TsWindow *self)
{
  gboolean is_any = get_chosen (self) != NULL;

  place_address_bar (self);
  show_chosen_address (self);
  gtk_stack_set_visible_child_name (self->stack, is_any ? "servers" : "start");
  if (is_any)
    return;
  ts_address_bar_take_focus (self->address_bar);
  find_sources (self);
}

static void
address_submitted (TsWindow *self,
                   const TsAddress *address)
{
  g_autofree char *host = ts_address_to_string (address);
  TsMonitor *listed = ts_ensemble_find_host (ts_servers_get_ensemble (self->servers), host);

  if (listed != NULL && (listed != get_chosen (self) || ts_address_bar_is_typed (self->address_bar)))
    ts_notices_tell_listed (self->notices, listed);
  ts_servers_add (self->servers, address);
  show_chosen_address (self);
  show_page (self);
}

static void
recent_chosen (TsWindow *self,
               const char *host)
{
  ts_window_open (self, host);
}

static void
example_chosen (TsWindow *self,
                const char *host)
{
  ts_address_bar_set_text (self->address_bar, host);
  ts_address_bar_take_focus (self->address_bar);
}

static void
list_recent_hosts (TsWindow *self)
{
  g_autoptr (GPtrArray) hosts = ts_recent_hosts_load (self->settings);

  ts_start_page_set_recent (self->start_page, hosts, ts_clock_get_now_ns (self->clock));
  ts_address_bar_set_suggestions (self->address_bar, hosts);
}

static void
archive_changed (TsWindow *self)
{
  g_autofree char *problem = ts_archive_describe_problem (self->archive);

  ts_notices_tell_problem (self->notices, problem);
}

static void
show_days (GtkWidget *widget,
           const char *action_name,
           GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  show_page (self);
  ts_server_page_show_days (self->server_page);
}

static void
go_back (GtkWidget *widget,
         const char *action_name,
         GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  ts_sidebar_take_focus (self->sidebar);
}

/* Where there is no room for both, this key goes from one to the other. */
static void
toggle_sidebar (GtkWidget *widget,
                const char *action_name,
                GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  if (!adw_leaflet_get_folded (self->leaflet))
    set_sidebar (self, !self->shows_sidebar);
  else if (g_str_equal (adw_leaflet_get_visible_child_name (self->leaflet), "list"))
    show_page (self);
  else
    go_back (widget, NULL, NULL);
}

static void
measure_source (GtkWidget *widget,
                const char *action_name,
                GVariant *address)
{
  TsWindow *self = TS_WINDOW (widget);
  const char *text = g_variant_get_string (address, NULL);

  if (ts_time_sources_is_pool (text) && !g_settings_get_boolean (self->settings, "pool-allowed"))
    ts_pool_question_ask (GTK_WINDOW (self), self->settings, text);
  else
    ts_window_open (self, text);
}

static void
search (GtkWidget *widget,
        const char *action_name,
        GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  set_sidebar (self, TRUE);
  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  ts_sidebar_search (self->sidebar);
}

static void
toggle_view (GtkWidget *widget,
             const char *action_name,
             GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);
  g_autofree char *view = g_settings_get_string (self->settings, "view");

  g_settings_set_string (self->settings, "view", g_str_equal (view, "timeline") ? "scatter" : "timeline");
}

static void
focus_address (GtkWidget *widget,
               const char *action_name,
               GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  adw_leaflet_set_visible_child_name (self->leaflet, "page");
  gtk_widget_set_visible (GTK_WIDGET (self->address_row), self->is_tiny);
  ts_address_bar_take_focus (self->address_bar);
}

static void
add_new (GtkWidget *widget,
         const char *action_name,
         GVariant *parameter)
{
  ts_address_bar_set_text (TS_WINDOW (widget)->address_bar, "");
  focus_address (widget, NULL, NULL);
}

static void
show_shortcuts (GtkWidget *widget,
                const char *action_name,
                GVariant *parameter)
{
  ts_help_show_shortcuts (GTK_WINDOW (widget));
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
    guint keyval;
    GdkModifierType modifiers;
  } actions[] = {
    { "win.back", go_back, GDK_KEY_Escape, 0 },
    { "win.days", show_days, 0, 0 },
    { "win.toggle-sidebar", toggle_sidebar, GDK_KEY_F9, 0 },
    { "win.search", search, 0, 0 },
    { "win.new", add_new, 0, 0 },
    { "win.focus-address", focus_address, 0, 0 },
    { "win.toggle-view", toggle_view, 0, 0 },
    { "win.show-help-overlay", show_shortcuts, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
      if (actions[i].keyval != 0)
        gtk_widget_class_add_binding_action (widget_class, actions[i].keyval, actions[i].modifiers, actions[i].name,
                                             NULL);
    }
  ts_server_actions_bind_keys (widget_class);
  gtk_widget_class_install_action (widget_class, "win.measure-source", "s", measure_source);
  gtk_widget_class_install_property_action (widget_class, "win.sidebar", "shows-sidebar");
  /* So that the menus show these keys. GtkWindow takes the latter two itself, so page and list have bindings of their
   * own. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F9, 0, "win.sidebar", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "win.pause", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, GDK_CONTROL_MASK, "win.overlaid", NULL);
}

static void
ts_window_dispose (GObject *object)
{
  TsWindow *self = TS_WINDOW (object);

  if (self->servers != NULL)
    {
      /* These actions keep what they are about alive, and may outlive the window. */
      g_action_map_remove_action (G_ACTION_MAP (self), "view");
      g_action_map_remove_action (G_ACTION_MAP (self), "sort-order");
      g_clear_pointer (&self->server_actions, ts_server_actions_free);
      g_signal_handlers_disconnect_by_data (self->servers, self);
      ts_servers_stop (self->servers);
    }
  g_clear_handle_id (&self->relayout_id, g_source_remove);
  if (self->search != NULL)
    g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
  g_clear_pointer (&self->bus, ts_bus_free);
  g_clear_object (&self->wake_up);
  if (self->archive != NULL)
    ts_archive_stop (self->archive);
  g_clear_object (&self->archive);
  g_clear_pointer (&self->notices, ts_notices_free);
  g_clear_object (&self->servers);
  if (self->share != NULL)
    ts_share_stop (self->share);
  g_clear_object (&self->share);
  g_clear_object (&self->address_bar);
  g_clear_object (&self->settings);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (ts_window_parent_class)->dispose (object);
}

static void
ts_window_get_property (GObject *object,
                        guint property_id,
                        GValue *value,
                        GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_SHOWS_SIDEBAR:
      g_value_set_boolean (value, TS_WINDOW (object)->shows_sidebar);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_window_set_property (GObject *object,
                        guint property_id,
                        const GValue *value,
                        GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_SHOWS_SIDEBAR:
      set_sidebar (TS_WINDOW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (TS_TYPE_START_PAGE);
  g_type_ensure (TS_TYPE_SIDEBAR);
  g_type_ensure (TS_TYPE_SERVER_PAGE);
  g_type_ensure (TS_TYPE_SHARE_ROW);
  g_type_ensure (TS_TYPE_STILL);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, list_pane);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, header_clamp);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, address_row);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, address_button);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, pause_all_button);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, start_menu_button);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, primary_menu_button);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, page_menu_button);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, page_menu);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, server_menu);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, intervals);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, share_row);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, server_page);
  gtk_widget_class_bind_template_callback (widget_class, example_chosen);
  gtk_widget_class_bind_template_callback (widget_class, recent_chosen);
  gtk_widget_class_bind_template_callback (widget_class, server_opened);
  gtk_widget_class_bind_template_callback (widget_class, ts_closures_either);
  gtk_widget_class_bind_template_callback (widget_class, ts_closures_not);
  gtk_widget_class_bind_template_callback (widget_class, update_actions);
}

static void
ts_window_class_init (TsWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_window_dispose;
  object_class->get_property = ts_window_get_property;
  object_class->set_property = ts_window_set_property;
  GTK_WIDGET_CLASS (klass)->size_allocate = ts_window_size_allocate;

  properties[PROP_SHOWS_SIDEBAR] =
    g_param_spec_boolean ("shows-sidebar", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  bind_template (GTK_WIDGET_CLASS (klass));
  install_actions (GTK_WIDGET_CLASS (klass));
}

/* A menu's widgets are made when it is first opened, because they would delay the first frame. */
static void
make_menu (GtkMenuButton *button,
           gpointer menu)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
list_intervals (TsWindow *self)
{
  for (guint i = 0; i < TS_SERVERS_N_INTERVALS; i++)
    {
      g_autofree char *text = ts_words_interval (ts_servers_intervals_s[i]);
      g_autoptr (GMenuItem) item = g_menu_item_new (text, NULL);

      g_menu_item_set_action_and_target (item, "win.interval-seconds", "d", ts_servers_intervals_s[i]);
      g_menu_append_item (self->intervals, item);
    }
}

/* The page's menu and those of the rows are one model, to which the page adds its views. */
static void
set_up_menus (TsWindow *self)
{
  GMenuModel *server_menu = G_MENU_MODEL (self->server_menu);

  list_intervals (self);
  /* One by one, because GTK draws no line between the sections of a section. */
  for (int i = 0; i < g_menu_model_get_n_items (server_menu); i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (server_menu, i, G_MENU_LINK_SECTION);

      g_menu_append_section (self->page_menu, NULL, section);
    }
  gtk_menu_button_set_create_popup_func (self->start_menu_button, make_menu, self->primary_menu, NULL);
  gtk_menu_button_set_create_popup_func (self->primary_menu_button, make_menu, self->primary_menu, NULL);
  gtk_menu_button_set_create_popup_func (self->page_menu_button, make_menu, self->page_menu, NULL);
  ts_sidebar_set_menu (self->sidebar, server_menu);
}

static void
bind_settings (TsWindow *self)
{
  g_autoptr (GAction) view = NULL;
  g_autoptr (GAction) order = NULL;

  self->settings = g_settings_new ("org.timesync.TimeSync");
  view = g_settings_create_action (self->settings, "view");
  g_action_map_add_action (G_ACTION_MAP (self), view);
  order = g_settings_create_action (self->settings, "sort-order");
  g_action_map_add_action (G_ACTION_MAP (self), order);
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

/* What zooming leaves is no range that can be chosen again. */
static void
keep_range (TsWindow *self,
            GParamSpec *pspec,
            TsChartModel *model)
{
  TsChartRange range = ts_chart_model_get_range (model);

  if (range != TS_CHART_RANGE_OTHER)
    g_settings_set_int (self->settings, "chart-range", (int) range);
}

static void
set_up_range (TsWindow *self)
{
  TsChartModel *model = ts_chart_widget_get_model (TS_CHART_WIDGET (ts_server_page_get_chart (self->server_page)));

  ts_chart_model_set_range (model, (TsChartRange) g_settings_get_int (self->settings, "chart-range"));
  g_signal_connect_object (model, "notify::range", G_CALLBACK (keep_range), self, G_CONNECT_SWAPPED);
}

/* A user who shared this computer's time shares it again with the next window. */
static void
set_up_share (TsWindow *self)
{
  self->share = ts_share_new (self->clock, NULL);
  g_settings_bind (self->settings, "share-port", self->share, "port", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "share-time", self->share, "enabled", G_SETTINGS_BIND_DEFAULT);
  ts_start_page_set_share (self->start_page, self->share);
  ts_share_row_set_share (self->share_row, self->share);
}

/* Before the first sample comes, so that a replay begins as the estimator did. */
static void
set_up_archive (TsWindow *self)
{
  g_autofree char *path = ts_archive_get_default_path ();

  self->archive = ts_archive_new (self->settings, self->clock, ts_servers_get_ensemble (self->servers), path);
  g_signal_connect_object (self->archive, "changed", G_CALLBACK (archive_changed), self, G_CONNECT_SWAPPED);
  ts_server_page_set_archive (self->server_page, self->archive);
}

/* Tells other programs of the session what is measured, if there is a session. */
static void
set_up_bus (TsWindow *self)
{
  GApplication *application = g_application_get_default ();
  GDBusConnection *connection =
    application != NULL && g_application_get_is_registered (application) ? g_application_get_dbus_connection (application)
                                                                          : NULL;

  if (connection != NULL)
    self->bus = ts_bus_new (G_LIST_MODEL (ts_servers_get_ensemble (self->servers)), connection, NULL, NULL);
}

/* Shows the servers of the last window. */
static void
set_up_servers (TsWindow *self)
{
  TsEnsemble *ensemble;

  self->servers = ts_servers_new (self->settings, self->clock, ts_probe_new, g_application_get_default ());
  ensemble = ts_servers_get_ensemble (self->servers);
  self->wake_up = ts_wake_up_new (ensemble, g_network_monitor_get_default ());
  ts_wake_up_use_system_bus (self->wake_up);
  ts_server_page_set_servers (self->server_page, self->servers);
  g_signal_connect_object (self->servers, "notify::chosen", G_CALLBACK (chosen_changed), self, G_CONNECT_SWAPPED);
  ts_sidebar_set_servers (self->sidebar, self->servers);
  g_signal_connect_object (self->servers, "changed", G_CALLBACK (servers_changed), self, G_CONNECT_SWAPPED);
}

static void
set_up_server_actions (TsWindow *self)
{
  const TsServerActionsParts parts = {
    .servers = self->servers,
    .archive = self->archive,
    .settings = self->settings,
    .notices = self->notices,
    .toasts = self->toasts,
    .sidebar = self->sidebar,
    .page = self->server_page,
  };

  self->server_actions = ts_server_actions_new (GTK_APPLICATION_WINDOW (self), &parts);
}

static gboolean
dropped (TsWindow *self,
         const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  for (GSList *link = files; link != NULL; link = link->next)
    ts_window_open_file (self, link->data);
  return files != NULL;
}

/* Before the widgets of the window, because the address bar would take the name of a file that is dropped on it. */
static void
set_up_drop (TsWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect_object (target, "drop", G_CALLBACK (dropped), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
ts_window_init (TsWindow *self)
{
  self->clock = ts_clock_new_system (0);
  self->address_bar = g_object_ref_sink (TS_ADDRESS_BAR (ts_address_bar_new ()));
  self->shows_sidebar = TRUE;
  bind_settings (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->notices = ts_notices_new (self->toasts);
  set_up_menus (self);
  set_up_drop (self);
  g_settings_bind (self->settings, "view", self->server_page, "view", G_SETTINGS_BIND_DEFAULT);
  set_up_range (self);
  set_up_share (self);
  set_up_servers (self);
  set_up_bus (self);
  set_up_archive (self);
  g_settings_bind (self->settings, "shows-sidebar", self, "shows-sidebar", G_SETTINGS_BIND_DEFAULT);
  set_up_server_actions (self);
  g_settings_bind (self->settings, "sort-order", self->sidebar, "order", G_SETTINGS_BIND_GET);
  g_signal_connect_object (self->settings, "changed::sort-order", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::recent-hosts", G_CALLBACK (list_recent_hosts), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->address_bar, "submitted", G_CALLBACK (address_submitted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->address_bar, "cancelled", G_CALLBACK (show_page), self, G_CONNECT_SWAPPED);
  list_recent_hosts (self);
  servers_changed (self);
  /* Before the first layout, which would make the window as wide as all of it needs. */
  g_object_get (self, "default-width", &self->width_px, NULL);
  self->text_scale = ts_chart_text_get_width_scale (GTK_WIDGET (self));
  relayout (self);
  chosen_changed (self);
  if (get_chosen (self) != NULL)
    show_page (self);
}

/**
 * ts_window_new:
 * @application: the application
 *
 * Returns: (transfer floating): a window with the servers of the last one, or the start page
 */
GtkWidget *
ts_window_new (GtkApplication *application)
{
  return g_object_new (TS_TYPE_WINDOW, "application", application, NULL);
}

/**
 * ts_window_open:
 * @self: a window
 * @host: an address as a person types it
 *
 * Measures @host from now on, beside the others, or says what is wrong with the address.
 */
void
ts_window_open (TsWindow *self,
                const char *host)
{
  ts_address_bar_set_text (self->address_bar, host);
  ts_address_bar_submit (self->address_bar);
}

/**
 * ts_window_open_file:
 * @self: a window
 * @file: a recording
 *
 * Shows @file in a window of its own, or says what is wrong with it.
 */
void
ts_window_open_file (TsWindow *self,
                     GFile *file)
{
  ts_recording_window_open (GTK_WINDOW (self), file);
}

/**
 * ts_window_show_server:
 * @self: a window
 * @address: a server's, in the form of ts_address_to_string()
 *
 * Shows the page of that server; does nothing if it is no longer listed.
 */
void
ts_window_show_server (TsWindow *self,
                       const char *address)
{
  TsMonitor *monitor = ts_ensemble_find_host (ts_servers_get_ensemble (self->servers), address);

  if (monitor == NULL)
    return;
  ts_servers_choose (self->servers, monitor);
  show_page (self);
}
