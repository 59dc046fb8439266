/* The plain call of ts-client: measures hosts and writes the results.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-measure.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#include "evidence/ts-evidence-writer.h"
#include "live/ts-live-view.h"
#include "measure/ts-time.h"
#include "monitor/ts-ensemble.h"
#include "net/ts-probe-factory.h"
#include "record/ts-tap.h"
#include "ts-client-options.h"
#include "shared/ts-family-resolver.h"
#include "shared/ts-report.h"
#include "ts-table.h"

enum
{
  EXIT_NOT_MEASURED = 1,
  EXIT_USAGE = 2,
  EXIT_DISAGREEMENT = 3,
};

/* Between the samples of --count without --interval. */
#define COUNT_INTERVAL_NS (TS_NS_PER_S / 10)

typedef struct _Client Client;

/* One of the hosts. */
typedef struct
{
  Client *client;
  char *host;
  TsProbe *probe;
  TsMonitor *monitor;
  TsReport best; /* of the sample with the least delay */
  gboolean has_sample;
  int n_left;    /* exchanges until the end; -1: no end */
  GError *error; /* (nullable): why the last exchange failed */
  gint64 failed_ns;
  gboolean has_object; /* whether --watch has written anything about it */
  int n_within;        /* how many samples in a row are within the limit */
} Measurement;

struct _Client
{
  const TsClientOptions *options;
  TsOutput *output;
  TsClock *clock;
  GMainLoop *loop;
  GPtrArray *measurements;
  TsEnsemble *ensemble;
  TsRecorder *recorder; /* (nullable) */
  char *told_failure;   /* (nullable): the last failure of the recorder that was told */
  TsEvidenceWriter *evidence; /* (nullable) */
  TsLiveView *view; /* (nullable) */
  guint n_running;
  gboolean is_within; /* whether all hosts are within the limit */
};

/* Writes data. If that fails, the program ends. */
static void
write_out (Client *self,
           const char *text)
{
  gboolean was_broken = self->output->error != 0;

  if (self->options->is_quiet || ts_output_write (self->output, text) || was_broken)
    return;
  /* There is no message if the reader has gone, such as head, or if a signal came. */
  if (self->output->error != EPIPE && self->output->error != EINTR)
    ts_output_write_error (self->output);
  g_main_loop_quit (self->loop);
}

/* Writes text for people in the locale's charset, which may lack “±”. */
static void
write_text (Client *self,
            const char *text)
{
  const char *charset;
  g_autofree char *converted = NULL;

  if (g_get_charset (&charset))
    write_out (self, text);
  else if ((converted = g_convert (text, -1, charset, "UTF-8", NULL, NULL, NULL)) != NULL)
    write_out (self, converted);
  else
    {
      g_auto (GStrv) parts = g_strsplit (text, "±", -1);
      g_autofree char *plain = g_strjoinv ("+/-", parts);

      write_out (self, plain);
    }
}

/* Has the last exchange sealed, because nothing after the last seal is proven. */
static void
expect_last (Measurement *measurement)
{
  if (measurement->n_left == 1 && measurement->client->evidence != NULL)
    ts_witness_seal_each (TS_WITNESS (measurement->client->evidence));
}

static void
count_exchange (Measurement *measurement)
{
  if (measurement->n_left < 0 || --measurement->n_left > 0)
    {
      expect_last (measurement);
      return;
    }
  ts_monitor_stop (measurement->monitor);
  if (--measurement->client->n_running == 0)
    g_main_loop_quit (measurement->client->loop);
}

static gboolean
has_several (Client *self)
{
  return self->measurements->len > 1;
}

static const char *
get_verdict (Measurement *measurement)
{
  Client *self = measurement->client;

  if (!has_several (self))
    return NULL;
  return ts_selection_verdict_get_name (ts_ensemble_get_verdict (self->ensemble, measurement->monitor));
}

static void
write_row (Client *self,
           const TsTableRow *row)
{
  g_autofree char *line = ts_table_to_csv (row);

  write_out (self, line);
}

