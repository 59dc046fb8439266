/* The window that lists the recorded days of a server.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "chart/model/ts-chart-model.h"

G_BEGIN_DECLS

#define TS_TYPE_DAYS_WINDOW (ts_days_window_get_type ())
G_DECLARE_FINAL_TYPE (TsDaysWindow, ts_days_window, TS, DAYS_WINDOW, AdwWindow)

GtkWidget *ts_days_window_new (GtkWindow    *parent,
                               TsChartModel *model,
                               const char   *path,
                               const char   *address,
                               const char   *name);

G_END_DECLS
