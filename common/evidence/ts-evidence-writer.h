/* Writes what a probe does as evidence.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/clock/ts-clock.h"
#include "net/probe/ts-witness.h"

G_BEGIN_DECLS

#define TS_TYPE_EVIDENCE_WRITER (ts_evidence_writer_get_type ())
G_DECLARE_FINAL_TYPE (TsEvidenceWriter, ts_evidence_writer, TS, EVIDENCE_WRITER, TsWitness)

TsEvidenceWriter *ts_evidence_writer_new        (const char        *path,
                                                 const char        *software,
                                                 TsClock           *clock,
                                                 GError           **error);
gboolean          ts_evidence_writer_close      (TsEvidenceWriter  *self,
                                                 GError           **error);
gboolean          ts_evidence_writer_add_token  (const char        *path,
                                                 const char        *token_path,
                                                 GError           **error);

G_END_DECLS
