/* Simpler estimators, to compare with.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-rivals.h"

#include <math.h>

#define WINDOW 8
#define LONG_WINDOW 64
#define RECENT_WINDOW 128

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

/* A point of a hull: an instant from the first sample on, and what the offset was not beyond. */
typedef struct
{
  double at_s;
  double bound_ns;
} Point;

/* The points that bound any line: those below which, and those above which, it has to pass. */
typedef struct
{
  GArray *upper;
  GArray *lower;
} Hulls;

static const char *const names[SIM_N_RIVALS] = {
  [SIM_RIVAL_LAST] = "last sample",
  [SIM_RIVAL_MEAN_OF_8] = "mean of 8",
  [SIM_RIVAL_LEAST_OF_8] = "least delay of 8",
  [SIM_RIVAL_LEAST_OF_64] = "least delay of 64",
  [SIM_RIVAL_INTERSECTION] = "intersection of 64",
  [SIM_RIVAL_REGRESSION] = "regression",
  [SIM_RIVAL_RECENT_HULLS] = "hulls of 128",
  [SIM_RIVAL_FREE_HULLS] = "hulls",
  [SIM_RIVAL_TIED_HULLS] = "hulls, drift ≤ 1 ppm",
  [SIM_RIVAL_MINIMA] = "minima",
};

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
 * sim_rivals_clear:
 * @self: rivals
 *
 * Forgets all samples: a clock was set.
 */
