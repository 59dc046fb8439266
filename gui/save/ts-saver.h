/* Asks what of a server's measurements to save and where to, and saves it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "chart/ts-chart.h"
#include "save/ts-save-source.h"

G_BEGIN_DECLS

#define TS_TYPE_SAVER (ts_saver_get_type ())
G_DECLARE_FINAL_TYPE (TsSaver, ts_saver, TS, SAVER, GObject)

TsSaver  *ts_saver_new     (GtkWindow          *window,
                            AdwToastOverlay    *toasts,
                            TsChart            *chart);
void      ts_saver_close   (TsSaver            *self);
void      ts_saver_ask     (TsSaver            *self,
                            TsSaveSource       *source);
void      ts_saver_save    (TsSaver            *self,
                            const TsSaveSource *source,
                            TsSaveFormat        format,
                            const TsChartSpan  *span,
                            GFile              *file);
gboolean  ts_saver_is_busy (TsSaver            *self);

G_END_DECLS
