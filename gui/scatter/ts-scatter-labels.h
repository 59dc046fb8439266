/* The scatter's text: titles, key, labels of the axes, and the read-out.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "scatter/ts-scatter-frame.h"

G_BEGIN_DECLS

void ts_scatter_labels_draw         (const TsScatterFrame *frame,
                                     cairo_t              *cr);
void ts_scatter_labels_draw_readout (const TsScatterFrame *frame,
                                     GtkSnapshot          *snapshot);

G_END_DECLS
