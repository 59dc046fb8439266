/* A server that tells the time to any number of clients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-server.h"

#include <glib/gi18n-lib.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "tcp/ts-acceptor.h"
#include "tcp/ts-listening-sockets.h"
#include "ntp/ts-ntp-responder.h"
#include "limit/ts-policy.h"
#include "ts-random.h"
#include "tcp/ts-worker.h"
#include "ts-source.h"

/* Descriptors for everything but connections. Each worker has a pipe, its epoll set and that of its main context. NTP
 * has two sockets and the descriptor that ends its thread. Metrics have a socket, and as many clients as
 * ts-http-endpoint takes. The rest are the standard ones, the main context's, the journal's, and those that libraries
 * open for a moment. */
#define RESERVED_FDS             54
#define RESERVED_FDS_PER_WORKER  4
#define RESERVED_FDS_FOR_NTP     3
#define RESERVED_FDS_FOR_METRICS 18
#define RESERVED_FDS_PER_ADDRESS 1

/* By default an address may have at most this part of all connections. */
#define DEFAULT_SHARE_OF_ADDRESS 8
#define DEFAULT_PER_ADDRESS      4096
/* By default an address may have at least this many, because one computer that shows a window already takes some. */
#define LEAST_PER_ADDRESS        4

struct _TsServer
{
  GObject parent_instance;

  TsClock *clock;
  TsSettings *settings;
  guint64 id;
  guint max_clients;
  GPtrArray *sockets;        /* (element-type GSocket): those that listen */
  TsNtpSockets ntp_sockets;  /* those that were adopted; the responder takes them at the start */
  GPtrArray *workers;        /* (element-type TsWorker) */
  TsCounters ended_counters; /* what threads counted that have ended */

  /* %NULL unless it runs: */
  TsPolicy *policy;
  TsNtpResponder *ntp; /* %NULL also if it does not answer NTP */
  TsAcceptor *acceptor;
  GSource *step_watch;
};

G_DEFINE_FINAL_TYPE (TsServer, ts_server, G_TYPE_OBJECT)

static guint
count_reserved_fds (const TsSettings *settings)
{
  guint n_addresses = settings->addresses != NULL ? g_strv_length (settings->addresses) : 2;

  return RESERVED_FDS + RESERVED_FDS_PER_WORKER * (guint) MAX (settings->n_workers, 1) +
         RESERVED_FDS_PER_ADDRESS * n_addresses + (settings->ntp != NULL ? RESERVED_FDS_FOR_NTP : 0) +
         (settings->metrics != NULL ? RESERVED_FDS_FOR_METRICS : 0);
}

/* Returns: how many connections the descriptors and the operator allow; 0: there are too few descriptors */
static guint
get_max_clients (const TsSettings *settings)
{
  guint max_clients = settings->max_connections > 0 ? (guint) settings->max_connections : G_MAXINT;
  guint n_reserved = count_reserved_fds (settings);
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > G_MAXINT)
    return max_clients;
  return limit.rlim_cur > n_reserved ? MIN (max_clients, (guint) limit.rlim_cur - n_reserved) : 0;
}

/* Returns: (transfer full): the settings, with the default that depends on other settings */
static TsSettings *
complete_settings (const TsSettings *settings,
                   guint max_clients)
{
  TsSettings *complete = ts_settings_copy (settings);

  if (complete->max_connections_per_address < 0)
    complete->max_connections_per_address =
      (int) CLAMP (max_clients / DEFAULT_SHARE_OF_ADDRESS, LEAST_PER_ADDRESS, DEFAULT_PER_ADDRESS);
  return complete;
}

static void
ts_server_dispose (GObject *object)
{
  TsServer *self = TS_SERVER (object);

  ts_server_stop (self);
  ts_ntp_sockets_close (&self->ntp_sockets);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (ts_server_parent_class)->dispose (object);
}

static void
ts_server_finalize (GObject *object)
{
  TsServer *self = TS_SERVER (object);

  g_clear_pointer (&self->sockets, g_ptr_array_unref);
  g_clear_pointer (&self->workers, g_ptr_array_unref);
  g_clear_pointer (&self->settings, ts_settings_free);
  G_OBJECT_CLASS (ts_server_parent_class)->finalize (object);
}

