/* Asks for a new name of a server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "actions/ts-rename.h"

#include <glib/gi18n.h>

#include "parts/ts-dialog.h"
#include "words/ts-isolate.h"

static void
did_respond (AdwMessageDialog *dialog,
             const char *response,
             gpointer monitor)
{
  if (g_str_equal (response, "rename"))
    {
      GtkWidget *entry = adw_message_dialog_get_extra_child (dialog);
      g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

      ts_monitor_set_name (monitor, name);
    }
}

/**
 * ts_rename_ask:
 * @parent: a window
 * @monitor: a server
 *
 * Asks in a dialog, and renames the server when the user has answered. An empty name stands for the address.
 */
void
ts_rename_ask (GtkWindow *parent,
               TsMonitor *monitor)
{
  g_autofree char *address = ts_monitor_get_shown_address (monitor);
  g_autofree char *isolated = ts_isolate_name (address);
  AdwMessageDialog *dialog = ts_dialog_new (parent, _("Rename Server"), isolated);
  GtkWidget *entry = gtk_entry_new ();

  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "rename", _("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "rename", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "rename");
  adw_message_dialog_set_close_response (dialog, "cancel");
  gtk_editable_set_text (GTK_EDITABLE (entry), ts_monitor_get_name (monitor));
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), address);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name"), -1);
  adw_message_dialog_set_extra_child (dialog, entry);
  g_signal_connect_object (dialog, "response", G_CALLBACK (did_respond), monitor, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}
