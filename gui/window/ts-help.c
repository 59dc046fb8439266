/* The help page, the list of keyboard shortcuts, and what there is to tell of the program.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-help.h"

#include <glib/gi18n.h>

#include "chart/paint/ts-chart-text.h"
#include "words/ts-metainfo.h"

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

  ts_chart_text_widen (help);
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

/**
 * ts_help_show_about:
 * @parent: (nullable): the window of the program
 *
 * Shows the version, links to the project, and what is new in this release. Addresses and news are those of the metainfo,
 * which is a resource, so that software centers tell the same.
 */
void
ts_help_show_about (GtkWindow *parent)
{
  g_autoptr (GBytes) metainfo =
    g_resources_lookup_data ("/org/timesync/TimeSync/metainfo.xml", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  const char *xml = g_bytes_get_data (metainfo, NULL); /* ends with a zero, as all resources do */
  g_autofree char *homepage = ts_metainfo_get_url (xml, "homepage");
  g_autofree char *issues = ts_metainfo_get_url (xml, "bugtracker");
  g_autofree char *source = ts_metainfo_get_url (xml, "vcs-browser");
  g_autofree char *notes = ts_metainfo_get_release_notes (xml, TS_VERSION);
  GtkWidget *about = adw_about_window_new ();

  g_object_set (about,
                "transient-for", parent,
                "application-name", _("Time Sync"),
                "application-icon", "org.timesync.TimeSync",
                "version", TS_VERSION,
                "release-notes", notes,
                "release-notes-version", TS_VERSION,
                "developer-name", _("The Time Sync developers"),
                "website", homepage,
                "issue-url", issues,
                "license-type", GTK_LICENSE_GPL_3_0,
                "comments", _("Shows how far apart two clocks are, live, and proves it."),
                /* Translators: your names, one per line. */
                "translator-credits", _("translator-credits"),
                NULL);
  adw_about_window_add_link (ADW_ABOUT_WINDOW (about), _("Source Code"), source);
  gtk_window_present (GTK_WINDOW (about));
}
