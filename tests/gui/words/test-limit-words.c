/* ts-limit-words: a limit as people read it and type it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-limit-words.h"

#include "measure/ts-time.h"

#define N  TS_THIN_SPACE
#define US TS_NS_PER_US
#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S

static void
test_amount (void)
{
  const struct
  {
    gint64 limit_ns;
    const char *amount;
  } cases[] = {
    { 50 * MS, "50" N "ms" }, { 500 * MS, "500" N "ms" }, { 30 * S, "30" N "s" }, { 300 * S, "5" N "min" },
    { 1, "1" N "ns" }, { 1500, "1.5" N "µs" }, { 1250 * US, "1.25" N "ms" }, { 60 * S, "60" N "s" },
    { 90 * S, "90" N "s" }, { 150 * S, "2.5" N "min" }, { 130 * S, "130" N "s" }, { 7200 * S, "2" N "h" },
    { 9000 * S, "2.5" N "h" }, { 86400 * S, "24" N "h" }, { 1234567 * US, "1234.567" N "ms" },
    { 1234567891, "1" N "234" N "567.891" N "µs" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *amount = ts_limit_words_amount (cases[i].limit_ns);

      g_assert_cmpstr (amount, ==, cases[i].amount);
    }
}

static void
test_split (void)
{
  const struct
  {
    gint64 limit_ns;
    const char *number;
    TsUnit unit;
  } cases[] = {
    { 50 * MS, "50", TS_UNIT_MS }, { 300 * S, "5", TS_UNIT_MIN }, { 1, "0.001", TS_UNIT_US },
    { 7200 * S, "120", TS_UNIT_MIN }, { 86400 * S, "1440", TS_UNIT_MIN }, { 130 * S, "130", TS_UNIT_S },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *number = NULL;

      g_assert_cmpint (ts_limit_words_split (cases[i].limit_ns, TS_UNIT_US, TS_UNIT_MIN, &number), ==, cases[i].unit);
      g_assert_cmpstr (number, ==, cases[i].number);
    }
}

static void
test_parse (void)
{
  const struct
  {
    const char *text;
    TsUnit unit;
    gint64 limit_ns;
  } cases[] = {
    { "50", TS_UNIT_MS, 50 * MS }, { "0.5", TS_UNIT_S, 500 * MS }, { ".5", TS_UNIT_S, 500 * MS },
    { "5.", TS_UNIT_MIN, 300 * S }, { " 1" N "234.567 ", TS_UNIT_MS, 1234567 * US }, { "007", TS_UNIT_US, 7 * US },
    { "0.001", TS_UNIT_US, 1 }, { "1440", TS_UNIT_MIN, TS_LIMIT_MAX_NS }, { "86400", TS_UNIT_S, TS_LIMIT_MAX_NS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 limit_ns;

      g_assert_true (ts_limit_words_parse (cases[i].text, cases[i].unit, &limit_ns, &error));
      g_assert_no_error (error);
      g_assert_cmpint (limit_ns, ==, cases[i].limit_ns);
    }
}

/* Each message names the value. */
static void
test_parse_errors (void)
{
  const struct
  {
    const char *text;
    TsUnit unit;
    TsLimitWordsError code;
    const char *message;
  } cases[] = {
    { "", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "Enter how far apart the clocks may be" },
    { "  ", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "Enter how far apart the clocks may be" },
    { "abc", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“abc” is not a number above zero" },
    { "-5", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“-5” is not a number above zero" },
    { "+5", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“+5” is not a number above zero" },
    { "0", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“0” is not a number above zero" },
    { "0.0001", TS_UNIT_US, TS_LIMIT_WORDS_ERROR_MALFORMED, "“0.0001” is not a number above zero" },
    { ".", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“.” is not a number above zero" },
    { "1.2.3", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“1.2.3” is not a number above zero" },
    { "5 ms", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“5 ms” is not a number above zero" },
    { "1,5", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“1,5” is not a number above zero" },
    { "1e3", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“1e3” is not a number above zero" },
    { "0x10", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“0x10” is not a number above zero" },
    { "inf", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“inf” is not a number above zero" },
    { "nan", TS_UNIT_MS, TS_LIMIT_WORDS_ERROR_MALFORMED, "“nan” is not a number above zero" },
    { "1441", TS_UNIT_MIN, TS_LIMIT_WORDS_ERROR_OUT_OF_RANGE, "“1441" N "min” is more than 24" N "h" },
    { "99999999999999999999999999", TS_UNIT_US, TS_LIMIT_WORDS_ERROR_OUT_OF_RANGE,
      "“99999999999999999999999999" N "µs” is more than 24" N "h" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 limit_ns;

      g_assert_false (ts_limit_words_parse (cases[i].text, cases[i].unit, &limit_ns, &error));
      g_assert_error (error, TS_LIMIT_WORDS_ERROR, (int) cases[i].code);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/* Whatever a limit is, what the window shows of it is understood when it comes back. */
static void
test_round_trip (void)
{
  for (guint round = 0; round < 10000; round++)
    {
      gint64 limit_ns = 1 + (gint64) (g_test_rand_double () * (double) (TS_LIMIT_MAX_NS - 1));
      g_autofree char *number = NULL;
      TsUnit unit;
      gint64 again_ns;

      if (round % 2 == 0)
        limit_ns = (limit_ns >> g_test_rand_int_range (0, 40)) | 1;
      unit = ts_limit_words_split (limit_ns, TS_UNIT_US, TS_UNIT_MIN, &number);
      g_assert_true (ts_limit_words_parse (number, unit, &again_ns, NULL));
      g_assert_cmpint (again_ns, ==, limit_ns);
    }
}

static void
test_state (void)
{
  const struct
  {
    TsLimitVerdict verdict;
    gboolean is_past;
    const char *words, *in_row;
  } cases[] = {
    { TS_LIMIT_OUTSIDE, FALSE, "Outside its limit of 50" N "ms", "over 50" N "ms" },
    { TS_LIMIT_OUTSIDE, TRUE, "Was outside its limit of 50" N "ms", "over 50" N "ms" },
    { TS_LIMIT_INSIDE, FALSE, "Within its limit of 50" N "ms", NULL },
    { TS_LIMIT_INSIDE, TRUE, "Was within its limit of 50" N "ms", NULL },
    { TS_LIMIT_OPEN, FALSE, "Not certainly within its limit of 50" N "ms", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const TsLimit limit = { .limit_ns = 50 * MS, .verdict = cases[i].verdict };
      g_autofree char *words = ts_limit_words_state (&limit, cases[i].is_past);
      g_autofree char *in_row = ts_limit_words_in_row (&limit);

      g_assert_cmpstr (words, ==, cases[i].words);
      g_assert_cmpstr (in_row, ==, cases[i].in_row);
    }
}

static void
test_event (void)
{
  g_autofree char *crossed = ts_limit_words_event (300 * S, "Lab", TRUE);
  g_autofree char *back = ts_limit_words_event (300 * S, "Lab", FALSE);

  g_assert_cmpstr (crossed, ==, "Lab is outside its limit of 5" N "min");
  g_assert_cmpstr (back, ==, "Lab is back within its limit of 5" N "min");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limit-words/amount", test_amount);
  g_test_add_func ("/limit-words/split", test_split);
  g_test_add_func ("/limit-words/parse", test_parse);
  g_test_add_func ("/limit-words/parse-errors", test_parse_errors);
  g_test_add_func ("/limit-words/round-trip", test_round_trip);
  g_test_add_func ("/limit-words/state", test_state);
  g_test_add_func ("/limit-words/event", test_event);
  return g_test_run ();
}
