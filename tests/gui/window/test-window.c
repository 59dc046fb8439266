/* TsWindow: the real window and a real server in one process.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart.h"
#include "share/ts-host-addresses.h"
#include "ladder/ts-ladder.h"
#include "sidebar/ts-line-swatch.h"
#include "scatter/ts-scatter.h"
#include "page/ts-server-page.h"
#include "sidebar/ts-server-row.h"
#include "share/ts-share-row.h"
#include "share/ts-share-window.h"
#include "sidebar/ts-sidebar.h"
#include "window/ts-pool-question.h"
#include "recording/ts-recording-window.h"
#include "window/ts-start-page.h"

#include "page/ts-days-window.h"
#include "save/ts-save-choice.h"
#include "parts/ts-figure.h"
#include "seal/ts-seal-key.h"
#include "servers/ts-known-keys.h"

#include <glib/gstdio.h>

#include "test-file-chooser.h"
#include "test-fixture.h"
#include "test-past.h"

#define N "\u2060\u2009\u2060"

/* How far this computer is apart from itself may be known or not, but never proven. */
static void
await_either (Fixture *fixture,
              const char *one,
              const char *other)
{
  while (find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", one) == NULL &&
         find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", other) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_measures_a_shifted_server (Fixture *fixture,
                                gconstpointer shift_s)
{
  ts_window_open (fixture->window, fixture->host);
  /* 3600 s ahead: the host's day or hour is another, and the sentence says who is behind. */
  await_either (fixture, "This computer is 1" N "h", "This computer is 59" N "min 59.9");
  await (fixture, GTK_TYPE_LABEL, "label", "behind 127.0.0.1");
  await (fixture, GTK_TYPE_LABEL, "label", "Certainly to within");
  /* What that rests on is in the tooltips. */
  await (fixture, GTK_TYPE_LABEL, "tooltip-text", "This server tells when its clock is set");
}

static int
get_font_size (GtkWidget *widget)
{
  return pango_font_description_get_size (pango_context_get_font_description (gtk_widget_get_pango_context (widget)));
}

/* What is certain is no larger than other text there, although it was hidden when the window became narrow. */
static void
test_narrow (Fixture *fixture,
             gconstpointer shift_s)
{
  GtkWidget *certainty, *value;

  close_window (fixture);
  g_settings_set_int (fixture->settings, "window-width", 360);
  open_window (fixture);
  ts_window_open (fixture->window, fixture->host);
  certainty = await (fixture, GTK_TYPE_LABEL, "label", "Certainly within");
  value = await (fixture, GTK_TYPE_LABEL, "label", "0 of ");
  TEST_WAIT (get_font_size (certainty) == get_font_size (value));
  g_settings_reset (fixture->settings, "window-width");
}

static void
test_chart_has_a_gap_where_the_server_was_away (Fixture *fixture,
                                                gconstpointer shift_s)
{
  guint16 port = ts_server_get_port (fixture->server);
  TsChartModel *model;

  ts_window_open (fixture->window, fixture->host);
  await_either (fixture, "In step with", "Probably ");
  model = ts_chart_widget_get_model (TS_CHART_WIDGET (find (GTK_WIDGET (fixture->window), TS_TYPE_CHART, NULL, NULL)));
  g_assert_cmpuint (ts_chart_model_get_series (model)->n_gaps, ==, 0);

  g_clear_object (&fixture->server);
  await (fixture, GTK_TYPE_LABEL, "label", "refuses connections");
  g_assert_cmpuint (ts_chart_model_get_series (model)->n_gaps, ==, 1);
  await (fixture, GTK_TYPE_LABEL, "label", "Was ");

  serve (fixture, port);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.retry", NULL));
  await_either (fixture, "In step with", "Probably ");
  g_assert_cmpuint (ts_chart_model_get_series (model)->n_gaps, ==, 1);
  g_assert_false (gtk_info_bar_get_revealed (
    GTK_INFO_BAR (find (GTK_WIDGET (fixture->window), GTK_TYPE_INFO_BAR, NULL, NULL))));
}

static void
test_another_host_is_added (Fixture *fixture,
                            gconstpointer shift_s)
{
  g_autoptr (GVariant) servers = NULL;
  g_autofree char *listed = NULL;

  ts_window_open (fixture->window, fixture->host);
  await_either (fixture, "In step with", "Probably ");
  ts_window_open (fixture->window, "127.0.0.1:1");
  await (fixture, GTK_TYPE_LABEL, "label", "Not measured yet");
  await (fixture, GTK_TYPE_LABEL, "label", "127.0.0.1:1 refuses connections");
  /* The first goes on, at the side. */
  await (fixture, TS_TYPE_SERVER_ROW, NULL, NULL);
  await_either (fixture, "±", "≈");

  /* One that is listed is chosen and not added, and the user is told so. */
  ts_window_open (fixture->window, fixture->host);
  listed = g_strdup_printf ("%s is listed already", fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", listed);
  await_either (fixture, "In step with", "Probably ");
  servers = g_settings_get_value (fixture->settings, "server-list");
  g_assert_cmpuint (g_variant_n_children (servers), ==, 2);
}

/* Returns: whether a toast says that @host is listed already */
static gboolean
is_told_listed (Fixture *fixture,
                const char *host)
{
  g_autofree char *listed = g_strdup_printf ("%s is listed already", host);

  return find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", listed) != NULL;
}

/* Also if it is the chosen one, but not where Return only leaves the address as it is. */
static void
test_chosen_host_is_typed_again (Fixture *fixture,
                                 gconstpointer shift_s)
{
  GtkWidget *entry;

  ts_window_open (fixture->window, "127.0.0.1:1");
  await (fixture, GTK_TYPE_LABEL, "label", "Not measured yet");
  entry = await (fixture, GTK_TYPE_ENTRY, "text", "127.0.0.1:1");
  g_signal_emit_by_name (entry, "activate");
  g_assert_false (is_told_listed (fixture, "127.0.0.1:1"));
  act (fixture, "win.new");
  gtk_editable_set_text (GTK_EDITABLE (entry), " 127.0.0.1:1");
  g_signal_emit_by_name (entry, "activate");
  TEST_WAIT (is_told_listed (fixture, "127.0.0.1:1"));
}

static void
assert_servers (Fixture *fixture,
                const char *expected)
{
  g_autoptr (GVariant) servers = g_settings_get_value (fixture->settings, "server-list");
  g_autoptr (GString) text = g_string_new (NULL);
  GVariantIter iter;
  const char *address;
  GVariant *details;

  g_variant_iter_init (&iter, servers);
  while (g_variant_iter_loop (&iter, "(&s@a{sv})", &address, &details))
    {
      const char *name = "";
      gboolean is_paused = FALSE;

      g_variant_lookup (details, "name", "&s", &name);
      g_variant_lookup (details, "paused", "b", &is_paused);
      g_string_append_printf (text, "%s,%s,%d;", address, name, is_paused);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

/* What the list is like comes back with the next window. */
static void
test_list_comes_back (Fixture *fixture,
                      gconstpointer shift_s)
{
  g_autofree char *expected = g_strdup_printf ("127.0.0.1:1,,0;%s,Lab,1;", fixture->host);
  g_autofree char *resumed = g_strdup_printf ("127.0.0.1:1,,0;%s,Lab,0;", fixture->host);

  close_window (fixture);
  g_settings_set_value (fixture->settings, "server-list",
                        g_variant_new_parsed ("[(%s, {'name': <'Lab'>, 'paused': <true>}), ('127.0.0.1:1', @a{sv} {}),"
                                              " ('no:address', {})]", fixture->host));
  open_window (fixture);
  await (fixture, GTK_TYPE_LABEL, "label", "Lab");
  await (fixture, GTK_TYPE_LABEL, "label", "paused");
  act (fixture, "win.move-down");
  assert_servers (fixture, expected);
  act (fixture, "win.pause");
  assert_servers (fixture, resumed);
  await_either (fixture, "In step with", "Probably ");
  await_either (fixture, "In step with Lab", "Probably ");
  act (fixture, "win.pause-all");
  await (fixture, GTK_TYPE_LABEL, "label", "paused");
  act (fixture, "win.pause-all");
  assert_servers (fixture, resumed);
}

static void
test_removal_can_be_undone (Fixture *fixture,
                            gconstpointer shift_s)
{
  GtkWidget *undo;

  ts_window_open (fixture->window, fixture->host);
  await_either (fixture, "In step with", "Probably ");
  act (fixture, "win.remove");
  await (fixture, GTK_TYPE_LABEL, "label", "How far apart are two clocks");
  assert_servers (fixture, "");

  undo = await (fixture, GTK_TYPE_BUTTON, "label", "Undo");
  g_signal_emit_by_name (undo, "clicked");
  /* With what was measured before. */
  await (fixture, GTK_TYPE_LABEL, "label", "Certainly within");
  await (fixture, TS_TYPE_SERVER_ROW, NULL, NULL);
}

static GtkListBox *
find_list (Fixture *fixture)
{
  return GTK_LIST_BOX (find (await (fixture, TS_TYPE_SIDEBAR, NULL, NULL), GTK_TYPE_LIST_BOX, NULL, NULL));
}

static void
assert_chosen (Fixture *fixture,
               const char *name)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (find_list (fixture));

  g_assert_nonnull (row);
  g_assert_cmpstr (ts_monitor_get_name (ts_server_row_get_monitor (TS_SERVER_ROW (row))), ==, name);
}

/* One toast offers to undo the last removal; the menu and Ctrl+Z undo those before, too, the latest first. */
static void
test_removals_are_undone_in_turn (Fixture *fixture,
                                  gconstpointer shift_s)
{
  static const char long_name[] = "a-host-with-a-very-long-name.example:1";

  act (fixture, "win.undo");
  assert_servers (fixture, "");
  ts_window_open (fixture->window, long_name);
  ts_window_open (fixture->window, "127.0.0.1:1");
  act (fixture, "win.remove");
  await (fixture, GTK_TYPE_LABEL, "label", "Removed 127.0.0.1:1");
  act (fixture, "win.remove");
  await (fixture, GTK_TYPE_LABEL, "label", "Removed a-host-with-a-ve…-name.example:1");
  assert_servers (fixture, "");

  g_assert_null (find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", "Removed 127.0.0.1:1"));
  act (fixture, "win.undo");
  assert_chosen (fixture, long_name);
  TEST_WAIT (find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", "Removed") == NULL);
  act (fixture, "win.undo");
  assert_chosen (fixture, "127.0.0.1:1");
  act (fixture, "win.undo");
  assert_chosen (fixture, "127.0.0.1:1");
}

#define LONG_NAME "the-clock-of-a-department.of-a-large-organisation.example"

/* A long name in the list takes no room from the page. */
static void
assert_list_is_narrow (GtkWidget *sidebar)
{
  int minimum, natural;

  gtk_widget_measure (gtk_widget_get_ancestor (sidebar, ADW_TYPE_CLAMP), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural,
                      NULL, NULL);
  g_assert_cmpint (natural, ==, minimum);
}

/* Several are removed, paused and brought back at once; what is about one of them waits. */
static void
test_several_at_once (Fixture *fixture,
                      gconstpointer shift_s)
{
  close_window (fixture);
  g_settings_set_value (fixture->settings, "server-list",
                        g_variant_new_parsed ("[('127.0.0.1:1', {'paused': <true>}), ('127.0.0.1:2', {'paused': <true>}),"
                                              " ('127.0.0.1:3', {'paused': <true>, 'name': <'" LONG_NAME "'>})]"));
  open_window (fixture);
  assert_chosen (fixture, "127.0.0.1:1");
  assert_list_is_narrow (await (fixture, TS_TYPE_SIDEBAR, NULL, NULL));
  gtk_list_box_select_row (find_list (fixture), gtk_list_box_get_row_at_index (find_list (fixture), 2));
  act (fixture, "win.rename");
  g_assert_null (find_window (ADW_TYPE_MESSAGE_DIALOG));
  act (fixture, "win.pause");
  assert_servers (fixture, "127.0.0.1:1,,0;127.0.0.1:2,,1;127.0.0.1:3," LONG_NAME ",0;");
  act (fixture, "win.remove");
  await (fixture, GTK_TYPE_LABEL, "label", "Removed 2 servers");
  assert_servers (fixture, "127.0.0.1:2,,1;");
  act (fixture, "win.undo");
  assert_servers (fixture, "127.0.0.1:1,,0;127.0.0.1:2,,1;127.0.0.1:3," LONG_NAME ",0;");
}

static void
test_chosen_comes_back (Fixture *fixture,
                        gconstpointer shift_s)
{
  close_window (fixture);
  g_settings_set_value (fixture->settings, "server-list",
                        g_variant_new_parsed ("[('127.0.0.1:1', {'name': <'One'>, 'paused': <true>}),"
                                              " ('127.0.0.1:2', {'name': <'Two'>, 'paused': <true>})]"));
  open_window (fixture);
  assert_chosen (fixture, "One");
  ts_window_open (fixture->window, "127.0.0.1:2");
  assert_chosen (fixture, "Two");
  close_window (fixture);
  open_window (fixture);
  assert_chosen (fixture, "Two");
}

/* As dropping one onto the other does. */
static void
test_moved_row_stays_chosen (Fixture *fixture,
                             gconstpointer shift_s)
{
  GtkListBox *list;
  GtkDropTarget *target = NULL;
  g_autoptr (GListModel) controllers = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  ts_window_open (fixture->window, "127.0.0.1:1");
  ts_window_open (fixture->window, "127.0.0.1:2");
  ts_window_open (fixture->window, "127.0.0.1:3");
  await (fixture, GTK_TYPE_LABEL, "label", "127.0.0.1:3 refuses connections");
  list = find_list (fixture);
  TEST_WAIT (gtk_list_box_get_row_at_y (list, 10) != NULL);
  controllers = gtk_widget_observe_controllers (GTK_WIDGET (list));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        target = GTK_DROP_TARGET (controller);
    }
  g_value_init (&value, TS_TYPE_MONITOR);
  g_value_set_object (&value,
                      ts_server_row_get_monitor (TS_SERVER_ROW (gtk_list_box_get_row_at_index (list, 2))));
  g_signal_emit_by_name (target, "drop", &value, 10.0, 10.0, &is_taken);
  g_assert_true (is_taken);
  assert_servers (fixture, "127.0.0.1:3,,0;127.0.0.1:1,,0;127.0.0.1:2,,0;");
  assert_chosen (fixture, "127.0.0.1:3");
}

static void
test_sidebar (Fixture *fixture,
              gconstpointer shift_s)
{
  ts_window_open (fixture->window, fixture->host);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 720);
  await (fixture, TS_TYPE_SERVER_ROW, NULL, NULL);
  act (fixture, "win.toggle-sidebar");
  g_assert_null (find (GTK_WIDGET (fixture->window), TS_TYPE_SERVER_ROW, NULL, NULL));
  g_assert_false (g_settings_get_boolean (fixture->settings, "shows-sidebar"));
  act (fixture, "win.sidebar");
  await (fixture, TS_TYPE_SERVER_ROW, NULL, NULL);
  g_assert_true (g_settings_get_boolean (fixture->settings, "shows-sidebar"));
}

/* Writes down the actions of a menu with all its sections and submenus, each once. */
static void
list_actions (GMenuModel *model,
              GString *actions)
{
  for (int i = 0; i < g_menu_model_get_n_items (model); i++)
    {
      static const char *const links[] = { G_MENU_LINK_SECTION, G_MENU_LINK_SUBMENU };
      g_autofree char *action = NULL;

      if (g_menu_model_get_item_attribute (model, i, G_MENU_ATTRIBUTE_ACTION, "s", &action) &&
          strstr (actions->str, action) == NULL)
        g_string_append_printf (actions, "%s ", action);
      for (gsize j = 0; j < G_N_ELEMENTS (links); j++)
        {
          g_autoptr (GMenuModel) linked = g_menu_model_get_item_link (model, i, links[j]);

          if (linked != NULL)
            list_actions (linked, actions);
        }
    }
}

static void
assert_menu (Fixture *fixture,
             const char *name,
             const char *expected)
{
  g_autoptr (GString) actions = g_string_new (NULL);

  list_actions (G_MENU_MODEL (gtk_widget_get_template_child (GTK_WIDGET (fixture->window), TS_TYPE_WINDOW, name)),
                actions);
  g_assert_cmpstr (actions->str, ==, expected);
}

#define SERVER_ACTIONS                                                                                              \
  "win.pause win.interval-seconds win.rename win.limit win.overlaid win.copy-summary win.save win.save-evidence "   \
  "win.key win.days win.delete-history win.move-up "                                                                          \
  "win.move-down win.remove "

/* One menu is about the app, and one, at the page and at each row, about a server. */
static void
test_menus (Fixture *fixture,
            gconstpointer shift_s)
{
  GtkWidget *sidebar, *button;
  gpointer menu;

  ts_window_open (fixture->window, fixture->host);
  assert_menu (fixture, "primary_menu",
               "win.undo win.sidebar app.preferences win.show-help-overlay app.help app.about ");
  assert_menu (fixture, "server_menu", SERVER_ACTIONS);
  assert_menu (fixture, "page_menu", "win.view " SERVER_ACTIONS);
  sidebar = await (fixture, TS_TYPE_SIDEBAR, NULL, NULL);
  menu = gtk_widget_get_template_child (sidebar, TS_TYPE_SIDEBAR, "menu");
  gtk_widget_activate_action (sidebar, "sidebar.menu", NULL);
  g_assert_true (gtk_popover_menu_get_menu_model (menu) ==
                 (gpointer) gtk_widget_get_template_child (GTK_WIDGET (fixture->window), TS_TYPE_WINDOW, "server_menu"));
  gtk_popover_popdown (menu);
  button = await (fixture, GTK_TYPE_MENU_BUTTON, "tooltip-text", "Server menu");
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  g_assert_nonnull (find (button, GTK_TYPE_LABEL, "label", "Interval"));
}

static void
assert_n_overlays (Fixture *fixture,
                 guint n_overlays)
{
  GtkWidget *page = find (GTK_WIDGET (fixture->window), TS_TYPE_SERVER_PAGE, NULL, NULL);
  GObject *model = gtk_widget_get_template_child (page, TS_TYPE_SERVER_PAGE, "model");

  g_assert_cmpuint (ts_chart_model_get_overlays (TS_CHART_MODEL (model))->len, ==, n_overlays);
}

/* A server is laid over the charts of the others, in the next window, too, for as long as it is listed. */
static void
test_overlay (Fixture *fixture,
              gconstpointer shift_s)
{
  GtkWidget *undo;

  ts_window_open (fixture->window, fixture->host);
  await_either (fixture, "In step with", "Probably ");
  act (fixture, "win.overlaid");
  await (fixture, TS_TYPE_LINE_SWATCH, NULL, NULL);
  /* Not over its own. */
  assert_n_overlays (fixture, 0);
  ts_window_open (fixture->window, "127.0.0.1:1");
  await (fixture, GTK_TYPE_LABEL, "label", "127.0.0.1:1 refuses connections");
  assert_n_overlays (fixture, 1);

  close_window (fixture);
  open_window (fixture);
  await (fixture, GTK_TYPE_LABEL, "label", "127.0.0.1:1 refuses connections");
  assert_n_overlays (fixture, 1);

  ts_window_open (fixture->window, fixture->host);
  assert_n_overlays (fixture, 0);
  act (fixture, "win.remove");
  await (fixture, GTK_TYPE_LABEL, "label", "127.0.0.1:1 refuses connections");
  assert_n_overlays (fixture, 0);
  undo = await (fixture, GTK_TYPE_BUTTON, "label", "Undo");
  g_signal_emit_by_name (undo, "clicked");
  ts_window_open (fixture->window, "127.0.0.1:1");
  assert_n_overlays (fixture, 1);

  ts_window_open (fixture->window, fixture->host);
  act (fixture, "win.overlaid");
  g_assert_null (find (GTK_WIDGET (fixture->window), TS_TYPE_LINE_SWATCH, NULL, NULL));
  ts_window_open (fixture->window, "127.0.0.1:1");
  assert_n_overlays (fixture, 0);
}

/* In the list it is the row with the focus, which need not be the chosen one. */
static void
test_overlay_of_a_row (Fixture *fixture,
                       gconstpointer shift_s)
{
  GtkWidget *row;

  ts_window_open (fixture->window, fixture->host);
  await_either (fixture, "In step with", "Probably ");
  ts_window_open (fixture->window, "127.0.0.1:1");
  await (fixture, GTK_TYPE_LABEL, "label", "127.0.0.1:1 refuses connections");
  row = find (GTK_WIDGET (fixture->window), TS_TYPE_SERVER_ROW, NULL, NULL);
  g_assert_true (gtk_widget_grab_focus (row));
  g_assert_true (gtk_widget_activate_action (row, "sidebar.overlay", NULL));
  g_assert_nonnull (find (row, TS_TYPE_LINE_SWATCH, NULL, NULL));
  assert_n_overlays (fixture, 1);
  g_assert_true (gtk_widget_activate_action (row, "sidebar.overlay", NULL));
  assert_n_overlays (fixture, 0);
}

static void
got_text (GObject *clipboard,
          GAsyncResult *result,
          gpointer text)
{
  *(char **) text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
  g_assert_nonnull (*(char **) text);
}

static void
test_summary_is_copied (Fixture *fixture,
                        gconstpointer shift_s)
{
  g_autofree char *server = g_strdup_printf ("Server: %s\n", fixture->host);
  g_autofree char *text = NULL;

  ts_window_open (fixture->window, fixture->host);
  await_either (fixture, "This computer is 1" N "h", "This computer is 59" N "min 59.9");
  act (fixture, "win.copy-summary");
  await (fixture, GTK_TYPE_LABEL, "label", "Copied");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), NULL, got_text, &text);
  while (text == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_str_has_prefix (text, server));
  g_assert_nonnull (strstr (text, "\nConnection: Time Sync, 127.0.0.1"));
  g_assert_true (strstr (text, "\nThis computer is 1 h ") != NULL ||
                 strstr (text, "\nThis computer is 59 min 59.9") != NULL);
  g_assert_nonnull (strstr (text, "\nProven interval: +"));
}

/* A window that closes takes what it asked along. */
static void
test_closed_while_asking_to_save (Fixture *fixture,
                                  gconstpointer shift_s)
{
  gpointer dialog;

  ts_window_open (fixture->window, fixture->host);
  await_either (fixture, "In step with", "Probably ");
  act (fixture, "win.save");
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  g_object_add_weak_pointer (dialog, &dialog);
  close_window (fixture);
  turn_main_loop_while (&dialog);
  open_window (fixture);
}

/* Nothing of a server outlives its window, not even of one that may still come back. */
static void
test_nothing_is_left (Fixture *fixture,
                      gconstpointer shift_s)
{
  TsMonitor *listed, *removed;

  ts_window_open (fixture->window, fixture->host);
  removed = ts_server_row_get_monitor (TS_SERVER_ROW (await (fixture, TS_TYPE_SERVER_ROW, NULL, NULL)));
  g_object_add_weak_pointer (G_OBJECT (removed), (gpointer *) &removed);
  act (fixture, "win.remove");
  ts_window_open (fixture->window, "127.0.0.1:1");
  listed = ts_server_row_get_monitor (TS_SERVER_ROW (await (fixture, TS_TYPE_SERVER_ROW, NULL, NULL)));
  g_object_add_weak_pointer (G_OBJECT (listed), (gpointer *) &listed);
  g_assert_true (listed != removed);

  close_window (fixture);
  turn_main_loop_while ((gpointer *) &listed);
  turn_main_loop_while ((gpointer *) &removed);
  open_window (fixture);
}

static void
test_closed_while_connecting (Fixture *fixture,
                              gconstpointer shift_s)
{
  ts_window_open (fixture->window, fixture->host);
}

static void
assert_view (Fixture *fixture,
             GType shown,
             const char *name)
{
  GtkWidget *page = find (GTK_WIDGET (fixture->window), TS_TYPE_SERVER_PAGE, NULL, NULL);
  g_autofree char *setting = g_settings_get_string (fixture->settings, "view");
  g_autofree char *view = NULL;

  g_object_get (page, "view", &view, NULL);
  g_assert_cmpstr (view, ==, name);
  g_assert_cmpstr (setting, ==, name);
  while (!gtk_widget_get_mapped (await (fixture, shown, NULL, NULL)))
    g_main_context_iteration (NULL, TRUE);
}

/* The view that was chosen comes back with the next window. */
static void
test_view_is_a_setting (Fixture *fixture,
                        gconstpointer shift_s)
{
  ts_window_open (fixture->window, fixture->host);
  await_either (fixture, "In step with", "Probably ");
  assert_view (fixture, TS_TYPE_CHART, "timeline");
  act (fixture, "win.toggle-view");
  assert_view (fixture, TS_TYPE_SCATTER, "scatter");
  close_window (fixture);
  open_window (fixture);
  await_either (fixture, "In step with", "Probably ");
  assert_view (fixture, TS_TYPE_SCATTER, "scatter");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.view", "s", "timeline"));
  assert_view (fixture, TS_TYPE_CHART, "timeline");
}

/* The range is chosen again in the next window; what zooming leaves is no range. */
static void
test_range_is_kept (Fixture *fixture,
                    gconstpointer shift_s)
{
  GObject *model;

  ts_window_open (fixture->window, fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", "ertainly");
  model = gtk_widget_get_template_child (find (GTK_WIDGET (fixture->window), TS_TYPE_SERVER_PAGE, NULL, NULL),
                                         TS_TYPE_SERVER_PAGE, "model");
  ts_chart_model_set_range (TS_CHART_MODEL (model), TS_CHART_RANGE_HOUR);
  ts_chart_model_zoom (TS_CHART_MODEL (model), 2, 0.5, FALSE);
  g_assert_cmpint (g_settings_get_int (fixture->settings, "chart-range"), ==, TS_CHART_RANGE_HOUR);
  close_window (fixture);
  open_window (fixture);
  model = gtk_widget_get_template_child (find (GTK_WIDGET (fixture->window), TS_TYPE_SERVER_PAGE, NULL, NULL),
                                         TS_TYPE_SERVER_PAGE, "model");
  g_assert_cmpint (ts_chart_model_get_range (TS_CHART_MODEL (model)), ==, TS_CHART_RANGE_HOUR);
}

static TsLadder *
find_ladder (void)
{
  g_autoptr (GList) toplevels = gtk_window_list_toplevels ();

  for (GList *item = toplevels; item != NULL; item = item->next)
    if (TS_IS_LADDER (item->data))
      return item->data;
  return NULL;
}

/* What is looked at there is chosen in the chart, and the window takes it along when it closes. */
static void
test_exchange_is_shown (Fixture *fixture,
                        gconstpointer shift_s)
{
  TsChartModel *model;
  GtkWidget *next;
  gint64 chosen_ns;

  ts_window_open (fixture->window, fixture->host);
  await_either (fixture, "In step with", "Probably ");
  model = ts_chart_widget_get_model (TS_CHART_WIDGET (await (fixture, TS_TYPE_CHART, NULL, NULL)));
  ts_chart_model_move_cursor (model, -1, FALSE);
  g_assert_null (find_ladder ());
  g_assert_true (ts_chart_model_activate (model));
  g_assert_nonnull (find_ladder ());
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (find_ladder ())) == GTK_WINDOW (fixture->window));
  g_assert_cmpint (ts_ladder_get_chosen_ns (find_ladder ()), ==, ts_chart_model_get_chosen_ns (model));
  /* More come meanwhile. */
  next = find (GTK_WIDGET (find_ladder ()), GTK_TYPE_BUTTON, "icon-name", "go-next-symbolic");
  chosen_ns = ts_chart_model_get_chosen_ns (model);
  while (!gtk_widget_is_sensitive (next))
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (find_ladder ()), "ladder.next", NULL);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (model), >, chosen_ns);
  g_assert_cmpint (ts_ladder_get_chosen_ns (find_ladder ()), ==, ts_chart_model_get_chosen_ns (model));
  close_window (fixture);
  g_assert_null (find_ladder ());
  open_window (fixture);
}

