/* Whether an offset is certainly within a limit, and when to report that.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-limit.h"

/**
 * ts_limit_judge:
 * @limit_ns: how far from zero the offset may be, not negative
 * @proven_min_ns: the least offset that is possible
 * @proven_max_ns: the greatest one
 *
 * Returns: what is certain; an offset of just @limit_ns is within the limit
 */
TsLimitVerdict
ts_limit_judge (gint64 limit_ns,
                gint64 proven_min_ns,
                gint64 proven_max_ns)
{
  if (proven_min_ns > limit_ns || proven_max_ns < -limit_ns)
    return TS_LIMIT_OUTSIDE;
  if (proven_min_ns >= -limit_ns && proven_max_ns <= limit_ns)
    return TS_LIMIT_INSIDE;
  return TS_LIMIT_OPEN;
}

/**
 * ts_limit_set:
 * @self: a limit
 * @limit_ns: how far from zero the offset may be from now on; 0: no limit
 *
 * A new limit is judged from the next sample on. What was reported about the old one is forgotten.
 */
void
ts_limit_set (TsLimit *self,
              gint64 limit_ns)
{
  if (limit_ns != self->limit_ns)
    *self = (TsLimit) { .limit_ns = limit_ns, .n_samples = self->n_samples };
}

/**
 * ts_limit_add:
 * @self: a limit
 * @proven_min_ns: the least offset that all samples until this one allow
 * @proven_max_ns: the greatest one
 *
 * Takes the next sample. An open verdict is never reported, because the offset may be on either side of the limit.
 * Exchanges without an answer do not count, because they say nothing about the offset.
 *
 * Returns: what to report
 */
TsLimitEvent
ts_limit_add (TsLimit *self,
              gint64 proven_min_ns,
              gint64 proven_max_ns)
{
  TsLimitVerdict latest = ts_limit_judge (self->limit_ns, proven_min_ns, proven_max_ns);

  if (self->limit_ns == 0)
    return TS_LIMIT_EVENT_NONE;
  self->n_latest = latest != self->latest ? 1 : self->n_latest < G_MAXUINT ? self->n_latest + 1 : G_MAXUINT;
  self->latest = latest;
  if (self->n_latest < self->n_samples)
    return TS_LIMIT_EVENT_NONE;

  self->verdict = latest;
  if (latest == TS_LIMIT_OPEN || self->is_crossed == (latest == TS_LIMIT_OUTSIDE))
    return TS_LIMIT_EVENT_NONE;
  self->is_crossed = latest == TS_LIMIT_OUTSIDE;
  return self->is_crossed ? TS_LIMIT_EVENT_CROSSED : TS_LIMIT_EVENT_BACK;
}

/**
 * ts_limit_pause:
 * @self: a limit
 *
 * To be called when measuring is interrupted: samples after the pause are not in a row with those before it. What was
 * reported stays.
 */
void
ts_limit_pause (TsLimit *self)
{
  self->n_latest = 0;
}
