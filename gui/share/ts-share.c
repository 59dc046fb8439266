/* A server that a person switches on and off, and what is known of its clients.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "share/ts-host-addresses.h"
#include "wire/ts-address.h"
#include "wire/ts-wire.h"

/* The window and its measurements need some of the 1024 descriptors that a program has unless it asks for more. */
#define MAX_CONNECTIONS    512

/* How often to look whether the clients of a server that was switched off have left; they have a second at most. */
#define END_INTERVAL_MS    100

#define REFRESH_INTERVAL_S 1

struct _TsShare
{
  GObject parent_instance;

  TsClock *clock;
  char **addresses;   /* (nullable) */
  TsServer *server;   /* (nullable): while it shares */
  GPtrArray *endings; /* of TsServer: switched off, but they still have clients */
  GError *error;      /* (nullable): why it does not share, though it is enabled */
  guint port;
  guint n_watchers;
  guint end_id;
  guint refresh_id;
  gboolean is_enabled;

  /* As of the last refresh. */
  TsShareClient clients[TS_SHARE_MAX_CLIENTS];
  guint n_listed;
  guint n_clients;
  guint64 n_answered;
};

enum
{
  PROP_0,
  PROP_ENABLED,
  PROP_PORT,
  PROP_SHARING,
  PROP_ERROR,
  PROP_N_ANSWERED,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TsShare, ts_share, G_TYPE_OBJECT)

/* Frees the ended servers whose last client has left, so that nobody has to wait for them. */
static gboolean
look_for_ends (gpointer user_data)
{
  TsShare *self = user_data;

  for (guint i = self->endings->len; i > 0; i--)
    if (ts_server_get_n_clients (self->endings->pdata[i - 1]) == 0)
      g_ptr_array_remove_index_fast (self->endings, i - 1);
  if (self->endings->len > 0)
    return G_SOURCE_CONTINUE;
  self->end_id = 0;
  return G_SOURCE_REMOVE;
}

static void
end_sharing (TsShare *self)
{
  g_clear_error (&self->error);
  if (self->server == NULL)
    return;
  ts_server_end (self->server);
  g_ptr_array_add (self->endings, g_steal_pointer (&self->server));
  if (self->end_id == 0 && look_for_ends (self) == G_SOURCE_CONTINUE)
    self->end_id = g_timeout_add (END_INTERVAL_MS, look_for_ends, self);
}

/* @port: 0 for one that is free */
static void
begin_sharing (TsShare *self,
               guint port)
{
  g_autoptr (TsSettings) settings = ts_settings_new_default ();
  g_autoptr (TsServer) server = NULL;

  settings->max_connections = MAX_CONNECTIONS;
  /* One thread answers more requests than a desktop's network brings; the other processors are for its user. */
  settings->n_workers = 1;
  server = ts_server_new (self->clock, settings);
  if (ts_server_listen (server, (const char *const *) self->addresses, (guint16) port, &self->error) &&
      ts_server_start (server, &self->error))
    {
      self->port = ts_server_get_port (server);
      self->server = g_steal_pointer (&server);
    }
}

/* Returns: how many clients the server has; of more than %TS_SHARE_MAX_CLIENTS only those with a connection count */
static guint
list_clients (TsShare *self)
{
  gint64 now_ns = ts_clock_get_monotonic_ns (self->clock);
  TsThrottleClient seen[TS_SHARE_MAX_CLIENTS];
  guint n_connected;
  guint n_seen = ts_server_list_clients (self->server, seen, G_N_ELEMENTS (seen), &n_connected);

  for (guint i = 0; i < n_seen; i++)
    if (ts_share_client_describe (&seen[i], now_ns, &self->clients[self->n_listed]))
      self->n_listed++;
  return MAX (n_connected, self->n_listed);
}

static guint64
count_answers (TsShare *self)
{
  TsCounters sum = { 0 };

  if (self->server == NULL)
    return 0;
  ts_server_get_counters (self->server, &sum);
  return sum.counts[TS_COUNT_REQUESTS_FRAMED] + sum.counts[TS_COUNT_REQUESTS_CLASSIC];
}

/* Reads what the server knows of its clients, and emits #TsShare::changed. */
static void
refresh (TsShare *self)
{
  guint64 n_answered = count_answers (self);
  guint n_clients = 0;

  self->n_listed = 0;
  if (self->server != NULL)
    n_clients = list_clients (self);
  if (n_answered != self->n_answered)
    {
      self->n_answered = n_answered;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ANSWERED]);
    }
  self->n_clients = n_clients;
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
refresh_again (gpointer self)
{
  refresh (self);
  return G_SOURCE_CONTINUE;
}

/* The timer runs only while time is shared and somebody watches. */
static void
update_timer (TsShare *self)
{
  gboolean is_wanted = self->server != NULL && self->n_watchers > 0;

  if (is_wanted && self->refresh_id == 0)
    self->refresh_id = g_timeout_add_seconds (REFRESH_INTERVAL_S, refresh_again, self);
  else if (!is_wanted)
    g_clear_handle_id (&self->refresh_id, g_source_remove);
}

