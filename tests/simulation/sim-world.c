/* Random worlds to judge the estimator in: two clocks and a path, drawn whole from a class and a seed.
 *
 * Every world is first drawn as a plain one: two ways of one base and of about one scale, queueing by a law of each
 * way's own, and two quartzes, kept or free. Its class then adds the one thing that it is named for.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sim-world.h"

#include <math.h>

#include "sim-random.h"
#include "measure/ts-time.h"

#define MIN_BASE_NS  50e3
#define MAX_BASE_NS  150e6
#define MIN_SCALE_NS 3e3
#define MAX_SCALE_NS 30e6

/* Most series are short, so that the mean is about 500 samples; one in 32 is long. */
#define MIN_SAMPLES    32
#define USUAL_SAMPLES  1500
#define MAX_SAMPLES    10000
#define LONG_SERIES    32

/* A series in which something happens has so many samples at least. */
#define MIN_EVENTFUL 128

/* The drift of a clock that wanders changes so often in the pause between two exchanges. */
#define NODES_PER_INTERVAL 16
#define MIN_NODE_NS        (G_GINT64_CONSTANT (50000000))

typedef void (*DrawFunc) (SimWorld *world,
                          GRand    *random);

typedef struct
{
  const char *name;
  SimWorldFlags flags;
  DrawFunc draw;
} WorldClass;

/* Of either sign. */
static double
draw_signed (GRand *random,
             double least,
             double most)
{
  double size = sim_random_between (random, least, most);

  return g_rand_boolean (random) ? size : -size;
}

static gboolean
happens (GRand *random,
         double probability)
{
  return g_rand_double (random) < probability;
}

static gint64
between_ns (GRand *random,
            double least_ns,
            double most_ns)
{
  return (gint64) llround (sim_random_between (random, least_ns, most_ns));
}

/* One way or both. */
static void
draw_ways (SimWorld *world,
           GRand *random,
           SimWay *ways[2])
{
  gint32 which = g_rand_int_range (random, 0, 3);

  ways[0] = which == 1 ? NULL : &world->path.there;
  ways[1] = which == 0 ? NULL : &world->path.back;
}

static void
set_law (SimWay *way,
         SimLaw law,
         double shape)
{
  way->law = law;
  way->queue_shape = shape;
}

static void
draw_gamma_way (SimWay *way,
                GRand *random)
{
  set_law (way, SIM_LAW_GAMMA, sim_random_between (random, 0.6, 4.0));
}

static void
draw_weibull_way (SimWay *way,
                  GRand *random)
{
  set_law (way, SIM_LAW_WEIBULL, sim_random_between (random, 0.7, 3.0));
}

static void
draw_lognormal_way (SimWay *way,
                    GRand *random)
{
  set_law (way, SIM_LAW_LOGNORMAL, sim_random_between (random, 0.4, 1.2));
}

static void
draw_law (SimWay *way,
          GRand *random)
{
  switch (g_rand_int_range (random, 0, 4))
    {
    case 0:
      draw_weibull_way (way, random);
      break;
    case 1:
      set_law (way, SIM_LAW_GAMMA, 1.0);
      break;
    default:
      draw_gamma_way (way, random);
      break;
    }
}

static void
draw_clock (SimClockParameters *clock,
            GRand *random,
            double wander_ppm)
{
  clock->drift_ppm = g_rand_double_range (random, -50.0, 50.0);
  clock->wander_ppm = wander_ppm;
  clock->correction_ppm = 0.0;
  if (g_rand_boolean (random))
    clock->correction_ppm = -clock->drift_ppm + 0.3 * sim_random_normal (random);
}

/* The wander of one clock against the other has the deviation @wander_ppm. */
static void
draw_clocks (SimWorld *world,
             GRand *random,
             double wander_ppm)
{
  double angle = g_rand_double_range (random, 0.0, G_PI_2);

  draw_clock (&world->run.local, random, wander_ppm * cos (angle));
  draw_clock (&world->run.server, random, wander_ppm * sin (angle));
}

static SimClockParameters *
draw_either (SimWorld *world,
             GRand *random)
{
  return g_rand_boolean (random) ? &world->run.local : &world->run.server;
}

