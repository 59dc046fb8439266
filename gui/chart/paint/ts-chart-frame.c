/* The timeline's frame: where everything is drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-frame.h"

#include <math.h>

#include "chart/paint/ts-chart-text.h"

#define PAST_GAP_PX   6   /* from the line above the titles to them */
#define TIME_GAP_PX   6   /* from the strip to its labels */
#define PLOT_TO_STRIP 5.4
#define MIN_STRIP_PX  28
#define MIN_BOXES_PX  214 /* of which the plot gets 180 */
#define EMPTY_STEPS   5
#define GAP_INSET_PX  3.0 /* from the bars on both sides */

/* What is neither plot nor strip: titles, labels and what lies between. */
static double
get_fixed_height (double padding_px,
                  double line_px,
                  gboolean has_past)
{
  return 2 * padding_px + 3 * line_px + 3 * ts_chart_sheet_get_title_gap_px (line_px) + TIME_GAP_PX +
         (has_past ? line_px + PAST_GAP_PX : 0);
}

/**
 * ts_chart_frame_get_min_height_px:
 * @pango: the widget's context
 * @has_past: whether there is a line above the titles
 *
 * Returns: how high a timeline must be at least with text of this size
 */
double
ts_chart_frame_get_min_height_px (PangoContext *pango,
                                  gboolean has_past)
{
  return get_fixed_height (TS_CHART_PADDING_PX, ts_chart_text_get_line_height (pango), has_past) + MIN_BOXES_PX;
}

/**
 * ts_chart_frame_get_titles_y_px:
 * @self: a frame that is laid out
 *
 * Returns: the upper edge of the plot's title and of the key
 */
double
ts_chart_frame_get_titles_y_px (const TsChartFrame *self)
{
  return self->sheet.padding_px + (self->past_ns != 0 ? self->sheet.line_px + PAST_GAP_PX : 0);
}

/**
 * ts_chart_frame_get_strip_title_y_px:
 * @self: a frame that is laid out
 *
 * Returns: the upper edge of the strip's title
 */
double
ts_chart_frame_get_strip_title_y_px (const TsChartFrame *self)
{
  double line_px = self->sheet.line_px;

  return self->strip.box.y - ts_chart_sheet_get_title_gap_px (line_px) + TS_CHART_STRIP_TITLE_PX - line_px;
}

static void
divide_height (TsChartFrame *self,
               int height_px)
{
  double padding_px = self->sheet.padding_px, line_px = self->sheet.line_px;
  double boxes_px = height_px - get_fixed_height (padding_px, line_px, self->past_ns != 0);
  double gap_px = ts_chart_sheet_get_title_gap_px (line_px);
  double strip_px = MAX (round (boxes_px / (PLOT_TO_STRIP + 1)), MIN_STRIP_PX);

  self->plot.box.y = ts_chart_frame_get_titles_y_px (self) + line_px + gap_px;
  self->plot.box.height = MAX (boxes_px - strip_px, 1);
  self->strip.box.y = ts_chart_box_get_bottom (&self->plot.box) + gap_px + line_px + gap_px;
  self->strip.box.height = strip_px;
}

/* Lines only: there are no samples that they could measure. */
static TsChartAxis
make_empty_axis (guint n_steps)
{
  return (TsChartAxis) { .min_ns = 1, .max_ns = 1 + n_steps, .base_ns = 1, .step_ns = 1 };
}

static void
make_value_axes (TsChartFrame *self,
                 TsChartModel *model)
{
  const TsChartExtent *extent = ts_chart_model_get_extent (model);
  TsChartAxis offset = make_empty_axis (EMPTY_STEPS), delay = make_empty_axis (1);

  self->is_empty = !extent->is_known;
  if (extent->is_known)
    {
      ts_chart_axis_init (&offset, extent->min_ns, extent->max_ns, extent->offset_unit,
                          self->plot.box.height);
      ts_chart_axis_init_from_zero (&delay, extent->max_delay_ns, extent->delay_unit);
    }
  ts_chart_plot_set_y_axis (&self->plot, &offset, TRUE, self->is_empty);
  ts_chart_plot_set_y_axis (&self->strip, &delay, FALSE, self->is_empty);
}

