/* Offset, drift and the fastest possible delay, followed from packet to packet.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-excess.h"

G_BEGIN_DECLS

#define TS_FILTER_N_MODELS 6

/**
 * TsFilterPoint:
 * @at_s: its instant
 * @bound_ns: the offset is not beyond
 * @is_upper: whether it bounds from above: t2 − t1; else t3 − t4
 * @is_bare: whether nothing is known about the packet's excess but that it has one
 *
 * What one packet tells. Instants and offsets are counted from wherever the caller likes.
 */
typedef struct
{
  double at_s;
  double bound_ns;
  gboolean is_upper;
  gboolean is_bare;
} TsFilterPoint;

/**
 * TsFilterModel:
 * @state: offset (ns), drift (ns/s), least one-way delay (ns)
 * @covariance: of the three
 * @log_weight: how well it has told what came, against the others
 *
 * One supposition about the clocks: how far apart their rates may be, and how much these wander.
 */
typedef struct
{
  double state[3];
  double covariance[3][3];
  double log_weight;
} TsFilterModel;

/**
 * TsFilter:
 * @models: suppositions, weighed by what they foretold
 * @there: excess of packets to the server
 * @back: excess of packets from it
 * @at_s: the instant of the states
 * @unseen_ns2: variance of the offset that the models do not know of, since they take the distributions for true
 */
typedef struct
{
  TsFilterModel models[TS_FILTER_N_MODELS];
  TsExcess there;
  TsExcess back;
  double at_s;
  double unseen_ns2;
} TsFilter;

/**
 * TsFilterState:
 * @offset_ns: mean of the offset; positive when the server is ahead
 * @offset_deviation_ns: its standard deviation
 * @drift_ppm: mean of the drift
 * @drift_deviation_ppm: its standard deviation
 */
typedef struct
{
  double offset_ns;
  double offset_deviation_ns;
  double drift_ppm;
  double drift_deviation_ppm;
} TsFilterState;

void                 ts_filter_start      (TsFilter            *filter,
                                           double               at_s,
                                           double               offset_ns,
                                           double               delay_ns);
void                 ts_filter_advance    (TsFilter            *filter,
                                           double               at_s);
void                 ts_filter_rewind     (TsFilter            *filter,
                                           double               at_s);
void                 ts_filter_take       (TsFilter            *filter,
                                           const TsFilterPoint *point);
double               ts_filter_take_alone (TsFilter            *filter,
                                           guint                i,
                                           const TsFilterPoint *point);
guint                ts_filter_find_best  (const TsFilter      *filter);
void                 ts_filter_get_gap    (const TsFilter      *filter,
                                           guint                i,
                                           const TsFilterPoint *point,
                                           double              *gap_ns,
                                           double              *variance_ns2);
void                 ts_filter_get_state  (const TsFilter      *filter,
                                           double               at_s,
                                           TsFilterState       *state);
gboolean             ts_filter_is_sane    (const TsFilter      *filter);

G_END_DECLS
