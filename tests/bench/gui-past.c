/* What a frame of the chart costs at the most while it is zoomed and panned: over a recorded past, and over a live hour.
 *
 * usage: gui-past PLACES RECORDING NOW: the past of server.example until NOW (seconds since 1970)
 *        gui-past PLACES:               an hour at 1 Hz that was just measured
 *
 * It looks at as many places; 0: only whether it works.
 *
 * A frame is all that the main thread does without returning to wait, so that taking over what was read counts too. Prints a
 * line of JSON.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <adwaita.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "chart/ts-chart.h"
#include "measure/ts-time.h"
#include "net/ts-probe-factory.h"
#include "page/ts-page-past.h"

#define HOUR_S      3600
#define LIVE_NOW_S  (G_GINT64_CONSTANT (1696328677)) /* 2023-10-03 10:24:37 UTC */
#define WIDTH_PX    900
#define HEIGHT_PX   500
#define N_ZOOMS     22 /* from a month to a second */
#define PATIENCE_US (10 * G_USEC_PER_SEC)

enum
{
  EXIT_USAGE = 2,
};

typedef struct
{
  gint64 now_ns;
  TsMonitor *monitor;
  TsChartModel *model;
  TsPagePast *past;  /* (nullable): of a recording */
  TsHistory *live;   /* (nullable): the hour */
  GtkWidget *chart;
  guint n_frames;    /* that GTK has drawn */
  GArray *chunks_us; /* (element-type double): what the main thread did at a stretch */
} View;

static double
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * G_USEC_PER_SEC + (double) now.tv_nsec / 1000;
}

static double
get_resident_bytes (void)
{
  g_autofree char *statm = NULL;
  g_auto (GStrv) fields = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &statm, NULL, NULL))
    g_error ("/proc/self/statm cannot be read");
  fields = g_strsplit (statm, " ", 3);
  return (double) g_ascii_strtoull (fields[1], NULL, 10) * (double) sysconf (_SC_PAGESIZE);
}

static TsHistory *
make_hour (void)
{
  TsHistory *history = ts_history_new (HOUR_S);
  GRand *random = g_rand_new_with_seed (1);

  for (gint64 i = 0; i < HOUR_S; i++)
    {
      gint64 back_ns = g_rand_int_range (random, 20000000, 20200000), there_ns = g_rand_int_range (random, 20000000, 20200000);
      const TsSample sample = {
        .exchange = { .t4_ns = (LIVE_NOW_S - HOUR_S + i) * TS_NS_PER_S },
        .offset_ns = 12345678 + (there_ns - back_ns) / 2,
        .delay_ns = there_ns + back_ns,
        .proven_min_ns = 12345678 - back_ns,
        .proven_max_ns = 12345678 + there_ns,
      };
      const TsEstimate estimate = {
        .estimate_ns = 12345678 + g_rand_int_range (random, -2000, 2000),
        .proven_min_ns = 12345678 - 20000000,
        .proven_max_ns = 12345678 + 20000000,
      };

      ts_history_add_sample (history, &sample, &estimate, TS_CLOCK_EVENT_NONE);
    }
  g_rand_free (random);
  return history;
}

static void
frame_drawn (GdkFrameClock *frame_clock,
             View *view)
{
  view->n_frames++;
}

/* Lets the main loop run until the chart is drawn again and nothing is read any more. */
static void
settle (View *view)
{
  guint n_before = view->n_frames;
  gint64 end_us = g_get_monotonic_time () + PATIENCE_US;

  gtk_widget_queue_draw (view->chart);
  while (view->n_frames == n_before || (view->past != NULL && ts_page_past_is_reading (view->past)))
    {
      double began_us = get_cpu_us (), us;

      g_main_context_iteration (NULL, TRUE);
      us = get_cpu_us () - began_us;
      g_array_append_val (view->chunks_us, us);
      if (g_get_monotonic_time () > end_us)
        g_error ("the chart is not drawn");
    }
}

static void
zoom (View *view,
      double factor,
      double part)
{
  double began_us = get_cpu_us (), us;

  ts_chart_model_zoom (view->model, factor, part, FALSE);
  ts_chart_model_update (view->model, view->now_ns);
  us = get_cpu_us () - began_us;
  g_array_append_val (view->chunks_us, us);
  settle (view);
}

static void
pan (View *view,
     double n_columns)
{
  double began_us = get_cpu_us (), us;

  ts_chart_model_pan (view->model, n_columns);
  ts_chart_model_update (view->model, view->now_ns);
  us = get_cpu_us () - began_us;
  g_array_append_val (view->chunks_us, us);
  settle (view);
}

