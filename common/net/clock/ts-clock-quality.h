/* What the kernel knows about the quality of this computer's clock.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "measure/ts-time.h"
#include "wire/ts-ntp-packet.h"

struct timex;

G_BEGIN_DECLS

/* How long a server may repeat what the kernel said. */
#define TS_CLOCK_QUALITY_MAX_AGE_NS TS_NS_PER_S

/**
 * TsClockQuality:
 * @is_synchronized: whether something disciplines the clock
 * @leap: whether the day ends with a leap second; %TS_LEAP_UNKNOWN while not synchronized
 * @max_error_ns: the kernel's bound on the distance from UTC; %TS_MAX_ERROR_UNKNOWN while not synchronized
 * @precision_ns: the clock's resolution
 * @read_error: the error number if the kernel did not answer, as in some containers; 0: it answered
 */
typedef struct
{
  gboolean is_synchronized;
  TsLeap leap;
  guint64 max_error_ns;
  gint64 precision_ns;
  int read_error;
} TsClockQuality;

void ts_clock_quality_read       (TsClockQuality     *quality);
void ts_clock_quality_from_timex (TsClockQuality     *quality,
                                  const struct timex *timex,
                                  int                 state);

G_END_DECLS
