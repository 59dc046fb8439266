/* TsWindow: the real window and a real server in one process.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <adwaita.h>

#include "ts-application.h"
#include "ts-chart.h"
#include "ts-server.h"
#include "ts-window.h"

#define EXIT_SKIPPED 77

typedef struct
{
  TsWindow *window;
  TsClock *clock;
  TsServer *server;
  char *host;
} Fixture;

static void
serve (Fixture *fixture,
       guint16 port)
{
  const char *const addresses[] = { "127.0.0.1", NULL };
  GError *error = NULL;

  fixture->server = ts_server_new (fixture->clock, NULL);
  ts_server_listen (fixture->server, addresses, port, &error);
  g_assert_no_error (error);
  ts_server_start (fixture->server, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture,
        gconstpointer shift_s)
{
  fixture->window = TS_WINDOW (ts_window_new (GTK_APPLICATION (g_application_get_default ())));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_present (GTK_WINDOW (fixture->window));

  fixture->clock = ts_clock_new_system (GPOINTER_TO_INT (shift_s) * G_GINT64_CONSTANT (1000000000));
  serve (fixture, 0);
  fixture->host = g_strdup_printf ("127.0.0.1:%u", ts_server_get_port (fixture->server));
}

static void
turn_main_loop_while (gpointer *pointer)
{
  while (*pointer != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* A closed window leaves nothing of itself behind. */
static void
tear_down (Fixture *fixture,
           gconstpointer shift_s)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  turn_main_loop_while ((gpointer *) &fixture->window);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->clock);
  g_free (fixture->host);
}

/* Returns: (transfer none) (nullable): the first widget of @type whose @property is a text with @part in it */
static GtkWidget *
find (GtkWidget *parent,
      GType type,
      const char *property,
      const char *part)
{
  for (GtkWidget *child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found;

      if (!gtk_widget_get_child_visible (child) || !gtk_widget_get_visible (child))
        continue;
      if (G_TYPE_CHECK_INSTANCE_TYPE (child, type))
        {
          g_autofree char *text = NULL;

          if (property != NULL)
            g_object_get (child, property, &text, NULL);
          if (property == NULL || (text != NULL && strstr (text, part) != NULL))
            return child;
        }
      found = find (child, type, property, part);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
await (Fixture *fixture,
       GType type,
       const char *property,
       const char *part)
{
  GtkWidget *found;

  while ((found = find (GTK_WIDGET (fixture->window), type, property, part)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  return found;
}

static void
test_measures_a_shifted_server (Fixture *fixture,
                                gconstpointer shift_s)
{
  ts_window_open (fixture->window, fixture->host);
  /* 3600 s ahead: the host's day or hour is another, and the sentence says who is behind. */
  await (fixture, GTK_TYPE_LABEL, "label", "This computer is 60.0");
  await (fixture, GTK_TYPE_LABEL, "label", "behind 127.0.0.1");
  await (fixture, GTK_TYPE_LABEL, "label", "Certainly between");
}

static void
test_chart_has_a_gap_where_the_server_was_away (Fixture *fixture,
                                                gconstpointer shift_s)
{
  guint16 port = ts_server_get_port (fixture->server);
  TsChart *chart;

  ts_window_open (fixture->window, fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", "Too close to call");
  chart = TS_CHART (find (GTK_WIDGET (fixture->window), TS_TYPE_CHART, NULL, NULL));
  g_assert_cmpuint (ts_chart_get_n_gaps (chart), ==, 0);

  g_clear_object (&fixture->server);
  await (fixture, GTK_TYPE_LABEL, "label", "refuses connections");
  g_assert_cmpuint (ts_chart_get_n_gaps (chart), ==, 1);
  await (fixture, GTK_TYPE_LABEL, "label", "It was too close to call");

  serve (fixture, port);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.retry", NULL));
  await (fixture, GTK_TYPE_LABEL, "label", "Too close to call");
  g_assert_cmpuint (ts_chart_get_n_gaps (chart), ==, 1);
  g_assert_false (gtk_info_bar_get_revealed (
    GTK_INFO_BAR (find (GTK_WIDGET (fixture->window), GTK_TYPE_INFO_BAR, NULL, NULL))));
}

static void
test_another_host_replaces_the_first (Fixture *fixture,
                                      gconstpointer shift_s)
{
  ts_window_open (fixture->window, fixture->host);
  await (fixture, GTK_TYPE_LABEL, "label", "Too close to call");
  ts_window_open (fixture->window, "127.0.0.1:1");
  await (fixture, GTK_TYPE_LABEL, "label", "Not measured yet");
  await (fixture, GTK_TYPE_LABEL, "label", "127.0.0.1:1 refuses connections");
}

static void
test_closed_while_connecting (Fixture *fixture,
                              gconstpointer shift_s)
{
  ts_window_open (fixture->window, fixture->host);
}

static void
test_interval_is_a_setting (Fixture *fixture,
                            gconstpointer shift_s)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.timesync.TimeSync");

  ts_window_open (fixture->window, fixture->host);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.interval-seconds", "d", 0.1));
  await (fixture, GTK_TYPE_MENU_BUTTON, "label", "Every 0.1");
  g_assert_cmpfloat (g_settings_get_double (settings, "interval-seconds"), ==, 0.1);
  g_settings_reset (settings, "interval-seconds");
  await (fixture, GTK_TYPE_MENU_BUTTON, "label", "Every second");
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GApplication) application = NULL;
  g_autoptr (GError) error = NULL;

  if (!gtk_init_check ())
    return EXIT_SKIPPED;
  g_test_init (&argc, &argv, NULL);
  application = ts_application_new ();
  g_application_set_flags (application, G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_COMMAND_LINE);
  g_application_register (application, NULL, &error);
  g_assert_no_error (error);

  g_test_add ("/window/shifted-server", Fixture, GINT_TO_POINTER (3600), set_up, test_measures_a_shifted_server,
              tear_down);
  g_test_add ("/window/gap", Fixture, NULL, set_up, test_chart_has_a_gap_where_the_server_was_away, tear_down);
  g_test_add ("/window/another-host", Fixture, NULL, set_up, test_another_host_replaces_the_first, tear_down);
  g_test_add ("/window/closed-while-connecting", Fixture, NULL, set_up, test_closed_while_connecting, tear_down);
  g_test_add ("/window/interval", Fixture, NULL, set_up, test_interval_is_a_setting, tear_down);
  return g_test_run ();
}
