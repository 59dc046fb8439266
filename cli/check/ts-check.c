/* `ts-client check`: a plugin for monitoring, by the Monitoring Plugins guidelines.
 *
 * https://www.monitoring-plugins.org/doc/guidelines.html: one line on standard output, whatever happens, and an exit
 * status from 0 to 3. The status is 3 if nothing is known about the offset, and for --help.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "check/ts-check.h"

#include <glib/gi18n.h>

#include "check/ts-verdict.h"
#include "measure/ts-schedule.h"
#include "measure/ts-time.h"
#include "monitor/ts-monitor.h"
#include "net/ts-probe-factory.h"
#include "shared/ts-arguments.h"
#include "wire/ts-ntp-packet.h"

#define DEFAULT_COUNT       8
#define DEFAULT_DEADLINE_NS (10 * TS_NS_PER_S)
#define MAX_DEADLINE_S      3600.0

/* Between exchanges. Servers that must not be asked so often are asked less often. */
#define INTERVAL_NS TS_SCHEDULE_MIN_INTERVAL_NS

/* What the user wants. Each text is nullable. */
typedef struct
{
  char *warning;
  char *critical;
  char *undecided;
  char *port;
  char *timeout;
  char *count_text;
  char *tls_ca;
  TsCheckRules rules;
  gint64 deadline_ns;
  int count;
  GPtrArray *targets;  /* (element-type TsAddress): one */
  GTlsDatabase *trust; /* (nullable) */
  char *text;          /* (nullable): the help or the version, to be written instead */
} Options;

typedef struct
{
  const Options *options;
  TsOutput *output;
  TsMonitor *monitor;
  GMainLoop *loop;
  int n_left;
} Check;

