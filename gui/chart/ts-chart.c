/* The chart of offsets and round trips over time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-colors.h"
#include "chart/paint/ts-chart-crosshair.h"
#include "chart/model/ts-chart-cursor.h"
#include "chart/ts-chart-input.h"
#include "chart/paint/ts-chart-labels.h"
#include "chart/paint/ts-chart-layer.h"
#include "chart/paint/ts-chart-marks.h"
#include "chart/paint/ts-chart-names.h"
#include "chart/paint/ts-chart-notes.h"
#include "chart/paint/ts-chart-overlay.h"
#include "chart/ts-chart-private.h"

#define ANIMATION_MS      200

enum
{
  PROP_0,
  PROP_RANGE,
  PROP_FOLLOWS,
  PROP_CHOSEN_NS,
  N_PROPS
};

enum
{
  SIGNAL_UPDATED,
  SIGNAL_EXCHANGE_ACTIVATED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsChart, ts_chart, GTK_TYPE_WIDGET)

/**
 * ts_chart_draw:
 * @frame: a frame
 * @cr: a context to draw with
 * @notes: (element-type TsChartNote): the notes
 *
 * Draws all that is in @frame but the read-out.
 */
void
ts_chart_draw (const TsChartFrame *frame,
               cairo_t *cr,
               const GArray *notes)
{
  ts_chart_layer_draw_grid (frame, cr);
  ts_chart_layer_draw_gaps (frame, cr);
  ts_chart_layer_draw_zero (frame, cr);
  ts_chart_layer_draw_bars (frame, cr);
  ts_chart_layer_draw_band (frame, cr);
  ts_chart_marks_draw_steps (frame, cr);
  ts_chart_overlay_draw_lines (frame, cr);
  ts_chart_overlay_draw_delays (frame, cr);
  ts_chart_layer_draw_line (frame, cr);
  ts_chart_marks_draw_dots (frame, cr);
  ts_chart_marks_draw_beyond (frame, cr);
  ts_chart_marks_draw_tries (frame, cr);
  ts_chart_crosshair_draw (frame, cr);
  ts_chart_notes_draw (frame, cr, notes);
  ts_chart_labels_draw_axes (frame, cr);
  ts_chart_labels_draw_titles (frame, cr);
}

/* What is in view: while an animation runs, on the way from what was. */
static TsChartSpan
get_shown_span (TsChart *self)
{
  TsChartSpan span = ts_chart_view_get_span (&self->view, (int) self->plot.width);
  double way = adw_animation_get_value (self->animation);

  if (adw_animation_get_state (self->animation) != ADW_ANIMATION_PLAYING)
    return span;
  span.begin_ns = self->left.begin_ns + (gint64) ((double) (span.begin_ns - self->left.begin_ns) * way);
  span.end_ns = self->left.end_ns + (gint64) ((double) (span.end_ns - self->left.end_ns) * way);
  return span;
}

static void
take_series (TsChart *self)
{
  TsChartSpan span = get_shown_span (self);

  ts_chart_series_update (&self->series, self->history, &span);
  ts_chart_others_update (self->others, &span);
  self->extent = ts_chart_others_get_extent (self->others, &self->series);
}

/* How wide the labels are, and so how many columns the plot has, is known only once there is a frame. */
static void
lay_out (TsChart *self,
         TsChartFrame *frame)
{
  GtkWidget *widget = GTK_WIDGET (self);

  for (guint try = 0; try < 2; try++)
    {
      if (try > 0)
        ts_chart_frame_clear (frame);
      ts_chart_frame_init (frame, &self->series, self->others, gtk_widget_get_pango_context (widget),
                           gtk_widget_get_width (widget), gtk_widget_get_height (widget),
                           self->offset_unit.unit, self->delay_unit.unit);
      if (frame->plot.width == self->plot.width)
        break;
      self->plot = frame->plot;
      take_series (self);
    }
  self->plot = frame->plot;
}

