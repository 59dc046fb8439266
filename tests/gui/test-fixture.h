/* The real window and a real server in one process.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-application.h"
#include "window/ts-window.h"

#include "test-real-server.h"
#include "test-widget.h"

typedef struct
{
  TsWindow *window;
  GSettings *settings;
  TsClock *clock;
  TsServer *server;
  char *host;
} Fixture;

static inline void
serve (Fixture *fixture,
       guint16 port)
{
  fixture->server = ts_server_new (fixture->clock, NULL);
  test_serve (fixture->server, "127.0.0.1", port);
}

static inline void
open_window (Fixture *fixture)
{
  fixture->window = TS_WINDOW (ts_window_new (GTK_APPLICATION (g_application_get_default ())));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static inline void
set_up (Fixture *fixture,
        gconstpointer shift_s)
{
  const char *const keys[] = {
    "server-list", "chosen-server", "overlaid-servers", "interval-seconds", "recent-hosts", "limit-samples", "utc",
    "color-scheme", "share-time", "share-port", "view", "chart-range", "save-format", "save-whole", "sort-order",
    "pool-allowed",
  };

  fixture->settings = g_settings_new ("org.timesync.TimeSync");
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (fixture->settings, keys[i]);
  open_window (fixture);
  fixture->clock = ts_clock_new_system (GPOINTER_TO_INT (shift_s) * G_GINT64_CONSTANT (1000000000));
  serve (fixture, 0);
  fixture->host = g_strdup_printf ("127.0.0.1:%u", ts_server_get_port (fixture->server));
}

static inline void
turn_main_loop_while (gpointer *pointer)
{
  while (*pointer != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* A closed window leaves nothing of itself behind. */
static inline void
close_window (Fixture *fixture)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  turn_main_loop_while ((gpointer *) &fixture->window);
}

static inline void
tear_down (Fixture *fixture,
           gconstpointer shift_s)
{
  if (fixture->window != NULL)
    close_window (fixture);
  g_clear_object (&fixture->settings);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->clock);
  g_free (fixture->host);
}

/* Returns: (transfer none) (nullable): the first widget of @type whose @property is a text with @part in it */
static inline GtkWidget *
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

static inline GtkWidget *
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

static inline void
act (Fixture *fixture,
     const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL));
}

/* Begins a program. Returns: (transfer full) (nullable): the application, which windows belong to, but which does not
 * run; %NULL without a display */
static inline GApplication *
register_application (int *argc,
                      char ***argv)
{
  g_autoptr (GError) error = NULL;
  GApplication *application;

  if (!gtk_init_check ())
    return NULL;
  g_test_init (argc, argv, NULL);
  application = ts_application_new ();
  g_application_set_flags (application, G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_COMMAND_LINE |
                                          G_APPLICATION_HANDLES_OPEN);
  g_application_register (application, NULL, &error);
  g_assert_no_error (error);
  return application;
}
