/* What the user of ts-client wants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-client-options.h"

#include <glib/gi18n.h>
#include <math.h>

#include "measure/ts-schedule.h"
#include "measure/ts-time.h"

/* What no option's value can be. */
#define NOT_GIVEN G_MININT

/* So many servers can be compared at a glance; the work grows with the square. */
#define MAX_TARGETS 64

typedef struct
{
  int port; /* or NOT_GIVEN, as the next two */
  int count;
  double interval_s;
  double timeout_s;
  char *tls_ca; /* (nullable) */
} Arguments;

static gboolean
check_arguments (const Arguments *arguments,
                 GError **error)
{
  double min_s = (double) TS_SCHEDULE_MIN_INTERVAL_NS / TS_NS_PER_S;
  double max_s = (double) TS_SCHEDULE_MAX_INTERVAL_NS / TS_NS_PER_S;

  if (arguments->port != NOT_GIVEN && (arguments->port < 1 || arguments->port > G_MAXUINT16))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("port %d is not a number from 1 to 65535"), arguments->port);
  else if (!(arguments->timeout_s >= 0.001 && arguments->timeout_s <= 3600))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("timeout %g is not from 0.001 to 3600 seconds"), arguments->timeout_s);
  else if (arguments->interval_s != NOT_GIVEN &&
           !(arguments->interval_s >= min_s && arguments->interval_s <= max_s))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("interval %g is not from %g to %g seconds"), arguments->interval_s, min_s, max_s);
  else if (arguments->count != NOT_GIVEN && arguments->count < 1)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("count %d is not a number from 1 on"), arguments->count);
  else
    return TRUE;
  return FALSE;
}

static gboolean
parse_targets (TsClientOptions *options,
               const Arguments *arguments,
               const char *const *hosts,
               int n_hosts,
               GError **error)
{
  const char *const here[] = { "localhost" };

  if (n_hosts == 0)
    return parse_targets (options, arguments, here, 1, error);
  if (n_hosts > MAX_TARGETS)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%d hosts are more than %d"), n_hosts,
                   MAX_TARGETS);
      return FALSE;
    }
  for (int i = 0; i < n_hosts; i++)
    {
      TsAddress *target = ts_address_parse (hosts[i], error);

      if (target == NULL)
        return FALSE;
      if (arguments->port != NOT_GIVEN)
        target->port = (guint16) arguments->port;
      g_ptr_array_add (options->targets, target);
    }
  return TRUE;
}

static gboolean
load_trust (TsClientOptions *options,
            const char *file,
            GError **error)
{
  g_autolist (GTlsCertificate) certificates = NULL;
  g_autofree char *path = NULL;
  GError *reason = NULL;

  if (file == NULL)
    return TRUE;
  /* Who names an authority wants to be sure of the server. */
  for (guint i = 0; i < options->targets->len; i++)
    if (((const TsAddress *) options->targets->pdata[i])->scheme != TS_SCHEME_TIMESYNCS)
      {
        g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                             _("--tls-ca needs an address that begins with timesyncs://"));
        return FALSE;
      }
  certificates = g_tls_certificate_list_new_from_file (file, &reason);
  if (certificates == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s holds no certificate that can be read: %s"),
                   file, reason != NULL ? reason->message : _("it is no PEM file"));
      g_clear_error (&reason);
      return FALSE;
    }
  path = g_canonicalize_filename (file, NULL);
  options->trust = g_tls_file_database_new (path, error);
  return options->trust != NULL;
}

static gboolean
parse_arguments (TsClientOptions *options,
                 Arguments *arguments,
                 int *argc,
                 char ***argv,
                 GError **error)
{
  const GOptionEntry entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_INT, &arguments->port,
      N_("The server’s port; by default 10085, or 123 for ntp://"), N_("PORT") },
    { "timeout", 't', 0, G_OPTION_ARG_DOUBLE, &arguments->timeout_s,
      N_("Give up connecting, or waiting for an answer, after so many seconds; 5 by default"), N_("SECONDS") },
    { "count", 'c', 0, G_OPTION_ARG_INT, &arguments->count, N_("Take N samples and report the best"), N_("N") },
    { "watch", 'w', 0, G_OPTION_ARG_NONE, &options->watches,
      N_("Show each sample, until interrupted, then a summary"), NULL },
    { "interval", 'i', 0, G_OPTION_ARG_DOUBLE, &arguments->interval_s,
      N_("Seconds between samples; 1 by default, 0.1 for --count"), N_("SECONDS") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &options->writes_json,
      N_("Write a JSON object, or one per line with --watch"), NULL },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &arguments->tls_ca,
      N_("Trust the certificates of FILE (PEM) for timesyncs://, instead of the system’s"), N_("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->shows_version, N_("Show the version"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("[HOST…]"));

  g_option_context_set_summary (
    context, _("Measures how far this computer’s clock is from the clock of HOST.\n"
               "HOST is a name or address, with or without a port; localhost by default.\n"
               "Of several hosts it also tells which agree, and who does not."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  return g_option_context_parse (context, argc, argv, error) && check_arguments (arguments, error);
}

/**
 * ts_client_options_parse:
 * @options: (out caller-allocates): the options; to be cleared even on failure
 * @argc: (inout): of main()
 * @argv: (inout): of main()
 * @error: return location for a %G_OPTION_ERROR, or whatever is wrong with an address or a file
 *
 * Returns: whether all of them make sense
 */
gboolean
ts_client_options_parse (TsClientOptions *options,
                         int *argc,
                         char ***argv,
                         GError **error)
{
  Arguments arguments = { .port = NOT_GIVEN, .count = NOT_GIVEN, .interval_s = NOT_GIVEN, .timeout_s = 5 };
  g_autofree char *tls_ca = NULL;
  gboolean is_parsed;

  *options = (TsClientOptions) {
    .targets = g_ptr_array_new_with_free_func ((GDestroyNotify) ts_address_free),
  };
  is_parsed = parse_arguments (options, &arguments, argc, argv, error);
  tls_ca = arguments.tls_ca;
  if (!is_parsed)
    return FALSE;
  options->count = arguments.count == NOT_GIVEN ? 0 : arguments.count;
  options->interval_ns = arguments.interval_s == NOT_GIVEN ? 0 : llround (arguments.interval_s * TS_NS_PER_S);
  options->timeout_ns = llround (arguments.timeout_s * TS_NS_PER_S);
  if (options->shows_version)
    return TRUE;
  return parse_targets (options, &arguments, (const char *const *) *argv + 1, *argc - 1, error) &&
         load_trust (options, tls_ca, error);
}

/**
 * ts_client_options_clear:
 * @options: options
 */
void
ts_client_options_clear (TsClientOptions *options)
{
  g_clear_pointer (&options->targets, g_ptr_array_unref);
  g_clear_object (&options->trust);
}
