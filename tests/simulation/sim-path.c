/* A simulated path: what delays a packet, each way, and what loses it.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-path.h"

#include <math.h>

#include "sim-random.h"

static const SimPath paths[SIM_N_PATHS] = {
  [SIM_PATH_LAN] = {
    .name = "LAN",
    .there = { .base_ns = 200000, .normal_ns = 20e3 },
    .back = { .base_ns = 200000, .normal_ns = 20e3 },
  },
  [SIM_PATH_WAN] = {
    .name = "WAN",
    .there = { .base_ns = 20000000, .gamma_ns = 2e6, .gamma_shape = 2.0 },
    .back = { .base_ns = 20000000, .gamma_ns = 2e6, .gamma_shape = 2.0 },
  },
  [SIM_PATH_BUFFERBLOAT] = {
    .name = "bufferbloat",
    .there = { .base_ns = 20000000, .gamma_ns = 15e6, .gamma_shape = 2.0, .burst_every_s = 15.0, .burst_s = 3.0,
               .burst_ns = 200e6 },
    .back = { .base_ns = 20000000, .gamma_ns = 15e6, .gamma_shape = 2.0 },
  },
  [SIM_PATH_ASYMMETRIC] = {
    .name = "asymmetric",
    .there = { .base_ns = 10000000 },
    .back = { .base_ns = 10000000, .gamma_ns = 8e6, .gamma_shape = 2.0 },
  },
  [SIM_PATH_LOSSY] = {
    .name = "lossy",
    .there = { .base_ns = 20000000, .gamma_ns = 2e6, .gamma_shape = 2.0, .tail = 0.1, .tail_ns = 5e6,
               .tail_shape = 1.5, .loss = 0.02 },
    .back = { .base_ns = 20000000, .gamma_ns = 2e6, .gamma_shape = 2.0, .tail = 0.1, .tail_ns = 5e6,
              .tail_shape = 1.5, .loss = 0.02 },
  },
};

/**
 * sim_path_get:
 * @name: which
 *
 * Returns: (transfer none): a path
 */
const SimPath *
sim_path_get (SimPathName name)
{
  g_return_val_if_fail (name < SIM_N_PATHS, NULL);

  return &paths[name];
}

static double
draw_burst_ns (const SimWay *way,
               SimWayState *state,
               GRand *random,
               gint64 sent_ns)
{
  if (way->burst_every_s <= 0.0)
    return 0.0;
  while (sent_ns >= state->burst_until_ns)
    {
      state->burst_from_ns = state->burst_until_ns +
                             (gint64) (way->burst_every_s * 1e9 * sim_random_exponential (random));
      state->burst_until_ns = state->burst_from_ns + (gint64) (way->burst_s * 1e9 * sim_random_exponential (random));
    }
  return sent_ns >= state->burst_from_ns ? way->burst_ns * g_rand_double (random) : 0.0;
}

/**
 * sim_way_travel:
 * @way: one way of a path
 * @state: (inout): what goes on there, all 0 at first
 * @random: where chance comes from
 * @sent_ns: when the packet leaves
 * @arrived_ns: (out): when it arrives
 *
 * Returns: whether it arrives at all
 */
gboolean
sim_way_travel (const SimWay *way,
                SimWayState *state,
                GRand *random,
                gint64 sent_ns,
                gint64 *arrived_ns)
{
  double delay_ns = 0.0;

  if (way->normal_ns > 0.0)
    delay_ns += way->normal_ns * sim_random_normal (random);
  if (way->gamma_ns > 0.0)
    delay_ns += way->gamma_ns / way->gamma_shape * sim_random_gamma (random, way->gamma_shape);
  if (way->tail > 0.0 && g_rand_double (random) < way->tail)
    delay_ns += way->tail_ns * sim_random_pareto (random, way->tail_shape);
  delay_ns += draw_burst_ns (way, state, random, sent_ns);

  *arrived_ns = sent_ns + MAX (way->base_ns + (gint64) llround (delay_ns), 0);
  return way->loss <= 0.0 || g_rand_double (random) >= way->loss;
}
