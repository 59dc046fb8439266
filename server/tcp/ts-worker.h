/* A thread that serves connections.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "limit/ts-policy.h"
#include "answer/ts-session.h"

G_BEGIN_DECLS

/* How many connections it takes at once, because a pipe takes as many in one piece. */
#define TS_WORKER_MAX_TAKEN 512

typedef struct _TsWorker TsWorker;

TsWorker *ts_worker_new               (TsClock           *clock,
                                       guint64            server_id,
                                       TsPolicy          *policy,
                                       GError           **error);
gboolean  ts_worker_take              (TsWorker          *self,
                                       const int         *fds,
                                       guint              n_fds);
void      ts_worker_evict             (TsWorker          *self,
                                       gconstpointer      address,
                                       guint              n_connections);
void      ts_worker_update            (TsWorker          *self);
gboolean  ts_worker_is_alive          (TsWorker          *self);
guint     ts_worker_get_n_connections (TsWorker          *self);
void      ts_worker_get_counters      (TsWorker          *self,
                                       TsCounters        *sum);
void      ts_worker_end               (TsWorker          *self);
void      ts_worker_join              (TsWorker          *self,
                                       TsCounters        *sum);

G_END_DECLS
