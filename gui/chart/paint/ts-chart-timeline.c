/* The timeline: all its layers, from the lowest to the highest, and the text of its axes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-timeline.h"

#include <glib/gi18n.h>

#include "chart/paint/ts-chart-layer.h"
#include "chart/paint/ts-chart-notes.h"
#include "chart/paint/ts-chart-overlay.h"
#include "chart/paint/ts-chart-text.h"

#define KEY_LINE_PX  16
#define KEY_PATCH_PX 14
#define KEY_BAR_PX   1.5
#define TIME_GAP_PX  6 /* from the strip to its labels, and from those to "now" */

/* In the line above the titles. */
static void
draw_past (const TsChartFrame *frame,
           cairo_t *cr)
{
  g_autofree char *text = NULL;

  if (frame->past_ns == 0)
    return;
  text = ts_chart_format_past (frame->past_ns, frame->series->span.now_ns);
  ts_chart_sheet_draw_text (&frame->sheet, cr, text, frame->sheet.padding_px);
}

/* Draws the titles of plot and strip, and the key where there is room and something to explain. Of single exchanges there
 * are no bars in a long view. */
static void
draw_titles (const TsChartFrame *frame,
             cairo_t *cr)
{
  const TsChartSheet *sheet = &frame->sheet;
  const TsChartKeyPart parts[] = {
    { C_ ("chart key", "estimate"), &sheet->colors->line, KEY_LINE_PX, 2 },
    { C_ ("chart key", "proven by all"), &sheet->colors->band, KEY_PATCH_PX, KEY_PATCH_PX },
    { C_ ("chart key", "proven by one exchange"), &sheet->colors->bar, KEY_BAR_PX, KEY_PATCH_PX },
  };
  gsize n_parts = frame->is_empty ? 0 : G_N_ELEMENTS (parts) - ts_chart_series_is_long (frame->series);
  const TsChartAxis *axis = &frame->plot.y_axis;
  g_autofree char *strip_title = ts_chart_format_strip_title (&frame->strip.y_axis, frame->is_empty);
  double title_px, key_px;

  /* In a narrow chart the read-out takes their place. */
  if (frame->has_readout && ts_chart_sheet_is_narrow (sheet))
    return;
  title_px = ts_chart_sheet_get_title_width (sheet, axis, frame->is_empty);
  cairo_save (cr);
  cairo_translate (cr, 0, ts_chart_frame_get_titles_y_px (frame) - sheet->padding_px);
  key_px = ts_chart_sheet_draw_key (sheet, cr, parts, n_parts, title_px);
  ts_chart_sheet_draw_title (sheet, cr, axis, frame->is_empty, key_px);
  cairo_restore (cr);
  ts_chart_sheet_draw_text (sheet, cr, strip_title, ts_chart_frame_get_strip_title_y_px (frame));
}

/* Where the view reaches to now, "now" takes the place of times that would touch it, and so does what tells that there is
 * less than the range. */
static void
draw_times (const TsChartFrame *frame,
            cairo_t *cr)
{
  const TsChartSheet *sheet = &frame->sheet;
  double y = ts_chart_box_get_bottom (&frame->strip.box) + TIME_GAP_PX;
  double begin = TS_CHART_LABEL_GAP_PX, end = sheet->width_px - TS_CHART_LABEL_GAP_PX;

  if (ts_chart_series_is_live (frame->series))
    {
      g_autoptr (PangoLayout) now = ts_chart_text_new (sheet->pango, C_ ("chart", "now"));

      end = ts_chart_box_get_right (&frame->plot.box) - ts_chart_text_measure (now);
      ts_chart_text_draw (cr, now, &sheet->colors->secondary, end, y);
      end -= TIME_GAP_PX;
    }
  if (frame->so_far_ns > 0)
    {
      g_autofree char *text = ts_chart_format_so_far (frame->so_far_ns);
      g_autoptr (PangoLayout) so_far = ts_chart_text_new (sheet->pango, text);

      ts_chart_text_draw (cr, so_far, &sheet->colors->secondary, frame->plot.box.x, y);
      begin = frame->plot.box.x + ts_chart_text_measure (so_far) + 2 * TIME_GAP_PX;
    }
  for (guint i = 0; i < frame->plot.x_ticks->len; i++)
    {
      const TsChartTick *tick = &g_array_index (frame->plot.x_ticks, TsChartTick, i);
      g_autoptr (PangoLayout) layout = ts_chart_text_new (sheet->pango, tick->label);
      double width = ts_chart_text_measure (layout);
      double x = ts_chart_plot_get_x (&frame->plot, tick->value_ns) - width / 2;

      if (x >= begin && x + width <= end)
        ts_chart_text_draw (cr, layout, &sheet->colors->secondary, x, y);
    }
}

/**
 * ts_chart_timeline_draw_data:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the layers below the cursor.
 */
void
ts_chart_timeline_draw_data (const TsChartFrame *frame,
                             cairo_t *cr)
{
  ts_chart_plot_draw_grid (&frame->plot, &frame->sheet, cr, frame->holes);
  ts_chart_plot_draw_grid (&frame->strip, &frame->sheet, cr, NULL);
  ts_chart_layer_draw_gaps (frame, cr);
  ts_chart_plot_draw_zero (&frame->plot, &frame->sheet, cr);
  ts_chart_layer_draw_bars (frame, cr);
  ts_chart_layer_draw_band (frame, cr);
  ts_chart_layer_draw_limit (frame, cr);
  ts_chart_layer_draw_steps (frame, cr);
  ts_chart_overlay_draw_lines (frame, cr);
  ts_chart_overlay_draw_delays (frame, cr);
  ts_chart_layer_draw_line (frame, cr);
  ts_chart_layer_draw_dots (frame, cr);
  ts_chart_layer_draw_beyond (frame, cr);
  ts_chart_layer_draw_tries (frame, cr);
  ts_chart_layer_draw_events (frame, cr);
}

/**
 * ts_chart_timeline_draw_text:
 * @frame: a frame
 * @cr: a context to draw with
 * @notes: (element-type TsChartNote): the notes
 *
 * Draws all text but the read-out, which is above the cursor.
 */
void
ts_chart_timeline_draw_text (const TsChartFrame *frame,
                             cairo_t *cr,
                             const GArray *notes)
{
  ts_chart_notes_draw (frame, cr, notes);
  ts_chart_plot_draw_y_labels (&frame->plot, &frame->sheet, cr);
  ts_chart_plot_draw_y_labels (&frame->strip, &frame->sheet, cr);
  draw_times (frame, cr);
  draw_past (frame, cr);
  draw_titles (frame, cr);
}