static void
set_length (SimWorld *world,
            double n_samples)
{
  world->run.duration_ns = (gint64) (n_samples * (double) world->run.interval_ns);
}

static void
draw_series (SimWorld *world,
             GRand *random)
{
  SimRun *run = &world->run;

  run->interval_ns = between_ns (random, 0.1e9, 64e9);
  run->node_ns = MAX (run->interval_ns / NODES_PER_INTERVAL, MIN_NODE_NS);
  run->varies = TRUE;
  run->has_readings = TRUE;
  run->has_generation = g_rand_boolean (random);
  run->has_previous = happens (random, 0.25);
  run->server.offset_ns = (gint64) draw_signed (random, 1e3, 1e12);
  if (happens (random, 1.0 / LONG_SERIES))
    set_length (world, sim_random_between (random, USUAL_SAMPLES, MAX_SAMPLES));
  else
    set_length (world, sim_random_between (random, MIN_SAMPLES, USUAL_SAMPLES));
}

static void
draw_plain (SimWorld *world,
            GRand *random)
{
  SimPath *path = &world->path;

  world->scale_ns = sim_random_between (random, MIN_SCALE_NS, MAX_SCALE_NS);
  path->there.base_ns = path->back.base_ns = between_ns (random, MIN_BASE_NS, MAX_BASE_NS);
  path->there.queue_ns = world->scale_ns * sim_random_between (random, 1.0 / 3.0, 3.0);
  path->back.queue_ns = world->scale_ns * sim_random_between (random, 1.0 / 3.0, 3.0);
  draw_law (&path->there, random);
  draw_law (&path->back, random);
  draw_series (world, random);
  draw_clocks (world, random, sim_random_between (random, 0.001, 0.03));
}

static void
add_nothing (SimWorld *world,
             GRand *random)
{
}

static void
add_gamma (SimWorld *world,
           GRand *random)
{
  draw_gamma_way (&world->path.there, random);
  draw_gamma_way (&world->path.back, random);
}

static void
add_weibull (SimWorld *world,
             GRand *random)
{
  draw_weibull_way (&world->path.there, random);
  draw_weibull_way (&world->path.back, random);
}

static void
add_lognormal (SimWorld *world,
               GRand *random)
{
  draw_lognormal_way (&world->path.there, random);
  draw_lognormal_way (&world->path.back, random);
}

static void
add_exponential (SimWorld *world,
                 GRand *random)
{
  set_law (&world->path.there, SIM_LAW_GAMMA, 1.0);
  set_law (&world->path.back, SIM_LAW_GAMMA, 1.0);
}

static void
add_modes (SimWorld *world,
           GRand *random)
{
  SimWay *const ways[] = { &world->path.there, &world->path.back };

  for (guint i = 0; i < 2; i++)
    {
      ways[i]->mode = g_rand_double_range (random, 0.1, 0.7);
      ways[i]->mode_ns = ways[i]->queue_ns * sim_random_between (random, 3.0, 30.0);
    }
}

static void
add_slots (SimWorld *world,
           GRand *random)
{
  SimWay *ways[2];

  world->scale_ns = sim_random_between (random, MIN_SCALE_NS, 3e6);
  world->path.there.queue_ns = world->scale_ns * sim_random_between (random, 1.0 / 3.0, 3.0);
  world->path.back.queue_ns = world->scale_ns * sim_random_between (random, 1.0 / 3.0, 3.0);
  draw_ways (world, random, ways);
  for (guint i = 0; i < 2; i++)
    if (ways[i] != NULL)
      {
        ways[i]->slot_ns = TS_NS_PER_MS;
        ways[i]->repeats = g_rand_double_range (random, 0.0, 0.2);
      }
}

/* The two ways have most of their delay from one queue, which remembers for some exchanges. */
static void
add_shared_queue (SimWorld *world,
                  GRand *random)
{
  SimWay *const ways[] = { &world->path.there, &world->path.back };

  world->path.shared_memory_ns = (gint64) ((double) world->run.interval_ns * sim_random_between (random, 0.3, 30.0));
  for (guint i = 0; i < 2; i++)
    {
      ways[i]->shared_ns = ways[i]->queue_ns;
      ways[i]->queue_ns *= sim_random_between (random, 0.03, 0.3);
    }
}

