/* By how much packets are later than the fastest possible: a distribution, and what it tells about one packet.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many shapes of the distribution's lower end are supposed. ts_excess_get_power() tells which. */
#define TS_EXCESS_N_SHAPES 4

/* The shape to begin with. Its density rises from 0, as it does where several queues add up. */
#define TS_EXCESS_COMMON_SHAPE 2

/* A reach is at least this, because no stamp is better, and a path that never queues must not make a filter certain. */
#define TS_EXCESS_MIN_REACH_NS 20.0

/**
 * TsExcess:
 * @shape: below %TS_EXCESS_N_SHAPES
 * @reach_ns: the excess of the farthest near packet
 *
 * The excess of a packet is its delay less the delay of the fastest possible packet. A near packet's excess is below e
 * with the probability (e / reach)^power.
 */
typedef struct
{
  guint shape;
  double reach_ns;
} TsExcess;

/**
 * TsExcessPosterior:
 * @mean_ns: mean of one packet's excess
 * @variance_ns2: its variance
 * @log_evidence: logarithm of the density of what was seen; 0 if it was not asked for
 */
typedef struct
{
  double mean_ns;
  double variance_ns2;
  double log_evidence;
} TsExcessPosterior;

double ts_excess_get_power (guint              shape);
void   ts_excess_infer     (const TsExcess    *excess,
                            double             gap_ns,
                            double             variance_ns2,
                            gboolean           tells_evidence,
                            TsExcessPosterior *posterior);
void   ts_excess_truncate  (double             gap_ns,
                            double             variance_ns2,
                            TsExcessPosterior *posterior);

G_END_DECLS
