/* The help page: what the window tells, and what it means.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-help.h"

/**
 * ts_help_show:
 * @parent: (nullable): the window that is asked about
 *
 * Shows the help in a window of its own, which may stay open beside the other.
 */
void
ts_help_show (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/timesync/TimeSync/ts-help.ui");
  GtkWindow *help = GTK_WINDOW (gtk_builder_get_object (builder, "help"));

  gtk_window_set_transient_for (help, parent);
  gtk_window_present (help);
}

/**
 * ts_help_show_shortcuts:
 * @parent: the window whose shortcuts these are
 *
 * Shows the keyboard shortcuts. GTK would find them by itself, but then make them before it shows any window.
 */
void
ts_help_show_shortcuts (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/timesync/TimeSync/help-overlay.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_window_set_transient_for (shortcuts, parent);
  gtk_window_present (shortcuts);
}
