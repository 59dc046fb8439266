/* Numbers and times as people read them, in their locale and only as precise as is known.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-format.h"

#include <glib/gi18n.h>
#include <langinfo.h>
#include <math.h>
#include <string.h>

#include "measure/ts-time.h"
#include "words/ts-isolate.h"
#include "words/ts-zone.h"

/* In how many units an offset is told at most where one cannot tell it. */
#define MAX_PARTS       3
#define MAX_BRIEF_PARTS 2

/* With more decimals a smaller unit is easier to read: hours instead of the fraction of a day. */
static const struct
{
  gint64 ns;
  const char *symbol;
  int max_decimals;
} units[] = {
  [TS_UNIT_NS] = { 1, NC_ ("unit", "ns"), 0 },
  [TS_UNIT_US] = { TS_NS_PER_US, NC_ ("unit", "µs"), 3 },
  [TS_UNIT_MS] = { TS_NS_PER_MS, NC_ ("unit", "ms"), 6 },
  [TS_UNIT_S] = { TS_NS_PER_S, NC_ ("unit", "s"), 6 },
  [TS_UNIT_MIN] = { 60 * TS_NS_PER_S, NC_ ("unit", "min"), 3 },
  [TS_UNIT_H] = { 3600 * TS_NS_PER_S, NC_ ("unit", "h"), 3 },
  [TS_UNIT_DAYS] = { 86400 * TS_NS_PER_S, NC_ ("unit", "days"), 2 },
};

/**
 * ts_unit_for:
 * @magnitude_ns: a duration; its sign does not count
 *
 * Returns: the largest unit of which @magnitude_ns is at least one, or at least two from minutes on
 */
TsUnit
ts_unit_for (gint64 magnitude_ns)
{
  gint64 magnitude = ABS (magnitude_ns);
  TsUnit unit = TS_UNIT_NS;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (magnitude >= units[i].ns * (i >= TS_UNIT_MIN ? 2 : 1))
      unit = i;
  return unit;
}

/**
 * ts_unit_get_ns:
 * @unit: a unit
 *
 * Returns: its length in nanoseconds
 */
gint64
ts_unit_get_ns (TsUnit unit)
{
  return units[unit].ns;
}

/**
 * ts_unit_get_symbol:
 * @unit: a unit
 *
 * Returns: (transfer none): its symbol in the user's language
 */
const char *
ts_unit_get_symbol (TsUnit unit)
{
  return g_dpgettext2 (NULL, "unit", units[unit].symbol);
}

/* Returns: the decimals for ts_format_decimals(), however many that unit can have */
static int
count_decimals (gint64 half_width_ns,
                TsUnit unit)
{
  double width = (double) MAX (half_width_ns, 1) / (double) units[unit].ns;

  return 1 - (int) floor (log10 (width));
}

/**
 * ts_format_decimals:
 * @half_width_ns: half the width of the proven interval, not negative
 * @unit: the unit of the text
 *
 * The last place shown is the place of the second significant digit of the half-width: 2.6 ms shows tenths
 * of a millisecond.
 *
 * Returns: the number of decimals; negative if tens, hundreds… of @unit are the last place
 */
int
ts_format_decimals (gint64 half_width_ns,
                    TsUnit unit)
{
  return MIN (count_decimals (half_width_ns, unit), units[unit].max_decimals);
}

/* Returns: @unit, or the next one where rounding takes @magnitude_ns to that: 999.96 ms, known to tenths, is one second */
static TsUnit
unit_for_rounded (gint64 magnitude_ns,
                  TsUnit unit,
                  int decimals,
                  double (*rounded) (double))
{
  double place_ns = (double) units[unit].ns * pow (10, -decimals);

  return MAX (unit, ts_unit_for ((gint64) MIN (rounded ((double) magnitude_ns / place_ns) * place_ns, 9e18)));
}

