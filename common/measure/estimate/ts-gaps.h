/* How late the packets of a way are, and which of them are near.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The share of near packets is that of a way with at most so many packets. */
#define TS_GAPS_WINDOW 1820

/**
 * TsGaps:
 * @least_ns: the gap of the fastest packet
 * @quarter_ns: the gap that a quarter of the near packets do not exceed
 * @limit_ns: the gap that no near packet exceeds
 *
 * A packet's gap is how much later it is than the fastest possible one, which is itself an estimate, so gaps may be
 * negative.
 */
typedef struct
{
  double least_ns;
  double quarter_ns;
  double limit_ns;
} TsGaps;

gboolean ts_gaps_measure        (TsGaps       *self,
                                 double       *gaps_ns,
                                 guint         n,
                                 guint64       n_seen);
double   ts_gaps_guess_reach_ns (const TsGaps *self,
                                 double        power);

G_END_DECLS
