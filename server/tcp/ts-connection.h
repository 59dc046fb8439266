/* One connection of a worker: its bytes, its answers, and a deadline for each phase.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "answer/ts-session.h"
#include "limit/ts-policy.h"
#include "tcp/ts-handshake-queue.h"
#include "tcp/ts-tls-transport.h"

G_BEGIN_DECLS

/* How much is received at once. */
#define TS_SERVING_SCRATCH_SIZE (64 * 1024)

typedef struct _TsConnection TsConnection;
typedef struct _TsServing TsServing;

/**
 * TsPhase:
 * @TS_PHASE_SNIFFING: it is not known so far what the client speaks
 * @TS_PHASE_GREETING: the client speaks TLS, and its first record is not complete
 * @TS_PHASE_QUEUEING: the client waits for its TLS handshake
 * @TS_PHASE_HANDSHAKE: another thread makes the TLS handshake
 * @TS_PHASE_SERVING: the client may send requests
 * @TS_PHASE_REFUSED: the client's address has too many connections, and the client can only learn that
 * @TS_PHASE_LINGERING: everything is sent, and the client's end of the stream is awaited, because closing first could
 *   send a reset, which destroys answers that the client has not read
 */
typedef enum
{
  TS_PHASE_SNIFFING,
  TS_PHASE_GREETING,
  TS_PHASE_QUEUEING,
  TS_PHASE_HANDSHAKE,
  TS_PHASE_SERVING,
  TS_PHASE_REFUSED,
  TS_PHASE_LINGERING,
  TS_N_PHASES
} TsPhase;

/**
 * TsConnection:
 * @session: its session
 * @previous: the connection before it in the queue of its phase
 * @next: the connection after it in that queue
 * @deadline_ns: when the phase is over, by the monotonic clock
 * @unsent: (nullable): answers that the client has no room for so far
 * @tls: (nullable): the TLS that carries the bytes, if the client speaks it; owns @fd
 * @turn: its place in the queue of handshakes, in %TS_PHASE_QUEUEING
 * @fd: its socket
 * @n_lingered_bytes: how many bytes came after everything was sent
 * @n_stamped_bytes: how many bytes were sent since the kernel stamps them
 * @phase: a #TsPhase
 * @is_watched: whether it is in the epoll set
 * @is_closing: whether to linger when everything is sent
 * @is_ended: whether the client has ended its stream
 * @is_stamping: whether the kernel stamps what is sent
 *
 * It is small, because a server may hold tens of thousands that wait.
 */
struct _TsConnection
{
  TsSession session;
  TsConnection *previous;
  TsConnection *next;
  gint64 deadline_ns;
  GByteArray *unsent;
  TsTlsTransport *tls;
  GList turn;
  int fd;
  guint32 n_lingered_bytes;
  guint32 n_stamped_bytes;
  guint8 phase;
  gboolean is_watched : 1;
  gboolean is_closing : 1;
  gboolean is_ended : 1;
  gboolean is_stamping : 1;
};

/**
 * TsConnectionQueue:
 * @head: (nullable): the connection whose phase ends first
 * @tail: (nullable): the connection whose phase ends last
 * @n: how many there are
 *
 * Connections in one phase, in the order of their deadlines.
 */
typedef struct
{
  TsConnection *head;
  TsConnection *tail;
  guint n;
} TsConnectionQueue;

/**
 * TsServing:
 * @service: what all sessions share
 * @policy: the operator's limits
 * @counters: what the thread has done
 * @now_ns: when the batch of events came, by the monotonic clock
 * @next_deadline_ns: when ts_connection_expire_all() is to be called next, by the monotonic clock; -1: no deadline
 * @epoll_fd: the set of connections
 * @n_connections: atomic: how many connections there are
 * @has_hung_handshake: atomic: whether a handshake went on long after it was cancelled
 * @phases: all connections, by phase
 * @handshakes: the connections in %TS_PHASE_QUEUEING, in the order of their turns
 * @answers: the answers of the current session
 * @scratch: the bytes that came on the current connection
 *
 * What the connections of a thread share.
 */
struct _TsServing
{
  TsSessionService service;
  TsPolicy *policy;
  TsCounters counters;
  gint64 now_ns;
  gint64 next_deadline_ns;
  int epoll_fd;
  int n_connections;
  int has_hung_handshake;
  TsConnectionQueue phases[TS_N_PHASES];
  TsHandshakeQueue *handshakes;
  GByteArray *answers;
  guint8 *scratch;
};

void ts_connection_open       (TsServing    *self,
                               int           fd);
void ts_connection_handle     (TsServing    *self,
                               TsConnection *connection,
                               guint32       events);
void ts_connection_expire_all (TsServing    *self);
void ts_connection_evict      (TsServing    *self,
                               gconstpointer address,
                               guint         n_connections);
void ts_connection_update_all (TsServing    *self);
void ts_connection_end_all    (TsServing    *self);

G_END_DECLS
