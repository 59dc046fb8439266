/* A race that the thread sanitizer has to report: two threads count in the same place, called by GLib's main loop.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib.h>

static int n_counted;

static gboolean
count (gpointer loop)
{
  n_counted++;
  if (n_counted % 100 == 0)
    g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static gpointer
run (gpointer unused)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, count, loop, NULL);
  g_source_attach (source, context);
  g_main_loop_run (loop);
  return NULL;
}

int
main (void)
{
  GThread *one = g_thread_new ("one", run, NULL);
  GThread *other = g_thread_new ("other", run, NULL);

  g_thread_join (one);
  g_thread_join (other);
  return 0;
}
