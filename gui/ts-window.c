/* The window: the start page, or the page of the server that is measured.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-window.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ts-address-bar.h"
#include "ts-monitor.h"
#include "ts-server-page.h"
#include "ts-time.h"

#define TIMEOUT_NS         (5 * TS_NS_PER_S)
#define MAX_RECENT_HOSTS   5
#define HEADER_ADDRESS_PX  420

struct _TsWindow
{
  AdwApplicationWindow parent_instance;

  AdwHeaderBar *header_bar;
  AdwWindowTitle *title;
  GtkStack *stack;
  AdwClamp *start_clamp;
  GtkWidget *recent;
  GtkListBox *recent_list;
  TsServerPage *server_page;

  TsAddressBar *address_bar;
  GSettings *settings;
  TsClock *clock;
  TsMonitor *monitor; /* (nullable): of the server that is or was measured */
  double interval_s;
};

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
  g_object_ref (self->address_bar);
  adw_clamp_set_child (self->start_clamp, NULL);
  if (in_header)
    {
      GtkWidget *clamp = adw_clamp_new ();
      GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self->address_bar));

      if (ADW_IS_CLAMP (parent))
        adw_clamp_set_child (ADW_CLAMP (parent), NULL);
      adw_clamp_set_maximum_size (ADW_CLAMP (clamp), HEADER_ADDRESS_PX);
      gtk_widget_set_hexpand (clamp, TRUE);
      adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (self->address_bar));
      adw_header_bar_set_title_widget (self->header_bar, clamp);
    }
  else
    {
      adw_header_bar_set_title_widget (self->header_bar, GTK_WIDGET (self->title));
      adw_clamp_set_child (self->start_clamp, GTK_WIDGET (self->address_bar));
    }
  g_object_unref (self->address_bar);
}

static void
update_title (TsWindow *self,
              const char *host)
{
  /* Translators: the title of the window while a server is measured; first that server's name. */
  g_autofree char *title = host != NULL ? g_strdup_printf (_("%s — Time Sync"), host) : NULL;

  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : _("Time Sync"));
}

static void
update_actions (TsWindow *self)
{
  TsMonitorState state = self->monitor != NULL ? ts_monitor_get_state (self->monitor) : TS_MONITOR_STOPPED;
  gboolean is_stopped = state == TS_MONITOR_STOPPED;
  g_autofree char *current = NULL;

  if (!is_stopped)
    current = ts_address_to_string (ts_probe_get_target (ts_monitor_get_probe (self->monitor)));
  ts_address_bar_set_current (self->address_bar, current);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.pause", !is_stopped);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.retry", !is_stopped && state != TS_MONITOR_PAUSED);
}

static void
remember_host (TsWindow *self,
               const char *host)
{
  g_auto (GStrv) hosts = g_settings_get_strv (self->settings, "recent-hosts");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) updated = NULL;
  guint n_hosts = 1;

  g_strv_builder_add (builder, host);
  for (gsize i = 0; hosts[i] != NULL && n_hosts < MAX_RECENT_HOSTS; i++)
    if (g_strcmp0 (hosts[i], host) != 0)
      {
        g_strv_builder_add (builder, hosts[i]);
        n_hosts++;
      }
  updated = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, "recent-hosts", (const char *const *) updated);
}

static void
drop_monitor (TsWindow *self)
{
  if (self->monitor == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->monitor, self);
  ts_monitor_stop (self->monitor);
  ts_server_page_set_monitor (self->server_page, NULL);
  g_clear_object (&self->monitor);
}

static void
show_start_page (TsWindow *self)
{
  drop_monitor (self);
  update_actions (self);
  update_title (self, NULL);
  place_address_bar (self, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "start");
  gtk_widget_grab_focus (GTK_WIDGET (self->address_bar));
}

static void
report_unsupported (TsWindow *self,
                    const char *message)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("This Address Cannot Be Measured"), message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
connect_to (TsWindow *self,
            const TsAddress *address)
{
  g_autofree char *host = ts_address_to_string (address);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsProbe) probe = ts_probe_new (address, TIMEOUT_NS, self->clock, &error);
  g_autoptr (GVariant) chosen_interval = NULL;

  if (probe == NULL)
    {
      report_unsupported (self, error->message);
      return;
    }
  drop_monitor (self);
  self->monitor = ts_monitor_new (probe, self->clock);
  chosen_interval = g_settings_get_user_value (self->settings, "interval-seconds");
  if (chosen_interval != NULL)
    ts_monitor_set_interval_ns (self->monitor, llround (self->interval_s * TS_NS_PER_S));
  g_signal_connect_swapped (self->monitor, "notify::state", G_CALLBACK (update_actions), self);

  remember_host (self, host);
  update_title (self, host);
  place_address_bar (self, TRUE);
  ts_server_page_set_monitor (self->server_page, self->monitor);
  gtk_stack_set_visible_child_name (self->stack, "server");
  ts_monitor_start (self->monitor);
  /* Single keys, such as Space, are for the page now and not for the entry. */
  gtk_widget_grab_focus (GTK_WIDGET (self->server_page));
}

