/* `ts-client export`: writes recorded exchanges as a table or as objects.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "recording/ts-export-command.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "measure/ts-time.h"
#include "record/ts-rows.h"
#include "shared/ts-arguments.h"

#define PART_SIZE 65536

enum
{
  EXIT_NOT_EXPORTED = 1,
  EXIT_USAGE = 2,
  EXIT_THINNED = 3,
};

typedef struct
{
  char *server;
  char *from;
  char *to;
  char *format;
  gboolean writes_json;
  gboolean writes_rollups;
  gint64 from_ns;
  gint64 to_ns;
  char *text; /* (nullable): the help or the version, to be written instead */
} Options;

typedef struct
{
  const Options *options;
  TsOutput *output;
  GString *text; /* not written so far */
} Export;

static void
options_clear (Options *options)
{
  g_free (options->server);
  g_free (options->from);
  g_free (options->to);
  g_free (options->format);
  g_free (options->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_words (Options *options,
             char ***words,
             GError **error)
{
  const GOptionEntry entries[] = {
    { "from", 0, 0, G_OPTION_ARG_STRING, &options->from,
      N_("Only from TIME on, such as 2026-11-30T12:00:00"), N_("TIME") },
    { "to", 0, 0, G_OPTION_ARG_STRING, &options->to, N_("Only until TIME"), N_("TIME") },
    { "server", 's', 0, G_OPTION_ARG_STRING, &options->server, N_("Only of HOST, as it was typed"), N_("HOST") },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &options->format,
      N_("csv (default), or json for an object per line"), N_("FORMAT") },
    { "rollups", 0, 0, G_OPTION_ARG_NONE, &options->writes_rollups,
      N_("Write instead what remains of exchanges that are no longer kept"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("FILE"));

  g_option_context_set_summary (
    context, _("Writes the exchanges recorded in FILE, with all their numbers, to standard output."));
  return ts_arguments_parse_options (context, entries, 0, words, &options->text, error) &&
         (options->text != NULL || ts_arguments_expect_one (*words, _("export takes exactly one file"), error));
}

static gboolean
write_part (Export *self)
{
  gboolean is_written = ts_output_write (self->output, self->text->str);

  g_string_truncate (self->text, 0);
  return is_written;
}

static gboolean
take_row (const TsRecordTextRow *row,
          gpointer user_data)
{
  Export *self = user_data;

  if (self->options->writes_json)
    ts_record_text_append_json (self->text, row);
  else
    ts_record_text_append_csv (self->text, row);
  return self->text->len < PART_SIZE || write_part (self);
}

static void
take_rollup (const char *server,
             const TsRollup *rollup,
             gpointer user_data)
{
  Export *self = user_data;

  if (self->options->writes_json)
    ts_record_text_append_rollup_json (self->text, server, rollup);
  else
    ts_record_text_append_rollup_csv (self->text, server, rollup);
  if (self->text->len >= PART_SIZE)
    write_part (self);
}

static int
export_rollups (Export *self,
                const char *path)
{
  const Options *options = self->options;
  g_autoptr (GError) error = NULL;

  if (!options->writes_json)
    ts_record_text_append_rollup_head (self->text);
  if (!ts_rows_read_thinned (path, options->server, options->from_ns, options->to_ns, take_rollup, self, &error))
    {
      ts_output_write_message (self->output, error->message);
      return EXIT_NOT_EXPORTED;
    }
  write_part (self);
  return ts_output_end (self->output) ? EXIT_SUCCESS : EXIT_NOT_EXPORTED;
}

static char *
format_time (gint64 at_ns)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (at_ns / TS_NS_PER_S);

  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

/* Returns: whether exchanges of the range are no longer kept */
static gboolean
tell_thinned (Export *self,
              const TsRowsSummary *summary)
{
  g_autofree char *begin = NULL, *end = NULL, *count = NULL, *message = NULL;

  if (summary->n_thinned == 0)
    return FALSE;
  begin = format_time (summary->thinned_begin_ns);
  end = format_time (summary->thinned_end_ns);
  count = g_strdup_printf ("%" G_GINT64_FORMAT, summary->n_thinned);
  /* Translators: a host, two instants, and a number of exchanges. */
  message = g_strdup_printf (_("the exchanges with %1$s from %2$s to %3$s are no longer kept (%4$s); --rollups writes what "
                               "remains of them"), summary->server, begin, end, count);
  ts_output_write_message (self->output, message);
  return TRUE;
}

static void
tell_partial (Export *self,
              const TsRowsSummary *summary)
{
  g_autofree char *begin = NULL, *message = NULL;

  if (summary->n_partial == 0)
    return;
  begin = format_time (summary->partial_begin_ns);
  /* Translators: a host, and an instant. */
  message = g_strdup_printf (_("the estimates with %1$s from %2$s on do without earlier exchanges, which are no longer kept or "
                               "cannot be read"), summary->server, begin);
  ts_output_write_message (self->output, message);
}

static int
export (Export *self,
        const char *path)
{
  const Options *options = self->options;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) summaries = NULL;
  gboolean is_whole = TRUE, is_thinned = FALSE;

  if (!options->writes_json)
    ts_record_text_append_head (self->text);
  summaries = ts_rows_read (path, options->server, options->from_ns, options->to_ns, take_row, self, &error);
  if (summaries == NULL)
    {
      ts_output_write_message (self->output, error->message);
      return EXIT_NOT_EXPORTED;
    }
  write_part (self);
  for (guint i = 0; i < summaries->len; i++)
    {
      const TsRowsSummary *summary = summaries->pdata[i];

      is_whole = is_whole && summary->n_damaged == 0;
      is_thinned = tell_thinned (self, summary) || is_thinned;
      tell_partial (self, summary);
    }
  if (!is_whole)
    ts_output_write_message (self->output, _("damaged parts of the file are left out"));
  if (!ts_output_end (self->output) || !is_whole)
    return EXIT_NOT_EXPORTED;
  return is_thinned ? EXIT_THINNED : EXIT_SUCCESS;
}

/* @text: (nullable): a time in ISO 8601, or its date alone; without a zone, in that of this computer
 * @at_ns: left alone without a text
 *
 * Returns: whether it is one */
static gboolean
parse_time (const char *option,
            const char *text,
            gint64 *at_ns,
            GError **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *whole = NULL;
  g_autoptr (GDateTime) time = NULL;

  if (text == NULL)
    return TRUE;
  whole = g_strconcat (text, strchr (text, 'T') == NULL ? "T00:00:00" : "", NULL);
  time = g_date_time_new_from_iso8601 (whole, zone);
  if (time == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("%s: “%s” is not a time such as 2026-11-30T12:00:00 or 2026-11-30"), option, text);
      return FALSE;
    }
  *at_ns = g_date_time_to_unix (time) * TS_NS_PER_S + g_date_time_get_microsecond (time) * TS_NS_PER_US;
  return TRUE;
}

/**
 * ts_export_command_run:
 * @argc: the number of words
 * @argv: (array length=argc): the command's name, its options and the file
 * @output: where to write
 *
 * Returns: the exit status: 1 if the file could not be read whole, 3 if it no longer has some exchanges of the range
 */
int
ts_export_command_run (int argc,
                       char *argv[],
                       TsOutput *output)
{
  static const char *const formats[] = { "csv", "json", NULL };
  g_auto (GStrv) words = ts_arguments_detach_values (argc, argv, "sf");
  g_auto (Options) options = { .from_ns = G_MININT64, .to_ns = G_MAXINT64 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Export self = { &options, output, text };

  if (!parse_words (&options, &words, &error) ||
      !parse_time ("--from", options.from, &options.from_ns, &error) ||
      !parse_time ("--to", options.to, &options.to_ns, &error) ||
      !ts_arguments_parse_choice ("--format", options.format, formats, &options.writes_json, &error))
    {
      ts_output_write_usage_error (output, error);
      return EXIT_USAGE;
    }
  if (options.text != NULL)
    return ts_output_write_information (output, options.text) ? EXIT_SUCCESS : EXIT_NOT_EXPORTED;
  return options.writes_rollups ? export_rollups (&self, words[1]) : export (&self, words[1]);
}
