/* A server that tells the time to any number of clients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-server.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ts-address.h"
#include "ts-ntp-responder.h"
#include "ts-policy.h"
#include "ts-stamped-socket.h"
#include "ts-worker.h"

/* GIO's own default is 10: of 256 clients connecting at once one in a thousand then waits over a second. */
#define BACKLOG 4096

/* Descriptors for everything but connections: listening sockets, the thread's, libraries'. */
#define RESERVED_FDS 64

/* How often to look whether there is room again, where the descriptors have run out. */
#define FULL_RETRY_MS 100

/* How often to look for more connections before the main loop has its turn. */
#define MAX_ACCEPT_ROUNDS 32

/* How often a free port is looked for that all addresses can have. */
#define MAX_PORT_TRIES 16

struct _TsServer
{
  GObject parent_instance;

  TsClock *clock;
  TsSettings *settings;
  guint64 id;
  GSocketService *service;   /* (nullable): while it runs, as what follows */
  TsPolicy *policy;
  GPtrArray *workers;        /* of TsWorker */
  TsNtpResponder *ntp;       /* (nullable) */
  GSource *step_watch;       /* (nullable) */
  GSource *full_timer;       /* (nullable): until there is room again */
  GPtrArray *sockets;        /* of GSocket, listening */
  TsCounters ended_counters; /* of workers that have ended */
  guint next_worker;         /* whose turn it is */
  guint max_clients;
};

G_DEFINE_FINAL_TYPE (TsServer, ts_server, G_TYPE_OBJECT)

static gboolean
is_there_room_again (gpointer user_data)
{
  TsServer *self = user_data;

  if (ts_server_get_n_clients (self) >= self->max_clients)
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&self->full_timer, g_source_unref);
  g_socket_service_start (self->service);
  return G_SOURCE_REMOVE;
}

/* Takes what waits to be accepted, up to the cap, and hands it on in one piece: a connection that GIO accepts
 * costs ten times as much as one that follows it like this, and each piece wakes a worker up.
 *
 * @first_fd: (transfer full): a connection that is accepted already; -1: none
 * Returns: how many there were */
static guint
accept_waiting (TsServer *self,
                int first_fd)
{
  int fds[TS_WORKER_MAX_TAKEN];
  guint n_fds = 0;
  guint n_clients = ts_server_get_n_clients (self);

  if (first_fd >= 0)
    fds[n_fds++] = first_fd;
  for (guint i = 0; i < self->sockets->len; i++)
    while (n_fds < G_N_ELEMENTS (fds) && n_clients + n_fds < self->max_clients)
      {
        int fd = accept4 (g_socket_get_fd (self->sockets->pdata[i]), NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0)
          break;
        fds[n_fds++] = fd;
      }
  if (n_fds == 0)
    return 0;
  ts_worker_take (self->workers->pdata[self->next_worker], fds, n_fds);
  self->next_worker = (self->next_worker + 1) % self->workers->len;
  return n_fds;
}

/* Returns: the descriptor alone, or -1: a GSocket costs ten times a connection's memory */
static int
strip_socket (GSocket *socket)
{
  int fd = fcntl (g_socket_get_fd (socket), F_DUPFD_CLOEXEC, 0);

  if (fd < 0)
    g_debug ("Cannot keep a connection: %s", g_strerror (errno));
  /* An epoll set forgets a connection only when its last descriptor is closed: the worker's has to be it. */
  g_socket_close (socket, NULL);
  return fd;
}

/* Accepting without a descriptor to spare would fail, and be tried again, in an endless turn. */
static gboolean
incoming (GSocketService *service,
          GSocketConnection *connection,
          GObject *source_object,
          gpointer user_data)
{
  TsServer *self = user_data;
  guint n_accepted = accept_waiting (self, strip_socket (g_socket_connection_get_socket (connection)));

  /* While many come, the next are there once others have had the processor: cheaper than GIO's next turn. */
  for (guint n_rounds = 0; n_accepted > 1 && n_rounds < MAX_ACCEPT_ROUNDS; n_rounds++)
    {
      sched_yield ();
      n_accepted = accept_waiting (self, -1);
    }
  if (ts_server_get_n_clients (self) >= self->max_clients && self->full_timer == NULL)
    {
      g_socket_service_stop (service);
      self->full_timer = g_timeout_source_new (FULL_RETRY_MS);
      g_source_set_callback (self->full_timer, is_there_room_again, self, NULL);
      g_source_attach (self->full_timer, g_main_context_get_thread_default ());
    }
  return TRUE;
}

