/* How certain it is which of two clocks is behind.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-estimator.h"

G_BEGIN_DECLS

/**
 * TsCertainty:
 * @TS_CERTAINTY_CERTAIN: the proven interval does not contain zero: one clock is behind
 * @TS_CERTAINTY_PROBABLE: the proven interval contains zero, but the interval of the estimate's error does not
 * @TS_CERTAINTY_IN_STEP: both intervals contain zero: nothing says that a clock is behind
 */
typedef enum
{
  TS_CERTAINTY_CERTAIN,
  TS_CERTAINTY_PROBABLE,
  TS_CERTAINTY_IN_STEP,
} TsCertainty;

TsCertainty ts_certainty_judge    (const TsEstimate *estimate);
const char *ts_certainty_get_name (TsCertainty       certainty);

G_END_DECLS
