/* The HTTP server that monitoring asks for metrics.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "metrics/ts-http-endpoint.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ts-endpoint.h"
#include "ts-source.h"

/* The socket's owner may connect, and its group, which the monitoring is in. */
#define SOCKET_MODE 0660

/* A connection ends after this time, whatever it does. When there is one more than the greatest number, the oldest
 * ends. */
#define MAX_CLIENTS        16
#define BACKLOG            128
#define CLIENT_PATIENCE_MS 5000

struct _TsHttpEndpoint
{
  SoupServer *server;
  GSocket *socket;
  GSource *source; /* (nullable): of the socket */
  char *path;      /* (nullable): of the socket's file, which we remove */
  GQueue clients;  /* of Client, the oldest first */
  const TsHttpRoute *routes;
  gpointer user_data;
};

struct _TsHttpRequest
{
  SoupServerMessage *message;
  GHashTable *query; /* (nullable): of strings */
  TsMetricsFormat format;
  gboolean is_paused; /* whether the answer comes later */
};

/* libsoup has no deadline for connections and no limit on their number. So the connection is ours, and libsoup gets a
 * stream that does not close it. */
typedef struct
{
  TsHttpEndpoint *endpoint;
  GList link;
  GSocketConnection *connection;
  GIOStream *stream; /* (unowned) (nullable): the stream that libsoup holds until it has finished */
  GSource *drain;    /* (nullable): reads what comes after that */
  GSource *timer;
  gboolean is_over; /* whether its time has passed or another client took its place */
} Client;

static void
client_free (Client *self)
{
  g_queue_unlink (&self->endpoint->clients, &self->link);
  ts_source_clear (&self->drain);
  ts_source_clear (&self->timer);
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_object_unref (self->connection);
  g_free (self);
}

/* Drops what still comes, such as a body. If the connection were closed before that, the client would lose the
 * answer. */
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

