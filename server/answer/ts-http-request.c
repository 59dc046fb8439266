/* The head of an HTTP request: as much of it as it takes to answer with metrics.
 *
 * The format: RFC 9112, and for Accept RFC 9110 section 12.5.1. A body is never read, since no request here has one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "answer/ts-http-request.h"

#include <string.h>

#define OPENMETRICS "application/openmetrics-text"
#define PLAIN_TEXT  "text/plain"

/* Returns: where the empty line after the head ends; 0: it is not there */
static gsize
find_end (const char *bytes,
          gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] == '\n' &&
        ((i + 1 < length && bytes[i + 1] == '\n') ||
         (i + 2 < length && bytes[i + 1] == '\r' && bytes[i + 2] == '\n')))
      return i + 1;
  return 0;
}

/* Returns: how well @range, such as "text/plain;version=0.0.4;q=0.3", fits @type: 0, or 1 to 3, exactly */
static guint
match_range (const char *range,
             const char *type)
{
  gsize length = strcspn (range, "; \t");
  const char *slash = strchr (type, '/');

  if (length == strlen (type) && g_ascii_strncasecmp (range, type, length) == 0)
    return 3;
  if (length == (gsize) (slash - type) + 2 && g_ascii_strncasecmp (range, type, length - 1) == 0 &&
      range[length - 1] == '*')
    return 2;
  return length == 3 && strncmp (range, "*/*", 3) == 0 ? 1 : 0;
}

/* Returns: the weight that @range has: its parameter q, or 1 */
static double
get_weight (const char *range)
{
  g_auto (GStrv) parameters = g_strsplit (range, ";", -1);

  for (guint i = 1; parameters[0] != NULL && parameters[i] != NULL; i++)
    {
      const char *parameter = g_strstrip (parameters[i]);

      if (g_ascii_strncasecmp (parameter, "q=", 2) == 0)
        return CLAMP (g_ascii_strtod (parameter + 2, NULL), 0, 1);
    }
  return 1;
}

/* Returns: how much @type is wanted by what @ranges, of all Accept headers, say of it most exactly */
static double
weigh (char **ranges,
       const char *type)
{
  guint best = 0;
  double weight = 0;

  for (guint i = 0; ranges[i] != NULL; i++)
    {
      const char *range = g_strstrip (ranges[i]);
      guint match = match_range (range, type);

      if (match == 0 || match < best)
        continue;
      weight = match > best ? get_weight (range) : MAX (weight, get_weight (range));
      best = match;
    }
  return weight;
}

static gboolean
prefers_plain_text (const GString *accept)
{
  g_auto (GStrv) ranges = g_strsplit (accept->str, ",", -1);

  return accept->len > 0 && weigh (ranges, PLAIN_TEXT) > weigh (ranges, OPENMETRICS);
}

/* Returns: whether the target, such as "/metrics?x" or "http://localhost/metrics", is of that path */
static gboolean
is_of_path (const char *target,
            const char *path)
{
  const char *authority = strstr (target, "://");
  gsize length;

  if (target[0] != '/' && authority != NULL)
    target = authority + 3 + strcspn (authority + 3, "/?");
  length = strcspn (target, "?");
  return length == strlen (path) && strncmp (target, path, length) == 0;
}

/* Returns: the status that the request's first line deserves */
static guint
judge_line (const char *line,
            const char *path,
            TsHttpRequest *request)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (g_strv_length (words) != 3 || words[0][0] == '\0' || words[1][0] == '\0' ||
      !g_str_has_prefix (words[2], "HTTP/") || strlen (words[2]) != strlen ("HTTP/1.1"))
    return 400;
  if (!g_str_has_prefix (words[2], "HTTP/1."))
    return 505;
  if (!is_of_path (words[1], path))
    return 404;
  request->is_head = strcmp (words[0], "HEAD") == 0;
  return request->is_head || strcmp (words[0], "GET") == 0 ? 200 : 405;
}

/* Returns: whether the line is a header */
static gboolean
read_header (const char *line,
             GString *accept,
             guint *n_hosts)
{
  const char *colon = strchr (line, ':');
  gsize length = colon != NULL ? (gsize) (colon - line) : 0;

  if (length == 0 || memchr (line, ' ', length) != NULL || memchr (line, '\t', length) != NULL)
    return FALSE;
  if (length == strlen ("Host") && g_ascii_strncasecmp (line, "Host", length) == 0)
    (*n_hosts)++;
  if (length == strlen ("Accept") && g_ascii_strncasecmp (line, "Accept", length) == 0)
    g_string_append_printf (accept, "%s%s", accept->len > 0 ? "," : "", colon + 1);
  return TRUE;
}

/**
 * ts_http_request_parse:
 * @bytes: (array length=length): what came
 * @length: how much that is
 * @path: the one path there is
 * @request: (out): what is asked; set where the head is whole or can be no head
 *
 * Returns: whether @request is set; %FALSE: the head is not whole
 */
gboolean
ts_http_request_parse (const char *bytes,
                       gsize length,
                       const char *path,
                       TsHttpRequest *request)
{
  gsize end = find_end (bytes, MIN (length, TS_HTTP_MAX_HEAD_SIZE));
  g_autofree char *head = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) accept = g_string_new (NULL);
  guint n_hosts = 0;

  *request = (TsHttpRequest) { .status = 431 };
  if (end == 0)
    return length >= TS_HTTP_MAX_HEAD_SIZE;
  request->status = 400;
  if (memchr (bytes, '\0', end) != NULL)
    return TRUE;

  head = g_strndup (bytes, end - 1);
  lines = g_strsplit (head, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strchomp (lines[i]);
      if (i > 0 && !read_header (lines[i], accept, &n_hosts))
        return TRUE;
    }
  request->status = judge_line (lines[0], path, request);
  /* RFC 9112 section 3.2. */
  if (n_hosts > 1 || (n_hosts == 0 && g_str_has_suffix (lines[0], "HTTP/1.1")))
    request->status = 400;
  request->prefers_plain_text = prefers_plain_text (accept);
  return TRUE;
}

/**
 * ts_http_describe_status:
 * @status: of an answer
 *
 * Returns: what stands behind it in the first line
 */
const char *
ts_http_describe_status (guint status)
{
  switch (status)
    {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 431:
      return "Request Header Fields Too Large";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Bad Request";
    }
}
