/* All lines that a series of bounds allows, which is what is proven about two clocks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Two clocks are supposed to drift apart no faster than this. */
#define TS_HULL_MAX_DRIFT_PPM 200.0

/* The drift is supposed to change by no more than this times the square root of the seconds. */
#define TS_HULL_WANDER_PPM 0.5

/* A point of level k stands for 2^k points that were added. */
#define TS_HULL_N_LEVELS 8
#define TS_HULL_N_SLOTS  6

/**
 * TsHullPoint:
 * @at_s: an instant
 * @bound_ns: a bound of the offset then
 *
 * Instants and offsets count from an origin that the caller chooses.
 */
typedef struct
{
  double at_s;
  double bound_ns;
} TsHullPoint;

/**
 * TsHullSide:
 * @points: the tightest points, the newest on level 0, the oldest of a level first
 * @n: how many points each level has
 */
typedef struct
{
  TsHullPoint points[TS_HULL_N_LEVELS][TS_HULL_N_SLOTS];
  guint n[TS_HULL_N_LEVELS];
} TsHullSide;

/**
 * TsHull:
 * @upper: the upper bounds
 * @lower: the lower bounds
 * @drift: about how fast the offset changes, ns/s; it decides which of two points is tighter
 */
typedef struct
{
  TsHullSide upper;
  TsHullSide lower;
  double drift;
} TsHull;

/**
 * TsHullRange:
 * @min_ns: the least offset at an instant
 * @max_ns: the greatest offset then
 * @min_drift: the least drift then, ns/s
 * @max_drift: the greatest drift then, ns/s
 * @joint_drift: the drift of the widest corridor, ns/s
 */
typedef struct
{
  double min_ns;
  double max_ns;
  double min_drift;
  double max_drift;
  double joint_drift;
} TsHullRange;

void     ts_hull_clear     (TsHull       *self);
void     ts_hull_add       (TsHull       *self,
                            double        at_s,
                            double        bound_ns,
                            gboolean      is_upper);
gboolean ts_hull_get_range (const TsHull *self,
                            double        at_s,
                            TsHullRange  *range);

G_END_DECLS
