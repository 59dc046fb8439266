/* Measurements as text for scripts and terminals, and as JSON.
 *
 * Nothing here depends on the locale: what a script reads is the same everywhere.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-report.h"

#include <json-glib/json-glib.h>

#include "ts-time.h"

#define MS_TEXT_SIZE 32

/* Returns: @text with @time_ns as milliseconds, six decimals */
static const char *
format_ms (gint64 time_ns,
           gboolean with_plus,
           char text[MS_TEXT_SIZE])
{
  guint64 magnitude_ns = time_ns < 0 ? -(guint64) time_ns : (guint64) time_ns;

  g_snprintf (text, MS_TEXT_SIZE, "%s%" G_GUINT64_FORMAT ".%06" G_GUINT64_FORMAT,
              time_ns < 0 ? "-" : with_plus ? "+" : "",
              magnitude_ns / TS_NS_PER_MS, magnitude_ns % TS_NS_PER_MS);
  return text;
}

static void
append_interval (GString *text,
                 const TsSample *sample)
{
  char ms[MS_TEXT_SIZE];

  g_string_append_printf (text, "OFFSET_MS %s\n", format_ms (sample->offset_ns, FALSE, ms));
  g_string_append_printf (text, "PROVEN_MIN_MS %s\n", format_ms (sample->proven_min_ns, FALSE, ms));
  g_string_append_printf (text, "PROVEN_MAX_MS %s\n", format_ms (sample->proven_max_ns, FALSE, ms));
}

/**
 * ts_report_text:
 * @sample: a measurement
 * @probe: the probe that made it
 * @now_ns: what this computer's clock shows
 *
 * Returns: (transfer full): seven lines, of which the first three have been so since the first Time Sync
 */
char *
ts_report_text (const TsSample *sample,
                TsProbe *probe,
                gint64 now_ns)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "REMOTE_TIME %" G_GINT64_FORMAT "\n", (now_ns + sample->offset_ns) / TS_NS_PER_S);
  g_string_append_printf (text, "LOCAL_TIME %" G_GINT64_FORMAT "\n", now_ns / TS_NS_PER_S);
  g_string_append_printf (text, "RTT_ESTIMATE %" G_GINT64_FORMAT "\n",
                          (sample->delay_ns + TS_NS_PER_MS / 2) / TS_NS_PER_MS);
  append_interval (text, sample);
  g_string_append_printf (text, "SERVER %s %s\n", ts_probe_get_remote (probe),
                          ts_protocol_get_name (ts_probe_get_protocol (probe)));
  return g_string_free (text, FALSE);
}

/**
 * ts_report_line:
 * @sample: a measurement
 *
 * Returns: (transfer full): the line of the live view, with a line feed
 */
char *
ts_report_line (const TsSample *sample)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (sample->exchange.t4_ns / TS_NS_PER_S);
  g_autofree char *second = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  char offset[MS_TEXT_SIZE], min[MS_TEXT_SIZE], max[MS_TEXT_SIZE], delay[MS_TEXT_SIZE];

  return g_strdup_printf ("%s.%03dZ  offset %s ms  proven %s to %s ms  round trip %s ms\n",
                          second, (int) (sample->exchange.t4_ns % TS_NS_PER_S / TS_NS_PER_MS),
                          format_ms (sample->offset_ns, TRUE, offset),
                          format_ms (sample->proven_min_ns, TRUE, min),
                          format_ms (sample->proven_max_ns, TRUE, max),
                          format_ms (sample->delay_ns, FALSE, delay));
}

/**
 * ts_report_summary:
 * @history: all that was measured
 * @best: (nullable): the best sample of it, %NULL where there is none
 *
 * Returns: (transfer full): what a series came to, a line for each figure
 */
char *
ts_report_summary (const TsHistory *history,
                   const TsSample *best)
{
  GString *text = g_string_new (NULL);
  char ms[MS_TEXT_SIZE];

  g_string_append_printf (text, "SAMPLES %" G_GUINT64_FORMAT "\n", ts_history_get_n_samples (history));
  g_string_append_printf (text, "LOST %" G_GUINT64_FORMAT "\n", ts_history_get_n_lost (history));
  if (best != NULL)
    {
      append_interval (text, best);
      g_string_append_printf (text, "RTT_MIN_MS %s\n",
                              format_ms (ts_history_get_least_delay_ns (history), FALSE, ms));
    }
  return g_string_free (text, FALSE);
}

static JsonBuilder *
begin_object (TsProbe *probe)
{
  JsonBuilder *builder = json_builder_new ();
  g_autofree char *host = ts_address_to_string (ts_probe_get_target (probe));

  json_builder_begin_object (builder);
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

/**
 * ts_report_json:
 * @sample: a measurement
 * @probe: the probe that made it
 *
 * Returns: (transfer full): an object on one line, with a line feed
 */
char *
ts_report_json (const TsSample *sample,
                TsProbe *probe)
{
  g_autoptr (JsonBuilder) builder = begin_object (probe);
  const struct
  {
    const char *name;
    gint64 value;
  } members[] = {
    { "t1_ns", sample->exchange.t1_ns },
    { "t2_ns", sample->exchange.t2_ns },
    { "t3_ns", sample->exchange.t3_ns },
    { "t4_ns", sample->exchange.t4_ns },
    { "offset_ns", sample->offset_ns },
    { "delay_ns", sample->delay_ns },
    { "proven_min_ns", sample->proven_min_ns },
    { "proven_max_ns", sample->proven_max_ns },
  };

  json_builder_set_member_name (builder, "address");
  json_builder_add_string_value (builder, ts_probe_get_remote (probe));
  json_builder_set_member_name (builder, "protocol");
  json_builder_add_string_value (builder, ts_protocol_get_name (ts_probe_get_protocol (probe)));
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      json_builder_set_member_name (builder, members[i].name);
      json_builder_add_int_value (builder, members[i].value);
    }
  return end_object (builder);
}

/**
 * ts_report_failure:
 * @error: why there is no measurement
 * @probe: the probe that failed
 *
 * Returns: (transfer full): an object on one line, with a line feed
 */
char *
ts_report_failure (const GError *error,
                   TsProbe *probe)
{
  g_autoptr (JsonBuilder) builder = begin_object (probe);

  json_builder_set_member_name (builder, "error");
  json_builder_add_string_value (builder, error->message);
  return end_object (builder);
}