/* From all to a second and back, at several places. */
static void
look_around (View *view,
             guint n_places)
{
  guint n_zooms = n_places > 0 ? N_ZOOMS : 3;

  for (guint i = 0; i < MAX (n_places, 1); i++)
    {
      double part = (i + 0.5) / MAX (n_places, 1);

      for (guint j = 0; j < n_zooms; j++)
        {
          zoom (view, 2.0, part);
          pan (view, j % 2 == 0 ? 150.0 : -100.0);
        }
      for (guint j = 0; j < n_zooms; j++)
        {
          zoom (view, 0.5, part);
          pan (view, j % 2 == 0 ? -150.0 : 100.0);
        }
    }
}

static void
show (View *view)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  view->chart = g_object_new (TS_TYPE_CHART, "model", view->model, NULL);
  gtk_widget_set_size_request (view->chart, WIDTH_PX, HEIGHT_PX);
  gtk_window_set_child (window, view->chart);
  gtk_window_present (window);
  while (gtk_widget_get_width (view->chart) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_connect (gtk_widget_get_frame_clock (view->chart), "after-paint", G_CALLBACK (frame_drawn), view);
}

/* Of the program's own list of servers there is this one. */
static void
open_past (View *view,
           const char *path)
{
  g_autoptr (GSettings) settings = g_settings_new ("org.timesync.TimeSync");
  g_autoptr (TsClock) clock = ts_clock_new_fake (view->now_ns);
  g_autoptr (TsAddress) address = ts_address_parse ("server.example", NULL);
  g_autoptr (TsProbe) probe = ts_probe_new (address, TS_NS_PER_S, clock);
  g_autoptr (TsEnsemble) ensemble = ts_ensemble_new ();
  g_autoptr (TsArchive) archive = NULL;

  g_settings_set_boolean (settings, "record-history", FALSE);
  view->monitor = ts_monitor_new (probe, clock);
  ts_ensemble_append (ensemble, view->monitor);
  archive = ts_archive_new (settings, clock, ensemble, path);
  ts_chart_model_set_history (view->model, ts_monitor_get_history (view->monitor));
  view->past = ts_page_past_new (view->model, archive);
  ts_page_past_set_monitor (view->past, view->monitor);
  while (ts_page_past_is_reading (view->past))
    g_main_context_iteration (NULL, TRUE);
  if (!ts_page_past_is_there (view->past))
    g_error ("nothing is recorded in %s", path);
}

static int
compare_us (const void *a,
            const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

int
main (int argc,
      char *argv[])
{
  gboolean is_live = argc == 2;
  guint n_places = argc > 1 ? (guint) CLAMP (atoi (argv[1]), 0, 100) : 0;
  View view = { .chunks_us = g_array_new (FALSE, FALSE, sizeof (double)) };
  TsHistory *empty = ts_history_new (1);
  double before, opened;

  if (!is_live && argc != 4)
    {
      g_printerr ("usage: gui-past PLACES [RECORDING NOW]\n");
      return EXIT_USAGE;
    }
  adw_init ();
  view.now_ns = (is_live ? LIVE_NOW_S : g_ascii_strtoll (argv[3], NULL, 10)) * TS_NS_PER_S;
  view.model = ts_chart_model_new ();
  ts_chart_model_set_history (view.model, empty);
  ts_chart_model_update (view.model, view.now_ns);
  show (&view);
  before = get_resident_bytes ();
  if (is_live)
    ts_chart_model_set_history (view.model, view.live = make_hour ());
  else
    open_past (&view, argv[2]);
  ts_chart_model_set_range (view.model, TS_CHART_RANGE_ALL);
  ts_chart_model_update (view.model, view.now_ns);
  settle (&view);
  opened = get_resident_bytes ();
  /* What is lazy is made, and what the processor has to learn is learned. */
  look_around (&view, n_places);
  g_array_set_size (view.chunks_us, 0);
  look_around (&view, n_places);
  qsort (view.chunks_us->data, view.chunks_us->len, sizeof (double), compare_us);
  g_print ("{\"worst_us\": %.0f, \"p99_us\": %.0f, \"median_us\": %.0f, \"opened_bytes\": %.0f, \"bytes\": %.0f}\n",
           g_array_index (view.chunks_us, double, view.chunks_us->len - 1),
           g_array_index (view.chunks_us, double, view.chunks_us->len * 99 / 100),
           g_array_index (view.chunks_us, double, view.chunks_us->len / 2), opened - before,
           get_resident_bytes () - before);
  return EXIT_SUCCESS;
}