static void
assert_interval (Fixture *fixture,
                 double interval_s)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (fixture->window), "interval-seconds");

  g_assert_cmpfloat (g_variant_get_double (state), ==, interval_s);
}

static void
test_interval_is_a_setting (Fixture *fixture,
                            gconstpointer shift_s)
{
  ts_window_open (fixture->window, fixture->host);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.interval-seconds", "d", 0.1));
  await (fixture, GTK_TYPE_LABEL, "label", "Every 0.1");
  g_assert_cmpfloat (g_settings_get_double (fixture->settings, "interval-seconds"), ==, 0.1);
  /* Each has its own; who comes later begins with the last that was chosen. */
  ts_window_open (fixture->window, "127.0.0.1:1");
  assert_interval (fixture, 0.1);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.interval-seconds", "d", 2.0));
  assert_interval (fixture, 2);
  ts_window_open (fixture->window, fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", "Every 0.1");
}

/* Returns: a port that no program has */
static guint16
find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);

  g_assert_no_error (error);
  g_socket_listener_close (listener);
  return port;
}

static void
switch_sharing (Fixture *fixture,
                gboolean is_on)
{
  GtkWidget *row = await (fixture, TS_TYPE_SHARE_ROW, NULL, NULL);

  gtk_switch_set_active (GTK_SWITCH (find (row, GTK_TYPE_SWITCH, NULL, NULL)), is_on);
}

