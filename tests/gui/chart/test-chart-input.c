/* Tests of what keys, wheel and pointer do to a chart; skipped without a display.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-chart-fixture.h"

/* An hour, a sample a second; losses from 10:20:00 to 10:20:09, a step at 10:21:00. */
static void
set_up_hour (Fixture *fixture,
             gconstpointer data)
{
  set_up (fixture, data);
  for (gint64 i = 3600; i >= 0; i--)
    if (i >= 268 && i <= 277)
      ts_history_add_gap (fixture->history, TS_ENTRY_LOST, NOW_NS - i * S);
    else
      add_sample (fixture->history, NOW_NS - i * S, (i > 217 ? 12 : 32) * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS);
}

static gboolean
press (Fixture *fixture,
       guint keyval,
       GdkModifierType state)
{
  return press_key (fixture->chart, keyval, state);
}

static void
scroll (Fixture *fixture,
        double dy)
{
  gboolean is_handled = FALSE;

  g_signal_emit_by_name (find_controller (fixture->chart, GTK_TYPE_EVENT_CONTROLLER_SCROLL), "scroll", 0.0, dy,
                         &is_handled);
  g_assert_true (is_handled);
}

static void
move_pointer (Fixture *fixture,
              double x)
{
  g_signal_emit_by_name (find_controller (fixture->chart, GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion", x, 150.0);
}

static gint64
get_length_ns (Fixture *fixture)
{
  TsChartSpan span = ts_chart_model_get_series (fixture->model)->span;

  return span.end_ns - span.begin_ns;
}

/* As far as there is anybody to tell. */
static void
assert_property (Fixture *fixture,
                 GtkAccessibleProperty property,
                 const char *text)
{
  if (is_told ())
    gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->chart), property, text);
}

static void
assert_told (Fixture *fixture,
             const char *text)
{
  assert_property (fixture, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text);
}

/* What keys have chosen is told as the description too. */
static void
assert_chosen (Fixture *fixture,
               const char *text)
{
  assert_told (fixture, text);
  assert_property (fixture, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text);
}

#define PROVEN_LATE  "; offset +32.0\u2060\u2009\u2060ms, proven +29.0 to +35.0\u2060\u2009\u2060ms, round trip 6.0\u2060\u2009\u2060ms"
#define ALL_IN_WORDS                                                                                                   \
  "592 samples from 10:14:36 to 10:24:37; offset now +32.0\u2060\u2009\u2060ms; "                                       \
  "1 step: +20.0\u2060\u2009\u2060ms at 10:20:59 (server’s clock set forward); 1 gap: 10 lost at 10:20:00"
#define PROVEN_EARLY "; offset +12.0\u2060\u2009\u2060ms, proven +9.0 to +15.0\u2060\u2009\u2060ms, round trip 6.0\u2060\u2009\u2060ms"

static void
test_arrows (Fixture *fixture,
             gconstpointer data)
{
  g_assert_true (press (fixture, GDK_KEY_Left, 0));
  assert_chosen (fixture, "10:24:37" PROVEN_LATE);
  press (fixture, GDK_KEY_Left, 0);
  assert_chosen (fixture, "10:24:36" PROVEN_LATE);
  press (fixture, GDK_KEY_Right, 0);
  press (fixture, GDK_KEY_Right, 0);
  assert_chosen (fixture, "10:24:37" PROVEN_LATE);
  g_assert_true (ts_chart_model_get_follows (fixture->model));

  /* It goes from event to event, */
  press (fixture, GDK_KEY_Left, GDK_CONTROL_MASK);
  assert_chosen (fixture, "10:21:00; Step, +20.0\u2060\u2009\u2060ms" PROVEN_LATE);
  press (fixture, GDK_KEY_Left, GDK_CONTROL_MASK);
  assert_chosen (fixture, "10:20:00; 10 lost");
  press (fixture, GDK_KEY_Left, GDK_CONTROL_MASK);
  assert_chosen (fixture, "10:20:00; 10 lost");
  /* over a gap, */
  press (fixture, GDK_KEY_Right, 0);
  assert_chosen (fixture, "10:20:10" PROVEN_EARLY);
  press (fixture, GDK_KEY_Left, 0);
  assert_chosen (fixture, "10:19:59" PROVEN_EARLY);
  /* and the view with it. */
  g_assert_true (ts_chart_model_get_follows (fixture->model));
  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_MINUTE);
  press (fixture, GDK_KEY_Left, 0);
  g_assert_false (ts_chart_model_get_follows (fixture->model));
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.begin_ns, <, NOW_NS - 279 * S);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, >, NOW_NS - 279 * S);
}

