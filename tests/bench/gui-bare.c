/* The floor of what a program with a window costs: a bare AdwApplicationWindow, its label changing or not.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <adwaita.h>
#include <stdlib.h>

#include "gui-observer.h"

#define US_PER_DAY (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

enum
{
  EXIT_USAGE = 2,
};


static gboolean
show_time (GtkWidget *label,
           GdkFrameClock *frame_clock,
           gpointer user_data)
{
  gint64 ms = g_get_real_time () % US_PER_DAY / 1000;
  g_autofree char *text = g_strdup_printf ("%02d:%02d:%02d.%03d", (int) (ms / 3600000), (int) (ms / 60000 % 60),
                                           (int) (ms / 1000 % 60), (int) (ms % 1000));

  gtk_label_set_label (GTK_LABEL (label), text);
  return G_SOURCE_CONTINUE;
}

static void
activate (GApplication *application,
          gpointer changes)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (application));
  GtkWidget *label = gtk_label_new ("Bare");

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 720);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), label);
  if (GPOINTER_TO_INT (changes))
    gtk_widget_add_tick_callback (label, show_time, NULL, NULL);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc,
      char *argv[])
{
  GApplication *application;
  GuiObserverMode mode;
  int status;

  if (argc != 3 || !gui_observer_parse_mode (argv[1], &mode))
    {
      g_printerr ("usage: gui-bare MODE SECONDS\n");
      return EXIT_USAGE;
    }
  application = G_APPLICATION (adw_application_new ("org.timesync.Bare", G_APPLICATION_NON_UNIQUE));
  g_signal_connect (application, "activate", G_CALLBACK (activate), GINT_TO_POINTER (mode != GUI_OBSERVE_START));
  status = gui_observer_run (application, mode, g_ascii_strtod (argv[2], NULL));
  g_object_unref (application);
  return status;
}
