/* Tests of ts-quantity: durations as text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-time.h"
#include "shared/ts-arguments.h"
#include "shared/ts-quantity.h"

#include "test-cases.h"

/* The names of the units, in the order of the enumeration. */
static const char *const units[] = { "auto", "ns", "us", "ms", "s", NULL };

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
  int unit = -1;
  g_autofree char *text = NULL;

  g_assert_true (ts_arguments_parse_choice ("--unit", texts[i].unit, units, &unit, NULL));
  text = ts_quantity_format (texts[i].duration_ns, (TsQuantityUnit) unit, texts[i].with_plus);
  g_assert_cmpstr (text, ==, texts[i].text);
}

static void
test_no_unit (void)
{
  static const char *const texts_of_none[] = { "", "MS", "min" };
  int unit = 7;

  for (gsize i = 0; i < G_N_ELEMENTS (texts_of_none); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *message = g_strdup_printf ("--unit: “%s” is not one of: auto, ns, us, ms, s", texts_of_none[i]);

      g_assert_false (ts_arguments_parse_choice ("--unit", texts_of_none[i], units, &unit, &error));
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
      g_assert_cmpstr (error->message, ==, message);
    }
  g_assert_true (ts_arguments_parse_choice ("--unit", NULL, units, &unit, NULL));
  g_assert_cmpint (unit, ==, 7);
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
