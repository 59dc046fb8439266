/* Simpler estimators, to compare with: each sees the whole series.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/ts-exchange.h"

G_BEGIN_DECLS

/**
 * SimRivalName:
 * @SIM_RIVAL_LEAST_OF_8: the sample of least delay of the newest eight
 * @SIM_RIVAL_REGRESSION: a line through the samples of least delay of every eight
 * @SIM_RIVAL_FREE_HULLS: the middle of the widest corridor between the two hulls
 * @SIM_RIVAL_TIED_HULLS: the same with a drift of at most 1 ppm
 * @SIM_RIVAL_MINIMA: the same without any drift
 */
typedef enum
{
  SIM_RIVAL_LEAST_OF_8,
  SIM_RIVAL_REGRESSION,
  SIM_RIVAL_FREE_HULLS,
  SIM_RIVAL_TIED_HULLS,
  SIM_RIVAL_MINIMA,
  SIM_N_RIVALS,
} SimRivalName;

typedef struct _SimRivals SimRivals;

SimRivals *sim_rivals_new      (void);
void       sim_rivals_free     (SimRivals       *rivals);
void       sim_rivals_add      (SimRivals       *rivals,
                                const TsSample  *sample);
gint64     sim_rivals_estimate (const SimRivals *rivals,
                                SimRivalName     name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimRivals, sim_rivals_free)

G_END_DECLS
