/* The timeline: offsets and round trips over time. 12 to 16 px are free on all sides, for a card that has no padding of its
 * own.
 *
 * It keeps what it has painted until the model, its size or its style changes. A motion of the pointer paints the
 * cursor and the read-out only.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "chart/paint/ts-chart-crosshair.h"
#include "chart/paint/ts-chart-notes.h"
#include "chart/paint/ts-chart-timeline.h"
#include "words/ts-join.h"

#define ANIMATION_MS   200
#define WHEEL_FACTOR   1.25 /* for a click of the wheel */
#define SMOOTH_PX      40.0 /* how far a touchpad scrolls for the same */
#define WHEEL_PAN_PX   60
#define DRAG_BEGINS_PX 8

struct _TsChart
{
  TsChartWidget parent_instance;

  AdwAnimation *animation;

  /* As it was painted last. */
  TsChartFrame frame;
  GskRenderNode *data_node;
  GskRenderNode *text_node; /* (nullable): without a cursor @data_node has the text too */
  TsChartColors colors;
  int width_px;
  int height_px;
  gboolean has_readout;
  guint pango_serial;
  gboolean is_stale; /* whether the model has changed since */
  gboolean has_past; /* whether there is a line above the titles */

  /* Drag and pinch tell how far they have come since they began; the view is moved in steps. */
  double drag_px;
  gboolean is_dragging;
  double pinch_scale;
};

G_DEFINE_FINAL_TYPE (TsChart, ts_chart, TS_TYPE_CHART_WIDGET)

static TsChartModel *
get_model (TsChart *self)
{
  return ts_chart_widget_get_model (TS_CHART_WIDGET (self));
}

static char *
ts_chart_describe_view (TsChartWidget *widget)
{
  TsChartModel *model = ts_chart_widget_get_model (widget);
  g_autofree char *series = ts_chart_describe (ts_chart_model_get_series (model));
  g_autofree char *overlays = ts_chart_describe_overlays (ts_chart_model_get_overlays (model));

  return ts_join_clauses ((const char *const[]) { series, overlays }, 2);
}

static void
ts_chart_data_changed (TsChartWidget *widget)
{
  TsChart *self = TS_CHART (widget);
  gboolean has_past = ts_chart_model_get_past_ns (get_model (self)) != 0;

  self->is_stale = TRUE;
  if (has_past != self->has_past)
    gtk_widget_queue_resize (GTK_WIDGET (widget));
  self->has_past = has_past;
}

static void
animate (double progress,
         gpointer user_data)
{
  ts_chart_model_set_progress (get_model (user_data), progress);
}

static void
move_view (TsChart *self,
           gboolean is_gradual)
{
  adw_animation_pause (self->animation);
  if (!is_gradual)
    return;
  adw_animation_reset (self->animation);
  ts_chart_model_set_progress (get_model (self), 0);
  adw_animation_play (self->animation);
}

static void
clear_painting (TsChart *self)
{
  g_clear_pointer (&self->data_node, gsk_render_node_unref);
  g_clear_pointer (&self->text_node, gsk_render_node_unref);
  ts_chart_frame_clear (&self->frame);
}

/* Paints all but the cursor and the read-out, which change with each motion of the pointer. */
static void
paint (TsChart *self,
       PangoContext *pango,
       int width_px,
       int height_px)
{
  const graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width_px, (float) height_px);
  g_autoptr (GArray) notes = NULL;
  cairo_t *cr;

  clear_painting (self);
  ts_chart_frame_init (&self->frame, get_model (self), &self->colors, pango, width_px, height_px);
  self->frame.has_readout = self->has_readout;
  notes = ts_chart_notes_place (&self->frame);
  ts_chart_notes_place_names (&self->frame, notes);

  self->data_node = gsk_cairo_node_new (&bounds);
  cr = gsk_cairo_node_get_draw_context (self->data_node);
  ts_chart_timeline_draw_data (&self->frame, cr);
  /* The cursor is between both. Without one a node is enough: a second one costs a fifth of a frame more. */
  if (self->has_readout)
    {
      cairo_destroy (cr);
      self->text_node = gsk_cairo_node_new (&bounds);
      cr = gsk_cairo_node_get_draw_context (self->text_node);
    }
  ts_chart_timeline_draw_text (&self->frame, cr, notes);
  cairo_destroy (cr);
}

/* Paints again if anything that is painted has changed. */
static void
update_painting (TsChart *self,
                 gboolean has_readout)
{
  GtkWidget *widget = GTK_WIDGET (self);
  PangoContext *pango = gtk_widget_get_pango_context (widget);
  int width_px = gtk_widget_get_width (widget), height_px = gtk_widget_get_height (widget);
  TsChartColors colors;

  memset (&colors, 0, sizeof colors); /* so that it can be compared */
  ts_chart_colors_init (&colors, widget);
  if (!self->is_stale && width_px == self->width_px && height_px == self->height_px &&
      has_readout == self->has_readout && pango_context_get_serial (pango) == self->pango_serial &&
      memcmp (&colors, &self->colors, sizeof colors) == 0)
    return;
  self->is_stale = FALSE;
  self->width_px = width_px;
  self->height_px = height_px;
  self->has_readout = has_readout;
  self->pango_serial = pango_context_get_serial (pango);
  self->colors = colors;
  paint (self, pango, width_px, height_px);
}

