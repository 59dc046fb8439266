/* What the files of TLS sessions share: a session, and the set of those of its thread.
 *
 * The functions are hidden from other libraries, so that within a file they may be inlined.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <sys/epoll.h>

#include "net/stamped/ts-stamped-stream.h"
#include "tcp/ts-tls-session.h"

G_BEGIN_DECLS

/* RFC 8446 section 5.1: of a record, without its header. */
#define TS_TLS_MAX_RECORD_LENGTH (1 << 14)

#define TS_TLS_BATCH_SIZE 64

typedef enum
{
  TS_TLS_GREETING,  /* the first record is not whole yet */
  TS_TLS_QUEUEING,  /* it waits for a thread */
  TS_TLS_HANDSHAKE,
  TS_TLS_SERVING,
  TS_TLS_LINGERING, /* all is said: the client's end of the stream is awaited, lest a reset destroy our answer */
  TS_TLS_OVER,      /* who owns the session is yet to be told */
  TS_TLS_N_PHASES
} TsTlsPhase;

/* The sessions of a thread. */
typedef struct
{
  GSource source;
  int epoll_fd;
  guint n_sessions;
  GQueue phases[TS_TLS_N_PHASES]; /* each in order of deadlines */
  GByteArray *answers;
  struct epoll_event events[TS_TLS_BATCH_SIZE];
  int n_events; /* of the batch being dispatched */
  guint8 scratch[TS_TLS_MAX_RECORD_LENGTH];
} TsTlsSet;

struct _TsTlsSession
{
  TsTlsSet *set;
  GList link; /* in the queue of its phase, if any */
  TsTlsPhase phase;
  gboolean is_linked;
  gint64 deadline_ns; /* monotonic */

  int fd;
  guint32 watched_events; /* 0: not in the epoll set */
  GByteArray *hello;      /* (nullable): the beginning of the stream, until the handshake */
  TsReceiveStamp hello_stamp;
  GTlsCertificate *certificate;
  TsStampedStream *stream;   /* (nullable): owns the descriptor from the handshake on */
  GIOStream *connection;     /* (nullable) */
  GCancellable *cancellable; /* (nullable): of the handshake under way */

  const TsSessionService *service;
  TsSession *session;
  gint64 idle_timeout_ns;
  GByteArray *unsent; /* (nullable): answers that the client has no room for yet */
  gsize n_sent;       /* of those */
  gsize n_lingered_bytes;
  gboolean is_closing; /* to linger once all is sent */

  TsTlsSessionEnded ended;
  gpointer user_data;
};

/* On the clock of all deadlines. */
static inline gint64
ts_tls_session_get_now_ns (TsTlsSession *self)
{
  return ts_clock_get_monotonic_ns (self->service->clock);
}

/* Inline, for it is called with every answer, and then nearly always has nothing to do. */
static inline void
ts_tls_session_watch (TsTlsSession *self,
                      guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = self };
  int operation = events == 0 ? EPOLL_CTL_DEL : self->watched_events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

  if (events == self->watched_events)
    return;
  epoll_ctl (self->set->epoll_fd, operation, self->fd, &event);
  self->watched_events = events;
}

G_GNUC_INTERNAL void ts_tls_set_add              (TsTlsSession *self);
G_GNUC_INTERNAL void ts_tls_set_remove           (TsTlsSession *self);
G_GNUC_INTERNAL void ts_tls_set_enter_phase      (TsTlsSession *self,
                                                  TsTlsPhase    phase,
                                                  gint64        deadline_ns);
G_GNUC_INTERNAL void ts_tls_set_hurry            (TsTlsSet     *set,
                                                  gint64        deadline_ns);

G_GNUC_INTERNAL void ts_tls_handshake_greet      (TsTlsSession *self);
G_GNUC_INTERNAL void ts_tls_handshake_admit      (TsTlsSet     *set);
G_GNUC_INTERNAL void ts_tls_handshake_give_up    (TsTlsSession *self);
G_GNUC_INTERNAL void ts_tls_handshake_forget     (TsTlsSession *self);
G_GNUC_INTERNAL void ts_tls_handshake_blame      (TsTlsSession *self);

G_GNUC_INTERNAL void ts_tls_session_receive      (TsTlsSession *self);
G_GNUC_INTERNAL void ts_tls_session_send_answers (TsTlsSession *self);
G_GNUC_INTERNAL void ts_tls_session_linger       (TsTlsSession *self);
G_GNUC_INTERNAL void ts_tls_session_end          (TsTlsSession *self);

G_END_DECLS
