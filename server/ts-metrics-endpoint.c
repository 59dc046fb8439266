/* Where this computer's monitoring fetches the metrics, over HTTP.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-metrics-endpoint.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings/ts-setting-text.h"

#define PATH "/metrics"

/* The owner and the group that the monitoring is in. */
#define SOCKET_MODE 0660

/* A connection ends after this time, whatever it does. One more than the greatest number ends the oldest. */
#define MAX_CLIENTS        16
#define BACKLOG            128
#define CLIENT_PATIENCE_MS 5000

struct _TsMetricsEndpoint
{
  SoupServer *server;
  GSocket *socket;
  GSource *source; /* (nullable): of the socket */
  char *path;      /* (nullable): of the socket's file, which is ours to remove */
  GQueue clients;  /* of Client, the oldest first */
  TsMetricsFunc get_text;
  gpointer user_data;
};

/* libsoup has no deadline and no limit of connections. So the connection is ours, and libsoup gets a stream that does
 * not close it. */
typedef struct
{
  TsMetricsEndpoint *endpoint;
  GList link;
  GSocketConnection *connection;
  GIOStream *stream; /* (unowned) (nullable): what libsoup holds until it is done */
  GSource *drain;    /* (nullable): reads what still comes then */
  GSource *timer;
  gboolean is_over; /* whether its time or its place is up */
} Client;

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
client_free (Client *self)
{
  g_queue_unlink (&self->endpoint->clients, &self->link);
  clear_source (&self->drain);
  clear_source (&self->timer);
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_object_unref (self->connection);
  g_free (self);
}

/* Drops what still comes, such as a body, because closing before it has come would destroy the answer. */
static gboolean
client_drain (GSocket *socket,
              GIOCondition condition,
              gpointer user_data)
{
  char bytes[4096];
  g_autoptr (GError) error = NULL;
  gssize n_received = g_socket_receive_with_blocking (socket, bytes, sizeof bytes, FALSE, NULL, &error);

  if (n_received > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  client_free (user_data);
  return G_SOURCE_REMOVE;
}

static void
client_did_drop_stream (gpointer user_data,
                        GObject *stream)
{
  Client *self = user_data;
  GSocket *socket = g_socket_connection_get_socket (self->connection);

  self->stream = NULL;
  if (self->is_over || !g_socket_shutdown (socket, FALSE, TRUE, NULL))
    {
      client_free (self);
      return;
    }
  self->drain = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (self->drain, G_SOURCE_FUNC (client_drain), self, NULL);
  g_source_attach (self->drain, g_main_context_get_thread_default ());
}

/* Frees the client, at once or as soon as libsoup has noticed the end of its stream. */
static void
client_end (Client *self)
{
  self->is_over = TRUE;
  if (self->stream != NULL)
    g_socket_shutdown (g_socket_connection_get_socket (self->connection), TRUE, TRUE, NULL);
  else
    client_free (self);
}

static gboolean
client_ran_out (gpointer user_data)
{
  client_end (user_data);
  return G_SOURCE_REMOVE;
}

static void
client_start (TsMetricsEndpoint *endpoint,
              GSocket *socket)
{
  /* libsoup needs an IP address to answer HTTP/1.0 without Host, which a Unix socket has not. */
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GIOStream) stream = NULL;
  GIOStream *connection;
  Client *self = g_new0 (Client, 1);

  self->endpoint = endpoint;
  self->link.data = self;
  self->connection = g_socket_connection_factory_create_connection (socket);
  self->timer = g_timeout_source_new (CLIENT_PATIENCE_MS);
  g_source_set_callback (self->timer, client_ran_out, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  g_queue_push_tail_link (&endpoint->clients, &self->link);

  connection = G_IO_STREAM (self->connection);
  stream = g_simple_io_stream_new (g_io_stream_get_input_stream (connection),
                                   g_io_stream_get_output_stream (connection));
  self->stream = stream;
  g_object_weak_ref (G_OBJECT (stream), client_did_drop_stream, self);
  soup_server_accept_iostream (endpoint->server, stream, address, address, NULL);
}

static gboolean
incoming (GSocket *listener,
          GIOCondition condition,
          gpointer user_data)
{
  TsMetricsEndpoint *self = user_data;
  g_autoptr (GSocket) socket = NULL;

  if (self->clients.length == MAX_CLIENTS)
    client_end (g_queue_peek_head (&self->clients));
  if (self->clients.length == MAX_CLIENTS)
    return G_SOURCE_CONTINUE; /* until libsoup has noticed */
  socket = g_socket_accept (listener, NULL, NULL);
  if (socket != NULL)
    client_start (self, socket);
  return G_SOURCE_CONTINUE;
}

/* Returns: the weight of the first of @names, which go from the most exact to the least, that is in @ranges */
static double
weigh (GPtrArray *ranges,
       const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      double weight = -1;

      for (guint j = 0; j < ranges->len; j++)
        if (g_hash_table_contains (ranges->pdata[j], names[i]))
          {
            const char *text = g_hash_table_lookup (ranges->pdata[j], "q");

            weight = MAX (weight, text != NULL ? CLAMP (g_ascii_strtod (text, NULL), 0, 1) : 1);
          }
      if (weight >= 0)
        return weight;
    }
  return 0;
}

