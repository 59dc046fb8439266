/* ts-client: measures how far apart clocks are, for terminals and scripts.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>

#include "ts-client-options.h"
#include "ts-locale.h"
#include "ts-report.h"
#include "net/ts-probe-factory.h"
#include "measure/ts-time.h"

enum
{
  EXIT_NOT_MEASURED = 1,
  EXIT_USAGE = 2,
  EXIT_DISAGREEMENT = 3,
};

/* Between the samples of --count, where --interval says nothing. */
#define COUNT_INTERVAL_NS (TS_NS_PER_S / 10)

typedef struct _Client Client;

/* One of the hosts. */
typedef struct
{
  Client *client;
  char *host;
  TsProbe *probe;
  TsMonitor *monitor;
  TsReport best; /* of the least delay */
  gboolean has_sample;
  TsSelectionVerdict verdict;
  int n_left; /* exchanges until the end; -1: no end */
  char *last_message;
} Measurement;

struct _Client
{
  const TsClientOptions *options;
  TsClock *clock;
  GMainLoop *loop;
  GPtrArray *measurements;
  guint n_running;
  TsSelection selection;
  gboolean is_output_broken;
};

static void
write_message (const char *message)
{
  g_printerr ("ts-client: %s\n", message);
}

/* Writes data; once that cannot be written any more the work is over. */
static void
write_out (Client *self,
           const char *text)
{
  if (self->is_output_broken || (fputs (text, stdout) != EOF && fflush (stdout) == 0))
    return;
  self->is_output_broken = TRUE;
  /* Who reads no more, as head does, knows why. */
  if (errno != EPIPE)
    {
      g_autofree char *message = g_strdup_printf (_("cannot write: %s"), g_strerror (errno));

      write_message (message);
    }
  g_main_loop_quit (self->loop);
}

static void
count_exchange (Measurement *measurement)
{
  if (measurement->n_left < 0 || --measurement->n_left > 0)
    return;
  ts_monitor_stop (measurement->monitor);
  if (--measurement->client->n_running == 0)
    g_main_loop_quit (measurement->client->loop);
}

static gboolean
has_several (Client *self)
{
  return self->measurements->len > 1;
}

/* Compares what the hosts that have answered make us believe. */
static void
select_servers (Client *self)
{
  g_autofree TsClaim *claims = g_new (TsClaim, self->measurements->len);
  g_autofree TsSelectionVerdict *verdicts = g_new (TsSelectionVerdict, self->measurements->len);
  g_autofree Measurement **claimants = g_new (Measurement *, self->measurements->len);
  gint64 now_ns = ts_clock_get_now_ns (self->clock);
  gsize n_claims = 0;

  for (guint i = 0; i < self->measurements->len; i++)
    {
      Measurement *measurement = self->measurements->pdata[i];

      if (ts_monitor_get_claim (measurement->monitor, now_ns, &claims[n_claims]))
        claimants[n_claims++] = measurement;
    }
  self->selection = ts_selection_find (claims, n_claims, verdicts);
  for (gsize i = 0; i < n_claims; i++)
    claimants[i]->verdict = verdicts[i];
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

  g_clear_pointer (&measurement->last_message, g_free);
  ts_monitor_get_estimate (monitor, ts_clock_get_now_ns (self->clock), &report.estimate);
  if (has_several (self))
    {
      select_servers (self);
      report.host = measurement->host;
      report.verdict = ts_selection_verdict_get_name (measurement->verdict);
    }
  /* A sample from before a step tells of another offset. */
  if (!measurement->has_sample || report.event != TS_CLOCK_EVENT_NONE ||
      sample->delay_ns < measurement->best.sample.delay_ns)
    measurement->best = report;
  measurement->has_sample = TRUE;
  if (self->options->watches)
    {
      g_autofree char *text = self->options->writes_json ? ts_report_json (&report) : ts_report_line (&report);

      write_out (self, text);
    }
  count_exchange (measurement);
}

static void
got_failure (TsMonitor *monitor,
             const GError *error,
             gpointer user_data)
{
  Measurement *measurement = user_data;
  Client *self = measurement->client;

  if (self->options->watches && self->options->writes_json)
    {
      g_autofree char *text = ts_report_failure (error, measurement->probe);

      write_out (self, text);
    }
  else if (g_strcmp0 (error->message, measurement->last_message) != 0)
    {
      /* The same failure over and over is told once. */
      write_message (error->message);
      g_free (measurement->last_message);
      measurement->last_message = g_strdup (error->message);
    }
  count_exchange (measurement);
}

