/* A chart in a window, and the history that it shows.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/ts-chart.h"
#include "measure/ts-time.h"

#include "test-samples.h"
#include "test-widget.h"

#define US TS_NS_PER_US
#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

/* 2023-10-03 10:24:37 UTC */
#define NOW_NS (G_GINT64_CONSTANT (1696328677) * S)

#define WIDTH_PX  800
#define HEIGHT_PX 400

typedef struct
{
  GtkWindow *window;
  TsChartModel *model;
  GtkWidget *chart;
  TsHistory *history;
} Fixture;

static inline void
set_up (Fixture *fixture,
        gconstpointer data)
{
  fixture->history = ts_history_new (5000);
  fixture->model = ts_chart_model_new ();
  fixture->chart = g_object_new (TS_TYPE_CHART, "model", fixture->model, NULL);
  ts_chart_model_set_history (fixture->model, fixture->history);
  fixture->window = show_widget (fixture->chart, WIDTH_PX, HEIGHT_PX);
}

static inline void
tear_down (Fixture *fixture,
           gconstpointer data)
{
  gpointer chart = fixture->chart, model = fixture->model;

  g_object_add_weak_pointer (G_OBJECT (chart), &chart);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
  ts_chart_model_set_history (fixture->model, NULL);
  ts_history_free (fixture->history);
  gtk_window_destroy (fixture->window);
  g_assert_null (chart);
  g_assert_finalize_object (model);
}