static void
ts_server_class_init (TsServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_server_dispose;
  object_class->finalize = ts_server_finalize;
}

static void
ts_server_init (TsServer *self)
{
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->workers = g_ptr_array_new ();
  self->id = ts_random_uint64 ();
}

/**
 * ts_server_new:
 * @clock: the time to tell
 * @settings: (nullable): what the operator wants, copied; %NULL: the defaults
 *
 * Returns: (transfer full): a server that neither listens nor runs so far
 */
TsServer *
ts_server_new (TsClock *clock,
               const TsSettings *settings)
{
  TsServer *self = g_object_new (TS_TYPE_SERVER, NULL);

  self->clock = g_object_ref (clock);
  self->settings = settings != NULL ? ts_settings_copy (settings) : ts_settings_new_default ();
  self->max_clients = get_max_clients (self->settings);
  return self;
}

/**
 * ts_server_check_descriptors:
 * @settings: what the operator wants
 * @error: return location for a %G_IO_ERROR_TOO_MANY_OPEN_FILES
 *
 * Returns: whether this process may have enough descriptors for at least one connection
 */
gboolean
ts_server_check_descriptors (const TsSettings *settings,
                             GError **error)
{
  struct rlimit limit;

  if (get_max_clients (settings) > 0)
    return TRUE;
  getrlimit (RLIMIT_NOFILE, &limit);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
               _("a limit of %u open files (RLIMIT_NOFILE) is too low: these settings need more than %u"),
               (guint) limit.rlim_cur, count_reserved_fds (settings));
  return FALSE;
}

/**
 * ts_server_listen:
 * @self: a server that does not listen so far
 * @addresses: (nullable) (array zero-terminated=1): IP addresses, or %NULL for all of this computer
 * @port: the port, the same for all addresses; 0 picks a free one
 * @error: return location for a %G_IO_ERROR whose message names address and port
 *
 * Opens all sockets, or none. Clients can connect from now on and are answered once the server runs.
 *
 * Returns: whether it listens
 */
gboolean
ts_server_listen (TsServer *self,
                  const char *const *addresses,
                  guint16 port,
                  GError **error)
{
  g_return_val_if_fail (self->sockets->len == 0, FALSE);

  return ts_listening_sockets_open (self->sockets, addresses, port, error);
}

/**
 * ts_server_adopt:
 * @self: a server
 * @fd: (transfer full): an open socket, as socket activation gives it
 * @error: return location for a %G_IO_ERROR
 *
 * Serves a socket that another program has opened: a TCP socket that listens, or a UDP socket for NTP.
 *
 * Returns: whether @fd is such a socket
 */
gboolean
ts_server_adopt (TsServer *self,
                 int fd,
                 GError **error)
{
  int type = 0;
  socklen_t length = sizeof type;

  if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_DGRAM)
    return ts_ntp_sockets_adopt (&self->ntp_sockets, fd, error);
  return ts_listening_sockets_adopt (self->sockets, fd, error);
}

/**
 * ts_server_is_listening:
 * @self: a server
 *
 * Returns: whether it has a TCP socket, and so may start
 */
gboolean
ts_server_is_listening (TsServer *self)
{
  return self->sockets->len > 0;
}

/**
 * ts_server_has_ntp_sockets:
 * @self: a server that does not run so far
 *
 * Returns: whether it has adopted sockets for NTP, which it uses instead of those of its settings
 */
gboolean
ts_server_has_ntp_sockets (TsServer *self)
{
  return self->ntp_sockets.n > 0;
}

/* Starts NTP on the sockets that were adopted, or where the settings say. */
static gboolean
start_ntp (TsServer *self,
           GError **error)
{
  TsThrottle *throttle = ts_policy_get_throttle (self->policy);
  guint local_stratum = (guint) self->settings->local_stratum;

  if (self->ntp_sockets.n > 0)
    self->ntp = ts_ntp_responder_new_for_sockets (&self->ntp_sockets, self->clock, throttle, local_stratum, error);
  else if (self->settings->ntp != NULL)
    self->ntp = ts_ntp_responder_new (self->settings->ntp, self->clock, throttle, local_stratum, error);
  else
    return TRUE;
  /* The responder owns the sockets now, whether it has started or not. */
  self->ntp_sockets.n = 0;
  return self->ntp != NULL;
}

