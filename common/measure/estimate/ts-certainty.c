/* How certain it is which of two clocks is behind.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-certainty.h"

#include "measure/ts-time.h"

/* An estimate that is about as large as its error would change from "in step" to "probable" and back every few seconds. */
#define HOLD_NS (10 * TS_NS_PER_S)

/* An estimate this many times as large as its error is not held back. */
#define CLEAR_FACTOR 3

static gboolean
is_proven (const TsEstimate *estimate)
{
  return estimate->proven_min_ns > 0 || estimate->proven_max_ns < 0;
}

/* Returns: what the estimate says by itself */
static TsLean
get_own_lean (const TsEstimate *estimate)
{
  return ABS (estimate->estimate_ns) > estimate->error_ns ? TS_LEAN_PROBABLE : TS_LEAN_IN_STEP;
}

/**
 * ts_certainty_judge:
 * @estimate: what is known about the offset
 *
 * Decides this for the window, the summary, notifications and the terminal alike. An interval that ends at zero
 * contains zero. What is proven is said at once, whatever was said before.
 *
 * Returns: how certain the sign of the offset is
 */
TsCertainty
ts_certainty_judge (const TsEstimate *estimate)
{
  TsLean lean = estimate->lean != TS_LEAN_NONE ? estimate->lean : get_own_lean (estimate);

  if (is_proven (estimate))
    return TS_CERTAINTY_CERTAIN;
  return lean == TS_LEAN_PROBABLE ? TS_CERTAINTY_PROBABLE : TS_CERTAINTY_IN_STEP;
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

/**
 * ts_certainty_hold_apply:
 * @self: what was said of that offset so far
 * @estimate: (inout): what is known about it at an instant; its lean is set
 *
 * What was said stays for ten seconds after the estimate last agreed with it, unless the estimate is three times as large
 * as its error.
 */
void
ts_certainty_hold_apply (const TsCertaintyHold *self,
                         TsEstimate *estimate)
{
  gint64 age_ns = estimate->at_ns - self->agreed_ns;
  gboolean is_clear = ABS (estimate->estimate_ns) / CLEAR_FACTOR > estimate->error_ns;
  /* This computer's clock may have been set back since. */
  gboolean is_held = self->lean != TS_LEAN_NONE && age_ns >= 0 && age_ns < HOLD_NS && !is_clear;

  estimate->lean = is_held ? self->lean : get_own_lean (estimate);
}

/**
 * ts_certainty_hold_follow:
 * @self: what was said of that offset so far
 * @estimate: (inout): what the newest sample made known; its lean is set
 *
 * As ts_certainty_hold_apply(), and remembers what is said. What is proven will be probable when it is no longer proven.
 */
void
ts_certainty_hold_follow (TsCertaintyHold *self,
                          TsEstimate *estimate)
{
  ts_certainty_hold_apply (self, estimate);
  if (is_proven (estimate))
    estimate->lean = TS_LEAN_PROBABLE;
  if (estimate->lean != self->lean || is_proven (estimate) || get_own_lean (estimate) == estimate->lean)
    *self = (TsCertaintyHold) { .lean = estimate->lean, .agreed_ns = estimate->at_ns };
}
