/* The ladder's numbers: in one unit, to the microsecond or the nanosecond.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "words/ts-format.h"
#include "ladder/ts-ladder-exchange.h"

G_BEGIN_DECLS

char  *ts_ladder_group_decimals  (const char             *number);
char  *ts_ladder_format_number   (const TsLadderExchange *exchange,
                                  gint64                  value_ns,
                                  TsUnit                  unit,
                                  TsRounding              rounding,
                                  gboolean                with_plus);
TsUnit ts_ladder_get_unit        (const TsLadderExchange *exchange);
char  *ts_ladder_format_duration (const TsLadderExchange *exchange,
                                  gint64                  duration_ns);

G_END_DECLS
