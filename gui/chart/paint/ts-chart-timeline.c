/* The timeline: all its layers, from the lowest to the highest.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-timeline.h"

#include "chart/paint/ts-chart-crosshair.h"
#include "chart/paint/ts-chart-labels.h"
#include "chart/paint/ts-chart-layer.h"
#include "chart/paint/ts-chart-marks.h"
#include "chart/paint/ts-chart-notes.h"
#include "chart/paint/ts-chart-overlay.h"

/**
 * ts_chart_timeline_draw:
 * @frame: a frame
 * @cr: a context to draw with
 * @notes: (element-type TsChartNote): the notes
 *
 * Draws all that is in @frame but the read-out.
 */
void
ts_chart_timeline_draw (const TsChartFrame *frame,
                        cairo_t *cr,
                        const GArray *notes)
{
  ts_chart_layer_draw_grid (frame, cr);
  ts_chart_layer_draw_gaps (frame, cr);
  ts_chart_layer_draw_zero (frame, cr);
  ts_chart_layer_draw_bars (frame, cr);
  ts_chart_layer_draw_band (frame, cr);
  ts_chart_marks_draw_steps (frame, cr);
  ts_chart_overlay_draw_lines (frame, cr);
  ts_chart_overlay_draw_delays (frame, cr);
  ts_chart_layer_draw_line (frame, cr);
  ts_chart_marks_draw_dots (frame, cr);
  ts_chart_marks_draw_beyond (frame, cr);
  ts_chart_marks_draw_tries (frame, cr);
  ts_chart_crosshair_draw (frame, cr);
  ts_chart_notes_draw (frame, cr, notes);
  ts_chart_labels_draw_axes (frame, cr);
  ts_chart_labels_draw_titles (frame, cr);
}
