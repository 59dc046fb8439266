/* Tests of the scatter, and of what it shares with the timeline; skipped without a display.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter.h"

#include "chart/ts-chart.h"
#include "measure/ts-time.h"

#include "test-samples.h"
#include "test-widget.h"

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
  TsChartModel *model;
  GtkWidget *chart;
  GtkWidget *scatter;
  TsHistory *history;
  gint64 activated_ns;
} Fixture;

static void
did_activate (TsChartModel *model,
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
  fixture->model = ts_chart_model_new ();
  fixture->chart = g_object_new (TS_TYPE_CHART, "model", fixture->model, NULL);
  fixture->scatter = g_object_new (TS_TYPE_SCATTER, "model", fixture->model, NULL);
  fixture->stack = GTK_STACK (gtk_stack_new ());
  fixture->activated_ns = 0;
  gtk_stack_add_named (fixture->stack, fixture->chart, "timeline");
  gtk_stack_add_named (fixture->stack, fixture->scatter, "scatter");
  gtk_stack_set_visible_child_name (fixture->stack, "scatter");
  g_signal_connect (fixture->model, "exchange-activated", G_CALLBACK (did_activate), fixture);
  ts_chart_model_set_history (fixture->model, fixture->history);
  fixture->window = show_widget (GTK_WIDGET (fixture->stack), WIDTH_PX, HEIGHT_PX);
  TEST_WAIT (gtk_widget_get_width (fixture->scatter) > 0);
}

static void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  gpointer scatter = fixture->scatter, chart = fixture->chart, model = fixture->model;

  g_object_add_weak_pointer (G_OBJECT (scatter), &scatter);
  g_object_add_weak_pointer (G_OBJECT (chart), &chart);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
  ts_chart_model_set_history (fixture->model, NULL);
  ts_history_free (fixture->history);
  gtk_window_destroy (fixture->window);
  g_assert_null (scatter);
  g_assert_null (chart);
  g_assert_finalize_object (model);
}

/* A minute, an exchange a second: round trips of 6 to 14 ms, offsets about 12 ms. */
static void
fill (Fixture *fixture)
{
  for (int i = 60; i >= 0; i--)
    add_sample (fixture->history, NOW_NS - i * S, 12 * MS + (i % 3 - 1) * (i % 5) * MS / 2, 3 * MS + i % 5 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
}

/* How many pixels of column @x are painted fully, which grid and labels are not. */
static guint
count_full (const Image *image,
            int x)
{
  guint n = 0;

  for (int y = 50; y < 330; y++)
    n += get_pixel (image, x, y) >> 24 > 200;
  return n;
}

static gboolean
press (Fixture *fixture,
       guint keyval)
{
  return press_key (fixture->scatter, keyval, 0);
}

static void
move_pointer (Fixture *fixture,
              double x,
              double y)
{
  g_signal_emit_by_name (find_controller (fixture->scatter, GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion", x, y);
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
        if (ts_chart_model_get_chosen_ns (fixture->model) != 0)
          return;
      }
  g_assert_not_reached ();
}

/* The wedge opens to the right. */
static void
test_wedge (Fixture *fixture,
            gconstpointer data)
{
  g_autofree Image *image = NULL;

  fill (fixture);
  image = paint_widget (fixture->scatter);
  g_assert_cmpuint (count_full (image, 150), >, 20);
  g_assert_cmpuint (count_full (image, 300), >, 3 * count_full (image, 150) / 2);
}

static void
test_empty (Fixture *fixture,
            gconstpointer data)
{
  g_autofree Image *image = NULL;

  ts_chart_model_update (fixture->model, NOW_NS);
  image = paint_widget (fixture->scatter);
  g_assert_cmpuint (count_full (image, 300), ==, 0);
  add_sample (fixture->history, NOW_NS, 0, 0);
  ts_chart_model_update (fixture->model, NOW_NS);
  g_free (paint_widget (fixture->scatter));
  ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS + S);
  ts_chart_model_update (fixture->model, NOW_NS + S);
  press (fixture, GDK_KEY_Left);
  g_free (paint_widget (fixture->scatter));
}

static void
test_dark (Fixture *fixture,
           gconstpointer data)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autofree Image *light = NULL;
  g_autofree Image *dark = NULL;

  fill (fixture);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
  light = paint_widget (fixture->scatter);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_DARK);
  dark = paint_widget (fixture->scatter);
  g_assert_false (are_equal (light, dark));
}

static void
test_keys (Fixture *fixture,
           gconstpointer data)
{
  g_autofree Image *without = NULL;
  g_autofree Image *with = NULL;

  fill (fixture);
  without = paint_widget (fixture->scatter);
  g_assert_false (press (fixture, GDK_KEY_Return));
  g_assert_true (press (fixture, GDK_KEY_Left));
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, NOW_NS);
  g_assert_true (press (fixture, GDK_KEY_Left));
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, NOW_NS - S);
  with = paint_widget (fixture->scatter);
  g_assert_false (are_equal (with, without));
  g_assert_true (press (fixture, GDK_KEY_Return));
  g_assert_cmpint (fixture->activated_ns, ==, NOW_NS - S);
  g_assert_true (press (fixture, GDK_KEY_Escape));
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, 0);
  g_assert_false (press (fixture, GDK_KEY_Escape));
}

