/* Tests of the scatter, and of what it shares with its chart; skipped without a display.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-scatter.h"

#include <adwaita.h>

#include "ts-time.h"

#include "test-samples.h"
#include "test-wait.h"

#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

/* 2023-10-03 10:24:37 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1696328677) * S)

#define WIDTH_PX  700
#define HEIGHT_PX 400

typedef struct
{
  GtkWindow *window;
  GtkStack *stack;
  TsChart *chart;
  GtkWidget *scatter;
  TsHistory *history;
  gint64 activated_ns;
} Fixture;

static void
did_activate (TsChart *chart,
              gint64 at_ns,
              Fixture *fixture)
{
  fixture->activated_ns = at_ns;
}

static void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->history = ts_history_new (5000);
  fixture->chart = TS_CHART (ts_chart_new ());
  fixture->scatter = ts_scatter_new (fixture->chart);
  fixture->stack = GTK_STACK (gtk_stack_new ());
  fixture->activated_ns = 0;
  gtk_stack_add_named (fixture->stack, GTK_WIDGET (fixture->chart), "timeline");
  gtk_stack_add_named (fixture->stack, fixture->scatter, "scatter");
  gtk_stack_set_visible_child_name (fixture->stack, "scatter");
  fixture->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_decorated (fixture->window, FALSE);
  gtk_widget_set_size_request (GTK_WIDGET (fixture->stack), WIDTH_PX, HEIGHT_PX);
  gtk_window_set_child (fixture->window, GTK_WIDGET (fixture->stack));
  g_signal_connect (fixture->chart, "exchange-activated", G_CALLBACK (did_activate), fixture);
  ts_chart_set_history (fixture->chart, fixture->history);
  gtk_window_present (fixture->window);
  TEST_WAIT (gtk_widget_get_width (fixture->scatter) > 0);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  gpointer scatter = fixture->scatter, chart = fixture->chart;

  g_object_add_weak_pointer (G_OBJECT (scatter), &scatter);
  g_object_add_weak_pointer (G_OBJECT (chart), &chart);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
  ts_chart_set_history (fixture->chart, NULL);
  ts_history_free (fixture->history);
  gtk_window_destroy (fixture->window);
  g_assert_null (scatter);
  g_assert_null (chart);
}

/* A minute, an exchange a second: round trips of 6 to 14 ms, offsets about 12 ms. */
static void
fill (Fixture *fixture)
{
  for (int i = 60; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, 12 * MS + (i % 3 - 1) * (i % 5) * MS / 2, 3 * MS + i % 5 * MS);
  ts_chart_refresh (fixture->chart, NOW_NS);
}

static cairo_surface_t *
paint (Fixture *fixture)
{
  int width = gtk_widget_get_width (fixture->scatter), height = gtk_widget_get_height (fixture->scatter);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (surface);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;

  GTK_WIDGET_GET_CLASS (fixture->scatter)->snapshot (fixture->scatter, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  return surface;
}

static gboolean
are_equal (cairo_surface_t *a,
           cairo_surface_t *b)
{
  gsize size = (gsize) cairo_image_surface_get_stride (a) * (gsize) cairo_image_surface_get_height (a);

  return memcmp (cairo_image_surface_get_data (a), cairo_image_surface_get_data (b), size) == 0;
}

/* How many pixels of column @x are painted fully, which grid and labels are not. */
static guint
count_full (cairo_surface_t *surface,
            int x)
{
  guint n = 0;

  for (int y = 50; y < 330; y++)
    {
      const guint8 *row = cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface);

      n += ((const guint32 *) (gconstpointer) row)[x] >> 24 > 200;
    }
  return n;
}

static gpointer
find_controller (Fixture *fixture,
                 GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (fixture->scatter);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type))
        return controller;
    }
  g_assert_not_reached ();
}

static gboolean
press (Fixture *fixture,
       guint keyval)
{
  gboolean is_handled = FALSE;

  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", keyval, 0, 0,
                         &is_handled);
  return is_handled;
}

static void
move_pointer (Fixture *fixture,
              double x,
              double y)
{
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion", x, y);
}

