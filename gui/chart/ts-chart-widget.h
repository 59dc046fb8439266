/* A view of a chart: what the timeline and the scatter have in common.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/model/ts-chart-model.h"

G_BEGIN_DECLS

#define TS_TYPE_CHART_WIDGET (ts_chart_widget_get_type ())
G_DECLARE_DERIVABLE_TYPE (TsChartWidget, ts_chart_widget, TS, CHART_WIDGET, GtkWidget)

/**
 * TsChartWidgetClass:
 * @data_changed: the model shows something else, or the widget was mapped
 * @point_at: moves the cursor to what is at a place in the widget; returns whether there is anything
 * @describe: returns (transfer full) in words what is in view
 *
 * A view implements these three, and draws itself.
 */
struct _TsChartWidgetClass
{
  GtkWidgetClass parent_class;

  void     (*data_changed) (TsChartWidget *self);
  gboolean (*point_at)     (TsChartWidget *self,
                            double         x_px,
                            double         y_px);
  char    *(*describe)     (TsChartWidget *self);
};

TsChartModel *ts_chart_widget_get_model        (TsChartWidget *self);
double        ts_chart_widget_get_pointer_x_px (TsChartWidget *self);

G_END_DECLS
