/* Tests of the Tab key: it reaches everything in each page and window, in order, forward and back, and is never trapped.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart.h"
#include "ladder/ts-ladder.h"
#include "recording/ts-recording-window.h"
#include "share/ts-share-row.h"
#include "sidebar/ts-server-row.h"
#include "window/ts-start-page.h"
#include "words/ts-list-words.h"

#include "test-fixture.h"

#define MAX_STOPS 40

/* Returns: (transfer full): what a person would call the widget: its text, or else its tooltip, or its type */
static char *
name_of (GtkWidget *widget)
{
  const char *text = GTK_IS_BUTTON (widget) ? gtk_button_get_label (GTK_BUTTON (widget)) : NULL;

  /* GTK's class for the items of a menu is private. */
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkModelButton"))
    {
      char *item;

      g_object_get (widget, "text", &item, NULL);
      return item;
    }
  if (text == NULL)
    text = gtk_widget_get_tooltip_text (widget);
  if (text == NULL && ADW_IS_PREFERENCES_ROW (widget))
    text = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget));
  if (text == NULL && GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget)))
    text = gtk_menu_button_get_label (GTK_MENU_BUTTON (gtk_widget_get_parent (widget)));
  if (text == NULL && GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget)))
    text = gtk_widget_get_tooltip_text (gtk_widget_get_parent (widget));
  return g_strdup (text != NULL ? text : G_OBJECT_TYPE_NAME (widget));
}

/* Returns: whether the widget is a part of a window or menu that GTK or libadwaita makes, or of the header of one */
static gboolean
is_of_toolkit (GtkWidget *widget)
{
  return ADW_IS_ABOUT_WINDOW (gtk_widget_get_root (widget)) ||
         gtk_widget_get_ancestor (widget, GTK_TYPE_POPOVER_MENU) != NULL ||
         gtk_widget_get_ancestor (widget, ADW_TYPE_VIEW_SWITCHER) != NULL;
}

static gboolean
is_called (GtkWidget *widget)
{
  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL) ||
         gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

/* A stop tells a screen reader what it is and what it is called: by itself, by the text on it, or by the entry, button or
 * row that it is a part of. What GTK and libadwaita make, they have to name. */
static void
assert_is_told (GtkWidget *widget)
{
  GtkAccessibleRole role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget));
  g_autofree char *name = name_of (widget);

  if (!is_told () || is_of_toolkit (widget))
    return;
  g_assert_cmpint (role, !=, GTK_ACCESSIBLE_ROLE_GENERIC);
  g_assert_cmpint (role, !=, GTK_ACCESSIBLE_ROLE_WIDGET);
  if (!g_str_equal (name, G_OBJECT_TYPE_NAME (widget)) || is_called (widget) ||
      is_called (gtk_widget_get_parent (widget)) || ADW_IS_ENTRY_ROW (gtk_widget_get_ancestor (widget, ADW_TYPE_ENTRY_ROW)))
    return;
  g_error ("%s has no name", name);
}

/* The list that a stop is in has a name of its own, or the title of its group. */
static void
assert_list_is_told (GtkWidget *widget)
{
  GtkWidget *list = gtk_widget_get_ancestor (widget, GTK_TYPE_LIST_BOX);
  GtkWidget *group = gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_GROUP);
  const char *title = group != NULL ? adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (group)) : "";

  if (is_told () && list != NULL && *title == '\0' && !is_of_toolkit (widget))
    g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL));
}

/* @within: a window, or a menu of one
 * Returns: (transfer full) (element-type utf8): the stops of Tab from the focus on, until the first one comes again */
static GPtrArray *
walk (GtkWidget *within,
      GtkDirectionType direction)
{
  GtkRoot *root = gtk_widget_get_root (within);
  GtkWidget *first = gtk_root_get_focus (root);
  GPtrArray *stops = g_ptr_array_new_with_free_func (g_free);

  do
    {
      GtkWidget *focus = gtk_root_get_focus (root);

      g_assert_nonnull (focus);
      g_assert_true (gtk_widget_is_ancestor (focus, within));
      assert_is_told (focus);
      assert_list_is_told (focus);
      g_ptr_array_add (stops, name_of (focus));
      g_signal_emit_by_name (within, "move-focus", direction);
    }
  while (gtk_root_get_focus (root) != first && stops->len < MAX_STOPS);
  return stops;
}

