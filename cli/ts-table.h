/* Measurements of several hosts as an aligned table, and measurements as lines of CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "shared/ts-quantity.h"
#include "shared/ts-report.h"

G_BEGIN_DECLS

/**
 * TsTableRow:
 * @host: a host
 * @report: (nullable): its measurement
 * @error: (nullable): why there is none
 * @failed_ns: this computer's clock when the exchange failed
 */
typedef struct
{
  const char *host;
  const TsReport *report;
  const GError *error;
  gint64 failed_ns;
} TsTableRow;

char       *ts_table_to_text        (const TsTableRow *rows,
                                     gsize             n_rows,
                                     TsQuantityUnit    unit);
const char *ts_table_get_csv_header (void);
char       *ts_table_to_csv         (const TsTableRow *row);

G_END_DECLS
