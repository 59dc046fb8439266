/* What a frame of the chart, a motion of the pointer over it, adding a sample and holding it cost, with many samples
 * and with few.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <adwaita.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "gui-allocations.h"
#include "chart/ts-chart.h"
#include "measure/ts-time.h"

#define BEGIN_NS    (G_GINT64_CONSTANT (1696328677) * TS_NS_PER_S) /* 2023-10-03 10:24:37 UTC */
#define INTERVAL_NS (TS_NS_PER_S / 10)
#define SAMPLES_PER_LOSS 2000
#define WIDTH_PX    900
#define HEIGHT_PX   500
#define N_FRAMES    20   /* in a round */
#define N_ADDED     1000 /* in one go */
#define N_GOES      50   /* in a round */
#define N_OVERLAYS  5
#define N_MOTIONS   400  /* in a round */

enum
{
  EXIT_USAGE = 2,
};

/* A chart, and what is in view. */
typedef struct
{
  TsHistory *history;
  gint64 now_ns;
  TsChartModel *model;
  GtkWidget *chart;
} View;

/* One way of a packet. */
static gint64
draw_delay_ns (GRand *random)
{
  return 100000 + (gint64) (-30000 * log (1 - g_rand_double (random)));
}

/* Once in a while, as it is on a wireless network, the exchange is lost. The drift and its wobble are a crystal's. */
static void
add_sample (TsHistory *history,
            GRand *random,
            gint64 number)
{
  gint64 at_ns = BEGIN_NS + number * INTERVAL_NS;
  gint64 true_ns = 12000000 + number * 20 + (gint64) (100000 * sin ((double) number / 20000));
  gint64 forth_ns = draw_delay_ns (random), back_ns = draw_delay_ns (random);
  gint64 error_ns = g_rand_int_range (random, -2000, 2000);
  const TsSample sample = {
    .exchange = { .t4_ns = at_ns },
    .offset_ns = true_ns + (forth_ns - back_ns) / 2,
    .delay_ns = forth_ns + back_ns,
    .proven_min_ns = true_ns - back_ns,
    .proven_max_ns = true_ns + forth_ns,
  };
  const TsEstimate estimate = {
    .estimate_ns = true_ns + error_ns,
    .proven_min_ns = true_ns - 100000 - error_ns,
    .proven_max_ns = true_ns + 100000 + error_ns,
  };

  if (g_rand_int_range (random, 0, SAMPLES_PER_LOSS) == 0)
    ts_history_add_gap (history, TS_ENTRY_LOST, at_ns);
  else
    ts_history_add_sample (history, &sample, &estimate, TS_CLOCK_EVENT_NONE);
}

static TsHistory *
make_history (gsize capacity,
              gint64 n_samples)
{
  TsHistory *history = ts_history_new (capacity);
  GRand *random = g_rand_new_with_seed (1);

  for (gint64 i = 0; i < n_samples; i++)
    add_sample (history, random, i);
  g_rand_free (random);
  return history;
}

static View
show_view (gint64 n_samples)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  View view = {
    .history = make_history ((gsize) n_samples, n_samples),
    .now_ns = BEGIN_NS + n_samples * INTERVAL_NS,
    .model = ts_chart_model_new (),
  };

  view.chart = g_object_new (TS_TYPE_CHART, "model", view.model, NULL);
  gtk_widget_set_size_request (view.chart, WIDTH_PX, HEIGHT_PX);
  gtk_window_set_child (window, view.chart);
  ts_chart_model_set_history (view.model, view.history);
  ts_chart_model_set_range (view.model, TS_CHART_RANGE_ALL);
  gtk_window_present (window);
  while (gtk_widget_get_width (view.chart) == 0)
    g_main_context_iteration (NULL, TRUE);
  return view;
}

/* Of this process, so that what else the machine does hardly counts. */
static double
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec * G_USEC_PER_SEC + (double) now.tv_nsec / 1000;
}

