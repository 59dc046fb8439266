/* By how much packets are later than the fastest possible: a distribution, and what it tells about one packet.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Queueing seen from its fastest packets: the density rises from 0, as where several queues add up. */
#define TS_EXCESS_COMMON_SHAPE 2

/* Not an Erlang shape but a normal distribution; the "fastest packet" is then the mean one. */
#define TS_EXCESS_NORMAL_SHAPE 0

/**
 * TsExcess:
 * @shape: Erlang shape of the body, from 1 to 5, or %TS_EXCESS_NORMAL_SHAPE
 * @scale_ns: scale of the body; the standard deviation of a normal one
 * @tail: how likely a packet belongs to the tail instead
 * @tail_ns: scale of the tail, an Erlang distribution of shape 2
 *
 * The density of a packet's excess: its delay less that of the fastest possible packet.
 */
typedef struct
{
  guint shape;
  double scale_ns;
  double tail;
  double tail_ns;
} TsExcess;

/**
 * TsExcessPosterior:
 * @mean_ns: of the excess of one packet
 * @variance_ns2: the same
 * @log_evidence: logarithm of the density of what was seen
 * @tail: how likely the packet belongs to the tail
 * @body_moment: mean of the excess if it does not, or mean of its square where the body is normal
 * @tail_mean_ns: mean of the excess if it does
 */
typedef struct
{
  double mean_ns;
  double variance_ns2;
  double log_evidence;
  double tail;
  double body_moment;
  double tail_mean_ns;
} TsExcessPosterior;

/**
 * TsExcessSums:
 * @n: how many packets
 * @tail: how many of them belong to the tail
 * @body: sum of what the body explains
 * @tail_ns: sum of what the tail explains
 */
typedef struct
{
  double n;
  double tail;
  double body;
  double tail_ns;
} TsExcessSums;

void ts_excess_init     (TsExcess                *excess,
                         double                   mean_ns);
void ts_excess_infer    (const TsExcess          *excess,
                         double                   gap_ns,
                         double                   variance_ns2,
                         TsExcessPosterior       *posterior);
void ts_excess_truncate (double                   gap_ns,
                         double                   variance_ns2,
                         TsExcessPosterior       *posterior);
void ts_excess_fit      (TsExcess                *excess,
                         guint                    shape,
                         double                  *delays_ns,
                         guint                    n_delays);
void ts_excess_sum      (TsExcessSums            *sums,
                         const TsExcessPosterior *posterior);
void ts_excess_refine   (TsExcess                *excess,
                         const TsExcessSums      *sums);

G_END_DECLS
