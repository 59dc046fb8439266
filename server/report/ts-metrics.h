/* What a server has done and how good its clock is, as OpenMetrics text.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "net/clock/ts-clock-quality.h"
#include "report/ts-counters.h"

G_BEGIN_DECLS

#define TS_METRICS_CONTENT_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

/**
 * TsMetrics:
 * @version: of the program
 * @n_connections: that are open now
 * @counters: what was done since the start
 * @quality: of the clock, now
 * @certificate_end_s: when the TLS certificate expires, in seconds since the Unix epoch; 0: there is none
 */
typedef struct
{
  const char *version;
  guint n_connections;
  TsCounters counters;
  TsClockQuality quality;
  gint64 certificate_end_s;
} TsMetrics;

char *ts_metrics_to_text (const TsMetrics *metrics);

G_END_DECLS
