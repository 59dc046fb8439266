/* The chart's cursor: its line, the chosen exchange, and the read-out.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-crosshair.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "chart/paint/ts-chart-text.h"

#define LINE_GAP_PX   12   /* between texts in a line */
#define CHOSEN_PX     2.0
#define CAP_PX        6.0  /* how wide the end caps are */
#define DOT_PX        4.0  /* radius */
#define REACH_PX      6.5F /* how far to either side anything of it is drawn, a whole number of pixels from its line */
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

static void
draw_line (const TsChartFrame *frame,
           cairo_t *cr,
           double x)
{
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->mark);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, x, frame->plot.box.y);
  cairo_line_to (cr, x, ts_chart_box_get_bottom (&frame->plot.box));
  cairo_move_to (cr, x, frame->strip.box.y);
  cairo_line_to (cr, x, ts_chart_box_get_bottom (&frame->strip.box));
  cairo_stroke (cr);
}

/* An end that is beyond the plot has no cap. */
static void
add_chosen_bar (const TsChartFrame *frame,
                cairo_t *cr,
                double x)
{
  double bottom = ts_chart_box_get_bottom (&frame->plot.box);
  double ends[] = { ts_chart_plot_get_y (&frame->plot, frame->chosen->proven_max_ns),
                    ts_chart_plot_get_y (&frame->plot, frame->chosen->proven_min_ns) };

  cairo_move_to (cr, x, CLAMP (ends[0], frame->plot.box.y, bottom));
  cairo_line_to (cr, x, CLAMP (ends[1], frame->plot.box.y, bottom));
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (ends[i] >= frame->plot.box.y && ends[i] <= bottom)
      {
        cairo_move_to (cr, x - CAP_PX / 2, round (ends[i]));
        cairo_rel_line_to (cr, CAP_PX, 0);
      }
}

/* The dot is in the middle of the bar, because the read-out shows this exchange's own offset and not the estimate. */
static void
draw_dot (const TsChartFrame *frame,
          cairo_t *cr,
          double x)
{
  double y = ts_chart_plot_get_y (&frame->plot, ts_history_entry_get_offset_ns (frame->chosen));

  if (y < frame->plot.box.y || y > ts_chart_box_get_bottom (&frame->plot.box))
    return;
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, DOT_PX + 1, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->card);
  cairo_fill (cr);
  cairo_arc (cr, x, y, DOT_PX, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->line);
  cairo_fill (cr);
}

/**
 * ts_chart_crosshair_draw:
 * @frame: a frame
 * @snapshot: what to append to
 *
 * Draws a line at the chosen entry if it is in view, and on it what that exchange proved and its round trip.
 */
void
ts_chart_crosshair_draw (const TsChartFrame *frame,
                         GtkSnapshot *snapshot)
{
  double x = frame->chosen != NULL ? ts_chart_plot_get_x (&frame->plot, frame->chosen->at_ns) : NAN;
  double bottom = ts_chart_box_get_bottom (&frame->strip.box);
  cairo_t *cr;

  if (frame->chosen == NULL || !ts_chart_plot_has_x (&frame->plot, x))
    return;
  x = ts_chart_snap (x);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT ((float) (x - REACH_PX), 0, 2 * REACH_PX, (float) bottom));
  draw_line (frame, cr, x);
  if (frame->chosen->kind == TS_ENTRY_SAMPLE)
    {
      double top = ts_chart_plot_get_y (&frame->strip, ts_history_entry_get_delay_ns (frame->chosen));

      gdk_cairo_set_source_rgba (cr, &frame->sheet.colors->line);
      cairo_set_line_width (cr, CHOSEN_PX);
      add_chosen_bar (frame, cr, x);
      cairo_stroke (cr);
      cairo_set_line_width (cr, STRIP_BAR_PX);
      cairo_move_to (cr, x, MAX (top, frame->strip.box.y));
      cairo_line_to (cr, x, bottom);
      cairo_stroke (cr);
      draw_dot (frame, cr, x);
    }
  cairo_destroy (cr);
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

static PangoLayout *
make_text (const TsChartSheet *sheet,
           const char *text)
{
  return ts_chart_text_new (sheet->pango, text);
}

static PangoLayout *
make_bold (const TsChartSheet *sheet,
           const char *text)
{
  return ts_chart_text_new_styled (sheet->pango, text, 1, strlen (text));
}

