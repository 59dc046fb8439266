/* How well colours can be told apart.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gdk/gdk.h>
#include <math.h>

static inline double
get_luminance (const GdkRGBA *color)
{
  const double channels[] = { color->red, color->green, color->blue };
  const double weights[] = { 0.2126, 0.7152, 0.0722 };
  double sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (channels); i++)
    sum += weights[i] * (channels[i] <= 0.04045 ? channels[i] / 12.92 : pow ((channels[i] + 0.055) / 1.055, 2.4));
  return sum;
}

/* Returns: the contrast as WCAG 2 defines it, from 1 to 21
 * @above: may be transparent
 * @below: is not */
static inline double
get_contrast (const GdkRGBA *above,
              const GdkRGBA *below)
{
  const GdkRGBA seen = {
    above->red * above->alpha + below->red * (1 - above->alpha),
    above->green * above->alpha + below->green * (1 - above->alpha),
    above->blue * above->alpha + below->blue * (1 - above->alpha),
    1,
  };
  double one = get_luminance (&seen), other = get_luminance (below);

  return (MAX (one, other) + 0.05) / (MIN (one, other) + 0.05);
}
