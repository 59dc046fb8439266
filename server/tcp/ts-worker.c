/* A thread that serves connections.
 *
 * GLib polls every descriptor of a context at each turn. So all connections are in one epoll set, which is the only
 * descriptor that the thread's main context sees. New connections come through a pipe.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "measure/ts-time.h"
#include "tcp/ts-connection.h"

#define BATCH_SIZE  128
#define MAX_ROUNDS  16
#define MANY_EVENTS 4

/* The pipe carries connections, which are not negative, the number of connections to evict as a negative number, and
 * these two. */
#define HANDOFF_UPDATE G_MININT
/* The worker answers by incrementing n_answered_pings. */
#define HANDOFF_PING   (G_MININT + 1)

struct _TsWorker
{
  GThread *thread;
  int handoff_fd;           /* the end to write to; -1 after ts_worker_end() */
  gconstpointer evicted_of; /* atomic: whose connections are to be evicted */
  int n_pings;
  int n_answered_pings;     /* atomic */

  /* Only the thread uses it, except for its counters and the number of its connections. */
  TsServing serving;
  GMainContext *context;
  GMainLoop *loop;
  GSource *source;
  gpointer epoll_tag;
  gint64 quality_read_ns;  /* monotonic */
  int accepted_fd;         /* the end to read from; -1 once no more will come */
};

typedef struct
{
  GSource source;
  TsWorker *worker;
} EpollSource;

static void
take_handoffs (TsWorker *self)
{
  int fds[TS_WORKER_MAX_TAKEN];
  gssize n_read = read (self->accepted_fd, fds, sizeof fds);

  for (gssize i = 0; i < n_read / (gssize) sizeof *fds; i++)
    if (fds[i] >= 0)
      ts_connection_open (&self->serving, fds[i]);
    else if (fds[i] == HANDOFF_PING)
      g_atomic_int_inc (&self->n_answered_pings);
    else if (fds[i] == HANDOFF_UPDATE)
      ts_connection_update_all (&self->serving);
    else
      ts_connection_evict (&self->serving, g_atomic_pointer_get (&self->evicted_of), (guint) -fds[i]);

  if (n_read == 0)
    {
      close (self->accepted_fd);
      self->accepted_fd = -1;
      ts_connection_end_all (&self->serving);
    }
}

static void
refresh (TsWorker *self)
{
  TsServing *serving = &self->serving;

  serving->now_ns = ts_clock_get_monotonic_ns (serving->service.clock);
  if (serving->now_ns - self->quality_read_ns < TS_CLOCK_QUALITY_MAX_AGE_NS)
    return;
  self->quality_read_ns = serving->now_ns;
  ts_clock_quality_read (&serving->service.quality);
}

/* Returns: how many events there were */
static int
handle_batch (TsWorker *self)
{
  struct epoll_event events[BATCH_SIZE];
  int n_events = epoll_wait (self->serving.epoll_fd, events, BATCH_SIZE, 0);
  gboolean is_accepting = FALSE;

  refresh (self);
  for (int i = 0; i < n_events; i++)
    if (events[i].data.ptr == NULL)
      is_accepting = TRUE;
    else
      ts_connection_handle (&self->serving, events[i].data.ptr, events[i].events);
  /* New connections and the end come last, because the end may drop connections that have an event in this batch. */
  if (is_accepting)
    take_handoffs (self);
  return n_events;
}

/* Does not use g_source_set_ready_time(), which would wake the main loop up by a write to an eventfd and a read from it
 * at each request, when the deadline moves. */
static gboolean
epoll_source_prepare (GSource *source,
                      int *timeout_ms)
{
  TsWorker *self = ((EpollSource *) source)->worker;
  gint64 left_ns;

  *timeout_ms = -1;
  if (self->serving.next_deadline_ns < 0)
    return FALSE;
  left_ns = self->serving.next_deadline_ns - ts_clock_get_monotonic_ns (self->serving.service.clock);
  *timeout_ms = (int) CLAMP ((left_ns + TS_NS_PER_MS - 1) / TS_NS_PER_MS, 0, G_MAXINT);
  return left_ns <= 0;
}

static gboolean
epoll_source_check (GSource *source)
{
  TsWorker *self = ((EpollSource *) source)->worker;

  return g_source_query_unix_fd (source, self->epoll_tag) != 0 ||
         (self->serving.next_deadline_ns >= 0 &&
          ts_clock_get_monotonic_ns (self->serving.service.clock) >= self->serving.next_deadline_ns);
}

