/* Tests of ts-peer-figures: what an exporter tells of servers, in both formats.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exporter/ts-peer-figures.h"

#include <string.h>

#include "measure/ts-time.h"

static TsSample
make_sample (gint64 delay_ns)
{
  return (TsSample) { .delay_ns = delay_ns, .exchange = { .t4_ns = 1500000000 * TS_NS_PER_S + 7 } };
}

/* Returns: (transfer full): the text of a server that answered and one that never did */
static char *
write_text (TsMetricsFormat format)
{
  TsSample sample = make_sample (3 * TS_NS_PER_MS);
  TsPeerCounts counts = { .min_round_trip_ns = -1 };
  TsPeerCounts none = { .min_round_trip_ns = -1 };
  TsPeerFigures peers[] = {
    {
      .target = "a\\b\"c\nd",
      .address = "192.0.2.1:123",
      .protocol = "ntp",
      .counts = &counts,
      .sample = &sample,
      .is_current = TRUE,
      .estimate = { .estimate_ns = -5, .error_ns = 2, .proven_min_ns = -TS_NS_PER_S - 1, .proven_max_ns = 1,
                    .drift_ppm = -2.5, .verdict = TS_VERDICT_STEADY },
    },
    { .target = "dead", .counts = &none },
  };
  GString *text = g_string_new (NULL);

  sample.quality = (TsServerQuality) { .is_known = TRUE, .leap = 1, .stratum = 2, .root_delay_ns = 10,
                                       .root_dispersion_ns = 20 };
  ts_peer_counts_add_sample (&counts, &sample, TS_CLOCK_EVENT_NONE);
  sample.delay_ns = 100000; /* just the first bound */
  ts_peer_counts_add_sample (&counts, &sample, TS_CLOCK_EVENT_STEP_REMOTE);
  sample.delay_ns = 2 * TS_NS_PER_S;
  ts_peer_counts_add_sample (&counts, &sample, TS_CLOCK_EVENT_SUSPEND);
  ts_peer_counts_add_failure (&counts, "timed-out");
  ts_peer_counts_add_failure (&none, "refused");
  ts_peer_counts_add_failure (&none, "timed-out");
  ts_peer_counts_add_failure (&none, "refused");
  ts_peer_figures_append (peers, G_N_ELEMENTS (peers), format, text);
  return g_string_free (text, FALSE);
}

#define A "{target=\"a\\\\b\\\"c\\nd\""

/* All lines of samples: a server that never answered has no gauge at all. */
static const char *const samples[] = {
  "timesync_peer_offset_seconds" A "} -0.000000005",
  "timesync_peer_offset_error_seconds" A "} 0.000000002",
  "timesync_peer_offset_lower_bound_seconds" A "} -1.000000001",
  "timesync_peer_offset_upper_bound_seconds" A "} 0.000000001",
  "timesync_peer_round_trip_seconds_bucket" A ",le=\"0.0001\"} 1",
  "timesync_peer_round_trip_seconds_bucket" A ",le=\"0.0025\"} 1",
  "timesync_peer_round_trip_seconds_bucket" A ",le=\"0.005\"} 2",
  "timesync_peer_round_trip_seconds_bucket" A ",le=\"1\"} 2",
  "timesync_peer_round_trip_seconds_bucket" A ",le=\"+Inf\"} 3",
  "timesync_peer_round_trip_seconds_count" A "} 3",
  "timesync_peer_round_trip_seconds_sum" A "} 2.003100000",
  "timesync_peer_min_round_trip_seconds" A "} 0.000100000",
  "timesync_peer_frequency_ratio" A "} 0.999997500000",
  "timesync_peer_requests_total" A "} 4",
  "timesync_peer_requests_total{target=\"dead\"} 3",
  "timesync_peer_failures_total" A ",reason=\"timed-out\"} 1",
  "timesync_peer_failures_total{target=\"dead\",reason=\"refused\"} 2",
  "timesync_peer_failures_total{target=\"dead\",reason=\"timed-out\"} 1",
  "timesync_peer_steps_total" A "} 1",
  "timesync_peer_last_sample_timestamp_seconds" A "} 1500000000.000000007",
  "timesync_peer_root_delay_seconds" A "} 0.000000010",
  "timesync_peer_root_dispersion_seconds" A "} 0.000000020",
  "timesync_peer_stratum" A "} 2",
  "timesync_peer_leap" A "} 1",
  "timesync_peer_info" A ",address=\"192.0.2.1:123\",protocol=\"ntp\",authenticated=\"false\"} 1",
};

static void
test_samples (gconstpointer format)
{
  g_autofree char *text = write_text (GPOINTER_TO_INT (format));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    if (!g_strv_contains ((const char *const *) lines, samples[i]))
      g_error ("\"%s\" is missing in:\n%s", samples[i], text);
  for (char **line = lines; *line != NULL; line++)
    if (strstr (*line, "dead") != NULL && strstr (*line, "_total{") == NULL && strstr (*line, "round_trip") == NULL)
      g_error ("nothing is known of it: %s", *line);
}

/* Each family is told once, and its lines are together. */
static void
test_families (gconstpointer format)
{
  g_autofree char *text = write_text (GPOINTER_TO_INT (format));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) families = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean is_openmetrics = GPOINTER_TO_INT (format) == TS_METRICS_OPENMETRICS;

  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "# TYPE "))
      g_assert_true (g_hash_table_add (families, *line));
  g_assert_cmpuint (g_hash_table_size (families), ==, 16);
  g_assert_cmpint (strstr (text, "# UNIT timesync_peer_offset_seconds seconds\n") != NULL, ==, is_openmetrics);
  g_assert_cmpint (strstr (text, "# TYPE timesync_peer_requests counter\n") != NULL, ==, is_openmetrics);
  g_assert_cmpint (strstr (text, "# TYPE timesync_peer_requests_total counter\n") != NULL, ==, !is_openmetrics);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/peer-figures/samples/openmetrics", GINT_TO_POINTER (TS_METRICS_OPENMETRICS), test_samples);
  g_test_add_data_func ("/peer-figures/samples/plain", GINT_TO_POINTER (TS_METRICS_PLAIN_TEXT), test_samples);
  g_test_add_data_func ("/peer-figures/families/openmetrics", GINT_TO_POINTER (TS_METRICS_OPENMETRICS), test_families);
  g_test_add_data_func ("/peer-figures/families/plain", GINT_TO_POINTER (TS_METRICS_PLAIN_TEXT), test_families);
  return g_test_run ();
}
