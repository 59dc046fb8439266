/* The text in the ladder's picture.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <pango/pango.h>

#include "ladder/ts-ladder-layout.h"
#include "ladder/ts-ladder-words.h"

G_BEGIN_DECLS

/**
 * TsLadderTexts:
 * @headings: the names of this computer and of the server, each with a date if both are not the same
 * @stamps: the four instants
 * @events: what happened then
 * @waited: how long we waited
 * @served: how long the server had the request
 * @request: how long the request took
 * @request_short: the same with fewer words
 * @answer: how long the answer took
 * @answer_short: the same with fewer words
 */
typedef struct
{
  PangoLayout *headings[2];
  PangoLayout *stamps[TS_LADDER_N_INSTANTS];
  PangoLayout *events[TS_LADDER_N_INSTANTS];
  PangoLayout *waited;
  PangoLayout *served;
  PangoLayout *request;
  PangoLayout *request_short;
  PangoLayout *answer;
  PangoLayout *answer_short;
} TsLadderTexts;

void          ts_ladder_texts_init    (TsLadderTexts          *self,
                                       PangoContext           *pango,
                                       const TsLadderExchange *exchange,
                                       const char             *server,
                                       gboolean                is_compact);
void          ts_ladder_texts_clear   (TsLadderTexts          *self);
TsLadderSizes ts_ladder_texts_measure (const TsLadderTexts    *self);

G_END_DECLS
