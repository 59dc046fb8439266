/* The buttons of a chart: how much it shows, and whether it follows live.
 *
 * They are actions on properties that are the chart's own, so a button is down while the chart is that way,
 * whoever made it so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart-bar.h"

struct _TsChartBar
{
  GtkWidget parent_instance;

  GtkWidget *ranges;
  GtkWidget *follow_label;
  TsChart *chart; /* (nullable) */
};

enum
{
  PROP_0,
  PROP_CHART,
  PROP_RANGE,
  PROP_FOLLOWS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsChartBar, ts_chart_bar, GTK_TYPE_WIDGET)

static void
notify_range (TsChartBar *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RANGE]);
}

static void
notify_follows (TsChartBar *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLLOWS]);
}

static void
set_chart (TsChartBar *self,
           TsChart *chart)
{
  if (!g_set_object (&self->chart, chart) || chart == NULL)
    return;
  g_signal_connect_object (chart, "notify::range", G_CALLBACK (notify_range), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (chart, "notify::follows", G_CALLBACK (notify_follows), self, G_CONNECT_SWAPPED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHART]);
  notify_range (self);
  notify_follows (self);
}

static void
ts_chart_bar_get_property (GObject *object,
                           guint property_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  TsChartBar *self = TS_CHART_BAR (object);

  switch (property_id)
    {
    case PROP_CHART:
      g_value_set_object (value, self->chart);
      break;
    case PROP_RANGE:
      g_value_set_int (value, self->chart != NULL ? (int) ts_chart_get_range (self->chart) : TS_CHART_RANGE_OTHER);
      break;
    case PROP_FOLLOWS:
      g_value_set_boolean (value, self->chart != NULL && ts_chart_get_follows (self->chart));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_chart_bar_set_property (GObject *object,
                           guint property_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  TsChartBar *self = TS_CHART_BAR (object);

  switch (property_id)
    {
    case PROP_CHART:
      set_chart (self, g_value_get_object (value));
      break;
    case PROP_RANGE:
      if (self->chart != NULL)
        ts_chart_set_range (self->chart, (TsChartRange) g_value_get_int (value));
      break;
    case PROP_FOLLOWS:
      if (self->chart != NULL)
        ts_chart_set_follows (self->chart, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_chart_bar_dispose (GObject *object)
{
  GtkWidget *child;

  g_clear_object (&TS_CHART_BAR (object)->chart);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ts_chart_bar_parent_class)->dispose (object);
}

static void
ts_chart_bar_class_init (TsChartBarClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ts_chart_bar_get_property;
  object_class->set_property = ts_chart_bar_set_property;
  object_class->dispose = ts_chart_bar_dispose;

  properties[PROP_CHART] = g_param_spec_object ("chart", NULL, NULL, TS_TYPE_CHART, flags);
  properties[PROP_RANGE] = g_param_spec_int ("range", NULL, NULL, 0, TS_CHART_RANGE_OTHER, TS_CHART_RANGE_OTHER, flags);
  properties[PROP_FOLLOWS] = g_param_spec_boolean ("follows", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_property_action (widget_class, "chart.range", "range");
  gtk_widget_class_install_property_action (widget_class, "chart.follow", "follows");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "ts-chart-bar");
  gtk_widget_class_set_template_from_resource (widget_class, "/org/timesync/TimeSync/ts-chart-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, ranges);
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, follow_label);
}

static void
ts_chart_bar_init (TsChartBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ts_chart_bar_set_compact:
 * @self: the buttons
 * @is_compact: whether of Follow there is room for the icon only, and the ranges take all the rest
 */
void
ts_chart_bar_set_compact (TsChartBar *self,
                          gboolean is_compact)
{
  gtk_widget_set_halign (self->ranges, is_compact ? GTK_ALIGN_START : GTK_ALIGN_END);
  gtk_widget_set_visible (self->follow_label, !is_compact);
}
