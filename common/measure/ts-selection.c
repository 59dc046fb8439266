/* Which of several servers agree, and which do not.
 *
 * This is Marzullo's algorithm in the form of RFC 5905 §11.2.1: UTC must be where most claims overlap. If at most f of
 * n servers are wrong, f < n/2, UTC is between the first and the last point that n − f claims share.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-selection.h"

#include "measure/ts-exchange.h"

/**
 * ts_claim_new:
 * @proven_min_ns: the least offset of the server's clock that is possible
 * @proven_max_ns: the greatest one
 * @max_error_ns: the server's own bound on its distance from UTC, or %TS_MAX_ERROR_UNKNOWN
 *
 * A server that gives no bound is supposed to keep UTC.
 *
 * Returns: what the server makes us believe
 */
TsClaim
ts_claim_new (gint64 proven_min_ns,
              gint64 proven_max_ns,
              guint64 max_error_ns)
{
  gint64 bound_ns = max_error_ns == TS_MAX_ERROR_UNKNOWN ? 0 : (gint64) MIN (max_error_ns, (guint64) G_MAXINT64);
  TsClaim claim;

  if (__builtin_sub_overflow (proven_min_ns, bound_ns, &claim.min_ns))
    claim.min_ns = G_MININT64;
  if (__builtin_add_overflow (proven_max_ns, bound_ns, &claim.max_ns))
    claim.max_ns = G_MAXINT64;
  return claim;
}

static gsize
count_claims_at (const TsClaim *claims,
                 gsize n_claims,
                 gint64 offset_ns)
{
  gsize n = 0;

  for (gsize i = 0; i < n_claims; i++)
    n += claims[i].min_ns <= offset_ns && offset_ns <= claims[i].max_ns;
  return n;
}

/* Finds the first and the last point that @n_needed claims share. Every overlap begins at a claim's least offset and
 * ends at a claim's greatest one.
 * Returns: whether there is such a point */
static gboolean
find_overlap (const TsClaim *claims,
              gsize n_claims,
              gsize n_needed,
              TsSelection *selection)
{
  gboolean is_found = FALSE;

  for (gsize i = 0; i < n_claims; i++)
    {
      if (count_claims_at (claims, n_claims, claims[i].min_ns) >= n_needed)
        {
          selection->min_ns = is_found ? MIN (selection->min_ns, claims[i].min_ns) : claims[i].min_ns;
          is_found = TRUE;
        }
    }
  if (!is_found)
    return FALSE;
  selection->max_ns = selection->min_ns;
  for (gsize i = 0; i < n_claims; i++)
    if (count_claims_at (claims, n_claims, claims[i].max_ns) >= n_needed)
      selection->max_ns = MAX (selection->max_ns, claims[i].max_ns);
  return TRUE;
}

/**
 * ts_selection_find:
 * @claims: (array length=n_claims): what each server makes us believe
 * @n_claims: how many servers there are
 * @verdicts: (out caller-allocates) (array length=n_claims): the verdict on each
 *
 * Looks for the greatest agreement. If a claim shares no point with where UTC must be, either it is wrong or the
 * majority is. The work grows with the square of @n_claims, which is small because a person types the servers.
 *
 * Returns: where UTC is, if more than half agree
 */
TsSelection
ts_selection_find (const TsClaim *claims,
                   gsize n_claims,
                   TsSelectionVerdict *verdicts)
{
  TsSelection selection = { 0 };

  for (gsize n_wrong = 0; 2 * n_wrong < n_claims && !selection.is_decided; n_wrong++)
    selection.is_decided = find_overlap (claims, n_claims, n_claims - n_wrong, &selection);

  for (gsize i = 0; i < n_claims; i++)
    {
      gboolean agrees = claims[i].min_ns <= selection.max_ns && claims[i].max_ns >= selection.min_ns;

      verdicts[i] = !selection.is_decided ? TS_SELECTION_UNDECIDED
                    : agrees ? TS_SELECTION_AGREES
                    : TS_SELECTION_FALSETICKER;
      selection.n_agreeing += verdicts[i] == TS_SELECTION_AGREES;
    }
  return selection;
}

/**
 * ts_selection_verdict_get_name:
 * @verdict: a verdict
 *
 * Returns: (transfer none): its name for scripts, the same in every language
 */
const char *
ts_selection_verdict_get_name (TsSelectionVerdict verdict)
{
  switch (verdict)
    {
    case TS_SELECTION_AGREES:
      return "agrees";
    case TS_SELECTION_FALSETICKER:
      return "falseticker";
    case TS_SELECTION_UNDECIDED:
    default:
      return "undecided";
    }
}
