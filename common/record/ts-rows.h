/* The records of a file, with what the estimator makes of them.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-record-text.h"
#include "record/ts-recording.h"

G_BEGIN_DECLS

/**
 * TsRowsSummary:
 * @server: whose they are
 * @n_samples: how many samples
 * @n_others: how many records that are no samples
 * @n_sessions: how many runs of an estimator
 * @begin_ns: the least instant
 * @end_ns: the greatest
 * @estimator: the version of the estimator when they were recorded; 0: unknown
 * @n_damaged: how many blocks of the file could not be read
 * @n_other: how many blocks gave other numbers than when they were recorded
 * @n_compared: how many gave the same; the others were recorded by another version, or are not whole
 * @digest: the SHA-256 of all that the estimator gave
 * @last: its last estimate
 * @n_thinned: how many exchanges of the range are no longer kept, but only what they come to
 * @thinned_begin_ns: when the first of them was, about
 * @thinned_end_ns: and the last
 * @n_partial: how many samples have an estimate that does without some exchanges of their session, because these are no longer
 *   kept or damaged
 * @partial_begin_ns: when the first of them was
 *
 * What the records of a server came to.
 */
typedef struct
{
  char *server;
  guint64 n_samples;
  guint64 n_others;
  guint n_sessions;
  gint64 begin_ns;
  gint64 end_ns;
  gint64 estimator;
  guint n_damaged;
  guint n_other;
  guint n_compared;
  char *digest;
  TsEstimate last;
  gint64 n_thinned;
  gint64 thinned_begin_ns;
  gint64 thinned_end_ns;
  guint64 n_partial;
  gint64 partial_begin_ns;
} TsRowsSummary;

/**
 * TsRowsFunc:
 * @row: the next record; valid during the call
 * @user_data: of the caller
 *
 * Returns: whether to go on
 */
typedef gboolean (*TsRowsFunc) (const TsRecordTextRow *row,
                                gpointer               user_data);

/**
 * TsRowsRollupFunc:
 * @server: whose it is
 * @rollup: the next roll-up; valid during the call
 * @user_data: of the caller
 */
typedef void (*TsRowsRollupFunc) (const char     *server,
                                  const TsRollup *rollup,
                                  gpointer        user_data);

gboolean   ts_rows_is_database  (const char        *path);
GPtrArray *ts_rows_read         (const char        *path,
                                 const char        *server,
                                 gint64             from_ns,
                                 gint64             to_ns,
                                 TsRowsFunc         func,
                                 gpointer           user_data,
                                 GError           **error);
gboolean   ts_rows_read_thinned (const char        *path,
                                 const char        *server,
                                 gint64             from_ns,
                                 gint64             to_ns,
                                 TsRowsRollupFunc   func,
                                 gpointer           user_data,
                                 GError           **error);

G_END_DECLS
