/* The lines of an evidence file, for the writer and the verifier.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The first and the last line. Each line between them is an object. */
#define TS_EVIDENCE_FIRST_LINE "{\"format\":\"timesync-evidence\",\"version\":1,\"lines\":["
#define TS_EVIDENCE_LAST_LINE  "]}"

/* The hexadecimal digits of a sum, and a NUL. */
#define TS_EVIDENCE_SUM_SIZE 65

#define TS_EVIDENCE_ERROR (ts_evidence_error_quark ())

/**
 * TsEvidenceError:
 * @TS_EVIDENCE_ERROR_FOREIGN: the file is not evidence of ours
 * @TS_EVIDENCE_ERROR_DAMAGED: the file was changed or damaged
 */
typedef enum
{
  TS_EVIDENCE_ERROR_FOREIGN,
  TS_EVIDENCE_ERROR_DAMAGED,
} TsEvidenceError;

GQuark      ts_evidence_error_quark  (void);
char       *ts_evidence_make_line    (JsonObject      *object,
                                      char             sum[TS_EVIDENCE_SUM_SIZE]);
JsonObject *ts_evidence_parse_object (const char      *text,
                                      gsize            length);
JsonObject *ts_evidence_parse_line   (const char      *line,
                                      gsize            length,
                                      char             sum[TS_EVIDENCE_SUM_SIZE],
                                      GError         **error);

G_END_DECLS
