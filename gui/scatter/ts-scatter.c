/* The scatter: what a chart has in view, as offsets against round trips.
 *
 * It is another face of a chart, and has that chart's history, range of time, cursor and keys. What it does not show
 * costs nothing: it looks at the history only while it is mapped.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-colors.h"
#include "chart/paint/ts-chart-crosshair.h"
#include "chart/ts-chart-input.h"
#include "chart/ts-chart-private.h"
#include "scatter/ts-scatter-frame.h"
#include "scatter/ts-scatter-input.h"
#include "scatter/ts-scatter-labels.h"
#include "scatter/ts-scatter-layer.h"
#include "scatter/ts-scatter-words.h"
#include "measure/ts-time.h"

#define REACH_PX          24 /* so near the pointer must be to a point */

struct _TsScatter
{
  GtkWidget parent_instance;

  TsChart *chart; /* (nullable) */
  TsScatterPoints points;
  const TsHistory *taken; /* not ours: which history, how much of it and which stretch @points are of */
  guint64 n_taken;
  TsChartSpan taken_span;
  TsChartUnit offset_unit;
  TsChartUnit delay_unit;
  TsChartScale offset; /* as it was last drawn */
  TsChartScale delay;

  gboolean is_pointed; /* whether the pointer chose what is chosen */
  char *spoken;        /* (nullable): what was last told of the cursor */
  gint64 described_ns; /* when the description was last made; 0: never */
};

enum
{
  PROP_0,
  PROP_CHART,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsScatter, ts_scatter, GTK_TYPE_WIDGET)

static void
describe (TsScatter *self,
          const char *description)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

/* As the chart does: what keys chose is told, what the pointer rests on is the value only.
 *
 * Returns: whether the description tells of the cursor, and so of nothing else */
static gboolean
describe_cursor (TsScatter *self)
{
  TsChartReadout readout;
  g_autofree char *text = NULL;

  if (!ts_chart_init_readout (self->chart, &readout))
    {
      if (self->spoken != NULL)
        gtk_accessible_reset_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT);
      g_clear_pointer (&self->spoken, g_free);
      return FALSE;
    }
  text = ts_chart_readout_describe (&readout);
  ts_chart_readout_clear (&readout);
  if (g_strcmp0 (text, self->spoken) != 0)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  if (!self->is_pointed && (g_strcmp0 (text, self->spoken) != 0 || self->described_ns != 0))
    {
      describe (self, text);
      self->described_ns = 0;
    }
  g_free (self->spoken);
  self->spoken = g_steal_pointer (&text);
  return !self->is_pointed;
}

/* Sounding out a sentence takes longer than a second: a newer one each time would be noise. */
static void
update_description (TsScatter *self)
{
  gint64 now_ns = self->taken_span.now_ns;
  g_autofree char *description = NULL;

  if (describe_cursor (self))
    return;
  if (self->described_ns != 0 && now_ns >= self->described_ns && now_ns - self->described_ns < TS_NS_PER_S)
    return;
  self->described_ns = now_ns;
  description = ts_scatter_describe (&self->points);
  describe (self, description);
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

/* A unit does not flicker where the data do, but another stretch of time gets its own at once. */
static gboolean
take_points (TsScatter *self)
{
  const TsHistory *history = ts_chart_get_history (self->chart);
  const TsChartSeries *series = ts_chart_get_series (self->chart);
  TsChartSpan span = ts_chart_get_span (self->chart);
  guint64 n = history == NULL ? 0 : ts_history_get_n_samples (history) + ts_history_get_n_lost (history);
  gint64 since_ns = G_MININT64;

  if (history == self->taken && n == self->n_taken && span.begin_ns == self->taken_span.begin_ns &&
      span.end_ns == self->taken_span.end_ns)
    return FALSE;
  if (series->steps->len > 0)
    since_ns = g_array_index (series->steps, TsChartStep, series->steps->len - 1).at_ns;
  if (history != self->taken || n == self->n_taken)
    self->offset_unit = self->delay_unit = (TsChartUnit) { 0 };
  self->taken = history;
  self->n_taken = n;
  self->taken_span = span;
  ts_scatter_points_update (&self->points, history, &span, since_ns);
  update_units (self);
  return TRUE;
}

static void
update (TsScatter *self)
{
  if (self->chart == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  take_points (self);
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ts_scatter_snapshot (GtkWidget *widget,
                     GtkSnapshot *snapshot)
{
  TsScatter *self = TS_SCATTER (widget);
  int width_px = gtk_widget_get_width (widget), height_px = gtk_widget_get_height (widget);
  TsChartReadout readout = { 0 };
  TsChartFrame frame;
  cairo_t *cr;

  if (self->chart == NULL)
    return;
  ts_scatter_frame_init (&frame, &self->points, gtk_widget_get_pango_context (widget), width_px, height_px,
                         self->offset_unit.unit, self->delay_unit.unit);
  ts_chart_colors_init (&frame.colors, widget);
  frame.chosen = ts_chart_get_chosen (self->chart);
  frame.readout = ts_chart_init_readout (self->chart, &readout) ? &readout : NULL;
  self->offset = frame.offset;
  self->delay = frame.delay;

  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width_px, (float) height_px));
  ts_scatter_layer_draw (&frame, &self->points, cr, gtk_widget_get_scale_factor (widget));
  ts_scatter_labels_draw (&frame, &self->points, cr);
  ts_scatter_layer_draw_chosen (&frame, cr);
  cairo_destroy (cr);
  ts_scatter_labels_draw_readout (&frame, snapshot);
  ts_chart_readout_clear (&readout);
  ts_chart_frame_clear (&frame);
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
  ts_chart_frame_measure (orientation, ts_scatter_frame_get_min_height_px (gtk_widget_get_pango_context (widget)), minimum,
                          natural);
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

  if (self->delay.px_per_ns == 0)
    return NULL;
  for (guint i = 0; i < self->points.points->len; i++)
    {
      const TsScatterPoint *point = ts_scatter_points_get (&self->points, i);
      double away_px = hypot (ts_chart_scale_to_px (&self->delay, point->delay_ns) - x_px,
                              ts_chart_scale_to_px (&self->offset, point->offset_ns) - y_px);

      if (away_px > least_px)
        continue;
      least_px = away_px;
      nearest = point;
    }
  return nearest;
}

static void
set_chart (TsScatter *self,
           TsChart *chart)
{
  if (self->chart != NULL)
    g_signal_handlers_disconnect_by_data (self->chart, self);
  if (!g_set_object (&self->chart, chart))
    return;
  if (chart != NULL)
    g_signal_connect_object (chart, "updated", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHART]);
  update (self);
}

