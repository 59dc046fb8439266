/* Tests of ts-time: decimal text of instants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-time.h"

#include <locale.h>
#include <string.h>

#include "test-cases.h"

#define N_ROUNDS 20000

static gint64
random_instant_ns (void)
{
  guint64 bits = (guint64) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();

  return (gint64) (bits % ((guint64) TS_INSTANT_MAX_NS + 1));
}

/* Parses a copy of exactly @length bytes, so that a sanitizer sees each byte read beyond it. */
static gboolean
parse_exact (const char *text,
             gsize length,
             gint64 *instant_ns,
             guint *n_decimals,
             GError **error)
{
  g_autofree char *copy = g_memdup2 (text, length);

  return ts_time_parse_seconds (copy, length, instant_ns, n_decimals, error);
}

static const struct
{
  const char *name;
  gint64 time_ns;
  guint n_decimals;
  const char *text;
} formats[] = {
  { "zero", 0, 9, "0.000000000" },
  { "zero-whole", 0, 0, "0" },
  { "one-nanosecond", 1, 9, "0.000000001" },
  { "minus-one-nanosecond", -1, 9, "-0.000000001" },
  { "leading-zeros-of-the-fraction", 1000000023, 9, "1.000000023" },
  { "today", G_GINT64_CONSTANT (1696295878123456789), 9, "1696295878.123456789" },
  { "cut-off-not-rounded", G_GINT64_CONSTANT (1696295878999999999), 3, "1696295878.999" },
  { "whole-cut-off", G_GINT64_CONSTANT (1696295878999999999), 0, "1696295878" },
  { "one-digit", 987654321, 1, "0.9" },
  { "negative-cut-towards-zero", -1999999999, 0, "-1" },
  { "last-instant", TS_INSTANT_MAX_NS, 9, "7258118400.000000000" },
  { "greatest", G_MAXINT64, 9, "9223372036.854775807" },
  { "least", G_MININT64, 9, "-9223372036.854775808" },
};

static void
test_format (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *text = g_malloc (TS_TIME_TEXT_SIZE);
  gsize length = ts_time_format_seconds (formats[i].time_ns, formats[i].n_decimals, text);

  g_assert_cmpstr (text, ==, formats[i].text);
  g_assert_cmpuint (length, ==, strlen (formats[i].text));
}

static const struct
{
  const char *name;
  const char *text;
  gint64 instant_ns;
  guint n_decimals;
} good_texts[] = {
  { "nine-digits", "1696295878.123456789", G_GINT64_CONSTANT (1696295878123456789), 9 },
  { "eight-digits", "1696295878.12345678", G_GINT64_CONSTANT (1696295878123456780), 8 },
  { "seven-digits", "1696295878.1234567", G_GINT64_CONSTANT (1696295878123456700), 7 },
  { "six-digits", "1696295878.123456", G_GINT64_CONSTANT (1696295878123456000), 6 },
  { "five-digits", "1696295878.12345", G_GINT64_CONSTANT (1696295878123450000), 5 },
  { "four-digits", "1696295878.1234", G_GINT64_CONSTANT (1696295878123400000), 4 },
  { "three-digits", "1696295878.123", G_GINT64_CONSTANT (1696295878123000000), 3 },
  { "two-digits", "1696295878.12", G_GINT64_CONSTANT (1696295878120000000), 2 },
  { "one-digit", "1696295878.1", G_GINT64_CONSTANT (1696295878100000000), 1 },
  { "zero", "0.0", 0, 1 },
  { "leading-zeros", "0000000000000000000000000000001.5", 1500000000, 1 },
  { "zeros-count-as-digits", "7.100000000", G_GINT64_CONSTANT (7100000000), 9 },
  { "last-instant", "7258118400.000000000", TS_INSTANT_MAX_NS, 9 },
};

static void
test_parse_good (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  gint64 instant_ns = -1;
  guint n_decimals = 0;

  g_assert_true (parse_exact (good_texts[i].text, strlen (good_texts[i].text), &instant_ns, &n_decimals, &error));
  g_assert_no_error (error);
  g_assert_cmpint (instant_ns, ==, good_texts[i].instant_ns);
  g_assert_cmpuint (n_decimals, ==, good_texts[i].n_decimals);

  g_assert_true (parse_exact (good_texts[i].text, strlen (good_texts[i].text), &instant_ns, NULL, NULL));
}