/* Writes @count's digits in groups of three from five digits on. */
static char *
group_digits (const char *digits)
{
  gsize length = strspn (digits, "0123456789");
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && length > 4 && (length - i) % 3 == 0)
        g_string_append (text, TS_THIN_SPACE);
      g_string_append_c (text, digits[i]);
    }
  g_string_append (text, digits + length);
  return g_string_free (text, FALSE);
}

/**
 * ts_format_number:
 * @value_ns: a duration
 * @unit: the unit to write it in
 * @decimals: how many, as ts_format_decimals() returns them; -1 rounds to tens
 * @rounding: which way to round
 * @with_plus: whether a positive value gets a sign
 *
 * Returns: (transfer full): the number without its unit, in the user's locale, with a true minus sign
 */
char *
ts_format_number (gint64 value_ns,
                  TsUnit unit,
                  int decimals,
                  TsRounding rounding,
                  gboolean with_plus)
{
  double place = pow (10, -decimals);
  double places = (double) value_ns / (double) units[unit].ns / place;
  double nearest = round (places);
  double rounded;
  g_autofree char *digits = NULL;
  g_autofree char *grouped = NULL;

  /* A value that is a whole number of places except for the error of a double is not rounded: 9.8 stays 9.8. */
  if (rounding == TS_ROUND_NEAREST || fabs (places - nearest) < 1e-6)
    rounded = nearest;
  else
    rounded = rounding == TS_ROUND_DOWN ? floor (places) : ceil (places);

  digits = g_strdup_printf ("%.*f", MAX (decimals, 0), fabs (rounded) * place);
  grouped = group_digits (digits);
  return g_strconcat (rounded < 0 ? TS_MINUS : with_plus && rounded > 0 ? "+" : "", grouped, NULL);
}

/**
 * ts_format_count:
 * @count: a number of things
 *
 * Returns: (transfer full): its digits, in groups of three
 */
char *
ts_format_count (guint64 count)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

  return group_digits (digits);
}

/**
 * ts_format_duration:
 * @duration_ns: a duration that is never negative, such as a delay; below 0 means unknown
 *
 * Returns: (transfer full): two significant digits or more with a unit, "6.6 ms", or "–"
 */
char *
ts_format_duration (gint64 duration_ns)
{
  TsUnit unit = ts_unit_for (duration_ns);
  g_autofree char *number = NULL;
  int decimals;

  if (duration_ns < 0)
    return g_strdup (TS_UNKNOWN_TEXT);

  unit = unit_for_rounded (duration_ns, unit, MAX (ts_format_decimals (duration_ns, unit), 0), round);
  decimals = MAX (ts_format_decimals (duration_ns, unit), 0);
  number = ts_format_number (duration_ns, unit, decimals, TS_ROUND_NEAREST, FALSE);
  return ts_isolate_amount (number, ts_unit_get_symbol (unit));
}

/* Days, hours and minutes with as many decimals as half a second takes would be no use to anybody. */
static gboolean
takes_parts (TsUnit unit,
             gint64 half_width_ns)
{
  return unit >= TS_UNIT_MIN && count_decimals (half_width_ns, unit) > units[unit].max_decimals;
}

static TsUnit
choose_unit (gint64 offset_ns,
             gint64 half_width_ns)
{
  TsUnit unit = ts_unit_for (MAX (ABS (offset_ns), half_width_ns));

  return unit_for_rounded (ABS (offset_ns), unit, ts_format_decimals (half_width_ns, unit), round);
}

