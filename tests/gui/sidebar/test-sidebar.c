/* Tests of the list of servers at the side: forty paused servers between two buttons.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-sidebar.h"
#include "sidebar/ts-server-row.h"

#include "test-fake-probe.h"
#include "test-widget.h"

#define N_SERVERS 40

typedef struct
{
  GSettings *settings;
  TsClock *clock;
  TsServers *servers;
  GtkWidget *window;
  GtkWidget *before;
  GtkWidget *sidebar;
  GtkWidget *after;
} Fixture;

static TsProbe *
new_fake_probe (const TsAddress *address,
                gint64 timeout_ns,
                TsClock *clock)
{
  return TS_PROBE (fake_probe_new_for (address));
}

static GVariant *
create_list (void)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sa{sv})"));
  for (guint i = 0; i < N_SERVERS; i++)
    {
      g_autofree char *host = g_strdup_printf ("%02u.example", i);

      g_variant_builder_add_parsed (&list, "(%s, {'paused': <true>})", host);
    }
  return g_variant_builder_end (&list);
}

/* @chosen: the address of the server that is chosen at first */
static void
set_up (Fixture *fixture,
        gconstpointer chosen)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  fixture->settings = g_settings_new ("org.timesync.TimeSync");
  g_settings_set_value (fixture->settings, "server-list", create_list ());
  g_settings_set_string (fixture->settings, "chosen-server", chosen);
  fixture->clock = ts_clock_new_fake (1700000000 * TS_NS_PER_S);
  fixture->servers =
    ts_servers_new (fixture->settings, fixture->clock, new_fake_probe, g_application_get_default ());
  fixture->before = gtk_button_new_with_label ("before");
  fixture->sidebar = g_object_new (TS_TYPE_SIDEBAR, "vexpand", TRUE, NULL);
  fixture->after = gtk_button_new_with_label ("after");
  gtk_box_append (GTK_BOX (box), fixture->before);
  gtk_box_append (GTK_BOX (box), fixture->sidebar);
  gtk_box_append (GTK_BOX (box), fixture->after);
  ts_sidebar_set_servers (TS_SIDEBAR (fixture->sidebar), fixture->servers);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 280, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture,
           gconstpointer chosen)
{
  ts_servers_stop (fixture->servers);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->servers);
  g_settings_reset (fixture->settings, "server-list");
  g_settings_reset (fixture->settings, "chosen-server");
  g_object_unref (fixture->settings);
  g_object_unref (fixture->clock);
}

static GtkListBox *
get_list (Fixture *fixture)
{
  return GTK_LIST_BOX (gtk_widget_get_template_child (fixture->sidebar, TS_TYPE_SIDEBAR, "list"));
}

static gboolean
is_chosen_in_view (Fixture *fixture)
{
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_selected_row (get_list (fixture)));
  GtkWidget *scroller = GTK_WIDGET (gtk_widget_get_template_child (fixture->sidebar, TS_TYPE_SIDEBAR, "scroller"));
  graphene_rect_t bounds;

  return row != NULL && gtk_widget_get_height (row) > 0 && gtk_widget_compute_bounds (row, scroller, &bounds) &&
         bounds.origin.y >= 0 && bounds.origin.y + bounds.size.height <= (float) gtk_widget_get_height (scroller);
}

static void
test_chosen_is_in_view (Fixture *fixture,
                        gconstpointer chosen)
{
  g_autoptr (TsAddress) added = ts_address_parse ("added.example", NULL);
  TsEnsemble *ensemble = ts_servers_get_ensemble (fixture->servers);

  TEST_WAIT (is_chosen_in_view (fixture));
  ts_servers_choose (fixture->servers, ts_ensemble_get (ensemble, 0));
  TEST_WAIT (is_chosen_in_view (fixture));
  ts_servers_add (fixture->servers, added);
  TEST_WAIT (is_chosen_in_view (fixture));
  g_assert_cmpstr (ts_monitor_get_name (ts_servers_get_chosen (fixture->servers)), ==, "added.example");
  ts_monitor_pause (ts_servers_get_chosen (fixture->servers));
  fake_probe_lose (FAKE_PROBE (ts_monitor_get_probe (ts_servers_get_chosen (fixture->servers))));
}

