/* How a server of the list is, in a shape and in a few words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-server-state.h"

#include <glib/gi18n.h>

#include "words/ts-format.h"
#include "words/ts-limit-words.h"
#include "measure/ts-time.h"

#define NEWS_PACE_NS (TS_NS_PER_S * 3 / 4)

/* Returns: the cause in a word or two; what there is to know about it is on the server's page */
static const char *
describe_cause (const GError *error)
{
  if (g_error_matches (error, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return _("refused");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return _("no answer");
  if (error != NULL && error->domain == G_RESOLVER_ERROR)
    return _("not found");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE))
    return _("not reached");
  return _("no valid answer");
}

static void
count_recent (const TsHistory *history,
              guint *n_exchanges,
              guint *n_lost,
              gboolean *has_step)
{
  gsize length = ts_history_get_length (history);

  *n_exchanges = *n_lost = 0;
  *has_step = FALSE;
  for (gsize i = length - MIN (length, TS_SERVER_STATE_N_RECENT); i < length; i++)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i);

      *n_exchanges += entry->kind != TS_ENTRY_PAUSED;
      *n_lost += entry->kind == TS_ENTRY_LOST || entry->kind == TS_ENTRY_REFUSED;
      *has_step |= ts_clock_event_is_step (entry->event);
    }
}

static TsServerState
judge_measuring (const TsHistory *history,
                 TsSelectionVerdict verdict,
                 const char *opponent,
                 const TsLimit *limit,
                 char **words)
{
  guint n_exchanges, n_lost;
  gboolean has_step;

  count_recent (history, &n_exchanges, &n_lost, &has_step);
  /* What the user wants to be told of comes first. */
  *words = ts_limit_words_in_row (limit);
  if (*words != NULL)
    return TS_SERVER_STATE_WARNING;
  if (verdict == TS_SELECTION_FALSETICKER)
    /* Translators: of a server's clock: most other servers contradict it. */
    *words = g_strdup (_("disagrees"));
  else if (opponent != NULL)
    /* Translators: of a server's clock: it and that of another server, which is named, cannot both be right. */
    *words = g_strdup_printf (_("contradicts %s"), opponent);
  else if (has_step)
    /* Translators: somebody set a clock, this computer's or the server's. */
    *words = g_strdup (_("clock was set"));
  else if (n_lost > 0)
    {
      g_autofree char *lost = ts_format_count (n_lost);
      g_autofree char *all = ts_format_count (n_exchanges);

      /* Translators: how many of the last exchanges were lost, and how many those are. */
      *words = g_strdup_printf (_("%1$s of %2$s lost"), lost, all);
    }
  return *words != NULL ? TS_SERVER_STATE_WARNING : TS_SERVER_STATE_STEADY;
}

/**
 * ts_server_state_judge:
 * @state: what the monitor is doing
 * @error: (nullable): why its last exchange failed
 * @history: all its exchanges
 * @verdict: whether the server agrees with the others
 * @opponent: (nullable): the name of a server that contradicts this one, where nobody can say which is wrong
 * @limit: the server's, which may be off
 * @words: (out) (transfer full) (nullable): what the mark means here, in a few words; %NULL where all is well
 *
 * Returns: how the server is
 */
TsServerState
ts_server_state_judge (TsMonitorState state,
                       const GError *error,
                       const TsHistory *history,
                       TsSelectionVerdict verdict,
                       const char *opponent,
                       const TsLimit *limit,
                       char **words)
{
  *words = NULL;
  switch (state)
    {
    case TS_MONITOR_PAUSED:
      *words = g_strdup (_("paused"));
      return TS_SERVER_STATE_PAUSED;
    case TS_MONITOR_FAILING:
      *words = g_strdup (describe_cause (error));
      return TS_SERVER_STATE_FAILED;
    case TS_MONITOR_MEASURING:
      return judge_measuring (history, verdict, opponent, limit, words);
    case TS_MONITOR_STOPPED:
    case TS_MONITOR_STARTING:
    default:
      *words = g_strdup (_("measuring…"));
      return TS_SERVER_STATE_WAITING;
    }
}

/**
 * ts_server_state_is_stale:
 * @state: what a monitor is doing
 * @has_news: whether an exchange has ended since
 * @shown_ns: when what it tells was last shown, by its clock
 * @now_ns: its clock's time
 *
 * What is known grows less certain each second, and ages grow. But each time that costs a new layout of the
 * window; answers that come each second, give or take a tenth, bring the news themselves. Where they come faster
 * than one can read, not each of them is shown.
 *
 * Returns: whether to show it anew
 */
gboolean
ts_server_state_is_stale (TsMonitorState state,
                          gboolean has_news,
                          gint64 shown_ns,
                          gint64 now_ns)
{
  if (has_news && now_ns - shown_ns >= NEWS_PACE_NS)
    return TRUE;
  if (state != TS_MONITOR_MEASURING)
    return now_ns / TS_NS_PER_S != shown_ns / TS_NS_PER_S;
  return now_ns < shown_ns || now_ns - shown_ns > TS_NS_PER_S * 5 / 4;
}
