/* What the user of `ts-client exporter` wants.
 *
 * The keys of the configuration file are the names of the options, and its lines are read as if they were at the
 * beginning of the command line. So there is one table of options, and the command line overrides the file.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "exporter/ts-exporter-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "measure/ts-schedule.h"
#include "measure/ts-time.h"
#include "shared/ts-arguments.h"
#include "ts-endpoint.h"
#include "wire/ts-address.h"

/* At 1 Hz so many servers take about a tenth of a core. */
#define MAX_TARGETS 1000

#define GROUP            "exporter"
#define LIST             "host" /* the key for the words of the command line that are not options */
#define PROBES           "probe"
#define DEFAULT_LISTEN   "127.0.0.1:10086"
#define DEFAULT_PROBE_NS (15 * TS_NS_PER_S)
#define MIN_PROBE_S      1.0

/* The options as typed. Each text is nullable. */
typedef struct
{
  char *listen;
  char *config;
  char *interval;
  char *timeout;
  char *tls_ca;
  char **probes;
  char *probe_interval;
  char *bus;
  gboolean enables_reload;
} Words;

static void
words_clear (Words *words)
{
  g_free (words->listen);
  g_free (words->config);
  g_free (words->interval);
  g_free (words->timeout);
  g_free (words->tls_ca);
  g_strfreev (words->probes);
  g_free (words->probe_interval);
  g_free (words->bus);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/* @line: (inout): the words that are not options remain
 * @text: (out) (transfer full) (nullable): what --help or --version shows */
static gboolean
parse_line (Words *words,
            char ***line,
            char **text,
            GError **error)
{
  const GOptionEntry entries[] = {
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &words->listen,
      N_("Serve on ADDRESS:PORT (default: 127.0.0.1:10086) or a Unix socket (PATH)"), N_("WHERE") },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &words->config, N_("Read options and hosts from FILE"), N_("FILE") },
    { "interval", 'i', 0, G_OPTION_ARG_STRING, &words->interval,
      N_("Seconds between samples (default: 1, or 16 for public NTP servers)"), N_("SECONDS") },
    { "timeout", 't', 0, G_OPTION_ARG_STRING, &words->timeout,
      N_("Give up connecting, or waiting for an answer, after SECONDS (default: 5)"), N_("SECONDS") },
    { "probe", 0, 0, G_OPTION_ARG_STRING_ARRAY, &words->probes,
      N_("Measure HOST on requests for /probe?target=HOST; may be repeated"), N_("HOST") },
    { "probe-interval", 0, 0, G_OPTION_ARG_STRING, &words->probe_interval,
      N_("Measure each of these at most every SECONDS (default: 15)"), N_("SECONDS") },
    { "bus", 0, 0, G_OPTION_ARG_STRING, &words->bus,
      N_("Answer as org.timesync.TimeSync1 on this message bus as well: session or system"), N_("BUS") },
    { "enable-reload", 0, 0, G_OPTION_ARG_NONE, &words->enables_reload,
      N_("Reload the configuration on POST /-/reload, as on SIGHUP"), NULL },
    { "tls-ca", 0, 0, G_OPTION_ARG_FILENAME, &words->tls_ca,
      N_("Trust the certificates of FILE (PEM) for timesyncs://, instead of the system’s"), N_("FILE") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("HOST…"));

  g_option_context_set_summary (context, _("Measures hosts continuously and serves the results to Prometheus over HTTP."));
  return ts_arguments_parse_options (context, entries, 0, line, text, error);
}

