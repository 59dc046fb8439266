/* The time zone of the times that the window shows.
 *
 * Like the locale it is one for the whole program, because two times side by side must never be in different zones.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-zone.h"

#include "measure/ts-time.h"

static gboolean is_in_utc;

/**
 * ts_zone_set_utc:
 * @is_utc: whether times are in UTC from now on; otherwise they are in this computer's zone, which is the default
 *
 * Only the main thread may call it, because it formats all times.
 */
void
ts_zone_set_utc (gboolean is_utc)
{
  is_in_utc = is_utc;
}

/**
 * ts_zone_is_utc:
 *
 * Returns: whether the user wants times in UTC
 */
gboolean
ts_zone_is_utc (void)
{
  return is_in_utc;
}

/**
 * ts_zone_new:
 *
 * Returns: (transfer full): that zone
 */
GTimeZone *
ts_zone_new (void)
{
  return is_in_utc ? g_time_zone_new_utc () : g_time_zone_new_local ();
}

/**
 * ts_zone_new_date_time:
 * @instant_s: seconds since the Unix epoch
 *
 * Returns: (transfer full) (nullable): date and time of day in that zone; %NULL beyond the year 9999
 */
GDateTime *
ts_zone_new_date_time (gint64 instant_s)
{
  return is_in_utc ? g_date_time_new_from_unix_utc (instant_s) : g_date_time_new_from_unix_local (instant_s);
}

/**
 * ts_zone_is_same_day:
 * @one_ns: nanoseconds since the Unix epoch
 * @other_ns: the same, of another instant
 *
 * Returns: whether both are on the same date in that zone; also true if one is beyond the year 9999
 */
gboolean
ts_zone_is_same_day (gint64 one_ns,
                     gint64 other_ns)
{
  g_autoptr (GDateTime) one = ts_zone_new_date_time (one_ns / TS_NS_PER_S);
  g_autoptr (GDateTime) other = ts_zone_new_date_time (other_ns / TS_NS_PER_S);

  return one == NULL || other == NULL ||
         (g_date_time_get_year (one) == g_date_time_get_year (other) &&
          g_date_time_get_day_of_year (one) == g_date_time_get_day_of_year (other));
}
