/* An entry of a history: a sample, or why there is none.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-estimator.h"
#include "measure/ts-exchange.h"
#include "measure/ts-precision.h"

G_BEGIN_DECLS

#define TS_HISTORY_ENTRY_SERVER_BITS (58 - TS_PRECISION_BITS)

/**
 * TsEntryKind:
 * @TS_ENTRY_SAMPLE: a valid exchange
 * @TS_ENTRY_LOST: a request without a valid answer
 * @TS_ENTRY_REFUSED: the server, or its host, refused to serve us
 * @TS_ENTRY_PAUSED: the user paused here; no exchange took place
 * @TS_ENTRY_OFFLINE: this computer was not connected to a network, so nothing could be asked
 * @TS_ENTRY_NOT_RECORDED: from here on nothing was recorded, so nobody knows what took place
 */
typedef enum
{
  TS_ENTRY_SAMPLE,
  TS_ENTRY_LOST,
  TS_ENTRY_REFUSED,
  TS_ENTRY_PAUSED,
  TS_ENTRY_OFFLINE,
  TS_ENTRY_NOT_RECORDED,
} TsEntryKind;

/**
 * TsHistoryEntry:
 * @at_ns: our clock when the answer came, or when it was given up
 * @proven_min_ns: as in #TsSample; this and all that follow up to @server_ns are 0 if @kind is no sample
 * @proven_max_ns: as in #TsSample
 * @estimate_ns: the estimate at @at_ns, from all samples until then
 * @now_min_ns: the least offset at @at_ns that all samples until then allow
 * @now_max_ns: the greatest such offset
 * @server_ns: how long the server had the request, t3 - t2
 * @precision_code: the precision of the server's stamps, by ts_precision_to_code()
 * @kind: a #TsEntryKind: what this is
 * @event: a #TsClockEvent: what broke the series just before this sample
 *
 * An entry is small because there may be a million of them. If a server had a request for more than three days, three
 * days are kept.
 */
typedef struct
{
  gint64 at_ns;
  gint64 proven_min_ns;
  gint64 proven_max_ns;
  gint64 estimate_ns;
  gint64 now_min_ns;
  gint64 now_max_ns;
  gint64 server_ns : TS_HISTORY_ENTRY_SERVER_BITS;
  guint64 precision_code : TS_PRECISION_BITS;
  guint64 kind : 3;
  guint64 event : 3;
} TsHistoryEntry;

G_STATIC_ASSERT (sizeof (TsHistoryEntry) == 56);

gboolean       ts_entry_kind_is_exchange      (TsEntryKind           kind);
gboolean       ts_history_entry_is_in_burst  (const TsHistoryEntry *self,
                                              gint64                before_ns);
TsHistoryEntry ts_history_entry_for_sample    (const TsSample       *sample,
                                               const TsEstimate     *estimate,
                                               TsClockEvent          event);
gint64         ts_history_entry_get_offset_ns (const TsHistoryEntry *entry);
gint64         ts_history_entry_get_delay_ns  (const TsHistoryEntry *entry);
TsExchange     ts_history_entry_get_exchange  (const TsHistoryEntry *entry);

G_END_DECLS
