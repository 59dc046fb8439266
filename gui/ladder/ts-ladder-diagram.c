/* The picture of an exchange: two lines of time, and request and answer between them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-diagram.h"

#include <glib/gi18n.h>
#include <math.h>
#include <pango/pangocairo.h>

#include "chart/paint/ts-chart-colors.h"
#include "chart/paint/ts-chart-text.h"
#include "ladder/ts-ladder-layout.h"
#include "ladder/ts-ladder-texts.h"

#define MIN_WIDTH_PX      320
#define NATURAL_WIDTH_PX  560
#define NATURAL_HEIGHT_PX 290

#define LINE_PX        1.5
#define BUSY_PX        8.0  /* how wide the stretch between two instants is drawn */
#define POINT_PX       4.0  /* radius */
#define HEAD_PX        10.0 /* how long an arrow's head is */
#define HEAD_HALF_PX   4.5
#define TEXT_GAP_PX    3
#define HEADING_GAP_PX 6
#define EDGE_PX        4

struct _TsLadderDiagram
{
  GtkWidget parent_instance;

  TsLadderExchange exchange;
  char *server; /* (nullable): nothing to show yet */
};

G_DEFINE_FINAL_TYPE (TsLadderDiagram, ts_ladder_diagram, GTK_TYPE_WIDGET)

static double
get_text_height (PangoLayout *layout)
{
  double height;

  ts_chart_text_get_size (layout, NULL, &height);
  return height;
}

/* Draws it beside the line at @x, on its outer side: @side is 1 if that is the right one. */
static void
draw_beside (cairo_t *cr,
             PangoLayout *layout,
             const GdkRGBA *color,
             double x,
             int side,
             double y)
{
  ts_chart_text_draw (cr, layout, color, side > 0 ? x : x - ts_chart_text_measure (layout), y);
}

static void
draw_line (cairo_t *cr,
           const TsChartColors *colors,
           const TsLadderLayout *layout,
           double x,
           double from_y,
           double to_y)
{
  gdk_cairo_set_source_rgba (cr, &colors->zero);
  cairo_set_line_width (cr, LINE_PX);
  cairo_move_to (cr, round (x), layout->top_px);
  cairo_line_to (cr, round (x), layout->bottom_px);
  cairo_stroke (cr);
  gdk_cairo_set_source_rgba (cr, &colors->bar);
  cairo_rectangle (cr, round (x) - BUSY_PX / 2, from_y, BUSY_PX, to_y - from_y);
  cairo_fill (cr);
}

static void
draw_point (cairo_t *cr,
            const TsChartColors *colors,
            double x,
            double y)
{
  gdk_cairo_set_source_rgba (cr, &colors->line);
  cairo_new_sub_path (cr);
  cairo_arc (cr, round (x), y, POINT_PX, 0, 2 * G_PI);
  cairo_fill (cr);
}

/* A text along an arrow is read from left to right, wherever the arrow points. */
static void
draw_along (cairo_t *cr,
            PangoLayout *layout,
            const GdkRGBA *color,
            double from_x,
            double from_y,
            double to_x,
            double to_y)
{
  gboolean is_leftward = to_x < from_x;
  double angle = is_leftward ? atan2 (from_y - to_y, from_x - to_x) : atan2 (to_y - from_y, to_x - from_x);

  cairo_save (cr);
  cairo_translate (cr, (from_x + to_x) / 2, (from_y + to_y) / 2);
  cairo_rotate (cr, angle);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, -ts_chart_text_measure (layout) / 2, -get_text_height (layout) - TEXT_GAP_PX);
  pango_cairo_update_layout (cr, layout);
  pango_cairo_show_layout (cr, layout);
  cairo_restore (cr);
}

