/* Tests of ts-history-entry: what is kept of an exchange.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "measure/history/ts-history-entry.h"

#include "test-cases.h"

static const struct
{
  const char *name;
  TsExchange exchange;
  gint64 server_ns; /* that is told */
} exchanges[] = {
  { "frames", { 1795399943000018204, 1795399943000033791, 1795399943000034203, 1795399943000024740, 0 }, 412 },
  { "classic, three digits",
    { 1795399943000018204, 1795399943000000000, 1795399943001000000, 1795399943000524740, 1000000 },
    1000000 },
  { "reversed within their precision", { 1000, 900000000, 800000000, 300000000, 100000000 }, -100000000 },
  { "NTP, 2^-6 s", { 1000, 2000, 15627000, 6001000, 15625002 }, 15625000 },
  { "NTP, 2^-23 s", { 1000, 2100, 2150, 1250, 121 }, 50 },
  { "one nanosecond", { 10, 12, 13, 14, 1 }, 1 },
  { "a server that took five seconds", { 10, 12, 5000000012, 5000000034, 0 }, 5000000000 },
};

static void
test_exchange (gconstpointer data)
{
  const TsExchange *exchange = &exchanges[GPOINTER_TO_SIZE (data)].exchange;
  g_autoptr (GError) error = NULL;
  const TsEstimate estimate = { 0 };
  TsSample sample = { 0 };
  TsHistoryEntry entry;
  TsExchange kept;

  ts_sample_derive (&sample, exchange, &error);
  g_assert_no_error (error);
  entry = ts_history_entry_for_sample (&sample, &estimate, TS_CLOCK_EVENT_NONE);
  kept = ts_history_entry_get_exchange (&entry);
  g_assert_cmpint (kept.t1_ns, ==, exchange->t1_ns);
  g_assert_cmpint (kept.t2_ns, ==, exchange->t2_ns);
  g_assert_cmpint (kept.t3_ns, ==, exchange->t3_ns);
  g_assert_cmpint (kept.t4_ns, ==, exchange->t4_ns);
  g_assert_cmpint (kept.precision_ns, ==, exchange->precision_ns);
  g_assert_cmpint (kept.t3_ns - kept.t2_ns, ==, exchanges[GPOINTER_TO_SIZE (data)].server_ns);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CASES ("/history-entry/exchange/", exchanges, test_exchange);
  return g_test_run ();
}
