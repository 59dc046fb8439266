/* The days of a server's recorded past.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "record/ts-recording.h"

G_BEGIN_DECLS

/**
 * TsPastDay:
 * @begin_ns: our clock: when it began
 * @end_ns: and when the next one did
 * @n_samples: how many samples there are of it
 * @n_failed: how many exchanges that brought none
 * @n_steps: how often a clock was set
 * @worst_ns: how far the clocks certainly were apart at its worst instant; positive when the server was ahead; 0 if they
 *   may have been the same throughout
 *
 * What is recorded of a day.
 */
typedef struct
{
  gint64 begin_ns;
  gint64 end_ns;
  gint64 n_samples;
  gint64 n_failed;
  gint64 n_steps;
  gint64 worst_ns;
} TsPastDay;

GArray *ts_past_list_days (TsRecording             *recording,
                           const TsRecordedServer  *server,
                           GTimeZone               *zone,
                           GError                 **error);

G_END_DECLS
