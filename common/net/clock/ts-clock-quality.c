/* What the kernel knows about the quality of this computer's clock.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/clock/ts-clock-quality.h"

#include <errno.h>
#include <sys/timex.h>

#include "measure/ts-exchange.h"
#include "measure/ts-time.h"

/**
 * ts_clock_quality_from_timex:
 * @quality: (out): the quality
 * @timex: the struct that ntp_adjtime() filled in
 * @state: the return value of ntp_adjtime(): the clock state, or -1
 *
 * See ntp_adjtime(3). The kernel lets its bound grow by 500 ppm, and says that the clock is not synchronized when the
 * bound has passed 16 s.
 */
void
ts_clock_quality_from_timex (TsClockQuality *quality,
                             const struct timex *timex,
                             int state)
{
  quality->read_error = 0;
  quality->is_synchronized = state >= 0 && state != TIME_ERROR && (timex->status & STA_UNSYNC) == 0;
  quality->precision_ns = timex->status & STA_NANO ? 1 : TS_NS_PER_US;
  if (!quality->is_synchronized)
    {
      quality->leap = TS_LEAP_UNKNOWN;
      quality->max_error_ns = TS_MAX_ERROR_UNKNOWN;
      return;
    }
  quality->max_error_ns = (guint64) timex->maxerror * TS_NS_PER_US;
  quality->leap = state == TIME_INS || timex->status & STA_INS ? TS_LEAP_INSERT
                : state == TIME_DEL || timex->status & STA_DEL ? TS_LEAP_DELETE
                : TS_LEAP_NONE;
}

/**
 * ts_clock_quality_read:
 * @quality: (out): the quality now
 *
 * Asks the kernel by a system call, which needs no privilege and changes nothing.
 */
void
ts_clock_quality_read (TsClockQuality *quality)
{
  struct timex timex = { .modes = 0 };
  int state = ntp_adjtime (&timex);
  int error = errno;

  ts_clock_quality_from_timex (quality, &timex, state);
  quality->read_error = state < 0 ? error : 0;
}