/* Returns: how much of @magnitude_ns is in @unit, if that is its part, and 0 if not. The symbol for days is that of several. */
static gint64
get_part_ns (gint64 magnitude_ns,
             TsUnit unit)
{
  gint64 days_ns = magnitude_ns / units[TS_UNIT_DAYS].ns * units[TS_UNIT_DAYS].ns;
  gint64 rest_ns = magnitude_ns - (days_ns > units[TS_UNIT_DAYS].ns ? days_ns : 0);

  switch (unit)
    {
    case TS_UNIT_DAYS:
      return magnitude_ns - rest_ns;
    case TS_UNIT_H:
      return rest_ns / units[TS_UNIT_H].ns * units[TS_UNIT_H].ns;
    case TS_UNIT_MIN:
      return rest_ns % units[TS_UNIT_H].ns / units[TS_UNIT_MIN].ns * units[TS_UNIT_MIN].ns;
    case TS_UNIT_NS:
    case TS_UNIT_US:
    case TS_UNIT_MS:
    case TS_UNIT_S:
    default:
      return rest_ns % units[TS_UNIT_MIN].ns;
    }
}

static guint
count_parts (gint64 magnitude_ns)
{
  guint n_parts = 0;

  for (TsUnit unit = TS_UNIT_S; unit <= TS_UNIT_DAYS; unit++)
    n_parts += get_part_ns (magnitude_ns, unit) > 0;
  return n_parts;
}

/* Rounds an offset so that it takes few units: two days less 10 ms are two days, because "1 day 23 h 59 min 59.990 s" cannot
 * be read.
 *
 * Returns: how large it is then, whatever its sign
 * @decimals: (out): those of the seconds */
static gint64
round_to_parts (gint64 offset_ns,
                gint64 half_width_ns,
                guint max_parts,
                int *decimals)
{
  gint64 places_ns[] = { TS_NS_PER_S, units[TS_UNIT_S].ns, units[TS_UNIT_MIN].ns, units[TS_UNIT_H].ns,
                         units[TS_UNIT_DAYS].ns };
  gint64 rounded_ns = 0;

  *decimals = CLAMP (ts_format_decimals (half_width_ns, TS_UNIT_S), 0, 3);
  for (int i = 0; i < *decimals; i++)
    places_ns[0] /= 10;
  for (gsize i = 0; i < G_N_ELEMENTS (places_ns); i++)
    {
      rounded_ns = (MIN (ABS (offset_ns), G_MAXINT64 - places_ns[i] / 2) + places_ns[i] / 2) / places_ns[i] * places_ns[i];
      if (count_parts (rounded_ns) <= max_parts)
        break;
    }
  return rounded_ns;
}

