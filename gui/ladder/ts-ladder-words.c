/* What the ladder says of an exchange, in words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "words/ts-format.h"
#include "ladder/ts-ladder-numbers.h"
#include "ladder/ts-ladder-rows.h"
#include "measure/ts-time.h"
#include "words/ts-join.h"
#include "words/ts-zone.h"

static const char *const symbols[TS_LADDER_N_INSTANTS] = { "t₁", "t₂", "t₃", "t₄" };

static gint64
get_instant_ns (const TsLadderExchange *self,
                TsLadderInstant instant)
{
  const gint64 instants_ns[TS_LADDER_N_INSTANTS] = { self->exchange.t1_ns, self->exchange.t2_ns,
                                                     self->exchange.t3_ns, self->exchange.t4_ns };

  return instants_ns[instant];
}

/**
 * ts_ladder_get_symbol:
 * @instant: one of the four
 *
 * Returns: (transfer none): its symbol, "t₁"
 */
const char *
ts_ladder_get_symbol (TsLadderInstant instant)
{
  return symbols[instant];
}

/**
 * ts_ladder_get_event:
 * @instant: one of the four
 *
 * Returns: (transfer none): what happened then
 */
const char *
ts_ladder_get_event (TsLadderInstant instant)
{
  switch (instant)
    {
    case TS_LADDER_T1:
      return C_ ("ladder", "request leaves");
    case TS_LADDER_T2:
      return C_ ("ladder", "request arrives");
    case TS_LADDER_T3:
      return C_ ("ladder", "answer leaves");
    case TS_LADDER_T4:
    case TS_LADDER_N_INSTANTS:
    default:
      return C_ ("ladder", "answer arrives");
    }
}

/* Coarse stamps of the server have no more digits than it sent. */
static guint
count_stamp_decimals (const TsLadderExchange *self,
                      TsLadderInstant instant)
{
  guint n_decimals = self->n_decimals;
  guint n_sent = 9;

  if (instant != TS_LADDER_T2 && instant != TS_LADDER_T3)
    return n_decimals;
  for (gint64 place_ns = 1; place_ns < self->exchange.precision_ns && n_sent > 0; place_ns *= 10)
    n_sent--;
  return MIN (n_decimals, n_sent);
}

/**
 * ts_ladder_format_stamp:
 * @exchange: an exchange
 * @instant: one of its instants
 * @is_short: whether there is room for the second and what follows only
 *
 * Returns: (transfer full): the time of day by the clock that it was read from: "10:22:52.018 204", or "52.018 204"
 */
char *
ts_ladder_format_stamp (const TsLadderExchange *exchange,
                        TsLadderInstant instant,
                        gboolean is_short)
{
  guint n_decimals = count_stamp_decimals (exchange, instant);
  g_autofree char *clock = ts_format_clock (get_instant_ns (exchange, instant), n_decimals);
  const char *second = strrchr (clock, ':');

  if (n_decimals == 0)
    return g_strdup (is_short && second != NULL ? second + 1 : clock);
  return ts_ladder_group_decimals (is_short && second != NULL ? second + 1 : clock);
}

static GDateTime *
get_date (const TsLadderExchange *self,
          TsLadderInstant instant)
{
  return ts_zone_new_date_time (get_instant_ns (self, instant) / TS_NS_PER_S);
}

/**
 * ts_ladder_format_date:
 * @exchange: an exchange
 * @instant: one of its instants
 *
 * Returns: (transfer full) (nullable): its date, if not all four instants have the same
 */
char *
ts_ladder_format_date (const TsLadderExchange *exchange,
                       TsLadderInstant instant)
{
  g_autoptr (GDateTime) date = get_date (exchange, instant);

  for (guint i = 0; i < TS_LADDER_N_INSTANTS && date != NULL; i++)
    {
      g_autoptr (GDateTime) other = get_date (exchange, i);

      if (other == NULL || g_date_time_get_year (other) != g_date_time_get_year (date) ||
          g_date_time_get_day_of_year (other) != g_date_time_get_day_of_year (date))
        return g_date_time_format (date, "%x");
    }
  return NULL;
}

/**
 * ts_ladder_format_way:
 * @exchange: an exchange
 * @is_answer: whether it is about the answer and not the request
 * @is_short: whether there is little room
 *
 * Returns: (transfer full): how long that took if the server's clock was moved by the right amount
 */
char *
ts_ladder_format_way (const TsLadderExchange *exchange,
                      gboolean is_answer,
                      gboolean is_short)
{
  g_autofree char *time = ts_format_duration (ts_ladder_exchange_get_way_ns (exchange, is_answer));

  /* Translators: along the arrow of a packet under way: an amount of time */
  return g_strdup_printf (is_short ? C_ ("ladder", "about %s") :
                          is_answer ? C_ ("ladder", "answer, about %s") : C_ ("ladder", "request, about %s"), time);
}

