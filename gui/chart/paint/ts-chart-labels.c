/* The chart's text: titles, key, labels of the axes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-labels.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-text.h"
#include "chart/model/ts-chart-words.h"

#define KEY_MIN_WIDTH_PX 560
#define KEY_GAP_PX       20 /* between its parts, and before it */
#define KEY_SIGN_GAP_PX  8  /* from a sign to its word */
#define KEY_LINE_PX      16
#define KEY_BAR_PX       14
#define LABEL_GAP_PX     8
#define TIME_GAP_PX      6

#define LEFT_TO_RIGHT_MARK "\u200e"

/* Where something of @width is drawn that left-to-right text has at @x. */
static double
mirror (const TsChartFrame *frame,
        double x,
        double width)
{
  return frame->is_mirrored ? frame->width_px - x - width : x;
}

/* The sign of a part of the key: a line, a patch or a bar. */
typedef struct
{
  const char *text;
  const GdkRGBA *color;
  double width_px;
  double height_px;
} KeyPart;

/* Draws the key from its far end on, and returns how far it reaches. */
static double
draw_key (const TsChartFrame *frame,
          cairo_t *cr)
{
  const KeyPart parts[] = {
    { C_ ("chart key", "estimate"), &frame->colors.line, KEY_LINE_PX, 2 },
    { C_ ("chart key", "proven by all"), &frame->colors.band, KEY_BAR_PX, KEY_BAR_PX },
    { C_ ("chart key", "proven by one exchange"), &frame->colors.bar, 1.5, KEY_BAR_PX },
  };
  double middle = round (frame->padding_px + frame->line_px / 2);
  double x = frame->width_px - frame->padding_px;

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, parts[i].text);
      double text_width;

      ts_chart_text_get_size (layout, &text_width, NULL);
      x -= text_width + (i > 0 ? KEY_GAP_PX : 0);
      ts_chart_text_draw (cr, layout, &frame->colors.secondary, mirror (frame, x, text_width), frame->padding_px);
      x = floor (x - KEY_SIGN_GAP_PX - parts[i].width_px);
      gdk_cairo_set_source_rgba (cr, parts[i].color);
      cairo_rectangle (cr, mirror (frame, x, parts[i].width_px), middle - parts[i].height_px / 2, parts[i].width_px,
                       parts[i].height_px);
      cairo_fill (cr);
    }
  return frame->width_px - x;
}

/* The longer of both titles of the plot that fits into @room. */
static PangoLayout *
make_title (const TsChartFrame *frame,
            double room)
{
  PangoLayout *layout = NULL;
  double width = 0;

  for (guint is_short = 0; layout == NULL; is_short++)
    {
      g_autofree char *title = ts_chart_format_title (&frame->offset_axis, frame->is_empty, is_short > 0);

      layout = ts_chart_text_new (frame->pango, title);
      ts_chart_text_get_size (layout, &width, NULL);
      if (width > room && is_short == 0)
        g_clear_object (&layout);
    }
  return layout;
}

/**
 * ts_chart_labels_draw_titles:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the titles of plot and strip, and the key where there is room and something to explain.
 */
void
ts_chart_labels_draw_titles (const TsChartFrame *frame,
                             cairo_t *cr)
{
  g_autofree char *strip_title = ts_chart_format_strip_title (&frame->delay_axis, frame->is_empty);
  g_autoptr (PangoLayout) title = NULL;
  g_autoptr (PangoLayout) strip = ts_chart_text_new (frame->pango, strip_title);
  double room = frame->width_px - 2 * frame->padding_px;
  double width;

  if (frame->width_px >= KEY_MIN_WIDTH_PX && !frame->is_empty)
    room = frame->width_px - draw_key (frame, cr) - KEY_GAP_PX - frame->padding_px;
  title = make_title (frame, room);

  ts_chart_text_get_size (title, &width, NULL);
  /* Else the read-out is there. */
  if (frame->readout == NULL || !ts_chart_frame_is_narrow (frame))
    ts_chart_text_draw (cr, title, &frame->colors.secondary, mirror (frame, frame->padding_px, width),
                        frame->padding_px);
  ts_chart_text_get_size (strip, &width, NULL);
  ts_chart_text_draw (cr, strip, &frame->colors.secondary, mirror (frame, frame->padding_px, width),
                      frame->strip.y - LABEL_GAP_PX - frame->line_px);
}

/**
 * ts_chart_labels_draw_values:
 * @frame: a frame
 * @cr: a context to draw with
 * @scale: from values to y
 * @ticks: (element-type TsChartTick): the values
 *
 * Draws the labels of an axis beside the plot, with their ends below each other. Ticks too close for their text lose
 * it.
 */
void
ts_chart_labels_draw_values (const TsChartFrame *frame,
                             cairo_t *cr,
                             const TsChartScale *scale,
                             const GArray *ticks)
{
  double edge = frame->is_mirrored ? frame->width_px - frame->padding_px : frame->plot.x - LABEL_GAP_PX;
  double last_y = INFINITY;

  for (guint i = 0; i < ticks->len; i++)
    {
      const TsChartTick *tick = &g_array_index (ticks, TsChartTick, i);
      double y = ts_chart_scale_to_px (scale, tick->value_ns);
      g_autoptr (PangoLayout) layout = NULL;
      g_autofree char *text = NULL;
      double width;

      if (tick->label == NULL || last_y - y < frame->line_px * 0.8)
        continue;
      /* Lest the sign moves to the right of the figures where text runs from right to left. */
      text = g_strconcat (LEFT_TO_RIGHT_MARK, tick->label, NULL);
      layout = ts_chart_text_new (frame->pango, text);
      ts_chart_text_get_size (layout, &width, NULL);
      ts_chart_text_draw (cr, layout, &frame->colors.secondary, edge - width, y - frame->line_px / 2);
      last_y = y;
    }
}

static void
draw_times (const TsChartFrame *frame,
            cairo_t *cr)
{
  g_autoptr (PangoLayout) now = ts_chart_text_new (frame->pango, C_ ("chart", "now"));
  double y = ts_chart_box_get_bottom (&frame->strip) + TIME_GAP_PX;
  double end = frame->width_px - LABEL_GAP_PX;

  if (ts_chart_series_is_live (frame->series))
    {
      double width;

      ts_chart_text_get_size (now, &width, NULL);
      end = ts_chart_box_get_right (&frame->plot) - width;
      ts_chart_text_draw (cr, now, &frame->colors.secondary, end, y);
      end -= TIME_GAP_PX;
    }

  for (guint i = 0; i < frame->time_ticks->len; i++)
    {
      const TsChartTick *tick = &g_array_index (frame->time_ticks, TsChartTick, i);
      g_autoptr (PangoLayout) layout = ts_chart_text_new (frame->pango, tick->label);
      double width, x;

      ts_chart_text_get_size (layout, &width, NULL);
      x = ts_chart_frame_get_time_px (frame, tick->value_ns) - width / 2;
      if (x >= LABEL_GAP_PX && x + width <= end)
        ts_chart_text_draw (cr, layout, &frame->colors.secondary, x, y);
    }
}

/**
 * ts_chart_labels_draw_axes:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws the labels of all axes; "now" takes the place of times that would touch it
 * where the view reaches to now.
 */
void
ts_chart_labels_draw_axes (const TsChartFrame *frame,
                           cairo_t *cr)
{
  ts_chart_labels_draw_values (frame, cr, &frame->offset, frame->offset_ticks);
  ts_chart_labels_draw_values (frame, cr, &frame->delay, frame->delay_ticks);
  draw_times (frame, cr);
}
