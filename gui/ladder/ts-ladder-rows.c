/* The arithmetic of an exchange, with the numbers put in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-rows.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ladder/ts-ladder-numbers.h"
#include "words/ts-isolate.h"

#define NO_BREAK_SPACE "\u00a0"

/* A line may end before "=" and "±", and before a number that is added or subtracted. */
static gboolean
may_break_before (const char *rest)
{
  gsize sign_length = g_str_has_prefix (rest, "+ ") ? strlen ("+ ")
                    : g_str_has_prefix (rest, TS_MINUS " ") ? strlen (TS_MINUS " ")
                    : 0;

  return *rest == '=' || g_str_has_prefix (rest, "± ") || (sign_length > 0 && g_ascii_isdigit (rest[sign_length]));
}

/* Returns: (transfer full): @formula with no-break spaces except where a line may end */
static char *
hold_together (char *formula)
{
  GString *text = g_string_new (NULL);

  for (const char *c = formula; *c != '\0'; c++)
    if (*c == ' ' && !may_break_before (c + 1))
      g_string_append (text, NO_BREAK_SPACE);
    else
      g_string_append_c (text, *c);
  g_free (formula);
  return g_string_free (text, FALSE);
}

/* Returns: "a + b" or "a − b", with the other sign where @b_ns is negative */
static char *
format_sum (const TsLadderExchange *self,
            gint64 a_ns,
            gboolean is_difference,
            gint64 b_ns,
            TsUnit unit)
{
  const char *sign = is_difference == (b_ns < 0) ? " + " : " " TS_MINUS " ";
  g_autofree char *a = ts_ladder_format_number (self, a_ns, unit, TS_ROUND_NEAREST, FALSE);
  g_autofree char *b = ts_ladder_format_number (self, ABS (b_ns), unit, TS_ROUND_NEAREST, FALSE);

  return g_strconcat (a, sign, b, NULL);
}

/* A sum of two may be odd: then the last digit of its half is rounded. */
static gint64
get_offset_ns (const TsLadderExchange *self)
{
  gint64 min_ns = self->shown.t3_ns - self->shown.t4_ns, max_ns = self->shown.t2_ns - self->shown.t1_ns;

  return min_ns + (max_ns - min_ns) / 2;
}

static gint64
get_delay_ns (const TsLadderExchange *self)
{
  return ts_ladder_exchange_get_waited_ns (self) - ts_ladder_exchange_get_served_ns (self);
}

static void
make_offset_row (TsLadderRow *row,
                 const TsLadderExchange *self)
{
  TsUnit unit = ts_ladder_get_unit (self);
  g_autofree char *sum = format_sum (self, self->shown.t2_ns - self->shown.t1_ns, FALSE,
                                     self->shown.t3_ns - self->shown.t4_ns, unit);
  g_autofree char *number = ts_ladder_format_number (self, get_offset_ns (self), unit, TS_ROUND_NEAREST, TRUE);

  row->name = _("Offset");
  row->formula = hold_together (g_strdup_printf ("((t₂ − t₁) + (t₃ − t₄)) / 2 = (%s) / 2", sum));
  row->value = ts_isolate_amount (number, ts_unit_get_symbol (unit));
}

static void
make_delay_row (TsLadderRow *row,
                const TsLadderExchange *self)
{
  gint64 delay_ns = get_delay_ns (self);
  g_autofree char *sum = format_sum (self, ts_ladder_exchange_get_waited_ns (self), TRUE,
                                     ts_ladder_exchange_get_served_ns (self), ts_ladder_get_unit (self));
  char *formula;

  row->name = _("Delay");
  /* Translators: %s is a difference that is negative, of which 0 is made */
  formula = g_strdup_printf (delay_ns < 0 ? C_ ("ladder", "(t₄ − t₁) − (t₃ − t₂) = %s, at least 0")
                                          : "(t₄ − t₁) − (t₃ − t₂) = %s", sum);
  row->formula = hold_together (formula);
  row->value = ts_ladder_format_duration (self, MAX (delay_ns, 0));
}

static void
make_served_row (TsLadderRow *row,
                 const TsLadderExchange *self)
{
  row->name = _("Server’s time");
  row->formula = hold_together (g_strdup ("t₃ − t₂"));
  row->value = ts_ladder_format_duration (self, ts_ladder_exchange_get_served_ns (self));
}

/* Returns: what is proven in terms of offset and delay: "12.525 ± 6.124 / 2" */
static char *
format_centre (const TsLadderExchange *self,
               TsUnit unit)
{
  g_autofree char *offset = ts_ladder_format_number (self, get_offset_ns (self), unit, TS_ROUND_NEAREST, FALSE);
  g_autofree char *delay = ts_ladder_format_number (self, get_delay_ns (self), unit, TS_ROUND_NEAREST, FALSE);
  g_autofree char *precision = ts_ladder_format_number (self, self->exchange.precision_ns, unit, TS_ROUND_NEAREST,
                                                        FALSE);

  if (self->exchange.precision_ns > 0)
    return g_strdup_printf ("%s ± (%s / 2 + %s)", offset, delay, precision);
  return g_strdup_printf ("%s ± %s / 2", offset, delay);
}

static void
make_proven_row (TsLadderRow *row,
                 const TsLadderExchange *self)
{
  TsUnit unit = ts_ladder_get_unit (self);
  g_autofree char *centre = format_centre (self, unit);
  g_autofree char *min = ts_ladder_format_number (self, self->proven_min_ns, unit, TS_ROUND_DOWN, TRUE);
  g_autofree char *max = ts_ladder_format_number (self, self->proven_max_ns, unit, TS_ROUND_UP, TRUE);
  char *formula;

  row->name = _("Proven");
  /* Translators: from one difference to another; p is the precision of the stamps, and %s a number ± another */
  formula = g_strdup_printf (self->exchange.precision_ns > 0 ? C_ ("ladder", "t₃ − t₄ − p to t₂ − t₁ + p = %s")
                                                             : C_ ("ladder", "t₃ − t₄ to t₂ − t₁ = %s"), centre);
  row->formula = hold_together (formula);
  row->value = ts_format_range (min, max, ts_unit_get_symbol (unit));
}

/**
 * ts_ladder_rows_init:
 * @rows: (out): offset, delay, server's time and what is proven
 * @exchange: an exchange
 */
void
ts_ladder_rows_init (TsLadderRow rows[TS_LADDER_N_ROWS],
                     const TsLadderExchange *exchange)
{
  make_offset_row (&rows[0], exchange);
  make_delay_row (&rows[1], exchange);
  make_served_row (&rows[2], exchange);
  make_proven_row (&rows[3], exchange);
}

/**
 * ts_ladder_rows_clear:
 * @rows: what ts_ladder_rows_init() made
 */
void
ts_ladder_rows_clear (TsLadderRow rows[TS_LADDER_N_ROWS])
{
  for (guint i = 0; i < TS_LADDER_N_ROWS; i++)
    {
      g_clear_pointer (&rows[i].formula, g_free);
      g_clear_pointer (&rows[i].value, g_free);
    }
}