/* Writes a sample for --watch. */
static void
write_sample (Measurement *measurement,
              const TsReport *report)
{
  Client *self = measurement->client;
  g_autofree char *text = NULL;

  if (!self->options->watches)
    return;
  measurement->has_object = TRUE;
  if (self->view != NULL)
    ts_live_view_update (self->view);
  else if (self->options->writes_csv)
    write_row (self, &(TsTableRow) { .host = measurement->host, .report = report });
  else if (self->options->writes_json)
    write_out (self, text = ts_report_json (report));
  else
    write_text (self, text = ts_report_line (report, self->options->has_unit ? self->options->unit : TS_QUANTITY_MS));
}

/* Writes why an exchange failed. People see a reason only if it is new. */
static void
write_failure (Measurement *measurement,
               const GError *error,
               gboolean is_news)
{
  Client *self = measurement->client;
  g_autofree char *object = NULL;

  if (self->view != NULL)
    ts_live_view_update (self->view);
  else if (self->options->watches && self->options->writes_csv)
    write_row (self, &(TsTableRow) { .host = measurement->host, .error = error, .failed_ns = measurement->failed_ns });
  else if (self->options->watches && self->options->writes_json)
    write_out (self, object = ts_report_failure (error, measurement->failed_ns, measurement->probe));
  else if (is_news && !self->options->is_quiet)
    ts_output_write_message (self->output, error->message);
  measurement->has_object = TRUE;
}

/* Ends the program when each host is certainly within the limit. */
static void
note_within (Measurement *measurement,
             const TsEstimate *estimate)
{
  Client *self = measurement->client;
  gint64 limit_ns = self->options->within_ns;

  if (limit_ns < 0)
    return;
  if (estimate->proven_min_ns >= -limit_ns && estimate->proven_max_ns <= limit_ns)
    measurement->n_within++;
  else
    measurement->n_within = 0;
  for (guint i = 0; i < self->measurements->len; i++)
    if (((Measurement *) self->measurements->pdata[i])->n_within < self->options->within_samples)
      return;
  self->is_within = TRUE;
  g_main_loop_quit (self->loop);
}

static void
got_sample (TsMonitor *monitor,
            const TsSample *sample,
            gpointer user_data)
{
  Measurement *measurement = user_data;
  Client *self = measurement->client;
  TsReport report = {
    .sample = *sample,
    .probe = measurement->probe,
    .event = ts_monitor_get_last_event (monitor, NULL),
  };

  g_clear_error (&measurement->error);
  ts_monitor_get_estimate (monitor, ts_clock_get_now_ns (self->clock), &report.estimate);
  report.host = has_several (self) ? measurement->host : NULL;
  report.verdict = get_verdict (measurement);
  /* Samples from before a step are of another offset. */
  if (!measurement->has_sample || report.event != TS_CLOCK_EVENT_NONE ||
      sample->delay_ns < measurement->best.sample.delay_ns)
    measurement->best = report;
  measurement->has_sample = TRUE;
  write_sample (measurement, &report);
  note_within (measurement, &report.estimate);
  count_exchange (measurement);
}

static void
got_failure (TsMonitor *monitor,
             const GError *error,
             gpointer user_data)
{
  Measurement *measurement = user_data;
  Client *self = measurement->client;

  gboolean is_news = measurement->error == NULL || g_strcmp0 (error->message, measurement->error->message) != 0;

  g_clear_error (&measurement->error);
  measurement->error = g_error_copy (error);
  measurement->failed_ns = ts_clock_get_now_ns (self->clock);
  measurement->n_within = 0;
  write_failure (measurement, error, is_news);
  count_exchange (measurement);
}

/* Gives a reason if there is neither a sample nor an error, and says it, because no failure was told. */
static void
take_reason (Measurement *measurement)
{
  g_autofree char *message = NULL;

  if (measurement->has_sample || measurement->error != NULL)
    return;
  measurement->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("no exchange had ended"));
  measurement->failed_ns = ts_clock_get_now_ns (measurement->client->clock);
  if (measurement->client->options->is_quiet)
    return;
  message = g_strdup_printf ("%s: %s", measurement->host, measurement->error->message);
  ts_output_write_message (measurement->client->output, message);
}

