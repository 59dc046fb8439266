/* The window that shows one exchange: its four instants, and what follows from them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "chart/model/ts-chart-model.h"
#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

#define TS_TYPE_LADDER (ts_ladder_get_type ())
G_DECLARE_FINAL_TYPE (TsLadder, ts_ladder, TS, LADDER, AdwWindow)

GtkWidget *ts_ladder_new           (GtkWindow    *parent,
                                    TsMonitor    *monitor,
                                    gint64        at_ns);
GtkWidget *ts_ladder_new_recorded  (GtkWindow    *parent,
                                    const GArray *entries,
                                    const char   *name,
                                    gint64        at_ns);
void       ts_ladder_open_recorded (GtkWidget    *view,
                                    TsChartModel *model,
                                    const char   *path,
                                    const char   *address,
                                    const char   *name,
                                    gint64        at_ns,
                                    GCancellable *cancellable);
gint64     ts_ladder_get_chosen_ns (TsLadder     *self);

G_END_DECLS
