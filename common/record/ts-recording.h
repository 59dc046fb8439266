/* A recording that is read.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-record-sql.h"
#include "record/pack/ts-rollup.h"

G_BEGIN_DECLS

/**
 * TsRecordedServer:
 * @id: its number in the file
 * @address: as a person types it
 * @name: what it is called
 * @hidden_until_ns: what is older is not shown; -1: all is
 *
 * A server of a recording.
 */
typedef struct
{
  gint64 id;
  char *address;
  char *name;
  gint64 hidden_until_ns;
} TsRecordedServer;

/**
 * TsRecordedEvent:
 * @server: the number of the server that it is of; 0: this computer's own
 * @kind: what happened
 * @at_ns: our clock when it began
 * @end_ns: and when it ended
 * @value: a number that belongs to it
 * @text: a text that belongs to it
 *
 * What happened beside the exchanges.
 */
typedef struct
{
  gint64 server;
  TsRecordEventKind kind;
  gint64 at_ns;
  gint64 end_ns;
  gint64 value;
  char *text;
} TsRecordedEvent;

/**
 * TsRecordedBlock:
 * @session: the number of the run of the estimator that they are of
 * @estimator: the version of that estimator
 * @is_fresh: whether the estimator began with that session and was given nothing but the blocks that were read of it so far,
 *   so that a replay gives the same
 * @is_tail: whether they came last, so that nothing of them is rounded
 * @records: (element-type TsRecord): in order
 *
 * Records that were packed together.
 */
typedef struct
{
  gint64 session;
  gint64 estimator;
  gboolean is_fresh;
  gboolean is_tail;
  GArray *records;
} TsRecordedBlock;

/**
 * TsRecordedBlockFunc:
 * @block: the next block; valid during the call
 * @user_data: of the caller
 *
 * Returns: whether to go on
 */
typedef gboolean (*TsRecordedBlockFunc) (const TsRecordedBlock *block,
                                         gpointer               user_data);

/**
 * TsRollupFunc:
 * @rollup: the next roll-up; valid during the call
 * @user_data: of the caller
 */
typedef void (*TsRollupFunc) (const TsRollup *rollup,
                              gpointer        user_data);

typedef struct _TsRecording TsRecording;

TsRecording *ts_recording_open          (const char               *path,
                                         GError                  **error);
void         ts_recording_close         (TsRecording              *self);
GPtrArray   *ts_recording_list_servers  (TsRecording              *self,
                                         GError                  **error);
gboolean     ts_recording_read          (TsRecording              *self,
                                         const TsRecordedServer   *server,
                                         gint64                    from_ns,
                                         gint64                    to_ns,
                                         TsRecordedBlockFunc       func,
                                         gpointer                  user_data,
                                         guint                    *n_damaged,
                                         GError                  **error);
GArray      *ts_recording_read_rollups  (TsRecording              *self,
                                         const TsRecordedServer   *server,
                                         int                       level,
                                         gint64                    from_ns,
                                         gint64                    to_ns,
                                         GError                  **error);
gboolean     ts_recording_read_thinned  (TsRecording              *self,
                                         const TsRecordedServer   *server,
                                         gint64                    from_ns,
                                         gint64                    to_ns,
                                         TsRollupFunc              func,
                                         gpointer                  user_data,
                                         GError                  **error);
GPtrArray   *ts_recording_read_events   (TsRecording              *self,
                                         const TsRecordedServer   *server,
                                         gint64                    from_ns,
                                         gint64                    to_ns,
                                         GError                  **error);
gboolean     ts_recording_find_next     (TsRecording              *self,
                                         const TsRecordedServer   *server,
                                         gint64                    from_ns,
                                         gint64                   *next_ns,
                                         GError                  **error);
gboolean     ts_recording_count         (TsRecording              *self,
                                         const TsRecordedServer   *server,
                                         int                       level,
                                         gint64                    from_ns,
                                         gint64                    to_ns,
                                         gint64                   *n,
                                         GError                  **error);
gboolean     ts_recording_find_newest   (TsRecording              *self,
                                         const TsRecordedServer   *server,
                                         int                       level,
                                         gint64                    n,
                                         gint64                    until_ns,
                                         gint64                   *since_ns,
                                         GError                  **error);
gboolean     ts_recording_find_session  (TsRecording              *self,
                                         const TsRecordedServer   *server,
                                         gint64                    at_ns,
                                         gint64                   *begin_ns,
                                         GError                  **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsRecording, ts_recording_close)

G_END_DECLS