static void
add_sawtooth (SimWorld *world,
              GRand *random)
{
  SimWay *ways[2];

  draw_ways (world, random, ways);
  for (guint i = 0; i < 2; i++)
    if (ways[i] != NULL)
      {
        ways[i]->saw_ns = ways[i]->queue_ns * sim_random_between (random, 2.0, 20.0);
        ways[i]->saw_every_s = sim_random_between (random, 0.5, 60.0);
      }
}

static void
add_bursts (SimWorld *world,
            GRand *random)
{
  SimWay *ways[2];

  draw_ways (world, random, ways);
  for (guint i = 0; i < 2; i++)
    if (ways[i] != NULL)
      {
        ways[i]->burst_every_s = (double) world->run.interval_ns * 1e-9 * sim_random_between (random, 10.0, 100.0);
        ways[i]->burst_s = ways[i]->burst_every_s * g_rand_double_range (random, 0.1, 0.6);
        ways[i]->burst_ns = ways[i]->queue_ns * sim_random_between (random, 5.0, 50.0);
      }
}

static void
add_pareto (SimWorld *world,
            GRand *random)
{
  SimWay *const ways[] = { &world->path.there, &world->path.back };

  for (guint i = 0; i < 2; i++)
    {
      ways[i]->tail = sim_random_between (random, 0.02, 0.5);
      ways[i]->tail_ns = ways[i]->queue_ns * sim_random_between (random, 1.0, 5.0);
      ways[i]->tail_shape = g_rand_double_range (random, 1.1, 2.5);
    }
}

/* One way has hardly more than the noise of stamps. */
static void
add_steady (SimWorld *world,
            GRand *random)
{
  SimWay *way = g_rand_boolean (random) ? &world->path.there : &world->path.back;
  SimWay *other = way == &world->path.there ? &world->path.back : &world->path.there;

  way->queue_ns = sim_random_between (random, 1e3, 10e3);
  other->queue_ns = sim_random_between (random, 100e3, MAX_SCALE_NS);
}

static void
add_alike (SimWorld *world,
           GRand *random)
{
  SimPath *path = &world->path;

  switch (g_rand_int_range (random, 0, 6))
    {
    case 0:
      add_modes (world, random);
      break;
    case 1:
      add_bursts (world, random);
      break;
    case 2:
      add_pareto (world, random);
      break;
    case 3:
      add_lognormal (world, random);
      break;
    default:
      break;
    }
  path->back = path->there;
}

static void
add_unequal (SimWorld *world,
             GRand *random)
{
  world->path.back.base_ns = between_ns (random, MIN_BASE_NS, MAX_BASE_NS);
}

static void
add_loss (SimWorld *world,
          GRand *random)
{
  world->path.there.loss = g_rand_double_range (random, 0.0, 0.1);
  world->path.back.loss = g_rand_double_range (random, 0.0, 0.1);
}

/* The noise of stamps is the same at both ends, and no path is so short that it would matter. */
static void
add_stamp_noise (SimWorld *world,
                 GRand *random)
{
  SimPath *path = &world->path;

  path->there.normal_ns = path->back.normal_ns = sim_random_between (random, 1e3, 30e3);
  path->there.base_ns = path->back.base_ns = between_ns (random, 200e3, MAX_BASE_NS);
}

static void
cut_stamps (SimWorld *world,
            gint64 stamp_ns)
{
  world->run.stamp_ns = stamp_ns;
  world->run.has_generation = FALSE;
  world->run.has_previous = FALSE;
}

static void
add_stamps_us (SimWorld *world,
               GRand *random)
{
  cut_stamps (world, TS_NS_PER_US);
}

static void
add_stamps_ms (SimWorld *world,
               GRand *random)
{
  cut_stamps (world, TS_NS_PER_MS);
}

static void
add_stamps_s (SimWorld *world,
              GRand *random)
{
  cut_stamps (world, TS_NS_PER_S);
}

