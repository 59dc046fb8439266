/* Measurements as text for scripts and terminals, and as JSON.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "monitor/ts-monitor.h"

G_BEGIN_DECLS

/**
 * TsReport:
 * @sample: a measurement
 * @probe: the probe that made it
 * @estimate: what all measurements until then make of it, at the instant of the report
 * @event: what broke the series just before @sample
 * @host: (nullable): whom it is of, where there are several
 * @verdict: (nullable): what the others make of it, where there are several
 *
 * What is told of a measurement.
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

char *ts_report_text           (const TsReport           *report,
                                gint64                    now_ns);
char *ts_report_line           (const TsReport           *report);
char *ts_report_json           (const TsReport           *report);
char *ts_report_failure        (const GError             *error,
                                TsProbe                  *probe);
char *ts_report_summary        (TsMonitor                *monitor,
                                const char               *host,
                                const TsReport           *best);
char *ts_report_selection      (const TsSelection        *selection,
                                const TsSelectionVerdict *verdicts,
                                const char *const        *hosts);
char *ts_report_selection_json (const TsSelection        *selection,
                                const TsSelectionVerdict *verdicts,
                                const char *const        *hosts);

G_END_DECLS
