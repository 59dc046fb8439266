/* What is drawn of a server's recorded past.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-recording.h"

G_BEGIN_DECLS

/* At most this many entries of each resolution are drawn. */
#define TS_PAST_MAX_ENTRIES 4096

/**
 * TsPastEvent:
 * @at_ns: our clock
 * @kind: what happened to this computer or its recorder; not %TS_RECORD_EVENT_NOT_RUNNING, which is an entry
 * @value: a number that belongs to it
 *
 * What happened beside the exchanges.
 */
typedef struct
{
  gint64 at_ns;
  TsRecordEventKind kind;
  gint64 value;
} TsPastEvent;

GArray *ts_past_read           (TsRecording             *recording,
                                const TsRecordedServer  *server,
                                gint64                   until_ns,
                                GError                 **error);
GArray *ts_past_read_span      (TsRecording             *recording,
                                const TsRecordedServer  *server,
                                gint64                   begin_ns,
                                gint64                   end_ns,
                                GError                 **error);
GArray *ts_past_read_exchanges (TsRecording             *recording,
                                const TsRecordedServer  *server,
                                gint64                   at_ns,
                                GError                 **error);
GArray *ts_past_read_events    (TsRecording             *recording,
                                const TsRecordedServer  *server,
                                GError                 **error);

G_END_DECLS
