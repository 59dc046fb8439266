/* The TLS sessions of a thread, and when each has its turn.
 *
 * As in the worker, they are all in one epoll set, which is the only source that the thread's main context sees:
 * GLib would poll the descriptors and look at the timers of ten thousand idle clients at each turn.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-tls-session-private.h"

#include <unistd.h>

#include "measure/ts-time.h"

/* Wakes the set up at @deadline_ns, if not before. */
void
ts_tls_set_hurry (TsTlsSet *set,
                  gint64 deadline_ns)
{
  gint64 ready_us = g_source_get_ready_time (&set->source);
  gint64 deadline_us = deadline_ns / TS_NS_PER_US + 1;

  if (ready_us < 0 || deadline_us < ready_us)
    g_source_set_ready_time (&set->source, deadline_us);
}

static void
leave_phase (TsTlsSession *self)
{
  if (self->is_linked)
    g_queue_unlink (&self->set->phases[self->phase], &self->link);
  self->is_linked = FALSE;
}

/* From now on @self is in @phase, until @deadline_ns at most. */
void
ts_tls_set_enter_phase (TsTlsSession *self,
                        TsTlsPhase phase,
                        gint64 deadline_ns)
{
  GQueue *queue = &self->set->phases[phase];
  GList *before;

  leave_phase (self);
  before = queue->tail;
  /* Nearly always the last: a phase lasts as long for everybody, but after new settings. */
  while (before != NULL && ((TsTlsSession *) before->data)->deadline_ns > deadline_ns)
    before = before->prev;
  self->phase = phase;
  self->deadline_ns = deadline_ns;
  self->is_linked = TRUE;
  g_queue_insert_after_link (queue, before, &self->link);
  ts_tls_set_hurry (self->set, deadline_ns);
}

static void
handle (TsTlsSession *self)
{
  if (self->phase == TS_TLS_GREETING)
    ts_tls_handshake_greet (self);
  else if (self->phase == TS_TLS_LINGERING)
    ts_tls_session_linger (self);
  else if (self->phase == TS_TLS_SERVING && self->unsent != NULL)
    ts_tls_session_send_answers (self);
  /* Also after that: what TLS has decrypted already no poll tells of. */
  if (self->phase == TS_TLS_SERVING && self->unsent == NULL)
    ts_tls_session_receive (self);
}

static TsTlsSession *
peek_phase (TsTlsSet *set,
            TsTlsPhase phase)
{
  return g_queue_peek_head (&set->phases[phase]);
}

/* Returns: the first deadline that has not passed, monotonic, or -1 */
static gint64
expire_all (TsTlsSet *set)
{
  gint64 next_ns = -1;

  for (TsTlsPhase phase = TS_TLS_GREETING; phase < TS_TLS_OVER; phase++)
    {
      TsTlsSession *self;

      while ((self = peek_phase (set, phase)) != NULL && self->deadline_ns <= ts_tls_session_get_now_ns (self))
        {
          if (phase < TS_TLS_SERVING)
            ts_tls_handshake_blame (self);
          if (phase == TS_TLS_HANDSHAKE)
            ts_tls_handshake_give_up (self);
          else
            ts_tls_session_end (self);
        }
      if (self != NULL && (next_ns < 0 || self->deadline_ns < next_ns))
        next_ns = self->deadline_ns;
    }
  return next_ns;
}

static gboolean
set_dispatch (GSource *source,
              GSourceFunc callback,
              gpointer user_data)
{
  TsTlsSet *set = (TsTlsSet *) source;
  TsTlsSession *over;
  gint64 next_ns;

  set->n_events = epoll_wait (set->epoll_fd, set->events, TS_TLS_BATCH_SIZE, 0);
  for (int i = 0; i < set->n_events; i++)
    if (set->events[i].data.ptr != NULL)
      handle (set->events[i].data.ptr);
  set->n_events = 0;

  g_source_set_ready_time (source, -1);
  next_ns = expire_all (set);
  if (next_ns >= 0)
    ts_tls_set_hurry (set, next_ns);
  ts_tls_handshake_admit (set);
  while ((over = peek_phase (set, TS_TLS_OVER)) != NULL)
    {
      leave_phase (over);
      over->ended (over, over->user_data);
    }
  return G_SOURCE_CONTINUE;
}

static void
set_finalize (GSource *source)
{
  TsTlsSet *set = (TsTlsSet *) source;

  close (set->epoll_fd);
  g_byte_array_unref (set->answers);
}

static GSourceFuncs set_funcs = {
  .dispatch = set_dispatch,
  .finalize = set_finalize,
};

/* The set of this thread; it goes with its last session. */
static GPrivate current_set;

static TsTlsSet *
get_set (void)
{
  TsTlsSet *set = g_private_get (&current_set);
  GSource *source;

  if (set != NULL)
    return set;
  source = g_source_new (&set_funcs, sizeof *set);
  set = (TsTlsSet *) source;
  set->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  set->answers = g_byte_array_new ();
  g_source_add_unix_fd (source, set->epoll_fd, G_IO_IN);
  /* Else GLib blocks and unblocks the descriptor around each dispatch, with two writes to an eventfd. */
  g_source_set_can_recurse (source, TRUE);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_private_set (&current_set, set);
  return set;
}

/* Puts @self into the set of this thread, in no phase yet. */
void
ts_tls_set_add (TsTlsSession *self)
{
  self->set = get_set ();
  self->set->n_sessions++;
  self->link.data = self;
}

/* Forgets @self, whose descriptor is not watched any more. */
void
ts_tls_set_remove (TsTlsSession *self)
{
  TsTlsSet *set = self->set;

  leave_phase (self);
  for (int i = 0; i < set->n_events; i++)
    if (set->events[i].data.ptr == self)
      set->events[i].data.ptr = NULL;
  if (--set->n_sessions > 0)
    return;
  g_private_set (&current_set, NULL);
  g_source_destroy (&set->source);
  g_source_unref (&set->source);
}