/* Moves the pointer over the whole plot until it comes to a point. */
static void
point_at_any (Fixture *fixture,
              double *x_px,
              double *y_px)
{
  for (*x_px = 60; *x_px < WIDTH_PX; *x_px += 10)
    for (*y_px = 40; *y_px < HEIGHT_PX; *y_px += 10)
      {
        move_pointer (fixture, *x_px, *y_px);
        if (ts_chart_get_chosen_ns (fixture->chart) != 0)
          return;
      }
  g_assert_not_reached ();
}

/* The wedge opens to the right. */
static void
test_wedge (Fixture *fixture,
            gconstpointer data)
{
  cairo_surface_t *surface;

  fill (fixture);
  surface = paint (fixture);
  g_assert_cmpuint (count_full (surface, 150), >, 20);
  g_assert_cmpuint (count_full (surface, 300), >, 3 * count_full (surface, 150) / 2);
  cairo_surface_destroy (surface);
}

static void
test_empty (Fixture *fixture,
            gconstpointer data)
{
  cairo_surface_t *surface;

  ts_chart_refresh (fixture->chart, NOW_NS);
  surface = paint (fixture);
  g_assert_cmpuint (count_full (surface, 300), ==, 0);
  cairo_surface_destroy (surface);
  add_sample (fixture->history, NOW_NS, 0, 0);
  ts_chart_refresh (fixture->chart, NOW_NS);
  surface = paint (fixture);
  cairo_surface_destroy (surface);
  ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS + S);
  ts_chart_refresh (fixture->chart, NOW_NS + S);
  press (fixture, GDK_KEY_Left);
  surface = paint (fixture);
  cairo_surface_destroy (surface);
}

static void
test_dark (Fixture *fixture,
           gconstpointer data)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  cairo_surface_t *light, *dark;

  fill (fixture);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
  light = paint (fixture);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  dark = paint (fixture);
  g_assert_false (are_equal (light, dark));
  cairo_surface_destroy (light);
  cairo_surface_destroy (dark);
}

static void
test_keys (Fixture *fixture,
           gconstpointer data)
{
  cairo_surface_t *without, *with;

  fill (fixture);
  without = paint (fixture);
  g_assert_false (press (fixture, GDK_KEY_Return));
  g_assert_true (press (fixture, GDK_KEY_Left));
  g_assert_cmpint (ts_chart_get_chosen_ns (fixture->chart), ==, NOW_NS);
  g_assert_true (press (fixture, GDK_KEY_Left));
  g_assert_cmpint (ts_chart_get_chosen_ns (fixture->chart), ==, NOW_NS - S);
  with = paint (fixture);
  g_assert_false (are_equal (with, without));
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpint (fixture->activated_ns, ==, NOW_NS - S);
  g_assert_true (press (fixture, GDK_KEY_Escape));
  g_assert_cmpint (ts_chart_get_chosen_ns (fixture->chart), ==, 0);
  g_assert_false (press (fixture, GDK_KEY_Escape));
  cairo_surface_destroy (without);
  cairo_surface_destroy (with);
}

static void
test_pointer (Fixture *fixture,
              gconstpointer data)
{
  double x, y;
  gint64 chosen_ns;

  fill (fixture);
  cairo_surface_destroy (paint (fixture));
  point_at_any (fixture, &x, &y);
  chosen_ns = ts_chart_get_chosen_ns (fixture->chart);
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_GESTURE_CLICK), "released", 1, x, y);
  g_assert_cmpint (fixture->activated_ns, ==, chosen_ns);
  /* Away from all points nothing is chosen, and a click asks for nothing. */
  move_pointer (fixture, 5, 5);
  g_assert_cmpint (ts_chart_get_chosen_ns (fixture->chart), ==, 0);
  fixture->activated_ns = 0;
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_GESTURE_CLICK), "released", 1, 5.0, 5.0);
  g_assert_cmpint (fixture->activated_ns, ==, 0);
  /* The pointer takes away what it chose, but not what keys did. */
  point_at_any (fixture, &x, &y);
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
  g_assert_cmpint (ts_chart_get_chosen_ns (fixture->chart), ==, 0);
  press (fixture, GDK_KEY_Left);
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
  g_assert_cmpint (ts_chart_get_chosen_ns (fixture->chart), ==, NOW_NS);
  /* Nor does it when the view comes under it. */
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_MOTION), "enter", x, y);
  g_assert_cmpint (ts_chart_get_chosen_ns (fixture->chart), ==, NOW_NS);
}

