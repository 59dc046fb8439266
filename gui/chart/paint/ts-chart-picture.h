/* The chart as a picture that stands alone.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gdk/gdk.h>

#include "chart/model/ts-chart-model.h"

G_BEGIN_DECLS

char **ts_chart_picture_draw (TsChartModel *model,
                              cairo_t      *cr,
                              PangoContext *pango,
                              int           width_px,
                              int           height_px,
                              const char   *span_text);

G_END_DECLS
