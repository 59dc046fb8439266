/* Families of metrics as text for monitoring.
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * OpenMetrics: https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
 * A family's name is unique, a counter's sample has _total after it, and a unit is the end of the name.
 * The plain text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
 * In it, a family has the name of its samples, there are neither units nor an end, and info and stateset are gauges.
 */
#include "metrics/ts-metrics-text.h"

#include <string.h>

#include "measure/ts-time.h"

/**
 * ts_metrics_format_get_content_type:
 * @format: a format
 *
 * Returns: its content type, for HTTP
 */
const char *
ts_metrics_format_get_content_type (TsMetricsFormat format)
{
  return format == TS_METRICS_PLAIN_TEXT ? "text/plain; version=0.0.4; charset=utf-8"
                                         : "application/openmetrics-text; version=1.0.0; charset=utf-8";
}

/**
 * ts_metrics_text_begin_family:
 * @text: the text so far
 * @format: how to write
 * @name: the family's name, which ends in @unit
 * @type: its type in OpenMetrics
 * @unit: (nullable): "seconds"
 * @help: a sentence
 *
 * Appends the lines before a family's samples.
 */
void
ts_metrics_text_begin_family (GString *text,
                              TsMetricsFormat format,
                              const char *name,
                              const char *type,
                              const char *unit,
                              const char *help)
{
  const char *suffix = "";

  if (format == TS_METRICS_PLAIN_TEXT)
    {
      suffix = strcmp (type, "counter") == 0 ? "_total" : strcmp (type, "info") == 0 ? "_info" : "";
      type = strcmp (type, "info") == 0 || strcmp (type, "stateset") == 0 ? "gauge" : type;
      unit = NULL;
    }
  g_string_append_printf (text, "# TYPE %s%s %s\n", name, suffix, type);
  if (unit != NULL)
    g_string_append_printf (text, "# UNIT %s %s\n", name, unit);
  g_string_append_printf (text, "# HELP %s%s %s\n", name, suffix, help);
}

/* Appends at least @n_digits digits. g_string_append_printf() would take most of the time of a scrape. */
static void
append_digits (GString *text,
               guint64 number,
               gsize n_digits)
{
  char digits[20];
  gsize n = 0;

  do
    digits[sizeof digits - ++n] = (char) ('0' + number % 10);
  while ((number /= 10) > 0 || n < n_digits);
  g_string_append_len (text, digits + sizeof digits - n, (gssize) n);
}

/**
 * ts_metrics_text_append_seconds:
 * @text: the text so far
 * @value_ns: nanoseconds
 *
 * Appends the value in seconds with nine decimals, so it is exact.
 */
void
ts_metrics_text_append_seconds (GString *text,
                                gint64 value_ns)
{
  guint64 magnitude_ns = value_ns < 0 ? -(guint64) value_ns : (guint64) value_ns;

  if (value_ns < 0)
    g_string_append_c (text, '-');
  append_digits (text, magnitude_ns / TS_NS_PER_S, 1);
  g_string_append_c (text, '.');
  append_digits (text, magnitude_ns % TS_NS_PER_S, 9);
}

/**
 * ts_metrics_text_append_label:
 * @text: the text so far
 * @name: the label's name
 * @value: its value, of any characters
 *
 * Appends name="value", and escapes the characters that both formats escape.
 */
void
ts_metrics_text_append_label (GString *text,
                              const char *name,
                              const char *value)
{
  g_string_append (text, name);
  g_string_append (text, "=\"");
  for (const char *c = value; *c != '\0'; c++)
    if (*c == '\n')
      g_string_append (text, "\\n");
    else
      {
        if (*c == '\\' || *c == '"')
          g_string_append_c (text, '\\');
        g_string_append_c (text, *c);
      }
  g_string_append_c (text, '"');
}

/**
 * ts_metrics_text_end:
 * @text: all families
 * @format: how to write
 *
 * Appends the end of the text, if the format has one.
 */
void
ts_metrics_text_end (GString *text,
                     TsMetricsFormat format)
{
  if (format == TS_METRICS_OPENMETRICS)
    g_string_append (text, "# EOF\n");
}
