/* The buttons of a chart: how much it shows, and whether it follows live.
 *
 * They are actions on the model's own properties, so a button is down while the chart is that way, whatever made it
 * so.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/ts-chart-bar.h"

/* As in the style: beside a button's text, and between groups of buttons. */
#define PADDING_PX       12
#define TIGHT_PADDING_PX 8
#define GAP_PX           12
#define ICON_PX          16

struct _TsChartBar
{
  GtkWidget parent_instance;

  GtkWidget *views;
  GtkWidget *ranges;
  GtkWidget *week;
  GtkWidget *month;
  GtkMenuButton *range_menu;
  GtkWidget *follow;
  GtkWidget *follow_icon;
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
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, views);
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, ranges);
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, week);
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, month);
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, range_menu);
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, follow);
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, follow_icon);
  gtk_widget_class_bind_template_child (widget_class, TsChartBar, follow_label);
}

static const char *
get_range_label (GtkWidget *button)
{
  return gtk_button_get_label (GTK_BUTTON (button));
}

static int
get_range (GtkWidget *button)
{
  return g_variant_get_int32 (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button)));
}

/* The same choice as a menu, for where there is no room for the buttons; made whenever the menu opens. */
static void
make_range_menu (GtkMenuButton *button,
                 gpointer chart_bar)
{
  TsChartBar *self = chart_bar;
  g_autoptr (GMenu) menu = g_menu_new ();

  for (GtkWidget *range = gtk_widget_get_first_child (self->ranges); range != NULL;
       range = gtk_widget_get_next_sibling (range))
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (get_range_label (range), NULL);

      if (!gtk_widget_get_visible (range))
        continue;
      g_menu_item_set_action_and_target (item, "chart.range", "i", get_range (range));
      g_menu_append_item (menu, item);
    }
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
ts_chart_bar_init (TsChartBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Time runs from left to right in any language, and so does what goes to its end. */
  gtk_widget_set_direction (self->follow_icon, GTK_TEXT_DIR_LTR);
  gtk_menu_button_set_create_popup_func (self->range_menu, make_range_menu, self, NULL);
}

/* Returns: how wide the buttons in @box are with that many pixels beside each of their texts */
static int
measure_buttons (GtkWidget *box,
                 int padding_px)
{
  int sum_px = 0;

  for (GtkWidget *button = gtk_widget_get_first_child (box); button != NULL;
       button = gtk_widget_get_next_sibling (button))
    {
      int text_px;

      if (!gtk_widget_get_visible (button))
        continue;
      gtk_widget_measure (gtk_button_get_child (GTK_BUTTON (button)), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &text_px,
                          NULL, NULL);
      sum_px += text_px + 2 * padding_px;
    }
  return sum_px;
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
 * ts_chart_bar_set_range:
 * @self: the buttons
 * @range: what the chart shows
 *
 * Names the range where the ranges are a menu.
 */
void
ts_chart_bar_set_range (TsChartBar *self,
                        TsChartRange range)
{
  GtkWidget *button = gtk_widget_get_first_child (self->ranges);

  while (button != NULL && get_range (button) != (int) range)
    button = gtk_widget_get_next_sibling (button);
  gtk_menu_button_set_label (self->range_menu, button != NULL ? get_range_label (button) : "…");
}

/**
 * ts_chart_bar_set_past:
 * @self: the buttons
 * @has_past: whether there is a recorded past, for which the long ranges are
 *
 * ts_chart_bar_fit() is to be called afterwards.
 */
void
ts_chart_bar_set_past (TsChartBar *self,
                       gboolean has_past)
{
  gtk_widget_set_visible (self->week, has_past);
  gtk_widget_set_visible (self->month, has_past);
}

/**
 * ts_chart_bar_set_recording:
 * @self: the buttons of a chart that shows a recording, which has nothing to follow and may be long
 */
void
ts_chart_bar_set_recording (TsChartBar *self)
{
  gtk_widget_set_visible (self->follow, FALSE);
  ts_chart_bar_set_past (self, TRUE);
}

/**
 * ts_chart_bar_fit:
 * @self: the buttons
 * @width_px: how much room there is
 *
 * Shows as much as fits. What gives way first is the word Follow, then the choice of the view, which is in a menu of the
 * window too, then the ranges, which become a menu.
 */
void
ts_chart_bar_fit (TsChartBar *self,
                  int width_px)
{
  int views_px = measure_buttons (self->views, PADDING_PX), ranges_px = measure_buttons (self->ranges, PADDING_PX);
  int icon_px = ICON_PX + 2 * PADDING_PX, follow_px;
  gboolean has_word, has_views, is_tight, has_ranges;

  gtk_widget_set_visible (self->follow_label, TRUE);
  gtk_widget_measure (self->follow_label, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &follow_px, NULL, NULL);
  has_word = views_px + ranges_px + icon_px + follow_px + 4 * GAP_PX <= width_px;
  has_views = views_px + ranges_px + icon_px + 3 * GAP_PX <= width_px;
  is_tight = ranges_px + icon_px + 2 * GAP_PX > width_px;
  has_ranges = measure_buttons (self->ranges, TIGHT_PADDING_PX) + ICON_PX + 2 * TIGHT_PADDING_PX + GAP_PX <= width_px;

  gtk_widget_set_visible (self->follow_label, has_word);
  gtk_widget_set_visible (self->views, has_views);
  gtk_widget_set_visible (self->ranges, has_ranges);
  gtk_widget_set_visible (GTK_WIDGET (self->range_menu), !has_ranges);
  gtk_widget_set_halign (self->ranges, has_views ? GTK_ALIGN_END : GTK_ALIGN_START);
  if (is_tight && has_ranges)
    gtk_widget_add_css_class (GTK_WIDGET (self), "tight");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "tight");
}
