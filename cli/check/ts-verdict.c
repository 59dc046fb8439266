/* What a monitoring check says about a measurement.
 *
 * The verdict is on the proven interval: there is an alarm only if every possible offset alarms. Nothing here depends
 * on the locale, because programs read it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "check/ts-verdict.h"

#include "shared/ts-quantity.h"

static const char *const names[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

static TsRangeVerdict
judge (gboolean has_range,
       const TsRange *range,
       const TsEstimate *estimate)
{
  return has_range ? ts_range_judge (range, estimate->proven_min_ns, estimate->proven_max_ns) : TS_RANGE_QUIET;
}

/**
 * ts_verdict_judge:
 * @rules: what alarms
 * @estimate: what is known about the offset
 * @is_decided: (out): whether a narrower interval could not change the verdict
 *
 * Returns: the status; a certain alarm goes before an undecided one
 */
TsCheckStatus
ts_verdict_judge (const TsCheckRules *rules,
                  const TsEstimate *estimate,
                  gboolean *is_decided)
{
  TsRangeVerdict warning = judge (rules->has_warning, &rules->warning, estimate);
  TsRangeVerdict critical = judge (rules->has_critical, &rules->critical, estimate);

  *is_decided = critical == TS_RANGE_ALARM ||
                (critical != TS_RANGE_UNDECIDED && warning != TS_RANGE_UNDECIDED);
  if (critical == TS_RANGE_ALARM)
    return TS_CHECK_CRITICAL;
  if (warning == TS_RANGE_ALARM)
    return TS_CHECK_WARNING;
  return *is_decided ? TS_CHECK_OK : rules->undecided;
}

/* Returns: (transfer full): a clause that names the round trip that would decide, because the interval around the
 *   estimate is as wide as the round trip */
static char *
describe_undecided (const TsCheckRules *rules,
                    const TsEstimate *estimate)
{
  gint64 distance_ns = G_MAXINT64;
  g_autofree char *round_trip = NULL;

  if (judge (rules->has_warning, &rules->warning, estimate) == TS_RANGE_UNDECIDED)
    distance_ns = MIN (distance_ns, ts_range_get_distance (&rules->warning, estimate->estimate_ns));
  if (judge (rules->has_critical, &rules->critical, estimate) == TS_RANGE_UNDECIDED)
    distance_ns = MIN (distance_ns, ts_range_get_distance (&rules->critical, estimate->estimate_ns));
  if (distance_ns == 0)
    return g_strdup ("undecided, because the estimate is at the threshold");
  round_trip =
    ts_quantity_format (distance_ns > G_MAXINT64 / 2 ? G_MAXINT64 : 2 * distance_ns, TS_QUANTITY_AUTO, FALSE);
  return g_strdup_printf ("undecided, a round trip below %s would decide", round_trip);
}

static void
append_figure (GString *line,
               const char *label,
               gint64 value_ns,
               const char *rest)
{
  g_autofree char *seconds = ts_quantity_seconds (value_ns);

  g_string_append_printf (line, " %s=%ss%s", label, seconds, rest);
}

/* Appends performance data: 'label'=value[unit];[warning];[critical];[least];[greatest] */
static void
append_figures (GString *line,
                const TsCheckRules *rules,
                const TsEstimate *estimate,
                gint64 round_trip_ns)
{
  g_autofree char *warning = rules->has_warning ? ts_range_to_string (&rules->warning) : g_strdup ("");
  g_autofree char *critical = rules->has_critical ? ts_range_to_string (&rules->critical) : g_strdup ("");
  g_autofree char *ranges = g_strdup_printf (";%s;%s;;", warning, critical);

  g_string_append (line, " |");
  append_figure (line, "offset", estimate->estimate_ns, ranges);
  append_figure (line, "offset_lower_bound", estimate->proven_min_ns, ";;;;");
  append_figure (line, "offset_upper_bound", estimate->proven_max_ns, ";;;;");
  append_figure (line, "round_trip", round_trip_ns, ";;;0;");
}

/**
 * ts_verdict_describe:
 * @rules: what alarms
 * @host: the host that was measured
 * @estimate: what is known about the offset
 * @round_trip_ns: the least round trip that was measured
 *
 * Returns: (transfer full): a line with performance data, in the form of the Monitoring Plugins guidelines
 */
char *
ts_verdict_describe (const TsCheckRules *rules,
                     const char *host,
                     const TsEstimate *estimate,
                     gint64 round_trip_ns)
{
  gboolean is_decided;
  TsCheckStatus status = ts_verdict_judge (rules, estimate, &is_decided);
  g_autofree char *offset = ts_quantity_format (estimate->estimate_ns, TS_QUANTITY_AUTO, TRUE);
  g_autofree char *min = ts_quantity_format (estimate->proven_min_ns, TS_QUANTITY_AUTO, TRUE);
  g_autofree char *max = ts_quantity_format (estimate->proven_max_ns, TS_QUANTITY_AUTO, TRUE);
  g_autofree char *round_trip = ts_quantity_format (round_trip_ns, TS_QUANTITY_AUTO, FALSE);
  GString *line = g_string_new (NULL);

  g_string_append_printf (line, "TIMESYNC %s: %s offset %s, certainly %s to %s, round trip %s", names[status], host,
                          offset, min, max, round_trip);
  if (!is_decided)
    {
      g_autofree char *why = describe_undecided (rules, estimate);

      g_string_append_printf (line, ", %s", why);
    }
  append_figures (line, rules, estimate, round_trip_ns);
  g_string_append_c (line, '\n');
  return g_string_free (line, FALSE);
}

/**
 * ts_verdict_unknown:
 * @host: (nullable): the host
 * @reason: why nothing is known; it may quote text from anywhere
 *
 * Returns: (transfer full): a line without performance data, and without a character that would begin them
 */
char *
ts_verdict_unknown (const char *host,
                    const char *reason)
{
  g_autofree char *line = g_strdup_printf ("TIMESYNC UNKNOWN: %s%s%s", host != NULL ? host : "",
                                           host != NULL ? ": " : "", reason);
  g_autofree char *valid = g_utf8_make_valid (line, -1);
  GString *printable = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);
      gboolean is_plain = character != '|' && !g_unichar_iscntrl (character) &&
                          g_unichar_type (character) != G_UNICODE_FORMAT;

      g_string_append_unichar (printable, is_plain ? character : ' ');
    }
  g_string_append_c (printable, '\n');
  return g_string_free (printable, FALSE);
}
