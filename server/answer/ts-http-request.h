/* The head of an HTTP request: as much of it as it takes to answer with metrics.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A head that is longer is answered with an error. */
#define TS_HTTP_MAX_HEAD_SIZE 8192

/**
 * TsHttpRequest:
 * @status: what is wrong with it, as the status of the answer; 200: nothing
 * @is_head: whether only the headers are asked for
 * @prefers_plain_text: whether text/plain is preferred to application/openmetrics-text
 *
 * What a request for metrics asks.
 */
typedef struct
{
  guint status;
  gboolean is_head;
  gboolean prefers_plain_text;
} TsHttpRequest;

gboolean    ts_http_request_parse   (const char    *bytes,
                                     gsize          length,
                                     const char    *path,
                                     TsHttpRequest *request);
const char *ts_http_describe_status (guint          status);

G_END_DECLS
