/* The clocks of this computer, or fake ones for tests.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

#include "measure/ts-clock-reading.h"

G_BEGIN_DECLS

#define TS_TYPE_CLOCK (ts_clock_get_type ())
G_DECLARE_FINAL_TYPE (TsClock, ts_clock, TS, CLOCK, GObject)

TsClock *ts_clock_new_system       (gint64          shift_ns);
TsClock *ts_clock_new_fake         (gint64          now_ns);
void     ts_clock_advance          (TsClock        *self,
                                    gint64          elapsed_ns);
void     ts_clock_suspend          (TsClock        *self,
                                    gint64          elapsed_ns);
void     ts_clock_step             (TsClock        *self,
                                    gint64          step_ns);
gint64   ts_clock_get_now_ns       (TsClock        *self);
gint64   ts_clock_get_monotonic_ns (TsClock        *self);
void     ts_clock_read             (TsClock        *self,
                                    TsClockReading *reading);
gint64   ts_clock_from_kernel_ns   (TsClock        *self,
                                    gint64          stamp_ns);
guint    ts_clock_get_generation   (TsClock        *self);
GSource *ts_clock_watch_steps      (TsClock        *self);

G_END_DECLS
