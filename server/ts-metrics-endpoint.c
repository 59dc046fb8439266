/* Where this computer's monitoring fetches the metrics, over HTTP.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-metrics-endpoint.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer/ts-http-request.h"
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
  GSocket *socket;
  GSource *source; /* (nullable): of the socket */
  char *path;      /* (nullable): of the socket's file, which is ours to remove */
  GQueue clients;  /* of Client, the oldest first */
  TsMetricsFunc get_text;
  gpointer user_data;
};

typedef struct
{
  TsMetricsEndpoint *endpoint;
  GList link;
  int fd;
  GSource *source;
  GSource *timer;
  GByteArray *request; /* (nullable): until it is answered */
  GString *answer;     /* (nullable): what is left to send */
} Client;

static void
client_free (Client *self)
{
  g_queue_unlink (&self->endpoint->clients, &self->link);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  close (self->fd);
  g_clear_pointer (&self->request, g_byte_array_unref);
  if (self->answer != NULL)
    g_string_free (self->answer, TRUE);
  g_free (self);
}

static gboolean
client_ran_out (gpointer user_data)
{
  client_free (user_data);
  return G_SOURCE_REMOVE;
}

static void
client_watch (Client *self,
              GIOCondition condition,
              GUnixFDSourceFunc func)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  self->source = g_unix_fd_source_new (self->fd, condition);
  g_source_set_callback (self->source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

/* Drops what still comes, such as a body, because closing before it has come would destroy the answer. */
static gboolean
client_drain (int fd,
              GIOCondition condition,
              gpointer user_data)
{
  char bytes[4096];
  gssize n_received = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (n_received > 0 || (n_received < 0 && (errno == EAGAIN || errno == EINTR)))
    return G_SOURCE_CONTINUE;
  client_free (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
client_send (int fd,
             GIOCondition condition,
             gpointer user_data)
{
  Client *self = user_data;
  gssize n_sent = send (fd, self->answer->str, self->answer->len, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (n_sent < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n_sent < 0)
    {
      client_free (self);
      return G_SOURCE_REMOVE;
    }
  g_string_erase (self->answer, 0, n_sent);
  if (self->answer->len > 0)
    return G_SOURCE_CONTINUE;
  shutdown (fd, SHUT_WR);
  client_watch (self, G_IO_IN, client_drain);
  return G_SOURCE_REMOVE;
}

static void
client_answer (Client *self,
               const TsHttpRequest *request)
{
  TsMetricsFormat format = request->prefers_plain_text ? TS_METRICS_PLAIN_TEXT : TS_METRICS_OPENMETRICS;
  g_autofree char *text =
    request->status == 200 ? self->endpoint->get_text (format, self->endpoint->user_data) : g_strdup ("");

  g_clear_pointer (&self->request, g_byte_array_unref);
  self->answer = g_string_new (NULL);
  g_string_append_printf (self->answer, "HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Length: %" G_GSIZE_FORMAT
                          "\r\n", request->status, ts_http_describe_status (request->status), strlen (text));
  if (request->status == 200)
    g_string_append_printf (self->answer, "Content-Type: %s\r\n", ts_metrics_get_content_type (format));
  if (request->status == 405)
    g_string_append (self->answer, "Allow: GET, HEAD\r\n");
  g_string_append (self->answer, "\r\n");
  if (!request->is_head)
    g_string_append (self->answer, text);
  client_watch (self, G_IO_OUT, client_send);
}

static gboolean
client_receive (int fd,
                GIOCondition condition,
                gpointer user_data)
{
  Client *self = user_data;
  guint n_before = self->request->len;
  TsHttpRequest request;
  gssize n_received;

  g_byte_array_set_size (self->request, TS_HTTP_MAX_HEAD_SIZE);
  n_received = recv (fd, self->request->data + n_before, TS_HTTP_MAX_HEAD_SIZE - n_before, MSG_DONTWAIT);
  g_byte_array_set_size (self->request, n_before + (guint) MAX (n_received, 0));
  if (n_received < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n_received <= 0)
    {
      client_free (self);
      return G_SOURCE_REMOVE;
    }
  if (!ts_http_request_parse ((const char *) self->request->data, self->request->len, PATH, &request))
    return G_SOURCE_CONTINUE;
  client_answer (self, &request);
  return G_SOURCE_REMOVE;
}

static gboolean
incoming (int listening_fd,
          GIOCondition condition,
          gpointer user_data)
{
  TsMetricsEndpoint *self = user_data;
  int fd = accept4 (listening_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  Client *client;

  if (fd < 0)
    return G_SOURCE_CONTINUE;
  if (self->clients.length == MAX_CLIENTS)
    client_free (g_queue_peek_head (&self->clients));
  client = g_new0 (Client, 1);
  client->endpoint = self;
  client->link.data = client;
  client->fd = fd;
  client->request = g_byte_array_new ();
  client->timer = g_timeout_source_new (CLIENT_PATIENCE_MS);
  g_source_set_callback (client->timer, client_ran_out, client, NULL);
  g_source_attach (client->timer, g_main_context_get_thread_default ());
  g_queue_push_tail_link (&self->clients, &client->link);
  client_watch (client, G_IO_IN, client_receive);
  return G_SOURCE_CONTINUE;
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

  if (is_open)
    g_socket_set_listen_backlog (self->socket, BACKLOG);
  if (!is_open || !g_socket_listen (self->socket, error))
    return FALSE;
  self->source = g_unix_fd_source_new (g_socket_get_fd (self->socket), G_IO_IN);
  g_source_set_callback (self->source, G_SOURCE_FUNC (incoming), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  return TRUE;
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
    client_free (g_queue_peek_head (&self->clients));
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
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