static char *
format_parts (gint64 offset_ns,
              gint64 half_width_ns,
              guint max_parts,
              gboolean with_plus)
{
  int decimals;
  gint64 rounded_ns = round_to_parts (offset_ns, half_width_ns, max_parts, &decimals);
  g_autoptr (GString) text = g_string_new (NULL);

  for (TsUnit unit = TS_UNIT_DAYS; unit >= TS_UNIT_S; unit--)
    {
      gint64 part_ns = get_part_ns (rounded_ns, unit);
      gboolean is_first = text->len == 0;
      g_autofree char *number = ts_format_number (is_first && offset_ns < 0 ? -part_ns : part_ns, unit,
                                                  unit == TS_UNIT_S ? decimals : 0, TS_ROUND_NEAREST,
                                                  is_first && with_plus);
      g_autofree char *amount = ts_isolate_amount (number, ts_unit_get_symbol (unit));

      if (part_ns > 0)
        g_string_append_printf (text, "%s%s", is_first ? "" : " ", amount);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Returns: (transfer full): the offset as precise as its half-width allows, in @max_parts units at most */
static char *
format_offset (gint64 offset_ns,
               gint64 half_width_ns,
               guint max_parts,
               gboolean with_plus)
{
  TsUnit unit = choose_unit (offset_ns, half_width_ns);
  g_autofree char *number = NULL;

  if (takes_parts (unit, half_width_ns))
    return format_parts (offset_ns, half_width_ns, max_parts, with_plus);
  number = ts_format_number (offset_ns, unit, ts_format_decimals (half_width_ns, unit), TS_ROUND_NEAREST, with_plus);
  return ts_isolate_amount (number, ts_unit_get_symbol (unit));
}

/**
 * ts_format_offset:
 * @offset_ns: an offset
 * @half_width_ns: half the width of its proven interval
 *
 * Returns: (transfer full): the offset with its sign, "+12.4 ms", or "+2 days 0.500 s" where one unit cannot tell it
 */
char *
ts_format_offset (gint64 offset_ns,
                  gint64 half_width_ns)
{
  return format_offset (offset_ns, half_width_ns, MAX_PARTS, TRUE);
}

/**
 * ts_format_brief:
 * @offset_ns: an offset
 * @half_width_ns: half the width of its proven interval
 *
 * Returns: (transfer full): the same in two units at most, where there is little room: "+2 days 3 h"
 */
char *
ts_format_brief (gint64 offset_ns,
                 gint64 half_width_ns)
{
  return format_offset (offset_ns, half_width_ns, MAX_BRIEF_PARTS, TRUE);
}

/**
 * ts_format_error:
 * @offset_ns: an offset
 * @error_ns: how far the truth may be from it, not negative
 *
 * Returns: (transfer full): how far the truth may be from ts_format_offset(), which leaves out what nobody can read:
 *   "0.26 ms"
 */
char *
ts_format_error (gint64 offset_ns,
                 gint64 error_ns)
{
  TsUnit unit = choose_unit (offset_ns, error_ns);
  gint64 left_out_ns = 0;
  int decimals;

  if (takes_parts (unit, error_ns))
    left_out_ns = ABS (round_to_parts (offset_ns, error_ns, MAX_PARTS, &decimals) - ABS (offset_ns));
  return ts_format_duration (left_out_ns > error_ns ? left_out_ns + error_ns : error_ns);
}

/**
 * ts_format_distance:
 * @offset_ns: an offset
 * @half_width_ns: half the width of its proven interval
 *
 * Returns: (transfer full): the same without a sign: "12.4 ms"
 */
char *
ts_format_distance (gint64 offset_ns,
                    gint64 half_width_ns)
{
  return format_offset (ABS (offset_ns), half_width_ns, MAX_PARTS, FALSE);
}

/**
 * ts_format_limit:
 * @limit_ns: what something is certainly within, not negative
 *
 * Returns: (transfer full): that in whole units, rounded up: "27 ms"
 */
char *
ts_format_limit (gint64 limit_ns)
{
  TsUnit unit = unit_for_rounded (limit_ns, ts_unit_for (limit_ns), 0, ceil);
  g_autofree char *number = ts_format_number (limit_ns, unit, 0, TS_ROUND_UP, FALSE);

  return ts_isolate_amount (number, ts_unit_get_symbol (unit));
}

/**
 * ts_format_ends:
 * @min_ns: the least offset that is proven
 * @max_ns: the greatest
 * @offset_ns: the offset beside which this is shown, which may decide the unit
 * @min: (out) (transfer full): the lower end without its unit, rounded down, with its sign
 * @max: (out) (transfer full): the upper end, rounded up
 * @reach: (out) (transfer full): how far the ends are at most from ts_format_offset(), with its unit, rounded up
 * @unit: (out): the unit of both ends
 *
 * Returns: whether the ends can be told apart; if not, only @reach says something
 */
gboolean
ts_format_ends (gint64 min_ns,
                gint64 max_ns,
                gint64 offset_ns,
                char **min,
                char **max,
                char **reach,
                TsUnit *unit)
{
  gint64 half_width_ns = ts_half_width_ns (min_ns, max_ns);
  int decimals;

  *unit = choose_unit (offset_ns, half_width_ns);
  decimals = ts_format_decimals (half_width_ns, *unit);
  *min = ts_format_number (min_ns, *unit, decimals, TS_ROUND_DOWN, TRUE);
  *max = ts_format_number (max_ns, *unit, decimals, TS_ROUND_UP, TRUE);
  if (takes_parts (*unit, half_width_ns))
    {
      gint64 shown_ns = round_to_parts (offset_ns, half_width_ns, MAX_PARTS, &decimals);

      shown_ns = offset_ns < 0 ? -shown_ns : shown_ns;
      *reach = ts_format_limit (MAX (ABS (max_ns - shown_ns), ABS (shown_ns - min_ns)));
      return FALSE;
    }
  *reach = ts_format_limit (MAX (ABS (max_ns - offset_ns), ABS (offset_ns - min_ns)));
  return !g_str_equal (*min, *max);
}

/**
 * ts_format_range:
 * @min: the lower end, a number in the user's locale
 * @max: the upper end
 * @unit: their unit in the user's language
 *
 * Returns: (transfer full): both with their unit: "+9.4 to +15.6 ms"
 */
char *
ts_format_range (const char *min,
                 const char *max,
                 const char *unit)
{
  g_autofree char *from = ts_isolate_number (min);
  g_autofree char *to = ts_isolate_number (max);

  /* Translators: two numbers and their unit: "+9.4 to +15.6 ms" */
  return g_strdup_printf (C_ ("interval", "%1$s to %2$s\u2060\u2009\u2060%3$s"), from, to, unit);
}

/**
 * ts_format_interval:
 * @min_ns: the least offset that is proven
 * @max_ns: the greatest
 * @offset_ns: the offset beside which this is shown, which may decide the unit
 *
 * Returns: (transfer full): both ends, rounded outward, "+9.4 to +15.6 ms", or "+2 days 0.500 s ± 1 ms" where they could
 *   not be told apart
 */
char *
ts_format_interval (gint64 min_ns,
                    gint64 max_ns,
                    gint64 offset_ns)
{
  g_autofree char *min = NULL;
  g_autofree char *max = NULL;
  g_autofree char *reach = NULL;
  g_autofree char *offset = NULL;
  TsUnit unit;

  if (!ts_format_ends (min_ns, max_ns, offset_ns, &min, &max, &reach, &unit) && unit >= TS_UNIT_MIN)
    {
      offset = ts_format_offset (offset_ns, ts_half_width_ns (min_ns, max_ns));
      return g_strdup_printf ("%s ± %s", offset, reach);
    }
  return ts_format_range (min, max, ts_unit_get_symbol (unit));
}

/**
 * ts_format_drift:
 * @drift_ppm: a rate
 * @half_range_ppm: half the width of its range
 * @rounding: which way to round
 *
 * Returns: (transfer full): the rate with its sign and without its unit, as precise as its range allows
 */
char *
ts_format_drift (double drift_ppm,
                 double half_range_ppm,
                 TsRounding rounding)
{
  /* A millionth is a microsecond per second. */
  gint64 half_range_ns = llround (half_range_ppm * TS_NS_PER_US);

  return ts_format_number (llround (drift_ppm * TS_NS_PER_US), TS_UNIT_US,
                           MAX (ts_format_decimals (half_range_ns, TS_UNIT_US), 0), rounding, TRUE);
}

/**
 * ts_format_age:
 * @age_ns: how long ago something was; below 0 counts as 0
 *
 * Returns: (transfer full): whole seconds, "3 min 38 s", or hours, "3 days 2 h"
 */
char *
ts_format_age (gint64 age_ns)
{
  int seconds = (int) MIN (MAX (age_ns, 0) / TS_NS_PER_S, G_MAXINT);
  int minutes = seconds / 60;
  int hours = minutes / 60;

  if (hours >= 48)
    return format_parts (hours * units[TS_UNIT_H].ns, TS_NS_PER_S, MAX_BRIEF_PARTS, FALSE);
  if (hours > 0)
    return g_strdup_printf (C_ ("age", "%1$d\u2060\u2009\u2060h %2$d\u2060\u2009\u2060min"), hours, minutes % 60);
  if (minutes > 0)
    return g_strdup_printf (C_ ("age", "%1$d\u2060\u2009\u2060min %2$d\u2060\u2009\u2060s"), minutes, seconds % 60);
  return g_strdup_printf (C_ ("age", "%d\u2060\u2009\u2060s"), seconds);
}

/**
 * ts_format_clock:
 * @instant_ns: nanoseconds since the Unix epoch
 * @n_decimals: how many digits of the second's fraction, 0 to 9
 *
 * Returns: (transfer full): the time of day in the zone that was chosen, cut off and not rounded: "10:24:37.268"
 */
char *
ts_format_clock (gint64 instant_ns,
                 guint n_decimals)
{
  gint64 seconds = instant_ns / TS_NS_PER_S - (instant_ns % TS_NS_PER_S < 0);
  g_autoptr (GDateTime) time = ts_zone_new_date_time (seconds);
  char fraction[TS_TIME_TEXT_SIZE];

  if (time == NULL)
    return g_strdup (TS_UNKNOWN_TEXT);
  ts_time_format_seconds (instant_ns - seconds * TS_NS_PER_S, n_decimals, fraction);
  return g_strdup_printf ("%02d:%02d:%02d%s%s",
                          g_date_time_get_hour (time), g_date_time_get_minute (time),
                          g_date_time_get_second (time),
                          n_decimals > 0 ? nl_langinfo (RADIXCHAR) : "", n_decimals > 0 ? fraction + 2 : "");
}

/**
 * ts_format_clock_and_zone:
 * @instant_ns: nanoseconds since the Unix epoch
 * @n_decimals: how many digits of the second's fraction, 0 to 9
 *
 * Returns: (transfer full): the same as ts_format_clock(), with "UTC" if the user chose that; for a time that stands alone
 */
char *
ts_format_clock_and_zone (gint64 instant_ns,
                          guint n_decimals)
{
  g_autofree char *clock = ts_format_clock (instant_ns, n_decimals);

  return ts_zone_is_utc () ? g_strconcat (clock, TS_THIN_SPACE, "UTC", NULL) : g_steal_pointer (&clock);
}

/**
 * ts_format_date:
 * @instant_ns: nanoseconds since the Unix epoch
 * @now_ns: our clock now
 *
 * Returns: (transfer full): the date, "3 March", with the year if that is not this one
 */
char *
ts_format_date (gint64 instant_ns,
                gint64 now_ns)
{
  g_autoptr (GDateTime) day = ts_zone_new_date_time (instant_ns / TS_NS_PER_S);
  g_autoptr (GDateTime) today = ts_zone_new_date_time (now_ns / TS_NS_PER_S);

  if (day == NULL || today == NULL)
    return g_strdup (TS_UNKNOWN_TEXT);
  if (g_date_time_get_year (day) == g_date_time_get_year (today))
    /* Translators: a date, a g_date_time_format() pattern: "3 March" */
    return g_date_time_format (day, C_ ("date", "%-d %B"));
  /* Translators: a date, a g_date_time_format() pattern: "3 March 2026" */
  return g_date_time_format (day, C_ ("date", "%-d %B %Y"));
}

/**
 * ts_format_instant:
 * @instant_ns: nanoseconds since the Unix epoch
 * @now_ns: our clock now; 0: the date is to be told in any case
 * @n_decimals: how many digits of the second's fraction, 0 to 9
 *
 * Returns: (transfer full): the time of day, "10:24:37", after the date if that is not today's
 */
char *
ts_format_instant (gint64 instant_ns,
                   gint64 now_ns,
                   guint n_decimals)
{
  g_autofree char *clock = ts_format_clock_and_zone (instant_ns, n_decimals);
  g_autofree char *date = NULL;

  if (ts_zone_is_same_day (instant_ns, now_ns))
    return g_steal_pointer (&clock);
  date = ts_format_date (instant_ns, now_ns);
  /* Translators: a date and a time of day: "24 March, 16:30:05" */
  return g_strdup_printf (_("%1$s, %2$s"), date, clock);
}