static void
test_time_is_shared (Fixture *fixture,
                     gconstpointer shift_s)
{
  guint16 port = find_free_port ();
  g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", port);

  g_settings_set_uint (fixture->settings, "share-port", port);
  await (fixture, TS_TYPE_SHARE_ROW, "subtitle", "Other computers can");
  switch_sharing (fixture, TRUE);
  await (fixture, TS_TYPE_SHARE_ROW, "subtitle", "On whenever Time Sync is open, no clients");
  g_assert_true (g_settings_get_boolean (fixture->settings, "share-time"));
  ts_window_open (fixture->window, host);
  await_either (fixture, "In step with", "Probably ");
  await (fixture, TS_TYPE_SHARE_ROW, "subtitle", "On, 1 client");

  /* It is shared again with the next window. */
  close_window (fixture);
  g_assert_true (g_settings_get_boolean (fixture->settings, "share-time"));
  open_window (fixture);
  await_either (fixture, "In step with", "Probably ");
  switch_sharing (fixture, FALSE);
  await (fixture, TS_TYPE_SHARE_ROW, "subtitle", "Off");
  g_assert_false (g_settings_get_boolean (fixture->settings, "share-time"));
  await (fixture, GTK_TYPE_LABEL, "label", "refuses connections");
}

/* Returns: (transfer none): the window with the details, once the row is pressed */
static GtkWidget *
open_share_window (Fixture *fixture)
{
  GtkWidget *window;

  adw_action_row_activate (ADW_ACTION_ROW (await (fixture, TS_TYPE_SHARE_ROW, NULL, NULL)));
  window = find_window (TS_TYPE_SHARE_WINDOW);
  g_assert_nonnull (window);
  return window;
}