/* How many connections the descriptors allow, or the operator where that is fewer. */
static guint
get_max_clients (const TsSettings *settings)
{
  guint max_clients = settings->max_connections > 0 ? (guint) settings->max_connections : G_MAXINT;
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > G_MAXINT)
    return max_clients;
  return MIN (max_clients, (guint) MAX (limit.rlim_cur, RESERVED_FDS + 1) - RESERVED_FDS);
}

/* What it accepts inherits all of it: no call for each, the first segment has a stamp already, no answer waits
 * for an acknowledgement after its t3, and none is paced: so few bytes congest nothing (some systems' default,
 * BBR, times what leaves). */
static void
prepare_socket (GSocket *listening)
{
  static const char congestion_control[] = "reno";
  int fd = g_socket_get_fd (listening);

  ts_stamped_socket_enable (fd);
  g_socket_set_option (listening, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  setsockopt (fd, IPPROTO_TCP, TCP_CONGESTION, congestion_control, sizeof congestion_control - 1);
}

/* Returns: (transfer full) (nullable): a socket that listens */
static GSocket *
open_socket (const char *address,
             guint16 port,
             GError **error)
{
  g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GSocket) socket = NULL;
  GSocketFamily family;

  if (socket_address == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("“%s” is not an IP address"), address);
      return NULL;
    }
  family = g_socket_address_get_family (socket_address);
  socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  /* Each family has a socket of its own. */
  if (family == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, 1, NULL);
  if (!g_socket_bind (socket, socket_address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  prepare_socket (socket);
  return g_steal_pointer (&socket);
}

static guint16
get_local_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

/* GIO's messages do not say what could not be had. */
static void
explain_listen_error (GError **error,
                      const char *address,
                      guint16 port)
{
  g_autofree char *where = ts_address_join (address, port);
  g_autoptr (GError) cause = *error;

  *error = NULL;
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error (error, cause->domain, cause->code, _("cannot listen on %s: the port is already in use"), where);
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    g_set_error (error, cause->domain, cause->code, _("cannot listen on %s: no permission"), where);
  else
    g_set_error (error, cause->domain, cause->code, _("cannot listen on %s: %s"), where, cause->message);
}

static gboolean
listen_on_all (TsServer *self,
               const char *const *addresses,
               gboolean any_will_do,
               guint16 port,
               GError **error)
{
  g_autoptr (GError) last_error = NULL;

  for (gsize i = 0; addresses[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (GSocket) socket = open_socket (addresses[i], port, &local_error);

      if (socket != NULL)
        {
          port = get_local_port (socket);
          g_ptr_array_add (self->sockets, g_steal_pointer (&socket));
          continue;
        }
      explain_listen_error (&local_error, addresses[i], port);
      /* Nobody asked for IPv6 by name, and this computer has none. */
      if (any_will_do && !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) &&
          !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
        {
          g_clear_error (&last_error);
          last_error = g_steal_pointer (&local_error);
          continue;
        }
      g_ptr_array_set_size (self->sockets, 0);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (self->sockets->len > 0)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&last_error));
  return FALSE;
}

static void
ts_server_dispose (GObject *object)
{
  TsServer *self = TS_SERVER (object);

  ts_server_stop (self);
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
  self->id = (guint64) g_random_int () << 32 | g_random_int ();
}

/**
 * ts_server_new:
 * @clock: the time to tell
 * @settings: (nullable): what the operator wants, copied; %NULL: the defaults
 *
 * Returns: (transfer full): a server that neither listens nor runs yet
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
 * ts_server_listen:
 * @self: a server that does not listen yet
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
  const char *const everywhere[] = { "::", "0.0.0.0", NULL };
  gboolean is_everywhere = addresses == NULL;

  g_return_val_if_fail (self->sockets->len == 0, FALSE);

  if (is_everywhere)
    addresses = everywhere;
  for (guint i = 1;; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (listen_on_all (self, addresses, is_everywhere, port, &local_error))
        return TRUE;
      /* The port picked for one address may be taken on the next. */
      if (port == 0 && i < MAX_PORT_TRIES && g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
}

/**
 * ts_server_adopt:
 * @self: a server
 * @fd: (transfer full): a socket that listens already, as socket activation gives it
 * @error: return location for a %G_IO_ERROR
 *
 * Serves a socket that somebody else has opened.
 *
 * Returns: whether it is one
 */
gboolean
ts_server_adopt (TsServer *self,
                 int fd,
                 GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);
  int is_listening = FALSE;

  if (socket == NULL)
    {
      close (fd);
      return FALSE;
    }
  if (g_socket_get_socket_type (socket) != G_SOCKET_TYPE_STREAM ||
      !g_socket_get_option (socket, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, NULL) || !is_listening)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("descriptor %d is not a TCP socket that listens"), fd);
      return FALSE;
    }
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_listen (socket, error))
    return FALSE;
  prepare_socket (socket);
  g_ptr_array_add (self->sockets, g_steal_pointer (&socket));
  return TRUE;
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
  if (self->settings->ntp != NULL)
    self->ntp = ts_ntp_responder_new (self->settings->ntp, self->clock, ts_policy_get_throttle (self->policy),
                                      (guint) self->settings->local_stratum, error);
  return self->settings->ntp == NULL || self->ntp != NULL;
}

