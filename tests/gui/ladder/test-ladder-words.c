/* Tests of an exchange's instants on one clock, and of what the ladder says of it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-words.h"

#include "ladder/ts-ladder-numbers.h"
#include "ladder/ts-ladder-rows.h"
#include "measure/ts-time.h"

#include "test-entries.h"

#define NS G_GINT64_CONSTANT (1)
#define US TS_NS_PER_US
#define MS TS_NS_PER_MS
#define S  TS_NS_PER_S
#define D  (86400 * S)

/* 2023-10-03 10:22:52.018204 UTC */
#define T1_NS (G_GINT64_CONSTANT (1696328572018204) * US)

typedef struct
{
  const char *path;
  TsExchange exchange; /* from T1_NS on */
  gint64 estimate_ns;
  gint64 half_width_ns;
  gint64 shift_ns;
  gint64 instants_ns[3];
  const char *stamps[4];
  const char *scale;
  const char *ways[2];
  const char *formulas[TS_LADDER_N_ROWS];
  const char *values[TS_LADDER_N_ROWS];
} Case;

static const Case cases[] = {
  { "/ladder/usual",
    { 0, 15587 * US, 15999 * US, 6536 * US }, 12200 * US, 2600 * US,
    12200 * US, { 3387 * US, 3799 * US, 6536 * US },
    { "10:22:52.018 204", "10:22:52.033 791", "10:22:52.034 203", "10:22:52.024 740" },
    "To scale, with the server’s clock moved back by the estimate, 12.2 ms",
    { "request, about 3.4 ms", "answer, about 2.7 ms" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (15.587 + 9.463) / 2", "(t₄ − t₁) − (t₃ − t₂) = 6.536 − 0.412", "t₃ − t₂",
      "t₃ − t₄ to t₂ − t₁ = 12.525 ± 6.124 / 2" },
    { "+12.525 ms", "6.124 ms", "0.412 ms", "+9.463 to +15.587 ms" } },
  { "/ladder/behind",
    { 0, -9413 * US, -9001 * US, 6536 * US }, -12500 * US, 2600 * US,
    -12500 * US, { 3087 * US, 3499 * US, 6536 * US },
    { "10:22:52.018 204", "10:22:52.008 791", "10:22:52.009 203", "10:22:52.024 740" },
    "To scale, with the server’s clock moved forward by the estimate, 12.5 ms",
    { "request, about 3.1 ms", "answer, about 3.0 ms" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (−9.413 − 15.537) / 2", "(t₄ − t₁) − (t₃ − t₂) = 6.536 − 0.412", "t₃ − t₂",
      "t₃ − t₄ to t₂ − t₁ = −12.475 ± 6.124 / 2" },
    { "−12.475 ms", "6.124 ms", "0.412 ms", "−15.537 to −9.413 ms" } },
  { "/ladder/days",
    { 0, 3 * D + 15587 * US, 3 * D + 15999 * US, 6536 * US }, 3 * D + 12200 * US, 2600 * US,
    3 * D + 12200 * US, { 3387 * US, 3799 * US, 6536 * US },
    { "10:22:52.018 204", "10:22:52.033 791", "10:22:52.034 203", "10:22:52.024 740" },
    "To scale, with the server’s clock moved back by the estimate, 3 days 0.012 s",
    { "request, about 3.4 ms", "answer, about 2.7 ms" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (259 200.015 587 + 259 200.009 463) / 2",
      "(t₄ − t₁) − (t₃ − t₂) = 0.006 536 − 0.000 412", "t₃ − t₂",
      "t₃ − t₄ to t₂ − t₁ = 259 200.012 525 ± 0.006 124 / 2" },
    { "+259 200.012 525 s", "0.006 124 s", "0.000 412 s", "+259 200.009 463 to +259 200.015 587 s" } },
  { "/ladder/microseconds, and no time at the server",
    { 0, 3000 * NS, 3000 * NS, 5123 * NS }, 400 * NS, 700 * NS,
    400 * NS, { 2600 * NS, 2600 * NS, 5123 * NS },
    { "10:22:52.018 204 000", "10:22:52.018 207 000", "10:22:52.018 207 000", "10:22:52.018 209 123" },
    "To scale, with the server’s clock moved back by the estimate, 400 ns",
    { "request, about 2.6 µs", "answer, about 2.5 µs" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (3.000 − 2.123) / 2", "(t₄ − t₁) − (t₃ − t₂) = 5.123 − 0.000", "t₃ − t₂",
      "t₃ − t₄ to t₂ − t₁ = 0.438 ± 5.123 / 2" },
    { "+0.438 µs", "5.123 µs", "0.000 µs", "−2.123 to +3.000 µs" } },
  { "/ladder/seconds",
    { 0, 2 * S, 2 * S + 300 * US, 5 * S + 123 * US }, -500 * MS, 2 * S,
    -500 * MS, { 2500 * MS, 2500 * MS + 300 * US, 5 * S + 123 * US },
    { "10:22:52.018 204", "10:22:54.018 204", "10:22:54.018 504", "10:22:57.018 327" },
    "To scale, with the server’s clock moved forward by the estimate, 0.5 s",
    { "request, about 2.5 s", "answer, about 2.5 s" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (2.000 000 − 2.999 823) / 2",
      "(t₄ − t₁) − (t₃ − t₂) = 5.000 123 − 0.000 300", "t₃ − t₂",
      "t₃ − t₄ to t₂ − t₁ = −0.499 912 ± 4.999 823 / 2" },
    { "−0.499 912 s", "4.999 823 s", "0.000 300 s", "−2.999 823 to +2.000 000 s" } },
  { "/ladder/longer at the server than under way",
    { 0, 2 * MS, 800 * MS, 804 * MS }, -1 * MS, 3 * MS,
    -1 * MS, { 3 * MS, 801 * MS, 804 * MS },
    { "10:22:52.018 204", "10:22:52.020 204", "10:22:52.818 204", "10:22:52.822 204" },
    "To scale, with the server’s clock moved forward by the estimate, 1.0 ms",
    { "request, about 3.0 ms", "answer, about 3.0 ms" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (2.000 − 4.000) / 2", "(t₄ − t₁) − (t₃ − t₂) = 804.000 − 798.000", "t₃ − t₂",
      "t₃ − t₄ to t₂ − t₁ = −1.000 ± 6.000 / 2" },
    { "−1.000 ms", "6.000 ms", "798.000 ms", "−4.000 to +2.000 ms" } },
  /* The digits that are shown add up: rounded one by one they would be 29.958 − 0.026 = 29.933. */
  { "/ladder/nanoseconds that are not shown",
    { 0, 15000000 * NS, 15025600 * NS, 29958400 * NS }, 34 * US, 2600 * US,
    34 * US, { 14966000 * NS, 14991600 * NS, 29958400 * NS },
    { "10:22:52.018 204", "10:22:52.033 204", "10:22:52.033 229", "10:22:52.048 162" },
    "To scale, with the server’s clock moved back by the estimate, 0.0 ms",
    { "request, about 15 ms", "answer, about 15 ms" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (15.000 − 14.933) / 2", "(t₄ − t₁) − (t₃ − t₂) = 29.958 − 0.025", "t₃ − t₂",
      "t₃ − t₄ to t₂ − t₁ = 0.034 ± 29.933 / 2" },
    { "+0.034 ms", "29.933 ms", "0.025 ms", "−14.933 to +15.000 ms" } },
  /* Whole milliseconds, and the second of them below the first. */
  { "/ladder/coarse and reversed",
    { 0, 732796 * US, 731796 * US, 312 * US, 1 * MS }, 731 * MS, 1 * MS,
    731 * MS, { 312 * US, 312 * US, 312 * US },
    { "10:22:52.018 204", "10:22:52.751", "10:22:52.750", "10:22:52.018 516" },
    "To scale, with the server’s clock moved back by the estimate, 731.0 ms. The server’s stamps may be off by 1.0 ms.",
    { "request, about 312 µs", "answer, about 0 ns" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (732.796 + 731.484) / 2", "(t₄ − t₁) − (t₃ − t₂) = 0.312 + 1.000", "t₃ − t₂",
      "t₃ − t₄ − p to t₂ − t₁ + p = 732.140 ± (1.312 / 2 + 1.000)" },
    { "+732.140 ms", "1.312 ms", "−1.000 ms", "+730.484 to +733.796 ms" } },
  /* The stamps claim that it took less than nothing; both ends of the interval have moved out by 1 ms. */
  { "/ladder/coarse and too long at the server",
    { 0, 732796 * US, 733796 * US, 312 * US, 1 * MS }, 733 * MS, 1 * MS,
    733 * MS, { 0, 312 * US, 312 * US },
    { "10:22:52.018 204", "10:22:52.751", "10:22:52.752", "10:22:52.018 516" },
    "To scale, with the server’s clock moved back by the estimate, 733.0 ms. The server’s stamps may be off by 1.0 ms.",
    { "request, about 0 ns", "answer, about 0 ns" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (732.796 + 733.484) / 2",
      "(t₄ − t₁) − (t₃ − t₂) = 0.312 − 1.000, at least 0", "t₃ − t₂",
      "t₃ − t₄ − p to t₂ − t₁ + p = 733.140 ± (−0.688 / 2 + 1.000)" },
    { "+733.140 ms", "0.000 ms", "1.000 ms", "+732.484 to +733.796 ms" } },
  /* What this exchange rules out would have it arrive before it was sent. */
  { "/ladder/ruled out",
    { 0, 15587 * US, 15999 * US, 6536 * US }, -40 * MS, 1 * MS,
    12525 * US, { 3062 * US, 3474 * US, 6536 * US },
    { "10:22:52.018 204", "10:22:52.033 791", "10:22:52.034 203", "10:22:52.024 740" },
    "To scale, with the server’s clock moved back by this exchange’s offset, 12.5 ms",
    { "request, about 3.1 ms", "answer, about 3.1 ms" },
    { "((t₂ − t₁) + (t₃ − t₄)) / 2 = (15.587 + 9.463) / 2", "(t₄ − t₁) − (t₃ − t₂) = 6.536 − 0.412", "t₃ − t₂",
      "t₃ − t₄ to t₂ − t₁ = 12.525 ± 6.124 / 2" },
    { "+12.525 ms", "6.124 ms", "0.412 ms", "+9.463 to +15.587 ms" } },
};

