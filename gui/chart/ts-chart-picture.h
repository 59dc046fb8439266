/* The chart as a picture that stands alone.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gdk/gdk.h>

#include "ts-chart-view.h"
#include "ts-history.h"

G_BEGIN_DECLS

TsChartSpan ts_chart_picture_get_whole (const TsHistory   *history,
                                        gint64             now_ns,
                                        int                width_px);
void        ts_chart_picture_draw      (cairo_t           *cr,
                                        PangoContext      *pango,
                                        int                width_px,
                                        int                height_px,
                                        const TsHistory   *history,
                                        const TsChartSpan *span,
                                        const char        *name,
                                        const char        *span_text);

G_END_DECLS