/**
 * ts_server_start:
 * @self: a server that listens
 * @error: return location for an error
 *
 * Begins to accept, in the thread-default main context of the caller, and to answer, in threads.
 *
 * Returns: whether it runs
 */
gboolean
ts_server_start (TsServer *self,
                 GError **error)
{
  g_return_val_if_fail (self->policy == NULL && self->sockets->len > 0, FALSE);

  self->policy = ts_policy_new (self->settings, error);
  if (self->policy == NULL || !start_threads (self, error))
    {
      ts_server_stop (self);
      return FALSE;
    }
  self->step_watch = ts_clock_watch_steps (self->clock);

  /* An active service would accept on the first socket and cancel that for the second: what it has accepted by
   * then is lost. */
  self->service = g_object_new (G_TYPE_SOCKET_SERVICE, "active", FALSE, NULL);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming), self);
  for (guint i = 0; i < self->sockets->len; i++)
    if (!g_socket_listener_add_socket (G_SOCKET_LISTENER (self->service), self->sockets->pdata[i], NULL, error))
      {
        ts_server_stop (self);
        return FALSE;
      }
  g_socket_service_start (self->service);
  return TRUE;
}

/**
 * ts_server_reload:
 * @self: a server that runs
 * @settings: what the operator wants from now on: certificate, timeouts and limits of it
 * @error: return location for an error that names the certificate's file
 *
 * Takes it all over without touching a connection, or leaves everything as it was. Where it listens, how many
 * threads it has and what it answers by NTP stay as they are.
 *
 * Returns: whether it did
 */
gboolean
ts_server_reload (TsServer *self,
                  const TsSettings *settings,
                  GError **error)
{
  g_return_val_if_fail (self->policy != NULL, FALSE);

  if (!ts_policy_update (self->policy, settings, error))
    return FALSE;
  self->max_clients = get_max_clients (settings);
  return TRUE;
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/**
 * ts_server_stop:
 * @self: a server
 *
 * Accepts no more, answers what is in flight, closes every connection. Waits for that, about a second at most.
 */
void
ts_server_stop (TsServer *self)
{
  clear_source (&self->full_timer);
  clear_source (&self->step_watch);
  if (self->service != NULL)
    {
      g_socket_service_stop (self->service);
      /* Whoever connected before now is served. */
      accept_waiting (self, -1);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    }
  g_clear_object (&self->service);
  g_ptr_array_set_size (self->sockets, 0);

  for (guint i = 0; i < self->workers->len; i++)
    ts_worker_end (self->workers->pdata[i]);
  for (guint i = 0; i < self->workers->len; i++)
    ts_worker_join (self->workers->pdata[i], &self->ended_counters);
  g_ptr_array_set_size (self->workers, 0);
  g_clear_pointer (&self->ntp, ts_ntp_responder_finish);
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

  return get_local_port (self->sockets->pdata[0]);
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
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->sockets->len; i++)
    {
      g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->sockets->pdata[i], NULL);
      GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (local);
      g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (address));
      g_autofree char *text = ts_address_join (host, g_inet_socket_address_get_port (address));

      g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
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
 * ts_server_get_n_clients:
 * @self: a server
 *
 * Returns: how many connections it holds
 */
guint
ts_server_get_n_clients (TsServer *self)
{
  guint n_clients = 0;

  for (guint i = 0; i < self->workers->len; i++)
    n_clients += ts_worker_get_n_connections (self->workers->pdata[i]);
  return n_clients;
}

/**
 * ts_server_get_counters:
 * @self: a server
 * @sum: (out): what it has done since it is there
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
