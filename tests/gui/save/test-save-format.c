/* ts-save-format: the formats that measurements are saved in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-save-format.h"

static void
test_for_name (void)
{
  const struct
  {
    const char *name;
    TsSaveFormat otherwise, expected;
  } cases[] = {
    { "a.csv", TS_SAVE_PNG, TS_SAVE_CSV },
    { "a.json", TS_SAVE_CSV, TS_SAVE_JSON },
    { "a.PNG", TS_SAVE_CSV, TS_SAVE_PNG },
    { "a.csv.svg", TS_SAVE_CSV, TS_SAVE_SVG },
    { "a", TS_SAVE_JSON, TS_SAVE_JSON },
    { "a.", TS_SAVE_JSON, TS_SAVE_JSON },
    { "csv", TS_SAVE_PNG, TS_SAVE_PNG },
    { "time.example.org", TS_SAVE_SVG, TS_SAVE_SVG },
    { "a.csv2", TS_SAVE_JSON, TS_SAVE_JSON },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ts_save_format_for_name (cases[i].name, cases[i].otherwise), ==, cases[i].expected);
}

/* A name that is proposed is taken for what it was proposed for. */
static void
test_extension_names_the_format (void)
{
  for (guint i = 0; i < TS_SAVE_N_FORMATS; i++)
    {
      TsSaveFormat format = (TsSaveFormat) i, other = (TsSaveFormat) ((i + 1) % TS_SAVE_N_FORMATS);
      g_autofree char *name = g_strconcat ("a.", ts_save_format_get (format)->extension, NULL);

      g_assert_cmpint (ts_save_format_for_name (name, other), ==, format);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/save-format/for-name", test_for_name);
  g_test_add_func ("/save-format/extension", test_extension_names_the_format);
  return g_test_run ();
}
