/* Tests of how a server of the list is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-format.h"
#include "servers/ts-server-state.h"
#include "measure/ts-time.h"

#include "test-cases.h"
#include "test-samples.h"

#define MS TS_NS_PER_MS

/* A letter for each exchange: a sample, a step and a sample, lost, refused, a pause. */
static TsHistory *
create_history (const char *exchanges)
{
  TsHistory *history = ts_history_new (1000);
  gint64 offset_ns = 0;

  for (gint64 i = 0; exchanges[i] != '\0'; i++)
    switch (exchanges[i])
      {
      case 'l':
        ts_history_add_gap (history, TS_ENTRY_LOST, (i + 1) * TS_NS_PER_S);
        break;
      case 'r':
        ts_history_add_gap (history, TS_ENTRY_REFUSED, (i + 1) * TS_NS_PER_S);
        break;
      case 'p':
        ts_history_add_gap (history, TS_ENTRY_PAUSED, (i + 1) * TS_NS_PER_S);
        break;
      default:
        offset_ns += exchanges[i] == '/' ? 100 * MS : 0;
        add_sample (history, (i + 1) * TS_NS_PER_S, offset_ns, MS);
      }
  return history;
}

#define SIXTY_SAMPLES "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss"

static void
test_measuring (void)
{
  const struct
  {
    const char *exchanges;
    TsSelectionVerdict verdict;
    TsServerState mark;
    const char *words;
    const char *opponent;
  } cases[] = {
    { "s", TS_SELECTION_AGREES, TS_SERVER_STATE_STEADY, NULL },
    { "s", TS_SELECTION_UNDECIDED, TS_SERVER_STATE_STEADY, NULL },
    { "s", TS_SELECTION_FALSETICKER, TS_SERVER_STATE_WARNING, "disagrees" },
    { "s", TS_SELECTION_UNDECIDED, TS_SERVER_STATE_WARNING, "contradicts Lab", "Lab" },
    { "sslrs", TS_SELECTION_AGREES, TS_SERVER_STATE_WARNING, "2 of 5 lost" },
    { "ssps", TS_SELECTION_AGREES, TS_SERVER_STATE_STEADY, NULL },
    { "spls", TS_SELECTION_AGREES, TS_SERVER_STATE_WARNING, "1 of 3 lost" },
    { "ss/ls", TS_SELECTION_AGREES, TS_SERVER_STATE_WARNING, "clock was set" },
    { "l/" SIXTY_SAMPLES, TS_SELECTION_AGREES, TS_SERVER_STATE_STEADY, NULL },
    { "sl" SIXTY_SAMPLES, TS_SELECTION_AGREES, TS_SERVER_STATE_STEADY, NULL },
    { "l" SIXTY_SAMPLES "l", TS_SELECTION_AGREES, TS_SERVER_STATE_WARNING, "1 of 60 lost" },
  };

  const TsLimit limit = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TsHistory) history = create_history (cases[i].exchanges);
      g_autofree char *words = NULL;

      g_assert_cmpint (ts_server_state_judge (TS_MONITOR_MEASURING, NULL, history, cases[i].verdict,
                                              cases[i].opponent, &limit, &words), ==, cases[i].mark);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

