/* Fills a history as an estimator that takes each sample at its word would.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history.h"

/* Adds a sample that proves @offset_ns ± @half_width_ns, after @event. */
static inline void
add_sample_after (TsHistory   *history,
                  gint64       at_ns,
                  gint64       offset_ns,
                  gint64       half_width_ns,
                  TsClockEvent event)
{
  const TsSample sample = {
    .exchange = { .t4_ns = at_ns },
    .offset_ns = offset_ns,
    .delay_ns = 2 * half_width_ns,
    .proven_min_ns = offset_ns - half_width_ns,
    .proven_max_ns = offset_ns + half_width_ns,
  };
  const TsEstimate estimate = {
    .estimate_ns = offset_ns,
    .proven_min_ns = sample.proven_min_ns,
    .proven_max_ns = sample.proven_max_ns,
  };

  ts_history_add_sample (history, &sample, &estimate, event);
}

/* Adds a sample that proves @offset_ns ± @half_width_ns; one that contradicts the sample before tells of a step
 * of the server's clock. */
static inline void
add_sample (TsHistory *history,
            gint64     at_ns,
            gint64     offset_ns,
            gint64     half_width_ns)
{
  const TsHistoryEntry *last = ts_history_get_last (history);
  gboolean is_step = last != NULL && (last->proven_min_ns > offset_ns + half_width_ns ||
                                      last->proven_max_ns < offset_ns - half_width_ns);

  add_sample_after (history, at_ns, offset_ns, half_width_ns,
                    is_step ? TS_CLOCK_EVENT_STEP_REMOTE : TS_CLOCK_EVENT_NONE);
}
