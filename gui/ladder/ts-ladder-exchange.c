/* An exchange with all four instants on one clock, to be drawn to scale.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-exchange.h"

#include "measure/ts-time.h"

/* With a delay below this, figures are shown to the nanosecond, otherwise to the microsecond. */
#define FINE_NS TS_NS_PER_MS

/* With an estimate that this exchange rules out, a packet would arrive before it was sent. */
static void
choose_shift (TsLadderExchange *self,
              const TsHistoryEntry *entry)
{
  self->is_estimate = entry->estimate_ns >= self->proven_min_ns && entry->estimate_ns <= self->proven_max_ns;
  self->shift_ns = self->is_estimate ? entry->estimate_ns : self->offset_ns;
  self->shift_half_width_ns = self->is_estimate ? ts_half_width_ns (entry->now_min_ns, entry->now_max_ns)
                                                : ts_half_width_ns (self->proven_min_ns, self->proven_max_ns);
}

/* Instants in whole nanoseconds are in order. Coarse stamps may not be, so they are put into the order of events. */
static void
place_instants (TsLadderExchange *self)
{
  const TsExchange *exchange = &self->exchange;

  self->waited_ns = MAX (exchange->t4_ns - exchange->t1_ns, 0);
  self->arrived_ns = CLAMP (exchange->t2_ns - exchange->t1_ns - self->shift_ns, 0, self->waited_ns);
  self->left_ns = CLAMP (exchange->t3_ns - exchange->t1_ns - self->shift_ns, self->arrived_ns, self->waited_ns);
}

static gint64
cut_off (gint64 instant_ns,
         gint64 place_ns)
{
  return instant_ns - (instant_ns % place_ns + place_ns) % place_ns;
}

static void
choose_digits (TsLadderExchange *self)
{
  const TsExchange *exchange = &self->exchange;
  gboolean is_fine = self->delay_ns < FINE_NS && exchange->precision_ns < TS_NS_PER_US;
  gint64 place_ns = is_fine ? 1 : TS_NS_PER_US;

  self->n_decimals = is_fine ? 9 : 6;
  self->shown = (TsExchange) {
    .t1_ns = cut_off (exchange->t1_ns, place_ns), .t2_ns = cut_off (exchange->t2_ns, place_ns),
    .t3_ns = cut_off (exchange->t3_ns, place_ns), .t4_ns = cut_off (exchange->t4_ns, place_ns),
    .precision_ns = exchange->precision_ns,
  };
}

/**
 * ts_ladder_exchange_init:
 * @self: (out): the exchange
 * @entry: a sample
 *
 * Moves the server's clock back by the estimate of that time, or if the exchange rules that out, by its own offset.
 */
void
ts_ladder_exchange_init (TsLadderExchange *self,
                         const TsHistoryEntry *entry)
{
  *self = (TsLadderExchange) {
    .exchange = ts_history_entry_get_exchange (entry),
    .offset_ns = ts_history_entry_get_offset_ns (entry),
    .proven_min_ns = entry->proven_min_ns,
    .proven_max_ns = entry->proven_max_ns,
  };
  self->delay_ns = self->exchange.t4_ns - self->exchange.t1_ns - (self->exchange.t3_ns - self->exchange.t2_ns);
  choose_digits (self);
  choose_shift (self, entry);
  place_instants (self);
}

/**
 * ts_ladder_exchange_get_waited_ns:
 * @self: an exchange
 *
 * Returns: how long this computer waited for the answer, by the stamps as they are shown
 */
gint64
ts_ladder_exchange_get_waited_ns (const TsLadderExchange *self)
{
  return MAX (self->shown.t4_ns - self->shown.t1_ns, 0);
}

/**
 * ts_ladder_exchange_get_served_ns:
 * @self: an exchange
 *
 * Returns: how long the server had the request, by its stamps as they are shown: below 0 only if their precision
 *   explains it
 */
gint64
ts_ladder_exchange_get_served_ns (const TsLadderExchange *self)
{
  return self->shown.t3_ns - self->shown.t2_ns;
}

/**
 * ts_ladder_exchange_get_way_ns:
 * @self: an exchange
 * @is_answer: whether it is about the answer and not the request
 *
 * Returns: how long that was under way if the server's clock was moved by the right amount
 */
gint64
ts_ladder_exchange_get_way_ns (const TsLadderExchange *self,
                               gboolean is_answer)
{
  return is_answer ? self->waited_ns - self->left_ns : self->arrived_ns;
}
