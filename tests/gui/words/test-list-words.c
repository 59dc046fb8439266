/* Tests of what the list says of all servers.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-list-words.h"

#include "words/ts-day-words.h"

#include "measure/ts-time.h"

#define N "\u2060\u2009\u2060"

static void
test_summary (void)
{
  static const struct
  {
    TsListCounts counts;
    const char *expected;
  } cases[] = {
    { { 0 }, "" },
    { { .n_steady = 3 }, "" },
    { { .n_steady = 2, .n_failing = 1 }, "" },
    { { .n_steady = 2, .n_disagreeing = 1 }, "1 of 3 disagrees" },
    { { .n_disagreeing = 2 }, "2 of 2 disagree" },
    { { .n_steady = 3, .n_disagreeing = 3, .n_failing = 1 }, "3 of 7 disagree" },
    /* Many. */
    { { .n_steady = 40 }, "40 steady" },
    { { .n_steady = 39, .n_disagreeing = 1 }, "39 steady, 1 disagrees" },
    { { .n_disagreeing = 8 }, "8 disagree" },
    { { .n_steady = 3, .n_disagreeing = 2, .n_unusual = 1, .n_failing = 4, .n_offline = 7, .n_waiting = 5,
        .n_paused = 6 },
      "3 steady, 2 disagree, 1 with a warning, 4 without an answer, 7 offline, 5 starting, 6 paused" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_list_words_summary (&cases[i].counts);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_contradiction (void)
{
  static const struct
  {
    gint64 gap_ns;
    const char *expected;
  } cases[] = {
    { 1, "They are at least 1" N "ns apart." },
    { 10990000, "They are at least 10" N "ms apart." },
    { 1590000, "They are at least 1.5" N "ms apart." },
    { 3999 * TS_NS_PER_MS, "They are at least 3.9" N "s apart." },
  };
  g_autofree char *text = ts_list_words_contradiction ("a.example", "b.example");

  g_assert_cmpstr (text, ==, "a.example and b.example cannot both be right");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *gap = ts_list_words_gap (cases[i].gap_ns);

      g_assert_cmpstr (gap, ==, cases[i].expected);
    }
}

static void
test_day (void)
{
  static const struct
  {
    TsPastDay day;
    const char *counts;
    const char *worst;
  } cases[] = {
    { { .n_samples = 1 }, "1 sample", "–" },
    { { .n_samples = 1440, .n_failed = 3, .worst_ns = 4319999 }, "1440 samples, 3 failed", "+4.3" N "ms" },
    /* Rounded towards 0, so that it is certain. */
    { { .n_samples = 86400, .n_steps = 1, .worst_ns = -4399999 }, "86" N "400 samples, 1 step", "\u22124.3" N "ms" },
    { { .n_samples = 2, .n_failed = 1, .n_steps = 2, .worst_ns = 999 }, "2 samples, 1 failed, 2 steps", "+990" N "ns" },
  };
  const TsPastDay day = { .begin_ns = G_GINT64_CONSTANT (1696291200) * TS_NS_PER_S };
  g_autofree char *date = ts_day_words_date (&day);

  g_assert_cmpstr (date, ==, "Tuesday, 3 October 2023");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *counts = ts_day_words_counts (&cases[i].day);
      g_autofree char *worst = ts_day_words_worst (&cases[i].day);

      g_assert_cmpstr (counts, ==, cases[i].counts);
      g_assert_cmpstr (worst, ==, cases[i].worst);
    }
}

int
main (int argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/list-words/summary", test_summary);
  g_test_add_func ("/list-words/contradiction", test_contradiction);
  g_test_add_func ("/list-words/day", test_day);
  return g_test_run ();
}