/* Returns: microseconds for a frame
 * @n_bytes: (out): how much it allocates */
static double
draw_frames (View *view,
             GskRenderer *renderer,
             double *n_bytes)
{
  double began_us = get_cpu_us ();
  gsize began_bytes = gui_allocations_get_bytes ();

  for (guint i = 0; i < N_FRAMES; i++)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();
      g_autoptr (GskRenderNode) node = NULL;
      g_autoptr (GdkTexture) texture = NULL;

      ts_chart_model_update (view->model, view->now_ns);
      GTK_WIDGET_GET_CLASS (view->chart)->snapshot (view->chart, snapshot);
      node = gtk_snapshot_free_to_node (snapshot);
      texture = gsk_renderer_render_texture (renderer, node, NULL);
    }
  *n_bytes = (double) (gui_allocations_get_bytes () - began_bytes) / N_FRAMES;
  return (get_cpu_us () - began_us) / N_FRAMES;
}

static void
measure_frames (guint n_rounds,
                gint64 n_many)
{
  const gint64 counts[] = { 1000, n_many / 10, n_many };
  View views[G_N_ELEMENTS (counts)];
  GskRenderer *renderer = gsk_cairo_renderer_new ();
  double n_bytes;

  gsk_renderer_realize (renderer, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      views[i] = show_view (counts[i]);
      draw_frames (&views[i], renderer, &n_bytes);
    }
  g_print ("[");
  for (guint i = 0; i < n_rounds * G_N_ELEMENTS (counts); i++)
    {
      guint which = i % G_N_ELEMENTS (counts);
      double us = draw_frames (&views[which], renderer, &n_bytes);

      g_print ("%s{\"samples\": %" G_GINT64_FORMAT ", \"us\": %.3f, \"bytes\": %.0f}", i > 0 ? ", " : "",
               counts[which], us, n_bytes);
    }
  g_print ("]\n");
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      ts_chart_model_set_history (views[i].model, NULL);
      ts_history_free (views[i].history);
    }
  gsk_renderer_unrealize (renderer);
  g_object_unref (renderer);
}

static gpointer
find_motion_controller (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_MOTION (controller))
        return controller;
    }
  g_error ("the chart has no motion controller");
}

/* The pointer comes to another pixel each time. @is_drawn: whether the chart is drawn then, but not rendered
 *
 * Returns: microseconds for a motion */
static double
move_pointer (GtkWidget *chart,
              gboolean is_drawn)
{
  gpointer controller = find_motion_controller (chart);
  double began_us = get_cpu_us ();

  for (guint i = 0; i < N_MOTIONS; i++)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();
      g_autoptr (GskRenderNode) node = NULL;

      g_signal_emit_by_name (controller, "motion", 100.0 + (i * 7) % (WIDTH_PX - 200), HEIGHT_PX / 3.0);
      if (is_drawn)
        GTK_WIDGET_GET_CLASS (chart)->snapshot (chart, snapshot);
      node = gtk_snapshot_free_to_node (snapshot);
    }
  return (get_cpu_us () - began_us) / N_MOTIONS;
}

/* Over a chart with overlays, each of which has as many samples. */
static void
measure_motions (guint n_rounds,
                 gint64 n_many)
{
  const gint64 counts[] = { 1000, n_many };
  View views[G_N_ELEMENTS (counts)];
  TsHistory *others[G_N_ELEMENTS (counts)];

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (GArray) overlays = ts_chart_overlays_new ();

      views[i] = show_view (counts[i]);
      others[i] = make_history ((gsize) counts[i], counts[i]);
      for (guint j = 0; j < N_OVERLAYS; j++)
        ts_chart_overlays_add (overlays, others[i], "ntp.example.net", j);
      ts_chart_model_set_overlays (views[i].model, overlays);
      move_pointer (views[i].chart, TRUE);
    }
  g_print ("[");
  for (guint i = 0; i < n_rounds * G_N_ELEMENTS (counts); i++)
    {
      guint which = i % G_N_ELEMENTS (counts);

      double us = move_pointer (views[which].chart, FALSE), drawn_us = move_pointer (views[which].chart, TRUE);

      g_print ("%s{\"samples\": %" G_GINT64_FORMAT ", \"us\": %.3f, \"drawn_us\": %.3f}", i > 0 ? ", " : "",
               counts[which], us, drawn_us);
    }
  g_print ("]\n");
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      ts_chart_model_set_overlays (views[i].model, NULL);
      ts_chart_model_set_history (views[i].model, NULL);
      ts_history_free (views[i].history);
      ts_history_free (others[i]);
    }
}

