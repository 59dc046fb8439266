/* The window: the start page, or a list of servers and the page of the one that is chosen.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-window.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ts-address-bar.h"
#include "ts-ensemble.h"
#include "ts-rename.h"
#include "ts-saved-servers.h"
#include "ts-server-page.h"
#include "ts-sidebar.h"
#include "ts-start-page.h"
#include "ts-time.h"

struct _TsWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  TsStartPage *start_page;
  AdwLeaflet *leaflet;
  AdwClamp *header_clamp;
  GtkButton *pause_all_button;
  TsSidebar *sidebar;
  TsServerPage *server_page;

  TsAddressBar *address_bar;
  GSettings *settings;
  TsClock *clock;
  TsEnsemble *ensemble;
  TsMonitor *chosen; /* (nullable): whose page is shown */
};

/* A server that was removed, for as long as the toast offers to bring it back. */
typedef struct
{
  TsWindow *window;
  TsMonitor *monitor;
  guint position;
  gboolean was_paused;
} Removal;

enum
{
  PROP_0,
  PROP_INTERVAL_SECONDS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsWindow, ts_window, ADW_TYPE_APPLICATION_WINDOW)

/* There is one address bar: large on the start page, then in the header. */
static void
place_address_bar (TsWindow *self,
                   gboolean in_header)
{
  GtkWidget *address_bar = GTK_WIDGET (self->address_bar);

  if (in_header == (adw_clamp_get_child (self->header_clamp) != NULL) && gtk_widget_get_parent (address_bar) != NULL)
    return;
  ts_address_bar_set_compact (self->address_bar, in_header);
  adw_clamp_set_child (self->header_clamp, NULL);
  ts_start_page_set_address_bar (self->start_page, NULL);
  if (in_header)
    adw_clamp_set_child (self->header_clamp, address_bar);
  else
    ts_start_page_set_address_bar (self->start_page, address_bar);
}

static void
update_title (TsWindow *self)
{
  g_autofree char *title = NULL;

  if (self->chosen != NULL)
    /* Translators: the title of the window while a server is measured; first that server's name. */
    title = g_strdup_printf (_("%s — Time Sync"), ts_monitor_get_name (self->chosen));
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : _("Time Sync"));
}

static gboolean
is_paused (TsMonitor *monitor)
{
  return ts_monitor_get_state (monitor) == TS_MONITOR_PAUSED;
}

static gboolean
are_all_paused (TsWindow *self)
{
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    if (!is_paused (ts_ensemble_get (self->ensemble, i)))
      return FALSE;
  return TRUE;
}

static void
update_pause_all_button (TsWindow *self)
{
  gboolean resumes = are_all_paused (self);
  const char *label = resumes ? _("Resume all") : _("Pause all");
  g_autofree char *tooltip = g_strdup_printf ("%s (%s)", label, _("Shift+Space"));

  gtk_button_set_icon_name (self->pause_all_button,
                            resumes ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause_all_button), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause_all_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
update_actions (TsWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint n_servers = ts_ensemble_get_length (self->ensemble);
  guint position = 0;
  gboolean is_any = ts_ensemble_find (self->ensemble, self->chosen, &position);

  gtk_widget_action_set_enabled (widget, "win.pause", is_any);
  gtk_widget_action_set_enabled (widget, "win.pause-all", n_servers > 0);
  gtk_widget_action_set_enabled (widget, "win.retry", is_any && !is_paused (self->chosen));
  gtk_widget_action_set_enabled (widget, "win.remove", is_any);
  gtk_widget_action_set_enabled (widget, "win.rename", is_any);
  gtk_widget_action_set_enabled (widget, "win.move-up", is_any && position > 0);
  gtk_widget_action_set_enabled (widget, "win.move-down", is_any && position + 1 < n_servers);
  gtk_widget_action_set_enabled (widget, "win.back", is_any && adw_leaflet_get_folded (self->leaflet));
  update_pause_all_button (self);
}

static void
leaflet_changed (TsWindow *self)
{
  update_actions (self);
}

static void
monitor_changed (TsWindow *self)
{
  update_title (self);
  update_actions (self);
  ts_saved_servers_save (self->settings, self->ensemble);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERVAL_SECONDS]);
}

