/* The ladder's numbers: in one unit, to the microsecond or the nanosecond.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-numbers.h"

#include <string.h>

#include "measure/ts-time.h"

/* With a delay below this, figures are shown to the nanosecond, otherwise to the microsecond. */
#define FINE_NS TS_NS_PER_MS

/* Beyond this a double is too coarse for nanoseconds. */
#define MAX_FINE_NS (G_GINT64_CONSTANT (1000000) * TS_NS_PER_S)

/**
 * ts_ladder_count_decimals:
 * @exchange: an exchange
 *
 * Returns: how many digits of a second to show: 6, or 9 if the delay is below a millisecond and the stamps are
 *   that fine
 */
guint
ts_ladder_count_decimals (const TsLadderExchange *exchange)
{
  return exchange->delay_ns < FINE_NS && exchange->exchange.precision_ns < TS_NS_PER_US ? 9 : 6;
}

/**
 * ts_ladder_group_decimals:
 * @number: a number that has decimals, or a time of day that has
 *
 * Returns: (transfer full): the same with a narrow space between groups of three decimals
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
        g_string_append (text, TS_NARROW_SPACE);
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
  guint n_decimals = ABS (value_ns) > MAX_FINE_NS ? 6 : ts_ladder_count_decimals (exchange);
  int decimals = unit == TS_UNIT_NS ? 0 : (int) n_decimals - (unit == TS_UNIT_MS ? 3 : unit == TS_UNIT_US ? 6 : 0);
  g_autofree char *number = ts_format_number (value_ns, unit, MAX (decimals, 0), rounding, with_plus);

  return decimals > 0 ? ts_ladder_group_decimals (number) : g_steal_pointer (&number);
}

/* A unit above seconds would leave no room for microseconds. */
static TsUnit
choose_unit (gint64 a_ns,
             gint64 b_ns)
{
  return MIN (ts_unit_for (MAX (ABS (a_ns), ABS (b_ns))), TS_UNIT_S);
}

/**
 * ts_ladder_get_offset_unit:
 * @exchange: an exchange
 *
 * Returns: the unit of its offset and of what it proves
 */
TsUnit
ts_ladder_get_offset_unit (const TsLadderExchange *exchange)
{
  return choose_unit (exchange->proven_min_ns, exchange->proven_max_ns);
}

/**
 * ts_ladder_get_delay_unit:
 * @exchange: an exchange
 *
 * Returns: the unit of its durations
 */
TsUnit
ts_ladder_get_delay_unit (const TsLadderExchange *exchange)
{
  return choose_unit (MAX (exchange->waited_ns, ts_ladder_exchange_get_served_ns (exchange)), exchange->delay_ns);
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
  TsUnit unit = ts_ladder_get_delay_unit (exchange);
  g_autofree char *number = ts_ladder_format_number (exchange, duration_ns, unit, TS_ROUND_NEAREST, FALSE);

  return g_strconcat (number, TS_NARROW_SPACE, ts_unit_get_symbol (unit), NULL);
}