/* Returns: the widget that has the focus after Tab, or Shift+Tab, was pressed */
static GtkWidget *
press_tab (Fixture *fixture,
           gboolean is_backward)
{
  gtk_widget_child_focus (fixture->window, is_backward ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
  return gtk_window_get_focus (GTK_WINDOW (fixture->window));
}

/* However many rows there are, and none is chosen on the way. */
static void
test_one_stop_of_tab (Fixture *fixture,
                      gconstpointer chosen)
{
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_selected_row (get_list (fixture)));

  gtk_widget_grab_focus (fixture->before);
  /* A long list can be searched and sorted. */
  g_assert_true (GTK_IS_TOGGLE_BUTTON (press_tab (fixture, FALSE)));
  g_assert_true (GTK_IS_MENU_BUTTON (gtk_widget_get_parent (press_tab (fixture, FALSE))));
  g_assert_true (press_tab (fixture, FALSE) == row);
  g_assert_true (press_tab (fixture, FALSE) == fixture->after);
  g_assert_true (press_tab (fixture, TRUE) == row);
  g_assert_true (GTK_IS_MENU_BUTTON (gtk_widget_get_parent (press_tab (fixture, TRUE))));
  g_assert_true (GTK_IS_TOGGLE_BUTTON (press_tab (fixture, TRUE)));
  g_assert_true (press_tab (fixture, TRUE) == fixture->before);
  g_assert_true (GTK_WIDGET (gtk_list_box_get_selected_row (get_list (fixture))) == row);

  gtk_widget_grab_focus (row);
  g_signal_emit_by_name (get_list (fixture), "move-cursor", GTK_MOVEMENT_DISPLAY_LINES, -1, FALSE, FALSE);
  g_assert_cmpstr (ts_monitor_get_name (ts_servers_get_chosen (fixture->servers)), ==, "36.example");
}

/* As if the pointer had come to it and then opened and left the menu. */
static void
test_hover_goes_with_the_menu (Fixture *fixture,
                               gconstpointer chosen)
{
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_selected_row (get_list (fixture)));

  gtk_widget_set_state_flags (row, GTK_STATE_FLAG_PRELIGHT, FALSE);
  g_signal_emit_by_name (gtk_widget_get_template_child (fixture->sidebar, TS_TYPE_SIDEBAR, "menu"), "closed");
  g_assert_cmpuint (gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_PRELIGHT, ==, 0);
}

static const char *
name_at (Fixture *fixture,
         int index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (get_list (fixture), index);

  g_assert_nonnull (row);
  return ts_monitor_get_name (ts_server_row_get_monitor (TS_SERVER_ROW (row)));
}

static guint
count_shown (Fixture *fixture)
{
  GtkListBoxRow *row;
  guint n = 0;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (get_list (fixture), i)) != NULL; i++)
    n += gtk_widget_get_child_visible (GTK_WIDGET (row));
  return n;
}

/* What is searched for is found in names and addresses, and Return chooses the first of it. */
static void
test_search (Fixture *fixture,
             gconstpointer chosen)
{
  GObject *search = gtk_widget_get_template_child (fixture->sidebar, TS_TYPE_SIDEBAR, "search");
  GObject *bar = gtk_widget_get_template_child (fixture->sidebar, TS_TYPE_SIDEBAR, "search_bar");

  TEST_WAIT (is_chosen_in_view (fixture));
  ts_monitor_set_name (ts_ensemble_get (ts_servers_get_ensemble (fixture->servers), 21), "Lab");
  ts_sidebar_search (TS_SIDEBAR (fixture->sidebar));
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (fixture->window)), GTK_WIDGET (search)));
  gtk_editable_set_text (GTK_EDITABLE (search), "1.EX");
  g_assert_cmpuint (count_shown (fixture), ==, 4);
  gtk_editable_set_text (GTK_EDITABLE (search), "lab");
  g_assert_cmpuint (count_shown (fixture), ==, 1);
  g_signal_emit_by_name (search, "activate");
  g_assert_cmpstr (ts_monitor_get_name (ts_servers_get_chosen (fixture->servers)), ==, "Lab");
  gtk_editable_set_text (GTK_EDITABLE (search), "nowhere");
  g_assert_cmpuint (count_shown (fixture), ==, 0);
  g_signal_emit_by_name (search, "activate");
  g_assert_false (ts_sidebar_take_focus (TS_SIDEBAR (fixture->sidebar)));
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (bar), FALSE);
  g_assert_cmpuint (count_shown (fixture), ==, N_SERVERS);
  g_assert_true (ts_sidebar_has_focus (TS_SIDEBAR (fixture->sidebar)));
}

/* The order is one of the eye: the list of servers keeps its own. */
static void
test_sort (Fixture *fixture,
           gconstpointer chosen)
{
  TsEnsemble *ensemble = ts_servers_get_ensemble (fixture->servers);
  TsMonitor *monitor = ts_ensemble_get (ensemble, 5);

  g_object_set (fixture->sidebar, "order", "name", NULL);
  g_assert_cmpstr (name_at (fixture, 5), ==, "05.example");
  ts_monitor_set_name (monitor, "zz");
  g_assert_cmpstr (name_at (fixture, N_SERVERS - 1), ==, "zz");
  g_assert_true (ts_ensemble_get (ensemble, 5) == monitor);
  g_object_set (fixture->sidebar, "order", "state", NULL);
  g_assert_cmpstr (name_at (fixture, 5), ==, "zz");
  /* All are paused, and this one begins to measure. */
  ts_monitor_resume (monitor);
  g_assert_cmpstr (name_at (fixture, 0), ==, "zz");
  g_object_set (fixture->sidebar, "order", "manual", NULL);
  g_assert_cmpstr (name_at (fixture, 5), ==, "zz");
  ts_monitor_pause (monitor);
  fake_probe_lose (FAKE_PROBE (ts_monitor_get_probe (monitor)));
}

