/* Limits as people read and type them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "words/ts-limit-words.h"

#include <glib/gi18n.h>
#include <langinfo.h>
#include <math.h>
#include <string.h>

#include "words/ts-isolate.h"

/* With more decimals than this a smaller unit is easier to read. */
#define MAX_DECIMALS 3

G_DEFINE_QUARK (ts-limit-words-error-quark, ts_limit_words_error)

/* Returns: how many decimals write @limit_ns exactly, or -1 if that takes too many */
static int
count_decimals (gint64 limit_ns,
                TsUnit unit)
{
  gint64 place_ns = ts_unit_get_ns (unit);

  for (int decimals = 0; decimals <= MAX_DECIMALS; decimals++, place_ns /= 10)
    {
      if (limit_ns % place_ns == 0)
        return decimals;
      if (place_ns % 10 != 0)
        break;
    }
  return -1;
}

/**
 * ts_limit_words_split:
 * @limit_ns: how far clocks may be apart
 * @least: the smallest unit to use
 * @greatest: the largest, at most days
 * @number: (out) (transfer full): how many of the unit that is, exactly if @least allows it
 *
 * Unlike a measurement a limit is exact, so this is 5 min and not 5.0 min.
 *
 * Returns: the unit
 */
TsUnit
ts_limit_words_split (gint64 limit_ns,
                      TsUnit least,
                      TsUnit greatest,
                      char **number)
{
  TsUnit unit = CLAMP (ts_unit_for (limit_ns), least, greatest);

  while (unit > least && count_decimals (limit_ns, unit) < 0)
    unit--;
  *number = ts_format_number (limit_ns, unit, ABS (count_decimals (limit_ns, unit)), TS_ROUND_NEAREST, FALSE);
  return unit;
}

/**
 * ts_limit_words_amount:
 * @limit_ns: how far clocks may be apart
 *
 * Returns: (transfer full): that time, exactly and with its unit: "50 ms"
 */
char *
ts_limit_words_amount (gint64 limit_ns)
{
  g_autofree char *number = NULL;
  TsUnit unit = ts_limit_words_split (limit_ns, TS_UNIT_NS, TS_UNIT_H, &number);

  return ts_isolate_amount (number, ts_unit_get_symbol (unit));
}

/* What stands between groups of digits and before a unit, word joiners too. */
static gboolean
is_space (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_FORMAT;
}

/* Returns: (transfer full): @text as C writes numbers, without spaces and with a point as the decimal sign */
static char *
normalize (const char *text)
{
  const char *radix = nl_langinfo (RADIXCHAR);
  GString *number = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_str_has_prefix (at, radix))
      g_string_append_c (number, '.');
    else if (!is_space (g_utf8_get_char (at)))
      g_string_append_len (number, at, g_utf8_next_char (at) - at);
  return g_string_free (number, FALSE);
}

/* A plain number has no sign or exponent, and is not "inf" or hexadecimal. */
static gboolean
is_plain_number (const char *text)
{
  gsize n_whole = strspn (text, "0123456789");
  gsize n_point = text[n_whole] == '.';
  gsize n_decimals = strspn (text + n_whole + n_point, "0123456789");

  return n_whole + n_decimals > 0 && text[n_whole + n_point + n_decimals] == '\0';
}

/**
 * ts_limit_words_parse:
 * @text: a number as a person types it, with a point or the locale's own decimal sign
 * @unit: its unit
 * @limit_ns: (out): how far clocks may be apart, more than 0
 * @error: return location for an error of %TS_LIMIT_WORDS_ERROR, translated
 *
 * Returns: whether @text is a valid limit
 */
