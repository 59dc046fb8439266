/* What keys, wheel, fingers and pointer do to the chart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart-input.h"

#include <math.h>

#define WHEEL_FACTOR   1.25 /* for a click of the wheel */
#define KEY_FACTOR     1.5
#define SMOOTH_PX      40.0 /* so much of a touchpad's scrolling is a click */
#define WHEEL_PAN_PX   60
#define KEY_PAN_PARTS  8    /* of the chart's width */
#define DRAG_BEGINS_PX 8

/* A drag or a pinch tells how much it made of all since it began; the chart takes steps. */
typedef struct
{
  double drag_px;
  gboolean is_dragging;
  double scale;
  double pointer_px;
} Gestures;

static Gestures *
get_gestures (TsChart *chart)
{
  return g_object_get_data (G_OBJECT (chart), "ts-chart-gestures");
}

static gboolean
scrolled (GtkEventControllerScroll *controller,
          double dx,
          double dy,
          TsChart *chart)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  GdkModifierType modifiers = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  gboolean is_wheel = event == NULL || gdk_scroll_event_get_direction (event) != GDK_SCROLL_SMOOTH;
  double click = is_wheel ? 1 : 1 / SMOOTH_PX;

  if (modifiers & GDK_SHIFT_MASK)
    {
      dx += dy;
      dy = 0;
    }
  if (fabs (dx) > fabs (dy))
    ts_chart_pan (chart, dx * click * WHEEL_PAN_PX);
  else if (dy != 0)
    ts_chart_zoom_at (chart, pow (WHEEL_FACTOR, -dy * click), get_gestures (chart)->pointer_px, is_wheel);
  return GDK_EVENT_STOP;
}

static void
pinch_began (GtkGesture *gesture,
             GdkEventSequence *sequence,
             TsChart *chart)
{
  get_gestures (chart)->scale = 1;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
pinched (GtkGestureZoom *gesture,
         double scale,
         TsChart *chart)
{
  Gestures *gestures = get_gestures (chart);
  double x, y;

  if (!gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y) || scale <= 0)
    return;
  ts_chart_zoom_at (chart, scale / gestures->scale, x, FALSE);
  gestures->scale = scale;
}

static void
drag_began (GtkGestureDrag *gesture,
            double x,
            double y,
            TsChart *chart)
{
  Gestures *gestures = get_gestures (chart);

  gestures->drag_px = 0;
  gestures->is_dragging = FALSE;
  gtk_widget_grab_focus (GTK_WIDGET (chart));
}

/* A finger that goes up or down scrolls the page. */
static void
dragged (GtkGestureDrag *gesture,
         double dx,
         double dy,
         TsChart *chart)
{
  Gestures *gestures = get_gestures (chart);

  if (!gestures->is_dragging)
    {
      if (fabs (dx) < DRAG_BEGINS_PX || fabs (dx) < fabs (dy))
        return;
      gestures->is_dragging = TRUE;
      gestures->drag_px = dx;
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      gtk_widget_set_cursor_from_name (GTK_WIDGET (chart), "grabbing");
      return;
    }
  ts_chart_pan (chart, gestures->drag_px - dx);
  gestures->drag_px = dx;
}

static void
drag_ended (GtkGestureDrag *gesture,
            double dx,
            double dy,
            TsChart *chart)
{
  gtk_widget_set_cursor (GTK_WIDGET (chart), NULL);
}

static void
pointed (GtkEventControllerMotion *controller,
         double x,
         double y,
         TsChart *chart)
{
  Gestures *gestures = get_gestures (chart);

  /* Also where the window moved under a pointer that stands still: that must not take a cursor of the keys. */
  if (x == gestures->pointer_px)
    return;
  gestures->pointer_px = x;
  ts_chart_point_at (chart, x);
}

/* A view that is switched to comes under a pointer that stands still: what is chosen already stays so. */
static void
pointer_entered (GtkEventControllerMotion *controller,
                 double x,
                 double y,
                 TsChart *chart)
{
  if (ts_chart_get_chosen_ns (chart) == 0)
    pointed (controller, x, y, chart);
  else
    get_gestures (chart)->pointer_px = x;
}

