/* Shows how much of a file is written, if that takes longer than a moment.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _TsSaveProgress TsSaveProgress;

TsSaveProgress *ts_save_progress_new      (GtkWindow      *parent,
                                           const char     *name,
                                           GCancellable   *cancellable);
void            ts_save_progress_free     (TsSaveProgress *self);
void            ts_save_progress_set_done (TsSaveProgress *self,
                                           double          done);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsSaveProgress, ts_save_progress_free)

G_END_DECLS