/* Returns: whether @where looks like a place to serve on */
static gboolean
check_listen (const char *where,
              GError **error)
{
  g_autofree char *host = NULL;

  if (where[0] == '/' || (ts_endpoint_parse (where, &host, NULL) && host != NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--listen: “%s” is neither a path nor ADDRESS:PORT"), where);
  return FALSE;
}

/* Reads the hosts of both lists. A host may be in both, but one list must have a host. */
static gboolean
take_targets (TsExporterOptions *options,
              char **hosts,
              char **probes,
              GError **error)
{
  GPtrArray *none = g_ptr_array_new_with_free_func ((GDestroyNotify) ts_address_free);
  gboolean has_probes = probes != NULL && *probes != NULL;

  if (*hosts == NULL && !has_probes)
    {
      g_ptr_array_unref (none);
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("there is no host to measure"));
      return FALSE;
    }
  options->targets = *hosts != NULL ? ts_arguments_parse_targets (hosts, MAX_TARGETS, 0, error)
                                    : g_ptr_array_ref (none);
  if (options->targets != NULL)
    options->probe_targets = has_probes ? ts_arguments_parse_targets (probes, MAX_TARGETS, 0, error)
                                        : g_ptr_array_ref (none);
  g_ptr_array_unref (none);
  return options->targets != NULL && options->probe_targets != NULL;
}

static gboolean
take_values (TsExporterOptions *options,
             const Words *words,
             GError **error)
{
  const double min_s = (double) TS_SCHEDULE_MIN_INTERVAL_NS / TS_NS_PER_S;
  const double max_s = (double) TS_SCHEDULE_MAX_INTERVAL_NS / TS_NS_PER_S;
  static const char *const buses[] = { "session", "system", NULL };
  int bus;

  options->listen = g_strdup (words->listen != NULL ? words->listen : DEFAULT_LISTEN);
  options->enables_reload = words->enables_reload;
  options->bus = g_strdup (words->bus);
  return check_listen (options->listen, error) &&
         ts_arguments_parse_choice ("--bus", options->bus, buses, &bus, error) &&
         ts_arguments_parse_duration ("--interval", words->interval, min_s, max_s, &options->interval_ns, error) &&
         ts_arguments_parse_duration ("--timeout", words->timeout, 0.001, max_s, &options->timeout_ns, error) &&
         ts_arguments_parse_duration ("--probe-interval", words->probe_interval, MIN_PROBE_S, max_s,
                                      &options->probe_interval_ns, error) &&
         (words->tls_ca == NULL || (options->trust = ts_arguments_load_trust (words->tls_ca, error)) != NULL);
}

/* Returns: (transfer full) (nullable): the values of a key. Only hosts are a list. */
static char **
get_values (GKeyFile *file,
            const char *key,
            GError **error)
{
  g_auto (GStrv) one = NULL;

  if (g_str_equal (key, LIST) || g_str_equal (key, PROBES))
    return g_key_file_get_string_list (file, GROUP, key, NULL, error);
  one = g_new0 (char *, 2);
  one[0] = g_key_file_get_string (file, GROUP, key, error);
  return one[0] != NULL ? g_steal_pointer (&one) : NULL;
}

/* Appends the values of a key as options, or as words that are not options. */
static gboolean
append_key (GStrvBuilder *builder,
            GKeyFile *file,
            const char *key,
            GError **error)
{
  g_auto (GStrv) values = get_values (file, key, error);

  if (values == NULL)
    return FALSE;
  for (char **value = values; *value != NULL; value++)
    {
      gboolean is_switch = g_str_equal (key, "enable-reload");
      g_autofree char *option = is_switch ? g_strdup_printf ("--%s", key) : g_strdup_printf ("--%s=%s", key, *value);

      if (g_str_equal (key, LIST))
        g_strv_builder_add (builder, *value);
      else if (!is_switch || g_str_equal (*value, "true"))
        g_strv_builder_add (builder, option);
      else if (!g_str_equal (*value, "false"))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("“%s” is neither true nor false"), *value);
          g_prefix_error (error, "%s: ", key);
          return FALSE;
        }
    }
  return TRUE;
}

