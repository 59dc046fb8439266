/* Whether an offset is certainly within a limit, and when to report that.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One day, because clocks that are further apart are noticed without a limit. */
#define TS_LIMIT_MAX_NS (G_GINT64_CONSTANT (86400000000000))

#define TS_LIMIT_DEFAULT_N_SAMPLES 3

/**
 * TsLimitVerdict:
 * @TS_LIMIT_OPEN: not known, or the proven interval is partly within the limit and partly outside
 * @TS_LIMIT_INSIDE: all of the proven interval is within the limit
 * @TS_LIMIT_OUTSIDE: all of the proven interval is outside the limit
 */
typedef enum
{
  TS_LIMIT_OPEN,
  TS_LIMIT_INSIDE,
  TS_LIMIT_OUTSIDE,
} TsLimitVerdict;

/**
 * TsLimitEvent:
 * @TS_LIMIT_EVENT_NONE: nothing to report
 * @TS_LIMIT_EVENT_CROSSED: the offset is outside the limit, which was not reported so far
 * @TS_LIMIT_EVENT_BACK: the offset is within the limit again, after it was reported to be outside
 */
typedef enum
{
  TS_LIMIT_EVENT_NONE,
  TS_LIMIT_EVENT_CROSSED,
  TS_LIMIT_EVENT_BACK,
} TsLimitEvent;

/**
 * TsLimit:
 * @limit_ns: how far from zero the offset may be, either way; 0: no limit
 * @n_samples: number of consecutive samples needed to change the verdict; 0 means 1
 * @verdict: the verdict on which the last @n_samples or more in a row agreed; open at first
 * @is_crossed: whether the offset was reported to be outside, and not to be back since
 * @latest: the verdict of the latest sample alone
 * @n_latest: how many samples in a row had that verdict
 *
 * A limit, and what the samples so far say about it. All zero: no limit.
 */
typedef struct
{
  gint64 limit_ns;
  guint n_samples;
  TsLimitVerdict verdict;
  gboolean is_crossed;
  TsLimitVerdict latest;
  guint n_latest;
} TsLimit;

TsLimitVerdict ts_limit_judge  (gint64   limit_ns,
                                gint64   proven_min_ns,
                                gint64   proven_max_ns);
void           ts_limit_set    (TsLimit *self,
                                gint64   limit_ns);
TsLimitEvent   ts_limit_add    (TsLimit *self,
                                gint64   proven_min_ns,
                                gint64   proven_max_ns);
void           ts_limit_pause  (TsLimit *self);

G_END_DECLS