static void
make_time_axis (TsChartFrame *self)
{
  const TsChartSheet *sheet = &self->sheet;
  TsChartLabelWidths widths = {
    .clock_px = ts_chart_text_get_width (sheet->pango, "00:00"),
    .seconds_px = ts_chart_text_get_width (sheet->pango, "00:00:00"),
    .date_px = ts_chart_text_get_width (sheet->pango, "00 Mmm 00"),
  };
  double labels_px = MAX (ts_chart_sheet_get_labels_width (sheet, self->plot.y_ticks),
                          ts_chart_sheet_get_labels_width (sheet, self->strip.y_ticks)) + TS_CHART_LABEL_GAP_PX;
  gint64 begin_ns = self->series->span.begin_ns, end_ns = self->series->span.end_ns;
  cairo_rectangle_t *box = &self->plot.box;

  box->x = sheet->padding_px + (sheet->is_mirrored ? 0 : labels_px);
  box->width = MAX (sheet->width_px - 2 * sheet->padding_px - labels_px, 2);
  ts_chart_scale_init (&self->plot.x, begin_ns, end_ns, box->x, ts_chart_box_get_right (box));
  self->plot.x_ticks = ts_chart_get_time_ticks (begin_ns, end_ns, box->width, &widths);
  if (self->series->span.now_ns == 0)
    g_array_set_size (self->plot.x_ticks, 0);
  self->strip.box.x = box->x;
  self->strip.box.width = box->width;
  self->strip.x = self->plot.x;
  self->strip.x_ticks = g_array_ref (self->plot.x_ticks);
}

static void
lay_out (TsChartFrame *self,
         TsChartModel *model,
         int height_px)
{
  divide_height (self, height_px);
  make_value_axes (self, model);
  make_time_axis (self);
}

static void
clear_plots (TsChartFrame *self)
{
  ts_chart_plot_clear (&self->plot);
  ts_chart_plot_clear (&self->strip);
}

/**
 * ts_chart_frame_init:
 * @self: (out): the frame, without a cursor; what follows must outlive it
 * @model: what to draw, which learns how many columns of pixels there are
 * @colors: the colours
 * @pango: the widget's context
 * @width_px: of the timeline
 * @height_px: of the timeline
 *
 * Lays the timeline out. How wide the labels are, and so how many columns the plot has, is known only once it is laid
 * out; with another number of columns it is laid out again.
 */
void
ts_chart_frame_init (TsChartFrame *self,
                     TsChartModel *model,
                     const TsChartColors *colors,
                     PangoContext *pango,
                     int width_px,
                     int height_px)
{
  *self = (TsChartFrame) {
    .series = ts_chart_model_get_series (model),
    .overlays = ts_chart_model_get_overlays (model),
    .name = ts_chart_model_get_name (model),
    .limit_ns = ts_chart_model_get_limit_ns (model),
    .past_ns = ts_chart_model_get_past_ns (model),
    .so_far_ns = ts_chart_model_get_so_far_ns (model),
    .holes = g_array_new (FALSE, FALSE, sizeof (cairo_rectangle_t)),
  };
  ts_chart_sheet_init (&self->sheet, pango, colors, width_px);
  lay_out (self, model, height_px);
  if (!ts_chart_model_set_n_columns (model, (int) self->plot.box.width))
    return;
  clear_plots (self);
  lay_out (self, model, height_px);
}

/**
 * ts_chart_frame_clear:
 * @self: a frame
 */
void
ts_chart_frame_clear (TsChartFrame *self)
{
  clear_plots (self);
  g_clear_pointer (&self->holes, g_array_unref);
}

/**
 * ts_chart_frame_get_gap:
 * @self: a frame
 * @index: of a gap
 * @left_px: (out): where its hatch begins
 * @right_px: (out): where its hatch ends
 *
 * Returns: whether any of it is in view
 */
gboolean
ts_chart_frame_get_gap (const TsChartFrame *self,
                        guint index,
                        double *left_px,
                        double *right_px)
{
  const TsChartGap *gap = &g_array_index (self->series->gaps, TsChartGap, index);
  double edge = ts_chart_box_get_right (&self->plot.box);
  double left = ts_chart_plot_get_x (&self->plot, gap->begin_ns);
  double right = gap->lasts ? edge : ts_chart_plot_get_x (&self->plot, gap->end_ns);
  double inset = CLAMP ((right - left) / 4, 0, GAP_INSET_PX);

  *left_px = MAX (left + inset, self->plot.box.x);
  *right_px = gap->lasts ? edge : MIN (right - inset, edge);
  return *left_px < *right_px;
}

/**
 * ts_chart_frame_get_step:
 * @self: a frame
 * @index: of a step
 *
 * Returns: the x of its line
 */
double
ts_chart_frame_get_step (const TsChartFrame *self,
                         guint index)
{
  const TsChartStep *step = &g_array_index (self->series->steps, TsChartStep, index);

  return ts_chart_snap (ts_chart_plot_get_x (&self->plot, step->at_ns));
}
