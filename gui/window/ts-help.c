/* The help page and the list of keyboard shortcuts.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-help.h"

/**
 * ts_help_show:
 * @parent: (nullable): the window that the help is about
 *
 * Shows the help in a window of its own, which can stay open beside @parent.
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
 * Shows the keyboard shortcuts. GTK would find them by itself at its own path, but then it would build them before the
 * first frame.
 */
void
ts_help_show_shortcuts (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/timesync/TimeSync/help-overlay.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_window_set_transient_for (shortcuts, parent);
  gtk_window_present (shortcuts);
}
