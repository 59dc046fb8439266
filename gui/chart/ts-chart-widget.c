/* A view of a chart: what the timeline and the scatter have in common.
 *
 * It holds the model. Keys and pointer move the model's cursor, which all views of a model share. While the view is
 * mapped it is drawn again when the model changes, and assistive technology is told what it shows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart-widget.h"

#include <math.h>

#include "chart/paint/ts-chart-colors.h"
#include "chart/ts-chart-description.h"

#define ZOOM_FACTOR 1.5
#define PAN_PARTS   8 /* of what is in view */

typedef struct
{
  TsChartModel *model;
  TsChartDescription description;

  double pointer_x_px; /* from the left edge; NAN while it is outside */
  double window_x_px;  /* where it is in the window */
  double window_y_px;
} TsChartWidgetPrivate;

enum
{
  PROP_0,
  PROP_MODEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TsChartWidget, ts_chart_widget, GTK_TYPE_WIDGET)

static TsChartWidgetPrivate *
get_private (TsChartWidget *self)
{
  return ts_chart_widget_get_instance_private (self);
}

static char *
describe (gpointer view)
{
  return TS_CHART_WIDGET_GET_CLASS (view)->describe (view);
}

/* The cursor is on another entry; what else is in view is as before. */
static void
cursor_changed (TsChartWidget *self)
{
  TsChartWidgetPrivate *own = get_private (self);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  ts_chart_description_update (&own->description, GTK_ACCESSIBLE (self), own->model, describe);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
data_changed (TsChartWidget *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  TS_CHART_WIDGET_GET_CLASS (self)->data_changed (self);
  cursor_changed (self);
}

static void
ts_chart_widget_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ts_chart_widget_parent_class)->map (widget);
  data_changed (TS_CHART_WIDGET (widget));
}

static gboolean
point_at (TsChartWidget *self,
          double x_px,
          double y_px)
{
  return TS_CHART_WIDGET_GET_CLASS (self)->point_at (self, x_px, y_px);
}

/* A chart that moves under a pointer that stands still is not taken for a pointer that moves.
 * Returns: whether it is another place in the window */
static gboolean
set_pointer (TsChartWidget *self,
             double x_px,
             double y_px)
{
  TsChartWidgetPrivate *own = get_private (self);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  double old_x_px = own->window_x_px, old_y_px = own->window_y_px;

  own->pointer_x_px = own->window_x_px = x_px;
  own->window_y_px = y_px;
  if (root != NULL)
    gtk_widget_translate_coordinates (GTK_WIDGET (self), GTK_WIDGET (root), x_px, y_px, &own->window_x_px,
                                      &own->window_y_px);
  return own->window_x_px != old_x_px || own->window_y_px != old_y_px;
}

static void
pointer_moved (TsChartWidget *self,
               double x_px,
               double y_px)
{
  /* GTK also reports a pointer that stands still when something moves under it. That must not take away what keys
   * chose. */
  if (set_pointer (self, x_px, y_px))
    point_at (self, x_px, y_px);
}

/* When the user switches to this view, it comes under a pointer that stands still: what is chosen stays so. */
static void
pointer_entered (TsChartWidget *self,
                 double x_px,
                 double y_px)
{
  if (ts_chart_model_get_chosen_ns (get_private (self)->model) == 0)
    pointer_moved (self, x_px, y_px);
  else
    set_pointer (self, x_px, y_px);
}

static void
pointer_left (TsChartWidget *self)
{
  TsChartWidgetPrivate *own = get_private (self);

  own->pointer_x_px = own->window_x_px = own->window_y_px = NAN;
  ts_chart_model_point_away (get_private (self)->model);
}

