/* Tests of the random worlds themselves: an estimator can only be judged in worlds that are what they claim to be.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "sim-world.h"
#include "measure/estimate/ts-hull.h"
#include "measure/ts-time.h"

#define FIRST_SEED 500
#define N_SEEDS    6
#define N_PACKETS  4000

static guint
find_class (const char *name)
{
  for (guint i = 0; i < sim_world_count (); i++)
    if (g_str_equal (sim_world_get_name (i), name))
      return i;
  g_assert_not_reached ();
}

static void
add_tests (const char *path,
           GTestDataFunc function)
{
  for (guint i = 0; i < sim_world_count (); i++)
    {
      g_autofree char *test_path = g_strconcat (path, sim_world_get_name (i), NULL);

      g_test_add_data_func (test_path, GUINT_TO_POINTER (i), function);
    }
}

static void
test_seed (gconstpointer data)
{
  SimWorld first, again, other;

  sim_world_draw (&first, GPOINTER_TO_UINT (data), 1);
  sim_world_draw (&again, GPOINTER_TO_UINT (data), 1);
  sim_world_draw (&other, GPOINTER_TO_UINT (data), 2);
  g_assert_true (again.run.path == &again.path);
  again.run.path = first.run.path;
  g_assert_cmpmem (&first, sizeof first, &again, sizeof again);
  g_assert_cmpuint (first.run.seed, !=, other.run.seed);
}

/* The mean series has about 500 samples. */
static void
test_length (void)
{
  double sum = 0.0;

  for (guint32 seed = 0; seed < 4000; seed++)
    {
      SimWorld world;
      double n;

      sim_world_draw (&world, find_class ("plain"), seed);
      n = (double) world.run.duration_ns / (double) world.run.interval_ns;
      g_assert_cmpfloat (n, >=, 31.9);
      g_assert_cmpfloat (n, <=, 10000.1);
      g_assert_cmpint (world.run.interval_ns, >=, TS_NS_PER_S / 10);
      g_assert_cmpint (world.run.interval_ns, <=, 64 * TS_NS_PER_S);
      sum += n;
    }
  g_assert_cmpfloat (sum / 4000, >, 450.0);
  g_assert_cmpfloat (sum / 4000, <, 550.0);
}

/* The mean and the deviation of each law, from what is known of it. */
static void
test_laws (void)
{
  static const struct
  {
    SimLaw law;
    double shape;
    double deviation; /* in means */
  } laws[] = {
    { SIM_LAW_GAMMA, 0.6, 1.2910 },     { SIM_LAW_GAMMA, 1.0, 1.0 },          { SIM_LAW_GAMMA, 4.0, 0.5 },
    { SIM_LAW_WEIBULL, 0.7, 1.4624 },   { SIM_LAW_WEIBULL, 3.0, 0.3634 },     { SIM_LAW_LOGNORMAL, 0.4, 0.4165 },
    { SIM_LAW_LOGNORMAL, 0.8, 0.9470 },
  };

  for (gsize row = 0; row < G_N_ELEMENTS (laws); row++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (1);
      SimPath path = { .there = { .law = laws[row].law, .queue_ns = 1e6, .queue_shape = laws[row].shape } };
      SimPathState state;
      double sum = 0.0, squares = 0.0, deviation;
      guint n = 100000;

      sim_path_state_init (&state, &path, 1);
      for (guint i = 0; i < n; i++)
        {
          gint64 arrived_ns;

          g_assert_true (sim_path_travel (&path, &state, SIM_THERE, random, 0, &arrived_ns));
          sum += (double) arrived_ns * 1e-6;
          squares += (double) arrived_ns * 1e-6 * (double) arrived_ns * 1e-6;
        }
      sim_path_state_clear (&state);
      deviation = sqrt (squares / n - sum / n * sum / n);
      g_assert_cmpfloat_with_epsilon (sum / n, 1.0, 0.03);
      g_assert_cmpfloat_with_epsilon (deviation / laws[row].deviation, 1.0, 0.05);
    }
}

/* The greatest share of the mean excess by which the fastest of many packets may be later than the base; a lognormal
 * way never comes near it, which is why it is hard. */
static double
get_nearest (const SimWay *way)
{
  switch (way->law)
    {
    case SIM_LAW_LOGNORMAL:
      return exp (-3.0 * way->queue_shape);
    case SIM_LAW_GAMMA:
    case SIM_LAW_WEIBULL:
    default:
      return 4.0 * pow (N_PACKETS, -1.0 / way->queue_shape);
    }
}

