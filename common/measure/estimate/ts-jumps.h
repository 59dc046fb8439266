/* What jumped among the packets that are kept: clocks that were set, and ways that changed.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/estimate/ts-filter.h"

G_BEGIN_DECLS

/* How many jumps are kept. */
#define TS_JUMPS_MAX 8

/**
 * TsJumps:
 * @items: the jumps, the oldest first
 * @n: how many there are
 */
typedef struct
{
  TsFilterJump items[TS_JUMPS_MAX];
  guint n;
} TsJumps;

void         ts_jumps_add            (TsJumps            *self,
                                      const TsFilterJump *jump);
guint        ts_jumps_forget         (TsJumps            *self,
                                      double              until_s);
void         ts_jumps_set_sizes      (TsJumps            *self,
                                      const TsJumps      *measured);
double       ts_jumps_find_last_move (TsJumps            *self,
                                      gboolean            is_upper);
double       ts_jumps_get_delay_ns   (TsJumps            *self,
                                      gboolean            is_upper);
void         ts_jumps_undo           (const TsJumps      *self,
                                      TsFilterChange     *more_there);
gboolean     ts_jumps_take_back      (TsJumps            *self,
                                      gboolean            is_upper,
                                      double              moved_ns,
                                      double             *at_s,
                                      gboolean           *was_both);
void         ts_jumps_move_way       (TsJumps            *self,
                                      TsFilterJump       *jump,
                                      gboolean            is_upper,
                                      double              moved_ns,
                                      double              apart_s);

G_END_DECLS
