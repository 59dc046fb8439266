/* A cloud of half transparent dots, which is denser where more of them lie on each other.
 *
 * Cairo needs a noticeable time to fill twenty thousand circles one by one; adding them up in a mask is fast.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "scatter/ts-scatter-cloud.h"

#include <math.h>

/* In a cloud of so many dots of full density single ones can still be seen. */
#define FEW_POINTS   500
#define MAX_OPACITY  0.6
#define MIN_OPACITY  0.06
#define FADING_POWER 0.5

/**
 * ts_scatter_dot_init:
 * @self: (out): the dot
 * @radius_px: its radius, at most 12
 * @opacity: how dense it is by itself, 0 to 1
 */
void
ts_scatter_dot_init (TsScatterDot *self,
                     double radius_px,
                     double opacity)
{
  int reach = MIN ((int) ceil (radius_px), TS_SCATTER_MAX_DOT_PX / 2);

  self->size_px = 2 * reach + 1;
  for (int y = -reach; y <= reach; y++)
    for (int x = -reach; x <= reach; x++)
      {
        double coverage = CLAMP (radius_px + 0.5 - hypot (x, y), 0, 1);

        self->opacity[(y + reach) * self->size_px + x + reach] = (guint8) lround (coverage * opacity * 255);
      }
}

/**
 * ts_scatter_dot_add:
 * @self: a dot
 * @mask: where to add it: a byte for each pixel
 * @stride: bytes from row to row
 * @width_px: of the mask
 * @height_px: of the mask
 * @x_px: the dot's centre; what is outside of the mask is cut off
 * @y_px: the same
 */
void
ts_scatter_dot_add (const TsScatterDot *self,
                    guint8 *mask,
                    int stride,
                    int width_px,
                    int height_px,
                    double x_px,
                    double y_px)
{
  /* Far outside counts as just outside, because an int would overflow. */
  int left = (int) floor (CLAMP (x_px, -TS_SCATTER_MAX_DOT_PX, width_px + TS_SCATTER_MAX_DOT_PX)) - self->size_px / 2;
  int top = (int) floor (CLAMP (y_px, -TS_SCATTER_MAX_DOT_PX, height_px + TS_SCATTER_MAX_DOT_PX)) - self->size_px / 2;

  for (int y = MAX (top, 0); y < MIN (top + self->size_px, height_px); y++)
    for (int x = MAX (left, 0); x < MIN (left + self->size_px, width_px); x++)
      {
        guint8 *pixel = &mask[y * stride + x];
        int opacity = self->opacity[(y - top) * self->size_px + x - left];

        *pixel = (guint8) (*pixel + (255 - *pixel) * opacity / 255);
      }
}

/**
 * ts_scatter_get_opacity:
 * @n_points: how many points there are
 *
 * Returns: how dense each should be, so that few are not pale and many are not a blot
 */
double
ts_scatter_get_opacity (guint n_points)
{
  if (n_points <= FEW_POINTS)
    return MAX_OPACITY;
  return MAX (MAX_OPACITY * pow ((double) FEW_POINTS / n_points, FADING_POWER), MIN_OPACITY);
}
