/* How long a network path holds back each packet: models of delay and loss, for the path emulator.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PathModel:
 * @base_ms: what every packet takes
 * @jitter_ms: mean of a gamma-distributed delay on top, as of queues along the path
 * @jitter_shape: its shape; where it is a whole number, so many queues, each exponential: the more, the rarer is a
 *   packet that is hardly delayed
 * @weibull_ms: mean of a delay with Weibull's distribution
 * @weibull_shape: its shape
 * @lognormal_ms: mean of a delay with the lognormal distribution
 * @lognormal_deviation: the standard deviation of its logarithm
 * @noise_ms: standard deviation of a normally distributed part; the sum never falls below 0
 * @tail_probability: the share of packets that are also held back by a Pareto-distributed time
 * @tail_exponent: its exponent; up to 1 it has no mean
 * @tail_scale_ms: its scale
 * @bursts_per_s: how often, on average, a queue fills up for a while; independent of the packets
 * @burst_max_ms: how long its delay at most is at first, evenly distributed from 0
 * @burst_decay_ms: the time constant with which it empties
 * @mode_probability: the share of packets that wait for a slower turn, as in a wireless network
 * @mode_ms: how long
 * @slot_ms: packets leave only at multiples of this, as in a mobile network
 * @saw_ms: a queue that grows to this and is then emptied, again and again
 * @saw_period_s: how long it grows
 * @sway_ms: by how much the path slowly grows longer, and shorter again
 * @sway_period_s: how long both take together
 * @loss: the share of packets that are lost, each for itself
 * @is_unordered: whether a packet may overtake another; else it waits, as on most real paths
 *
 * A direction of a path. What is 0 is not there.
 */
typedef struct
{
  double base_ms;
  double jitter_ms;
  double jitter_shape;
  double weibull_ms;
  double weibull_shape;
  double lognormal_ms;
  double lognormal_deviation;
  double noise_ms;
  double tail_probability;
  double tail_exponent;
  double tail_scale_ms;
  double bursts_per_s;
  double burst_max_ms;
  double burst_decay_ms;
  double mode_probability;
  double mode_ms;
  double slot_ms;
  double saw_ms;
  double saw_period_s;
  double sway_ms;
  double sway_period_s;
  double loss;
  gboolean is_unordered;
} PathModel;

typedef struct
{
  PathModel model;
  GRand *packets;       /* decides about packets */
  GRand *bursts;        /* decides about bursts, so that these are the same however many packets come */
  gint64 start_ns;
  gint64 next_burst_ns; /* when the next burst begins */
  gint64 burst_ns;      /* when the last one began */
  double burst_ms;      /* and the delay with which it did */
  gint64 last_due_ns;
} PathDirection;

gboolean path_model_parse        (const char       *text,
                                  PathModel        *model,
                                  GError          **error);

void     path_direction_init     (PathDirection    *self,
                                  const PathModel  *model,
                                  guint32           seed,
                                  gint64            start_ns);
void     path_direction_clear    (PathDirection    *self);
gboolean path_direction_schedule (PathDirection    *self,
                                  gint64            now_ns,
                                  gint64           *due_ns);

G_END_DECLS
