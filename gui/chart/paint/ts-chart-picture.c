/* The chart as a picture that stands alone.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-picture.h"

#include <math.h>
#include <pango/pangocairo.h>

#include "chart/paint/ts-chart-colors.h"
#include "chart/paint/ts-chart-names.h"
#include "chart/paint/ts-chart-notes.h"
#include "chart/paint/ts-chart-overlay.h"
#include "chart/paint/ts-chart-picture-key.h"
#include "chart/ts-chart-private.h"
#include "chart/paint/ts-chart-text.h"

#define TITLE_GAP_PX 20  /* between name and span, at least */
#define TITLE_SCALE  1.3 /* of the chart's text */

static GArray *
make_others (const TsChartPicture *self)
{
  GArray *others = ts_chart_others_new ();

  for (guint i = 0; i < self->n_others; i++)
    ts_chart_others_add (others, &self->others[i]);
  return others;
}

/**
 * ts_chart_picture_get_whole:
 * @self: what to show; its span does not count
 * @now_ns: our clock, for want of entries
 * @width_px: of the picture
 *
 * Returns: the span from the oldest to the newest entry of all servers, ten seconds at least
 */
TsChartSpan
ts_chart_picture_get_whole (const TsChartPicture *self,
                            gint64 now_ns,
                            int width_px)
{
  g_autoptr (GArray) others = make_others (self);
  gint64 oldest_ns = G_MAXINT64, newest_ns = G_MININT64;
  TsChartView view;

  ts_chart_others_get_limits (others, self->history, &oldest_ns, &newest_ns);
  if (oldest_ns > newest_ns)
    oldest_ns = newest_ns = now_ns;
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
  double title_width, title_height, span_width, baseline, room, right = width_px - TS_CHART_PADDING_PX;

  ts_chart_text_get_size (span, &span_width, NULL);
  room = MAX (right - TS_CHART_PADDING_PX - span_width - TITLE_GAP_PX, 1);
  ts_chart_text_shorten (title, room);
  ts_chart_text_get_size (title, &title_width, &title_height);
  baseline = TS_CHART_PADDING_PX + round ((double) pango_layout_get_baseline (title) / PANGO_SCALE);
  show_text (cr, title, &colors->text, is_mirrored ? right - title_width : TS_CHART_PADDING_PX, baseline);
  show_text (cr, span, &colors->secondary, is_mirrored ? TS_CHART_PADDING_PX : right - span_width, baseline);
  return TS_CHART_PADDING_PX + title_height;
}

/* As wide as the plot turns out to be, which depends on the labels, so that each column is a pixel wide. */
static void
lay_out (const TsChartPicture *self,
         TsChartFrame *frame,
         TsChartSeries *series,
         GArray *others,
         PangoContext *pango,
         int width_px,
         int height_px)
{
  TsChartSpan span = self->span;

  /* It will be looked at later. */
  span.now_ns = span.end_ns + 1;
  for (guint try = 0; try < 2; try++)
    {
      TsChartExtent extent;

      if (try > 0)
        {
          span.n_columns = MAX ((int) frame->plot.width, 2);
          ts_chart_frame_clear (frame);
        }
      ts_chart_series_update (series, self->history, &span);
      ts_chart_others_update (others, &span);
      extent = ts_chart_others_get_extent (others, series);
      ts_chart_frame_init (frame, series, others, pango, width_px, height_px,
                           ts_chart_unit_for (extent.min_ns, extent.max_ns), ts_unit_for (extent.max_delay_ns));
    }
  frame->name = self->name;
  ts_chart_colors_init_for_paper (&frame->colors);
}

/* Who of the others has a line in the picture. */
static char **
list_others (const TsChartFrame *frame)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < frame->others->len; i++)
    {
      const TsChartOther *other = ts_chart_others_get (frame->others, i);

      if (ts_chart_overlay_has_line (frame, &other->series))
        g_strv_builder_add (names, other->name);
    }
  return g_strv_builder_end (names);
}

/**
 * ts_chart_picture_draw:
 * @self: what to show
 * @cr: a context to draw with
 * @pango: for the text
 * @width_px: of the picture
 * @height_px: of the picture
 * @span_text: when that was
 *
 * Draws the chart as on paper: in light colours whatever the window's are, below a line that says what it shows,
 * without a cursor, and without "now", for it will be looked at later. Other servers look as in the window; but where
 * one's name has no room beside its line a key above the chart has all names.
 *
 * Returns: (transfer full): the names of those others whose lines are in it
 */
char **
ts_chart_picture_draw (const TsChartPicture *self,
                       cairo_t *cr,
                       PangoContext *pango,
                       int width_px,
                       int height_px,
                       const char *span_text)
{
  g_autoptr (GArray) others = make_others (self);
  g_autoptr (GArray) notes = NULL;
  TsChartColors colors;
  TsChartSeries series;
  TsChartFrame frame;
  char **names;
  int top;

  ts_chart_colors_init_for_paper (&colors);
  ts_chart_others_update_styles_for_paper (others, &colors.text);
  gdk_cairo_set_source_rgba (cr, &colors.card);
  cairo_paint (cr);
  top = (int) draw_title (cr, pango, &colors, width_px, self->name, span_text);

  ts_chart_series_init (&series);
  lay_out (self, &frame, &series, others, pango, width_px, height_px - top);
  notes = ts_chart_notes_place (&frame);
  if (!ts_chart_names_place (&frame, notes))
    {
      /* Here is no list of servers beside it that shows what their lines look like. */
      top += ts_chart_picture_key_draw (&frame, cr, top);
      ts_chart_frame_clear (&frame);
      lay_out (self, &frame, &series, others, pango, width_px, height_px - top);
      g_array_unref (notes);
      notes = ts_chart_notes_place (&frame);
    }
  cairo_save (cr);
  cairo_translate (cr, 0, top);
  ts_chart_draw (&frame, cr, notes);
  cairo_restore (cr);
  names = list_others (&frame);
  ts_chart_frame_clear (&frame);
  ts_chart_series_clear (&series);
  return names;
}
