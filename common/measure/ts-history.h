/* What a series of exchanges brought: samples, and why there are none.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-estimator.h"
#include "ts-exchange.h"

G_BEGIN_DECLS

/**
 * TsEntryKind:
 * @TS_ENTRY_SAMPLE: a valid exchange
 * @TS_ENTRY_LOST: a request without a valid answer
 * @TS_ENTRY_REFUSED: the server, or its host, would not have us
 * @TS_ENTRY_PAUSED: the user paused here; no exchange took place
 */
typedef enum
{
  TS_ENTRY_SAMPLE,
  TS_ENTRY_LOST,
  TS_ENTRY_REFUSED,
  TS_ENTRY_PAUSED,
} TsEntryKind;

/**
 * TsHistoryEntry:
 * @at_ns: our clock when the answer came, or when it was given up
 * @proven_min_ns: as in #TsSample; this and what follows is 0 where @kind is no sample
 * @proven_max_ns: as in #TsSample
 * @estimate_ns: the estimate at @at_ns, from all samples until then
 * @now_min_ns: the least offset at @at_ns that all samples until then allow
 * @now_max_ns: the greatest
 * @server_ns: how long the server had the request, t3 - t2
 * @precision_digits: see ts_history_entry_get_exchange()
 * @kind: a #TsEntryKind: what this is
 * @event: a #TsClockEvent: what broke the series just before this sample
 *
 * There may be a million, so it is small. A server's time of more than three days is not told in full.
 */
typedef struct
{
  gint64 at_ns;
  gint64 proven_min_ns;
  gint64 proven_max_ns;
  gint64 estimate_ns;
  gint64 now_min_ns;
  gint64 now_max_ns;
  gint64 server_ns : 50;
  guint64 precision_digits : 4;
  guint64 kind : 3;
  guint64 event : 3;
} TsHistoryEntry;

G_STATIC_ASSERT (sizeof (TsHistoryEntry) == 56);

typedef struct _TsHistory TsHistory;

TsHistory            *ts_history_new                  (gsize                  capacity);
void                  ts_history_free                 (TsHistory             *history);
void                  ts_history_clear                (TsHistory             *history);
void                  ts_history_add_sample           (TsHistory             *history,
                                                       const TsSample        *sample,
                                                       const TsEstimate      *estimate,
                                                       TsClockEvent           event);
void                  ts_history_add_gap              (TsHistory             *history,
                                                       TsEntryKind            kind,
                                                       gint64                 at_ns);
gsize                 ts_history_get_length           (const TsHistory       *history);
const TsHistoryEntry *ts_history_get                  (const TsHistory       *history,
                                                       gsize                  index);
guint64               ts_history_get_n_samples        (const TsHistory       *history);
guint64               ts_history_get_n_lost           (const TsHistory       *history);
gint64                ts_history_get_least_delay_ns   (const TsHistory       *history);
const TsHistoryEntry *ts_history_get_last             (const TsHistory       *history);
gint64                ts_history_get_jitter_ns        (const TsHistory       *history,
                                                       guint                  n_samples);
gint64                ts_history_entry_get_offset_ns  (const TsHistoryEntry  *entry);
gint64                ts_history_entry_get_delay_ns   (const TsHistoryEntry  *entry);
TsExchange            ts_history_entry_get_exchange   (const TsHistoryEntry  *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsHistory, ts_history_free)

G_END_DECLS
