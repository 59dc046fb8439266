/* TsPreferences: each preference is a key of the settings, both ways, and has its effect.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "window/ts-preferences.h"
#include "words/ts-zone.h"

#include "test-fixture.h"

static GtkWidget *
open_preferences (void)
{
  g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "preferences", NULL);
  g_assert_nonnull (find_window (TS_TYPE_PREFERENCES));
  return find_window (TS_TYPE_PREFERENCES);
}

static GtkWidget *
find_row (GtkWidget *window,
          const char *title)
{
  GtkWidget *row = find (window, ADW_TYPE_ACTION_ROW, "title", title);

  g_assert_nonnull (row);
  return row;
}

static char *
get_chosen_text (GtkWidget *row)
{
  return g_strdup (gtk_string_object_get_string (adw_combo_row_get_selected_item (ADW_COMBO_ROW (row))));
}

static void
assert_chosen (GtkWidget *row,
               const char *expected)
{
  g_autofree char *text = get_chosen_text (row);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_string (Fixture *fixture,
               const char *key,
               const char *expected)
{
  g_autofree char *text = g_settings_get_string (fixture->settings, key);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_one_window (Fixture *fixture,
                 gconstpointer data)
{
  GtkWidget *window = open_preferences ();

  g_assert_true (open_preferences () == window);
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (window)) == GTK_WINDOW (fixture->window));
  gtk_window_close (GTK_WINDOW (window));
  g_assert_null (find_window (TS_TYPE_PREFERENCES));
}

static void
test_style (Fixture *fixture,
            gconstpointer data)
{
  GtkWidget *row = find_row (open_preferences (), "Style");
  AdwStyleManager *styles = adw_style_manager_get_default ();

  assert_chosen (row, "Follow the system");
  g_assert_cmpint (adw_style_manager_get_color_scheme (styles), ==, ADW_COLOR_SCHEME_DEFAULT);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 2);
  assert_string (fixture, "color-scheme", "force-dark");
  g_assert_true (adw_style_manager_get_dark (styles));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 1);
  assert_string (fixture, "color-scheme", "force-light");
  g_assert_false (adw_style_manager_get_dark (styles));
  g_settings_reset (fixture->settings, "color-scheme");
  assert_chosen (row, "Follow the system");
  g_assert_cmpint (adw_style_manager_get_color_scheme (styles), ==, ADW_COLOR_SCHEME_DEFAULT);
}

static void
test_utc (Fixture *fixture,
          gconstpointer data)
{
  GtkWidget *row = find_row (open_preferences (), "Times in UTC");
  GtkSwitch *utc = GTK_SWITCH (find (row, GTK_TYPE_SWITCH, NULL, NULL));

  ts_window_open (fixture->window, fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", "This computer");
  g_assert_null (find (GTK_WIDGET (fixture->window), GTK_TYPE_LABEL, "label", "UTC"));
  g_assert_false (gtk_switch_get_active (utc));
  gtk_switch_set_active (utc, TRUE);
  g_assert_true (g_settings_get_boolean (fixture->settings, "utc"));
  g_assert_true (ts_zone_is_utc ());
  await (fixture, GTK_TYPE_LABEL, "label", "This computer\nUTC");
  g_settings_set_boolean (fixture->settings, "utc", FALSE);
  g_assert_false (gtk_switch_get_active (utc));
  g_assert_false (ts_zone_is_utc ());
}

static void
test_history (Fixture *fixture,
              gconstpointer data)
{
  static const struct
  {
    const char *title;
    const char *key;
    guint days;
  } rows[] = {
    { "Days to keep", "history-days", 90 },
    { "Days to keep each exchange", "history-exact-days", 0 },
  };
  GtkWidget *window = open_preferences ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GtkWidget *days = find (find_row (window, rows[i].title), GTK_TYPE_SPIN_BUTTON, NULL, NULL);

      g_assert_cmpint (gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (days)), ==, rows[i].days);
      gtk_spin_button_set_value (GTK_SPIN_BUTTON (days), 30);
      g_assert_cmpuint (g_settings_get_uint (fixture->settings, rows[i].key), ==, 30);
      g_settings_reset (fixture->settings, rows[i].key);
      g_assert_cmpint (gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (days)), ==, rows[i].days);
    }
}

static void
test_interval (Fixture *fixture,
               gconstpointer data)
{
  GtkWidget *row = find_row (open_preferences (), "Interval for new servers");
  g_autoptr (GVariant) chosen = NULL;

  assert_chosen (row, "Automatic");
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 3);
  assert_chosen (row, "Every 0.5\u2060\u2009\u2060s");
  g_assert_cmpfloat (g_settings_get_double (fixture->settings, "interval-seconds"), ==, 0.5);
  ts_window_open (fixture->window, fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", "Every 0.5");

  /* The menu of a server's page and this one agree. */
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.interval-seconds", "d", 600.0));
  assert_chosen (row, "Every 10\u2060\u2009\u2060min");
  /* What no menu has, somebody may have written there. */
  g_settings_set_double (fixture->settings, "interval-seconds", 3);
  assert_chosen (row, "Every 3\u2060\u2009\u2060s");
  g_assert_cmpfloat (g_settings_get_double (fixture->settings, "interval-seconds"), ==, 3);

  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 0);
  chosen = g_settings_get_user_value (fixture->settings, "interval-seconds");
  g_assert_null (chosen);
  assert_chosen (row, "Automatic");
}

