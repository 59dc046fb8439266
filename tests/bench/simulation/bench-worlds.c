/* Judges the estimator in random worlds, and prints a table or a line for each series.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "bench-worlds.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* The series of a class, and what they come to. */
typedef struct
{
  guint class_index;
  GArray *series;
  SimFigures figures;
} Row;

static void
clear_row (gpointer data)
{
  g_array_unref (((Row *) data)->series);
}

static void
print_csv_head (void)
{
  printf ("class,seed,samples,interval_s,base_ms,scale_ms,hours,judged,covered,misses,wild,false_steps,"
          "false_probable,noticeable,latest,cpu_us,compared,rms_us,stated_us");
  for (guint i = 0; i < SIM_N_RIVALS; i++)
    printf (",\"rms_us of %s\",\"need_us of %s\"", sim_rival_get_name (i), sim_rival_get_name (i));
  printf ("\n");
}

static void
print_csv (const char *name,
           guint32 seed,
           const SimWorld *world,
           const SimSeries *series)
{
  double n = (double) MAX (series->n_compared, 1);

  printf ("%s,%u,%u,%g,%g,%g,%g,%u,%u,%u,%u,%u,%u,%u,%d,%g,%u,%g,%g", name, seed, series->n_samples,
          (double) world->run.interval_ns * 1e-9, (double) world->path.there.base_ns * 1e-6, world->scale_ns * 1e-6,
          series->hours, series->n_judged, series->n_covered, series->n_misses, series->n_wild,
          series->n_false_steps, series->n_false_probable, series->n_noticeable, (gint) series->latest,
          series->cpu_s * 1e6 / (double) MAX (series->n_samples, 1), series->n_compared,
          sqrt (series->square_ns2 / n) * 1e-3, series->stated_ns / n * 1e-3);
  for (guint i = 0; i < SIM_N_RIVALS; i++)
    printf (",%g,%g", sqrt (series->rival_squares_ns2[i] / n) * 1e-3, series->rival_needs_ns[i] * 1e-3);
  printf ("\n");
}

static Row
run_class (const BenchWorlds *bench,
           guint class_index)
{
  Row row = { .class_index = class_index, .series = g_array_new (FALSE, FALSE, sizeof (SimSeries)) };

  for (guint i = 0; i < bench->n_seeds; i++)
    {
      SimWorld world;
      SimSeries series;

      sim_world_draw (&world, class_index, bench->first_seed + i);
      sim_series_run (&series, &world);
      g_array_append_val (row.series, series);
      if (bench->is_csv)
        print_csv (sim_world_get_name (class_index), bench->first_seed + i, &world, &series);
    }
  sim_figures_sum (&row.figures, (const SimSeries *) row.series->data, row.series->len);
  return row;
}

static gboolean
is_judged (const Row *row)
{
  return (sim_world_get_flags (row->class_index) & SIM_WORLD_JUDGED) != 0;
}

/* Judged classes first, the worst coverage first of all. */
static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  const Row *first = a, *second = b;

  if (is_judged (first) != is_judged (second))
    return is_judged (first) ? -1 : 1;
  return (first->figures.coverage > second->figures.coverage) - (first->figures.coverage < second->figures.coverage);
}

static void
print_row (const char *name,
           const SimFigures *figures,
           gboolean is_judged,
           const char *rival)
{
  printf ("| %s | %u | %" G_GUINT64_FORMAT " | ", name, figures->n_series, figures->n_samples);
  if (is_judged)
    printf ("%.1f %% | %.0f %% | %.0f %% | %.2f | %.2f | %s | %.2f | ", 100.0 * figures->coverage,
            100.0 * figures->least_coverage, 100.0 * figures->half_covered, figures->rms_ratio,
            figures->pooled_ratio, rival, figures->stated_ratio);
  else
    printf ("– | – | – | – | – | – | – | ");
  printf ("%" G_GUINT64_FORMAT " | %" G_GUINT64_FORMAT " | %" G_GUINT64_FORMAT " in %.0f h | ", figures->n_misses,
          figures->n_false_steps, figures->n_false_probable, figures->hours);
  if (figures->n_noticeable > 0)
    printf ("%u of %u | ", figures->n_prompt, figures->n_noticeable);
  else
    printf ("– | ");
  printf ("%.1f |\n", figures->cpu_us);
  if (figures->n_wild > 0)
    printf ("| %s: %" G_GUINT64_FORMAT " ESTIMATES THAT CANNOT BE |\n", name, figures->n_wild);
}

