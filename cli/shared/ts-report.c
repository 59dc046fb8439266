/* Measurements as text for scripts and terminals, and as JSON.
 *
 * Nothing here depends on the locale, because scripts read it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "shared/ts-report.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "measure/estimate/ts-certainty.h"
#include "measure/ts-time.h"
#include "net/probe/ts-probe-words.h"

/* The version of the JSON objects, see docs/json.md. It stays the same when members are added. */
#define OBJECT_VERSION 1

static void
append_ms (GString *text,
           const char *name,
           gint64 time_ns)
{
  guint64 magnitude_ns = time_ns < 0 ? -(guint64) time_ns : (guint64) time_ns;

  g_string_append_printf (text, "%s %s%" G_GUINT64_FORMAT ".%06" G_GUINT64_FORMAT "\n", name, time_ns < 0 ? "-" : "",
                          magnitude_ns / TS_NS_PER_MS, magnitude_ns % TS_NS_PER_MS);
}

static void
append_figures (GString *text,
                const TsReport *report)
{
  append_ms (text, "OFFSET_MS", report->sample.offset_ns);
  append_ms (text, "PROVEN_MIN_MS", report->sample.proven_min_ns);
  append_ms (text, "PROVEN_MAX_MS", report->sample.proven_max_ns);
  append_ms (text, "ESTIMATE_MS", report->estimate.estimate_ns);
  append_ms (text, "ESTIMATE_ERROR_MS", report->estimate.error_ns);
  g_string_append_printf (text, "CERTAINTY %s\n", ts_certainty_get_name (ts_certainty_judge (&report->estimate)));
}

/**
 * ts_report_text:
 * @report: a measurement
 * @now_ns: this computer's clock
 *
 * Returns: (transfer full): a line for each figure. Apart from the host's line, the first three have been the same
 *   since the first Time Sync
 */
char *
ts_report_text (const TsReport *report,
                gint64 now_ns)
{
  GString *text = g_string_new (NULL);

  if (report->host != NULL)
    g_string_append_printf (text, "HOST %s\n", report->host);
  g_string_append_printf (text, "REMOTE_TIME %" G_GINT64_FORMAT "\n",
                          (now_ns + report->estimate.estimate_ns) / TS_NS_PER_S);
  g_string_append_printf (text, "LOCAL_TIME %" G_GINT64_FORMAT "\n", now_ns / TS_NS_PER_S);
  g_string_append_printf (text, "RTT_ESTIMATE %" G_GINT64_FORMAT "\n",
                          (report->sample.delay_ns + TS_NS_PER_MS / 2) / TS_NS_PER_MS);
  append_figures (text, report);
  g_string_append_printf (text, "SERVER %s %s\n", ts_probe_get_remote (report->probe),
                          ts_protocol_get_name (ts_probe_get_protocol (report->probe)));
  return g_string_free (text, FALSE);
}

/* Appends a duration without its unit, because another in the same unit follows, unless each chooses its own. */
static void
append_first (GString *line,
              const char *name,
              gint64 duration_ns,
              TsQuantityUnit unit)
{
  g_autofree char *text = ts_quantity_format (duration_ns, unit, TRUE);

  if (unit != TS_QUANTITY_AUTO)
    *strchr (text, ' ') = '\0';
  g_string_append_printf (line, "%s%s", name, text);
}

static void
append_duration (GString *line,
                 const char *name,
                 gint64 duration_ns,
                 TsQuantityUnit unit,
                 gboolean with_plus)
{
  g_autofree char *text = ts_quantity_format (duration_ns, unit, with_plus);

  g_string_append_printf (line, "%s%s", name, text);
}

/**
 * ts_report_line:
 * @report: a measurement
 * @unit: the unit of its durations
 *
 * Returns: (transfer full): the line for --watch, with a line feed
 */
char *
ts_report_line (const TsReport *report,
                TsQuantityUnit unit)
{
  const TsSample *sample = &report->sample;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (sample->exchange.t4_ns / TS_NS_PER_S);
  g_autofree char *second = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  GString *line = g_string_new (second);

  g_string_append_printf (line, ".%03dZ", (int) (sample->exchange.t4_ns % TS_NS_PER_S / TS_NS_PER_MS));
  if (report->host != NULL)
    g_string_append_printf (line, "  %s", report->host);
  append_duration (line, "  offset ", sample->offset_ns, unit, TRUE);
  append_first (line, "  proven ", sample->proven_min_ns, unit);
  append_duration (line, " to ", sample->proven_max_ns, unit, TRUE);
  append_duration (line, "  round trip ", sample->delay_ns, unit, FALSE);
  append_first (line, "  estimate ", report->estimate.estimate_ns, unit);
  append_duration (line, " ± ", report->estimate.error_ns, unit, FALSE);
  if (report->event != TS_CLOCK_EVENT_NONE)
    g_string_append_printf (line, "  %s", ts_clock_event_get_name (report->event));
  if (report->verdict != NULL)
    g_string_append_printf (line, "  %s", report->verdict);
  g_string_append_c (line, '\n');
  return g_string_free (line, FALSE);
}