/* Walks forward and back from the focus. @expected: the stops in their order, from there on */
static void
assert_walk (GtkWidget *within,
             const char *const *expected)
{
  g_autoptr (GPtrArray) forward = walk (within, GTK_DIR_TAB_FORWARD);
  g_autoptr (GPtrArray) back = walk (within, GTK_DIR_TAB_BACKWARD);
  guint n_stops = g_strv_length ((char **) expected);

  for (guint i = 0; i < MIN (n_stops, forward->len); i++)
    g_assert_cmpstr (forward->pdata[i], ==, expected[i]);
  g_assert_cmpuint (forward->len, ==, n_stops);
  for (guint i = 0; i < MIN (n_stops, back->len); i++)
    g_assert_cmpstr (back->pdata[i], ==, expected[(n_stops - i) % n_stops]);
  g_assert_cmpuint (back->len, ==, n_stops);
}

/* With servers to begin with, whatever this computer sets its clock by. */
static void
test_start_page (Fixture *fixture,
                 gconstpointer data)
{
  static const char *const stops[] = {
    "GtkText", "Measure", "time.example.org", "192.0.2.17:10085", "[2001:db8::17]", "ntp://ntp.example.net",
    "ntp.example", "pool.ntp.org", "Addresses, clients and port", "Share whenever Time Sync is open", "Main menu", NULL,
  };
  GtkWidget *start_page = await (fixture, TS_TYPE_START_PAGE, NULL, NULL);

  await (fixture, ADW_TYPE_ACTION_ROW, "title", "pool.ntp.org");
  ts_start_page_set_sources (TS_START_PAGE (start_page), (const char *const[]) { "ntp://ntp.example", NULL });
  gtk_editable_set_text (GTK_EDITABLE (await (fixture, GTK_TYPE_ENTRY, NULL, NULL)), "x");
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

static void
measure (Fixture *fixture)
{
  ts_window_open (fixture->window, fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", "ertainly");
}

static void
rename_server (Fixture *fixture,
               const char *name)
{
  GtkWidget *dialog;

  act (fixture, "win.rename");
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, GTK_TYPE_ENTRY, NULL, NULL)), name);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "rename");
}

