/* The chart's cursor: its line, the chosen exchange, and the read-out.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-crosshair.h"

#include <glib/gi18n.h>
#include <math.h>

#include "chart/paint/ts-chart-text.h"

#define CHOSEN_PX     2.0
#define CAP_PX        6.0  /* how wide the end caps are */
#define DOT_PX        4.0  /* radius */
#define STRIP_BAR_PX  3.0
#define BESIDE_PX     9    /* from the line to the read-out */
#define BOX_X_PX      12   /* within the read-out */
#define BOX_Y_PX      8
#define BOX_RADIUS_PX 8
#define ROW_GAP_PX    2
#define COLUMN_GAP_PX 12
#define EDGE_PX       8    /* from the plot's edges to the read-out */
#define MAX_OWN_ROWS  5
#define MAX_NAME_PX   140
#define STRIP_GAP_PX  8

static void
draw_line (const TsChartFrame *frame,
           cairo_t *cr,
           double x)
{
  gdk_cairo_set_source_rgba (cr, &frame->colors.mark);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, x, frame->plot.y);
  cairo_line_to (cr, x, ts_chart_box_get_bottom (&frame->plot));
  cairo_move_to (cr, x, frame->strip.y);
  cairo_line_to (cr, x, ts_chart_box_get_bottom (&frame->strip));
  cairo_stroke (cr);
}

/* An end that is beyond the plot has no cap. */
static void
add_chosen_bar (const TsChartFrame *frame,
                cairo_t *cr,
                double x)
{
  double bottom = ts_chart_box_get_bottom (&frame->plot);
  double ends[] = { ts_chart_scale_to_px (&frame->offset, frame->chosen->proven_max_ns),
                    ts_chart_scale_to_px (&frame->offset, frame->chosen->proven_min_ns) };

  cairo_move_to (cr, x, CLAMP (ends[0], frame->plot.y, bottom));
  cairo_line_to (cr, x, CLAMP (ends[1], frame->plot.y, bottom));
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (ends[i] >= frame->plot.y && ends[i] <= bottom)
      {
        cairo_move_to (cr, x - CAP_PX / 2, round (ends[i]));
        cairo_rel_line_to (cr, CAP_PX, 0);
      }
}

/* In the middle of the bar, for that is the offset that the read-out tells; the estimate weighs others too. */
static void
draw_dot (const TsChartFrame *frame,
          cairo_t *cr,
          double x)
{
  double y = ts_chart_scale_to_px (&frame->offset, ts_history_entry_get_offset_ns (frame->chosen));

  if (y < frame->plot.y || y > ts_chart_box_get_bottom (&frame->plot))
    return;
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, DOT_PX + 1, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &frame->colors.card);
  cairo_fill (cr);
  cairo_arc (cr, x, y, DOT_PX, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &frame->colors.line);
  cairo_fill (cr);
}

/**
 * ts_chart_crosshair_draw:
 * @frame: a frame
 * @cr: a context to draw with
 *
 * Draws a line at the chosen entry if it is in view, and on it what that exchange proved and its round trip.
 */
void
ts_chart_crosshair_draw (const TsChartFrame *frame,
                         cairo_t *cr)
{
  double x, top;

  if (frame->chosen == NULL)
    return;
  x = ts_chart_frame_get_time_px (frame, frame->chosen->at_ns);
  if (!ts_chart_frame_has_x (frame, x))
    return;
  x = ts_chart_snap (x);
  cairo_save (cr);
  draw_line (frame, cr, x);
  if (frame->chosen->kind == TS_ENTRY_SAMPLE)
    {
      gdk_cairo_set_source_rgba (cr, &frame->colors.line);
      cairo_set_line_width (cr, CHOSEN_PX);
      add_chosen_bar (frame, cr, x);
      cairo_stroke (cr);
      top = ts_chart_scale_to_px (&frame->delay, ts_history_entry_get_delay_ns (frame->chosen));
      cairo_set_line_width (cr, STRIP_BAR_PX);
      cairo_move_to (cr, x, MAX (top, frame->strip.y));
      cairo_line_to (cr, x, ts_chart_box_get_bottom (&frame->strip));
      cairo_stroke (cr);
      draw_dot (frame, cr, x);
    }
  cairo_restore (cr);
}