static void
test_escape (Fixture *fixture,
             gconstpointer data)
{
  g_assert_false (press (fixture, GDK_KEY_Escape, 0));
  press (fixture, GDK_KEY_Left, 0);
  g_assert_true (press (fixture, GDK_KEY_Escape, 0));
  assert_told (fixture, ALL_IN_WORDS);
  g_assert_false (press (fixture, GDK_KEY_Escape, 0));
  g_assert_false (press (fixture, GDK_KEY_q, 0));
  g_assert_false (press (fixture, GDK_KEY_f, GDK_CONTROL_MASK));
}

static void
did_activate (TsChartModel *model,
              gint64 at_ns,
              gint64 *activated_ns)
{
  *activated_ns = at_ns;
}

static void
did_choose (TsChartModel *model,
            GParamSpec *pspec,
            guint *n_notified)
{
  ++*n_notified;
}

/* Enter, or a click, asks for the exchange that is chosen, and for nothing where a gap is. */
static void
test_activate (Fixture *fixture,
               gconstpointer data)
{
  GtkEventController *click = find_controller (fixture->chart, GTK_TYPE_GESTURE_CLICK);
  gint64 activated_ns = 0;

  g_signal_connect (fixture->model, "exchange-activated", G_CALLBACK (did_activate), &activated_ns);
  g_assert_false (press (fixture, GDK_KEY_Return, 0));
  press (fixture, GDK_KEY_Left, 0);
  press (fixture, GDK_KEY_Left, 0);
  g_assert_true (press (fixture, GDK_KEY_Return, 0));
  g_assert_cmpint (activated_ns, ==, NOW_NS - S);
  press (fixture, GDK_KEY_Left, GDK_CONTROL_MASK);
  press (fixture, GDK_KEY_Left, GDK_CONTROL_MASK);
  assert_chosen (fixture, "10:20:00; 10 lost");
  activated_ns = 0;
  g_assert_false (press (fixture, GDK_KEY_KP_Enter, 0));
  g_assert_cmpint (activated_ns, ==, 0);
  g_signal_emit_by_name (click, "released", 1, WIDTH_PX / 2.0, 100.0);
  g_assert_cmpint (activated_ns, ==, ts_chart_model_get_chosen_ns (fixture->model));
  g_assert_cmpint (activated_ns, <, NOW_NS - 200 * S);
  /* The second click of two is none. */
  activated_ns = 0;
  g_signal_emit_by_name (click, "released", 2, WIDTH_PX / 2.0, 100.0);
  g_assert_cmpint (activated_ns, ==, 0);
}

/* What is chosen elsewhere is chosen here, and told once. */
static void
test_chosen (Fixture *fixture,
             gconstpointer data)
{
  gint64 chosen_ns;
  guint n_notified = 0;

  g_signal_connect (fixture->model, "notify::chosen-ns", G_CALLBACK (did_choose), &n_notified);
  g_object_set (fixture->model, "chosen-ns", NOW_NS - 1800 * S, NULL);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.begin_ns, <, NOW_NS - 1800 * S);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, >, NOW_NS - 1800 * S);
  assert_chosen (fixture, "09:54:37" PROVEN_EARLY);
  g_object_set (fixture->model, "chosen-ns", NOW_NS - 1800 * S, NULL);
  g_assert_cmpuint (n_notified, ==, 1);
  press (fixture, GDK_KEY_Right, 0);
  g_object_get (fixture->model, "chosen-ns", &chosen_ns, NULL);
  g_assert_cmpint (chosen_ns, ==, NOW_NS - 1799 * S);
  g_assert_cmpuint (n_notified, ==, 2);
  g_object_set (fixture->model, "chosen-ns", G_GINT64_CONSTANT (0), NULL);
  g_assert_cmpuint (n_notified, ==, 3);
  g_assert_false (press (fixture, GDK_KEY_Escape, 0));
  /* A pointer that the view comes under does not change it. */
  press (fixture, GDK_KEY_Left, 0);
  chosen_ns = ts_chart_model_get_chosen_ns (fixture->model);
  g_signal_emit_by_name (find_controller (fixture->chart, GTK_TYPE_EVENT_CONTROLLER_MOTION), "enter", 300.0, 150.0);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, chosen_ns);
  press (fixture, GDK_KEY_Escape, 0);
  n_notified = 3;
  /* Another history has nothing chosen. */
  press (fixture, GDK_KEY_Left, 0);
  ts_chart_model_set_history (fixture->model, NULL);
  g_assert_cmpuint (n_notified, ==, 5);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, 0);
}

