/* Records as CSV and JSON Lines, and back; and roll-ups as such.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/pack/ts-rollup.h"

G_BEGIN_DECLS

#define TS_RECORD_TEXT_ERROR (ts_record_text_error_quark ())

/**
 * TsRecordTextError:
 * @TS_RECORD_TEXT_ERROR_MALFORMED: the text does not have the form that Time Sync writes
 */
typedef enum
{
  TS_RECORD_TEXT_ERROR_MALFORMED,
} TsRecordTextError;

/**
 * TsRecordTextRow:
 * @server: the server's address, as a person types it; in a row that was read: (transfer full) (nullable)
 * @session: the number of the run of the estimator that it belongs to
 * @record: the record
 * @estimate: the estimate for its instant from all samples of the session until then; a reader leaves it empty
 *
 * A row of the table, or an object.
 */
typedef struct
{
  char *server;
  gint64 session;
  TsRecord record;
  TsEstimate estimate;
} TsRecordTextRow;

/* Reads a text, and knows the place of each figure in a row of the table. */
typedef struct _TsRecordTextReader TsRecordTextReader;

GQuark              ts_record_text_error_quark        (void);
void                ts_record_text_append_head        (GString                *text);
void                ts_record_text_append_csv         (GString                *text,
                                                       const TsRecordTextRow  *row);
void                ts_record_text_append_json        (GString                *text,
                                                       const TsRecordTextRow  *row);
void                ts_record_text_append_rollup_head (GString                *text);
void                ts_record_text_append_rollup_csv  (GString                *text,
                                                       const char             *server,
                                                       const TsRollup         *rollup);
void                ts_record_text_append_rollup_json (GString                *text,
                                                       const char             *server,
                                                       const TsRollup         *rollup);
TsRecordTextReader *ts_record_text_reader_new         (const char             *first_line,
                                                       GError                **error);
void                ts_record_text_reader_free        (TsRecordTextReader     *self);
gboolean            ts_record_text_reader_is_csv      (TsRecordTextReader     *self);
gboolean            ts_record_text_reader_take        (TsRecordTextReader     *self,
                                                       const char             *line,
                                                       TsRecordTextRow        *row,
                                                       GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsRecordTextReader, ts_record_text_reader_free)

G_END_DECLS
