/* Tests of NTP as a part of the whole server: what it has done is counted, and kept.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../net/test-real-server.h"
#include "ntp-fixture.h"

#define N_REQUESTS 7

static TsServer *
new_server (double address_requests_per_second)
{
  g_autoptr (TsClock) clock = ts_clock_new_fake (G_GINT64_CONSTANT (1700000000000000000));
  g_autoptr (TsSettings) settings = ts_settings_new_default ();

  settings->n_workers = 1;
  settings->ntp = g_strdup ("127.0.0.1:0");
  settings->address_requests_per_second = address_requests_per_second;
  return ts_server_new (clock, settings);
}

/* Returns: a client's socket */
static int
start (TsServer *server)
{
  g_auto (GStrv) addresses = NULL;

  test_serve (server, "127.0.0.1", 0);
  addresses = ts_server_get_ntp_addresses (server);
  g_assert_cmpuint (g_strv_length (addresses), ==, 1);
  g_assert_true (g_str_has_prefix (addresses[0], "127.0.0.1:"));
  return connect_from (NULL, "127.0.0.1", (guint16) g_ascii_strtoull (strchr (addresses[0], ':') + 1, NULL, 10));
}

static guint64
count_of (TsServer *server,
          TsCount which)
{
  TsCounters counters;

  ts_server_get_counters (server, &counters);
  return counters.counts[which];
}

static guint64
count_service_times (TsServer *server)
{
  TsCounters counters;
  guint64 n = 0;

  ts_server_get_counters (server, &counters);
  for (guint i = 0; i < TS_N_SERVICE_TIME_BUCKETS; i++)
    n += counters.service_times[i];
  return n;
}

/* Each figure only grows, whether the server runs or not. */
static void
test_counters (void)
{
  TsServer *server = new_server (0);

  for (guint run = 1; run <= 3; run++)
    {
      int fd = start (server);

      for (guint i = 0; i < N_REQUESTS; i++)
        ask (fd, i);
      g_assert_cmpint (send (fd, "no request", 10, 0), ==, 10);
      TEST_WAIT (count_of (server, TS_COUNT_MALFORMED) == run);
      g_assert_cmpuint (count_of (server, TS_COUNT_REQUESTS_NTP), ==, run * N_REQUESTS);

      ts_server_stop (server);
      close (fd);
      g_assert_null (ts_server_get_ntp_addresses (server));
      g_assert_cmpuint (count_of (server, TS_COUNT_REQUESTS_NTP), ==, run * N_REQUESTS);
      g_assert_cmpuint (count_of (server, TS_COUNT_MALFORMED), ==, run);
      g_assert_cmpuint (count_service_times (server), ==, run * N_REQUESTS);
    }
  /* Once more is no more. */
  ts_server_stop (server);
  g_assert_cmpuint (count_of (server, TS_COUNT_REQUESTS_NTP), ==, 3 * N_REQUESTS);
  g_assert_finalize_object (server);
}

/* What is asked right before the end is counted, as far as it was answered. */
static void
test_counters_of_refusals (void)
{
  TsServer *server = new_server (2);
  int fd = start (server);

  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (ask (fd, i).reference_id, !=, TS_NTP_KISS_RATE);
  g_assert_cmphex (ask (fd, 2).reference_id, ==, TS_NTP_KISS_RATE);
  ts_server_stop (server);
  g_assert_cmpuint (count_of (server, TS_COUNT_REQUESTS_NTP), ==, 2);
  g_assert_cmpuint (count_of (server, TS_COUNT_REFUSED_REQUESTS), ==, 1);
  close (fd);
  g_assert_finalize_object (server);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ntp-server/counters", test_counters);
  g_test_add_func ("/ntp-server/counters/refusals", test_counters_of_refusals);
  return g_test_run ();
}
