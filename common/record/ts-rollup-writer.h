/* Writes the roll-ups of a recording.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-record-sql.h"

G_BEGIN_DECLS

typedef struct _TsRollupWriter TsRollupWriter;

TsRollupWriter *ts_rollup_writer_new     (sqlite3         *db,
                                          GError         **error);
void            ts_rollup_writer_free    (TsRollupWriter  *self);
void            ts_rollup_writer_reset   (TsRollupWriter  *self);
gboolean        ts_rollup_writer_add     (TsRollupWriter  *self,
                                          const gint64     identity[2],
                                          const GArray    *rollups,
                                          GError         **error);
gboolean        ts_rollup_writer_roll_up (TsRollupWriter  *self,
                                          const gint64     identity[2],
                                          gboolean         is_last,
                                          GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsRollupWriter, ts_rollup_writer_free)

G_END_DECLS
