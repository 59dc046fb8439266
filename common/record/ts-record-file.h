/* The file of a recording as a whole: locked for one program, told from other files, moved aside when it is damaged.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TsRecordFile TsRecordFile;

TsRecordFile *ts_record_file_lock         (const char     *path,
                                           GError        **error);
void          ts_record_file_unlock       (TsRecordFile   *self);
const char   *ts_record_file_get_path     (TsRecordFile   *self);
gboolean      ts_record_file_is_recording (TsRecordFile   *self);
char         *ts_record_file_move_aside   (TsRecordFile   *self,
                                           GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsRecordFile, ts_record_file_unlock)

G_END_DECLS
