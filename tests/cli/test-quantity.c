/* Tests of ts-quantity: durations as text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-time.h"
#include "shared/ts-quantity.h"

#include "test-cases.h"

static const struct
{
  const char *name;
  gint64 duration_ns;
  const char *unit;
  gboolean with_plus;
  const char *text;
} texts[] = {
  { "zero", 0, "auto", FALSE, "0 ns" },
  { "zero-plus", 0, "auto", TRUE, "+0 ns" },
  { "nanoseconds", 999, "auto", TRUE, "+999 ns" },
  { "microseconds", 1000, "auto", FALSE, "1.000 us" },
  { "behind", -12345678, "auto", TRUE, "-12.346 ms" },
  { "rounded-into-the-next-unit", 999999600, "auto", FALSE, "1.000 s" },
  { "just-below-the-next-unit", 999999400, "auto", FALSE, "999.999 ms" },
  { "seconds", 86400 * TS_NS_PER_S, "auto", FALSE, "86400.000 s" },
  { "least", G_MININT64, "auto", FALSE, "-9223372036.855 s" },
  { "ns", -1234567, "ns", FALSE, "-1234567 ns" },
  { "us", 1234567, "us", FALSE, "1234.567 us" },
  { "ms", 1234567, "ms", TRUE, "+1.234567 ms" },
  { "s", -1234567, "s", TRUE, "-0.001234567 s" },
  { "s-greatest", G_MAXINT64, "s", FALSE, "9223372036.854775807 s" },
};

static void
test_text (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TsQuantityUnit unit;
  g_autofree char *text = NULL;

  g_assert_true (ts_quantity_unit_parse (texts[i].unit, &unit));
  text = ts_quantity_format (texts[i].duration_ns, unit, texts[i].with_plus);
  g_assert_cmpstr (text, ==, texts[i].text);
}

static void
test_no_unit (void)
{
  TsQuantityUnit unit;

  g_assert_false (ts_quantity_unit_parse ("", &unit));
  g_assert_false (ts_quantity_unit_parse ("MS", &unit));
  g_assert_false (ts_quantity_unit_parse ("min", &unit));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/quantity/text/", texts, test_text);
  g_test_add_func ("/quantity/no-unit", test_no_unit);
  return g_test_run ();
}
