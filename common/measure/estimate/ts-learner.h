/* A filter that learns what the path is like from its first samples, and goes over them again.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-filter.h"

G_BEGIN_DECLS

/* How many points, two a sample, are gone over again. */
#define TS_LEARNER_N_POINTS 512

/* How many of the newest packets of each way are kept after that. */
#define TS_LEARNER_N_GAPS 256

/**
 * TsLearnerGap:
 * @gap_ns: as ts_filter_get_gap() told
 * @variance_ns2: the same
 */
typedef struct
{
  float gap_ns;
  float variance_ns2;
} TsLearnerGap;

/**
 * TsLearner:
 * @filter: what is known now
 * @first: the guess that the filter began with
 * @n_points: how many points there were
 * @next_lesson: how many there are when it learns again
 * @points: the first of them
 * @gaps: of the newest packets, there and back
 * @n_gaps: how many there were
 */
typedef struct
{
  TsFilter filter;
  struct
  {
    double at_s;
    double offset_ns;
    double delay_ns;
  } first;
  guint n_points;
  guint next_lesson;
  TsFilterPoint points[TS_LEARNER_N_POINTS];
  TsLearnerGap gaps[2][TS_LEARNER_N_GAPS];
  guint64 n_gaps[2];
} TsLearner;

void ts_learner_start (TsLearner           *learner,
                       double               at_s,
                       double               offset_ns,
                       double               delay_ns);
void ts_learner_add   (TsLearner           *learner,
                       double               at_s,
                       const TsFilterPoint *points,
                       guint                n_points);

G_END_DECLS