static TsTableRow
make_row (Measurement *measurement)
{
  return (TsTableRow) {
    .host = measurement->host,
    .report = measurement->has_sample ? &measurement->best : NULL,
    .error = measurement->error,
    .failed_ns = measurement->failed_ns,
  };
}

static void
report_one (Measurement *measurement)
{
  Client *self = measurement->client;
  TsReport *best = measurement->has_sample ? &measurement->best : NULL;
  TsTableRow row = make_row (measurement);
  g_autofree char *text = NULL;

  if (self->options->writes_csv)
    write_row (self, &row);
  else if (self->options->writes_json && best != NULL)
    write_out (self, text = ts_report_json (best));
  else if (self->options->writes_json)
    write_out (self, text = ts_report_failure (row.error, row.failed_ns, measurement->probe));
  else if (self->options->watches)
    write_out (self,
               text = ts_report_summary (measurement->monitor, has_several (self) ? measurement->host : NULL, best));
  else if (best != NULL)
    write_out (self, text = ts_report_text (best, ts_clock_get_now_ns (self->clock)));
}

static void
report_table (Client *self)
{
  g_autofree TsTableRow *rows = g_new (TsTableRow, self->measurements->len);
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->measurements->len; i++)
    rows[i] = make_row (self->measurements->pdata[i]);
  write_out (self, text = ts_table_to_text (rows, self->measurements->len, self->options->unit));
}

static void
report_selection (Client *self)
{
  g_autofree TsReportVerdict *verdicts = g_new0 (TsReportVerdict, self->measurements->len);
  const TsSelection *selection = ts_ensemble_get_selection (self->ensemble);
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->measurements->len; i++)
    {
      Measurement *measurement = self->measurements->pdata[i];

      verdicts[i] = (TsReportVerdict) {
        .host = measurement->host,
        .is_measured = measurement->has_sample,
        .verdict = ts_ensemble_get_verdict (self->ensemble, measurement->monitor),
      };
    }
  text = self->options->writes_json ? ts_report_selection_json (selection, verdicts, self->measurements->len)
                                    : ts_report_selection (selection, verdicts, self->measurements->len);
  write_out (self, text);
}

/* Takes the estimates as of now, and the verdicts on the hosts. */
static void
update_measurements (Client *self)
{
  gint64 now_ns = ts_clock_get_now_ns (self->clock);

  ts_ensemble_judge (self->ensemble);
  for (guint i = 0; i < self->measurements->len; i++)
    {
      Measurement *measurement = self->measurements->pdata[i];

      take_reason (measurement);
      if (!measurement->has_sample)
        continue;
      ts_monitor_get_estimate (measurement->monitor, now_ns, &measurement->best.estimate);
      measurement->best.verdict = get_verdict (measurement);
    }
}

static void
report (Client *self)
{
  const TsClientOptions *options = self->options;
  gboolean is_for_programs = options->writes_json || options->writes_csv;

  update_measurements (self);
  /* A program that watched knows everything already, except for hosts about which nothing was written. */
  if (has_several (self) && !options->watches && !is_for_programs)
    report_table (self);
  else
    for (guint i = 0; i < self->measurements->len; i++)
      if (!options->watches || !is_for_programs || !((Measurement *) self->measurements->pdata[i])->has_object)
        report_one (self->measurements->pdata[i]);
  if (has_several (self) && !options->writes_csv)
    report_selection (self);
}

static int
get_exit_status (Client *self)
{
  gboolean do_all_agree = TRUE;

  if (self->options->within_ns >= 0)
    return self->is_within && self->output->error == 0 ? EXIT_SUCCESS : EXIT_NOT_MEASURED;
  for (guint i = 0; i < self->measurements->len; i++)
    {
      const Measurement *measurement = self->measurements->pdata[i];

      if (!measurement->has_sample)
        return EXIT_NOT_MEASURED;
      do_all_agree = do_all_agree &&
                     ts_ensemble_get_verdict (self->ensemble, measurement->monitor) == TS_SELECTION_AGREES;
    }
  if (self->output->error != 0)
    return EXIT_NOT_MEASURED;
  return has_several (self) && !do_all_agree ? EXIT_DISAGREEMENT : EXIT_SUCCESS;
}