static void
show_chosen_address (TsWindow *self)
{
  g_autofree char *address = NULL;

  if (self->chosen != NULL)
    address = ts_address_to_string (ts_probe_get_target (ts_monitor_get_probe (self->chosen)));
  ts_address_bar_set_current (self->address_bar, address);
}

/* Shows the page of @monitor, or without one the start page. */
static void
choose (TsWindow *self,
        TsMonitor *monitor)
{
  if (monitor != NULL && monitor == self->chosen)
    return;
  g_set_object (&self->chosen, monitor);
  ts_server_page_set_monitor (self->server_page, monitor);
  place_address_bar (self, monitor != NULL);
  show_chosen_address (self);
  gtk_stack_set_visible_child_name (self->stack, monitor != NULL ? "servers" : "start");
  monitor_changed (self);
  if (monitor != NULL)
    ts_sidebar_choose (self->sidebar, monitor, FALSE);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->address_bar));
}

/* Single keys, such as Space, are for the page then and not for the entry. */
static void
show_page (TsWindow *self)
{
  adw_leaflet_set_visible_child_name (self->leaflet, "page");
  gtk_widget_grab_focus (GTK_WIDGET (self->server_page));
}

/* Who watches the list knows of @monitor; from now on the window does. */
static void
adopt (TsWindow *self,
       TsMonitor *monitor)
{
  g_signal_connect_object (monitor, "notify", G_CALLBACK (monitor_changed), self, G_CONNECT_SWAPPED);
}

/* Returns: (transfer none) (nullable): the monitor of @host, where that is listed */
static TsMonitor *
find_host (TsWindow *self,
           const char *host)
{
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    {
      TsMonitor *monitor = ts_ensemble_get (self->ensemble, i);
      g_autofree char *address = ts_address_to_string (ts_probe_get_target (ts_monitor_get_probe (monitor)));

      if (g_str_equal (address, host))
        return monitor;
    }
  return NULL;
}

/* Returns: seconds, or 0 where the user never chose an interval */
static double
chosen_interval_s (TsWindow *self)
{
  g_autoptr (GVariant) chosen = g_settings_get_user_value (self->settings, "interval-seconds");

  return chosen != NULL ? g_variant_get_double (chosen) : 0;
}

static void
address_submitted (TsWindow *self,
                   const TsAddress *address)
{
  g_autofree char *host = ts_address_to_string (address);
  g_autoptr (TsMonitor) added = NULL;
  TsMonitor *monitor = find_host (self, host);

  if (monitor == NULL)
    {
      monitor = added = ts_saved_servers_new_monitor (address, self->clock, chosen_interval_s (self));
      adopt (self, added);
      ts_ensemble_append (self->ensemble, added);
    }
  ts_saved_servers_remember (self->settings, host);
  /* Who asks for a server wants to see it measured. */
  ts_monitor_start (monitor);
  choose (self, monitor);
  show_chosen_address (self);
  show_page (self);
}

static void
restore (TsWindow *self)
{
  ts_saved_servers_load (self->settings, self->ensemble, self->clock);
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    adopt (self, ts_ensemble_get (self->ensemble, i));
  if (ts_ensemble_get_length (self->ensemble) == 0)
    {
      choose (self, NULL);
      return;
    }
  choose (self, ts_ensemble_get (self->ensemble, 0));
  show_page (self);
}

static void
free_removal (gpointer data,
              GClosure *closure)
{
  Removal *removal = data;

  g_object_unref (removal->monitor);
  g_free (removal);
}

static void
undo_removal (AdwToast *toast,
              gpointer data)
{
  Removal *removal = data;
  TsWindow *self = removal->window;
  g_autofree char *host =
    ts_address_to_string (ts_probe_get_target (ts_monitor_get_probe (removal->monitor)));
  TsMonitor *present = find_host (self, host);

  /* It may have been added anew since. */
  if (present == NULL)
    {
      adopt (self, removal->monitor);
      ts_ensemble_insert (self->ensemble, MIN (removal->position, ts_ensemble_get_length (self->ensemble)),
                          removal->monitor);
      if (!removal->was_paused)
        ts_monitor_resume (removal->monitor);
      present = removal->monitor;
    }
  choose (self, present);
}

