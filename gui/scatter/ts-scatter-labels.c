/* The scatter's text: titles, key, labels of the axes, and the read-out.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-labels.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-crosshair.h"
#include "chart/paint/ts-chart-labels.h"
#include "chart/paint/ts-chart-text.h"
#include "scatter/ts-scatter-words.h"

#define KEY_MIN_WIDTH_PX 560
#define KEY_GAP_PX       20 /* between its parts, and before it */
#define KEY_SIGN_GAP_PX  8  /* from a sign to its word */
#define KEY_PATCH_PX     14
#define KEY_DOT_PX       6
#define LABEL_GAP_PX     8

static void
draw_text (const TsChartFrame *frame,
           cairo_t *cr,
           const char *text,
           gboolean is_far,
           double y)
{
  g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, text);
  double width, x = frame->padding_px;

  ts_chart_text_get_size (layout, &width, NULL);
  if (is_far != frame->is_mirrored)
    x = ts_chart_box_get_right (&frame->plot) - width;
  else if (frame->is_mirrored)
    x = frame->width_px - frame->padding_px - width;
  ts_chart_text_draw (cr, layout, &frame->colors.secondary, x, y);
}

/* Labels that would touch the one before, or leave the picture, are left out. */
static void
draw_delays (const TsChartFrame *frame,
             cairo_t *cr)
{
  double y = ts_chart_box_get_bottom (&frame->plot) + TS_SCATTER_TICK_GAP_PX;
  double from = 0;

  for (guint i = 0; i < frame->delay_ticks->len; i++)
    {
      const TsChartTick *tick = &g_array_index (frame->delay_ticks, TsChartTick, i);
      g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, tick->label);
      double width, x;

      ts_chart_text_get_size (layout, &width, NULL);
      x = round (ts_chart_scale_to_px (&frame->delay, tick->value_ns) - width / 2);
      if (x < from || x + width > frame->width_px)
        continue;
      ts_chart_text_draw (cr, layout, &frame->colors.secondary, x, y);
      from = x + width + LABEL_GAP_PX;
    }
}

static double
get_delay_title_y (const TsChartFrame *frame)
{
  return ts_chart_box_get_bottom (&frame->plot) + 2 * TS_SCATTER_TICK_GAP_PX + frame->line_px;
}

/* The sign of a part of the key: a patch, or a dot. */
typedef struct
{
  const char *text;
  GdkRGBA color;
  gboolean is_dot;
} KeyPart;

static void
draw_sign (const KeyPart *part,
           cairo_t *cr,
           double x,
           double middle_y)
{
  gdk_cairo_set_source_rgba (cr, &part->color);
  if (part->is_dot)
    cairo_arc (cr, x + KEY_DOT_PX / 2.0, middle_y, KEY_DOT_PX / 2.0, 0, 2 * G_PI);
  else
    cairo_rectangle (cr, x, middle_y - KEY_PATCH_PX / 2.0, KEY_PATCH_PX, KEY_PATCH_PX);
  cairo_fill (cr);
}

/* Draws the key from its far end on, and returns how far it reaches. */
static double
draw_key (const TsChartFrame *frame,
          const TsScatterPoints *points,
          cairo_t *cr)
{
  const KeyPart parts[] = {
    { C_ ("chart key", "estimate ± half of the extra round trip"), frame->colors.band, FALSE },
    { C_ ("chart key", "one exchange"), frame->colors.line, TRUE },
    { C_ ("chart key", "before the step"), frame->colors.secondary, TRUE },
  };
  double middle_y = round (frame->padding_px + frame->line_px / 2);
  double x = frame->width_px - frame->padding_px;

  for (gsize i = 0; i < G_N_ELEMENTS (parts) - (points->n_earlier_within == 0); i++)
    {
      g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, parts[i].text);
      double sign_px = parts[i].is_dot ? KEY_DOT_PX : KEY_PATCH_PX;
      double text_px;

      ts_chart_text_get_size (layout, &text_px, NULL);
      x -= text_px + (i > 0 ? KEY_GAP_PX : 0);
      ts_chart_text_draw (cr, layout, &frame->colors.secondary,
                          frame->is_mirrored ? frame->width_px - x - text_px : x, frame->padding_px);
      x = floor (x - KEY_SIGN_GAP_PX - sign_px);
      draw_sign (&parts[i], cr, frame->is_mirrored ? frame->width_px - x - sign_px : x, middle_y);
    }
  return frame->width_px - x;
}

/* The longer of both titles that fits. */
static void
draw_offset_title (const TsChartFrame *frame,
                   cairo_t *cr,
                   double room_px)
{
  g_autofree char *title = ts_chart_format_title (&frame->offset_axis, frame->is_empty, FALSE);
  g_autofree char *short_title = ts_chart_format_title (&frame->offset_axis, frame->is_empty, TRUE);
  g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, title);
  double width;

  ts_chart_text_get_size (layout, &width, NULL);
  draw_text (frame, cr, width <= room_px ? title : short_title, FALSE, frame->padding_px);
}

/**
 * ts_scatter_labels_draw:
 * @frame: a frame
 * @points: what is drawn
 * @cr: a context to draw with
 *
 * Draws titles, key and labels of the axes. In a narrow picture the read-out takes the place of some.
 */
void
ts_scatter_labels_draw (const TsChartFrame *frame,
                        const TsScatterPoints *points,
                        cairo_t *cr)
{
  gboolean is_narrow = ts_chart_frame_is_narrow (frame);
  g_autofree char *delay = ts_scatter_format_delay_title (points, &frame->delay_axis);
  g_autofree char *note = ts_scatter_format_note (points);
  double room_px = frame->width_px - 2 * frame->padding_px;

  ts_chart_labels_draw_values (frame, cr, &frame->offset, frame->offset_ticks);
  draw_delays (frame, cr);
  if (frame->width_px >= KEY_MIN_WIDTH_PX && points->points->len > 0)
    room_px = frame->width_px - draw_key (frame, points, cr) - KEY_GAP_PX - frame->padding_px;
  if (frame->readout == NULL || !is_narrow)
    draw_offset_title (frame, cr, room_px);
  draw_text (frame, cr, delay, !is_narrow, get_delay_title_y (frame));
  if (note != NULL && (frame->readout == NULL || !is_narrow))
    draw_text (frame, cr, note, is_narrow, get_delay_title_y (frame));
}

/**
 * ts_scatter_labels_draw_readout:
 * @frame: a frame
 * @snapshot: what to append to
 *
 * Tells in a box beside the chosen point, or where there is no room for one above and below the plot, what there is
 * to say of it. What is no sample has no point, and a box in the corner.
 */
void
ts_scatter_labels_draw_readout (const TsChartFrame *frame,
                                GtkSnapshot *snapshot)
{
  double x = frame->plot.x, y = ts_chart_box_get_bottom (&frame->plot);

  if (frame->readout == NULL)
    return;
  if (ts_chart_frame_is_narrow (frame))
    {
      ts_chart_crosshair_draw_lines (frame, snapshot, get_delay_title_y (frame));
      return;
    }
  if (frame->chosen->kind == TS_ENTRY_SAMPLE)
    ts_scatter_frame_get_point (frame, ts_history_entry_get_delay_ns (frame->chosen),
                                ts_history_entry_get_offset_ns (frame->chosen), &x, &y);
  ts_chart_crosshair_draw_box (frame, snapshot, CLAMP (x, frame->plot.x, ts_chart_box_get_right (&frame->plot)), y);
}