void
sim_rivals_clear (SimRivals *self)
{
  g_array_set_size (self->bounds, 0);
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

static double
get_mean (const SimRivals *self,
          guint from)
{
  double sum_ns = 0.0;

  for (guint i = from; i < self->bounds->len; i++)
    sum_ns += get_middle (get_bounds (self, i));
  return sum_ns / (double) (self->bounds->len - from);
}

static double
get_intersection (const SimRivals *self,
                  guint from)
{
  guint i = self->bounds->len - 1;
  double upper_ns = get_bounds (self, i)->upper_ns;
  double lower_ns = get_bounds (self, i)->lower_ns;

  while (i-- > from)
    {
      const Bounds *bounds = get_bounds (self, i);

      if (MIN (upper_ns, bounds->upper_ns) < MAX (lower_ns, bounds->lower_ns))
        continue;
      upper_ns = MIN (upper_ns, bounds->upper_ns);
      lower_ns = MAX (lower_ns, bounds->lower_ns);
    }
  return 0.5 * (upper_ns + lower_ns);
}

/* Whether @b is no corner of a hull that goes from @a to @c; @sign is 1 where it is seen from below. */
static gboolean
is_needless (const Point *a,
             const Point *b,
             const Point *c,
             double sign)
{
  return sign * ((b->at_s - a->at_s) * (c->bound_ns - a->bound_ns) -
                 (c->at_s - a->at_s) * (b->bound_ns - a->bound_ns)) <= 0.0;
}

static int
compare_points (gconstpointer a,
                gconstpointer b)
{
  const Point *first = a, *second = b;

  return (first->at_s > second->at_s) - (first->at_s < second->at_s);
}

/* The monotone chain (Andrew 1979) of points in order, in place. */
static void
keep_corners (GArray *points,
              double sign)
{
  Point *corners = (Point *) points->data;
  guint n = 0;

  for (guint i = 0; i < points->len; i++)
    {
      Point point = corners[i];

      while (n >= 2 && is_needless (&corners[n - 2], &corners[n - 1], &point, sign))
        n--;
      corners[n++] = point;
    }
  g_array_set_size (points, n);
}

static Hulls
make_hulls (const SimRivals *self,
            guint from)
{
  Hulls hulls = {
    .upper = g_array_sized_new (FALSE, FALSE, sizeof (Point), self->bounds->len - from),
    .lower = g_array_sized_new (FALSE, FALSE, sizeof (Point), self->bounds->len - from),
  };
  gboolean in_order = TRUE;

  for (guint i = from; i < self->bounds->len; i++)
    {
      const Bounds *bounds = get_bounds (self, i);
      const Point upper = { bounds->t1_s, bounds->upper_ns };
      const Point lower = { bounds->t4_s, bounds->lower_ns };

      in_order = in_order && (i == from || (bounds->t1_s >= bounds[-1].t1_s && bounds->t4_s >= bounds[-1].t4_s));
      g_array_append_val (hulls.upper, upper);
      g_array_append_val (hulls.lower, lower);
    }
  if (!in_order)
    {
      g_array_sort (hulls.upper, compare_points);
      g_array_sort (hulls.lower, compare_points);
    }
  keep_corners (hulls.upper, 1.0);
  keep_corners (hulls.lower, -1.0);
  return hulls;
}

static void
clear_hulls (Hulls *hulls)
{
  g_array_unref (hulls->upper);
  g_array_unref (hulls->lower);
}

/* The corridor of one drift (ns/s): its width and its middle at @at_s. */
static double
get_corridor (const Hulls *hulls,
              double at_s,
              double drift,
              double *middle_ns)
{
  double upper_ns = HUGE_VAL, lower_ns = -HUGE_VAL;

  for (guint i = 0; i < hulls->upper->len; i++)
    {
      const Point *point = &g_array_index (hulls->upper, Point, i);

      upper_ns = MIN (upper_ns, point->bound_ns - drift * (point->at_s - at_s));
    }
  for (guint i = 0; i < hulls->lower->len; i++)
    {
      const Point *point = &g_array_index (hulls->lower, Point, i);

      lower_ns = MAX (lower_ns, point->bound_ns - drift * (point->at_s - at_s));
    }
  *middle_ns = 0.5 * (upper_ns + lower_ns);
  return upper_ns - lower_ns;
}

static double
get_widest (const Hulls *hulls,
            double at_s,
            double max_ppm)
{
  double low = -1000.0 * max_ppm, high = 1000.0 * max_ppm, middle_ns;

  for (guint i = 0; i < N_BISECTIONS; i++)
    {
      double third = (high - low) / 3.0;

      if (get_corridor (hulls, at_s, low + third, &middle_ns) < get_corridor (hulls, at_s, high - third, &middle_ns))
        low += third;
      else
        high -= third;
    }
  get_corridor (hulls, at_s, 0.5 * (low + high), &middle_ns);
  return middle_ns;
}

/**
 * sim_rivals_estimate:
 * @self: rivals that have at least one sample
 * @estimates_ns: (out): what each of them estimates at the newest sample's t4
 */
void
sim_rivals_estimate (const SimRivals *self,
                     gint64 estimates_ns[SIM_N_RIVALS])
{
  guint n = self->bounds->len;
  guint short_from = n > WINDOW ? n - WINDOW : 0;
  guint long_from = n > LONG_WINDOW ? n - LONG_WINDOW : 0;
  double at_s = get_bounds (self, n - 1)->t4_s;
  Hulls all = make_hulls (self, 0);
  Hulls recent = make_hulls (self, n > RECENT_WINDOW ? n - RECENT_WINDOW : 0);
  double offsets_ns[SIM_N_RIVALS] = {
    [SIM_RIVAL_LAST] = get_middle (get_bounds (self, n - 1)),
    [SIM_RIVAL_MEAN_OF_8] = get_mean (self, short_from),
    [SIM_RIVAL_LEAST_OF_8] = get_middle (find_least (self, short_from, n)),
    [SIM_RIVAL_LEAST_OF_64] = get_middle (find_least (self, long_from, n)),
    [SIM_RIVAL_INTERSECTION] = get_intersection (self, long_from),
    [SIM_RIVAL_REGRESSION] = get_regression (self, at_s),
    [SIM_RIVAL_RECENT_HULLS] = get_widest (&recent, at_s, 1000.0),
    [SIM_RIVAL_FREE_HULLS] = get_widest (&all, at_s, 1000.0),
    [SIM_RIVAL_TIED_HULLS] = get_widest (&all, at_s, 1.0),
  };

  get_corridor (&all, at_s, 0.0, &offsets_ns[SIM_RIVAL_MINIMA]);
  for (guint i = 0; i < SIM_N_RIVALS; i++)
    estimates_ns[i] = self->origin_offset_ns + (gint64) llround (offsets_ns[i]);
  clear_hulls (&recent);
  clear_hulls (&all);
}

/**
 * sim_rival_get_name:
 * @name: a rival
 *
 * Returns: (transfer none): its name for tables
 */
const char *
sim_rival_get_name (SimRivalName name)
{
  g_return_val_if_fail (name < SIM_N_RIVALS, NULL);

  return names[name];
}
