/* Measurements as text for scripts and terminals, and as JSON.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ts-history.h"
#include "ts-probe.h"

G_BEGIN_DECLS

char *ts_report_text    (const TsSample  *sample,
                         TsProbe         *probe,
                         gint64           now_ns);
char *ts_report_line    (const TsSample  *sample);
char *ts_report_json    (const TsSample  *sample,
                         TsProbe         *probe);
char *ts_report_failure (const GError    *error,
                         TsProbe         *probe);
char *ts_report_summary (const TsHistory *history,
                         const TsSample  *best);

G_END_DECLS