static double
add_some (TsHistory *history,
          gint64 number)
{
  const TsSample sample = { .proven_max_ns = 1000 };
  const TsEstimate estimate = { 0 };
  TsSample next = sample;
  double began_us = get_cpu_us ();

  for (gint64 i = 0; i < N_ADDED; i++)
    {
      next.exchange.t4_ns = BEGIN_NS + (number + i) * INTERVAL_NS;
      ts_history_add_sample (history, &next, &estimate, TS_CLOCK_EVENT_NONE);
    }
  return get_cpu_us () - began_us;
}

/* Both histories have room for @n_many; the one that holds few is a new one each time. */
static void
measure_adding (guint n_rounds,
                gint64 n_many)
{
  g_autoptr (TsHistory) full = make_history ((gsize) n_many, n_many + N_ADDED);
  gint64 n_added = n_many + N_ADDED;

  g_print ("[");
  for (guint round = 0; round < n_rounds; round++)
    {
      double few_us = 0, many_us = 0;

      for (guint i = 0; i < N_GOES; i++)
        {
          g_autoptr (TsHistory) young = make_history ((gsize) n_many, 1000);

          few_us += add_some (young, 1000);
          many_us += add_some (full, n_added);
          n_added += N_ADDED;
        }
      g_print ("%s{\"samples\": 1000, \"us\": %.5f}, {\"samples\": %" G_GINT64_FORMAT ", \"us\": %.5f}",
               round > 0 ? ", " : "", few_us / (N_GOES * N_ADDED), n_many,
               many_us / (N_GOES * N_ADDED));
    }
  g_print ("]\n");
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

/* Also of a history that is empty but for one sample: what is not used yet must not be resident. */
static void
measure_memory (guint n_rounds,
                gint64 n_many)
{
  g_print ("[");
  for (guint round = 0; round < n_rounds; round++)
    {
      double before = get_resident_bytes ();
      g_autoptr (TsHistory) young = make_history ((gsize) n_many, 1);
      double with_young = get_resident_bytes ();
      g_autoptr (TsHistory) full = make_history ((gsize) n_many, n_many);
      double with_both = get_resident_bytes ();

      g_print ("%s{\"young_bytes\": %.0f, \"bytes_per_sample\": %.2f}", round > 0 ? ", " : "", with_young - before,
               (with_both - with_young) / (double) n_many);
    }
  g_print ("]\n");
}

int
main (int argc,
      char *argv[])
{
  const struct
  {
    const char *name;
    void (*measure) (guint n_rounds, gint64 n_many);
  } modes[] = { { "frame", measure_frames }, { "add", measure_adding }, { "memory", measure_memory },
              { "motion", measure_motions } };

  if (argc == 4)
    adw_init ();
  for (guint i = 0; argc == 4 && i < G_N_ELEMENTS (modes); i++)
    if (g_str_equal (argv[1], modes[i].name))
      {
        modes[i].measure ((guint) MAX (atoi (argv[2]), 1), MAX (atoll (argv[3]), 1000));
        return EXIT_SUCCESS;
      }
  g_printerr ("usage: gui-chart frame|add|memory|motion ROUNDS SAMPLES\n");
  return EXIT_USAGE;
}
