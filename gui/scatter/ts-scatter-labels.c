/* The scatter's text: titles, key, labels of the axes, and the read-out.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-labels.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-crosshair.h"
#include "chart/paint/ts-chart-text.h"
#include "scatter/ts-scatter-words.h"

#define KEY_PATCH_PX 14
#define KEY_DOT_PX   6

/* At the far end of the plot, as text runs. */
static void
draw_far_text (const TsScatterFrame *frame,
               cairo_t *cr,
               const char *text,
               double y)
{
  const TsChartSheet *sheet = &frame->sheet;
  g_autoptr (PangoLayout) layout = ts_chart_text_new (sheet->pango, text);
  double x = ts_chart_box_get_right (&frame->plot.box) - ts_chart_text_measure (layout);

  ts_chart_text_draw (cr, layout, &sheet->colors->secondary, sheet->is_mirrored ? sheet->padding_px : x, y);
}

/* Labels that would touch the one before, or leave the picture, are left out. */
static void
draw_delays (const TsScatterFrame *frame,
             cairo_t *cr)
{
  const TsChartSheet *sheet = &frame->sheet;
  double y = ts_chart_box_get_bottom (&frame->plot.box) + TS_SCATTER_TICK_GAP_PX;
  double from = 0;

  for (guint i = 0; i < frame->plot.x_ticks->len; i++)
    {
      const TsChartTick *tick = &g_array_index (frame->plot.x_ticks, TsChartTick, i);
      g_autoptr (PangoLayout) layout = ts_chart_text_new (sheet->pango, tick->label);
      double width = ts_chart_text_measure (layout);
      double x = round (ts_chart_plot_get_x (&frame->plot, tick->value_ns) - width / 2);

      if (x < from || x + width > sheet->width_px)
        continue;
      ts_chart_text_draw (cr, layout, &sheet->colors->secondary, x, y);
      from = x + width + TS_CHART_LABEL_GAP_PX;
    }
}

static double
get_delay_title_y (const TsScatterFrame *frame)
{
  return ts_chart_box_get_bottom (&frame->plot.box) + 2 * TS_SCATTER_TICK_GAP_PX + frame->sheet.line_px;
}

/* Draws them into the uppermost line. */
static void
draw_title_and_key (const TsScatterFrame *frame,
                    cairo_t *cr)
{
  const TsChartColors *colors = frame->sheet.colors;
  const TsChartKeyPart parts[] = {
    { C_ ("chart key", "estimate ± half of the extra round trip"), &colors->band, KEY_PATCH_PX, KEY_PATCH_PX },
    { C_ ("chart key", "one exchange"), &colors->line, KEY_DOT_PX, 0 },
    { C_ ("chart key", "before the step"), &colors->secondary, KEY_DOT_PX, 0 },
  };
  gsize n_parts = G_N_ELEMENTS (parts) - (frame->points->n_earlier_within == 0);

  gboolean is_empty = frame->points->points->len == 0;
  const TsChartAxis *axis = &frame->plot.y_axis;
  double title_px = ts_chart_sheet_get_title_width (&frame->sheet, axis, is_empty);
  double key_px = ts_chart_sheet_draw_key (&frame->sheet, cr, parts, is_empty ? 0 : n_parts, title_px);

  ts_chart_sheet_draw_title (&frame->sheet, cr, axis, is_empty, key_px);
}

/**
 * ts_scatter_labels_draw:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws titles, key and labels of the axes. In a narrow picture the read-out takes the place of some.
 */
void
ts_scatter_labels_draw (const TsScatterFrame *frame,
                        cairo_t *cr)
{
  gboolean is_narrow = ts_chart_sheet_is_narrow (&frame->sheet);
  gboolean has_lines = is_narrow && frame->readout != NULL;
  g_autofree char *delay = ts_scatter_format_delay_title (frame->points, &frame->delay_axis);
  g_autofree char *note = ts_scatter_format_note (frame->points);
  double y = get_delay_title_y (frame);

  ts_chart_plot_draw_y_labels (&frame->plot, &frame->sheet, cr);
  draw_delays (frame, cr);
  if (!has_lines)
    draw_title_and_key (frame, cr);
  if (is_narrow && !has_lines)
    ts_chart_sheet_draw_text (&frame->sheet, cr, delay, y);
  else if (!is_narrow)
    draw_far_text (frame, cr, delay, y);
  if (note != NULL && is_narrow && !has_lines)
    draw_far_text (frame, cr, note, y);
  else if (note != NULL && !is_narrow)
    ts_chart_sheet_draw_text (&frame->sheet, cr, note, y);
}

/**
 * ts_scatter_labels_draw_readout:
 * @frame: a frame
 * @snapshot: what to append to
 *
 * Draws the read-out, if there is one: in a box beside the chosen point, or if there is no room for one above and below
 * the plot. An entry that is no sample has no point; its box is in the corner.
 */
void
ts_scatter_labels_draw_readout (const TsScatterFrame *frame,
                                GtkSnapshot *snapshot)
{
  const cairo_rectangle_t *box = &frame->plot.box;
  g_autofree char *delay_title = ts_scatter_format_delay_title (frame->points, &frame->delay_axis);
  double x = box->x, y = ts_chart_box_get_bottom (box);

  if (frame->readout == NULL)
    return;
  if (ts_chart_sheet_is_narrow (&frame->sheet))
    {
      ts_chart_crosshair_draw_lines (&frame->sheet, frame->readout, snapshot, frame->sheet.padding_px,
                                     delay_title, get_delay_title_y (frame));
      return;
    }
  ts_scatter_frame_get_chosen_point (frame, &x, &y);
  ts_chart_crosshair_draw_box (&frame->sheet, box, frame->readout, NULL, snapshot,
                               CLAMP (x, box->x, ts_chart_box_get_right (box)), y);
}