/* Copies an address, where this computer has one to tell others. */
static void
assert_copies_address (GtkWidget *details)
{
  GtkWidget *button = find (details, GTK_TYPE_BUTTON, "tooltip-text", "Copy");
  g_auto (GStrv) hosts = ts_host_addresses_list ();
  g_auto (GValue) copied = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (button != NULL, ==, hosts[0] != NULL);
  if (button == NULL)
    return;
  g_signal_emit_by_name (button, "clicked");
  g_value_init (&copied, G_TYPE_STRING);
  gdk_content_provider_get_value (gdk_clipboard_get_content (gtk_widget_get_clipboard (details)), &copied, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (g_value_get_string (&copied), hosts[0]));
  g_assert_nonnull (find (details, GTK_TYPE_LABEL, "label", g_value_get_string (&copied)));
}

static void
test_port_to_share_on_is_taken (Fixture *fixture,
                                gconstpointer shift_s)
{
  guint16 taken = ts_server_get_port (fixture->server);
  g_autofree char *complaint = g_strdup_printf ("Port %u is in use by another program", taken);
  g_autofree char *address = NULL;
  GtkWidget *details;
  guint port;

  g_settings_set_uint (fixture->settings, "share-port", taken);
  switch_sharing (fixture, TRUE);
  await (fixture, TS_TYPE_SHARE_ROW, "subtitle", complaint);
  details = open_share_window (fixture);
  g_assert_nonnull (find (details, GTK_TYPE_LABEL, "label", complaint));
  g_assert_null (find (details, GTK_TYPE_LABEL, "label", "Clients"));

  g_signal_emit_by_name (find (details, GTK_TYPE_BUTTON, "label", "Use a Free Port"), "clicked");
  await (fixture, TS_TYPE_SHARE_ROW, "subtitle", "On whenever Time Sync is open");
  g_assert_null (find (details, GTK_TYPE_LABEL, "label", complaint));
  g_assert_nonnull (find (details, GTK_TYPE_LABEL, "label", "Clients"));
  assert_copies_address (details);
  port = g_settings_get_uint (fixture->settings, "share-port");
  g_assert_cmpuint (port, !=, taken);
  address = g_strdup_printf ("127.0.0.1:%u", port);
  ts_window_open (fixture->window, address);
  await_either (fixture, "In step with", "Probably ");
  while (find (details, GTK_TYPE_LABEL, "label", "This computer (127.0.0.1)") == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_port_to_share_on_is_typed (Fixture *fixture,
                                gconstpointer shift_s)
{
  GtkWidget *details = open_share_window (fixture);
  GtkWidget *entry = find (details, ADW_TYPE_ENTRY_ROW, NULL, NULL);
  const char *const wrong[] = { "", "80", "1023", "65536", "99999999999", "10085x", "x" };
  guint16 port = find_free_port ();
  g_autofree char *text = g_strdup_printf ("%u", port);

  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "10085");
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (entry), wrong[i]);
      g_assert_true (gtk_widget_has_css_class (entry, "error"));
      g_signal_emit_by_name (entry, "apply");
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "10085");
      g_assert_false (gtk_widget_has_css_class (entry, "error"));
    }
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  g_signal_emit_by_name (entry, "apply");
  g_assert_cmpuint (g_settings_get_uint (fixture->settings, "share-port"), ==, port);
  switch_sharing (fixture, TRUE);
  await (fixture, TS_TYPE_SHARE_ROW, "subtitle", "On whenever Time Sync is open, no clients");
}

