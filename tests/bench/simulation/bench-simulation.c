/* All that the estimator has to be able to do, in simulations; prints tables.
 *
 * Random worlds first, then the five symmetric paths that the first estimator was fitted to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <malloc.h>
#include <stdio.h>
#include <time.h>

#include "bench-worlds.h"
#include "sim-score.h"
#include "measure/estimate/ts-estimator.h"
#include "measure/ts-time.h"

#define HOUR_NS (3600 * TS_NS_PER_S)

static SimRun
make_run (SimPathName path,
          gint64 interval_ns,
          gint64 duration_ns,
          guint32 seed)
{
  return (SimRun) {
    .path = sim_path_get (path),
    .server = { .offset_ns = 123456789 },
    .interval_ns = interval_ns,
    .duration_ns = duration_ns,
    .seed = seed + 1,
  };
}

/* The bar for the RMS error over the paths that the first estimator was fitted to, of its own. */
#define MAX_OF_FIRST 1.1

/* Series over the symmetric paths: how often there is an exchange, how long, from when on errors count, how fast the
 * clocks drift apart and how much that wanders; and the RMS error in µs that the first estimator, which was fitted to
 * these paths, had in the first 200 series. */
static const struct
{
  gint64 interval_ns;
  gint64 duration_s;
  gint64 counts_from_s;
  double drift_ppm;
  double wander_ppm;
  double first_us[SIM_N_PATHS];
} tables[] = {
  { TS_NS_PER_S / 4, 64, 56, 0.0, 0.0, { 2.01, 33.16, 281.42, 76.63, 35.14 } },
  { TS_NS_PER_S, 64, 56, 0.0, 0.0, { 4.10, 79.09, 720.29, 203.48, 78.68 } },
  { TS_NS_PER_S / 4, 128, 64, 50.0, 0.01, { 1.91, 46.34, 384.99, 63.47, 47.53 } },
  { TS_NS_PER_S, 256, 128, 50.0, 0.01, { 3.34, 67.57, 625.13, 98.41, 76.00 } },
  { TS_NS_PER_S / 4, 128, 64, 50.0, 0.1, { 3.02, 46.78, 385.07, 63.20, 48.01 } },
  { TS_NS_PER_S, 256, 128, 50.0, 0.1, { 7.44, 71.11, 623.71, 97.90, 79.13 } },
};

static SimRivalName
find_best_rival (const SimScore *score)
{
  SimRivalName best = 0;

  for (guint rival = 1; rival < SIM_N_RIVALS; rival++)
    if (sim_score_rival_us (score, rival) < sim_score_rival_us (score, best))
      best = rival;
  return best;
}

static void
score_path (SimScore *score,
            guint table,
            SimPathName path,
            guint n_series)
{
  for (guint i = 0; i < n_series; i++)
    {
      SimRun run = make_run (path, tables[table].interval_ns, tables[table].duration_s * TS_NS_PER_S, i);

      run.server.drift_ppm = i % 2 == 0 ? tables[table].drift_ppm : -tables[table].drift_ppm;
      run.server.wander_ppm = tables[table].wander_ppm;
      sim_score_run (score, &run, tables[table].counts_from_s * TS_NS_PER_S, 8);
    }
}

static void
bench_paths (guint table,
             guint n_series)
{
  printf ("\n### Symmetric paths, drift of ±%g ppm, wander of %g ppm/√s, %g Hz, %" G_GINT64_FORMAT " to %"
           G_GINT64_FORMAT " s: RMS error, µs\n\n", tables[table].drift_ppm, tables[table].wander_ppm,
           (double) TS_NS_PER_S / (double) tables[table].interval_ns, tables[table].counts_from_s,
           tables[table].duration_s);
  printf ("| path | estimator | first estimator | ratio, ≤ 1.1 | best rival | which is the | ratio "
           "| 95 %% error covers | truth not proven | false steps |\n"
           "|---|---:|---:|---:|---:|---|---:|---:|---:|---:|\n");
  for (int path = 0; path < SIM_N_PATHS; path++)
    {
      SimScore score = { 0 };
      double rms_us, first_us = tables[table].first_us[path];
      SimRivalName best;

      score_path (&score, table, path, n_series);
      rms_us = sim_score_rms_us (&score);
      best = find_best_rival (&score);
      printf ("| %s | %.2f | %.2f | %.2f%s | %.2f | %s | %.2f | %.1f %% | %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
               " | %" G_GUINT64_FORMAT " |\n", sim_path_get (path)->name, rms_us, first_us, rms_us / first_us,
               rms_us / first_us > MAX_OF_FIRST ? " **missed**" : "", sim_score_rival_us (&score, best),
               sim_rival_get_name (best), rms_us / sim_score_rival_us (&score, best),
               100.0 * sim_score_coverage (&score), score.n_unproven, score.n_samples, score.n_steps);
    }
}

