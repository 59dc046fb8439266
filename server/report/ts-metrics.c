/* What a server has done and how good its clock is, as text for monitoring.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "report/ts-metrics.h"

#include "measure/ts-exchange.h"
#include "measure/ts-time.h"

typedef struct
{
  TsCount count;
  const char *value;
} Labelled;

typedef struct
{
  GString *string;
  TsMetricsFormat format;
} Text;

static const Labelled forms[] = {
  { TS_COUNT_REQUESTS_FRAMED, "framed" },
  { TS_COUNT_REQUESTS_CLASSIC, "classic" },
  { TS_COUNT_REQUESTS_TLS, "tls" },
  { TS_COUNT_REQUESTS_NTP, "ntp" },
};

static const Labelled reasons[] = {
  { TS_COUNT_REFUSED_CONNECTIONS, "too_many_connections" },
  { TS_COUNT_REFUSED_REQUESTS, "too_many_requests" },
  { TS_COUNT_REFUSED_SHUTDOWN, "shutting_down" },
  { TS_COUNT_REFUSED_VERSION, "version_not_spoken" },
  { TS_COUNT_REFUSED_SEALS, "no_signing_key" },
};

/* The indices are values of #TsLeap. */
static const char *const leaps[] = { "none", "insert", "delete", "unknown" };

static void
begin_family (Text *text,
              const char *name,
              const char *type,
              const char *unit,
              const char *help)
{
  ts_metrics_text_begin_family (text->string, text->format, name, type, unit, help);
}

static void
append_counter (Text *text,
                const char *name,
                const char *help,
                guint64 value)
{
  begin_family (text, name, "counter", NULL, help);
  g_string_append_printf (text->string, "%s_total %" G_GUINT64_FORMAT "\n", name, value);
}

static void
append_gauge (Text *text,
              const char *name,
              const char *help,
              guint value)
{
  begin_family (text, name, "gauge", NULL, help);
  g_string_append_printf (text->string, "%s %u\n", name, value);
}

static void
append_counters (Text *text,
                 const TsMetrics *metrics,
                 const char *name,
                 const char *label,
                 const Labelled *rows,
                 gsize n_rows)
{
  for (gsize i = 0; i < n_rows; i++)
    g_string_append_printf (text->string, "%s_total{%s=\"%s\"} %" G_GUINT64_FORMAT "\n", name, label, rows[i].value,
                            metrics->counters.counts[rows[i].count]);
}

static void
append_seconds (Text *text,
                const char *name,
                guint64 value_ns)
{
  g_string_append_printf (text->string, "%s ", name);
  ts_metrics_text_append_seconds (text->string, (gint64) MIN (value_ns, (guint64) G_MAXINT64));
  g_string_append_c (text->string, '\n');
}

static void
append_connections (Text *text,
                    const TsMetrics *metrics)
{
  append_gauge (text, "timesync_connections", "Connections that are open.", metrics->n_connections);
  append_gauge (text, "timesync_connections_limit", "Connections that may be open.", metrics->max_connections);
  /* This is not timesync_connections_total, because that name would be in the family of the gauge. */
  append_counter (text, "timesync_connections_accepted", "Connections accepted.",
                  metrics->counters.counts[TS_COUNT_CONNECTIONS]);
}

static void
append_requests (Text *text,
                 const TsMetrics *metrics)
{
  begin_family (text, "timesync_requests", "counter", NULL, "Requests answered, by form.");
  append_counters (text, metrics, "timesync_requests", "form", forms, G_N_ELEMENTS (forms));

  begin_family (text, "timesync_refusals", "counter", NULL, "Refusals, by reason.");
  append_counters (text, metrics, "timesync_refusals", "reason", reasons, G_N_ELEMENTS (reasons));

  append_counter (text, "timesync_malformed", "Connections closed for bytes that are not a request.",
                  metrics->counters.counts[TS_COUNT_MALFORMED]);
  append_counter (text, "timesync_seals", "Seals signed.", metrics->counters.counts[TS_COUNT_SEALS]);
  append_counter (text, "timesync_tls_handshakes", "TLS handshakes done.",
                  metrics->counters.counts[TS_COUNT_HANDSHAKES]);
  append_counter (text, "timesync_tls_handshakes_failed", "TLS handshakes that failed.",
                  metrics->counters.counts[TS_COUNT_FAILED_HANDSHAKES]);
}

