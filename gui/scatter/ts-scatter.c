/* The scatter: what a chart has in view, as offsets against round trips.
 *
 * It is another view of the timeline's model, with the same range of time, cursor and keys. It takes points from the
 * history only while it is mapped.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-colors.h"
#include "chart/ts-chart-description.h"
#include "chart/ts-chart-keys.h"
#include "scatter/ts-scatter-labels.h"
#include "scatter/ts-scatter-layer.h"
#include "scatter/ts-scatter-points.h"
#include "scatter/ts-scatter-words.h"

#define REACH_PX          24 /* so near the pointer must be to a point */

struct _TsScatter
{
  GtkWidget parent_instance;

  TsChartModel *model;
  TsChartDescription description;
  TsScatterPoints points;
  const TsHistory *taken; /* not ours: which history, how much of it and which stretch @points are of */
  guint64 n_taken;
  TsChartSpan taken_span;
  TsChartUnit offset_unit;
  TsChartUnit delay_unit;
  TsChartPlot plot; /* as it was last drawn, without ticks */

  gboolean is_inside;  /* whether the pointer is, at @pointer_x_px, @pointer_y_px */
  double pointer_x_px;
  double pointer_y_px;
};

enum
{
  PROP_0,
  PROP_MODEL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsScatter, ts_scatter, GTK_TYPE_WIDGET)

static char *
describe (gpointer view)
{
  return ts_scatter_describe (&TS_SCATTER (view)->points);
}

static void
update_units (TsScatter *self)
{
  const TsScatterPoints *points = &self->points;

  if (points->points->len == 0)
    return;
  ts_chart_unit_update (&self->offset_unit, ts_chart_unit_for (points->min_ns, points->max_ns));
  ts_chart_unit_update (&self->delay_unit, ts_chart_unit_for (points->min_delay_ns, points->max_delay_ns));
}

/* Units do not flicker with the data, but another stretch of time gets its own at once. */
static void
take_points (TsScatter *self)
{
  const TsHistory *history = ts_chart_model_get_history (self->model);
  const TsChartSeries *series = ts_chart_model_get_series (self->model);
  TsChartSpan span = series->span;
  guint64 n = history == NULL ? 0 : ts_history_get_n_samples (history) + ts_history_get_n_lost (history);
  gint64 since_ns = G_MININT64;

  if (history == self->taken && n == self->n_taken && span.begin_ns == self->taken_span.begin_ns &&
      span.end_ns == self->taken_span.end_ns)
    return;
  if (series->steps->len > 0)
    since_ns = g_array_index (series->steps, TsChartStep, series->steps->len - 1).at_ns;
  if (history != self->taken || n == self->n_taken)
    self->offset_unit = self->delay_unit = (TsChartUnit) { 0 };
  self->taken = history;
  self->n_taken = n;
  self->taken_span = span;
  ts_scatter_points_update (&self->points, history, &span, since_ns);
  update_units (self);
}

/* What the model shows, or the cursor, is another. */
static void
update (TsScatter *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  take_points (self);
  ts_chart_description_update (&self->description, GTK_ACCESSIBLE (self), self->model, describe);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ts_scatter_snapshot (GtkWidget *widget,
                     GtkSnapshot *snapshot)
{
  TsScatter *self = TS_SCATTER (widget);
  int width_px = gtk_widget_get_width (widget), height_px = gtk_widget_get_height (widget);
  TsChartReadout readout = { 0 };
  TsChartColors colors;
  TsScatterFrame frame;
  cairo_t *cr;

  ts_chart_colors_init (&colors, widget);
  ts_scatter_frame_init (&frame, &self->points, &colors, gtk_widget_get_pango_context (widget), width_px, height_px,
                         self->offset_unit.unit, self->delay_unit.unit);
  frame.chosen = ts_chart_model_get_chosen (self->model);
  frame.readout = ts_chart_model_init_readout (self->model, &readout) ? &readout : NULL;
  self->plot = frame.plot;
  self->plot.x_ticks = self->plot.y_ticks = NULL;

  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width_px, (float) height_px));
  ts_scatter_layer_draw (&frame, cr, gtk_widget_get_scale_factor (widget));
  ts_scatter_labels_draw (&frame, cr);
  ts_scatter_layer_draw_chosen (&frame, cr);
  cairo_destroy (cr);
  ts_scatter_labels_draw_readout (&frame, snapshot);
  ts_chart_readout_clear (&readout);
  ts_scatter_frame_clear (&frame);
}

static void
ts_scatter_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  PangoContext *pango = gtk_widget_get_pango_context (widget);

  ts_chart_sheet_measure (orientation, ts_scatter_frame_get_min_height_px (pango), minimum, natural);
}

