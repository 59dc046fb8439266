/* Measures one server to get evidence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "evidence/ts-evidence-verifier.h"
#include "net/clock/ts-clock.h"
#include "wire/ts-address.h"

G_BEGIN_DECLS

void              ts_evidence_run_async  (const TsAddress      *target,
                                          TsClock              *clock,
                                          const char           *software,
                                          const char           *path,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
TsEvidenceReport *ts_evidence_run_finish (GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