/* All rows that have @flags as in @values, with the ratios to each class's own best rival.
 *
 * Returns: whether there are any */
static gboolean
sum_rows (const GArray *rows,
          SimWorldFlags flags,
          SimWorldFlags values,
          SimFigures *sum)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (SimSeries));
  double rms = 0.0, stated = 0.0;

  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      if ((sim_world_get_flags (row->class_index) & flags) != values)
        continue;
      g_array_append_vals (all, row->series->data, row->series->len);
      rms += row->series->len * log (row->figures.rms_ratio);
      stated += row->series->len * log (row->figures.stated_ratio);
    }
  if (all->len == 0)
    return FALSE;
  sim_figures_sum (sum, (const SimSeries *) all->data, all->len);
  sum->rms_ratio = exp (rms / all->len);
  sum->stated_ratio = exp (stated / all->len);
  return TRUE;
}

static void
print_sum (const char *name,
           const GArray *rows,
           SimWorldFlags flags,
           SimWorldFlags values)
{
  SimFigures sum;

  if (sum_rows (rows, flags, values, &sum))
    print_row (name, &sum, (values & SIM_WORLD_JUDGED) != 0, "each class’s best");
}

static double
get_least_coverage (const Row *row)
{
  const char *name = sim_world_get_name (row->class_index);

  if (g_str_equal (name, "sawtooth") || g_str_has_prefix (name, "slewed"))
    return 0.85;
  return g_str_equal (name, "lognormal") ? 0.90 : 0.93;
}

/* The classes that are nearest to their bars, or furthest beyond. */
typedef struct
{
  const Row *covered;
  const Row *wrong;
  const Row *alarmed;
  SimFigures kept;
} Extremes;

static double
get_alarms_per_h (const Row *row)
{
  return (double) row->figures.n_false_probable / row->figures.hours;
}

static Extremes
find_extremes (const GArray *rows)
{
  Extremes extremes = { 0 };

  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      if (extremes.alarmed == NULL || get_alarms_per_h (row) > get_alarms_per_h (extremes.alarmed))
        extremes.alarmed = row;
      if (!is_judged (row))
        continue;
      if (extremes.covered == NULL || row->figures.coverage - get_least_coverage (row) <
                                          extremes.covered->figures.coverage - get_least_coverage (extremes.covered))
        extremes.covered = row;
      if (extremes.wrong == NULL || row->figures.rms_ratio > extremes.wrong->figures.rms_ratio)
        extremes.wrong = row;
    }
  sum_rows (rows, SIM_WORLD_KEPT, SIM_WORLD_KEPT, &extremes.kept);
  return extremes;
}

G_GNUC_PRINTF (4, 5)
static void
print_bar (gboolean is_met,
           const char *bar,
           const char *what,
           const char *format,
           ...)
{
  va_list values;

  printf ("| %s | ", what);
  va_start (values, format);
  vprintf (format, values);
  va_end (values);
  printf (" | %s | %s |\n", bar, is_met ? "met" : "**missed**");
}

