/* An exchange with all four instants on one clock, to be drawn to scale.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ladder/ts-ladder-exchange.h"

/* With an estimate that this exchange rules out, a packet would arrive before it was sent. */
static void
choose_shift (TsLadderExchange *self,
              const TsHistoryEntry *entry)
{
  self->is_estimate = entry->estimate_ns >= self->proven_min_ns && entry->estimate_ns <= self->proven_max_ns;
  self->shift_ns = self->is_estimate ? entry->estimate_ns : self->offset_ns;
  self->shift_half_width_ns = self->is_estimate ? entry->now_max_ns / 2 - entry->now_min_ns / 2
                                                : self->proven_max_ns / 2 - self->proven_min_ns / 2;
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
  self->delay_ns = self->exchange.t4_ns - self->exchange.t1_ns - ts_ladder_exchange_get_served_ns (self);
  choose_shift (self, entry);
  place_instants (self);
}

/**
 * ts_ladder_exchange_get_served_ns:
 * @self: an exchange
 *
 * Returns: how long the server had the request, by its stamps: below 0 only if their precision explains it
 */
gint64
ts_ladder_exchange_get_served_ns (const TsLadderExchange *self)
{
  return self->exchange.t3_ns - self->exchange.t2_ns;
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
