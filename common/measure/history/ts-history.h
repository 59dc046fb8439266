/* What a series of exchanges brought: samples, and why there are none.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/history/ts-history-entry.h"
#include "measure/history/ts-history-ring.h"

G_BEGIN_DECLS

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
void                  ts_history_summarize            (const TsHistory       *history,
                                                       gsize                  from,
                                                       gsize                  to,
                                                       TsHistorySummary      *summary);
gsize                 ts_history_find                 (const TsHistory       *history,
                                                       TsHistoryMark          mark,
                                                       gsize                  from,
                                                       gsize                  to);
gsize                 ts_history_find_last            (const TsHistory       *history,
                                                       TsHistoryMark          mark,
                                                       gsize                  from,
                                                       gsize                  to);
gsize                 ts_history_find_outside         (const TsHistory       *history,
                                                       gsize                  from,
                                                       gsize                  to,
                                                       gint64                 min_ns,
                                                       gint64                 max_ns);
const TsHistoryEntry *ts_history_get_last             (const TsHistory       *history);
gint64                ts_history_get_jitter_ns        (const TsHistory       *history,
                                                       guint                  n_samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsHistory, ts_history_free)

G_END_DECLS
