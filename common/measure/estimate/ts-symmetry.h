/* What samples tell if packets queue alike on both ways, and how likely it is that they do.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-filter.h"

G_BEGIN_DECLS

/* How many samples are gone over again. */
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
 * @covariance: of these
 * @log_weight: how well it has told what came, against the others
 */
typedef struct
{
  double state[3];
  double covariance[3][3];
  double log_weight;
} TsSymmetryModel;

/**
 * TsSymmetry:
 * @models: suppositions about the clocks; of the first row no tilt is supposed, of the second any
 * @at_s: the instant of the states
 * @least_ns: the least delay
 * @log_evidence: of both rows
 * @sums: over squared residuals: what the noise is fitted to
 * @fixed_ns2: variance of the offset of a sample of least delay
 * @share: how fast it grows with the square of the surplus delay
 * @last: the residual before, in standard deviations
 * @together: sum of the products of successive ones, and
 * @n: how many they are
 * @first: the first samples, and
 * @n_samples: how many there were of all
 *
 * A sample's offset is the truth plus half the difference of what its two packets queued. If they queue alike that has
 * the mean 0, whatever the distribution and however much they queued.
 */
typedef struct
{
  TsSymmetryModel models[2][TS_FILTER_N_MODELS];
  double at_s;
  double least_ns;
  double log_evidence[2];
  double sums[5];
  double fixed_ns2;
  double share;
  double last;
  double together;
  double n;
  TsSymmetrySample first[TS_SYMMETRY_N_FIRST];
  guint n_samples;
} TsSymmetry;

void   ts_symmetry_start        (TsSymmetry       *symmetry,
                                 double            at_s,
                                 double            offset_ns,
                                 double            delay_ns);
void   ts_symmetry_jump         (TsSymmetry       *symmetry,
                                 double            offset_ns,
                                 double            deviation_ns);
void   ts_symmetry_restart      (TsSymmetry       *symmetry);
void   ts_symmetry_add          (TsSymmetry       *symmetry,
                                 double            at_s,
                                 double            offset_ns,
                                 double            delay_ns);
double ts_symmetry_get_log_odds (const TsSymmetry *symmetry);
void   ts_symmetry_get_state    (const TsSymmetry *symmetry,
                                 double            at_s,
                                 TsFilterState    *state);

G_END_DECLS
