/* The chart's frame: where on the screen everything is drawn, and in which colours.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/paint/ts-chart-frame.h"

#include <math.h>

#include "chart/paint/ts-chart-text.h"

#define MIN_WIDTH_PX      240
#define MIN_HEIGHT_PX     220
#define NATURAL_HEIGHT_PX 320

#define NARROW_PX        600
#define READOUT_MIN_PX   552 /* of a page of 600, without its margins */
#define PADDING_SMALL_PX 12
#define TITLE_GAP_PX     12 /* from a title to its box */
#define STRIP_GAP_PX     12 /* from the plot to the strip's title */
#define LABEL_GAP_PX     8  /* from a label to its box */
#define TIME_GAP_PX      6  /* from the strip to its labels */
#define PLOT_TO_STRIP    5.4
#define MIN_STRIP_PX     28
#define MIN_BOXES_PX     110
#define EMPTY_STEPS      5
#define GAP_INSET_PX     3.0 /* from the bars on both sides */

/**
 * ts_chart_box_get_right:
 * @box: a rectangle
 *
 * Returns: the x of its right edge
 */
double
ts_chart_box_get_right (const cairo_rectangle_t *box)
{
  return box->x + box->width;
}

/**
 * ts_chart_box_get_bottom:
 * @box: a rectangle
 *
 * Returns: the y of its lower edge
 */
double
ts_chart_box_get_bottom (const cairo_rectangle_t *box)
{
  return box->y + box->height;
}

/**
 * ts_chart_snap:
 * @px: a pixel coordinate
 *
 * Returns: the middle of its pixel, where a line of 1 px is sharp
 */
double
ts_chart_snap (double px)
{
  return floor (px) + 0.5;
}

/* What is neither plot nor strip: titles, labels and what lies between. */
static double
get_fixed_height (double padding_px,
                  double line_px)
{
  return 2 * padding_px + 3 * line_px + 2 * TITLE_GAP_PX + STRIP_GAP_PX + TIME_GAP_PX;
}

/**
 * ts_chart_frame_get_min_height_px:
 * @pango: the widget's context
 *
 * Returns: how high a chart must be at least with text of this size
 */
double
ts_chart_frame_get_min_height_px (PangoContext *pango)
{
  return get_fixed_height (TS_CHART_PADDING_PX, ts_chart_text_get_line_height (pango)) + MIN_BOXES_PX;
}

/**
 * ts_chart_frame_measure:
 * @orientation: of what is asked
 * @min_height_px: what its text needs at least
 * @minimum: (out): of the widget, in pixels
 * @natural: (out): the same
 *
 * How large a chart or a scatter wants to be; they take each other's place.
 */
void
ts_chart_frame_measure (GtkOrientation orientation,
                        double min_height_px,
                        int *minimum,
                        int *natural)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_WIDTH_PX;
      *natural = TS_CHART_NATURAL_WIDTH_PX;
    }
  else
    {
      *minimum = MAX (MIN_HEIGHT_PX, (int) ceil (min_height_px));
      *natural = MAX (NATURAL_HEIGHT_PX, *minimum);
    }
}

/**
 * ts_chart_frame_get_padding_px:
 * @width_px: of the widget
 *
 * Returns: how much is left free on all sides
 */
double
ts_chart_frame_get_padding_px (double width_px)
{
  return width_px < NARROW_PX ? PADDING_SMALL_PX : TS_CHART_PADDING_PX;
}

static void
divide_height (TsChartFrame *self,
               int height_px)
{
  double boxes_px = height_px - get_fixed_height (self->padding_px, self->line_px);
  double strip_px = MAX (round (boxes_px / (PLOT_TO_STRIP + 1)), MIN_STRIP_PX);

  self->plot.y = self->padding_px + self->line_px + TITLE_GAP_PX;
  self->plot.height = MAX (boxes_px - strip_px, 1);
  self->strip.y = ts_chart_box_get_bottom (&self->plot) + STRIP_GAP_PX + self->line_px + TITLE_GAP_PX;
  self->strip.height = strip_px;
}

/* Lines without labels: there is nothing yet that they could measure. */
static GArray *
make_empty_ticks (TsChartAxis *axis,
                  guint n_steps)
{
  GArray *ticks;

  *axis = (TsChartAxis) { .min_ns = 1, .max_ns = 1 + n_steps, .base_ns = 1, .step_ns = 1 };
  ticks = ts_chart_axis_get_ticks (axis, FALSE);
  for (guint i = 0; i < ticks->len; i++)
    g_clear_pointer (&g_array_index (ticks, TsChartTick, i).label, g_free);
  return ticks;
}

static void
make_value_axes (TsChartFrame *self,
                 TsChartModel *model)
{
  const TsChartExtent *extent = ts_chart_model_get_extent (model);

  self->is_empty = !extent->is_known;
  if (self->is_empty)
    {
      self->offset_ticks = make_empty_ticks (&self->offset_axis, EMPTY_STEPS);
      self->delay_ticks = make_empty_ticks (&self->delay_axis, 1);
    }
  else
    {
      ts_chart_axis_init (&self->offset_axis, extent->min_ns, extent->max_ns,
                          ts_chart_model_get_offset_unit (model), self->plot.height);
      ts_chart_axis_init_from_zero (&self->delay_axis, extent->max_delay_ns, ts_chart_model_get_delay_unit (model));
      self->offset_ticks = ts_chart_axis_get_ticks (&self->offset_axis, TRUE);
      self->delay_ticks = ts_chart_axis_get_ticks (&self->delay_axis, FALSE);
    }
  ts_chart_scale_init (&self->offset, self->offset_axis.min_ns, self->offset_axis.max_ns,
                       ts_chart_box_get_bottom (&self->plot), self->plot.y);
  ts_chart_scale_init (&self->delay, self->delay_axis.min_ns, self->delay_axis.max_ns,
                       ts_chart_box_get_bottom (&self->strip), self->strip.y);
}