static gboolean
interrupted (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
report_one (Measurement *measurement)
{
  Client *self = measurement->client;
  gint64 now_ns = ts_clock_get_now_ns (self->clock);
  TsReport *best = &measurement->best;
  g_autofree char *text = NULL;

  if (measurement->has_sample)
    {
      ts_monitor_get_estimate (measurement->monitor, now_ns, &best->estimate);
      best->verdict = has_several (self) ? ts_selection_verdict_get_name (measurement->verdict) : NULL;
    }
  if (self->options->watches)
    text = ts_report_summary (measurement->monitor, has_several (self) ? measurement->host : NULL,
                              measurement->has_sample ? best : NULL);
  else if (!measurement->has_sample)
    return;
  else if (self->options->writes_json)
    text = ts_report_json (best);
  else
    text = ts_report_text (best, now_ns);
  write_out (self, text);
}

/* Returns: (transfer full): what the hosts that have answered are called, and the verdict on each */
static char **
list_claimants (Client *self,
                TsSelectionVerdict *verdicts)
{
  g_autoptr (GStrvBuilder) hosts = g_strv_builder_new ();
  gsize n_hosts = 0;

  for (guint i = 0; i < self->measurements->len; i++)
    {
      Measurement *measurement = self->measurements->pdata[i];

      if (!measurement->has_sample)
        continue;
      g_strv_builder_add (hosts, measurement->host);
      verdicts[n_hosts++] = measurement->verdict;
    }
  return g_strv_builder_end (hosts);
}

static void
report (Client *self)
{
  g_autofree TsSelectionVerdict *verdicts = g_new (TsSelectionVerdict, self->measurements->len);
  g_auto (GStrv) hosts = NULL;
  g_autofree char *text = NULL;

  if (has_several (self))
    select_servers (self);
  if (!self->options->watches || !self->options->writes_json)
    for (guint i = 0; i < self->measurements->len; i++)
      report_one (self->measurements->pdata[i]);
  if (!has_several (self))
    return;
  hosts = list_claimants (self, verdicts);
  text = self->options->writes_json
           ? ts_report_selection_json (&self->selection, verdicts, (const char *const *) hosts)
           : ts_report_selection (&self->selection, verdicts, (const char *const *) hosts);
  write_out (self, text);
}

static int
get_exit_status (Client *self)
{
  gboolean do_all_agree = TRUE;

  for (guint i = 0; i < self->measurements->len; i++)
    {
      const Measurement *measurement = self->measurements->pdata[i];

      if (!measurement->has_sample)
        return EXIT_NOT_MEASURED;
      do_all_agree = do_all_agree && measurement->verdict == TS_SELECTION_AGREES;
    }
  if (self->is_output_broken)
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
  g_free (measurement->last_message);
  g_free (measurement->host);
  g_free (measurement);
}

static void
add_measurement (Client *self,
                 const TsAddress *target)
{
  const TsClientOptions *options = self->options;
  Measurement *measurement = g_new0 (Measurement, 1);

  g_ptr_array_add (self->measurements, measurement);
  measurement->client = self;
  measurement->host = ts_address_to_string (target);
  measurement->n_left = options->count > 0 ? options->count : options->watches ? -1 : 1;
  measurement->probe = ts_probe_new_trusting (target, options->timeout_ns, self->clock, options->trust);
  measurement->monitor = ts_monitor_new (measurement->probe, self->clock);
  g_signal_connect (measurement->monitor, "sample", G_CALLBACK (got_sample), measurement);
  g_signal_connect (measurement->monitor, "failure", G_CALLBACK (got_failure), measurement);
  if (options->interval_ns > 0)
    ts_monitor_set_interval_ns (measurement->monitor, options->interval_ns);
  else if (!options->watches)
    ts_monitor_set_interval_ns (measurement->monitor, COUNT_INTERVAL_NS);
  /* Who wants three samples ten seconds apart does not want them at once. */
  ts_monitor_set_punctual (measurement->monitor, options->interval_ns > 0 && !options->watches);
}

static int
measure (const TsClientOptions *options)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (GPtrArray) measurements = g_ptr_array_new_with_free_func (measurement_free);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Client self = { .options = options, .clock = clock, .loop = loop, .measurements = measurements };

  for (guint i = 0; i < options->targets->len; i++)
    add_measurement (&self, options->targets->pdata[i]);
  g_unix_signal_add (SIGINT, interrupted, loop);
  g_unix_signal_add (SIGTERM, interrupted, loop);
  self.n_running = measurements->len;
  for (guint i = 0; i < measurements->len; i++)
    ts_monitor_start (((Measurement *) measurements->pdata[i])->monitor);
  g_main_loop_run (loop);

  for (guint i = 0; i < measurements->len; i++)
    ts_monitor_stop (((Measurement *) measurements->pdata[i])->monitor);
  report (&self);
  return get_exit_status (&self);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  TsClientOptions options;
  int status = EXIT_SUCCESS;

  ts_locale_init ();

  if (!ts_client_options_parse (&options, &argc, &argv, &error))
    {
      g_printerr (_("ts-client: %s\nTry “ts-client --help”.\n"), error->message);
      status = EXIT_USAGE;
    }
  else if (options.shows_version)
    g_print ("ts-client %s\n", TS_VERSION);
  else
    status = measure (&options);
  ts_client_options_clear (&options);
  return status;
}
