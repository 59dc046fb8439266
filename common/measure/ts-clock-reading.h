/* Three clocks of this computer read together, and what happened between two such readings.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsClockReading:
 * @real_ns: the clock that is compared with the server's, since the Unix epoch; it may be stepped
 * @boot_ns: the time since the computer started, suspended time included; it is slewed like @real_ns but never stepped
 * @raw_ns: the bare oscillator, neither slewed nor stepped; it stands still while the computer is suspended
 * @width_ns: how long the reading took: no two of the three clocks were read further apart than this
 *
 * All 0 if the clocks were not read.
 */
typedef struct
{
  gint64 real_ns;
  gint64 boot_ns;
  gint64 raw_ns;
  gint64 width_ns;
} TsClockReading;

/**
 * TsClockEvent:
 * @TS_CLOCK_EVENT_NONE: the clocks went on
 * @TS_CLOCK_EVENT_STEP_LOCAL: this computer's clock was set
 * @TS_CLOCK_EVENT_STEP_REMOTE: the server's clock was set
 * @TS_CLOCK_EVENT_SUSPEND: this computer slept
 * @TS_CLOCK_EVENT_STEP_PROBABLE: the server's clock was probably set, but nothing proves it
 *
 * What breaks a series of samples.
 */
typedef enum
{
  TS_CLOCK_EVENT_NONE,
  TS_CLOCK_EVENT_STEP_LOCAL,
  TS_CLOCK_EVENT_STEP_REMOTE,
  TS_CLOCK_EVENT_SUSPEND,
  TS_CLOCK_EVENT_STEP_PROBABLE,
} TsClockEvent;

gboolean     ts_clock_reading_is_known (const TsClockReading *self);
TsClockEvent ts_clock_reading_compare  (const TsClockReading *before,
                                        const TsClockReading *after,
                                        gint64               *size_ns);
gboolean     ts_clock_event_is_step    (TsClockEvent          event);
const char  *ts_clock_event_get_name   (TsClockEvent          event);

G_END_DECLS
