/* What samples tell if packets queue alike on both ways, and how likely it is that they do.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-filter.h"

G_BEGIN_DECLS

/* How many of the first samples are kept, to fit them again. */
#define TS_SYMMETRY_N_FIRST 32

/**
 * TsSymmetrySample:
 * @at_s: an instant
 * @offset_ns: the offset that a sample showed then
 * @delay_ns: its delay
 */
typedef struct
{
  double at_s;
  double offset_ns;
  double delay_ns;
} TsSymmetrySample;

/**
 * TsSymmetryModel:
 * @state: offset (ns), drift (ns/s), and tilt: how much of a sample's surplus delay goes into its offset
 * @covariance: covariance of the state
 * @log_weight: how well the model has predicted the samples, against the others
 */
typedef struct
{
  double state[3];
  double covariance[3][3];
  double log_weight;
} TsSymmetryModel;

/**
 * TsSymmetry:
 * @models: two rows of models of the clocks; the first row supposes that there is no tilt, the second allows one
 * @at_s: the instant of the states
 * @least_ns: the least delay
 * @log_evidence: for each row, logarithm of how likely it thought the samples that came
 * @sums: sums over squared residuals, to which the noise is fitted
 * @fixed_ns2: variance of the offset of a sample with the least delay
 * @share: how fast that variance grows with the square of the surplus delay
 * @last: the residual of the newest sample, in standard deviations
 * @together: sum of the products of successive residuals
 * @n: sum of the squares of the residuals
 * @first: the first samples
 * @n_samples: how many samples there were, up to %TS_SYMMETRY_N_FIRST + 1
 *
 * A sample's offset is the truth plus half the difference between the queueing times of its two packets. If packets
 * queue alike on both ways, that difference has the mean 0, whatever its distribution and however long they queued.
 */
typedef struct
{
  TsSymmetryModel models[2][TS_FILTER_N_MODELS];
  double at_s;
  double least_ns;
  double log_evidence[2];
  double sums[4];
  double fixed_ns2;
  double share;
  double last;
  double together;
  double n;
  TsSymmetrySample first[TS_SYMMETRY_N_FIRST];
  guint n_samples;
} TsSymmetry;

void   ts_symmetry_start        (TsSymmetry       *self,
                                 double            at_s,
                                 double            offset_ns,
                                 double            delay_ns);
void   ts_symmetry_jump         (TsSymmetry       *self,
                                 double            offset_ns,
                                 double            deviation_ns);
void   ts_symmetry_restart      (TsSymmetry       *self);
void   ts_symmetry_add          (TsSymmetry       *self,
                                 double            at_s,
                                 double            offset_ns,
                                 double            delay_ns);
double ts_symmetry_get_log_odds (const TsSymmetry *self);
void   ts_symmetry_get_state    (const TsSymmetry *self,
                                 double            at_s,
                                 TsFilterState    *state);

G_END_DECLS
