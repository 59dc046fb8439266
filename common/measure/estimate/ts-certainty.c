/* How certain it is which of two clocks is behind.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-certainty.h"

/**
 * ts_certainty_judge:
 * @estimate: what is known about the offset
 *
 * Decides this for the window, the summary, notifications and the terminal alike. An interval that ends at zero
 * contains zero.
 *
 * Returns: how certain the sign of the offset is
 */
TsCertainty
ts_certainty_judge (const TsEstimate *estimate)
{
  if (estimate->proven_min_ns > 0 || estimate->proven_max_ns < 0)
    return TS_CERTAINTY_CERTAIN;
  return ABS (estimate->estimate_ns) > estimate->error_ns ? TS_CERTAINTY_PROBABLE : TS_CERTAINTY_IN_STEP;
}

/**
 * ts_certainty_get_name:
 * @certainty: a certainty
 *
 * Returns: (transfer none): its name for scripts, the same in every language
 */
const char *
ts_certainty_get_name (TsCertainty certainty)
{
  switch (certainty)
    {
    case TS_CERTAINTY_CERTAIN:
      return "certain";
    case TS_CERTAINTY_PROBABLE:
      return "probable";
    case TS_CERTAINTY_IN_STEP:
    default:
      return "in-step";
    }
}
