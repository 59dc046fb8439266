/* Makes samples of a history out of exchanges.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history.h"

/* Returns: (transfer full): a history whose only sample is of @exchange, with an estimate ± @half_width_ns */
static inline TsHistory *
new_history_of (const TsExchange *exchange,
                gint64            estimate_ns,
                gint64            half_width_ns)
{
  TsHistory *history = ts_history_new (1);
  TsEstimate estimate = {
    .estimate_ns = estimate_ns,
    .proven_min_ns = estimate_ns - half_width_ns,
    .proven_max_ns = estimate_ns + half_width_ns,
  };
  TsSample sample;

  g_assert_true (ts_sample_derive (&sample, exchange, NULL));
  ts_history_add_sample (history, &sample, &estimate, TS_CLOCK_EVENT_NONE);
  return history;
}
