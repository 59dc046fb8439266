/* Writes rows of what is recorded, and then those of what is measured, into a file.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "save/ts-save-rows.h"

G_BEGIN_DECLS

/**
 * TsSavePast:
 * @path: a recording
 * @address: a server's
 * @begin_ns: our clock: the first instant to write
 * @end_ns: the last instant that is recorded only
 * @rows: the rows of what comes then, none of them written so far
 *
 * What to write.
 */
typedef struct
{
  const char *path;
  const char *address;
  gint64 begin_ns;
  gint64 end_ns;
  TsSaveRows *rows;
} TsSavePast;

/**
 * TsSavePastFunc:
 * @done: which part of what is recorded is written, from 0 to 1
 * @user_data: of the caller
 */
typedef void (*TsSavePastFunc) (double   done,
                                gpointer user_data);

void     ts_save_past_async  (GFile                *file,
                              const TsSavePast     *past,
                              TsSavePastFunc        tell,
                              GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data);
gboolean ts_save_past_finish (GFile                *file,
                              GAsyncResult         *result,
                              GError              **error);

G_END_DECLS
