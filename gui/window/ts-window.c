/* The window: the start page, or a list of servers and the page of the one that is chosen.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-window-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "servers/ts-intervals.h"
#include "servers/ts-saved-servers.h"
#include "measure/ts-time.h"
#include "words/ts-words.h"

enum
{
  PROP_0,
  PROP_INTERVAL_SECONDS,
  PROP_IS_PAUSED,
  PROP_IS_OVERLAID,
  PROP_SHOWS_SIDEBAR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsWindow, ts_window, ADW_TYPE_APPLICATION_WINDOW)

static void
update_title (TsWindow *self)
{
  g_autofree char *title = NULL;

  if (self->chosen != NULL)
    /* Translators: the title of the window while a server is measured; first that server's name. */
    title = g_strdup_printf (_("%s — Time Sync"), ts_monitor_get_name (self->chosen));
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : _("Time Sync"));
}

/* A list that is all there is room for is never hidden. */
static void
leaflet_changed (TsWindow *self)
{
  gboolean is_folded = adw_leaflet_get_folded (self->leaflet);
  gboolean is_listed = is_folded || self->shows_sidebar;

  gtk_widget_set_visible (self->list_pane, is_listed);
  adw_header_bar_set_show_start_title_buttons (self->page_header, is_folded || !is_listed);
  ts_window_update_actions (self);
}

/* Shows the list beside the page, where there is room for both, or does not. */
void
ts_window_set_sidebar (TsWindow *self,
                       gboolean is_shown)
{
  if (self->shows_sidebar == is_shown)
    return;
  self->shows_sidebar = is_shown;
  leaflet_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_SIDEBAR]);
}

static void
overlays_changed (TsWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_OVERLAID]);
}

/* Shows, and writes down, what a server is now. */
void
ts_window_server_changed (TsWindow *self)
{
  update_title (self);
  ts_window_update_actions (self);
  ts_saved_servers_save (self->settings, self->ensemble);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERVAL_SECONDS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_PAUSED]);
}

/* A row that is moved goes and comes back, and is not selected then. */
static void
list_changed (TsWindow *self)
{
  if (self->chosen != NULL)
    ts_sidebar_choose (self->sidebar, self->chosen, FALSE);
  ts_window_server_changed (self);
}

/* For the chosen server, and for those that are added later. */
static void
set_interval_s (TsWindow *self,
                double interval_s)
{
  g_settings_set_double (self->settings, "interval-seconds", interval_s);
  if (self->chosen != NULL)
    ts_monitor_set_interval_ns (self->chosen, llround (interval_s * TS_NS_PER_S));
}

static double
get_interval_s (TsWindow *self)
{
  if (self->chosen != NULL)
    return (double) ts_monitor_get_interval_ns (self->chosen) / TS_NS_PER_S;
  return g_settings_get_double (self->settings, "interval-seconds");
}

static void
set_paused (TsWindow *self,
            gboolean is_paused)
{
  if (self->chosen == NULL)
    return;
  if (is_paused)
    ts_monitor_pause (self->chosen);
  else
    ts_monitor_resume (self->chosen);
}