/**
 * ts_report_estimate:
 * @estimate: an estimate
 *
 * Returns: (transfer full): a line for each figure of the estimate
 */
char *
ts_report_estimate (const TsEstimate *estimate)
{
  GString *text = g_string_new (NULL);

  append_ms (text, "PROVEN_MIN_MS", estimate->proven_min_ns);
  append_ms (text, "PROVEN_MAX_MS", estimate->proven_max_ns);
  append_ms (text, "ESTIMATE_MS", estimate->estimate_ns);
  append_ms (text, "ESTIMATE_ERROR_MS", estimate->error_ns);
  return g_string_free (text, FALSE);
}

/**
 * ts_report_summary:
 * @monitor: the monitor that measured
 * @host: (nullable): the host, if there are several
 * @best: (nullable): the best measurement; %NULL if there is none
 *
 * Returns: (transfer full): a summary of a series, a line for each figure
 */
char *
ts_report_summary (TsMonitor *monitor,
                   const char *host,
                   const TsReport *best)
{
  const TsHistory *history = ts_monitor_get_history (monitor);
  GString *text = g_string_new (NULL);

  if (host != NULL)
    g_string_append_printf (text, "HOST %s\n", host);
  g_string_append_printf (text, "SAMPLES %" G_GUINT64_FORMAT "\n", ts_history_get_n_samples (history));
  g_string_append_printf (text, "LOST %" G_GUINT64_FORMAT "\n", ts_history_get_n_lost (history));
  if (best != NULL)
    {
      append_figures (text, best);
      append_ms (text, "RTT_MIN_MS", ts_history_get_least_delay_ns (history));
    }
  return g_string_free (text, FALSE);
}

/**
 * ts_report_selection:
 * @selection: which hosts agree
 * @verdicts: (array length=n_hosts): the verdict on each host
 * @n_hosts: how many hosts there are, including those that did not answer
 *
 * Returns: (transfer full): how many hosts agree, on what, and which ones do not, a line for each figure
 */
char *
ts_report_selection (const TsSelection *selection,
                     const TsReportVerdict *verdicts,
                     gsize n_hosts)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "AGREEING %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT "\n", selection->n_agreeing,
                          n_hosts);
  if (selection->is_decided)
    {
      append_ms (text, "AGREED_MIN_MS", selection->min_ns);
      append_ms (text, "AGREED_MAX_MS", selection->max_ns);
    }
  for (gsize i = 0; i < n_hosts; i++)
    if (verdicts[i].is_measured && verdicts[i].verdict == TS_SELECTION_FALSETICKER)
      g_string_append_printf (text, "FALSETICKER %s\n", verdicts[i].host);
  return g_string_free (text, FALSE);
}

static JsonBuilder *
begin_object (TsProbe *probe)
{
  JsonBuilder *builder = json_builder_new ();
  g_autofree char *host = ts_address_to_string (ts_probe_get_target (probe));

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, OBJECT_VERSION);
  json_builder_set_member_name (builder, "host");
  json_builder_add_string_value (builder, host);
  return builder;
}

static char *
end_object (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *object = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  object = json_to_string (root, FALSE);
  return g_strconcat (object, "\n", NULL);
}

static void
add_text (JsonBuilder *builder,
          const char *name,
          const char *text)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
}

static void
add_number (JsonBuilder *builder,
            const char *name,
            gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_sample (JsonBuilder *builder,
            const TsSample *sample)
{
  static const char *const sources[] = { "unknown", "user", "kernel" };
  static const char *const instants[] = { "t1", "t2", "t3", "t4" };

  add_number (builder, "t1_ns", sample->exchange.t1_ns);
  add_number (builder, "t2_ns", sample->exchange.t2_ns);
  add_number (builder, "t3_ns", sample->exchange.t3_ns);
  add_number (builder, "t4_ns", sample->exchange.t4_ns);
  add_number (builder, "offset_ns", sample->offset_ns);
  add_number (builder, "delay_ns", sample->delay_ns);
  add_number (builder, "proven_min_ns", sample->proven_min_ns);
  add_number (builder, "proven_max_ns", sample->proven_max_ns);
  json_builder_set_member_name (builder, "stamps");
  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (instants); i++)
    add_text (builder, instants[i], sources[sample->sources[i]]);
  json_builder_end_object (builder);
  if (sample->is_retransmitted)
    {
      json_builder_set_member_name (builder, "retransmitted");
      json_builder_add_boolean_value (builder, TRUE);
    }
}

