/* What is recorded of an exchange, and how records become bytes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history-entry.h"

G_BEGIN_DECLS

/**
 * TsRecord:
 * @at_ns: our clock when the answer came, or when the exchange was given up
 * @kind: what kind of record this is
 * @sample: the whole sample; all 0 if the record is not a sample
 * @event: what broke the series right before this sample
 * @event_size_ns: how far a clock was set, positive when forward, or how long this computer slept
 * @estimate_ns: the estimate when the sample was taken; 0 if the record is not a sample, as are the two that follow
 * @now_min_ns: the least offset that all samples until then allowed
 * @now_max_ns: the greatest
 *
 * An exchange. All members but the last three come back from a page of a recording as exactly the same integers. The last
 * three are for drawing. They come back rounded by at most a 32nd of the distance between the last two, which are rounded
 * outward. A replay (ts-replay) gives them exactly.
 */
typedef struct
{
  gint64 at_ns;
  TsEntryKind kind;
  TsSample sample;
  TsClockEvent event;
  gint64 event_size_ns;
  gint64 estimate_ns;
  gint64 now_min_ns;
  gint64 now_max_ns;
} TsRecord;

TsRecord       ts_record_for_sample (const TsSample     *sample,
                                     const TsEstimate   *estimate,
                                     TsClockEvent        event,
                                     gint64              event_size_ns);
TsRecord       ts_record_for_gap    (TsEntryKind         kind,
                                     gint64              at_ns);
TsHistoryEntry ts_record_to_entry   (const TsRecord     *record);
GByteArray    *ts_records_pack      (const TsRecord     *records,
                                     gsize               n_records,
                                     gboolean            is_exact,
                                     guint64             tag);
GArray        *ts_records_unpack    (const guint8       *data,
                                     gsize               length,
                                     guint64             tag,
                                     GError            **error);
gboolean       ts_records_agree     (const TsRecord     *exact,
                                     const TsRecord     *unpacked,
                                     gsize               n_records,
                                     gboolean            is_exact);

G_END_DECLS
