/* The state of a server of the list, as a shape and in a few words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "servers/ts-server-state.h"

#include <glib/gi18n.h>

#include "words/ts-format.h"
#include "words/ts-isolate.h"
#include "words/ts-join.h"
#include "words/ts-limit-words.h"
#include "words/ts-list-words.h"
#include "words/ts-words.h"
#include "measure/ts-time.h"

#define NEWS_PACE_NS (TS_NS_PER_S * 3 / 4)

/* Returns: the cause in a word or two; the server's page says more */
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

static gsize
find_first_recent (const TsHistory *history)
{
  gsize length = ts_history_get_length (history);

  return length - MIN (length, TS_SERVER_STATE_N_RECENT);
}

static void
count_recent (const TsHistory *history,
              guint *n_exchanges,
              guint *n_lost)
{
  *n_exchanges = *n_lost = 0;
  for (gsize i = find_first_recent (history); i < ts_history_get_length (history); i++)
    {
      TsEntryKind kind = ts_history_get (history, i)->kind;

      *n_exchanges += ts_entry_kind_is_exchange (kind);
      *n_lost += kind == TS_ENTRY_LOST || kind == TS_ENTRY_REFUSED;
    }
}

/* Returns: the latest step among the recent exchanges, or %TS_CLOCK_EVENT_NONE
 * @change_ns: (out): by how much the offset grew with it */
static TsClockEvent
find_step (const TsHistory *history,
           gint64 *change_ns)
{
  gsize after = 0; /* the latest step, until the sample before it is found */

  for (gsize i = ts_history_get_length (history); i > find_first_recent (history); i--)
    {
      const TsHistoryEntry *entry = ts_history_get (history, i - 1);

      if (after > 0 && entry->kind == TS_ENTRY_SAMPLE)
        {
          *change_ns = ts_history_get_step_ns (history, i - 1, after);
          return ts_history_get (history, after)->event;
        }
      if (after == 0 && ts_clock_event_is_step (entry->event))
        after = i - 1;
    }
  return TS_CLOCK_EVENT_NONE;
}

/**
 * ts_server_state_describe_step:
 * @history: the exchanges with a server
 *
 * Returns: (transfer full) (nullable): the latest step among the recent exchanges, as a sentence without a full stop
 */
char *
ts_server_state_describe_step (const TsHistory *history)
{
  gint64 change_ns;
  TsClockEvent event = find_step (history, &change_ns);

  return event != TS_CLOCK_EVENT_NONE ? ts_words_step (event, change_ns) : NULL;
}

/* Returns: (transfer full) (nullable): that a clock was set, in a few words */
static char *
describe_step_in_row (const TsHistory *history)
{
  gint64 change_ns;

  switch (find_step (history, &change_ns))
    {
    case TS_CLOCK_EVENT_STEP_LOCAL:
    case TS_CLOCK_EVENT_STEP_REMOTE:
      /* Translators: somebody set a clock, this computer's or the server's. */
      return g_strdup (_("clock was set"));
    case TS_CLOCK_EVENT_STEP_PROBABLE:
      /* Translators: the server's clock was probably set, but nothing proves it. */
      return g_strdup (_("probably set"));
    case TS_CLOCK_EVENT_NONE:
    case TS_CLOCK_EVENT_SUSPEND:
    default:
      return NULL;
    }
}

/* Returns: (transfer full) (nullable): how many of the recent exchanges were lost */
static char *
describe_losses (const TsHistory *history)
{
  guint n_exchanges, n_lost;
  g_autofree char *lost = NULL;
  g_autofree char *all = NULL;

  count_recent (history, &n_exchanges, &n_lost);
  if (n_lost == 0)
    return NULL;
  lost = ts_format_count (n_lost);
  all = ts_format_count (n_exchanges);
  /* Translators: how many of the last exchanges were lost, and how many those are. */
  return g_strdup_printf (_("%1$s of %2$s lost"), lost, all);
}

static void
describe_dispute (const TsServerFacts *facts,
                  char **words,
                  char **details)
{
  g_autofree char *contradiction = ts_list_words_contradiction (facts->name, facts->dispute->opponent);
  g_autofree char *gap = ts_list_words_gap (facts->dispute->gap_ns);
  g_autofree char *opponent = ts_isolate_name (facts->dispute->opponent);

  /* Translators: of a server's clock: it contradicts that of another server, which is named. There is room for about 12
   * letters. */
  *words = g_strdup_printf (_("vs %s"), opponent);
  *details = ts_join_statements (contradiction, gap);
}

/* What the user asked to be warned of comes first, and what is only unusual last. */
static void
describe_measuring (const TsServerFacts *facts,
                    char **words,
                    char **details)
{
  if ((*words = ts_limit_words_in_row (facts->limit)) != NULL)
    *details = ts_limit_words_state (facts->limit, FALSE);
  else if (facts->dispute != NULL)
    describe_dispute (facts, words, details);
  else if ((*words = describe_step_in_row (facts->history)) != NULL)
    *details = ts_server_state_describe_step (facts->history);
  else if (facts->trend == TS_VERDICT_SLEWED)
    {
      /* Translators: of a server's clock: something makes it run faster or slower to correct it. */
      *words = g_strdup (_("being slewed"));
      *details = g_strdup (_("The server’s clock is being slewed"));
    }
  else
    *words = describe_losses (facts->history);
}

/**
 * ts_server_state_judge:
 * @facts: what is known of the server
 * @words: (out) (transfer full) (nullable): what the state means here, in a few words; %NULL if all is well
 * @details: (out) (transfer full) (nullable): the same in a sentence; %NULL if @words are enough
 *
 * Returns: the state of the server
 */
TsServerState
ts_server_state_judge (const TsServerFacts *facts,
                       char **words,
                       char **details)
{
  *words = *details = NULL;
  switch (facts->state)
    {
    case TS_MONITOR_PAUSED:
      *words = g_strdup (_("paused"));
      return TS_SERVER_STATE_PAUSED;
    case TS_MONITOR_FAILING:
      if (facts->is_offline)
        {
          /* Translators: in a few letters: this computer is not connected to a network. */
          *words = g_strdup (_("offline"));
          *details = g_strdup (_("This computer is not connected to a network"));
          return TS_SERVER_STATE_OFFLINE;
        }
      *words = g_strdup (describe_cause (facts->error));
      return TS_SERVER_STATE_FAILED;
    case TS_MONITOR_MEASURING:
      describe_measuring (facts, words, details);
      return *words != NULL ? TS_SERVER_STATE_WARNING : TS_SERVER_STATE_STEADY;
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
 * @has_news: whether an exchange has ended since then
 * @shown_ns: when a widget last showed it, by its clock
 * @now_ns: its clock's time
 *
 * Ages and uncertainty grow each second, but showing them costs a new layout of the window. So while answers come each
 * second, give or take a tenth, only they bring an update. If they come faster than one can read, not each of them does.
 *
 * Returns: whether to update the widget
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
