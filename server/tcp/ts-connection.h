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
 * @TS_PHASE_SNIFFING: what the client speaks is not known so far
 * @TS_PHASE_GREETING: it speaks TLS, and its first record is not whole
 * @TS_PHASE_QUEUEING: it waits for its TLS handshake
 * @TS_PHASE_HANDSHAKE: another thread shakes hands
 * @TS_PHASE_SERVING: the client may ask again
 * @TS_PHASE_REFUSED: its address has too many connections: it can only learn that
 * @TS_PHASE_LINGERING: all is said; the client's end of the stream is awaited, because closing first could send a reset,
 *   which destroys an answer that was not read so far
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
 * @session: what is said on it
 * @previous: in the queue of its phase
 * @next: the same
 * @deadline_ns: when the phase is over; monotonic
 * @unsent: (nullable): answers that the client has no room for so far
 * @tls: (nullable): what carries the bytes, where the client speaks TLS; owns @fd
 * @turn: in the queue of handshakes, in %TS_PHASE_QUEUEING
 * @fd: its socket
 * @n_lingered_bytes: what came after all was said
 * @n_stamped_bytes: sent since the kernel stamps what is sent
 * @phase: a #TsPhase
 * @is_watched: whether it is in the epoll set
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
 * @head: (nullable): whose phase ends first
 * @tail: (nullable): whose phase ends last
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
 * @service: what sessions share
 * @policy: what clients may have
 * @counters: what was done
 * @now_ns: monotonic: when the batch of events came
 * @next_deadline_ns: when ts_connection_expire_all() is to be called next, monotonic; -1: no deadline
 * @epoll_fd: the set that connections are in
 * @n_connections: atomic
 * @has_hung_handshake: atomic: whether a handshake went on long after it was cancelled
 * @phases: all connections, by phase
 * @handshakes: those in %TS_PHASE_QUEUEING, by whose turn it is
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