static void
choose_source (Fixture *fixture,
               const char *title)
{
  gtk_widget_activate (await (fixture, ADW_TYPE_ACTION_ROW, "title", title));
}

/* @response: to the question whether to use the pool */
static void
answer_pool_question (const char *response)
{
  gpointer dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);

  g_assert_nonnull (dialog);
  g_object_add_weak_pointer (dialog, &dialog);
  adw_message_dialog_response (dialog, response);
  gtk_window_destroy (dialog);
  turn_main_loop_while (&dialog);
}

/* The start page offers what this computer sets its clock by, and asks once before it offers the pool's servers. What is
 * measured here is one of ours, because no test may ask others. */
static void
test_first_host (Fixture *fixture,
                 gconstpointer shift_s)
{
  TsStartPage *start_page = TS_START_PAGE (await (fixture, TS_TYPE_START_PAGE, NULL, NULL));
  g_autofree char *own = g_strconcat ("timesync://", fixture->host, NULL);

  await (fixture, ADW_TYPE_ACTION_ROW, "title", "pool.ntp.org");
  ts_start_page_set_sources (start_page, (const char *const[]) { own, NULL });
  choose_source (fixture, "pool.ntp.org");
  answer_pool_question ("cancel");
  g_assert_false (g_settings_get_boolean (fixture->settings, "pool-allowed"));
  assert_servers (fixture, "");

  choose_source (fixture, "127.0.0.1");
  await_either (fixture, "In step with", "Probably ");
  /* It is a recent host from now on, so there is nothing to begin with. */
  act (fixture, "win.remove");
  await (fixture, GTK_TYPE_LABEL, "label", "Recent");
  g_assert_null (find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", "To Begin With"));

  ts_pool_question_ask (GTK_WINDOW (fixture->window), fixture->settings, own);
  answer_pool_question ("use");
  await (fixture, GTK_TYPE_LABEL, "label", "Certainly within");
  g_assert_true (g_settings_get_boolean (fixture->settings, "pool-allowed"));
}

static void
count (GdkFrameClock *frame_clock,
       gpointer n_frames)
{
  ++*(guint *) n_frames;
}

/* While all is paused a second's frames are those that show the second: of the page, and of each row. */
static void
test_pause_costs_no_frames (Fixture *fixture,
                            gconstpointer shift_s)
{
  GdkFrameClock *frame_clock = gtk_widget_get_frame_clock (GTK_WIDGET (fixture->window));
  guint n_frames = 0;
  gint64 deadline_us, began_us;
  gulong id;

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  ts_window_open (fixture->window, fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", "ertainly");
  id = g_signal_connect (frame_clock, "update", G_CALLBACK (count), &n_frames);
  TEST_WAIT (n_frames > 30); /* thousandths of a second */
  act (fixture, "win.pause-all");
  await (fixture, GTK_TYPE_LABEL, "label", "Paused");
  deadline_us = test_get_deadline_us ();
  /* What moves then comes to rest. */
  do
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
      began_us = g_get_monotonic_time ();
      n_frames = 0;
      TEST_WAIT (g_get_monotonic_time () - began_us >= 2 * G_USEC_PER_SEC || n_frames > 12);
    }
  while (n_frames > 12);
  g_signal_handler_disconnect (frame_clock, id);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

/* Drops a file on the window. */
static void
drop (Fixture *fixture,
      const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GSList files = { file, NULL };
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (fixture->window));
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_list (&files));
  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !is_taken; i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 0.0, 0.0, &is_taken);
    }
  g_assert_true (is_taken);
}

