/* Ranges of offsets that alarm, in the form of the Monitoring Plugins guidelines.
 *
 * https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT, with one difference: "10ms" means from -10 to
 * +10 ms and not from 0 to 10 ms, because an offset has a sign, and a clock that is behind is as wrong as one that is
 * ahead. An end may have a unit; without one it is in seconds.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "check/ts-range.h"

#include <glib/gi18n.h>
#include <string.h>

#include "shared/ts-quantity.h"

/* @start: (nullable): the text before the colon; @end: the text after it, or the whole text */
static gboolean
parse_ends (TsRange *range,
            const char *start,
            const char *end)
{
  if (start == NULL)
    {
      gboolean is_good = ts_quantity_parse (end, &range->max_ns);

      range->min_ns = -range->max_ns;
      return is_good && range->max_ns >= 0;
    }
  if (g_str_equal (start, "~"))
    range->min_ns = TS_RANGE_NO_MIN;
  else if (*start == '\0')
    range->min_ns = 0;
  else if (!ts_quantity_parse (start, &range->min_ns))
    return FALSE;
  if (*end == '\0')
    range->max_ns = TS_RANGE_NO_MAX;
  else if (!ts_quantity_parse (end, &range->max_ns))
    return FALSE;
  return range->min_ns <= range->max_ns && !(*start == '\0' && *end == '\0');
}

/**
 * ts_range_parse:
 * @range: (out): the range
 * @text: "10ms": alarm beyond 10 ms either way; "-5ms:10ms": outside these; "5ms:", "~:5ms": below, above; "@0:5ms":
 *   inside
 * @error: return location for %G_OPTION_ERROR_BAD_VALUE
 *
 * Returns: whether @text is a range
 */
gboolean
ts_range_parse (TsRange *range,
                const char *text,
                GError **error)
{
  const char *rest = text + (text[0] == '@' ? 1 : 0);
  const char *colon = strchr (rest, ':');
  g_autofree char *start = colon != NULL ? g_strndup (rest, (gsize) (colon - rest)) : NULL;

  range->alarms_inside = text[0] == '@';
  if (parse_ends (range, start, colon != NULL ? colon + 1 : rest))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               _("“%s” is not a range such as 10ms, -5ms:10ms, ~:5ms or @0:5ms"), text);
  return FALSE;
}

/**
 * ts_range_judge:
 * @range: a range
 * @min_ns: the least offset that is possible
 * @max_ns: the greatest one
 *
 * Returns: whether all, some or none of the possible offsets alarm
 */
TsRangeVerdict
ts_range_judge (const TsRange *range,
                gint64 min_ns,
                gint64 max_ns)
{
  gboolean is_inside = min_ns >= range->min_ns && max_ns <= range->max_ns;
  gboolean is_outside = max_ns < range->min_ns || min_ns > range->max_ns;

  if (!is_inside && !is_outside)
    return TS_RANGE_UNDECIDED;
  return is_inside == range->alarms_inside ? TS_RANGE_ALARM : TS_RANGE_QUIET;
}

/**
 * ts_range_get_distance:
 * @range: a range
 * @offset_ns: an offset
 *
 * Returns: how far @offset_ns is from the nearer end of the range, in nanoseconds, never negative; %G_MAXINT64 if the
 *   range has no end
 */
gint64
ts_range_get_distance (const TsRange *range,
                       gint64 offset_ns)
{
  gint64 distance_ns = G_MAXINT64;

  if (range->min_ns != TS_RANGE_NO_MIN)
    distance_ns = MIN (distance_ns, ABS (offset_ns - range->min_ns));
  if (range->max_ns != TS_RANGE_NO_MAX)
    distance_ns = MIN (distance_ns, ABS (offset_ns - range->max_ns));
  return distance_ns;
}

/**
 * ts_range_to_string:
 * @range: a range
 *
 * Returns: (transfer full): the range in seconds, exactly, with both ends and without units, as in performance data
 */
char *
ts_range_to_string (const TsRange *range)
{
  g_autofree char *min = range->min_ns == TS_RANGE_NO_MIN ? g_strdup ("~") : ts_quantity_seconds (range->min_ns);
  g_autofree char *max = range->max_ns == TS_RANGE_NO_MAX ? g_strdup ("") : ts_quantity_seconds (range->max_ns);

  return g_strdup_printf ("%s%s:%s", range->alarms_inside ? "@" : "", min, max);
}
