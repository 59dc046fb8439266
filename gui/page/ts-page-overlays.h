/* Keeps the overlays of the page's chart up to date: the other servers that the user chose to see in it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-model.h"
#include "servers/ts-overlays.h"

G_BEGIN_DECLS

#define TS_TYPE_PAGE_OVERLAYS (ts_page_overlays_get_type ())
G_DECLARE_FINAL_TYPE (TsPageOverlays, ts_page_overlays, TS, PAGE_OVERLAYS, GObject)

TsPageOverlays *ts_page_overlays_new        (TsChartModel   *model,
                                             TsOverlays     *overlays);
void            ts_page_overlays_set_chosen (TsPageOverlays *self,
                                             TsMonitor      *chosen);
gboolean        ts_page_overlays_take_news  (TsPageOverlays *self);

G_END_DECLS
