/* A simulated series of exchanges: clocks, a path, the real wire and the real derivation of samples.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-clock.h"
#include "sim-path.h"
#include "measure/ts-exchange.h"

G_BEGIN_DECLS

/**
 * SimRun:
 * @path: between the two
 * @local: this computer's clock
 * @server: the server's
 * @interval_ns: from one exchange to the next
 * @duration_ns: no exchange begins later
 * @node_ns: how often the drift of a clock that wanders changes; 0: with each exchange
 * @stamp_ns: the server's stamps are cut off to multiples of this, and say so; 0: they are whole nanoseconds
 * @varies: whether the pauses vary and a burst comes first, as with the program; else they are the interval to the
 *   letter
 * @has_previous: whether the server tells when its previous answer really left
 * @has_readings: whether this computer reads its three clocks
 * @has_generation: whether the server tells when its clock is set
 * @seed: the same series for the same seed
 */
typedef struct
{
  const SimPath *path;
  SimClockParameters local;
  SimClockParameters server;
  gint64 interval_ns;
  gint64 duration_ns;
  gint64 node_ns;
  gint64 stamp_ns;
  gboolean varies;
  gboolean has_previous;
  gboolean has_readings;
  gboolean has_generation;
  guint32 seed;
} SimRun;

/**
 * SimSampleFunc:
 * @sample: what was measured, in the order of arrival
 * @truth_ns: the server's clock minus ours at t4
 * @elapsed_ns: true time since the start
 * @data: what was given to sim_run()
 */
typedef void (*SimSampleFunc) (const TsSample *sample,
                               gint64          truth_ns,
                               gint64          elapsed_ns,
                               gpointer        data);

void sim_run (const SimRun  *run,
              SimSampleFunc  function,
              gpointer       data);

G_END_DECLS