static GtkWidget *
await_window (GType type)
{
  GtkWidget *window;

  while ((window = find_window (type)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return window;
}

/* Presses keys for which the window has a shortcut. */
static void
press (GtkWidget *window,
       const char *keys)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (window);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      for (guint j = 0; GTK_IS_SHORTCUT_CONTROLLER (controller) && j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          g_autofree char *trigger = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (!g_str_equal (trigger, keys))
            continue;
          g_assert_true (gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, window, NULL));
          return;
        }
    }
  g_assert_not_reached ();
}

/* Saves all of a recording that is open, or what is in view, by the dialogs that the main window has too.
 *
 * Returns: (transfer full): the content of the file */
static char *
save_recording (GtkWidget *window,
                TsSaveFormat format,
                gboolean is_whole)
{
  g_autofree char *name = g_strdup_printf ("saved.%s", ts_save_format_get (format)->extension);
  g_autoptr (GFile) expected = g_file_new_build_filename (g_get_home_dir (), name, NULL);
  g_autofree char *saved = g_strdup_printf ("Saved “%s”", name);
  g_autoptr (GError) error = NULL;
  char *content = NULL;
  GtkWidget *dialog, *chooser;

  press (window, "<Control>s");
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), ts_save_choice_new (format, is_whole));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "save");
  gtk_window_destroy (GTK_WINDOW (dialog));
  chooser = await_window (GTK_TYPE_FILE_CHOOSER_DIALOG);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  test_await_choice (GTK_FILE_CHOOSER (chooser), expected);
  gtk_dialog_response (GTK_DIALOG (chooser), GTK_RESPONSE_ACCEPT);
  TEST_WAIT (find (window, GTK_TYPE_LABEL, "label", saved) != NULL);
  TEST_WAIT (find_window (GTK_TYPE_FILE_CHOOSER_DIALOG) == NULL);
  g_file_load_contents (expected, NULL, &content, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_delete (expected, NULL, NULL));
  return content;
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

static void
test_recording_is_saved (Fixture *fixture,
                         gconstpointer shift_s)
{
  GtkWidget *window;
  TsChartModel *model;
  g_autofree char *whole = NULL, *part = NULL, *picture = NULL;
  const TsChartSpan *span;
  guint n_entries;

  drop (fixture, RECORDING);
  window = await_window (TS_TYPE_RECORDING_WINDOW);
  model = ts_chart_widget_get_model (TS_CHART_WIDGET (find (window, TS_TYPE_CHART, NULL, NULL)));
  span = &ts_chart_model_get_series (model)->span;
  n_entries = (guint) ts_history_get_length (ts_chart_model_get_history (model));
  whole = save_recording (window, TS_SAVE_CSV, TRUE);
  g_assert_true (g_str_has_prefix (whole, "time,kind,t1_ns,"));
  g_assert_cmpuint (count_lines (whole), ==, n_entries + 1);
  ts_chart_model_set_range (model, TS_CHART_RANGE_MINUTE);
  TEST_WAIT (span->end_ns - span->begin_ns <= 100 * TS_NS_PER_S);
  part = save_recording (window, TS_SAVE_JSON_LINES, FALSE);
  g_assert_cmpuint (count_lines (part), >, 1);
  g_assert_cmpuint (count_lines (part), <, n_entries);
  picture = save_recording (window, TS_SAVE_SVG, FALSE);
  g_assert_nonnull (strstr (picture, "<title>"));
  gtk_window_destroy (GTK_WINDOW (window));
  g_settings_reset (fixture->settings, "save-format");
  g_settings_reset (fixture->settings, "save-whole");
}

/* The same views, marked as a recording, and nothing is measured. */
static void
test_recording_is_opened (Fixture *fixture,
                          gconstpointer shift_s)
{
  GtkWidget *window;
  TsChartModel *model;

  drop (fixture, RECORDING);
  window = await_window (TS_TYPE_RECORDING_WINDOW);
  g_assert_nonnull (strstr (gtk_window_get_title (GTK_WINDOW (window)), "recording.csv — Recording"));
  g_assert_nonnull (find (window, ADW_TYPE_WINDOW_TITLE, "subtitle", "Recording, read-only"));
  g_assert_nonnull (find (window, GTK_TYPE_LABEL, "label", "Recording of "));
  model = ts_chart_widget_get_model (TS_CHART_WIDGET (find (window, TS_TYPE_CHART, NULL, NULL)));
  g_assert_cmpuint (ts_history_get_n_samples (ts_chart_model_get_history (model)), >, 100);
  g_assert_cmpuint (ts_chart_model_get_series (model)->n_samples, >, 0);
  /* Its end is not now. */
  g_assert_false (ts_chart_series_is_live (ts_chart_model_get_series (model)));
  ts_chart_model_set_range (model, TS_CHART_RANGE_DAY);
  g_assert_cmpint (ts_chart_model_get_so_far_ns (model), ==, 0);

  gtk_widget_activate_action (window, "win.view", "s", "scatter");
  TEST_WAIT (find (window, TS_TYPE_SCATTER, NULL, NULL) != NULL);
  ts_chart_model_move_cursor (model, -1, FALSE);
  g_assert_true (ts_chart_model_activate (model));
  g_assert_nonnull (find_window (TS_TYPE_LADDER));
  g_assert_cmpint (ts_ladder_get_chosen_ns (TS_LADDER (find_window (TS_TYPE_LADDER))), ==,
                   ts_chart_model_get_chosen_ns (model));
  gtk_window_destroy (GTK_WINDOW (find_window (TS_TYPE_LADDER)));
  gtk_window_destroy (GTK_WINDOW (window));
  /* It is no server of the list. */
  g_assert_null (find (GTK_WIDGET (fixture->window), TS_TYPE_SERVER_ROW, NULL, NULL));
}

/* As the desktop opens one. */
static void
test_recording_is_opened_over_the_bus (Fixture *fixture,
                                       gconstpointer shift_s)
{
  GFile *file = g_file_new_for_path (RECORDING);

  g_application_open (g_application_get_default (), &file, 1, "");
  g_object_unref (file);
  gtk_window_destroy (GTK_WINDOW (await_window (TS_TYPE_RECORDING_WINDOW)));
}

