/* Watches an application from inside: frames drawn, processor time, how late its main loop is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "gui-observer.h"

#include <gdk/x11/gdkx.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define WARM_UP_MS  3000 /* a monitor's first burst is over then, and what is lazy is made */
#define SETTLING_MS 1000 /* after the window was hidden */
#define TIMER_US    10000
#define MAX_DELAYS  100000

static const char *const mode_names[] = { "start", "live", "hidden", "minimized", "delays" };

G_STATIC_ASSERT (G_N_ELEMENTS (mode_names) == GUI_OBSERVER_N_MODES);

typedef struct
{
  GtkApplication *application;
  GuiObserverMode mode;
  double seconds;
  gboolean has_frame;
  guint n_frames;
  gint64 began_us;
  gint64 cpu_began_us;
  gint64 due_us;
  GArray *delays_us; /* (element-type gint64) */
} Observer;

/**
 * gui_observer_parse_mode:
 * @name: start, live, hidden, minimized or delays
 * @mode: (out): the mode
 *
 * Returns: whether there is such a mode
 */
gboolean
gui_observer_parse_mode (const char *name,
                         GuiObserverMode *mode)
{
  for (guint i = 0; i < GUI_OBSERVER_N_MODES; i++)
    if (g_strcmp0 (name, mode_names[i]) == 0)
      {
        *mode = (GuiObserverMode) i;
        return TRUE;
      }
  return FALSE;
}

static gint64
get_cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

static gint64
get_resident_bytes (void)
{
  g_autofree char *statm = NULL;
  g_auto (GStrv) fields = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL))
    return 0;
  fields = g_strsplit (statm, " ", 3);
  return g_ascii_strtoll (fields[1], NULL, 10) * sysconf (_SC_PAGESIZE);
}

static int
compare_us (const void *a,
            const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static gint64
get_delay_us (Observer *self,
              double rank)
{
  guint n = self->delays_us->len;

  return n > 0 ? g_array_index (self->delays_us, gint64, MIN ((guint) (rank * n), n - 1)) : 0;
}

static gboolean
end (gpointer data)
{
  Observer *self = data;

  qsort (self->delays_us->data, self->delays_us->len, sizeof (gint64), compare_us);
  g_print ("{\"seconds\": %.3f, \"frames\": %u, \"cpu_us\": %" G_GINT64_FORMAT
           ", \"delay_us\": {\"p50\": %" G_GINT64_FORMAT ", \"p99\": %" G_GINT64_FORMAT
           ", \"max\": %" G_GINT64_FORMAT "}, \"resident_bytes\": %" G_GINT64_FORMAT "}\n",
           (double) (g_get_monotonic_time () - self->began_us) / G_USEC_PER_SEC, self->n_frames,
           get_cpu_us () - self->cpu_began_us, get_delay_us (self, 0.5), get_delay_us (self, 0.99),
           get_delay_us (self, 1), get_resident_bytes ());
  g_application_quit (G_APPLICATION (self->application));
  return G_SOURCE_REMOVE;
}

/* How much later than it was due the main loop came to this. */
static gboolean
timer_due (gpointer data)
{
  Observer *self = data;
  gint64 now_us = g_get_monotonic_time ();
  gint64 delay_us = MAX (now_us - self->due_us, 0);

  if (self->delays_us->len < MAX_DELAYS)
    g_array_append_val (self->delays_us, delay_us);
  while (self->due_us <= now_us)
    self->due_us += TIMER_US;
  g_source_set_ready_time (g_main_current_source (), self->due_us);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source,
                GSourceFunc callback,
                gpointer data)
{
  return callback (data);
}

static void
add_timer (Observer *self)
{
  static GSourceFuncs functions = { .dispatch = dispatch_timer };
  GSource *source = g_source_new (&functions, sizeof (GSource));

  self->due_us = self->began_us + TIMER_US;
  g_source_set_callback (source, timer_due, self, NULL);
  g_source_set_ready_time (source, self->due_us);
  g_source_attach (source, NULL);
  g_source_unref (source);
}

static gboolean
begin (gpointer data)
{
  Observer *self = data;

  self->n_frames = 0;
  self->began_us = g_get_monotonic_time ();
  self->cpu_began_us = get_cpu_us ();
  if (self->mode == GUI_OBSERVE_DELAYS)
    add_timer (self);
  g_timeout_add ((guint) (self->seconds * 1000), end, self);
  return G_SOURCE_REMOVE;
}

/* What a window manager does, as GDK sees it: there is none in a virtual display. */
static void
minimize (GtkWidget *window)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));

  if (!GDK_IS_X11_SURFACE (surface))
    g_error ("Only X11 lets a window be minimized without a window manager");
  XUnmapWindow (gdk_x11_display_get_xdisplay (gdk_surface_get_display (surface)), gdk_x11_surface_get_xid (surface));
}

static gboolean
settle (gpointer data)
{
  Observer *self = data;
  GtkWidget *window = gtk_application_get_windows (self->application)->data;

  if (self->mode == GUI_OBSERVE_HIDDEN)
    {
      g_application_hold (G_APPLICATION (self->application));
      gtk_widget_set_visible (window, FALSE);
    }
  else if (self->mode == GUI_OBSERVE_MINIMIZED)
    minimize (window);
  g_timeout_add (SETTLING_MS, begin, self);
  return G_SOURCE_REMOVE;
}

static void
first_frame_drawn (GdkFrameClock *frame_clock,
                   Observer *self)
{
  g_signal_handlers_disconnect_by_data (frame_clock, self);
  if (self->mode != GUI_OBSERVE_START)
    {
      g_timeout_add (WARM_UP_MS, settle, self);
      return;
    }
  g_print ("{\"first_frame_us\": %" G_GINT64_FORMAT "}\n", g_get_monotonic_time ());
  g_application_quit (G_APPLICATION (self->application));
}

/* Whenever a surface has something to draw. */
static gboolean
frame_begins (GSignalInvocationHint *hint,
              guint n_values,
              const GValue *values,
              gpointer data)
{
  Observer *self = data;

  self->n_frames++;
  if (!self->has_frame)
    g_signal_connect (gdk_surface_get_frame_clock (g_value_get_object (&values[0])), "after-paint",
                      G_CALLBACK (first_frame_drawn), self);
  self->has_frame = TRUE;
  return TRUE;
}

/**
 * gui_observer_run:
 * @application: a GtkApplication that opens a window
 * @mode: what to observe
 * @seconds: how long, after some seconds of warming up
 *
 * Runs @application, and prints a line of JSON: when its first frame was drawn, by the monotonic clock, or what
 * was seen in @seconds.
 *
 * Returns: the exit status
 */
int
gui_observer_run (GApplication *application,
                  GuiObserverMode mode,
                  double seconds)
{
  char *arguments[] = { g_get_prgname () != NULL ? (char *) g_get_prgname () : (char *) "observed", NULL };
  Observer self = {
    .application = GTK_APPLICATION (application),
    .mode = mode,
    .seconds = seconds,
    .delays_us = g_array_sized_new (FALSE, FALSE, sizeof (gint64), MAX_DELAYS),
  };
  GTypeClass *surface_class;
  int status;

  surface_class = g_type_class_ref (GDK_TYPE_SURFACE);
  g_signal_add_emission_hook (g_signal_lookup ("render", GDK_TYPE_SURFACE), 0, frame_begins, &self, NULL);
  status = g_application_run (application, 1, arguments);
  g_type_class_unref (surface_class);
  g_array_unref (self.delays_us);
  return status;
}