/* The limit is 50 ms; whether it is crossed was found before. */
static void
test_limit (void)
{
  const struct
  {
    TsMonitorState state;
    TsLimitVerdict verdict;
    TsServerState mark;
    const char *words;
  } cases[] = {
    { TS_MONITOR_MEASURING, TS_LIMIT_OUTSIDE, TS_SERVER_STATE_WARNING, "over 50" TS_NARROW_SPACE "ms" },
    { TS_MONITOR_MEASURING, TS_LIMIT_OPEN, TS_SERVER_STATE_WARNING, "disagrees" },
    { TS_MONITOR_MEASURING, TS_LIMIT_INSIDE, TS_SERVER_STATE_WARNING, "disagrees" },
    { TS_MONITOR_PAUSED, TS_LIMIT_OUTSIDE, TS_SERVER_STATE_PAUSED, "paused" },
    { TS_MONITOR_STARTING, TS_LIMIT_OUTSIDE, TS_SERVER_STATE_WAITING, "measuring…" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TsHistory) history = create_history ("ss/ls");
      const TsLimit limit = { .limit_ns = 50 * MS, .verdict = cases[i].verdict };
      g_autofree char *words = NULL;

      g_assert_cmpint (ts_server_state_judge (cases[i].state, NULL, history, TS_SELECTION_FALSETICKER, NULL, &limit,
                                              &words), ==, cases[i].mark);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
test_others (void)
{
  const struct
  {
    TsMonitorState state;
    GQuark domain;
    int code;
    TsServerState mark;
    const char *words;
  } cases[] = {
    { TS_MONITOR_STARTING, 0, 0, TS_SERVER_STATE_WAITING, "measuring…" },
    { TS_MONITOR_PAUSED, 0, 0, TS_SERVER_STATE_PAUSED, "paused" },
    { TS_MONITOR_FAILING, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, TS_SERVER_STATE_FAILED, "refused" },
    { TS_MONITOR_FAILING, TS_PROBE_ERROR, TS_PROBE_ERROR_REFUSED, TS_SERVER_STATE_FAILED, "refused" },
    { TS_MONITOR_FAILING, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, TS_SERVER_STATE_FAILED, "no answer" },
    { TS_MONITOR_FAILING, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, TS_SERVER_STATE_FAILED, "not found" },
    { TS_MONITOR_FAILING, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, TS_SERVER_STATE_FAILED, "not reached" },
    { TS_MONITOR_FAILING, TS_PROBE_ERROR, TS_PROBE_ERROR_MALFORMED, TS_SERVER_STATE_FAILED, "no valid answer" },
  };

  const TsLimit limit = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TsHistory) history = create_history ("sl");
      g_autoptr (GError) error = cases[i].domain != 0 ? g_error_new (cases[i].domain, cases[i].code, "why") : NULL;
      g_autofree char *words = NULL;

      g_assert_cmpint (ts_server_state_judge (cases[i].state, error, history, TS_SELECTION_AGREES, NULL, &limit,
                                              &words), ==, cases[i].mark);
      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static const struct
{
  const char *name;
  TsMonitorState state;
  gboolean has_news;
  gint64 shown_ns;
  gint64 now_ns;
  gboolean is_stale;
} ages[] = {
  { "just-shown", TS_MONITOR_MEASURING, FALSE, 9000 * MS, 9000 * MS, FALSE },
  { "an-answer-is-due", TS_MONITOR_MEASURING, FALSE, 9900 * MS, 11100 * MS, FALSE },
  { "an-answer-is-late", TS_MONITOR_MEASURING, FALSE, 9900 * MS, 11160 * MS, TRUE },
  { "our-clock-was-set-back", TS_MONITOR_MEASURING, FALSE, 9900 * MS, 100 * MS, TRUE },
  { "failing-in-the-same-second", TS_MONITOR_FAILING, FALSE, 9000 * MS, 9999 * MS, FALSE },
  { "failing-in-the-next-second", TS_MONITOR_FAILING, FALSE, 9999 * MS, 10000 * MS, TRUE },
  { "paused", TS_MONITOR_PAUSED, FALSE, 9999 * MS, 10000 * MS, TRUE },
  { "news-soon-after-others", TS_MONITOR_MEASURING, TRUE, 9900 * MS, 10649 * MS, FALSE },
  { "news", TS_MONITOR_MEASURING, TRUE, 9900 * MS, 10650 * MS, TRUE },
  { "news-of-failures", TS_MONITOR_FAILING, TRUE, 9100 * MS, 9850 * MS, TRUE },
};

static void
test_is_stale (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_assert_cmpint (ts_server_state_is_stale (ages[i].state, ages[i].has_news, ages[i].shown_ns, ages[i].now_ns), ==,
                   ages[i].is_stale);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-state/measuring", test_measuring);
  g_test_add_func ("/server-state/limit", test_limit);
  g_test_add_func ("/server-state/others", test_others);
  ADD_CASES ("/server-state/is-stale/", ages, test_is_stale);
  return g_test_run ();
}
