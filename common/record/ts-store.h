/* A recording that is being written.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-record-sql.h"
#include "record/pack/ts-record.h"

G_BEGIN_DECLS

/**
 * TsStoreSession:
 * @address: the server's, as a person types it
 * @name: what it is called
 * @begin_ns: our clock
 * @clock_source: the kernel's
 * @boot_id: changes when this computer is started
 * @is_fresh: whether the estimator begins with it, so that a replay gives the same
 *
 * One run of one estimator.
 */
typedef struct
{
  const char *address;
  const char *name;
  gint64 begin_ns;
  const char *clock_source;
  const char *boot_id;
  gboolean is_fresh;
} TsStoreSession;

/**
 * TsRetention:
 * @keep_ns: for how long anything is kept; 0: for ever
 * @exact_ns: for how long the exchanges are; of older ones only the roll-ups remain, which keep extremes and steps; 0: as
 *   long as @keep_ns
 *
 * How much of the past a recording keeps.
 */
typedef struct
{
  gint64 keep_ns;
  gint64 exact_ns;
} TsRetention;

typedef struct _TsStore TsStore;

TsStore *ts_store_open          (const char            *path,
                                 gboolean               is_own,
                                 char                 **moved_to,
                                 GError               **error);
gboolean ts_store_start_over    (TsStore               *self,
                                 char                 **moved_to,
                                 GError               **error);
void     ts_store_close         (TsStore               *self);
gint64   ts_store_begin_session (TsStore               *self,
                                 const TsStoreSession  *session,
                                 GError               **error);
gboolean ts_store_append        (TsStore               *self,
                                 gint64                 session,
                                 const TsRecord        *records,
                                 gsize                  n_records,
                                 GError               **error);
gboolean ts_store_add_event     (TsStore               *self,
                                 const char            *address,
                                 TsRecordEventKind      kind,
                                 gint64                 at_ns,
                                 gint64                 end_ns,
                                 gint64                 value,
                                 const char            *text,
                                 GError               **error);
gboolean ts_store_end_session   (TsStore               *self,
                                 gint64                 session,
                                 GError               **error);
gboolean ts_store_hide          (TsStore               *self,
                                 const char            *address,
                                 gint64                 until_ns,
                                 gint64                 purge_ns,
                                 GError               **error);
gboolean ts_store_unhide        (TsStore               *self,
                                 const char            *address,
                                 GError               **error);
gboolean ts_store_tidy          (TsStore               *self,
                                 const TsRetention     *retention,
                                 gint64                 now_ns,
                                 GError               **error);
gboolean ts_store_commit        (TsStore               *self,
                                 GError               **error);
void     ts_store_roll_back     (TsStore               *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsStore, ts_store_close)

G_END_DECLS
