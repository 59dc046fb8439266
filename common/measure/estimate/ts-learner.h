/* Filters that learn what a path is like from its near packets, and go over them again.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-jumps.h"
#include "measure/estimate/ts-shift.h"
#include "measure/estimate/ts-symmetry.h"

G_BEGIN_DECLS

/* How many packets of both ways are kept: all until there are so many, then the near ones. */
#define TS_LEARNER_N_POINTS 256

/* Each way has a shape of its own, so each pair of shapes has a filter. */
#define TS_LEARNER_N_PAIRS (TS_EXCESS_N_SHAPES * TS_EXCESS_N_SHAPES)

/**
 * TsLearnerPoint:
 * @point: what a packet tells
 * @number: which packet of its way it was
 * @gap_ns: how much later it was than the fastest possible packet, by the last fit
 * @is_far: whether it is too late to tell anything
 */
typedef struct
{
  TsFilterPoint point;
  guint64 number;
  double gap_ns;
  gboolean is_far;
} TsLearnerPoint;

/**
 * TsLearnerWay:
 * @n_seen: how many packets there were
 * @limit_ns: a packet is near if it is at most this much later than the fastest possible
 * @n_near: how many near packets the last fit had
 * @n_held: how many bounds that came too early have been held back since the newest packet
 */
typedef struct
{
  guint64 n_seen;
  double limit_ns;
  guint n_near;
  guint n_held;
} TsLearnerWay;

/**
 * TsLearnerState:
 * @offset_ns: the most likely offset; positive when the server is ahead
 * @error_ns: with a probability of 95 % the truth is no further from it
 * @drift_ppm: the most likely drift
 * @drift_error_ppm: with a probability of 95 % the true drift is no further from it
 */
typedef struct
{
  double offset_ns;
  double error_ns;
  double drift_ppm;
  double drift_error_ppm;
} TsLearnerState;

/**
 * TsLearner:
 * @pairs: for each pair of shapes, what its filter knows now
 * @is_dead: for each pair, whether it has been given up
 * @lead: the pair that has predicted the packets best
 * @symmetry: what the samples tell if packets queue alike on both ways
 * @shift: whether a clock or the path has moved
 * @first: what the filters begin with in a fit: a guess, and by how much the way there was longer than the one back by
 *   then
 * @points: packets, in order
 * @n_points: how many are kept
 * @jumps: what jumped among them
 * @ways: what is known about the way back, and about the one there
 * @inflation: factor of the variance, above 1 if near packets come together
 * @next_fit: how many packets there are at the next fit
 * @has_newest: whether @newest is known
 * @newest_s: the instant of @newest
 * @newest: what was last found out about the newest instant
 */
typedef struct
{
  TsFilter pairs[TS_LEARNER_N_PAIRS];
  gboolean is_dead[TS_LEARNER_N_PAIRS];
  guint lead;
  TsSymmetry symmetry;
  TsShift shift;
  struct
  {
    double at_s;
    double offset_ns;
    double delay_ns;
    TsFilterChange more_there;
  } first;
  TsLearnerPoint points[TS_LEARNER_N_POINTS];
  guint n_points;
  TsJumps jumps;
  TsLearnerWay ways[2];
  double inflation;
  guint64 next_fit;
  gboolean has_newest;
  double newest_s;
  TsLearnerState newest;
} TsLearner;

/**
 * TsLearnerSample:
 * @at_s: the newest instant until now
 * @offset_ns: the middle between the bounds of the sample's packets
 * @delay_ns: how far apart these bounds are
 * @precision_ns: how coarse its stamps are: moves of less than twice as much cannot be seen
 * @points: (array length=n_points): what the packets tell
 * @n_points: how many
 * @may_be_set: whether a clock may have been set without notice
 *
 * What one sample tells.
 */
typedef struct
{
  double at_s;
  double offset_ns;
  double delay_ns;
  double precision_ns;
  const TsFilterPoint *points;
  guint n_points;
  gboolean may_be_set;
} TsLearnerSample;

void     ts_learner_start     (TsLearner           *self,
                               double               at_s,
                               double               offset_ns,
                               double               delay_ns);
void     ts_learner_jump      (TsLearner           *self,
                               const TsFilterJump  *jump);
TsShiftNews ts_learner_add    (TsLearner           *self,
                               const TsLearnerSample *sample,
                               double              *size_ns);
void     ts_learner_get_state (const TsLearner     *self,
                               double               at_s,
                               TsLearnerState      *state);
gboolean ts_learner_is_sane   (TsLearner           *self);

G_END_DECLS