static void
add_estimate (JsonBuilder *builder,
              const TsEstimate *estimate)
{
  add_number (builder, "estimate_ns", estimate->estimate_ns);
  add_number (builder, "estimate_error_ns", estimate->error_ns);
  add_number (builder, "now_min_ns", estimate->proven_min_ns);
  add_number (builder, "now_max_ns", estimate->proven_max_ns);
  add_text (builder, "certainty", ts_certainty_get_name (ts_certainty_judge (estimate)));
  json_builder_set_member_name (builder, "drift_ppm");
  json_builder_add_double_value (builder, estimate->drift_ppm);
  json_builder_set_member_name (builder, "drift_min_ppm");
  json_builder_add_double_value (builder, estimate->drift_min_ppm);
  json_builder_set_member_name (builder, "drift_max_ppm");
  json_builder_add_double_value (builder, estimate->drift_max_ppm);
}

/* Adds since when the proof supposes that no clock was set, unless both ends report that. */
static void
add_premise (JsonBuilder *builder,
             const TsEstimate *estimate)
{
  json_builder_set_member_name (builder, "proven_if");
  if (estimate->unset_since_ns == 0)
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  add_number (builder, "clock_not_set_since_ns", estimate->unset_since_ns);
  json_builder_end_object (builder);
}

/* Adds what the server says about its own clock. */
static void
add_quality (JsonBuilder *builder,
             const TsSample *sample)
{
  const TsServerQuality *quality = &sample->quality;

  if (sample->max_error_ns != TS_MAX_ERROR_UNKNOWN)
    add_number (builder, "max_error_ns", (gint64) MIN (sample->max_error_ns, (guint64) G_MAXINT64));
  if (!quality->is_known)
    return;
  add_number (builder, "leap", quality->leap);
  if (quality->stratum == 0)
    return;
  add_number (builder, "stratum", quality->stratum);
  add_number (builder, "root_delay_ns", quality->root_delay_ns);
  add_number (builder, "root_dispersion_ns", quality->root_dispersion_ns);
  add_number (builder, "reference_id", quality->reference_id);
}

/**
 * ts_report_json:
 * @report: a measurement
 *
 * Returns: (transfer full): an object on one line, with a line feed
 */
char *
ts_report_json (const TsReport *report)
{
  g_autoptr (JsonBuilder) builder = begin_object (report->probe);

  add_text (builder, "address", ts_probe_get_remote (report->probe));
  add_text (builder, "protocol", ts_protocol_get_name (ts_probe_get_protocol (report->probe)));
  add_sample (builder, &report->sample);
  add_estimate (builder, &report->estimate);
  add_premise (builder, &report->estimate);
  add_quality (builder, &report->sample);
  if (report->event != TS_CLOCK_EVENT_NONE)
    add_text (builder, "event", ts_clock_event_get_name (report->event));
  if (report->verdict != NULL)
    add_text (builder, "verdict", report->verdict);
  return end_object (builder);
}

/**
 * ts_report_failure:
 * @error: why the exchange failed
 * @at_ns: this computer's clock when it failed
 * @probe: the probe that failed
 *
 * Returns: (transfer full): an object on one line, with a line feed
 */
char *
ts_report_failure (const GError *error,
                   gint64 at_ns,
                   TsProbe *probe)
{
  g_autoptr (JsonBuilder) builder = begin_object (probe);

  add_number (builder, "time_ns", at_ns);
  add_text (builder, "code", ts_probe_words_get_code (error));
  add_text (builder, "error", error->message);
  return end_object (builder);
}

/**
 * ts_report_selection_json:
 * @selection: which hosts agree
 * @verdicts: (array length=n_hosts): the verdict on each host
 * @n_hosts: how many hosts there are, including those that did not answer
 *
 * Returns: (transfer full): an object on one line, with a line feed
 */
char *
ts_report_selection_json (const TsSelection *selection,
                          const TsReportVerdict *verdicts,
                          gsize n_hosts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_number (builder, "version", OBJECT_VERSION);
  json_builder_set_member_name (builder, "selection");
  json_builder_begin_object (builder);
  for (gsize i = 0; i < n_hosts; i++)
    add_text (builder, verdicts[i].host,
              verdicts[i].is_measured ? ts_selection_verdict_get_name (verdicts[i].verdict) : "unmeasured");
  json_builder_end_object (builder);
  if (selection->is_decided)
    {
      add_number (builder, "agreed_min_ns", selection->min_ns);
      add_number (builder, "agreed_max_ns", selection->max_ns);
    }
  return end_object (builder);
}
