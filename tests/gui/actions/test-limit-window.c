/* TsLimitWindow: what is chosen and typed there becomes the server's limit.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "actions/ts-limit-window.h"
#include "sidebar/ts-server-row.h"
#include "measure/ts-time.h"

#include "test-fixture.h"

#define N "\u2060\u2009\u2060"

static TsMonitor *
get_monitor (Fixture *fixture)
{
  return ts_server_row_get_monitor (TS_SERVER_ROW (await (fixture, TS_TYPE_SERVER_ROW, NULL, NULL)));
}

static GtkWidget *
ask (Fixture *fixture)
{
  act (fixture, "win.limit");
  g_assert_nonnull (find_window (TS_TYPE_LIMIT_WINDOW));
  return find_window (TS_TYPE_LIMIT_WINDOW);
}

static GtkCheckButton *
find_choice (GtkWidget *window,
             const char *title)
{
  GtkWidget *row = find (window, ADW_TYPE_ACTION_ROW, "title", title);

  g_assert_nonnull (row);
  return GTK_CHECK_BUTTON (find (row, GTK_TYPE_CHECK_BUTTON, NULL, NULL));
}

static GtkEditable *
find_entry (GtkWidget *window)
{
  return GTK_EDITABLE (find (window, GTK_TYPE_ENTRY, NULL, NULL));
}

static GtkDropDown *
find_unit (GtkWidget *window)
{
  return GTK_DROP_DOWN (find (find (window, ADW_TYPE_ACTION_ROW, "title", "At most"), GTK_TYPE_DROP_DOWN, NULL, NULL));
}

static GtkWidget *
find_set (GtkWidget *window)
{
  return find (window, GTK_TYPE_BUTTON, "label", "Apply");
}

static void
press_set (GtkWidget *window)
{
  g_assert_true (gtk_widget_get_sensitive (find_set (window)));
  g_signal_emit_by_name (find_set (window), "clicked");
}

static void
assert_limit (Fixture *fixture,
              gint64 limit_ns)
{
  g_assert_cmpint (ts_monitor_get_limit (get_monitor (fixture))->limit_ns, ==, limit_ns);
}

static void
test_presets (Fixture *fixture,
              gconstpointer data)
{
  const struct
  {
    const char *title;
    const char *amount;
    gint64 limit_ns;
  } cases[] = {
    { "Ceph", "50" N "ms", 50 * TS_NS_PER_MS },
    { "CockroachDB", "500" N "ms", 500 * TS_NS_PER_MS },
    { "One-time codes", "30" N "s", 30 * TS_NS_PER_S },
    { "Kerberos", "5" N "min", 300 * TS_NS_PER_S },
    { "No limit", NULL, 0 },
  };

  ts_window_open (fixture->window, fixture->host);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWidget *window = ask (fixture);
      GtkCheckButton *choice = find_choice (window, cases[i].title);

      g_assert_false (i == G_N_ELEMENTS (cases) - 1 && gtk_check_button_get_active (choice));
      if (cases[i].amount != NULL)
        g_assert_nonnull (find (window, GTK_TYPE_LABEL, "label", cases[i].amount));
      gtk_check_button_set_active (choice, TRUE);
      press_set (window);
      g_assert_null (find_window (TS_TYPE_LIMIT_WINDOW));
      assert_limit (fixture, cases[i].limit_ns);

      /* It is what the window shows when it comes again. */
      window = ask (fixture);
      g_assert_true (gtk_check_button_get_active (find_choice (window, cases[i].title)));
      gtk_window_close (GTK_WINDOW (window));
    }
}

static void
test_own_value (Fixture *fixture,
                gconstpointer data)
{
  GtkWidget *window;
  g_autoptr (GVariant) list = NULL;
  g_autofree char *text = NULL;

  ts_window_open (fixture->window, fixture->host);
  window = ask (fixture);
  g_assert_true (gtk_check_button_get_active (find_choice (window, "No limit")));
  gtk_editable_set_text (find_entry (window), "2.5");
  g_assert_true (gtk_check_button_get_active (find_choice (window, "At most")));
  gtk_drop_down_set_selected (find_unit (window), 3);
  press_set (window);
  assert_limit (fixture, 150 * TS_NS_PER_S);
  await (fixture, GTK_TYPE_LABEL, "label", "Within its limit of 2.5" N "min");

  window = ask (fixture);
  g_assert_true (gtk_check_button_get_active (find_choice (window, "At most")));
  g_assert_cmpstr (gtk_editable_get_text (find_entry (window)), ==, "2.5");
  g_assert_cmpuint (gtk_drop_down_get_selected (find_unit (window)), ==, 3);
  gtk_window_close (GTK_WINDOW (window));

  list = g_settings_get_value (fixture->settings, "server-list");
  text = g_variant_print (list, FALSE);
  g_assert_nonnull (strstr (text, "'limit-ns': <int64 150000000000>"));
}

