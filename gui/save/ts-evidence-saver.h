/* Asks where to save evidence of a server, makes it, and says by which key it is sealed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

#define TS_TYPE_EVIDENCE_SAVER (ts_evidence_saver_get_type ())
G_DECLARE_FINAL_TYPE (TsEvidenceSaver, ts_evidence_saver, TS, EVIDENCE_SAVER, GObject)

TsEvidenceSaver *ts_evidence_saver_new   (GtkWindow        *window,
                                          GSettings        *settings);
void             ts_evidence_saver_close (TsEvidenceSaver  *self);
void             ts_evidence_saver_ask   (TsEvidenceSaver  *self,
                                          TsMonitor        *monitor);
void             ts_evidence_saver_save  (TsEvidenceSaver  *self,
                                          TsMonitor        *monitor,
                                          GFile            *file);

G_END_DECLS