/* Spaces that hold together are as good as others here. */
static void
assert_text (const char *text,
             const char *expected)
{
  g_autoptr (GString) plain = g_string_new (text);

  g_string_replace (plain, "\u00a0", " ", 0);
  g_string_replace (plain, "\u2060\u2009\u2060", " ", 0);
  g_assert_cmpstr (plain->str, ==, expected);
}

static void
init_exchange (TsLadderExchange *exchange,
               const Case *c)
{
  TsExchange instants = c->exchange;
  g_autoptr (TsHistory) history = NULL;

  instants.t1_ns += T1_NS;
  instants.t2_ns += T1_NS;
  instants.t3_ns += T1_NS;
  instants.t4_ns += T1_NS;
  history = new_history_of (&instants, c->estimate_ns, c->half_width_ns);
  ts_ladder_exchange_init (exchange, ts_history_get_last (history));
  g_assert_cmpint (exchange->exchange.t1_ns, ==, instants.t1_ns);
  g_assert_cmpint (exchange->exchange.t2_ns, ==, instants.t2_ns);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  TsLadderExchange exchange;
  TsLadderRow rows[TS_LADDER_N_ROWS];
  g_autofree char *scale = NULL;
  g_autofree char *request = NULL;
  g_autofree char *answer = NULL;

  init_exchange (&exchange, c);
  g_assert_cmpint (exchange.shift_ns, ==, c->shift_ns);
  g_assert_cmpint (exchange.arrived_ns, ==, c->instants_ns[0]);
  g_assert_cmpint (exchange.left_ns, ==, c->instants_ns[1]);
  g_assert_cmpint (exchange.waited_ns, ==, c->instants_ns[2]);
  for (guint i = 0; i < TS_LADDER_N_INSTANTS; i++)
    {
      g_autofree char *stamp = ts_ladder_format_stamp (&exchange, i, FALSE);

      assert_text (stamp, c->stamps[i]);
    }
  scale = ts_ladder_format_scale (&exchange);
  assert_text (scale, c->scale);
  request = ts_ladder_format_way (&exchange, FALSE, FALSE);
  answer = ts_ladder_format_way (&exchange, TRUE, FALSE);
  assert_text (request, c->ways[0]);
  assert_text (answer, c->ways[1]);
  ts_ladder_rows_init (rows, &exchange);
  for (guint i = 0; i < TS_LADDER_N_ROWS; i++)
    {
      assert_text (rows[i].formula, c->formulas[i]);
      assert_text (rows[i].value, c->values[i]);
    }
  ts_ladder_rows_clear (rows);
}

