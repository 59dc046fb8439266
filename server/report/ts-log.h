/* Messages of the server, with fields for the journal and a limit on their number.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "report/ts-counters.h"

G_BEGIN_DECLS

/**
 * TsLogLimit:
 * @n_max: how many messages there may be in one period
 * @period_ns: how long a period is
 * @n_said: how many messages this period has had
 * @n_withheld: how many were withheld since the last message
 * @end_ns: the end of this period, on the monotonic clock
 *
 * It begins with @n_max and @period_ns set and everything else zero. Only one thread uses it.
 */
typedef struct
{
  guint n_max;
  gint64 period_ns;
  guint n_said;
  guint n_withheld;
  gint64 end_ns;
} TsLogLimit;

gboolean  ts_log_limit_admit       (TsLogLimit       *self,
                                    gint64            now_ns,
                                    guint            *n_withheld);
void      ts_log_install           (const char       *program);
void      ts_log_event             (GLogLevelFlags    level,
                                    const char       *event,
                                    const char       *client,
                                    const char       *message);
void      ts_log_failure           (const char       *message);
char     *ts_log_clean             (const char       *text);
char     *ts_log_describe_refusals (const TsCounters *before,
                                    const TsCounters *now);

G_END_DECLS
