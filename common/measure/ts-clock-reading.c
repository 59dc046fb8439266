/* Three clocks of this computer read together, and what happened between two such readings.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-clock-reading.h"

/* A step is larger than this and the widths of both readings: programs that correct a clock by less than this slew
 * it. */
#define MIN_STEP_NS 20000

/* chronyd slews by up to 83,333 ppm (maxslewrate), and the kernel takes up to 100,000 (adjtimex(2), tick). */
#define MAX_SLEW_PPM 100000

/* Shorter suspends do not occur. */
#define MIN_SUSPEND_NS 10000000

/**
 * ts_clock_reading_is_known:
 * @self: a reading
 *
 * Returns: whether the clocks were read
 */
gboolean
ts_clock_reading_is_known (const TsClockReading *self)
{
  return self->real_ns != 0 || self->boot_ns != 0 || self->raw_ns != 0;
}

/**
 * ts_clock_reading_compare:
 * @before: a reading
 * @after: a later one
 * @size_ns: (out) (optional): how far the clock was set, positive when forward, or how long the computer slept;
 *   else 0
 *
 * The realtime clock and the boot-time clock are slewed alike, so their difference changes only when the realtime clock
 * is set. Of the three, only the bare oscillator stands still while the computer is suspended. If the clock is set when
 * the computer wakes up, the step is reported, because the step breaks the series.
 *
 * Returns: %TS_CLOCK_EVENT_STEP_LOCAL, %TS_CLOCK_EVENT_SUSPEND or %TS_CLOCK_EVENT_NONE
 */
TsClockEvent
ts_clock_reading_compare (const TsClockReading *before,
                          const TsClockReading *after,
                          gint64 *size_ns)
{
  gint64 booted_ns = after->boot_ns - before->boot_ns;
  gint64 step_ns = (after->real_ns - before->real_ns) - booted_ns;
  gint64 slept_ns = booted_ns - (after->raw_ns - before->raw_ns);
  gint64 width_ns = before->width_ns + after->width_ns;
  TsClockEvent event = TS_CLOCK_EVENT_NONE;
  gint64 size = 0;

  if (ABS (step_ns) > width_ns + MIN_STEP_NS)
    {
      event = TS_CLOCK_EVENT_STEP_LOCAL;
      size = step_ns;
    }
  else if (slept_ns > width_ns + MIN_SUSPEND_NS + booted_ns / 1000000 * MAX_SLEW_PPM)
    {
      event = TS_CLOCK_EVENT_SUSPEND;
      size = slept_ns;
    }
  if (size_ns != NULL)
    *size_ns = size;
  return event;
}

/**
 * ts_clock_event_is_step:
 * @event: an event
 *
 * Returns: whether it says that a clock was set, for certain or probably
 */
gboolean
ts_clock_event_is_step (TsClockEvent event)
{
  return event == TS_CLOCK_EVENT_STEP_LOCAL || event == TS_CLOCK_EVENT_STEP_REMOTE ||
         event == TS_CLOCK_EVENT_STEP_PROBABLE;
}

/**
 * ts_clock_event_get_name:
 * @event: an event
 *
 * Returns: (transfer none) (nullable): its name for scripts; %NULL for %TS_CLOCK_EVENT_NONE
 */
const char *
ts_clock_event_get_name (TsClockEvent event)
{
  switch (event)
    {
    case TS_CLOCK_EVENT_STEP_LOCAL:
      return "step-local";
    case TS_CLOCK_EVENT_STEP_REMOTE:
      return "step-remote";
    case TS_CLOCK_EVENT_SUSPEND:
      return "suspend";
    case TS_CLOCK_EVENT_STEP_PROBABLE:
      return "step-probable";
    case TS_CLOCK_EVENT_NONE:
    default:
      return NULL;
    }
}