static void
test_short (void)
{
  TsLadderExchange exchange;
  g_autofree char *stamp = NULL;
  g_autofree char *request = NULL;
  g_autofree char *answer = NULL;

  init_exchange (&exchange, &cases[0]);
  stamp = ts_ladder_format_stamp (&exchange, TS_LADDER_T1, TRUE);
  request = ts_ladder_format_way (&exchange, FALSE, TRUE);
  answer = ts_ladder_format_way (&exchange, TRUE, TRUE);
  assert_text (stamp, "52.018 204");
  assert_text (request, "about 3.4 ms");
  assert_text (answer, "about 2.7 ms");
}

static void
test_dates (void)
{
  TsLadderExchange exchange;

  init_exchange (&exchange, &cases[0]);
  for (guint i = 0; i < TS_LADDER_N_INSTANTS; i++)
    {
      g_autofree char *date = ts_ladder_format_date (&exchange, i);

      g_assert_null (date);
    }
  init_exchange (&exchange, &cases[2]);
  for (guint i = 0; i < TS_LADDER_N_INSTANTS; i++)
    {
      g_autofree char *date = ts_ladder_format_date (&exchange, i);

      g_assert_cmpstr (date, ==, i == TS_LADDER_T2 || i == TS_LADDER_T3 ? "10/06/23" : "10/03/23");
    }
}

