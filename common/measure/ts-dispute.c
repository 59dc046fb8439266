/* Which of several servers disagree.
 *
 * Two claims that share no point cannot both be right. The selection finds a majority, but a wide claim can agree with
 * two claims that contradict each other, so this looks at all pairs. It takes the server that most others contradict to
 * be wrong, one server at a time, until those that are left agree.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-dispute.h"

#include <math.h>

/**
 * ts_dispute_get_gap_ns:
 * @a: a claim
 * @b: another one
 *
 * Returns: how far apart they are at least; 0 if they share a point
 */
gint64
ts_dispute_get_gap_ns (const TsClaim *a,
                       const TsClaim *b)
{
  const TsClaim *low = a->min_ns <= b->min_ns ? a : b, *high = low == a ? b : a;
  gint64 gap_ns;

  if (high->min_ns <= low->max_ns)
    return 0;
  return __builtin_sub_overflow (high->min_ns, low->max_ns, &gap_ns) ? G_MAXINT64 : gap_ns;
}

static gboolean
is_contradicted (const TsDisputant *disputants,
                 guint i,
                 guint j)
{
  return ts_dispute_get_gap_ns (&disputants[i].claim, &disputants[j].claim) > 0;
}

/* Returns: how many servers that are not accused contradict @i */
static guint
count_against (const TsDisputant *disputants,
               guint n,
               const gboolean *is_accused,
               guint i)
{
  guint count = 0;

  for (guint j = 0; j < n; j++)
    count += !is_accused[j] && is_contradicted (disputants, i, j);
  return count;
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  gint64 one_ns = *(const gint64 *) a, other_ns = *(const gint64 *) b;

  return (one_ns > other_ns) - (one_ns < other_ns);
}

/* Finds the two estimates in the middle, which are the same one if their number is odd. */
static void
find_middle (const TsDisputant *disputants,
             guint n,
             gint64 middle_ns[2])
{
  g_autofree gint64 *estimates_ns = g_new (gint64, n);

  for (guint i = 0; i < n; i++)
    estimates_ns[i] = disputants[i].estimate_ns;
  qsort (estimates_ns, n, sizeof *estimates_ns, compare);
  middle_ns[0] = estimates_ns[(n - 1) / 2];
  middle_ns[1] = estimates_ns[n / 2];
}

/* Returns: whether @i is to be accused before @best, although as many contradict either */
static gboolean
is_less_credible (const TsDisputant *disputants,
                  const guint *before,
                  const gint64 middle_ns[2],
                  guint n,
                  guint i,
                  guint best)
{
  double distances_ns[2];

  /* A server that was accused before stays accused, because two that are equally far would take turns. */
  if ((before[i] < n) != (before[best] < n))
    return before[i] < n;
  for (guint k = 0; k < 2; k++)
    {
      double estimate_ns = (double) disputants[k == 0 ? i : best].estimate_ns;

      distances_ns[k] = fabs ((estimate_ns - (double) middle_ns[0]) + (estimate_ns - (double) middle_ns[1]));
    }
  return distances_ns[0] > distances_ns[1];
}

/* Returns: which server is accused next, @n if all agree, or @n + 1 if nothing says which one is wrong because each of
 *   those that are left is contradicted by as many */
static guint
find_next (const TsDisputant *disputants,
           guint n,
           const gboolean *is_accused,
           const guint *before,
           const gint64 middle_ns[2])
{
  guint most = 0, least = G_MAXUINT, best = n;

  for (guint i = 0; i < n; i++)
    {
      guint count = is_accused[i] ? 0 : count_against (disputants, n, is_accused, i);

      if (is_accused[i])
        continue;
      least = MIN (least, count);
      if (count > most || (count > 0 && count == most &&
                           is_less_credible (disputants, before, middle_ns, n, i, best)))
        {
          best = i;
          most = count;
        }
    }
  return most > 0 && least == most ? n + 1 : best;
}

/* Returns: which server to name beside @i: the one that was named before, if it still contradicts, or the first that
 *   contradicts and is not accused, or the first that contradicts */
static guint
find_opponent (const TsDisputant *disputants,
               guint n,
               const gboolean *is_accused,
               guint before,
               guint i)
{
  guint opponent = n;

  if (before < n && is_contradicted (disputants, i, before))
    return before;
  for (guint j = n; j-- > 0;)
    if (is_contradicted (disputants, i, j) && (!is_accused[j] || opponent == n || is_accused[opponent]))
      opponent = j;
  return opponent;
}

/**
 * ts_dispute_find:
 * @disputants: (array length=n_disputants): the servers
 * @n_disputants: how many there are
 * @opponents: (inout) (array length=n_disputants): for each server that disagrees, the one that it contradicts; for the
 *   others @n_disputants. At the call it has the result of the last time, which decides between equals
 *
 * If nothing says which of several servers that contradict each other is wrong, all of them disagree. The work grows
 * with the cube of the number of servers that disagree, and with the square of the others.
 */
void
ts_dispute_find (const TsDisputant *disputants,
                 guint n_disputants,
                 guint *opponents)
{
  g_autofree gboolean *is_accused = g_new0 (gboolean, n_disputants);
  gint64 middle_ns[2] = { 0 };
  guint next;

  if (n_disputants > 0)
    find_middle (disputants, n_disputants, middle_ns);
  while ((next = find_next (disputants, n_disputants, is_accused, opponents, middle_ns)) < n_disputants)
    is_accused[next] = TRUE;
  for (guint i = 0; i < n_disputants; i++)
    is_accused[i] |= next > n_disputants;
  for (guint i = 0; i < n_disputants; i++)
    opponents[i] = is_accused[i] ? find_opponent (disputants, n_disputants, is_accused, opponents[i], i) : n_disputants;
}
