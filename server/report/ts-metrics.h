/* What a server has done and how good its clock is, as text for monitoring.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "metrics/ts-metrics-text.h"
#include "net/clock/ts-clock-quality.h"
#include "report/ts-counters.h"

G_BEGIN_DECLS

/**
 * TsMetrics:
 * @version: of the program
 * @n_connections: how many connections are open now
 * @max_connections: how many may be open
 * @n_steps: how often the clock was stepped since the start
 * @n_reloads: how often the configuration was loaded again since the start
 * @counters: what was done since the start
 * @quality: the quality of the clock now
 * @certificate_end_s: when the TLS certificate expires, in seconds since the Unix epoch; 0 if there is none
 */
typedef struct
{
  const char *version;
  guint n_connections;
  guint max_connections;
  guint n_steps;
  guint n_reloads;
  TsCounters counters;
  TsClockQuality quality;
  gint64 certificate_end_s;
} TsMetrics;

char *ts_metrics_to_text (const TsMetrics *metrics,
                          TsMetricsFormat  format);

G_END_DECLS
