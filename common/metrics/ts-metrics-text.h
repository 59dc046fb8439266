/* Families of metrics as text for monitoring.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsMetricsFormat:
 * @TS_METRICS_OPENMETRICS: OpenMetrics 1.0.0
 * @TS_METRICS_PLAIN_TEXT: Prometheus text format 0.0.4, for scrapers that do not know OpenMetrics
 */
typedef enum
{
  TS_METRICS_OPENMETRICS,
  TS_METRICS_PLAIN_TEXT,
} TsMetricsFormat;

const char *ts_metrics_format_get_content_type (TsMetricsFormat  format);
void        ts_metrics_text_begin_family       (GString         *text,
                                                TsMetricsFormat  format,
                                                const char      *name,
                                                const char      *type,
                                                const char      *unit,
                                                const char      *help);
void        ts_metrics_text_append_seconds     (GString         *text,
                                                gint64           value_ns);
void        ts_metrics_text_append_label       (GString         *text,
                                                const char      *name,
                                                const char      *value);
void        ts_metrics_text_end                (GString         *text,
                                                TsMetricsFormat  format);

G_END_DECLS
