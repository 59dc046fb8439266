/* All lines that a series of bounds allows: what is proven about two clocks.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Two clocks never drift apart faster. */
#define TS_HULL_MAX_DRIFT_PPM 200.0

/* The drift changes by no more than this times the square root of the seconds. */
#define TS_HULL_WANDER_PPM 0.5

/* Level k keeps points of which each stands for 2^k. */
#define TS_HULL_N_LEVELS 8
#define TS_HULL_N_SLOTS  6

/**
 * TsHullPoint:
 * @at_s: an instant
 * @bound_ns: the offset then is not beyond
 *
 * Instants and offsets are counted from wherever the caller likes.
 */
typedef struct
{
  double at_s;
  double bound_ns;
} TsHullPoint;

/**
 * TsHullSide:
 * @points: the tightest points, the newest on level 0, the oldest of a level first
 * @n: how many there are on each level
 */
typedef struct
{
  TsHullPoint points[TS_HULL_N_LEVELS][TS_HULL_N_SLOTS];
  guint n[TS_HULL_N_LEVELS];
} TsHullSide;

/**
 * TsHull:
 * @upper: what bounds from above
 * @lower: what bounds from below
 * @drift: about how fast the offset changes, ns/s: which of two points is the tighter
 */
typedef struct
{
  TsHullSide upper;
  TsHullSide lower;
  double drift;
} TsHull;

/**
 * TsHullRange:
 * @min_ns: least offset at the instant asked for
 * @max_ns: greatest
 * @min_drift: least drift then, ns/s
 * @max_drift: greatest
 * @joint_drift: that of the widest corridor, ns/s
 */
typedef struct
{
  double min_ns;
  double max_ns;
  double min_drift;
  double max_drift;
  double joint_drift;
} TsHullRange;

void     ts_hull_clear     (TsHull       *hull);
void     ts_hull_add       (TsHull       *hull,
                            double        at_s,
                            double        bound_ns,
                            gboolean      is_upper);
gboolean ts_hull_get_range (const TsHull *hull,
                            double        at_s,
                            TsHullRange  *range);

G_END_DECLS
