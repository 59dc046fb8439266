/* The window's servers: how they come into it, and which one it shows.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-window-private.h"

#include "servers/ts-recent-hosts.h"
#include "servers/ts-saved-servers.h"

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
show_chosen_address (TsWindow *self)
{
  g_autofree char *address = NULL;

  if (self->chosen != NULL)
    address = ts_monitor_get_address (self->chosen);
  ts_address_bar_set_current (self->address_bar, address);
  g_settings_set_string (self->settings, "chosen-server", address != NULL ? address : "");
}

/* Shows the page of @monitor, or without one the start page. */
void
ts_window_choose (TsWindow *self,
                  TsMonitor *monitor)
{
  if (monitor != NULL && monitor == self->chosen)
    return;
  g_set_object (&self->chosen, monitor);
  ts_server_page_set_monitor (self->server_page, monitor);
  place_address_bar (self, monitor != NULL);
  show_chosen_address (self);
  g_object_notify (G_OBJECT (self), "is-overlaid");
  gtk_stack_set_visible_child_name (self->stack, monitor != NULL ? "servers" : "start");
  ts_window_server_changed (self);
  if (monitor != NULL)
    ts_sidebar_choose (self->sidebar, monitor, FALSE);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->address_bar));
}

/* Single keys, such as Space, are for the page then and not for the entry. */
void
ts_window_show_page (TsWindow *self)
{
  adw_leaflet_set_visible_child_name (self->leaflet, "page");
  gtk_widget_grab_focus (GTK_WIDGET (self->server_page));
}

/* Who watches the list knows of @monitor; from now on the window does. */
void
ts_window_adopt (TsWindow *self,
                 TsMonitor *monitor)
{
  g_signal_connect_object (monitor, "notify", G_CALLBACK (ts_window_server_changed), self, G_CONNECT_SWAPPED);
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
  TsMonitor *monitor = ts_ensemble_find_host (self->ensemble, host);

  if (monitor == NULL)
    {
      monitor = added = ts_saved_servers_new_monitor (address, self->clock, chosen_interval_s (self));
      ts_window_adopt (self, added);
      ts_ensemble_append (self->ensemble, added);
    }
  ts_recent_hosts_remember (self->settings, host);
  /* Who asks for a server wants to see it measured. */
  ts_monitor_start (monitor);
  ts_window_choose (self, monitor);
  show_chosen_address (self);
  ts_window_show_page (self);
}

static void
restore (TsWindow *self)
{
  g_autofree char *host = g_settings_get_string (self->settings, "chosen-server");
  TsMonitor *chosen;

  ts_saved_servers_load (self->settings, self->ensemble, self->clock);
  for (guint i = 0; i < ts_ensemble_get_length (self->ensemble); i++)
    ts_window_adopt (self, ts_ensemble_get (self->ensemble, i));
  chosen = ts_ensemble_find_host (self->ensemble, host);
  if (chosen == NULL && ts_ensemble_get_length (self->ensemble) > 0)
    chosen = ts_ensemble_get (self->ensemble, 0);
  ts_window_choose (self, chosen);
  if (chosen != NULL)
    ts_window_show_page (self);
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
  g_autoptr (GPtrArray) hosts = ts_recent_hosts_load (self->settings);

  ts_start_page_set_recent (self->start_page, hosts, ts_clock_get_now_ns (self->clock));
  ts_address_bar_set_suggestions (self->address_bar, hosts);
}

/* What the template calls of this file. */
void
ts_window_bind_server_callbacks (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, example_chosen);
  gtk_widget_class_bind_template_callback (widget_class, recent_chosen);
  gtk_widget_class_bind_template_callback (widget_class, ts_window_choose);
  gtk_widget_class_bind_template_callback (widget_class, ts_window_show_page);
}

/* Once, when all parts of the window are there: brings back the servers of the last one. */
void
ts_window_set_up_servers (TsWindow *self)
{
  g_signal_connect_object (self->settings, "changed::recent-hosts", G_CALLBACK (list_recent_hosts), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->address_bar, "submitted", G_CALLBACK (address_submitted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->address_bar, "cancelled", G_CALLBACK (ts_window_show_page), self, G_CONNECT_SWAPPED);
  list_recent_hosts (self);
  restore (self);
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

/**
 * ts_window_show_server:
 * @self: a window
 * @address: of a server, as ts_address_to_string() has it
 *
 * Shows the page of that server; does nothing where it is no longer listed.
 */
void
ts_window_show_server (TsWindow *self,
                       const char *address)
{
  TsMonitor *monitor = ts_ensemble_find_host (self->ensemble, address);

  if (monitor == NULL)
    return;
  ts_window_choose (self, monitor);
  ts_window_show_page (self);
}