static gboolean
start_threads (TsServer *self,
               GError **error)
{
  for (int i = 0; i < MAX (self->settings->n_workers, 1); i++)
    {
      TsWorker *worker = ts_worker_new (self->clock, self->id, self->policy, error);

      if (worker == NULL)
        return FALSE;
      g_ptr_array_add (self->workers, worker);
    }
  return start_ntp (self, error);
}

/**
 * ts_server_start:
 * @self: a server that listens
 * @error: return location for an error
 *
 * Begins to accept in the caller's thread-default main context, and to answer in threads.
 *
 * Returns: whether it runs
 */
gboolean
ts_server_start (TsServer *self,
                 GError **error)
{
  g_autoptr (TsSettings) complete = complete_settings (self->settings, self->max_clients);

  g_return_val_if_fail (self->policy == NULL && self->sockets->len > 0, FALSE);

  if (!ts_server_check_descriptors (self->settings, error))
    return FALSE;
  self->policy = ts_policy_new (complete, error);
  if (self->policy == NULL || !start_threads (self, error))
    {
      ts_server_stop (self);
      return FALSE;
    }
  self->acceptor = ts_acceptor_new (self->sockets, self->workers, ts_policy_get_throttle (self->policy), self->clock,
                                    self->max_clients, error);
  if (self->acceptor == NULL)
    {
      ts_server_stop (self);
      return FALSE;
    }
  self->step_watch = ts_clock_watch_steps (self->clock);
  return TRUE;
}

/**
 * ts_server_reload:
 * @self: a server that runs
 * @settings: what the operator wants from now on, of which the certificate, the timeouts and the limits count
 * @error: return location for an error that names the certificate's file
 *
 * Applies all of these without touching a connection, or none of them. Where the server listens, how many threads it
 * has and what it answers by NTP stay as they are.
 *
 * Returns: whether they were applied
 */
gboolean
ts_server_reload (TsServer *self,
                  const TsSettings *settings,
                  GError **error)
{
  guint max_clients = get_max_clients (settings);
  g_autoptr (TsSettings) complete = complete_settings (settings, max_clients);

  g_return_val_if_fail (self->acceptor != NULL, FALSE);

  if (!ts_policy_update (self->policy, complete, error))
    return FALSE;
  self->max_clients = MAX (max_clients, 1);
  ts_acceptor_set_max_clients (self->acceptor, self->max_clients);
  for (guint i = 0; i < self->workers->len; i++)
    ts_worker_update (self->workers->pdata[i]);
  return TRUE;
}

static void
join_threads (TsServer *self)
{
  for (guint i = 0; i < self->workers->len; i++)
    ts_worker_join (self->workers->pdata[i], &self->ended_counters);
  g_ptr_array_set_size (self->workers, 0);

  if (self->ntp == NULL)
    return;
  ts_ntp_responder_stop (self->ntp);
  ts_counters_accumulate (&self->ended_counters, ts_ntp_responder_get_counters (self->ntp));
  g_clear_pointer (&self->ntp, ts_ntp_responder_free);
}

/**
 * ts_server_end:
 * @self: a server
 *
 * Stops accepting, and has the threads answer what is in flight and close every connection. Does not wait for that.
 * When ts_server_get_n_clients() is zero, ts_server_stop() does not wait either, unless the server answers NTP.
 */
void
ts_server_end (TsServer *self)
{
  ts_source_clear (&self->step_watch);
  g_clear_pointer (&self->acceptor, ts_acceptor_free);
  g_ptr_array_set_size (self->sockets, 0);
  for (guint i = 0; i < self->workers->len; i++)
    ts_worker_end (self->workers->pdata[i]);
}

/**
 * ts_server_stop:
 * @self: a server
 *
 * Stops accepting, answers what is in flight and closes every connection. Waits for that, about a second at most.
 */
void
ts_server_stop (TsServer *self)
{
  ts_server_end (self);
  join_threads (self);
  g_clear_pointer (&self->policy, ts_policy_free);
}

/**
 * ts_server_get_port:
 * @self: a server that listens
 *
 * Returns: its port
 */
