/* Tests of ts-verdict: what a monitoring check says of a measurement.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "check/ts-verdict.h"
#include "measure/ts-time.h"

#include "test-cases.h"

#define MS TS_NS_PER_MS

static const struct
{
  const char *name;
  const char *warning;
  const char *critical;
  TsCheckStatus undecided;
  int min_ms;
  int max_ms;
  TsCheckStatus status;
  gboolean is_decided;
} verdicts[] = {
  { "no-ranges", NULL, NULL, TS_CHECK_OK, -900, 900, TS_CHECK_OK, TRUE },
  { "ok", "10ms", "20ms", TS_CHECK_OK, 1, 9, TS_CHECK_OK, TRUE },
  { "warning", "10ms", "20ms", TS_CHECK_OK, 11, 19, TS_CHECK_WARNING, TRUE },
  { "critical", "10ms", "20ms", TS_CHECK_OK, 21, 29, TS_CHECK_CRITICAL, TRUE },
  { "critical-behind", "10ms", "20ms", TS_CHECK_OK, -29, -21, TS_CHECK_CRITICAL, TRUE },
  { "critical-alone", NULL, "20ms", TS_CHECK_OK, 21, 29, TS_CHECK_CRITICAL, TRUE },
  { "critical-before-an-undecided-warning", "~:25ms", "20ms", TS_CHECK_OK, 21, 29, TS_CHECK_CRITICAL, TRUE },
  { "undecided-ok", "10ms", "20ms", TS_CHECK_OK, 9, 11, TS_CHECK_OK, FALSE },
  { "undecided-warning", "10ms", "20ms", TS_CHECK_WARNING, 9, 11, TS_CHECK_WARNING, FALSE },
  { "undecided-unknown", "10ms", "20ms", TS_CHECK_UNKNOWN, 9, 11, TS_CHECK_UNKNOWN, FALSE },
  { "certain-warning-goes-before-undecided", "10ms", "20ms", TS_CHECK_UNKNOWN, 19, 21, TS_CHECK_WARNING, FALSE },
  { "all-undecided", "10ms", "20ms", TS_CHECK_OK, 9, 21, TS_CHECK_OK, FALSE },
};

static TsCheckRules
make_rules (const char *warning,
            const char *critical,
            TsCheckStatus undecided)
{
  TsCheckRules rules = { .has_warning = warning != NULL, .has_critical = critical != NULL, .undecided = undecided };

  g_assert_true (warning == NULL || ts_range_parse (&rules.warning, warning, NULL));
  g_assert_true (critical == NULL || ts_range_parse (&rules.critical, critical, NULL));
  return rules;
}

static void
test_judge (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TsCheckRules rules = make_rules (verdicts[i].warning, verdicts[i].critical, verdicts[i].undecided);
  TsEstimate estimate = { .proven_min_ns = verdicts[i].min_ms * MS, .proven_max_ns = verdicts[i].max_ms * MS };
  gboolean is_decided;

  g_assert_cmpint (ts_verdict_judge (&rules, &estimate, &is_decided), ==, verdicts[i].status);
  g_assert_cmpint (is_decided, ==, verdicts[i].is_decided);
}

static void
test_line (void)
{
  TsCheckRules rules = make_rules ("10ms", "@~:-1", TS_CHECK_OK);
  TsEstimate estimate = { .estimate_ns = -2 * MS - 1, .proven_min_ns = -4 * MS, .proven_max_ns = 1 };
  g_autofree char *line = ts_verdict_describe (&rules, "ntp://a", &estimate, 5 * MS);

  g_assert_cmpstr (line, ==,
                   "TIMESYNC OK: ntp://a offset -2.000 ms, certainly -4.000 ms to +1 ns, round trip 5.000 ms"
                   " | offset=-0.002000001s;-0.010000000:0.010000000;@~:-1.000000000;;"
                   " offset_lower_bound=-0.004000000s;;;; offset_upper_bound=0.000000001s;;;;"
                   " round_trip=0.005000000s;;;0;\n");
}

static const struct
{
  const char *name;
  const char *warning;
  int estimate_ms;
  const char *says;
} undecided[] = {
  { "below", "10ms", 8, "round trip 5.000 ms, undecided, a round trip below 4.000 ms would decide |" },
  { "above", "10ms", 11, "round trip 5.000 ms, undecided, a round trip below 2.000 ms would decide |" },
  { "at", "10ms", 10, "round trip 5.000 ms, undecided, because the estimate is at the threshold |" },
};

/* The nearer threshold of those that are undecided decides. */
static void
test_undecided (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TsCheckRules rules = make_rules (undecided[i].warning, "~:20ms", TS_CHECK_OK);
  TsEstimate estimate = { .estimate_ns = undecided[i].estimate_ms * MS, .proven_min_ns = 7 * MS, .proven_max_ns = 12 * MS };
  g_autofree char *line = ts_verdict_describe (&rules, "a", &estimate, 5 * MS);

  g_assert_nonnull (strstr (line, undecided[i].says));
}

static void
test_unknown (void)
{
  g_autofree char *line = ts_verdict_unknown (NULL, "a|b=1s\n\x1b[2J\xff");
  g_autofree char *named = ts_verdict_unknown ("host", "no");

  g_assert_cmpstr (line, ==, "TIMESYNC UNKNOWN: a b=1s  [2J�\n");
  g_assert_cmpstr (named, ==, "TIMESYNC UNKNOWN: host: no\n");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/verdict/judge/", verdicts, test_judge);
  ADD_CASES ("/verdict/undecided/", undecided, test_undecided);
  g_test_add_func ("/verdict/line", test_line);
  g_test_add_func ("/verdict/unknown", test_unknown);
  return g_test_run ();
}
