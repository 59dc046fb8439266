/* What is saved: a server that is measured, or one of a recording.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/model/ts-chart-model.h"
#include "save/ts-save-past.h"
#include "servers/ts-overlays.h"

G_BEGIN_DECLS

typedef struct _TsSaveSource TsSaveSource;

TsSaveSource *ts_save_source_new          (TsMonitor          *monitor,
                                           GArray             *overlays,
                                           const char         *path);
TsSaveSource *ts_save_source_new_recorded (const char         *path,
                                           const char         *address,
                                           const char         *name,
                                           TsHistory          *history);
void          ts_save_source_free         (TsSaveSource       *self);
const char   *ts_save_source_get_name     (const TsSaveSource *self);
gint64        ts_save_source_get_now_ns   (const TsSaveSource *self);
gboolean      ts_save_source_is_shown     (const TsSaveSource *self,
                                           TsChartModel       *shown);
gboolean      ts_save_source_init_past    (const TsSaveSource *self,
                                           TsSaveFormat        format,
                                           const TsChartSpan  *span,
                                           TsSavePast         *past);
TsSaveRows   *ts_save_source_make_rows    (const TsSaveSource *self,
                                           TsSaveFormat        format,
                                           const TsChartSpan  *span);
TsChartModel *ts_save_source_make_model   (const TsSaveSource *self,
                                           TsChartModel       *shown,
                                           const TsChartSpan  *span);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsSaveSource, ts_save_source_free)

G_END_DECLS
