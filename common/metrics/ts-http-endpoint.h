/* The HTTP server that monitoring asks for metrics.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "metrics/ts-metrics-text.h"

G_BEGIN_DECLS

typedef struct _TsHttpRequest TsHttpRequest;

/**
 * TsHttpFunc:
 * @request: (transfer full): a request, which has to be answered by ts_http_request_answer(), now or later. The
 *   connection ends after five seconds, but not before it is answered, so an answer must not take longer
 * @user_data: what ts_http_endpoint_new() was given
 */
typedef void (*TsHttpFunc) (TsHttpRequest *request,
                            gpointer       user_data);

/**
 * TsHttpRoute:
 * @path: "/metrics"
 * @is_action: whether it takes POST and PUT; otherwise it takes GET and HEAD
 * @func: answers the request
 *
 * A path that can be asked for. Other paths are not found, and other methods are not allowed.
 */
typedef struct
{
  const char *path;
  gboolean is_action;
  TsHttpFunc func;
} TsHttpRoute;

typedef struct _TsHttpEndpoint TsHttpEndpoint;

gboolean         ts_http_endpoint_check         (const char        *where,
                                                 GError           **error);
TsHttpEndpoint  *ts_http_endpoint_new           (const char        *where,
                                                 const TsHttpRoute *routes,
                                                 gpointer           user_data,
                                                 GError           **error);
void             ts_http_endpoint_free          (TsHttpEndpoint    *self);
char            *ts_http_endpoint_get_address   (TsHttpEndpoint    *self);
TsMetricsFormat  ts_http_request_get_format     (TsHttpRequest     *request);
const char      *ts_http_request_get_field      (TsHttpRequest     *request,
                                                 const char        *name);
void             ts_http_request_answer         (TsHttpRequest     *request,
                                                 guint              status,
                                                 const char        *content_type,
                                                 char              *text);
void             ts_http_request_answer_metrics (TsHttpRequest     *request,
                                                 char              *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsHttpEndpoint, ts_http_endpoint_free)

G_END_DECLS
