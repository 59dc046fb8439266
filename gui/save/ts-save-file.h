/* Writes a file piece by piece: either all of it is written, or nothing changes.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TsSaveNext:
 * @source: where the file's content comes from
 * @part: (inout): an empty string, to append the next bytes to
 *
 * Returns: whether there were any left
 */
typedef gboolean (*TsSaveNext) (gpointer  source,
                                GString  *part);

void     ts_save_file_async  (GFile                *file,
                              TsSaveNext            next,
                              gpointer              source,
                              GDestroyNotify        free_source,
                              GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data);
gboolean ts_save_file_finish (GFile                *file,
                              GAsyncResult         *result,
                              GError              **error);

G_END_DECLS
