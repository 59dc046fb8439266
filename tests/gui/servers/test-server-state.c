/* Tests of the state of a server of the list.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-format.h"
#include "servers/ts-server-state.h"
#include "measure/ts-time.h"

#include "test-cases.h"
#include "test-samples.h"

#define MS TS_NS_PER_MS

/* A letter for each exchange: s a sample, / a step of the server's clock by 100 ms and a sample, ? the same but only
 * probable, and by 30 ms, l lost, r refused, p a pause, o no network. */
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
      case 'o':
        ts_history_add_gap (history, TS_ENTRY_OFFLINE, (i + 1) * TS_NS_PER_S);
        break;
      case '?':
        offset_ns += 30 * MS;
        add_sample_after (history, (i + 1) * TS_NS_PER_S, offset_ns, MS, TS_CLOCK_EVENT_STEP_PROBABLE);
        break;
      default:
        offset_ns += exchanges[i] == '/' ? 100 * MS : 0;
        add_sample (history, (i + 1) * TS_NS_PER_S, offset_ns, MS);
      }
  return history;
}

#define SIXTY_SAMPLES "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss"

static void
assert_state (const TsServerFacts *facts,
              TsServerState expected,
              const char *expected_words,
              const char *expected_details)
{
  g_autofree char *words = NULL;
  g_autofree char *details = NULL;

  g_assert_cmpint (ts_server_state_judge (facts, &words, &details), ==, expected);
  g_assert_cmpstr (words, ==, expected_words);
  g_assert_cmpstr (details, ==, expected_details);
}

static void
test_measuring (void)
{
  static const char proven[] = "The server’s clock was set, by 100" TS_THIN_SPACE "ms";
  static const char probable[] = "The server’s clock was probably set, by about 30" TS_THIN_SPACE "ms";
  static const char contradicted[] =
    "Here and Lab cannot both be right. They are at least 10" TS_THIN_SPACE "ms apart.";
  const TsServerDispute dispute = { .opponent = "Lab", .gap_ns = 10 * MS + 999 };
  static const char slewed[] = "The server’s clock is being slewed";
  const struct
  {
    const char *exchanges;
    TsServerState state;
    const char *words;
    const char *details;
    const TsServerDispute *dispute;
    TsVerdict trend;
  } cases[] = {
    { "s", TS_SERVER_STATE_STEADY, NULL },
    { "s", TS_SERVER_STATE_WARNING, "vs Lab", contradicted, &dispute },
    { "sl", TS_SERVER_STATE_WARNING, "vs Lab", contradicted, &dispute },
    { "sslrs", TS_SERVER_STATE_WARNING, "2 of 5 lost" },
    { "ssps", TS_SERVER_STATE_STEADY, NULL },
    { "ssoos", TS_SERVER_STATE_STEADY, NULL },
    { "spls", TS_SERVER_STATE_WARNING, "1 of 3 lost" },
    { "ss/ls", TS_SERVER_STATE_WARNING, "clock was set", proven },
    { "ssl?ls", TS_SERVER_STATE_WARNING, "probably set", probable },
    /* The latest counts. */
    { "ss?s/s", TS_SERVER_STATE_WARNING, "clock was set", proven },
    { "ss/s?s", TS_SERVER_STATE_WARNING, "probably set", probable },
    { "s", TS_SERVER_STATE_WARNING, "being slewed", slewed, NULL, TS_VERDICT_SLEWED },
    { "sl", TS_SERVER_STATE_WARNING, "being slewed", slewed, NULL, TS_VERDICT_SLEWED },
    { "l/" SIXTY_SAMPLES, TS_SERVER_STATE_STEADY, NULL },
    { "sl" SIXTY_SAMPLES, TS_SERVER_STATE_STEADY, NULL },
    { "l" SIXTY_SAMPLES "l", TS_SERVER_STATE_WARNING, "1 of 60 lost" },
  };
  const TsLimit limit = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TsHistory) history = create_history (cases[i].exchanges);
      const TsServerFacts facts = {
        .state = TS_MONITOR_MEASURING,
        .history = history,
        .trend = cases[i].trend,
        .name = "Here",
        .dispute = cases[i].dispute,
        .limit = &limit,
      };

      assert_state (&facts, cases[i].state, cases[i].words, cases[i].details);
    }
}

