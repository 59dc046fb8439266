/* What the ladder says of an exchange, in words.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ladder/ts-ladder-exchange.h"

G_BEGIN_DECLS

/**
 * TsLadderInstant:
 * @TS_LADDER_T1: our clock when the request left
 * @TS_LADDER_T2: the server's clock when the request arrived
 * @TS_LADDER_T3: the server's clock when the answer left
 * @TS_LADDER_T4: our clock when the answer arrived
 */
typedef enum
{
  TS_LADDER_T1,
  TS_LADDER_T2,
  TS_LADDER_T3,
  TS_LADDER_T4,
  TS_LADDER_N_INSTANTS,
} TsLadderInstant;

const char *ts_ladder_get_symbol      (TsLadderInstant         instant);
const char *ts_ladder_get_event       (TsLadderInstant         instant);
char       *ts_ladder_format_stamp    (const TsLadderExchange *exchange,
                                       TsLadderInstant         instant,
                                       gboolean                is_short);
char       *ts_ladder_format_date     (const TsLadderExchange *exchange,
                                       TsLadderInstant         instant);
char       *ts_ladder_format_way      (const TsLadderExchange *exchange,
                                       gboolean                is_answer,
                                       gboolean                is_short);
char       *ts_ladder_format_scale    (const TsLadderExchange *exchange);
char       *ts_ladder_describe        (const TsLadderExchange *exchange,
                                       const char             *server);
char       *ts_ladder_to_text         (const TsLadderExchange *exchange,
                                       const char             *server);

G_END_DECLS