static PangoLayout *
make_text (const TsChartFrame *frame,
           const char *text,
           gboolean is_bold)
{
  PangoLayout *layout = ts_chart_text_new (frame->pango, text);

  if (is_bold)
    {
      PangoAttrList *attributes = pango_attr_list_copy (pango_layout_get_attributes (layout));

      pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      pango_layout_set_attributes (layout, attributes);
      pango_attr_list_unref (attributes);
    }
  return layout;
}

static void
append_text (GtkSnapshot *snapshot,
             PangoLayout *layout,
             const GdkRGBA *color,
             double x,
             double y)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) round (x), (float) round (y)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

/* A line of the read-out: what it is, and how much. */
typedef struct
{
  PangoLayout *name;
  PangoLayout *value; /* (nullable) */
  const GdkRGBA *color;
} Row;

static Row
make_overlay_row (const TsChartFrame *frame,
                guint index)
{
  Row row = { make_text (frame, frame->readout->names[index], FALSE),
              make_text (frame, frame->readout->offsets[index], FALSE),
              &ts_chart_colors_get_style (&frame->colors, ts_chart_overlays_get (frame->overlays, index)->place)->text };

  ts_chart_text_shorten (row.name, MAX_NAME_PX);
  return row;
}

static guint
count_overlays (const TsChartFrame *frame)
{
  return frame->overlays != NULL ? frame->overlays->len : 0;
}

/* At most %MAX_OWN_ROWS, and one for each overlay. */
static guint
make_rows (const TsChartFrame *frame,
           Row *rows)
{
  const TsChartReadout *readout = frame->readout;
  const char *const texts[][2] = {
    { _("Offset"), readout->offset }, { _("Proven"), readout->proven }, { _("Round trip"), readout->delay }
  };
  guint n = 0;

  rows[n++] = (Row) { make_text (frame, readout->time, TRUE), NULL, &frame->colors.text };
  if (readout->event != NULL)
    rows[n++] = (Row) { make_text (frame, readout->event, FALSE), NULL, &frame->colors.text };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i][1] != NULL)
      rows[n++] = (Row) { make_text (frame, texts[i][0], FALSE), make_text (frame, texts[i][1], FALSE),
                          &frame->colors.secondary };
  for (guint i = 0; i < count_overlays (frame); i++)
    rows[n++] = make_overlay_row (frame, i);
  return n;
}

static double
measure_rows (const Row *rows,
              guint n_rows)
{
  double widest = 0;

  for (guint i = 0; i < n_rows; i++)
    {
      double name = 0, value = 0;

      ts_chart_text_get_size (rows[i].name, &name, NULL);
      if (rows[i].value != NULL)
        ts_chart_text_get_size (rows[i].value, &value, NULL);
      widest = MAX (widest, name + (rows[i].value != NULL ? COLUMN_GAP_PX + value : 0));
    }
  return widest;
}

/* Beside the line where there is room, and above or below where the chosen point is not. */
static void
place_box (const TsChartFrame *frame,
           double line,
           double y,
           graphene_rect_t *box)
{
  double bottom = ts_chart_box_get_bottom (&frame->plot);
  double x = line - BESIDE_PX - box->size.width;

  if (x < frame->plot.x)
    x = line + BESIDE_PX;
  y = y < (frame->plot.y + bottom) / 2 ? bottom - EDGE_PX - box->size.height : frame->plot.y + EDGE_PX;
  box->origin = GRAPHENE_POINT_INIT ((float) round (x), (float) round (MAX (y, 0)));
}

static void
append_box (const TsChartFrame *frame,
            GtkSnapshot *snapshot,
            const graphene_rect_t *box)
{
  const float widths[] = { 1, 1, 1, 1 };
  const GdkRGBA borders[] = { frame->colors.border, frame->colors.border, frame->colors.border,
                              frame->colors.border };
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, box, BOX_RADIUS_PX);
  gtk_snapshot_append_outset_shadow (snapshot, &outline, &(GdkRGBA) { 0, 0, 0, 0.12F }, 0, 1, 0, 5);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &frame->colors.popover, box);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, widths, borders);
}

/**
 * ts_chart_crosshair_draw_box:
 * @frame: a frame with a read-out
 * @snapshot: what to append to
 * @x_px: where what was chosen lies
 * @y_px: the same
 *
 * Tells in a box beside it what there is to say of it.
 */
