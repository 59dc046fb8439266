/* Tests of ts-metrics: the text, to the last byte.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "report/ts-metrics.h"

#include <errno.h>
#include <locale.h>
#include <string.h>

#include "measure/ts-exchange.h"

#define CLOCK_HEAD                                                                                        \
  "# TYPE timesync_clock_synchronized gauge\n"                                                            \
  "# HELP timesync_clock_synchronized Whether something disciplines the clock.\n"

static const TsMetrics metrics = {
  .version = "1.2.3",
  .n_connections = 4,
  .max_connections = 5,
  .n_steps = 6,
  .n_reloads = 7,
  .certificate_end_s = 1796000000,
  .counters = {
    .counts = {
      [TS_COUNT_CONNECTIONS] = 18446744073709551615u,
      [TS_COUNT_REQUESTS_FRAMED] = 11,
      [TS_COUNT_REQUESTS_CLASSIC] = 12,
      [TS_COUNT_REQUESTS_TLS] = 13,
      [TS_COUNT_REQUESTS_NTP] = 14,
      [TS_COUNT_REFUSED_CONNECTIONS] = 21,
      [TS_COUNT_REFUSED_REQUESTS] = 22,
      [TS_COUNT_REFUSED_SHUTDOWN] = 23,
      [TS_COUNT_REFUSED_VERSION] = 24,
      [TS_COUNT_REFUSED_SEALS] = 27,
      [TS_COUNT_MALFORMED] = 25,
      [TS_COUNT_SEALS] = 28,
      [TS_COUNT_HANDSHAKES] = 25000,
      [TS_COUNT_FAILED_HANDSHAKES] = 26,
    },
    .service_times = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 },
    .service_time_sum_ns = 12000000345,
  },
  .quality = { .is_synchronized = TRUE, .leap = TS_LEAP_INSERT, .max_error_ns = 1234567, .precision_ns = 1 },
};

static const char expected[] =
  "# TYPE timesync_build info\n"
  "# HELP timesync_build The program.\n"
  "timesync_build_info{version=\"1.2.3\"} 1\n"
  "# TYPE timesync_connections gauge\n"
  "# HELP timesync_connections Connections that are open.\n"
  "timesync_connections 4\n"
  "# TYPE timesync_connections_limit gauge\n"
  "# HELP timesync_connections_limit Connections that may be open.\n"
  "timesync_connections_limit 5\n"
  "# TYPE timesync_connections_accepted counter\n"
  "# HELP timesync_connections_accepted Connections accepted.\n"
  "timesync_connections_accepted_total 18446744073709551615\n"
  "# TYPE timesync_requests counter\n"
  "# HELP timesync_requests Requests answered, by form.\n"
  "timesync_requests_total{form=\"framed\"} 11\n"
  "timesync_requests_total{form=\"classic\"} 12\n"
  "timesync_requests_total{form=\"tls\"} 13\n"
  "timesync_requests_total{form=\"ntp\"} 14\n"
  "# TYPE timesync_refusals counter\n"
  "# HELP timesync_refusals Refusals, by reason.\n"
  "timesync_refusals_total{reason=\"too_many_connections\"} 21\n"
  "timesync_refusals_total{reason=\"too_many_requests\"} 22\n"
  "timesync_refusals_total{reason=\"shutting_down\"} 23\n"
  "timesync_refusals_total{reason=\"version_not_spoken\"} 24\n"
  "timesync_refusals_total{reason=\"no_signing_key\"} 27\n"
  "# TYPE timesync_malformed counter\n"
  "# HELP timesync_malformed Connections closed for bytes that are not a request.\n"
  "timesync_malformed_total 25\n"
  "# TYPE timesync_seals counter\n"
  "# HELP timesync_seals Seals signed.\n"
  "timesync_seals_total 28\n"
  "# TYPE timesync_tls_handshakes counter\n"
  "# HELP timesync_tls_handshakes TLS handshakes done.\n"
  "timesync_tls_handshakes_total 25000\n"
  "# TYPE timesync_tls_handshakes_failed counter\n"
  "# HELP timesync_tls_handshakes_failed TLS handshakes that failed.\n"
  "timesync_tls_handshakes_failed_total 26\n"
  "# TYPE timesync_service_time_seconds histogram\n"
  "# UNIT timesync_service_time_seconds seconds\n"
  "# HELP timesync_service_time_seconds From a request's arrival to its answer's departure.\n"
  "timesync_service_time_seconds_bucket{le=\"2e-06\"} 1\n"
  "timesync_service_time_seconds_bucket{le=\"5e-06\"} 3\n"
  "timesync_service_time_seconds_bucket{le=\"1e-05\"} 6\n"
  "timesync_service_time_seconds_bucket{le=\"2e-05\"} 10\n"
  "timesync_service_time_seconds_bucket{le=\"5e-05\"} 15\n"
  "timesync_service_time_seconds_bucket{le=\"0.0001\"} 21\n"
  "timesync_service_time_seconds_bucket{le=\"0.0002\"} 28\n"
  "timesync_service_time_seconds_bucket{le=\"0.0005\"} 36\n"
  "timesync_service_time_seconds_bucket{le=\"0.001\"} 45\n"
  "timesync_service_time_seconds_bucket{le=\"0.01\"} 55\n"
  "timesync_service_time_seconds_bucket{le=\"+Inf\"} 66\n"
  "timesync_service_time_seconds_count 66\n"
  "timesync_service_time_seconds_sum 12.000000345\n"
  "# TYPE timesync_reloads counter\n"
  "# HELP timesync_reloads How often the configuration was taken up.\n"
  "timesync_reloads_total 7\n"
  "# TYPE timesync_tls_certificate_expiry_seconds gauge\n"
  "# UNIT timesync_tls_certificate_expiry_seconds seconds\n"
  "# HELP timesync_tls_certificate_expiry_seconds When the TLS certificate expires, since the Unix epoch.\n"
  "timesync_tls_certificate_expiry_seconds 1796000000\n"
  "# TYPE timesync_clock_steps counter\n"
  "# HELP timesync_clock_steps How often the clock was stepped.\n"
  "timesync_clock_steps_total 6\n"
  CLOCK_HEAD
  "timesync_clock_synchronized 1\n"
  "# TYPE timesync_clock_max_error_seconds gauge\n"
  "# UNIT timesync_clock_max_error_seconds seconds\n"
  "# HELP timesync_clock_max_error_seconds The kernel's bound on the clock's distance from UTC.\n"
  "timesync_clock_max_error_seconds 0.001234567\n"
  "# TYPE timesync_clock_leap stateset\n"
  "# HELP timesync_clock_leap What the end of the day brings.\n"
  "timesync_clock_leap{timesync_clock_leap=\"none\"} 0\n"
  "timesync_clock_leap{timesync_clock_leap=\"insert\"} 1\n"
  "timesync_clock_leap{timesync_clock_leap=\"delete\"} 0\n"
  "timesync_clock_leap{timesync_clock_leap=\"unknown\"} 0\n"
  "# EOF\n";

static void
test_text (void)
{
  g_autofree char *text = ts_metrics_to_text (&metrics, TS_METRICS_OPENMETRICS);

  g_assert_cmpstr (text, ==, expected);
}

/* A number has a full stop in every country. */
static void
test_locale (void)
{
  g_autofree char *text = NULL;

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("there is no German locale");
      return;
    }
  text = ts_metrics_to_text (&metrics, TS_METRICS_OPENMETRICS);
  setlocale (LC_NUMERIC, "C");
  g_assert_cmpstr (text, ==, expected);
}

