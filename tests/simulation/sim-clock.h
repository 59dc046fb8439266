/* A simulated clock: a quartz that drifts and wanders, and a kernel that corrects, slews and sets what it shows.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* True time 0 of every simulation, since the Unix epoch. */
#define SIM_START_NS G_GINT64_CONSTANT (1700000000000000000)

#define SIM_CLOCK_MAX_EVENTS 4

/**
 * SimClockEventKind:
 * @SIM_CLOCK_STEP: the clock is set by @size_ns, positive when forward
 * @SIM_CLOCK_SLEW: the kernel adds @ppm to its rate for @lasts_ns
 * @SIM_CLOCK_JUMP: the quartz is faster by @ppm from then on
 * @SIM_CLOCK_SUSPEND: the computer sleeps for @lasts_ns; its clock for that time is off by @size_ns afterwards
 */
typedef enum
{
  SIM_CLOCK_STEP,
  SIM_CLOCK_SLEW,
  SIM_CLOCK_JUMP,
  SIM_CLOCK_SUSPEND,
} SimClockEventKind;

/**
 * SimClockEvent:
 * @kind: what happens
 * @at_ns: true time since the start
 * @lasts_ns: how long, of a slew or a sleep
 * @size_ns: how far, of a step or a sleep
 * @ppm: how fast, of a slew or a jump
 */
typedef struct
{
  SimClockEventKind kind;
  gint64 at_ns;
  gint64 lasts_ns;
  gint64 size_ns;
  double ppm;
} SimClockEvent;

/**
 * SimClockParameters:
 * @offset_ns: how far the clock is ahead of true time at its start
 * @drift_ppm: how fast its quartz gains on true time at its start
 * @correction_ppm: by how much the kernel runs the clock faster than the quartz
 * @wander_ppm: standard deviation of the drift's change within one second (a random walk)
 * @temperature_ppm: amplitude of the drift's swing with the temperature; 0: none
 * @temperature_s: its period
 * @temperature_phase: where in it the simulation starts, in radians
 * @n_events: how many of @events there are
 * @events: in order; what the kernel did is in its readings, what the quartz did is not
 */
typedef struct
{
  gint64 offset_ns;
  double drift_ppm;
  double correction_ppm;
  double wander_ppm;
  double temperature_ppm;
  double temperature_s;
  double temperature_phase;
  guint n_events;
  SimClockEvent events[SIM_CLOCK_MAX_EVENTS];
} SimClockParameters;

typedef struct _SimClock SimClock;

SimClock *sim_clock_new         (const SimClockParameters *parameters,
                                 gint64                    node_ns,
                                 guint32                   seed);
void      sim_clock_free        (SimClock                 *clock);
gint64    sim_clock_read        (SimClock                 *clock,
                                 gint64                    at_ns);
gint64    sim_clock_read_boot   (SimClock                 *clock,
                                 gint64                    at_ns);
gint64    sim_clock_read_raw    (SimClock                 *clock,
                                 gint64                    at_ns);
guint     sim_clock_count_steps (const SimClock           *clock,
                                 gint64                    until_ns);
gint64    sim_clock_get_wake_ns (const SimClock           *clock,
                                 gint64                    at_ns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimClock, sim_clock_free)

G_END_DECLS