static gboolean
has_focus (GtkWidget *window,
           GtkEditable *entry)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (entry));
}

/* What is wrong is told as soon as it is typed, and cannot be set. */
static void
test_bad_value (Fixture *fixture,
                gconstpointer data)
{
  GtkWidget *window;
  GtkEditable *entry;

  ts_window_open (fixture->window, fixture->host);
  window = ask (fixture);
  entry = find_entry (window);
  gtk_editable_set_text (entry, "-5");
  g_assert_false (gtk_widget_get_sensitive (find_set (window)));
  g_assert_nonnull (find (window, GTK_TYPE_LABEL, "label", "“-5” is not a number above zero"));
  g_assert_null (gtk_test_accessible_check_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                                                  GTK_ACCESSIBLE_INVALID_TRUE));

  /* What is wrong goes with what was wrong, or with another choice. */
  gtk_editable_set_text (entry, "1441");
  g_assert_null (find (window, GTK_TYPE_LABEL, "label", "not a number"));
  gtk_drop_down_set_selected (find_unit (window), 3);
  g_assert_false (gtk_widget_get_sensitive (find_set (window)));
  g_assert_nonnull (find (window, GTK_TYPE_LABEL, "label", "is more than 24" N "h"));
  assert_limit (fixture, 0);
  gtk_check_button_set_active (find_choice (window, "Kerberos"), TRUE);
  g_assert_null (find (window, GTK_TYPE_LABEL, "label", "is more than"));
  press_set (window);
  assert_limit (fixture, 300 * TS_NS_PER_S);
}

/* Choosing a value of one's own leads to typing it, and Return in the entry sets it. */
static void
test_no_value (Fixture *fixture,
               gconstpointer data)
{
  GtkWidget *window;
  GtkEditable *entry;

  ts_window_open (fixture->window, fixture->host);
  window = ask (fixture);
  entry = find_entry (window);
  g_assert_true (gtk_widget_get_sensitive (find_set (window)));
  g_signal_emit_by_name (find_choice (window, "At most"), "activate");
  g_assert_true (gtk_check_button_get_active (find_choice (window, "At most")));
  g_assert_true (has_focus (window, entry));
  g_assert_false (gtk_widget_get_sensitive (find_set (window)));
  g_assert_null (find (window, GTK_TYPE_LABEL, "label", "Enter how far"));
  g_signal_emit_by_name (entry, "activate");
  g_assert_nonnull (find (window, GTK_TYPE_LABEL, "label", "Enter how far apart the clocks may be"));
  assert_limit (fixture, 0);

  gtk_editable_set_text (entry, "20");
  g_assert_null (find (window, GTK_TYPE_LABEL, "label", "Enter how far"));
  g_signal_emit_by_name (entry, "activate");
  g_assert_null (find_window (TS_TYPE_LIMIT_WINDOW));
  assert_limit (fixture, 20 * TS_NS_PER_MS);

  /* It can be changed at once when the window comes again. */
  window = ask (fixture);
  g_assert_true (has_focus (window, find_entry (window)));
}

static void
test_cancel (Fixture *fixture,
             gconstpointer data)
{
  GtkWidget *window;

  ts_window_open (fixture->window, fixture->host);
  window = ask (fixture);
  gtk_check_button_set_active (find_choice (window, "Ceph"), TRUE);
  g_assert_true (gtk_widget_activate_action (window, "window.close", NULL));
  g_assert_null (find_window (TS_TYPE_LIMIT_WINDOW));
  assert_limit (fixture, 0);

  /* It goes with the window that it belongs to, too. */
  ask (fixture);
}

#define ADD(path, function) g_test_add ("/limit-window/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = register_application (&argc, &argv);

  if (application == NULL)
    return EXIT_SKIPPED;
  ADD ("presets", test_presets);
  ADD ("own-value", test_own_value);
  ADD ("bad-value", test_bad_value);
  ADD ("no-value", test_no_value);
  ADD ("cancel", test_cancel);
  return g_test_run ();
}
