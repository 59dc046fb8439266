/* The file of a recording as a whole: locked for one program, told from other files, moved aside when it is damaged.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TsStoreFile TsStoreFile;

TsStoreFile *ts_store_file_lock         (const char    *path,
                                         GError       **error);
void         ts_store_file_unlock       (TsStoreFile   *self);
const char  *ts_store_file_get_path     (TsStoreFile   *self);
gboolean     ts_store_file_is_recording (TsStoreFile   *self);
char        *ts_store_file_move_aside   (TsStoreFile   *self,
                                         GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsStoreFile, ts_store_file_unlock)

G_END_DECLS
