/* ts-client: measures how far apart two clocks are, for terminals and scripts.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ts-locale.h"
#include "ts-monitor.h"
#include "ts-report.h"
#include "ts-schedule.h"
#include "ts-time.h"

enum
{
  EXIT_NOT_MEASURED = 1,
  EXIT_USAGE = 2,
};

/* Between the samples of --count, where --interval says nothing. */
#define COUNT_INTERVAL_S 0.1

/* What no option's value can be. */
#define NOT_GIVEN G_MININT

typedef struct
{
  int port;          /* or NOT_GIVEN, as the next two */
  int count;
  double interval_s;
  double timeout_s;
  gboolean watches;
  gboolean writes_json;
  gboolean shows_version;
  char *tls_ca; /* (nullable) */
} Options;

typedef struct
{
  const Options *options;
  TsProbe *probe;
  TsMonitor *monitor;
  TsClock *clock;
  GMainLoop *loop;
  TsSample best;
  gboolean has_sample;
  gboolean is_output_broken;
  int n_left; /* exchanges until the end; -1: no end */
  char *last_message;
} Client;

static gboolean
check_options (const Options *options,
               GError **error)
{
  double min_s = (double) TS_SCHEDULE_MIN_INTERVAL_NS / TS_NS_PER_S;
  double max_s = (double) TS_SCHEDULE_MAX_INTERVAL_NS / TS_NS_PER_S;

  if (options->port != NOT_GIVEN && (options->port < 1 || options->port > G_MAXUINT16))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("port %d is not a number from 1 to 65535"), options->port);
  else if (!(options->timeout_s >= 0.001 && options->timeout_s <= 3600))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("timeout %g is not from 0.001 to 3600 seconds"), options->timeout_s);
  else if (options->interval_s != NOT_GIVEN && !(options->interval_s >= min_s && options->interval_s <= max_s))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("interval %g is not from %g to %g seconds"), options->interval_s, min_s, max_s);
  else if (options->count != NOT_GIVEN && options->count < 1)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("count %d is not a number from 1 on"), options->count);
  else
    return TRUE;
  return FALSE;
}

static gboolean
parse_options (int *argc,
               char ***argv,
               Options *options,
               GError **error)
{
  const GOptionEntry entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_INT, &options->port, N_("The server’s port, 10085 by default"), N_("PORT") },
    { "timeout", 't', 0, G_OPTION_ARG_DOUBLE, &options->timeout_s,
      N_("Give up connecting, or waiting for an answer, after so many seconds; 5 by default"), N_("SECONDS") },
    { "count", 'c', 0, G_OPTION_ARG_INT, &options->count, N_("Take N samples and report the best"), N_("N") },
    { "watch", 'w', 0, G_OPTION_ARG_NONE, &options->watches,
      N_("Show each sample, until interrupted, then a summary"), NULL },
    { "interval", 'i', 0, G_OPTION_ARG_DOUBLE, &options->interval_s,
      N_("Seconds between samples; 1 by default, 0.1 for --count"), N_("SECONDS") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &options->writes_json,
      N_("Write a JSON object, or one per line with --watch"), NULL },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &options->tls_ca,
      N_("Trust the certificates of FILE (PEM) for timesyncs://, instead of the system’s"), N_("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->shows_version, N_("Show the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("[HOST]"));

  g_option_context_set_summary (context, _("Measures how far this computer’s clock is from the clock of HOST.\n"
                                           "HOST is a name or address, with or without a port; localhost by default."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 2)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("unexpected argument “%s”"), (*argv)[2]);
      return FALSE;
    }
  return check_options (options, error);
}

static void
write_message (Client *self,
               const char *message)
{
  /* The same failure over and over is told once. */
  if (g_strcmp0 (message, self->last_message) == 0)
    return;
  g_printerr ("ts-client: %s\n", message);
  g_free (self->last_message);
  self->last_message = g_strdup (message);
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

      write_message (self, message);
    }
  g_main_loop_quit (self->loop);
}

static void
count_exchange (Client *self)
{
  if (self->n_left > 0 && --self->n_left == 0)
    g_main_loop_quit (self->loop);
}

static void
got_sample (TsMonitor *monitor,
            const TsSample *sample,
            gpointer user_data)
{
  Client *self = user_data;

  g_clear_pointer (&self->last_message, g_free);
  if (!self->has_sample || sample->delay_ns < self->best.delay_ns)
    self->best = *sample;
  self->has_sample = TRUE;
  if (self->options->watches)
    {
      g_autofree char *text = self->options->writes_json ? ts_report_json (sample, self->probe)
                                                         : ts_report_line (sample);

      write_out (self, text);
    }
  count_exchange (self);
}