static const struct
{
  const char *name;
  const char *text;
  int code;
} bad_texts[] = {
  { "empty", "", TS_TIME_ERROR_MALFORMED },
  { "whole-seconds", "1696295878", TS_TIME_ERROR_MALFORMED },
  { "no-fraction-after-stop", "1696295878.", TS_TIME_ERROR_MALFORMED },
  { "no-seconds-before-stop", ".5", TS_TIME_ERROR_MALFORMED },
  { "stop-alone", ".", TS_TIME_ERROR_MALFORMED },
  { "two-stops", "1..5", TS_TIME_ERROR_MALFORMED },
  { "stop-at-the-end", "1.5.", TS_TIME_ERROR_MALFORMED },
  { "ten-digits", "1696295878.1234567890", TS_TIME_ERROR_MALFORMED },
  { "plus", "+1.5", TS_TIME_ERROR_MALFORMED },
  { "minus", "-1.5", TS_TIME_ERROR_MALFORMED },
  { "minus-in-fraction", "1.-5", TS_TIME_ERROR_MALFORMED },
  { "exponent", "1.5e3", TS_TIME_ERROR_MALFORMED },
  { "hexadecimal", "0x1.8", TS_TIME_ERROR_MALFORMED },
  { "comma", "1,5", TS_TIME_ERROR_MALFORMED },
  { "grouping", "1'696'295.5", TS_TIME_ERROR_MALFORMED },
  { "leading-space", " 1.5", TS_TIME_ERROR_MALFORMED },
  { "trailing-newline", "1.5\n", TS_TIME_ERROR_MALFORMED },
  { "inner-space", "1. 5", TS_TIME_ERROR_MALFORMED },
  { "not-a-number", "nan", TS_TIME_ERROR_MALFORMED },
  { "infinity", "inf", TS_TIME_ERROR_MALFORMED },
  { "arabic-digits", "\331\241.\331\242", TS_TIME_ERROR_MALFORMED },
  { "one-nanosecond-into-2200", "7258118400.000000001", TS_TIME_ERROR_OUT_OF_RANGE },
  { "year-2200", "7258118401.0", TS_TIME_ERROR_OUT_OF_RANGE },
  { "beyond-64-bits", "99999999999999999999999999.5", TS_TIME_ERROR_OUT_OF_RANGE },
};

static void
test_parse_bad (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GError) error = NULL;
  gint64 instant_ns = 42;
  guint n_decimals = 42;

  g_assert_false (parse_exact (bad_texts[i].text, strlen (bad_texts[i].text), &instant_ns, &n_decimals, &error));
  g_assert_error (error, TS_TIME_ERROR, bad_texts[i].code);
  g_assert_nonnull (strstr (error->message, bad_texts[i].text));
  g_assert_cmpint (instant_ns, ==, 42);
  g_assert_cmpuint (n_decimals, ==, 42);
}

static void
test_parse_embedded_nul (void)
{
  g_autoptr (GError) error = NULL;
  gint64 instant_ns;

  g_assert_false (parse_exact ("1.5\0", 4, &instant_ns, NULL, &error));
  g_assert_error (error, TS_TIME_ERROR, TS_TIME_ERROR_MALFORMED);
}

static void
test_validity (void)
{
  g_assert_true (ts_instant_is_valid (0));
  g_assert_true (ts_instant_is_valid (TS_INSTANT_MAX_NS));
  g_assert_false (ts_instant_is_valid (-1));
  g_assert_false (ts_instant_is_valid (TS_INSTANT_MAX_NS + 1));
  g_assert_false (ts_instant_is_valid (G_MININT64));
  g_assert_false (ts_instant_is_valid (G_MAXINT64));
}

static void
check_round_trips (guint n_rounds)
{
  for (guint round = 0; round < n_rounds; round++)
    {
      gint64 instant_ns = random_instant_ns (), parsed_ns = -1, place_ns = TS_NS_PER_S;
      guint n_decimals = (guint) g_test_rand_int_range (1, 10), parsed_decimals = 0;
      char text[TS_TIME_TEXT_SIZE];
      gsize length = ts_time_format_seconds (instant_ns, n_decimals, text);
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i < n_decimals; i++)
        place_ns /= 10;

      parse_exact (text, length, &parsed_ns, &parsed_decimals, &error);
      g_assert_no_error (error);
      g_assert_cmpint (parsed_ns, ==, instant_ns - instant_ns % place_ns);
      g_assert_cmpuint (parsed_decimals, ==, n_decimals);
    }
}

static void
test_round_trips (void)
{
  check_round_trips (N_ROUNDS);
}

