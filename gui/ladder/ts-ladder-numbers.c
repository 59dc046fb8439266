/* The ladder's numbers: in one unit, to the microsecond or the nanosecond.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-numbers.h"

#include <string.h>

#include "measure/ts-time.h"
#include "words/ts-isolate.h"

/* Beyond this a double is too coarse for nanoseconds. */
#define MAX_FINE_NS (G_GINT64_CONSTANT (1000000) * TS_NS_PER_S)

/**
 * ts_ladder_group_decimals:
 * @number: a number that has decimals, or a time of day that has
 *
 * Returns: (transfer full): the same with a thin space between groups of three decimals
 */
char *
ts_ladder_group_decimals (const char *number)
{
  gsize n_before = strcspn (number, "0123456789");
  GString *text = g_string_new (NULL);
  const char *decimals;
  gsize n_decimals;

  /* The decimals are the digits at the end. */
  for (decimals = number + strlen (number); decimals > number + n_before && g_ascii_isdigit (decimals[-1]); decimals--)
    continue;
  n_decimals = strlen (decimals);
  g_string_append_len (text, number, decimals - number);
  for (gsize i = 0; i < n_decimals; i++)
    {
      if (i > 0 && i % 3 == 0)
        g_string_append (text, TS_THIN_SPACE);
      g_string_append_c (text, decimals[i]);
    }
  return g_string_free (text, FALSE);
}

/**
 * ts_ladder_format_number:
 * @exchange: an exchange
 * @value_ns: a difference of its instants
 * @unit: of the text; not more than seconds
 * @rounding: which way
 * @with_plus: whether a positive value gets its sign
 *
 * Returns: (transfer full): the number without its unit
 */
char *
ts_ladder_format_number (const TsLadderExchange *exchange,
                         gint64 value_ns,
                         TsUnit unit,
                         TsRounding rounding,
                         gboolean with_plus)
{
  guint n_decimals = ABS (value_ns) > MAX_FINE_NS ? 6 : exchange->n_decimals;
  int decimals = unit == TS_UNIT_NS ? 0 : (int) n_decimals - (unit == TS_UNIT_MS ? 3 : unit == TS_UNIT_US ? 6 : 0);
  g_autofree char *number = ts_format_number (value_ns, unit, MAX (decimals, 0), rounding, with_plus);

  return decimals > 0 ? ts_ladder_group_decimals (number) : g_steal_pointer (&number);
}

/**
 * ts_ladder_get_unit:
 * @exchange: an exchange
 *
 * Returns: the unit of all its figures; not more than seconds, which would leave no room for microseconds
 */
TsUnit
ts_ladder_get_unit (const TsLadderExchange *exchange)
{
  gint64 offset_ns = MAX (ABS (exchange->proven_min_ns), ABS (exchange->proven_max_ns));
  gint64 duration_ns = MAX (ts_ladder_exchange_get_waited_ns (exchange), ts_ladder_exchange_get_served_ns (exchange));

  return MIN (ts_unit_for (MAX (offset_ns, duration_ns)), TS_UNIT_S);
}

/**
 * ts_ladder_format_duration:
 * @exchange: an exchange
 * @duration_ns: how long a part of it took
 *
 * Returns: (transfer full): that with its unit
 */
char *
ts_ladder_format_duration (const TsLadderExchange *exchange,
                           gint64 duration_ns)
{
  TsUnit unit = ts_ladder_get_unit (exchange);
  g_autofree char *number = ts_ladder_format_number (exchange, duration_ns, unit, TS_ROUND_NEAREST, FALSE);

  return ts_isolate_amount (number, ts_unit_get_symbol (unit));
}
