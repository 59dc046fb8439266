/* A server that a person switches on and off.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "share/ts-share-private.h"

#include "wire/ts-wire.h"

/* Of the 1024 descriptors that a program has, unless it asks for more, a window and its measurements need some. */
#define MAX_CONNECTIONS 512

/* How often to look whether all clients of a server that was switched off have taken their leave, in a second at
 * most. */
#define END_INTERVAL_MS 100

enum
{
  PROP_0,
  PROP_ENABLED,
  PROP_PORT,
  PROP_SHARING,
  PROP_N_CLIENTS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TsShare, ts_share, G_TYPE_OBJECT)

/* Frees servers that do not have to be waited for. */
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
  /* One thread answers more than a network brings to a desktop, whose other processors are for its user. */
  settings->n_workers = 1;
  server = ts_server_new (self->clock, settings);
  if (ts_server_listen (server, (const char *const *) self->addresses, (guint16) port, &self->error) &&
      ts_server_start (server, &self->error))
    {
      self->port = ts_server_get_port (server);
      self->server = g_steal_pointer (&server);
    }
}

static void
begin_anew (TsShare *self,
            guint port)
{
  gboolean was_sharing = self->server != NULL;

  end_sharing (self);
  if (self->is_enabled)
    begin_sharing (self, port);
  if (was_sharing != (self->server != NULL))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHARING]);
  ts_share_update_refreshing (self);
  ts_share_refresh (self);
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
    case PROP_N_CLIENTS:
      g_value_set_uint (value, self->n_clients);
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
  properties[PROP_N_CLIENTS] =
    g_param_spec_uint ("n-clients", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TsShare::changed:
   *
   * What there is to say may be different from now on, error, clients and their ages included.
   */
  g_signal_new ("changed", TS_TYPE_SHARE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
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
 * @addresses: (nullable) (array zero-terminated=1): IP addresses to share it on, copied; %NULL: all of this computer
 *
 * Lives in the thread of the default main context. Whoever lets go of it last calls ts_share_stop() thereby.
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
 * Begins to, or says why it cannot; or ends it: what is in flight is answered yet.
 */
void
ts_share_set_enabled (TsShare *self,
                      gboolean is_enabled)
{
  if (self->is_enabled == !!is_enabled)
    return;
  self->is_enabled = !!is_enabled;
  begin_anew (self, self->port);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLED]);
}

/**
 * ts_share_get_enabled:
 * @self: a share
 *
 * Returns: whether time shall be shared, be that possible or not
 */
gboolean
ts_share_get_enabled (TsShare *self)
{
  return self->is_enabled;
}

/**
 * ts_share_set_port:
 * @self: a share
 * @port: the TCP port; where time is shared it is from now on shared there
 */
void
ts_share_set_port (TsShare *self,
                   guint port)
{
  if (self->port == port)
    return;
  self->port = port;
  begin_anew (self, port);
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
 * Shares time on a port that no other program has, which becomes its port.
 */
void
ts_share_use_free_port (TsShare *self)
{
  gboolean was_enabled = self->is_enabled;
  guint old_port = self->port;

  self->is_enabled = TRUE;
  begin_anew (self, 0);
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
 * Returns: (transfer none) (nullable): a %G_IO_ERROR, such as %G_IO_ERROR_ADDRESS_IN_USE: why time is not shared,
 *   though it shall be
 */
const GError *
ts_share_get_error (TsShare *self)
{
  return self->error;
}

/**
 * ts_share_stop:
 * @self: a share that nobody will use any more
 *
 * Ends sharing for good, whatever #TsShare:enabled says, and tells nobody. Waits until what is in flight is answered
 * and every connection is closed, about a second at most; ts_share_set_enabled() does not.
 */
void
ts_share_stop (TsShare *self)
{
  /* All at once, and then each is waited for. */
  if (self->server != NULL)
    ts_server_end (self->server);
  g_clear_object (&self->server);
  g_ptr_array_set_size (self->endings, 0);
  g_clear_handle_id (&self->end_id, g_source_remove);
  g_clear_handle_id (&self->refresh_id, g_source_remove);
}