static void
append_service_times (Text *text,
                      const TsCounters *counters)
{
  static const gint64 bounds_ns[] = TS_SERVICE_TIME_BOUNDS_NS;
  const char *name = "timesync_service_time_seconds";
  guint64 n_until = 0;

  begin_family (text, name, "histogram", "seconds", "From a request's arrival to its answer's departure.");
  for (gsize i = 0; i < TS_N_SERVICE_TIME_BUCKETS; i++)
    {
      char bound[G_ASCII_DTOSTR_BUF_SIZE] = "+Inf";

      if (i < G_N_ELEMENTS (bounds_ns))
        g_ascii_formatd (bound, sizeof bound, "%g", (double) bounds_ns[i] / TS_NS_PER_S);
      n_until += counters->service_times[i];
      g_string_append_printf (text->string, "%s_bucket{le=\"%s\"} %" G_GUINT64_FORMAT "\n", name, bound, n_until);
    }
  /* The number is counted here, so that it equals the last bucket. */
  g_string_append_printf (text->string, "%s_count %" G_GUINT64_FORMAT "\n", name, n_until);
  append_seconds (text, "timesync_service_time_seconds_sum", counters->service_time_sum_ns);
}

static void
append_quality (Text *text,
                const TsClockQuality *quality)
{
  /* If the kernel does not tell, this is unknown, which is different from no. */
  if (quality->read_error == 0)
    {
      begin_family (text, "timesync_clock_synchronized", "gauge", NULL, "Whether something disciplines the clock.");
      g_string_append_printf (text->string, "timesync_clock_synchronized %d\n", quality->is_synchronized ? 1 : 0);
    }

  begin_family (text, "timesync_clock_max_error_seconds", "gauge", "seconds",
                "The kernel's bound on the clock's distance from UTC.");
  if (quality->max_error_ns == TS_MAX_ERROR_UNKNOWN)
    g_string_append (text->string, "timesync_clock_max_error_seconds +Inf\n");
  else
    append_seconds (text, "timesync_clock_max_error_seconds", quality->max_error_ns);

  begin_family (text, "timesync_clock_leap", "stateset", NULL, "What the end of the day brings.");
  for (gsize i = 0; i < G_N_ELEMENTS (leaps); i++)
    g_string_append_printf (text->string, "timesync_clock_leap{timesync_clock_leap=\"%s\"} %d\n", leaps[i],
                            i == (gsize) quality->leap ? 1 : 0);
}

static void
append_certificate (Text *text,
                    gint64 end_s)
{
  const char *name = "timesync_tls_certificate_expiry_seconds";

  if (end_s == 0)
    return;
  begin_family (text, name, "gauge", "seconds", "When the TLS certificate expires, since the Unix epoch.");
  g_string_append_printf (text->string, "%s %" G_GINT64_FORMAT "\n", name, end_s);
}

/**
 * ts_metrics_to_text:
 * @metrics: the figures
 * @format: how to write them
 *
 * Returns: (transfer full): the text of all figures; a clock whose bound is not known has an infinite one
 */
char *
ts_metrics_to_text (const TsMetrics *metrics,
                    TsMetricsFormat format)
{
  Text text = { .string = g_string_new (NULL), .format = format };

  begin_family (&text, "timesync_build", "info", NULL, "The program.");
  g_string_append_printf (text.string, "timesync_build_info{version=\"%s\"} 1\n", metrics->version);
  append_connections (&text, metrics);
  append_requests (&text, metrics);
  append_service_times (&text, &metrics->counters);
  append_counter (&text, "timesync_reloads", "How often the configuration was taken up.", metrics->n_reloads);
  append_certificate (&text, metrics->certificate_end_s);
  append_counter (&text, "timesync_clock_steps", "How often the clock was stepped.", metrics->n_steps);
  append_quality (&text, &metrics->quality);
  ts_metrics_text_end (text.string, format);
  return g_string_free (text.string, FALSE);
}