static void
ts_chart_snapshot (GtkWidget *widget,
                   GtkSnapshot *snapshot)
{
  TsChart *self = TS_CHART (widget);
  TsChartFrame frame;
  TsChartReadout readout = { 0 };
  g_autoptr (GArray) notes = NULL;
  cairo_t *cr;

  lay_out (self, &frame);
  ts_chart_colors_init (&frame.colors, widget);
  ts_chart_others_update_styles (self->others, widget);
  frame.name = self->name;
  frame.chosen = ts_chart_get_chosen (self);
  frame.readout = ts_chart_init_readout (self, &readout) ? &readout : NULL;
  notes = ts_chart_notes_place (&frame);
  ts_chart_names_place (&frame, notes);

  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) frame.width_px,
                                                                 (float) gtk_widget_get_height (widget)));
  ts_chart_draw (&frame, cr, notes);
  cairo_destroy (cr);
  ts_chart_crosshair_draw_readout (&frame, snapshot);
  ts_chart_readout_clear (&readout);
  ts_chart_frame_clear (&frame);
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
  ts_chart_frame_measure (orientation, ts_chart_frame_get_min_height_px (gtk_widget_get_pango_context (widget)), minimum,
                          natural);
}

static void
update_units (TsChart *self)
{
  guint64 n_entries = self->history == NULL ? 0
                                            : ts_history_get_n_samples (self->history) +
                                                ts_history_get_n_lost (self->history);

  n_entries += ts_chart_others_count_entries (self->others);
  if (!self->extent.is_known || n_entries == self->n_entries)
    return;
  self->n_entries = n_entries;
  ts_chart_unit_update (&self->offset_unit, ts_chart_unit_for (self->extent.min_ns, self->extent.max_ns));
  ts_chart_unit_update (&self->delay_unit, ts_unit_for (self->extent.max_delay_ns));
}

/* What the pointer is over moves on under it. */
static void
follow_pointer (TsChart *self)
{
  TsChartScale scale;
  gsize index;

  if (!self->is_pointed || self->history == NULL)
    return;
  ts_chart_scale_init (&scale, self->series.span.begin_ns, self->series.span.end_ns, self->plot.x,
                       ts_chart_box_get_right (&self->plot));
  index = ts_chart_cursor_nearest (self->history, ts_chart_scale_from_px (&scale, self->pointer_px));
  self->has_cursor = index != TS_CHART_NOWHERE;
  if (self->has_cursor)
    self->cursor_ns = ts_history_get (self->history, index)->at_ns;
}

/**
 * ts_chart_update:
 * @self: a chart
 *
 * Takes over what the history, the view or the pointer has become.
 */
void
ts_chart_update (TsChart *self)
{
  gint64 oldest_ns = G_MAXINT64, newest_ns = self->now_ns;

  ts_chart_others_get_limits (self->others, self->history, &oldest_ns, &newest_ns);
  ts_chart_view_set_limits (&self->view, MIN (oldest_ns, newest_ns), newest_ns);
  take_series (self);
  update_units (self);
  follow_pointer (self);
  ts_chart_update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (ts_chart_get_chosen_ns (self) != self->told_chosen_ns)
    {
      self->told_chosen_ns = ts_chart_get_chosen_ns (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHOSEN_NS]);
    }
  g_signal_emit (self, signals[SIGNAL_UPDATED], 0);
}

/**
 * ts_chart_change_view:
 * @self: a chart
 * @before: what its view was
 * @is_gradual: whether the way there is shown
 *
 * To be called after every change of the view. Units are chosen anew for what is in view now.
 */
void
ts_chart_change_view (TsChart *self,
                      const TsChartView *before,
                      gboolean is_gradual)
{
  TsChartSpan shown = self->series.span;

  if (self->view.follows != before->follows)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWS]);
  if (ts_chart_view_get_range (&self->view) != ts_chart_view_get_range (before))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RANGE]);
  adw_animation_reset (self->animation);
  if (is_gradual && self->extent.is_known)
    {
      self->left = shown;
      adw_animation_play (self->animation);
    }
  self->n_entries = 0;
  self->offset_unit = (TsChartUnit) { 0 };
  self->delay_unit = (TsChartUnit) { 0 };
  ts_chart_update (self);
}

static void
animate (double value,
         gpointer user_data)
{
  ts_chart_update (TS_CHART (user_data));
}