/* Only what is in the chart's view is here too. */
static void
test_range (Fixture *fixture,
            gconstpointer data)
{
  cairo_surface_t *all, *some;

  for (int i = 600; i > 60; i--)
    add_sample (fixture->history, NOW_NS - i * S, 12 * MS, 9 * MS);
  fill (fixture);
  all = paint (fixture);
  ts_chart_set_range (fixture->chart, TS_CHART_RANGE_MINUTE);
  some = paint (fixture);
  g_assert_false (are_equal (all, some));
  cairo_surface_destroy (all);
  cairo_surface_destroy (some);
}

static void
assert_described (Fixture *fixture,
                  const char *description)
{
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->scatter), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       description);
}

static void
test_accessible (Fixture *fixture,
                 gconstpointer data)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (fixture->scatter);
  double x, y;

  if (g_strcmp0 (g_getenv ("GTK_A11Y"), "test") != 0)
    {
      g_test_skip ("needs GTK_A11Y=test");
      return;
    }
  add_sample (fixture->history, NOW_NS - S, 12 * MS, 3 * MS);
  add_sample (fixture->history, NOW_NS, 13 * MS, 4 * MS);
  ts_chart_refresh (fixture->chart, NOW_NS);
  gtk_test_accessible_assert_role (accessible, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, "Chart of offsets by round trip");
  assert_described (fixture, "2 exchanges; round trips from 6.0\u202fms to 8.0\u202fms; offsets from +12.0\u202fms to "
                             "+13.0\u202fms; estimate +13.0\u202fms");
  press (fixture, GDK_KEY_Left);
  assert_described (fixture, "10:24:37; offset +13.0\u202fms, proven +9.0 to +17.0\u202fms, round trip 8.0\u202fms");
  gtk_test_accessible_assert_property (
    accessible, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
    "10:24:37; offset +13.0\u202fms, proven +9.0 to +17.0\u202fms, round trip 8.0\u202fms");
  press (fixture, GDK_KEY_Escape);
  assert_described (fixture, "2 exchanges; round trips from 6.0\u202fms to 8.0\u202fms; offsets from +12.0\u202fms to "
                             "+13.0\u202fms; estimate +13.0\u202fms");
  /* What the pointer rests on is the value, but not told. */
  cairo_surface_destroy (paint (fixture));
  point_at_any (fixture, &x, &y);
  assert_described (fixture, "2 exchanges; round trips from 6.0\u202fms to 8.0\u202fms; offsets from +12.0\u202fms to "
                             "+13.0\u202fms; estimate +13.0\u202fms");
}

/* What is not shown does not work, and is up to date when it is shown again. */
static void
test_hidden (Fixture *fixture,
             gconstpointer data)
{
  cairo_surface_t *before, *hidden, *after;

  fill (fixture);
  before = paint (fixture);
  gtk_stack_set_visible_child_name (fixture->stack, "timeline");
  add_sample (fixture->history, NOW_NS + S, 12 * MS, 20 * MS);
  ts_chart_refresh (fixture->chart, NOW_NS + S);
  hidden = paint (fixture);
  g_assert_true (are_equal (before, hidden));
  gtk_stack_set_visible_child_name (fixture->stack, "scatter");
  TEST_WAIT (gtk_widget_get_mapped (fixture->scatter));
  after = paint (fixture);
  g_assert_false (are_equal (before, after));
  cairo_surface_destroy (before);
  cairo_surface_destroy (hidden);
  cairo_surface_destroy (after);
}

int
main (int argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/scatter/wedge", test_wedge },     { "/scatter/empty", test_empty },
    { "/scatter/dark", test_dark },       { "/scatter/keys", test_keys },
    { "/scatter/pointer", test_pointer }, { "/scatter/range", test_range },
    { "/scatter/hidden", test_hidden },   { "/scatter/accessible", test_accessible },
  };

  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "C", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    return 77;
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
