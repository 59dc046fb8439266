/* Tests of which of several servers are the ones that disagree.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-dispute.h"

#include <string.h>

#include "test-cases.h"

#define MAX_DISPUTANTS 6

/* What is known of each server: its claim, and its estimate. A digit for each: whom it contradicts; a hyphen: it does not
 * disagree. */
static const struct
{
  const char *name;
  TsDisputant disputants[MAX_DISPUTANTS];
  const char *before;
  const char *after;
} cases[] = {
  { "nobody", { { { 0 } } }, "", "" },
  { "one", { { { 1, 2 }, 1 } }, "-", "-" },
  { "two-agree", { { { 0, 5 }, 2 }, { { 5, 9 }, 7 } }, "--", "--" },
  { "two-contradict-each-other", { { { 0, 5 }, 2 }, { { 6, 9 }, 7 } }, "--", "10" },
  { "two-are-reconciled", { { { 0, 6 }, 2 }, { { 6, 9 }, 7 } }, "10", "--" },
  { "one-against-two", { { { 0, 5 }, 2 }, { { 90, 99 }, 95 }, { { 1, 6 }, 3 } }, "---", "-0-" },
  { "name-stays", { { { 0, 5 }, 2 }, { { 90, 99 }, 95 }, { { 1, 6 }, 3 } }, "-2-", "-2-" },
  { "name-goes-with-its-reason", { { { 0, 5 }, 2 }, { { 90, 99 }, 95 }, { { 1, 90 }, 3 } }, "-2-", "-0-" },
  { "all-apart", { { { 0, 1 }, 0 }, { { 5, 6 }, 5 }, { { 9, 9 }, 9 } }, "---", "100" },
  { "two-against-two", { { { 0, 1 }, 0 }, { { 0, 1 }, 1 }, { { 5, 6 }, 5 }, { { 5, 6 }, 6 } }, "----", "2200" },
  { "three-against-two",
    { { { 0, 4 }, 2 }, { { 8, 9 }, 8 }, { { 1, 5 }, 2 }, { { 8, 9 }, 8 }, { { 2, 6 }, 3 } },
    "-----",
    "-0-0-" },
  /* A wide claim agrees with both of two that contradict each other: the one farther from the middle is named. */
  { "wide-one-between", { { { -22, 27 }, 4 }, { { 11, 14 }, 12 }, { { -10, -7 }, -8 } }, "---", "--1" },
  { "wide-one-between-others", { { { -22, 27 }, 4 }, { { 17, 19 }, 18 }, { { -10, -7 }, -8 } }, "---", "-2-" },
  { "no-turns-are-taken", { { { -22, 27 }, 4 }, { { 11, 14 }, 12 }, { { -10, -7 }, -8 } }, "-2-", "-2-" },
  { "whole-range", { { { G_MININT64, G_MININT64 + 1 }, G_MININT64 }, { { 5, G_MAXINT64 }, G_MAXINT64 } }, "--", "10" },
};

static void
test_find (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  guint n = (guint) strlen (cases[row].before);
  guint opponents[MAX_DISPUTANTS];
  g_autoptr (GString) after = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    opponents[i] = cases[row].before[i] == '-' ? n : (guint) (cases[row].before[i] - '0');
  ts_dispute_find (cases[row].disputants, n, opponents);
  for (guint i = 0; i < n; i++)
    g_string_append_c (after, opponents[i] < n ? (char) ('0' + opponents[i]) : '-');
  g_assert_cmpstr (after->str, ==, cases[row].after);
}

/* However the claims lie: those that are not named agree with each other, and each that is named contradicts the one
 * beside it. */
static void
test_random (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      TsDisputant disputants[MAX_DISPUTANTS];
      guint opponents[MAX_DISPUTANTS];
      guint n = (guint) g_test_rand_int_range (1, MAX_DISPUTANTS + 1);

      for (guint i = 0; i < n; i++)
        {
          gint64 min_ns = g_test_rand_int_range (-50, 50), max_ns = min_ns + g_test_rand_int_range (0, 60);

          disputants[i] = (TsDisputant) { { min_ns, max_ns }, (min_ns + max_ns) / 2 };
          opponents[i] = (guint) g_test_rand_int_range (0, (gint32) n + 1);
        }
      ts_dispute_find (disputants, n, opponents);
      for (guint i = 0; i < n; i++)
        for (guint j = 0; j < n; j++)
          {
            gint64 gap_ns = ts_dispute_get_gap_ns (&disputants[i].claim, &disputants[j].claim);

            g_assert_cmpint (gap_ns, ==, ts_dispute_get_gap_ns (&disputants[j].claim, &disputants[i].claim));
            if (opponents[i] == n && opponents[j] == n)
              g_assert_cmpint (gap_ns, ==, 0);
            if (opponents[i] == j)
              g_assert_cmpint (gap_ns, >, 0);
          }
    }
}

static void
test_gap (void)
{
  const TsClaim low = { -5, 2 }, high = { 12, 20 }, lowest = { G_MININT64, G_MININT64 }, highest = { 1, G_MAXINT64 };

  g_assert_cmpint (ts_dispute_get_gap_ns (&low, &high), ==, 10);
  g_assert_cmpint (ts_dispute_get_gap_ns (&high, &low), ==, 10);
  g_assert_cmpint (ts_dispute_get_gap_ns (&low, &low), ==, 0);
  g_assert_cmpint (ts_dispute_get_gap_ns (&lowest, &highest), ==, G_MAXINT64);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/dispute/find/", cases, test_find);
  g_test_add_func ("/dispute/random", test_random);
  g_test_add_func ("/dispute/gap", test_gap);
  return g_test_run ();
}
