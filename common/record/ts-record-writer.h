/* Writes the records of several series into a recording, for one thread.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-store.h"

G_BEGIN_DECLS

/* At most this many records wait for the disk; the ones that come then are dropped. */
/* For so long, what is hidden can be brought back. */
#define TS_RECORD_UNDO_NS (G_GINT64_CONSTANT (120000000000))

#define TS_RECORD_WRITER_MAX_WAITING 20000

typedef struct _TsRecordWriter TsRecordWriter;

TsRecordWriter *ts_record_writer_new            (const char         *path,
                                                 gboolean            is_own,
                                                 const char         *clock_source_path,
                                                 const TsRetention  *retention,
                                                 gint64              real_ns,
                                                 gint64              monotonic_ns);
void            ts_record_writer_free           (TsRecordWriter     *self);
void            ts_record_writer_set_now        (TsRecordWriter     *self,
                                                 gint64              real_ns,
                                                 gint64              monotonic_ns);
void            ts_record_writer_begin          (TsRecordWriter     *self,
                                                 guint               series,
                                                 const char         *address,
                                                 const char         *name,
                                                 gboolean            is_fresh);
gboolean        ts_record_writer_add            (TsRecordWriter     *self,
                                                 guint               series,
                                                 const TsRecord     *record);
void            ts_record_writer_end            (TsRecordWriter     *self,
                                                 guint               series);
void            ts_record_writer_end_all        (TsRecordWriter     *self);
void            ts_record_writer_hide           (TsRecordWriter     *self,
                                                 const char         *address,
                                                 gboolean            is_hidden);
void            ts_record_writer_set_retention  (TsRecordWriter     *self,
                                                 const TsRetention  *retention);
void            ts_record_writer_commit         (TsRecordWriter     *self,
                                                 guint64             n_dropped);
gboolean        ts_record_writer_is_due         (TsRecordWriter     *self);
gboolean        ts_record_writer_is_waiting     (TsRecordWriter     *self);
const GError   *ts_record_writer_get_error      (TsRecordWriter     *self);
char           *ts_record_writer_steal_moved_to (TsRecordWriter     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsRecordWriter, ts_record_writer_free)

G_END_DECLS