static void
test_limit_samples (Fixture *fixture,
                    gconstpointer data)
{
  GtkWidget *row = find_row (open_preferences (), "Notify after");
  GtkSpinButton *button = GTK_SPIN_BUTTON (find (row, GTK_TYPE_SPIN_BUTTON, NULL, NULL));

  g_assert_cmpint (gtk_spin_button_get_value_as_int (button), ==, 3);
  gtk_spin_button_set_value (button, 7);
  g_assert_cmpuint (g_settings_get_uint (fixture->settings, "limit-samples"), ==, 7);
  gtk_spin_button_set_value (button, 1000);
  g_assert_cmpuint (g_settings_get_uint (fixture->settings, "limit-samples"), ==, 100);
  g_settings_reset (fixture->settings, "limit-samples");
  g_assert_cmpint (gtk_spin_button_get_value_as_int (button), ==, 3);
}

static void
test_forget (Fixture *fixture,
             gconstpointer data)
{
  GtkWidget *row = find_row (open_preferences (), "Recent servers");
  GtkWidget *button = find (row, GTK_TYPE_BUTTON, "label", "Forget");
  g_autoptr (GVariant) left = NULL;

  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "No address is remembered");
  g_assert_false (gtk_widget_get_sensitive (button));
  g_settings_set_value (fixture->settings, "recent-hosts",
                        g_variant_new_parsed ("@a(sxxxx) [('a.example', 1, 0, 0, 0), ('b.example', 1, 0, 0, 0)]"));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "2 addresses are remembered");
  await (fixture, ADW_TYPE_ACTION_ROW, "title", "b.example");
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  left = g_settings_get_value (fixture->settings, "recent-hosts");
  g_assert_cmpuint (g_variant_n_children (left), ==, 0);
  g_assert_null (find (GTK_WIDGET (fixture->window), ADW_TYPE_ACTION_ROW, "title", "b.example"));
}

#define ADD(path, function) g_test_add ("/preferences/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = register_application (&argc, &argv);

  if (application == NULL)
    return EXIT_SKIPPED;
  ADD ("one-window", test_one_window);
  ADD ("style", test_style);
  ADD ("utc", test_utc);
  ADD ("history", test_history);
  ADD ("interval", test_interval);
  ADD ("limit-samples", test_limit_samples);
  ADD ("forget", test_forget);
  return g_test_run ();
}
