/* A simulated clock: offset, drift, wander and a step.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* True time 0 of every simulation, since the Unix epoch. */
#define SIM_START_NS G_GINT64_CONSTANT (1700000000000000000)

/**
 * SimClockParameters:
 * @offset_ns: how far the clock is ahead of true time at its start
 * @drift_ppm: how fast it gains on true time at its start
 * @wander_ppm: standard deviation of the drift's change within one second (a random walk)
 * @step_at_ns: true time since the start when it is set
 * @step_ns: by how much, positive when forward; 0: never
 */
typedef struct
{
  gint64 offset_ns;
  double drift_ppm;
  double wander_ppm;
  gint64 step_at_ns;
  gint64 step_ns;
} SimClockParameters;

typedef struct _SimClock SimClock;

SimClock *sim_clock_new             (const SimClockParameters *parameters,
                                     gint64                    node_ns,
                                     guint32                   seed);
void      sim_clock_free            (SimClock                 *clock);
gint64    sim_clock_read            (SimClock                 *clock,
                                     gint64                    at_ns);
gint64    sim_clock_read_stepless   (SimClock                 *clock,
                                     gint64                    at_ns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimClock, sim_clock_free)

G_END_DECLS
