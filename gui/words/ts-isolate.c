/* Names and numbers that keep their own direction inside a text of the other one.
 *
 * Where text runs from right to left, "[::1]:20002" would be shown as "20002:[1::]" and "−1.9" as "1.9−". Unicode's
 * isolates prevent that. They are added only where text may run that way, because everywhere else they would split what
 * Pango lays out as one piece, and be copied with it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-isolate.h"

#include <glib/gi18n.h>
#include <string.h>

#define FIRST_STRONG_ISOLATE  "\u2068"
#define LEFT_TO_RIGHT_ISOLATE "\u2066"
#define POP_ISOLATE           "\u2069"
#define LEFT_TO_RIGHT_MARK    "\u200e"
#define RIGHT_TO_LEFT_MARK    "\u200f"

static gboolean
is_language_rtl (void)
{
  /* Translators: write “rtl” if your language is written from right to left, and “ltr” if not. */
  return g_str_equal (C_ ("text direction", "ltr"), "rtl");
}

/* The blocks that Unicode sets aside for scripts from right to left. */
static gboolean
is_rtl_character (gunichar c)
{
  return (c >= 0x0590 && c <= 0x08ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff) ||
         (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

static gboolean
has_rtl_character (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (is_rtl_character (g_utf8_get_char (text)))
      return TRUE;
  return FALSE;
}

/* An address runs from left to right whatever its letters, as in browsers: its dots are no ends of sentences. */
static gboolean
is_address (const char *name)
{
  return strpbrk (name, ".:") != NULL && strchr (name, ' ') == NULL;
}

/* Returns: (transfer full): @address with a mark before its port, which letters from right to left would draw to their
 *   other side */
static char *
mark_port (const char *address)
{
  const char *port = strrchr (address, ':');

  if (port == NULL)
    return g_strdup (address);
  return g_strdup_printf ("%.*s" LEFT_TO_RIGHT_MARK "%s", (int) (port - address), address, port);
}

/**
 * ts_isolate_name:
 * @name: the name or address of a server, in UTF-8
 *
 * For what is shown or read aloud, and never for what is parsed, compared or edited.
 *
 * Returns: (transfer full): @name, its direction kept apart from the text around it where the two may differ
 */
char *
ts_isolate_name (const char *name)
{
  gboolean is_rtl = is_language_rtl (), is_any_rtl = has_rtl_character (name);
  g_autofree char *marked = is_any_rtl && is_address (name) ? mark_port (name) : g_strdup (name);

  if (!is_rtl && !is_any_rtl)
    return g_steal_pointer (&marked);
  /* The first mark is for a sentence that begins with the name: Pango takes the direction of its first letter. */
  return g_strconcat (is_rtl ? RIGHT_TO_LEFT_MARK : "", is_address (name) ? LEFT_TO_RIGHT_ISOLATE : FIRST_STRONG_ISOLATE,
                      marked, POP_ISOLATE, NULL);
}

/**
 * ts_isolate_number:
 * @number: digits, perhaps with a sign
 *
 * Returns: (transfer full): @number, its sign kept on the left of its digits
 */
char *
ts_isolate_number (const char *number)
{
  if (!is_language_rtl ())
    return g_strdup (number);
  return g_strconcat (LEFT_TO_RIGHT_ISOLATE, number, POP_ISOLATE, NULL);
}

/**
 * ts_isolate_amount:
 * @number: digits, perhaps with a sign
 * @unit: its unit in the user's language
 *
 * Returns: (transfer full): both with the space between them, on whichever side of the number the unit's script asks for
 */
char *
ts_isolate_amount (const char *number,
                   const char *unit)
{
  g_autofree char *isolated = NULL;

  if (!is_language_rtl ())
    return g_strconcat (number, TS_THIN_SPACE, unit, NULL);
  isolated = ts_isolate_number (number);
  /* The first mark is for a text that begins with the amount, as in ts_isolate_name(). */
  return g_strconcat (RIGHT_TO_LEFT_MARK FIRST_STRONG_ISOLATE, isolated, TS_THIN_SPACE, unit, POP_ISOLATE, NULL);
}

/**
 * ts_isolate_sign:
 * @sign: a sign without letters, such as "±"
 * @amount: from ts_isolate_amount()
 *
 * Returns: (transfer full): @amount with @sign before its digits, whichever way the text runs
 */
char *
ts_isolate_sign (const char *sign,
                 const char *amount)
{
  const char *isolate = strstr (amount, LEFT_TO_RIGHT_ISOLATE);
  gsize n_before = isolate != NULL ? (gsize) (isolate - amount) + strlen (LEFT_TO_RIGHT_ISOLATE) : 0;

  return g_strdup_printf ("%.*s%s%s", (int) n_before, amount, sign, amount + n_before);
}