static void
measurement_free (gpointer data)
{
  Measurement *measurement = data;

  ts_monitor_stop (measurement->monitor);
  g_clear_object (&measurement->monitor);
  g_clear_object (&measurement->probe);
  g_clear_error (&measurement->error);
  g_free (measurement->host);
  g_free (measurement);
}

/* Tells why nothing is recorded. The measurement goes on. */
static void
tell_recorder (Client *self)
{
  g_autoptr (GError) error = ts_recorder_get_error (self->recorder);
  g_autofree char *moved_to = ts_recorder_get_moved_to (self->recorder);
  g_autofree char *failure = NULL;

  if (error != NULL)
    failure = g_strdup_printf (_("not recording: %s"), error->message);
  else if (moved_to != NULL)
    failure = g_strdup_printf (_("the recording was damaged; it was moved to “%s”, and a new one begun"), moved_to);
  if (failure != NULL && g_strcmp0 (failure, self->told_failure) != 0)
    ts_output_write_message (self->output, failure);
  g_free (self->told_failure);
  self->told_failure = g_steal_pointer (&failure);
}

static void
start_recorder (Client *self)
{
  const TsRecorderSettings settings = { .path = self->options->record };

  self->recorder = ts_recorder_new (&settings, self->clock);
  g_signal_connect_swapped (self->recorder, "state-changed", G_CALLBACK (tell_recorder), self);
}

static void
stop_recorder (Client *self)
{
  if (self->recorder == NULL)
    return;
  ts_recorder_stop (self->recorder);
  tell_recorder (self);
  g_signal_handlers_disconnect_by_data (self->recorder, self);
  g_clear_object (&self->recorder);
  g_clear_pointer (&self->told_failure, g_free);
}

/* Returns: whether a variable of the environment is set and not empty */
static gboolean
is_set (const char *variable)
{
  const char *value = g_getenv (variable);

  return value != NULL && *value != '\0';
}

static gboolean
has_live_view (const TsClientOptions *options)
{
  return options->watches && !options->writes_json && !options->writes_csv && !options->is_quiet &&
         ts_live_view_is_possible ();
}

/* Gives the terminal back, and writes there why hosts fail. */
static void
end_view (Client *self)
{
  if (self->view == NULL)
    return;
  g_clear_pointer (&self->view, ts_live_view_free);
  for (guint i = 0; i < self->measurements->len; i++)
    {
      Measurement *measurement = self->measurements->pdata[i];

      if (measurement->error != NULL)
        ts_output_write_message (self->output, measurement->error->message);
    }
}

static void
add_measurement (Client *self,
                 const TsAddress *target)
{
  const TsClientOptions *options = self->options;
  gboolean goes_on = options->watches || options->within_ns >= 0;
  Measurement *measurement = g_new0 (Measurement, 1);

  g_ptr_array_add (self->measurements, measurement);
  measurement->client = self;
  measurement->host = ts_address_to_string (target);
  measurement->n_left = options->count > 0 ? options->count : goes_on ? -1 : 1;
  measurement->probe =
    ts_probe_new_speaking (target, options->protocol, options->timeout_ns, self->clock, options->trust);
  if (self->evidence != NULL)
    ts_probe_set_witness (measurement->probe, TS_WITNESS (self->evidence));
  expect_last (measurement);
  measurement->monitor = ts_monitor_new (measurement->probe, self->clock);
  /* The ensemble comes first, so that the verdict is there when the sample is written. */
  ts_ensemble_append (self->ensemble, measurement->monitor);
  g_signal_connect (measurement->monitor, "sample", G_CALLBACK (got_sample), measurement);
  if (self->recorder != NULL)
    ts_tap_monitor (measurement->monitor, self->recorder);
  g_signal_connect (measurement->monitor, "failure", G_CALLBACK (got_failure), measurement);
  if (self->view != NULL)
    ts_live_view_add (self->view, measurement->monitor);
  if (options->interval_ns > 0)
    ts_monitor_set_interval_ns (measurement->monitor, options->interval_ns);
  else if (!goes_on)
    ts_monitor_set_interval_ns (measurement->monitor, COUNT_INTERVAL_NS);
  /* There is no burst and no growing pause, so that --count 8 tries a dead host eight times. */
  ts_monitor_set_punctual (measurement->monitor, options->count > 0);
}

