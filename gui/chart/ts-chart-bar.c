/* The buttons of a chart: how much it shows, and whether it follows live.
 *
 * They are actions on the model's own properties, so a button is down while the chart is that way, whatever made it
 * so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart-bar.h"

struct _TsChartBar
{
  GtkWidget parent_instance;

  GtkWidget *ranges;
  GtkWidget *follow_label;
};

G_DEFINE_FINAL_TYPE (TsChartBar, ts_chart_bar, GTK_TYPE_WIDGET)

static void
ts_chart_bar_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ts_chart_bar_parent_class)->dispose (object);
}

static void
ts_chart_bar_class_init (TsChartBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ts_chart_bar_dispose;

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
 * ts_chart_bar_new_actions:
 * @model: the model that the buttons are for
 *
 * Makes the actions "range" and "follow", to be inserted as the group "chart" into a widget around the buttons.
 *
 * Returns: (transfer full): the actions
 */
GSimpleActionGroup *
ts_chart_bar_new_actions (TsChartModel *model)
{
  GSimpleActionGroup *actions = g_simple_action_group_new ();
  g_autoptr (GPropertyAction) range = g_property_action_new ("range", model, "range");
  g_autoptr (GPropertyAction) follow = g_property_action_new ("follow", model, "follows");

  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (range));
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (follow));
  return actions;
}

/**
 * ts_chart_bar_set_compact:
 * @self: the buttons
 * @is_compact: whether there is room only for the icon of Follow, and the ranges take all the rest
 */
void
ts_chart_bar_set_compact (TsChartBar *self,
                          gboolean is_compact)
{
  gtk_widget_set_halign (self->ranges, is_compact ? GTK_ALIGN_START : GTK_ALIGN_END);
  gtk_widget_set_visible (self->follow_label, !is_compact);
}