/* With one server beside the other, so that the list has several rows and one stop. */
static void
test_page (Fixture *fixture,
           gconstpointer data)
{
  static const char *const stops[] = {
    "TsChart", "Add a server (Ctrl+N)", "Pause all (Shift+Space)", "TsServerRow", "Addresses, clients and port",
    "Share whenever Time Sync is open", "GtkText", "Server menu", "Main menu", "Timeline", "Scatter", "1 min", "10 min", "1 h", "1 day",
    "All", "Keep the newest in view (F)", NULL,
  };

  ts_window_open (fixture->window, "127.0.0.1:1");
  measure (fixture);
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

/* The banner has a button then. */
static void
test_error (Fixture *fixture,
            gconstpointer data)
{
  static const char *const stops[] = {
    "TsChart", "Add a server (Ctrl+N)", "Pause all (Shift+Space)", "TsServerRow", "Addresses, clients and port",
    "Share whenever Time Sync is open", "GtkText", "Server menu", "Main menu", "Retry", "Timeline", "Scatter", "1 min", "10 min", "1 h",
    "1 day", "All", "Keep the newest in view (F)", NULL,
  };

  measure (fixture);
  g_clear_object (&fixture->server);
  await (fixture, GTK_TYPE_BUTTON, "label", "Retry");
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

/* Where nothing was ever measured there is one thing to do. */
static void
test_empty_page (Fixture *fixture,
                 gconstpointer data)
{
  static const char *const stops[] = {
    "Retry", "Add a server (Ctrl+N)", "Pause all (Shift+Space)", "TsServerRow", "Addresses, clients and port",
    "Share whenever Time Sync is open", "GtkText", "Server menu", "Main menu", NULL,
  };

  ts_window_open (fixture->window, "127.0.0.1:1");
  await (fixture, GTK_TYPE_BUTTON, "label", "Retry");
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

static void
open_narrow_window (Fixture *fixture)
{
  close_window (fixture);
  g_settings_set_int (fixture->settings, "window-width", 360);
  open_window (fixture);
  measure (fixture);
  await (fixture, GTK_TYPE_BUTTON, "tooltip-text", "All servers");
  TEST_WAIT (find (GTK_WIDGET (fixture->window), GTK_TYPE_BUTTON, "label", "Timeline") == NULL);
  g_settings_reset (fixture->settings, "window-width");
}

static void
test_narrow_page (Fixture *fixture,
                  gconstpointer data)
{
  static const char *const stops[] = {
    "TsChart", "All servers (Escape)", "GtkText", "Server menu", "Main menu", "1 min", "10 min", "1 h", "1 day", "All",
    "Keep the newest in view (F)", NULL,
  };

  open_narrow_window (fixture);
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

static void
test_narrow_list (Fixture *fixture,
                  gconstpointer data)
{
  static const char *const stops[] = {
    "TsServerRow", "Addresses, clients and port", "Share whenever Time Sync is open", "Add a server (Ctrl+N)",
    "Pause all (Shift+Space)", NULL,
  };

  open_narrow_window (fixture);
  act (fixture, "win.back");
  TEST_WAIT (TS_IS_SERVER_ROW (gtk_window_get_focus (GTK_WINDOW (fixture->window))));
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

static void
test_scatter (Fixture *fixture,
              gconstpointer data)
{
  static const char *const stops[] = {
    "TsScatter", "Add a server (Ctrl+N)", "Pause all (Shift+Space)", "TsServerRow", "Addresses, clients and port",
    "Share whenever Time Sync is open", "GtkText", "Server menu", "Main menu", "Timeline", "Scatter", "1 min", "10 min", "1 h", "1 day",
    "All", "Keep the newest in view (F)", NULL,
  };

  measure (fixture);
  act (fixture, "win.toggle-view");
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

/* With so many servers the list can be searched and sorted. */
static void
test_many (Fixture *fixture,
           gconstpointer data)
{
  static const char *const stops[] = {
    "GtkText", "TsServerRow", "Addresses, clients and port", "Share whenever Time Sync is open", "GtkText", "Server menu",
    "Main menu", "Timeline", "Scatter", "1 min", "10 min", "1 h", "1 day", "All", "Keep the newest in view (F)", "TsChart",
    "Add a server (Ctrl+N)", "Pause all (Shift+Space)", "Find a server (Ctrl+F)", "Sort the list", NULL,
  };

  for (guint port = 1; port < TS_LIST_WORDS_MANY; port++)
    {
      g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", port);

      ts_window_open (fixture->window, host);
    }
  measure (fixture);
  act (fixture, "win.search");
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

static void
test_paused (Fixture *fixture,
             gconstpointer data)
{
  static const char *const stops[] = {
    "TsChart", "Add a server (Ctrl+N)", "Resume all (Shift+Space)", "TsServerRow", "Addresses, clients and port",
    "Share whenever Time Sync is open", "GtkText", "Server menu", "Main menu", "Resume", "Timeline", "Scatter", "1 min",
    "10 min", "1 h", "1 day", "All", "Keep the newest in view (F)", NULL,
  };

  measure (fixture);
  act (fixture, "win.pause");
  await (fixture, GTK_TYPE_BUTTON, "label", "Resume");
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

/* The text behind the button is reached by the keyboard, too, and Tab comes back from it. */
static void
test_details (Fixture *fixture,
              gconstpointer data)
{
  static const char *const stops[] = {
    "Retry", "Details", "Add a server (Ctrl+N)", "Pause all (Shift+Space)", "TsServerRow", "Addresses, clients and port",
    "Share whenever Time Sync is open", "GtkText", "Server menu", "Main menu", NULL,
  };

  ts_window_open (fixture->window, "ntp://127.0.0.1:1");
  await (fixture, GTK_TYPE_BUTTON, "label", "Retry");
  rename_server (fixture, "Lab");
  await (fixture, GTK_TYPE_LABEL, "label", "Lab refuses NTP requests");
  gtk_widget_grab_focus (await (fixture, GTK_TYPE_BUTTON, "label", "Retry"));
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

static void
test_dispute (Fixture *fixture,
              gconstpointer data)
{
  static const char *const stops[] = {
    "TsChart", "Add a server (Ctrl+N)", "Pause all (Shift+Space)", "TsServerRow", "Addresses, clients and port",
    "Share whenever Time Sync is open", "GtkText", "Server menu", "Main menu", "Show Both", "Timeline", "Scatter", "1 min",
    "10 min", "1 h", "1 day", "All", "Keep the newest in view (F)", NULL,
  };
  g_autoptr (TsClock) clock = ts_clock_new_system (3600 * TS_NS_PER_S);
  g_autoptr (TsServer) server = test_start_server (clock, "127.0.0.1");
  g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", ts_server_get_port (server));

  ts_window_open (fixture->window, host);
  measure (fixture);
  await (fixture, GTK_TYPE_BUTTON, "label", "Show Both");
  assert_walk (GTK_WIDGET (fixture->window), stops);
}

static GtkWidget *
find_open_menu (GtkWidget *widget)
{
  if (GTK_IS_POPOVER_MENU (widget))
    return gtk_widget_get_mapped (widget) ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_open_menu (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
assert_menu (Fixture *fixture,
             const char *const *items)
{
  GtkWidget *menu, *focus;

  TEST_WAIT ((menu = find_open_menu (GTK_WIDGET (fixture->window))) != NULL &&
             (focus = gtk_window_get_focus (GTK_WINDOW (fixture->window))) != NULL && gtk_widget_is_ancestor (focus, menu));
  assert_walk (menu, items);
  gtk_popover_popdown (GTK_POPOVER (menu));
  TEST_WAIT (find_open_menu (GTK_WIDGET (fixture->window)) == NULL);
}

/* What cannot be done is no stop. */
static void
test_menus (Fixture *fixture,
            gconstpointer data)
{
  static const char *const primary[] = { "Show List", "Preferences", "Keyboard Shortcuts", "Help", "About Time Sync", NULL };
  static const char *const page[] = {
    "Timeline", "Scatter", "Pause", "Interval", "Rename…", "Limit…", "Overlay on Other Charts", "Copy Summary", "Save…",
    "Save Evidence…", "Server Key…", "Recorded Days…", "Delete History", "Remove", NULL,
  };

  measure (fixture);
  gtk_menu_button_popup (GTK_MENU_BUTTON (await (fixture, GTK_TYPE_MENU_BUTTON, "tooltip-text", "Main menu")));
  assert_menu (fixture, primary);
  gtk_menu_button_popup (GTK_MENU_BUTTON (await (fixture, GTK_TYPE_MENU_BUTTON, "tooltip-text", "Server menu")));
  assert_menu (fixture, page);
  gtk_widget_activate_action (await (fixture, TS_TYPE_SERVER_ROW, NULL, NULL), "sidebar.menu", NULL);
  /* All but the views. */
  assert_menu (fixture, page + 2);
}

static gpointer
await_window (GType type)
{
  gpointer window;

  TEST_WAIT ((window = find_window (type)) != NULL && gtk_window_get_focus (window) != NULL);
  return window;
}

static void
test_recording (Fixture *fixture,
                gconstpointer data)
{
  static const char *const stops[] = {
    "Save (Ctrl+S)", "Timeline", "Scatter", "1 min", "10 min", "1 h", "1 day", "1 week", "1 month", "All", "TsChart", NULL,
  };
  static const char *const ladder_stops[] = { "Previous exchange (←)", "Next exchange (→)", "Copy (Ctrl+C)", "TsLadderLine",
                                             "TsLadderLine", "TsLadderLine", "TsLadderLine", NULL };
  g_autoptr (GFile) file = g_file_new_for_path (RECORDING);
  GtkWidget *window, *ladder;
  TsChartModel *model;

  ts_window_open_file (fixture->window, file);
  window = await_window (TS_TYPE_RECORDING_WINDOW);
  assert_walk (window, stops);

  model = ts_chart_widget_get_model (TS_CHART_WIDGET (find (window, TS_TYPE_CHART, NULL, NULL)));
  ts_chart_model_move_cursor (model, -1, FALSE);
  ts_chart_model_move_cursor (model, -1, FALSE);
  g_assert_true (ts_chart_model_activate (model));
  ladder = await_window (TS_TYPE_LADDER);
  assert_walk (ladder, ladder_stops);
  gtk_window_destroy (GTK_WINDOW (ladder));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The windows that actions of ours open, or without one the row of the share. */
static const struct
{
  const char *name;
  const char *action; /* (nullable) */
  const char *stops[16];
} windows[] = {
  { "preferences", "app.preferences",
    { "AdwViewSwitcherButton", "Style", "Times in UTC", "GtkSwitch", "The last one that you chose for a server",
      "Recent servers", "Forget", "Record history", "GtkSwitch", "Days to keep", "GtkText", "Days to keep each exchange", "GtkText", "Notify after",
      "GtkText" } },
  { "limit", "win.limit",
    { "GtkCheckButton", "Ceph", "CockroachDB", "One-time codes", "Kerberos", "At most", "GtkText", "GtkToggleButton",
      "Cancel", "Apply", "No limit" } },
  { "pool", "win.measure-source", { "_Use Pool", "_Cancel" } },
  { "rename", "win.rename", { "GtkText", "_Cancel", "_Rename" } },
  { "key", "win.key", { "_Close" } },
  { "save", "win.save", { "_Save…", "_What", "_Range", "_Cancel" } },
  { "help", "app.help", { "GtkScrolledWindow" } },
  { "about", "app.about", { "GtkButton", "_What’s New", "_Details", "https://timesync.org/issues", "_Legal" } },
  { "shortcuts", "win.show-help-overlay", { "Search", "GtkScrolledWindow" } },
  { "share", NULL, { "Share this computer’s time", "GtkSwitch", "GtkText" } },
};

static GtkWidget *
find_transient (Fixture *fixture)
{
  g_autoptr (GList) all = gtk_window_list_toplevels ();

  for (GList *at = all; at != NULL; at = at->next)
    if (gtk_window_get_transient_for (at->data) == GTK_WINDOW (fixture->window))
      return at->data;
  return NULL;
}

static void
test_window (Fixture *fixture,
             gconstpointer index)
{
  gsize i = GPOINTER_TO_SIZE (index);
  GtkWidget *window;

  measure (fixture);
  if (windows[i].action == NULL)
    g_signal_emit_by_name (await (fixture, TS_TYPE_SHARE_ROW, NULL, NULL), "activated");
  else if (g_str_has_prefix (windows[i].action, "app."))
    g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), windows[i].action + 4, NULL);
  else if (g_str_equal (windows[i].action, "win.measure-source"))
    gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.measure-source", "s", "ntp://pool.ntp.org");
  else
    act (fixture, windows[i].action);
  window = find_transient (fixture);
  g_assert_nonnull (window);
  TEST_WAIT (gtk_window_get_focus (GTK_WINDOW (window)) != NULL);
  assert_walk (window, windows[i].stops);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = register_application (&argc, &argv);

  if (application == NULL)
    return EXIT_SKIPPED;
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add ("/tab/start-page", Fixture, NULL, set_up, test_start_page, tear_down);
  g_test_add ("/tab/page", Fixture, NULL, set_up, test_page, tear_down);
  g_test_add ("/tab/error", Fixture, NULL, set_up, test_error, tear_down);
  g_test_add ("/tab/empty-page", Fixture, NULL, set_up, test_empty_page, tear_down);
  g_test_add ("/tab/narrow-page", Fixture, NULL, set_up, test_narrow_page, tear_down);
  g_test_add ("/tab/narrow-list", Fixture, NULL, set_up, test_narrow_list, tear_down);
  g_test_add ("/tab/scatter", Fixture, NULL, set_up, test_scatter, tear_down);
  g_test_add ("/tab/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/tab/paused", Fixture, NULL, set_up, test_paused, tear_down);
  g_test_add ("/tab/details", Fixture, NULL, set_up, test_details, tear_down);
  g_test_add ("/tab/dispute", Fixture, NULL, set_up, test_dispute, tear_down);
  g_test_add ("/tab/menus", Fixture, NULL, set_up, test_menus, tear_down);
  g_test_add ("/tab/recording", Fixture, NULL, set_up, test_recording, tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      g_autofree char *path = g_strconcat ("/tab/", windows[i].name, NULL);

      g_test_add (path, Fixture, GSIZE_TO_POINTER (i), set_up, test_window, tear_down);
    }
  return g_test_run ();
}
