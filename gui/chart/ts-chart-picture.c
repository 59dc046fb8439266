/* The chart as a picture that stands alone.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-chart-picture.h"

#include <math.h>
#include <pango/pangocairo.h>

#include "ts-chart-colors.h"
#include "ts-chart-notes.h"
#include "ts-chart-private.h"
#include "ts-chart-text.h"

#define PADDING_PX    16
#define TITLE_GAP_PX  20  /* between name and span, at least */
#define TITLE_SCALE   1.3 /* of the chart's text */

/**
 * ts_chart_picture_get_whole:
 * @history: a history
 * @now_ns: our clock, for want of entries
 * @width_px: of the picture
 *
 * Returns: the span from the oldest to the newest entry, ten seconds at least
 */
TsChartSpan
ts_chart_picture_get_whole (const TsHistory *history,
                            gint64 now_ns,
                            int width_px)
{
  gsize length = ts_history_get_length (history);
  gint64 oldest_ns = length > 0 ? ts_history_get (history, 0)->at_ns : now_ns;
  gint64 newest_ns = length > 0 ? ts_history_get (history, length - 1)->at_ns : now_ns;
  TsChartView view;

  ts_chart_view_init (&view);
  ts_chart_view_set_limits (&view, oldest_ns, newest_ns);
  ts_chart_view_set_range (&view, TS_CHART_RANGE_ALL);
  return ts_chart_view_get_span (&view, width_px);
}

static PangoLayout *
make_title (PangoContext *pango,
            const char *text)
{
  PangoLayout *layout = ts_chart_text_new (pango, text);
  PangoAttrList *attributes = pango_layout_get_attributes (layout);

  pango_attr_list_insert (attributes, pango_attr_scale_new (TITLE_SCALE));
  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  return layout;
}

static void
show_text (cairo_t *cr,
           PangoLayout *layout,
           const GdkRGBA *color,
           double x,
           double baseline)
{
  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, x, baseline - (double) pango_layout_get_baseline (layout) / PANGO_SCALE);
  pango_cairo_show_layout (cr, layout);
}

/* Draws name and span on one line, at both ends of it, and returns where what is below it begins. */
static double
draw_title (cairo_t *cr,
            PangoContext *pango,
            const TsChartColors *colors,
            int width_px,
            const char *name,
            const char *span_text)
{
  g_autoptr (PangoLayout) title = make_title (pango, name);
  g_autoptr (PangoLayout) span = ts_chart_text_new (pango, span_text);
  gboolean is_mirrored = pango_context_get_base_dir (pango) == PANGO_DIRECTION_RTL;
  double title_width, title_height, span_width, baseline, room;

  ts_chart_text_get_size (span, &span_width, NULL);
  room = MAX (width_px - 2 * PADDING_PX - span_width - TITLE_GAP_PX, 1);
  ts_chart_text_get_size (title, &title_width, &title_height);
  if (title_width > room)
    pango_layout_set_width (title, (int) (room * PANGO_SCALE));
  title_width = MIN (title_width, room);
  baseline = PADDING_PX + round ((double) pango_layout_get_baseline (title) / PANGO_SCALE);
  show_text (cr, title, &colors->text, is_mirrored ? width_px - PADDING_PX - title_width : PADDING_PX, baseline);
  show_text (cr, span, &colors->secondary, is_mirrored ? PADDING_PX : width_px - PADDING_PX - span_width, baseline);
  return PADDING_PX + title_height;
}

/* As wide as the plot turns out to be, which depends on the labels, so that each column is a pixel wide. */
static void
lay_out (TsChartFrame *frame,
         TsChartSeries *series,
         PangoContext *pango,
         int width_px,
         int height_px,
         const TsHistory *history,
         TsChartSpan span)
{
  for (guint try = 0; try < 2; try++)
    {
      if (try > 0)
        {
          span.n_columns = MAX ((int) frame->plot.width, 2);
          ts_chart_frame_clear (frame);
        }
      ts_chart_series_update (series, history, &span);
      ts_chart_frame_init (frame, series, NULL, pango, width_px, height_px,
                           ts_chart_unit_for (series->min_ns, series->max_ns), ts_unit_for (series->max_delay_ns));
    }
}

/**
 * ts_chart_picture_draw:
 * @cr: a context to draw with
 * @pango: for the text
 * @width_px: of the picture
 * @height_px: of the picture
 * @history: what to show
 * @span: which part of it
 * @name: whose clock it is
 * @span_text: when that was
 *
 * Draws the chart as on paper: in light colours whatever the window's are, below a line that says what it shows,
 * without a cursor, and without "now", for it will be looked at later.
 */
void
ts_chart_picture_draw (cairo_t *cr,
                       PangoContext *pango,
                       int width_px,
                       int height_px,
                       const TsHistory *history,
                       const TsChartSpan *span,
                       const char *name,
                       const char *span_text)
{
  TsChartSpan past = *span;
  TsChartColors colors;
  TsChartSeries series;
  TsChartFrame frame;
  g_autoptr (GArray) notes = NULL;
  double top;

  ts_chart_colors_init_for_paper (&colors);
  gdk_cairo_set_source_rgba (cr, &colors.card);
  cairo_paint (cr);
  top = draw_title (cr, pango, &colors, width_px, name, span_text);

  past.now_ns = past.end_ns + 1;
  ts_chart_series_init (&series);
  lay_out (&frame, &series, pango, width_px, height_px - (int) top, history, past);
  frame.colors = colors;
  notes = ts_chart_notes_place (&frame);
  cairo_save (cr);
  cairo_translate (cr, 0, (int) top);
  ts_chart_draw (&frame, cr, notes);
  cairo_restore (cr);
  ts_chart_frame_clear (&frame);
  ts_chart_series_clear (&series);
}
