/* ts-server: answers timestamp requests over TCP, and over UDP where asked.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/clock/ts-clock-quality.h"
#include "ts-descriptors.h"
#include "ts-locale.h"
#include "report/ts-clock-report.h"
#include "report/ts-log.h"
#include "report/ts-metrics.h"
#include "seal/ts-seal-key.h"
#include "settings/ts-certificate.h"
#include "settings/ts-options.h"
#include "ts-config-check.h"
#include "ts-server.h"
#include "ts-supervisor.h"
#include "wire/ts-wire.h"
#include "measure/ts-time.h"

#ifdef HAVE_LIBSOUP
#include "metrics/ts-http-endpoint.h"
#endif

enum
{
  EXIT_USAGE = 2,
};

/* How often the status is updated. */
#define STATUS_INTERVAL_S 10

/* Refusals are logged at most once in this period. */
#define REFUSALS_PERIOD_NS (60 * TS_NS_PER_S)

typedef struct
{
  const TsOptions *options;
  const TsSettings *settings; /* at the start; a reload does not change all of them */
  TsClock *clock;
  TsServer *server;
  GMainLoop *loop;
  TsLogLimit refusals_limit;
  TsCounters told;            /* the counts at the last message about refusals */
  guint n_told_clients;       /* the number of clients in the last status */
#ifdef HAVE_LIBSOUP
  TsHttpEndpoint *metrics; /* (nullable) */
#endif
  guint n_reloads;
  guint first_generation; /* the clock's at the start */
  TsClockReport clock_report;
} Program;

static void
print_error (const GError *error)
{
  ts_log_failure (error->message);
}

/* Warns if clients will reject the certificate in use. */
static void
log_certificate (Program *self,
                 const TsSettings *settings)
{
  g_autoptr (GTlsCertificate) certificate = ts_server_ref_certificate (self->server);
  g_autofree char *flaw = NULL;

  if (certificate == NULL)
    return;
  flaw = ts_certificate_describe_flaw (certificate, settings->tls_certificate, ts_clock_get_now_ns (self->clock));
  if (flaw != NULL)
    ts_log_event (G_LOG_LEVEL_WARNING, "certificate", NULL, flaw);
}

/* Returns: (transfer full): the server's status, in one line */
static char *
describe (Program *self)
{
  self->n_told_clients = ts_server_get_n_clients (self->server);
  return g_strdup_printf (_("Serving; connections: %u"), self->n_told_clients);
}

static gboolean
quit (gpointer user_data)
{
  Program *self = user_data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
log_reloaded (Program *self,
               const TsSettings *wanted)
{
  g_autofree char *fixed = ts_settings_describe_fixed (self->settings, wanted);
  g_autofree char *message = NULL;

  if (fixed != NULL)
    message = g_strdup_printf (_("loaded the new configuration, except for settings that need a restart: %s"), fixed);
  else
    message = g_strdup (_("loaded the new configuration"));
  ts_log_event (fixed != NULL ? G_LOG_LEVEL_WARNING : G_LOG_LEVEL_MESSAGE, "reloaded", NULL, message);
}

static gboolean
reload (gpointer user_data)
{
  Program *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TsSettings) wanted = NULL;
  g_autofree char *status = NULL;

  ts_supervisor_say_reloading ();
  wanted = ts_options_load_settings (self->options, &error);
  if (wanted != NULL && ts_server_reload (self->server, wanted, &error))
    {
      self->n_reloads++;
      log_reloaded (self, wanted);
      log_certificate (self, wanted);
      status = describe (self);
    }
  else
    {
      status = g_strdup_printf (_("kept the old configuration: %s"), error->message);
      ts_log_event (G_LOG_LEVEL_WARNING, "reload-failed", NULL, status);
    }
  ts_supervisor_say_ready (status);
  return G_SOURCE_CONTINUE;
}

/* @is_last: whether the program ends, so that no later message could include what this one leaves out */
static void
log_refusals (Program *self,
               gboolean is_last)
{
  TsCounters now = { 0 };
  g_autofree char *message = NULL;
  guint n_withheld;

  ts_server_get_counters (self->server, &now);
  message = ts_log_describe_refusals (&self->told, &now);
  /* The counts of the next message include what this one leaves out. */
  if (message == NULL ||
      (!is_last &&
       !ts_log_limit_admit (&self->refusals_limit, ts_clock_get_monotonic_ns (self->clock), &n_withheld)))
    return;
  ts_log_event (G_LOG_LEVEL_INFO, "refused", NULL, message);
  ts_server_log_refusals (self->server);
  self->told = now;
}

/* Returns: whether all threads are alive, so that the watchdog may be fed */
static gboolean
is_alive (gpointer user_data)
{
  Program *self = user_data;

  return ts_server_is_alive (self->server);
}

/* Tells the journal what runs, and with which settings. */
static void
log_start (Program *self)
{
  g_autofree char *message =
    g_strdup_printf (_("version %s; workers: %d; connections: at most %u"), TS_VERSION, self->settings->n_workers,
                     ts_server_get_max_clients (self->server));

  ts_log_event (G_LOG_LEVEL_INFO, "started", NULL, message);
}