static void
test_no_recording_is_refused (Fixture *fixture,
                              gconstpointer shift_s)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("letter-XXXXXX.odt", &path, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget *dialog;

  g_assert_cmpint (write (fd, "Dear Sir,\n", 10), ==, 10);
  close (fd);
  ts_window_open_file (fixture->window, file);
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "” is not a recording of Time Sync."));
  g_assert_null (find_window (TS_TYPE_RECORDING_WINDOW));
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_remove (path);
}

/* Closes the window, and opens another one for a server with a past.
 *
 * Returns: (transfer none): what its chart shows; @last_ns: the newest recorded sample */
static TsChartModel *
open_with_past (Fixture *fixture,
                gint64 *last_ns)
{
  TsChartModel *model;

  close_window (fixture);
  *last_ns = record_past (fixture);
  open_window (fixture);
  ts_window_open (fixture->window, fixture->host);
  model = ts_chart_widget_get_model (TS_CHART_WIDGET (await (fixture, TS_TYPE_CHART, NULL, NULL)));
  ts_chart_model_set_range (model, TS_CHART_RANGE_ALL);
  TEST_WAIT (ts_chart_model_get_past_ns (model) != 0);
  return model;
}

/* A window that is closed is gone at once, although the file is being read for it: GTK would let it look for its parent,
 * which may go before the file is read. */
static void
close_while_it_reads (GtkWidget *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_null (window);
}

/* An exchange of an earlier window has its ladder too, and the ones beside it. */
static void
test_recorded_ladder (Fixture *fixture,
                      gconstpointer shift_s)
{
  gint64 last_ns;
  TsChartModel *model = open_with_past (fixture, &last_ns);
  GtkWidget *ladder;

  ts_chart_model_set_chosen_ns (model, last_ns);
  g_assert_true (ts_chart_model_activate (model));
  ladder = await_window (TS_TYPE_LADDER);
  close_while_it_reads (ladder);
  ts_chart_model_set_chosen_ns (model, last_ns);
  g_assert_true (ts_chart_model_activate (model));
  ladder = await_window (TS_TYPE_LADDER);
  g_assert_cmpint (ts_ladder_get_chosen_ns (TS_LADDER (ladder)), ==, last_ns);
  gtk_widget_activate_action (ladder, "ladder.previous", NULL);
  g_assert_cmpint (ts_ladder_get_chosen_ns (TS_LADDER (ladder)), <, last_ns);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (model), ==, ts_ladder_get_chosen_ns (TS_LADDER (ladder)));
  /* It was read with what is within a minute, and reads on where that ends. */
  TEST_WAIT ((gtk_widget_activate_action (ladder, "ladder.previous", NULL),
              ts_ladder_get_chosen_ns (TS_LADDER (ladder)) < last_ns - 90 * TS_NS_PER_S));
  gtk_window_destroy (GTK_WINDOW (ladder));
}

/* Ctrl+Z and the menu undo the deletion of a history in turn with removals, and the toast tells what is next. */
static void
test_history_comes_back (Fixture *fixture,
                         gconstpointer shift_s)
{
  gint64 last_ns;
  TsChartModel *model = open_with_past (fixture, &last_ns);
  gint64 past_ns = ts_chart_model_get_past_ns (model);
  GtkWidget *window = GTK_WIDGET (fixture->window);

  act (fixture, "win.delete-history");
  await (fixture, GTK_TYPE_LABEL, "label", "Deleted the history of");
  TEST_WAIT (ts_chart_model_get_past_ns (model) != past_ns);
  ts_window_open (fixture->window, "127.0.0.1:1");
  act (fixture, "win.remove");
  await (fixture, GTK_TYPE_LABEL, "label", "Removed 127.0.0.1:1");
  g_assert_null (find (window, GTK_TYPE_LABEL, "label", "Deleted the history of"));
  act (fixture, "win.undo");
  assert_chosen (fixture, "127.0.0.1:1");
  act (fixture, "win.undo");
  assert_chosen (fixture, fixture->host);
  TEST_WAIT (ts_chart_model_get_past_ns (model) == past_ns);
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (window), "undo"));
}

static void
test_recorded_days (Fixture *fixture,
                    gconstpointer shift_s)
{
  gint64 last_ns;
  TsChartModel *model = open_with_past (fixture, &last_ns);
  const TsChartSpan *span = &ts_chart_model_get_series (model)->span;
  GtkWidget *days, *list;
  guint n_days;

  act (fixture, "win.days");
  close_while_it_reads (await_window (TS_TYPE_DAYS_WINDOW));
  act (fixture, "win.days");
  days = await_window (TS_TYPE_DAYS_WINDOW);
  TEST_WAIT ((list = find (days, GTK_TYPE_LIST_VIEW, NULL, NULL)) != NULL);
  n_days = g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list))));
  /* One day, or two if midnight was among them, and perhaps today. */
  g_assert_cmpuint (n_days, >=, 1);
  g_assert_cmpuint (n_days, <=, 3);
  /* A screen reader says what a row is about. */
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (list)),
                                                   GTK_ACCESSIBLE_PROPERTY_LABEL));
  /* The list is one stop of Tab, from which arrows go on. */
  TEST_WAIT (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (days)), list));
  for (GtkDirectionType direction = GTK_DIR_TAB_FORWARD; direction <= GTK_DIR_TAB_BACKWARD; direction++)
    {
      g_signal_emit_by_name (days, "move-focus", direction);
      g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (days)), list));
    }
  g_signal_emit_by_name (list, "activate", n_days - 1);
  TEST_WAIT (find_window (TS_TYPE_DAYS_WINDOW) == NULL);
  g_assert_false (ts_chart_model_get_follows (model));
  /* The chart moves there. */
  TEST_WAIT (span->begin_ns < last_ns - N_RECORDED * TS_NS_PER_S + 600 * TS_NS_PER_S &&
             span->end_ns - span->begin_ns <= 26 * 3600 * TS_NS_PER_S);
}

