/* A simulated clock: a quartz that drifts and wanders, and a kernel that corrects, slews and sets what it shows.
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

/* How far the quartz swings ahead by the temperature since the start. */
static double
get_temperature_ns (const SimClockParameters *parameters,
                    double at_s)
{
  double turns = 2.0 * G_PI / parameters->temperature_s;

  if (parameters->temperature_ppm == 0.0)
    return 0.0;
  return parameters->temperature_ppm * 1e3 / turns *
         (cos (parameters->temperature_phase) - cos (parameters->temperature_phase + turns * at_s));
}

/* How far the quartz would be ahead of true time, had the computer never slept. */
static double
get_ahead_ns (SimClock *self,
              gint64 at_ns)
{
  const SimClockParameters *parameters = &self->parameters;
  guint index = (guint) (at_ns / self->node_ns);
  double beyond_s = (double) (at_ns % self->node_ns) * 1e-9;
  double ahead_ns = get_temperature_ns (parameters, (double) at_ns * 1e-9);
  const Node *node;

  while (self->nodes->len <= index)
    append_node (self);
  node = &g_array_index (self->nodes, Node, index);
  ahead_ns += node->ahead_ns + node->drift_ppm * 1e3 * beyond_s;
  for (guint i = 0; i < parameters->n_events; i++)
    if (parameters->events[i].kind == SIM_CLOCK_JUMP && at_ns > parameters->events[i].at_ns)
      ahead_ns += parameters->events[i].ppm * 1e-6 * (double) (at_ns - parameters->events[i].at_ns);
  return ahead_ns;
}

/* How much of an event is over. */
static gint64
get_overlap_ns (const SimClockEvent *event,
                gint64 at_ns)
{
  return CLAMP (at_ns - event->at_ns, 0, event->lasts_ns);
}

/* True time that the computer was awake for; the quartz stands still in between. */
static gint64
get_awake_ns (const SimClock *self,
              gint64 at_ns)
{
  gint64 awake_ns = at_ns;

  for (guint i = 0; i < self->parameters.n_events; i++)
    if (self->parameters.events[i].kind == SIM_CLOCK_SUSPEND)
      awake_ns -= get_overlap_ns (&self->parameters.events[i], at_ns);
  return awake_ns;
}

/**
 * sim_clock_read_raw:
 * @self: a clock
 * @at_ns: true time since the start, not negative
 *
 * Returns: the bare quartz: it is neither corrected nor set, and stands still while the computer sleeps
 */
gint64
sim_clock_read_raw (SimClock *self,
                    gint64 at_ns)
{
  gint64 awake_ns = get_awake_ns (self, at_ns);

  return awake_ns + (gint64) llround (get_ahead_ns (self, awake_ns));
}

/**
 * sim_clock_read_boot:
 * @self: a clock
 * @at_ns: true time since the start, not negative
 *
 * Returns: what the clock would show had nobody set it, since the start of the simulation
 */
gint64
sim_clock_read_boot (SimClock *self,
                     gint64 at_ns)
{
  gint64 awake_ns = get_awake_ns (self, at_ns);
  double ahead_ns = get_ahead_ns (self, awake_ns) + self->parameters.correction_ppm * 1e-6 * (double) awake_ns;
  gint64 slept_ns = at_ns - awake_ns;

  for (guint i = 0; i < self->parameters.n_events; i++)
    {
      const SimClockEvent *event = &self->parameters.events[i];

      if (event->kind == SIM_CLOCK_SLEW)
        ahead_ns += event->ppm * 1e-6 * (double) get_overlap_ns (event, at_ns);
      else if (event->kind == SIM_CLOCK_SUSPEND && at_ns >= event->at_ns + event->lasts_ns)
        slept_ns += event->size_ns;
    }
  return awake_ns + slept_ns + (gint64) llround (ahead_ns);
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
  gint64 shown_ns = SIM_START_NS + self->parameters.offset_ns + sim_clock_read_boot (self, at_ns);

  for (guint i = 0; i < self->parameters.n_events; i++)
    if (self->parameters.events[i].kind == SIM_CLOCK_STEP && at_ns >= self->parameters.events[i].at_ns)
      shown_ns += self->parameters.events[i].size_ns;
  return shown_ns;
}

/**
 * sim_clock_count_steps:
 * @self: a clock
 * @until_ns: true time since the start
 *
 * Returns: how often it was set by then
 */
guint
sim_clock_count_steps (const SimClock *self,
                       gint64 until_ns)
{
  guint n = 0;

  for (guint i = 0; i < self->parameters.n_events; i++)
    n += self->parameters.events[i].kind == SIM_CLOCK_STEP && until_ns >= self->parameters.events[i].at_ns;
  return n;
}

/**
 * sim_clock_get_wake_ns:
 * @self: a clock
 * @at_ns: true time since the start
 *
 * Returns: when its computer is awake: @at_ns, or the end of the sleep that @at_ns is in
 */
gint64
sim_clock_get_wake_ns (const SimClock *self,
                       gint64 at_ns)
{
  for (guint i = 0; i < self->parameters.n_events; i++)
    {
      const SimClockEvent *event = &self->parameters.events[i];

      if (event->kind == SIM_CLOCK_SUSPEND && at_ns >= event->at_ns && at_ns < event->at_ns + event->lasts_ns)
        return event->at_ns + event->lasts_ns;
    }
  return at_ns;
}
