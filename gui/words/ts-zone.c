/* The time zone that the window tells times in.
 *
 * Like the locale, and the zone of the computer itself, it is one for the whole program, for no two times that
 * are seen side by side may be of two zones.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-zone.h"

static gboolean tells_utc;

/**
 * ts_zone_set_utc:
 * @is_utc: whether times are told in UTC from now on; else, as at first, in the zone of this computer
 *
 * To be called by the main thread, which formats all times.
 */
void
ts_zone_set_utc (gboolean is_utc)
{
  tells_utc = is_utc;
}

/**
 * ts_zone_is_utc:
 *
 * Returns: whether times are told in UTC because the user wants that
 */
gboolean
ts_zone_is_utc (void)
{
  return tells_utc;
}

/**
 * ts_zone_new_date_time:
 * @instant_s: seconds since the Unix epoch
 *
 * Returns: (transfer full) (nullable): date and time of day in the zone that times are told in; %NULL beyond
 *   the year 9999
 */
GDateTime *
ts_zone_new_date_time (gint64 instant_s)
{
  return tells_utc ? g_date_time_new_from_unix_utc (instant_s) : g_date_time_new_from_unix_local (instant_s);
}