/* Checks what GKeyFile lets pass: another group, and a key that is set twice, of which it takes the last. */
static gboolean
check_lines (const char *text,
             GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      const char *end = strchr (line, '=');
      g_autofree char *key = end != NULL ? g_strchomp (g_strndup (line, (gsize) (end - line))) : NULL;
      guint n_earlier = key != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (known, key)) : 0;

      if (line[0] == '[' && !g_str_equal (line, "[" GROUP "]"))
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("unknown group “%s”"), line);
      else if (line[0] != '#' && n_earlier != 0)
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("“%s” was already set in line %u"), key,
                     n_earlier);
      else
        {
          if (key != NULL)
            g_hash_table_insert (known, g_steal_pointer (&key), GUINT_TO_POINTER (i + 1));
          continue;
        }
      g_prefix_error (error, "%u: ", i + 1);
      return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): the lines of a configuration file as the words of a command line */
static char **
read_file (const char *path,
           GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) keys = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error) || !check_lines (text, error) ||
      !g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, error))
    return NULL;
  keys = g_key_file_get_keys (file, GROUP, NULL, error);
  if (keys == NULL)
    return NULL;
  g_strv_builder_add (builder, "");
  for (char **key = keys; *key != NULL; key++)
    if (!append_key (builder, file, *key, error))
      return NULL;
  return g_strv_builder_end (builder);
}

/* Checks the lines of a file alone, so that a message can name the file. */
static gboolean
check_file (char **file,
            const char *path,
            GError **error)
{
  g_auto (GStrv) line = g_strdupv (file);
  g_auto (Words) words = { 0 };
  g_auto (TsExporterOptions) options = { 0 };
  gboolean is_right = parse_line (&words, &line, &options.text, error);

  if (is_right && words.config != NULL)
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           _("a configuration file cannot name another one"));
      is_right = FALSE;
    }
  /* The command line may have the hosts. */
  if (is_right && take_values (&options, &words, error) &&
      ((line[1] == NULL && words.probes == NULL) || take_targets (&options, line + 1, words.probes, error)))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

/* Reads the file that the command line names, and then the command line again. */
static gboolean
parse_file (Words *words,
            char ***line,
            int argc,
            char **argv,
            GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *path = g_steal_pointer (&words->config);
  g_auto (GStrv) file = read_file (path, error);
  g_auto (GStrv) again = ts_arguments_detach_values (argc, argv, "lit");
  g_autofree char *text = NULL;

  if (file == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  if (!check_file (file, path, error))
    return FALSE;
  g_strv_builder_addv (builder, (const char **) file);
  g_strv_builder_addv (builder, (const char **) again + 1);
  g_strfreev (*line);
  *line = g_strv_builder_end (builder);
  words_clear (words);
  *words = (Words) { 0 };
  return parse_line (words, line, &text, error);
}

/**
 * ts_exporter_options_parse:
 * @options: (out caller-allocates): the options; to be cleared even on failure
 * @argc: the number of words
 * @argv: (array length=argc): the command, its options and hosts
 * @error: return location for a %G_OPTION_ERROR, or for what is wrong with an address or a file
 *
 * Returns: whether all options and all lines of the configuration file are valid
 */
gboolean
ts_exporter_options_parse (TsExporterOptions *options,
                           int argc,
                           char **argv,
                           GError **error)
{
  g_auto (GStrv) line = ts_arguments_detach_values (argc, argv, "lit");
  g_auto (Words) words = { 0 };

  *options = (TsExporterOptions) { .timeout_ns = 5 * TS_NS_PER_S, .probe_interval_ns = DEFAULT_PROBE_NS };
  if (!parse_line (&words, &line, &options->text, error))
    return FALSE;
  if (options->text != NULL)
    return TRUE;
  return (words.config == NULL || parse_file (&words, &line, argc, argv, error)) &&
         take_values (options, &words, error) && take_targets (options, line + 1, words.probes, error);
}

/**
 * ts_exporter_options_clear:
 * @options: options
 */
void
ts_exporter_options_clear (TsExporterOptions *options)
{
  g_clear_pointer (&options->listen, g_free);
  g_clear_pointer (&options->bus, g_free);
  g_clear_pointer (&options->targets, g_ptr_array_unref);
  g_clear_pointer (&options->probe_targets, g_ptr_array_unref);
  g_clear_object (&options->trust);
  g_clear_pointer (&options->text, g_free);
}