/* At most %MAX_OWN_ROWS, and one for each of @overlays. */
static guint
make_rows (const TsChartSheet *sheet,
           const TsChartReadout *readout,
           const GArray *overlays,
           Row *rows)
{
  const char *const texts[][2] = {
    { _("Offset"), readout->offset }, { _("Proven"), readout->proven }, { _("Round trip"), readout->delay }
  };
  guint n = 0;

  rows[n++] = (Row) { make_bold (sheet, readout->time), NULL, &sheet->colors->text };
  if (readout->event != NULL)
    rows[n++] = (Row) { make_text (sheet, readout->event), NULL, &sheet->colors->text };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i][1] != NULL)
      rows[n++] = (Row) { make_text (sheet, texts[i][0]), make_text (sheet, texts[i][1]), &sheet->colors->secondary };
  for (guint i = 0; overlays != NULL && i < overlays->len; i++)
    {
      guint place = ts_chart_overlays_get (overlays, i)->place;

      rows[n] = (Row) { make_text (sheet, readout->names[i]), make_text (sheet, readout->offsets[i]),
                        &ts_chart_colors_get_style (sheet->colors, place)->text };
      ts_chart_text_shorten (rows[n++].name, MAX_NAME_PX);
    }
  return n;
}

static double
measure_rows (const Row *rows,
              guint n_rows)
{
  double widest = 0;

  for (guint i = 0; i < n_rows; i++)
    {
      double value = rows[i].value != NULL ? COLUMN_GAP_PX + ts_chart_text_measure (rows[i].value) : 0;

      widest = MAX (widest, ts_chart_text_measure (rows[i].name) + value);
    }
  return widest;
}

/* Beside the line where there is room, and above or below where the chosen point is not. */
static void
place_box (const cairo_rectangle_t *plot,
           double line,
           double y,
           graphene_rect_t *box)
{
  double bottom = ts_chart_box_get_bottom (plot);
  double x = line - BESIDE_PX - box->size.width;

  if (x < plot->x)
    x = line + BESIDE_PX;
  y = y < (plot->y + bottom) / 2 ? bottom - EDGE_PX - box->size.height : plot->y + EDGE_PX;
  box->origin = GRAPHENE_POINT_INIT ((float) round (x), (float) round (MAX (y, 0)));
}

static void
append_box (const TsChartColors *colors,
            GtkSnapshot *snapshot,
            const graphene_rect_t *box)
{
  const float widths[] = { 1, 1, 1, 1 };
  const GdkRGBA borders[] = { colors->border, colors->border, colors->border, colors->border };
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, box, BOX_RADIUS_PX);
  gtk_snapshot_append_outset_shadow (snapshot, &outline, &(GdkRGBA) { 0, 0, 0, 0.12F }, 0, 1, 0, 5);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &colors->popover, box);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, widths, borders);
}

/* At the near end of the room from @left to @right, as text runs, or at its far end. */
static void
append_at_end (const TsChartSheet *sheet,
               GtkSnapshot *snapshot,
               PangoLayout *layout,
               const GdkRGBA *color,
               gboolean is_far,
               double left,
               double right,
               double y)
{
  double x = is_far != sheet->is_mirrored ? right - ts_chart_text_measure (layout) : left;

  append_text (snapshot, layout, color, x, y);
}

/**
 * ts_chart_crosshair_draw_box:
 * @sheet: the sheet
 * @plot: the plot's box
 * @readout: what there is to say
 * @overlays: (nullable) (element-type TsChartOverlay): the overlays that have a row each
 * @snapshot: what to append to
 * @x_px: where the chosen entry is
 * @y_px: the same
 *
 * Draws the read-out in a box beside that.
 */
void
ts_chart_crosshair_draw_box (const TsChartSheet *sheet,
                             const cairo_rectangle_t *plot,
                             const TsChartReadout *readout,
                             const GArray *overlays,
                             GtkSnapshot *snapshot,
                             double x_px,
                             double y_px)
{
  g_autofree Row *rows = g_new (Row, MAX_OWN_ROWS + (overlays != NULL ? overlays->len : 0));
  guint n_rows = make_rows (sheet, readout, overlays, rows);
  double inner = measure_rows (rows, n_rows);
  graphene_rect_t box = GRAPHENE_RECT_INIT (0, 0, (float) (inner + 2 * BOX_X_PX),
                                            (float) (n_rows * (sheet->line_px + ROW_GAP_PX) - ROW_GAP_PX +
                                                     2 * BOX_Y_PX));
  double left, y;

  place_box (plot, x_px, y_px, &box);
  append_box (sheet->colors, snapshot, &box);
  left = box.origin.x + BOX_X_PX;
  y = box.origin.y + BOX_Y_PX;
  for (guint i = 0; i < n_rows; i++, y += sheet->line_px + ROW_GAP_PX)
    {
      append_at_end (sheet, snapshot, rows[i].name, rows[i].color, FALSE, left, left + inner, y);
      if (rows[i].value != NULL)
        append_at_end (sheet, snapshot, rows[i].value, &sheet->colors->text, TRUE, left, left + inner, y);
      g_clear_object (&rows[i].name);
      g_clear_object (&rows[i].value);
    }
}

/**
 * ts_chart_crosshair_draw_lines:
 * @sheet: the sheet
 * @readout: what there is to say
 * @snapshot: what to append to
 * @y_px: the upper edge of the plot's title
 * @delay_title: the title of the delays
 * @delay_y_px: its upper edge
 *
 * Draws the read-out where there is little room: in place of the plot's title, and beside the title of the delays.
 */
