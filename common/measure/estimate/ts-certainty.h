/* How certain it is which of two clocks is behind.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-estimator.h"

G_BEGIN_DECLS

/**
 * TsCertainty:
 * @TS_CERTAINTY_CERTAIN: the proven interval does not contain zero: one clock is behind
 * @TS_CERTAINTY_PROBABLE: the proven interval contains zero, but the interval of the estimate's error does not, or did
 *   not until some seconds ago
 * @TS_CERTAINTY_IN_STEP: both intervals contain zero, or the latter did until some seconds ago
 */
typedef enum
{
  TS_CERTAINTY_CERTAIN,
  TS_CERTAINTY_PROBABLE,
  TS_CERTAINTY_IN_STEP,
} TsCertainty;

/**
 * TsCertaintyHold:
 * @lean: what was last said; %TS_LEAN_NONE: nothing so far
 * @agreed_ns: our clock: when the estimate last agreed with that
 *
 * Keeps what is said of one offset from changing every few seconds. All zeros is a new one.
 */
typedef struct
{
  TsLean lean;
  gint64 agreed_ns;
} TsCertaintyHold;

TsCertainty ts_certainty_judge       (const TsEstimate      *estimate);
const char *ts_certainty_get_name    (TsCertainty            certainty);
void        ts_certainty_hold_apply  (const TsCertaintyHold *self,
                                      TsEstimate            *estimate);
void        ts_certainty_hold_follow (TsCertaintyHold       *self,
                                      TsEstimate            *estimate);

G_END_DECLS