static void
bench_steps (guint n_series,
             SimPathName path,
             gint64 step_ns)
{
  guint n_prompt = 0, n_other = 0;
  guint64 latest = 0;

  for (guint i = 0; i < n_series; i++)
    {
      SimRun run = make_run (path, TS_NS_PER_S, 128 * TS_NS_PER_S, i);
      SimScore score = { 0 };
      guint64 late;

      run.server.wander_ppm = 0.01;
      run.server.drift_ppm = i % 2 == 0 ? 50.0 : -50.0;
      run.server.n_events = 1;
      run.server.events[0] = (SimClockEvent) {
        .kind = SIM_CLOCK_STEP,
        .at_ns = 63 * TS_NS_PER_S + TS_NS_PER_S / 2,
        .size_ns = i % 4 < 2 ? step_ns : -step_ns,
      };
      sim_score_run (&score, &run, G_MAXINT64, 0);
      /* Sample 65 is the first after the step. */
      late = score.first_step - 64;
      n_prompt += score.n_steps > 0 && late >= 1 && late <= 8;
      n_other += score.n_steps != 1;
      latest = MAX (latest, late);
    }
  printf ("| %s | %g ms | %u of %u | %" G_GUINT64_FORMAT " | %u |\n", sim_path_get (path)->name,
           (double) step_ns * 1e-6, n_prompt, n_series, latest, n_other);
}

static void
bench_false_steps (guint n_hours)
{
  static const struct
  {
    gint64 interval_ns;
    guint every; /* of the hours, one in so many */
    gint64 hours;
  } mixtures[] = { { 16 * TS_NS_PER_S, 1, 24 }, { TS_NS_PER_S, 10, 8 }, { TS_NS_PER_S / 4, 40, 4 } };

  printf ("\n### No step\n\n| interval | hours | samples | steps told | truth not proven |\n"
          "|---:|---:|---:|---:|---:|\n");
  for (guint i = 0; i < G_N_ELEMENTS (mixtures); i++)
    {
      guint n_runs = n_hours / mixtures[i].every / (guint) mixtures[i].hours;
      SimScore score = { 0 };

      for (guint k = 0; k < n_runs; k++)
        {
          SimRun run = make_run (k % SIM_N_PATHS, mixtures[i].interval_ns, mixtures[i].hours * HOUR_NS, k);

          run.server.drift_ppm = k % 3 == 0 ? 0.0 : (k % 3 == 1 ? 50.0 : -50.0);
          run.server.wander_ppm = k % 2 == 0 ? 0.01 : 0.1;
          sim_score_run (&score, &run, G_MAXINT64, 0);
        }
      printf ("| %g s | %u | %" G_GUINT64_FORMAT " | %" G_GUINT64_FORMAT " | %" G_GUINT64_FORMAT " |\n",
               (double) mixtures[i].interval_ns * 1e-9, n_runs * (guint) mixtures[i].hours, score.n_samples,
               score.n_steps, score.n_unproven);
    }
}

static void
keep_sample (const TsSample *sample,
             gint64 truth_ns,
             gint64 elapsed_ns,
             gpointer data)
{
  g_array_append_val ((GArray *) data, *sample);
}

