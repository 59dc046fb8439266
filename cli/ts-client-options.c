/* What the user of ts-client wants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-client-options.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "measure/ts-schedule.h"
#include "measure/ts-time.h"

/* So many servers can be compared at a glance; the work grows with the square. */
#define MAX_TARGETS 64

#define DEFAULT_TIMEOUT_NS (5 * TS_NS_PER_S)
#define MAX_DEADLINE_S     (7 * 86400.0)

/* The options that take a value, as typed; (nullable) each. */
typedef struct
{
  char *port;
  char *count;
  char *interval;
  char *timeout;
  char *deadline;
  char *tls_ca;
  gboolean shows_version;
  gboolean shows_help;
} Arguments;

static void
arguments_clear (Arguments *arguments)
{
  g_free (arguments->port);
  g_free (arguments->count);
  g_free (arguments->interval);
  g_free (arguments->timeout);
  g_free (arguments->deadline);
  g_free (arguments->tls_ca);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

/* Decimal digits and nothing else: a nought in front does not make them octal.
 *
 * @text: (nullable): %NULL leaves @number alone */
static gboolean
parse_number (const char *option,
              const char *text,
              guint max,
              int *number,
              GError **error)
{
  guint64 value;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, max, &value, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s %s is not a whole number from 1 to %u"),
                   option, text, max);
      return FALSE;
    }
  *number = (int) value;
  return TRUE;
}

/* Decimal digits, with a full stop in every language.
 *
 * @text: (nullable): %NULL leaves @duration_ns alone */
static gboolean
parse_duration (const char *option,
                const char *text,
                double min_s,
                double max_s,
                gint64 *duration_ns,
                GError **error)
{
  double value_s = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  if (text == NULL)
    return TRUE;
  if (text[strspn (text, "0123456789.")] != '\0' || strchr (text, '.') != strrchr (text, '.') ||
      !(value_s >= min_s && value_s <= max_s))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s %s is not a number of seconds from %g to %g"),
                   option, text, min_s, max_s);
      return FALSE;
    }
  *duration_ns = llround (value_s * TS_NS_PER_S);
  return TRUE;
}

static gboolean
parse_targets (TsClientOptions *options,
               int port,
               const char *const *hosts,
               int n_hosts,
               GError **error)
{
  const char *const here[] = { "localhost" };

  if (n_hosts == 0)
    return parse_targets (options, port, here, 1, error);
  if (n_hosts > MAX_TARGETS)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("too many hosts: %d (at most %d)"),
                   n_hosts, MAX_TARGETS);
      return FALSE;
    }
  for (int i = 0; i < n_hosts; i++)
    {
      TsAddress *target = ts_address_parse (hosts[i], error);

      if (target == NULL)
        return FALSE;
      g_ptr_array_add (options->targets, target);
      if (port != 0 && target->has_port && target->port != port)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s has another port than --port %d"),
                       hosts[i], port);
          return FALSE;
        }
      if (port != 0)
        target->port = (guint16) port;
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

/* GOption takes "-c 5" and not "-c5".
 *
 * Returns: (transfer full): the words of @argv with the values of short options as words of their own */
static char **
detach_values (int argc,
               char **argv)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean has_ended = FALSE;

  for (int i = 0; i < argc; i++)
    {
      const char *word = argv[i];
      gsize n_flags = word[0] == '-' && word[1] != '-' ? strcspn (word, "pcit") : strlen (word);
      g_autofree char *head = NULL;

      has_ended = has_ended || g_str_equal (word, "--");
      if (i == 0 || has_ended || word[n_flags] == '\0' || word[n_flags + 1] == '\0')
        {
          g_strv_builder_add (builder, word);
          continue;
        }
      head = g_strndup (word, n_flags + 1);
      g_strv_builder_add (builder, head);
      g_strv_builder_add (builder, word + n_flags + 1);
    }
  return g_strv_builder_end (builder);
}

