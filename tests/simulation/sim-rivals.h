/* Simpler estimators, to compare with.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/ts-exchange.h"

G_BEGIN_DECLS

/**
 * SimRivalName:
 * @SIM_RIVAL_LAST: the last sample
 * @SIM_RIVAL_MEAN_OF_8: the mean offset of the newest eight
 * @SIM_RIVAL_LEAST_OF_8: the sample of least delay of the newest eight
 * @SIM_RIVAL_LEAST_OF_64: the same of the newest 64
 * @SIM_RIVAL_INTERSECTION: the middle of what the newest 64 intervals have in common, or most of them: of the
 *   latest ones that have anything in common (Marzullo 1984)
 * @SIM_RIVAL_REGRESSION: a line through the samples of least delay of every eight
 * @SIM_RIVAL_RECENT_HULLS: the middle of the widest corridor between the hulls of the newest 128
 * @SIM_RIVAL_FREE_HULLS: the same of all samples
 * @SIM_RIVAL_TIED_HULLS: the same with a drift of at most 1 ppm
 * @SIM_RIVAL_MINIMA: the same without any drift
 */
typedef enum
{
  SIM_RIVAL_LAST,
  SIM_RIVAL_MEAN_OF_8,
  SIM_RIVAL_LEAST_OF_8,
  SIM_RIVAL_LEAST_OF_64,
  SIM_RIVAL_INTERSECTION,
  SIM_RIVAL_REGRESSION,
  SIM_RIVAL_RECENT_HULLS,
  SIM_RIVAL_FREE_HULLS,
  SIM_RIVAL_TIED_HULLS,
  SIM_RIVAL_MINIMA,
  SIM_N_RIVALS,
} SimRivalName;

typedef struct _SimRivals SimRivals;

SimRivals  *sim_rivals_new      (void);
void        sim_rivals_free     (SimRivals       *rivals);
void        sim_rivals_clear    (SimRivals       *rivals);
void        sim_rivals_add      (SimRivals       *rivals,
                                 const TsSample  *sample);
void        sim_rivals_estimate (const SimRivals *rivals,
                                 gint64           estimates_ns[SIM_N_RIVALS]);
const char *sim_rival_get_name  (SimRivalName     name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimRivals, sim_rivals_free)

G_END_DECLS