gboolean
ts_limit_words_parse (const char *text,
                      TsUnit unit,
                      gint64 *limit_ns,
                      GError **error)
{
  g_autofree char *number = normalize (text);
  double value_ns = g_ascii_strtod (number, NULL) * (double) ts_unit_get_ns (unit);

  if (*number == '\0')
    {
      g_set_error_literal (error, TS_LIMIT_WORDS_ERROR, TS_LIMIT_WORDS_ERROR_MALFORMED,
                           _("Enter how far apart the clocks may be"));
      return FALSE;
    }
  if (!is_plain_number (number) || value_ns < 0.5)
    {
      g_set_error (error, TS_LIMIT_WORDS_ERROR, TS_LIMIT_WORDS_ERROR_MALFORMED,
                   /* Translators: %s is what the user typed. */
                   _("“%s” is not a number above zero"), text);
      return FALSE;
    }
  if (value_ns > (double) TS_LIMIT_MAX_NS)
    {
      g_autofree char *most = ts_limit_words_amount (TS_LIMIT_MAX_NS);

      g_set_error (error, TS_LIMIT_WORDS_ERROR, TS_LIMIT_WORDS_ERROR_OUT_OF_RANGE,
                   /* Translators: what the user typed, its unit, and an amount of time: “90000 s is more than 24 h”. */
                   _("“%1$s\u2060\u2009\u2060%2$s” is more than %3$s"), text, ts_unit_get_symbol (unit), most);
      return FALSE;
    }
  *limit_ns = llround (value_ns);
  return TRUE;
}

/**
 * ts_limit_words_state:
 * @limit: a limit that is on, and at least one sample
 * @is_past: whether the server is no longer being measured
 *
 * Returns: (transfer full): whether the offset is certainly within the limit, for the line below the headline
 */
char *
ts_limit_words_state (const TsLimit *limit,
                      gboolean is_past)
{
  g_autofree char *amount = ts_limit_words_amount (limit->limit_ns);

  switch (limit->verdict)
    {
    case TS_LIMIT_OUTSIDE:
      /* Translators: of a server’s clock and how far it may be from this computer’s: an amount of time. */
      return g_strdup_printf (is_past ? _("Was outside its limit of %s") : _("Outside its limit of %s"), amount);
    case TS_LIMIT_INSIDE:
      /* Translators: of a server’s clock and how far it may be from this computer’s: an amount of time. */
      return g_strdup_printf (is_past ? _("Was within its limit of %s") : _("Within its limit of %s"), amount);
    case TS_LIMIT_OPEN:
    default:
      /* Translators: of a server’s clock and how far it may be from this computer’s: an amount of time. */
      return g_strdup_printf (_("Not certainly within its limit of %s"), amount);
    }
}

/**
 * ts_limit_words_in_row:
 * @limit: a limit
 *
 * Returns: (transfer full) (nullable): that the offset is certainly outside it, in the few words that a row has room for;
 *   otherwise %NULL
 */
char *
ts_limit_words_in_row (const TsLimit *limit)
{
  g_autofree char *amount = NULL;

  if (limit->limit_ns == 0 || limit->verdict != TS_LIMIT_OUTSIDE)
    return NULL;
  amount = ts_limit_words_amount (limit->limit_ns);
  /* Translators: of a server’s clock: it is further away than this amount of time. There is room for about 12
   * letters. */
  return g_strdup_printf (_("over %s"), amount);
}

/**
 * ts_limit_words_event:
 * @limit_ns: how far clocks may be apart
 * @server: the server's name
 * @is_outside: whether its clock is now outside the limit; otherwise it is back within it
 *
 * Returns: (transfer full): the title of a notification
 */
char *
ts_limit_words_event (gint64 limit_ns,
                      const char *server,
                      gboolean is_outside)
{
  g_autofree char *amount = ts_limit_words_amount (limit_ns);
  g_autofree char *name = ts_isolate_name (server);

  if (is_outside)
    /* Translators: the title of a notification: the name of a server, and an amount of time. */
    return g_strdup_printf (_("%1$s is outside its limit of %2$s"), name, amount);
  /* Translators: the title of a notification: the name of a server, and an amount of time. */
  return g_strdup_printf (_("%1$s is back within its limit of %2$s"), name, amount);
}