guint16
ts_server_get_port (TsServer *self)
{
  g_return_val_if_fail (self->sockets->len > 0, 0);

  return ts_listening_sockets_get_port (self->sockets);
}

/**
 * ts_server_get_addresses:
 * @self: a server
 *
 * Returns: (transfer full) (array zero-terminated=1): "address:port" of each socket it listens on
 */
char **
ts_server_get_addresses (TsServer *self)
{
  return ts_listening_sockets_describe (self->sockets);
}

/**
 * ts_server_has_address:
 * @self: a server
 * @i: the number of an address in ts_server_get_addresses()
 *
 * Returns: whether this computer has the address now, so that clients can reach it
 */
gboolean
ts_server_has_address (TsServer *self,
                       guint i)
{
  return ts_listening_sockets_is_present (self->sockets, i);
}

/**
 * ts_server_get_ntp_addresses:
 * @self: a server
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): "address:port" of each socket on which it
 *   answers NTP
 */
char **
ts_server_get_ntp_addresses (TsServer *self)
{
  return self->ntp != NULL ? ts_ntp_responder_get_addresses (self->ntp) : NULL;
}

/**
 * ts_server_ref_certificate:
 * @self: a server
 *
 * Returns: (transfer full) (nullable): the certificate for clients that speak TLS, if the server runs and offers TLS
 */
GTlsCertificate *
ts_server_ref_certificate (TsServer *self)
{
  return self->policy != NULL ? ts_policy_ref_certificate (self->policy) : NULL;
}

/**
 * ts_server_get_seal_key:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): the key that signs seals, if the server runs and offers seals
 */
TsSealKey *
ts_server_get_seal_key (TsServer *self)
{
  return self->policy != NULL ? ts_policy_get_seal_key (self->policy) : NULL;
}

/**
 * ts_server_is_alive:
 * @self: a server that runs
 *
 * Asks each thread for a sign of life, which the next call reports.
 *
 * Returns: whether all threads gave the sign that the call before asked for
 */
gboolean
ts_server_is_alive (TsServer *self)
{
  gboolean is_alive = self->ntp == NULL || ts_ntp_responder_is_alive (self->ntp);

  for (guint i = 0; i < self->workers->len; i++)
    is_alive &= ts_worker_is_alive (self->workers->pdata[i]);
  return is_alive;
}

/**
 * ts_server_get_n_clients:
 * @self: a server
 *
 * Returns: how many connections it holds
 */
guint
ts_server_get_n_clients (TsServer *self)
{
  return ts_acceptor_count_clients (self->workers);
}

/**
 * ts_server_get_max_clients:
 * @self: a server
 *
 * Returns: how many connections it may hold
 */
guint
ts_server_get_max_clients (TsServer *self)
{
  return self->max_clients;
}

/**
 * ts_server_get_counters:
 * @self: a server
 * @sum: (out): what the server has done since it was made
 */
void
ts_server_get_counters (TsServer *self,
                        TsCounters *sum)
{
  *sum = self->ended_counters;
  for (guint i = 0; i < self->workers->len; i++)
    ts_worker_get_counters (self->workers->pdata[i], sum);
  if (self->ntp != NULL)
    ts_counters_accumulate (sum, ts_ntp_responder_get_counters (self->ntp));
}

/**
 * ts_server_list_clients:
 * @self: a server
 * @clients: (out caller-allocates) (array length=n_max): addresses that have a connection, then addresses that had one
 * @n_max: how many there is room for
 * @n_connected: (out): how many addresses have a connection, in @clients or not
 *
 * See ts_throttle_list(). There are none if the server does not run.
 *
 * Returns: how many are in @clients
 */
guint
ts_server_list_clients (TsServer *self,
                        TsThrottleClient *clients,
                        guint n_max,
                        guint *n_connected)
{
  *n_connected = 0;
  if (self->policy == NULL)
    return 0;
  return ts_throttle_list (ts_policy_get_throttle (self->policy), clients, n_max, n_connected);
}

/**
 * ts_server_log_refusals:
 * @self: a server
 *
 * Logs which clients were refused since the last call, if the server runs and its settings allow messages to name
 * clients. The caller has to limit how often this happens.
 */
void
ts_server_log_refusals (TsServer *self)
{
  if (self->policy != NULL)
    ts_policy_log_refusals (self->policy);
}
