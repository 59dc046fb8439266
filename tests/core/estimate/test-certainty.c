/* Tests of ts-certainty: what is said of an offset at once, and what only after a while.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/estimate/ts-certainty.h"

#include "measure/ts-time.h"

#define START_NS (G_GINT64_CONSTANT (1700000000) * TS_NS_PER_S)

/* @kind: '0': the error contains zero; 'p': it does not, just so; 'P': the estimate is many times as large; 'c': the proven
 * interval does not contain zero */
static TsEstimate
make_estimate (char kind,
               gint64 at_ns)
{
  return (TsEstimate) {
    .at_ns = at_ns,
    .estimate_ns = kind == '0' ? 900 : kind == 'p' ? 1100 : 5000,
    .error_ns = 1000,
    .proven_min_ns = kind == 'c' ? 1 : -20000,
    .proven_max_ns = 30000,
  };
}

static char
tell (const TsEstimate *estimate)
{
  return "cps"[ts_certainty_judge (estimate)];
}

/* What is said at each sample of a series: 's': in step, 'p': probable, 'c': certain. */
static void
test_series (void)
{
  static const struct
  {
    const char *samples;
    const char *expected;
    int interval_s;
  } cases[] = {
    { "00000", "sssss", 1 },
    { "ppppp", "ppppp", 1 },
    { "0p0p00pp0p00ppp0", "ssssssssssssssss", 1 },
    { "p0p0pp00p0p000p0", "pppppppppppppppp", 1 },
    /* It is said once it has lasted for ten seconds, and not before. */
    { "0ppppppppppppp", "sssssssssspppp", 1 },
    { "p0000000000000", "ppppppppppssss", 1 },
    { "0pppp0ppppppppppp", "ssssssssssssssspp", 1 },
    /* What is clear is said at once. */
    { "00P0", "sspp", 1 },
    { "00P00000000000", "ssppppppppppss", 1 },
    /* What is proven too, and nothing is certain any more when it is not proven. */
    { "00c", "ssc", 1 },
    { "pc0", "pcp", 1 },
    { "0c00000000000c0", "scpppppppppsscp", 1 },
    { "0ccccccccccccc0", "scccccccccccccp", 1 },
    /* Samples that are far apart are each believed. */
    { "0p0p", "spsp", 60 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TsCertaintyHold hold = { 0 };
      g_autoptr (GString) told = g_string_new (NULL);

      for (guint n = 0; cases[i].samples[n] != '\0'; n++)
        {
          TsEstimate estimate = make_estimate (cases[i].samples[n], START_NS + n * cases[i].interval_s * TS_NS_PER_S);

          ts_certainty_hold_follow (&hold, &estimate);
          g_string_append_c (told, tell (&estimate));
        }
      g_test_message ("%s", cases[i].samples);
      g_assert_cmpstr (told->str, ==, cases[i].expected);
    }
}

/* Between samples it is said for as long; whatever was said, what is proven is certain. */
static void
test_between_samples (void)
{
  static const struct
  {
    int age_s;
    char kind;
    char expected;
  } cases[] = {
    { 0, '0', 'p' }, { 9, '0', 'p' }, { 10, '0', 's' }, { 3600, '0', 's' }, { 10, 'p', 'p' },
    { 1, 'c', 'c' }, { 60, 'c', 'c' },
    /* The clock was set back. */
    { -3600, '0', 's' },
  };
  TsEstimate first = make_estimate ('p', START_NS);
  TsCertaintyHold hold = { 0 };

  ts_certainty_hold_follow (&hold, &first);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TsEstimate estimate = make_estimate (cases[i].kind, START_NS + cases[i].age_s * TS_NS_PER_S);

      ts_certainty_hold_apply (&hold, &estimate);
      g_assert_cmpint (tell (&estimate), ==, cases[i].expected);
    }
}

/* By itself an estimate says what it says. */
static void
test_alone (void)
{
  static const char kinds[] = "0pPc", expected[] = "sppc";

  for (guint i = 0; kinds[i] != '\0'; i++)
    {
      TsEstimate estimate = make_estimate (kinds[i], START_NS);

      g_assert_cmpint (tell (&estimate), ==, expected[i]);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/certainty/series", test_series);
  g_test_add_func ("/certainty/between-samples", test_between_samples);
  g_test_add_func ("/certainty/alone", test_alone);
  return g_test_run ();
}
