/* Measurements as text for scripts and terminals, and as JSON.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/ts-selection.h"
#include "monitor/ts-monitor.h"
#include "shared/ts-quantity.h"

G_BEGIN_DECLS

/**
 * TsReport:
 * @sample: a measurement
 * @probe: the probe that made it
 * @estimate: the estimate from all samples so far, at the instant of the report
 * @event: what broke the series just before @sample
 * @host: (nullable): the host, if there are several
 * @verdict: (nullable): the selection's verdict on the host, if there are several
 *
 * What is reported about a measurement.
 */
typedef struct
{
  TsSample sample;
  TsProbe *probe;
  TsEstimate estimate;
  TsClockEvent event;
  const char *host;
  const char *verdict;
} TsReport;

/**
 * TsReportVerdict:
 * @host: one of several hosts
 * @is_measured: whether it has answered
 * @verdict: the selection's verdict on it
 */
typedef struct
{
  const char *host;
  gboolean is_measured;
  TsSelectionVerdict verdict;
} TsReportVerdict;

char *ts_report_text           (const TsReport           *report,
                                gint64                    now_ns);
char *ts_report_line           (const TsReport           *report,
                                TsQuantityUnit            unit);
char *ts_report_json           (const TsReport           *report);
char *ts_report_failure        (const GError             *error,
                                gint64                    at_ns,
                                TsProbe                  *probe);
char *ts_report_estimate       (const TsEstimate         *estimate);
char *ts_report_summary        (TsMonitor                *monitor,
                                const char               *host,
                                const TsReport           *best);
char *ts_report_selection      (const TsSelection        *selection,
                                const TsReportVerdict    *verdicts,
                                gsize                     n_hosts);
char *ts_report_selection_json (const TsSelection        *selection,
                                const TsReportVerdict    *verdicts,
                                gsize                     n_hosts);

G_END_DECLS
