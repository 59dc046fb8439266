/* Accepts connections, up to a cap, and hands them to workers.
 *
 * GSocketService accepts one connection, which takes 29,000 instructions and 12 system calls. All others that wait are
 * accepted without it. If no descriptor were free, it would try again at once, with a warning each time, so it is
 * stopped at the cap. The server's reserve of descriptors makes sure that the cap is reached first.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tcp/ts-acceptor.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sched.h>
#include <sys/socket.h>

#include "measure/ts-time.h"
#include "net/stamped/ts-stamped-socket.h"
#include "report/ts-log.h"
#include "tcp/ts-worker.h"
#include "ts-source.h"

/* How often to check whether there is room again, and to make room for connections that wait. */
#define FULL_RETRY_MS 10

/* For each so many connections, one is closed at a time to make room, in each worker, so that even a large server soon
 * has room. */
#define CONNECTIONS_PER_EVICTION 1024

/* Each kind of message is written at most once in this time. */
#define FULL_PERIOD_NS (60 * TS_NS_PER_S)

/* How often to look for more connections before the main loop has its turn. */
#define MAX_ACCEPT_ROUNDS 32

struct _TsAcceptor
{
  GPtrArray *sockets;   /* of GSocket, listening; the server's */
  GPtrArray *workers;   /* of TsWorker; the server's */
  TsThrottle *throttle; /* the server's */
  TsClock *clock;
  GSocketService *service; /* stopped while there is no room */
  GSource *full_timer;  /* (nullable): until there is room again */
  TsLogLimit full_limit;
  TsLogLimit failure_limit;
  guint next_worker;    /* whose turn it is */
  guint max_clients;
};

static gboolean
is_full (TsAcceptor *self)
{
  return ts_acceptor_count_clients (self->workers) >= self->max_clients;
}

static gboolean
does_anybody_wait (TsAcceptor *self)
{
  for (guint i = 0; i < self->sockets->len; i++)
    if (g_socket_condition_check (self->sockets->pdata[i], G_IO_IN) != 0)
      return TRUE;
  return FALSE;
}

static void
log_full (TsAcceptor *self)
{
  g_autofree char *message = NULL;
  guint n_withheld;

  if (!ts_log_limit_admit (&self->full_limit, ts_clock_get_monotonic_ns (self->clock), &n_withheld))
    return;
  message = g_strdup_printf (_("there is no room for more than %u connections: new ones replace idle ones, or wait"), self->max_clients);
  ts_log_event (G_LOG_LEVEL_WARNING, "full", NULL, message);
}

/* Closes connections of the address that has the most, beginning with those that have been idle for longest. */
static void
make_room (TsAcceptor *self)
{
  gconstpointer address = ts_throttle_find_largest (self->throttle);

  if (address != NULL)
    for (guint i = 0; i < self->workers->len; i++)
      ts_worker_evict (self->workers->pdata[i], address, 1 + self->max_clients / CONNECTIONS_PER_EVICTION);
}

static gboolean
look_for_room (gpointer user_data)
{
  TsAcceptor *self = user_data;

  if (!is_full (self))
    {
      g_clear_pointer (&self->full_timer, g_source_unref);
      g_socket_service_start (self->service);
      return G_SOURCE_REMOVE;
    }
  if (does_anybody_wait (self))
    make_room (self);
  return G_SOURCE_CONTINUE;
}

/* Stops accepting for a while. Connections that come meanwhile wait in the backlog. */
static void
pause_accepting (TsAcceptor *self)
{
  g_socket_service_stop (self->service);
  if (self->full_timer != NULL)
    return;
  self->full_timer = g_timeout_source_new (FULL_RETRY_MS);
  g_source_set_callback (self->full_timer, look_for_room, self, NULL);
  g_source_attach (self->full_timer, g_main_context_get_thread_default ());
}

/* Stops accepting after a failure, because without a descriptor it would fail again at once, without end. */
static void
pause_after_failure (TsAcceptor *self,
                     int code)
{
  g_autofree char *message = NULL;
  guint n_withheld;

  if (code != EMFILE && code != ENFILE && code != ENOBUFS && code != ENOMEM)
    return;
  pause_accepting (self);
  if (!ts_log_limit_admit (&self->failure_limit, ts_clock_get_monotonic_ns (self->clock), &n_withheld))
    return;
  message = g_strdup_printf (_("cannot accept connections for now: %s"), g_strerror (code));
  ts_log_event (G_LOG_LEVEL_WARNING, "accept-failed", NULL, message);
}

/* Accepts the connections that wait, up to the cap, and hands them on together, because each call wakes a worker up.
 *
 * @first_fd: (transfer full): a connection that is accepted already; -1: none
 * Returns: how many there were */
