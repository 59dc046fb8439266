/* Options that take no value.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-switches.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
is_switch (const GOptionEntry *entries,
           const char *name)
{
  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    if (entry->arg == G_OPTION_ARG_NONE && g_str_equal (entry->long_name, name))
      return TRUE;
  return FALSE;
}

/**
 * ts_switches_check:
 * @entries: (array zero-terminated=1): options
 * @words: (array zero-terminated=1): a command line, the program's name first
 * @error: return location for a %G_OPTION_ERROR that names the option
 *
 * GLib takes "--json=false" for "--json".
 *
 * Returns: whether no option of @entries has a value that it does not take
 */
gboolean
ts_switches_check (const GOptionEntry *entries,
                   char *const *words,
                   GError **error)
{
  for (gsize i = 1; words[i] != NULL && !g_str_equal (words[i], "--"); i++)
    {
      const char *end = g_str_has_prefix (words[i], "--") ? strchr (words[i], '=') : NULL;
      g_autofree char *name = end != NULL ? g_strndup (words[i] + 2, (gsize) (end - words[i] - 2)) : NULL;

      if (name == NULL || !is_switch (entries, name))
        continue;
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--%s takes no value: “%s”"), name, end + 1);
      return FALSE;
    }
  return TRUE;
}
