/* A simulated clock: offset, drift, wander and a step.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-clock.h"

#include <math.h>

#include "sim-random.h"

/* Where the clock is at a multiple of node_ns, and its drift from there to the next. */
typedef struct
{
  double ahead_ns;
  double drift_ppm;
} Node;

struct _SimClock
{
  SimClockParameters parameters;
  gint64 node_ns;
  GArray *nodes;
  GRand *random;
};

/**
 * sim_clock_new:
 * @parameters: what the clock is like
 * @node_ns: how often its drift changes, more than 0
 * @seed: the same clock for the same seed
 *
 * Returns: (transfer full): a clock
 */
SimClock *
sim_clock_new (const SimClockParameters *parameters,
               gint64 node_ns,
               guint32 seed)
{
  SimClock *self = g_new0 (SimClock, 1);
  Node first = { 0.0, parameters->drift_ppm };

  self->parameters = *parameters;
  self->node_ns = node_ns;
  self->nodes = g_array_new (FALSE, FALSE, sizeof (Node));
  self->random = g_rand_new_with_seed (seed);
  g_array_append_val (self->nodes, first);
  return self;
}

/**
 * sim_clock_free:
 * @self: (transfer full): a clock
 */
void
sim_clock_free (SimClock *self)
{
  g_array_unref (self->nodes);
  g_rand_free (self->random);
  g_free (self);
}

static void
append_node (SimClock *self)
{
  Node node = g_array_index (self->nodes, Node, self->nodes->len - 1);
  double node_s = (double) self->node_ns * 1e-9;

  node.ahead_ns += node.drift_ppm * 1e3 * node_s;
  if (self->parameters.wander_ppm > 0.0)
    node.drift_ppm += self->parameters.wander_ppm * sqrt (node_s) * sim_random_normal (self->random);
  g_array_append_val (self->nodes, node);
}

/**
 * sim_clock_read_stepless:
 * @self: a clock
 * @at_ns: true time since the start, not negative
 *
 * Returns: what the clock would show had nobody set it, since the Unix epoch
 */
gint64
sim_clock_read_stepless (SimClock *self,
                         gint64 at_ns)
{
  guint index = (guint) (at_ns / self->node_ns);
  double beyond_s = (double) (at_ns % self->node_ns) * 1e-9;
  const Node *node;

  while (self->nodes->len <= index)
    append_node (self);
  node = &g_array_index (self->nodes, Node, index);
  return SIM_START_NS + at_ns + self->parameters.offset_ns +
         (gint64) llround (node->ahead_ns + node->drift_ppm * 1e3 * beyond_s);
}

/**
 * sim_clock_read:
 * @self: a clock
 * @at_ns: true time since the start, not negative
 *
 * Returns: what the clock shows, since the Unix epoch
 */
gint64
sim_clock_read (SimClock *self,
                gint64 at_ns)
{
  gint64 step_ns = at_ns >= self->parameters.step_at_ns ? self->parameters.step_ns : 0;

  return sim_clock_read_stepless (self, at_ns) + step_ns;
}