/**
 * ts_ladder_format_scale:
 * @exchange: an exchange
 *
 * Returns: (transfer full): how the server's clock was moved to draw it to scale, and how far coarse stamps may be off
 */
char *
ts_ladder_format_scale (const TsLadderExchange *exchange)
{
  g_autofree char *shift = ts_format_distance (exchange->shift_ns, exchange->shift_half_width_ns);
  g_autofree char *precision = ts_format_duration (exchange->exchange.precision_ns);
  g_autofree char *coarse = NULL;
  g_autofree char *scale = NULL;

  /* Translators: below the picture of an exchange, each with an amount of time. */
  if (exchange->is_estimate)
    scale = g_strdup_printf (exchange->shift_ns >= 0
                               ? _("To scale, with the server’s clock moved back by the estimate, %s")
                               : _("To scale, with the server’s clock moved forward by the estimate, %s"), shift);
  else
    scale = g_strdup_printf (exchange->shift_ns >= 0
                               ? _("To scale, with the server’s clock moved back by this exchange’s offset, %s")
                               : _("To scale, with the server’s clock moved forward by this exchange’s offset, %s"),
                             shift);
  if (exchange->exchange.precision_ns == 0)
    return g_steal_pointer (&scale);
  /* Translators: %s is an amount of time. */
  coarse = g_strdup_printf (_("The server’s stamps may be off by %s."), precision);
  return ts_join_statements (scale, coarse);
}

/**
 * ts_ladder_describe:
 * @exchange: an exchange
 * @server: the server's name
 *
 * Returns: (transfer full): what the picture shows, for assistive technology
 */
char *
ts_ladder_describe (const TsLadderExchange *exchange,
                    const char *server)
{
  g_autofree char *t1 = ts_ladder_format_stamp (exchange, TS_LADDER_T1, FALSE);
  g_autofree char *t2 = ts_ladder_format_stamp (exchange, TS_LADDER_T2, FALSE);
  g_autofree char *t3 = ts_ladder_format_stamp (exchange, TS_LADDER_T3, FALSE);
  g_autofree char *t4 = ts_ladder_format_stamp (exchange, TS_LADDER_T4, FALSE);
  g_autofree char *request = ts_format_duration (ts_ladder_exchange_get_way_ns (exchange, FALSE));
  g_autofree char *answer = ts_format_duration (ts_ladder_exchange_get_way_ns (exchange, TRUE));
  g_autofree char *waited = ts_ladder_format_duration (exchange, ts_ladder_exchange_get_waited_ns (exchange));
  g_autofree char *served = ts_ladder_format_duration (exchange, ts_ladder_exchange_get_served_ns (exchange));

  /* Translators: an exchange, read aloud: %1$s, %3$s, %5$s and %7$s are times of day, %2$s is a server's name, and
   * the others are amounts of time. */
  return g_strdup_printf (_("The request left this computer at %1$s. By its own clock %2$s had it at %3$s, after about "
                            "%4$s, and answered at %5$s, %6$s later. The answer arrived at %7$s, after about %8$s; in "
                            "all it took %9$s."),
                          t1, server, t2, request, t3, served, t4, answer, waited);
}

static void
append_row (GString *text,
            const TsLadderRow *row)
{
  g_autofree char *result = ts_join_caption (row->name, row->value);
  g_autofree char *line = ts_join_caption (result, row->formula);

  g_string_append_printf (text, "%s\n", line);
}

static void
append_stamp (GString *text,
              const TsLadderExchange *self,
              TsLadderInstant instant)
{
  char seconds[TS_TIME_TEXT_SIZE];

  ts_time_format_seconds (get_instant_ns (self, instant), 9, seconds);
  g_string_append_printf (text, "%s = %s (%s)\n", symbols[instant], seconds, ts_ladder_get_event (instant));
}

/**
 * ts_ladder_to_text:
 * @exchange: an exchange
 * @server: the server's name
 *
 * Returns: (transfer full): the exchange in lines of text: the exact stamps in seconds since 1970 UTC, and the
 *   arithmetic
 */
char *
ts_ladder_to_text (const TsLadderExchange *exchange,
                   const char *server)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GDateTime) date = get_date (exchange, TS_LADDER_T4);
  g_autofree char *when = date != NULL ? g_date_time_format_iso8601 (date) : g_strdup (TS_UNKNOWN_TEXT);
  TsLadderRow rows[TS_LADDER_N_ROWS];

  /* Translators: the first line of what is copied: a server's name, and a date with its time of day */
  g_string_append_printf (text, _("Exchange with %1$s, %2$s"), server, when);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < TS_LADDER_N_INSTANTS; i++)
    append_stamp (text, exchange, i);
  ts_ladder_rows_init (rows, exchange);
  for (guint i = 0; i < TS_LADDER_N_ROWS; i++)
    append_row (text, &rows[i]);
  ts_ladder_rows_clear (rows);
  return g_string_free (text, FALSE);
}