static void
ts_scatter_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ts_scatter_parent_class)->map (widget);
  update (TS_SCATTER (widget));
}

/* Returns: (nullable): the point that is nearest to where the pointer is, if any is near */
static const TsScatterPoint *
find_point (TsScatter *self,
            double x_px,
            double y_px)
{
  const TsScatterPoint *nearest = NULL;
  double least_px = REACH_PX;

  if (self->plot.x.px_per_ns == 0)
    return NULL;
  for (guint i = 0; i < self->points.points->len; i++)
    {
      const TsScatterPoint *point = ts_scatter_points_get (&self->points, i);
      double away_px = hypot (ts_chart_plot_get_x (&self->plot, point->delay_ns) - x_px,
                              ts_chart_plot_get_y (&self->plot, point->offset_ns) - y_px);

      if (away_px > least_px)
        continue;
      least_px = away_px;
      nearest = point;
    }
  return nearest;
}

/* Puts the cursor on the point that is near the pointer; if there is none, takes away the cursor that the pointer had
 * put there.
 *
 * Returns: whether there is one */
static gboolean
point_at (TsScatter *self,
          double x_px,
          double y_px)
{
  const TsScatterPoint *point = find_point (self, x_px, y_px);

  if (point != NULL)
    ts_chart_model_point_at_entry (self->model, point->at_ns);
  else
    ts_chart_model_point_away (self->model);
  return point != NULL;
}

static void
remember_pointer (TsScatter *self,
                  double x_px,
                  double y_px)
{
  self->is_inside = TRUE;
  self->pointer_x_px = x_px;
  self->pointer_y_px = y_px;
}

static void
pointer_moved (TsScatter *self,
               double x_px,
               double y_px)
{
  /* GTK also tells of a pointer that stands still when the window moves under it. That must not take away what keys
   * chose. */
  if (self->is_inside && x_px == self->pointer_x_px && y_px == self->pointer_y_px)
    return;
  remember_pointer (self, x_px, y_px);
  point_at (self, x_px, y_px);
}

/* When the user switches to this view, it comes under a pointer that stands still: what is chosen stays so. */
static void
pointer_entered (TsScatter *self,
                 double x_px,
                 double y_px)
{
  if (ts_chart_model_get_chosen_ns (self->model) == 0)
    pointer_moved (self, x_px, y_px);
  else
    remember_pointer (self, x_px, y_px);
}

static void
pointer_left (TsScatter *self)
{
  self->is_inside = FALSE;
  ts_chart_model_point_away (self->model);
}

static void
clicked (TsScatter *self,
         int n_presses,
         double x_px,
         double y_px)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_presses == 1 && point_at (self, x_px, y_px))
    ts_chart_model_activate (self->model);
}

static gboolean
key_pressed (TsScatter *self,
             guint keyval,
             guint keycode,
             GdkModifierType state)
{
  return ts_chart_keys_press (self->model, keyval, state);
}

static void
add_controllers (TsScatter *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (pointer_entered), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (pointer_left), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (clicked), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
ts_scatter_set_property (GObject *object,
                         guint property_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_MODEL:
      TS_SCATTER (object)->model = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_scatter_constructed (GObject *object)
{
  TsScatter *self = TS_SCATTER (object);

  G_OBJECT_CLASS (ts_scatter_parent_class)->constructed (object);
  g_return_if_fail (self->model != NULL);

  g_signal_connect_object (self->model, "data-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "cursor-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

static void
ts_scatter_finalize (GObject *object)
{
  TsScatter *self = TS_SCATTER (object);

  ts_scatter_points_clear (&self->points);
  ts_chart_description_clear (&self->description);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (ts_scatter_parent_class)->finalize (object);
}

static void
ts_scatter_class_init (TsScatterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = ts_scatter_set_property;
  object_class->constructed = ts_scatter_constructed;
  object_class->finalize = ts_scatter_finalize;
  widget_class->map = ts_scatter_map;
  widget_class->measure = ts_scatter_measure;
  widget_class->snapshot = ts_scatter_snapshot;

  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, TS_TYPE_CHART_MODEL,
                                                G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "ts-scatter");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ts_scatter_init (TsScatter *self)
{
  ts_scatter_points_init (&self->points);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Chart of offsets by round trip"), -1);
  add_controllers (self);
  ts_chart_colors_watch (GTK_WIDGET (self));
}

/**
 * ts_scatter_new:
 * @model: what to show
 *
 * Returns: (transfer floating): a view of @model
 */
GtkWidget *
ts_scatter_new (TsChartModel *model)
{
  return g_object_new (TS_TYPE_SCATTER, "model", model, NULL);
}
