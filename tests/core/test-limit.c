/* Tests of ts-limit: what is certain of a limit, and when to tell so.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-limit.h"
#include "measure/ts-time.h"

#include "test-cases.h"

#define MS TS_NS_PER_MS

static const struct
{
  const char *name;
  gint64 proven_min_ns;
  gint64 proven_max_ns;
  TsLimitVerdict verdict;
} verdicts[] = {
  { "inside", 9 * MS, 15 * MS, TS_LIMIT_INSIDE },
  { "inside-behind", -15 * MS, -9 * MS, TS_LIMIT_INSIDE },
  { "too-close-to-call", -5000, 5000, TS_LIMIT_INSIDE },
  { "just-the-limit", -50 * MS, 50 * MS, TS_LIMIT_INSIDE },
  { "straddles-ahead", 49 * MS, 51 * MS, TS_LIMIT_OPEN },
  { "straddles-behind", -51 * MS, -49 * MS, TS_LIMIT_OPEN },
  { "straddles-both", -60 * MS, 60 * MS, TS_LIMIT_OPEN },
  { "touches-the-limit", 50 * MS, 60 * MS, TS_LIMIT_OPEN },
  { "a-nanosecond-beyond", 50 * MS + 1, 60 * MS, TS_LIMIT_OUTSIDE },
  { "a-nanosecond-behind", -60 * MS, -50 * MS - 1, TS_LIMIT_OUTSIDE },
  { "far-ahead", 3600 * TS_NS_PER_S, 3601 * TS_NS_PER_S, TS_LIMIT_OUTSIDE },
  { "from-one-end-of-time", -TS_INSTANT_MAX_NS, TS_INSTANT_MAX_NS, TS_LIMIT_OPEN },
};

static void
test_judge (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  g_assert_cmpint (ts_limit_judge (50 * MS, verdicts[i].proven_min_ns, verdicts[i].proven_max_ns), ==,
                   verdicts[i].verdict);
}

/* What happens, a letter each: a sample (i)nside, (o)utside ahead, (O)utside behind, (s)traddling; an exchange (l)ost;
 * a (p)ause; the limit set to (2)0 ms, to (5)0 ms, (0)ff; 1, 3: so many samples are needed from now on. At first the
 * limit is 50 ms and three are needed. What is told, at the same place: (C)rossed, (B)ack, or nothing. */
static const struct
{
  const char *name;
  const char *happens;
  const char *told;
  TsLimitVerdict verdict;
} series[] = {
  { "nothing", "", "", TS_LIMIT_OPEN },
  { "always-inside", "iiiiii", "      ", TS_LIMIT_INSIDE },
  { "two-do-not-count", "iiiooiii", "        ", TS_LIMIT_INSIDE },
  { "two-say-nothing-yet", "oo", "  ", TS_LIMIT_OPEN },
  { "three-count", "iiiooo", "     C", TS_LIMIT_OUTSIDE },
  { "outside-from-the-first-on", "ooo", "  C", TS_LIMIT_OUTSIDE },
  { "told-once", "oooooooo", "  C     ", TS_LIMIT_OUTSIDE },
  { "back", "oooiii", "  C  B", TS_LIMIT_INSIDE },
  { "back-takes-three", "oooii", "  C  ", TS_LIMIT_OUTSIDE },
  { "again", "oooiiiooo", "  C  B  C", TS_LIMIT_OUTSIDE },
  { "flutters", "oiooiiooi", "         ", TS_LIMIT_OPEN },
  { "straddling-is-open", "ssssss", "      ", TS_LIMIT_OPEN },
  { "straddling-breaks-the-row", "oosoosoo", "        ", TS_LIMIT_OPEN },
  { "straddling-is-not-back", "ooosss", "  C   ", TS_LIMIT_OPEN },
  { "outside-again-is-no-news", "ooosssooo", "  C      ", TS_LIMIT_OUTSIDE },
  { "back-by-way-of-straddling", "ooosssiii", "  C     B", TS_LIMIT_INSIDE },
  { "inside-by-way-of-straddling", "iiisssiii", "         ", TS_LIMIT_INSIDE },
  { "lost-ones-do-not-count", "ololo", "    C", TS_LIMIT_OUTSIDE },
  { "lost-ones-are-not-back", "ooollllll", "  C      ", TS_LIMIT_OUTSIDE },
  { "step-to-the-other-side", "ooOOO", "  C  ", TS_LIMIT_OUTSIDE },
  { "step-inside", "OOOiii", "  C  B", TS_LIMIT_INSIDE },
  { "pause-breaks-the-row", "oopoo", "     ", TS_LIMIT_OPEN },
  { "row-begins-after-the-pause", "oopooo", "     C", TS_LIMIT_OUTSIDE },
  { "pause-forgets-nothing", "ooopoooiii", "  C      B", TS_LIMIT_INSIDE },
  { "off", "0oooooo", "       ", TS_LIMIT_OPEN },
  { "off-while-outside", "ooo0iii", "  C    ", TS_LIMIT_OPEN },
  { "narrower-while-outside", "ooo2ooo", "  C   C", TS_LIMIT_OUTSIDE },
  { "narrower-is-judged-anew", "ooo2iii", "  C    ", TS_LIMIT_INSIDE },
  { "the-same-again-changes-nothing", "oo5o", "   C", TS_LIMIT_OUTSIDE },
  { "off-and-on", "ooo05ooo", "  C    C", TS_LIMIT_OUTSIDE },
  { "one-is-enough", "1oi", " CB", TS_LIMIT_INSIDE },
  { "fewer-needed-meanwhile", "oo1o", "   C", TS_LIMIT_OUTSIDE },
  { "more-needed-meanwhile", "1i3oo", "     ", TS_LIMIT_INSIDE },
};

static TsLimitEvent
happen (TsLimit *limit,
        char what)
{
  switch (what)
    {
    case 'i':
      return ts_limit_add (limit, -5 * MS, 5 * MS);
    case 'o':
      return ts_limit_add (limit, 60 * MS, 70 * MS);
    case 'O':
      return ts_limit_add (limit, -70 * MS, -60 * MS);
    case 's':
      return ts_limit_add (limit, 10 * MS, 60 * MS);
    case 'p':
      ts_limit_pause (limit);
      break;
    case '0':
    case '2':
    case '5':
      ts_limit_set (limit, (what - '0') * 10 * MS);
      break;
    case '1':
    case '3':
      limit->n_samples = (guint) (what - '0');
      break;
    case 'l':
      break;
    default:
      g_assert_not_reached ();
    }
  return TS_LIMIT_EVENT_NONE;
}

static void
test_series (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  TsLimit limit = { .n_samples = 3 };
  g_autoptr (GString) told = g_string_new (NULL);

  ts_limit_set (&limit, 50 * MS);
  for (const char *what = series[i].happens; *what != '\0'; what++)
    g_string_append_c (told, " CB"[happen (&limit, *what)]);
  g_assert_cmpstr (told->str, ==, series[i].told);
  g_assert_cmpint (limit.verdict, ==, series[i].verdict);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/limit/judge/", verdicts, test_judge);
  ADD_CASES ("/limit/series/", series, test_series);
  return g_test_run ();
}
