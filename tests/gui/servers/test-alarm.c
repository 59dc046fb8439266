/* TsAlarm: what the desktop is told, by a desktop of our own on the test's bus.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sidebar/ts-server-row.h"
#include "measure/ts-time.h"

#include "test-fixture.h"
#include "test-notifications.h"
#include "test-wait.h"

#define N "\u2060\u2009\u2060"

static char *
get_id (Fixture *fixture)
{
  return g_strconcat ("limit:", fixture->host, NULL);
}

/* Returns: (transfer full) (nullable): a text of the notification of the server, where there is one */
static char *
get_text (Fixture *fixture,
          const char *key)
{
  g_autofree char *id = get_id (fixture);
  GVariant *notification = g_hash_table_lookup (shown, id);
  char *text = NULL;

  if (notification != NULL)
    g_variant_lookup (notification, key, "s", &text);
  return text;
}

static void
await_notification (Fixture *fixture,
                    const char *part)
{
  g_autofree char *title = NULL;

  TEST_WAIT ((g_free (title), title = get_text (fixture, "title")) != NULL && strstr (title, part) != NULL);
}

static TsMonitor *
get_monitor (Fixture *fixture)
{
  return ts_server_row_get_monitor (TS_SERVER_ROW (await (fixture, TS_TYPE_SERVER_ROW, NULL, NULL)));
}

/* Measures the server of the fixture, which is an hour ahead, with a limit of 50 ms, and awaits that it is told. */
static TsMonitor *
cross_limit (Fixture *fixture)
{
  TsMonitor *monitor;

  g_hash_table_remove_all (shown);
  n_added = 0;
  ts_window_open (fixture->window, fixture->host);
  monitor = get_monitor (fixture);
  ts_monitor_set_interval_ns (monitor, TS_NS_PER_S / 10);
  ts_monitor_set_limit_ns (monitor, 50 * TS_NS_PER_MS);
  await_notification (fixture, "is outside its limit of 50" N "ms");
  return monitor;
}

static void
await_samples (TsMonitor *monitor,
               guint n_samples)
{
  const TsHistory *history = ts_monitor_get_history (monitor);
  guint64 n_wanted = ts_history_get_n_samples (history) + n_samples;

  TEST_WAIT (ts_history_get_n_samples (history) >= n_wanted);
}

