/* The application: one instance, its command line and its window.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-application.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "window/ts-help.h"
#include "window/ts-preferences.h"
#include "window/ts-window.h"
#include "wire/ts-address.h"
#include "words/ts-zone.h"

struct _TsApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  GtkWidget *preferences; /* (nullable): that window, while it is open */
};

G_DEFINE_FINAL_TYPE (TsApplication, ts_application, ADW_TYPE_APPLICATION)

static void
show_about (GSimpleAction *action,
            GVariant *parameter,
            gpointer application)
{
  ts_help_show_about (gtk_application_get_active_window (application));
}

static void
show_help (GSimpleAction *action,
           GVariant *parameter,
           gpointer application)
{
  ts_help_show (gtk_application_get_active_window (application));
}

static void
quit (GSimpleAction *action,
      GVariant *parameter,
      gpointer application)
{
  g_application_quit (application);
}

static TsWindow *
ensure_window (TsApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    window = GTK_WINDOW (ts_window_new (GTK_APPLICATION (self)));
  while (!TS_IS_WINDOW (window)) /* a dialog of ours */
    window = gtk_window_get_transient_for (window);
  return TS_WINDOW (window);
}

static void
show_preferences (GSimpleAction *action,
                  GVariant *parameter,
                  gpointer application)
{
  TsApplication *self = TS_APPLICATION (application);

  if (self->preferences == NULL)
    g_set_weak_pointer (&self->preferences, ts_preferences_new (GTK_WINDOW (ensure_window (self)), self->settings));
  gtk_window_present (GTK_WINDOW (self->preferences));
}

/* A click on a notification activates this. */
static void
show_server (GSimpleAction *action,
             GVariant *address,
             gpointer application)
{
  TsWindow *window = ensure_window (application);

  ts_window_show_server (window, g_variant_get_string (address, NULL));
  gtk_window_present (GTK_WINDOW (window));
}

static void
ts_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (ensure_window (TS_APPLICATION (application))));
}

/* The desktop's menu offers this too, even while there is no window. */
static void
ask_for_server (GSimpleAction *action,
                GVariant *parameter,
                gpointer application)
{
  TsWindow *window = ensure_window (application);

  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.new", NULL);
}

/* A file is what is one, and what is written as the path or the URI of one. Only local ones are looked for, because to
 * look for another one may take long. */
static gboolean
is_file (const char *argument,
         GFile *file)
{
  return g_str_has_prefix (argument, "file:") || *argument == '/' || g_str_has_prefix (argument, "./") ||
         g_str_has_prefix (argument, "../") ||
         (g_file_is_native (file) && g_file_query_file_type (file, 0, NULL) == G_FILE_TYPE_REGULAR);
}

/* @argument: as it was typed, in the encoding of the locale, or of none at all */
static void
open_host (TsApplication *self,
           const char *argument)
{
  g_autofree char *host = g_locale_to_utf8 (argument, -1, NULL, NULL, NULL);

  /* The address bar says that this is not an address. */
  if (host == NULL)
    host = g_utf8_make_valid (argument, -1);
  ts_window_open (ensure_window (self), host);
}

/* Shows the page of a listed host without a toast that says it is listed. A wrong address is explained again.
 *
 * @argument: as for open_host(), which was called for it */
static void
show_host (TsApplication *self,
           const char *argument)
{
  g_autofree char *host = g_locale_to_utf8 (argument, -1, NULL, NULL, NULL);
  g_autoptr (TsAddress) address = host != NULL ? ts_address_parse (host, NULL) : NULL;
  g_autofree char *listed = address != NULL ? ts_address_to_string (address) : NULL;

  if (listed != NULL)
    ts_window_show_server (ensure_window (self), listed);
  else
    open_host (self, argument);
}

/* Runs in the first instance, even if a later one was started with these arguments. */
static int
ts_application_command_line (GApplication *application,
                             GApplicationCommandLine *command_line)
{
  g_auto (GStrv) arguments = g_application_command_line_get_arguments (command_line, NULL);
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  guint n_arguments = g_strv_length (arguments), n_hosts = 0;
  const char *first = NULL; /* of the hosts */

  g_application_activate (application);
  for (guint i = 1; i < n_arguments; i++)
    {
      g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (command_line, arguments[i]);

      if (is_file (arguments[i], file))
        ts_window_open_file (ensure_window (TS_APPLICATION (application)), file);
      else
        {
          open_host (TS_APPLICATION (application), arguments[i]);
          first = first != NULL ? first : arguments[i];
          n_hosts++;
        }
    }
  /* If there are several, the first one is shown. */
  if (n_hosts > 1)
    show_host (TS_APPLICATION (application), first);
  if (g_variant_dict_contains (options, "new-server"))
    g_action_group_activate_action (G_ACTION_GROUP (application), "new-server", NULL);
  return EXIT_SUCCESS;
}