/* It does not measure while it is away, and its chart will tell so. */
static void
offer_undo (TsWindow *self,
            TsMonitor *monitor,
            guint position)
{
  g_autofree char *name = g_markup_escape_text (ts_monitor_get_name (monitor), -1);
  /* Translators: the name of a server. */
  g_autofree char *title = g_strdup_printf (_("Removed %s"), name);
  AdwToast *toast = adw_toast_new (title);
  Removal *removal = g_new (Removal, 1);

  *removal = (Removal) { self, g_object_ref (monitor), position, is_paused (monitor) };
  ts_monitor_pause (monitor);
  adw_toast_set_button_label (toast, _("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_removal), removal, free_removal, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
remove_chosen (GtkWidget *widget,
               const char *action_name,
               GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);
  g_autoptr (TsMonitor) removed = g_object_ref (self->chosen);
  gboolean had_focus = ts_sidebar_has_focus (self->sidebar);
  TsMonitor *next = NULL;
  guint position, n_servers = ts_ensemble_get_length (self->ensemble);

  if (!ts_ensemble_find (self->ensemble, removed, &position))
    return;
  g_signal_handlers_disconnect_by_data (removed, self);
  if (n_servers > 1)
    next = ts_ensemble_get (self->ensemble, position + 1 < n_servers ? position + 1 : position - 1);
  ts_ensemble_remove (self->ensemble, position);
  offer_undo (self, removed, position);
  choose (self, next);
  if (next != NULL && had_focus)
    ts_sidebar_choose (self->sidebar, next, TRUE);
}

static void
move_chosen (TsWindow *self,
             int by)
{
  gboolean had_focus = ts_sidebar_has_focus (self->sidebar);
  guint position;

  if (!ts_ensemble_find (self->ensemble, self->chosen, &position))
    return;
  ts_ensemble_move (self->ensemble, position, (guint) ((int) position + by));
  ts_sidebar_choose (self->sidebar, self->chosen, had_focus);
  monitor_changed (self);
}

static void
move_up (GtkWidget *widget,
         const char *action_name,
         GVariant *parameter)
{
  move_chosen (TS_WINDOW (widget), -1);
}

static void
move_down (GtkWidget *widget,
           const char *action_name,
           GVariant *parameter)
{
  move_chosen (TS_WINDOW (widget), 1);
}

static void
rename_chosen (GtkWidget *widget,
               const char *action_name,
               GVariant *parameter)
{
  ts_rename_ask (GTK_WINDOW (widget), TS_WINDOW (widget)->chosen);
}

static void
pause_or_resume (GtkWidget *widget,
                 const char *action_name,
                 GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  if (is_paused (self->chosen))
    ts_monitor_resume (self->chosen);
  else
    ts_monitor_pause (self->chosen);
}

static void
pause_or_resume_all (GtkWidget *widget,
                     const char *action_name,
                     GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);
  gboolean resumes = are_all_paused (self);

  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    if (resumes)
      ts_monitor_resume (ts_ensemble_get (self->ensemble, i));
    else
      ts_monitor_pause (ts_ensemble_get (self->ensemble, i));
}

static void
retry (GtkWidget *widget,
       const char *action_name,
       GVariant *parameter)
{
  ts_monitor_retry (TS_WINDOW (widget)->chosen);
}

static void
go_back (GtkWidget *widget,
         const char *action_name,
         GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  ts_sidebar_choose (self->sidebar, self->chosen, TRUE);
}

static void
focus_address (GtkWidget *widget,
               const char *action_name,
               GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  adw_leaflet_set_visible_child_name (self->leaflet, "page");
  gtk_widget_grab_focus (GTK_WIDGET (self->address_bar));
}

static void
add_new (GtkWidget *widget,
         const char *action_name,
         GVariant *parameter)
{
  ts_address_bar_set_text (TS_WINDOW (widget)->address_bar, "");
  focus_address (widget, NULL, NULL);
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
use_host (TsWindow *self,
          const char *host)
{
  ts_address_bar_set_text (self->address_bar, host);
  ts_address_bar_submit (self->address_bar);
}

static void
recent_chosen (TsWindow *self,
               const char *host)
{
  use_host (self, host);
}

static void
example_chosen (TsWindow *self,
                const char *host)
{
  ts_address_bar_set_text (self->address_bar, host);
  gtk_widget_grab_focus (GTK_WIDGET (self->address_bar));
}

static void
list_recent_hosts (TsWindow *self)
{
  g_auto (GStrv) hosts = g_settings_get_strv (self->settings, "recent-hosts");

  ts_start_page_set_recent (self->start_page, (const char *const *) hosts);
  ts_address_bar_set_suggestions (self->address_bar, (const char *const *) hosts);
}

static void
ts_window_dispose (GObject *object)
{
  TsWindow *self = TS_WINDOW (object);

  if (self->ensemble != NULL)
    {
      ts_server_page_set_monitor (self->server_page, NULL);
      for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
        {
          g_signal_handlers_disconnect_by_data (ts_ensemble_get (self->ensemble, i), self);
          ts_monitor_stop (ts_ensemble_get (self->ensemble, i));
        }
    }
  g_clear_object (&self->chosen);
  g_clear_object (&self->ensemble);
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
    case PROP_INTERVAL_SECONDS:
      g_value_set_double (value, get_interval_s (TS_WINDOW (object)));
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
    case PROP_INTERVAL_SECONDS:
      set_interval_s (TS_WINDOW (object), g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
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
    { "win.pause", pause_or_resume, GDK_KEY_space, 0 },
    { "win.pause-all", pause_or_resume_all, GDK_KEY_space, GDK_SHIFT_MASK },
    { "win.remove", remove_chosen, GDK_KEY_Delete, 0 },
    { "win.rename", rename_chosen, GDK_KEY_F2, 0 },
    { "win.move-up", move_up, GDK_KEY_Up, GDK_ALT_MASK },
    { "win.move-down", move_down, GDK_KEY_Down, GDK_ALT_MASK },
    { "win.retry", retry, 0, 0 },
    { "win.new", add_new, 0, 0 },
    { "win.focus-address", focus_address, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
      /* Bound here and not as the application's accelerators, which would take them from a text field. */
      if (actions[i].keyval != 0)
        gtk_widget_class_add_binding_action (widget_class, actions[i].keyval, actions[i].modifiers, actions[i].name,
                                             NULL);
    }
  gtk_widget_class_install_property_action (widget_class, "win.interval-seconds", "interval-seconds");
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
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (TS_TYPE_START_PAGE);
  g_type_ensure (TS_TYPE_SIDEBAR);
  g_type_ensure (TS_TYPE_SERVER_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, header_clamp);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, pause_all_button);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, server_page);
  gtk_widget_class_bind_template_callback (widget_class, example_chosen);
  gtk_widget_class_bind_template_callback (widget_class, recent_chosen);
  gtk_widget_class_bind_template_callback (widget_class, leaflet_changed);
  gtk_widget_class_bind_template_callback (widget_class, choose);
  gtk_widget_class_bind_template_callback (widget_class, show_page);
  install_actions (widget_class);
}

static void
bind_settings (TsWindow *self)
{
  self->settings = g_settings_new ("org.timesync.TimeSync");
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->settings, "changed::recent-hosts", G_CALLBACK (list_recent_hosts), self,
                           G_CONNECT_SWAPPED);
}

static void
ts_window_init (TsWindow *self)
{
  self->ensemble = ts_ensemble_new ();
  self->clock = ts_clock_new_system (0);
  self->address_bar = g_object_ref_sink (TS_ADDRESS_BAR (ts_address_bar_new ()));
  bind_settings (self);

  gtk_widget_init_template (GTK_WIDGET (self));
  ts_sidebar_set_ensemble (self->sidebar, self->ensemble);
  g_signal_connect_object (self->address_bar, "submitted", G_CALLBACK (address_submitted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->address_bar, "cancelled", G_CALLBACK (show_page), self, G_CONNECT_SWAPPED);

  list_recent_hosts (self);
  restore (self);
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
 * Measures @host from now on, beside the others, or says what is wrong with it.
 */
void
ts_window_open (TsWindow *self,
                const char *host)
{
  use_host (self, host);
}
