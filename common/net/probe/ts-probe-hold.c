/* Holds exchanges back because the server has refused them for a while.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "net/probe/ts-probe-hold.h"

#include "measure/ts-time.h"

/* Is added, because timers count whole milliseconds and start a little before the exchange. */
#define TIMER_MARGIN_NS (2 * TS_NS_PER_MS)

/**
 * ts_probe_hold_begin:
 * @self: a hold
 * @now_ns: the monotonic clock
 *
 * Notes that an exchange begins.
 *
 * Returns: (transfer none) (nullable): the refusal that is still valid; %NULL: the server may be asked
 */
const GError *
ts_probe_hold_begin (TsProbeHold *self,
                     gint64 now_ns)
{
  self->begun_ns = now_ns;
  if (self->refusal != NULL && now_ns >= self->until_ns)
    ts_probe_hold_clear (self);
  return self->refusal;
}

/**
 * ts_probe_hold_set:
 * @self: a hold
 * @refusal: how the server refused
 * @until_ns: the monotonic clock when it may be asked again; %G_MAXINT64: never
 */
void
ts_probe_hold_set (TsProbeHold *self,
                   const GError *refusal,
                   gint64 until_ns)
{
  ts_probe_hold_clear (self);
  self->refusal = g_error_copy (refusal);
  self->until_ns = until_ns;
}

/**
 * ts_probe_hold_clear:
 * @self: a hold
 *
 * Forgets the refusal.
 */
void
ts_probe_hold_clear (TsProbeHold *self)
{
  g_clear_error (&self->refusal);
  self->until_ns = 0;
}

/**
 * ts_probe_hold_get_interval_ns:
 * @self: a hold
 *
 * Returns: the nanoseconds from the beginning of the last exchange until the server may be asked again; 0 if it may be
 *   asked at any time or never
 */
gint64
ts_probe_hold_get_interval_ns (const TsProbeHold *self)
{
  if (self->refusal == NULL || self->until_ns == G_MAXINT64)
    return 0;
  return MAX (self->until_ns - self->begun_ns + TIMER_MARGIN_NS, 0);
}
