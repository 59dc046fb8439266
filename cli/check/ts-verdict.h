/* What a monitoring check says about a measurement.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "check/ts-range.h"
#include "measure/estimate/ts-estimator.h"

G_BEGIN_DECLS

/**
 * TsCheckStatus:
 * @TS_CHECK_OK: the offset is fine
 * @TS_CHECK_WARNING: the offset alarms by the range of warning
 * @TS_CHECK_CRITICAL: the offset alarms by the critical range
 * @TS_CHECK_UNKNOWN: the offset is not known
 *
 * The values are the exit statuses of the Monitoring Plugins guidelines.
 */
typedef enum
{
  TS_CHECK_OK,
  TS_CHECK_WARNING,
  TS_CHECK_CRITICAL,
  TS_CHECK_UNKNOWN,
} TsCheckStatus;

/**
 * TsCheckRules:
 * @has_warning: whether there is a range of warning
 * @warning: the range
 * @has_critical: whether there is a critical range
 * @critical: the range
 * @undecided: the status if some of the possible offsets alarm and others do not
 */
typedef struct
{
  gboolean has_warning;
  TsRange warning;
  gboolean has_critical;
  TsRange critical;
  TsCheckStatus undecided;
} TsCheckRules;

TsCheckStatus  ts_verdict_judge    (const TsCheckRules *rules,
                                    const TsEstimate   *estimate,
                                    gboolean           *is_decided);
char          *ts_verdict_describe (const TsCheckRules *rules,
                                    const char         *host,
                                    const TsEstimate   *estimate,
                                    gint64              round_trip_ns);
char          *ts_verdict_unknown  (const char         *host,
                                    const char         *reason);

G_END_DECLS