static void
got_failure (TsMonitor *monitor,
             const GError *error,
             gpointer user_data)
{
  Client *self = user_data;

  if (self->options->watches && self->options->writes_json)
    {
      g_autofree char *text = ts_report_failure (error, self->probe);

      write_out (self, text);
    }
  else
    write_message (self, error->message);
  count_exchange (self);
}

static gboolean
interrupted (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
report (Client *self)
{
  g_autofree char *text = NULL;

  if (self->options->watches && self->options->writes_json)
    return;
  if (self->options->watches)
    text = ts_report_summary (ts_monitor_get_history (self->monitor), self->has_sample ? &self->best : NULL);
  else if (!self->has_sample)
    return;
  else if (self->options->writes_json)
    text = ts_report_json (&self->best, self->probe);
  else
    text = ts_report_text (&self->best, self->probe, ts_clock_get_now_ns (self->clock));
  write_out (self, text);
}

static double
choose_interval_s (const Options *options)
{
  if (options->interval_s != NOT_GIVEN)
    return options->interval_s;
  return options->watches ? 1 : COUNT_INTERVAL_S;
}

/* Returns: (nullable): whom to trust; %NULL: those whom the system trusts, unless @error is set */
static GTlsDatabase *
load_trust (const Options *options,
            const TsAddress *target,
            GError **error)
{
  g_autolist (GTlsCertificate) certificates = NULL;
  g_autofree char *path = NULL;
  GError *reason = NULL;

  if (options->tls_ca == NULL)
    return NULL;
  /* Who names an authority wants to be sure of the server. */
  if (target->scheme != TS_SCHEME_TIMESYNCS)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _("--tls-ca needs an address that begins with timesyncs://"));
      return NULL;
    }
  certificates = g_tls_certificate_list_new_from_file (options->tls_ca, &reason);
  if (certificates == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s holds no certificate that can be read: %s"),
                   options->tls_ca, reason != NULL ? reason->message : _("it is no PEM file"));
      g_clear_error (&reason);
      return NULL;
    }
  path = g_canonicalize_filename (options->tls_ca, NULL);
  return g_tls_file_database_new (path, error);
}

static int
measure (const Options *options,
         const TsAddress *target,
         GTlsDatabase *trust)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (GError) error = NULL;
  g_autoptr (TsProbe) probe =
    ts_probe_new_trusting (target, llround (options->timeout_s * TS_NS_PER_S), clock, trust, &error);
  g_autoptr (TsMonitor) monitor = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  Client self = { .options = options, .probe = probe, .clock = clock };

  if (probe == NULL)
    {
      write_message (&self, error->message);
      g_free (self.last_message);
      return EXIT_NOT_MEASURED;
    }

  self.loop = loop = g_main_loop_new (NULL, FALSE);
  self.monitor = monitor = ts_monitor_new (probe, clock);
  self.n_left = options->count != NOT_GIVEN ? options->count : options->watches ? -1 : 1;
  g_signal_connect (monitor, "sample", G_CALLBACK (got_sample), &self);
  g_signal_connect (monitor, "failure", G_CALLBACK (got_failure), &self);
  g_unix_signal_add (SIGINT, interrupted, loop);
  g_unix_signal_add (SIGTERM, interrupted, loop);

  ts_monitor_set_interval_ns (monitor, llround (choose_interval_s (options) * TS_NS_PER_S));
  ts_monitor_start (monitor);
  g_main_loop_run (loop);

  ts_monitor_stop (monitor);
  report (&self);
  g_free (self.last_message);
  return self.has_sample && !self.is_output_broken ? EXIT_SUCCESS : EXIT_NOT_MEASURED;
}

int
main (int argc,
      char *argv[])
{
  Options options = { .port = NOT_GIVEN, .count = NOT_GIVEN, .interval_s = NOT_GIVEN, .timeout_s = 5 };
  g_autofree char *tls_ca = NULL;
  g_autoptr (TsAddress) target = NULL;
  g_autoptr (GTlsDatabase) trust = NULL;
  g_autoptr (GError) error = NULL;

  ts_locale_init ();

  if (parse_options (&argc, &argv, &options, &error) && !options.shows_version)
    target = ts_address_parse (argc > 1 ? argv[1] : "localhost", &error);
  tls_ca = options.tls_ca;
  if (target != NULL)
    trust = load_trust (&options, target, &error);
  if (error != NULL)
    {
      g_printerr (_("ts-client: %s\nTry “ts-client --help”.\n"), error->message);
      return EXIT_USAGE;
    }
  if (options.shows_version)
    {
      g_print ("ts-client %s\n", TS_VERSION);
      return EXIT_SUCCESS;
    }
  if (options.port != NOT_GIVEN)
    target->port = (guint16) options.port;
  return measure (&options, target, trust);
}
