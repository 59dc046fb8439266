/* What the list of servers says of all of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-list-words.h"

#include <glib/gi18n.h>

#include "words/ts-format.h"
#include "words/ts-isolate.h"
#include "words/ts-join.h"

static char *
describe_disagreement (guint n_disagreeing,
                       guint n_servers)
{
  g_autofree char *disagreeing = ts_format_count (n_disagreeing);
  g_autofree char *all = ts_format_count (n_servers);

  /* Translators: how many servers contradict the others, and how many there are: “1 of 3 disagrees”. */
  return g_strdup_printf (ngettext ("%1$s of %2$s disagrees", "%1$s of %2$s disagree", n_disagreeing), disagreeing,
                          all);
}

/* Returns: (transfer full): the count of each state that any server is in */
static char *
describe_many (const TsListCounts *counts)
{
  const guint n[] = { counts->n_steady,  counts->n_disagreeing, counts->n_unusual, counts->n_failing,
                      counts->n_offline, counts->n_waiting,     counts->n_paused };
  g_autofree char *steady = ts_format_count (n[0]);
  g_autofree char *disagreeing = ts_format_count (n[1]);
  g_autofree char *unusual = ts_format_count (n[2]);
  g_autofree char *failing = ts_format_count (n[3]);
  g_autofree char *offline = ts_format_count (n[4]);
  g_autofree char *waiting = ts_format_count (n[5]);
  g_autofree char *paused = ts_format_count (n[6]);
  char *const texts[] = {
    /* Translators: here and below: so many servers of the list. */
    g_strdup_printf (ngettext ("%s steady", "%s steady", n[0]), steady),
    g_strdup_printf (ngettext ("%s disagrees", "%s disagree", n[1]), disagreeing),
    g_strdup_printf (ngettext ("%s with a warning", "%s with a warning", n[2]), unusual),
    g_strdup_printf (ngettext ("%s without an answer", "%s without an answer", n[3]), failing),
    g_strdup_printf (ngettext ("%s offline", "%s offline", n[4]), offline),
    g_strdup_printf (ngettext ("%s starting", "%s starting", n[5]), waiting),
    g_strdup_printf (ngettext ("%s paused", "%s paused", n[6]), paused),
  };
  const char *parts[G_N_ELEMENTS (n)];
  char *summary;

  for (gsize i = 0; i < G_N_ELEMENTS (n); i++)
    parts[i] = n[i] > 0 ? texts[i] : NULL;
  summary = ts_join_list (parts, G_N_ELEMENTS (parts));
  for (gsize i = 0; i < G_N_ELEMENTS (n); i++)
    g_free (texts[i]);
  return summary;
}

/**
 * ts_list_words_summary:
 * @counts: how many servers are in which state
 *
 * Returns: (transfer full): what to say above a list of them: how many disagree, or, if there are many, how many are in
 *   which state; empty if the rows say it well enough
 */
char *
ts_list_words_summary (const TsListCounts *counts)
{
  guint n_servers = counts->n_steady + counts->n_disagreeing + counts->n_unusual + counts->n_failing +
                    counts->n_offline + counts->n_waiting + counts->n_paused;

  if (n_servers >= TS_LIST_WORDS_MANY)
    return describe_many (counts);
  return counts->n_disagreeing > 0 ? describe_disagreement (counts->n_disagreeing, n_servers) : g_strdup ("");
}

/**
 * ts_list_words_contradiction:
 * @one: the name of a server
 * @other: the name of another one
 *
 * Returns: (transfer full): that they contradict each other, as a sentence without a full stop
 */
char *
ts_list_words_contradiction (const char *one,
                             const char *other)
{
  g_autofree char *first = ts_isolate_name (one);
  g_autofree char *second = ts_isolate_name (other);

  /* Translators: the names of two servers whose clocks differ. */
  return g_strdup_printf (_("%1$s and %2$s cannot both be right"), first, second);
}

/**
 * ts_list_words_gap:
 * @gap_ns: how far two clocks are apart at least
 *
 * Returns: (transfer full): that, as a sentence; rounded down, so that it stays true
 */
char *
ts_list_words_gap (gint64 gap_ns)
{
  TsUnit unit = ts_unit_for (gap_ns);
  int decimals = MAX (ts_format_decimals (gap_ns, unit), 0);
  g_autofree char *number = ts_format_number (gap_ns, unit, decimals, TS_ROUND_DOWN, FALSE);
  g_autofree char *amount = ts_isolate_amount (number, ts_unit_get_symbol (unit));

  /* Translators: of two clocks: an amount of time. */
  return g_strdup_printf (_("They are at least %s apart."), amount);
}
