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
    .there = { .base_ns = 20000000, .queue_ns = 2e6, .queue_shape = 2.0 },
    .back = { .base_ns = 20000000, .queue_ns = 2e6, .queue_shape = 2.0 },
  },
  [SIM_PATH_BUFFERBLOAT] = {
    .name = "bufferbloat",
    .there = { .base_ns = 20000000, .queue_ns = 15e6, .queue_shape = 2.0, .burst_every_s = 15.0, .burst_s = 3.0,
               .burst_ns = 200e6 },
    .back = { .base_ns = 20000000, .queue_ns = 15e6, .queue_shape = 2.0 },
  },
  [SIM_PATH_ASYMMETRIC] = {
    .name = "asymmetric",
    .there = { .base_ns = 10000000 },
    .back = { .base_ns = 10000000, .queue_ns = 8e6, .queue_shape = 2.0 },
  },
  [SIM_PATH_LOSSY] = {
    .name = "lossy",
    .there = { .base_ns = 20000000, .queue_ns = 2e6, .queue_shape = 2.0, .tail = 0.1, .tail_ns = 5e6,
               .tail_shape = 1.5, .loss = 0.02 },
    .back = { .base_ns = 20000000, .queue_ns = 2e6, .queue_shape = 2.0, .tail = 0.1, .tail_ns = 5e6,
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

/**
 * sim_path_state_init:
 * @state: (out caller-allocates): a path on which nothing has gone on
 * @path: a path
 * @seed: of the queue that both ways share
 */
void
sim_path_state_init (SimPathState *state,
                     const SimPath *path,
                     guint32 seed)
{
  *state = (SimPathState) { 0 };
  if (path->shared_memory_ns > 0)
    state->shared = sim_queue_new (path->shared_memory_ns, seed);
}

/**
 * sim_path_state_clear:
 * @state: what goes on in a path
 */
void
sim_path_state_clear (SimPathState *state)
{
  g_clear_pointer (&state->shared, sim_queue_free);
}

static double
draw_burst_ns (const SimWay *way,
               gint64 *from_ns,
               gint64 *until_ns,
               GRand *random,
               gint64 sent_ns)
{
  if (way->burst_every_s <= 0.0)
    return 0.0;
  while (sent_ns >= *until_ns)
    {
      *from_ns = *until_ns + (gint64) (way->burst_every_s * 1e9 * sim_random_exponential (random));
      *until_ns = *from_ns + (gint64) (way->burst_s * 1e9 * sim_random_exponential (random));
    }
  return sent_ns >= *from_ns ? way->burst_ns * g_rand_double (random) : 0.0;
}

/* Of a mean of 1. */
static double
draw_queue (const SimWay *way,
            GRand *random)
{
  double shape = way->queue_shape;

  switch (way->law)
    {
    case SIM_LAW_WEIBULL:
      return sim_random_weibull (random, shape) / tgamma (1.0 + 1.0 / shape);
    case SIM_LAW_LOGNORMAL:
      return exp (shape * sim_random_normal (random) - 0.5 * shape * shape);
    case SIM_LAW_GAMMA:
    default:
      return sim_random_gamma (random, shape) / shape;
    }
}

/* Each tooth has a height of its own, which depends on its number alone. */
static double
get_saw_ns (const SimWay *way,
            gint64 sent_ns)
{
  double teeth = (double) sent_ns * 1e-9 / way->saw_every_s;
  double tooth = floor (teeth);
  double golden = tooth * 0.6180339887498949;

  return way->saw_ns * (0.5 + golden - floor (golden)) * (teeth - tooth);
}

/* What radio adds: other packets' turns, slots, and slots again after an error. */
static double
draw_turn_ns (const SimWay *way,
              GRand *random,
              double leaves_ns)
{
  double turn_ns = 0.0;

  if (way->mode > 0.0 && g_rand_double (random) < way->mode)
    turn_ns += fabs (way->mode_ns * (1.0 + 0.2 * sim_random_normal (random)));
  if (way->slot_ns > 0)
    {
      double slots = (leaves_ns + turn_ns) / (double) way->slot_ns;

      turn_ns += (ceil (slots) - slots) * (double) way->slot_ns;
      while (g_rand_double (random) < way->repeats)
        turn_ns += 8.0 * (double) way->slot_ns;
    }
  return turn_ns;
}

static double
draw_delay_ns (const SimWay *way,
               SimPathState *state,
               SimDirection direction,
               GRand *random,
               gint64 sent_ns)
{
  double delay_ns = 0.0;

  if (way->normal_ns > 0.0)
    delay_ns += way->normal_ns * sim_random_normal (random);
  if (way->queue_ns > 0.0)
    delay_ns += way->queue_ns * draw_queue (way, random);
  if (way->tail > 0.0 && g_rand_double (random) < way->tail)
    delay_ns += way->tail_ns * sim_random_pareto (random, way->tail_shape);
  delay_ns += draw_burst_ns (way, &state->burst_from_ns[direction], &state->burst_until_ns[direction], random, sent_ns);
  if (way->saw_ns > 0.0)
    delay_ns += get_saw_ns (way, sent_ns);
  if (way->shared_ns > 0.0)
    delay_ns += way->shared_ns * sim_queue_read (state->shared, sent_ns);
  return delay_ns + draw_turn_ns (way, random, (double) sent_ns + delay_ns);
}

/* Returns: whether anything arrives by the route of that time. */
static gboolean
get_detour_ns (const SimPath *path,
               SimDirection direction,
               gint64 sent_ns,
               gint64 *detour_ns)
{
  gboolean arrives = TRUE;

  *detour_ns = 0;
  for (guint i = 0; i < path->n_routes; i++)
    {
      const SimRoute *route = &path->routes[i];

      if (sent_ns < route->from_ns || sent_ns >= route->until_ns)
        continue;
      *detour_ns += direction == SIM_THERE ? route->there_ns : route->back_ns;
      arrives = arrives && !route->is_silent;
    }
  return arrives;
}

/**
 * sim_path_travel:
 * @path: a path
 * @state: (inout): what goes on there
 * @direction: which way
 * @random: where chance comes from
 * @sent_ns: when the packet leaves
 * @arrived_ns: (out): when it arrives
 *
 * Returns: whether it arrives at all
 */
gboolean
sim_path_travel (const SimPath *path,
                 SimPathState *state,
                 SimDirection direction,
                 GRand *random,
                 gint64 sent_ns,
                 gint64 *arrived_ns)
{
  const SimWay *way = direction == SIM_THERE ? &path->there : &path->back;
  double delay_ns = draw_delay_ns (way, state, direction, random, sent_ns);
  gint64 detour_ns;

  if (!get_detour_ns (path, direction, sent_ns, &detour_ns))
    return FALSE;
  *arrived_ns = sent_ns + MAX (way->base_ns + detour_ns + (gint64) llround (delay_ns), 0);
  return way->loss <= 0.0 || g_rand_double (random) >= way->loss;
}
