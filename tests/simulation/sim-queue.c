/* A queue that rises and falls by chance and is the same for whoever meets it at one time.
 *
 * Its length is a Brownian motion with a drift towards 0, where it is reflected: what a busy queue looks like from
 * afar (Harrison 1985). In the long run it is exponentially distributed.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-queue.h"

#include <math.h>

#include "sim-random.h"

/* Within the time that the queue remembers. */
#define NODES 16

struct _SimQueue
{
  gint64 node_ns;
  GArray *nodes; /* of double */
  GRand *random;
};

/**
 * sim_queue_new:
 * @memory_ns: how long it takes to fall by its mean on average, at least 16
 * @seed: the same queue for the same seed
 *
 * Returns: (transfer full): a queue whose mean is 1
 */
SimQueue *
sim_queue_new (gint64 memory_ns,
               guint32 seed)
{
  SimQueue *self = g_new0 (SimQueue, 1);
  double first;

  self->node_ns = memory_ns / NODES;
  self->nodes = g_array_new (FALSE, FALSE, sizeof (double));
  self->random = g_rand_new_with_seed (seed);
  first = sim_random_exponential (self->random);
  g_array_append_val (self->nodes, first);
  return self;
}

/**
 * sim_queue_free:
 * @self: (transfer full): a queue
 */
void
sim_queue_free (SimQueue *self)
{
  g_array_unref (self->nodes);
  g_rand_free (self->random);
  g_free (self);
}

/**
 * sim_queue_read:
 * @self: a queue
 * @at_ns: true time since the start, not negative
 *
 * Returns: its length then, of which the mean is 1
 */
double
sim_queue_read (SimQueue *self,
                gint64 at_ns)
{
  guint index = (guint) (at_ns / self->node_ns);
  double share = (double) (at_ns % self->node_ns) / (double) self->node_ns;
  const double *nodes;

  while (self->nodes->len <= index + 1)
    {
      double last = g_array_index (self->nodes, double, self->nodes->len - 1);
      double next = fabs (last - 1.0 / NODES + sqrt (2.0 / NODES) * sim_random_normal (self->random));

      g_array_append_val (self->nodes, next);
    }
  nodes = &g_array_index (self->nodes, double, index);
  return nodes[0] + share * (nodes[1] - nodes[0]);
}