/* An NTP server's precision: 15.6 ms, a second, or any other power of two. */
static void
add_coarse_ntp (SimWorld *world,
                GRand *random)
{
  gint32 which = g_rand_int_range (random, 0, 4);
  gint32 bits = which < 2 ? 6 : (which == 2 ? 0 : g_rand_int_range (random, 1, 16));

  cut_stamps (world, TS_NS_PER_S >> bits);
}

static void
add_drift (SimWorld *world,
           GRand *random)
{
  world->run.local.correction_ppm = world->run.server.correction_ppm = 0.0;
  world->run.local.drift_ppm = g_rand_double_range (random, -90.0, 90.0);
  world->run.server.drift_ppm = g_rand_double_range (random, -100.0, 100.0);
}

static void
add_wander (SimWorld *world,
            GRand *random)
{
  draw_clocks (world, random, sim_random_between (random, 0.03, 0.1));
}

/* A swing of A within the period P changes the drift within s seconds by 1.51 · 2 A · √(s/P) at most, which is half
 * of what is allowed where A is 0.08 ppm · √P; the other half is for the wander. */
static void
add_temperature (SimWorld *world,
                 GRand *random)
{
  SimClockParameters *clock = draw_either (world, random);

  clock->temperature_s = sim_random_between (random, 600.0, 86400.0);
  clock->temperature_ppm = sim_random_between (random, 0.1, MIN (0.08 * sqrt (clock->temperature_s), 10.0));
  clock->temperature_phase = g_rand_double_range (random, 0.0, 2.0 * G_PI);
}

/* An instant between two parts of the series. */
static gint64
draw_instant_ns (const SimWorld *world,
                 GRand *random,
                 double from,
                 double until)
{
  return (gint64) ((double) world->run.duration_ns * g_rand_double_range (random, from, until));
}

/* Something happens once, twice or three times, each in a part of the series of its own. */
static guint
begin_events (SimWorld *world,
              GRand *random)
{
  gint64 least_ns = MIN_EVENTFUL * world->run.interval_ns;

  world->run.duration_ns = MAX (world->run.duration_ns, least_ns);
  return (guint) g_rand_int_range (random, 1, 4);
}

static gint64
draw_event_ns (const SimWorld *world,
               GRand *random,
               guint i,
               guint n)
{
  return draw_instant_ns (world, random, 0.2 + 0.75 * i / n, 0.2 + 0.75 * (i + 0.7) / n);
}

static void
append_event (SimClockParameters *clock,
              SimClockEvent event)
{
  g_assert_cmpuint (clock->n_events, <, SIM_CLOCK_MAX_EVENTS);
  clock->events[clock->n_events++] = event;
}

static void
add_jumps (SimWorld *world,
           GRand *random)
{
  guint n = begin_events (world, random);

  for (guint i = 0; i < n; i++)
    {
      SimClockParameters *clock = draw_either (world, random);
      SimClockEvent event = { .kind = SIM_CLOCK_JUMP };

      event.at_ns = draw_event_ns (world, random, i, n);
      event.ppm = draw_signed (random, 0.1, 20.0);
      append_event (clock, event);
    }
}

/* Slews last tens of seconds, but no longer than their part of the series. */
static void
append_slews (SimWorld *world,
              GRand *random,
              SimClockParameters *clock,
              double least_ppm,
              double most_ppm)
{
  guint n = begin_events (world, random);
  gint64 most_ns = world->run.duration_ns / 5 / n;

  for (guint i = 0; i < n; i++)
    {
      SimClockEvent event = { .kind = SIM_CLOCK_SLEW };
      gint64 lasts_ns = between_ns (random, 10e9, 100e9);

      event.at_ns = draw_event_ns (world, random, i, n);
      event.lasts_ns = MIN (lasts_ns, most_ns);
      event.ppm = draw_signed (random, least_ppm, most_ppm);
      append_event (clock, event);
    }
}

static void
add_server_slews (SimWorld *world,
                  GRand *random)
{
  append_slews (world, random, &world->run.server, 0.5, 500.0);
}

static void
add_local_slews (SimWorld *world,
                 GRand *random)
{
  append_slews (world, random, &world->run.local, 0.5, 500.0);
}

static void
add_fast_server_slews (SimWorld *world,
                       GRand *random)
{
  append_slews (world, random, &world->run.server, 500.0, 83333.0);
}

