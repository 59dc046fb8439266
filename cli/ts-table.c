/* Measurements of several hosts as an aligned table, and measurements as lines of CSV.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-table.h"

#include <string.h>

#include "net/probe/ts-probe-words.h"

static const char *const heads[] = {
  "HOST", "OFFSET", "LOWER", "UPPER", "ROUND-TRIP", "ESTIMATE", "ERROR", "PROTOCOL", "VERDICT",
};

#define N_COLUMNS G_N_ELEMENTS (heads)

/* Columns of numbers are aligned at their right. */
#define FIRST_NUMBER 1
#define LAST_NUMBER  6

/* Returns: (transfer full) (array zero-terminated=1): the cells of a row; two if the host failed */
static char **
make_cells (const TsTableRow *row,
            TsQuantityUnit unit)
{
  const TsReport *report = row->report;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, row->host);
  if (report == NULL)
    {
      g_strv_builder_add (builder, row->error->message);
      return g_strv_builder_end (builder);
    }
  const gint64 figures_ns[] = {
    report->sample.offset_ns,      report->sample.proven_min_ns,  report->sample.proven_max_ns,
    report->sample.delay_ns,       report->estimate.estimate_ns,  report->estimate.error_ns,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (figures_ns); i++)
    {
      g_autofree char *cell = ts_quantity_format (figures_ns[i], unit, i != 3 && i != 5);

      g_strv_builder_add (builder, cell);
    }
  g_strv_builder_add (builder, ts_protocol_get_name (ts_probe_get_protocol (report->probe)));
  g_strv_builder_add (builder, report->verdict != NULL ? report->verdict : "");
  return g_strv_builder_end (builder);
}

static void
append_row (GString *text,
            const char *const *cells,
            const gsize *widths)
{
  gsize n_cells = g_strv_length ((char **) cells);

  for (gsize i = 0; i < n_cells; i++)
    {
      int padding = (int) (widths[i] - MIN (widths[i], (gsize) g_utf8_strlen (cells[i], -1)));
      gboolean is_number = n_cells == N_COLUMNS && i >= FIRST_NUMBER && i <= LAST_NUMBER;

      g_string_append (text, i == 0 ? "" : "  ");
      if (is_number)
        g_string_append_printf (text, "%*s", padding, "");
      g_string_append (text, cells[i]);
      if (!is_number && i + 1 < n_cells)
        g_string_append_printf (text, "%*s", padding, "");
    }
  g_string_append_c (text, '\n');
}

/**
 * ts_table_to_text:
 * @rows: (array length=n_rows): a row for each host
 * @n_rows: how many there are
 * @unit: the unit of all durations
 *
 * Returns: (transfer full): the table, with a line of headings; a host that failed has the reason instead of figures
 */
char *
ts_table_to_text (const TsTableRow *rows,
                  gsize n_rows,
                  TsQuantityUnit unit)
{
  g_autoptr (GPtrArray) table = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  gsize widths[N_COLUMNS] = { 0 };
  GString *text = g_string_new (NULL);
  const char *head[N_COLUMNS + 1] = { NULL };

  memcpy (head, heads, sizeof heads);
  for (gsize i = 0; i < n_rows; i++)
    g_ptr_array_add (table, make_cells (&rows[i], unit));
  for (gsize i = 0; i < N_COLUMNS; i++)
    widths[i] = strlen (heads[i]);
  for (gsize i = 0; i < n_rows; i++)
    {
      char **cells = table->pdata[i];

      for (gsize j = 0; cells[j] != NULL && (j == 0 || rows[i].report != NULL); j++)
        widths[j] = MAX (widths[j], (gsize) g_utf8_strlen (cells[j], -1));
    }
  append_row (text, head, widths);
  for (gsize i = 0; i < n_rows; i++)
    append_row (text, table->pdata[i], widths);
  return g_string_free (text, FALSE);
}

/**
 * ts_table_get_csv_header:
 *
 * Returns: (transfer none): the line of names, with a line feed
 */
const char *
ts_table_get_csv_header (void)
{
  return "host,time_ns,address,protocol,offset_ns,proven_min_ns,proven_max_ns,round_trip_ns,estimate_ns,"
         "estimate_error_ns,now_min_ns,now_max_ns,event,verdict,code,error\n";
}

/* Appends a field, in quotes if it needs them (RFC 4180). */
static void
append_field (GString *line,
              const char *field)
{
  g_autoptr (GString) quoted = g_string_new (field);

  if (strpbrk (field, ",\"\r\n") == NULL)
    {
      g_string_append (line, field);
      return;
    }
  g_string_replace (quoted, "\"", "\"\"", 0);
  g_string_append_printf (line, "\"%s\"", quoted->str);
}

/**
 * ts_table_to_csv:
 * @row: a measurement or a failure
 *
 * Returns: (transfer full): a line of CSV, with a line feed; unknown fields are empty
 */
char *
ts_table_to_csv (const TsTableRow *row)
{
  const TsReport *report = row->report;
  GString *line = g_string_new (NULL);

  append_field (line, row->host);
  if (report == NULL)
    {
      g_string_append_printf (line, ",%" G_GINT64_FORMAT ",,,,,,,,,,,,,%s,", row->failed_ns,
                              ts_probe_words_get_code (row->error));
      append_field (line, row->error->message);
      g_string_append_c (line, '\n');
      return g_string_free (line, FALSE);
    }
  g_string_append_printf (line, ",%" G_GINT64_FORMAT ",", report->sample.exchange.t4_ns);
  append_field (line, ts_probe_get_remote (report->probe));
  g_string_append_printf (line, ",%s", ts_protocol_get_name (ts_probe_get_protocol (report->probe)));
  const gint64 figures_ns[] = {
    report->sample.offset_ns,        report->sample.proven_min_ns,  report->sample.proven_max_ns,
    report->sample.delay_ns,         report->estimate.estimate_ns,  report->estimate.error_ns,
    report->estimate.proven_min_ns,  report->estimate.proven_max_ns,
  };
  for (gsize i = 0; i < G_N_ELEMENTS (figures_ns); i++)
    g_string_append_printf (line, ",%" G_GINT64_FORMAT, figures_ns[i]);
  g_string_append_printf (line, ",%s,%s,,\n",
                          report->event != TS_CLOCK_EVENT_NONE ? ts_clock_event_get_name (report->event) : "",
                          report->verdict != NULL ? report->verdict : "");
  return g_string_free (line, FALSE);
}