static void
test_pointer (Fixture *fixture,
              gconstpointer data)
{
  double x, y;
  gint64 chosen_ns;

  fill (fixture);
  g_free (paint_widget (fixture->scatter));
  point_at_any (fixture, &x, &y);
  chosen_ns = ts_chart_model_get_chosen_ns (fixture->model);
  g_signal_emit_by_name (find_controller (fixture->scatter, GTK_TYPE_GESTURE_CLICK), "released", 1, x, y);
  g_assert_cmpint (fixture->activated_ns, ==, chosen_ns);
  /* Away from all points nothing is chosen, and a click asks for nothing. */
  move_pointer (fixture, 5, 5);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, 0);
  fixture->activated_ns = 0;
  g_signal_emit_by_name (find_controller (fixture->scatter, GTK_TYPE_GESTURE_CLICK), "released", 1, 5.0, 5.0);
  g_assert_cmpint (fixture->activated_ns, ==, 0);
  /* The pointer takes away what it chose, but not what keys did. */
  point_at_any (fixture, &x, &y);
  g_signal_emit_by_name (find_controller (fixture->scatter, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, 0);
  press (fixture, GDK_KEY_Left);
  g_signal_emit_by_name (find_controller (fixture->scatter, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, NOW_NS);
  /* Nor does it when the view comes under it. */
  g_signal_emit_by_name (find_controller (fixture->scatter, GTK_TYPE_EVENT_CONTROLLER_MOTION), "enter", x, y);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, NOW_NS);
}

/* Only what is in the chart's view is here too. */
static void
test_range (Fixture *fixture,
            gconstpointer data)
{
  g_autofree Image *all = NULL;
  g_autofree Image *some = NULL;

  for (int i = 600; i > 60; i--)
    add_sample (fixture->history, NOW_NS - i * S, 12 * MS, 9 * MS);
  fill (fixture);
  all = paint_widget (fixture->scatter);
  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_MINUTE);
  some = paint_widget (fixture->scatter);
  g_assert_false (are_equal (all, some));
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

  if (skip_untold ())
    return;
  add_sample (fixture->history, NOW_NS - S, 12 * MS, 3 * MS);
  add_sample (fixture->history, NOW_NS, 13 * MS, 4 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
  gtk_test_accessible_assert_role (accessible, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, "Chart of offsets by round trip");
  assert_described (fixture, "2 exchanges; round trips from 6.0\u2060\u2009\u2060ms to 8.0\u2060\u2009\u2060ms; offsets from +12.0\u2060\u2009\u2060ms to "
                             "+13.0\u2060\u2009\u2060ms; estimate +13.0\u2060\u2009\u2060ms");
  press (fixture, GDK_KEY_Left);
  assert_described (fixture, "10:24:37; offset +13.0\u2060\u2009\u2060ms, proven +9.0 to +17.0\u2060\u2009\u2060ms, round trip 8.0\u2060\u2009\u2060ms");
  gtk_test_accessible_assert_property (
    accessible, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
    "10:24:37; offset +13.0\u2060\u2009\u2060ms, proven +9.0 to +17.0\u2060\u2009\u2060ms, round trip 8.0\u2060\u2009\u2060ms");
  press (fixture, GDK_KEY_Escape);
  assert_described (fixture, "2 exchanges; round trips from 6.0\u2060\u2009\u2060ms to 8.0\u2060\u2009\u2060ms; offsets from +12.0\u2060\u2009\u2060ms to "
                             "+13.0\u2060\u2009\u2060ms; estimate +13.0\u2060\u2009\u2060ms");
  /* What the pointer rests on is the value, but not told. */
  g_free (paint_widget (fixture->scatter));
  point_at_any (fixture, &x, &y);
  assert_described (fixture, "2 exchanges; round trips from 6.0\u2060\u2009\u2060ms to 8.0\u2060\u2009\u2060ms; offsets from +12.0\u2060\u2009\u2060ms to "
                             "+13.0\u2060\u2009\u2060ms; estimate +13.0\u2060\u2009\u2060ms");
}

/* What is not shown does not work, and is up to date when it is shown again. */
static void
test_hidden (Fixture *fixture,
             gconstpointer data)
{
  g_autofree Image *before = NULL;
  g_autofree Image *hidden = NULL;
  g_autofree Image *after = NULL;

  fill (fixture);
  before = paint_widget (fixture->scatter);
  gtk_stack_set_visible_child_name (fixture->stack, "timeline");
  add_sample (fixture->history, NOW_NS + S, 12 * MS, 20 * MS);
  ts_chart_model_update (fixture->model, NOW_NS + S);
  hidden = paint_widget (fixture->scatter);
  g_assert_true (are_equal (before, hidden));
  gtk_stack_set_visible_child_name (fixture->stack, "scatter");
  TEST_WAIT (gtk_widget_get_mapped (fixture->scatter));
  after = paint_widget (fixture->scatter);
  g_assert_false (are_equal (before, after));
}

#define ADD(path, function) g_test_add ("/scatter/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc,
      char *argv[])
{
  if (!init_widgets (&argc, &argv))
    return EXIT_SKIPPED;
  ADD ("wedge", test_wedge);
  ADD ("empty", test_empty);
  ADD ("dark", test_dark);
  ADD ("keys", test_keys);
  ADD ("pointer", test_pointer);
  ADD ("range", test_range);
  ADD ("hidden", test_hidden);
  ADD ("accessible", test_accessible);
  return g_test_run ();
}
