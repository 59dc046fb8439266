/* Tests of which of several servers agree, and which of them disagree.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/ts-selection.h"

#include <string.h>

#include "test-cases.h"
#include "measure/ts-dispute.h"
#include "measure/ts-exchange.h"

#define MAX_CLAIMS 6

static const struct
{
  const char *name;
  TsClaim claims[MAX_CLAIMS];
  const char *verdicts; /* a agrees, f falseticker, u undecided */
  gint64 min_ns, max_ns;
} cases[] = {
  { "nobody", { { 0 } }, "", 0, 0 },
  { "one", { { -5, 7 } }, "a", -5, 7 },
  { "two-agree", { { 0, 10 }, { 5, 20 } }, "aa", 5, 10 },
  { "two-touch", { { 0, 10 }, { 10, 20 } }, "aa", 10, 10 },
  { "two-disagree", { { 0, 10 }, { 11, 20 } }, "uu", 0, 0 },
  { "two-against-one", { { 0, 10 }, { 100, 110 }, { 5, 20 } }, "afa", 5, 10 },
  { "one-ahead-one-behind", { { 0, 10 }, { 100, 110 }, { -90, -80 } }, "uuu", 0, 0 },
  { "one-holds-two-that-differ", { { 0, 100 }, { 10, 20 }, { 80, 90 } }, "aaa", 10, 90 },
  { "nested", { { 0, 100 }, { 10, 90 }, { 40, 60 } }, "aaa", 40, 60 },
  { "two-against-two", { { 0, 1 }, { 0, 1 }, { 5, 6 }, { 5, 6 } }, "uuuu", 0, 0 },
  { "three-against-two", { { 0, 4 }, { 1, 5 }, { 8, 9 }, { 8, 9 }, { 2, 6 } }, "aaffa", 2, 4 },
  { "three-of-four", { { 0, 4 }, { 1, 5 }, { 2, 6 }, { 7, 9 } }, "aaaf", 2, 4 },
  { "all-the-same", { { 3, 3 }, { 3, 3 }, { 3, 3 } }, "aaa", 3, 3 },
  { "whole-range", { { G_MININT64, G_MAXINT64 }, { 1, 2 }, { G_MININT64, -1 } }, "aaa", G_MININT64, 2 },
};

static void
test_find (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  gsize n_claims = strlen (cases[row].verdicts);
  TsSelectionVerdict verdicts[MAX_CLAIMS];
  TsSelection selection = ts_selection_find (cases[row].claims, n_claims, verdicts);
  gsize n_agreeing = 0;

  g_assert_cmpint (selection.min_ns, ==, cases[row].min_ns);
  g_assert_cmpint (selection.max_ns, ==, cases[row].max_ns);
  for (gsize i = 0; i < n_claims; i++)
    {
      g_assert_cmpint (ts_selection_verdict_get_name (verdicts[i])[0], ==, cases[row].verdicts[i]);
      n_agreeing += verdicts[i] == TS_SELECTION_AGREES;
    }
  g_assert_cmpuint (selection.n_agreeing, ==, n_agreeing);
  g_assert_cmpint (selection.is_decided, ==, n_agreeing > 0);
}

/* Truth 0 in all claims but of a minority: they always agree on it, and no server that is right is called wrong. */
static void
test_random (void)
{
  for (guint n = 0; n < 20000; n++)
    {
      TsClaim claims[MAX_CLAIMS];
      TsSelectionVerdict verdicts[MAX_CLAIMS];
      gsize n_claims = (gsize) g_test_rand_int_range (1, MAX_CLAIMS + 1);
      gsize n_wrong = (gsize) g_test_rand_int_range (0, (gint) ((n_claims + 1) / 2));
      TsSelection selection;

      for (gsize i = 0; i < n_claims; i++)
        {
          claims[i].min_ns = g_test_rand_int_range (-1000, 1);
          claims[i].max_ns = g_test_rand_int_range (0, 1001);
          if (i < n_wrong)
            claims[i] = (TsClaim) { claims[i].max_ns + 1, claims[i].max_ns + 1000 };
        }
      selection = ts_selection_find (claims, n_claims, verdicts);
      g_assert_true (selection.is_decided);
      g_assert_cmpint (selection.min_ns, <=, selection.max_ns);
      if (n_wrong == 0)
        g_assert_true (selection.min_ns <= 0 && selection.max_ns >= 0);
      g_assert_cmpuint (2 * selection.n_agreeing, >, n_claims);
    }
}

static void
test_claim (void)
{
  TsClaim claim = ts_claim_new (-5, 7, 100);

  g_assert_cmpint (claim.min_ns, ==, -105);
  g_assert_cmpint (claim.max_ns, ==, 107);
  claim = ts_claim_new (-5, 7, TS_MAX_ERROR_UNKNOWN);
  g_assert_cmpint (claim.min_ns, ==, -5);
  g_assert_cmpint (claim.max_ns, ==, 7);
  claim = ts_claim_new (-5, 7, TS_MAX_ERROR_UNKNOWN - 1);
  g_assert_cmpint (claim.min_ns, ==, G_MININT64);
  g_assert_cmpint (claim.max_ns, ==, G_MAXINT64);
}

/* What is known of each server: its claim, and its estimate. A digit for each: whom it contradicts; a hyphen: it does not
 * disagree. */
static const struct
{
  const char *name;
  TsDisputant disputants[MAX_CLAIMS];
  const char *before;
  const char *after;
} disputes[] = {
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
test_dispute (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  guint n = (guint) strlen (disputes[row].before);
  guint opponents[MAX_CLAIMS];
  g_autoptr (GString) after = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    opponents[i] = disputes[row].before[i] == '-' ? n : (guint) (disputes[row].before[i] - '0');
  ts_dispute_find (disputes[row].disputants, n, opponents);
  for (guint i = 0; i < n; i++)
    g_string_append_c (after, opponents[i] < n ? (char) ('0' + opponents[i]) : '-');
  g_assert_cmpstr (after->str, ==, disputes[row].after);
}

/* However the claims lie: those that are not named agree with each other, and each that is named contradicts the one
 * beside it. */
static void
test_random_dispute (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      TsDisputant disputants[MAX_CLAIMS];
      guint opponents[MAX_CLAIMS];
      guint n = (guint) g_test_rand_int_range (1, MAX_CLAIMS + 1);

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
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD_CASES ("/selection/find/", cases, test_find);
  g_test_add_func ("/selection/random", test_random);
  g_test_add_func ("/selection/claim", test_claim);
  ADD_CASES ("/selection/dispute/", disputes, test_dispute);
  g_test_add_func ("/selection/random-dispute", test_random_dispute);
  g_test_add_func ("/selection/gap", test_gap);
  return g_test_run ();
}