/* This computer's own clock; and what a history begins with is no step, because nothing was before it. */
static void
test_step (void)
{
  g_autoptr (TsHistory) history = ts_history_new (10);
  g_autofree char *local = NULL;
  g_autofree char *late = NULL;

  g_assert_null (ts_server_state_describe_step (history));
  add_sample_after (history, TS_NS_PER_S, 5 * MS, MS, TS_CLOCK_EVENT_STEP_PROBABLE);
  g_assert_null (ts_server_state_describe_step (history));
  add_sample_after (history, 2 * TS_NS_PER_S, -55 * MS, MS, TS_CLOCK_EVENT_STEP_LOCAL);
  local = ts_server_state_describe_step (history);
  g_assert_cmpstr (local, ==, "This computer’s clock was set, by 60" TS_THIN_SPACE "ms");
  /* The estimate before is already that of the clock as it was set. */
  add_sample_after (history, 3 * TS_NS_PER_S, -54 * MS, MS, TS_CLOCK_EVENT_STEP_PROBABLE);
  ts_history_note_step (history, -8 * MS);
  late = ts_server_state_describe_step (history);
  g_assert_cmpstr (late, ==, "The server’s clock was probably set, by about 8.0" TS_THIN_SPACE "ms");
}

/* The limit is 50 ms; whether it is crossed was found before. */
static void
test_limit (void)
{
  static const char contradicted[] =
    "Here and Lab cannot both be right. They are at least 1.0" TS_THIN_SPACE "ms apart.";
  const TsServerDispute dispute = { .opponent = "Lab", .gap_ns = MS };
  const struct
  {
    TsMonitorState monitor_state;
    TsLimitVerdict verdict;
    TsServerState state;
    const char *words;
    const char *details;
  } cases[] = {
    { TS_MONITOR_MEASURING, TS_LIMIT_OUTSIDE, TS_SERVER_STATE_WARNING, "over 50" TS_THIN_SPACE "ms",
      "Outside its limit of 50" TS_THIN_SPACE "ms" },
    { TS_MONITOR_MEASURING, TS_LIMIT_OPEN, TS_SERVER_STATE_WARNING, "vs Lab", contradicted },
    { TS_MONITOR_MEASURING, TS_LIMIT_INSIDE, TS_SERVER_STATE_WARNING, "vs Lab", contradicted },
    { TS_MONITOR_PAUSED, TS_LIMIT_OUTSIDE, TS_SERVER_STATE_PAUSED, "paused" },
    { TS_MONITOR_STARTING, TS_LIMIT_OUTSIDE, TS_SERVER_STATE_WAITING, "measuring…" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TsHistory) history = create_history ("ss/ls");
      const TsLimit limit = { .limit_ns = 50 * MS, .verdict = cases[i].verdict };
      const TsServerFacts facts = {
        .state = cases[i].monitor_state,
        .history = history,
        .name = "Here",
        .dispute = &dispute,
        .limit = &limit,
      };

      assert_state (&facts, cases[i].state, cases[i].words, cases[i].details);
    }
}

static void
test_others (void)
{
  const struct
  {
    TsMonitorState monitor_state;
    GQuark domain;
    int code;
    TsServerState state;
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
      const TsServerFacts facts = {
        .state = cases[i].monitor_state,
        .error = error,
        .history = history,
        .limit = &limit,
      };

      assert_state (&facts, cases[i].state, cases[i].words, NULL);
    }
}

/* That is no fault of the server's. */
static void
test_offline (void)
{
  g_autoptr (TsHistory) history = create_history ("slo");
  const TsServerFacts facts = { .state = TS_MONITOR_FAILING, .is_offline = TRUE, .history = history };

  assert_state (&facts, TS_SERVER_STATE_OFFLINE, "offline", "This computer is not connected to a network");
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
  g_test_add_func ("/server-state/step", test_step);
  g_test_add_func ("/server-state/limit", test_limit);
  g_test_add_func ("/server-state/others", test_others);
  g_test_add_func ("/server-state/offline", test_offline);
  ADD_CASES ("/server-state/is-stale/", ages, test_is_stale);
  return g_test_run ();
}