static void
pointer_left (GtkEventControllerMotion *controller,
              TsChart *chart)
{
  get_gestures (chart)->pointer_px = NAN;
  ts_chart_point_away (chart);
}

/* The cursor stands under the pointer already, but not under a finger, which came from nowhere. */
static void
clicked (GtkGestureClick *gesture,
         int n_presses,
         double x,
         double y,
         TsChart *chart)
{
  if (n_presses != 1)
    return;
  ts_chart_point_at (chart, x);
  ts_chart_activate (chart);
}

static gboolean
arrow_pressed (TsChart *chart,
               int direction,
               GdkModifierType modifiers)
{
  if (modifiers == GDK_SHIFT_MASK)
    ts_chart_pan (chart, direction * gtk_widget_get_width (GTK_WIDGET (chart)) / KEY_PAN_PARTS);
  else if (modifiers == GDK_CONTROL_MASK || modifiers == 0)
    ts_chart_move_cursor (chart, direction, modifiers != 0);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
plain_key_pressed (TsChart *chart,
                   guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      ts_chart_zoom (chart, KEY_FACTOR, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      ts_chart_zoom (chart, 1 / KEY_FACTOR, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      ts_chart_show_oldest (chart);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      ts_chart_set_follows (chart, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_f:
    case GDK_KEY_F:
      ts_chart_set_follows (chart, !ts_chart_get_follows (chart));
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      return ts_chart_activate (chart) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
    case GDK_KEY_Escape:
      return ts_chart_clear_cursor (chart) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/**
 * ts_chart_input_press:
 * @chart: a chart
 * @keyval: a key
 * @state: what else is pressed
 *
 * Does what a key does where the chart has the focus.
 *
 * Returns: %GDK_EVENT_STOP where it does anything
 */
gboolean
ts_chart_input_press (TsChart *chart,
                      guint keyval,
                      GdkModifierType state)
{
  GdkModifierType modifiers = state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK);

  if (keyval == GDK_KEY_Left || keyval == GDK_KEY_KP_Left)
    return arrow_pressed (chart, -1, modifiers);
  if (keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right)
    return arrow_pressed (chart, 1, modifiers);
  /* Shift is part of "+" on many keyboards. */
  if ((modifiers & ~GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  return plain_key_pressed (chart, keyval);
}

static gboolean
key_pressed (GtkEventControllerKey *controller,
             guint keyval,
             guint keycode,
             GdkModifierType state,
             TsChart *chart)
{
  return ts_chart_input_press (chart, keyval, state);
}

static void
add (TsChart *chart,
     gpointer controller)
{
  gtk_widget_add_controller (GTK_WIDGET (chart), controller);
}

/**
 * ts_chart_input_attach:
 * @chart: a chart
 *
 * Makes it listen. The wheel or two fingers zoom where they are, with Shift or sideways the wheel pans, dragging
 * pans; the pointer shows what is under it, and a click asks for its exchange. With the focus: arrows move the
 * cursor, with Ctrl from event to event, with Shift they pan; + − zoom, Home, End, F, Enter, Escape.
 */
void
ts_chart_input_attach (TsChart *chart)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  Gestures *gestures = g_new0 (Gestures, 1);

  gestures->pointer_px = NAN;
  g_object_set_data_full (G_OBJECT (chart), "ts-chart-gestures", gestures, g_free);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scrolled), chart);
  g_signal_connect (motion, "enter", G_CALLBACK (pointer_entered), chart);
  g_signal_connect (motion, "motion", G_CALLBACK (pointed), chart);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), chart);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), chart);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_began), chart);
  g_signal_connect (drag, "drag-update", G_CALLBACK (dragged), chart);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_ended), chart);
  g_signal_connect (click, "released", G_CALLBACK (clicked), chart);
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_began), chart);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinched), chart);
  add (chart, scroll);
  add (chart, motion);
  add (chart, keys);
  add (chart, drag);
  add (chart, click);
  add (chart, pinch);
}
