/* The scatter: what a chart has in view, as offsets against round trips.
 *
 * It is another view of the timeline's model, with the same range of time, cursor and keys.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-colors.h"
#include "scatter/ts-scatter-labels.h"
#include "scatter/ts-scatter-layer.h"
#include "scatter/ts-scatter-points.h"
#include "scatter/ts-scatter-words.h"

#define REACH_PX 24 /* so near the pointer must be to a point */

struct _TsScatter
{
  TsChartWidget parent_instance;

  TsScatterPoints points;
  const TsHistory *taken; /* not ours: which history, how much of it and which stretch @points are of */
  guint64 n_taken;
  TsChartSpan taken_span;
  TsChartUnit offset_unit;
  TsChartUnit delay_unit;
  TsChartPlot plot; /* as it was last drawn, without ticks */
};

G_DEFINE_FINAL_TYPE (TsScatter, ts_scatter, TS_TYPE_CHART_WIDGET)

static char *
ts_scatter_describe_view (TsChartWidget *widget)
{
  return ts_scatter_describe (&TS_SCATTER (widget)->points);
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
ts_scatter_data_changed (TsChartWidget *widget)
{
  TsScatter *self = TS_SCATTER (widget);
  TsChartModel *model = ts_chart_widget_get_model (widget);
  const TsHistory *history = ts_chart_model_get_history (model);
  const TsChartSeries *series = ts_chart_model_get_series (model);
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

static void
ts_scatter_snapshot (GtkWidget *widget,
                     GtkSnapshot *snapshot)
{
  TsScatter *self = TS_SCATTER (widget);
  TsChartModel *model = ts_chart_widget_get_model (TS_CHART_WIDGET (self));
  int width_px = gtk_widget_get_width (widget), height_px = gtk_widget_get_height (widget);
  TsChartReadout readout = { 0 };
  TsChartColors colors;
  TsScatterFrame frame;
  cairo_t *cr;

  ts_chart_colors_init (&colors, widget);
  ts_scatter_frame_init (&frame, &self->points, &colors, gtk_widget_get_pango_context (widget), width_px, height_px,
                         self->offset_unit.unit, self->delay_unit.unit);
  frame.chosen = ts_chart_model_get_chosen (model);
  frame.readout = ts_chart_model_init_readout (model, &readout) ? &readout : NULL;
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
 * put there. */
static gboolean
ts_scatter_point_at (TsChartWidget *widget,
                     double x_px,
                     double y_px)
{
  TsChartModel *model = ts_chart_widget_get_model (widget);
  const TsScatterPoint *point = find_point (TS_SCATTER (widget), x_px, y_px);

  if (point != NULL)
    ts_chart_model_point_at_entry (model, point->at_ns);
  else
    ts_chart_model_point_away (model);
  return point != NULL;
}

static void
ts_scatter_finalize (GObject *object)
{
  ts_scatter_points_clear (&TS_SCATTER (object)->points);
  G_OBJECT_CLASS (ts_scatter_parent_class)->finalize (object);
}

static void
ts_scatter_class_init (TsScatterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  TsChartWidgetClass *chart_class = TS_CHART_WIDGET_CLASS (klass);

  object_class->finalize = ts_scatter_finalize;
  widget_class->measure = ts_scatter_measure;
  widget_class->snapshot = ts_scatter_snapshot;

  chart_class->data_changed = ts_scatter_data_changed;
  chart_class->point_at = ts_scatter_point_at;
  chart_class->describe = ts_scatter_describe_view;

  gtk_widget_class_set_css_name (widget_class, "ts-scatter");
}

static void
ts_scatter_init (TsScatter *self)
{
  ts_scatter_points_init (&self->points);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Chart of offsets by round trip"), -1);
}
