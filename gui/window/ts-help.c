/* The help page, the list of keyboard shortcuts, and what there is to tell of the program.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-help.h"

#include <glib/gi18n.h>
#include <string.h>

#include "chart/paint/ts-chart-text.h"
#include "words/ts-join.h"
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

/* What a key does. */
typedef struct
{
  const char *title;
  const char *accelerators; /* (nullable): one or several; %NULL: the title of a group, which begins here */
} Shortcut;

static const Shortcut shortcuts[] = {
  { NC_ ("shortcut window", "Servers"), NULL },
  { NC_ ("shortcut window", "Measure a server"), "<Control>n" },
  { NC_ ("shortcut window", "Go to the address"), "<Control>l" },
  { NC_ ("shortcut window", "Pause or resume"), "space" },
  { NC_ ("shortcut window", "Pause or resume all"), "<Shift>space" },
  { NC_ ("shortcut window", "Try again now"), "F5 <Control>r" },
  { NC_ ("shortcut window", "Rename"), "F2" },
  { NC_ ("shortcut window", "Remove"), "Delete" },
  { NC_ ("shortcut window", "Undo a removal or a deletion"), "<Control>z" },
  { NC_ ("shortcut window", "Move up or down the list"), "<Alt>Up <Alt>Down" },
  { NC_ ("shortcut window", "Find in the list"), "<Control>f" },
  { NC_ ("shortcut window", "Select several"), "<Shift>Up <Shift>Down" },
  { NC_ ("shortcut window", "Menu of a server"), "Menu <Shift>F10" },
  { NC_ ("shortcut window", "Overlay on other charts"), "<Control>space" },
  { NC_ ("shortcut window", "Export"), NULL },
  { NC_ ("shortcut window", "Copy a summary"), "<Control>c" },
  { NC_ ("shortcut window", "Save the chart or the samples"), "<Control>s" },
  { NC_ ("shortcut window", "General"), NULL },
  { NC_ ("shortcut window", "Show or hide the list"), "F9" },
  { NC_ ("shortcut window", "Preferences"), "<Control>comma" },
  { NC_ ("shortcut window", "Keyboard shortcuts"), "<Control>question" },
  { NC_ ("shortcut window", "Help"), "F1" },
  { NC_ ("shortcut window", "Main menu"), "F10" },
  { NC_ ("shortcut window", "Back or cancel"), "Escape" },
  { NC_ ("shortcut window", "Close the window"), "<Control>w" },
  { NC_ ("shortcut window", "Quit"), "<Control>q" },
  { NC_ ("shortcut window", "Chart"), NULL },
  { NC_ ("shortcut window", "Show a minute, ten, an hour, a day, or all"), "<Alt>1...5" },
  { NC_ ("shortcut window", "Show a week or thirty days"), "<Alt>6 <Alt>7" },
  { NC_ ("shortcut window", "Follow the newest"), "f" },
  { NC_ ("shortcut window", "Timeline or scatter"), "<Control>t" },
  { NC_ ("shortcut window", "Previous or next sample"), "Left Right" },
  { NC_ ("shortcut window", "Previous or next step, loss or pause"), "<Control>Left <Control>Right" },
  { NC_ ("shortcut window", "Pan"), "<Shift>Left <Shift>Right" },
  { NC_ ("shortcut window", "Zoom in or out"), "plus minus" },
  { NC_ ("shortcut window", "Oldest or newest"), "Home End" },
  { NC_ ("shortcut window", "Show the sample’s four instants"), "Return" },
  { NC_ ("shortcut window", "Copy the sample"), "<Control>c" },
};

/* Returns: (transfer full): what is on the keys, for assistive technology: "Alt+1…5" */
static char *
describe_keys (const char *accelerators)
{
  g_auto (GStrv) parts = g_strsplit (accelerators, " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_auto (GStrv) ends = g_strsplit (parts[i], "...", 2);
      g_autofree char *label = NULL;
      GdkModifierType modifiers;
      guint key;

      if (!gtk_accelerator_parse (ends[0], &key, &modifiers))
        g_assert_not_reached ();
      label = gtk_accelerator_get_label (key, modifiers);
      g_free (parts[i]);
      parts[i] = ends[1] != NULL ? g_strconcat (label, "…", ends[1], NULL) : g_steal_pointer (&label);
    }
  return ts_join_list ((const char *const *) parts, g_strv_length (parts));
}

/* Several chords are one below the other, because side by side they would leave no room for what they do. */
static GtkWidget *
new_keys (const char *accelerators)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gboolean are_chords = strchr (accelerators, '<') != NULL;
  g_auto (GStrv) parts = g_strsplit (accelerators, " ", are_chords ? -1 : 1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      GtkWidget *label = gtk_shortcut_label_new (parts[i]);

      gtk_widget_set_halign (label, GTK_ALIGN_END);
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

static GtkWidget *
new_shortcut_row (const Shortcut *shortcut,
                  gboolean is_large)
{
  const char *title = g_dpgettext2 (NULL, "shortcut window", shortcut->title);
  g_autofree char *keys = describe_keys (shortcut->accelerators);
  g_autofree char *name = ts_join_caption (title, keys);
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (is_large ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), new_keys (shortcut->accelerators));
  gtk_widget_add_css_class (box, "shortcut-row");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE); /* Tab would stop at each of them */
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title); /* for the search */
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}

/* Hides the rows in @widget without the text, and the groups without such a row. Returns: whether any row is left */
static gboolean
filter (GtkWidget *widget,
        const char *text)
{
  gboolean is_any = FALSE;

  if (ADW_IS_PREFERENCES_ROW (widget))
    {
      g_autofree char *title = g_utf8_casefold (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), -1);

      gtk_widget_set_visible (widget, strstr (title, text) != NULL);
      return gtk_widget_get_visible (widget);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    is_any = filter (child, text) || is_any;
  if (ADW_IS_PREFERENCES_GROUP (widget))
    gtk_widget_set_visible (widget, is_any);
  return is_any;
}

static void
search (GtkEditable *entry,
        GtkWidget *groups)
{
  g_autofree char *text = g_utf8_casefold (gtk_editable_get_text (entry), -1);

  filter (groups, text);
}

static void
add_shortcuts (GtkBox *groups,
               gboolean is_large)
{
  AdwPreferencesGroup *group = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    if (shortcuts[i].accelerators == NULL)
      {
        group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
        adw_preferences_group_set_title (group, g_dpgettext2 (NULL, "shortcut window", shortcuts[i].title));
        gtk_box_append (groups, GTK_WIDGET (group));
      }
    else
      adw_preferences_group_add (group, new_shortcut_row (&shortcuts[i], is_large));
}

/**
 * ts_help_show_shortcuts:
 * @parent: the window whose shortcuts these are
 *
 * Shows the keyboard shortcuts. GTK's own window of them is twice as wide and cannot become narrower, so that large text would
 * lie beyond the edges of the screen.
 */
void
ts_help_show_shortcuts (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/org/timesync/TimeSync/ts-shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));
  GtkBox *groups = GTK_BOX (gtk_builder_get_object (builder, "groups"));

  ts_chart_text_widen (window);
  add_shortcuts (groups, ts_chart_text_is_large (GTK_WIDGET (window)));
  g_signal_connect_object (gtk_builder_get_object (builder, "entry"), "search-changed", G_CALLBACK (search), groups, 0);
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
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