static void
options_clear (Options *options)
{
  g_free (options->warning);
  g_free (options->critical);
  g_free (options->undecided);
  g_free (options->port);
  g_free (options->timeout);
  g_free (options->count_text);
  g_free (options->tls_ca);
  g_free (options->text);
  g_clear_pointer (&options->targets, g_ptr_array_unref);
  g_clear_object (&options->trust);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_words (Options *options,
             char ***words,
             GError **error)
{
  const GOptionEntry entries[] = {
    { "warning", 'w', 0, G_OPTION_ARG_STRING, &options->warning,
      N_("Warn of offsets outside RANGE: 10ms (either way), -5ms:10ms, ~:5ms; inside with @"), N_("RANGE") },
    { "critical", 'c', 0, G_OPTION_ARG_STRING, &options->critical,
      N_("Like --warning, for critical offsets"), N_("RANGE") },
    { "undecided", 0, 0, G_OPTION_ARG_STRING, &options->undecided,
      N_("Status if the proven interval is partly inside: ok (default), warning or unknown"), N_("STATUS") },
    { "port", 'p', 0, G_OPTION_ARG_STRING, &options->port,
      N_("The server’s port (default: 10085, or 123 for ntp://)"), N_("PORT") },
    { "timeout", 't', 0, G_OPTION_ARG_STRING, &options->timeout,
      N_("End after SECONDS, whatever is still missing (default: 10)"), N_("SECONDS") },
    { "count", 0, 0, G_OPTION_ARG_STRING, &options->count_text,
      N_("Ask up to N times while the verdict is not decided (default: 8)"), N_("N") },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_ca,
      N_("Trust the certificates of FILE (PEM) for timesyncs://, instead of the system’s"), N_("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("HOST"));

  g_option_context_set_summary (context, _("Checks for monitoring whether HOST’s clock is certainly within limits.\n"
                                           "The exit status is 0 (ok), 1 (warning), 2 (critical) or 3 (unknown)."));
  return ts_arguments_parse_options (context, entries, 'V', words, &options->text, error);
}

static gboolean
parse_undecided (Options *options,
                 GError **error)
{
  static const char *const names[] = { "ok", "warning", "unknown", NULL };
  static const TsCheckStatus statuses[] = { TS_CHECK_OK, TS_CHECK_WARNING, TS_CHECK_UNKNOWN };
  int choice = 0;

  if (!ts_arguments_parse_choice ("--undecided", options->undecided, names, &choice, error))
    return FALSE;
  options->rules.undecided = statuses[choice];
  return TRUE;
}

/* @text: (nullable): none was given
 * @range: left alone without a text */
static gboolean
parse_range (const char *option,
             const char *text,
             TsRange *range,
             GError **error)
{
  if (text == NULL || ts_range_parse (range, text, error))
    return TRUE;
  g_prefix_error (error, "%s: ", option);
  return FALSE;
}

static gboolean
parse_options (Options *options,
               int argc,
               char **argv,
               GError **error)
{
  g_auto (GStrv) words = ts_arguments_detach_values (argc, argv, "wcpt");
  TsCheckRules *rules = &options->rules;
  int port = 0;

  options->deadline_ns = DEFAULT_DEADLINE_NS;
  options->count = DEFAULT_COUNT;
  if (!parse_words (options, &words, error))
    return FALSE;
  if (options->text != NULL)
    return TRUE;
  rules->has_warning = options->warning != NULL;
  rules->has_critical = options->critical != NULL;
  return parse_range ("--warning", options->warning, &rules->warning, error) &&
         parse_range ("--critical", options->critical, &rules->critical, error) &&
         parse_undecided (options, error) &&
         ts_arguments_parse_number ("--port", options->port, G_MAXUINT16, &port, error) &&
         ts_arguments_parse_number ("--count", options->count_text, G_MAXINT, &options->count, error) &&
         ts_arguments_parse_duration ("--timeout", options->timeout, 0.001, MAX_DEADLINE_S, &options->deadline_ns,
                                      error) &&
         ts_arguments_expect_one (words, _("check takes exactly one host"), error) &&
         (options->targets = ts_arguments_parse_targets (words + 1, 1, port, error)) != NULL &&
         (options->tls_ca == NULL || (options->trust = ts_arguments_load_trust (options->tls_ca, error)) != NULL);
}

static void
count_exchange (Check *self)
{
  if (--self->n_left == 0)
    g_main_loop_quit (self->loop);
}

static void
got_sample (TsMonitor *monitor,
            const TsSample *sample,
            gpointer user_data)
{
  Check *self = user_data;
  TsEstimate estimate;
  gboolean is_decided;

  ts_monitor_get_estimate (monitor, sample->exchange.t4_ns, &estimate);
  ts_verdict_judge (&self->options->rules, &estimate, &is_decided);
  if (is_decided)
    g_main_loop_quit (self->loop);
  count_exchange (self);
}

static void
got_failure (TsMonitor *monitor,
             const GError *error,
             gpointer user_data)
{
  count_exchange (user_data);
}

static TsCheckStatus
write_unknown (TsOutput *output,
               const char *host,
               const char *reason)
{
  g_autofree char *line = ts_verdict_unknown (host, reason);

  ts_output_write (output, line);
  return TS_CHECK_UNKNOWN;
}

static TsCheckStatus
report (Check *self)
{
  const TsCheckRules *rules = &self->options->rules;
  const TsSample *sample = ts_monitor_get_last_sample (self->monitor);
  const GError *error = ts_monitor_get_error (self->monitor);
  g_autofree char *host = ts_monitor_get_address (self->monitor);
  g_autofree char *line = NULL;
  TsEstimate estimate;
  gboolean is_decided;

  if (sample == NULL)
    return write_unknown (self->output, NULL, error != NULL ? error->message : _("no exchange had ended"));
  if (sample->quality.is_known && sample->quality.leap == TS_LEAP_UNKNOWN)
    return write_unknown (self->output, host, _("the server’s clock is not synchronized"));
  ts_monitor_get_estimate (self->monitor, sample->exchange.t4_ns, &estimate);
  line = ts_verdict_describe (rules, host, &estimate,
                              ts_history_get_least_delay_ns (ts_monitor_get_history (self->monitor)));
  /* The status is unknown if the verdict could not be written. */
  return ts_output_write (self->output, line) ? ts_verdict_judge (rules, &estimate, &is_decided) : TS_CHECK_UNKNOWN;
}

static TsCheckStatus
check (const Options *options,
       TsOutput *output)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  /* Each step has half of the time, so that one lost packet does not decide. */
  g_autoptr (TsProbe) probe =
    ts_probe_new_trusting (options->targets->pdata[0], options->deadline_ns / 2, clock, options->trust);
  g_autoptr (TsMonitor) monitor = ts_monitor_new (probe, clock);
  Check self = { .options = options, .output = output, .monitor = monitor, .loop = loop, .n_left = options->count };

  ts_monitor_set_interval_ns (monitor, INTERVAL_NS);
  ts_monitor_set_punctual (monitor, TRUE);
  g_signal_connect (monitor, "sample", G_CALLBACK (got_sample), &self);
  g_signal_connect (monitor, "failure", G_CALLBACK (got_failure), &self);
  ts_monitor_start (monitor);
  ts_output_run (output, loop, options->deadline_ns);
  ts_monitor_stop (monitor);
  return report (&self);
}

/**
 * ts_check_run:
 * @argc: the number of words
 * @argv: (array length=argc): the command, its options and the host
 * @output: where to write
 *
 * Measures a host and writes a line for a monitoring system.
 *
 * Returns: the exit status, a #TsCheckStatus
 */
int
ts_check_run (int argc,
              char *argv[],
              TsOutput *output)
{
  g_auto (Options) options = { 0 };
  g_autoptr (GError) error = NULL;

  TsCheckStatus status;

  if (parse_options (&options, argc, argv, &error) && options.text != NULL)
    {
      ts_output_write_information (output, options.text);
      return TS_CHECK_UNKNOWN;
    }
  status = error != NULL ? write_unknown (output, NULL, error->message) : check (&options, output);
  /* Says so if the line could not be written. The status is unknown then. */
  ts_output_end (output);
  return status;
}
