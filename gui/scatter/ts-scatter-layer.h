/* Draws the scatter's plot.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "scatter/ts-scatter-frame.h"

G_BEGIN_DECLS

void ts_scatter_layer_draw        (const TsScatterFrame *frame,
                                   cairo_t              *cr,
                                   int                   scale_factor);
void ts_scatter_layer_draw_chosen (const TsScatterFrame *frame,
                                   cairo_t              *cr);

G_END_DECLS