static void
ts_window_dispose (GObject *object)
{
  TsWindow *self = TS_WINDOW (object);

  if (self->ensemble != NULL)
    {
      /* The action may outlive the window's group of actions, which does not let go of it by itself. */
      g_action_map_remove_action (G_ACTION_MAP (self), "view");
      ts_server_page_set_monitor (self->server_page, NULL);
      for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
        {
          g_signal_handlers_disconnect_by_data (ts_ensemble_get (self->ensemble, i), self);
          ts_monitor_stop (ts_ensemble_get (self->ensemble, i));
        }
    }
  if (self->saver != NULL)
    ts_saver_close (self->saver);
  g_clear_object (&self->saver);
  g_clear_object (&self->alarm);
  g_clear_object (&self->chosen);
  g_clear_object (&self->wake_up);
  g_clear_object (&self->ensemble);
  if (self->share != NULL)
    ts_share_stop (self->share);
  g_clear_object (&self->share);
  g_clear_object (&self->overlays);
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
  TsWindow *self = TS_WINDOW (object);

  switch (property_id)
    {
    case PROP_INTERVAL_SECONDS:
      g_value_set_double (value, get_interval_s (self));
      break;
    case PROP_IS_PAUSED:
      g_value_set_boolean (value, self->chosen != NULL && ts_monitor_get_state (self->chosen) == TS_MONITOR_PAUSED);
      break;
    case PROP_IS_OVERLAID:
      g_value_set_boolean (value, self->chosen != NULL && ts_overlays_find (self->overlays, self->chosen, NULL));
      break;
    case PROP_SHOWS_SIDEBAR:
      g_value_set_boolean (value, self->shows_sidebar);
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
  TsWindow *self = TS_WINDOW (object);

  switch (property_id)
    {
    case PROP_INTERVAL_SECONDS:
      set_interval_s (self, g_value_get_double (value));
      break;
    case PROP_IS_PAUSED:
      set_paused (self, g_value_get_boolean (value));
      break;
    case PROP_IS_OVERLAID:
      if (self->chosen != NULL)
        ts_overlays_set (self->overlays, self->chosen, g_value_get_boolean (value));
      break;
    case PROP_SHOWS_SIDEBAR:
      ts_window_set_sidebar (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_window_class_init (TsWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ts_window_dispose;
  object_class->get_property = ts_window_get_property;
  object_class->set_property = ts_window_set_property;

  properties[PROP_INTERVAL_SECONDS] =
    g_param_spec_double ("interval-seconds", NULL, NULL, 0.1, 3600, 1,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_PAUSED] =
    g_param_spec_boolean ("is-paused", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_OVERLAID] =
    g_param_spec_boolean ("is-overlaid", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOWS_SIDEBAR] =
    g_param_spec_boolean ("shows-sidebar", NULL, NULL, TRUE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (TS_TYPE_START_PAGE);
  g_type_ensure (TS_TYPE_SIDEBAR);
  g_type_ensure (TS_TYPE_SERVER_PAGE);
  g_type_ensure (TS_TYPE_SHARE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, header_clamp);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, list_pane);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, page_header);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, pause_all_button);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, start_menu_button);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, primary_menu_button);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, start_menu);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, intervals);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, share_row);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, server_page);
  gtk_widget_class_bind_template_callback (widget_class, leaflet_changed);
  gtk_widget_class_install_property_action (widget_class, "win.interval-seconds", "interval-seconds");
  gtk_widget_class_install_property_action (widget_class, "win.pause", "is-paused");
  gtk_widget_class_install_property_action (widget_class, "win.overlaid", "is-overlaid");
  gtk_widget_class_install_property_action (widget_class, "win.sidebar", "shows-sidebar");
  ts_window_bind_server_callbacks (widget_class);
  ts_window_install_actions (widget_class);
}

/* What a menu is made of is made when it is first wanted, and not before the first frame. */
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
  for (guint i = 0; i < TS_N_INTERVALS; i++)
    {
      g_autofree char *text = ts_words_interval (ts_intervals_get_s (i));
      g_autoptr (GMenuItem) item = g_menu_item_new (text, NULL);

      g_menu_item_set_action_and_target (item, "win.interval-seconds", "d", ts_intervals_get_s (i));
      g_menu_append_item (self->intervals, item);
    }
}

static void
bind_settings (TsWindow *self)
{
  g_autoptr (GAction) view = NULL;

  self->settings = g_settings_new ("org.timesync.TimeSync");
  view = g_settings_create_action (self->settings, "view");
  g_action_map_add_action (G_ACTION_MAP (self), view);
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

/* Whoever chose to share this computer's time does so again with the next window, until he chooses otherwise. */
static void
set_up_share (TsWindow *self)
{
  self->share = ts_share_new (self->clock, NULL);
  g_settings_bind (self->settings, "share-port", self->share, "port", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "share-time", self->share, "enabled", G_SETTINGS_BIND_DEFAULT);
  ts_start_page_set_share (self->start_page, self->share);
  ts_share_row_set_share (self->share_row, self->share);
}

static void
ts_window_init (TsWindow *self)
{
  self->ensemble = ts_ensemble_new ();
  self->wake_up = ts_wake_up_new (self->ensemble, g_network_monitor_get_default ());
  ts_wake_up_use_system_bus (self->wake_up);
  self->clock = ts_clock_new_system (0);
  self->address_bar = g_object_ref_sink (TS_ADDRESS_BAR (ts_address_bar_new ()));
  bind_settings (self);

  self->shows_sidebar = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  list_intervals (self);
  gtk_menu_button_set_create_popup_func (self->start_menu_button, make_menu, self->start_menu, NULL);
  gtk_menu_button_set_create_popup_func (self->primary_menu_button, make_menu, self->primary_menu, NULL);
  g_settings_bind (self->settings, "shows-sidebar", self, "shows-sidebar", G_SETTINGS_BIND_DEFAULT);
  leaflet_changed (self);
  g_settings_bind (self->settings, "view", self->server_page, "view", G_SETTINGS_BIND_DEFAULT);
  set_up_share (self);
  self->overlays = ts_overlays_new (self->ensemble, self->settings);
  g_signal_connect_object (self->overlays, "changed", G_CALLBACK (overlays_changed), self, G_CONNECT_SWAPPED);
  ts_sidebar_set_ensemble (self->sidebar, self->ensemble, self->overlays);
  ts_server_page_set_overlays (self->server_page, self->overlays);
  self->saver = ts_saver_new (GTK_WINDOW (self), self->toasts, ts_server_page_get_chart (self->server_page),
                              self->overlays);
  self->alarm = ts_alarm_new (self->ensemble, self->settings);
  ts_window_set_up_servers (self);
  g_signal_connect_object (self->ensemble, "items-changed", G_CALLBACK (list_changed), self, G_CONNECT_SWAPPED);
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
