/* Draws the scatter's plot.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gdk/gdk.h>

#include "scatter/ts-scatter-frame.h"

G_BEGIN_DECLS

void ts_scatter_layer_draw        (const TsChartFrame    *frame,
                                   const TsScatterPoints *points,
                                   cairo_t               *cr,
                                   int                    scale_factor);
void ts_scatter_layer_draw_chosen (const TsChartFrame    *frame,
                                   cairo_t               *cr);

G_END_DECLS