/* Accept: RFC 9110 section 12.5.1.
 * Returns: the format that the client takes, OpenMetrics where it takes both */
static TsMetricsFormat
choose_format (SoupMessageHeaders *headers)
{
  static const char *const plain_text[] = { "text/plain", "text/*", "*/*", NULL };
  static const char *const openmetrics[] = { "application/openmetrics-text", "application/*", "*/*", NULL };
  const char *accept = soup_message_headers_get_list (headers, "Accept");
  GSList *list = soup_header_parse_list (accept != NULL ? accept : "");
  g_autoptr (GPtrArray) ranges = g_ptr_array_new_with_free_func ((GDestroyNotify) soup_header_free_param_list);

  for (GSList *link = list; link != NULL; link = link->next)
    g_ptr_array_add (ranges, soup_header_parse_semi_param_list (link->data));
  soup_header_free_list (list);
  return weigh (ranges, plain_text) > weigh (ranges, openmetrics) ? TS_METRICS_PLAIN_TEXT : TS_METRICS_OPENMETRICS;
}

/* Before a body has come libsoup answers only clients that wait for 100 (Continue). So each request gets that header
 * before libsoup parses its own headers, got_head() sets a final status, and libsoup never reads a body. */
static void
request_started (SoupServer *server,
                 SoupServerMessage *message,
                 gpointer user_data)
{
  soup_message_headers_set_expectations (soup_server_message_get_request_headers (message), SOUP_EXPECTATION_CONTINUE);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection", "close");
}

static void
got_head (SoupServer *server,
          SoupServerMessage *message,
          const char *path,
          GHashTable *query,
          gpointer user_data)
{
  TsMetricsEndpoint *self = user_data;
  const char *method = soup_server_message_get_method (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *hosts = soup_message_headers_get_list (headers, "Host");
  gsize path_length = strcspn (path, "?"); /* because without Host libsoup takes the query for a part of the path */
  TsMetricsFormat format = choose_format (headers);
  char *text;

  /* RFC 9112 section 3.2 forbids a second Host. */
  if (hosts != NULL && strchr (hosts, ',') != NULL)
    {
      soup_server_message_set_status (message, SOUP_STATUS_BAD_REQUEST, NULL);
      return;
    }
  if (path_length != strlen (PATH) || strncmp (path, PATH, path_length) != 0)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
    {
      soup_message_headers_append (soup_server_message_get_response_headers (message), "Allow", "GET, HEAD");
      soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
      return;
    }
  soup_message_headers_remove (headers, "Range"); /* because a part of the metrics is of no use */
  text = self->get_text (format, self->user_data);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, ts_metrics_get_content_type (format), SOUP_MEMORY_TAKE, text,
                                    strlen (text));
}

/* The socket of a server that died is not in the way; anything else is.
 * Returns: whether a socket can be made there, once that one is removed */
static gboolean
check_path (const char *path,
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
  return TRUE;
}

static gboolean
check_folder (const char *path,
              GError **error)
{
  g_autofree char *name = g_path_get_dirname (path);
  g_autofree char *folder = g_strconcat (name, "/.", NULL); /* which nothing but a folder has */

  if (g_access (folder, W_OK | X_OK) == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}

static gboolean
open_unix (TsMetricsEndpoint *self,
           const char *path,
           GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  if (!check_path (path, address, error))
    return FALSE;
  g_unlink (path);
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

  if (is_open)
    g_socket_set_listen_backlog (self->socket, BACKLOG);
  if (!is_open || !g_socket_listen (self->socket, error))
    return FALSE;
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_early_handler (self->server, "/", got_head, self, NULL);
  soup_server_add_early_handler (self->server, "*", got_head, self, NULL); /* the path of OPTIONS */
  g_signal_connect (self->server, "request-started", G_CALLBACK (request_started), NULL);
  g_socket_set_blocking (self->socket, FALSE);
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (incoming), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return TRUE;
}

static gboolean
check_unix (const char *path,
            GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);

  return check_folder (path, error) && check_path (path, address, error);
}

/**
 * ts_metrics_endpoint_check:
 * @where: as of ts_metrics_endpoint_new()
 * @error: return location for an error, such as %G_IO_ERROR_ADDRESS_IN_USE, and %G_IO_ERROR_NOT_FOUND where there is no
 *   such folder
 *
 * Returns: whether metrics could be told there now; nothing is changed
 */
gboolean
ts_metrics_endpoint_check (const char *where,
                           GError **error)
{
  TsMetricsEndpoint self = { 0 };
  g_autofree char *shown = g_filename_display_name (where);
  gboolean is_right = where[0] == '/' ? check_unix (where, error) : open_inet (&self, where, error);

  g_clear_object (&self.socket);
  if (!is_right)
    g_prefix_error (error, _("cannot tell metrics on %s: "), shown);
  return is_right;
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
  while (self->clients.length > 0)
    {
      Client *client = g_queue_peek_head (&self->clients);

      if (client->stream != NULL)
        g_object_weak_unref (G_OBJECT (client->stream), client_did_drop_stream, client);
      client_free (client);
    }
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  clear_source (&self->source);
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

  if (self->path != NULL)
    return g_filename_display_name (self->path);
  address = g_socket_get_local_address (self->socket, NULL);
  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}
