/* What the user of ts-client wants.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ts-client-options.h"

#include <glib/gi18n.h>

#include "measure/ts-schedule.h"
#include "measure/ts-time.h"
#include "shared/ts-arguments.h"
#include "shared/ts-quantity.h"

/* People can compare so many servers at a glance, and the work grows with the square of their number. */
#define MAX_TARGETS 64

#define DEFAULT_TIMEOUT_NS (5 * TS_NS_PER_S)
#define EVIDENCE_COUNT     8
#define MAX_DEADLINE_S     (7 * 86400.0)

/* The options that take a value, as typed. Each is nullable. */
typedef struct
{
  char *port;
  char *count;
  char *interval;
  char *timeout;
  char *deadline;
  char *tls_ca;
  char *protocol;
  char *unit;
  char *within;
  char *within_samples;
  gboolean is_ipv4;
  gboolean is_ipv6;
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
  g_free (arguments->protocol);
  g_free (arguments->unit);
  g_free (arguments->within);
  g_free (arguments->within_samples);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Arguments, arguments_clear)

/* @words: (inout): the words that are not options remain */
static gboolean
parse_words (TsClientOptions *options,
             Arguments *arguments,
             char ***words,
             const char *description,
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
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options->writes_csv,
      N_("Write lines of CSV: one for each host, or each sample with --watch"), NULL },
    { "unit", 'u', 0, G_OPTION_ARG_STRING, &arguments->unit,
      N_("Unit of tables and of --watch: auto, ns, us, ms or s"), N_("UNIT") },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->is_quiet,
      N_("Write nothing; the exit status is the result"), NULL },
    { "no-color", 0, 0, G_OPTION_ARG_NONE, &options->has_no_color,
      N_("Use no colors, as if NO_COLOR were set"), NULL },
    { "wait-until-within", 0, 0, G_OPTION_ARG_STRING, &arguments->within,
      N_("End as soon as the whole proven interval is within LIMIT, such as 10ms"), N_("LIMIT") },
    { "for", 0, 0, G_OPTION_ARG_STRING, &arguments->within_samples,
      N_("With --wait-until-within: in N samples in a row (default: 1)"), N_("N") },
    { "protocol", 0, 0, G_OPTION_ARG_STRING, &arguments->protocol,
      N_("Speak only framed, classic, tls or ntp (default: auto)"), N_("PROTOCOL") },
    { "ipv4", '4', 0, G_OPTION_ARG_NONE, &arguments->is_ipv4, N_("Use only IPv4 addresses"), NULL },
    { "ipv6", '6', 0, G_OPTION_ARG_NONE, &arguments->is_ipv6, N_("Use only IPv6 addresses"), NULL },
    { "record", 0, 0, G_OPTION_ARG_FILENAME, &options->record,
      N_("Record every exchange in FILE as well"), N_("FILE") },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &arguments->tls_ca,
      N_("Trust the certificates of FILE (PEM) for timesyncs://, instead of the system’s"), N_("FILE") },
    { "evidence", 0, 0, G_OPTION_ARG_FILENAME, &options->evidence,
      N_("Write evidence into FILE, sealed by servers that can seal"), N_("FILE") },
    { "timestamp-token", 0, 0, G_OPTION_ARG_FILENAME, &options->token,
      N_("Add this time-stamp token (RFC 3161) to the evidence, and measure nothing"), N_("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("[HOST…]"));

  g_option_context_set_summary (
    context, _("Measures how far this computer’s clock is from the clock of HOST.\n"
               "HOST is a name or address, with or without a port (default: localhost).\n"
               "With several hosts it also reports which of them agree."));
  g_option_context_set_description (context, description);
  return ts_arguments_parse_options (context, entries, 0, words, &options->text, error);
}

static gboolean
is_same_file (const char *one,
              const char *other)
{
  g_autofree char *path = g_canonicalize_filename (one, NULL);
  g_autofree char *other_path = g_canonicalize_filename (other, NULL);

  return g_str_equal (path, other_path);
}

/* Evidence takes several exchanges, because the t4 of each is sealed with the next one. */
static gboolean
check_evidence (TsClientOptions *options,
                gboolean has_hosts,
                GError **error)
{
  if (options->token != NULL && (options->evidence == NULL || has_hosts))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   _("--timestamp-token needs --evidence with an existing file, and no host"));
      return FALSE;
    }
  if (options->evidence != NULL && options->record != NULL && is_same_file (options->evidence, options->record))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("%s and %s name the same file"), "--record", "--evidence");
      return FALSE;
    }
  if (options->evidence != NULL && options->count == 0 && !options->watches)
    options->count = EVIDENCE_COUNT;
  return TRUE;
}

static gboolean
parse_protocol (const char *text,
                TsProtocol *protocol,
                GError **error)
{
  const char *names[TS_PROTOCOL_NTP + 2] = { "auto" };
  int choice = TS_PROTOCOL_UNKNOWN;

  for (TsProtocol i = TS_PROTOCOL_FRAMED; i <= TS_PROTOCOL_NTP; i++)
    names[i] = ts_protocol_get_name (i);
  if (!ts_arguments_parse_choice ("--protocol", text, names, &choice, error))
    return FALSE;
  *protocol = (TsProtocol) choice;
  return TRUE;
}

