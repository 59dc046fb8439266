/* Recorded exchanges through the estimator again.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-recording.h"

G_BEGIN_DECLS

typedef struct _TsReplay TsReplay;

TsReplay      *ts_replay_new           (void);
void           ts_replay_free          (TsReplay              *self);
TsRecord       ts_replay_add           (TsReplay              *self,
                                        gint64                 session,
                                        const TsRecord        *record,
                                        TsEstimate            *estimate);
gboolean       ts_replay_add_block     (TsReplay              *self,
                                        const TsRecordedBlock *block,
                                        GArray                *records,
                                        GArray                *estimates);
char          *ts_replay_get_digest    (const TsReplay        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsReplay, ts_replay_free)

G_END_DECLS
