/* The chart of offsets and round trips over time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-chart.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "ts-chart-labels.h"
#include "ts-chart-layer.h"
#include "ts-chart-marks.h"
#include "ts-chart-words.h"
#include "ts-time.h"

#define MIN_WIDTH_PX      240
#define NATURAL_WIDTH_PX  560
#define MIN_HEIGHT_PX     220
#define NATURAL_HEIGHT_PX 320

struct _TsChart
{
  GtkWidget parent_instance;

  const TsHistory *history; /* not ours */
  TsChartSeries series;
  gint64 now_ns;
  gint64 described_ns; /* when the description was last made; 0: never */
  guint n_gaps_described;
  guint64 n_entries;   /* that the units know of */
  TsChartUnit offset_unit;
  TsChartUnit delay_unit;
};

G_DEFINE_FINAL_TYPE (TsChart, ts_chart, GTK_TYPE_WIDGET)

static GdkRGBA
fade (GdkRGBA color,
      double opacity)
{
  color.alpha *= (float) opacity;
  return color;
}

static GdkRGBA
look_up (GtkStyleContext *style,
         const char *name,
         const GdkRGBA *otherwise)
{
  GdkRGBA color;

  return gtk_style_context_lookup_color (style, name, &color) ? color : *otherwise;
}

/* Returns: @above painted over @below, which is opaque */
static GdkRGBA
blend (GdkRGBA above,
       GdkRGBA below)
{
  return (GdkRGBA) {
    above.red * above.alpha + below.red * (1 - above.alpha),
    above.green * above.alpha + below.green * (1 - above.alpha),
    above.blue * above.alpha + below.blue * (1 - above.alpha),
    1,
  };
}

static void
get_colors (TsChart *self,
            TsChartColors *colors)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  gboolean is_dark = adw_style_manager_get_dark (manager);
  gboolean is_high = adw_style_manager_get_high_contrast (manager);
  GdkRGBA foreground, accent_bg, card;

  gtk_style_context_get_color (style, &foreground);
  accent_bg = look_up (style, "accent_bg_color", &foreground);
  /* In the dark a card is a breath of white over the window. */
  card = blend (look_up (style, "card_bg_color", &foreground), look_up (style, "window_bg_color", &foreground));
  *colors = (TsChartColors) {
    .text = foreground,
    .secondary = fade (foreground, is_high ? 0.9 : 0.7),
    .grid = fade (foreground, is_high ? 0.5 : 0.1),
    .zero = fade (foreground, is_high ? 0.9 : 0.54),
    .mark = fade (foreground, is_high ? 1 : 0.7),
    .line = look_up (style, "accent_color", &foreground),
    .bar = fade (accent_bg, is_high ? 1 : is_dark ? 0.75 : 0.5),
    .band = fade (blend (fade (accent_bg, is_dark ? 0.4 : 0.3), card), 0.8),
    .hatch = fade (accent_bg, is_high ? 0.6 : is_dark ? 0.4 : 0.26),
    .error = look_up (style, "error_color", &foreground),
  };
}

static void
draw (const TsChartFrame *frame,
      cairo_t *cr,
      const GArray *notes)
{
  ts_chart_layer_draw_grid (frame, cr);
  ts_chart_layer_draw_gaps (frame, cr);
  ts_chart_layer_draw_zero (frame, cr);
  ts_chart_layer_draw_bars (frame, cr);
  ts_chart_layer_draw_band (frame, cr);
  ts_chart_marks_draw_steps (frame, cr);
  ts_chart_layer_draw_line (frame, cr);
  ts_chart_marks_draw_dots (frame, cr);
  ts_chart_marks_draw_beyond (frame, cr);
  ts_chart_marks_draw_tries (frame, cr);
  ts_chart_labels_draw_notes (frame, cr, notes);
  ts_chart_labels_draw_axes (frame, cr);
  ts_chart_labels_draw_titles (frame, cr);
}

static void
ts_chart_snapshot (GtkWidget *widget,
                   GtkSnapshot *snapshot)
{
  TsChart *self = TS_CHART (widget);
  int width_px = gtk_widget_get_width (widget);
  int height_px = gtk_widget_get_height (widget);
  TsChartFrame frame;
  g_autoptr (GArray) notes = NULL;
  cairo_t *cr;

  ts_chart_frame_init (&frame, &self->series, gtk_widget_get_pango_context (widget), width_px, height_px,
                       self->offset_unit.unit, self->delay_unit.unit);
  get_colors (self, &frame.colors);
  notes = ts_chart_labels_place_notes (&frame);

  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width_px, (float) height_px));
  draw (&frame, cr, notes);
  cairo_destroy (cr);
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
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_WIDTH_PX;
      *natural = NATURAL_WIDTH_PX;
    }
  else
    {
      double text_px = ts_chart_frame_get_min_height_px (gtk_widget_get_pango_context (widget));

      *minimum = MAX (MIN_HEIGHT_PX, (int) ceil (text_px));
      *natural = MAX (NATURAL_HEIGHT_PX, *minimum);
    }
}

/* Sounding out a sentence takes longer than a second: a newer one each frame would be noise. A gap is news. */
static void
update_description (TsChart *self)
{
  g_autofree char *description = NULL;

  if (self->described_ns != 0 && self->series.gaps->len == self->n_gaps_described &&
      self->now_ns >= self->described_ns && self->now_ns - self->described_ns < TS_NS_PER_S)
    return;
  self->described_ns = self->now_ns;
  self->n_gaps_described = self->series.gaps->len;
  description = ts_chart_describe (&self->series);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}

static void
update_units (TsChart *self)
{
  guint64 n_entries = self->history == NULL ? 0
                                            : ts_history_get_n_samples (self->history) +
                                                ts_history_get_n_lost (self->history);

  if (self->series.n_samples == 0 || n_entries == self->n_entries)
    return;
  self->n_entries = n_entries;
  ts_chart_unit_update (&self->offset_unit, ts_chart_unit_for (self->series.min_ns, self->series.max_ns));
  ts_chart_unit_update (&self->delay_unit, ts_unit_for (self->series.max_delay_ns));
}

static void
update (TsChart *self)
{
  ts_chart_series_update (&self->series, self->history, self->now_ns);
  update_units (self);
  update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ts_chart_finalize (GObject *object)
{
  TsChart *self = TS_CHART (object);

  ts_chart_series_clear (&self->series);

  G_OBJECT_CLASS (ts_chart_parent_class)->finalize (object);
}

static void
ts_chart_class_init (TsChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = ts_chart_finalize;
  widget_class->measure = ts_chart_measure;
  widget_class->snapshot = ts_chart_snapshot;

  gtk_widget_class_set_css_name (widget_class, "ts-chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ts_chart_init (TsChart *self)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));

  ts_chart_series_init (&self->series);
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Offset chart"),
                                  -1);
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
  self->n_entries = 0;
  self->offset_unit = (TsChartUnit) { 0 };
  self->delay_unit = (TsChartUnit) { 0 };
  self->described_ns = 0;
  update (self);
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
  update (self);
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

  return self->series.gaps->len;
}
