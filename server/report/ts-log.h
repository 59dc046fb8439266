/* Messages of the server: structured, and never a flood.
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
 * @n_said: of this period
 * @n_withheld: since the last that was said
 * @end_ns: of this period, monotonic
 *
 * Begins with the two limits set and all else zero. Belongs to one thread.
 */
typedef struct
{
  guint n_max;
  gint64 period_ns;
  guint n_said;
  guint n_withheld;
  gint64 end_ns;
} TsLogLimit;

gboolean  ts_log_limit_admit       (TsLogLimit       *limit,
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
