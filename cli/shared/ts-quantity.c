/* Durations as text, in a unit that is chosen or that fits.
 *
 * Nothing here depends on the locale: what a script reads is the same everywhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shared/ts-quantity.h"

#include <math.h>
#include <string.h>

#include "measure/ts-time.h"

static const struct
{
  const char *name;
  gint64 ns;
  int n_decimals; /* that make it exact */
} units[] = {
  [TS_QUANTITY_AUTO] = { "auto", 0, 3 },
  [TS_QUANTITY_NS] = { "ns", 1, 0 },
  [TS_QUANTITY_US] = { "us", TS_NS_PER_US, 3 },
  [TS_QUANTITY_MS] = { "ms", TS_NS_PER_MS, 6 },
  [TS_QUANTITY_S] = { "s", TS_NS_PER_S, 9 },
};

/* 31 years, so that the difference of any two fits into 64 bits. */
#define MAX_NS 1e18

static const struct
{
  const char *name;
  double ns;
} typed_units[] = {
  { "", TS_NS_PER_S }, { "s", TS_NS_PER_S }, { "ms", TS_NS_PER_MS },
  { "us", TS_NS_PER_US }, { "µs", TS_NS_PER_US }, { "ns", 1 },
};

static guint64
get_magnitude (gint64 duration_ns)
{
  return duration_ns < 0 ? -(guint64) duration_ns : (guint64) duration_ns;
}

/* Returns: the largest unit of which @magnitude_ns, rounded to its third decimal, is at least one */
static TsQuantityUnit
choose_unit (guint64 magnitude_ns)
{
  TsQuantityUnit unit = TS_QUANTITY_NS;

  for (guint i = TS_QUANTITY_US; i <= TS_QUANTITY_S; i++)
    if (magnitude_ns >= (guint64) (units[i].ns - units[i - 1].ns / 2000))
      unit = i;
  return unit;
}

static char *
format (gint64 duration_ns,
        TsQuantityUnit unit,
        int n_decimals,
        gboolean with_plus)
{
  guint64 magnitude_ns = get_magnitude (duration_ns);
  guint64 place_ns = (guint64) units[unit].ns;
  guint64 n_places;
  guint64 scale = 1;
  const char *sign = duration_ns < 0 ? "-" : with_plus ? "+" : "";

  for (int i = 0; i < n_decimals; i++)
    {
      place_ns /= 10;
      scale *= 10;
    }
  n_places = (magnitude_ns + place_ns / 2) / place_ns;
  if (n_decimals == 0)
    return g_strdup_printf ("%s%" G_GUINT64_FORMAT, sign, n_places);
  return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT, sign, n_places / scale, n_decimals,
                          n_places % scale);
}

/**
 * ts_quantity_format:
 * @duration_ns: a duration
 * @unit: the unit
 * @with_plus: whether a duration that is not negative has a "+"
 *
 * Returns: (transfer full): the number and the unit's name, "+12.345 ms"
 */
char *
ts_quantity_format (gint64 duration_ns,
                    TsQuantityUnit unit,
                    gboolean with_plus)
{
  TsQuantityUnit shown = unit == TS_QUANTITY_AUTO ? choose_unit (get_magnitude (duration_ns)) : unit;
  int n_decimals = unit == TS_QUANTITY_AUTO ? MIN (units[shown].n_decimals, units[TS_QUANTITY_AUTO].n_decimals)
                                            : units[shown].n_decimals;
  g_autofree char *number = format (duration_ns, shown, n_decimals, with_plus);

  return g_strconcat (number, " ", units[shown].name, NULL);
}

/**
 * ts_quantity_seconds:
 * @duration_ns: a duration
 *
 * Returns: (transfer full): the number of seconds, exactly and without the unit, "-0.012345678"
 */
char *
ts_quantity_seconds (gint64 duration_ns)
{
  return format (duration_ns, TS_QUANTITY_S, units[TS_QUANTITY_S].n_decimals, FALSE);
}

/**
 * ts_quantity_parse:
 * @text: a duration such as "-1.5ms": decimal digits with a full stop in every language, without an exponent, directly
 *   followed by a unit; without a unit, in seconds
 * @duration_ns: (out): the duration
 *
 * Returns: whether @text is a duration of at most 31 years
 */
gboolean
ts_quantity_parse (const char *text,
                   gint64 *duration_ns)
{
  gsize sign = text[0] == '-' || text[0] == '+' ? 1 : 0;
  gsize n_digits = strspn (text + sign, "0123456789.");
  g_autofree char *number = g_strndup (text, sign + n_digits);
  const char *unit = text + sign + n_digits;

  if (strpbrk (number, "0123456789") == NULL || strchr (number, '.') != strrchr (number, '.'))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (typed_units); i++)
    if (g_str_equal (typed_units[i].name, unit))
      {
        double value_ns = g_ascii_strtod (number, NULL) * typed_units[i].ns;

        *duration_ns = llround (CLAMP (value_ns, -MAX_NS, MAX_NS));
        return fabs (value_ns) <= MAX_NS;
      }
  return FALSE;
}
