/* Which of several servers disagree.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "measure/ts-selection.h"

G_BEGIN_DECLS

/**
 * TsDisputant:
 * @claim: what the server makes us believe
 * @estimate_ns: the estimate of its offset
 *
 * A server that may contradict others.
 */
typedef struct
{
  TsClaim claim;
  gint64 estimate_ns;
} TsDisputant;

gint64 ts_dispute_get_gap_ns (const TsClaim     *a,
                              const TsClaim     *b);
void   ts_dispute_find       (const TsDisputant *disputants,
                              guint              n_disputants,
                              guint             *opponents);

G_END_DECLS
