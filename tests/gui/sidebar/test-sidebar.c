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
  g_assert_true (press_tab (fixture, FALSE) == row);
  g_assert_true (press_tab (fixture, FALSE) == fixture->after);
  g_assert_true (press_tab (fixture, TRUE) == row);
  g_assert_true (press_tab (fixture, TRUE) == fixture->before);
  g_assert_true (GTK_WIDGET (gtk_list_box_get_selected_row (get_list (fixture))) == row);

  g_assert_true (press_tab (fixture, FALSE) == row);
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
  return g_test_run ();
}
