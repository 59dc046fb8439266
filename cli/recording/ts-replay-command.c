/* `ts-client replay`: runs the estimator on recorded exchanges again.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "recording/ts-replay-command.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "measure/ts-time.h"
#include "record/ts-rows.h"
#include "shared/ts-arguments.h"
#include "shared/ts-report.h"

enum
{
  EXIT_NOT_REPLAYED = 1,
  EXIT_USAGE = 2,
};

typedef struct
{
  char *server;
  gboolean watches;
  gboolean writes_json;
  char *text; /* (nullable): the help or the version, to be written instead */
} Options;

typedef struct
{
  const Options *options;
  TsOutput *output;
} Replay;

static void
options_clear (Options *options)
{
  g_free (options->server);
  g_free (options->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_words (Options *options,
             char ***words,
             GError **error)
{
  const GOptionEntry entries[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &options->server, N_("Only of HOST, as it was typed"), N_("HOST") },
    { "watch", 'w', 0, G_OPTION_ARG_NONE, &options->watches, N_("Show each sample"), NULL },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &options->writes_json,
      N_("Write each record as a JSON object, one per line"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("FILE"));

  g_option_context_set_summary (context, _("Runs the estimator on the exchanges recorded in FILE again, and says whether "
                                           "it states the same."));
  return ts_arguments_parse_options (context, entries, 0, words, &options->text, error) &&
         (options->text != NULL || ts_arguments_expect_one (*words, _("replay takes exactly one file"), error));
}

static gboolean
take_row (const TsRecordTextRow *row,
          gpointer user_data)
{
  Replay *self = user_data;
  g_autoptr (GString) text = g_string_new (NULL);
  const TsReport report = {
    .sample = row->record.sample,
    .estimate = row->estimate,
    .event = row->record.event,
    .host = row->server,
  };

  if (self->options->writes_json)
    ts_record_text_append_json (text, row);
  else if (self->options->watches && row->record.kind == TS_ENTRY_SAMPLE)
    {
      g_autofree char *line = ts_report_line (&report, TS_QUANTITY_MS);

      g_string_append (text, line);
    }
  return ts_output_write (self->output, text->str);
}

static void
append_time (GString *text,
             const char *name,
             gint64 at_ns)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (at_ns / TS_NS_PER_S);
  g_autofree char *formatted = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");

  g_string_append_printf (text, "%s %s\n", name, formatted);
}

/* Returns: whether the estimator states the same now: "yes", "no" or "unknown" */
static const char *
judge (const TsRowsSummary *summary)
{
  if (summary->n_other > 0)
    return "no";
  return summary->n_compared > 0 && summary->n_damaged == 0 ? "yes" : "unknown";
}

static void
report_server (Replay *self,
               const TsRowsSummary *summary)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *figures = NULL;

  g_string_append_printf (text, "HOST %s\n", summary->server);
  if (summary->n_samples + summary->n_others > 0)
    {
      append_time (text, "FROM", summary->begin_ns);
      append_time (text, "TO", summary->end_ns);
    }
  g_string_append_printf (text, "SAMPLES %" G_GUINT64_FORMAT "\nOTHERS %" G_GUINT64_FORMAT "\nSESSIONS %u\n",
                          summary->n_samples, summary->n_others, summary->n_sessions);
  figures = ts_report_estimate (&summary->last);
  if (summary->n_samples > 0)
    g_string_append (text, figures);
  if (summary->n_damaged > 0)
    g_string_append_printf (text, "DAMAGED %u\n", summary->n_damaged);
  if (summary->n_thinned > 0)
    g_string_append_printf (text, "NOT_KEPT %" G_GINT64_FORMAT "\n", summary->n_thinned);
  if (summary->estimator != 0)
    g_string_append_printf (text, "ESTIMATOR %" G_GINT64_FORMAT "\n", summary->estimator);
  g_string_append_printf (text, "ESTIMATOR_NOW %d\nSAME %s\nDIGEST %s\n", TS_ESTIMATOR_VERSION, judge (summary),
                          summary->digest);
  ts_output_write (self->output, text->str);
}

static int
replay (Replay *self,
        const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) summaries =
    ts_rows_read (path, self->options->server, G_MININT64, G_MAXINT64, take_row, self, &error);
  gboolean is_same = TRUE;

  if (summaries == NULL)
    {
      ts_output_write_message (self->output, error->message);
      return EXIT_NOT_REPLAYED;
    }
  for (guint i = 0; i < summaries->len; i++)
    {
      const TsRowsSummary *summary = summaries->pdata[i];

      if (!self->options->writes_json)
        report_server (self, summary);
      is_same = is_same && summary->n_other == 0 && summary->n_damaged == 0;
    }
  return ts_output_end (self->output) && is_same ? EXIT_SUCCESS : EXIT_NOT_REPLAYED;
}

/**
 * ts_replay_command_run:
 * @argc: the number of words
 * @argv: (array length=argc): the command's name, its options and the file
 * @output: where to write
 *
 * Returns: the exit status: 1 if the file could not be read whole, or the estimator states something else
 */
int
ts_replay_command_run (int argc,
                       char *argv[],
                       TsOutput *output)
{
  g_auto (GStrv) words = ts_arguments_detach_values (argc, argv, "s");
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;
  Replay self = { &options, output };

  if (!parse_words (&options, &words, &error))
    {
      ts_output_write_usage_error (output, error);
      return EXIT_USAGE;
    }
  if (options.text != NULL)
    return ts_output_write_information (output, options.text) ? EXIT_SUCCESS : EXIT_NOT_REPLAYED;
  return replay (&self, words[1]);
}