static void
log_clock (Program *self)
{
  TsClockQuality quality;

  ts_clock_quality_read (&quality);
  ts_clock_report_update (&self->clock_report, ts_clock_get_generation (self->clock), &quality);
}

static gboolean
update_status (gpointer user_data)
{
  Program *self = user_data;

  log_clock (self);

  log_refusals (self, FALSE);
  if (ts_supervisor_is_listening () && ts_server_get_n_clients (self->server) != self->n_told_clients)
    {
      g_autofree char *status = describe (self);

      ts_supervisor_say_status (status);
    }
  return G_SOURCE_CONTINUE;
}

#ifdef HAVE_LIBSOUP
static void
answer_metrics (TsHttpRequest *request,
                gpointer user_data)
{
  Program *self = user_data;
  TsMetrics metrics = {
    .version = TS_VERSION,
    .n_connections = ts_server_get_n_clients (self->server),
    .max_connections = ts_server_get_max_clients (self->server),
    .n_steps = ts_clock_get_generation (self->clock) - self->first_generation,
    .n_reloads = self->n_reloads,
  };
  g_autoptr (GTlsCertificate) certificate = ts_server_ref_certificate (self->server);

  ts_server_get_counters (self->server, &metrics.counters);
  ts_clock_quality_read (&metrics.quality);
  if (certificate != NULL)
    metrics.certificate_end_s = ts_certificate_get_end_s (certificate);
  ts_http_request_answer_metrics (request, ts_metrics_to_text (&metrics, ts_http_request_get_format (request)));
}

static const TsHttpRoute routes[] = {
  { "/metrics", FALSE, answer_metrics },
  { NULL },
};
#endif

static gboolean
start_metrics (Program *self,
               GError **error)
{
  if (self->settings->metrics == NULL)
    return TRUE;
#ifdef HAVE_LIBSOUP
  /* The settings allow nothing else, but metrics must stay on this computer even if the settings are wrong. */
  if (!ts_setting_text_check_metrics (self->settings->metrics, error))
    return FALSE;
  self->metrics = ts_http_endpoint_new (self->settings->metrics, routes, self, error);
  return self->metrics != NULL;
#else
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("this ts-server was built without metrics"));
  return FALSE;
#endif
}

/* Warns of settings that have no effect, because sockets were passed. */
static void
warn_of_overruled (Program *self,
                   gboolean has_tcp,
                   gboolean has_ntp)
{
  const TsSettings *settings = self->settings;
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *message = NULL;

  if (has_tcp && ts_settings_get_place (settings, "port") != NULL &&
      settings->port != ts_server_get_port (self->server))
    g_string_append (names, "port, ");
  if (has_tcp && settings->addresses != NULL)
    g_string_append (names, "address, ");
  if (has_ntp && settings->ntp != NULL)
    g_string_append (names, "ntp, ");
  if (names->len == 0)
    return;
  g_string_truncate (names, names->len - 2);
  message = g_strdup_printf (_("not used, because sockets were passed: %s"), names->str);
  ts_log_event (G_LOG_LEVEL_WARNING, "overruled", NULL, message);
}

/* Warns of addresses that this computer does not have so far. */
static void
warn_of_absent (Program *self)
{
  g_auto (GStrv) addresses = ts_server_get_addresses (self->server);

  for (guint i = 0; addresses[i] != NULL; i++)
    {
      g_autofree char *message = NULL;

      if (ts_server_has_address (self->server, i))
        continue;
      message = g_strdup_printf (_("%s: this computer does not have the address so far"), addresses[i]);
      ts_log_event (G_LOG_LEVEL_WARNING, "address-absent", NULL, message);
    }
}

/* Takes the sockets that were opened for this program, or opens its own. */
static gboolean
listen_somewhere (Program *self,
                  GError **error)
{
  guint n_sockets = ts_supervisor_take_sockets ();
  gboolean has_tcp;

  for (guint i = 0; i < n_sockets; i++)
    if (!ts_server_adopt (self->server, (int) (TS_SUPERVISOR_FIRST_FD + i), error))
      return FALSE;
  has_tcp = ts_server_is_listening (self->server);
  warn_of_overruled (self, has_tcp, ts_server_has_ntp_sockets (self->server));
  return has_tcp || ts_server_listen (self->server, (const char *const *) self->settings->addresses,
                                      (guint16) self->settings->port, error);
}

static void
print_key (const TsSealKey *key)
{
  g_autofree char *text = ts_seal_key_to_string (ts_seal_key_get_public (key));
  g_autofree char *fingerprint = ts_seal_key_format_fingerprint (ts_seal_key_get_public (key));

  g_print ("signing key %s fingerprint %s\n", text, fingerprint);
}

