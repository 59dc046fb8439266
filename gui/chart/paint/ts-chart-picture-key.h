/* The key of a picture in which not every server's name has room beside its line.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

int ts_chart_picture_key_draw (const TsChartFrame *frame,
                               cairo_t            *cr,
                               int                 top_px);

G_END_DECLS