static void
draw_arrow (cairo_t *cr,
            const GdkRGBA *color,
            double from_x,
            double from_y,
            double to_x,
            double to_y)
{
  double angle = atan2 (to_y - from_y, to_x - from_x);

  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, LINE_PX);
  cairo_translate (cr, to_x, to_y);
  cairo_rotate (cr, angle);
  cairo_move_to (cr, -hypot (to_x - from_x, to_y - from_y), 0);
  cairo_line_to (cr, -POINT_PX - HEAD_PX / 2, 0);
  cairo_stroke (cr);
  cairo_move_to (cr, -POINT_PX, 0);
  cairo_line_to (cr, -POINT_PX - HEAD_PX, HEAD_HALF_PX);
  cairo_line_to (cr, -POINT_PX - HEAD_PX, -HEAD_HALF_PX);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_restore (cr);
}

/* Beside a steep arrow a text would lie on the lines at its ends.
 *
 * Returns: (nullable): the longer one of both texts that fits the arrow; %NULL if none does */
static PangoLayout *
choose_way_text (PangoLayout *text,
                 PangoLayout *short_text,
                 double across_px,
                 double down_px)
{
  double length_px = hypot (across_px, down_px), away_px = get_text_height (text) + TEXT_GAP_PX;
  double end_px = (away_px * down_px + BUSY_PX / 2 * length_px) / across_px;
  double room_px = length_px - 2 * MAX (POINT_PX + HEAD_PX, end_px);

  return ts_chart_text_measure (text) <= room_px         ? text
         : ts_chart_text_measure (short_text) <= room_px ? short_text
                                                         : NULL;
}

static void
draw_ways (cairo_t *cr,
           const TsChartColors *colors,
           const TsLadderLayout *layout,
           const TsLadderTexts *texts)
{
  const double *y = layout->points_y;
  double across = fabs (layout->theirs_x - layout->ours_x);
  PangoLayout *request = choose_way_text (texts->request, texts->request_short, across, y[1] - y[0]);
  PangoLayout *answer = choose_way_text (texts->answer, texts->answer_short, across, y[3] - y[2]);

  draw_arrow (cr, &colors->line, layout->ours_x, y[0], layout->theirs_x, y[1]);
  if (request != NULL)
    draw_along (cr, request, &colors->secondary, layout->ours_x, y[0], layout->theirs_x, y[1]);
  draw_arrow (cr, &colors->line, layout->theirs_x, y[2], layout->ours_x, y[3]);
  if (answer != NULL)
    draw_along (cr, answer, &colors->secondary, layout->theirs_x, y[2], layout->ours_x, y[3]);
}

/* Draws a line from a point to its text if the text had to move away. */
static void
draw_leader (cairo_t *cr,
             const TsChartColors *colors,
             double x,
             int side,
             double point_y,
             double text_y)
{
  if (fabs (text_y - point_y) < 2)
    return;
  gdk_cairo_set_source_rgba (cr, &colors->zero);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, x + side * (BUSY_PX / 2 + 2), point_y);
  cairo_line_to (cr, x + side * (TS_LADDER_THEIRS_GAP_PX - 4), text_y);
  cairo_stroke (cr);
}

static void
draw_our_side (cairo_t *cr,
               const TsChartColors *colors,
               const TsLadderLayout *layout,
               const TsLadderTexts *texts,
               int side)
{
  double x = layout->ours_x + side * TS_LADDER_OURS_GAP_PX;
  double stamp_px = get_text_height (texts->stamps[TS_LADDER_T1]);

  draw_beside (cr, texts->stamps[TS_LADDER_T1], &colors->text, x, side, layout->ours_y[0]);
  draw_beside (cr, texts->events[TS_LADDER_T1], &colors->secondary, x, side, layout->ours_y[0] + stamp_px);
  draw_beside (cr, texts->waited, &colors->secondary, x, side, layout->ours_y[1]);
  draw_beside (cr, texts->stamps[TS_LADDER_T4], &colors->text, x, side, layout->ours_y[2]);
  draw_beside (cr, texts->events[TS_LADDER_T4], &colors->secondary, x, side, layout->ours_y[2] + stamp_px);
}

