/* ts-export-format: the formats that measurements are saved in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "save/ts-export-format.h"

static void
test_for_name (void)
{
  const struct
  {
    const char *name;
    TsExportFormat otherwise, expected;
  } cases[] = {
    { "a.csv", TS_EXPORT_PNG, TS_EXPORT_CSV },
    { "a.json", TS_EXPORT_CSV, TS_EXPORT_JSON },
    { "a.PNG", TS_EXPORT_CSV, TS_EXPORT_PNG },
    { "a.csv.svg", TS_EXPORT_CSV, TS_EXPORT_SVG },
    { "a", TS_EXPORT_JSON, TS_EXPORT_JSON },
    { "a.", TS_EXPORT_JSON, TS_EXPORT_JSON },
    { "csv", TS_EXPORT_PNG, TS_EXPORT_PNG },
    { "time.example.org", TS_EXPORT_SVG, TS_EXPORT_SVG },
    { "a.csv2", TS_EXPORT_JSON, TS_EXPORT_JSON },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ts_export_format_for_name (cases[i].name, cases[i].otherwise), ==, cases[i].expected);
}

/* A name that is proposed is taken for what it was proposed for. */
static void
test_extension_names_the_format (void)
{
  for (guint i = 0; i < TS_EXPORT_N_FORMATS; i++)
    {
      TsExportFormat format = (TsExportFormat) i, other = (TsExportFormat) ((i + 1) % TS_EXPORT_N_FORMATS);
      g_autofree char *name = g_strconcat ("a.", ts_export_format_get_extension (format), NULL);

      g_assert_cmpint (ts_export_format_for_name (name, other), ==, format);
    }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export-format/for-name", test_for_name);
  g_test_add_func ("/export-format/extension", test_extension_names_the_format);
  return g_test_run ();
}