static void
test_zoom_keys (Fixture *fixture,
                gconstpointer data)
{
  gint64 length_ns = get_length_ns (fixture);

  press (fixture, GDK_KEY_plus, GDK_SHIFT_MASK);
  g_assert_true (ts_chart_model_get_follows (fixture->model));
  g_assert_cmpint (ts_chart_model_get_range (fixture->model), ==, TS_CHART_RANGE_OTHER);
  g_assert_cmpint (ABS (get_length_ns (fixture) * 3 / 2 - length_ns), <, length_ns / 50);
  press (fixture, GDK_KEY_minus, 0);
  g_assert_cmpint (ABS (get_length_ns (fixture) - length_ns), <, length_ns / 50);
  for (guint i = 0; i < 20; i++)
    press (fixture, GDK_KEY_minus, 0);
  g_assert_cmpint (ts_chart_model_get_range (fixture->model), ==, TS_CHART_RANGE_ALL);
  for (guint i = 0; i < 30; i++)
    press (fixture, GDK_KEY_plus, 0);
  g_assert_cmpint (get_length_ns (fixture), <, 11 * S);
}

static void
test_pan_keys (Fixture *fixture,
               gconstpointer data)
{
  press (fixture, GDK_KEY_Left, GDK_SHIFT_MASK);
  g_assert_false (ts_chart_model_get_follows (fixture->model));
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, <, NOW_NS - 60 * S);
  press (fixture, GDK_KEY_Home, 0);
  g_assert_cmpint (ABS (ts_chart_model_get_series (fixture->model)->span.begin_ns - (NOW_NS - 3600 * S)), <, 10 * S);
  press (fixture, GDK_KEY_End, 0);
  g_assert_true (ts_chart_model_get_follows (fixture->model));
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, >=, NOW_NS);
  press (fixture, GDK_KEY_f, 0);
  g_assert_false (ts_chart_model_get_follows (fixture->model));
  ts_chart_model_update (fixture->model, NOW_NS + 100 * S);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, <, NOW_NS + 10 * S);
  press (fixture, GDK_KEY_f, 0);
  g_assert_cmpint (ts_chart_model_get_series (fixture->model)->span.end_ns, >=, NOW_NS + 100 * S);
}

static void
test_wheel (Fixture *fixture,
            gconstpointer data)
{
  TsChartSpan before, after;

  move_pointer (fixture, WIDTH_PX / 2);
  before = ts_chart_model_get_series (fixture->model)->span;
  scroll (fixture, -1);
  after = ts_chart_model_get_series (fixture->model)->span;
  g_assert_cmpint (after.begin_ns, >, before.begin_ns + 50 * S);
  g_assert_cmpint (after.end_ns, <, before.end_ns - 50 * S);
  g_assert_false (ts_chart_model_get_follows (fixture->model));
  for (guint i = 0; i < 20; i++)
    scroll (fixture, 1);
  g_assert_cmpint (ABS (get_length_ns (fixture) - 3600 * S), <, 40 * S);
}

static void
test_drag (Fixture *fixture,
           gconstpointer data)
{
  GtkEventController *drag = find_controller (fixture->chart, GTK_TYPE_GESTURE_DRAG);
  TsChartSpan before = ts_chart_model_get_series (fixture->model)->span;
  TsChartSpan after;
  gint64 column_ns = (before.end_ns - before.begin_ns) / before.n_columns;

  g_signal_emit_by_name (drag, "drag-begin", 400.0, 150.0);
  /* A finger that goes up and down scrolls the page. */
  g_signal_emit_by_name (drag, "drag-update", 9.0, 30.0);
  g_assert_true (ts_chart_model_get_follows (fixture->model));
  g_signal_emit_by_name (drag, "drag-update", 10.0, 0.0);
  g_signal_emit_by_name (drag, "drag-update", 110.0, 0.0);
  g_signal_emit_by_name (drag, "drag-end", 110.0, 0.0);
  after = ts_chart_model_get_series (fixture->model)->span;
  g_assert_false (ts_chart_model_get_follows (fixture->model));
  /* To the fraction of a column by which what follows is ahead. */
  g_assert_cmpint (ABS (before.end_ns - after.end_ns - 100 * column_ns), <=, column_ns);
}