static void
check_way (const SimWorld *world,
           SimDirection direction)
{
  const SimWay *way = direction == SIM_THERE ? &world->path.there : &world->path.back;
  g_autoptr (GRand) random = g_rand_new_with_seed (world->run.seed);
  double least_ns = HUGE_VAL, sum_ns = 0.0;
  SimPathState state;
  gint64 sent_ns = 0;
  guint n = 0;

  sim_path_state_init (&state, &world->path, world->run.seed);
  for (guint i = 0; i < N_PACKETS; i++)
    {
      gint64 arrived_ns;

      sent_ns += (gint64) ((double) world->run.interval_ns * g_rand_double_range (random, 0.9, 1.1));
      if (!sim_path_travel (&world->path, &state, direction, random, sent_ns, &arrived_ns))
        continue;
      n++;
      least_ns = MIN (least_ns, (double) (arrived_ns - sent_ns - way->base_ns));
      sum_ns += (double) (arrived_ns - sent_ns - way->base_ns);
    }
  sim_path_state_clear (&state);
  g_assert_cmpuint (n, >, N_PACKETS / 2);
  g_assert_cmpfloat (least_ns, >=, -6.0 * way->normal_ns);
  g_assert_cmpfloat (least_ns, <=, 1.0 + sum_ns / n * MAX (get_nearest (way), 0.1));
}

/* No packet is faster than the base, and the fastest come near to it. */
static void
test_base (gconstpointer data)
{
  for (guint32 seed = 0; seed < N_SEEDS; seed++)
    {
      SimWorld world;

      sim_world_draw (&world, GPOINTER_TO_UINT (data), FIRST_SEED + seed);
      world.path.n_routes = 0;
      if (sim_world_get_flags (GPOINTER_TO_UINT (data)) & SIM_WORLD_JUDGED)
        g_assert_cmpint (world.path.there.base_ns, ==, world.path.back.base_ns);
      check_way (&world, SIM_THERE);
      check_way (&world, SIM_BACK);
    }
}

/* How often one clock against the other breaks a statement: the server's without what it tells, ours as its quartz
 * is. The drift is that over one of the nodes between which it is constant. */
static guint
count_breaks (const SimWorld *world)
{
  g_autoptr (SimClock) local = sim_clock_new (&world->run.local, world->run.node_ns, world->run.seed + 1);
  g_autoptr (SimClock) server = sim_clock_new (&world->run.server, world->run.node_ns, world->run.seed + 2);
  gint64 node_ns = world->run.node_ns;
  gint64 lag_nodes = 1;
  guint n = (guint) MIN (world->run.duration_ns / node_ns, 20000), n_breaks = 0;
  g_autofree double *drifts_ppm = g_new (double, n);

  for (guint i = 0; i < n; i++)
    {
      gint64 from_ns = sim_clock_get_wake_ns (local, i * node_ns), until_ns = from_ns + node_ns;
      gint64 served_ns = sim_clock_read_boot (server, until_ns) - sim_clock_read_boot (server, from_ns);
      gint64 raw_ns = sim_clock_read_raw (local, until_ns) - sim_clock_read_raw (local, from_ns);

      if (sim_clock_get_wake_ns (local, until_ns) != until_ns)
        raw_ns = served_ns;
      drifts_ppm[i] = (double) (served_ns - raw_ns) / (double) node_ns * 1e6;
      n_breaks += fabs (drifts_ppm[i]) > TS_HULL_MAX_DRIFT_PPM;
    }
  for (; lag_nodes < n; lag_nodes *= 2)
    for (guint i = 0; i + lag_nodes < n; i++)
      {
        double allowed_ppm = TS_HULL_WANDER_PPM * sqrt ((double) (lag_nodes * node_ns) * 1e-9);
        double rounding_ppm = 4.0 / (double) node_ns * 1e6;

        n_breaks += fabs (drifts_ppm[i + lag_nodes] - drifts_ppm[i]) > allowed_ppm + rounding_ppm;
      }
  return n_breaks;
}

