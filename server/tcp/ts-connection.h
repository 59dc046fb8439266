/* A connection as a worker serves it: bytes come, answers go, and each phase has its deadline.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "limit/ts-policy.h"
#include "answer/ts-session.h"

G_BEGIN_DECLS

/* How much is received at once. */
#define TS_SERVING_SCRATCH_SIZE (64 * 1024)

typedef struct _TsTlsPeer TsTlsPeer;
typedef struct _TsConnection TsConnection;
typedef struct _TsServing TsServing;

/**
 * TsPhase:
 * @TS_PHASE_SNIFFING: what the client speaks is not known yet
 * @TS_PHASE_SERVING: it is, and the client may ask again
 * @TS_PHASE_TLS: a TLS session serves it, which has deadlines of its own
 * @TS_PHASE_LINGERING: all is said: the client's end of the stream is awaited, lest a reset destroy our answer
 */
typedef enum
{
  TS_PHASE_SNIFFING,
  TS_PHASE_SERVING,
  TS_PHASE_TLS,
  TS_PHASE_LINGERING,
  TS_N_PHASES
} TsPhase;

/**
 * TsConnection:
 * @session: what is said on it
 * @previous: in the queue of its phase
 * @next: the same
 * @deadline_ns: when the phase is over; monotonic
 * @unsent: (nullable): answers that the client has no room for yet
 * @tls: (nullable): who serves it in %TS_PHASE_TLS
 * @fd: its socket; -1 in %TS_PHASE_TLS
 * @n_lingered_bytes: what came after all was said
 * @n_stamped_bytes: sent since the kernel stamps what is sent
 * @phase: a #TsPhase
 * @is_closing: to linger once all is sent
 * @is_ended: whether the client will send no more
 * @is_stamping: whether the kernel stamps what is sent
 *
 * A server may hold tens of thousands that wait, so it is small.
 */
struct _TsConnection
{
  TsSession session;
  TsConnection *previous;
  TsConnection *next;
  gint64 deadline_ns;
  GByteArray *unsent;
  TsTlsPeer *tls;
  int fd;
  guint32 n_lingered_bytes;
  guint32 n_stamped_bytes;
  guint8 phase;
  gboolean is_closing : 1;
  gboolean is_ended : 1;
  gboolean is_stamping : 1;
};

/**
 * TsConnectionQueue:
 * @head: (nullable): the longest there
 * @tail: (nullable): the latest
 *
 * Connections in one phase. The phase lasts as long for everybody, so they are in the order of their deadlines.
 */
typedef struct
{
  TsConnection *head;
  TsConnection *tail;
} TsConnectionQueue;

/**
 * TsServing:
 * @service: what sessions share
 * @policy: what clients may have
 * @counters: what was done
 * @now_ns: monotonic: when the batch of events came
 * @epoll_fd: the set that all connections are in
 * @n_connections: atomic
 * @phases: all connections, by phase
 * @answers: what the session at hand says
 * @scratch: what came on the connection at hand
 *
 * What the connections of a thread share.
 */
struct _TsServing
{
  TsSessionService service;
  TsPolicy *policy;
  TsCounters counters;
  gint64 now_ns;
  int epoll_fd;
  int n_connections;
  TsConnectionQueue phases[TS_N_PHASES];
  GByteArray *answers;
  guint8 *scratch;
};

void   ts_connection_open       (TsServing    *serving,
                                 int           fd);
void   ts_connection_handle     (TsServing    *serving,
                                 TsConnection *connection,
                                 guint32       events);
gint64 ts_connection_expire_all (TsServing    *serving);
void   ts_connection_end_all    (TsServing    *serving);

G_END_DECLS