void
ts_chart_crosshair_draw_box (const TsChartFrame *frame,
                             GtkSnapshot *snapshot,
                             double x_px,
                             double y_px)
{
  g_autofree Row *rows = g_new (Row, MAX_OWN_ROWS + count_overlays (frame));
  guint n_rows = make_rows (frame, rows);
  double inner = measure_rows (rows, n_rows);
  graphene_rect_t box = GRAPHENE_RECT_INIT (0, 0, (float) (inner + 2 * BOX_X_PX),
                                            (float) (n_rows * (frame->line_px + ROW_GAP_PX) - ROW_GAP_PX +
                                                     2 * BOX_Y_PX));
  double left, right, y;

  place_box (frame, x_px, y_px, &box);
  append_box (frame, snapshot, &box);
  left = box.origin.x + BOX_X_PX;
  right = left + inner;
  y = box.origin.y + BOX_Y_PX;
  for (guint i = 0; i < n_rows; i++, y += frame->line_px + ROW_GAP_PX)
    {
      double name, value;

      ts_chart_text_get_size (rows[i].name, &name, NULL);
      append_text (snapshot, rows[i].name, rows[i].color, frame->is_mirrored ? right - name : left, y);
      if (rows[i].value != NULL)
        {
          ts_chart_text_get_size (rows[i].value, &value, NULL);
          append_text (snapshot, rows[i].value, &frame->colors.text, frame->is_mirrored ? left : right - value, y);
        }
      g_clear_object (&rows[i].name);
      g_clear_object (&rows[i].value);
    }
}

/**
 * ts_chart_crosshair_draw_lines:
 * @frame: a frame with a read-out
 * @snapshot: what to append to
 * @delay_y_px: the upper edge of the line that tells the round trip
 *
 * Tells where the plot's title was, and beside the title of the delays, what there is to say.
 */
void
ts_chart_crosshair_draw_lines (const TsChartFrame *frame,
                               GtkSnapshot *snapshot,
                               double delay_y_px)
{
  const TsChartReadout *readout = frame->readout;
  /* Translators: the chart's read-out where there is little room: "+12.5 ms, proven +9.4 to +15.6 ms" */
  g_autofree char *values = readout->offset != NULL
                              ? g_strdup_printf (_("%1$s, proven %2$s"), readout->offset, readout->proven)
                              : g_strdup (readout->event != NULL ? readout->event : "");
  g_autoptr (PangoLayout) time = make_text (frame, readout->time, TRUE);
  g_autoptr (PangoLayout) text = make_text (frame, values, FALSE);
  g_autoptr (PangoLayout) delay = make_text (frame, readout->delay != NULL ? readout->delay : "", FALSE);
  double near = frame->padding_px, far = frame->width_px - frame->padding_px;
  double time_width, text_width, delay_width;

  ts_chart_text_get_size (time, &time_width, NULL);
  ts_chart_text_get_size (text, &text_width, NULL);
  ts_chart_text_get_size (delay, &delay_width, NULL);
  append_text (snapshot, time, &frame->colors.text, frame->is_mirrored ? far - time_width : near, frame->padding_px);
  append_text (snapshot, text, &frame->colors.text, frame->is_mirrored ? near : far - text_width, frame->padding_px);
  append_text (snapshot, delay, &frame->colors.text, frame->is_mirrored ? near : far - delay_width,
               delay_y_px);
}

/**
 * ts_chart_crosshair_draw_readout:
 * @frame: a frame
 * @snapshot: what to append to
 *
 * Tells in a box beside the line, or where there is no room for one above the plot, what the cursor stands on.
 */
void
ts_chart_crosshair_draw_readout (const TsChartFrame *frame,
                                 GtkSnapshot *snapshot)
{
  double x;

  if (frame->readout == NULL)
    return;
  x = ts_chart_frame_get_time_px (frame, frame->chosen->at_ns);
  if (ts_chart_frame_is_narrow (frame))
    ts_chart_crosshair_draw_lines (frame, snapshot, frame->strip.y - STRIP_GAP_PX - frame->line_px);
  else if (ts_chart_frame_has_x (frame, x))
    ts_chart_crosshair_draw_box (frame, snapshot, x,
                                 ts_chart_scale_to_px (&frame->offset, ts_history_entry_get_offset_ns (frame->chosen)));
}