/* Shift and an arrow select several, of which the first one stays chosen; what is chosen elsewhere is selected alone. */
static void
test_select_several (Fixture *fixture,
                     gconstpointer chosen)
{
  GtkListBox *list = get_list (fixture);
  g_autoptr (GList) rows = NULL;

  TEST_WAIT (is_chosen_in_view (fixture));
  ts_sidebar_take_focus (TS_SIDEBAR (fixture->sidebar));
  g_signal_emit_by_name (list, "move-cursor", GTK_MOVEMENT_DISPLAY_LINES, -2, TRUE, FALSE);
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 3);
  g_assert_cmpstr (ts_monitor_get_name (ts_servers_get_chosen (fixture->servers)), ==, "37.example");
  ts_servers_remove_selected (fixture->servers);
  g_assert_cmpstr (ts_monitor_get_name (ts_servers_get_chosen (fixture->servers)), ==, "38.example");
  g_assert_null (gtk_list_box_get_row_at_index (list, N_SERVERS - 3));
  ts_servers_undo (fixture->servers);
  rows = gtk_list_box_get_selected_rows (list);
  g_assert_cmpuint (g_list_length (rows), ==, 3);

  /* What a click does: the row is selected beside the others, and then activated. */
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, 5));
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 4);
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (list, 5));
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 1);
  g_assert_cmpstr (ts_monitor_get_name (ts_servers_get_chosen (fixture->servers)), ==, "05.example");

  ts_servers_choose (fixture->servers, ts_ensemble_get (ts_servers_get_ensemble (fixture->servers), 0));
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 1);
  g_assert_true (gtk_list_box_row_is_selected (gtk_list_box_get_row_at_index (list, 0)));
  /* There is always one. */
  gtk_list_box_unselect_all (list);
  g_assert_true (gtk_list_box_row_is_selected (gtk_list_box_get_row_at_index (list, 0)));
}

static void
opened (TsSidebar *sidebar,
        gboolean is_clicked,
        gpointer told)
{
  *(int *) told = is_clicked;
}

/* As if the pointer were pressed on the list. */
static void
press (GtkListBox *list)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (list));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_CLICK (controller) && gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (controller)) == 1 &&
          gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
        g_signal_emit_by_name (controller, "pressed", 1, 1.0, 1.0);
    }
}

/* A click and a key choose alike, but after a click the arrows go on in the list. */
static void
test_click_is_told (Fixture *fixture,
                    gconstpointer chosen)
{
  GtkListBox *list = get_list (fixture);
  int is_clicked = -1;

  TEST_WAIT (is_chosen_in_view (fixture));
  g_signal_connect (fixture->sidebar, "opened", G_CALLBACK (opened), &is_clicked);
  press (list);
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (list, 5));
  g_assert_cmpint (is_clicked, ==, TRUE);
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (list, 6));
  g_assert_cmpint (is_clicked, ==, FALSE);
}

/* What a search hides is not removed with what it shows. */
static void
test_hidden_is_not_selected (Fixture *fixture,
                             gconstpointer chosen)
{
  GtkListBox *list = get_list (fixture);
  GObject *search = gtk_widget_get_template_child (fixture->sidebar, TS_TYPE_SIDEBAR, "search");

  TEST_WAIT (is_chosen_in_view (fixture));
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, 5));
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, 17));
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 3);
  ts_sidebar_search (TS_SIDEBAR (fixture->sidebar));
  gtk_editable_set_text (GTK_EDITABLE (search), "7.example");
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 2);
  gtk_editable_set_text (GTK_EDITABLE (search), "nowhere");
  g_assert_cmpuint (ts_servers_get_selected (fixture->servers)->len, ==, 1);
  g_assert_cmpstr (ts_monitor_get_name (ts_servers_get_chosen (fixture->servers)), ==, "37.example");
}

static void
test_summary (Fixture *fixture,
              gconstpointer chosen)
{
  GObject *summary = gtk_widget_get_template_child (fixture->sidebar, TS_TYPE_SIDEBAR, "summary");

  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (summary)), ==, "40 paused");
  ts_servers_remove_selected (fixture->servers);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (summary)), ==, "39 paused");
}

#define ADD(path, function) g_test_add ("/sidebar/" path, Fixture, "37.example", set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = NULL;

  if (!init_widgets (&argc, &argv))
    return EXIT_SKIPPED;
  application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_application_set_default (application);
  ADD ("chosen-is-in-view", test_chosen_is_in_view);
  ADD ("one-stop-of-tab", test_one_stop_of_tab);
  ADD ("hover-goes-with-the-menu", test_hover_goes_with_the_menu);
  ADD ("search", test_search);
  ADD ("sort", test_sort);
  ADD ("select-several", test_select_several);
  ADD ("click-is-told", test_click_is_told);
  ADD ("hidden-is-not-selected", test_hidden_is_not_selected);
  ADD ("summary", test_summary);
  return g_test_run ();
}