static void
print_bars (const GArray *rows)
{
  Extremes extremes = find_extremes (rows);
  const Row *covered = extremes.covered, *wrong = extremes.wrong, *alarmed = extremes.alarmed;
  SimFigures judged, all;

  if (!sum_rows (rows, SIM_WORLD_JUDGED, SIM_WORLD_JUDGED, &judged) || !sum_rows (rows, 0, 0, &all))
    return;
  printf ("\n| what | | bar | |\n|---|---:|---:|---|\n");
  print_bar (judged.coverage >= 0.93 && judged.coverage <= 0.975, "93 to 97.5 %", "95 % error covers, all classes",
             "%.1f %%", 100.0 * judged.coverage);
  print_bar (covered->figures.coverage >= get_least_coverage (covered), "≥ 93 %; sawtooth, slewed 85; lognormal 90",
             "the same, worst class", "%.1f %% (%s)", 100.0 * covered->figures.coverage,
             sim_world_get_name (covered->class_index));
  print_bar (judged.stated_ratio <= 1.7, "≤ 1.7", "stated error against its need", "%.2f", judged.stated_ratio);
  print_bar (judged.rms_ratio <= 0.95, "≤ 0.95", "RMS against the best rival, all classes", "%.2f", judged.rms_ratio);
  print_bar (wrong->figures.rms_ratio <= 1.1, "≤ 1.1", "the same, worst class", "%.2f (%s)", wrong->figures.rms_ratio,
             sim_world_get_name (wrong->class_index));
  print_bar (extremes.kept.n_misses == 0, "0", "truth not proven, clocks that keep to the statements",
             "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, extremes.kept.n_misses, extremes.kept.n_samples);
  print_bar (100 * all.n_prompt >= 99 * all.n_noticeable, "≥ 99 %", "series whose silent steps were noticed in time",
             "%u of %u", all.n_prompt, all.n_noticeable);
  print_bar (all.n_false_steps == 0, "0", "false steps", "%" G_GUINT64_FORMAT, all.n_false_steps);
  if (all.n_false_probable == 0)
    print_bar (TRUE, "< 1 in 1000 h", "false probable steps", "0 in %.0f h", all.hours);
  else
    print_bar (get_alarms_per_h (alarmed) < 1e-3, "< 1 in 1000 h", "false probable steps, worst class",
               "%" G_GUINT64_FORMAT " in %.0f h (%s)", alarmed->figures.n_false_probable, alarmed->figures.hours,
               sim_world_get_name (alarmed->class_index));
  print_bar (all.cpu_us <= 100.0, "≤ 100 µs", "CPU time of a sample and its estimate", "%.1f µs", all.cpu_us);
}

static void
print_table (const BenchWorlds *bench,
             GArray *rows)
{
  printf ("\n### Random worlds, seeds %u to %u of each class\n\n", bench->first_seed,
          bench->first_seed + bench->n_seeds - 1);
  printf ("| class | series | samples | 95 %% error covers | least of a series | series below half "
          "| RMS against the best rival | the same, pooled | which is the | stated error against its need "
          "| truth not proven | false steps | false probable steps | noticed in time | CPU, µs |\n"
          "|---|---:|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|\n");
  g_array_sort (rows, compare_rows);
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = &g_array_index (rows, Row, i);

      print_row (sim_world_get_name (row->class_index), &row->figures, is_judged (row),
                 sim_rival_get_name (row->figures.best));
    }
  print_sum ("**all that are judged**", rows, SIM_WORLD_JUDGED, SIM_WORLD_JUDGED);
  print_sum ("**clocks that keep to the statements**", rows, SIM_WORLD_KEPT, SIM_WORLD_KEPT);
  print_sum ("**clocks that do not**", rows, SIM_WORLD_KEPT, 0);
  printf ("\nErrors count from sample %d on. The ratios, and the bars for them, are geometric means over the series, each "
          "against the rival of its class that is best by that measure; the pooled ratio, which the widest paths "
          "decide, is beside it.\n", SIM_SERIES_FIRST_JUDGED);
  print_bars (rows);
}

static gboolean
is_wanted (const BenchWorlds *bench,
           guint class_index)
{
  return bench->classes == NULL ||
         g_strv_contains ((const char *const *) bench->classes, sim_world_get_name (class_index));
}

/**
 * bench_worlds:
 * @bench: which worlds
 *
 * Prints what came of them. Coverage and errors count from sample %SIM_SERIES_FIRST_JUDGED on.
 */
void
bench_worlds (const BenchWorlds *bench)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));

  g_array_set_clear_func (rows, clear_row);
  if (bench->is_csv)
    print_csv_head ();
  for (guint i = 0; i < sim_world_count (); i++)
    if (is_wanted (bench, i))
      {
        Row row = run_class (bench, i);

        g_array_append_val (rows, row);
      }
  if (!bench->is_csv)
    print_table (bench, rows);
}