static void
test_order_is_kept (void)
{
  char earlier[TS_TIME_TEXT_SIZE], later[TS_TIME_TEXT_SIZE];

  /* Of equal lengths the text of the earlier instant sorts first, at every cut. */
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      gint64 earlier_ns = TS_NS_PER_S * 1000000000 + random_instant_ns () % (TS_NS_PER_S * 1000000000);
      gint64 later_ns = earlier_ns + g_test_rand_int_range (0, G_MAXINT32);
      guint n_decimals = (guint) g_test_rand_int_range (0, 10);

      ts_time_format_seconds (earlier_ns, n_decimals, earlier);
      ts_time_format_seconds (later_ns, n_decimals, later);
      g_assert_cmpint (strcmp (earlier, later), <=, 0);
    }
}

static void
test_every_wrong_byte (void)
{
  static const char good[] = "1696295878.123456789";

  for (gsize at = 0; at < strlen (good); at++)
    for (guint byte = 0; byte < 256; byte++)
      {
        char text[sizeof good];
        gint64 instant_ns;

        memcpy (text, good, sizeof good);
        text[at] = (char) byte;
        if (good[at] == '.' ? byte == '.' : g_ascii_isdigit (byte))
          continue;
        g_assert_false (parse_exact (text, strlen (good), &instant_ns, NULL, NULL));
      }
}

static void
test_random_bytes (void)
{
  static const char alphabet[] = "0123456789..+-eE ,\n\0x\377";

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 32);
      g_autofree char *text = g_malloc (length);
      g_autoptr (GError) error = NULL;
      gint64 instant_ns = -1;
      guint n_decimals = 0;

      for (gsize i = 0; i < length; i++)
        text[i] = g_test_rand_bit () ? alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)]
                                     : (char) (g_test_rand_int () & 0xff);

      if (ts_time_parse_seconds (text, length, &instant_ns, &n_decimals, &error))
        {
          g_assert_no_error (error);
          g_assert_cmpint (instant_ns, >=, 0);
          g_assert_cmpuint (n_decimals, >=, 1);
          g_assert_cmpuint (n_decimals, <=, 9);
        }
      else
        g_assert_true (error != NULL && error->domain == TS_TIME_ERROR);
    }
}

static void
test_foreign_locale (void)
{
  static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "de_DE", "de_AT.UTF-8", "de_CH.UTF-8" };
  g_autofree char *usual = g_strdup (setlocale (LC_ALL, NULL));
  const char *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && found == NULL; i++)
    found = setlocale (LC_ALL, names[i]);
  if (found == NULL)
    {
      g_test_skip ("no German locale is installed");
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
    test_format (GSIZE_TO_POINTER (i));
  for (gsize i = 0; i < G_N_ELEMENTS (good_texts); i++)
    test_parse_good (GSIZE_TO_POINTER (i));
  for (gsize i = 0; i < G_N_ELEMENTS (bad_texts); i++)
    test_parse_bad (GSIZE_TO_POINTER (i));
  check_round_trips (N_ROUNDS / 10);

  g_assert_nonnull (setlocale (LC_ALL, usual));
}

static void
test_intervals (void)
{
  g_assert_true (ts_interval_is_valid (-3, -3));
  g_assert_true (ts_interval_is_valid (-G_MAXINT64, 0));
  g_assert_true (ts_interval_is_valid (0, G_MAXINT64));
  g_assert_false (ts_interval_is_valid (-3, -4));
  g_assert_false (ts_interval_is_valid (-G_MAXINT64, 1));
  g_assert_false (ts_interval_is_valid (G_MININT64, -1));
}

static void
test_half_width (void)
{
  g_assert_cmpint (ts_half_width_ns (-3, 4), ==, 4);
  g_assert_cmpint (ts_half_width_ns (-3, 3), ==, 3);
  g_assert_cmpint (ts_half_width_ns (5, 5), ==, 0);
  g_assert_cmpint (ts_half_width_ns (G_MININT64, G_MAXINT64), ==, G_MAXINT64);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/time/format/", formats, test_format);
  ADD_CASES ("/time/parse-good/", good_texts, test_parse_good);
  ADD_CASES ("/time/parse-bad/", bad_texts, test_parse_bad);
  g_test_add_func ("/time/parse-bad/embedded-nul", test_parse_embedded_nul);
  g_test_add_func ("/time/validity", test_validity);
  g_test_add_func ("/time/intervals", test_intervals);
  g_test_add_func ("/time/half-width", test_half_width);
  g_test_add_func ("/time/round-trips", test_round_trips);
  g_test_add_func ("/time/order-is-kept", test_order_is_kept);
  g_test_add_func ("/time/every-wrong-byte", test_every_wrong_byte);
  g_test_add_func ("/time/random-bytes", test_random_bytes);
  g_test_add_func ("/time/foreign-locale", test_foreign_locale);
  return g_test_run ();
}
