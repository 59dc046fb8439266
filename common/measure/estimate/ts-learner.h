/* Filters that learn what a path is like from its near packets, and go over them again.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-filter.h"
#include "measure/estimate/ts-shift.h"
#include "measure/estimate/ts-symmetry.h"

G_BEGIN_DECLS

/* How many packets of both ways are kept: the near ones, and before there are so many, all. */
#define TS_LEARNER_N_POINTS 256

/* Each way has a shape of its own: a filter for each two. */
#define TS_LEARNER_N_PAIRS (TS_EXCESS_N_SHAPES * TS_EXCESS_N_SHAPES)

/* How many jumps there may be among the points that are kept. */
#define TS_LEARNER_N_JUMPS 8

/**
 * TsLearnerPoint:
 * @point: what a packet tells
 * @number: which packet of its way it was
 * @gap_ns: how much later than the fastest possible, as was last thought
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
 * @n_near: how many near ones the last lesson had
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
 * TsLearner:
 * @pairs: what is known now, under each supposition of shapes
 * @is_dead: of each pair: whether it is out of the question
 * @lead: the pair that has told best what came
 * @first: what the filters begin with when they go over the packets: a guess, and how much longer the way there had
 *   become by then
 * @points: packets, in order
 * @n_points: how many are kept
 * @jumps: what changed among them, in order
 * @n_jumps: how many
 * @ways: what is known of the way back, and of the one there
 * @inflation: by this near packets that come together make the variance larger
 * @next_lesson: how many packets there are when it learns again
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
  TsFilterJump jumps[TS_LEARNER_N_JUMPS];
  guint n_jumps;
  TsLearnerWay ways[2];
  double inflation;
  guint64 next_lesson;
} TsLearner;

/**
 * TsLearnerSample:
 * @at_s: the newest instant until now
 * @offset_ns: the middle of what the sample's packets allow
 * @delay_ns: and how far they are apart
 * @precision_ns: how coarse its stamps are: what moved by less than twice as much cannot be told
 * @points: (array length=n_points): what the packets tell
 * @n_points: how many
 * @may_be_set: whether a clock may have been set without anybody telling
 *
 * What is learned from at once.
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

/**
 * TsLearnerState:
 * @offset_ns: the most likely offset; positive when the server is ahead
 * @error_ns: with a probability of 95 % the truth is no further from it
 * @drift_ppm: the most likely drift
 * @drift_error_ppm: the same of it
 */
typedef struct
{
  double offset_ns;
  double error_ns;
  double drift_ppm;
  double drift_error_ppm;
} TsLearnerState;

void     ts_learner_start     (TsLearner           *learner,
                               double               at_s,
                               double               offset_ns,
                               double               delay_ns);
void     ts_learner_jump      (TsLearner           *learner,
                               const TsFilterJump  *jump);
TsShiftNews ts_learner_add    (TsLearner           *learner,
                               const TsLearnerSample *sample,
                               double              *size_ns);
void     ts_learner_get_state (const TsLearner     *learner,
                               double               at_s,
                               TsLearnerState      *state);
gboolean ts_learner_is_sane   (const TsLearner     *learner);

G_END_DECLS