static void
test_pointer (Fixture *fixture,
              gconstpointer data)
{
  gint64 chosen_ns;
  double left_px;

  move_pointer (fixture, WIDTH_PX - 17);
  assert_property (fixture, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "10:24:37" PROVEN_LATE);
  assert_told (fixture, ALL_IN_WORDS);
  /* What is under a pointer that stands still moves on, */
  for (gint64 i = 1; i <= 60; i++)
    add_sample (fixture->history, NOW_NS + i * S, 32 * MS, 3 * MS);
  ts_chart_model_update (fixture->model, NOW_NS + 60 * S);
  assert_property (fixture, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "10:25:37" PROVEN_LATE);
  /* but not what keys have chosen. */
  press (fixture, GDK_KEY_Left, 0);
  assert_chosen (fixture, "10:25:36" PROVEN_LATE);
  g_signal_emit_by_name (find_controller (fixture->chart, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
  ts_chart_model_update (fixture->model, NOW_NS + 70 * S);
  assert_chosen (fixture, "10:25:36" PROVEN_LATE);
  /* Nor when it is the chart that moves. */
  move_pointer (fixture, 300);
  press (fixture, GDK_KEY_End, 0);
  chosen_ns = ts_chart_model_get_chosen_ns (fixture->model);
  gtk_widget_set_margin_start (fixture->chart, 40);
  TEST_WAIT (gtk_widget_translate_coordinates (fixture->chart, GTK_WIDGET (gtk_widget_get_root (fixture->chart)), 0, 0,
                                               &left_px, NULL) && left_px >= 40);
  move_pointer (fixture, 260);
  g_assert_cmpint (ts_chart_model_get_chosen_ns (fixture->model), ==, chosen_ns);
  move_pointer (fixture, 300);
  g_signal_emit_by_name (find_controller (fixture->chart, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
  g_assert_false (ts_chart_model_clear_cursor (fixture->model));
}

/* A choice is shown as a way, unless the user wants nothing to move; data never is. */
static void
test_motion (Fixture *fixture,
             gconstpointer data)
{
  GtkSettings *settings = gtk_settings_get_default ();
  gint64 ten_minutes_ns = get_length_ns (fixture);

  g_object_set (settings, "gtk-enable-animations", TRUE, NULL);
  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_MINUTE);
  g_assert_cmpint (get_length_ns (fixture), >, ten_minutes_ns / 2);
  while (get_length_ns (fixture) > 61 * S)
    g_main_context_iteration (NULL, TRUE);

  g_object_set (settings, "gtk-enable-animations", FALSE, NULL);
  ts_chart_model_set_range (fixture->model, TS_CHART_RANGE_TEN_MINUTES);
  g_assert_cmpint (ABS (get_length_ns (fixture) - ten_minutes_ns), <, S);
}

static void
test_nothing (Fixture *fixture,
              gconstpointer data)
{
  static const guint keys[] = { GDK_KEY_Left, GDK_KEY_Right, GDK_KEY_plus, GDK_KEY_minus, GDK_KEY_Home,
                                GDK_KEY_End, GDK_KEY_f, GDK_KEY_Escape };

  ts_history_clear (fixture->history);
  for (guint none = 0; none < 2; none++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        {
          press (fixture, keys[i], 0);
          press (fixture, keys[i], GDK_CONTROL_MASK);
          press (fixture, keys[i], GDK_SHIFT_MASK);
        }
      move_pointer (fixture, 200 + none);
      scroll (fixture, 1);
      ts_chart_model_set_history (fixture->model, NULL);
    }
  g_assert_false (ts_chart_model_clear_cursor (fixture->model));
}

#define ADD(path, function) g_test_add ("/chart-input/" path, Fixture, NULL, set_up_hour, function, tear_down)

int
main (int argc,
      char *argv[])
{
  if (!init_widgets (&argc, &argv))
    return EXIT_SKIPPED;
  ADD ("arrows", test_arrows);
  ADD ("escape", test_escape);
  ADD ("activate", test_activate);
  ADD ("chosen", test_chosen);
  ADD ("zoom-keys", test_zoom_keys);
  ADD ("pan-keys", test_pan_keys);
  ADD ("wheel", test_wheel);
  ADD ("drag", test_drag);
  ADD ("pointer", test_pointer);
  ADD ("motion", test_motion);
  ADD ("nothing", test_nothing);
  return g_test_run ();
}
