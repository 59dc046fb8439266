/* The chart of offsets and round trips over time.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ts-history.h"

G_BEGIN_DECLS

#define TS_TYPE_CHART (ts_chart_get_type ())

G_DECLARE_FINAL_TYPE (TsChart, ts_chart, TS, CHART, GtkWidget)

GtkWidget *ts_chart_new         (void);
void       ts_chart_set_history (TsChart         *self,
                                 const TsHistory *history);
void       ts_chart_refresh     (TsChart         *self,
                                 gint64           now_ns);
guint      ts_chart_get_n_gaps  (TsChart         *self);

G_END_DECLS
