/* Tests of ts-ntp-precision: what a server's stamps show of its clock.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "wire/ts-ntp-precision.h"

#include "measure/ts-time.h"

#include "test-cases.h"

#define NOW_NS    (G_GINT64_CONSTANT (1795392000) * TS_NS_PER_S)
#define N_ANSWERS 40

/* How a server turns an instant into a stamp. */
typedef enum
{
  ROUND,
  CUT_OFF,
  MULTIPLY_MS, /* by 4294967 */
} Conversion;

/* Seeded, so that each run has the same. */
static const struct
{
  const char *name;
  gint8 stated;
  gint64 tick_ns;
  gint64 served_ns; /* about how long an answer takes */
  Conversion conversion;
  gint64 at_least_ns; /* from the first answer on */
  gint64 at_most_ns;  /* at the end */
} servers[] = {
  { "fine", -23, 1, 30000, CUT_OFF, 121, 121 },
  { "fine, rounded", -25, 1, 30000, ROUND, 31, 31 },
  { "finest field", -128, 1, 30000, CUT_OFF, 2, 2 },
  { "microseconds", -20, 1000, 30000, CUT_OFF, 1000, 1000 },
  { "ticks as stated", -6, 15625000, 30000, CUT_OFF, 15625000, 15625002 },
  { "stated coarse, filled at random", -6, 1, 30000, CUT_OFF, 15625000, 15625002 },
  { "100 ticks a second, stated as 128", -7, 10000000, 30000, CUT_OFF, 10000000, 10000000 },
  { "1000 ticks a second, stated as 1024", -10, 1000000, 30000, CUT_OFF, 1000000, 1000000 },
  { "whole seconds, stated fine", -20, 1000000000, 30000, CUT_OFF, 1000000000, 1000000002 },
  { "whole seconds, field left out", 0, 1000000000, 30000, CUT_OFF, 1000000000, 1000000002 },
  { "milliseconds, stated fine", -20, 1000000, 30000, CUT_OFF, 1000000, 1000000 },
  { "milliseconds, rounded", -23, 1000000, 30000, ROUND, 1000000, 1000000 },
  { "milliseconds, multiplied", -23, 1000000, 30000, MULTIPLY_MS, 1000000, 1000000 },
  { "milliseconds, field left out", 0, 1000000, 2500000, CUT_OFF, 1000000, 2000000 },
  { "ten milliseconds, stated fine", -18, 10000000, 30000, ROUND, 10000000, 10000000 },
  { "64 ticks a second, stated fine", -20, 15625000, 30000, CUT_OFF, 15625000, 15625002 },
  { "60 ticks a second, field left out", 0, 16666667, 30000000, CUT_OFF, 16666667, 40000000 },
  { "fine, field left out", 0, 1, 30000, CUT_OFF, 1000, 30519 },
  { "fine, field left out, one stamp twice", 0, 1, 0, CUT_OFF, 1000, 1000 },
  { "fine, nonsense in the field", 127, 1, 30000, CUT_OFF, 1000, 30519 },
  { "whole seconds, nonsense in the field", 6, 1000000000, 30000, CUT_OFF, 1000000000, 1000000002 },
};

static TsNtpStamp
make_stamp (gint64 instant_ns,
            gint64 tick_ns,
            Conversion conversion)
{
  gint64 ticked_ns = instant_ns - instant_ns % tick_ns;
  guint64 fraction_ns = (guint64) (ticked_ns % TS_NS_PER_S);
  TsNtpStamp seconds = (TsNtpStamp) (guint32) (ticked_ns / TS_NS_PER_S + 2208988800) << 32;

  switch (conversion)
    {
    case CUT_OFF:
      return seconds | (fraction_ns << 32) / (guint64) TS_NS_PER_S;
    case MULTIPLY_MS:
      return seconds | fraction_ns / (guint64) TS_NS_PER_MS * 4294967;
    case ROUND:
    default:
      return ts_ntp_stamp_from_ns (ticked_ns);
    }
}

static void
test_server (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  gint64 now_ns = NOW_NS + 123456789;
  TsNtpPrecision shown = { 0 };
  gint64 precision_ns = G_MAXINT64;

  for (guint n = 0; n < N_ANSWERS; n++)
    {
      gint64 served_ns = servers[row].served_ns + servers[row].served_ns / 4 * g_rand_int_range (random, 0, 4);
      const TsNtpPacket answer = {
        .precision = servers[row].stated,
        .receive = make_stamp (now_ns, servers[row].tick_ns, servers[row].conversion),
        .transmit = make_stamp (now_ns + served_ns, servers[row].tick_ns, servers[row].conversion),
      };
      gint64 last_ns = precision_ns;

      ts_ntp_precision_take (&shown, &answer);
      precision_ns = ts_ntp_precision_get_ns (&shown, answer.precision);
      g_assert_cmpint (precision_ns, >=, servers[row].at_least_ns);
      /* More answers only narrow it. */
      g_assert_cmpint (precision_ns, <=, last_ns);
      now_ns += 50 * TS_NS_PER_MS + g_rand_int_range (random, 0, 999999999);
    }
  g_assert_cmpint (precision_ns, <=, servers[row].at_most_ns);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/ntp-precision/", servers, test_server);
  return g_test_run ();
}
