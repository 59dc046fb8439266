/* Instants as nanoseconds since the Unix epoch, and their decimal text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-time.h"

G_DEFINE_QUARK (ts-time-error-quark, ts_time_error)

/**
 * ts_instant_is_valid:
 * @instant_ns: nanoseconds since 1970-01-01 00:00:00 UTC
 *
 * Returns: whether @instant_ns lies in [0, %TS_INSTANT_MAX_NS]
 */
gboolean
ts_instant_is_valid (gint64 instant_ns)
{
  return instant_ns >= 0 && instant_ns <= TS_INSTANT_MAX_NS;
}

/**
 * ts_interval_is_valid:
 * @min_ns: any number
 * @max_ns: any number
 *
 * Returns: whether @min_ns is not above @max_ns, and neither the width of the interval nor its negative exceeds 64 bits
 */
gboolean
ts_interval_is_valid (gint64 min_ns,
                      gint64 max_ns)
{
  gint64 width_ns;

  return min_ns > G_MININT64 && min_ns <= max_ns && !__builtin_sub_overflow (max_ns, min_ns, &width_ns);
}

/**
 * ts_half_width_ns:
 * @min_ns: the lower end of an interval
 * @max_ns: its upper end, not below @min_ns
 *
 * Returns: half the width of the interval, rounded up
 */
gint64
ts_half_width_ns (gint64 min_ns,
                  gint64 max_ns)
{
  guint64 width_ns = (guint64) max_ns - (guint64) min_ns;

  return (gint64) MIN (width_ns / 2 + width_ns % 2, G_MAXINT64);
}

/**
 * ts_time_format_seconds:
 * @time_ns: an instant or a difference, in nanoseconds
 * @n_decimals: how many digits of the fraction to write, 0 to 9
 * @text: (out): receives the text and its NUL
 *
 * Writes @time_ns as seconds, "1696295878.123456789", whatever the locale. Further digits are cut off and not rounded,
 * so that a clock never shows a second too early.
 *
 * Returns: the length of the text without its NUL
 */
gsize
ts_time_format_seconds (gint64 time_ns,
                        guint n_decimals,
                        char text[TS_TIME_TEXT_SIZE])
{
  guint64 magnitude_ns = time_ns < 0 ? -(guint64) time_ns : (guint64) time_ns;
  guint64 seconds = magnitude_ns / TS_NS_PER_S;
  guint64 fraction_ns = magnitude_ns % TS_NS_PER_S;
  char reversed[TS_TIME_TEXT_SIZE];
  gsize length = 0;
  gsize n_digits = 0;

  g_return_val_if_fail (n_decimals <= 9, 0);

  do
    reversed[n_digits++] = (char) ('0' + seconds % 10);
  while ((seconds /= 10) > 0);

  if (time_ns < 0)
    text[length++] = '-';
  while (n_digits > 0)
    text[length++] = reversed[--n_digits];

  if (n_decimals > 0)
    {
      text[length++] = '.';
      for (guint64 place_ns = TS_NS_PER_S / 10; n_decimals > 0; place_ns /= 10, n_decimals--)
        text[length++] = (char) ('0' + fraction_ns / place_ns % 10);
    }
  text[length] = '\0';
  return length;
}

static gboolean
set_out_of_range (const char *text,
                  gsize length,
                  GError **error)
{
  g_set_error (error, TS_TIME_ERROR, TS_TIME_ERROR_OUT_OF_RANGE,
               "Time “%.*s” is after the year 2199", (int) MIN (length, 40), text);
  return FALSE;
}

/**
 * ts_time_parse_seconds:
 * @text: (array length=length): a text, which needs no NUL at its end
 * @length: its length in bytes
 * @instant_ns: (out): the instant, in nanoseconds since the Unix epoch
 * @n_decimals: (out) (optional): how many digits the fraction had, 1 to 9
 * @error: return location for a %TS_TIME_ERROR
 *
 * Reads seconds with a decimal fraction of one to nine digits, "1696295878.123456", whatever the locale. There may be
 * no sign, no exponent and no white space.
 *
 * Returns: whether @text is such a number
 */
gboolean
ts_time_parse_seconds (const char *text,
                       gsize length,
                       gint64 *instant_ns,
                       guint *n_decimals,
                       GError **error)
{
  gint64 seconds = 0;
  gint64 fraction_ns = 0;
  gint64 place_ns = TS_NS_PER_S;
  gsize i = 0;

  for (; i < length && g_ascii_isdigit (text[i]); i++)
    {
      seconds = seconds * 10 + (text[i] - '0');
      if (seconds > TS_INSTANT_MAX_NS / TS_NS_PER_S)
        return set_out_of_range (text, length, error);
    }

  if (i > 0 && i + 1 < length && text[i] == '.')
    for (i++; i < length && g_ascii_isdigit (text[i]) && place_ns > 1; i++)
      {
        place_ns /= 10;
        fraction_ns += (text[i] - '0') * place_ns;
      }

  if (i < length || place_ns == TS_NS_PER_S)
    {
      g_set_error (error, TS_TIME_ERROR, TS_TIME_ERROR_MALFORMED,
                   "“%.*s” is not a decimal number of seconds", (int) MIN (length, 40), text);
      return FALSE;
    }

  if (!ts_instant_is_valid (seconds * TS_NS_PER_S + fraction_ns))
    return set_out_of_range (text, length, error);

  *instant_ns = seconds * TS_NS_PER_S + fraction_ns;
  if (n_decimals != NULL)
    {
      *n_decimals = 0;
      for (; place_ns < TS_NS_PER_S; place_ns *= 10)
        (*n_decimals)++;
    }
  return TRUE;
}