static void
test_description (void)
{
  TsLadderExchange exchange;
  g_autofree char *text = NULL;

  init_exchange (&exchange, &cases[0]);
  text = ts_ladder_describe (&exchange, "time.example.org");
  assert_text (text, "The request left this computer at 10:22:52.018 204. By its own clock time.example.org had it at "
                     "10:22:52.033 791, after about 3.4 ms, and answered at 10:22:52.034 203, 0.412 ms later. The "
                     "answer arrived at 10:22:52.024 740, after about 2.7 ms; in all it took 6.536 ms.");
}

static void
test_copy (void)
{
  TsLadderExchange exchange;
  g_autofree char *text = NULL;

  init_exchange (&exchange, &cases[0]);
  text = ts_ladder_to_text (&exchange, "time.example.org");
  assert_text (text, "Exchange with time.example.org, 2023-10-03T10:22:52Z\n"
                     "t₁ = 1696328572.018204000 (request leaves)\n"
                     "t₂ = 1696328572.033791000 (request arrives)\n"
                     "t₃ = 1696328572.034203000 (answer leaves)\n"
                     "t₄ = 1696328572.024740000 (answer arrives)\n"
                     "Offset: +12.525 ms: ((t₂ − t₁) + (t₃ − t₄)) / 2 = (15.587 + 9.463) / 2\n"
                     "Delay: 6.124 ms: (t₄ − t₁) − (t₃ − t₂) = 6.536 − 0.412\n"
                     "Server’s time: 0.412 ms: t₃ − t₂\n"
                     "Proven: +9.463 to +15.587 ms: t₃ − t₄ to t₂ − t₁ = 12.525 ± 6.124 / 2\n");
}

static void
test_groups (void)
{
  static const char *const numbers[][2] = {
    { "1.234", "1.234" }, { "1.2345", "1.234 5" }, { "−0,123456", "−0,123 456" }, { "0.123456789", "0.123 456 789" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *grouped = ts_ladder_group_decimals (numbers[i][0]);

      assert_text (grouped, numbers[i][1]);
    }
}

int
main (int argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i], test_case);
  g_test_add_func ("/ladder/short", test_short);
  g_test_add_func ("/ladder/dates", test_dates);
  g_test_add_func ("/ladder/description", test_description);
  g_test_add_func ("/ladder/copy", test_copy);
  g_test_add_func ("/ladder/groups", test_groups);
  return g_test_run ();
}
