/* Judges the estimator in random worlds, and prints a table or a line for each series.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-figures.h"

G_BEGIN_DECLS

/**
 * BenchWorlds:
 * @classes: (nullable) (array zero-terminated=1): names of classes; %NULL: all of them
 * @first_seed: the first series of each class has this seed
 * @n_seeds: how many series of each class
 * @is_csv: whether a line is printed for each series instead of a table
 */
typedef struct
{
  char **classes;
  guint32 first_seed;
  guint n_seeds;
  gboolean is_csv;
} BenchWorlds;

void bench_worlds (const BenchWorlds *bench);

G_END_DECLS