static void
print_addresses (Program *self)
{
  g_auto (GStrv) addresses = ts_server_get_addresses (self->server);
  g_auto (GStrv) ntp_addresses = ts_server_get_ntp_addresses (self->server);

  for (gsize i = 0; addresses[i] != NULL; i++)
    g_print ("listening on %s\n", addresses[i]);
  for (gsize i = 0; ntp_addresses != NULL && ntp_addresses[i] != NULL; i++)
    g_print ("answering NTP on %s\n", ntp_addresses[i]);
  if (ts_server_get_seal_key (self->server) != NULL)
    print_key (ts_server_get_seal_key (self->server));
#ifdef HAVE_LIBSOUP
  if (self->metrics != NULL)
    {
      g_autofree char *address = ts_http_endpoint_get_address (self->metrics);

      g_print ("telling metrics on %s\n", address);
    }
#endif
}

/* Returns: the exit status of a program that only prints something */
static int
finish_output (void)
{
  g_autofree char *message = NULL;

  if (fflush (stdout) == 0 && !ferror (stdout))
    return EXIT_SUCCESS;
  message = g_strdup_printf (_("cannot write: %s"), g_strerror (errno));
  ts_log_failure (message);
  return EXIT_FAILURE;
}

static void
run (Program *self)
{
  g_autofree char *status = describe (self);
  guint status_id = g_timeout_add_seconds (STATUS_INTERVAL_S, update_status, self);
  guint watchdog_id = ts_supervisor_start_watchdog (is_alive, self);
  TsClockQuality quality;

  print_addresses (self);
  if (finish_output () != EXIT_SUCCESS)
    clearerr (stdout); /* because the server can serve even if the disk is full */
  log_start (self);
  ts_clock_quality_read (&quality);
  self->clock_report = (TsClockReport) { self->first_generation, quality.is_synchronized };
  warn_of_absent (self);
  log_certificate (self, self->settings);
  ts_supervisor_say_ready (status);
  g_main_loop_run (self->loop);
  ts_supervisor_say_stopping ();
  log_refusals (self, TRUE);
  g_source_remove (status_id);
  if (watchdog_id != 0)
    g_source_remove (watchdog_id);
}

/* Allows as many descriptors as possible, because each connection is one. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

/* Says if the kernel does not tell about the clock, as in some containers. Otherwise it would look as if nothing
 * disciplined the clock. */
static void
log_unreadable_quality (void)
{
  g_autofree char *message = NULL;
  TsClockQuality quality;

  ts_clock_quality_read (&quality);
  if (quality.read_error == 0)
    return;
  message = g_strdup_printf (_("the kernel does not tell whether the clock is synchronized: %s"),
                             g_strerror (quality.read_error));
  ts_log_event (G_LOG_LEVEL_WARNING, "clock-unknown", NULL, message);
}

static int
serve (const TsOptions *options,
       const TsSettings *settings)
{
  g_autoptr (TsClock) clock = ts_clock_new_system (0);
  g_autoptr (TsServer) server = ts_server_new (clock, settings);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Program self = { .options = options, .settings = settings, .clock = clock, .server = server, .loop = loop,
                   .first_generation = ts_clock_get_generation (clock),
                   .refusals_limit = { .n_max = 1, .period_ns = REFUSALS_PERIOD_NS } };
  gboolean is_up;

  /* Signals are handled before the server listens, so that a signal never kills a program that is known to be up. */
  g_unix_signal_add (SIGINT, quit, &self);
  g_unix_signal_add (SIGTERM, quit, &self);
  g_unix_signal_add (SIGHUP, reload, &self);

  is_up = listen_somewhere (&self, &error) && ts_server_start (server, &error) && start_metrics (&self, &error);
  if (is_up)
    {
      log_unreadable_quality ();
      run (&self);
    }
  else
    print_error (error);
#ifdef HAVE_LIBSOUP
  g_clear_pointer (&self.metrics, ts_http_endpoint_free);
#endif
  ts_server_stop (server);
  return is_up ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Writes a new key and prints its public key, which the operator gives to those who verify evidence. */
static int
make_signing_key (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsSealKey) key = NULL;

  if (ts_seal_key_make (path, &error))
    key = ts_seal_key_load (path, &error);
  if (key == NULL)
    {
      print_error (error);
      return EXIT_FAILURE;
    }
  print_key (key);
  return finish_output ();
}

static int
run_options (const TsOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsSettings) settings = ts_options_load_settings (options, &error);

  raise_descriptor_limit ();
  if (settings == NULL ||
      (options->checks_config && !ts_config_check (settings, g_get_real_time () * TS_NS_PER_US, &error)))
    {
      print_error (error);
      return EXIT_FAILURE;
    }
  if (options->checks_config)
    {
      g_print ("ok\n");
      return finish_output ();
    }
  return serve (options, settings);
}

int
main (int argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TsOptions) options = NULL;

  ts_descriptors_open_standard ();
  ts_locale_init ();
  ts_log_install ("ts-server");

  options = ts_options_parse (&argc, &argv, &error);
  if (options == NULL)
    {
      print_error (error);
      g_printerr (_("Try “ts-server --help”.\n"));
      return EXIT_USAGE;
    }
  if (options->shows_version)
    {
      g_print ("ts-server %s\n", TS_VERSION);
      return finish_output ();
    }
  if (options->help != NULL)
    {
      g_print ("%s", options->help);
      return finish_output ();
    }
  if (options->new_signing_key != NULL)
    return make_signing_key (options->new_signing_key);
  return run_options (options);
}
