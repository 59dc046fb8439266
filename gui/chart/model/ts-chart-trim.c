/* A range that shows many values well although some of them are odd.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "chart/model/ts-chart-trim.h"

/**
 * ts_chart_select_ns:
 * @values_ns: (array length=n): values, which change places
 * @n: how many, at least 1
 * @rank: below @n
 *
 * Returns: the value that would be at @rank if they were sorted, which would take longer
 */
gint64
ts_chart_select_ns (gint64 *values_ns,
                    guint n,
                    guint rank)
{
  while (n > 1)
    {
      gint64 pivot_ns = values_ns[(n - 1) / 2]; /* not the last one, so that both parts are smaller */
      guint low = 0, high = n - 1;

      /* Then those below @low are at most the pivot, those above @high at least. */
      for (;; low++, high--)
        {
          gint64 value_ns;

          while (values_ns[low] < pivot_ns)
            low++;
          while (values_ns[high] > pivot_ns)
            high--;
          if (low >= high)
            break;
          value_ns = values_ns[low];
          values_ns[low] = values_ns[high];
          values_ns[high] = value_ns;
        }
      if (rank <= high)
        n = high + 1;
      else
        {
          values_ns += high + 1;
          rank -= high + 1;
          n -= high + 1;
        }
    }
  return *values_ns;
}

static gint64
add (gint64 a_ns,
     gint64 b_ns)
{
  gint64 sum;

  if (__builtin_add_overflow (a_ns, b_ns, &sum))
    return a_ns > 0 ? G_MAXINT64 : G_MININT64;
  return sum;
}

/**
 * ts_chart_trim:
 * @lows_ns: (array length=n) (nullable): the lower ends of what is to be shown, which change places; %NULL: all are 0
 * @highs_ns: (array length=n): the upper ends, which may be the same array
 * @n: how many, at least 1
 * @n_odd: how many at each end may be odd
 * @min_ns: (out): the least value to show
 * @max_ns: (out): the greatest value to show
 *
 * The range holds all but @n_odd of the ends on each side, and of those what is no further out than twice the height of
 * the others: the picture of the others never shrinks below a fifth. So a few wild values are cut off, while a step is
 * in view from its first value on.
 */
void
ts_chart_trim (gint64 *lows_ns,
               gint64 *highs_ns,
               guint n,
               guint n_odd,
               gint64 *min_ns,
               gint64 *max_ns)
{
  gint64 from_ns = lows_ns != NULL ? ts_chart_select_ns (lows_ns, n, n_odd) : 0;
  gint64 to_ns = ts_chart_select_ns (highs_ns, n, n - 1 - n_odd);
  gint64 reach_ns, least_ns, most_ns;

  *min_ns = MIN (from_ns, to_ns);
  *max_ns = MAX (from_ns, to_ns);
  reach_ns = add (*max_ns, *min_ns == G_MININT64 ? G_MAXINT64 : -*min_ns);
  reach_ns = add (reach_ns, reach_ns);
  least_ns = *min_ns < 0 ? add (*min_ns, -reach_ns) : *min_ns - reach_ns;
  most_ns = add (*max_ns, reach_ns);
  for (guint i = 0; i < n; i++)
    {
      if (lows_ns != NULL && lows_ns[i] >= least_ns)
        *min_ns = MIN (*min_ns, lows_ns[i]);
      if (highs_ns[i] <= most_ns)
        *max_ns = MAX (*max_ns, highs_ns[i]);
    }
}
