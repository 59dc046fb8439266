/* Fuzz target of ts-rows and ts-record-text: a table, or objects, that say they are a recording, through the estimator
 * again.
 *
 * The input is the file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "record/ts-rows.h"

#include <string.h>

#include "fuzz-file.h"
#include "fuzz-target.h"

/* The estimator takes its time, and a file of a few lines has all that a long one has. */
#define MAX_ROWS 64

typedef struct
{
  TsRecordTextReader *csv;
  TsRecordTextReader *json;
  guint n_rows;
} Fuzz;

/* What was read is written, and read again as the same. */
static void
check_line (TsRecordTextReader *reader,
            GString *line,
            const TsRecordTextRow *row)
{
  g_autoptr (GError) error = NULL;
  TsRecordTextRow again;

  g_assert_true (ts_record_text_reader_take (reader, line->str, &again, &error));
  g_assert_no_error (error);
  g_assert_cmpint (again.session, ==, row->session);
  g_assert_cmpint (again.record.at_ns, ==, row->record.at_ns);
  g_assert_cmpint (again.record.kind, ==, row->record.kind);
  g_assert_cmpint (again.record.event, ==, row->record.event);
  g_assert_cmpmem (&again.record.sample.exchange, sizeof again.record.sample.exchange, &row->record.sample.exchange,
                   sizeof row->record.sample.exchange);
  g_assert_cmpmem (&again.record.sample.reading, sizeof again.record.sample.reading, &row->record.sample.reading,
                   sizeof row->record.sample.reading);
  g_free (again.server);
  g_string_free (line, TRUE);
}

static gboolean
take_row (const TsRecordTextRow *row,
          gpointer user_data)
{
  Fuzz *self = user_data;
  GString *csv = g_string_new (NULL), *json = g_string_new (NULL);

  ts_record_text_append_csv (csv, row);
  check_line (self->csv, csv, row);
  ts_record_text_append_json (json, row);
  check_line (self->json, json, row);
  return ++self->n_rows < MAX_ROWS;
}

static void
check_summary (const TsRowsSummary *summary)
{
  g_assert_cmpuint (summary->n_samples + summary->n_others, >=, summary->n_sessions);
  g_assert_cmpuint (strlen (summary->digest), ==, 64);
  if (summary->n_sessions > 0)
    g_assert_cmpint (summary->begin_ns, <=, summary->end_ns);
  if (summary->n_samples > 0)
    g_assert_cmpint (summary->last.proven_min_ns, <=, summary->last.proven_max_ns);
}

static TsRecordTextReader *
new_csv_reader (void)
{
  GString *head = g_string_new (NULL);
  TsRecordTextReader *reader;

  ts_record_text_append_head (head);
  reader = ts_record_text_reader_new (head->str, NULL);
  g_string_free (head, TRUE);
  return reader;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t size)
{
  const char *path = fuzz_file_write (data, size);
  g_autoptr (TsRecordTextReader) csv = new_csv_reader ();
  g_autoptr (TsRecordTextReader) json = ts_record_text_reader_new ("{", NULL);
  Fuzz self = { csv, json, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) summaries = NULL;

  /* That is for the target of recordings. */
  if (ts_rows_is_database (path))
    return 0;
  summaries = ts_rows_read (path, NULL, G_MININT64, G_MAXINT64, take_row, &self, &error);
  g_assert_true ((summaries == NULL) == (error != NULL));
  if (error != NULL)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  for (guint i = 0; summaries != NULL && i < summaries->len; i++)
    check_summary (summaries->pdata[i]);
  return 0;
}
