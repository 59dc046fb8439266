/* Tests of ts-range: the table of the Monitoring Plugins guidelines, and intervals instead of numbers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "check/ts-range.h"
#include "measure/ts-time.h"

#include "test-cases.h"

#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

/* Which of these offsets alarm, a "!" each, in seconds. */
static const gint64 offsets_s[] = { -1000, -21, -20, -11, -10, -1, 0, 5, 9, 10, 11, 20, 21, 1000 };

/* The rows of the table in the guidelines, of which the first alone reads differently here: an offset of -5 s does not
 * alarm at "10". */
static const struct
{
  const char *name;
  const char *text;
  const char *alarms;
} guidelines[] = {
  { "10", "10", "!!!!      !!!!" },
  { "10:", "10:", "!!!!!!!!!     " },
  { "from-minus-infinity-to-10", "~:10", "          !!!!" },
  { "10-to-20", "10:20", "!!!!!!!!!   !!" },
  { "inside-10-to-20", "@10:20", "         !!!  " },
  { "inside-magnitude", "@10", "    !!!!!!    " },
  { "both-signs", "-20:-10", "!!   !!!!!!!!!" },
  { "zero-to-10", "0:10", "!!!!!!    !!!!" },
  { "start-omitted", ":10", "!!!!!!    !!!!" },
  { "nothing-is-right", "@~:", "!!!!!!!!!!!!!!" },
  { "everything-is-right", "~:", "              " },
  { "one-number", "5:5", "!!!!!!! !!!!!!" },
};

static void
test_guidelines (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  TsRange range;

  ts_range_parse (&range, guidelines[i].text, &error);
  g_assert_no_error (error);
  for (gsize j = 0; j < G_N_ELEMENTS (offsets_s); j++)
    g_assert_cmpint (ts_range_judge (&range, offsets_s[j] * S, offsets_s[j] * S), ==,
                     guidelines[i].alarms[j] == '!' ? TS_RANGE_ALARM : TS_RANGE_QUIET);
}

static const struct
{
  const char *name;
  const char *text;
  gint64 min_ns;
  gint64 max_ns;
  const char *figures; /* in performance data */
} units[] = {
  { "ms", "10ms", -10 * MS, 10 * MS, "-0.010000000:0.010000000" },
  { "us", "1.5us", -1500, 1500, "-0.000001500:0.000001500" },
  { "micro", "1.5µs", -1500, 1500, "-0.000001500:0.000001500" },
  { "ns", "7ns", -7, 7, "-0.000000007:0.000000007" },
  { "s", ".5s", -S / 2, S / 2, "-0.500000000:0.500000000" },
  { "no-unit", "0.002", -2 * MS, 2 * MS, "-0.002000000:0.002000000" },
  { "signs", "-5ms:+2s", -5 * MS, 2 * S, "-0.005000000:2.000000000" },
  { "up", "5ms:", 5 * MS, TS_RANGE_NO_MAX, "0.005000000:" },
  { "down", "@~:0", TS_RANGE_NO_MIN, 0, "@~:0.000000000" },
};

static void
test_units (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  g_autofree char *figures = NULL;
  TsRange range;

  ts_range_parse (&range, units[i].text, &error);
  g_assert_no_error (error);
  g_assert_cmpint (range.min_ns, ==, units[i].min_ns);
  g_assert_cmpint (range.max_ns, ==, units[i].max_ns);
  figures = ts_range_to_string (&range);
  g_assert_cmpstr (figures, ==, units[i].figures);
}

static const struct
{
  const char *name;
  const char *text;
} wrong[] = {
  { "empty", "" },
  { "at-alone", "@" },
  { "colon-alone", ":" },
  { "word", "ten" },
  { "unit-alone", "ms" },
  { "unknown-unit", "10min" },
  { "unit-in-capitals", "10MS" },
  { "space", "10 ms" },
  { "exponent", "1e-3" },
  { "comma", "0,5" },
  { "two-points", "1.2.3" },
  { "negative-magnitude", "-10ms" },
  { "reversed", "20:10" },
  { "reversed-by-unit", "1s:1ms" },
  { "three-ends", "1:2:3" },
  { "tilde-at-the-end", "1:~" },
  { "tilde-alone", "~" },
  { "two-signs", "--1" },
  { "infinite", "inf" },
  { "hexadecimal", "0x10" },
  { "beyond", "1000000001" },
};

static void
test_wrong (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  TsRange range;

  g_assert_false (ts_range_parse (&range, wrong[GPOINTER_TO_SIZE (data)].text, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
}

static const struct
{
  const char *name;
  const char *text;
  gint64 min_ns;
  gint64 max_ns;
  TsRangeVerdict verdict;
} intervals[] = {
  { "inside", "10ms", -9 * MS, 10 * MS, TS_RANGE_QUIET },
  { "straddles-the-upper-end", "10ms", 9 * MS, 11 * MS, TS_RANGE_UNDECIDED },
  { "straddles-the-lower-end", "10ms", -11 * MS, -9 * MS, TS_RANGE_UNDECIDED },
  { "straddles-both", "10ms", -11 * MS, 11 * MS, TS_RANGE_UNDECIDED },
  { "touches", "10ms", 10 * MS, 11 * MS, TS_RANGE_UNDECIDED },
  { "ahead", "10ms", 10 * MS + 1, 11 * MS, TS_RANGE_ALARM },
  { "behind", "10ms", -11 * MS, -10 * MS - 1, TS_RANGE_ALARM },
  { "in-what-alarms", "@10ms", -9 * MS, 9 * MS, TS_RANGE_ALARM },
  { "around-what-alarms", "@10ms", -11 * MS, 11 * MS, TS_RANGE_UNDECIDED },
  { "beside-what-alarms", "@10ms", 11 * MS, 12 * MS, TS_RANGE_QUIET },
  { "from-one-end-of-time", "~:0", -TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, TS_RANGE_UNDECIDED },
};

static void
test_intervals (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TsRange range;

  g_assert_true (ts_range_parse (&range, intervals[i].text, NULL));
  g_assert_cmpint (ts_range_judge (&range, intervals[i].min_ns, intervals[i].max_ns), ==, intervals[i].verdict);
}

static void
test_distance (void)
{
  TsRange range;

  g_assert_true (ts_range_parse (&range, "-5ms:10ms", NULL));
  g_assert_cmpint (ts_range_get_distance (&range, 0), ==, 5 * MS);
  g_assert_cmpint (ts_range_get_distance (&range, 12 * MS), ==, 2 * MS);
  g_assert_cmpint (ts_range_get_distance (&range, -5 * MS), ==, 0);
  g_assert_true (ts_range_parse (&range, "~:", NULL));
  g_assert_cmpint (ts_range_get_distance (&range, 0), ==, G_MAXINT64);
  g_assert_true (ts_range_parse (&range, "1000000000", NULL));
  g_assert_cmpint (ts_range_get_distance (&range, TS_INSTANT_MAX_NS), ==, TS_INSTANT_MAX_NS - 1000000000 * S);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/range/guidelines/", guidelines, test_guidelines);
  ADD_CASES ("/range/units/", units, test_units);
  ADD_CASES ("/range/wrong/", wrong, test_wrong);
  ADD_CASES ("/range/intervals/", intervals, test_intervals);
  g_test_add_func ("/range/distance", test_distance);
  return g_test_run ();
}
