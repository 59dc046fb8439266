/* Fuzz target of ts-settings-file, ts-settings and ts-setting-text: whatever an operator's file holds.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "settings/ts-settings-file.h"

#include "fuzz-target.h"

#define PATH "the.conf"

/* An error is text for one line of a terminal, and names the file. */
static void
check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_str_has_prefix (error->message, PATH ":"));
}

/* A copy is the same, and a setting that is switched off is as if nobody had set it. */
static void
check_settings (const TsSettings *settings)
{
  g_autoptr (TsSettings) copy = ts_settings_copy (settings);
  g_autofree char *same = ts_settings_describe_fixed (settings, copy);
  gsize n_settings;
  const TsSetting *table = ts_settings_get_table (&n_settings);

  g_assert_null (same);
  for (gsize i = 0; i < n_settings; i++)
    {
      g_assert_true (ts_settings_has (table[i].name));
      if (ts_settings_unset (copy, table[i].name))
        g_assert_null (ts_settings_get_place (copy, table[i].name));
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  g_autofree char *text = g_memdup2 (size > 0 ? data : (const uint8_t *) "", MAX (size, 1));
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (GError) error = NULL;

  if (!ts_settings_file_parse (text, size, PATH, settings, &error))
    {
      check_error (error);
      return 0;
    }
  g_assert_no_error (error);
  check_settings (settings);
  if (!ts_settings_validate (settings, &error))
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  return 0;
}