static void
pressed (TsChartWidget *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* The cursor is under the pointer already, but not under a finger, which did not move there. */
static void
clicked (TsChartWidget *self,
         int n_presses,
         double x_px,
         double y_px)
{
  if (n_presses == 1 && point_at (self, x_px, y_px))
    ts_chart_model_activate (get_private (self)->model);
}

static gboolean
press_arrow (TsChartModel *model,
             int direction,
             GdkModifierType modifiers)
{
  if (modifiers == GDK_SHIFT_MASK)
    ts_chart_model_pan (model, (double) direction * ts_chart_model_get_series (model)->span.n_columns / PAN_PARTS);
  else if (modifiers == GDK_CONTROL_MASK || modifiers == 0)
    ts_chart_model_move_cursor (model, direction, modifiers != 0);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
press_plain (TsChartModel *model,
             guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      ts_chart_model_zoom (model, ZOOM_FACTOR, NAN, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      ts_chart_model_zoom (model, 1 / ZOOM_FACTOR, NAN, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      ts_chart_model_show_oldest (model);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      ts_chart_model_set_follows (model, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_f:
    case GDK_KEY_F:
      ts_chart_model_set_follows (model, !ts_chart_model_get_follows (model));
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      return ts_chart_model_activate (model) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
    case GDK_KEY_Escape:
      return ts_chart_model_clear_cursor (model) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* Arrows move the cursor, with Ctrl from event to event, and with Shift they pan; + and − zoom; Home, End, F, Enter
 * and Escape. */
static gboolean
key_pressed (TsChartWidget *self,
             guint keyval,
             guint keycode,
             GdkModifierType state)
{
  TsChartModel *model = get_private (self)->model;
  GdkModifierType modifiers = state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK);

  if (keyval == GDK_KEY_Left || keyval == GDK_KEY_KP_Left)
    return press_arrow (model, -1, modifiers);
  if (keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right)
    return press_arrow (model, 1, modifiers);
  /* Shift is part of "+" on many keyboards. */
  if ((modifiers & ~GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;
  return press_plain (model, keyval);
}

/* The pointer shows what is under it, and a click asks for its exchange. */
static void
add_controllers (TsChartWidget *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (pointer_entered), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (pointer_left), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (clicked), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
ts_chart_widget_set_property (GObject *object,
                              guint property_id,
                              const GValue *value,
                              GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_MODEL:
      get_private (TS_CHART_WIDGET (object))->model = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_chart_widget_constructed (GObject *object)
{
  TsChartModel *model = get_private (TS_CHART_WIDGET (object))->model;

  G_OBJECT_CLASS (ts_chart_widget_parent_class)->constructed (object);
  g_return_if_fail (model != NULL);

  g_signal_connect_object (model, "data-changed", G_CALLBACK (data_changed), object, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "cursor-changed", G_CALLBACK (cursor_changed), object, G_CONNECT_SWAPPED);
}

static void
ts_chart_widget_finalize (GObject *object)
{
  TsChartWidgetPrivate *own = get_private (TS_CHART_WIDGET (object));

  ts_chart_description_clear (&own->description);
  g_clear_object (&own->model);
  G_OBJECT_CLASS (ts_chart_widget_parent_class)->finalize (object);
}

static void
ts_chart_widget_class_init (TsChartWidgetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = ts_chart_widget_set_property;
  object_class->constructed = ts_chart_widget_constructed;
  object_class->finalize = ts_chart_widget_finalize;
  widget_class->map = ts_chart_widget_map;

  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, TS_TYPE_CHART_MODEL,
                                                G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ts_chart_widget_init (TsChartWidget *self)
{
  set_pointer (self, NAN, NAN);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  add_controllers (self);
  ts_chart_colors_watch (GTK_WIDGET (self));
}

/**
 * ts_chart_widget_get_model:
 * @self: a view
 *
 * Returns: (transfer none): what it shows
 */
TsChartModel *
ts_chart_widget_get_model (TsChartWidget *self)
{
  return get_private (self)->model;
}

/**
 * ts_chart_widget_get_pointer_x_px:
 * @self: a view
 *
 * Returns: how far the pointer is from the left edge of @self; NAN while it is outside
 */
double
ts_chart_widget_get_pointer_x_px (TsChartWidget *self)
{
  return get_private (self)->pointer_x_px;
}
