/* ts-format: numbers as people read them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-format.h"
#include "measure/ts-time.h"
#include "words/ts-zone.h"

#define MS TS_NS_PER_MS
#define US TS_NS_PER_US
#define S  TS_NS_PER_S
#define N  TS_THIN_SPACE
#define DAY (86400 * S)

static void
test_offset (void)
{
  const struct
  {
    gint64 offset_ns, half_width_ns;
    const char *expected;
  } cases[] = {
    /* The last place is that of the second significant digit of the half-width. */
    { 12427000, 2592000, "+12.4" N "ms" },
    { -1930000, 120000, TS_MINUS "1.93" N "ms" },
    { 12427000, 11 * MS, "+12" N "ms" },
    { 234 * MS, 110 * MS, "+230" N "ms" },
    { 0, 4970, "0.0" N "µs" },
    { 50, 400, "+50" N "ns" },
    { 90 * S, 5 * MS, "+90.0000" N "s" },
    { 999960 * US, 500 * US, "+999.96" N "ms" },
    { 999400 * US, 11 * MS, "+999" N "ms" },
    { 999600 * US, 11 * MS, "+1.000" N "s" },
    /* Where one unit cannot tell it. */
    { 7265 * S, 5 * MS, "+2" N "h 1" N "min 5.000" N "s" },
    { 7265 * S, 100 * S, "+2.018" N "h" },
    { 2 * DAY + 500 * MS, MS, "+2" N "days 0.500" N "s" },
    { -2 * DAY - 3600 * S, MS, TS_MINUS "2" N "days 1" N "h" },
    /* Zones, and clocks that are set to another one. */
    { 3600 * S + 12 * MS, MS, "+1" N "h 0.012" N "s" },
    { -3600 * S + 12 * MS, MS, TS_MINUS "59" N "min 59.988" N "s" },
    { 19800 * S + 12 * MS, MS, "+5" N "h 30" N "min 0.012" N "s" },
    { DAY + 12 * MS, MS, "+24" N "h 0.012" N "s" },
    /* Not in four units, which nobody can read. */
    { 2 * DAY + 3 * 3600 * S + 307 * S, MS, "+2" N "days 3" N "h 5" N "min" },
    { -14610 * DAY + 10 * MS, MS, TS_MINUS "14" N "610" N "days" },
    /* What is rounded up takes the next unit. */
    { 2 * DAY - 100 * US, MS, "+2" N "days" },
    { 3 * DAY - 100 * US, MS, "+3" N "days" },
    { -56LL * 365 * DAY, 3 * MS, TS_MINUS "20" N "440" N "days" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_offset (cases[i].offset_ns, cases[i].half_width_ns);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* A row has room for two units. */
static void
test_brief (void)
{
  const struct
  {
    gint64 offset_ns, half_width_ns;
    const char *expected;
  } cases[] = {
    { 12427000, 2592000, "+12.4" N "ms" },
    { 2 * DAY + 500 * MS, MS, "+2" N "days 0.500" N "s" },
    { -19800 * S - 12 * MS, MS, TS_MINUS "5" N "h 30" N "min" },
    { 2 * DAY + 3 * 3600 * S + 3000 * S, MS, "+2" N "days 4" N "h" },
    { G_MAXINT64, MS, "+106" N "751" N "days 23" N "h" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_brief (cases[i].offset_ns, cases[i].half_width_ns);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* What is left out of an offset may be wrong too. */
static void
test_error (void)
{
  const struct
  {
    gint64 offset_ns, error_ns;
    const char *expected;
  } cases[] = {
    { 12427000, 260000, "260" N "µs" },
    { 2 * DAY + 500 * MS, 300 * US, "300" N "µs" },
    { -14610 * DAY + 10 * MS, 300 * US, "10" N "ms" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_error (cases[i].offset_ns, cases[i].error_ns);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_limit (void)
{
  const struct
  {
    gint64 limit_ns;
    const char *expected;
  } cases[] = {
    { 26600 * US, "27" N "ms" }, { 999 * US, "999" N "µs" }, { 999001, "1" N "ms" }, { 999 * MS + 1, "1" N "s" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_limit (cases[i].limit_ns);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_rounding (void)
{
  const struct
  {
    gint64 value_ns;
    TsUnit unit;
    int decimals;
    TsRounding rounding;
    const char *expected;
  } cases[] = {
    { 9838000, TS_UNIT_MS, 1, TS_ROUND_DOWN, "9.8" },
    { 15022000, TS_UNIT_MS, 1, TS_ROUND_UP, "15.1" },
    { 9463000, TS_UNIT_MS, 1, TS_ROUND_DOWN, "9.4" },
    { 9800000, TS_UNIT_MS, 1, TS_ROUND_DOWN, "9.8" },
    { 9800000, TS_UNIT_MS, 1, TS_ROUND_UP, "9.8" },
    { -9838000, TS_UNIT_MS, 1, TS_ROUND_DOWN, TS_MINUS "9.9" },
    { -9838000, TS_UNIT_MS, 1, TS_ROUND_UP, TS_MINUS "9.8" },
    { -40000, TS_UNIT_MS, 1, TS_ROUND_NEAREST, "0.0" },
    { 1234567 * US, TS_UNIT_US, 0, TS_ROUND_NEAREST, "1" N "234" N "567" },
    { 9999 * US, TS_UNIT_US, 0, TS_ROUND_NEAREST, "9999" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_number (cases[i].value_ns, cases[i].unit, cases[i].decimals,
                                                cases[i].rounding, FALSE);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* Whatever the interval: its ends, as shown, never lie inside it. */
static void
test_outward (void)
{
  for (guint i = 0; i < 10000; i++)
    {
      gint64 value_ns = (gint64) (g_test_rand_int_range (0, G_MAXINT)) * g_test_rand_int_range (1, 1000);
      gint64 half_width_ns = g_test_rand_int_range (1, G_MAXINT);
      TsUnit unit = ts_unit_for (value_ns);
      int decimals = ts_format_decimals (half_width_ns, unit);
      g_autofree char *down = ts_format_number (value_ns, unit, decimals, TS_ROUND_DOWN, FALSE);
      g_autofree char *up = ts_format_number (value_ns, unit, decimals, TS_ROUND_UP, FALSE);
      g_auto (GStrv) down_groups = g_strsplit (down, N, -1);
      g_auto (GStrv) up_groups = g_strsplit (up, N, -1);
      g_autofree char *down_digits = g_strjoinv ("", down_groups);
      g_autofree char *up_digits = g_strjoinv ("", up_groups);
      double exact = (double) value_ns / (double) ts_unit_get_ns (unit);

      g_assert_cmpfloat (g_ascii_strtod (down_digits, NULL), <=, exact + 1e-6);
      g_assert_cmpfloat (g_ascii_strtod (up_digits, NULL), >=, exact - 1e-6);
    }
}

static void
test_duration (void)
{
  const struct
  {
    gint64 duration_ns;
    const char *expected;
  } cases[] = {
    { -1, TS_UNKNOWN_TEXT }, { 0, "0" N "ns" }, { 61 * US, "61" N "µs" }, { 6615 * US, "6.6" N "ms" },
    { 115 * MS, "115" N "ms" }, { 1500 * MS, "1.5" N "s" }, { 999400, "999" N "µs" }, { 999600, "1.00" N "ms" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_duration (cases[i].duration_ns);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_age (void)
{
  const struct
  {
    gint64 age_ns;
    const char *expected;
  } cases[] = {
    { -5 * S, "0" N "s" }, { 59 * S + 999 * MS, "59" N "s" }, { 218 * S, "3" N "min 38" N "s" },
    { 3600 * S, "1" N "h 0" N "min" }, { 90061 * S, "25" N "h 1" N "min" },
    { 262860 * S, "3" N "days 1" N "h" }, { 40 * DAY, "40" N "days" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_age (cases[i].age_ns);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_clock (void)
{
  const struct
  {
    gint64 instant_ns;
    guint n_decimals;
    const char *expected;
  } cases[] = {
    { 0, 3, "00:00:00.000" },
    { 37477268999999, 3, "10:24:37.268" }, /* cut off, never rounded into a second that has not come */
    { 86399 * S + 999999999, 3, "23:59:59.999" },
    { 37477268999999, 1, "10:24:37.2" },
    { 37477268999999, 0, "10:24:37" },
    { -1, 3, "23:59:59.999" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_clock (cases[i].instant_ns, cases[i].n_decimals);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* In a zone of its own, an hour and three quarters from UTC. */
static void
test_zone (void)
{
  const gint64 instant_ns = 37477268999999;
  g_autofree char *zone = g_strdup (g_getenv ("TZ"));
  g_autofree char *local = NULL;
  g_autofree char *local_alone = NULL;
  g_autofree char *utc = NULL;
  g_autofree char *utc_alone = NULL;

  g_setenv ("TZ", "XYZ-01:45", TRUE);
  local = ts_format_clock (instant_ns, 1);
  local_alone = ts_format_clock_and_zone (instant_ns, 0);
  ts_zone_set_utc (TRUE);
  g_assert_true (ts_zone_is_utc ());
  utc = ts_format_clock (instant_ns, 1);
  utc_alone = ts_format_clock_and_zone (instant_ns, 0);
  ts_zone_set_utc (FALSE);
  g_setenv ("TZ", zone != NULL ? zone : "UTC", TRUE);

  g_assert_cmpstr (local, ==, "12:09:37.2");
  g_assert_cmpstr (local_alone, ==, "12:09:37");
  g_assert_cmpstr (utc, ==, "10:24:37.2");
  g_assert_cmpstr (utc_alone, ==, "10:24:37" N "UTC");
}

/* Both ends are rounded outward, to the same place. */
static void
test_interval (void)
{
  static const struct
  {
    gint64 min_ns;
    gint64 max_ns;
    gint64 offset_ns;
    const char *text;
  } cases[] = {
    { 9463000, 15587000, 12525000, "+9.4 to +15.6\u2060\u2009\u2060ms" },
    { -6700, 4800, -950, "\u22126.7 to +4.8\u2060\u2009\u2060µs" },
    { 2 * DAY + 499 * MS, 2 * DAY + 501 * MS, 2 * DAY + 500 * MS, "+2" N "days 0.500" N "s ± 1" N "ms" },
    { 0, 0, 0, "0 to 0\u2060\u2009\u2060ns" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_interval (cases[i].min_ns, cases[i].max_ns, cases[i].offset_ns);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* The date of another day, and the year of another year. */
static void
test_instant (void)
{
  static const struct
  {
    gint64 instant_s;
    gint64 now_s;
    const char *expected;
  } cases[] = {
    { 1696328677, 1696330000, "10:24:37" },
    { 1696328677, 1696428677, "3 October, 10:24:37" },
    { 1696328677, 1709999999, "3 October 2023, 10:24:37" },
    { 1696328677, 0, "3 October 2023, 10:24:37" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ts_format_instant (cases[i].instant_s * TS_NS_PER_S, cases[i].now_s * TS_NS_PER_S, 0);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/offset", test_offset);
  g_test_add_func ("/format/brief", test_brief);
  g_test_add_func ("/format/error", test_error);
  g_test_add_func ("/format/limit", test_limit);
  g_test_add_func ("/format/rounding", test_rounding);
  g_test_add_func ("/format/outward", test_outward);
  g_test_add_func ("/format/interval", test_interval);
  g_test_add_func ("/format/duration", test_duration);
  g_test_add_func ("/format/age", test_age);
  g_test_add_func ("/format/clock", test_clock);
  g_test_add_func ("/format/instant", test_instant);
  g_test_add_func ("/format/zone", test_zone);
  return g_test_run ();
}
