/* The user's language.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-locale.h"

#include <libintl.h>
#include <locale.h>

/**
 * ts_locale_init:
 *
 * Sets the user's locale and our translations. Every program calls this first. The translations are where they were
 * installed, or in TIMESYNC_LOCALEDIR, so that a program that is not installed speaks the user's language too.
 */
void
ts_locale_init (void)
{
  const char *directory = g_getenv ("TIMESYNC_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, directory != NULL ? directory : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}
