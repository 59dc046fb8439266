/* Clients that wait for their TLS handshake, and whose turn it is.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "limit/ts-throttle.h"

G_BEGIN_DECLS

/* How many handshakes a worker makes at a time. GIO's pool begins with ten threads and adds more only slowly. */
#define TS_HANDSHAKE_QUEUE_AT_ONCE 16

typedef struct _TsHandshakeQueue TsHandshakeQueue;

TsHandshakeQueue *ts_handshake_queue_new         (void);
void              ts_handshake_queue_free        (TsHandshakeQueue *self);
gboolean          ts_handshake_queue_push        (TsHandshakeQueue *self,
                                                  TsThrottleEntry  *address,
                                                  GList            *link);
gpointer          ts_handshake_queue_pop         (TsHandshakeQueue *self);
void              ts_handshake_queue_remove      (TsHandshakeQueue *self,
                                                  TsThrottleEntry  *address,
                                                  GList            *link);
gint64            ts_handshake_queue_get_turn_ns (TsHandshakeQueue *self,
                                                  TsThrottleEntry  *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsHandshakeQueue, ts_handshake_queue_free)

G_END_DECLS