static double
get_cpu_s (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

/* CPU time of adding a sample and asking for the estimate, from sample @from on. */
static double
get_cost_us (const GArray *samples,
             TsEstimator *estimator,
             guint from,
             guint until)
{
  double start_s = get_cpu_s ();
  TsEstimate estimate;

  for (guint i = from; i < until; i++)
    {
      const TsSample *sample = &g_array_index (samples, TsSample, i);

      ts_estimator_add (estimator, sample, NULL);
      ts_estimator_get (estimator, sample->exchange.t4_ns, &estimate);
    }
  return (get_cpu_s () - start_s) * 1e6 / (double) (until - from);
}

static void
bench_cost (void)
{
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (TsSample));
  g_autoptr (TsEstimator) estimator = NULL;
  SimRun run = make_run (SIM_PATH_WAN, TS_NS_PER_S / 4, 1010000 * (TS_NS_PER_S / 4), 1);
  double first_us, thousand_us, million_us;
  gsize before, after;

  run.server.drift_ppm = 50.0;
  run.server.wander_ppm = 0.01;
  sim_run (&run, keep_sample, samples);
  before = mallinfo2 ().uordblks;
  estimator = ts_estimator_new ();
  first_us = get_cost_us (samples, estimator, 0, 1000);
  thousand_us = get_cost_us (samples, estimator, 1000, 11000);
  get_cost_us (samples, estimator, 11000, 1000000);
  million_us = get_cost_us (samples, estimator, 1000000, 1010000);
  printf ("\n### CPU time of a sample and its estimate\n\n| after | µs |\n|---:|---:|\n");
  printf ("| 0 to 1,000 samples, learning included | %.2f |\n| 1,000 | %.2f |\n| 1,000,000 | %.2f |\n", first_us,
          thousand_us, million_us);
  after = mallinfo2 ().uordblks;
  printf ("| ratio of the last two | %.2f |\n", million_us / thousand_us);
  printf ("\nIt holds %.1f KiB (at most 256).\n", (double) (after - before) / 1024.0);
}

static void
bench_symmetric (guint n_series,
                 guint n_hours)
{
  for (guint table = 0; table < G_N_ELEMENTS (tables); table++)
    bench_paths (table, n_series);
  printf ("\n### Steps\n\n| path | step | told within 8 samples | latest | series with none or several |\n"
           "|---|---:|---:|---:|---:|\n");
  bench_steps (n_series, SIM_PATH_LAN, TS_NS_PER_MS);
  bench_steps (n_series, SIM_PATH_WAN, 50 * TS_NS_PER_MS);
  bench_false_steps (n_hours);
}

/* FROM:COUNT, where FROM is a number, "fit" or "judge". */
static gboolean
parse_seeds (const char *text,
             BenchWorlds *worlds,
             GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  guint64 from = 0, count = 0;

  if (g_strv_length (parts) == 2 && g_str_equal (parts[0], "fit"))
    from = SIM_WORLD_FIT_SEED;
  else if (g_strv_length (parts) == 2 && g_str_equal (parts[0], "judge"))
    from = SIM_WORLD_JUDGE_SEED;
  else if (g_strv_length (parts) != 2 || !g_ascii_string_to_unsigned (parts[0], 10, 0, G_MAXUINT32 / 2, &from, error))
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "Seeds are FROM:COUNT, not “%s”", text);
      return FALSE;
    }
  if (!g_ascii_string_to_unsigned (parts[1], 10, 1, SIM_WORLD_JUDGE_SEED, &count, error))
    return FALSE;
  worlds->first_seed = (guint32) from;
  worlds->n_seeds = (guint) count;
  return TRUE;
}

static gboolean
check_classes (char **classes,
               GError **error)
{
  for (guint i = 0; classes != NULL && classes[i] != NULL; i++)
    {
      gboolean is_known = FALSE;

      for (guint k = 0; k < sim_world_count (); k++)
        is_known = is_known || g_str_equal (classes[i], sim_world_get_name (k));
      if (!is_known)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "There is no class “%s”", classes[i]);
          return FALSE;
        }
    }
  return TRUE;
}

int
main (int argc,
      char **argv)
{
  g_auto (GStrv) classes = NULL;
  g_autofree char *seeds = NULL;
  g_autoptr (GError) error = NULL;
  BenchWorlds worlds = { .first_seed = SIM_WORLD_JUDGE_SEED, .n_seeds = 40 };
  gboolean is_quick = FALSE;
  const GOptionEntry entries[] = {
    { "class", 0, 0, G_OPTION_ARG_STRING_ARRAY, &classes, "Only random worlds of this class (repeatable)", "NAME" },
    { "seeds", 0, 0, G_OPTION_ARG_STRING, &seeds,
      "Only random worlds, of COUNT seeds from FROM on: a number, fit or judge (default: judge:40)", "FROM:COUNT" },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &worlds.is_csv, "Only random worlds, a line for each series", NULL },
    { "quick", 0, 0, G_OPTION_ARG_NONE, &is_quick, "A tenth of everything", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !check_classes (classes, &error) ||
      (seeds != NULL && !parse_seeds (seeds, &worlds, &error)))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  if (is_quick && seeds == NULL)
    worlds.n_seeds /= 10;
  worlds.classes = classes;
  bench_worlds (&worlds);
  if (classes != NULL || seeds != NULL || worlds.is_csv)
    return 0;
  bench_symmetric (is_quick ? 20 : 200, is_quick ? 200 : 2000);
  bench_cost ();
  return 0;
}