/* Where clocks are said to keep to the statements they do, and elsewhere they do not always. */
static void
test_statements (gconstpointer data)
{
  gboolean is_kept = (sim_world_get_flags (GPOINTER_TO_UINT (data)) & SIM_WORLD_KEPT) != 0;
  guint n_breaks = 0, n_silent = 0;

  for (guint32 seed = 0; seed < N_SEEDS; seed++)
    {
      SimWorld world;

      sim_world_draw (&world, GPOINTER_TO_UINT (data), FIRST_SEED + seed);
      if (g_str_equal (sim_world_get_name (GPOINTER_TO_UINT (data)), "suspend"))
        world.run.local.n_events = 0;
      n_breaks += count_breaks (&world);
      n_silent += (world.run.server.n_events > 0 && !world.run.has_generation) ||
                  (world.run.local.n_events > 0 && !world.run.has_readings);
    }
  if (is_kept)
    {
      g_assert_cmpuint (n_breaks, ==, 0);
      g_assert_cmpuint (n_silent, ==, 0);
    }
  else
    g_assert_cmpuint (n_breaks + n_silent, >, 0);
}

/* What is known of a series while it goes on. */
typedef struct
{
  const SimWorld *world;
  TsSample before;
  gint64 before_ns;
  guint n;
} Witness;

static double
get_fastest_ppm (const SimClockParameters *clock)
{
  double fastest_ppm = fabs (clock->correction_ppm);

  for (guint i = 0; i < clock->n_events; i++)
    if (clock->events[i].kind == SIM_CLOCK_SLEW)
      fastest_ppm = MAX (fastest_ppm, fabs (clock->correction_ppm) + fabs (clock->events[i].ppm));
  return fastest_ppm;
}

static gboolean
was_any (const SimClockParameters *clock,
         SimClockEventKind kind,
         gint64 from_ns,
         gint64 until_ns)
{
  for (guint i = 0; i < clock->n_events; i++)
    if (clock->events[i].kind == kind && clock->events[i].at_ns + clock->events[i].lasts_ns >= from_ns &&
        clock->events[i].at_ns <= until_ns)
      return TRUE;
  return FALSE;
}

/* Realtime and boot time go together but for steps; both leave the quartz only as fast as the kernel has them. */
static void
check_readings (const Witness *self,
                const TsSample *sample,
                gint64 elapsed_ns)
{
  const SimClockParameters *local = &self->world->run.local;
  const TsClockReading *before = &self->before.reading, *after = &sample->reading;
  gint64 width_ns = before->width_ns + after->width_ns;
  gint64 until_ns = elapsed_ns + TS_NS_PER_MS;
  gint64 booted_ns = after->boot_ns - before->boot_ns, raw_ns = after->raw_ns - before->raw_ns;
  double fastest_ns = get_fastest_ppm (local) * 1e-6 * (double) booted_ns;

  g_assert_cmpint (after->width_ns, >=, 90);
  g_assert_cmpint (after->width_ns, <=, 550);
  g_assert_cmpint (after->real_ns, >=, sample->exchange.t4_ns);
  g_assert_cmpint (after->real_ns, <, sample->exchange.t4_ns + TS_NS_PER_MS);
  if (!was_any (local, SIM_CLOCK_STEP, self->before_ns, until_ns))
    g_assert_cmpint (ABS (after->real_ns - before->real_ns - booted_ns), <=, width_ns);
  if (!was_any (local, SIM_CLOCK_SUSPEND, self->before_ns, until_ns))
    g_assert_cmpfloat (fabs ((double) (booted_ns - raw_ns)), <=, (double) width_ns + 2.0 + fastest_ns * 1.1);
}

static void
check_sample (const TsSample *sample,
              gint64 truth_ns,
              gint64 elapsed_ns,
              gpointer data)
{
  Witness *self = data;
  const SimRun *run = &self->world->run;
  /* While the request was under way the clocks drifted, and ran as fast as the kernel had them. */
  double ppm = TS_HULL_MAX_DRIFT_PPM + get_fastest_ppm (&run->local) + get_fastest_ppm (&run->server);
  double drifted_ns = 1.0 + ppm * 1e-6 * (double) (sample->exchange.t4_ns - sample->exchange.t1_ns);

  g_assert_cmpint (truth_ns, >=, sample->proven_min_ns);
  g_assert_cmpfloat ((double) (truth_ns - sample->proven_max_ns), <=, drifted_ns);
  g_assert_cmpint (sample->exchange.precision_ns, ==, run->stamp_ns);
  g_assert_true (sample->has_generation == run->has_generation);
  g_assert_true ((sample->reading.raw_ns != 0) == run->has_readings);
  if (self->n++ > 0 && run->has_readings)
    check_readings (self, sample, elapsed_ns);
  self->before = *sample;
  self->before_ns = elapsed_ns;
}

/* Every sample is true of its exchange, and what is read of our clocks is true of them. */
static void
test_samples (gconstpointer data)
{
  for (guint32 seed = 0; seed < N_SEEDS; seed++)
    {
      SimWorld world;
      Witness witness = { .world = &world };

      sim_world_draw (&world, GPOINTER_TO_UINT (data), FIRST_SEED + seed);
      sim_run (&world.run, check_sample, &witness);
      g_assert_cmpuint (witness.n, >=, 16);
    }
}

