/* When to ask next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_SCHEDULE_MIN_INTERVAL_NS  (G_GINT64_CONSTANT (100000000))
#define TS_SCHEDULE_MAX_INTERVAL_NS  (G_GINT64_CONSTANT (3600000000000))
#define TS_SCHEDULE_MAX_PAUSE_NS     (G_GINT64_CONSTANT (30000000000))

/**
 * TS_SCHEDULE_BURST:
 *
 * How many samples come as fast as the server may be asked, so that there is a good figure soon: within 2 s if the
 * round trip takes 200 ms.
 */
#define TS_SCHEDULE_BURST            8
#define TS_SCHEDULE_BURST_PAUSE_NS   (G_GINT64_CONSTANT (50000000))

/**
 * TsSchedule:
 * @interval_ns: the interval that the user chose, more than 0
 * @min_interval_ns: the least interval at which the server may be asked
 * @n_samples: how many samples there were since the start
 * @n_failures: how many exchanges in a row have failed so far
 * @is_punctual: whether the interval is kept exactly, also at the first exchanges and after failures
 */
typedef struct
{
  gint64 interval_ns;
  gint64 min_interval_ns;
  guint n_samples;
  guint n_failures;
  gboolean is_punctual;
} TsSchedule;

gint64 ts_schedule_pause_ns (gint64            interval_ns,
                             guint             n_failures);
gint64 ts_schedule_next_ns  (const TsSchedule *schedule,
                             guint32           random);

G_END_DECLS
