/* Records as CSV and JSON Lines, and back.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/pack/ts-record.h"

G_BEGIN_DECLS

#define TS_RECORD_TEXT_ERROR (ts_record_text_error_quark ())

/**
 * TsRecordTextError:
 * @TS_RECORD_TEXT_ERROR_MALFORMED: it is not what we write
 */
typedef enum
{
  TS_RECORD_TEXT_ERROR_MALFORMED,
} TsRecordTextError;

/**
 * TsRecordTextRow:
 * @server: whom it is of; where a row is read: (transfer full) (nullable)
 * @session: the number of the run of the estimator that it is of
 * @record: the record
 * @estimate: what all samples of the session until then make of its instant; not read
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

/* What a text is read with: the place of each figure in a row of the table. */
typedef struct _TsRecordTextReader TsRecordTextReader;

GQuark              ts_record_text_error_quark   (void);
void                ts_record_text_append_head   (GString                *text);
void                ts_record_text_append_csv    (GString                *text,
                                                  const TsRecordTextRow  *row);
void                ts_record_text_append_json   (GString                *text,
                                                  const TsRecordTextRow  *row);
TsRecordTextReader *ts_record_text_reader_new    (const char             *first_line,
                                                  GError                **error);
void                ts_record_text_reader_free   (TsRecordTextReader     *self);
gboolean            ts_record_text_reader_is_csv (TsRecordTextReader     *self);
gboolean            ts_record_text_reader_take   (TsRecordTextReader     *self,
                                                  const char             *line,
                                                  TsRecordTextRow        *row,
                                                  GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsRecordTextReader, ts_record_text_reader_free)

G_END_DECLS
