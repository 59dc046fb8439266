/* What is said of a recorded day.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-day-words.h"

#include <glib/gi18n.h>

#include "measure/ts-time.h"
#include "words/ts-format.h"
#include "words/ts-zone.h"

/**
 * ts_day_words_date:
 * @day: a day
 *
 * Returns: (transfer full): "Tuesday, 24 March 2026"
 */
char *
ts_day_words_date (const TsPastDay *day)
{
  g_autoptr (GDateTime) time = ts_zone_new_date_time (day->begin_ns / TS_NS_PER_S);

  /* Translators: a day and its date, a g_date_time_format() pattern: "Tuesday, 24 March 2026" */
  return time != NULL ? g_date_time_format (time, C_ ("date", "%A, %-d %B %Y")) : g_strdup (TS_UNKNOWN_TEXT);
}

/**
 * ts_day_words_counts:
 * @day: a day
 *
 * Returns: (transfer full): "1,440 samples, 3 failed, 1 step"
 */
char *
ts_day_words_counts (const TsPastDay *day)
{
  g_autofree char *n_samples = ts_format_count ((guint64) day->n_samples);
  g_autofree char *n_failed = ts_format_count ((guint64) day->n_failed);
  g_autofree char *n_steps = ts_format_count ((guint64) day->n_steps);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, ngettext ("%s sample", "%s samples", (gulong) day->n_samples), n_samples);
  if (day->n_failed > 0)
    /* Translators: after how many samples there are of a day: how many exchanges failed */
    g_string_append_printf (text, ngettext (", %s failed", ", %s failed", (gulong) day->n_failed), n_failed);
  if (day->n_steps > 0)
    /* Translators: after how many samples there are of a day: how often a clock was set */
    g_string_append_printf (text, ngettext (", %s step", ", %s steps", (gulong) day->n_steps), n_steps);
  return g_string_free (text, FALSE);
}

/**
 * ts_day_words_worst:
 * @day: a day
 *
 * Returns: (transfer full): how far apart the clocks certainly were at worst, rounded towards 0 so that it stays certain;
 *   %TS_UNKNOWN_TEXT if they may have been the same throughout
 */
char *
ts_day_words_worst (const TsPastDay *day)
{
  gint64 worst_ns = day->worst_ns;
  TsUnit unit = ts_unit_for (ABS (worst_ns));
  g_autofree char *number = ts_format_number (worst_ns, unit, ts_format_decimals (ABS (worst_ns), unit),
                                              worst_ns > 0 ? TS_ROUND_DOWN : TS_ROUND_UP, TRUE);

  return worst_ns != 0 ? ts_isolate_amount (number, ts_unit_get_symbol (unit)) : g_strdup (TS_UNKNOWN_TEXT);
}
