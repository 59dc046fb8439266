/* What keys and pointer do to the scatter.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-input.h"

/* Where the pointer was last. The window may move under it while it stands still: that must not take a cursor of the
 * keys. */
typedef struct
{
  gboolean is_inside;
  double x_px;
  double y_px;
} Pointer;

static Pointer *
get_pointer (TsScatter *scatter)
{
  return g_object_get_data (G_OBJECT (scatter), "ts-scatter-pointer");
}

static void
pointed (GtkEventControllerMotion *controller,
         double x,
         double y,
         TsScatter *scatter)
{
  Pointer *pointer = get_pointer (scatter);

  if (pointer->is_inside && x == pointer->x_px && y == pointer->y_px)
    return;
  *pointer = (Pointer) { TRUE, x, y };
  ts_scatter_point_at (scatter, x, y);
}

/* A view that is switched to comes under a pointer that stands still: what is chosen already stays so. */
static void
pointer_entered (GtkEventControllerMotion *controller,
                 double x,
                 double y,
                 TsScatter *scatter)
{
  if (ts_chart_get_chosen_ns (ts_scatter_get_chart (scatter)) == 0)
    pointed (controller, x, y, scatter);
  else
    *get_pointer (scatter) = (Pointer) { TRUE, x, y };
}

static void
pointer_left (GtkEventControllerMotion *controller,
              TsScatter *scatter)
{
  get_pointer (scatter)->is_inside = FALSE;
  ts_scatter_point_away (scatter);
}

static void
clicked (GtkGestureClick *gesture,
         int n_presses,
         double x,
         double y,
         TsScatter *scatter)
{
  gtk_widget_grab_focus (GTK_WIDGET (scatter));
  if (n_presses == 1 && ts_scatter_point_at (scatter, x, y))
    ts_chart_activate (ts_scatter_get_chart (scatter));
}

static gboolean
key_pressed (GtkEventControllerKey *controller,
             guint keyval,
             guint keycode,
             GdkModifierType state,
             TsScatter *scatter)
{
  return ts_scatter_press (scatter, keyval, state);
}

/**
 * ts_scatter_input_attach:
 * @scatter: a scatter
 *
 * Makes it listen. The pointer chooses the point that it is near to, and a click asks for its exchange; keys do what
 * they do in the chart.
 */
void
ts_scatter_input_attach (TsScatter *scatter)
{
  GtkWidget *widget = GTK_WIDGET (scatter);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_object_set_data_full (G_OBJECT (scatter), "ts-scatter-pointer", g_new0 (Pointer, 1), g_free);
  g_signal_connect (motion, "enter", G_CALLBACK (pointer_entered), scatter);
  g_signal_connect (motion, "motion", G_CALLBACK (pointed), scatter);
  g_signal_connect (motion, "leave", G_CALLBACK (pointer_left), scatter);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), scatter);
  g_signal_connect (click, "released", G_CALLBACK (clicked), scatter);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, keys);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
}
