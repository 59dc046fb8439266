/* Where in the ladder's picture everything is drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-layout.h"

#include "chart/model/ts-chart-scale.h"

#define PADDING_PX     12
#define HEADING_GAP_PX 6   /* from the names to the lines */
#define LINE_END_PX    18  /* of both lines beyond t1 and t4, at least */
#define WAY_GAP_PX     3   /* from an arrow to the text above it */
#define LINE_PART      0.35
#define MIN_BETWEEN_PX 96
#define LEAST_BETWEEN_PX 48   /* in a picture that has room for no more */
#define LEAST_TEXT_SCALE 0.4
#define TEXT_STEP      0.05
#define MIN_LADDER_PX  150

/* Returns: how far t1 is below the upper ends of the lines, so that the text above its arrow stays out of the names */
static double
get_line_begin_px (const TsLadderSizes *sizes)
{
  return MAX (LINE_END_PX, sizes->note_px + WAY_GAP_PX - HEADING_GAP_PX);
}

/**
 * ts_ladder_layout_get_min_height_px:
 * @sizes: sizes of the text
 *
 * Returns: how high the picture must be at least
 */
double
ts_ladder_layout_get_min_height_px (const TsLadderSizes *sizes)
{
  double text_px = 2 * sizes->stamp_px + 3 * sizes->note_px;

  return 2 * PADDING_PX + sizes->heading_px + HEADING_GAP_PX + get_line_begin_px (sizes) + LINE_END_PX +
         MAX (text_px, MIN_LADDER_PX);
}

/* Our line and the server's are a third of the width from the edges, or further in if the text beside them needs that.
 * */
static void
place_lines (TsLadderLayout *self,
             const TsLadderSizes *sizes,
             double width_px)
{
  self->ours_x = MAX (PADDING_PX + sizes->ours_px + TS_LADDER_OURS_GAP_PX, width_px * LINE_PART);
  self->theirs_x = MIN (width_px - PADDING_PX - sizes->theirs_px - TS_LADDER_THEIRS_GAP_PX, width_px * (1 - LINE_PART));
}

/* Returns: how far the lines are apart; negative: they would change places */
static double
get_between_px (const TsLadderSizes *sizes,
                double width_px)
{
  TsLadderLayout lines;

  place_lines (&lines, sizes, width_px);
  return lines.theirs_x - lines.ours_x;
}

/**
 * ts_ladder_layout_has_room:
 * @sizes: sizes of the text
 * @width_px: of the picture
 *
 * Returns: whether there is room for arrows between the lines
 */
gboolean
ts_ladder_layout_has_room (const TsLadderSizes *sizes,
                           double width_px)
{
  return get_between_px (sizes, width_px) >= MIN_BETWEEN_PX;
}

/**
 * ts_ladder_layout_get_text_scale:
 * @sizes: sizes of the text
 * @width_px: of the picture
 *
 * Returns: how much smaller the text must be, so that the lines are beside each other; 1: it can stay as it is
 */
double
ts_ladder_layout_get_text_scale (const TsLadderSizes *sizes,
                                 double width_px)
{
  TsLadderSizes smaller = *sizes;
  double scale = 1;

  while (scale > LEAST_TEXT_SCALE && get_between_px (&smaller, width_px) < LEAST_BETWEEN_PX)
    {
      scale -= TEXT_STEP;
      smaller.ours_px = sizes->ours_px * scale;
      smaller.theirs_px = sizes->theirs_px * scale;
    }
  return scale;
}

static void
place_points (TsLadderLayout *self,
              const TsLadderExchange *exchange,
              const TsLadderSizes *sizes)
{
  const gint64 instants_ns[] = { 0, exchange->arrived_ns, exchange->left_ns, exchange->waited_ns };
  TsChartScale scale;

  /* An exchange that took no time at all is a point at the top. */
  ts_chart_scale_init (&scale, 0, MAX (exchange->waited_ns, 1), self->top_px + get_line_begin_px (sizes),
                       self->bottom_px - LINE_END_PX);
  for (guint i = 0; i < G_N_ELEMENTS (instants_ns); i++)
    self->points_y[i] = ts_chart_scale_to_px (&scale, instants_ns[i]);
}

/* Moves three texts that lie in order away from each other and into the picture. */
static void
spread (double y[3],
        const double heights_px[3],
        double top_px,
        double bottom_px)
{
  double from = top_px, to = bottom_px;

  for (guint i = 0; i < 3; i++)
    {
      y[i] = MAX (y[i], from);
      from = y[i] + heights_px[i];
    }
  for (guint i = 3; i > 0; i--)
    {
      y[i - 1] = MIN (y[i - 1], to - heights_px[i - 1]);
      to = y[i - 1];
    }
}

static void
place_our_text (TsLadderLayout *self,
                const TsLadderSizes *sizes)
{
  const double heights_px[] = { sizes->stamp_px + sizes->note_px, sizes->note_px, sizes->stamp_px + sizes->note_px };

  self->ours_y[0] = self->points_y[0] - sizes->stamp_px / 2;
  self->ours_y[1] = (self->points_y[0] + self->points_y[3] - sizes->note_px) / 2;
  self->ours_y[2] = self->points_y[3] - sizes->stamp_px / 2;
  spread (self->ours_y, heights_px, self->top_px, self->bottom_px + PADDING_PX);
}

/* If t2 and t3 are close, their texts move away to both sides alike, and the server's time is between them. */
static void
place_their_text (TsLadderLayout *self,
                  const TsLadderSizes *sizes)
{
  const double heights_px[] = { sizes->note_px + sizes->stamp_px, sizes->note_px, sizes->stamp_px + sizes->note_px };
  double middle = (self->points_y[1] + self->points_y[2]) / 2;

  self->theirs_y[0] = MIN (self->points_y[1] - sizes->stamp_px / 2 - sizes->note_px,
                           middle - sizes->note_px / 2 - heights_px[0]);
  self->theirs_y[1] = middle - sizes->note_px / 2;
  self->theirs_y[2] = MAX (self->points_y[2] - sizes->stamp_px / 2, middle + sizes->note_px / 2);
  spread (self->theirs_y, heights_px, self->top_px, self->bottom_px + PADDING_PX);
}

/**
 * ts_ladder_layout_init:
 * @self: (out): the layout
 * @exchange: what to draw
 * @sizes: sizes of the text
 * @width_px: of the picture
 * @height_px: of the picture, at least as ts_ladder_layout_get_min_height_px() says
 * @is_mirrored: whether text runs from right to left
 *
 * Lays the picture out to scale.
 */
void
ts_ladder_layout_init (TsLadderLayout *self,
                       const TsLadderExchange *exchange,
                       const TsLadderSizes *sizes,
                       double width_px,
                       double height_px,
                       gboolean is_mirrored)
{
  place_lines (self, sizes, width_px);
  if (is_mirrored)
    {
      self->ours_x = width_px - self->ours_x;
      self->theirs_x = width_px - self->theirs_x;
    }
  self->top_px = PADDING_PX + sizes->heading_px + HEADING_GAP_PX;
  self->bottom_px = height_px - PADDING_PX;
  place_points (self, exchange, sizes);
  place_our_text (self, sizes);
  place_their_text (self, sizes);
}