static void
test_unknown_quality (void)
{
  TsMetrics unknown = metrics;
  g_autofree char *text = NULL;

  unknown.quality = (TsClockQuality) { .leap = TS_LEAP_UNKNOWN, .max_error_ns = TS_MAX_ERROR_UNKNOWN };
  text = ts_metrics_to_text (&unknown, TS_METRICS_OPENMETRICS);
  g_assert_nonnull (strstr (text, CLOCK_HEAD "timesync_clock_synchronized 0\n"));
  g_assert_nonnull (strstr (text, "\ntimesync_clock_max_error_seconds +Inf\n"));
  g_assert_nonnull (strstr (text, "\ntimesync_clock_leap{timesync_clock_leap=\"none\"} 0\n"));
  g_assert_nonnull (strstr (text, "\ntimesync_clock_leap{timesync_clock_leap=\"unknown\"} 1\n# EOF\n"));
}

/* In a container that forbids asking. */
static void
test_unreadable_quality (void)
{
  TsMetrics unreadable = metrics;
  g_autofree char *text = NULL;

  unreadable.quality = (TsClockQuality) {
    .read_error = EPERM,
    .leap = TS_LEAP_UNKNOWN,
    .max_error_ns = TS_MAX_ERROR_UNKNOWN,
  };
  text = ts_metrics_to_text (&unreadable, TS_METRICS_OPENMETRICS);
  g_assert_null (strstr (text, "timesync_clock_synchronized"));
  g_assert_nonnull (strstr (text, "\ntimesync_clock_max_error_seconds +Inf\n"));
}

/* As the specification has it: no family twice, and no sample whose family is not announced right before. */
static void
test_families (gconstpointer data)
{
  TsMetricsFormat format = (TsMetricsFormat) GPOINTER_TO_UINT (data);
  g_autofree char *text = ts_metrics_to_text (&metrics, format);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) families = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *family = NULL;

  for (gsize i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "# TYPE "))
      {
        g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);

        g_free (family);
        family = g_strdup (words[2]);
        /* What the older format knows. */
        if (format == TS_METRICS_PLAIN_TEXT)
          g_assert_true (g_strv_contains ((const char *const[]) { "counter", "gauge", "histogram", NULL }, words[3]));
        g_assert_true (g_hash_table_add (families, g_strdup (family)));
      }
    else if (lines[i][0] != '#' && lines[i][0] != '\0')
      g_assert_true (g_str_has_prefix (lines[i], family));
  g_assert_cmpuint (g_hash_table_size (families), ==, 17);
}

static void
test_plain_text (void)
{
  g_autofree char *text = ts_metrics_to_text (&metrics, TS_METRICS_PLAIN_TEXT);

  g_assert_null (strstr (text, "# UNIT"));
  g_assert_null (strstr (text, "# EOF"));
  g_assert_nonnull (strstr (text, "# TYPE timesync_build_info gauge\n"));
  g_assert_nonnull (strstr (text, "# TYPE timesync_requests_total counter\n"));
  g_assert_nonnull (strstr (text, "# TYPE timesync_clock_leap gauge\n"));
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metrics/text", test_text);
  g_test_add_func ("/metrics/locale", test_locale);
  g_test_add_func ("/metrics/unknown-quality", test_unknown_quality);
  g_test_add_func ("/metrics/unreadable-quality", test_unreadable_quality);
  g_test_add_data_func ("/metrics/families/openmetrics", GUINT_TO_POINTER (TS_METRICS_OPENMETRICS), test_families);
  g_test_add_data_func ("/metrics/families/plain-text", GUINT_TO_POINTER (TS_METRICS_PLAIN_TEXT), test_families);
  g_test_add_func ("/metrics/plain-text", test_plain_text);
  return g_test_run ();
}