static gboolean
epoll_source_dispatch (GSource *source,
                       GSourceFunc callback,
                       gpointer user_data)
{
  TsWorker *self = ((EpollSource *) source)->worker;

  /* If there are many requests, the next batch is there already, and looking costs less than a turn of the main
   * loop. */
  for (guint n_rounds = 0; n_rounds < MAX_ROUNDS && handle_batch (self) >= MANY_EVENTS; n_rounds++)
    ;

  ts_connection_expire_all (&self->serving);
  if (self->accepted_fd < 0 && g_atomic_int_get (&self->serving.n_connections) == 0)
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs epoll_source_funcs = {
  .prepare = epoll_source_prepare,
  .check = epoll_source_check,
  .dispatch = epoll_source_dispatch,
};

static gpointer
run (gpointer user_data)
{
  TsWorker *self = user_data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
attach_epoll_source (TsWorker *self)
{
  self->source = g_source_new (&epoll_source_funcs, sizeof (EpollSource));
  ((EpollSource *) self->source)->worker = self;
  self->epoll_tag = g_source_add_unix_fd (self->source, self->serving.epoll_fd, G_IO_IN);
  /* Otherwise GLib blocks and unblocks the descriptor around each dispatch, with two writes to an eventfd. */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_attach (self->source, self->context);
}

/* Frees a worker whose thread has ended, or was never there. */
static void
free_worker (TsWorker *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  close (self->serving.epoll_fd);
  g_object_unref (self->serving.service.clock);
  g_byte_array_unref (self->serving.answers);
  ts_handshake_queue_free (self->serving.handshakes);
  g_free (self->serving.scratch);
  g_free (self);
}

/* The reading end does not block. GLib's function is not used, because the thread sanitizer would not see that the pipe
 * orders what goes through it. */
static gboolean
open_pipe (int fds[2],
           GError **error)
{
  if (pipe2 (fds, O_CLOEXEC) != 0)
    {
      g_set_error_literal (error, G_UNIX_ERROR, errno, g_strerror (errno));
      return FALSE;
    }
  g_unix_set_fd_nonblocking (fds[0], TRUE, NULL);
  return TRUE;
}

/**
 * ts_worker_new:
 * @clock: the time to tell
 * @server_id: of the server, for its answers
 * @policy: what clients may have; outlives the worker
 * @error: return location for a %G_UNIX_ERROR or %G_THREAD_ERROR
 *
 * Starts a thread that serves the connections from ts_worker_take().
 *
 * Returns: (transfer full) (nullable): the worker, ended by ts_worker_end() and ts_worker_join()
 */
TsWorker *
ts_worker_new (TsClock *clock,
               guint64 server_id,
               TsPolicy *policy,
               GError **error)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
  TsWorker *self;
  int pipe_fds[2];

  if (!open_pipe (pipe_fds, error))
    return NULL;

  self = g_new0 (TsWorker, 1);
  self->accepted_fd = pipe_fds[0];
  self->handoff_fd = pipe_fds[1];
  self->serving.epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  epoll_ctl (self->serving.epoll_fd, EPOLL_CTL_ADD, self->accepted_fd, &event);
  self->serving.policy = policy;
  self->serving.service = (TsSessionService) {
    .clock = g_object_ref (clock),
    .server_id = server_id,
    .throttle = ts_policy_get_throttle (policy),
    .counters = &self->serving.counters,
    .key = ts_policy_get_seal_key (policy),
  };
  self->quality_read_ns = -TS_CLOCK_QUALITY_MAX_AGE_NS;
  self->serving.next_deadline_ns = -1;
  self->serving.handshakes = ts_handshake_queue_new ();
  self->serving.answers = g_byte_array_new ();
  self->serving.scratch = g_malloc (TS_SERVING_SCRATCH_SIZE);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  attach_epoll_source (self);
  self->thread = g_thread_try_new ("ts-worker", run, self, error);
  if (self->thread != NULL)
    return self;
  ts_worker_end (self);
  close (self->accepted_fd);
  free_worker (self);
  return NULL;
}

/* Writes @handoffs into the pipe, which never splits so small a piece. If the pipe is full, this waits.
 * Returns: whether the worker gets them */
static gboolean
hand_over (TsWorker *self,
           const int *handoffs,
           guint n_handoffs)
{
  const gsize size = n_handoffs * sizeof *handoffs;
  gssize n_written;

  G_STATIC_ASSERT (TS_WORKER_MAX_TAKEN * sizeof *handoffs <= PIPE_BUF);

  do
    n_written = write (self->handoff_fd, handoffs, size);
  while (n_written < 0 && errno == EINTR);
  return n_written == (gssize) size;
}

/**
 * ts_worker_take:
 * @self: a worker
 * @fds: (array length=n_fds) (transfer full): connected TCP sockets, not blocking
 * @n_fds: how many, up to %TS_WORKER_MAX_TAKEN
 *
 * Hands connections over. Only one thread may call this, which is not the worker's own.
 *
 * Returns: whether the worker took them; otherwise they are closed
 */
gboolean
ts_worker_take (TsWorker *self,
                const int *fds,
                guint n_fds)
{
  g_atomic_int_add (&self->serving.n_connections, (int) n_fds);
  if (hand_over (self, fds, n_fds))
    return TRUE;
  for (guint i = 0; i < n_fds; i++)
    close (fds[i]);
  g_atomic_int_add (&self->serving.n_connections, -(int) n_fds);
  return FALSE;
}

/**
 * ts_worker_evict:
 * @self: a worker, before ts_worker_end()
 * @address: of ts_throttle_find_largest()
 * @n_connections: how many of its connections to close, at most
 *
 * Closes those that have been idle for longest. Does not wait. Only the thread that calls ts_worker_take() may call
 * this.
 */
void
ts_worker_evict (TsWorker *self,
                 gconstpointer address,
                 guint n_connections)
{
  const int handoff = -(int) n_connections;

  g_atomic_pointer_set (&self->evicted_of, address);
  hand_over (self, &handoff, 1);
}

/**
 * ts_worker_update:
 * @self: a worker, before ts_worker_end()
 *
 * Makes the worker apply shorter timeouts of the policy to the connections that it holds. Does not wait. Only the
 * thread that calls ts_worker_take() may call it.
 */
void
ts_worker_update (TsWorker *self)
{
  const int handoff = HANDOFF_UPDATE;

  hand_over (self, &handoff, 1);
}

/**
 * ts_worker_is_alive:
 * @self: a worker, before ts_worker_end()
 *
 * Asks the worker for a sign of life, which the next call reports. Only the thread that calls ts_worker_take() may call
 * it.
 *
 * Returns: whether the worker has given the sign that the call before asked for, and no TLS handshake hangs
 */
gboolean
ts_worker_is_alive (TsWorker *self)
{
  const int handoff = HANDOFF_PING;

  if (g_atomic_int_get (&self->n_answered_pings) != self->n_pings || g_atomic_int_get (&self->serving.has_hung_handshake))
    return FALSE;
  self->n_pings++;
  hand_over (self, &handoff, 1);
  return TRUE;
}

/**
 * ts_worker_get_n_connections:
 * @self: a worker
 *
 * Returns: how many it holds, including those just handed over
 */
guint
ts_worker_get_n_connections (TsWorker *self)
{
  return (guint) g_atomic_int_get (&self->serving.n_connections);
}

/**
 * ts_worker_get_counters:
 * @self: a worker
 * @sum: (inout): grows by what the worker has done
 */
void
ts_worker_get_counters (TsWorker *self,
                        TsCounters *sum)
{
  ts_counters_accumulate (sum, &self->serving.counters);
}

/**
 * ts_worker_end:
 * @self: a worker, which takes no connections afterwards
 *
 * Tells the worker to answer what is in flight and to close every connection, unless it was told before. Does not wait.
 */
void
ts_worker_end (TsWorker *self)
{
  if (self->handoff_fd >= 0)
    close (self->handoff_fd);
  self->handoff_fd = -1;
}

/**
 * ts_worker_join:
 * @self: (transfer full): a worker after ts_worker_end()
 * @sum: (inout): grows by what the worker has done
 *
 * Waits until the worker has done so. This takes about a second at most, which a client may take to close its end.
 */
void
ts_worker_join (TsWorker *self,
                TsCounters *sum)
{
  g_thread_join (self->thread);
  ts_worker_get_counters (self, sum);
  free_worker (self);
}