/* The desktop calls this to open recordings, because the application is activated over the bus. */
static void
ts_application_open (GApplication *application,
                     GFile **files,
                     int n_files,
                     const char *hint)
{
  g_application_activate (application);
  for (int i = 0; i < n_files; i++)
    ts_window_open_file (ensure_window (TS_APPLICATION (application)), files[i]);
}

static void
utc_changed (GSettings *settings)
{
  ts_zone_set_utc (g_settings_get_boolean (settings, "utc"));
}

/* What shows a time shows it in another zone when it is next drawn. */
static void
follow_settings (GSettings *settings)
{
  g_settings_bind (settings, "color-scheme", adw_style_manager_get_default (), "color-scheme", G_SETTINGS_BIND_GET);
  g_signal_connect (settings, "changed::utc", G_CALLBACK (utc_changed), NULL);
  utc_changed (settings);
}

static void
ts_application_startup (GApplication *application)
{
  const GActionEntry actions[] = {
    { .name = "about", .activate = show_about },
    { .name = "help", .activate = show_help },
    { .name = "new-server", .activate = ask_for_server },
    { .name = "preferences", .activate = show_preferences },
    { .name = "quit", .activate = quit },
    { .name = "show-server", .activate = show_server, .parameter_type = "s" },
  };
  const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.help", { "F1" } },
    { "app.preferences", { "<Control>comma" } },
    { "win.show-help-overlay", { "<Control>question" } },
    { "app.quit", { "<Control>q" } },
    { "window.close", { "<Control>w" } },
    { "win.focus-address", { "<Control>l" } },
    { "win.new", { "<Control>n" } },
    { "win.retry", { "F5", "<Control>r" } },
    { "win.search", { "<Control>f" } },
    { "win.save", { "<Control>s" } },
    { "win.toggle-view", { "<Control>t" } },
  };

  G_APPLICATION_CLASS (ts_application_parent_class)->startup (application);
  TS_APPLICATION (application)->settings = g_settings_new ("org.timesync.TimeSync");
  follow_settings (TS_APPLICATION (application)->settings);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accels[i].action, accels[i].accels);
}

/* Destroys the windows that are still open, so that sharing ends in order and its clients are told. */
static void
ts_application_shutdown (GApplication *application)
{
  GList *windows;

  while ((windows = gtk_application_get_windows (GTK_APPLICATION (application))) != NULL)
    gtk_window_destroy (windows->data);
  G_APPLICATION_CLASS (ts_application_parent_class)->shutdown (application);
}

static int
ts_application_handle_local_options (GApplication *application,
                                     GVariantDict *options)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;
  g_print ("timesync %s\n", TS_VERSION);
  return EXIT_SUCCESS;
}

static void
ts_application_dispose (GObject *object)
{
  TsApplication *self = TS_APPLICATION (object);

  g_clear_weak_pointer (&self->preferences);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ts_application_parent_class)->dispose (object);
}

static void
ts_application_class_init (TsApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_application_dispose;
  application_class->startup = ts_application_startup;
  application_class->shutdown = ts_application_shutdown;
  application_class->activate = ts_application_activate;
  application_class->command_line = ts_application_command_line;
  application_class->open = ts_application_open;
  application_class->handle_local_options = ts_application_handle_local_options;
}

static void
ts_application_init (TsApplication *self)
{
  GApplication *application = G_APPLICATION (self);

  g_application_add_main_option (application, "version", 0, 0, G_OPTION_ARG_NONE, _("Show the version"), NULL);
  g_application_add_main_option (application, "new-server", 0, 0, G_OPTION_ARG_NONE, _("Ask for a server to measure"),
                                 NULL);
  g_application_set_option_context_parameter_string (application, _("[HOST|FILE…]"));
  g_application_set_option_context_summary (application,
                                            _("Compares this computer’s clock with the clock of each HOST, live, and shows each FILE that was recorded."));
}

/**
 * ts_application_new:
 *
 * Returns: (transfer full): the application
 */
GApplication *
ts_application_new (void)
{
  return g_object_new (TS_TYPE_APPLICATION,
                       "application-id", "org.timesync.TimeSync",
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/org/timesync/TimeSync",
                       NULL);
}
