/* When to ask next.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-schedule.h"

/**
 * ts_schedule_pause_ns:
 * @interval_ns: the interval that the user chose, more than 0
 * @n_failures: how many exchanges in a row have failed so far
 *
 * After a success the next exchange is an interval away. After failures the pause is the interval, then twice the
 * interval, and so on, but never more than %TS_SCHEDULE_MAX_PAUSE_NS, so that a server that comes back is seen soon
 * even if the interval is an hour.
 *
 * Returns: the nanoseconds from the start of one exchange to the start of the next
 */
gint64
ts_schedule_pause_ns (gint64 interval_ns,
                      guint n_failures)
{
  gint64 pause_ns = interval_ns;

  if (n_failures == 0)
    return interval_ns;

  for (guint i = 1; i < n_failures && pause_ns < TS_SCHEDULE_MAX_PAUSE_NS; i++)
    pause_ns *= 2;
  return MIN (pause_ns, TS_SCHEDULE_MAX_PAUSE_NS);
}

/**
 * ts_schedule_next_ns:
 * @schedule: what is wanted, what is allowed, and how the exchanges went so far
 * @random: any number, a new one for each exchange
 *
 * A series begins with a burst. Then the interval is varied by up to a tenth, so that exchanges do not always meet a
 * rhythm of the server or of another client at the same point (RFC 5905 §13 randomises for the same reason).
 *
 * Returns: the nanoseconds from the start of one exchange to the start of the next
 */
gint64
ts_schedule_next_ns (const TsSchedule *schedule,
                     guint32 random)
{
  gint64 pause_ns = ts_schedule_pause_ns (schedule->interval_ns, schedule->is_punctual ? 0 : schedule->n_failures);
  gint64 tenth_ns = pause_ns / 10;

  if (!schedule->is_punctual && schedule->n_failures == 0 && schedule->n_samples < TS_SCHEDULE_BURST)
    pause_ns = MIN (pause_ns, TS_SCHEDULE_BURST_PAUSE_NS);
  else if (!schedule->is_punctual)
    pause_ns += (gint64) ((2.0 * random / G_MAXUINT32 - 1) * (double) tenth_ns);
  return MAX (pause_ns, schedule->min_interval_ns);
}
