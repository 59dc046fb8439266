/* The application: one instance, its command line and its window.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-application.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "ts-window.h"

enum
{
  EXIT_USAGE = 2,
};

struct _TsApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (TsApplication, ts_application, ADW_TYPE_APPLICATION)

static void
show_about (GSimpleAction *action,
            GVariant *parameter,
            gpointer application)
{
  adw_show_about_window (gtk_application_get_active_window (application),
                         "application-name", _("Time Sync"),
                         "application-icon", "org.timesync.TimeSync",
                         "version", TS_VERSION,
                         "developer-name", _("The Time Sync developers"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("Tells how far two clocks are apart, live, and proves it."),
                         /* Translators: your names, one per line. */
                         "translator-credits", _("translator-credits"),
                         NULL);
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
ts_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (ensure_window (TS_APPLICATION (application))));
}

/* Runs in the first instance, whichever was started with these arguments. */
static int
ts_application_command_line (GApplication *application,
                             GApplicationCommandLine *command_line)
{
  g_auto (GStrv) arguments = g_application_command_line_get_arguments (command_line, NULL);

  g_application_activate (application);
  if (arguments[0] != NULL && arguments[1] != NULL)
    ts_window_open (ensure_window (TS_APPLICATION (application)), arguments[1]);
  return EXIT_SUCCESS;
}

static gboolean
ts_application_local_command_line (GApplication *application,
                                   char ***arguments,
                                   int *exit_status)
{
  guint n_arguments = g_strv_length (*arguments);

  /* GApplication leaves what it does not know to the first instance, where nobody sees a complaint. */
  if (n_arguments > 2 && (*arguments)[1][0] != '-')
    {
      g_printerr (_("timesync: unexpected argument “%s”\nTry “timesync --help”.\n"), (*arguments)[2]);
      *exit_status = EXIT_USAGE;
      return TRUE;
    }
  return G_APPLICATION_CLASS (ts_application_parent_class)->local_command_line (application, arguments, exit_status);
}

static void
ts_application_startup (GApplication *application)
{
  const GActionEntry actions[] = {
    { .name = "about", .activate = show_about },
    { .name = "quit", .activate = quit },
  };
  const struct
  {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "window.close", { "<Control>w" } },
    { "win.focus-address", { "<Control>l" } },
    { "win.new", { "<Control>n" } },
    { "win.retry", { "F5", "<Control>r" } },
  };

  G_APPLICATION_CLASS (ts_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accels[i].action, accels[i].accels);
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
ts_application_class_init (TsApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = ts_application_startup;
  application_class->activate = ts_application_activate;
  application_class->command_line = ts_application_command_line;
  application_class->local_command_line = ts_application_local_command_line;
  application_class->handle_local_options = ts_application_handle_local_options;
}

static void
ts_application_init (TsApplication *self)
{
  GApplication *application = G_APPLICATION (self);

  g_application_add_main_option (application, "version", 0, 0, G_OPTION_ARG_NONE, _("Show the version"), NULL);
  g_application_set_option_context_parameter_string (application, _("[HOST]"));
  g_application_set_option_context_summary (application,
                                            _("Compares this computer’s clock with the clock of HOST, live."));
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
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/org/timesync/TimeSync",
                       NULL);
}