/* @words: (inout): those that are no options are left */
static gboolean
parse_words (TsClientOptions *options,
             Arguments *arguments,
             char ***words,
             GError **error)
{
  const GOptionEntry entries[] = {
    { "port", 'p', 0, G_OPTION_ARG_STRING, &arguments->port,
      N_("The server’s port (default: 10085, or 123 for ntp://)"), N_("PORT") },
    { "timeout", 't', 0, G_OPTION_ARG_STRING, &arguments->timeout,
      N_("Give up connecting, or waiting for an answer, after SECONDS (default: 5)"), N_("SECONDS") },
    { "deadline", 0, 0, G_OPTION_ARG_STRING, &arguments->deadline,
      N_("End after SECONDS, whatever is still missing"), N_("SECONDS") },
    { "count", 'c', 0, G_OPTION_ARG_STRING, &arguments->count,
      N_("Ask N times and report the best sample"), N_("N") },
    { "watch", 'w', 0, G_OPTION_ARG_NONE, &options->watches,
      N_("Show each sample, until interrupted, then a summary"), NULL },
    { "interval", 'i', 0, G_OPTION_ARG_STRING, &arguments->interval,
      N_("Seconds between samples (default: 1, or 0.1 for --count)"), N_("SECONDS") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &options->writes_json,
      N_("Write a JSON object, or one per line with --watch"), NULL },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &arguments->tls_ca,
      N_("Trust the certificates of FILE (PEM) for timesyncs://, instead of the system’s"), N_("FILE") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &arguments->shows_version, N_("Show the version"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &arguments->shows_help, N_("Show the options"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("[HOST…]"));

  g_option_context_set_summary (
    context, _("Measures how far this computer’s clock is from the clock of HOST.\n"
               "HOST is a name or address, with or without a port (default: localhost).\n"
               "With several hosts it also reports which of them agree."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  /* GLib's own help does not notice a full disk. */
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse_strv (context, words, error))
    return FALSE;
  if (arguments->shows_help)
    options->text = g_option_context_get_help (context, TRUE, NULL);
  else if (arguments->shows_version)
    options->text = g_strdup_printf ("ts-client %s\n", TS_VERSION);
  return TRUE;
}

/**
 * ts_client_options_parse:
 * @options: (out caller-allocates): the options; to be cleared even on failure
 * @argc: of main()
 * @argv: (array length=argc): of main()
 * @error: return location for a %G_OPTION_ERROR, or whatever is wrong with an address or a file
 *
 * Returns: whether all of them make sense
 */
gboolean
ts_client_options_parse (TsClientOptions *options,
                         int argc,
                         char **argv,
                         GError **error)
{
  const double min_s = (double) TS_SCHEDULE_MIN_INTERVAL_NS / TS_NS_PER_S;
  const double max_s = (double) TS_SCHEDULE_MAX_INTERVAL_NS / TS_NS_PER_S;
  g_auto (GStrv) words = detach_values (argc, argv);
  g_auto (Arguments) arguments = { 0 };
  int port = 0;

  *options = (TsClientOptions) {
    .targets = g_ptr_array_new_with_free_func ((GDestroyNotify) ts_address_free),
    .timeout_ns = DEFAULT_TIMEOUT_NS,
  };
  if (!parse_words (options, &arguments, &words, error))
    return FALSE;
  if (options->text != NULL)
    return TRUE;
  return parse_number ("--port", arguments.port, G_MAXUINT16, &port, error) &&
         parse_number ("--count", arguments.count, G_MAXINT, &options->count, error) &&
         parse_duration ("--timeout", arguments.timeout, 0.001, max_s, &options->timeout_ns, error) &&
         parse_duration ("--interval", arguments.interval, min_s, max_s, &options->interval_ns, error) &&
         parse_duration ("--deadline", arguments.deadline, 0.001, MAX_DEADLINE_S, &options->deadline_ns, error) &&
         parse_targets (options, port, (const char *const *) words + 1, (int) g_strv_length (words) - 1, error) &&
         load_trust (options, arguments.tls_ca, error);
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
  g_clear_pointer (&options->text, g_free);
}