static void
ts_scatter_get_property (GObject *object,
                         guint property_id,
                         GValue *value,
                         GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_CHART:
      g_value_set_object (value, TS_SCATTER (object)->chart);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_scatter_set_property (GObject *object,
                         guint property_id,
                         const GValue *value,
                         GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_CHART:
      set_chart (TS_SCATTER (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_scatter_dispose (GObject *object)
{
  set_chart (TS_SCATTER (object), NULL);
  G_OBJECT_CLASS (ts_scatter_parent_class)->dispose (object);
}

static void
ts_scatter_finalize (GObject *object)
{
  TsScatter *self = TS_SCATTER (object);

  ts_scatter_points_clear (&self->points);
  g_free (self->spoken);
  G_OBJECT_CLASS (ts_scatter_parent_class)->finalize (object);
}

static void
ts_scatter_class_init (TsScatterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ts_scatter_get_property;
  object_class->set_property = ts_scatter_set_property;
  object_class->dispose = ts_scatter_dispose;
  object_class->finalize = ts_scatter_finalize;
  widget_class->map = ts_scatter_map;
  widget_class->measure = ts_scatter_measure;
  widget_class->snapshot = ts_scatter_snapshot;

  properties[PROP_CHART] = g_param_spec_object ("chart", NULL, NULL, TS_TYPE_CHART,
                                                G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                  G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "ts-scatter");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ts_scatter_init (TsScatter *self)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));

  ts_scatter_points_init (&self->points);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Chart of offsets by round trip"), -1);
  ts_scatter_input_attach (self);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
}

/**
 * ts_scatter_new:
 * @chart: (nullable): a chart
 *
 * Returns: (transfer floating): another face of @chart
 */
GtkWidget *
ts_scatter_new (TsChart *chart)
{
  return g_object_new (TS_TYPE_SCATTER, "chart", chart, NULL);
}

/**
 * ts_scatter_get_chart:
 * @self: a scatter
 *
 * Returns: (transfer none) (nullable): the chart whose other face it is
 */
TsChart *
ts_scatter_get_chart (TsScatter *self)
{
  return self->chart;
}

/**
 * ts_scatter_point_at:
 * @self: a scatter
 * @x_px: where the pointer is
 * @y_px: the same
 *
 * Chooses the point that is nearest to the pointer; where none is near, what the pointer chose before is let go.
 *
 * Returns: whether there is one
 */
gboolean
ts_scatter_point_at (TsScatter *self,
                     double x_px,
                     double y_px)
{
  const TsScatterPoint *point = find_point (self, x_px, y_px);

  if (point == NULL)
    {
      ts_scatter_point_away (self);
      return FALSE;
    }
  self->is_pointed = TRUE;
  ts_chart_set_chosen_ns (self->chart, point->at_ns);
  return TRUE;
}

/**
 * ts_scatter_point_away:
 * @self: a scatter
 *
 * Lets go of what the pointer chose.
 */
void
ts_scatter_point_away (TsScatter *self)
{
  if (!self->is_pointed)
    return;
  self->is_pointed = FALSE;
  ts_chart_set_chosen_ns (self->chart, 0);
}

/**
 * ts_scatter_press:
 * @self: a scatter
 * @keyval: a key
 * @state: what else is pressed
 *
 * Does what that key does in the chart. What it chooses the pointer did not.
 *
 * Returns: %GDK_EVENT_STOP where it does anything
 */
gboolean
ts_scatter_press (TsScatter *self,
                  guint keyval,
                  GdkModifierType state)
{
  gboolean was_pointed = self->is_pointed;

  self->is_pointed = FALSE;
  if (ts_chart_input_press (self->chart, keyval, state))
    return GDK_EVENT_STOP;
  self->is_pointed = was_pointed;
  return GDK_EVENT_PROPAGATE;
}
