/* Several monitors in an order, and which of their servers agree.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/ts-selection.h"
#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

#define TS_TYPE_ENSEMBLE (ts_ensemble_get_type ())
G_DECLARE_FINAL_TYPE (TsEnsemble, ts_ensemble, TS, ENSEMBLE, GObject)

TsEnsemble        *ts_ensemble_new          (void);
void               ts_ensemble_append       (TsEnsemble *self,
                                             TsMonitor  *monitor);
void               ts_ensemble_insert       (TsEnsemble *self,
                                             guint       position,
                                             TsMonitor  *monitor);
void               ts_ensemble_remove       (TsEnsemble *self,
                                             guint       position);
void               ts_ensemble_move         (TsEnsemble *self,
                                             guint       from,
                                             guint       to);
guint              ts_ensemble_get_length   (TsEnsemble *self);
TsMonitor         *ts_ensemble_get          (TsEnsemble *self,
                                             guint       position);
gboolean           ts_ensemble_find         (TsEnsemble *self,
                                             TsMonitor  *monitor,
                                             guint      *position);
TsMonitor         *ts_ensemble_find_host    (TsEnsemble *self,
                                             const char *host);
gboolean           ts_ensemble_is_paused    (TsEnsemble *self);
void               ts_ensemble_set_paused   (TsEnsemble *self,
                                             gboolean    is_paused);
TsSelectionVerdict ts_ensemble_get_verdict  (TsEnsemble *self,
                                             TsMonitor  *monitor);
void               ts_ensemble_judge        (TsEnsemble *self);
const TsSelection *ts_ensemble_get_selection (TsEnsemble *self);
TsMonitor         *ts_ensemble_get_opponent (TsEnsemble *self,
                                             TsMonitor  *monitor,
                                             gint64     *gap_ns);

G_END_DECLS
