/* Draws the ladder's picture.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "chart/paint/ts-chart-frame.h"
#include "ladder/ts-ladder-layout.h"
#include "ladder/ts-ladder-texts.h"

G_BEGIN_DECLS

void ts_ladder_layer_draw (cairo_t              *cr,
                           const TsLadderLayout *layout,
                           const TsLadderTexts  *texts,
                           const TsChartColors  *colors,
                           double                width_px);

G_END_DECLS