static void
draw_their_side (cairo_t *cr,
                 const TsChartColors *colors,
                 const TsLadderLayout *layout,
                 const TsLadderTexts *texts,
                 int side)
{
  double x = layout->theirs_x + side * TS_LADDER_THEIRS_GAP_PX;
  double note_px = get_text_height (texts->events[TS_LADDER_T2]);
  double stamp_px = get_text_height (texts->stamps[TS_LADDER_T2]);

  draw_beside (cr, texts->events[TS_LADDER_T2], &colors->secondary, x, side, layout->theirs_y[0]);
  draw_beside (cr, texts->stamps[TS_LADDER_T2], &colors->text, x, side, layout->theirs_y[0] + note_px);
  draw_beside (cr, texts->served, &colors->secondary, x, side, layout->theirs_y[1]);
  draw_beside (cr, texts->stamps[TS_LADDER_T3], &colors->text, x, side, layout->theirs_y[2]);
  draw_beside (cr, texts->events[TS_LADDER_T3], &colors->secondary, x, side, layout->theirs_y[2] + stamp_px);
  draw_leader (cr, colors, layout->theirs_x, side, layout->points_y[1], layout->theirs_y[0] + note_px + stamp_px / 2);
  draw_leader (cr, colors, layout->theirs_x, side, layout->points_y[2], layout->theirs_y[2] + stamp_px / 2);
}

/* Draws it above its line, moved to the side if it is too near to the edge or to the other name. */
static void
draw_heading (cairo_t *cr,
              const TsChartColors *colors,
              PangoLayout *heading,
              const TsLadderLayout *layout,
              double x,
              double from_x,
              double to_x)
{
  double width = MIN (ts_chart_text_measure (heading), floor (to_x - from_x));

  pango_layout_set_width (heading, (int) (width * PANGO_SCALE));
  ts_chart_text_draw (cr, heading, &colors->text, CLAMP (x - width / 2, from_x, to_x - width),
                      layout->top_px - HEADING_GAP_PX - get_text_height (heading));
}

static void
draw_headings (cairo_t *cr,
               const TsChartColors *colors,
               const TsLadderLayout *layout,
               const TsLadderTexts *texts,
               double width_px)
{
  double middle = (layout->ours_x + layout->theirs_x) / 2;
  gboolean is_left = layout->ours_x < layout->theirs_x;
  PangoLayout *left = texts->headings[is_left ? 0 : 1], *right = texts->headings[is_left ? 1 : 0];

  draw_heading (cr, colors, left, layout, MIN (layout->ours_x, layout->theirs_x), EDGE_PX, middle - HEADING_GAP_PX);
  draw_heading (cr, colors, right, layout, MAX (layout->ours_x, layout->theirs_x), middle + HEADING_GAP_PX,
                width_px - EDGE_PX);
}

static void
draw (cairo_t *cr,
      const TsLadderLayout *layout,
      const TsLadderTexts *texts,
      const TsChartColors *colors,
      double width_px)
{
  const double *y = layout->points_y;
  int side = layout->theirs_x > layout->ours_x ? 1 : -1;

  draw_line (cr, colors, layout, layout->ours_x, y[0], y[3]);
  draw_line (cr, colors, layout, layout->theirs_x, y[1], y[2]);
  draw_ways (cr, colors, layout, texts);
  for (guint i = 0; i < TS_LADDER_N_INSTANTS; i++)
    draw_point (cr, colors, i == TS_LADDER_T1 || i == TS_LADDER_T4 ? layout->ours_x : layout->theirs_x, y[i]);
  draw_our_side (cr, colors, layout, texts, -side);
  draw_their_side (cr, colors, layout, texts, side);
  draw_headings (cr, colors, layout, texts, width_px);
}

static PangoContext *
new_smaller_context (GtkWidget *widget,
                     double scale)
{
  PangoContext *pango = gtk_widget_create_pango_context (widget);
  PangoFontDescription *font = pango_font_description_copy (pango_context_get_font_description (pango));
  double size = pango_font_description_get_size (font) * scale;

  if (pango_font_description_get_size_is_absolute (font))
    pango_font_description_set_absolute_size (font, size);
  else
    pango_font_description_set_size (font, (int) size);
  pango_context_set_font_description (pango, font);
  pango_font_description_free (font);
  return pango;
}

