/* Which of several servers agree, and which do not.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TsClaim:
 * @min_ns: the least offset of UTC from our clock that the server's answers and its own bound allow
 * @max_ns: the greatest one
 *
 * What a server makes us believe: the proven interval of its clock, widened by its own bound on its distance
 * from UTC.
 */
typedef struct
{
  gint64 min_ns;
  gint64 max_ns;
} TsClaim;

/**
 * TsSelectionVerdict:
 * @TS_SELECTION_UNDECIDED: there is no majority, so no server can be called wrong
 * @TS_SELECTION_AGREES: the server agrees with the majority
 * @TS_SELECTION_FALSETICKER: either this server or the majority is wrong
 */
typedef enum
{
  TS_SELECTION_UNDECIDED,
  TS_SELECTION_AGREES,
  TS_SELECTION_FALSETICKER,
} TsSelectionVerdict;

/**
 * TsSelection:
 * @is_decided: whether more than half agree
 * @min_ns: the least offset of UTC, if the majority is right
 * @max_ns: the greatest one
 * @n_agreeing: how many servers agree
 */
typedef struct
{
  gboolean is_decided;
  gint64 min_ns;
  gint64 max_ns;
  gsize n_agreeing;
} TsSelection;

TsClaim     ts_claim_new         (gint64              proven_min_ns,
                                  gint64              proven_max_ns,
                                  guint64             max_error_ns);
TsSelection ts_selection_find    (const TsClaim      *claims,
                                  gsize               n_claims,
                                  TsSelectionVerdict *verdicts);
const char *ts_selection_verdict_get_name (TsSelectionVerdict verdict);

G_END_DECLS
