/* Simpler estimators, to compare with: each sees the whole series.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-rivals.h"

#include <math.h>

#define WINDOW 8

/* Enough for the widest bracket to become a thousandth of a ppm. */
#define N_BISECTIONS 50

/* A sample's two bounds; instants and offsets count from the first sample. */
typedef struct
{
  double t1_s;
  double t4_s;
  double upper_ns;
  double lower_ns;
} Bounds;

struct _SimRivals
{
  GArray *bounds;
  gint64 origin_ns;
  gint64 origin_offset_ns;
};

SimRivals *
sim_rivals_new (void)
{
  SimRivals *self = g_new0 (SimRivals, 1);

  self->bounds = g_array_new (FALSE, FALSE, sizeof (Bounds));
  return self;
}

void
sim_rivals_free (SimRivals *self)
{
  g_array_unref (self->bounds);
  g_free (self);
}

/**
 * sim_rivals_add:
 * @self: rivals
 * @sample: the newest sample
 */
void
sim_rivals_add (SimRivals *self,
                const TsSample *sample)
{
  Bounds bounds;

  if (self->bounds->len == 0)
    {
      self->origin_ns = sample->exchange.t4_ns;
      self->origin_offset_ns = sample->offset_ns;
    }
  bounds.t1_s = (double) (sample->exchange.t1_ns - self->origin_ns) * 1e-9;
  bounds.t4_s = (double) (sample->exchange.t4_ns - self->origin_ns) * 1e-9;
  bounds.upper_ns = (double) (sample->proven_max_ns - self->origin_offset_ns);
  bounds.lower_ns = (double) (sample->proven_min_ns - self->origin_offset_ns);
  g_array_append_val (self->bounds, bounds);
}

static const Bounds *
get_bounds (const SimRivals *self,
            guint i)
{
  return &g_array_index (self->bounds, Bounds, i);
}

static double
get_middle (const Bounds *bounds)
{
  return 0.5 * (bounds->upper_ns + bounds->lower_ns);
}

static const Bounds *
find_least (const SimRivals *self,
            guint from,
            guint until)
{
  const Bounds *least = get_bounds (self, from);

  for (guint i = from + 1; i < MIN (until, self->bounds->len); i++)
    {
      const Bounds *bounds = get_bounds (self, i);

      if (bounds->upper_ns - bounds->lower_ns < least->upper_ns - least->lower_ns)
        least = bounds;
    }
  return least;
}

static double
get_regression (const SimRivals *self,
                double at_s)
{
  double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0, determinant, drift;

  for (guint i = 0; i < self->bounds->len; i += WINDOW)
    {
      const Bounds *least = find_least (self, i, i + WINDOW);
      double t = least->t4_s - at_s;

      n += 1.0;
      x += t;
      y += get_middle (least);
      xx += t * t;
      xy += t * get_middle (least);
    }
  determinant = n * xx - x * x;
  if (n < 2.0 || determinant <= 0.0)
    return y / n;
  drift = (n * xy - x * y) / determinant;
  return (y - drift * x) / n;
}

/* The corridor of one drift (ns/s): its width and its middle at @at_s. */
static double
get_corridor (const SimRivals *self,
              double at_s,
              double drift,
              double *middle_ns)
{
  double upper_ns = HUGE_VAL, lower_ns = -HUGE_VAL;

  for (guint i = 0; i < self->bounds->len; i++)
    {
      const Bounds *bounds = get_bounds (self, i);

      upper_ns = MIN (upper_ns, bounds->upper_ns - drift * (bounds->t1_s - at_s));
      lower_ns = MAX (lower_ns, bounds->lower_ns - drift * (bounds->t4_s - at_s));
    }
  *middle_ns = 0.5 * (upper_ns + lower_ns);
  return upper_ns - lower_ns;
}

static double
get_hulls (const SimRivals *self,
           double at_s,
           double max_ppm)
{
  double low = -1000.0 * max_ppm, high = 1000.0 * max_ppm, middle_ns;

  for (guint i = 0; i < N_BISECTIONS; i++)
    {
      double third = (high - low) / 3.0;

      if (get_corridor (self, at_s, low + third, &middle_ns) < get_corridor (self, at_s, high - third, &middle_ns))
        low += third;
      else
        high -= third;
    }
  get_corridor (self, at_s, 0.5 * (low + high), &middle_ns);
  return middle_ns;
}

/**
 * sim_rivals_estimate:
 * @self: rivals that have at least one sample
 * @name: which of them
 *
 * Returns: its estimate at the newest sample's t4
 */
gint64
sim_rivals_estimate (const SimRivals *self,
                     SimRivalName name)
{
  guint n = self->bounds->len;
  double at_s = get_bounds (self, n - 1)->t4_s;
  double offset_ns = 0.0;

  switch (name)
    {
    case SIM_RIVAL_LEAST_OF_8:
      offset_ns = get_middle (find_least (self, n > WINDOW ? n - WINDOW : 0, n));
      break;
    case SIM_RIVAL_REGRESSION:
      offset_ns = get_regression (self, at_s);
      break;
    case SIM_RIVAL_FREE_HULLS:
      offset_ns = get_hulls (self, at_s, 1000.0);
      break;
    case SIM_RIVAL_TIED_HULLS:
      offset_ns = get_hulls (self, at_s, 1.0);
      break;
    case SIM_RIVAL_MINIMA:
    case SIM_N_RIVALS:
    default:
      get_corridor (self, at_s, 0.0, &offset_ns);
      break;
    }
  return self->origin_offset_ns + (gint64) llround (offset_ns);
}
