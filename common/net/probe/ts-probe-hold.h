/* Holds exchanges back because the server has refused them for a while.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsProbeHold:
 * @refusal: (nullable): how the server refused; %NULL: it did not
 * @until_ns: the monotonic clock when it may be asked again; %G_MAXINT64: never
 * @begun_ns: the monotonic clock when the last exchange began
 *
 * All zero at first.
 */
typedef struct
{
  GError *refusal;
  gint64 until_ns;
  gint64 begun_ns;
} TsProbeHold;

const GError *ts_probe_hold_begin           (TsProbeHold       *self,
                                             gint64             now_ns);
void          ts_probe_hold_set             (TsProbeHold       *self,
                                             const GError      *refusal,
                                             gint64             until_ns);
void          ts_probe_hold_clear           (TsProbeHold       *self);
gint64        ts_probe_hold_get_interval_ns (const TsProbeHold *self);

G_END_DECLS