static void
ts_chart_snapshot (GtkWidget *widget,
                   GtkSnapshot *snapshot)
{
  TsChart *self = TS_CHART (widget);
  TsChartReadout readout = { 0 };
  gboolean has_readout = ts_chart_model_init_readout (get_model (self), &readout);

  update_painting (self, has_readout);
  self->frame.chosen = ts_chart_model_get_chosen (get_model (self));
  gtk_snapshot_append_node (snapshot, self->data_node);
  ts_chart_crosshair_draw (&self->frame, snapshot);
  if (self->text_node != NULL)
    gtk_snapshot_append_node (snapshot, self->text_node);
  if (has_readout)
    ts_chart_crosshair_draw_readout (&self->frame, &readout, snapshot);
  ts_chart_readout_clear (&readout);
}

static void
ts_chart_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  PangoContext *pango = gtk_widget_get_pango_context (widget);

  ts_chart_sheet_measure (orientation, ts_chart_frame_get_min_height_px (pango, TS_CHART (widget)->has_past), minimum,
                          natural);
}

/* Returns: how far across the plot, from 0 to 1, outside of it less or more */
static double
get_part (TsChart *self,
          double x_px)
{
  const cairo_rectangle_t *box = &self->frame.plot.box;

  return box->width > 0 ? (x_px - box->x) / box->width : 0;
}

static gboolean
scrolled (TsChart *self,
          double dx,
          double dy,
          GtkEventController *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (controller);
  GdkModifierType modifiers = gtk_event_controller_get_current_event_state (controller);
  gboolean is_wheel = event == NULL || gdk_scroll_event_get_direction (event) != GDK_SCROLL_SMOOTH;
  double click = is_wheel ? 1 : 1 / SMOOTH_PX;
  double at = get_part (self, ts_chart_widget_get_pointer_x_px (TS_CHART_WIDGET (self)));

  if (modifiers & GDK_SHIFT_MASK)
    {
      dx += dy;
      dy = 0;
    }
  if (fabs (dx) > fabs (dy))
    ts_chart_model_pan (get_model (self), dx * click * WHEEL_PAN_PX);
  else if (dy != 0)
    ts_chart_model_zoom (get_model (self), pow (WHEEL_FACTOR, -dy * click), at, is_wheel);
  return GDK_EVENT_STOP;
}

static void
pinch_began (TsChart *self,
             GdkEventSequence *sequence,
             GtkGesture *gesture)
{
  self->pinch_scale = 1;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
pinched (TsChart *self,
         double scale,
         GtkGesture *gesture)
{
  double x, y;

  if (!gtk_gesture_get_bounding_box_center (gesture, &x, &y) || scale <= 0)
    return;
  ts_chart_model_zoom (get_model (self), scale / self->pinch_scale, get_part (self, x), FALSE);
  self->pinch_scale = scale;
}

static void
drag_began (TsChart *self)
{
  self->drag_px = 0;
  self->is_dragging = FALSE;
}

/* A finger that goes up or down scrolls the page. */
static void
dragged (TsChart *self,
         double dx,
         double dy,
         GtkGesture *gesture)
{
  if (!self->is_dragging)
    {
      if (fabs (dx) < DRAG_BEGINS_PX || fabs (dx) < fabs (dy))
        return;
      self->is_dragging = TRUE;
      self->drag_px = dx;
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
      gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grabbing");
      return;
    }
  ts_chart_model_pan (get_model (self), self->drag_px - dx);
  self->drag_px = dx;
}

static void
drag_ended (TsChart *self)
{
  gtk_widget_set_cursor (GTK_WIDGET (self), NULL);
}

static gboolean
ts_chart_point_at (TsChartWidget *widget,
                   double x_px,
                   double y_px)
{
  ts_chart_model_point_at (ts_chart_widget_get_model (widget), get_part (TS_CHART (widget), x_px));
  return TRUE;
}

/* The wheel or two fingers zoom where they are; with Shift or sideways the wheel pans, and so does dragging. */
static void
add_controllers (TsChart *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scrolled), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_began), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (dragged), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_ended), self);
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_began), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinched), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
}

static void
ts_chart_constructed (GObject *object)
{
  TsChart *self = TS_CHART (object);

  G_OBJECT_CLASS (ts_chart_parent_class)->constructed (object);
  g_signal_connect_object (get_model (self), "view-changed", G_CALLBACK (move_view), self, G_CONNECT_SWAPPED);
}

static void
ts_chart_finalize (GObject *object)
{
  TsChart *self = TS_CHART (object);

  clear_painting (self);
  g_clear_object (&self->animation);
  G_OBJECT_CLASS (ts_chart_parent_class)->finalize (object);
}

static void
ts_chart_class_init (TsChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  TsChartWidgetClass *chart_class = TS_CHART_WIDGET_CLASS (klass);

  object_class->constructed = ts_chart_constructed;
  object_class->finalize = ts_chart_finalize;
  widget_class->measure = ts_chart_measure;
  widget_class->snapshot = ts_chart_snapshot;

  chart_class->data_changed = ts_chart_data_changed;
  chart_class->point_at = ts_chart_point_at;
  chart_class->describe = ts_chart_describe_view;

  gtk_widget_class_set_css_name (widget_class, "ts-chart");
}

static void
ts_chart_init (TsChart *self)
{
  self->is_stale = TRUE;
  self->animation = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, ANIMATION_MS,
                                             adw_callback_animation_target_new (animate, self, NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Offset chart"), -1);
  add_controllers (self);
}
