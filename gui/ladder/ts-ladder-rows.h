/* The arithmetic of an exchange, with the numbers put in.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ladder/ts-ladder-exchange.h"

G_BEGIN_DECLS

/**
 * TsLadderRow:
 * @name: what it is
 * @formula: how it comes about, with the numbers put in
 * @value: what comes out, with its unit
 *
 * A line of the arithmetic.
 */
typedef struct
{
  const char *name;
  char *formula;
  char *value;
} TsLadderRow;

#define TS_LADDER_N_ROWS 4

void ts_ladder_rows_init  (TsLadderRow             rows[TS_LADDER_N_ROWS],
                           const TsLadderExchange *exchange);
void ts_ladder_rows_clear (TsLadderRow             rows[TS_LADDER_N_ROWS]);

G_END_DECLS
