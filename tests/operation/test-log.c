/* Tests of ts-log: that messages are no flood, and what they say.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "report/ts-clock-report.h"
#include "report/ts-log.h"

#include "measure/ts-time.h"
#include "test-cases.h"

#define PERIOD_NS (10 * TS_NS_PER_S)

static void
test_limit (void)
{
  TsLogLimit limit = { .n_max = 2, .period_ns = PERIOD_NS };
  gint64 begin_ns = 5 * TS_NS_PER_S;
  guint n_withheld = 99;

  g_assert_true (ts_log_limit_admit (&limit, begin_ns, &n_withheld));
  g_assert_cmpuint (n_withheld, ==, 0);
  g_assert_true (ts_log_limit_admit (&limit, begin_ns + 1, &n_withheld));
  g_assert_cmpuint (n_withheld, ==, 0);
  for (guint i = 0; i < 1000; i++)
    g_assert_false (ts_log_limit_admit (&limit, begin_ns + PERIOD_NS - 1, &n_withheld));

  /* The next period tells how many there were. */
  g_assert_true (ts_log_limit_admit (&limit, begin_ns + PERIOD_NS, &n_withheld));
  g_assert_cmpuint (n_withheld, ==, 1000);
  g_assert_true (ts_log_limit_admit (&limit, begin_ns + 2 * PERIOD_NS - 1, &n_withheld));
  g_assert_cmpuint (n_withheld, ==, 0);
  g_assert_false (ts_log_limit_admit (&limit, begin_ns + 2 * PERIOD_NS - 1, &n_withheld));
}

static void
test_limit_after_silence (void)
{
  TsLogLimit limit = { .n_max = 1, .period_ns = PERIOD_NS };
  guint n_withheld;

  g_assert_true (ts_log_limit_admit (&limit, 0, &n_withheld));
  /* A period begins with its first message and not when the one before has ended. */
  g_assert_true (ts_log_limit_admit (&limit, 25 * TS_NS_PER_S, &n_withheld));
  g_assert_false (ts_log_limit_admit (&limit, 34 * TS_NS_PER_S, &n_withheld));
  g_assert_true (ts_log_limit_admit (&limit, 35 * TS_NS_PER_S, &n_withheld));
  g_assert_cmpuint (n_withheld, ==, 1);
}

/* However fast they come, there are never more than two periods' worth in any one period. */
static void
test_limit_at_random (void)
{
  TsLogLimit limit = { .n_max = 3, .period_ns = PERIOD_NS };
  guint n_said = 0, n_withheld_sum = 0, n_asked = 0;
  gint64 now_ns = 0;

  while (now_ns < 1000 * PERIOD_NS)
    {
      guint n_withheld;

      now_ns += g_test_rand_int_range (0, G_MAXINT32);
      n_asked++;
      if (ts_log_limit_admit (&limit, now_ns, &n_withheld))
        {
          n_said++;
          n_withheld_sum += n_withheld;
        }
    }
  g_assert_cmpuint (n_said, <=, 3 * 1001);
  g_assert_cmpuint (n_said + n_withheld_sum + limit.n_withheld, ==, n_asked);
}

static void
test_refusals (void)
{
  TsCounters before = { .counts = { [TS_COUNT_REFUSED_REQUESTS] = 5, [TS_COUNT_MALFORMED] = 1 } };
  TsCounters now = before;
  g_autofree char *nothing = NULL;
  g_autofree char *one = NULL;
  g_autofree char *all = NULL;

  /* What was served is no refusal, and neither is the end of the server. */
  now.counts[TS_COUNT_CONNECTIONS] = 7;
  now.counts[TS_COUNT_REQUESTS_TLS] = 7;
  now.counts[TS_COUNT_REFUSED_SHUTDOWN] = 7;
  nothing = ts_log_describe_refusals (&before, &now);
  g_assert_null (nothing);

  now.counts[TS_COUNT_REFUSED_REQUESTS] = 8;
  one = ts_log_describe_refusals (&before, &now);
  g_assert_cmpstr (one, ==, "refused: 3 × too many requests");

  now.counts[TS_COUNT_REFUSED_CONNECTIONS] = 1;
  now.counts[TS_COUNT_REFUSED_VERSION] = 2;
  now.counts[TS_COUNT_MALFORMED] = 5000000000;
  now.counts[TS_COUNT_FAILED_HANDSHAKES] = 3;
  all = ts_log_describe_refusals (&before, &now);
  g_assert_cmpstr (all, ==,
                   "refused: 1 × too many connections from one address, 3 × too many requests, "
                   "2 × an unsupported version of the protocol, 4999999999 × bytes that are not a request, "
                   "3 × a failed TLS handshake");
}

static void
test_event (void)
{
  if (g_test_subprocess ())
    {
      ts_log_install ("ts-server");
      ts_log_event (G_LOG_LEVEL_WARNING, "one", NULL, "what went wrong");
      ts_log_event (G_LOG_LEVEL_MESSAGE, "two", "192.0.2.1", "100 % right");
      ts_log_failure ("clear \033[2J\u202e\ufeff");
      ts_log_event (G_LOG_LEVEL_INFO, "three", NULL, "for the journal");
      ts_log_event (G_LOG_LEVEL_DEBUG, "four", NULL, "for developers");
      return;
    }
  /* Though warnings are fatal in tests: these are no mistakes of ours. */
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("ts-server: what went wrong\nts-server: 100 % right (192.0.2.1)\n"
                             "ts-server: clear <U+001B>[2J<U+202E><U+FEFF>\n");
}

/* A quoted file does not fill the terminal. */
static void
test_long (void)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autofree char *clean = ts_log_clean (text);

  g_assert_cmpint (g_utf8_strlen (clean, -1), <=, 1001);
  g_assert_true (g_str_has_suffix (clean, "x…"));
}

static const TsClockQuality synchronized_quality = { .is_synchronized = TRUE }, free_quality = { 0 };

static const struct
{
  const char *name;
  guint generation; /* 7 before */
  gboolean was_synchronized;
  const TsClockQuality *quality;
  const char *said;
} clocks[] = {
  { "as-it-was", 7, TRUE, &synchronized_quality, "" },
  { "free-as-it-was", 7, FALSE, &free_quality, "" },
  { "lost", 7, TRUE, &free_quality, "ts-server: the clock is no longer synchronized\n" },
  { "found", 7, FALSE, &synchronized_quality, "ts-server: the clock is synchronized now\n" },
  { "stepped", 8, TRUE, &synchronized_quality, "ts-server: the clock was stepped\n" },
  { "stepped-and-lost", 9, TRUE, &free_quality,
    "ts-server: the clock was stepped\nts-server: the clock is no longer synchronized\n" },
};

/* Each change is told once. */
static void
test_clock (gconstpointer row)
{
  gsize i = GPOINTER_TO_SIZE (row);
  TsClockReport report = { 7, clocks[i].was_synchronized };

  if (g_test_subprocess ())
    {
      ts_log_install ("ts-server");
      ts_clock_report_update (&report, clocks[i].generation, clocks[i].quality);
      ts_clock_report_update (&report, clocks[i].generation, clocks[i].quality);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr (clocks[i].said);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/limit", test_limit);
  g_test_add_func ("/log/limit/after-silence", test_limit_after_silence);
  g_test_add_func ("/log/limit/at-random", test_limit_at_random);
  g_test_add_func ("/log/refusals", test_refusals);
  g_test_add_func ("/log/event", test_event);
  g_test_add_func ("/log/long", test_long);
  ADD_CASES ("/log/clock/", clocks, test_clock);
  return g_test_run ();
}