/* Frees the client now, or as soon as libsoup has noticed the end of its stream. */
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
client_start (TsHttpEndpoint *endpoint,
              GSocket *socket)
{
  /* To answer HTTP/1.0 without Host, libsoup needs an IP address, and a Unix socket has none. */
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

/* Ends the oldest client that is not over. It stays until its answer has been given. */
static void
end_oldest (TsHttpEndpoint *self)
{
  for (GList *link = self->clients.head; link != NULL; link = link->next)
    if (!((Client *) link->data)->is_over)
      {
        client_end (link->data);
        return;
      }
}

static gboolean
incoming (GSocket *listener,
          GIOCondition condition,
          gpointer user_data)
{
  TsHttpEndpoint *self = user_data;
  g_autoptr (GSocket) socket = NULL;

  if (self->clients.length == MAX_CLIENTS)
    end_oldest (self);
  if (self->clients.length == MAX_CLIENTS)
    return G_SOURCE_CONTINUE; /* until libsoup has noticed */
  socket = g_socket_accept (listener, NULL, NULL);
  if (socket != NULL)
    client_start (self, socket);
  return G_SOURCE_CONTINUE;
}

/* @names: from the most exact to the least exact
 *
 * Returns: the weight that @ranges give to the first of @names that they contain */
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
 * Returns: the format that the client accepts; OpenMetrics if it accepts both equally */
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

/* libsoup answers before a body has come only if the client waits for 100 (Continue). So each request is given that
 * header before libsoup parses its headers. Then got_head() sets a final status, and libsoup never reads a body. */
static void
request_started (SoupServer *server,
                 SoupServerMessage *message,
                 gpointer user_data)
{
  soup_message_headers_set_expectations (soup_server_message_get_request_headers (message), SOUP_EXPECTATION_CONTINUE);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection", "close");
}

/* Returns: (transfer full) (nullable): the fields of the query */
static GHashTable *
read_query (const char *path,
            GHashTable *query)
{
  /* Without Host, libsoup takes the query as a part of the path. */
  const char *mark = strchr (path, '?');

  if (query != NULL)
    return g_hash_table_ref (query);
  return mark != NULL ? soup_form_decode (mark + 1) : NULL;
}

/* Returns: (nullable): the route of a path */
static const TsHttpRoute *
find_route (TsHttpEndpoint *self,
            const char *path)
{
  gsize length = strcspn (path, "?");

  for (const TsHttpRoute *route = self->routes; route->path != NULL; route++)
    if (strlen (route->path) == length && strncmp (route->path, path, length) == 0)
      return route;
  return NULL;
}

static gboolean
takes_method (const TsHttpRoute *route,
              const char *method)
{
  return route->is_action ? method == SOUP_METHOD_POST || method == SOUP_METHOD_PUT
                          : method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD;
}

static void
got_head (SoupServer *server,
          SoupServerMessage *message,
          const char *path,
          GHashTable *query,
          gpointer user_data)
{
  TsHttpEndpoint *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *hosts = soup_message_headers_get_list (headers, "Host");
  const TsHttpRoute *route = find_route (self, path);
  TsHttpRequest *request;

  /* RFC 9112 section 3.2 forbids a second Host. */
  if (hosts != NULL && strchr (hosts, ',') != NULL)
    {
      soup_server_message_set_status (message, SOUP_STATUS_BAD_REQUEST, NULL);
      return;
    }
  if (route == NULL)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  if (!takes_method (route, soup_server_message_get_method (message)))
    {
      soup_message_headers_append (soup_server_message_get_response_headers (message), "Allow",
                                   route->is_action ? "POST, PUT" : "GET, HEAD");
      soup_server_message_set_status (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL);
      return;
    }
  soup_message_headers_remove (headers, "Range"); /* because a part of the answer is of no use */
  request = g_new0 (TsHttpRequest, 1);
  request->message = g_object_ref (message);
  request->query = read_query (path, query);
  request->format = choose_format (headers);
  route->func (request, self->user_data);
  if (soup_server_message_get_status (message) != 0)
    return;
  request->is_paused = TRUE;
  soup_server_message_pause (message);
}

/* Returns: whether a socket can be made at @path: nothing is there, or only the socket of a program that has died,
 * which has to be removed first */
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
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("it exists and is not a socket"));
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
  g_autofree char *folder = g_strconcat (name, "/.", NULL); /* only a folder has this entry */

  if (g_access (folder, W_OK | X_OK) == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}

static gboolean
open_unix (TsHttpEndpoint *self,
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
  /* The file gets the mode of the descriptor, less the umask. So it never allows more, not even for an instant. */
  fchmod (g_socket_get_fd (self->socket), SOCKET_MODE);
  if (!g_socket_bind (self->socket, address, FALSE, error))
    return FALSE;
  self->path = g_strdup (path);
  g_chmod (path, SOCKET_MODE);
  return TRUE;
}

static gboolean
open_inet (TsHttpEndpoint *self,
           const char *where,
           GError **error)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *host = NULL;
  guint16 port;

  if (!ts_endpoint_parse (where, &host, &port) || host == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("it is neither a path nor ADDRESS:PORT"));
      return FALSE;
    }
  address = g_inet_socket_address_new_from_string (host, port);
  self->socket = g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                               error);
  return self->socket != NULL && g_socket_bind (self->socket, address, TRUE, error);
}