static void
add_fast_local_slews (SimWorld *world,
                      GRand *random)
{
  append_slews (world, random, &world->run.local, 500.0, 83333.0);
}

/* From a microsecond to hours. */
static void
append_steps (SimWorld *world,
              GRand *random,
              SimClockParameters *clock)
{
  guint n = begin_events (world, random);

  for (guint i = 0; i < n; i++)
    {
      SimClockEvent event = { .kind = SIM_CLOCK_STEP };

      event.at_ns = draw_event_ns (world, random, i, n);
      event.size_ns = (gint64) draw_signed (random, 1e3, 1e13);
      append_event (clock, event);
    }
}

static void
add_told_steps (SimWorld *world,
                GRand *random)
{
  world->run.has_generation = TRUE;
  append_steps (world, random, &world->run.server);
}

static void
add_local_steps (SimWorld *world,
                 GRand *random)
{
  append_steps (world, random, &world->run.local);
}

static void
add_silent_steps (SimWorld *world,
                  GRand *random)
{
  world->run.has_generation = FALSE;
  append_steps (world, random, &world->run.server);
}

/* Nobody reads this computer's clocks, so its own steps are as silent. */
static void
add_unread_steps (SimWorld *world,
                  GRand *random)
{
  world->run.has_readings = FALSE;
  append_steps (world, random, &world->run.local);
}

static void
add_suspends (SimWorld *world,
              GRand *random)
{
  guint n = begin_events (world, random);
  gint64 slept_ns = 0;

  for (guint i = 0; i < n; i++)
    {
      SimClockEvent event = { .kind = SIM_CLOCK_SUSPEND };

      event.at_ns = slept_ns + draw_event_ns (world, random, i, n);
      event.lasts_ns = between_ns (random, 1e9, 36000e9);
      event.size_ns = (gint64) draw_signed (random, 1e3, 0.5e9);
      append_event (&world->run.local, event);
      slept_ns += event.lasts_ns;
    }
  world->run.duration_ns += slept_ns;
}

static void
append_route (SimPath *path,
              SimRoute route)
{
  g_assert_cmpuint (path->n_routes, <, SIM_PATH_MAX_ROUTES);
  path->routes[path->n_routes++] = route;
}

/* By how much another route is longer; shorter ones leave a tenth. */
static gint64
draw_detour_ns (const SimWorld *world,
                GRand *random)
{
  if (g_rand_boolean (random))
    return between_ns (random, 100e3, 50e6);
  return -(gint64) ((double) world->path.there.base_ns * g_rand_double_range (random, 0.1, 0.9));
}

static SimRoute
draw_route (SimWorld *world,
            GRand *random)
{
  SimRoute route = { .until_ns = G_MAXINT64 };

  begin_events (world, random);
  route.from_ns = draw_instant_ns (world, random, 0.2, 0.5);
  if (g_rand_boolean (random))
    route.until_ns = draw_instant_ns (world, random, 0.6, 0.9);
  return route;
}

static void
add_route_change (SimWorld *world,
                  GRand *random)
{
  SimRoute route = draw_route (world, random);

  route.there_ns = route.back_ns = draw_detour_ns (world, random);
  append_route (&world->path, route);
}

static void
add_one_way_change (SimWorld *world,
                    GRand *random)
{
  SimRoute route = draw_route (world, random);
  gint64 detour_ns = draw_detour_ns (world, random);

  *(g_rand_boolean (random) ? &route.there_ns : &route.back_ns) = detour_ns;
  append_route (&world->path, route);
}

static void
add_silences (SimWorld *world,
              GRand *random)
{
  guint n = begin_events (world, random);
  gint64 silent_ns = 0;

  for (guint i = 0; i < n; i++)
    {
      gint64 from_ns = silent_ns + draw_event_ns (world, random, i, n);
      gint64 lasts_ns = between_ns (random, 10.0 * (double) world->run.interval_ns, 21600e9);

      append_route (&world->path, (SimRoute) { .from_ns = from_ns, .until_ns = from_ns + lasts_ns, .is_silent = TRUE });
      silent_ns += lasts_ns;
    }
  world->run.duration_ns += silent_ns;
}