void
ts_chart_crosshair_draw_lines (const TsChartSheet *sheet,
                               const TsChartReadout *readout,
                               GtkSnapshot *snapshot,
                               double y_px,
                               const char *delay_title,
                               double delay_y_px)
{
  /* Translators: the chart's read-out where there is little room: "+12.5 ms, proven +9.4 to +15.6 ms" */
  g_autofree char *values = readout->offset != NULL
                              ? g_strdup_printf (_("%1$s, proven %2$s"), readout->offset, readout->proven)
                              : g_strdup (readout->event != NULL ? readout->event : "");
  g_autoptr (PangoLayout) time = make_bold (sheet, readout->time);
  g_autoptr (PangoLayout) text = make_text (sheet, values);
  g_autoptr (PangoLayout) delay = make_text (sheet, readout->delay != NULL ? readout->delay : "");
  g_autoptr (PangoLayout) title = make_text (sheet, delay_title);
  const GdkRGBA *color = &sheet->colors->text;
  double left = sheet->padding_px, right = sheet->width_px - sheet->padding_px;

  if (readout->offset != NULL && LINE_GAP_PX + ts_chart_text_measure (time) + ts_chart_text_measure (text) > right - left)
    pango_layout_set_text (text, readout->offset, -1);
  ts_chart_text_fit_line (time, text, right - left - LINE_GAP_PX);
  ts_chart_text_shorten (title, right - left - LINE_GAP_PX - ts_chart_text_measure (delay));
  append_at_end (sheet, snapshot, time, color, FALSE, left, right, y_px);
  append_at_end (sheet, snapshot, text, color, TRUE, left, right, y_px);
  append_at_end (sheet, snapshot, title, &sheet->colors->secondary, FALSE, left, right, delay_y_px);
  append_at_end (sheet, snapshot, delay, color, TRUE, left, right, delay_y_px);
}

/* In the line above the titles, at its far end. */
static void
draw_line_above (const TsChartFrame *frame,
                 const TsChartReadout *readout,
                 GtkSnapshot *snapshot)
{
  const TsChartSheet *sheet = &frame->sheet;
  /* Translators: the chart's read-out in one line: "+6.2 ms, proven +4.1 to +8.4 ms, round trip 4.2 ms" */
  g_autofree char *values = readout->offset != NULL ? g_strdup_printf (_("%1$s, proven %2$s, round trip %3$s"),
                                                                       readout->offset, readout->proven, readout->delay)
                                                    : g_strdup (readout->event != NULL ? readout->event : "");
  g_autoptr (PangoLayout) time = make_bold (sheet, readout->time);
  g_autoptr (PangoLayout) text = make_text (sheet, values);
  double left = sheet->padding_px, right = sheet->width_px - sheet->padding_px;
  double text_px, time_px, start;

  ts_chart_text_fit_line (time, text, right - left - LINE_GAP_PX);
  text_px = ts_chart_text_measure (text);
  time_px = ts_chart_text_measure (time);
  start = sheet->is_mirrored ? left + text_px + LINE_GAP_PX : right - text_px - LINE_GAP_PX - time_px;
  append_at_end (sheet, snapshot, text, &sheet->colors->text, TRUE, left, right, sheet->padding_px);
  append_text (snapshot, time, &sheet->colors->text, start, sheet->padding_px);
}

/**
 * ts_chart_crosshair_draw_readout:
 * @frame: a frame with a chosen entry
 * @readout: what there is to say of that
 * @snapshot: what to append to
 *
 * Draws the read-out: in a box beside the cursor's line, or above the plot if there is no room for one or there is a line
 * for it.
 */
void
ts_chart_crosshair_draw_readout (const TsChartFrame *frame,
                                 const TsChartReadout *readout,
                                 GtkSnapshot *snapshot)
{
  const TsChartSheet *sheet = &frame->sheet;
  double x = ts_chart_plot_get_x (&frame->plot, frame->chosen->at_ns);
  double y = ts_chart_plot_get_y (&frame->plot, ts_history_entry_get_offset_ns (frame->chosen));
  g_autofree char *delay_title = ts_chart_format_strip_title (&frame->strip.y_axis, frame->is_empty);

  if (ts_chart_sheet_is_narrow (sheet))
    ts_chart_crosshair_draw_lines (sheet, readout, snapshot, ts_chart_frame_get_titles_y_px (frame), delay_title,
                                   ts_chart_frame_get_strip_title_y_px (frame));
  else if (frame->past_ns != 0 && frame->overlays->len == 0)
    draw_line_above (frame, readout, snapshot);
  else if (ts_chart_plot_has_x (&frame->plot, x))
    ts_chart_crosshair_draw_box (sheet, &frame->plot.box, readout, frame->overlays, snapshot, x, y);
}
