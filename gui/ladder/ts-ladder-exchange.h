/* An exchange with all four instants on one clock, to be drawn to scale.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history.h"

G_BEGIN_DECLS

/**
 * TsLadderExchange:
 * @exchange: the four instants, each by the clock that it was read from
 * @shown: the same, cut off to the digits that are shown, so that sums add up by their own digits
 * @n_decimals: how many digits of a second are shown: 6, or 9 if the delay is below a millisecond and the stamps are that
 *   fine
 * @offset_ns: the offset by this exchange alone
 * @delay_ns: the round trip less the server's time; below 0 only if the stamps' precision explains it
 * @proven_min_ns: the least offset that it allows
 * @proven_max_ns: the greatest
 * @shift_ns: by how much the server's clock is moved back
 * @shift_half_width_ns: by how much @shift_ns may be wrong
 * @is_estimate: whether @shift_ns is the estimate, and not @offset_ns
 * @arrived_ns: when the request arrived, by our clock, counted from t1
 * @left_ns: when the answer left, counted from t1, not before @arrived_ns
 * @waited_ns: when the answer arrived, counted from t1, not before @left_ns
 */
typedef struct
{
  TsExchange exchange;
  TsExchange shown;
  guint n_decimals;
  gint64 offset_ns;
  gint64 delay_ns;
  gint64 proven_min_ns;
  gint64 proven_max_ns;
  gint64 shift_ns;
  gint64 shift_half_width_ns;
  gboolean is_estimate;
  gint64 arrived_ns;
  gint64 left_ns;
  gint64 waited_ns;
} TsLadderExchange;

void   ts_ladder_exchange_init          (TsLadderExchange       *self,
                                         const TsHistoryEntry   *entry);
gint64 ts_ladder_exchange_get_waited_ns (const TsLadderExchange *self);
gint64 ts_ladder_exchange_get_served_ns (const TsLadderExchange *self);
gint64 ts_ladder_exchange_get_way_ns    (const TsLadderExchange *self,
                                         gboolean                is_answer);

G_END_DECLS
