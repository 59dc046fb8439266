/* Joins a server's recorded past to what is measured now, for the page's chart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-model.h"
#include "servers/ts-archive.h"

G_BEGIN_DECLS

#define TS_TYPE_PAGE_PAST (ts_page_past_get_type ())
G_DECLARE_FINAL_TYPE (TsPagePast, ts_page_past, TS, PAGE_PAST, GObject)

TsPagePast *ts_page_past_new         (TsChartModel   *model,
                                      TsArchive      *archive);
void        ts_page_past_set_monitor (TsPagePast     *self,
                                      TsMonitor      *monitor);
void        ts_page_past_update      (TsPagePast     *self);
void        ts_page_past_reload      (TsPagePast     *self);
const char *ts_page_past_get_path    (TsPagePast     *self);
gboolean    ts_page_past_is_reading  (TsPagePast     *self);
gboolean    ts_page_past_is_there    (TsPagePast     *self);

G_END_DECLS