/* Several things at once, but nothing that breaks a statement or hides from everybody. */
static void
add_several (SimWorld *world,
             GRand *random)
{
  static const DrawFunc additions[] = {
    add_lognormal, add_modes, add_slots, add_shared_queue, add_sawtooth, add_bursts, add_pareto, add_loss,
    add_stamp_noise, add_drift, add_wander, add_temperature,
  };

  for (guint i = 0; i < G_N_ELEMENTS (additions); i++)
    if (happens (random, 0.25))
      additions[i] (world, random);
  switch (g_rand_int_range (random, 0, 6))
    {
    case 0:
      add_local_steps (world, random);
      break;
    case 1:
      add_local_slews (world, random);
      break;
    case 2:
      add_told_steps (world, random);
      break;
    case 3:
      add_silences (world, random);
      break;
    default:
      break;
    }
}

static const WorldClass classes[] = {
  { "plain", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_nothing },
  { "gamma", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_gamma },
  { "weibull", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_weibull },
  { "lognormal", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_lognormal },
  { "exponential", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_exponential },
  { "two-modes", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_modes },
  { "slots", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_slots },
  { "shared-queue", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_shared_queue },
  { "sawtooth", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_sawtooth },
  { "bursts", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_bursts },
  { "pareto", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_pareto },
  { "one-way-steady", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_steady },
  { "alike", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_alike },
  { "unequal", SIM_WORLD_KEPT, add_unequal },
  { "loss", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_loss },
  { "stamp-noise", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_stamp_noise },
  { "stamps-us", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_stamps_us },
  { "stamps-ms", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_stamps_ms },
  { "stamps-s", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_stamps_s },
  { "coarse-ntp", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_coarse_ntp },
  { "drift", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_drift },
  { "wander", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_wander },
  { "temperature", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_temperature },
  { "frequency-jumps", SIM_WORLD_JUDGED, add_jumps },
  { "slewed-server", SIM_WORLD_JUDGED, add_server_slews },
  { "slewed-server-fast", SIM_WORLD_JUDGED, add_fast_server_slews },
  { "slewed-local", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_local_slews },
  { "slewed-local-fast", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_fast_local_slews },
  { "step-told", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_told_steps },
  { "step-local", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_local_steps },
  { "step-silent", SIM_WORLD_JUDGED, add_silent_steps },
  { "step-unread", SIM_WORLD_JUDGED, add_unread_steps },
  { "suspend", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_suspends },
  { "route-change", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_route_change },
  { "route-change-one-way", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_one_way_change },
  { "silences", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_silences },
  { "several", SIM_WORLD_KEPT | SIM_WORLD_JUDGED, add_several },
};

/**
 * sim_world_count:
 *
 * Returns: how many classes there are
 */
guint
sim_world_count (void)
{
  return G_N_ELEMENTS (classes);
}

/**
 * sim_world_get_name:
 * @class_index: a class
 *
 * Returns: (transfer none): its name
 */
const char *
sim_world_get_name (guint class_index)
{
  g_return_val_if_fail (class_index < G_N_ELEMENTS (classes), NULL);

  return classes[class_index].name;
}

/**
 * sim_world_get_flags:
 * @class_index: a class
 *
 * Returns: what holds in its worlds
 */
SimWorldFlags
sim_world_get_flags (guint class_index)
{
  g_return_val_if_fail (class_index < G_N_ELEMENTS (classes), 0);

  return classes[class_index].flags;
}

/**
 * sim_world_draw:
 * @world: (out caller-allocates): a world; it must not move afterwards, because its run points to its path
 * @class_index: its class
 * @seed: the same world for the same class and seed, whatever other classes there are
 */
void
sim_world_draw (SimWorld *world,
                guint class_index,
                guint32 seed)
{
  const WorldClass *class = &classes[class_index];
  const guint32 seeds[] = { g_str_hash (class->name), seed };
  g_autoptr (GRand) random = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));

  *world = (SimWorld) { 0 };
  world->path.name = class->name;
  draw_plain (world, random);
  class->draw (world, random);
  world->run.path = &world->path;
  world->run.seed = g_rand_int (random);
}