static void
test_crossed_and_back (Fixture *fixture,
                       gconstpointer shift_s)
{
  guint16 port = ts_server_get_port (fixture->server);
  TsMonitor *monitor = cross_limit (fixture);
  g_autofree char *body = get_text (fixture, "body");
  g_autofree char *action = get_text (fixture, "default-action");
  g_autofree char *target = get_text (fixture, "default-action-target");

  g_assert_true (g_str_has_prefix (body, "This computer is 1" N "h ") ||
                 g_str_has_prefix (body, "This computer is 59" N "min 59.9"));
  g_assert_nonnull (strstr (body, ". Certainly to within "));
  g_assert_cmpstr (action, ==, "app.show-server");
  g_assert_cmpstr (target, ==, fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", "Outside its limit of 50" N "ms");
  await (fixture, GTK_TYPE_LABEL, "label", "over 50" N "ms");

  /* It is told once. */
  await_samples (monitor, 5);
  g_assert_cmpuint (n_added, ==, 1);

  g_clear_object (&fixture->server);
  g_clear_object (&fixture->clock);
  fixture->clock = ts_clock_new_system (0);
  serve (fixture, port);
  await_notification (fixture, "is back within its limit of 50" N "ms");
  await (fixture, GTK_TYPE_LABEL, "label", "Within its limit of 50" N "ms");
  /* The row is updated in its own time. */
  TEST_WAIT (find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", "over 50") == NULL);
  g_assert_cmpuint (n_added, ==, 2);
  g_assert_cmpuint (g_hash_table_size (shown), ==, 1);
}

static void
test_another_limit (Fixture *fixture,
                    gconstpointer shift_s)
{
  TsMonitor *monitor = cross_limit (fixture);

  ts_monitor_set_limit_ns (monitor, 7200 * TS_NS_PER_S);
  TEST_WAIT (g_hash_table_size (shown) == 0);
  await (fixture, GTK_TYPE_LABEL, "label", "Within its limit of 2" N "h");
  ts_monitor_set_limit_ns (monitor, 1800 * TS_NS_PER_S);
  await_notification (fixture, "is outside its limit of 30" N "min");
  ts_monitor_set_limit_ns (monitor, 0);
  TEST_WAIT (g_hash_table_size (shown) == 0);
  await_samples (monitor, 5);
  g_assert_null (find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", "limit"));
  g_assert_cmpuint (n_added, ==, 2);
}

static void
test_number_of_samples (Fixture *fixture,
                        gconstpointer shift_s)
{
  TsMonitor *monitor;

  n_added = 0;
  ts_window_open (fixture->window, fixture->host);
  monitor = get_monitor (fixture);
  await_samples (monitor, 1);
  g_assert_cmpuint (ts_monitor_get_limit (monitor)->n_samples, ==, 3);
  g_settings_set_uint (fixture->settings, "limit-samples", 100);
  g_assert_cmpuint (ts_monitor_get_limit (monitor)->n_samples, ==, 100);
  ts_monitor_set_limit_ns (monitor, TS_NS_PER_S);
  await_samples (monitor, 5);
  g_assert_cmpuint (n_added, ==, 0);
  g_settings_set_uint (fixture->settings, "limit-samples", 1);
  await_notification (fixture, "is outside its limit of 1" N "s");
}

/* Its notification goes with a server, and comes back with it. */
static void
test_removed (Fixture *fixture,
              gconstpointer shift_s)
{
  g_assert_nonnull (cross_limit (fixture));
  act (fixture, "win.remove");
  TEST_WAIT (g_hash_table_size (shown) == 0);
  g_signal_emit_by_name (await (fixture, GTK_TYPE_BUTTON, "label", "Undo"), "clicked");
  await_notification (fixture, "is outside its limit of 50" N "ms");
  g_assert_cmpuint (n_added, ==, 2);
}

/* Nobody measures without a window. */
static void
test_window_closed (Fixture *fixture,
                    gconstpointer shift_s)
{
  g_assert_nonnull (cross_limit (fixture));
  close_window (fixture);
  TEST_WAIT (g_hash_table_size (shown) == 0);
  open_window (fixture);
  await_notification (fixture, "is outside its limit of 50" N "ms");
}

/* That a server has another place in the list is no news. */
static void
test_moved (Fixture *fixture,
            gconstpointer shift_s)
{
  TsMonitor *monitor = cross_limit (fixture);

  ts_window_open (fixture->window, "127.0.0.1:1");
  act (fixture, "win.move-up");
  act (fixture, "win.move-down");
  ts_window_show_server (fixture->window, fixture->host);
  act (fixture, "win.move-down");
  await_samples (monitor, 2);
  g_assert_cmpuint (n_added, ==, 1);
  g_assert_cmpuint (g_hash_table_size (shown), ==, 1);
}

static void
test_click (Fixture *fixture,
            gconstpointer shift_s)
{
  GActionGroup *actions = G_ACTION_GROUP (g_application_get_default ());
  g_autofree char *title = g_strdup_printf ("%s — Time Sync", fixture->host);

  g_assert_nonnull (cross_limit (fixture));
  ts_window_open (fixture->window, "127.0.0.1:1");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, "127.0.0.1:1 — Time Sync");
  g_action_group_activate_action (actions, "show-server", g_variant_new_string (fixture->host));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, title);
  /* One that is no longer listed. */
  g_action_group_activate_action (actions, "show-server", g_variant_new_string ("gone.example"));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, title);
}

static gboolean
quit (gpointer application)
{
  g_application_quit (application);
  return G_SOURCE_REMOVE;
}

/* The last one, for there is no application after it. */
static void
test_quit (Fixture *fixture,
           gconstpointer shift_s)
{
  GApplication *application = g_application_get_default ();

  g_assert_nonnull (cross_limit (fixture));
  g_idle_add (quit, application);
  g_assert_cmpint (g_application_run (application, 0, NULL), ==, 0);
  TEST_WAIT (g_hash_table_size (shown) == 0);
}

#define ADD(path, function) g_test_add ("/alarm/" path, Fixture, GINT_TO_POINTER (3600), set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = register_application (&argc, &argv);

  if (application == NULL)
    return EXIT_SKIPPED;
  begin_to_show_notifications (g_application_get_dbus_connection (application));

  ADD ("crossed-and-back", test_crossed_and_back);
  ADD ("another-limit", test_another_limit);
  ADD ("number-of-samples", test_number_of_samples);
  ADD ("removed", test_removed);
  ADD ("window-closed", test_window_closed);
  ADD ("moved", test_moved);
  ADD ("click", test_click);
  ADD ("quit", test_quit);
  return g_test_run ();
}
