/* How far the server's clock is ahead, and how sure that is, from samples in order.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/ts-exchange.h"

G_BEGIN_DECLS

/**
 * TS_ESTIMATOR_VERSION:
 *
 * Changes whenever the same samples may give another estimate or another proven interval. Recordings keep it, because
 * only the same version replays them exactly.
 */
#define TS_ESTIMATOR_VERSION 4

/* A segment with fewer samples than this has too few. */
#define TS_ESTIMATOR_MIN_SAMPLES 8

/**
 * TsVerdict:
 * @TS_VERDICT_TOO_FEW: fewer than %TS_ESTIMATOR_MIN_SAMPLES samples until now
 * @TS_VERDICT_STEADY: a segment of enough samples
 * @TS_VERDICT_STEP: a segment of fewer samples, which began with a step
 * @TS_VERDICT_SLEWED: the offset changes faster than quartz clocks drift, but evenly, because something slews the
 *   server's clock
 */
typedef enum
{
  TS_VERDICT_TOO_FEW,
  TS_VERDICT_STEADY,
  TS_VERDICT_STEP,
  TS_VERDICT_SLEWED,
} TsVerdict;

/**
 * TsLean:
 * @TS_LEAN_NONE: nothing was said so far, or what was said is not kept
 * @TS_LEAN_IN_STEP: nothing says that a clock is behind
 * @TS_LEAN_PROBABLE: one clock is probably behind
 *
 * What was last said of an offset whose sign is not proven, by ts_certainty_hold_apply().
 */
typedef enum
{
  TS_LEAN_NONE,
  TS_LEAN_IN_STEP,
  TS_LEAN_PROBABLE,
} TsLean;

/**
 * TsEstimate:
 * @at_ns: an instant by our clock
 * @estimate_ns: server's clock minus ours, positive when the server is ahead; always inside the proven interval
 * @error_ns: half-width of the estimate's 95 % interval; it grows with the age of the newest sample. It supposes
 *   that the fastest packets take as long there as back; the proven interval does not
 * @proven_min_ns: the least offset that the segment's samples allow, if clocks drift and wander no more than
 *   docs/measurement.md states
 * @proven_max_ns: the greatest offset that they allow
 * @unset_since_ns: an instant by our clock: what is proven supposes that the server's clock was not set since then,
 *   because the server does not tell when it is set; 0 if the server tells, and nothing is supposed
 * @drift_ppm: rate of change of the offset
 * @drift_min_ppm: lower end of its 95 % interval
 * @drift_max_ppm: upper end of its 95 % interval
 * @n_samples: how many samples this segment has
 * @verdict: what the series is like
 * @lean: what is said where nothing is proven; the estimator leaves it at %TS_LEAN_NONE
 *
 * What is known about the offset at an instant.
 */
typedef struct
{
  gint64 at_ns;
  gint64 estimate_ns;
  gint64 error_ns;
  gint64 proven_min_ns;
  gint64 proven_max_ns;
  gint64 unset_since_ns;
  double drift_ppm;
  double drift_min_ppm;
  double drift_max_ppm;
  guint64 n_samples;
  TsVerdict verdict;
  TsLean lean;
} TsEstimate;

typedef struct _TsEstimator TsEstimator;

TsEstimator *ts_estimator_new   (void);
void         ts_estimator_free  (TsEstimator       *self);
TsClockEvent ts_estimator_add   (TsEstimator       *self,
                                 const TsSample    *sample,
                                 gint64            *size_ns);
gboolean     ts_estimator_get   (const TsEstimator *self,
                                 gint64             at_ns,
                                 TsEstimate        *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsEstimator, ts_estimator_free)

G_END_DECLS