static void
ts_chart_get_property (GObject *object,
                       guint property_id,
                       GValue *value,
                       GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_RANGE:
      g_value_set_int (value, (int) ts_chart_get_range (TS_CHART (object)));
      break;
    case PROP_FOLLOWS:
      g_value_set_boolean (value, ts_chart_get_follows (TS_CHART (object)));
      break;
    case PROP_CHOSEN_NS:
      g_value_set_int64 (value, ts_chart_get_chosen_ns (TS_CHART (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_chart_set_property (GObject *object,
                       guint property_id,
                       const GValue *value,
                       GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_RANGE:
      ts_chart_set_range (TS_CHART (object), (TsChartRange) g_value_get_int (value));
      break;
    case PROP_FOLLOWS:
      ts_chart_set_follows (TS_CHART (object), g_value_get_boolean (value));
      break;
    case PROP_CHOSEN_NS:
      ts_chart_set_chosen_ns (TS_CHART (object), g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_chart_finalize (GObject *object)
{
  TsChart *self = TS_CHART (object);

  ts_chart_series_clear (&self->series);
  g_array_unref (self->others);
  g_free (self->name);
  g_clear_object (&self->animation);
  g_free (self->spoken);

  G_OBJECT_CLASS (ts_chart_parent_class)->finalize (object);
}

static void
ts_chart_class_init (TsChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ts_chart_get_property;
  object_class->set_property = ts_chart_set_property;
  object_class->finalize = ts_chart_finalize;
  widget_class->measure = ts_chart_measure;
  widget_class->snapshot = ts_chart_snapshot;

  properties[PROP_RANGE] = g_param_spec_int ("range", NULL, NULL, 0, TS_CHART_RANGE_OTHER, TS_CHART_RANGE_TEN_MINUTES,
                                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_FOLLOWS] = g_param_spec_boolean ("follows", NULL, NULL, TRUE,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                     G_PARAM_STATIC_STRINGS);
  properties[PROP_CHOSEN_NS] = g_param_spec_int64 ("chosen-ns", NULL, NULL, 0, G_MAXINT64, 0,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                     G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /* Whatever the history, the view or the cursor has become is taken over. */
  signals[SIGNAL_UPDATED] = g_signal_new ("updated", TS_TYPE_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
  /* The user wants to see the exchange whose answer came at that instant. */
  signals[SIGNAL_EXCHANGE_ACTIVATED] = g_signal_new ("exchange-activated", TS_TYPE_CHART, G_SIGNAL_RUN_LAST, 0, NULL,
                                                     NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);

  gtk_widget_class_set_css_name (widget_class, "ts-chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ts_chart_init (TsChart *self)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));

  ts_chart_view_init (&self->view);
  ts_chart_series_init (&self->series);
  self->others = ts_chart_others_new ();
  /* Until it is drawn. */
  self->plot.width = TS_CHART_NATURAL_WIDTH_PX;
  self->animation = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, ANIMATION_MS,
                                             adw_callback_animation_target_new (animate, self, NULL));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Offset chart"),
                                  -1);
  ts_chart_input_attach (self);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
}

/**
 * ts_chart_new:
 *
 * Makes a chart that follows live. It keeps 12 to 16 px free on all sides, for a card that has no padding of
 * its own.
 *
 * Returns: (transfer floating): a chart without a history
 */
GtkWidget *
ts_chart_new (void)
{
  return g_object_new (TS_TYPE_CHART, NULL);
}

/**
 * ts_chart_set_history:
 * @self: a chart
 * @history: (nullable): what to show; the owner sets %NULL here before it frees it
 *
 * Shows another history, as of the time of the latest ts_chart_refresh() or of its newest entry if that is
 * later.
 */
void
ts_chart_set_history (TsChart *self,
                      const TsHistory *history)
{
  g_return_if_fail (TS_IS_CHART (self));

  if (self->history == history)
    return;
  self->history = history;
  self->has_cursor = self->is_pointed = FALSE;
  self->n_entries = 0;
  self->offset_unit = (TsChartUnit) { 0 };
  self->delay_unit = (TsChartUnit) { 0 };
  self->described_ns = 0;
  ts_chart_update (self);
}

/**
 * ts_chart_refresh:
 * @self: a chart
 * @now_ns: our clock's time
 *
 * Takes over what the history has become and draws it once. To be called whenever the history changed or the
 * view should move on; the description for those who do not see follows at most once a second.
 */
void
ts_chart_refresh (TsChart *self,
                  gint64 now_ns)
{
  g_return_if_fail (TS_IS_CHART (self));

  self->now_ns = now_ns;
  ts_chart_update (self);
}

/**
 * ts_chart_get_n_gaps:
 * @self: a chart
 *
 * Returns: how many gaps are in view: runs of lost or refused exchanges, and pauses
 */
guint
ts_chart_get_n_gaps (TsChart *self)
{
  g_return_val_if_fail (TS_IS_CHART (self), 0);

  return self->series.n_gaps;
}