static gboolean
start (TsHttpEndpoint *self,
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
 * ts_http_endpoint_check:
 * @where: as for ts_http_endpoint_new()
 * @error: return location for an error, such as %G_IO_ERROR_ADDRESS_IN_USE, and %G_IO_ERROR_NOT_FOUND if the folder
 *   does not exist
 *
 * Nothing is changed.
 *
 * Returns: whether metrics could be served there now
 */
gboolean
ts_http_endpoint_check (const char *where,
                           GError **error)
{
  TsHttpEndpoint self = { 0 };
  g_autofree char *shown = g_filename_display_name (where);
  gboolean is_right = where[0] == '/' ? check_unix (where, error) : open_inet (&self, where, error);

  g_clear_object (&self.socket);
  if (!is_right)
    g_prefix_error (error, _("cannot serve metrics on %s: "), shown);
  return is_right;
}

/**
 * ts_http_endpoint_new:
 * @where: an absolute path for a Unix socket, or "address:port"
 * @routes: (array zero-terminated=1): what can be asked; must stay as long as the endpoint
 * @user_data: passed to the functions of @routes
 * @error: return location for a #GIOError that names @where
 *
 * Answers requests from the thread-default main context of the caller. A socket that a dead program left is removed
 * first. The endpoint's own socket is removed when the endpoint is freed.
 *
 * Returns: (transfer full) (nullable): the endpoint
 */
TsHttpEndpoint *
ts_http_endpoint_new (const char *where,
                      const TsHttpRoute *routes,
                      gpointer user_data,
                      GError **error)
{
  g_autoptr (TsHttpEndpoint) self = g_new0 (TsHttpEndpoint, 1);
  g_autofree char *shown = g_filename_display_name (where);

  self->routes = routes;
  self->user_data = user_data;
  if (start (self, where, error))
    return g_steal_pointer (&self);
  g_prefix_error (error, _("cannot serve metrics on %s: "), shown);
  return NULL;
}

/**
 * ts_http_endpoint_free:
 * @self: (transfer full): an endpoint, all of whose requests are answered
 */
void
ts_http_endpoint_free (TsHttpEndpoint *self)
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
  ts_source_clear (&self->source);
  if (self->path != NULL)
    g_unlink (self->path);
  g_clear_object (&self->socket);
  g_free (self->path);
  g_free (self);
}

/**
 * ts_http_endpoint_get_address:
 * @self: an endpoint
 *
 * Returns: (transfer full): the path, or "address:port" with the port that was picked; for people to read
 */
char *
ts_http_endpoint_get_address (TsHttpEndpoint *self)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (self->path != NULL)
    return g_filename_display_name (self->path);
  address = g_socket_get_local_address (self->socket, NULL);
  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}

/**
 * ts_http_request_get_format:
 * @request: a request
 *
 * Returns: the format of metrics that the client accepts, as its Accept header says
 */
TsMetricsFormat
ts_http_request_get_format (TsHttpRequest *request)
{
  return request->format;
}

/**
 * ts_http_request_get_field:
 * @request: a request
 * @name: a field of its query
 *
 * Returns: (transfer none) (nullable): the field's value
 */
const char *
ts_http_request_get_field (TsHttpRequest *request,
                           const char *name)
{
  return request->query != NULL ? g_hash_table_lookup (request->query, name) : NULL;
}

/**
 * ts_http_request_answer:
 * @request: (transfer full): a request
 * @status: the HTTP status
 * @content_type: the type of @text
 * @text: (transfer full): the answer
 *
 * Answers a request, now or later. The client may have gone in the meantime.
 */
void
ts_http_request_answer (TsHttpRequest *request,
                        guint status,
                        const char *content_type,
                        char *text)
{
  SoupServerMessage *message = request->message;

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, content_type, SOUP_MEMORY_TAKE, text, strlen (text));
  if (request->is_paused)
    soup_server_message_unpause (message);
  g_object_unref (message);
  g_clear_pointer (&request->query, g_hash_table_unref);
  g_free (request);
}

/**
 * ts_http_request_answer_metrics:
 * @request: (transfer full): a request
 * @text: (transfer full): metrics, in the format of the request
 *
 * Answers with metrics.
 */
void
ts_http_request_answer_metrics (TsHttpRequest *request,
                                char *text)
{
  ts_http_request_answer (request, SOUP_STATUS_OK, ts_metrics_format_get_content_type (request->format), text);
}