static void
restart (TsShare *self,
            guint port)
{
  gboolean was_sharing = self->server != NULL;
  gboolean had_error = self->error != NULL;

  end_sharing (self);
  if (self->is_enabled)
    begin_sharing (self, port);
  if (was_sharing != (self->server != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHARING]);
  if (had_error || self->error != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  update_timer (self);
  refresh (self);
}

static void
ts_share_dispose (GObject *object)
{
  TsShare *self = TS_SHARE (object);

  ts_share_stop (self);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (ts_share_parent_class)->dispose (object);
}

static void
ts_share_finalize (GObject *object)
{
  TsShare *self = TS_SHARE (object);

  g_ptr_array_unref (self->endings);
  g_clear_error (&self->error);
  g_strfreev (self->addresses);
  G_OBJECT_CLASS (ts_share_parent_class)->finalize (object);
}

static void
ts_share_get_property (GObject *object,
                       guint property_id,
                       GValue *value,
                       GParamSpec *pspec)
{
  TsShare *self = TS_SHARE (object);

  switch (property_id)
    {
    case PROP_ENABLED:
      g_value_set_boolean (value, self->is_enabled);
      break;
    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    case PROP_SHARING:
      g_value_set_boolean (value, self->server != NULL);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_N_ANSWERED:
      g_value_set_uint64 (value, self->n_answered);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_share_set_property (GObject *object,
                       guint property_id,
                       const GValue *value,
                       GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_ENABLED:
      ts_share_set_enabled (TS_SHARE (object), g_value_get_boolean (value));
      break;
    case PROP_PORT:
      ts_share_set_port (TS_SHARE (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
ts_share_class_init (TsShareClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ts_share_dispose;
  object_class->finalize = ts_share_finalize;
  object_class->get_property = ts_share_get_property;
  object_class->set_property = ts_share_set_property;

  properties[PROP_ENABLED] =
    g_param_spec_boolean ("enabled", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PORT] =
    g_param_spec_uint ("port", NULL, NULL, 1, G_MAXUINT16, TS_DEFAULT_PORT,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHARING] =
    g_param_spec_boolean ("sharing", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /* %NULL unless time is to be shared but is not. */
  properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_ANSWERED] =
    g_param_spec_uint64 ("n-answered", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TsShare::changed:
   *
   * Anything that can be read here may have changed: the error, the clients and their ages.
   */
  signals[CHANGED] = g_signal_new ("changed", TS_TYPE_SHARE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
ts_share_init (TsShare *self)
{
  self->endings = g_ptr_array_new_with_free_func (g_object_unref);
  self->port = TS_DEFAULT_PORT;
}

/**
 * ts_share_new:
 * @clock: the time to share
 * @addresses: (nullable) (array zero-terminated=1): the IP addresses to share it on; %NULL for all of this computer's
 *
 * It lives in the thread of the default main context. Dropping the last reference calls ts_share_stop().
 *
 * Returns: (transfer full): a server that is switched off
 */
TsShare *
ts_share_new (TsClock *clock,
              const char *const *addresses)
{
  TsShare *self = g_object_new (TS_TYPE_SHARE, NULL);

  self->clock = g_object_ref (clock);
  self->addresses = g_strdupv ((char **) addresses);
  return self;
}

/**
 * ts_share_set_enabled:
 * @self: a share
 * @is_enabled: whether time shall be shared
 *
 * Begins or ends sharing. If it cannot begin, ts_share_get_error() says why. Requests that arrived before the end are
 * still answered.
 */
void
ts_share_set_enabled (TsShare *self,
                      gboolean is_enabled)
{
  if (self->is_enabled == !!is_enabled)
    return;
  self->is_enabled = !!is_enabled;
  restart (self, self->port);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLED]);
}

/**
 * ts_share_get_enabled:
 * @self: a share
 *
 * Returns: whether the user wants time to be shared, even if that is not possible at the moment
 */
gboolean
ts_share_get_enabled (TsShare *self)
{
  return self->is_enabled;
}

/**
 * ts_share_set_port:
 * @self: a share
 * @port: the TCP port; if time is being shared, it moves to that port
 */
void
ts_share_set_port (TsShare *self,
                   guint port)
{
  if (self->port == port)
    return;
  self->port = port;
  restart (self, port);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PORT]);
}

/**
 * ts_share_get_port:
 * @self: a share
 *
 * Returns: the TCP port
 */
guint
ts_share_get_port (TsShare *self)
{
  return self->port;
}

/**
 * ts_share_use_free_port:
 * @self: a share
 *
 * Shares time on a port that no other program uses, and keeps that port from now on.
 */
void
ts_share_use_free_port (TsShare *self)
{
  gboolean was_enabled = self->is_enabled;
  guint old_port = self->port;

  self->is_enabled = TRUE;
  restart (self, 0);
  if (!was_enabled)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLED]);
  if (self->port != old_port)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PORT]);
}

/**
 * ts_share_is_sharing:
 * @self: a share
 *
 * Returns: whether clients are answered
 */
gboolean
ts_share_is_sharing (TsShare *self)
{
  return self->server != NULL;
}

/**
 * ts_share_get_error:
 * @self: a share
 *
 * Returns: (transfer none) (nullable): a %G_IO_ERROR, such as %G_IO_ERROR_ADDRESS_IN_USE, if the user wants time to be
 *   shared but it is not: the reason
 */
const GError *
ts_share_get_error (TsShare *self)
{
  return self->error;
}

/**
 * ts_share_stop:
 * @self: a share that will not be used again
 *
 * Ends sharing for good, whatever #TsShare:enabled says, and emits no signal. Unlike ts_share_set_enabled() it waits
 * until requests that arrived are answered and every connection is closed, about a second at most.
 */
void
ts_share_stop (TsShare *self)
{
  /* The servers end at the same time; only then each of them is waited for. */
  if (self->server != NULL)
    ts_server_end (self->server);
  g_clear_object (&self->server);
  g_ptr_array_set_size (self->endings, 0);
  g_clear_handle_id (&self->end_id, g_source_remove);
  g_clear_handle_id (&self->refresh_id, g_source_remove);
}

/**
 * ts_share_get_n_clients:
 * @self: a share
 *
 * Returns: how many addresses have a connection or have sent a request within %TS_SHARE_CLIENT_AGE_NS, as of the last
 *   #TsShare::changed
 */
guint
ts_share_get_n_clients (TsShare *self)
{
  return self->n_clients;
}

/**
 * ts_share_get_clients:
 * @self: a share
 * @n_listed: (out): how many of them are listed
 *
 * Returns: (transfer none) (array length=n_listed): the clients as of the last #TsShare::changed, until the next
 */
const TsShareClient *
ts_share_get_clients (TsShare *self,
                      guint *n_listed)
{
  *n_listed = self->n_listed;
  return self->clients;
}

/**
 * ts_share_watch:
 * @self: a share
 *
 * From now on, until ts_share_unwatch(), #TsShare::changed is emitted each second while time is shared.
 */
void
ts_share_watch (TsShare *self)
{
  self->n_watchers++;
  update_timer (self);
  refresh (self);
}

/**
 * ts_share_unwatch:
 * @self: a share
 *
 * Takes one ts_share_watch() back.
 */
void
ts_share_unwatch (TsShare *self)
{
  g_return_if_fail (self->n_watchers > 0);

  self->n_watchers--;
  update_timer (self);
}

/**
 * ts_share_list_addresses:
 * @self: a share
 *
 * Asks the system, which takes well below a millisecond.
 *
 * Returns: (transfer full) (array zero-terminated=1): the addresses that others can enter to reach this computer, the
 *   host name first, in the form that ts_address_parse() reads; empty if there is no network
 */
char **
ts_share_list_addresses (TsShare *self)
{
  g_auto (GStrv) hosts = self->addresses != NULL ? g_strdupv (self->addresses) : ts_host_addresses_list ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; hosts[i] != NULL; i++)
    {
      const TsAddress address = { .scheme = TS_SCHEME_ANY, .host = hosts[i], .port = (guint16) self->port };
      g_autofree char *text = ts_address_to_string (&address);
      g_autoptr (TsAddress) parsed = ts_address_parse (text, NULL);

      /* A computer's own name may not be a valid name on a network. */
      if (parsed != NULL)
        g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

/**
 * ts_share_client_describe:
 * @seen: what the server knows of an address
 * @now_ns: the server's monotonic clock
 * @client: (out): the same in a form for people, if the function returns %TRUE
 *
 * Returns: whether it has a connection or has sent a request within %TS_SHARE_CLIENT_AGE_NS
 */
gboolean
ts_share_client_describe (const TsThrottleClient *seen,
                          gint64 now_ns,
                          TsShareClient *client)
{
  struct in6_addr ipv6;

  G_STATIC_ASSERT (sizeof client->address >= INET6_ADDRSTRLEN);

  client->age_ns = seen->asked_ns > 0 ? MAX (now_ns - seen->asked_ns, 0) : -1;
  if (seen->n_connections == 0 && (client->age_ns < 0 || client->age_ns > TS_SHARE_CLIENT_AGE_NS))
    return FALSE;
  memcpy (&ipv6, seen->address, sizeof ipv6);
  if (IN6_IS_ADDR_V4MAPPED (&ipv6))
    inet_ntop (AF_INET, seen->address + 12, client->address, sizeof client->address);
  else
    inet_ntop (AF_INET6, &ipv6, client->address, sizeof client->address);
  client->is_local = IN6_IS_ADDR_LOOPBACK (&ipv6) || (IN6_IS_ADDR_V4MAPPED (&ipv6) && seen->address[12] == 127);
  client->n_connections = seen->n_connections;
  return TRUE;
}
