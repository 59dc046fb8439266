/* An entry of a history: a sample, or why there is none.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/history/ts-history-entry.h"

#include "measure/ts-time.h"

/* Exchanges of a burst are at most this far apart. */
#define BURST_GAP_NS (TS_NS_PER_S / 2)

/* The longest time of a server that an entry has room for. */
#define MAX_SERVER_NS ((G_GINT64_CONSTANT (1) << (TS_HISTORY_ENTRY_SERVER_BITS - 1)) - 1)

/**
 * ts_entry_kind_is_exchange:
 * @kind: what an entry is
 *
 * Returns: whether it is an exchange: one that gave a sample, was lost or was refused
 */
gboolean
ts_entry_kind_is_exchange (TsEntryKind kind)
{
  return kind == TS_ENTRY_SAMPLE || kind == TS_ENTRY_LOST || kind == TS_ENTRY_REFUSED;
}

/**
 * ts_history_entry_is_in_burst:
 * @self: one of the first %TS_SCHEDULE_BURST entries of a series, but not the first
 * @before_ns: the instant of the one before it, which began the burst or is in it
 *
 * Returns: whether the burst goes on with it, so that it overrules the one before
 */
gboolean
ts_history_entry_is_in_burst (const TsHistoryEntry *self,
                              gint64 before_ns)
{
  return self->kind == TS_ENTRY_SAMPLE && self->event == TS_CLOCK_EVENT_NONE && self->at_ns - before_ns <= BURST_GAP_NS;
}

/**
 * ts_history_entry_for_sample:
 * @sample: a sample
 * @estimate: what all samples until then make of its instant
 * @event: what broke the series just before it
 *
 * Returns: the entry that keeps @sample
 */
TsHistoryEntry
ts_history_entry_for_sample (const TsSample *sample,
                             const TsEstimate *estimate,
                             TsClockEvent event)
{
  gint64 server_ns = sample->exchange.t3_ns - sample->exchange.t2_ns;

  return (TsHistoryEntry) {
    .at_ns = sample->exchange.t4_ns,
    .proven_min_ns = sample->proven_min_ns,
    .proven_max_ns = sample->proven_max_ns,
    .estimate_ns = estimate->estimate_ns,
    .now_min_ns = estimate->proven_min_ns,
    .now_max_ns = estimate->proven_max_ns,
    .server_ns = CLAMP (server_ns, -MAX_SERVER_NS, MAX_SERVER_NS),
    .precision_code = ts_precision_to_code (sample->exchange.precision_ns),
    .kind = TS_ENTRY_SAMPLE,
    .event = event,
  };
}

/**
 * ts_history_entry_get_offset_ns:
 * @entry: a sample
 *
 * Returns: the offset that this exchange alone measured, which is the centre of what it proves; 0 if @entry is no
 *   sample
 */
gint64
ts_history_entry_get_offset_ns (const TsHistoryEntry *entry)
{
  return entry->proven_min_ns + (entry->proven_max_ns - entry->proven_min_ns) / 2;
}

/**
 * ts_history_entry_get_delay_ns:
 * @entry: a sample
 *
 * Returns: the round trip less the time that the server had the request. That is as wide as what the exchange proves,
 *   less the precision of the stamps at both ends. 0 if @entry is no sample
 */
gint64
ts_history_entry_get_delay_ns (const TsHistoryEntry *entry)
{
  return MAX (entry->proven_max_ns - entry->proven_min_ns - 2 * ts_precision_from_code (entry->precision_code), 0);
}

/**
 * ts_history_entry_get_exchange:
 * @entry: a sample
 *
 * Returns: the exchange that @entry is the sample of, with a precision that ts_precision_round_up() rounded up
 */
TsExchange
ts_history_entry_get_exchange (const TsHistoryEntry *entry)
{
  gint64 precision_ns = ts_precision_from_code (entry->precision_code);
  gint64 t3_ns = entry->at_ns + entry->proven_min_ns + precision_ns;
  gint64 t2_ns = t3_ns - entry->server_ns;

  return (TsExchange) {
    .t1_ns = t2_ns - (entry->proven_max_ns - precision_ns),
    .t2_ns = t2_ns,
    .t3_ns = t3_ns,
    .t4_ns = entry->at_ns,
    .precision_ns = precision_ns,
  };
}