static double
get_widest_label (const TsChartFrame *self)
{
  const GArray *ticks[] = { self->offset_ticks, self->delay_ticks };
  double widest = ts_chart_text_get_width (self->pango, "+00");

  for (guint axis = 0; axis < G_N_ELEMENTS (ticks); axis++)
    for (guint i = 0; i < ticks[axis]->len; i++)
      {
        const TsChartTick *tick = &g_array_index (ticks[axis], TsChartTick, i);

        if (tick->label != NULL)
          widest = MAX (widest, ts_chart_text_get_width (self->pango, tick->label));
      }
  return widest;
}

static void
make_time_axis (TsChartFrame *self,
                int width_px)
{
  TsChartLabelWidths widths = {
    .clock_px = ts_chart_text_get_width (self->pango, "00:00"),
    .seconds_px = ts_chart_text_get_width (self->pango, "00:00:00"),
    .date_px = ts_chart_text_get_width (self->pango, "00 Mmm 00"),
  };
  double labels_px = get_widest_label (self) + LABEL_GAP_PX;
  gint64 begin_ns = self->series->span.begin_ns, end_ns = self->series->span.end_ns;

  self->plot.x = self->padding_px + (self->is_mirrored ? 0 : labels_px);
  self->plot.width = MAX (width_px - 2 * self->padding_px - labels_px, 2);
  self->strip.x = self->plot.x;
  self->strip.width = self->plot.width;
  ts_chart_scale_init (&self->time, begin_ns, end_ns, self->plot.x, ts_chart_box_get_right (&self->plot));
  self->time_ticks = ts_chart_get_time_ticks (begin_ns, end_ns, self->plot.width, &widths);
  if (self->series->span.now_ns == 0)
    g_array_set_size (self->time_ticks, 0);
}

/**
 * ts_chart_frame_clear:
 * @self: a frame
 */
void
ts_chart_frame_clear (TsChartFrame *self)
{
  g_clear_pointer (&self->time_ticks, g_array_unref);
  g_clear_pointer (&self->offset_ticks, g_array_unref);
  g_clear_pointer (&self->delay_ticks, g_array_unref);
  g_clear_pointer (&self->holes, g_array_unref);
}

static void
lay_out (TsChartFrame *self,
         TsChartModel *model,
         PangoContext *pango,
         int width_px,
         int height_px)
{
  *self = (TsChartFrame) {
    .series = ts_chart_model_get_series (model),
    .overlays = ts_chart_model_get_overlays (model),
    .name = ts_chart_model_get_name (model),
    .chosen = ts_chart_model_get_chosen (model),
    .pango = pango,
    .is_mirrored = pango_context_get_base_dir (pango) == PANGO_DIRECTION_RTL,
    .width_px = width_px,
    .padding_px = ts_chart_frame_get_padding_px (width_px),
    .line_px = ts_chart_text_get_line_height (pango),
    .holes = g_array_new (FALSE, FALSE, sizeof (cairo_rectangle_t)),
  };
  divide_height (self, height_px);
  make_value_axes (self, model);
  make_time_axis (self, width_px);
}

/**
 * ts_chart_frame_init:
 * @self: (out): the frame, without colours
 * @model: what to draw, which learns how many columns of pixels there are; must outlive @self
 * @pango: the widget's context; must outlive @self
 * @width_px: of the timeline
 * @height_px: of the timeline
 *
 * Lays the timeline out. How wide the labels are, and so how many columns the plot has, is known only once it is laid
 * out; with another number of columns it is laid out again.
 */
void
ts_chart_frame_init (TsChartFrame *self,
                     TsChartModel *model,
                     PangoContext *pango,
                     int width_px,
                     int height_px)
{
  lay_out (self, model, pango, width_px, height_px);
  if (!ts_chart_model_set_n_columns (model, (int) self->plot.width))
    return;
  ts_chart_frame_clear (self);
  lay_out (self, model, pango, width_px, height_px);
}

/**
 * ts_chart_frame_get_time_px:
 * @self: a frame
 * @at_ns: an instant
 *
 * Returns: its x
 */
double
ts_chart_frame_get_time_px (const TsChartFrame *self,
                            gint64 at_ns)
{
  return ts_chart_scale_to_px (&self->time, at_ns);
}

/**
 * ts_chart_frame_has_x:
 * @self: a frame
 * @x_px: of something that may be out of view
 *
 * Returns: whether it lies within the plot, its edges included
 */
gboolean
ts_chart_frame_has_x (const TsChartFrame *self,
                      double x_px)
{
  return x_px >= self->plot.x && x_px <= ts_chart_box_get_right (&self->plot);
}

/**
 * ts_chart_frame_is_narrow:
 * @self: a frame
 *
 * Returns: whether the read-out stands above the plot, for in the plot it would hide too much
 */
gboolean
ts_chart_frame_is_narrow (const TsChartFrame *self)
{
  return self->width_px < READOUT_MIN_PX;
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
  double edge = ts_chart_box_get_right (&self->plot);
  double left = ts_chart_frame_get_time_px (self, gap->begin_ns);
  double right = gap->lasts ? edge : ts_chart_frame_get_time_px (self, gap->end_ns);
  double inset = CLAMP ((right - left) / 4, 0, GAP_INSET_PX);

  *left_px = MAX (left + inset, self->plot.x);
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

  return ts_chart_snap (ts_chart_frame_get_time_px (self, step->at_ns));
}
