/* The window's actions and their keys.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-window-private.h"

#include <glib/gi18n.h>

#include "save/ts-export-words.h"
#include "window/ts-help.h"
#include "window/ts-limit-window.h"
#include "servers/ts-recent-hosts.h"
#include "window/ts-rename.h"

/* A server that was removed, for as long as the toast offers to bring it back. */
typedef struct
{
  TsWindow *window;
  TsMonitor *monitor;
  guint position;
  gboolean was_paused;
} Removal;

static gboolean
is_paused (TsMonitor *monitor)
{
  return ts_monitor_get_state (monitor) == TS_MONITOR_PAUSED;
}

static void
update_pause_all_button (TsWindow *self)
{
  gboolean resumes = ts_ensemble_is_paused (self->ensemble);
  const char *label = resumes ? _("Resume all") : _("Pause all");
  g_autofree char *tooltip = g_strdup_printf ("%s (%s)", label, _("Shift+Space"));

  gtk_button_set_icon_name (self->pause_all_button,
                            resumes ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause_all_button), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause_all_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* Those that can be done now. */
void
ts_window_update_actions (TsWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint n_servers = ts_ensemble_get_length (self->ensemble);
  guint position = 0;
  gboolean is_any = ts_ensemble_find (self->ensemble, self->chosen, &position);

  gtk_widget_action_set_enabled (widget, "win.copy-summary", is_any);
  gtk_widget_action_set_enabled (widget, "win.save", is_any);
  gtk_widget_action_set_enabled (widget, "win.pause", is_any);
  gtk_widget_action_set_enabled (widget, "win.pause-all", n_servers > 0);
  gtk_widget_action_set_enabled (widget, "win.retry", is_any && !is_paused (self->chosen));
  gtk_widget_action_set_enabled (widget, "win.remove", is_any);
  gtk_widget_action_set_enabled (widget, "win.rename", is_any);
  gtk_widget_action_set_enabled (widget, "win.overlaid", is_any);
  gtk_widget_action_set_enabled (widget, "win.limit", is_any);
  gtk_widget_action_set_enabled (widget, "win.move-up", is_any && position > 0);
  gtk_widget_action_set_enabled (widget, "win.move-down", is_any && position + 1 < n_servers);
  gtk_widget_action_set_enabled (widget, "win.toggle-sidebar", is_any);
  gtk_widget_action_set_enabled (widget, "win.back", is_any && adw_leaflet_get_folded (self->leaflet));
  update_pause_all_button (self);
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
  g_autofree char *host = ts_monitor_get_address (removal->monitor);
  TsMonitor *present = ts_ensemble_find_host (self->ensemble, host);

  /* It may have been added anew since. */
  if (present == NULL)
    {
      ts_window_adopt (self, removal->monitor);
      ts_ensemble_insert (self->ensemble, MIN (removal->position, ts_ensemble_get_length (self->ensemble)),
                          removal->monitor);
      if (!removal->was_paused)
        ts_monitor_resume (removal->monitor);
      present = removal->monitor;
    }
  ts_window_choose (self, present);
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
  ts_recent_hosts_record (self->settings, removed);
  if (n_servers > 1)
    next = ts_ensemble_get (self->ensemble, position + 1 < n_servers ? position + 1 : position - 1);
  ts_ensemble_remove (self->ensemble, position);
  offer_undo (self, removed, position);
  ts_window_choose (self, next);
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
limit_chosen (GtkWidget *widget,
              const char *action_name,
              GVariant *parameter)
{
  gtk_window_present (GTK_WINDOW (ts_limit_window_new (GTK_WINDOW (widget), TS_WINDOW (widget)->chosen)));
}

static void
pause_or_resume_all (GtkWidget *widget,
                     const char *action_name,
                     GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  ts_ensemble_set_paused (self->ensemble, !ts_ensemble_is_paused (self->ensemble));
}

static void
retry (GtkWidget *widget,
       const char *action_name,
       GVariant *parameter)
{
  ts_monitor_retry (TS_WINDOW (widget)->chosen);
}

static void
copy_summary (GtkWidget *widget,
              const char *action_name,
              GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);
  g_autofree char *summary = ts_export_summarize (self->chosen);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), summary);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied")));
}

static void
save (GtkWidget *widget,
      const char *action_name,
      GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  ts_saver_ask (self->saver, self->chosen);
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

/* Where there is no room for both, it goes from one to the other. */
static void
toggle_sidebar (GtkWidget *widget,
                const char *action_name,
                GVariant *parameter)
{
  TsWindow *self = TS_WINDOW (widget);

  if (!adw_leaflet_get_folded (self->leaflet))
    ts_window_set_sidebar (self, !self->shows_sidebar);
  else if (g_str_equal (adw_leaflet_get_visible_child_name (self->leaflet), "list"))
    ts_window_show_page (self);
  else
    go_back (widget, NULL, NULL);
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

static void
show_shortcuts (GtkWidget *widget,
                const char *action_name,
                GVariant *parameter)
{
  ts_help_show_shortcuts (GTK_WINDOW (widget));
}

void
ts_window_install_actions (GtkWidgetClass *widget_class)
{
  const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
    guint keyval;
    GdkModifierType modifiers;
  } actions[] = {
    { "win.back", go_back, GDK_KEY_Escape, 0 },
    { "win.pause-all", pause_or_resume_all, GDK_KEY_space, GDK_SHIFT_MASK },
    { "win.copy-summary", copy_summary, GDK_KEY_c, GDK_CONTROL_MASK },
    { "win.save", save, 0, 0 },
    { "win.remove", remove_chosen, GDK_KEY_Delete, 0 },
    { "win.rename", rename_chosen, GDK_KEY_F2, 0 },
    { "win.limit", limit_chosen, 0, 0 },
    { "win.move-up", move_up, GDK_KEY_Up, GDK_ALT_MASK },
    { "win.move-down", move_down, GDK_KEY_Down, GDK_ALT_MASK },
    { "win.toggle-sidebar", toggle_sidebar, GDK_KEY_F9, 0 },
    { "win.retry", retry, 0, 0 },
    { "win.new", add_new, 0, 0 },
    { "win.focus-address", focus_address, 0, 0 },
    { "win.toggle-view", toggle_view, 0, 0 },
    { "win.show-help-overlay", show_shortcuts, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
      /* Bound here and not as the application's accelerators, which would take them from a text field. */
      if (actions[i].keyval != 0)
        gtk_widget_class_add_binding_action (widget_class, actions[i].keyval, actions[i].modifiers, actions[i].name,
                                             NULL);
    }
  /* For the menus to show it: GtkWindow takes the key, so page and list have it in bindings of their own. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, 0, "win.pause", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_space, GDK_CONTROL_MASK, "win.overlaid", NULL);
}
