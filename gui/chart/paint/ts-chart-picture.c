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
#include "chart/paint/ts-chart-text.h"
#include "chart/paint/ts-chart-timeline.h"

#define TITLE_GAP_PX 20  /* between name and span, at least */
#define TITLE_SCALE  1.3 /* of the chart's text */

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

/* The names of those overlays that have a line in the picture. */
static char **
list_overlays (const TsChartFrame *frame)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < frame->overlays->len; i++)
    {
      const TsChartOverlay *overlay = ts_chart_overlays_get (frame->overlays, i);

      if (ts_chart_overlay_has_line (frame, &overlay->series))
        g_strv_builder_add (names, overlay->name);
    }
  return g_strv_builder_end (names);
}

/**
 * ts_chart_picture_draw:
 * @model: what to show, with a name and a span that is fixed
 * @cr: a context to draw with
 * @pango: for the text
 * @width_px: of the picture
 * @height_px: of the picture
 * @span_text: when that was
 *
 * Draws the timeline as on paper: in light colours whatever the window's are, below a line that says what it shows,
 * without a cursor, and without "now" because it will be looked at later. Overlays look as in the window; but if
 * there is no room for one's name beside its line, a key above the chart has all names.
 *
 * Returns: (transfer full): the names of those overlays whose lines are in it
 */
char **
ts_chart_picture_draw (TsChartModel *model,
                       cairo_t *cr,
                       PangoContext *pango,
                       int width_px,
                       int height_px,
                       const char *span_text)
{
  g_autoptr (GArray) notes = NULL;
  TsChartColors colors;
  TsChartFrame frame;
  char **names;
  int top;

  ts_chart_colors_init_for_paper (&colors);
  gdk_cairo_set_source_rgba (cr, &colors.card);
  cairo_paint (cr);
  top = (int) draw_title (cr, pango, &colors, width_px, ts_chart_model_get_name (model), span_text);

  ts_chart_frame_init (&frame, model, pango, width_px, height_px - top);
  frame.colors = colors;
  notes = ts_chart_notes_place (&frame);
  if (!ts_chart_names_place (&frame, notes))
    {
      /* A picture has no list of servers beside it that shows what their lines look like. */
      top += ts_chart_picture_key_draw (&frame, cr, top);
      ts_chart_frame_clear (&frame);
      ts_chart_frame_init (&frame, model, pango, width_px, height_px - top);
      frame.colors = colors;
      g_array_unref (notes);
      notes = ts_chart_notes_place (&frame);
    }
  cairo_save (cr);
  cairo_translate (cr, 0, top);
  ts_chart_timeline_draw (&frame, cr, notes);
  cairo_restore (cr);
  names = list_overlays (&frame);
  ts_chart_frame_clear (&frame);
  return names;
}
