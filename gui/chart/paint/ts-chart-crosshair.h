/* The chart's cursor: its line, the chosen exchange, and the read-out.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "chart/paint/ts-chart-frame.h"

G_BEGIN_DECLS

void ts_chart_crosshair_draw         (const TsChartFrame      *frame,
                                      GtkSnapshot             *snapshot);
void ts_chart_crosshair_draw_box     (const TsChartSheet      *sheet,
                                      const cairo_rectangle_t *plot,
                                      const TsChartReadout    *readout,
                                      const GArray            *overlays,
                                      GtkSnapshot             *snapshot,
                                      double                   x_px,
                                      double                   y_px);
void ts_chart_crosshair_draw_lines   (const TsChartSheet      *sheet,
                                      const TsChartReadout    *readout,
                                      GtkSnapshot             *snapshot,
                                      double                   y_px,
                                      const char              *delay_title,
                                      double                   delay_y_px);
void ts_chart_crosshair_draw_readout (const TsChartFrame      *frame,
                                      const TsChartReadout    *readout,
                                      GtkSnapshot             *snapshot);

G_END_DECLS