/* Returns: whether the evidence was written, if the user wants it */
static gboolean
close_evidence (Client *self)
{
  g_autoptr (GError) error = NULL;

  if (self->evidence == NULL || ts_evidence_writer_close (self->evidence, &error))
    return TRUE;
  ts_output_write_message (self->output, error->message);
  return FALSE;
}

static int
measure (const TsClientOptions *options,
         TsOutput *output)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsEvidenceWriter) evidence = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) measurements = g_ptr_array_new_with_free_func (measurement_free);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (TsEnsemble) ensemble = ts_ensemble_new ();
  Client self = {
    .options = options,
    .output = output,
    .clock = clock,
    .loop = loop,
    .measurements = measurements,
    .ensemble = ensemble,
  };

  if (options->evidence != NULL &&
      (evidence = ts_evidence_writer_new (options->evidence, "ts-client", clock, &error)) == NULL)
    {
      ts_output_write_message (output, error->message);
      return EXIT_NOT_MEASURED;
    }
  self.evidence = evidence;
  if (options->family != G_SOCKET_FAMILY_INVALID)
    ts_family_resolver_install (options->family);
  if (options->writes_csv)
    write_out (&self, ts_table_get_csv_header ());
  if (has_live_view (options))
    self.view = ts_live_view_new (output, options->unit, !options->has_no_color && !is_set ("NO_COLOR"));
  if (options->record != NULL)
    start_recorder (&self);
  for (guint i = 0; i < options->targets->len; i++)
    add_measurement (&self, options->targets->pdata[i]);
  self.n_running = measurements->len;
  for (guint i = 0; i < measurements->len; i++)
    ts_monitor_start (((Measurement *) measurements->pdata[i])->monitor);
  ts_output_run (output, loop, options->deadline_ns);

  for (guint i = 0; i < measurements->len; i++)
    ts_monitor_stop (((Measurement *) measurements->pdata[i])->monitor);
  end_view (&self);
  stop_recorder (&self);
  report (&self);
  return close_evidence (&self) ? get_exit_status (&self) : EXIT_NOT_MEASURED;
}

static int
add_token (const TsClientOptions *options,
           TsOutput *output)
{
  g_autoptr (GError) error = NULL;

  if (ts_evidence_writer_add_token (options->evidence, options->token, &error))
    return EXIT_SUCCESS;
  ts_output_write_message (output, error->message);
  return EXIT_NOT_MEASURED;
}

/**
 * ts_measure_run:
 * @argc: the number of words
 * @argv: (array length=argc): the program's name, its options and hosts
 * @output: where to write
 * @description: text for the help, below the options
 *
 * Measures hosts, once or repeatedly, and writes the results.
 *
 * Returns: the exit status
 */
int
ts_measure_run (int argc,
                char *argv[],
                TsOutput *output,
                const char *description)
{
  g_autoptr (GError) error = NULL;
  TsClientOptions options;
  int status;

  if (!ts_client_options_parse (&options, argc, argv, description, &error))
    {
      ts_output_write_usage_error (output, error);
      status = EXIT_USAGE;
    }
  else if (options.text != NULL)
    status = ts_output_write_information (output, options.text) ? EXIT_SUCCESS : EXIT_NOT_MEASURED;
  else if (options.token != NULL)
    status = add_token (&options, output);
  else
    status = measure (&options, output);
  ts_client_options_clear (&options);
  return status;
}
