/* Where this computer's monitoring fetches the metrics, over HTTP.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "report/ts-metrics.h"

G_BEGIN_DECLS

/**
 * TsMetricsFunc:
 * @format: what the client takes
 * @user_data: as given
 *
 * Returns: (transfer full): the metrics of now, as of ts_metrics_to_text()
 */
typedef char *(*TsMetricsFunc) (TsMetricsFormat format,
                                gpointer        user_data);

typedef struct _TsMetricsEndpoint TsMetricsEndpoint;

gboolean           ts_metrics_endpoint_check       (const char         *where,
                                                    GError            **error);
TsMetricsEndpoint *ts_metrics_endpoint_new         (const char         *where,
                                                    TsMetricsFunc       get_text,
                                                    gpointer            user_data,
                                                    GError            **error);
void               ts_metrics_endpoint_free        (TsMetricsEndpoint  *endpoint);
char              *ts_metrics_endpoint_get_address (TsMetricsEndpoint  *endpoint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TsMetricsEndpoint, ts_metrics_endpoint_free)

G_END_DECLS