static gboolean
parse_unit (const char *text,
            TsQuantityUnit *unit,
            GError **error)
{
  static const char *const names[] = { "auto", "ns", "us", "ms", "s", NULL };
  int choice = TS_QUANTITY_AUTO;

  if (!ts_arguments_parse_choice ("--unit", text, names, &choice, error))
    return FALSE;
  *unit = (TsQuantityUnit) choice;
  return TRUE;
}

static gboolean
parse_within (TsClientOptions *options,
              const Arguments *arguments,
              GError **error)
{
  if (arguments->within != NULL &&
      (!ts_quantity_parse (arguments->within, &options->within_ns) || options->within_ns <= 0))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("--wait-until-within: “%s” is not a limit such as 10ms"), arguments->within);
      return FALSE;
    }
  if (arguments->within == NULL && arguments->within_samples != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("%s has no effect without %s"), "--for",
                   "--wait-until-within");
      return FALSE;
    }
  return ts_arguments_parse_number ("--for", arguments->within_samples, G_MAXINT, &options->within_samples, error);
}

/* Reads options that exclude each other, or whose value is one of a few words. */
static gboolean
parse_choices (TsClientOptions *options,
               const Arguments *arguments,
               GError **error)
{
  options->has_unit = arguments->unit != NULL;
  if ((options->writes_json && options->writes_csv) || (arguments->is_ipv4 && arguments->is_ipv6))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s and %s cannot be combined"),
                   arguments->is_ipv4 && arguments->is_ipv6 ? "--ipv4" : "--json",
                   arguments->is_ipv4 && arguments->is_ipv6 ? "--ipv6" : "--csv");
      return FALSE;
    }
  options->family = arguments->is_ipv4   ? G_SOCKET_FAMILY_IPV4
                    : arguments->is_ipv6 ? G_SOCKET_FAMILY_IPV6
                                         : G_SOCKET_FAMILY_INVALID;
  return parse_unit (arguments->unit, &options->unit, error) &&
         parse_protocol (arguments->protocol, &options->protocol, error) && parse_within (options, arguments, error);
}

/* Returns: whether GLib knows the address of @host without a resolver */
static gboolean
is_this_computer (const char *host)
{
  return g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}

/* Checks addresses and names of this computer, because no resolver, which would refuse them, looks them up. */
static gboolean
check_family (const TsClientOptions *options,
              GError **error)
{
  for (guint i = 0; options->family != G_SOCKET_FAMILY_INVALID && i < options->targets->len; i++)
    {
      TsAddress *target = options->targets->pdata[i];
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (target->host);

      if (is_this_computer (target->host))
        {
          g_free (target->host);
          target->host = g_strdup (options->family == G_SOCKET_FAMILY_IPV4 ? "127.0.0.1" : "::1");
        }
      if (address != NULL && g_inet_address_get_family (address) != options->family)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s excludes the address %s"),
                       options->family == G_SOCKET_FAMILY_IPV4 ? "--ipv4" : "--ipv6", target->host);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * ts_client_options_parse:
 * @options: (out caller-allocates): the options; to be cleared even on failure
 * @argc: of main()
 * @argv: (array length=argc): of main()
 * @description: text for the help, below the options
 * @error: return location for a %G_OPTION_ERROR, or for what is wrong with an address or a file
 *
 * Returns: whether all options are valid
 */
gboolean
ts_client_options_parse (TsClientOptions *options,
                         int argc,
                         char **argv,
                         const char *description,
                         GError **error)
{
  const double min_s = (double) TS_SCHEDULE_MIN_INTERVAL_NS / TS_NS_PER_S;
  const double max_s = (double) TS_SCHEDULE_MAX_INTERVAL_NS / TS_NS_PER_S;
  g_auto (GStrv) words = ts_arguments_detach_values (argc, argv, "pcitu");
  g_auto (Arguments) arguments = { 0 };
  int port = 0;

  *options = (TsClientOptions) { .timeout_ns = DEFAULT_TIMEOUT_NS, .within_ns = -1, .within_samples = 1 };
  if (!parse_words (options, &arguments, &words, description, error))
    return FALSE;
  if (options->text != NULL)
    return TRUE;
  return ts_arguments_parse_number ("--port", arguments.port, G_MAXUINT16, &port, error) &&
         ts_arguments_parse_number ("--count", arguments.count, G_MAXINT, &options->count, error) &&
         ts_arguments_parse_duration ("--timeout", arguments.timeout, 0.001, max_s, &options->timeout_ns, error) &&
         ts_arguments_parse_duration ("--interval", arguments.interval, min_s, max_s, &options->interval_ns, error) &&
         ts_arguments_parse_duration ("--deadline", arguments.deadline, 0.001, MAX_DEADLINE_S, &options->deadline_ns,
                                      error) &&
         (options->targets = ts_arguments_parse_targets (words + 1, MAX_TARGETS, port, error)) != NULL &&
         check_evidence (options, words[1] != NULL, error) &&
         (arguments.tls_ca == NULL || (options->trust = ts_arguments_load_trust (arguments.tls_ca, error)) != NULL) &&
         parse_choices (options, &arguments, error) && check_family (options, error);
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
  g_clear_pointer (&options->record, g_free);
  g_clear_pointer (&options->evidence, g_free);
  g_clear_pointer (&options->token, g_free);
  g_clear_pointer (&options->text, g_free);
}
