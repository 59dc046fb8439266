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
 * @newest_ns: about when the last one of them was, for telling how far it is
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
  gint64 newest_ns;
  TsSaveRows *rows;
} TsSavePast;

/**
 * TsSavePastFunc:
 * @done: which part of what is recorded is written, from 0 to 1
 * @user_data: of the caller
 */
typedef void (*TsSavePastFunc) (double   done,
                                gpointer user_data);

/**
 * TsSaveThinned:
 * @n_exchanges: how many exchanges of what was to be written are no longer kept
 * @begin_ns: our clock: when the first of them was, about
 * @end_ns: and the last
 * @partial_ns: our clock: from then on the estimates do without exchanges before; 0: all estimates are whole
 *
 * What could not be written, because only roll-ups of it are kept, and what comes of that.
 */
typedef struct
{
  gint64 n_exchanges;
  gint64 begin_ns;
  gint64 end_ns;
  gint64 partial_ns;
} TsSaveThinned;

void     ts_save_past_async  (GFile                *file,
                              const TsSavePast     *past,
                              TsSavePastFunc        tell,
                              GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data);
gboolean ts_save_past_finish (GFile                *file,
                              GAsyncResult         *result,
                              TsSaveThinned        *thinned,
                              GError              **error);

G_END_DECLS