static void
address_submitted (TsWindow *self,
                   const TsAddress *address)
{
  connect_to (self, address);
}

/* The first time it stops; what was measured stays. The next time it leaves the page. */
static void
stop (GtkWidget *widget,
      const char *action_name,
      GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  if (self->monitor == NULL)
    return;
  if (ts_monitor_get_state (self->monitor) == TS_MONITOR_STOPPED ||
      ts_history_get_n_samples (ts_monitor_get_history (self->monitor)) == 0)
    show_start_page (self);
  else
    ts_monitor_stop (self->monitor);
}

static void
address_stopped (TsWindow *self)
{
  stop (GTK_WIDGET (self), NULL, NULL);
}

static void
pause_or_resume (GtkWidget *widget,
                 const char *action_name,
                 GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  if (ts_monitor_get_state (self->monitor) == TS_MONITOR_PAUSED)
    ts_monitor_resume (self->monitor);
  else
    ts_monitor_pause (self->monitor);
}

static void
retry (GtkWidget *widget,
       const char *action_name,
       GVariant *parameter)
{
  ts_monitor_retry (TS_WINDOW (widget)->monitor);
}

static void
focus_address (GtkWidget *widget,
               const char *action_name,
               GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (TS_WINDOW (widget)->address_bar));
}

static void
set_interval_s (TsWindow *self,
                double interval_s)
{
  if (self->monitor != NULL)
    ts_monitor_set_interval_ns (self->monitor, llround (interval_s * TS_NS_PER_S));
  if (interval_s == self->interval_s)
    return;
  self->interval_s = interval_s;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTERVAL_SECONDS]);
}

static void
use_host (TsWindow *self,
          const char *host)
{
  ts_address_bar_set_text (self->address_bar, host);
  ts_address_bar_submit (self->address_bar);
}

/* An example shows how to write an address; it is none to connect to. */
static void
example_clicked (TsWindow *self,
                 GtkButton *button)
{
  ts_address_bar_set_text (self->address_bar, gtk_button_get_label (button));
  gtk_widget_grab_focus (GTK_WIDGET (self->address_bar));
}

static void
recent_activated (TsWindow *self,
                  GtkListBoxRow *row)
{
  use_host (self, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
}

static void
list_recent_hosts (TsWindow *self)
{
  g_auto (GStrv) hosts = g_settings_get_strv (self->settings, "recent-hosts");
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->recent_list))) != NULL)
    gtk_list_box_remove (self->recent_list, row);
  for (gsize i = 0; hosts[i] != NULL; i++)
    {
      row = adw_action_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), hosts[i]);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_list_box_append (self->recent_list, row);
    }
  gtk_widget_set_visible (self->recent, hosts[0] != NULL);
}

static void
ts_window_dispose (GObject *object)
{
  TsWindow *self = TS_WINDOW (object);

  if (self->monitor != NULL)
    drop_monitor (self);
  g_clear_object (&self->title);
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
      g_value_set_double (value, TS_WINDOW (object)->interval_s);
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
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, stop);
  gtk_widget_class_install_action (widget_class, "win.pause", NULL, pause_or_resume);
  gtk_widget_class_install_action (widget_class, "win.retry", NULL, retry);
  gtk_widget_class_install_action (widget_class, "win.focus-address", NULL, focus_address);
  gtk_widget_class_install_property_action (widget_class, "win.interval-seconds", "interval-seconds");

  /* Bound here and not as the application's accelerators, which would take them from a text field. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.stop", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "win.pause", NULL);
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

  g_type_ensure (TS_TYPE_SERVER_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TsWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, title);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, start_clamp);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, recent);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, recent_list);
  gtk_widget_class_bind_template_child (widget_class, TsWindow, server_page);
  gtk_widget_class_bind_template_callback (widget_class, example_clicked);
  gtk_widget_class_bind_template_callback (widget_class, recent_activated);
  install_actions (widget_class);
}

static void
ts_window_init (TsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_object_ref (self->title);
  self->clock = ts_clock_new_system (0);

  self->settings = g_settings_new ("org.timesync.TimeSync");
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "interval-seconds", self, "interval-seconds", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->settings, "changed::recent-hosts", G_CALLBACK (list_recent_hosts), self,
                           G_CONNECT_SWAPPED);

  self->address_bar = TS_ADDRESS_BAR (ts_address_bar_new ());
  g_signal_connect_swapped (self->address_bar, "submitted", G_CALLBACK (address_submitted), self);
  g_signal_connect_swapped (self->address_bar, "stopped", G_CALLBACK (address_stopped), self);

  list_recent_hosts (self);
  show_start_page (self);
}

/**
 * ts_window_new:
 * @application: the application
 *
 * Returns: (transfer floating): a window with the start page
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
 * Measures @host from now on, or says what is wrong with it.
 */
void
ts_window_open (TsWindow *self,
                const char *host)
{
  use_host (self, host);
}