static guint
accept_waiting (TsAcceptor *self,
                int first_fd)
{
  int fds[TS_WORKER_MAX_TAKEN];
  guint n_fds = 0, n_clients = ts_acceptor_count_clients (self->workers);

  if (first_fd >= 0)
    fds[n_fds++] = first_fd;
  for (guint i = 0; i < self->sockets->len; i++)
    while (n_fds < G_N_ELEMENTS (fds) && n_clients + n_fds < self->max_clients)
      {
        int fd = accept4 (g_socket_get_fd (self->sockets->pdata[i]), NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd >= 0)
          fds[n_fds++] = fd;
        /* If a connection was reset while it waited, the others are still accepted. */
        else if (errno != ECONNABORTED && errno != EINTR && errno != EPROTO)
          {
            pause_after_failure (self, errno);
            break;
          }
      }
  if (n_fds == 0)
    return 0;
  ts_worker_take (self->workers->pdata[self->next_worker], fds, n_fds);
  self->next_worker = (self->next_worker + 1) % self->workers->len;
  return n_fds;
}

/* Returns: the descriptor without its GSocket, which takes ten times a connection's memory; -1 on failure */
static int
strip_socket (GSocket *socket)
{
  int fd = ts_stamped_socket_duplicate (g_socket_get_fd (socket));

  if (fd < 0)
    g_debug ("Cannot keep a connection: %s", g_strerror (errno));
  /* An epoll set forgets a connection only when its last descriptor is closed, which has to be the worker's. */
  g_socket_close (socket, NULL);
  return fd;
}

static gboolean
incoming (GSocketService *service,
          GSocketConnection *connection,
          GObject *source_object,
          gpointer user_data)
{
  TsAcceptor *self = user_data;
  guint n_accepted = accept_waiting (self, strip_socket (g_socket_connection_get_socket (connection)));

  /* If many come, the next ones are there when other threads have had the processor, which is cheaper than another turn
   * of the main loop. */
  for (guint n_rounds = 0; n_accepted > 1 && n_rounds < MAX_ACCEPT_ROUNDS; n_rounds++)
    {
      sched_yield ();
      n_accepted = accept_waiting (self, -1);
    }
  if (is_full (self))
    {
      pause_accepting (self);
      log_full (self);
    }
  return TRUE;
}

/**
 * ts_acceptor_new:
 * @sockets: (element-type GSocket): that listen; outlives the acceptor
 * @workers: (element-type TsWorker): the threads that serve, at least one; outlives the acceptor
 * @throttle: knows how many connections each address has; outlives the acceptor
 * @clock: the clock that limits how often messages are written
 * @max_clients: how many connections there may be
 * @error: return location for an error
 *
 * Begins to accept in the caller's thread-default main context, and hands connections to the workers in turn. If all
 * connections are in use, the address that has the most of them loses those that have been idle for longest.
 *
 * Returns: (transfer full) (nullable): the acceptor, ended by ts_acceptor_free()
 */
TsAcceptor *
ts_acceptor_new (GPtrArray *sockets,
                 GPtrArray *workers,
                 TsThrottle *throttle,
                 TsClock *clock,
                 guint max_clients,
                 GError **error)
{
  g_autoptr (TsAcceptor) self = g_new0 (TsAcceptor, 1);

  self->sockets = sockets;
  self->workers = workers;
  self->throttle = throttle;
  self->clock = g_object_ref (clock);
  self->max_clients = max_clients;
  self->full_limit = self->failure_limit = (TsLogLimit) { .n_max = 1, .period_ns = FULL_PERIOD_NS };
  /* An active service would accept on the first socket and cancel that for the second: what it has accepted by then
   * would be lost. */
  self->service = g_object_new (G_TYPE_SOCKET_SERVICE, "active", FALSE, NULL);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming), self);
  for (guint i = 0; i < sockets->len; i++)
    if (!g_socket_listener_add_socket (G_SOCKET_LISTENER (self->service), sockets->pdata[i], NULL, error))
      return NULL;
  g_socket_service_start (self->service);
  return g_steal_pointer (&self);
}

/**
 * ts_acceptor_free:
 * @self: (transfer full): an acceptor
 *
 * Stops accepting and closes the sockets. Connections that were made before are still handed to a worker.
 */
void
ts_acceptor_free (TsAcceptor *self)
{
  g_socket_service_stop (self->service);
  while (accept_waiting (self, -1) > 0)
    ;
  ts_source_clear (&self->full_timer);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  /* A task of GIO may still hold the service. */
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_object_unref (self->service);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * ts_acceptor_set_max_clients:
 * @self: an acceptor
 * @max_clients: how many connections there may be from now on; existing ones stay
 */
void
ts_acceptor_set_max_clients (TsAcceptor *self,
                             guint max_clients)
{
  self->max_clients = max_clients;
}

/**
 * ts_acceptor_count_clients:
 * @workers: (element-type TsWorker): the threads that serve
 *
 * Returns: how many connections they hold
 */
guint
ts_acceptor_count_clients (const GPtrArray *workers)
{
  guint n_clients = 0;

  for (guint i = 0; i < workers->len; i++)
    n_clients += ts_worker_get_n_connections (workers->pdata[i]);
  return n_clients;
}
