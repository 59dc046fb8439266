/* Where this computer's monitoring fetches the metrics, over HTTP.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-metrics-endpoint.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <sys/stat.h>

#include "wire/ts-address.h"
#include "report/ts-metrics.h"
#include "settings/ts-setting-text.h"

#define PATH "/metrics"

/* The owner and the group that the monitoring is in. */
#define SOCKET_MODE 0660

struct _TsMetricsEndpoint
{
  SoupServer *server;
  GSocket *socket;
  char *path; /* (nullable): of the socket's file, which is ours to remove */
  TsMetricsFunc get_text;
  gpointer user_data;
};

static void
got_request (SoupServer *server,
             SoupServerMessage *message,
             const char *path,
             GHashTable *query,
             gpointer user_data)
{
  TsMetricsEndpoint *self = user_data;
  const char *method = soup_server_message_get_method (message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  char *text;

  /* libsoup before 3.3.0 never notices that a client has closed a connection that idled: each would cost us a
   * descriptor for good. */
  soup_message_headers_replace (headers, "Connection", "close");
  if (g_strcmp0 (path, PATH) != 0)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
    {
      soup_message_headers_append (headers, "Allow", "GET, HEAD");
      soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
      return;
    }
  text = self->get_text (self->user_data);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, TS_METRICS_CONTENT_TYPE, SOUP_MEMORY_TAKE, text, strlen (text));
}

/* Removes the socket of a server that died; anything else is in the way.
 * Returns: whether the path is free now */
static gboolean
clear_path (const char *path,
            GSocketAddress *address,
            GError **error)
{
  g_autoptr (GSocket) probe = NULL;
  struct stat status;

  if (g_lstat (path, &status) != 0)
    return TRUE;
  if (!S_ISSOCK (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("it is there already and no socket"));
      return FALSE;
    }
  probe = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  if (probe == NULL)
    return FALSE;
  if (g_socket_connect (probe, address, NULL, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, _("another program listens there"));
      return FALSE;
    }
  g_unlink (path);
  return TRUE;
}

static gboolean
open_unix (TsMetricsEndpoint *self,
           const char *path,
           GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  if (!clear_path (path, address, error))
    return FALSE;
  self->socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  if (self->socket == NULL)
    return FALSE;
  /* The file gets the mode of the descriptor, less the umask: so there is no instant at which it allows more. */
  fchmod (g_socket_get_fd (self->socket), SOCKET_MODE);
  if (!g_socket_bind (self->socket, address, FALSE, error))
    return FALSE;
  self->path = g_strdup (path);
  g_chmod (path, SOCKET_MODE);
  return TRUE;
}

static gboolean
open_inet (TsMetricsEndpoint *self,
           const char *where,
           GError **error)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *host = NULL;
  guint16 port;

  /* Settings hold nothing else, but that metrics stay on this computer must not depend on it. */
  if (!ts_setting_text_check_metrics (where, error) || !ts_setting_text_to_endpoint (where, &host, &port))
    return FALSE;
  address = g_inet_socket_address_new_from_string (host, port);
  self->socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                               error);
  return self->socket != NULL && g_socket_bind (self->socket, address, TRUE, error);
}

static gboolean
start (TsMetricsEndpoint *self,
       const char *where,
       GError **error)
{
  gboolean is_open = where[0] == '/' ? open_unix (self, where, error) : open_inet (self, where, error);

  if (!is_open || !g_socket_listen (self->socket, error))
    return FALSE;
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, got_request, self, NULL);
  return soup_server_listen_socket (self->server, self->socket, 0, error);
}

/**
 * ts_metrics_endpoint_new:
 * @where: an absolute path for a Unix socket, or "address:port" on the loopback
 * @get_text: tells the metrics
 * @user_data: for @get_text
 * @error: return location for a #GIOError or %TS_SETTINGS_ERROR_BAD_VALUE that names @where
 *
 * Answers GET /metrics from the thread-default main context of the caller. A socket that a dead server left is
 * removed first, and this one at the end.
 *
 * Returns: (transfer full) (nullable): the endpoint
 */
TsMetricsEndpoint *
ts_metrics_endpoint_new (const char *where,
                         TsMetricsFunc get_text,
                         gpointer user_data,
                         GError **error)
{
  g_autoptr (TsMetricsEndpoint) self = g_new0 (TsMetricsEndpoint, 1);
  g_autofree char *shown = g_filename_display_name (where);

  self->get_text = get_text;
  self->user_data = user_data;
  if (start (self, where, error))
    return g_steal_pointer (&self);
  g_prefix_error (error, _("cannot tell metrics on %s: "), shown);
  return NULL;
}

/**
 * ts_metrics_endpoint_free:
 * @self: (transfer full): an endpoint
 */
void
ts_metrics_endpoint_free (TsMetricsEndpoint *self)
{
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  if (self->path != NULL)
    g_unlink (self->path);
  g_clear_object (&self->socket);
  g_free (self->path);
  g_free (self);
}

/**
 * ts_metrics_endpoint_get_address:
 * @self: an endpoint
 *
 * Returns: (transfer full): the path, or "address:port" with the port that was picked, for a person
 */
char *
ts_metrics_endpoint_get_address (TsMetricsEndpoint *self)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *host = NULL;
  GInetSocketAddress *inet;

  if (self->path != NULL)
    return g_filename_display_name (self->path);
  address = g_socket_get_local_address (self->socket, NULL);
  inet = G_INET_SOCKET_ADDRESS (address);
  host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  return ts_address_join (host, g_inet_socket_address_get_port (inet));
}