/* The search leaves the rows that it finds, and the groups that they are in. */
static void
test_shortcuts_are_found (Fixture *fixture,
                          gconstpointer shift_s)
{
  GtkWidget *window, *entry;

  act (fixture, "win.show-help-overlay");
  window = await_window (ADW_TYPE_WINDOW);
  g_assert_nonnull (find (window, ADW_TYPE_PREFERENCES_ROW, "title", "Rename"));
  g_assert_nonnull (find (window, ADW_TYPE_PREFERENCES_GROUP, "title", "Servers"));
  g_object_set (find (window, GTK_TYPE_SEARCH_BAR, NULL, NULL), "search-mode-enabled", TRUE, NULL);
  TEST_WAIT ((entry = find (window, GTK_TYPE_SEARCH_ENTRY, NULL, NULL)) != NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "ZOOM");
  TEST_WAIT (find (window, ADW_TYPE_PREFERENCES_ROW, "title", "Rename") == NULL);
  g_assert_null (find (window, ADW_TYPE_PREFERENCES_GROUP, "title", "Servers"));
  g_assert_nonnull (find (window, ADW_TYPE_PREFERENCES_ROW, "title", "Zoom"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  TEST_WAIT (find (window, ADW_TYPE_PREFERENCES_ROW, "title", "Rename") != NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The key of a server is in its menu, and one that has changed is told loudly until the user has decided. */
static void
test_key (Fixture *fixture,
          gconstpointer shift_s)
{
  const guint8 first[TS_SEAL_KEY_SIZE] = { 1 }, second[TS_SEAL_KEY_SIZE] = { 2 };
  g_autofree char *fingerprint = ts_seal_key_format_fingerprint (first);
  g_autofree char *other = ts_seal_key_format_fingerprint (second);
  guint8 before[TS_SEAL_KEY_SIZE];
  GtkWidget *dialog;

  /* With room for all figures, however wide the last window was. */
  close_window (fixture);
  g_settings_reset (fixture->settings, "window-width");
  open_window (fixture);
  ts_window_open (fixture->window, fixture->host);
  await (fixture, TS_TYPE_CHART, NULL, NULL);
  act (fixture, "win.key");
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "No key of this server is known."));
  gtk_window_destroy (GTK_WINDOW (dialog));

  ts_known_keys_meet (fixture->settings, fixture->host, first, before);
  await (fixture, TS_TYPE_FIGURE, "tooltip-text", fingerprint);
  ts_known_keys_meet (fixture->settings, fixture->host, second, before);
  await (fixture, GTK_TYPE_LABEL, "label", "has changed");
  await (fixture, TS_TYPE_FIGURE, "tooltip-text", fingerprint);
  act (fixture, "win.key");
  dialog = await_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), other));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "remember");
  await (fixture, TS_TYPE_FIGURE, "tooltip-text", other);
  TEST_WAIT (find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", "has changed") == NULL);
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_settings_reset (fixture->settings, "server-keys");
}

static void
test_why_a_file_is_not_opened (void)
{
  const struct
  {
    GQuark domain;
    int code;
    const char *sentence;
  } cases[] = {
    { G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no file “a”." },
    { G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "“a” is not a recording of Time Sync." },
    { G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "“a” cannot be read: why" },
    { TS_RECORD_ERROR, TS_RECORD_ERROR_FOREIGN, "“a” is not a recording of Time Sync." },
    { TS_RECORD_ERROR, TS_RECORD_ERROR_DAMAGED, "“a” is damaged, or is not a recording of Time Sync." },
    { TS_RECORD_ERROR, TS_RECORD_ERROR_NEWER, "“a” was recorded by a later version of Time Sync." },
    { TS_RECORD_ERROR, TS_RECORD_ERROR_READ_ONLY,
      "“a” cannot be read where it is, because its folder is read-only and its log “a-wal” was left over: copy both into "
      "another folder." },
  };
  g_autofree char *nothing = ts_recording_window_describe_error ("a", NULL);

  g_assert_cmpstr (nothing, ==, "Nothing is recorded in “a”.");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (cases[i].domain, cases[i].code, "why");
      g_autofree char *sentence = ts_recording_window_describe_error ("a", error);

      g_assert_cmpstr (sentence, ==, cases[i].sentence);
    }
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = register_application (&argc, &argv);

  if (application == NULL)
    return EXIT_SKIPPED;

  g_test_add ("/window/shifted-server", Fixture, GINT_TO_POINTER (3600), set_up, test_measures_a_shifted_server,
              tear_down);
  g_test_add ("/window/narrow", Fixture, NULL, set_up, test_narrow, tear_down);
  g_test_add ("/window/gap", Fixture, NULL, set_up, test_chart_has_a_gap_where_the_server_was_away, tear_down);
  g_test_add ("/window/another-host", Fixture, NULL, set_up, test_another_host_is_added, tear_down);
  g_test_add ("/window/chosen-host-again", Fixture, NULL, set_up, test_chosen_host_is_typed_again, tear_down);
  g_test_add ("/window/list-comes-back", Fixture, NULL, set_up, test_list_comes_back, tear_down);
  g_test_add ("/window/undo", Fixture, NULL, set_up, test_removal_can_be_undone, tear_down);
  g_test_add ("/window/undo-in-turn", Fixture, NULL, set_up, test_removals_are_undone_in_turn, tear_down);
  g_test_add ("/window/several-at-once", Fixture, NULL, set_up, test_several_at_once, tear_down);
  g_test_add ("/window/chosen-comes-back", Fixture, NULL, set_up, test_chosen_comes_back, tear_down);
  g_test_add ("/window/moved-row", Fixture, NULL, set_up, test_moved_row_stays_chosen, tear_down);
  g_test_add ("/window/sidebar", Fixture, NULL, set_up, test_sidebar, tear_down);
  g_test_add ("/window/menus", Fixture, NULL, set_up, test_menus, tear_down);
  g_test_add ("/window/overlay", Fixture, NULL, set_up, test_overlay, tear_down);
  g_test_add ("/window/overlay-of-a-row", Fixture, NULL, set_up, test_overlay_of_a_row, tear_down);
  g_test_add ("/window/summary", Fixture, GINT_TO_POINTER (3600), set_up, test_summary_is_copied, tear_down);
  g_test_add ("/window/closed-while-asking", Fixture, NULL, set_up, test_closed_while_asking_to_save, tear_down);
  g_test_add ("/window/nothing-is-left", Fixture, NULL, set_up, test_nothing_is_left, tear_down);
  g_test_add ("/window/closed-while-connecting", Fixture, NULL, set_up, test_closed_while_connecting, tear_down);
  g_test_add ("/window/view", Fixture, NULL, set_up, test_view_is_a_setting, tear_down);
  g_test_add ("/window/range-is-kept", Fixture, NULL, set_up, test_range_is_kept, tear_down);
  g_test_add ("/window/exchange", Fixture, NULL, set_up, test_exchange_is_shown, tear_down);
  g_test_add ("/window/first-host", Fixture, NULL, set_up, test_first_host, tear_down);
  g_test_add ("/window/pause-costs-no-frames", Fixture, NULL, set_up, test_pause_costs_no_frames, tear_down);
  g_test_add ("/window/interval", Fixture, NULL, set_up, test_interval_is_a_setting, tear_down);
  g_test_add ("/window/share", Fixture, NULL, set_up, test_time_is_shared, tear_down);
  g_test_add ("/window/share-port-taken", Fixture, NULL, set_up, test_port_to_share_on_is_taken, tear_down);
  g_test_add ("/window/share-port-typed", Fixture, NULL, set_up, test_port_to_share_on_is_typed, tear_down);
  g_test_add ("/window/shortcuts", Fixture, NULL, set_up, test_shortcuts_are_found, tear_down);
  g_test_add ("/window/recording", Fixture, NULL, set_up, test_recording_is_opened, tear_down);
  g_test_add ("/window/recording-saved", Fixture, NULL, set_up, test_recording_is_saved, tear_down);
  g_test_add ("/window/recording-over-bus", Fixture, NULL, set_up, test_recording_is_opened_over_the_bus, tear_down);
  g_test_add ("/window/no-recording", Fixture, NULL, set_up, test_no_recording_is_refused, tear_down);
  g_test_add ("/window/recorded-ladder", Fixture, NULL, set_up, test_recorded_ladder, tear_down);
  g_test_add ("/window/history-comes-back", Fixture, NULL, set_up, test_history_comes_back, tear_down);
  g_test_add ("/window/recorded-days", Fixture, NULL, set_up, test_recorded_days, tear_down);
  g_test_add ("/window/key", Fixture, NULL, set_up, test_key, tear_down);
  g_test_add_func ("/window/why-not-opened", test_why_a_file_is_not_opened);
  return g_test_run ();
}