/* What two packets meet at one time is the same, and what they meet long after it is not. */
static void
test_queue (void)
{
  g_autoptr (SimQueue) queue = sim_queue_new (TS_NS_PER_S, 1);
  double sum = 0.0, squares = 0.0, soon = 0.0, late = 0.0, mean, variance;
  guint n = 20000;

  for (guint i = 0; i < n; i++)
    {
      double now = sim_queue_read (queue, i * TS_NS_PER_S);

      g_assert_cmpfloat (now, >=, 0.0);
      sum += now;
      squares += now * now;
      soon += now * sim_queue_read (queue, i * TS_NS_PER_S + TS_NS_PER_S / 10);
      late += now * sim_queue_read (queue, (i + 100) * TS_NS_PER_S);
    }
  mean = sum / n;
  variance = squares / n - mean * mean;
  g_assert_cmpfloat_with_epsilon (mean, 1.0, 0.15);
  g_assert_cmpfloat_with_epsilon (sqrt (variance), 1.0, 0.25);
  g_assert_cmpfloat ((soon / n - mean * mean) / variance, >, 0.8);
  g_assert_cmpfloat (fabs (late / n - mean * mean) / variance, <, 0.1);
}

/* A clock is what happened to it: a quartz that is 100 ppm fast, slewed, set and put to sleep. */
static void
test_clock (void)
{
  const SimClockParameters parameters = {
    .offset_ns = 7,
    .drift_ppm = 100.0,
    .correction_ppm = -100.0,
    .n_events = 3,
    .events = {
      { .kind = SIM_CLOCK_SLEW, .at_ns = 10 * TS_NS_PER_S, .lasts_ns = 10 * TS_NS_PER_S, .ppm = 500.0 },
      { .kind = SIM_CLOCK_STEP, .at_ns = 30 * TS_NS_PER_S, .size_ns = -3 * TS_NS_PER_S },
      { .kind = SIM_CLOCK_SUSPEND, .at_ns = 40 * TS_NS_PER_S, .lasts_ns = 100 * TS_NS_PER_S, .size_ns = 9 },
    },
  };
  static const struct
  {
    gint64 at_s;
    gint64 raw_ns;
    gint64 boot_ns;
    gint64 real_ns; /* since the start of the simulation */
  } rows[] = {
    { 5, 5000500000, 5000000000, 5000000007 },        { 15, 15001500000, 15002500000, 15002500007 },
    { 25, 25002500000, 25005000000, 25005000007 },    { 35, 35003500000, 35005000000, 32005000007 },
    { 50, 40004000000, 40005000000 + 10000000000, 0 }, { 140, 40004000000, 140005000009, 137005000016 },
    { 150, 50005000000, 150005000009, 147005000016 },
  };
  g_autoptr (SimClock) clock = sim_clock_new (&parameters, TS_NS_PER_S, 1);

  for (gsize row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      gint64 at_ns = rows[row].at_s * TS_NS_PER_S;

      g_assert_cmpint (sim_clock_read_raw (clock, at_ns), ==, rows[row].raw_ns);
      g_assert_cmpint (sim_clock_read_boot (clock, at_ns), ==, rows[row].boot_ns);
      if (rows[row].real_ns != 0)
        g_assert_cmpint (sim_clock_read (clock, at_ns) - SIM_START_NS, ==, rows[row].real_ns);
    }
  g_assert_cmpint (sim_clock_get_wake_ns (clock, 50 * TS_NS_PER_S), ==, 140 * TS_NS_PER_S);
  g_assert_cmpuint (sim_clock_count_steps (clock, 29 * TS_NS_PER_S), ==, 0);
  g_assert_cmpuint (sim_clock_count_steps (clock, 30 * TS_NS_PER_S), ==, 1);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  G_STATIC_ASSERT (FIRST_SEED + N_SEEDS < SIM_WORLD_JUDGE_SEED);
  g_test_add_func ("/world/clock", test_clock);
  g_test_add_func ("/world/queue", test_queue);
  g_test_add_func ("/world/laws", test_laws);
  g_test_add_func ("/world/length", test_length);
  add_tests ("/world/seed/", test_seed);
  add_tests ("/world/base/", test_base);
  add_tests ("/world/statements/", test_statements);
  add_tests ("/world/samples/", test_samples);
  return g_test_run ();
}