/* Makes the text: the long one if there is room for it, or the short one, as small as it has to be. */
static TsLadderSizes
make_texts (TsLadderDiagram *self,
            TsLadderTexts *texts)
{
  GtkWidget *widget = GTK_WIDGET (self);
  PangoContext *pango = gtk_widget_get_pango_context (widget);
  double width_px = gtk_widget_get_width (widget), scale;
  PangoContext *smaller;
  TsLadderSizes sizes;

  ts_ladder_texts_init (texts, pango, &self->exchange, self->server, FALSE);
  sizes = ts_ladder_texts_measure (texts);
  if (ts_ladder_layout_has_room (&sizes, width_px))
    return sizes;
  ts_ladder_texts_clear (texts);
  ts_ladder_texts_init (texts, pango, &self->exchange, self->server, TRUE);
  sizes = ts_ladder_texts_measure (texts);
  scale = ts_ladder_layout_get_text_scale (&sizes, width_px);
  if (scale == 1)
    return sizes;
  smaller = new_smaller_context (widget, scale);
  ts_ladder_texts_clear (texts);
  ts_ladder_texts_init (texts, smaller, &self->exchange, self->server, TRUE);
  g_object_unref (smaller);
  return ts_ladder_texts_measure (texts);
}

static void
ts_ladder_diagram_snapshot (GtkWidget *widget,
                            GtkSnapshot *snapshot)
{
  TsLadderDiagram *self = TS_LADDER_DIAGRAM (widget);
  gboolean is_mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  double width_px = gtk_widget_get_width (widget), height_px = gtk_widget_get_height (widget);
  TsChartColors colors;
  TsLadderLayout layout;
  TsLadderTexts texts;
  TsLadderSizes sizes;
  cairo_t *cr;

  if (self->server == NULL)
    return;
  ts_chart_colors_init (&colors, widget);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width_px, (float) height_px));
  sizes = make_texts (self, &texts);
  ts_ladder_layout_init (&layout, &self->exchange, &sizes, width_px, height_px, is_mirrored);
  draw (cr, &layout, &texts, &colors, width_px);
  ts_ladder_texts_clear (&texts);
  cairo_destroy (cr);
}

static void
ts_ladder_diagram_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  TsLadderDiagram *self = TS_LADDER_DIAGRAM (widget);
  TsLadderTexts texts;
  TsLadderSizes sizes;

  *minimum = MIN_WIDTH_PX;
  *natural = NATURAL_WIDTH_PX;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  ts_ladder_texts_init (&texts, gtk_widget_get_pango_context (widget), &self->exchange,
                        self->server != NULL ? self->server : "", FALSE);
  sizes = ts_ladder_texts_measure (&texts);
  ts_ladder_texts_clear (&texts);
  *minimum = (int) ceil (ts_ladder_layout_get_min_height_px (&sizes));
  *natural = MAX (NATURAL_HEIGHT_PX, *minimum);
}

static void
ts_ladder_diagram_finalize (GObject *object)
{
  g_free (TS_LADDER_DIAGRAM (object)->server);

  G_OBJECT_CLASS (ts_ladder_diagram_parent_class)->finalize (object);
}

static void
ts_ladder_diagram_class_init (TsLadderDiagramClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = ts_ladder_diagram_finalize;
  widget_class->measure = ts_ladder_diagram_measure;
  widget_class->snapshot = ts_ladder_diagram_snapshot;

  gtk_widget_class_set_css_name (widget_class, "ts-ladder-diagram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ts_ladder_diagram_init (TsLadderDiagram *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Diagram of the exchange"),
                                  -1);
  ts_chart_colors_watch (GTK_WIDGET (self));
}

/**
 * ts_ladder_diagram_show:
 * @self: a picture
 * @exchange: what to show from now on
 * @server: the server's name
 *
 * Shows an exchange, and describes it to assistive technology.
 */
void
ts_ladder_diagram_show (TsLadderDiagram *self,
                        const TsLadderExchange *exchange,
                        const char *server)
{
  g_autofree char *description = ts_ladder_describe (exchange, server);

  self->exchange = *exchange;
  g_free (self->server);
  self->server = g_strdup (server);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
