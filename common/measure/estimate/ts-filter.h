/* Offset, drift and the fastest possible delay, followed from packet to packet.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-excess.h"

G_BEGIN_DECLS

/* How many models of the clocks there are. */
#define TS_FILTER_N_MODELS 6

/* No model's weight falls further below the best one's, so that it can recover when the clocks change. */
#define TS_FILTER_LEAST_LOG_WEIGHT (-12.0)

/* Offset, drift, least delay back, and by how much longer the least delay there is. */
#define TS_FILTER_N_STATES 4

/**
 * TsFilterClocks:
 * @drift: standard deviation of the drift at first, ns/s
 * @wander: standard deviation of the drift's change within a second, ns/s
 * @probability: how likely clocks are like that
 *
 * What a model supposes about the clocks.
 */
typedef struct
{
  double drift;
  double wander;
  double probability;
} TsFilterClocks;

/**
 * TsFilterPoint:
 * @at_s: an instant
 * @bound_ns: a bound of the offset then
 * @is_upper: whether the bound is an upper one, from a packet to the server; otherwise it is from a packet back
 * @is_bare: whether the packet bounds the offset and tells nothing else
 *
 * What one packet tells. Instants and offsets count from an origin that the caller chooses.
 */
typedef struct
{
  double at_s;
  double bound_ns;
  gboolean is_upper;
  gboolean is_bare;
} TsFilterPoint;

/**
 * TsFilterChange:
 * @ns: by how much something probably jumped
 * @deviation_ns: standard deviation of that; 0 if it did not jump
 */
typedef struct
{
  double ns;
  double deviation_ns;
} TsFilterChange;

/**
 * TsFilterJump:
 * @at_s: an instant
 * @offset: by how much the offset jumped then
 * @there: by how much the least delay there jumped
 * @back: by how much the least delay back jumped
 * @both: by how much both least delays jumped together
 *
 * What changes when a clock is set or packets take another way.
 */
typedef struct
{
  double at_s;
  TsFilterChange offset;
  TsFilterChange there;
  TsFilterChange back;
  TsFilterChange both;
} TsFilterJump;

/**
 * TsFilterModel:
 * @state: offset (ns), drift (ns/s), least delay back (ns), and by how much longer the least delay there is (ns)
 * @covariance: covariance of the state
 * @log_weight: how well the model has predicted the packets, against the others
 *
 * A Kalman filter that supposes one kind of clocks: how far apart their rates may be, and how much these wander.
 */
typedef struct
{
  double state[TS_FILTER_N_STATES];
  double covariance[TS_FILTER_N_STATES][TS_FILTER_N_STATES];
  double log_weight;
} TsFilterModel;

/**
 * TsFilter:
 * @models: the models, weighed by how well they have predicted the packets
 * @there: the excess of packets to the server
 * @back: the excess of packets from it
 * @at_s: the instant of the states
 * @interval_s: the time between that instant and the one before it
 * @log_evidence: logarithm of how likely all models together thought the packets that came
 */
typedef struct
{
  TsFilterModel models[TS_FILTER_N_MODELS];
  TsExcess there;
  TsExcess back;
  double at_s;
  double interval_s;
  double log_evidence;
} TsFilter;

/**
 * TsFilterJudgement:
 * @TS_FILTER_JUDGE_NOTHING: neither the models nor the filter; only the states are learned
 * @TS_FILTER_JUDGE_MODELS: how well each model told the point, against the others
 * @TS_FILTER_JUDGE_FILTER: that, and how likely all models together thought it
 *
 * What a point says of the models besides what it says of the states. The states do not depend on it.
 */
typedef enum
{
  TS_FILTER_JUDGE_NOTHING,
  TS_FILTER_JUDGE_MODELS,
  TS_FILTER_JUDGE_FILTER,
} TsFilterJudgement;

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

const TsFilterClocks *ts_filter_get_clocks (guint i);
void     ts_filter_start      (TsFilter            *self,
                               double               at_s,
                               double               offset_ns,
                               double               delay_ns,
                               const TsFilterChange *more_there);
void     ts_filter_advance    (TsFilter            *self,
                               double               at_s);
void     ts_filter_rewind     (TsFilter            *self,
                               double               at_s);
void     ts_filter_jump       (TsFilter            *self,
                               const TsFilterJump  *jump);
void     ts_filter_measure_jump (const TsFilter     *before,
                               const TsFilter      *after,
                               TsFilterJump        *jump);
void     ts_filter_take       (TsFilter            *self,
                               TsFilterJudgement    judgement,
                               const TsFilterPoint *point);
guint    ts_filter_find_best  (const TsFilter      *self);
void     ts_filter_get_gap    (const TsFilter      *self,
                               const TsFilterPoint *point,
                               double              *gap_ns,
                               double              *variance_ns2);
void     ts_filter_get_state  (const TsFilter      *self,
                               double               at_s,
                               TsFilterState       *state);
TsFilterChange ts_filter_get_more_there (const TsFilter *self);
gboolean ts_filter_is_sane    (const TsFilter      *self);

G_END_DECLS
