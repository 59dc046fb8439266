/* Waits for GTK's file chooser.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

/* Waits until @chooser proposes @expected, because it takes a while to look into a folder. */
static inline void
test_await_choice (GtkFileChooser *chooser,
                   GFile *expected)
{
  g_autoptr (GFile) chosen = gtk_file_chooser_get_file (chooser);

  while (chosen == NULL || !g_file_equal (chosen, expected))
    {
      g_main_context_iteration (NULL, TRUE);
      g_clear_object (&chosen);
      chosen = gtk_file_chooser_get_file (chooser);
    }
}
