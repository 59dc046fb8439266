/* What is drawn of a server's recorded past.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-recording.h"

G_BEGIN_DECLS

/* So many entries of each resolution are drawn at most. */
#define TS_PAST_MAX_ENTRIES 4096

GArray   *ts_past_read        (TsRecording             *recording,
                               const TsRecordedServer  *server,
                               gint64                   until_ns,
                               GError                 **error);
GArray   *ts_past_read_span   (TsRecording             *recording,
                               const TsRecordedServer  *server,
                               gint64                   begin_ns,
                               gint64                   end_ns,
                               GError                 **error);

G_END_DECLS
