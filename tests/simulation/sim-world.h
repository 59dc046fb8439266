/* Random worlds to judge the estimator in: two clocks and a path, drawn whole from a class and a seed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-run.h"

G_BEGIN_DECLS

/* Constants of the estimator are fitted on seeds of the first range and judged on those of the second. */
#define SIM_WORLD_FIT_SEED   G_GUINT64_CONSTANT (0)
#define SIM_WORLD_JUDGE_SEED G_GUINT64_CONSTANT (1000000)

/**
 * SimWorldFlags:
 * @SIM_WORLD_KEPT: the clocks keep to the two statements of docs/measurement.md, or tell where they do not: what is
 *   proven must be true
 * @SIM_WORLD_JUDGED: the two ways begin equally long, so the estimate and its error can be judged
 */
typedef enum
{
  SIM_WORLD_KEPT = 1 << 0,
  SIM_WORLD_JUDGED = 1 << 1,
} SimWorldFlags;

/**
 * SimWorld:
 * @path: between the two clocks
 * @run: the series; its path is @path
 * @scale_ns: what the mean queueing of each way is about
 */
typedef struct
{
  SimPath path;
  SimRun run;
  double scale_ns;
} SimWorld;

guint         sim_world_count     (void);
const char   *sim_world_get_name  (guint       class_index);
SimWorldFlags sim_world_get_flags (guint       class_index);
void          sim_world_draw      (SimWorld   *world,
                                   guint       class_index,
                                   guint32     seed);

G_END_DECLS
