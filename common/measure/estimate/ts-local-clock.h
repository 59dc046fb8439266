/* How far slews and steps have moved this computer's clock from its own bare oscillator.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/ts-exchange.h"

G_BEGIN_DECLS

/**
 * TsLocalClock:
 * @is_known: whether the clocks have been read
 * @first_ns: the clock minus the oscillator at the first reading
 * @correction_ns: by how much that difference has grown until the newest reading
 * @raw_ns: the oscillator at the newest reading
 * @width_ns: how long that reading took
 * @rate: how fast the correction grew between the last two readings, ns/ns
 * @rate_change: by how much @rate differs from the rate before
 *
 * The bare clock is what this computer's clock would show if nothing had corrected it since the first reading. Without
 * readings it is the clock itself. All fields are 0 before the first sample.
 */
typedef struct
{
  gboolean is_known;
  gint64 first_ns;
  gint64 correction_ns;
  gint64 raw_ns;
  gint64 width_ns;
  double rate;
  double rate_change;
} TsLocalClock;

/**
 * TsLocalTimes:
 * @t1_ns: t1 by the bare clock
 * @t4_ns: t4 by the bare clock
 * @t1_slack_ns: how wrong @t1_ns may be, either way
 * @t4_slack_ns: how wrong @t4_ns may be, either way
 */
typedef struct
{
  gint64 t1_ns;
  gint64 t4_ns;
  gint64 t1_slack_ns;
  gint64 t4_slack_ns;
} TsLocalTimes;

void   ts_local_clock_follow         (TsLocalClock       *self,
                                      const TsSample     *sample,
                                      TsClockEvent        event,
                                      TsLocalTimes       *times);
double ts_local_clock_get_correction (const TsLocalClock *self,
                                      gint64              at_ns,
                                      double             *slack_ns);

G_END_DECLS
